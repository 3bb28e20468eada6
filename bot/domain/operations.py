"""One change to one server: its states, its kinds, and what the next step is. Pure.

An operation is a row. It is moved one step at a time, each step a transaction; what the step is follows from
the row and from what the provider shows (`after_call`, `reconcile`, `settle`), never from memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.roles import Permission
from bot.domain.servers import Server, Status


class Kind(StrEnum):
    """What can be changed."""

    START = "start"
    STOP = "stop"
    REBOOT = "reboot"


class State(StrEnum):
    """Where an operation stands."""

    REQUESTED = "requested"
    CALLING = "calling"
    SETTLING = "settling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"
    VOID = "void"


TRANSITIONS: Mapping[State, frozenset[State]] = {
    # Refused before the call (gone, unreachable), or no longer allowed at the moment of acting.
    State.REQUESTED: frozenset({State.CALLING, State.FAILED, State.VOID}),
    # Back to requested only when the provider certainly did nothing, or when doing it twice does no harm.
    State.CALLING: frozenset({State.REQUESTED, State.SETTLING, State.FAILED, State.UNKNOWN}),
    State.SETTLING: frozenset({State.SUCCEEDED, State.FAILED, State.UNKNOWN}),
    State.SUCCEEDED: frozenset(),
    State.FAILED: frozenset(),
    State.UNKNOWN: frozenset(),
    State.VOID: frozenset(),
}

ENDED = frozenset(state for state, following in TRANSITIONS.items() if not following)


class Outcome(StrEnum):
    """Why an operation ended, or why it was put back, as a closed list; the provider's words stand beside it."""

    DONE = "done"
    REFUSED = "refused"
    GONE = "gone"
    NOT_ALLOWED = "not_allowed"
    TOKEN_REFUSED = "token_refused"
    NOT_CONNECTED = "not_connected"
    NO_CREDIT = "no_credit"
    UNREACHABLE = "unreachable"
    RATE_LIMITED = "rate_limited"
    NO_EFFECT = "no_effect"
    LOST = "lost"
    NO_RESTART_SEEN = "no_restart_seen"
    NEVER_SETTLED = "never_settled"
    DISCONNECTED = "disconnected"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Spec:
    """One row of the catalog: what a kind takes, when it is done, and how it is told.

    `harmless_twice`: whether the call may be sent again after reading that it had no effect.
    `wanted`: the status it ends in. `passing`: the statuses that show it is on its way.
    """

    kind: Kind
    permission: Permission
    harmless_twice: bool
    wanted: Status
    passing: frozenset[str]
    verb: str
    doing: str
    done: str


