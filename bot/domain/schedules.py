"""When something is to be done: how people type it, and which moments it means. Pure; the zones are the system's.

A clock that is set forward leaves minutes out, and one that is set back shows some twice. A time that doesn't exist on
a day means the next minute that does; one that exists twice means the first.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.approvals import Fingerprint
from bot.domain.operations import POWER, Kind

LATE_AFTER = timedelta(minutes=15)
"""What could not begin for this long is skipped: at another time than was meant it would surprise."""

FURTHEST = timedelta(days=366)
"""How far ahead a day may be."""

MOST_KEPT = 100
"""Schedules of one workspace."""

LONGEST_REASON = 500

SCHEDULABLE = (*POWER, Kind.DELETE)
"""What can be done at a time."""


class Every(StrEnum):
    """On which days something is done again and again."""

    DAY = "day"
    WEEKDAY = "weekday"
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_WEEK = tuple(Every)[2:]
_DAYS: Mapping[Every, frozenset[int]] = {
    Every.DAY: frozenset(range(7)),
    Every.WEEKDAY: frozenset(range(5)),
    **{each: frozenset({number}) for number, each in enumerate(_WEEK)},
}


@dataclass(frozen=True, slots=True)
class When:
    """A time of day as the clocks in `zone` show it: once, on `day`, or on the days that `every` names."""

    at: time
    zone: str
    every: Every | None = None
    day: date | None = None

    def __str__(self) -> str:
        """As it is typed: `every monday 02:00`, `2026-12-24 02:00`."""
        return f"{f'every {self.every}' if self.every else self.day} {self.at:%H:%M}"


class Trouble(StrEnum):
    """Why typed words are no schedule."""

    NO_TIME = "no_time"
    BAD_TIME = "bad_time"
    BAD_DAY = "bad_day"
    BAD_DATE = "bad_date"
    PAST = "past"
    TOO_FAR = "too_far"
    EVERY_DATE = "every_date"
    EVERY_DELETE = "every_delete"
    NO_ZONE = "no_zone"
    BAD_ZONE = "bad_zone"
    BAD_OPTION = "bad_option"
    NO_COMMAND = "no_command"
    NOT_SCHEDULABLE = "not_schedulable"
    NO_SERVER = "no_server"
    NO_REASON = "no_reason"
    LONG_REASON = "long_reason"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why typed words are no schedule, and the part it is about."""

    trouble: Trouble
    about: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: when, what, and the words for the servers."""

    when: When
    kind: Kind
    servers: tuple[str, ...]
    reason: str = ""


class Standing(StrEnum):
    """What became of a schedule. One that is offered was shown and waits for a yes."""

    OFFERED = "offered"
    KEPT = "kept"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Something that one person wants done at a time. `next_at` is the time, `due_at` when the bot looks at it.

    `servers` are those that were shown, (id, name), with `shown`, all that a deletion was shown with; `anew`: the
    words are looked up again at each run; `account`: whose servers they are. `trouble`: why it could not begin yet, or
    why nobody but the bot cancelled it; `cancelled_by`: who did.
    """

    id: str
    workspace: str
    member: str
    kind: Kind
    words: tuple[str, ...]
    servers: tuple[tuple[str, str], ...]
    anew: bool
    when: When
    channel: str
    created_at: datetime
    standing: Standing = Standing.OFFERED
    shown: tuple[Fingerprint, ...] = ()
    reason: str = ""
    next_at: datetime | None = None
    due_at: datetime | None = None
    account: str = ""
    trouble: str = ""
    cancelled_by: str = ""

    @property
    def why(self) -> str:
        """The reason of what it files."""
        return self.reason or f"Scheduled: {self.when} ({self.when.zone})"


_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
OPTIONS = ("zone", "reason")


