"""What the rarer kinds may hold: tables, rich text, video, files, feedback, inputs of every kind."""

from typing import Any

import pytest

from .slack_parts import Block, Make, actions, asking, entry, image, option, options, plain, select, table
from .slack_refusing import refuses_in_a_dialog, refuses_in_a_message, takes_so_many_in_a_message
from .slack_stage import button, stage, text_block

LINK = "https://x.org/".ljust
RUN = {"type": "text", "text": "x"}


def video(**more: Any) -> list[Block]:
    whole = {"alt_text": "a", "title": plain(5), "thumbnail_url": LINK(20, "x"), "video_url": LINK(20, "x")}
    return [{"type": "video", **whole, **more}]


def rich(*runs: Block, **part: Any) -> list[Block]:
    inner = {"type": "rich_text_section", "elements": list(runs), **part}
    return [{"type": "rich_text", "elements": [inner]}]


def feedback(**more: Any) -> list[Block]:
    one, other = {"text": plain(4), "value": "good", **more}, {"text": plain(3), "value": "bad"}
    element = {"type": "feedback_buttons", "positive_button": one, "negative_button": other}
    return [{"type": "context_actions", "elements": [element]}]


def icons(n: int = 1, **more: Any) -> list[Block]:
    element = {"type": "icon_button", "icon": "trash", "text": plain(6), **more}
    return [{"type": "context_actions", "elements": [element] * n}]


def menu(kind: str, n: int, **more: Any) -> list[Block]:
    return actions({"type": kind, "options": [option(n)], **more})


def everybody(n: int) -> list[str]:
    return ["U0OLGA"] * n


def cell(n: int) -> Block:
    return {"type": "raw_text", "text": "x" * n}


def bullets(**more: Any) -> list[Block]:
    line = {"type": "rich_text_section", "elements": [RUN]}
    return rich(line, type="rich_text_list", style="bullet", **more)


def linked(n: int) -> Block:
    return option(url=LINK(n, "x"))


def workflow(of: Block) -> Block:
    return {"type": "workflow_button", "text": plain(2), "workflow": of}


def in_context(n: int) -> list[Block]:
    return [{"type": "context", "elements": [{"type": "image", "image_url": LINK(20, "x"), "alt_text": "x" * n}]}]


def several(n: int) -> Block:
    return asking("multi_users_select", max_selected_items=n)


