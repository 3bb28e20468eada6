"""Shapes: which fields a block, an element or a view may have, and which of them it must have."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.rules.checks import Check
from bot.sandbox.slack.rules.finding import Found, Json, Rule

NO_RULE = Rule("", "")
Special = Callable[[Json, str, Found], None]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a shape, with the rule that stands for it."""

    name: str
    check: Check
    required: bool
    rule: Rule


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of one type, plus the rules that span several fields."""

    kind: str
    fields: dict[str, Field]
    specials: tuple[tuple[Rule, Special], ...] = ()
    surfaces: frozenset[str] = frozenset({"message", "modal", "home"})
    required: tuple[str, ...] = field(default=())
    whole: Rule = NO_RULE


SHAPES: dict[str, Shape] = {}
"""Every shape by its name: the type as Slack writes it, or a name of ours for the parts that have no type."""

EVERYWHERE = ("message", "modal", "home")


def shape(
    kind: str,
    fields: dict[str, Check],
    *,
    required: Iterable[str] = (),
    specials: Iterable[tuple[str, str, Special]] = (),
    surfaces: Iterable[str] = EVERYWHERE,
    typed: bool = True,
) -> Shape:
    """Enters a shape in the table. `specials` are (name, sentence, function); untyped parts carry no `type`."""
    must = tuple(required)
    rows = {
        name: Field(name, check, name in must, Rule(f"{kind}.{name}", f"`{name}` of a {kind} is {check.words}."))
        for name, check in fields.items()
    }
    if typed:
        rows["type"] = Field("type", Check("its type", lambda v, at, f: None), False, Rule(f"{kind}.type", ""))
    entry = Shape(
        kind,
        rows,
        tuple((Rule(f"{kind}:{name}", sentence), special) for name, sentence, special in specials),
        frozenset(surfaces),
        must,
        Rule(kind, f"A {kind} has {_listed(must) or 'no required field'} and no field Slack does not know."),
    )
    SHAPES[kind] = entry
    return entry


def check_part(part: Any, at: str, found: Found, kind: str) -> None:
    """Checks one part against the shape of this name."""
    entry = SHAPES[kind]
    if not isinstance(part, dict):
        found.add(at, "must provide an object", entry.whole)
        return
    before = len(found.findings)
    for name in entry.required:
        if part.get(name) is None:
            found.add(at, f"missing required field: {name}", entry.whole)
    fields = entry.fields
    for name, value in part.items():
        row = fields.get(name)
        if row is None:
            found.add(at, f"invalid additional property: {name}", entry.whole)
        elif value is not None:
            found.rule = row.rule
            row.check.run(value, f"{at}/{name}", found)
    # What spans several fields is only asked when each of them is sound.
    for rule, special in entry.specials if len(found.findings) == before else ():
        found.rule = rule
        special(part, at, found)


def part(kind: str) -> Check:
    """A field that holds a part of a fixed shape."""
    return Check(f"a {kind}", lambda value, at, found: check_part(value, at, found, kind))


def typed_part(kinds: Iterable[str], place: str) -> Check:
    """A field that holds one of several typed parts."""
    names = tuple(kinds)
    return Check(f"one of {', '.join(sorted(name.split(' ')[0] for name in names))}", one_of_kinds(names, place))


def one_of_kinds(kinds: Iterable[str], place: str) -> Callable[[Any, str, Found], None]:
    """Checks a typed part: its type must be one of these, and possible on this surface.

    A shape's first word is its type: `image element` is the `image` that stands in a context block.
    """
    allowed = {kind.split(" ")[0]: kind for kind in kinds}
    rule = Rule(f"{place}.types", f"In {place} stand only {', '.join(sorted(allowed))}.")

    def run(value: Any, at: str, found: Found) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in allowed:
            found.add(at, f"unsupported type: {kind}", rule)
        elif found.surface not in SHAPES[allowed[kind]].surfaces:
            found.add(at, f"unsupported type: {kind}", surface_rule(SHAPES[allowed[kind]]))
        else:
            check_part(value, at, found, allowed[kind])

    return run


def surface_rule(entry: Shape) -> Rule:
    """The rule that says where a shape may stand."""
    return Rule(f"{entry.kind}@", f"A {entry.kind} stands only in {_listed(sorted(entry.surfaces))}.")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
