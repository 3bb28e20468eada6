"""Validation of what is sent, in the REST framework's words: every mistake at once, `{"field": ["message"]}`."""

import re
from collections.abc import Callable, Iterable, Mapping

from bot.sandbox.vps.wire import Refused

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_FQDN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})+\.?")
_HOSTNAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*\.?")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_LONGEST_NAME = 255  # not documented; some limit every column has

Check = Callable[[object], object]


def checked(
    body: Mapping[str, object], checks: Mapping[str, Check], *, required: Iterable[str] = ()
) -> dict[str, object]:
    """The fields that were sent and are right. Raises Refused (400) with every mistake; ignores unknown fields."""
    values: dict[str, object] = {}
    errors: dict[str, list[str]] = {}
    for field in required:
        if field not in body:
            errors[field] = ["This field is required."]
    for field, check in checks.items():
        if field not in body:
            continue
        try:
            values[field] = check(body[field])
        except ValueError as error:
            errors[field] = [str(error)]
    if errors:
        raise Refused(400, errors)
    return values


def name(value: object) -> str:
    """Letters of ASCII, digits and hyphens (documented)."""
    text = _text(value)
    if not _NAME.fullmatch(text):
        raise ValueError("Name may only contain alphanumeric characters and hyphens.")
    if len(text) > _LONGEST_NAME:
        raise ValueError(f"Ensure this field has no more than {_LONGEST_NAME} characters.")
    return text


def fqdn(value: object) -> str:
    """A fully qualified domain name: two labels at least (RFC 1123)."""
    text = _text(value)
    if not _FQDN.fullmatch(text):
        raise ValueError("Enter a valid fully qualified domain name.")
    return text


def hostname(value: object) -> str:
    """A domain name of one label or more (RFC 1123): the vendor's clients send plain names, too."""
    text = _text(value)
    if not _HOSTNAME.fullmatch(text):
        raise ValueError("Enter a valid hostname.")
    return text


def flag(value: object) -> bool:
    """True or false, not a text that says so."""
    if not isinstance(value, bool):
        raise ValueError("Must be a valid boolean.")
    return value


def entry_of(catalogue: Mapping[int, object]) -> Check:
    """What the catalogue has under an integer (the documentation's type; a text of digits isn't one)."""

    def check(value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError("A valid integer is required.")
        if value not in catalogue:
            raise ValueError(f'Invalid pk "{value}" - object does not exist.')
        return catalogue[value]

    return check


def choice_of(known: Iterable[str]) -> Check:
    """One of the texts `known`."""

    def check(value: object) -> object:
        text = _text(value)
        if text not in known:
            raise ValueError(f'"{text}" is not a valid choice.')
        return text

    return check


def _text(value: object) -> str:
    if value is None:
        raise ValueError("This field may not be null.")
    if not isinstance(value, str):
        raise ValueError("Not a valid string.")
    if not value.strip():
        raise ValueError("This field may not be blank.")
    return value
