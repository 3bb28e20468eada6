"""One run of a schedule: one server after the other, as far as it goes well. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.operations import CATALOG, LONGEST_ID, Kind, Operation, State, took
from bot.domain.schedules import LATE_AFTER
from bot.domain.servers import Server, Status


class Fate(StrEnum):
    """What became of one server in a run."""

    PENDING = "pending"
    FILED = "filed"
    DONE = "done"
    FAILED = "failed"
    PASSED = "passed"


class Why(StrEnum):
    """Why a server was passed over: nothing was to be done, or it is not what was shown. Or that it isn't back."""

    ALREADY = "already"
    NOT_RUNNING = "not_running"
    GONE = "gone"
    RENAMED = "renamed"
    LONG_ID = "long_id"
    NOT_BACK = "not_back"


@dataclass(frozen=True, slots=True)
class Item:
    """One server of a run. `why`: a `Why`, or the outcome of what failed; `request`: what was filed for it."""

    server_id: str
    name: str
    fate: Fate = Fate.PENDING
    why: str = ""
    request: str = ""


class RunState(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    SKIPPED = "skipped"


class Because(StrEnum):
    """Why a run was skipped, stopped, or its schedule cancelled."""

    LATE = "late"
    STILL_RUNNING = "still_running"
    FROZEN = "frozen"
    NOT_CONNECTED = "not_connected"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"
    NOTHING_FITS = "nothing_fits"
    TOO_MANY = "too_many"
    NOT_ALLOWED = "not_allowed"
    OTHER_ACCOUNT = "other_account"
    BUSY = "busy"
    PROTECTED = "protected"
    NOBODY_COULD = "nobody_could"
    CHANGED = "changed"
    OVER_BUDGET = "over_budget"
    FAILED = "failed"
    TOOK_LONG = "took_long"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Run:
    """What is done at one time of a schedule. `request`: what it waits for; `since`: when it last went on."""

    id: str
    workspace: str
    schedule: str
    time: datetime
    state: RunState
    items: tuple[Item, ...]
    since: datetime
    request: str = ""
    because: Because | None = None
    version: int = 1
    due_at: datetime | None = None
    ended_at: datetime | None = None

    def of(self, *fates: Fate) -> tuple[Item, ...]:
        """The servers with one of these fates."""
        return tuple(item for item in self.items if item.fate in fates)


MOST = {Kind.DELETE: 20}
MOST_OTHERWISE = 50
"""Servers of one run, as of one command."""


def most(kind: Kind) -> int:
    """How many servers one run may change."""
    return MOST.get(kind, MOST_OTHERWISE)


def frozen(kind: Kind, *, exact: bool) -> bool:
    """Whether a schedule is for the servers that were shown.

    It is, but for a pattern that does no lasting harm: that is looked up anew at each run.
    """
    return exact or kind not in (Kind.START, Kind.REBOOT)


HANGING = (State.CALLING, State.SETTLING)
"""Where an operation stands that was called and whose server isn't seen well yet."""


def not_back(operation: Operation, now: datetime) -> bool:
    """Whether a run has waited long enough for a server; the operation itself is watched on.

    A deletion's isn't expected back, and nothing comes after it.
    """
    called = operation.called_at if operation.state in HANGING and operation.kind is not Kind.DELETE else None
    return called is not None and now - called >= LATE_AFTER


def took_long(operations: Iterable[Operation]) -> bool:
    """Whether a server came back so late that nobody expects the next one to be changed any more."""
    return any((took(each) or timedelta()) >= LATE_AFTER for each in operations if each.kind is not Kind.DELETE)


def learned(items: Sequence[Item], operations: Iterable[Operation], now: datetime) -> tuple[Item, ...]:
    """The items with what became of the operations that were filed for them."""
    of = {(each.request, each.server_id): each for each in operations}
    return tuple(_learned(item, of.get((item.request, item.server_id)), now) for item in items)


def _learned(item: Item, operation: Operation | None, now: datetime) -> Item:
    if item.fate is not Fate.FILED or operation is None:
        return item
    if not_back(operation, now):
        return replace(item, fate=Fate.FAILED, why=Why.NOT_BACK)
    if not operation.ended:
        return item
    good = operation.state is State.SUCCEEDED
    return replace(item, fate=Fate.DONE if good else Fate.FAILED, why="" if good else (operation.outcome or ""))


def going_on(
    kind: Kind, items: Sequence[Item], servers: Mapping[str, Server]
) -> tuple[tuple[Item, ...], tuple[Server, ...]]:
    """What is next: the items, with those passed over on the way, and the servers to be changed now; perhaps none.

    One at a time, so that the next one begins when the one before is seen well. Deletions all together: there is
    nothing to come back, and who consents sees them all.
    """
    decided: list[Item] = []
    going: list[Server] = []
    for item in items:
        if item.fate is not Fate.PENDING or (going and kind is not Kind.DELETE):
            decided.append(item)
            continue
        server = servers.get(item.server_id)
        why = _passed(kind, item, server)
        if why:
            decided.append(replace(item, fate=Fate.PASSED, why=why))
        elif server:
            decided.append(item)
            going.append(server)
    return tuple(decided), tuple(going)


def filed(items: Sequence[Item], going: Iterable[Server], request: str) -> tuple[Item, ...]:
    """The items with a request filed for some of the servers."""
    ids = {server.id for server in going}
    return tuple(replace(item, fate=Fate.FILED, request=request) if item.server_id in ids else item for item in items)


def _passed(kind: Kind, item: Item, server: Server | None) -> Why | None:
    if server is None:
        return Why.GONE
    if server.name != item.name:
        return Why.RENAMED
    if len(server.id) > LONGEST_ID:
        return Why.LONG_ID
    if kind is Kind.REBOOT:
        return Why.NOT_RUNNING if server.status == Status.STOPPED else None
    return Why.ALREADY if server.status == CATALOG[kind].wanted else None
