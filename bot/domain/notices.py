"""A promised message: what it is about, and how far it has come. Its words are made when it is sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class NoticeKind(StrEnum):
    """What is told. The subject is the id of a request, unless said otherwise."""

    CARD = "card"  # the one message that shows how a request stands; updated as it moves
    OUTCOME = "outcome"  # the end of a request, mentioning the requester; "request:voters": those who approved in vain
    OVERDUE = "overdue"  # it takes unusually long; "request:0" on: it shows a status that isn't on its way
    APPEARED = "appeared"  # a server of the name of a creation whose end nobody knows
    REMINDER = "reminder"  # a request waits for consent; the subject is the request and the number, "request:1"
    GLASS = "glass"  # somebody broke the glass: told loudly where consent is usually asked for
    SETTINGS = "settings"  # a change of the settings; the subject is the change and who is told, "change:recipient"
    FREEZE = "freeze"  # everything is frozen, or not any more; the subject is the change and where it is told
    PROPOSAL = "proposal"  # a second admin is asked; the subject is the proposal and the admin, "proposal:admin"
    PROPOSAL_ENDED = "proposal_ended"  # what came of it, told to who proposed it; the subject is the proposal
    CHANNEL_LOST = "channel_lost"  # I can't write there; the subject is "channel:its last message (or typed):admin"
    ROLE = "role"  # a person got a role; the subject is the grant
    ROLE_TAKEN = "role_taken"  # a role was taken; the subject is the grant and who is told, "grant:person"
    # a role ends soon; the subject is the grant and who is told: "grant:person", "grant:group" until it is due, then
    # "grant:person:member" for each of the group's people, or "grant:admin:why" where they can't be told (see Untold)
    ROLE_ENDS = "role_ends"
    ACCESS_ASKED = "access_asked"  # somebody asks for a role; the subject is the request and the admin, "request:admin"
    ACCESS_ANSWERED = "access_answered"  # what came of it; the subject is the request
    EXPORT = "export"  # the log as a file, in a direct message; the subject is the entry that says it was asked for
    SCHEDULE_RAN = "schedule_ran"  # a run of a schedule ended; the subject is the run
    SCHEDULE_SKIPPED = "schedule_skipped"  # a time of a schedule was left out; the subject is the run
    SCHEDULE_CANCELLED = "schedule_cancelled"  # it won't run any more; the subject is the schedule
    FLEET = "fleet"  # servers changed; the subject is the look and a number, "look:0"
    DIGEST = "digest"  # how it stands, on a weekday's morning; the subject is the moment it was due
    NOTE_DUE = "note_due"  # a server's day has come; the subject is a digest of server and day, and who is asked


CARRY_FILES = frozenset({NoticeKind.EXPORT})
"""What carries a file, which may take minutes to be made and sent."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A promised message as its row stands. `ts` is Slack's id of the message, empty until Slack gave it.

    `claimed_at`: when who holds this took it for sending.
    """

    id: str
    workspace: str
    kind: NoticeKind
    subject: str
    recipient: str
    wanted_channel: str
    created_at: datetime
    detail: dict[str, str]
    wanted_version: int = 1
    sent_version: int = 0
    attempts: int = 0
    channel: str = ""
    ts: str = ""
    claimed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A promised message that Slack doesn't have yet: why not, as Slack says it, and when it is tried again.

    `next_at` is None when the bot has given up on it.
    """

    notice: Notice
    error: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A promised message that Slack doesn't have yet, as it stands before others: why not, and when it is tried again.

    `sending`: it is being sent at this moment, until `due_at` at most.
    """

    notice: Notice
    error: str
    attempts: int
    due_at: datetime
    sending: bool


VOTERS = "voters"
"""To whom the end of a void request is told a second time: those who approved it, where they did."""

NOTHING_TO_SAY = "nothing to say"
"""Why a message was never sent that had become untrue before its turn, or others: nothing is owed."""


class NoFile(StrEnum):
    """Why a message that was to carry a file carries none, and won't."""

    NOT_THEIRS = "not_theirs"  # who asked lost the right meanwhile
    NOT_WHOLE = "not_whole"  # the log is bent, so a part of it can't be signed


PEOPLE_OF = "people_of"
"""In the detail of a message: the user group whose people it is for. When it is due, it becomes one for each."""


class Untold(StrEnum):
    """Why the people of a group aren't told what its admins are told."""

    UNREAD = "unread"  # Slack doesn't say who is in it
    TOO_MANY = "too_many"


NOT_MADE = "not made"
"""Why a message was not sent whose words or file could not be made: a mistake of ours, or the machine's."""

GROUP_NOT_READ = "group not read"
"""Why nobody of a group was told yet: Slack doesn't say who is in it."""

CUT_OFF = "cut off"
"""Why it isn't known whether a message was sent: the process that was sending it is gone."""

RATE_LIMITED = "ratelimited"
"""Slack's word for: not before `Retry-After`."""

MOST_ATTEMPTS = 12
SENDING_LEASE = timedelta(seconds=45)
"""How long a sending may take before it counts as cut off: within a minute, others have sent it."""

BETWEEN_UPDATES = timedelta(seconds=1.2)
"""`chat.update` is tier 3: 50 a minute (Slack, "Rate limits")."""


def retry_pause(attempts: int) -> timedelta:
    """The pause after a failed sending: 2 s doubled each time, at most five minutes."""
    return min(timedelta(seconds=2 << min(attempts, 10)), timedelta(minutes=5))
