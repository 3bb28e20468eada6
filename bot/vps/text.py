"""Text from outside: made harmless to store and print, and never with a token in it. Not escaped for Slack."""

import re

_SPACES = re.compile(r"[\t\n\r\x0b\x0c\u2028\u2029]+")
# Control characters, lone surrogates (no database and no socket takes them) and the marks that turn the
# direction of writing (a name could show as another name).
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# The provider's tokens start so (provider documentation). Masked wherever they appear, whoever's they are.
_TOKEN = re.compile(r"vps_[A-Za-z0-9_\-]{6,}")
_MASK = "vps_…"


def clean(text: str, limit: int = 1000) -> str:
    """`text` on one line, without control characters, cut to `limit` characters."""
    # Cut first as well: a hostile text of megabytes is not walked through twice.
    harmless = _HARMFUL.sub("", _SPACES.sub(" ", text[: limit * 4])).strip()
    return harmless if len(harmless) <= limit else harmless[: limit - 1] + "…"


class Token:
    """A provider token that can be sent and can't be printed."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value.strip()

    def __repr__(self) -> str:
        return "Token(…)"

    @property
    def sendable(self) -> bool:
        """Whether it can stand in a header: visible ASCII, no blanks."""
        return bool(re.fullmatch(r"[\x21-\x7e]+", self._value))

    @property
    def header(self) -> str:
        """The value of `Authorization`."""
        return f"Bearer {self._value}"

    def mask(self, text: str) -> str:
        """`text` without this token, and without any other of the provider's."""
        return _TOKEN.sub(_MASK, text.replace(self._value, _MASK) if self._value else text)
