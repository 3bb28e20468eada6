"""Dialogs: inputs of every kind with their errors, what the bot is sent, and the way in and out by keyboard."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.foreign import Foreign
from tests.browser.kinds import CONFIRM, Json, actions, element, field, marked, modal, option, options, plain, section

pytestmark = pytest.mark.browser
TEXT = {"type": "text", "text": "soon", "style": {"bold": True}}
LIST = {
    "type": "rich_text_list",
    "style": "bullet",
    "indent": 0,
    "border": 0,
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}],
}
ALERT = {"type": "alert", "text": marked("This *can't* be undone."), "level": "warning"}
FORM: dict[str, tuple[Json, str, dict[str, Any]]] = {  # the input, what a person types, what the bot is sent
    "plain_text_input": (field("Name", "plain_text_input", min_length=3), "web-9", {"value": "web-9"}),
    "long text": (
        field("Reason", "plain_text_input", multiline=True) | {"block_id": "reason"},
        "one\ntwo",
        {"value": "one\ntwo"},
    ),
    "email": (field("Mail", "email_text_input"), "a@b.example", {"value": "a@b.example"}),
    "url": (field("Page", "url_text_input"), "https://b.example", {"value": "https://b.example"}),
    "number": (
        field("Disks", "number_input", is_decimal_allowed=False, min_value="1", max_value="4"),
        "2",
        {"value": "2"},
    ),
    "rich text": (
        field("Note", "rich_text_input", optional=True),
        "*soon*\n- one",
        {
            "rich_text_value": {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [TEXT]}, LIST],
            }
        },
    ),
    "date": (field("Day", "datepicker"), "2026-04-01", {"selected_date": "2026-04-01"}),
    "time": (field("Hour", "timepicker"), "08:30", {"selected_time": "08:30"}),
}
WRONG = {
    "Name": ("ab", "at least 3"),
    "Mail": ("nobody", "valid email"),
    "Page": ("b.example", "valid URL"),
    "Disks": ("9", "at most 4"),
}
FILE = field("Key", "file_input", filetypes=["pub", "txt"], max_files=1)
CHOICES = (
    field("Plan", "static_select", options=options("Small", "Large")),
    field("Channel", "channels_select", initial_channel="C0OPS"),
    field("People", "multi_users_select", max_selected_items=2),
    field("Copies", "checkboxes", options=options("Daily", "Weekly"), optional=True),
    field("Keep", "radio_buttons", options=options("Keep", "Drop"), hint=plain("Dropped is gone.")),
)


def test_text_inputs_of_every_kind(foreign: Foreign, window: Page) -> None:
    dialog = begin(foreign, window, *(block for block, *_ in FORM.values()))
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert").filter(has_text="Please complete this required field.")).to_have_count(7)
    expect(dialog.get_by_label("Name")).to_be_focused()
    assert dialog.get_by_label("Name").get_attribute("aria-invalid") == "true"
    for label, (value, _) in WRONG.items():
        dialog.get_by_label(label).fill(value)
    dialog.get_by_role("button", name="Send").click()
    for _, words in WRONG.values():
        expect(dialog).to_contain_text(words)
    for block, value, _ in FORM.values():
        dialog.get_by_label(block["label"]["text"]).fill(value)
    values = send(foreign, window)
    for name, (block, _, told) in FORM.items():
        held = values[block["block_id"]][block["element"]["action_id"]]
        assert held == {"type": block["element"]["type"], **told}, name


@pytest.mark.parametrize(
    ("level", "called"), [("error", "Error: "), ("warning", "Warning: "), ("success", "Success: "), ("default", "")]
)
def test_an_alert_in_a_dialog(foreign: Foreign, window: Page, level: str, called: str) -> None:
    dialog = begin(foreign, window, ALERT | {"level": level})
    expect(dialog.get_by_role("note")).to_have_text(f"{called}This can't be undone.")
    window.keyboard.press("Escape")


def test_menus_and_choices_in_a_dialog(foreign: Foreign, window: Page) -> None:
    dialog = begin(foreign, window, *CHOICES)
    plan = dialog.get_by_role("combobox", name="Plan")
    plan.press("ArrowDown")
    plan.press("ArrowDown")
    plan.press("Enter")
    expect(plan).to_have_value("Large")
    expect(dialog.get_by_role("combobox", name="Channel")).to_have_value("#ops")
    people = dialog.get_by_role("combobox", name="People")
    for name in ("amir", "olga"):
        people.fill(name)
        people.press("Enter")
    people.press("Escape")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Remove Amir Approver").click()
    dialog.get_by_role("checkbox", name="Weekly").check()
    keep = dialog.get_by_role("radiogroup", name="Keep")
    expect(keep).to_have_accessible_description("Dropped is gone.")
    keep.get_by_role("radio", name="Keep").focus()
    window.keyboard.press("ArrowDown")
    values = send(foreign, window)
    assert values["static_select"]["static_select"]["selected_option"] == option("Large")
    assert values["channels_select"]["channels_select"]["selected_channel"] == "C0OPS"
    assert values["multi_users_select"]["multi_users_select"]["selected_users"] == ["U0OLGA"]
    assert values["checkboxes"]["checkboxes"]["selected_options"] == [option("Weekly")]
    assert values["radio_buttons"]["radio_buttons"]["selected_option"] == option("Drop")


def test_files_in_a_dialog(foreign: Foreign, window: Page) -> None:
    dialog = begin(foreign, window, FILE)
    chooser = dialog.get_by_label("Key")
    chooser.set_input_files({"name": "a.exe", "mimeType": "application/x", "buffer": b"MZ"})
    expect(dialog).to_contain_text("a.exe is not of a type that is taken: pub, txt.")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_contain_text("Please complete this required field.")
    chooser.set_input_files({"name": "id.pub", "mimeType": "text/plain", "buffer": b"ssh-ed25519 AAAA"})
    expect(dialog.get_by_role("button", name="Remove id.pub")).to_be_visible()
    [file] = send(foreign, window)["file_input"]["file_input"]["files"]
    assert (file["name"], file["size"], file["user"]) == ("id.pub", 16, "U0OLGA")
    assert foreign.slack.file(file["id"]) == b"ssh-ed25519 AAAA"


def test_the_bots_errors_stand_at_their_fields(foreign: Foreign, window: Page) -> None:
    dialog = begin(foreign, window, field("Name", "plain_text_input"), field("Mail", "email_text_input", optional=True))
    name = dialog.get_by_label("Name")
    name.fill("web-1")
    foreign.submitted = {"response_action": "errors", "errors": {"plain_text_input": "web-1 exists already."}}
    name.press("Enter")
    expect(dialog.get_by_role("alert").filter(has_text="web-1 exists already.")).to_be_visible()
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("web-1 exists already.")
    expect(name).to_have_value("web-1")
    name.fill("web-2")
    expect(dialog.get_by_text("exists already")).to_have_count(0)
    foreign.submitted = {"response_action": "update", "view": modal(section("Done: *web-2*"), title="Ordered")}
    name.press("Enter")
    expect(window.get_by_role("dialog", name="Ordered")).to_contain_text("Done: web-2")
    window.keyboard.press("Escape")
    expect(window.get_by_role("dialog")).to_have_count(0)


def test_dialogs_upon_dialogs_keep_what_was_typed(foreign: Foreign, window: Page) -> None:
    dialog = begin(
        foreign,
        window,
        field("Name", "plain_text_input"),
        actions(element("button", text=plain("More"), value="m")),
        title="First",
        notify_on_close=True,
    )
    dialog.get_by_label("Name").fill("half")
    second = modal(field("Deeper", "plain_text_input"), title="Second", close=plain("Go back"))
    foreign.after_click = lambda got: ("views.push", {"trigger_id": got["trigger_id"], "view": second})
    dialog.get_by_role("button", name="More").click()
    expect(window.get_by_role("dialog", name="Second").get_by_label("Deeper")).to_be_focused()
    told = foreign.told("block_actions")[-1]
    assert foreign.state(told)["plain_text_input"]["value"] == "half", "the bot sees what is typed so far"
    window.get_by_role("button", name="Go back").click()
    expect(window.get_by_role("dialog", name="First").get_by_label("Name")).to_have_value("half")
    with window.expect_response("**/_local/close"):
        window.get_by_role("button", name="Close dialog").click()
    expect(window.get_by_role("dialog")).to_have_count(0)
    expect(window.get_by_role("textbox", name="Message #ops")).to_be_focused()
    assert foreign.told("view_closed")[-1]["is_cleared"] is True


def test_the_focus_stays_in_a_dialog(foreign: Foreign, window: Page) -> None:
    dialog = begin(
        foreign,
        window,
        field("Name", "plain_text_input"),
        section("Words", accessory=element("button", text=plain("Sure"), confirm=CONFIRM)),
    )
    for key in ("Tab", "Shift+Tab"):
        for _ in range(8):
            window.keyboard.press(key)
            assert dialog.evaluate("node => node.contains(document.activeElement)")
    dialog.get_by_role("button", name="Sure").press("Enter")
    question = window.get_by_role("alertdialog", name="Really?")
    expect(question).to_be_visible()
    window.keyboard.press("Escape")
    expect(dialog.get_by_role("button", name="Sure")).to_be_focused()
    window.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_dialog_survives_a_reload(foreign: Foreign, window: Page) -> None:
    begin(foreign, window, section("Still here"), field("Name", "plain_text_input", initial_value="kept"))
    window.reload()
    dialog = window.get_by_role("dialog", name="A dialog")
    expect(dialog).to_contain_text("Still here")
    expect(dialog.get_by_label("Name")).to_have_value("kept")
    window.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_trouble_is_said_in_the_dialog(foreign: Foreign, window: Page) -> None:
    dialog = begin(foreign, window, field("Name", "plain_text_input", optional=True))
    foreign.submitted = {"response_action": "errors", "errors": {"nowhere": "Wrong."}}
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert").first).to_contain_text(re.compile("trouble connecting"))
    window.keyboard.press("Escape")
    assert "nowhere is no input's block_id" in foreign.slack.problems()[-1]


def test_a_field_can_tell_the_bot_at_once(foreign: Foreign, window: Page) -> None:
    config = {"trigger_actions_on": ["on_character_entered"]}
    dialog = begin(
        foreign,
        window,
        field("Name", "plain_text_input", dispatch_action=True, dispatch_action_config=config),
        {"type": "context", "elements": [marked("It costs 5 $.")]},
    )
    with window.expect_response("**/_local/act"):
        dialog.get_by_label("Name").press_sequentially("web")
    assert foreign.action()["value"] == "web"
    window.keyboard.press("Escape")


def begin(foreign: Foreign, window: Page, *blocks: Json, title: str = "A dialog", **more: Any) -> Locator:
    """Types the command that opens a dialog."""
    foreign.clock.move(seconds=5)
    foreign.dialog = modal(*blocks, title=title, **more)
    box = window.get_by_role("textbox", name="Message #ops")
    box.fill("/echo open")
    box.press("Enter")
    dialog = window.get_by_role("dialog", name=title)
    dialog.wait_for()
    return dialog


def send(foreign: Foreign, window: Page) -> Json:
    """Sends the dialog; gives `state.values` as the bot got them."""
    foreign.submitted = ""
    with window.expect_response("**/_local/submit"):
        window.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(window.get_by_role("dialog")).to_have_count(0)
    values: Json = foreign.told("view_submission")[-1]["view"]["state"]["values"]
    return values
