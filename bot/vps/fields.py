"""Reads single values out of the provider's JSON: tolerant of the type, deaf to what isn't known.

Every function takes any JSON value and gives a value of its type or None. None of them raises, except `identity`
and `required`, which raise `ProviderError` UNREADABLE and name the field.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from bot.vps.errors import unreadable
from bot.vps.text import clean

_NOTHING: Mapping[str, object] = {}


def mapping(value: object) -> Mapping[str, object]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else _NOTHING


def text(value: object) -> str | None:
    """A text, also from a number; None for nothing, an empty text, a boolean, a list, an object."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return (str(int(value)) if value.is_integer() else str(value)) if math.isfinite(value) else None
    return (clean(value) or None) if isinstance(value, str) else None


def identity(value: object, name: str) -> str:
    """An id, as an opaque text. Raises UNREADABLE: missing, or one that could not be put into a path unchanged."""
    found = required(value, name)
    if isinstance(value, str) and value != found:
        raise unreadable(f"{name} holds characters no id has")
    if not found.strip("."):
        raise unreadable(f"{name} can't be an id")
    return found


def required(value: object, name: str) -> str:
    """A text that must be there. Raises UNREADABLE naming the field."""
    found = text(value)
    if found is None:
        raise unreadable(f"answer has no {name}")
    return found


def number(value: object) -> float | None:
    """A finite number, also from a text such as "5.00"."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def whole(value: object) -> int | None:
    """A whole number; a fraction is cut off."""
    found = number(value)
    return None if found is None else int(found)


def flag(value: object) -> bool | None:
    """Yes or no, also from 0, 1, "true", "false"."""
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "false": False, "0": False}.get((text(value) or "").lower())


def moment(value: object) -> datetime | None:
    """A point in time in UTC from ISO 8601; one without an offset is taken as UTC."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list, or of the one text given in its place."""
    rows = value if isinstance(value, list) else [value]
    return tuple(found for row in rows if (found := text(row)) is not None)