def is_zone(name: str) -> bool:
    """Whether the system knows a time zone of this name, such as `Europe/Berlin`."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; not a name at all; a folder of zones ("Europe")
        return False
    return True


def read(words: Sequence[str], options: Mapping[str, str], zone: str, now: datetime) -> Typed | Wrong:
    """What `/vps at …` means for a person whose account says `zone`, at `now`."""
    unknown = next((name for name in options if name not in OPTIONS), None)
    if unknown:
        return Wrong(Trouble.BAD_OPTION, unknown)
    if not words:
        return Wrong(Trouble.NO_TIME)
    zone = options.get("zone", zone)
    if not zone:
        return Wrong(Trouble.NO_ZONE)
    if not is_zone(zone):
        return Wrong(Trouble.BAD_ZONE, zone)
    read_so_far = _read_when([word.lower() for word in words], zone, now)
    if isinstance(read_so_far, Wrong):
        return read_so_far
    when, used = read_so_far
    return _read_command(when, words[used:], options.get("reason", "").strip())


def _read_when(words: Sequence[str], zone: str, now: datetime) -> tuple[When, int] | Wrong:
    """The time, and how many words it took."""
    every, day, used = None, None, 0
    today = now.astimezone(ZoneInfo(zone)).date()
    if words[0] == "every":
        named = words[1] if len(words) > 1 else ""
        if _DATE.fullmatch(named):
            return Wrong(Trouble.EVERY_DATE, named)
        if named not in tuple(Every):
            return Wrong(Trouble.BAD_DAY, named)
        every, used = Every(named), 2
    elif words[0] in ("today", "tomorrow"):
        day, used = today + timedelta(days=words[0] == "tomorrow"), 1
    elif _DATE.fullmatch(words[0]):
        day, used = _date(words[0]), 1
        if day is None:
            return Wrong(Trouble.BAD_DATE, words[0])
    if words[used : used + 1] == ["at"]:
        used += 1
    at = _time(words[used] if len(words) > used else "")
    if at is None:
        return Wrong(Trouble.BAD_TIME if len(words) > used else Trouble.NO_TIME, " ".join(words[used : used + 1]))
    when = When(at, zone, every, day if day or every else _next_day(at, zone, now))
    return _far_enough(when, today, now) or (when, used + 1)


def _far_enough(when: When, today: date, now: datetime) -> Wrong | None:
    if when.day and when.day - today > FURTHEST:
        return Wrong(Trouble.TOO_FAR, str(when.day))
    if when.day and (when.day < today or moment_of(when.day, when.at, when.zone) <= now):
        return Wrong(Trouble.PAST, str(when))
    return None


def _read_command(when: When, words: Sequence[str], reason: str) -> Typed | Wrong:
    if not words:
        return Wrong(Trouble.NO_COMMAND)
    verb = words[0].lower()
    if verb not in SCHEDULABLE:
        return Wrong(Trouble.NOT_SCHEDULABLE, words[0])
    kind = Kind(verb)
    if kind is Kind.DELETE and when.every:
        return Wrong(Trouble.EVERY_DELETE)
    if len(words) < 2:
        return Wrong(Trouble.NO_SERVER, verb)
    if len(reason) > LONGEST_REASON or (kind is Kind.DELETE and not reason):
        return Wrong(Trouble.LONG_REASON if reason else Trouble.NO_REASON)
    return Typed(when, kind, tuple(words[1:]), reason)


def _time(word: str) -> time | None:
    found = _TIME.fullmatch(word)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def _date(word: str) -> date | None:
    year, month, day = map(int, word.split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_day(at: time, zone: str, now: datetime) -> date:
    """Today, or tomorrow where that time has passed."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return today if moment_of(today, at, zone) > now else today + timedelta(days=1)


def moment_of(day: date, at: time, zone: str) -> datetime:
    """When the clocks in `zone` show this time on this day, in UTC."""
    shown = datetime.combine(day, at)
    while True:
        moment = shown.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == shown:
            return moment
        shown += timedelta(minutes=1)  # the clocks were set forward past it


def next_time(when: When, after: datetime) -> datetime | None:
    """The first moment that is meant and is later than `after`; None when there is none."""
    if when.every is None:
        assert when.day is not None
        moment = moment_of(when.day, when.at, when.zone)
        return moment if moment > after else None
    # One day back: what a clock set forward moved past midnight belongs to the day before.
    day = after.astimezone(ZoneInfo(when.zone)).date() - timedelta(days=1)
    while True:
        if day.weekday() in _DAYS[when.every]:
            moment = moment_of(day, when.at, when.zone)
            if moment > after:
                return moment
        day += timedelta(days=1)


def next_times(when: When, after: datetime, number: int = 3) -> tuple[datetime, ...]:
    """The next moments, at most `number`."""
    found: list[datetime] = []
    while len(found) < number and (upcoming := next_time(when, after)) is not None:
        found.append(upcoming)
        after = upcoming
    return tuple(found)


def following(when: When, time_: datetime, now: datetime) -> datetime | None:
    """The time after one that was done or skipped: what the bot slept through in between is not made up for."""
    return next_time(when, max(time_, now - LATE_AFTER))
