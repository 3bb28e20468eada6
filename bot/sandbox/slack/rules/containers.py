"""Containers, which group blocks under a title: docs.slack.dev/reference/block-kit/blocks/container-block.

What may stand in one is Slack's own list there, which `@slack/types` has, too. A least number of blocks is not named:
an empty list is refused, as Slack refuses other empty lists.
"""

from bot.sandbox.slack.rules.blocks import ID
from bot.sandbox.slack.rules.checks import flag, many, one_of, plain, text
from bot.sandbox.slack.rules.finding import Found, Json
from bot.sandbox.slack.rules.rich_text import RICH_TEXT
from bot.sandbox.slack.rules.shapes import one_of_kinds, shape, typed_part

IN_CONTAINERS = (
    "actions",
    "context",
    "divider",
    "file",
    "header",
    "image",
    "input",
    RICH_TEXT.kind,
    "section",
    "table",
    "video",
)


def _a_title(container: Json, at: str, found: Found) -> None:
    if container.get("title") is None and container.get("rich_text_title") is None:
        found.add(at, "must provide title or rich_text_title")


shape(
    "container",
    {
        **ID,
        "title": plain(150),
        "rich_text_title": typed_part((RICH_TEXT.kind,), "a container's rich_text_title"),
        "subtitle": text(150),
        "child_blocks": many(one_of_kinds(IN_CONTAINERS, "a container"), "blocks", 1, 10),
        "width": one_of("narrow", "standard", "wide", "full"),
        "icon": typed_part(("image element",), "a container's icon"),
        "is_collapsible": flag(),
        "default_collapsed": flag(),
        "has_header_divider": flag(),
    },
    required=("child_blocks",),
    specials=[("title", "A container has a title or a rich_text_title.", _a_title)],
    surfaces=("message", "home"),
)
CONTAINERS = ("container",)
