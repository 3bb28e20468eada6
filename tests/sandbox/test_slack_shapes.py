"""Every row of the table of Block Kit: required fields, unknown fields, and a value that no field takes."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.slack import dialogs, screen
from bot.sandbox.slack.model import Message, Trigger
from bot.sandbox.slack.rules import views
from bot.sandbox.slack.rules.finding import Found, Rule
from bot.sandbox.slack.rules.ids import with_ids
from bot.sandbox.slack.rules.shapes import SHAPES, Shape, check_part
from bot.sandbox.slack.testing import LocalSlack, Manifest

from .slack_stage import SUBMIT, button, field, modal, text_block
from .test_slack_newest import ELSEWHERE, chart, data_table, pressed

PLAIN = {"type": "plain_text", "text": "x"}
OPTION = {"text": PLAIN, "value": "1"}

KNOWN = sorted(SHAPES.values(), key=lambda shape: shape.kind)


def broken(shape: Shape, part: object) -> list[tuple[str, str]]:
    """The rules this part breaks, and where."""
    found = Found(sorted(shape.surfaces)[0], Rule("", ""))
    check_part(part, "", found, shape.kind)
    return [(finding.rule.name, finding.pointer) for finding in found.findings]


@pytest.mark.parametrize("shape", KNOWN, ids=lambda shape: shape.kind)
def test_a_part_is_an_object_with_its_required_and_no_unknown_fields(shape: Shape) -> None:
    assert broken(shape, "text") == [(shape.kind, "")]
    assert broken(shape, {}).count((shape.kind, "")) == len(shape.required)
    assert broken(shape, {"no_such_field": 1}).count((shape.kind, "")) == len(shape.required) + 1


@pytest.mark.parametrize("shape", KNOWN, ids=lambda shape: shape.kind)
def test_each_field_refuses_a_value_of_another_kind(shape: Shape) -> None:
    for name, row in shape.fields.items():
        if row.name != "type":
            assert any(where.startswith(f"/{name}") for _, where in broken(shape, {name: [[]]})), name


def test_every_rule_says_itself_in_a_sentence() -> None:
    sentences = [row.rule.sentence for shape in KNOWN for row in shape.fields.values() if row.rule.sentence]
    sentences += [rule.sentence for shape in KNOWN for rule, _ in shape.specials]
    sentences += [rule.sentence for rule in vars(views).values() if isinstance(rule, Rule)]
    assert len(sentences) > 200
    assert all(sentence.endswith(".") and " " in sentence for sentence in sentences)


VIEW = modal(
    text_block("x", fields=[PLAIN], accessory={"type": "overflow", "options": [OPTION]}),
    {"type": "actions", "elements": [button(confirm=dict.fromkeys(("title", "text", "confirm", "deny"), PLAIN))]},
    {"type": "context", "elements": [{"type": "image", "image_url": "https://x.org/i.png", "alt_text": "x"}, PLAIN]},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]},
    field("Name"),
    field("Plan", type="static_select", option_groups=[{"label": PLAIN, "options": [OPTION]}], initial_option=OPTION),
    field("Tags", type="checkboxes", options=[OPTION], initial_options=[OPTION]),
    submit=SUBMIT,
)
TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["type", "text", "elements"]), inner),
    max_leaves=4,
)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_garbage_anywhere_is_found_or_can_be_shown(data: st.DataObject) -> None:
    view = copy.deepcopy(VIEW)
    place, key = data.draw(st.sampled_from(list(_places(view))))
    place[key] = data.draw(JSON)
    team = LocalSlack(manifest=Manifest()).add_team("acme")
    olga = team.add_person("olga").person
    if not views.view_findings(view, "modal"):
        world = team.slack.world
        shown = dialogs.open_root(
            world, team.team, Trigger(team.team, olga.id, 0.0), {**view, "blocks": with_ids(view["blocks"])}
        )
        assert screen.dialog(team.team, olga, shown)
    blocks = [*view["blocks"], TABLE] if isinstance(view.get("blocks"), list) else view.get("blocks")
    if not views.message_findings(blocks):
        message = Message("1.1", "C1", olga.id, "", with_ids(blocks or []))
        assert screen.message(team.team, olga, message)


NEWEST = [*(blocks[0] for blocks in ELSEWHERE.values()), chart()[0], data_table([pressed()], [pressed()])[0]]


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_garbage_in_the_newest_blocks_is_found_or_can_be_shown(data: st.DataObject) -> None:
    blocks = copy.deepcopy(NEWEST)
    place, key = data.draw(st.sampled_from(list(_places(blocks))))
    place[key] = data.draw(JSON)
    team = LocalSlack(manifest=Manifest()).add_team("acme")
    olga = team.add_person("olga").person
    if not views.message_findings(blocks):
        assert screen.message(team.team, olga, Message("1.1", "C1", olga.id, "", with_ids(blocks)))


def _places(part: Any) -> Iterator[tuple[Any, Any]]:
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        yield part, key
        if isinstance(value, dict | list):
            yield from _places(value)
