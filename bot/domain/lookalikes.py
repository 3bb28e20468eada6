"""Names easily taken for another one: nearly the same letters, letters of another script, invisible ones."""

import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz

NEARLY = 85
"""Similarity (0 to 100, rapidfuzz's ratio) from which two names are easily taken for each other."""

_ALIKE = str.maketrans("0135l|$@", "oiesiisa")
_SEPARATORS = str.maketrans("", "", "-_. ")
# Cyrillic and Greek letters that look like Latin ones (from Unicode's confusables, those that a name can be made of).
_FOREIGN = str.maketrans("аеорсухіјԁһӏнкмтвгпαοεικνρτυχ", "aeopcyxijdhlhkmtbrnaoeikvptux")


def revealed(name: str) -> str:
    """The name with what can't be told by eye written out: ‹U+200B›, ‹U+0430 CYRILLIC SMALL LETTER A›."""
    if name.isascii() and name.isprintable():
        return name
    mostly_ascii = sum(character.isascii() for character in name) * 2 > len(name)
    return "".join(_written(character, ascii_name=mostly_ascii) for character in name)


def nearly(name: str, others: Sequence[str]) -> tuple[str, ...]:
    """Those of the other names that could be taken for this one, the nearest first."""
    own = _skeleton(name)
    scored = [(100.0 if _skeleton(other) == own else fuzz.ratio(own, _skeleton(other)), other) for other in others]
    return tuple(other for score, other in sorted(scored, key=lambda each: -each[0]) if score >= NEARLY)


def _skeleton(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold().translate(_FOREIGN)
    visible = "".join(c for c in plain if unicodedata.category(c)[0] != "C")
    return visible.translate(_SEPARATORS).translate(_ALIKE)


def _written(character: str, *, ascii_name: bool) -> str:
    category = unicodedata.category(character)
    if category[0] == "C" or (category[0] == "Z" and character != " "):
        return f"‹U+{ord(character):04X}›"
    if ascii_name and not character.isascii() and category[0] == "L":
        return f"‹U+{ord(character):04X} {unicodedata.name(character, 'LETTER')}›"
    return character
