"""The blocks themselves, from docs.slack.dev/reference/block-kit/blocks."""

from bot.sandbox.slack.rules.checks import anything, flag, many, one_of, plain, string, strings, text, url, whole
from bot.sandbox.slack.rules.elements import IN_ACTIONS, IN_INPUTS, IN_SECTIONS
from bot.sandbox.slack.rules.finding import Found, Json
from bot.sandbox.slack.rules.shapes import one_of_kinds, shape, typed_part

_ID = {"block_id": string(255)}


def _image_source(part: Json, at: str, found: Found) -> None:
    if (part.get("image_url") is None) == (part.get("slack_file") is None):
        found.add(at, "must provide either image_url or slack_file")


_SOURCE = ("source", "An image has either image_url or slack_file.", _image_source)
_IMAGE = {"image_url": url(), "slack_file": anything(), "alt_text": string(2000, 1)}
shape("image element", _IMAGE, required=("alt_text",), specials=[_SOURCE])
shape("plain_text", {"text": string(3000, 1), "emoji": flag()}, required=("text",))
shape("mrkdwn", {"text": string(3000, 1), "verbatim": flag()}, required=("text",))


def _text_or_fields(block: Json, at: str, found: Found) -> None:
    if block.get("text") is None and not block.get("fields"):
        found.add(at, "must provide text or fields")


shape(
    "section",
    {
        **_ID,
        "text": text(3000),
        "fields": many(text(2000).run, "fields of text with 1 to 2,000 characters", 1, 10),
        "accessory": typed_part(IN_SECTIONS, "a section"),
        "expand": flag(),
    },
    specials=[("content", "A section has text, fields, or both.", _text_or_fields)],
)
shape("divider", _ID)
shape("header", {**_ID, "text": plain(150)}, required=("text",))
shape(
    "context",
    {
        **_ID,
        "elements": many(one_of_kinds(("image element", "plain_text", "mrkdwn"), "a context block"), "elements", 1, 10),
    },
    required=("elements",),
)


def _unique_action_ids(block: Json, at: str, found: Found) -> None:
    elements = block.get("elements")
    if not isinstance(elements, list):
        return
    ids = [e["action_id"] for e in elements if isinstance(e, dict) and e.get("action_id")]
    if len(set(ids)) != len(ids):
        twice = next(i for i in ids if ids.count(i) > 1)
        found.add(at, f'`action_id` "{twice}" already exists')


_UNIQUE = ("action_ids", "The action_ids within one block are unique.", _unique_action_ids)
shape(
    "actions",
    {**_ID, "elements": many(one_of_kinds(IN_ACTIONS, "an actions block"), "elements", 1, 25)},
    required=("elements",),
    specials=[_UNIQUE],
)
shape("image", {**_ID, **_IMAGE, "title": plain(2000)}, required=("alt_text",), specials=[_SOURCE])
shape(
    "input",
    {
        **_ID,
        "label": plain(2000),
        "element": typed_part(IN_INPUTS, "an input block"),
        "hint": plain(2000),
        "optional": flag(),
        "dispatch_action": flag(),
    },
    required=("label", "element"),
)
shape("markdown", {**_ID, "text": string(12_000, 1)}, required=("text",), surfaces=("message",))
shape(
    "file",
    {**_ID, "external_id": string(255), "source": one_of("remote")},
    required=("external_id", "source"),
    surfaces=("message",),
)
shape(
    "video",
    {
        **_ID,
        "alt_text": string(2000, 1),
        "title": plain(200),
        "thumbnail_url": url(),
        "video_url": url(),
        "author_name": string(50),
        "description": plain(200),
        "provider_icon_url": url(),
        "provider_name": string(50),
        "title_url": url(),
    },
    required=("alt_text", "title", "thumbnail_url", "video_url"),
)

_RICH = {"elements": many(lambda v, at, f: None, "elements", 0, 1000)}
_BORDER = {"border": whole(0, 1)}
shape("rich_text_section", _RICH, required=("elements",))
shape("rich_text_preformatted", {**_RICH, **_BORDER, "language": string(255)}, required=("elements",))
shape("rich_text_quote", {**_RICH, **_BORDER}, required=("elements",))
shape(
    "rich_text_list",
    {**_RICH, **_BORDER, "style": one_of("bullet", "ordered"), "indent": whole(0, 8), "offset": whole(0, 10_000)},
    required=("elements", "style"),
)
_RICH_PARTS = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
shape(
    "rich_text",
    {**_ID, "elements": many(one_of_kinds(_RICH_PARTS, "a rich_text block"), "elements", 1, 1000)},
    required=("elements",),
)

shape("raw_text", {"text": string(10_000, 1)}, required=("text",))
shape("raw_number", {"value": anything(), "text": string(255)}, required=("value",))
_CELL = one_of_kinds(("raw_text", "raw_number", "rich_text"), "a table cell")
_ROW = many(_CELL, "cells", 1, 20)
shape(
    "table",
    {
        **_ID,
        "rows": many(_ROW.run, "rows of 1 to 20 cells", 1, 100),
        "column_settings": many(lambda v, at, f: None, "column settings", 0, 20),
    },
    required=("rows",),
    surfaces=("message",),
)
shape(
    "context_actions",
    {
        **_ID,
        "elements": many(
            one_of_kinds(("feedback_buttons", "icon_button"), "a context_actions block"), "elements", 1, 5
        ),
    },
    required=("elements",),
    surfaces=("message",),
)
shape(
    "feedback_buttons",
    {"action_id": string(255), "positive_button": anything(), "negative_button": anything()},
    required=("positive_button", "negative_button"),
    surfaces=("message",),
)
shape(
    "icon_button",
    {
        "action_id": string(255),
        "icon": string(255),
        "text": plain(75),
        "value": string(2000),
        "confirm": anything(),
        "accessibility_label": string(75),
        "visible_to_user_ids": strings(10),
    },
    required=("icon", "text"),
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
    "rich_text",
    "table",
    "context_actions",
)
