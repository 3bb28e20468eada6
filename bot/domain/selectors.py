"""Which servers a person means: by name, id, pattern or filter. A near miss is offered, never taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import translate as glob_to_regex
from functools import lru_cache
from re import IGNORECASE, Pattern, sub
from re import compile as compile_regex
from typing import Any

from rapidfuzz import fuzz, process

from bot.domain.notes import Note
from bot.domain.servers import Server, Status
from bot.domain.spans import read_span

NEAR_ENOUGH = 70
"""Similarity (0 to 100, rapidfuzz's ratio) from which a name is offered as "did you mean"."""

MOST_OFFERED = 3


@dataclass(frozen=True, slots=True)
class Found:
    """Servers that are meant for sure. `exact` tells a list of full names or ids from a pattern's matches."""

    servers: tuple[Server, ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class SameName:
    """Several servers answer to one name: a person has to say which, by id."""

    typed: str
    servers: tuple[Server, ...]


@dataclass(frozen=True, slots=True)
class NotFound:
    """No server answers to it; `near` are the closest names, best first, perhaps none."""

    typed: str
    near: tuple[Server, ...]


Selection = Found | SameName | NotFound


def is_glob(text: str) -> bool:
    """Whether a text is a pattern (`web-*`, `db-?`, `web-[12]`) and not a plain name."""
    return any(character in text for character in "*?[")


def matches(glob: str, name: str) -> bool:
    """Whether a name fits a pattern, in upper or lower case. A plain name fits itself."""
    return _compiled(glob).match(name) is not None


def only(name: str) -> str:
    """The pattern that fits this name and no other: what stands for more in a pattern stands for itself."""
    return sub(r"([*?[])", r"[\1]", name)


def select(typed: Sequence[str], servers: Sequence[Server]) -> Selection:
    """The servers that the words mean, each once, in the order typed."""
    chosen: dict[str, Server] = {}
    for word in typed:
        one = _select_one(word, servers)
        if not isinstance(one, Found):
            return one
        chosen |= {server.id: server for server in one.servers}
    return Found(tuple(chosen.values()), exact=not any(is_glob(word) for word in typed))


def _select_one(typed: str, servers: Sequence[Server]) -> Selection:
    by_id = [server for server in servers if server.id == typed]
    by_name = [server for server in servers if server.name == typed]
    exact = {server.id: server for server in by_name + by_id}
    if not exact:
        exact = {server.id: server for server in servers if server.name.lower() == typed.lower()}
    if len(exact) > 1:
        return SameName(typed, tuple(exact.values()))
    if exact:
        return Found(tuple(exact.values()), exact=True)
    if is_glob(typed):
        fitting = tuple(server for server in servers if matches(typed, server.name))
        return Found(fitting, exact=False) if fitting else NotFound(typed, ())
    return NotFound(typed, _near(typed, servers))


def _near(typed: str, servers: Sequence[Server]) -> tuple[Server, ...]:
    names = [server.name.lower() for server in servers]
    best = process.extract(typed.lower(), names, scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH, limit=MOST_OFFERED)
    return tuple(servers[index] for _name, _score, index in best)


MEANT = {"restart": "reboot", "shutdown": "stop", "halt": "stop", "poweroff": "stop", "ls": "list", "info": "show"}
"""Words people type for others, that are not near by their letters."""


def nearest_word(typed: str, words: Sequence[str]) -> str | None:
    """The word of a closed list that is closest to what was typed, if any is close."""
    if MEANT.get(typed.lower()) in words:
        return MEANT[typed.lower()]
    best = process.extractOne(typed.lower(), list(words), scorer=fuzz.ratio, score_cutoff=55)
    return best[0] if best else None


FILTERS = ("status", "location", "owner", "older", "until")
"""The options that `/vps list` knows."""


@dataclass(frozen=True, slots=True)
class BadFilter:
    """A filter that can't be: which, what was typed, and which values there are."""

    name: str
    typed: str
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to: a pattern over names, a status, a location; None means any.

    `owner` is who the notes say it belongs to, `created_by` the time by which it was there, `wanted_until` the day by
    which its own day had come.
    """

    glob: str | None = None
    status: str | None = None
    location: str | None = None
    owner: str | None = None
    created_by: datetime | None = None
    wanted_until: date | None = None

    def fits(self, server: Server, note: Note | None = None) -> bool:
        """Whether a server, with what is noted about it, passes all that is set."""
        return (
            (self.glob is None or matches(self.glob, server.name) or server.id == self.glob)
            and (self.status is None or server.status == self.status)
            and (self.location is None or server.location == self.location)
            and (self.owner is None or (note is not None and note.owner == self.owner))
            and (self.created_by is None or (server.created_at is not None and server.created_at <= self.created_by))
            and (self.wanted_until is None or (note is not None and note.passed(self.wanted_until)))
        )


def read_filter(
    globs: Sequence[str], options: Mapping[str, str], servers: Sequence[Server], *, me: str, now: datetime, today: date
) -> Filter | BadFilter:
    """A filter from typed words. Known values are those documented and those that occur in the fleet.

    A person is `me` or as a mention looks (`@U0OLGA`); an age is a span (`90d`); of the days there is `passed`.
    """
    chosen: dict[str, str] = {}
    limits: dict[str, Any] = {}
    for name, typed in options.items():
        if name not in FILTERS:
            return BadFilter(name, typed, FILTERS)
        if name in ("owner", "older", "until"):
            limit = _limit(name, typed, me, now, today)
            if limit is None:
                return BadFilter(name, typed, ())
            limits |= limit
            continue
        known = _values(name, servers)
        value = next((each for each in known if each.lower() == typed.lower()), None)
        if value is None:
            return BadFilter(name, typed, known)
        chosen[name] = value
    if len(globs) > 1:
        return BadFilter("name", " ".join(globs), ())
    return Filter(globs[0] if globs else None, chosen.get("status"), chosen.get("location"), **limits)


def _limit(name: str, typed: str, me: str, now: datetime, today: date) -> dict[str, Any] | None:
    """What a typed owner, age or day narrows; None when it is none."""
    if name == "owner":
        who = me if typed.lower() == "me" else typed[1:] if typed[:2] in ("@U", "@W") else ""
        return {"owner": who} if who else None
    if name == "until":
        return {"wanted_until": today} if typed.lower() == "passed" else None
    span = read_span(typed)
    return {"created_by": now - span} if span else None


def _values(name: str, servers: Sequence[Server]) -> tuple[str, ...]:
    if name == "status":
        return tuple(sorted({*Status, *(server.status for server in servers)}))
    return tuple(sorted({server.location for server in servers if server.location}))


@lru_cache(maxsize=1024)
def _compiled(glob: str) -> Pattern[str]:
    return compile_regex(glob_to_regex(glob), IGNORECASE)
