"""The kinds of values Slack knows in blocks: texts, ids, addresses, numbers, lists. Each describes itself in words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.rules.finding import Found


@dataclass(frozen=True, slots=True)
class Check:
    """`words` completes the sentence "… is"; `run(value, pointer, found)` notes what is wrong."""

    words: str
    run: Callable[[Any, str, Found], None]


def plain(most: int) -> Check:
    """A text object that must be `plain_text`."""
    return Check(f"plain_text of 1 to {most:,} characters", lambda v, at, f: _text(v, at, f, most, ("plain_text",)))


def text(most: int) -> Check:
    """A text object, `plain_text` or `mrkdwn`."""
    kinds = ("plain_text", "mrkdwn")
    return Check(f"text of 1 to {most:,} characters", lambda v, at, f: _text(v, at, f, most, kinds))


def mrkdwn(most: int) -> Check:
    """A text object that must be `mrkdwn`."""
    return Check(f"mrkdwn of 1 to {most:,} characters", lambda v, at, f: _text(v, at, f, most, ("mrkdwn",)))


def string(most: int, least: int = 0) -> Check:
    """A bare string of a limited length."""
    span = f"{least:,} to {most:,}" if least else f"at most {most:,}"
    return Check(f"a string of {span} characters", lambda v, at, f: _string(v, at, f, least, most))


def url(most: int = 3000) -> Check:
    """A web address."""

    def run(value: Any, at: str, found: Found) -> None:
        _string(value, at, found, 1, most)
        if isinstance(value, str) and not re.match(r"(https?|slack|mailto|tel):", value):
            found.add(at, "must be a valid URL")

    return Check(f"an address of at most {most:,} characters", run)


def secure_url(most: int = 3000) -> Check:
    """An address that is encrypted on its way."""

    def run(value: Any, at: str, found: Found) -> None:
        _string(value, at, found, 1, most)
        if isinstance(value, str) and not value.startswith("https://"):
            found.add(at, "must be a valid HTTPS URL")

    return Check(f"an https address of at most {most:,} characters", run)


def matching(pattern: str, words: str) -> Check:
    """A string of a fixed form, such as a date."""
    form = re.compile(pattern)

    def run(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, str) or not form.fullmatch(value):
            found.add(at, f"must be {words}")

    return Check(words, run)


def one_of(*values: str) -> Check:
    """One of a few words."""

    def run(value: Any, at: str, found: Found) -> None:
        if value not in values:
            found.add(at, f"must be one of: {', '.join(values)}")

    return Check(f"one of {', '.join(values)}", run)


def flag() -> Check:
    """true or false."""

    def run(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, bool):
            found.add(at, "must be a boolean")

    return Check("true or false", run)


def whole(least: int, most: int) -> Check:
    """A whole number within limits."""

    def run(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            found.add(at, "must be an integer")
        elif value < least:
            found.add(at, f"must be more than {least - 1}")
        elif value > most:
            found.add(at, f"must be less than {most + 1}")

    return Check(f"a whole number from {least:,} to {most:,}", run)


def number() -> Check:
    """A number, whole or not."""

    def run(value: Any, at: str, found: Found) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            found.add(at, "must be a number")

    return Check("a number", run)


def above_zero() -> Check:
    """A number greater than 0."""

    def run(value: Any, at: str, found: Found) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            found.add(at, "must be a number")
        elif not value > 0:
            found.add(at, "must be more than 0")

    return Check("a number above 0", run)


def strings(most: int, least: int = 0) -> Check:
    """A list of strings (ids, mostly)."""

    def run(value: Any, at: str, found: Found) -> None:
        if _listed(value, at, found, least, most):
            for n, item in enumerate(value):
                _string(item, f"{at}/{n}", found, 1, 255)

    return Check(f"a list of {least} to {most} strings", run)


def many(item: Callable[[Any, str, Found], None], words: str, least: int, most: int) -> Check:
    """A list whose items are checked one by one."""

    def run(value: Any, at: str, found: Found) -> None:
        if _listed(value, at, found, least, most):
            for n, each in enumerate(value):
                item(each, f"{at}/{n}", found)

    return Check(f"a list of {least} to {most} {words}", run)


def _listed(value: Any, at: str, found: Found, least: int, most: int) -> bool:
    if not isinstance(value, list):
        found.add(at, "must be an array")
        return False
    if len(value) > most:
        found.add(at, f"no more than {most} items allowed")
        return False
    if len(value) < least:
        found.add(at, f"no less than {least} items allowed")
        return False
    return True


def _string(value: Any, at: str, found: Found, least: int, most: int) -> None:
    if not isinstance(value, str):
        found.add(at, "must be a string")
    elif len(value) > most:
        found.add(at, f"must be less than {most + 1} characters")
    elif len(value) < least:
        found.add(at, f"must be more than {least - 1} characters")


_TEXT_FIELDS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}


def _text(value: Any, at: str, found: Found, most: int, kinds: tuple[str, ...]) -> None:
    if not isinstance(value, dict):
        found.add(at, "must provide an object")
        return
    kind = value.get("type")
    if kind not in kinds:
        found.add(f"{at}/type", f"must be one of: {', '.join(kinds)}")
        return
    if "text" not in value:
        found.add(at, "missing required field: text")
        return
    words = value["text"]
    if not isinstance(words, str):
        found.add(f"{at}/text", "must be a string")
    elif len(words) > most:
        found.add(f"{at}/text", f"must be less than {most + 1} characters")
    elif not words:
        found.add(f"{at}/text", "must be more than 0 characters")
    if len(value) > 2 and not value.keys() <= _TEXT_FIELDS[kind]:
        found.add(at, f"invalid additional property: {sorted(value.keys() - _TEXT_FIELDS[kind])[0]}")