CATALOG: Mapping[Kind, Spec] = {
    Kind.START: Spec(
        kind=Kind.START,
        permission=Permission.SERVER_POWER,
        harmless_twice=True,
        wanted=Status.ACTIVE,
        passing=frozenset({Status.STARTING, Status.REBOOTING}),
        verb="start",
        doing="starting",
        done="is active",
    ),
    Kind.STOP: Spec(
        kind=Kind.STOP,
        permission=Permission.SERVER_POWER,
        harmless_twice=True,
        wanted=Status.STOPPED,
        passing=frozenset({Status.STOPPING}),
        verb="stop",
        doing="stopping",
        done="is stopped",
    ),
    Kind.REBOOT: Spec(
        kind=Kind.REBOOT,
        permission=Permission.SERVER_POWER,
        harmless_twice=False,
        wanted=Status.ACTIVE,
        passing=frozenset({Status.REBOOTING, Status.STOPPING, Status.STARTING, Status.STOPPED}),
        verb="reboot",
        doing="rebooting",
        done="is active again",
    ),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One change to one server, as its row stands. Times are aware; None means not yet."""

    id: str
    workspace: str
    request: str
    kind: Kind
    server_id: str
    server_name: str
    state: State
    version: int
    requester: str
    requested_at: datetime
    due_at: datetime | None
    called_at: datetime | None = None
    lease_until: datetime | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    updated_before: datetime | None = None
    seen_moving: bool = False
    calls: int = 0
    looks: int = 0
    overdue_told: bool = False
    outcome: Outcome | None = None
    words: str = ""
    seen_status: str = ""

    @property
    def spec(self) -> Spec:
        """Its row of the catalog."""
        return CATALOG[self.kind]

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked for in one go: one to many operations of one kind."""

    id: str
    workspace: str
    requester: str
    kind: Kind
    channel: str
    created_at: datetime
    operations: tuple[Operation, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether all its operations have ended."""
        return all(operation.ended for operation in self.operations)


@dataclass(frozen=True, slots=True)
class Step:
    """What to write next: a state (the same one means: look again later), why, and when to look again."""

    to: State
    outcome: Outcome | None = None
    words: str = ""
    again_in: timedelta | None = None
    moving: bool = False
    seen_status: str = ""


def allowed(before: State, after: State) -> bool:
    """Whether the table has this transition; staying where one is needs none."""
    return before is after or after in TRANSITIONS[before]


# How long things may take. The provider documents none of it; each is told when it is reached.
OVERDUE_AFTER = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(hours=24)
RESTART_SEEN_WITHIN = timedelta(seconds=60)
UNREACHABLE_FOR = timedelta(minutes=5)
TOO_LATE_AFTER = timedelta(minutes=10)
"""A change that nobody could begin with for this long is not done any more: it would surprise."""

MOST_CALLS = 5
SLOWEST_LOOK = timedelta(seconds=30)


def next_look(looks: int, base: timedelta) -> timedelta:
    """The pause before the next look: fast at first, then slower, at most 30 s."""
    return min(base * 1.2 ** min(looks, 40), max(SLOWEST_LOOK, base))


def reconcile(operation: Operation, seen: Server | None, now: datetime, base: timedelta) -> Step:
    """The step after a call whose end is not known, from what the server's own page shows now.

    In the wanted state or on its way: settle. In the old state: a start or stop is called again (twice does no
    harm); a reboot is waited for until the call can no longer be in flight, then it is for a person to decide.
    """
    spec = operation.spec
    if seen is None:
        return Step(State.FAILED, Outcome.GONE)
    status = seen.status
    moved = _has_moved(operation, seen)
    # "Stopped" is on a reboot's way, but not when it was stopped before the call.
    passing = status in spec.passing and (spec.harmless_twice or status != operation.seen_status)
    if passing or moved or (status == spec.wanted and spec.harmless_twice):
        moving = spec.kind is Kind.REBOOT or status in spec.passing
        return Step(State.SETTLING, again_in=timedelta(), moving=moving, seen_status=status)
    if spec.harmless_twice:
        if operation.calls >= MOST_CALLS:
            return Step(State.FAILED, Outcome.NO_EFFECT, seen_status=status)
        return Step(State.REQUESTED, Outcome.LOST, again_in=timedelta(), seen_status=status)
    if operation.lease_until is not None and now < operation.lease_until:
        pause = min(base, operation.lease_until - now)
        return Step(State.CALLING, Outcome.LOST, again_in=pause, seen_status=status)
    return Step(State.UNKNOWN, Outcome.LOST, seen_status=status)


def settle(operation: Operation, seen: Server | None, now: datetime, base: timedelta) -> Step:
    """The step of an accepted operation from what the provider shows: "accepted" is not "done".

    A reboot is done when the server is active and was seen not active since the call (the call's own answer
    counts), or its `updated_at` went ahead.
    """
    spec = operation.spec
    if seen is None:
        return Step(State.FAILED, Outcome.GONE)
    since = operation.accepted_at or operation.requested_at
    moving = operation.seen_moving or seen.status in spec.passing or _has_moved(operation, seen)
    if seen.status == spec.wanted:
        if spec.kind is not Kind.REBOOT or moving:
            return Step(State.SUCCEEDED, Outcome.DONE, moving=moving, seen_status=seen.status)
        if now - since >= RESTART_SEEN_WITHIN:
            return Step(State.UNKNOWN, Outcome.NO_RESTART_SEEN, seen_status=seen.status)
    if now - since >= GIVE_UP_AFTER:
        return Step(State.UNKNOWN, Outcome.NEVER_SETTLED, moving=moving, seen_status=seen.status)
    return Step(State.SETTLING, again_in=next_look(operation.looks, base), moving=moving, seen_status=seen.status)


def overdue(operation: Operation, now: datetime) -> bool:
    """Whether the requester should be told, once, that it takes unusually long."""
    since = operation.called_at or operation.requested_at
    return not operation.ended and not operation.overdue_told and now - since >= OVERDUE_AFTER


def too_late(operation: Operation, now: datetime) -> bool:
    """Whether the bot was away so long, before it ever tried, that doing it now would surprise."""
    untried = operation.state is State.REQUESTED and not operation.calls and operation.outcome is None
    return untried and now - operation.requested_at > TOO_LATE_AFTER


def took(operation: Operation) -> timedelta | None:
    """From the call to the end, for the outcome's words."""
    if operation.ended_at is None or operation.called_at is None:
        return None
    return operation.ended_at - operation.called_at


def _has_moved(operation: Operation, seen: Server) -> bool:
    """Whether a reboot left its trace in `updated_at`; the other kinds are judged by status alone."""
    if operation.kind is not Kind.REBOOT or operation.updated_before is None or seen.updated_at is None:
        return False
    return seen.updated_at > operation.updated_before
