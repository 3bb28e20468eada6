"""Cards, carousels of them, alerts: docs.slack.dev/reference/block-kit/blocks/card-block and its neighbours.

Slack's list of surfaces has cards in dialogs, too; who tried it found that none is drawn there. Here it is refused.
"""

from bot.sandbox.slack.rules.blocks import ID, unique_action_ids
from bot.sandbox.slack.rules.checks import many, one_of, text
from bot.sandbox.slack.rules.finding import Found, Json
from bot.sandbox.slack.rules.shapes import one_of_kinds, shape, typed_part

# fmt: off
ICONS = (
    "archive", "book", "bookmark", "bot", "bug", "calendar", "call", "caret-left", "caret-right", "check",
    "clipboard", "code", "comment", "compass", "copy", "cube", "download", "edit", "email", "eye-closed", "eye-open",
    "file", "flag", "folder", "gear", "globe", "heart", "help", "image", "info", "key", "lightbulb", "link", "map",
    "mobile", "new-window", "pin", "plus", "refine", "refresh", "rocket", "save", "screen", "share", "sparkle",
    "star", "star-filled", "tag", "thumbs-down", "thumbs-up", "trash", "upload", "user", "warning",
)
# fmt: on


def _something(card: Json, at: str, found: Found) -> None:
    if not any(card.get(name) for name in ("hero_image", "title", "actions", "body")):
        found.add(at, "must provide one of hero_image, title, actions, body")


def _one_icon(card: Json, at: str, found: Found) -> None:
    if card.get("icon") and card.get("slack_icon"):
        found.add(at, "must provide either icon or slack_icon")


_PICTURE = typed_part(("image element",), "a picture of a card")
shape("icon", {"name": one_of(*ICONS)}, required=("name",))
shape(
    "card",
    {
        **ID,
        "hero_image": _PICTURE,
        "icon": _PICTURE,
        "slack_icon": typed_part(("icon",), "a card's slack_icon"),
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "actions": many(one_of_kinds(("button",), "a card's actions"), "buttons", 1, 3),
    },
    specials=[
        ("content", "A card has a hero_image, a title, actions or a body.", _something),
        ("icons", "A card has either icon or slack_icon.", _one_icon),
        unique_action_ids("actions"),
    ],
    surfaces=("message", "home"),
)
shape(
    "carousel",
    {**ID, "elements": many(one_of_kinds(("card",), "a carousel"), "cards", 1, 10)},
    required=("elements",),
    surfaces=("message", "home"),
)
shape(
    "alert",
    {**ID, "text": text(200), "level": one_of("default", "info", "warning", "error", "success")},
    required=("text",),
    surfaces=("modal",),
)
CARDS = ("alert", "card", "carousel")
