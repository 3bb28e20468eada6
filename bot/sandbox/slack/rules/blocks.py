"""The blocks themselves, from docs.slack.dev/reference/block-kit/blocks."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.slack.rules.checks import flag, many, number, one_of, plain, secure_url, string, text, url
from bot.sandbox.slack.rules.elements import IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUTS, IN_SECTIONS
from bot.sandbox.slack.rules.finding import Found, Json
from bot.sandbox.slack.rules.rich_text import RICH_TEXT
from bot.sandbox.slack.rules.shapes import Special, check_part, one_of_kinds, part, shape, typed_part

ID = {"block_id": string(255)}
"""The field that every block has."""


def _image_source(image: Json, at: str, found: Found) -> None:
    if (image.get("image_url") is None) == (image.get("slack_file") is None):
        found.add(at, "must provide either image_url or slack_file")


def _id_or_url(file: Json, at: str, found: Found) -> None:
    if (file.get("id") is None) == (file.get("url") is None):
        found.add(at, "must provide either id or url")


shape(
    "slack_file",
    {"id": string(255, 1), "url": url()},
    specials=[("source", "A slack_file has either id or url.", _id_or_url)],
    typed=False,
)
_SOURCE = ("source", "An image has either image_url or slack_file.", _image_source)
_IMAGE = {"image_url": url(), "slack_file": part("slack_file"), "alt_text": string(2000, 1)}
shape("image element", _IMAGE, required=("alt_text",), specials=[_SOURCE])
shape("plain_text", {"text": string(3000, 1), "emoji": flag()}, required=("text",))
shape("mrkdwn", {"text": string(3000, 1), "verbatim": flag()}, required=("text",))


def _text_or_fields(block: Json, at: str, found: Found) -> None:
    if block.get("text") is None and not block.get("fields"):
        found.add(at, "must provide text or fields")


shape(
    "section",
    {
        **ID,
        "text": text(3000),
        "fields": many(text(2000).run, "fields of text with 1 to 2,000 characters", 1, 10),
        "accessory": typed_part(IN_SECTIONS, "a section"),
        "expand": flag(),
    },
    specials=[("content", "A section has text, fields, or both.", _text_or_fields)],
)
shape("divider", ID)
shape("header", {**ID, "text": plain(150)}, required=("text",))
shape(
    "context",
    {
        **ID,
        "elements": many(one_of_kinds(("image element", "plain_text", "mrkdwn"), "a context block"), "elements", 1, 10),
    },
    required=("elements",),
)


def unique_action_ids(name: str = "elements") -> tuple[str, str, Special]:
    """The rule that no two elements in this list have one action_id."""
    return unique_among(lambda block: block.get(name))


def unique_among(elements_in: Callable[[Json], Any]) -> tuple[str, str, Special]:
    """The rule that no two elements in a block have one action_id."""

    def run(block: Json, at: str, found: Found) -> None:
        elements = elements_in(block)
        if not isinstance(elements, list):
            return
        ids = [e["action_id"] for e in elements if isinstance(e, dict) and e.get("action_id")]
        if len(set(ids)) != len(ids):
            twice = next(i for i in ids if ids.count(i) > 1)
            found.add(at, f'`action_id` "{twice}" already exists')

    return ("action_ids", "The action_ids within one block are unique.", run)


_UNIQUE = unique_action_ids()
shape(
    "actions",
    {**ID, "elements": many(one_of_kinds(IN_ACTIONS, "an actions block"), "elements", 1, 25)},
    required=("elements",),
    specials=[_UNIQUE],
)
shape("image", {**ID, **_IMAGE, "title": plain(2000)}, required=("alt_text",), specials=[_SOURCE])
shape(
    "input",
    {
        **ID,
        "label": plain(2000),
        "element": typed_part(IN_INPUTS, "an input block"),
        "hint": plain(2000),
        "optional": flag(),
        "dispatch_action": flag(),
    },
    required=("label", "element"),
)
shape("markdown", {**ID, "text": string(12_000, 1)}, required=("text",), surfaces=("message",))
shape(
    "file",
    {**ID, "external_id": string(255), "source": one_of("remote")},
    required=("external_id", "source"),
    surfaces=("message",),
)
shape(
    "video",
    {
        **ID,
        "alt_text": string(2000, 1),
        "title": plain(200),
        "thumbnail_url": url(),
        "video_url": secure_url(),
        "author_name": string(50),
        "description": plain(200),
        "provider_icon_url": url(),
        "provider_name": string(50),
        "title_url": secure_url(),
    },
    required=("alt_text", "title", "thumbnail_url", "video_url"),
)

shape("raw_text", {"text": string(10_000, 1)}, required=("text",))
shape("raw_number", {"value": number(), "text": string(255, 1)}, required=("value", "text"))
CELLS = ("raw_text", "raw_number", RICH_TEXT.kind)
_CELL = one_of_kinds(CELLS, "a table cell")
_ROW = many(_CELL, "cells", 1, 20)
shape("column", {"align": one_of("left", "center", "right"), "is_wrapped": flag()}, typed=False)


def _column(value: object, at: str, found: Found) -> None:
    """Slack takes null for a column that is left as it is."""
    if value is not None:
        check_part(value, at, found, "column")


shape(
    "table",
    {
        **ID,
        "rows": many(_ROW.run, "rows of 1 to 20 cells", 1, 100),
        "column_settings": many(_column, "column settings", 0, 20),
    },
    required=("rows",),
    surfaces=("message", "home"),
)
shape(
    "context_actions",
    {
        **ID,
        "elements": many(one_of_kinds(IN_CONTEXT_ACTIONS, "a context_actions block"), "elements", 1, 5),
    },
    required=("elements",),
    specials=[_UNIQUE],
    surfaces=("message",),
)

BLOCKS = (
    "section",
    "divider",
    "header",
    "context",
    "actions",
    "image",
    "input",
    "markdown",
    "file",
    "video",
    RICH_TEXT.kind,
    "table",
    "context_actions",
)
