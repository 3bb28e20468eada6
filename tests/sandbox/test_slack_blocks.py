"""Blocks and views Slack does not take, whatever their size."""

from typing import Any

import pytest

from .slack_stage import SUBMIT, button, field, modal, stage, text_block

Block = dict[str, Any]
PLAIN = {"type": "plain_text", "text": "x"}
OPTION = {"text": PLAIN, "value": "1"}
CARD: Block = {"type": "card", "title": PLAIN}
PICTURE = {"type": "image", "image_url": "https://x/y.png", "alt_text": "x"}
ROCKET = {"type": "icon", "name": "rocket"}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def select(**more: Any) -> Block:
    return {"type": "static_select", "action_id": "s", **more}


# (the rule, the blocks of a message that break it, a part of Slack's message)
MESSAGES: list[tuple[str, Any, str]] = [
    ("unknown types of blocks are refused", [{"type": "banner"}], "unsupported type: banner"),
    ("a block has a type", [{"text": PLAIN}], "unsupported type: None"),
    ("a block is an object", ["text"], "unsupported type"),
    ("a section has text or fields", [{"type": "section"}], "must provide text or fields"),
    ("a header's text is plain_text", [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "plain_text"),
    ("a header has a text", [{"type": "header"}], "missing required field: text"),
    ("a text object has a text", [{"type": "section", "text": {"type": "mrkdwn"}}], "missing required field: text"),
    ("a text object's type is known", [{"type": "section", "text": {"type": "html", "text": "x"}}], "must be one of"),
    ("a text object is no bare string", [{"type": "section", "text": "x"}], "must provide an object"),
    ("plain_text is never verbatim", [{"type": "header", "text": {**PLAIN, "verbatim": True}}], "additional property"),
    ("mrkdwn has no emoji field", [text_block() | {"text": {"type": "mrkdwn", "text": "x", "emoji": True}}], "emoji"),
    ("unknown fields are refused", [text_block(colour="red")], "invalid additional property: colour"),
    ("an image has an alt text", [{"type": "image", "image_url": "https://x/y"}], "missing required field: alt_text"),
    ("an image has one source", [{"type": "image", "alt_text": "x"}], "either image_url or slack_file"),
    ("an address is an address", [{"type": "image", "alt_text": "x", "image_url": "y"}], "must be a valid URL"),
    ("actions have elements", [{"type": "actions"}], "missing required field: elements"),
    ("inputs do not stand in actions", [actions({"type": "plain_text_input"})], "unsupported type: plain_text_input"),
    ("buttons do not stand in context", [{"type": "context", "elements": [button()]}], "unsupported type: button"),
    ("inputs are no accessory", [text_block(accessory={"type": "plain_text_input"})], "unsupported type"),
    ("unknown types of elements are refused", [actions({"type": "slider"})], "unsupported type: slider"),
    ("a button has a text", [actions({"type": "button"})], "missing required field: text"),
    ("a button's text is plain_text", [actions(button() | {"text": {"type": "mrkdwn", "text": "x"}})], "plain_text"),
    ("a button's style is primary or danger", [actions(button(style="loud"))], "must be one of: primary, danger"),
    ("a button's value is a string", [actions(button(value=7))], "must be a string"),
    ("a confirm dialog is complete", [actions(button(confirm={"title": PLAIN}))], "missing required field: text"),
    ("a select has options or groups", [actions(select())], "either options or option_groups"),
    (
        "a select has not both",
        [actions(select(options=[OPTION], option_groups=[{"label": PLAIN, "options": [OPTION]}]))],
        "either options or option_groups",
    ),
    ("an option has a value", [actions(select(options=[{"text": PLAIN}]))], "missing required field: value"),
    (
        "an option's text is plain_text",
        [actions(select(options=[OPTION | {"text": {"type": "mrkdwn", "text": "x"}}]))],
        "plain_text",
    ),
    ("an option has a url in overflow menus alone", [actions(select(options=[OPTION | {"url": "https://x"}]))], "url"),
    (
        "what is chosen first is an option",
        [actions(select(options=[OPTION], initial_option=OPTION | {"value": "2"}))],
        "initial option",
    ),
    ("a date has its form", [actions({"type": "datepicker", "initial_date": "2.3.2026"})], "must be a date"),
    ("a time has its form", [actions({"type": "timepicker", "initial_time": "25:00"})], "must be a time"),
    ("block_ids are unique", [text_block(block_id="a"), text_block(block_id="a")], '"a" already exists'),
    ("action_ids are unique in a block", [actions(button(action_id="a"), button(action_id="a"))], '"a" already exists'),
    (
        "email inputs stand in dialogs alone",
        [{"type": "input", "label": PLAIN, "element": {"type": "email_text_input"}}],
        "unsupported type",
    ),
    ("rich text has known parts", [{"type": "rich_text", "elements": [{"type": "poem"}]}], "unsupported type: poem"),
    ("a card has something to show", [{"type": "card", "subtitle": PLAIN}], "must provide one of hero_image"),
    ("a card has one icon", [CARD | {"icon": PICTURE, "slack_icon": ROCKET}], "either icon or slack_icon"),
    ("a card's icon is one of Slack's", [CARD | {"slack_icon": ROCKET | {"name": "poem"}}], "must be one of: archive"),
    ("a card has buttons alone", [CARD | {"actions": [select(options=[OPTION])]}], "unsupported type: static_select"),
    ("a card's action_ids are unique", [CARD | {"actions": [button(action_id="a")] * 2}], '"a" already exists'),
    ("a carousel has cards alone", [{"type": "carousel", "elements": [text_block()]}], "unsupported type: section"),
    ("a carousel is not empty", [{"type": "carousel", "elements": []}], "no less than 1 items"),
    (
        "block_ids of cards are unique",
        [{"type": "carousel", "elements": [CARD | {"block_id": "a"}] * 2}],
        '"a" already exists',
    ),
    ("alerts stand in dialogs alone", [{"type": "alert", "text": PLAIN}], "unsupported type: alert"),
    ("a table's cells are known", [{"type": "table", "rows": [[{"type": "button"}]]}], "unsupported type: button"),
    ("a table's rows are lists", [{"type": "table", "rows": ["x"]}], "must be an array"),
]

# (the rule, the view that breaks it, a part of Slack's message)
VIEWS: list[tuple[str, Any, str]] = [
    ("a view is an object", [], "must provide an object"),
    ("a dialog is a modal", {"type": "home", "blocks": []}, "must be one of: modal"),
    ("a modal has a title", {"type": "modal", "blocks": []}, "missing required field: title"),
    ("a modal has blocks", {"type": "modal", "title": PLAIN}, "missing required field: blocks"),
    ("a title is plain_text", modal() | {"title": {"type": "mrkdwn", "text": "x"}}, "plain_text"),
    ("a modal with an input has a submit", modal(field()), "must define `submit`"),
    ("markdown blocks stand in messages alone", modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
    ("cards stand in no dialog", modal(CARD), "unsupported type: card"),
    ("an alert has a level", modal({"type": "alert", "text": PLAIN, "level": "loud"}), "must be one of: default"),
    (
        "tables stand in no dialog",
        modal({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}),
        "table",
    ),
    ("an input has a label", modal({"type": "input", "element": {"type": "plain_text_input"}}, submit=SUBMIT), "label"),
    ("an input has an element", modal({"type": "input", "label": PLAIN}, submit=SUBMIT), "element"),
    ("a button is no input", modal({"type": "input", "label": PLAIN, "element": button()}, submit=SUBMIT), "button"),
    ("a number input says whether it takes decimals", modal(field(type="number_input"), submit=SUBMIT), "is_decimal"),
    ("min_length is not above max_length", modal(field(min_length=5, max_length=4), submit=SUBMIT), "min_length"),
    (
        "one element has the focus",
        modal(field("A", focus_on_load=True), field("B", focus_on_load=True), submit=SUBMIT),
        "focus_on_load",
    ),
    ("block_ids are unique in views", modal(field(), field(), submit=SUBMIT), "already exists"),
    ("true is no string", modal() | {"notify_on_close": "yes"}, "must be a boolean"),
    ("unknown fields of views are refused", modal() | {"size": "large"}, "invalid additional property: size"),
]


@pytest.mark.refuses("invalid_blocks")
@pytest.mark.parametrize(("sentence", "blocks", "words"), MESSAGES, ids=[row[0] for row in MESSAGES])
async def test_messages(sentence: str, blocks: Any, words: str) -> None:
    async with stage() as s:
        refused = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=blocks)
        assert refused["error"] == "invalid_blocks", sentence
        assert words in " ".join(refused["response_metadata"]["messages"])
        assert s.slack.problems()


@pytest.mark.refuses("invalid_arguments")
@pytest.mark.parametrize(("sentence", "view", "words"), VIEWS, ids=[row[0] for row in VIEWS])
async def test_views(sentence: str, view: Any, words: str) -> None:
    async with stage() as s:
        refused = await s.api("views.open", trigger_id=s.trigger(), view=view)
        assert refused["error"] == "invalid_arguments", sentence
        assert words in " ".join(refused["response_metadata"]["messages"])


@pytest.mark.refuses("invalid_blocks")
async def test_the_same_blocks_are_refused_wherever_they_come_from() -> None:
    bad = [{"type": "banner"}]

    async with stage() as s:

        async def bot(got: Any) -> Any:
            status, text = await s.respond(got.data["response_url"], {"text": "x", "blocks": bad})
            assert (status, text) == (400, "invalid_blocks")
            return {"text": "x", "blocks": bad}

        s.bot.handler = bot
        posted = await s.api("chat.postMessage", channel=s.ops.id, text="x")
        for method, more in (("chat.update", {"ts": posted["ts"]}), ("chat.postEphemeral", {"user": s.olga.id})):
            refused = await s.api(method, channel=s.ops.id, text="x", blocks=bad, **more)
            assert refused["error"] == "invalid_blocks"
        assert (await s.api("blocks.validate", blocks=bad))["error"] == "invalid_blocks"
        await s.olga.says("/echo")
        assert s.olga.sees('/echo failed with the error "invalid_blocks"')


@pytest.mark.refuses("invalid_blocks_format")
async def test_blocks_may_come_as_a_json_string_and_must_then_be_json() -> None:
    async with stage() as s:
        good = await s.form("chat.postMessage", channel=s.ops.id, text="x", blocks='[{"type": "divider"}]')
        assert good["ok"]
        bad = await s.form("chat.postMessage", channel=s.ops.id, text="x", blocks="[{")
        assert bad["error"] == "invalid_blocks_format"
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks={}))[
            "error"
        ] == "invalid_blocks_format"


async def test_every_block_and_element_gets_its_ids() -> None:
    async with stage() as s:
        blocks = [text_block(accessory=button()), actions(button(), button("B"))]
        posted = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=blocks)
        shown = posted["message"]["blocks"]
        assert len({block["block_id"] for block in shown}) == 2
        ids = [shown[0]["accessory"]["action_id"], *(each["action_id"] for each in shown[1]["elements"])]
        assert len(set(ids)) == 3


async def test_text_beside_blocks_is_asked_for() -> None:
    async with stage() as s:
        assert (await s.api("chat.postMessage", channel=s.ops.id, blocks=[text_block()]))["ok"]
        assert "screen readers" in s.slack.problems()[0]
