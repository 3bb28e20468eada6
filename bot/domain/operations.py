"""One change to one server: its states, its kinds, and what the next step is. Pure.

An operation is a row. It is moved one step at a time, each step a transaction; what the step is follows from
the row and from what the provider shows (judging.py), never from memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.approvals import Choice, Fingerprint, Inside, Vote
from bot.domain.kinds import CATALOG, POWER, UPDATES, Kind, Spec
from bot.domain.servers import Usage
from bot.domain.wanted import Wanted, acts

__all__ = ["CATALOG", "LONGEST_ID", "POWER", "UPDATES", "Kind", "Spec"]

LONGEST_ID = 255
"""Characters of a server's id that are kept: a cut one would be another server's."""


class State(StrEnum):
    """Where an operation stands."""

    REQUESTED = "requested"  # waits for other people's consent
    APPROVED = "approved"  # will be done; at once, or when the time to undo is over
    CALLING = "calling"
    SETTLING = "settling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DENIED = "denied"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    VOID = "void"


TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.APPROVED, State.DENIED, State.EXPIRED, State.CANCELLED, State.VOID}),
    # Refused before the call (gone, unreachable), or no longer allowed at the moment of acting.
    # Unknown when an earlier call was lost: it may still take effect.
    State.APPROVED: frozenset(
        {State.CALLING, State.SETTLING, State.FAILED, State.UNKNOWN, State.CANCELLED, State.VOID}
    ),
    # Back to approved only when the provider certainly did nothing, or when doing it twice does no harm.
    State.CALLING: frozenset({State.APPROVED, State.SETTLING, State.FAILED, State.UNKNOWN}),
    State.SETTLING: frozenset({State.SUCCEEDED, State.FAILED, State.UNKNOWN}),
    State.SUCCEEDED: frozenset(),
    State.FAILED: frozenset(),
    State.UNKNOWN: frozenset({State.SETTLING}),  # a person asks to look again
    State.DENIED: frozenset(),
    State.EXPIRED: frozenset(),
    State.CANCELLED: frozenset(),
    State.VOID: frozenset(),
}

ENDED = frozenset(state for state, following in TRANSITIONS.items() if not following) | {State.UNKNOWN}


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
    CHANGED = "changed"
    NO_EFFECT = "no_effect"
    LOST = "lost"
    NO_RESTART_SEEN = "no_restart_seen"
    NEVER_SETTLED = "never_settled"
    DISCONNECTED = "disconnected"
    TOO_LATE = "too_late"
    DENIED = "denied"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    CONSENT_LOST = "consent_lost"
    FROZEN = "frozen"
    PROTECTED = "protected"
    OTHER_ACCOUNT = "other_account"
    NAME_TAKEN = "name_taken"
    UNWATCHED = "unwatched"
    UNREAD = "people_not_readable"
    NOT_STOPPED = "not_stopped"


NEW = "new-"
"""What a creation's server id begins with as long as the provider's own isn't known."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One change to one server, as its row stands. Times are aware; None means not yet.

    `not_before`: until then it can be undone. `stop_first`: the server is stopped before that time begins to run.
    `alike`: other servers' names that are easily taken for this one's. `wanted`: what the server is to be, for the
    kinds that say so; `use`: what it did when it was asked for; `reads`: how often the list was read in vain since
    the call can't be in flight any more.
    `lost`: the end of one of its calls was never heard, so that it may take effect late. A creation has `server_id`
    "new-…" until the provider's id is known.
    """

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
    approved_at: datetime | None = None
    not_before: datetime | None = None
    stop_first: bool = False
    called_at: datetime | None = None
    lease_until: datetime | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    updated_before: datetime | None = None
    seen_moving: bool = False
    calls: int = 0
    looks: int = 0
    lost: bool = False
    overdue_told: bool = False
    outcome: Outcome | None = None
    words: str = ""
    seen_status: str = ""
    account: str = ""
    shown: Fingerprint | None = None
    alike: tuple[str, ...] = ()
    wanted: Wanted | None = None
    reads: int = 0
    use: Usage | None = None

    @property
    def spec(self) -> Spec:
        """Its row of the catalog."""
        return CATALOG[self.kind]

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED

    @property
    def wanted_since(self) -> datetime:
        """Since when it may be done: what waited a day for consent is not a day late."""
        return max(filter(None, (self.approved_at or self.requested_at, self.not_before)))

    @property
    def called_kind(self) -> Kind:
        """What the provider is told next: a deletion may begin with a stop."""
        return Kind.STOP if self.stop_first else self.kind

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it is decided on: a renamed server's old one and its new one."""
        return tuple(dict.fromkeys([self.server_name, self.wanted.name] if self.wanted else [self.server_name]))

    @property
    def takes_name(self) -> str | None:
        """The name that it will take, as names are compared; None when it takes none."""
        takes = self.wanted is not None and (self.kind is Kind.CREATE or self.wanted.name != self.server_name)
        return self.wanted.name.casefold() if self.wanted and takes else None

    @property
    def has_server(self) -> bool:
        """Whether the provider's id of its server is known."""
        return self.kind is not Kind.CREATE or not self.server_id.startswith(NEW)

    def can_be_withdrawn(self, now: datetime) -> bool:
        """Whether nothing was done yet that can't be undone, and nothing is under way."""
        if self.state is State.REQUESTED:
            return True
        undoable = self.not_before is not None and now < self.not_before
        return self.state is State.APPROVED and (undoable or not self.calls)


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked for in one go: one to many operations of one kind, and the consent that it takes.

    `connected_at` says under which provider token it was filed; `needed` is how many others have to agree;
    `broke_glass`: it is done without them; `closed_by`: who withdrew it, or did it without the others;
    `anchor`: 128 bits of the log's head when it was filed; `inside`: who was in the groups that may vote then.
    """

    id: str
    workspace: str
    requester: str
    kind: Kind
    channel: str
    created_at: datetime
    operations: tuple[Operation, ...] = ()
    reason: str = ""
    needed: int = 0
    connected_at: datetime | None = None
    expires_at: datetime | None = None
    due_at: datetime | None = None
    reminders: int = 0
    broke_glass: bool = False
    claimed_by: str = ""
    closed_by: str = ""
    anchor: str = ""
    inside: Inside | None = None
    votes: tuple[Vote, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether all its operations have ended."""
        return all(operation.ended for operation in self.operations)

    @property
    def waiting(self) -> bool:
        """Whether it waits for consent."""
        return any(operation.state is State.REQUESTED for operation in self.operations)

    @property
    def voided(self) -> bool:
        """Whether something of it came to nothing although it was agreed to, or might have been."""
        return any(operation.state is State.VOID for operation in self.operations)

    @property
    def act(self) -> str:
        """What rules of the policy call it."""
        return acts(self.kind, self._wanted)

    @property
    def price(self) -> float | None:
        """What it costs a month, when it is known."""
        return self._wanted.price if self._wanted else None

    @property
    def _wanted(self) -> Wanted | None:
        return self.operations[0].wanted if self.operations else None

    @property
    def approvals(self) -> tuple[Vote, ...]:
        """The votes for it."""
        return tuple(vote for vote in self.votes if vote.choice is Choice.APPROVE)


@dataclass(frozen=True, slots=True)
class Step:
    """What to write next: a state (the same one means: look again later), why, and when to look again.

    `stopped`: the stop before a deletion is over. `not_before`, `stop_first`: set with the consent (see Operation).
    `server_id`: a creation's server, now that it is known. `read`: the list was read in vain (see Operation.reads).
    """

    to: State
    outcome: Outcome | None = None
    words: str = ""
    again_in: timedelta | None = None
    moving: bool = False
    seen_status: str = ""
    stopped: bool = False
    not_before: datetime | None = None
    stop_first: bool = False
    server_id: str = ""
    read: bool = False


def allowed(before: State, after: State) -> bool:
    """Whether the table has this transition; staying where one is needs none."""
    return before is after or after in TRANSITIONS[before]


def took(operation: Operation) -> timedelta | None:
    """From the call to the end, for the outcome's words."""
    if operation.ended_at is None or operation.called_at is None:
        return None
    return operation.ended_at - operation.called_at
