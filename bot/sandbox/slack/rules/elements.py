"""The interactive elements, from docs.slack.dev/reference/block-kit/block-elements."""

from typing import Any

from bot.sandbox.slack.rules.checks import (
    flag,
    many,
    matching,
    one_of,
    plain,
    string,
    strings,
    url,
    whole,
)
from bot.sandbox.slack.rules.finding import Found, Json
from bot.sandbox.slack.rules.objects import options
from bot.sandbox.slack.rules.shapes import check_part, part, shape, typed_part

_ACTION = {"action_id": string(255)}
_CONFIRM = {"confirm": part("confirm dialog")}
_FOCUS = {"focus_on_load": flag()}
_PLACEHOLDER = {"placeholder": plain(150)}
_DISPATCH = {"dispatch_action_config": part("dispatch_action_config")}

shape(
    "button",
    {
        **_ACTION,
        **_CONFIRM,
        "text": plain(75),
        "url": url(),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
    },
    required=("text",),
)
shape(
    "workflow_button",
    {
        **_ACTION,
        "text": plain(75),
        "workflow": part("workflow"),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
    },
    required=("text", "workflow"),
    surfaces=("message",),
)
shape("overflow", {**_ACTION, **_CONFIRM, "options": options("overflow option", 5)}, required=("options",))


def _initials_are_options(element: Json, at: str, found: Found) -> None:
    options = element.get("options") or [
        o for g in element.get("option_groups") or [] for o in _dict(g).get("options") or []
    ]
    chosen = [element["initial_option"]] if element.get("initial_option") else element.get("initial_options") or []
    if not options or not isinstance(chosen, list):
        return
    known = {_dict(o).get("value") for o in options}
    if any(_dict(c).get("value") not in known for c in chosen):
        found.add(at, "initial option was not found in the options")


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


_INITIAL = ("initial", "What is chosen at first is one of the options.", _initials_are_options)

shape(
    "checkboxes",
    {
        **_ACTION,
        **_CONFIRM,
        **_FOCUS,
        "options": options("radio option", 10),
        "initial_options": options("radio option", 10),
    },
    required=("options",),
    specials=[_INITIAL],
)
shape(
    "radio_buttons",
    {**_ACTION, **_CONFIRM, **_FOCUS, "options": options("radio option", 10), "initial_option": part("radio option")},
    required=("options",),
    specials=[_INITIAL],
)


def _options_or_groups(element: Json, at: str, found: Found) -> None:
    if (element.get("options") is None) == (element.get("option_groups") is None):
        found.add(at, "must provide either options or option_groups")


_EITHER = ("options", "A select has either options or option_groups.", _options_or_groups)
_MENU = {**_ACTION, **_CONFIRM, **_FOCUS, **_PLACEHOLDER}
_MULTI = {**_MENU, "max_selected_items": whole(1, 1000)}
_GROUPS = {
    "options": options("option", 100),
    "option_groups": many(lambda v, at, f: check_part(v, at, f, "option group"), "option groups", 1, 100),
}
_RESPONSE_URL = {"response_url_enabled": flag()}

shape("static_select", {**_MENU, **_GROUPS, "initial_option": part("option")}, specials=[_EITHER, _INITIAL])
shape(
    "multi_static_select",
    {**_MULTI, **_GROUPS, "initial_options": options("option", 100)},
    specials=[_EITHER, _INITIAL],
)
shape("external_select", {**_MENU, "initial_option": part("option"), "min_query_length": whole(0, 3000)})
shape(
    "multi_external_select",
    {**_MULTI, "initial_options": options("option", 100), "min_query_length": whole(0, 3000)},
)
shape("users_select", {**_MENU, "initial_user": string(255)})
shape("multi_users_select", {**_MULTI, "initial_users": strings(100)})
shape("channels_select", {**_MENU, **_RESPONSE_URL, "initial_channel": string(255)})
shape("multi_channels_select", {**_MULTI, "initial_channels": strings(100)})
_CONVERSATIONS = {"default_to_current_conversation": flag(), "filter": part("filter")}
shape(
    "conversations_select",
    {**_MENU, **_RESPONSE_URL, **_CONVERSATIONS, "initial_conversation": string(255)},
)
shape("multi_conversations_select", {**_MULTI, **_CONVERSATIONS, "initial_conversations": strings(100)})

shape("datepicker", {**_MENU, "initial_date": matching(r"\d{4}-\d\d-\d\d", "a date like 2026-01-31")})
shape(
    "timepicker",
    {**_MENU, "initial_time": matching(r"([01]\d|2[0-3]):[0-5]\d", "a time like 23:59"), "timezone": string(255)},
)
shape(
    "datetimepicker",
    {**_ACTION, **_CONFIRM, **_FOCUS, "initial_date_time": whole(1_000_000_000, 9_999_999_999)},
    surfaces=("message", "modal"),
)


def _lengths_in_order(element: Json, at: str, found: Found) -> None:
    least, most = element.get("min_length"), element.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        found.add(at, "min_length must not be more than max_length")


_TYPED = {**_ACTION, **_FOCUS, **_PLACEHOLDER, **_DISPATCH}
shape(
    "plain_text_input",
    {
        **_TYPED,
        "initial_value": string(3000),
        "multiline": flag(),
        "min_length": whole(0, 3000),
        "max_length": whole(1, 3000),
    },
    specials=[("lengths", "An input's min_length is not above its max_length.", _lengths_in_order)],
)
shape(
    "number_input",
    {
        **_TYPED,
        "is_decimal_allowed": flag(),
        "initial_value": string(255),
        "min_value": string(255),
        "max_value": string(255),
    },
    required=("is_decimal_allowed",),
    surfaces=("modal",),
)
shape("email_text_input", {**_TYPED, "initial_value": string(3000)}, surfaces=("modal",))
shape("url_text_input", {**_TYPED, "initial_value": string(3000)}, surfaces=("modal",))
shape(
    "rich_text_input",
    {
        **_TYPED,
        "initial_value": typed_part(("rich_text",), "a rich text input"),
        "min_lines": whole(1, 100),
        "max_lines": whole(1, 100),
    },
    surfaces=("modal", "home"),
)
shape("file_input", {**_ACTION, "filetypes": strings(100), "max_files": whole(1, 10)}, surfaces=("modal",))

shape(
    "feedback_buttons",
    {**_ACTION, "positive_button": part("feedback button"), "negative_button": part("feedback button")},
    required=("positive_button", "negative_button"),
    surfaces=("message",),
)
shape(
    "icon_button",
    {
        **_ACTION,
        **_CONFIRM,
        "icon": one_of("trash"),
        "text": plain(75),
        "value": string(2000),
        "accessibility_label": string(75),
        "visible_to_user_ids": strings(10),
    },
    required=("icon", "text"),
    surfaces=("message",),
)

SELECTS = (
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
)
PICKERS = ("datepicker", "timepicker")
IN_SECTIONS = (
    "button",
    "workflow_button",
    "overflow",
    "checkboxes",
    "radio_buttons",
    "image element",
    *PICKERS,
    *SELECTS,
)
IN_ACTIONS = (
    "button",
    "workflow_button",
    "overflow",
    "checkboxes",
    "radio_buttons",
    "datetimepicker",
    *PICKERS,
    *SELECTS,
)
IN_INPUTS = (
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
    "file_input",
    "checkboxes",
    "radio_buttons",
    "datetimepicker",
    *PICKERS,
    *SELECTS,
)
IN_CONTEXT_ACTIONS = ("feedback_buttons", "icon_button")
