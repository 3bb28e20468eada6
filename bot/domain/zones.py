"""Time zones by their names, and a time of day in one of them. A zone is `Area/City`, as Slack tells a person's."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def zone_of(name: str) -> ZoneInfo | None:
    """The zone, or None when there is none of this name."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # not known; no path at all; a folder of zones
        return None


def moment_in(day: date, at: time, zone: str) -> datetime:
    """A time of day in a zone, in UTC; in UTC itself where the zone isn't known.

    A time that summer time leaves out comes as much later as the clock jumps; one that comes twice is the first.
    """
    return datetime.combine(day, at, zone_of(zone) or UTC).astimezone(UTC)


def day_in(now: datetime, zone: str) -> date:
    """The date that it is there."""
    return now.astimezone(zone_of(zone) or UTC).date()
