"""Requests and their operations. A step is written only onto the state and version that it was decided from."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.domain.approvals import Fingerprint
from bot.domain.operations import NEW, Kind, Operation, Outcome, Request, State, allowed
from bot.domain.servers import Usage
from bot.domain.wanted import wanted_of
from bot.store import votes
from bot.store.due import of_table
from bot.store.engine import Tx
from bot.store.tables import operations, requests

_MOVES = operations.c.state != State.SETTLING

DUE = of_table(
    operations, case((_MOVES, operations.c.id), else_=literal("")), rank=case((_MOVES, literal(1)), else_=literal(0))
)
"""One call to be made each, and one look a workspace for all that settles; what settles first."""


class Taken(Exception):
    """The server got another open operation in the meantime."""


async def add(tx: Tx, request: Request) -> None:
    """Keeps a request and its operations. Raises Taken when one of the servers has an open operation."""
    await tx.connection.execute(
        insert(requests).values(
            workspace=request.workspace,
            id=request.id,
            requester=request.requester,
            kind=request.kind,
            channel=request.channel,
            created_at=request.created_at,
            inside=_inside(request),
            **{name: getattr(request, name) for name in _OF_REQUEST},
        )
    )
    rows = [_values(operation) | {"position": n} for n, operation in enumerate(request.operations)]
    try:
        await tx.connection.execute(insert(operations), rows)
    except IntegrityError as error:
        raise Taken from error


async def open_on(tx: Tx, workspace: str, server_ids: Iterable[str]) -> tuple[Operation, ...]:
    """The open operations on these servers."""
    found = await tx.connection.execute(
        select(operations).where(
            operations.c.workspace == workspace,
            operations.c.server_id.in_(list(server_ids)),
            operations.c.ended_at.is_(None),
        )
    )
    return tuple(_operation(row) for row in found)


async def taking(tx: Tx, workspace: str, name: str) -> Operation | None:
    """Who takes a name: the open operation that will, else the newest creation of it when its end is not known."""
    of_name = (operations.c.workspace == workspace, operations.c.takes_name == name.casefold())
    newest = select(operations).where(*of_name, operations.c.kind == Kind.CREATE).order_by(operations.c.id.desc())
    for query in (select(operations).where(*of_name, operations.c.ended_at.is_(None)), newest):
        row = (await tx.connection.execute(query.limit(1))).one_or_none()
        found = _operation(row) if row else None
        if found and (not found.ended or (found.state is State.UNKNOWN and not found.has_server)):
            return found
    return None


async def get(tx: Tx, workspace: str, operation: str) -> Operation | None:
    """One operation of this workspace."""
    found = await tx.connection.execute(
        select(operations).where(operations.c.workspace == workspace, operations.c.id == operation)
    )
    row = found.one_or_none()
    return _operation(row) if row else None


async def request(tx: Tx, workspace: str, request_id: str, *, lock: bool = False) -> Request | None:
    """One request of this workspace with its operations in the order asked, and its votes.

    `lock`, for who is going to write: until the end of the transaction nobody else votes on it.
    """
    query = select(requests).where(requests.c.workspace == workspace, requests.c.id == request_id)
    row = (await tx.connection.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        return None
    of_it = await tx.connection.execute(
        select(operations)
        .where(operations.c.workspace == workspace, operations.c.request == request_id)
        .order_by(operations.c.position)
    )
    return Request(
        id=row.id,
        workspace=row.workspace,
        requester=row.requester,
        kind=Kind(row.kind),
        channel=row.channel,
        created_at=row.created_at,
        operations=tuple(_operation(each) for each in of_it),
        inside=None if row.inside is None else {group: frozenset(people) for group, people in row.inside.items()},
        votes=await votes.of_request(tx, workspace, request_id),
        **{name: getattr(row, name) for name in _OF_REQUEST},
    )


async def settling_due(tx: Tx, workspace: str, until: datetime) -> tuple[Operation, ...]:
    """The accepted operations of a workspace that should be looked at until a time, the longest waiting first."""
    found = await tx.connection.execute(
        select(operations)
        .where(operations.c.workspace == workspace, operations.c.due_at <= until, operations.c.state == State.SETTLING)
        .order_by(operations.c.due_at)
    )
    return tuple(_operation(row) for row in found)


async def history(tx: Tx, workspace: str, server_id: str, *, limit: int, before: str | None) -> tuple[Operation, ...]:
    """What was asked for on a server, newest first; `before` is the operation to go on from."""
    query = select(operations).where(operations.c.workspace == workspace, operations.c.server_id == server_id)
    if before:
        query = query.where(operations.c.id < before)
    found = await tx.connection.execute(query.order_by(operations.c.id.desc()).limit(limit))
    return tuple(_operation(row) for row in found)


async def last_of_name(tx: Tx, workspace: str, name: str) -> str | None:
    """The id of the server that something was last asked for under this name; None when there was none."""
    known = ~operations.c.server_id.startswith(NEW, autoescape=True)
    query = select(operations.c.server_id).where(
        operations.c.workspace == workspace, operations.c.server_name == name, known
    )
    found: str | None = (await tx.connection.execute(query.order_by(operations.c.id.desc()).limit(1))).scalar()
    return found


async def open_names(tx: Tx, workspace: str) -> dict[str, tuple[str, ...]]:
    """The requests that have something open, oldest first, with the names that all of their servers are decided on."""
    of_workspace = operations.c.workspace == workspace
    still_open = select(operations.c.request).where(of_workspace, operations.c.ended_at.is_(None))
    found = await tx.connection.execute(
        select(operations)
        .where(of_workspace, operations.c.request.in_(still_open))
        .order_by(operations.c.request, operations.c.position)
    )
    names: dict[str, tuple[str, ...]] = {}
    for each in map(_operation, found):
        names[each.request] = tuple(dict.fromkeys((*names.get(each.request, ()), *each.names)))
    return names


async def count_deletions(tx: Tx, workspace: str, since: datetime, *, by: str = "") -> int:
    """Deletions asked for or begun since a time, by one person or by all, and all that are still open.

    What waits a day for consent counts all that day, and once more from when it is done.
    """
    query = select(func.count()).where(
        operations.c.workspace == workspace,
        operations.c.kind == Kind.DELETE,
        or_(operations.c.requested_at > since, operations.c.called_at > since, operations.c.ended_at.is_(None)),
        operations.c.state.not_in([State.DENIED, State.EXPIRED, State.CANCELLED, State.VOID]),
    )
    if by:
        query = query.where(operations.c.requester == by)
    return int((await tx.connection.execute(query)).scalar_one())


async def waiting(tx: Tx, workspace: str) -> tuple[Operation, ...]:
    """What was agreed to and not begun yet: due soon, or with time left to undo it."""
    found = await tx.connection.execute(
        select(operations).where(operations.c.workspace == workspace, operations.c.state == State.APPROVED)
    )
    return tuple(_operation(row) for row in found)


async def unknown_since(tx: Tx, workspace: str, since: datetime) -> tuple[Operation, ...]:
    """What ended since a time without anybody knowing how, newest first; unless something was done about it.

    That is a later change of the same server, or a later creation of the same name: each has a server of its own.
    """
    later = operations.alias()
    again = (
        (operations.c.kind == Kind.CREATE)
        & (later.c.kind == Kind.CREATE)
        & (later.c.takes_name == operations.c.takes_name)
    )
    after_it = (
        (later.c.workspace == operations.c.workspace)
        & (later.c.id > operations.c.id)
        & ((later.c.server_id == operations.c.server_id) | again)
    )
    found = await tx.connection.execute(
        select(operations)
        .where(
            operations.c.workspace == workspace,
            operations.c.state == State.UNKNOWN,
            operations.c.ended_at >= since,
            ~select(later.c.id).where(after_it).exists(),
        )
        .order_by(operations.c.id.desc())
    )
    return tuple(_operation(row) for row in found)


async def save(tx: Tx, before: Operation, after: Operation) -> bool:
    """Writes a step, guarded by the state and version it was decided from; False when someone was quicker."""
    done = await tx.connection.execute(_SAVE, _saved(before, after))
    return done.rowcount == 1


async def save_all(tx: Tx, steps: Sequence[tuple[Operation, Operation]]) -> None:
    """The same for many at once, of which nothing else follows: those that someone was quicker with are left out."""
    if steps:
        await tx.connection.execute(_SAVE, [_saved(before, after) for before, after in steps])


async def all_ended(tx: Tx, workspace: str, request_id: str) -> bool:
    """Whether nothing of a request is open any more."""
    found = await tx.connection.execute(
        select(func.count()).where(
            operations.c.workspace == workspace,
            operations.c.request == request_id,
            operations.c.ended_at.is_(None),
        )
    )
    return found.scalar_one() == 0


_OF_REQUEST = (
    "reason",
    "needed",
    "connected_at",
    "expires_at",
    "due_at",
    "reminders",
    "broke_glass",
    "claimed_by",
    "closed_by",
    "anchor",
)
_FIELDS: Sequence[str] = tuple(field.name for field in fields(Operation))
_FIXED = frozenset(
    {
        "id",
        "workspace",
        "request",
        "kind",
        "requester",
        "requested_at",
        "version",
        "shown",
        "account",
        "alike",
        "wanted",
        "use",
        "takes_name",
    }
)


_STEPS = tuple(name for name in _FIELDS if name not in _FIXED)
_SAVE = update(operations).where(  # sets the columns that a parameter is named after
    operations.c.workspace == bindparam("of_workspace"),
    operations.c.id == bindparam("of_id"),
    operations.c.state == bindparam("from_state"),
    operations.c.version == bindparam("from_version"),
)


def _saved(before: Operation, after: Operation) -> dict[str, Any]:
    """The parameters of a step. Raises ValueError when there is no such transition."""
    if not allowed(before.state, after.state):
        raise ValueError(f"no transition from {before.state} to {after.state}")
    return {name: getattr(after, name) for name in _STEPS} | {
        "version": before.version + 1,
        "of_workspace": before.workspace,
        "of_id": before.id,
        "from_state": before.state,
        "from_version": before.version,
    }


def _inside(request: Request) -> dict[str, list[str]] | None:
    return None if request.inside is None else {group: sorted(people) for group, people in request.inside.items()}


def _values(operation: Operation) -> dict[str, Any]:
    values = {name: getattr(operation, name) for name in _FIELDS}
    return values | {
        "shown": asdict(operation.shown) if operation.shown else None,
        "alike": list(operation.alike),
        "wanted": asdict(operation.wanted) if operation.wanted else None,
        "use": asdict(operation.use) if operation.use else None,
        "takes_name": operation.takes_name,
    }


def _operation(row: Any) -> Operation:
    values = {name: getattr(row, name) for name in _FIELDS}
    return Operation(
        **values
        | {
            "kind": Kind(row.kind),
            "state": State(row.state),
            "outcome": Outcome(row.outcome) if row.outcome else None,
            "shown": Fingerprint(**row.shown) if row.shown else None,
            "alike": tuple(row.alike or ()),
            "wanted": wanted_of(row.wanted) if row.wanted else None,
            "use": Usage(**row.use) if row.use else None,
        }
    )
