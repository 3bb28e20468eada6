"""Asking for a role: who asks, what for, and what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.roles import Role


class Answer(StrEnum):
    """What an admin said."""

    NONE = "none"
    GRANTED = "granted"
    GRANTED_FOR_A_SHIFT = "granted_a_shift"
    DECLINED = "declined"


SHIFT = timedelta(hours=8)
"""What *Grant for 8 h* gives."""


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A person was refused `asked` and asks for `role`, on one server by name or ("") on all."""

    id: str
    workspace: str
    member: str
    role: Role
    server_name: str
    asked: str
    asked_at: datetime
    answer: Answer = Answer.NONE
    answered_by: str = ""
    answered_at: datetime | None = None


class Tally(StrEnum):
    """Whether a person's refusals slow them: only who is told no is slowed, of whatever.

    Who asks second, or says yes or no too late or twice, knocks at no closed door: of fifty honest clicks at once,
    forty-nine do.
    """

    NO = "no"
    BUSY = "busy"
    LATE = "late"


# A flood of refusals by one person: this many are logged one by one, the rest of the window is one entry.
FLOOD_WINDOW = timedelta(minutes=10)
LOGGED_ONE_BY_ONE = 5
SLOWED_AFTER = 15
SLOWED_FOR = timedelta(minutes=1)


def ending_told_at(granted_at: datetime, until: datetime) -> datetime:
    """When a limited grant's end is announced: an hour before, or at half of a shorter one."""
    return max(until - timedelta(hours=1), granted_at + (until - granted_at) / 2)
