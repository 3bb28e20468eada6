"""What the provider says to a refused draft, field by field, kept as one text: a line each. Pure.

Its words come without line breaks (bot/vps/text.py), so a line break is always between two of them.
"""

from collections.abc import Mapping


def as_kept(sentence: str, fields: Mapping[str, str]) -> str:
    """What is said in general, then what is said to each field: `name: words`."""
    return "\n".join([*([sentence] if sentence else []), *(f"{name}: {words}" for name, words in fields.items())])


def lines_of(kept: str) -> list[tuple[str, str]]:
    """Each line with the field that it begins with; a line that begins with none gives something that is no field."""
    return [(line.partition(": ")[0], line) for line in kept.split("\n") if line]


def in_one_line(kept: str) -> str:
    """As it is quoted in a sentence."""
    return kept.replace("\n", "; ")
