"""The small objects inside elements, from docs.slack.dev/reference/block-kit/composition-objects."""

from bot.sandbox.slack.rules.checks import Check, flag, many, one_of, plain, secure_url, string, text, url
from bot.sandbox.slack.rules.shapes import check_part, part, shape

_OPTION = {"text": plain(75), "value": string(150, 1), "description": plain(75)}
shape("option", _OPTION, required=("text", "value"), typed=False)
shape("radio option", {**_OPTION, "text": text(75), "description": text(75)}, required=("text", "value"), typed=False)
shape("overflow option", {**_OPTION, "url": url()}, required=("text", "value"), typed=False)


def options(kind: str, most: int) -> Check:
    """A list of 1 to `most` options of this shape."""
    return many(lambda v, at, f: check_part(v, at, f, kind), "options", 1, most)


shape(
    "option group", {"label": plain(75), "options": options("option", 100)}, required=("label", "options"), typed=False
)
shape(
    "confirm dialog",
    {
        "title": plain(100),
        "text": text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": one_of("primary", "danger"),
    },
    required=("title", "text", "confirm", "deny"),
    typed=False,
)
shape(
    "dispatch_action_config",
    {"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered").run, "triggers", 1, 2)},
    typed=False,
)
shape(
    "filter",
    {
        "include": many(one_of("im", "mpim", "private", "public").run, "kinds of conversations", 1, 4),
        "exclude_external_shared_channels": flag(),
        "exclude_bot_users": flag(),
    },
    typed=False,
)
shape("workflow input", {"name": string(255, 1), "value": string(3000)}, required=("name", "value"), typed=False)
shape(
    "workflow trigger",
    {"url": secure_url(), "customizable_input_parameters": many(part("workflow input").run, "inputs", 0, 100)},
    required=("url",),
    typed=False,
)
shape("workflow", {"trigger": part("workflow trigger")}, required=("trigger",), typed=False)
shape(
    "feedback button",
    {"text": plain(75), "value": string(2000, 1), "accessibility_label": string(75)},
    required=("text", "value"),
    typed=False,
)
