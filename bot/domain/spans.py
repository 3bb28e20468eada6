"""Spans of time as people type them: 30m, 8h, 2d, 1w."""

import re
from datetime import UTC, date, datetime, time, timedelta

_SPAN = re.compile(r"(\d{1,4}) ?(m|h|d|w)", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_span(text: str) -> timedelta | None:
    """The span, or None when the text is none."""
    match = _SPAN.fullmatch(text.strip())
    return timedelta(**{_UNITS[match[2].lower()]: int(match[1])}) if match else None


def read_day(text: str) -> datetime | None:
    """The last moment of a day (2026-11-23), in UTC; None when the text is none."""
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time.max, UTC)
    except ValueError:
        return None


def read_moment(text: str, now: datetime) -> datetime | None:
    """A moment: a span back from now (7d), a day (2026-11-23), or a time (2026-11-23T09:00); UTC unless it says so."""
    span = read_span(text)
    if span is not None:
        return now - span
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
