"""Spans of time as people type them: 30m, 8h, 2d, 1w."""

import re
from datetime import timedelta

_SPAN = re.compile(r"(\d{1,4}) ?(m|h|d|w)", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_span(text: str) -> timedelta | None:
    """The span, or None when the text is none."""
    match = _SPAN.fullmatch(text.strip())
    return timedelta(**{_UNITS[match[2].lower()]: int(match[1])}) if match else None
