"""What a person typed behind `/vps`, read once and the same way everywhere.

`parse` never raises: it gives a `Line` or a `Problem` that says what is wrong. `printed` is its inverse:
`parse(printed(line)) == line`. The text is as Slack sends it with `should_escape`: `&`, `<`, `>` as
entities, people and channels as `<@U1|name>`, links as `<url|label>`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

MAX_LENGTH = 1_000
"""Characters of one command. Slack allows more; nobody types more on purpose."""


class MentionKind(StrEnum):
    """What a mention points at."""

    USER = "user"
    GROUP = "group"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Mention:
    """A person, user group or channel that was picked from Slack's list; `id` is Slack's."""

    kind: MentionKind
    id: str


Word = str | Mention


@dataclass(frozen=True)
class Line:
    """The words in order, and the options (`status=active`, `--status active`) by lower-case name."""

    words: tuple[Word, ...] = ()
    options: Mapping[str, Word] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def command(self) -> str:
        """The first word in lower case; empty when there is none or it is a mention."""
        return self.words[0].lower() if self.words and isinstance(self.words[0], str) else ""

    @property
    def rest(self) -> "Line":
        """The line without its first word."""
        return Line(self.words[1:], self.options)


class Trouble(StrEnum):
    """Why a text can't be read."""

    UNCLOSED_QUOTE = "unclosed_quote"
    MISSING_VALUE = "missing_value"
    TWICE = "twice"
    INVISIBLE = "invisible"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text can't be read, and the part it is about."""

    trouble: Trouble
    about: str


_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"'} | dict.fromkeys("‘’‚‛′", "'"))
_DASHES = "‐‑‒–—―−"
_LONG_DASH = re.compile(rf"(?:(?<=\s)|^)[{_DASHES}]-?(?=[A-Za-z])")
_ANY_DASH = re.compile(rf"[{_DASHES}]")
_MENTION = re.compile(r"<([@#!])([A-Za-z0-9^]+)(?:\|[^<>]*)?>")
_LINK = re.compile(r"<[a-z]+:[^<>|]*\|([^<>]*)>|<(?:mailto:|https?://)?([^<>|]*)>")
_OPTION = re.compile(r"--([A-Za-z][A-Za-z0-9_-]*)(=)?|([A-Za-z][A-Za-z0-9_-]*)=")
_BARE = re.compile(r"[^\s\"'\\<>&=]+")
_FORMAT_OR_CONTROL = frozenset({"Cc", "Cf", "Co", "Cs"})


@lru_cache(maxsize=256)
def parse(text: str) -> Line | Problem:
    """Reads a command's text. Phone punctuation is read as what was meant; invisible characters are refused."""
    if len(text) > MAX_LENGTH:
        return Problem(Trouble.TOO_LONG, f"{len(text):,}")
    meant = _meant(text)
    for character in meant:
        if unicodedata.category(character) in _FORMAT_OR_CONTROL:
            return Problem(Trouble.INVISIBLE, f"U+{ord(character):04X}")
    return _Reader(meant).line()


def printed(line: Line) -> str:
    """The line as text that `parse` reads back to the same line."""
    parts = [_printed_word(word) for word in line.words]
    parts += [f"{name}={_printed_word(value, value=True)}" for name, value in line.options.items()]
    return " ".join(parts)


def _meant(text: str) -> str:
    """Straight quotes, plain dashes and plain spaces, as keyboards without helpful phones have them."""
    spaced = "".join(" " if c.isspace() else c for c in text.translate(_QUOTES))
    # A phone turns "--status" into "—status": a dash that begins a word of letters stands for two.
    return _ANY_DASH.sub("-", _LONG_DASH.sub("--", spaced)).strip()


class _Reader:
    """One pass over a text, left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._words: list[Word] = []
        self._options: dict[str, Word] = {}

    def line(self) -> Line | Problem:
        """The whole text as a line, or the first problem in it."""
        while self._skip_spaces():
            option = _OPTION.match(self._text, self._at)
            problem = self._read_option(option) if option else self._read_word()
            if problem:
                return problem
        return Line(tuple(self._words), MappingProxyType(self._options))

    def _skip_spaces(self) -> bool:
        while self._at < len(self._text) and self._text[self._at] == " ":
            self._at += 1
        return self._at < len(self._text)

    def _read_option(self, match: re.Match[str]) -> Problem | None:
        name = (match[1] or match[3]).lower()
        self._at = match.end()
        if match[1] and not match[2]:  # "--status active": the value is the next word
            self._skip_spaces()
            if _OPTION.match(self._text, self._at):
                return Problem(Trouble.MISSING_VALUE, name)
        if self._at >= len(self._text) or self._text[self._at] == " ":
            return Problem(Trouble.MISSING_VALUE, name)
        if name in self._options:
            return Problem(Trouble.TWICE, name)
        value = self._word()
        if isinstance(value, Problem):
            return value
        self._options[name] = value
        return None

    def _read_word(self) -> Problem | None:
        word = self._word()
        if isinstance(word, Problem):
            return word
        self._words.append(word)
        return None

    def _word(self) -> Word | Problem:
        if mention := _MENTION.match(self._text, self._at):
            known = _mention(mention)
            if known and self._ends_at(mention.end()):
                self._at = mention.end()
                return known
        if self._text[self._at] in "\"'":
            return self._quoted(self._text[self._at])
        end = self._text.find(" ", self._at)
        end = len(self._text) if end < 0 else end
        if self._text[self._at] == "<" and (link := _LINK.match(self._text, self._at)):
            end = max(end, link.end()) if " " in link[0] else end
        raw, self._at = self._text[self._at : end], end
        return _unescape(_LINK.sub(lambda found: found[1] or found[2] or "", raw))

    def _quoted(self, quote: str) -> str | Problem:
        """A quoted word. A backslash makes the next quote or backslash an ordinary character."""
        out: list[str] = []
        at = self._at + 1
        while at < len(self._text):
            character = self._text[at]
            if character == "\\" and self._text[at + 1 : at + 2] in ("\\", '"', "'"):
                out.append(self._text[at + 1])
                at += 2
                continue
            if character == quote and self._ends_at(at + 1):
                self._at = at + 1
                return _unescape("".join(out))
            out.append(character)
            at += 1
        return Problem(Trouble.UNCLOSED_QUOTE, self._text[self._at : self._at + 40])

    def _ends_at(self, at: int) -> bool:
        return at >= len(self._text) or self._text[at] == " "


def _mention(match: re.Match[str]) -> Mention | None:
    sigil, target = match[1], match[2]
    if sigil == "@":
        return Mention(MentionKind.USER, target)
    if sigil == "#":
        return Mention(MentionKind.CHANNEL, target)
    group = target.removeprefix("subteam^")
    return Mention(MentionKind.GROUP, group) if group != target and group else None


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_MENTION_AS = {
    MentionKind.USER: "<@{}>",
    MentionKind.CHANNEL: "<#{}>",
    MentionKind.GROUP: "<!subteam^{}>",
}


def _printed_word(word: Word, *, value: bool = False) -> str:
    if isinstance(word, Mention):
        return _MENTION_AS[word.kind].format(word.id)
    bare = _BARE.fullmatch(word) and _meant(word) == word and (value or not word.startswith("--"))
    if bare:
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_escape(escaped)}"'
