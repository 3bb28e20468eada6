"""What inputs, menus and pickers hold: the `state.values` of views and messages."""

from typing import Any

from bot.sandbox.slack.rules.nesting import within
from bot.sandbox.slack.rules.views import elements_of

Json = dict[str, Any]

# element type → (name in state.values, name of the initial value, what an empty one holds)
STATEFUL: dict[str, tuple[str, str, Any]] = {
    "plain_text_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "file_input": ("files", "", []),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "checkboxes": ("selected_options", "initial_options", []),
    "users_select": ("selected_user", "initial_user", None),
    "multi_users_select": ("selected_users", "initial_users", []),
    "channels_select": ("selected_channel", "initial_channel", None),
    "multi_channels_select": ("selected_channels", "initial_channels", []),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", []),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
}


def initial(blocks: list[Json], channel_id: str = "") -> Json:
    """`state.values` as it is when the blocks are first shown."""
    values: Json = {}
    for _, block in within(blocks):
        for element in elements_of(block):
            if element["type"] in STATEFUL:
                name, first, empty = STATEFUL[element["type"]]
                value = element.get(first, empty)
                if element.get("default_to_current_conversation") and channel_id and not value:
                    value = channel_id if name == "selected_conversation" else [channel_id]
                values.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], name: value}
    return values


def kept(blocks: list[Json], before: Json, channel_id: str = "") -> Json:
    """The values after a change of blocks: inputs keep theirs if block_id, action_id and type stay."""
    values = initial(blocks, channel_id)
    for block_id, actions in values.items():
        for action_id, value in actions.items():
            old = before.get(block_id, {}).get(action_id)
            if old and old["type"] == value["type"]:
                actions[action_id] = old
    return values


def take(values: Json, given: Json) -> None:
    """Takes over what a person entered: block_id → action_id → value, for inputs that exist."""
    for block_id, actions in given.items():
        known = values.get(block_id) or {}
        for action_id, value in actions.items() if isinstance(actions, dict) else ():
            if action_id in known and isinstance(value, dict):
                name = STATEFUL[known[action_id]["type"]][0]
                if name in value:
                    known[action_id] = {"type": known[action_id]["type"], name: value[name]}


def is_empty(value: Json) -> bool:
    """Whether an input holds nothing."""
    name = STATEFUL[value["type"]][0]
    return not value.get(name)
