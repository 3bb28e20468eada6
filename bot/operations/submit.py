"""A person asks for a change: permission, one open operation per server, intent, audit and card, in one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.domain.approvals import Fingerprint
from bot.domain.operations import (
    CATALOG,
    LONGEST_ID,
    NEW,
    POWER,
    UPDATES,
    Kind,
    Operation,
    Outcome,
    Request,
    State,
    Step,
)
from bot.domain.policy import Policy, freeze_of, policy_of
from bot.domain.roles import Member, Permission, next_end
from bot.domain.servers import Server
from bot.domain.wanted import Wanted, acts
from bot.operations.filing import alarm, card, entries
from bot.operations.parts import Parts
from bot.operations.permission import check
from bot.operations.preparing import Changed, NameTaken, Prepared, over_budget, prepare
from bot.operations.refusing import (
    Busy,
    Forbidden,
    Frozen,
    NotSubmitted,
    OverBudget,
    Protected,
    Refused,
    UsedUp,
    log_no,
    log_unprepared,
)
from bot.operations.writing import Written, take
from bot.store import audit, members, notices, offers, operations, protections, votes, workspaces
from bot.store.engine import Tx
from bot.store.operations import Taken
from bot.store.workspaces import Workspace

__all__ = ["Busy", "Forbidden", "Frozen", "NotSubmitted", "OverBudget", "Protected", "UsedUp"]

MOST_ROUNDS = 5
"""How often a change is prepared anew because the policy was changed in between."""

ANCHOR = 32
"""Hexadecimal digits of the log's head that a card carries: 128 bits."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asks for: one kind of change to one or more servers. `delivery` tells repeats of it.

    `offer` is the list or dialog that it is the yes to, if it is one: that is used up with it. `shown` is what a
    dialog showed of the servers. `broke_glass`: without the consent that it usually takes. `wanted`: what a server is
    to be; a creation's own has a name and no id. `instead_of`: the creation of unknown end that it takes the place of.
    `also` writes, in the same transaction, what stands or falls with it. `planned`: nobody asks at this moment, its
    schedule does; what hinders it then is in the log as the end of the schedule's run.
    """

    member: Member
    kind: Kind
    servers: tuple[Server, ...]
    channel: str
    delivery: str
    offer: str = ""
    reason: str = ""
    shown: tuple[Fingerprint, ...] = ()
    broke_glass: bool = False
    also: Callable[[Tx, Request], Awaitable[None]] | None = None
    wanted: Wanted | None = None
    instead_of: str = ""
    planned: bool = False

    def names(self, server: Server) -> list[str]:
        """The names that a server's change is decided on."""
        return list(dict.fromkeys([server.name, self.wanted.name] if self.wanted else [server.name]))


@dataclass(frozen=True, slots=True)
class Submitted:
    """It is committed: it will be done, or its end will be told. `prepared` says who was asked, and where."""

    request: Request
    prepared: Prepared


class IdTooLong(Exception):
    """The provider gives this server an id that can't be kept; a cut one would be another server's."""

    def __init__(self, server: Server) -> None:
        super().__init__("id too long")
        self.server = server


Answer = Submitted | NotSubmitted

No = TypeVar("No", bound=Refused)


async def submit(parts: Parts, order: Order) -> Answer:
    """Commits the intent.

    Raises Repeated when this delivery was served before; IdTooLong, NotConnected, ProviderError.
    """
    for server in order.servers:
        if len(server.id) > LONGEST_ID:
            raise IdTooLong(server)
    for _ in range(MOST_ROUNDS):
        prepared = await prepare(
            *(parts, order.member, order.kind, order.servers),
            shown=order.shown,
            broke_glass=order.broke_glass,
            wanted=order.wanted,
        )
        if not isinstance(prepared, Prepared):
            return await _unprepared(parts, order, prepared)
        try:
            return await _submit(parts, replace(order, servers=prepared.servers, wanted=prepared.wanted), prepared)
        except _Stale:
            parts.snapshots.forget(order.member.workspace)
        except Taken:  # another replica was quicker, between our look and our row
            async with parts.store.read() as tx:
                servers = [server.id for server in order.servers]
                held = await operations.open_on(tx, order.member.workspace, servers)
            taken = Busy(held) if held or not order.wanted else NameTaken(order.wanted.name)
            return await _unprepared(parts, order, taken)
    return await _unprepared(parts, order, Changed({}))


