"""Every size of Block Kit: what is just small enough is taken, one more is refused in Slack's words."""

from typing import Any

import pytest

from .slack_parts import Block, Make, actions, box, entry, image, mrkdwn, option, options, plain, select, table
from .slack_stage import SUBMIT, button, field, modal, stage, text_block


def confirm(**sizes: int) -> list[Block]:
    parts = {"title": 5, "text": 5, "confirm": 5, "deny": 5} | sizes
    return actions(button(confirm={name: plain(n) for name, n in parts.items()}))


def card(**more: Any) -> Block:
    return {"type": "card", "title": mrkdwn(5), **more}


def overflow(n: int) -> list[Block]:
    return actions({"type": "overflow", "action_id": "a", "options": options(n)})


# (what Slack's reference says, how to build it with a size, the size)
MESSAGES: list[tuple[str, Make, int]] = [
    ("a message has at most 50 blocks", lambda n: [{"type": "divider"}] * n, 50),
    ("the text of a section has at most 3,000 characters", lambda n: [{"type": "section", "text": mrkdwn(n)}], 3000),
    ("a section has at most 10 fields", lambda n: [{"type": "section", "fields": [mrkdwn(3)] * n}], 10),
    ("a field has at most 2,000 characters", lambda n: [{"type": "section", "fields": [mrkdwn(n)]}], 2000),
    ("a header has at most 150 characters", lambda n: [{"type": "header", "text": plain(n)}], 150),
    ("a context block has at most 10 elements", lambda n: [{"type": "context", "elements": [mrkdwn(3)] * n}], 10),
    ("an actions block has at most 25 elements", lambda n: actions(*[button()] * n), 25),
    ("a button's text has at most 75 characters", lambda n: actions(button("x" * n)), 75),
    ("a button's value has at most 2,000 characters", lambda n: actions(button(value="x" * n)), 2000),
    ("a button's url has at most 3,000 characters", lambda n: actions(button(url="https://x/".ljust(n, "x"))), 3000),
    ("a button's accessibility label has at most 75", lambda n: actions(button(accessibility_label="x" * n)), 75),
    ("an action_id has at most 255 characters", lambda n: actions(button(action_id="x" * n)), 255),
    ("a block_id has at most 255 characters", lambda n: [{"type": "divider", "block_id": "x" * n}], 255),
    ("a select has at most 100 options", lambda n: select(options=options(n)), 100),
    (
        "a select has at most 100 groups",
        lambda n: actions({"type": "static_select", "option_groups": [{"label": plain(3), "options": options(1)}] * n}),
        100,
    ),
    (
        "a group's label has at most 75 characters",
        lambda n: actions({"type": "static_select", "option_groups": [{"label": plain(n), "options": options(1)}]}),
        75,
    ),
    ("an option's text has at most 75 characters", lambda n: select(options=[option(n)]), 75),
    ("an option's value has at most 150 characters", lambda n: select(options=[option(value=n)]), 150),
    ("an option's description has at most 75", lambda n: select(options=[option(description=plain(n))]), 75),
    ("a placeholder has at most 150 characters", lambda n: select(placeholder=plain(n)), 150),
    ("an overflow menu has at most 5 options", overflow, 5),
    ("check boxes are at most 10", lambda n: box("checkboxes", n), 10),
    ("radio buttons are at most 10", lambda n: box("radio_buttons", n), 10),
    ("an image's alt text has at most 2,000 characters", lambda n: image(alt_text="x" * n), 2000),
    ("an image's title has at most 2,000 characters", lambda n: image(title=plain(n)), 2000),
    ("an image's address has at most 3,000", lambda n: image(image_url="https://x/".ljust(n, "x")), 3000),
    ("a confirm dialog's title has at most 100 characters", lambda n: confirm(title=n), 100),
    ("a confirm dialog's text has at most 300 characters", lambda n: confirm(text=n), 300),
    ("a confirm dialog's confirm button has at most 30", lambda n: confirm(confirm=n), 30),
    ("a confirm dialog's deny button has at most 30", lambda n: confirm(deny=n), 30),
    ("a card's title has at most 150 characters", lambda n: [{"type": "card", "title": mrkdwn(n)}], 150),
    ("a card's subtitle has at most 150", lambda n: [card(subtitle=mrkdwn(n))], 150),
    ("a card's body has at most 200 characters", lambda n: [card(body=mrkdwn(n))], 200),
    ("a card has at most 3 buttons", lambda n: [card(actions=[button()] * n)], 3),
    ("a carousel has at most 10 cards", lambda n: [{"type": "carousel", "elements": [card()] * n}], 10),
    ("a markdown block has at most 12,000 characters", lambda n: [{"type": "markdown", "text": "x" * n}], 12_000),
    (
        "markdown blocks have 12,000 together",
        lambda n: [{"type": "markdown", "text": "x" * (n // 2)}, {"type": "markdown", "text": "x" * (n - n // 2)}],
        12_000,
    ),
    ("a table has at most 100 rows", lambda n: table(rows=n), 100),
    ("a table has at most 20 columns", lambda n: table(columns=n), 20),
]


def titled(**sizes: int) -> Block:
    return modal(field(), **({"submit": SUBMIT} | {name: plain(n) for name, n in sizes.items()}))


VIEWS: list[tuple[str, Make, int]] = [
    ("a modal has at most 100 blocks", lambda n: modal(*[{"type": "divider"}] * n), 100),
    ("a modal's title has at most 24 characters", lambda n: titled(title=n), 24),
    ("a modal's submit has at most 24 characters", lambda n: titled(submit=n), 24),
    ("a modal's close has at most 24 characters", lambda n: titled(close=n), 24),
    ("an alert has at most 200 characters", lambda n: modal({"type": "alert", "text": mrkdwn(n)}), 200),
    ("private_metadata has at most 3,000 characters", lambda n: modal(private_metadata="x" * n), 3000),
    ("a callback_id has at most 255 characters", lambda n: modal(callback_id="x" * n), 255),
    ("an external_id has at most 255 characters", lambda n: modal(external_id="x" * n), 255),
    ("an input's label has at most 2,000 characters", lambda n: entry(label=n), 2000),
    ("an input's hint has at most 2,000 characters", lambda n: entry(hint=plain(n)), 2000),
    ("an input's max_length is at most 3,000", lambda n: modal(field(max_length=n), submit=SUBMIT), 3000),
    ("an input's first value has at most 3,000", lambda n: modal(field(initial_value="x" * n), submit=SUBMIT), 3000),
    ("an input's placeholder has at most 150", lambda n: modal(field(placeholder=plain(n)), submit=SUBMIT), 150),
]

LEAST: list[tuple[str, list[Block]]] = [
    ("a text has at least one character", [{"type": "section", "text": mrkdwn(0)}]),
    ("a button's text has at least one character", actions(button(""))),
    ("an actions block has at least one element", actions()),
    ("a context block has at least one element", [{"type": "context", "elements": []}]),
    ("a section's fields are at least one", [{"type": "section", "fields": []}]),
    ("a select has at least one option", select(options=[])),
    ("an overflow menu has at least one option", overflow(0)),
    ("an option's value has at least one character", select(options=[option(value=0)])),
    ("an alt text has at least one character", image(alt_text="")),
    ("a table has at least one row", table(rows=0)),
]


@pytest.mark.refuses("invalid_blocks")
@pytest.mark.parametrize(("sentence", "make", "most"), MESSAGES, ids=[row[0] for row in MESSAGES])
async def test_messages(sentence: str, make: Make, most: int) -> None:
    async with stage() as s:
        taken = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=make(most))
        assert taken["ok"], taken
        refused = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=make(most + 1))
        assert refused["error"] == "invalid_blocks", sentence
        assert refused["errors"]
        assert refused["response_metadata"]["messages"][0].startswith("[ERROR] ")
        assert s.slack.problems()


@pytest.mark.refuses("invalid_arguments")
@pytest.mark.parametrize(("sentence", "make", "most"), VIEWS, ids=[row[0] for row in VIEWS])
async def test_views(sentence: str, make: Make, most: int) -> None:
    async with stage() as s:
        taken = await s.api("views.open", trigger_id=s.trigger(), view=make(most))
        assert taken["ok"], taken
        refused = await s.api("views.open", trigger_id=s.trigger(), view=make(most + 1))
        assert refused["error"] == "invalid_arguments", sentence
        assert "json-pointer:/view" in refused["response_metadata"]["messages"][0]


@pytest.mark.refuses("invalid_blocks")
@pytest.mark.parametrize(("sentence", "blocks"), LEAST, ids=[row[0] for row in LEAST])
async def test_what_must_not_be_empty(sentence: str, blocks: list[Block]) -> None:
    async with stage() as s:
        refused = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=blocks)
        assert refused["error"] == "invalid_blocks", sentence