# (what Slack's reference says, how to build it with a size, the size)
MESSAGES: list[tuple[str, Make, int]] = [
    ("a table's columns have at most 20 settings", lambda n: [table(1, 1)[0] | {"column_settings": [None] * n}], 20),
    (
        "a table has at most 10,000 characters in all cells",
        lambda n: [{"type": "table", "rows": [[cell(n // 2)], [cell(n - n // 2)]]}],
        10_000,
    ),
    ("a list of rich text is indented at most 8 times", lambda n: bullets(indent=n), 8),
    ("a border of rich text is 0 or 1", lambda n: rich(RUN, type="rich_text_quote", border=n), 1),
    ("an address in rich text has at most 3,000", lambda n: rich({"type": "link", "url": LINK(n, "x")}), 3000),
    ("a video's title has at most 200 characters", lambda n: video(title=plain(n)), 200),
    ("a video's description has at most 200 characters", lambda n: video(description=plain(n)), 200),
    ("a video's author has at most 50 characters", lambda n: video(author_name="x" * n), 50),
    ("a video's provider has at most 50 characters", lambda n: video(provider_name="x" * n), 50),
    ("a video's alt text has at most 2,000 characters", lambda n: video(alt_text="x" * n), 2000),
    ("a video's address has at most 3,000 characters", lambda n: video(video_url=LINK(n, "x")), 3000),
    (
        "a file's external_id has at most 255 characters",
        lambda n: [{"type": "file", "source": "remote", "external_id": "x" * n}],
        255,
    ),
    ("context actions are at most 5", icons, 5),
    ("a feedback button's text has at most 75 characters", lambda n: feedback(text=plain(n)), 75),
    ("a feedback button's value has at most 2,000 characters", lambda n: feedback(value="x" * n), 2000),
    ("a feedback button's label for readers has at most 75", lambda n: feedback(accessibility_label="x" * n), 75),
    ("an icon button's text has at most 75 characters", lambda n: icons(text=plain(n)), 75),
    ("an icon button's value has at most 2,000 characters", lambda n: icons(value="x" * n), 2000),
    ("an icon button is for at most 10 people", lambda n: icons(visible_to_user_ids=everybody(n)), 10),
    (
        "a group has at most 100 options",
        lambda n: actions({"type": "static_select", "option_groups": [{"label": plain(3), "options": options(n)}]}),
        100,
    ),
    ("a menu of several has at most 100 options", lambda n: select("multi_static_select", options=options(n)), 100),
    ("an overflow option's url has at most 3,000", lambda n: menu("overflow", 5, options=[linked(n)]), 3000),
    ("a check box's text has at most 75 characters", lambda n: menu("checkboxes", n), 75),
    ("a radio button's text has at most 75 characters", lambda n: menu("radio_buttons", n), 75),
    (
        "a check box's description has at most 75",
        lambda n: menu("checkboxes", 5, options=[option(description=plain(n))]),
        75,
    ),
    ("an image in a context block has an alt text of at most 2,000", in_context, 2000),
    ("a workflow's address has at most 3,000", lambda n: actions(workflow({"trigger": {"url": LINK(n, "x")}})), 3000),
    *(
        (f"the placeholder of a {kind} has at most 150", lambda n, kind=kind: select(kind, placeholder=plain(n)), 150)
        for kind in ("datepicker", "timepicker", "users_select", "channels_select", "conversations_select")
    ),
    *(
        (f"the placeholder of a {kind} has at most 150", lambda n, kind=kind: select(kind, placeholder=plain(n)), 150)
        for kind in ("external_select", "multi_external_select", "multi_users_select", "multi_conversations_select")
    ),
]

VIEWS: list[tuple[str, Make, int]] = [
    ("a file input takes at most 10 files", lambda n: asking("file_input", max_files=n), 10),
    ("a file input names at most 100 types", lambda n: asking("file_input", filetypes=["csv"] * n), 100),
    ("a rich text input has at most 100 lines", lambda n: asking("rich_text_input", max_lines=n), 100),
    ("an input's min_length is at most 3,000", lambda n: asking("plain_text_input", min_length=n), 3000),
    *(
        (f"the placeholder of a {kind} has at most 150", lambda n, kind=kind: asking(kind, placeholder=plain(n)), 150)
        for kind in ("email_text_input", "url_text_input", "rich_text_input")
    ),
    (
        "the placeholder of a number_input has at most 150",
        lambda n: asking("number_input", is_decimal_allowed=True, placeholder=plain(n)),
        150,
    ),
    ("an input's block_id has at most 255 characters", lambda n: entry(block_id="x" * n), 255),
    ("an input's action_id has at most 255 characters", lambda n: asking("datepicker", action_id="x" * n), 255),
    ("a menu of several lets at most 1,000 be chosen", several, 1000),
]

# (the rule, the blocks of a message that break it, a part of Slack's message)
INSIDE: list[tuple[str, list[Block], str]] = [
    ("rich text has no runs of unknown kinds", rich({"type": "shout", "text": "x"}), "unsupported type: shout"),
    ("runs of rich text have no unknown fields", rich({**RUN, "size": 7}), "invalid additional property: size"),
    ("a run's style has no unknown fields", rich({**RUN, "style": {"loud": True}}), "additional property: loud"),
    ("a run's style is true or false", rich({**RUN, "style": {"bold": "yes"}}), "must be a boolean"),
    ("a run of text has a text", rich({"type": "text"}), "missing required field: text"),
    ("a link in rich text has an address", rich({"type": "link", "text": "x"}), "missing required field: url"),
    ("a mention in rich text names somebody", rich({"type": "user"}), "missing required field: user_id"),
    ("a broadcast in rich text is one Slack has", rich({"type": "broadcast", "range": "all"}), "here, channel"),
    ("a colour in rich text is one", rich({"type": "color", "value": "red"}), "must be a colour"),
    ("a date in rich text has a form", rich({"type": "date", "timestamp": 1}), "missing required field: format"),
    (
        "preformatted text has text and links alone",
        rich({"type": "user", "user_id": "U1"}, type="rich_text_preformatted"),
        "user",
    ),
    ("a list of rich text has lines", rich(RUN, type="rich_text_list", style="bullet"), "unsupported type: text"),
    (
        "a column is aligned left, center or right",
        [table()[0] | {"column_settings": [{"align": "top"}]}],
        "left, center",
    ),
    ("a column has no unknown settings", [table()[0] | {"column_settings": [{"width": 3}]}], "property: width"),
    ("a cell's number is a number", [{"type": "table", "rows": [[{"type": "raw_number", "value": "7"}]]}], "a number"),
    ("a cell is not empty", [{"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]}], "more than 0"),
    ("a video's address is https", video(video_url="http://x.org/v"), "must be a valid HTTPS URL"),
    ("a video has a picture", [{k: v for k, v in video()[0].items() if k != "thumbnail_url"}], "thumbnail_url"),
    ("a feedback button has a value", feedback(value=None), "missing required field: value"),
    ("a feedback button has no unknown fields", feedback(style="danger"), "invalid additional property: style"),
    ("an icon is one Slack has", icons(icon="skull"), "must be one of: trash"),
    ("buttons do not stand in context actions", [{"type": "context_actions", "elements": [button()]}], "button"),
    ("feedback stands in context actions alone", actions(feedback()[0]["elements"][0]), "feedback_buttons"),
    ("action_ids in context actions are unique", icons(2, action_id="a"), '"a" already exists'),
    ("a file of Slack's has an id or an address", image(image_url=None, slack_file={}), "either id or url"),
    ("a filter names kinds of conversations", select("conversations_select", filter={"include": ["dm"]}), "im, mpim"),
    ("a workflow button has a workflow", actions({"type": "workflow_button", "text": plain(2)}), "workflow"),
    ("a workflow has a trigger", actions(workflow({})), "missing required field: trigger"),
    ("a file block's source is remote", [{"type": "file", "external_id": "x", "source": "disk"}], "one of: remote"),
]


@pytest.mark.refuses("invalid_blocks")
@pytest.mark.parametrize(("sentence", "make", "most"), MESSAGES, ids=[row[0] for row in MESSAGES])
async def test_messages(sentence: str, make: Make, most: int) -> None:
    await takes_so_many_in_a_message(make, most, sentence)


@pytest.mark.refuses("invalid_arguments")
@pytest.mark.parametrize(("sentence", "make", "most"), VIEWS, ids=[row[0] for row in VIEWS])
async def test_views(sentence: str, make: Make, most: int) -> None:
    async with stage() as s:
        taken = await s.api("views.open", trigger_id=s.trigger(), view=make(most))
        assert taken["ok"], taken
        refused = await s.api("views.open", trigger_id=s.trigger(), view=make(most + 1))
        assert refused["error"] == "invalid_arguments", sentence


@pytest.mark.refuses("invalid_blocks")
@pytest.mark.parametrize(("sentence", "blocks", "words"), INSIDE, ids=[row[0] for row in INSIDE])
async def test_inside(sentence: str, blocks: list[Block], words: str) -> None:
    await refuses_in_a_message(blocks, words, sentence)


@pytest.mark.refuses("invalid_arguments")
@pytest.mark.parametrize("kind", ["context_actions", "file", "table", "markdown"])
async def test_what_stands_in_messages_alone_is_refused_in_dialogs(kind: str) -> None:
    blocks = {"context_actions": icons(), "table": table(), "markdown": [{"type": "markdown", "text": "x"}]}
    blocks["file"] = [{"type": "file", "source": "remote", "external_id": "x"}]
    await refuses_in_a_dialog(kind, blocks[kind])


@pytest.mark.refuses("invalid_arguments")
@pytest.mark.parametrize("size", ["private_metadata", "callback_id", "external_id"])
async def test_a_home_tab_keeps_the_sizes_of_dialogs(size: str) -> None:
    most = 3000 if size == "private_metadata" else 255
    async with stage() as s:
        for n, ok in ((most, True), (most + 1, False)):
            view = {"type": "home", "blocks": [text_block()], size: "x" * n}
            assert (await s.api("views.publish", user_id=s.olga.id, view=view))["ok"] is ok


async def test_rich_text_reads_as_it_is_drawn() -> None:
    runs: list[Block] = [
        {"type": "text", "text": "Look ", "style": {"bold": True}},
        {"type": "user", "user_id": "U0AMIR"},
        {"type": "text", "text": " "},
        {"type": "broadcast", "range": "here"},
        {"type": "link", "url": "https://x.org"},
        {"type": "date", "timestamp": 1772452800, "format": " {date_num}"},
        {"type": "emoji", "name": "wave"},
    ]
    async with stage() as s:
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=rich(*runs)))["ok"]
        assert s.olga.sees("Look @amir @herehttps://x.org 2026-03-02:wave:"), s.olga.screen()
