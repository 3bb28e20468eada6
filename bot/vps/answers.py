"""Judges an answer before anyone reads it: is it one, and if the provider says no, in which words."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.vps.errors import ProviderError, Trouble, unreadable
from bot.vps.text import clean
from bot.vps.wire import Response

# Of words and fields this much is carried on; the caller masks tokens in it and then cuts it to what is shown.
_CARRIED = 3000
_FIELDS = 20

_TROUBLE = {
    401: Trouble.UNAUTHORIZED,
    402: Trouble.NO_CREDIT,
    403: Trouble.FORBIDDEN,
    404: Trouble.NOT_FOUND,
    410: Trouble.NOT_FOUND,
    429: Trouble.RATE_LIMITED,
}
# Where the general sentence stands, most telling first. Error bodies are not documented: the vendor's clients read
# `detail`, else `{field: [message]}`; the others are common.
_SENTENCE_KEYS = ("detail", "message", "error", "non_field_errors")
_MARKUP = re.compile(r"<!doctype|<html|<head|<body|<\?xml|^\s*<[a-z]", re.IGNORECASE)


def json_of(response: Response) -> object:
    """The JSON value of an answer. Raises `ProviderError`: the provider's refusal, or UNREADABLE."""
    _expect_success(response)
    if not response.body.strip():
        raise unreadable("empty answer", status=response.status)
    try:
        value: object = json.loads(response.body)
    # Numbers of thousands of digits and undecodable bytes are ValueErrors too; nesting is a RecursionError.
    except (ValueError, RecursionError):
        pass
    else:
        return value
    kind = "HTML" if _is_markup(response) else "cut off or no JSON"
    raise unreadable(f"answer is {kind}", status=response.status)


def nothing_of(response: Response) -> None:
    """An answer whose body doesn't matter (204). Raises like `json_of`; a page of HTML is not believed."""
    _expect_success(response)
    if _is_markup(response):
        raise unreadable("answer is HTML", status=response.status)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of `Retry-After`, given as seconds or as a date (measured against the answer's own `Date`)."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value, re.ASCII):
        return float(value)
    until = _http_date(value)
    if until is None:
        return None
    now = _http_date(headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())


def _expect_success(response: Response) -> None:
    status = response.status
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise unreadable("redirect, not followed", status=status)
    if not 400 <= status < 600:
        raise unreadable("no such status", status=status)
    trouble = _TROUBLE.get(status, Trouble.REFUSED if status < 500 else Trouble.UNAVAILABLE)
    body = _error_body(response)
    raise ProviderError(
        trouble,
        status=status,
        words=_sentence(body),
        fields=_fields(body) if trouble is Trouble.REFUSED else {},
        retry_after=retry_after(response.headers),
    )


def _error_body(response: Response) -> object:
    if _is_markup(response):
        return None
    try:
        value: object = json.loads(response.body)
    except (ValueError, RecursionError):
        return None
    return value


def _sentence(body: object) -> str:
    if isinstance(body, dict):
        found = (_joined(_inner(body.get(key))) for key in _SENTENCE_KEYS)
        return next((words for words in found if words), "")
    return _joined(body)


def _inner(value: object) -> object:
    """`{"error": {"message": "…"}}` reads like `{"error": "…"}`."""
    if not isinstance(value, dict):
        return value
    return next((value[key] for key in _SENTENCE_KEYS if key in value), None)


def _fields(body: object) -> Mapping[str, str]:
    if not isinstance(body, dict):
        return {}
    own = {name: words for name, words in body.items() if isinstance(words, list)}
    nested = body.get("errors")
    rows = own | (nested if isinstance(nested, dict) else {})
    found: dict[str, str] = {}
    for name, value in list(rows.items())[:_FIELDS]:
        words = _joined(value)
        if words and name not in _SENTENCE_KEYS:
            found[clean(name)] = words
    return found


def _joined(value: object) -> str:
    """The texts of a value, as one sentence; a page of markup is not quoted to people."""
    rows = value if isinstance(value, list) else [value]
    texts = [row for row in rows[:_FIELDS] if isinstance(row, str) and not _MARKUP.search(row[:_CARRIED])]
    return clean(" ".join(texts), _CARRIED)


def _is_markup(response: Response) -> bool:
    kind = response.headers.get("content-type", "").lower()
    return kind.startswith(("text/html", "application/xhtml")) or response.body[:200].lstrip().startswith(b"<")


def _http_date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    # An impossible date is a ValueError, a wild offset an OverflowError, an empty text a TypeError on old Pythons.
    except (ValueError, OverflowError, TypeError):
        return None