@pytest.mark.refuses("invalid_attachments")
async def test_a_message_has_at_most_one_table() -> None:
    async with stage() as s:
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=table()))["ok"]
        refused = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=table() * 2)
        assert refused["error"] == "invalid_attachments"
        assert "only_one_table_allowed" in refused["response_metadata"]["messages"][0]


@pytest.mark.refuses("invalid_arguments")
async def test_a_home_has_at_most_100_blocks() -> None:
    async with stage() as s:
        for n, ok in ((100, True), (101, False)):
            view = {"type": "home", "blocks": [{"type": "divider"}] * n}
            assert (await s.api("views.publish", user_id=s.olga.id, view=view))["ok"] is ok


@pytest.mark.refuses("msg_blocks_too_long")
async def test_all_blocks_of_a_posted_message_hold_about_13_200_characters() -> None:
    async with stage() as s:
        blocks = [text_block("x" * 3000)] * 4 + [text_block("x" * 1200)]
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=blocks))["ok"]
        refused = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=[*blocks, text_block("x")])
        assert refused["error"] == "msg_blocks_too_long"
        tasks = [{"type": "task_card", "task_id": f"t{n}", "title": "x" * 3000} for n in range(5)]
        refused = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=tasks)
        assert refused["error"] == "msg_blocks_too_long", "titles count, too"


