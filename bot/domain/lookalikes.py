"""Names easily taken for another one: nearly the same letters, letters of another script, invisible ones. Pure.

The provider lets a name be made of A-Z, a-z, digits and hyphens; whatever else stands in one is made visible.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

NEARLY = 85
"""Similarity (0 to 100, rapidfuzz's ratio) from which two names are easily taken for each other."""

# Letters of other alphabets that look like Latin ones, after upper and lower case were made one. From Unicode's
# confusables (UTS 39), those that have neither a decomposition nor a case of their own that leads to the Latin letter.
_CONFUSABLES: Mapping[str, str] = {
    "a": "аαɑᴀᎪꓮ",
    "b": "вьƅʙᏴᏏꓐβ",
    "c": "сϲᴄᏟꓚ",
    "d": "ԁđᴅᎠꓓꓒ",
    "e": "еєεɛᴇᎬꓰ",
    "f": "ꜰꓝ",
    "g": "ɡցɢԍᏀᏳꓖ",
    "h": "һнħհʜᎻꓧ",
    "i": "іιıɩɪӏᎥꓲǀ",
    "j": "јϳȷյᴊᎫꓙ",
    "k": "кκᴋᏦꓗ",
    "l": "ʟłᏞꓡ",
    "m": "мᴍᎷꓟ",
    "n": "пηոɴꓠ",
    "o": "оοσօᴏøꓳ",
    "p": "рρƿᴘᏢꓑ",
    "q": "ԛզ",
    "r": "гʀᎡᏒꓣ",
    "s": "ѕƽꜱᏕᏚꓢ",
    "t": "тτŧᴛᎢꓔ",
    "u": "υμսʋᴜꓴ",
    "v": "ѵνᴠᏙꓦ",
    "w": "ԝωѡᴡᎳᏔꓪ",
    "x": "хχ×ꓫ",
    "y": "уүγʏᎩꓬ",
    "z": "ᴢᏃꓜ",
}
_FOREIGN = str.maketrans({other: latin for latin, others in _CONFUSABLES.items() for other in others})
# Capitals that look like another Latin letter than their small ones do.
_CAPITALS = str.maketrans({"Ν": "N", "Η": "H", "Β": "B", "Ρ": "P", "Χ": "X", "Υ": "Y", "Μ": "M", "Ѵ": "V"})
_ALIKE = str.maketrans("0135l|$@", "oiesiisa")
_PAIRS = (("rn", "m"), ("vv", "w"))
_SEPARATORS = str.maketrans("", "", "-_. ")
_DASHES = frozenset("\u02d7\u2043\u2212\u2796\u06d4\u30fc\u4e00")
"""Dashes to the eye that Unicode doesn't count as punctuation of that kind (Pd)."""

_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that show nothing."""


@lru_cache(maxsize=8192)  # a fleet's names are shown again and again
def revealed(name: str) -> str:
    """The name with whatever its contract doesn't allow written out: ‹U+200B›, ‹U+0430 CYRILLIC SMALL LETTER A›.

    A name wholly in one other script is left readable, with the script in front: ‹CYRILLIC› сервер-1.
    """
    plain = name.isascii() and name.isprintable() and name == name.strip()
    if plain:
        return name
    if script := _script(name):
        return f"‹{script}› {name}"
    last = len(name) - 1
    return "".join(_written(c, edge=at in (0, last)) for at, c in enumerate(name))


def nearly(name: str, others: Sequence[str]) -> tuple[str, ...]:
    """Those of the other names that could be taken for this one, the nearest first.

    Siblings that differ in nothing but a number (web-01, web-02) are how fleets are named, and are left out.
    """
    skeleton, pattern, numbers = _looks(name)
    scored: list[tuple[float, str]] = []
    for other in others:
        theirs, their_pattern, their_numbers = _looks(other)
        if theirs == skeleton:
            scored.append((100.0, other))
        elif (pattern != their_pattern or numbers == their_numbers) and not _other_word(name, other):
            scored.append((fuzz.ratio(skeleton, theirs), other))
    return tuple(other for score, other in sorted(scored, key=lambda each: -each[0]) if score >= NEARLY)


def _other_word(name: str, other: str) -> bool:
    """Whether they differ in a word and not in a letter: db-server-1 is no slip of the finger for web-server-1."""
    words, theirs = (re.split(r"[\W_]+", each.casefold()) for each in (name, other))
    pairs = zip(words, theirs, strict=False)
    return len(words) == len(theirs) and any(OSA.distance(a, b) > max(1, len(a) // 4) for a, b in pairs)


@lru_cache(maxsize=8192)  # each of many servers is compared with the whole fleet
def _looks(name: str) -> tuple[str, str, tuple[int, ...]]:
    """A name's skeleton, and the name as a pattern and the numbers in it: web-#-#, (1, 2)."""
    typed = name.casefold()
    numbers = tuple(int(each) for each in re.findall("[0-9]+", typed))
    return _skeleton(name), re.sub("[0-9]+", "#", typed), numbers


def _skeleton(name: str) -> str:
    """What the eye keeps of a name: two names of one skeleton can't be told apart at a glance."""
    visible = _visible(name).translate(_SEPARATORS).translate(_ALIKE)
    for pair, single in _PAIRS:
        visible = visible.replace(pair, single)
    return visible


def _visible(name: str) -> str:
    """Its letters as Latin ones where they look like them, without accents, in one case, dashes made one."""
    base = "".join(c for c in unicodedata.normalize("NFKD", name) if not _is_mark(c)).translate(_CAPITALS)
    return "".join("-" if _is_dash(c) else c for c in base.casefold().translate(_FOREIGN))


def _is_mark(character: str) -> bool:
    """Whether it shows nothing of its own: accents, joiners, selectors, controls, blank letters."""
    return unicodedata.category(character)[0] in "CM" or character in _BLANKS


def _is_dash(character: str) -> bool:
    return unicodedata.category(character) == "Pd" or character in _DASHES


def _script(name: str) -> str:
    """The one script, not Latin, that all its letters are of; empty when anything else but digits, - and . is in it."""
    scripts = {_script_of(c) for c in name if not (c.isascii() and (c.isdecimal() or c in "-."))}
    [script] = scripts if len(scripts) == 1 else [""]
    return "" if script == "LATIN" else script


def _script_of(character: str) -> str:
    """The script of a plain letter, as its name begins with it; empty for what is none, or another's variant."""
    if unicodedata.category(character) not in ("Ll", "Lu", "Lo") or character in _BLANKS:
        return ""
    if unicodedata.normalize("NFKC", character) != character:
        return ""  # fullwidth, mathematical and other forms of letters
    return unicodedata.name(character, "").partition(" ")[0]


def _written(character: str, *, edge: bool) -> str:
    if character.isascii() and character.isprintable():
        return "‹U+0020›" if character == " " and edge else character
    if unicodedata.category(character)[0] in "CZ":
        return f"‹U+{ord(character):04X}›"
    return f"‹U+{ord(character):04X} {unicodedata.name(character, 'without a name')}›"