class _Stale(Exception):
    """The policy takes more than was prepared: it was changed in between. Nothing was written."""


async def _submit(parts: Parts, order: Order, prepared: Prepared) -> Answer:
    workspace = order.member.workspace
    async with parts.change("operations.submit", workspace, order.delivery) as tx:
        now = parts.clock()
        if no := await refused(tx, order, now):
            return no
        present = await workspaces.get(tx, workspace)
        policy = policy_of(present.settings if present else {})
        held = await operations.open_on(tx, workspace, [server.id for server in order.servers])
        if held and not _takes_the_place_of(order, held):
            return await _no(tx, order, Busy(held), now)
        taken = await _taken(tx, order)
        if taken and not (taken.by and _for_the_same(order, taken.by) and _takes_the_place_of(order, [taken.by])):
            return await _no(tx, order, taken, now)
        if taken and taken.by and taken.by.id not in {each.id for each in held}:
            held = (*held, taken.by)  # it asks for the same server, which has no id yet
        needed = await _needed(tx, parts, order, policy)
        if isinstance(needed, OverBudget):
            return await _no(tx, order, needed, now)
        if needed > prepared.needed:
            raise _Stale
        if order.offer and not await offers.use_up(tx, workspace, order.offer, order.member.id):
            return await _no(tx, order, UsedUp(), now)
        await _supersede(tx, parts, order, held, now)
        request = _request(parts, order, present, prepared, policy, needed, now)
        ends = next_end(await members.of_workspace(tx, workspace), now) if request.due_at else None
        if request.due_at and ends and ends < request.due_at:  # a role that it hangs on may end before the reminder
            request = replace(request, due_at=ends)
        await operations.add(tx, request)
        logged = await audit.extend(tx, workspace, entries(request), now)
        await votes.note(tx, workspace, request.id, {"anchor": logged[-1].hash.hex()[:ANCHOR]})
        promised = [card(parts, request, policy)]
        if request.broke_glass:
            promised.append(alarm(parts, request, policy))
        await notices.promise(tx, promised, now)
        if order.also:
            await order.also(tx, request)
    return Submitted(request, prepared)


async def refused(tx: Tx, order: Order, now: datetime) -> Forbidden | Frozen | Protected | None:
    """Why the rows don't let this person do this now; None when they do. A refusal is logged."""
    workspace = order.member.workspace
    permissions = [CATALOG[order.kind].permission]
    if order.broke_glass:
        permissions.append(Permission.BREAK_GLASS_POWER if order.kind in POWER else Permission.BREAK_GLASS)
    for server in order.servers:
        for permission in permissions:
            no = await check(tx, order.member, permission, names=order.names(server), asked=order.kind, now=now)
            if no:
                return Forbidden(no, server)
    if frozen := await frozen_now(tx, order, now):
        return frozen
    if order.kind is not Kind.DELETE:
        return None
    present = await workspaces.get(tx, workspace)
    protected = await _protected(tx, order, policy_of(present.settings if present else {}))
    return await _no(tx, order, protected, now) if protected else None


async def frozen_now(tx: Tx, order: Order, now: datetime) -> Frozen | None:
    """Whether nothing can be changed at all now: that hinders also what isn't known well enough to be decided on."""
    present = await workspaces.get(tx, order.member.workspace)
    freeze = freeze_of(present.settings if present else {})
    return await _no(tx, order, Frozen(freeze), now) if freeze else None


async def _no(tx: Tx, order: Order, answer: No, now: datetime) -> No:
    """The refusal, kept in the log."""
    if not order.planned:
        await log_no(tx, order.member, order.kind, order.servers, answer, now)
    return answer


async def _unprepared(parts: Parts, order: Order, answer: No) -> No:
    """The same in a transaction of its own."""
    if not order.planned:
        await log_unprepared(
            *(parts, order.member, order.kind, order.servers, answer),
            delivery=order.delivery,
        )
    return answer