async def test_the_blocks_of_a_changed_and_of_an_ephemeral_message_have_no_limit_in_all() -> None:
    async with stage() as s:
        blocks = [text_block("x" * 3000)] * 5
        posted = await s.api("chat.postMessage", channel=s.ops.id, text="x")
        changed = await s.api("chat.update", channel=s.ops.id, ts=posted["ts"], text="x", blocks=blocks)
        shown = await s.api("chat.postEphemeral", channel=s.ops.id, user=s.olga.id, text="x", blocks=blocks)
        assert (changed["ok"], shown["ok"]) == (True, True)
        assert s.slack.problems() == []


@pytest.mark.refuses("view_too_large")
async def test_a_view_has_at_most_250_kb() -> None:
    async with stage() as s:
        blocks = [text_block("x" * 2500)] * 100
        refused = await s.api("views.open", trigger_id=s.trigger(), view=modal(*blocks))
        assert refused["error"] == "view_too_large"
        assert (await s.api("views.open", trigger_id=s.trigger(), view=modal(*blocks[:95])))["ok"]


@pytest.mark.refuses("msg_too_long")
async def test_texts_have_their_own_limits() -> None:
    async with stage() as s:
        posted = await s.api("chat.postMessage", channel=s.ops.id, text="x" * 40_000)
        assert posted["ok"]
        too_long = await s.api("chat.postMessage", channel=s.ops.id, text="x" * 40_001)
        assert too_long["error"] == "msg_too_long"
        changed = await s.api("chat.update", channel=s.ops.id, ts=posted["ts"], text="x" * 4_001)
        assert changed["error"] == "msg_too_long"


async def test_an_option_value_of_more_than_75_is_taken_with_a_word_of_advice() -> None:
    async with stage() as s:
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=select(options=[option(value=76)])))[
            "ok"
        ]
        assert "75 characters" in s.slack.problems()[0]


async def test_the_same_advice_is_given_for_views() -> None:
    async with stage() as s:
        menu: dict[str, Any] = {"type": "static_select", "options": [option(value=76)]}
        assert (await s.api("views.open", trigger_id=s.trigger(), view=modal(field(**menu), submit=SUBMIT)))["ok"]
        assert "75 characters" in s.slack.problems()[0]


@pytest.mark.refuses("invalid_blocks")
async def test_emoji_shortcodes_count_as_written() -> None:
    async with stage() as s:
        label = ":white_check_mark:" * 5
        refused = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=actions(button(label)))
        assert refused["error"] == "invalid_blocks"
