"""What people note about a server: whose it is, until when it is needed, what it is for. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.domain.spans import read_span
from bot.domain.zones import day_in, moment_in

LONGEST = 200
"""Characters of what a server is for."""

KEPT_FOR = timedelta(days=30)
FARTHEST = timedelta(days=3660)
ASKED_AT = time(9)
"""When its owner is asked on the day: in the morning of who wrote the date."""


@dataclass(frozen=True, slots=True)
class Note:
    """A server's note, by its id; the name is the one it had then. `owner` is a Slack user id, or empty.

    `account`: the provider's account that has the server, as far as its name is known.
    """

    server_id: str
    server_name: str
    owner: str = ""
    until: date | None = None
    text: str = ""
    written_by: str = ""
    written_at: datetime | None = None
    account: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is noted."""
        return not (self.owner or self.until or self.text)

    def passed(self, today: date) -> bool:
        """Whether its day has come."""
        return self.until is not None and self.until <= today


class Notes:
    """The notes of a workspace by server. Equal when they say the same, and cheap as the key of a cache."""

    __slots__ = ("_all", "_by_server", "_hash")

    def __init__(self, notes: Iterable[Note] = ()) -> None:
        self._all = tuple(sorted(notes, key=lambda note: note.server_id))
        self._by_server = {note.server_id: note for note in self._all}
        self._hash = hash(self._all)

    def of(self, server_id: str) -> Note | None:
        """What is noted about a server."""
        return self._by_server.get(server_id)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Notes) and self._all == other._all)

    def __hash__(self) -> int:
        return self._hash


NO_NOTES = Notes()


def read_until(text: str, today: date) -> date | None:
    """The day that was typed (`2027-01-31`, or a span from today such as `30d`); None when it can't be one.

    It has to come: neither today nor before, and within ten years.
    """
    span = read_span(text)
    try:
        day = today + span if span else date.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return day if timedelta() < day - today <= FARTHEST else None


def asked_at(until: date, zone: str) -> datetime:
    """When the owner is asked."""
    return moment_in(until, ASKED_AT, zone)


def lived(days: int, now: datetime, zone: str) -> date:
    """The day on which a life of so many days is over. Nobody is asked before each of them was 24 hours long."""
    over = now + timedelta(days=days)
    day = day_in(over, zone)
    return day if asked_at(day, zone) >= over else day + timedelta(days=1)


def kept(note: Note, today: date) -> Note:
    """The note with thirty days more, from its day or from today, whichever is later."""
    return replace(note, until=max(note.until or today, today) + KEPT_FOR)