async def _protected(tx: Tx, order: Order, policy: Policy) -> Protected | None:
    kept = await protections.among(tx, order.member.workspace, [server.id for server in order.servers])
    for server in order.servers:
        glob = policy.protects(server.name) or kept.get(server.id)
        if glob is not None:
            return Protected(server, glob)
    return None


def _takes_the_place_of(order: Order, held: Sequence[Operation]) -> bool:
    """Breaking the glass takes the place of what only waits for consent to the same."""
    alike = UPDATES if order.kind in UPDATES else (order.kind,)
    return order.broke_glass and all(each.state is State.REQUESTED and each.kind in alike for each in held)


def _for_the_same(order: Order, other: Operation) -> bool:
    """Whether another operation is about a server of this order; a creation's is the one of its name."""
    return order.kind is Kind.CREATE or other.server_id in {server.id for server in order.servers}


async def _supersede(tx: Tx, parts: Parts, order: Order, held: Sequence[Operation], now: datetime) -> None:
    """Ends what waited, for the servers of this order alone; a request that has others goes on waiting."""
    step = Step(State.CANCELLED, Outcome.SUPERSEDED, words=order.member.id)
    await take(tx, parts, [Written(each, step) for each in held], now)


async def _taken(tx: Tx, order: Order) -> NameTaken | None:
    """Whether somebody's operation takes the name; the provider's own servers were looked at before."""
    if order.wanted is None or any(server.name == order.wanted.name and server.id for server in order.servers):
        return None
    by = await operations.taking(tx, order.member.workspace, order.wanted.name)
    return NameTaken(order.wanted.name, by) if by and by.id != order.instead_of else None


async def _needed(tx: Tx, parts: Parts, order: Order, policy: Policy) -> int | OverBudget:
    """How many have to agree, from the rows."""
    extra = order.kind is Kind.DELETE and await over_budget(tx, policy, order.member, len(order.servers), parts)
    if order.broke_glass:
        return OverBudget(policy) if extra else 0
    names = [name for server in order.servers for name in order.names(server)]
    price = order.wanted.price if order.wanted else None
    return policy.consent(acts(order.kind, order.wanted), names, price=price, extra=extra)


def _request(
    parts: Parts,
    order: Order,
    present: Workspace | None,
    prepared: Prepared,
    policy: Policy,
    needed: int,
    now: datetime,
) -> Request:
    request_id, workspace = parts.new_id(), order.member.workspace
    waits = needed > 0
    shown = {each.id: each for each in prepared.shown}
    # Time to undo begins with the consent; where nobody consents, with the request. Broken glass waits for nothing.
    undo = order.kind is Kind.DELETE and policy.undo_window > 0 and not waits and not order.broke_glass
    stops = undo and policy.stop_first
    return Request(
        id=request_id,
        workspace=workspace,
        requester=order.member.id,
        kind=order.kind,
        channel=order.channel,
        created_at=now,
        reason=order.reason,
        needed=needed,
        broke_glass=order.broke_glass,
        connected_at=present.connected_at if present else None,
        inside=prepared.inside,
        expires_at=now + policy.expires_in if waits else None,
        due_at=now + min(policy.reminder, policy.expires_in) if waits else None,
        operations=tuple(
            Operation(
                id=operation_id,
                workspace=workspace,
                request=request_id,
                kind=order.kind,
                server_id=server.id or f"{NEW}{operation_id}",
                server_name=server.name[:255],
                state=State.REQUESTED if waits else State.APPROVED,
                version=1,
                requester=order.member.id,
                requested_at=now,
                due_at=None if waits else now + policy.undo if undo and not stops else now,
                approved_at=None if waits else now,
                not_before=now + policy.undo if undo else None,
                stop_first=stops,
                seen_status=server.status[:64],
                account=present.account if present else "",
                shown=shown.get(server.id),
                alike=prepared.alike.get(server.id, ()),
                wanted=order.wanted,
                use=server.usage if order.kind is Kind.DELETE else None,
            )
            for server, operation_id in ((each, parts.new_id()) for each in order.servers)
        ),
    )
