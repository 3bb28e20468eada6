"""Rich text and what stands in it, from docs.slack.dev/reference/block-kit/blocks/rich-text-block."""

from bot.sandbox.slack.rules.checks import flag, many, matching, one_of, string, url, whole
from bot.sandbox.slack.rules.shapes import one_of_kinds, part, shape

LONGEST_RUN = 40_000
"""Slack names no limit for one run of text; a message's text has this one."""

shape(
    "text style",
    dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), flag()),
    typed=False,
)
_STYLE = {"style": part("text style")}
shape("text run", {**_STYLE, "text": string(LONGEST_RUN, 1)}, required=("text",))
shape("link run", {**_STYLE, "url": url(), "text": string(LONGEST_RUN), "unsafe": flag()}, required=("url",))
shape("emoji run", {**_STYLE, "name": string(255, 1), "unicode": string(255), "url": url()}, required=("name",))
shape("user run", {**_STYLE, "user_id": string(255, 1)}, required=("user_id",))
shape("channel run", {**_STYLE, "channel_id": string(255, 1)}, required=("channel_id",))
shape("usergroup run", {**_STYLE, "usergroup_id": string(255, 1)}, required=("usergroup_id",))
shape("team run", {**_STYLE, "team_id": string(255, 1)}, required=("team_id",))
shape("broadcast run", {**_STYLE, "range": one_of("here", "channel", "everyone")}, required=("range",))
shape("color run", {**_STYLE, "value": matching(r"#[0-9a-fA-F]{6}", "a colour like #F405B3")}, required=("value",))
shape(
    "date run",
    {**_STYLE, "timestamp": whole(0, 9_999_999_999), "format": string(255, 1), "url": url(), "fallback": string(255)},
    required=("timestamp", "format"),
)

_RUNS = tuple(
    f"{kind} run"
    for kind in ("text", "link", "emoji", "user", "channel", "usergroup", "team", "broadcast", "color", "date")
)
_MOST = 1000
_LINE = {"elements": many(one_of_kinds(_RUNS, "a line of rich text"), "runs", 0, _MOST)}
_BORDER = {"border": whole(0, 1)}
shape("rich_text_section", _LINE, required=("elements",))
shape("rich_text_quote", {**_LINE, **_BORDER}, required=("elements",))
shape(
    "rich_text_preformatted",
    {
        **_BORDER,
        "elements": many(one_of_kinds(("text run", "link run"), "preformatted text"), "runs", 0, _MOST),
        "language": string(255),
    },
    required=("elements",),
)
shape(
    "rich_text_list",
    {
        **_BORDER,
        "elements": many(one_of_kinds(("rich_text_section",), "a list of rich text"), "lines", 0, _MOST),
        "style": one_of("bullet", "ordered"),
        "indent": whole(0, 8),
        "offset": whole(0, 10_000),
    },
    required=("elements", "style"),
)
_PARTS = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
RICH_TEXT = shape(
    "rich_text",
    {"block_id": string(255), "elements": many(one_of_kinds(_PARTS, "a rich_text block"), "elements", 1, _MOST)},
    required=("elements",),
)
"""The block, which also stands in cells of tables and in inputs."""
