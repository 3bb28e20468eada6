"""When the morning's look is told: on weekdays, at a time of day in a zone. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.domain.zones import moment_in, zone_of

KEY = "digest"
"""Where it stands among a workspace's settings."""

MOST_LATE = timedelta(hours=1)
"""How late it may come: after that the morning is over, and the next one is waited for."""

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Digest:
    """Told every weekday at `at` in `zone`; `by` wanted it, and gets it where no channel can be."""

    at: time
    zone: str
    by: str


def read_time(text: str) -> time | None:
    """The time of day that was typed (`08:30`, `17:05`), or None."""
    match = _TIME.fullmatch(text)
    return time(int(match[1]), int(match[2])) if match else None


def digest_of(settings: Mapping[str, Any]) -> Digest | None:
    """The digest among a workspace's settings; None when there is none."""
    kept = settings.get(KEY)
    at = read_time(str(kept.get("at", ""))) if isinstance(kept, Mapping) else None
    return Digest(at, str(kept["zone"]), str(kept["by"])) if at and isinstance(kept, Mapping) else None


def with_digest(settings: Mapping[str, Any], digest: Digest | None) -> dict[str, Any]:
    """The settings with another digest, or none."""
    others = {name: value for name, value in settings.items() if name != KEY}
    if digest is None:
        return others
    return others | {KEY: {"at": f"{digest.at:%H:%M}", "zone": digest.zone, "by": digest.by}}


def next_weekday(digest: Digest, after: datetime) -> datetime:
    """The next time it is told, later than `after`; in UTC. Weekends are those of its zone."""
    day = after.astimezone(zone_of(digest.zone) or UTC).date()
    while True:
        at = moment_in(day, digest.at, digest.zone)
        if day.weekday() < _SATURDAY and at > after:
            return at
        day += timedelta(days=1)


def too_late(due_at: datetime, now: datetime) -> bool:
    """Whether the bot was away for so long that this one is skipped."""
    return now - due_at > MOST_LATE
