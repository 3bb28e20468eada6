"""The views, from docs.slack.dev/reference/views, and the rules that span a whole message or view."""

import json
from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.rules.blocks import BLOCKS
from bot.sandbox.slack.rules.cards import CARDS
from bot.sandbox.slack.rules.checks import flag, many, plain, string
from bot.sandbox.slack.rules.containers import CONTAINERS
from bot.sandbox.slack.rules.data import DATA, buttons_in
from bot.sandbox.slack.rules.finding import Finding, Found, Json, Rule
from bot.sandbox.slack.rules.nesting import within
from bot.sandbox.slack.rules.shapes import check_part, one_of_kinds, shape
from bot.sandbox.slack.rules.tasks import TASK_BLOCKS

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
ALL_TEXT = 13_200
"""What all blocks of a posted message may hold together, in characters (measured by users of Slack, not documented)."""
VIEW_BYTES = 250_000
TABLE_TEXT = 10_000
DATA_TEXT = 20_000
MARKDOWN_TEXT = 12_000

UNIQUE_BLOCKS = Rule("block_ids", "The block_ids within one message or view are unique.")
ONE_FOCUS = Rule("focus", "At most one element of a view has focus_on_load.")
NEEDS_SUBMIT = Rule("submit", "A modal with an input block has a submit button.")
OPTION_VALUE = Rule("option.value short", "An option's value is best kept to 75 characters.", warns=True)
ONE_TABLE = Rule("tables", "A message has at most one table.")
TABLE_SUM = Rule("table.sum", "A table has at most 10,000 characters in all its cells.")
DATA_SUM = Rule("data_table.sum", "All data tables of a message or view have at most 20,000 characters together.")
TWO_CHARTS = Rule("charts", "A message has at most two data_visualization blocks.")
ONE_PLAN = Rule("plans", "A message has at most one plan.")
MARKDOWN_SUM = Rule("markdown.sum", "All markdown blocks of a message have at most 12,000 characters together.")
MESSAGE_LENGTH = Rule("message.blocks", f"A message has at most {MESSAGE_BLOCKS} blocks.")

ALL_BLOCKS = (*BLOCKS, *CARDS, *CONTAINERS, *DATA, *TASK_BLOCKS)
"""Every type of block that Slack takes."""

_BLOCK = one_of_kinds(ALL_BLOCKS, "a list of blocks")
_VIEW = {
    "blocks": many(_BLOCK, "blocks", 0, VIEW_BLOCKS),
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
shape(
    "modal",
    {
        **_VIEW,
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": flag(),
        "notify_on_close": flag(),
        "submit_disabled": flag(),
    },
    required=("title", "blocks"),
)
shape("home", _VIEW, required=("blocks",))
_MESSAGE = many(_BLOCK, "blocks", 0, MESSAGE_BLOCKS)


def message_findings(blocks: Any) -> list[Finding]:
    """What Slack would find wrong with these blocks in a message."""
    found = Found("message", MESSAGE_LENGTH)
    _MESSAGE.run(blocks, "/blocks", found)
    if not found.findings:
        _across(blocks, "/blocks", found)
        _counted(blocks, found)
        _summed(blocks, "/blocks", found)
    return found.findings


def view_findings(view: Any, surface: str) -> list[Finding]:
    """What Slack would find wrong with this view; `surface` is `modal` or `home`."""
    found = Found(surface, Rule(surface, ""))
    if not isinstance(view, dict):
        found.add("/view", "must provide an object")
    elif view.get("type") != surface:
        found.add(
            "/view/type",
            f"must be one of: {surface}",
            Rule("view.type", f"This method takes a view of type {surface}."),
        )
    else:
        check_part(view, "/view", found, surface)
        if not found.findings:
            _across(view["blocks"], "/view/blocks", found)
            _summed(view["blocks"], "/view/blocks", found)
            if surface == "modal" and not view.get("submit") and any(b["type"] == "input" for b in view["blocks"]):
                found.add("/view", "must define `submit` to use an `input` block in modals", NEEDS_SUBMIT)
    return found.findings


def too_much_text(blocks: Any) -> bool:
    """Whether Slack would answer `msg_blocks_too_long` to these blocks of a posted message.

    The cells of data tables have a sum of their own, which Slack publishes and which is above this one.
    """
    return sum(map(len, _texts([block for block in blocks if block["type"] != "data_table"]))) > ALL_TEXT


def view_too_large(view: Json) -> bool:
    """Whether Slack would answer `view_too_large`."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES


def elements_of(block: Json) -> list[Json]:
    """The elements of a block that a person can act on, in order."""
    kind = block.get("type")
    if kind in ("actions", "context_actions"):
        return list(block.get("elements") or [])
    if kind == "card":
        return list(block.get("actions") or [])
    if kind == "data_table":
        return buttons_in(block)
    one = block.get("accessory") if kind == "section" else block.get("element") if kind == "input" else None
    return [one] if one and one.get("type") != "image" else []


def _across(blocks: list[Json], at: str, found: Found) -> None:
    ids: set[str] = set()
    focused = 0
    for where, block in within(blocks, at):
        block_id = block.get("block_id")
        if block_id in ids:
            found.add(where, f'`block_id` "{block_id}" already exists', UNIQUE_BLOCKS)
        if block_id:
            ids.add(block_id)
        for element in elements_of(block):
            focused += bool(element.get("focus_on_load"))
            if any(len(option.get("value", "")) > 75 for option in element.get("options") or ()):
                found.add(where, "option value of more than 75 characters", OPTION_VALUE)
    if focused > 1:
        found.add(at, "only one element can have focus_on_load", ONE_FOCUS)


def _counted(blocks: list[Json], found: Found) -> None:
    kinds = [block["type"] for _, block in within(blocks)]
    if kinds.count("table") > 1:
        found.add("/blocks", "only_one_table_allowed", ONE_TABLE)
    if kinds.count("data_visualization") > 2:
        found.add("/blocks", "no more than 2 data_visualization blocks allowed", TWO_CHARTS)
    if kinds.count("plan") > 1:
        found.add("/blocks", "Cannot have more than 1 plan block", ONE_PLAN)


def _summed(blocks: list[Json], at: str, found: Found) -> None:
    every = [block for _, block in within(blocks)]
    for block in every:
        if block["type"] == "table" and sum(map(len, _texts(block["rows"]))) > TABLE_TEXT:
            found.add(at, f"table cells must have less than {TABLE_TEXT + 1} characters together", TABLE_SUM)
    if sum(map(len, _texts([block["rows"] for block in every if block["type"] == "data_table"]))) > DATA_TEXT:
        found.add(at, f"data_table cells must have less than {DATA_TEXT + 1} characters together", DATA_SUM)
    if sum(len(block["text"]) for block in every if block["type"] == "markdown") > MARKDOWN_TEXT:
        found.add(at, f"markdown text must be less than {MARKDOWN_TEXT + 1} characters", MARKDOWN_SUM)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _texts(each)
    elif isinstance(part, dict):
        for name, value in part.items():
            if isinstance(value, str):
                if name in ("text", "alt_text", "title", "caption"):
                    yield value
            elif value:
                yield from _texts(value)
