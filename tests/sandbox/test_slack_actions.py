"""Block actions of every kind: what a person presses, chooses or types is told to the bot as Slack tells it."""

from typing import Any

import pytest

from bot.sandbox.slack.errors import Refused

from .slack_bots import MANIFEST, Got, manifest
from .slack_stage import SUBMIT, button, field, modal, stage, text_block

PLAIN = {"type": "plain_text", "text": "A"}
OPTION = {"text": PLAIN, "value": "a"}
OTHER = {"text": {"type": "plain_text", "text": "B"}, "value": "b"}
# (an element of a section, what the person chooses, the field of the action, its value)
CHOSEN: list[tuple[dict[str, Any], tuple[str, ...], str, Any]] = [
    ({"type": "static_select", "options": [OPTION]}, ("A",), "selected_option", OPTION),
    ({"type": "multi_static_select", "options": [OPTION, OTHER]}, ("A", "B"), "selected_options", [OPTION, OTHER]),
    ({"type": "radio_buttons", "options": [OPTION]}, ("A",), "selected_option", OPTION),
    ({"type": "checkboxes", "options": [OPTION, OTHER]}, ("A", "B"), "selected_options", [OPTION, OTHER]),
    ({"type": "external_select", "min_query_length": 0}, ("A",), "selected_option", OPTION),
    ({"type": "multi_external_select", "min_query_length": 0}, ("A",), "selected_options", [OPTION]),
    ({"type": "datepicker"}, ("2026-03-02",), "selected_date", "2026-03-02"),
    ({"type": "timepicker"}, ("12:30",), "selected_time", "12:30"),
    ({"type": "users_select"}, ("U0AMIR",), "selected_user", "U0AMIR"),
    ({"type": "multi_users_select"}, ("U0AMIR", "U0OLGA"), "selected_users", ["U0AMIR", "U0OLGA"]),
    ({"type": "channels_select"}, ("C0OPS",), "selected_channel", "C0OPS"),
    ({"type": "multi_channels_select"}, ("C0OPS",), "selected_channels", ["C0OPS"]),
    ({"type": "conversations_select"}, ("C0OPS",), "selected_conversation", "C0OPS"),
    ({"type": "multi_conversations_select"}, ("C0OPS",), "selected_conversations", ["C0OPS"]),
]


async def suggesting(got: Got) -> Any:
    """Offers options to whoever asks for them."""
    return {"options": [OPTION]} if got.kind == "block_suggestion" else ""


@pytest.mark.parametrize(("element", "choice", "name", "value"), CHOSEN, ids=[row[0]["type"] for row in CHOSEN])
async def test_it_says_what_was_chosen(element: dict[str, Any], choice: tuple[str, ...], name: str, value: Any) -> None:
    async with stage(suggesting) as s:
        blocks = [text_block("Which", accessory={**element, "action_id": "it"}, block_id="b")]
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=blocks))["ok"]
        await s.olga.chooses("Which", *choice)
        data = s.bot.got[-1].data
        assert data["actions"][0][name] == value
        assert data["actions"][0]["type"] == element["type"]
        assert data["state"]["values"]["b"]["it"] == {"type": element["type"], name: value}
        assert s.slack.problems() == []


# (an input that tells the bot at once, what is typed, the field of the action)
TYPED: list[tuple[dict[str, Any], str, str]] = [
    ({"type": "plain_text_input"}, "web-1", "value"),
    ({"type": "email_text_input"}, "a@x.org", "value"),
    ({"type": "url_text_input"}, "https://x.org", "value"),
    ({"type": "number_input", "is_decimal_allowed": False}, "7", "value"),
]


@pytest.mark.parametrize(("element", "typed", "name"), TYPED, ids=[row[0]["type"] for row in TYPED])
async def test_it_says_what_was_typed_when_asked_to(element: dict[str, Any], typed: str, name: str) -> None:
    async with stage() as s:
        block = {**field("Loud", **element), "dispatch_action": True}
        await s.api("views.open", trigger_id=s.trigger(), view=modal(block, submit=SUBMIT))
        await s.olga.fills("Loud", typed)
        action = s.bot.got[0].data["actions"][0]
        assert (action["type"], action[name]) == (element["type"], typed)


async def test_a_date_and_time_are_told_in_seconds() -> None:
    async with stage() as s:
        block = {**field("When", type="datetimepicker"), "dispatch_action": True}
        await s.api("views.open", trigger_id=s.trigger(), view=modal(block, submit=SUBMIT))
        await s.olga.chooses("When", "1772452800")
        assert s.bot.got[0].data["actions"][0]["selected_date_time"] == 1772452800


async def test_an_overflow_menu_says_which_option_was_pressed() -> None:
    async with stage() as s:
        menu = {"type": "overflow", "action_id": "more", "options": [OPTION]}
        await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=[text_block(accessory=menu)])
        await s.olga.clicks("A")
        assert s.bot.got[0].data["actions"][0]["selected_option"] == OPTION


async def test_feedback_and_icon_buttons_say_which_was_pressed() -> None:
    both = {"positive_button": {"text": PLAIN, "value": "good"}, "negative_button": {**OTHER, "value": "bad"}}
    trash = {"type": "icon_button", "icon": "trash", "text": {"type": "plain_text", "text": "Delete"}, "value": "7"}
    blocks = [{"type": "context_actions", "elements": [{"type": "feedback_buttons", **both}, trash]}]
    async with stage() as s:
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=blocks))["ok"]
        assert s.olga.buttons == ["A", "B", "Delete"]
        assert s.olga.sees("[A] [B] [Delete]")
        for label, kind, value in (
            ("A", "feedback_buttons", "good"),
            ("B", "feedback_buttons", "bad"),
            ("Delete", "icon_button", "7"),
        ):
            await s.olga.clicks(label)
            action = s.bot.got[-1].data["actions"][0]
            assert (action["type"], action["value"], action["text"]["text"]) == (kind, value, label)


async def test_a_link_button_tells_the_bot_too() -> None:
    async with stage() as s:
        blocks = [text_block(accessory=button("Open", url="https://x.org", action_id="link", style="primary"))]
        await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=blocks)
        await s.olga.clicks("Open")
        action = s.bot.got[0].data["actions"][0]
        assert (action["type"], action["url"], action["style"]) == ("button", "https://x.org", "primary")


@pytest.mark.refuses("options_load_url_missing")
async def test_an_external_select_needs_the_address_for_its_options_in_the_manifest() -> None:
    text = MANIFEST.replace("    message_menu_options_url: https://example.com/options\n", "")
    menu = {"type": "external_select", "action_id": "server", "min_query_length": 0}
    async with stage(suggesting, app=manifest(text)) as s:
        await s.api("views.open", trigger_id=s.trigger(), view=modal(field("Server", **menu), submit=SUBMIT))
        with pytest.raises(Refused, match="options_load_url_missing"):
            await s.olga.types_into("Server", "w")


@pytest.mark.refuses("interactivity_not_enabled")
async def test_clicks_need_interactivity_in_the_manifest() -> None:
    async with stage(app=manifest(MANIFEST.replace("is_enabled: true", "is_enabled: false"))) as s:
        blocks = [text_block(accessory=button("Go"))]
        await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=blocks)
        with pytest.raises(Refused, match="interactivity_not_enabled"):
            await s.olga.clicks("Go")
