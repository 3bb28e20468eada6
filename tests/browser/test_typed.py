"""Each interactive element by keyboard alone: reached with Tab, used with keys, and the bot is told."""

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.sandbox.slack.rules.elements import IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUTS
from tests.browser.acts import MENU
from tests.browser.foreign import Foreign
from tests.browser.kinds import actions, element, field, modal, options, plain
from tests.browser.newest import FOLDED, SERVERS
from tests.browser.tabs import box
from tests.browser.test_blocks import FEEDBACK, TABLE, TRASH, WORKFLOW, drawn, kinds_in
from tests.browser.test_dialogs import FILE, FORM, begin

pytestmark = pytest.mark.browser

TYPED = {
    "overflow": (element("overflow", options=options("Stop", "Start")), ["Enter", "ArrowDown", "Enter"], "Start"),
    "datepicker": (element("datepicker"), [*"04012026", "Tab", "Tab"], "2026-04-01"),
    "timepicker": (element("timepicker"), [*"1130PM", "Tab"], "23:30"),
    "static_select": (
        element("static_select", options=options("Small", "Large"), **MENU),
        [*"lar", "ArrowDown", "Enter"],
        "Large",
    ),
    "multi_static_select": (
        element("multi_static_select", options=options("Logs", "Disks"), **MENU),
        [*"dis", "ArrowDown", "Enter", "Escape"],
        "Disks",
    ),
    "checkboxes": (element("checkboxes", options=options("Logs", "Disks")), ["Space"], "Logs"),
    "radio_buttons": (element("radio_buttons", options=options("Keep", "Drop")), ["Space"], "Keep"),
    "datetimepicker": (element("datetimepicker"), [*"04012026", "Tab", "Tab", *"1200PM", "Tab"], "1775044800"),
    **{
        kind: (element(kind, **MENU), keys, told)
        for kind, keys, told in (
            ("users_select", [*"amir", "ArrowDown", "Enter"], "U0AMIR"),
            ("channels_select", [*"gen", "ArrowDown", "Enter"], "C0GENERAL"),
            ("conversations_select", [*"gen", "ArrowDown", "Enter"], "C0GENERAL"),
            ("multi_users_select", [*"amir", "ArrowDown", "Enter", "Escape"], "U0AMIR"),
            ("multi_channels_select", [*"gen", "ArrowDown", "Enter", "Escape"], "C0GENERAL"),
            ("multi_conversations_select", [*"gen", "ArrowDown", "Enter", "Escape"], "C0GENERAL"),
        )
    },
    "button": (element("button", text=plain("Reboot"), value="web-1"), ["Enter"], "web-1"),
    "icon_button": (TRASH, ["Space"], "'value': 'it'"),
    "feedback_buttons": (FEEDBACK, ["Tab", "Enter"], "'value': 'no'"),
}
FOUND = {kind: element(kind, min_query_length=2, **MENU) for kind in ("external_select", "multi_external_select")}
WRITTEN = {name: FORM[name] for name in ("plain_text_input", "long text", "email", "url", "number", "rich text")}


@pytest.mark.parametrize("kind", TYPED)
def test_an_element_is_used_by_keyboard_alone(foreign: Foreign, window: Page, kind: str) -> None:
    given, keys, told = TYPED[kind]
    block = {"type": "context_actions", "elements": [given]} if kind in IN_CONTEXT_ACTIONS else actions(given)
    reached(window, drawn(foreign, window, block), kind)
    with window.expect_response("**/_local/act"):
        for key in keys:
            window.keyboard.press(key)
    assert told in str(foreign.action())


@pytest.mark.parametrize("kind", FOUND)
def test_an_option_that_the_bot_finds_is_chosen_by_keyboard_alone(foreign: Foreign, window: Page, kind: str) -> None:
    foreign.options = {"options": options("Far away")}
    reached(window, drawn(foreign, window, actions(FOUND[kind])), kind)
    window.keyboard.type("far")
    expect(window.get_by_role("option", name="Far away")).to_be_visible()
    with window.expect_response("**/_local/act"):
        window.keyboard.press("ArrowDown")
        window.keyboard.press("Enter")
    assert "Far away" in str(foreign.action())


def test_a_workflow_button_is_pressed_by_keyboard_alone(foreign: Foreign, window: Page) -> None:
    message = drawn(foreign, window, WORKFLOW)
    reached(window, message, "workflow_button")
    window.keyboard.press("Enter")
    expect(message.get_by_text("The local Slack runs no workflows.")).to_be_visible()


@pytest.mark.parametrize("name", WRITTEN)
def test_an_input_is_written_by_keyboard_alone(foreign: Foreign, window: Page, name: str) -> None:
    block, words, told = WRITTEN[name]
    kind = block["element"]["type"]
    dialog = begin(foreign, window, field("Before", "datepicker", optional=True), block)
    tabbed(window, dialog.locator(f"[data-action-id={kind}]"))
    window.keyboard.type(words)
    tabbed(window, dialog.get_by_role("button", name="Send"))
    window.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    assert foreign.state(foreign.told("view_submission")[-1])[kind] == {"type": kind, **told}


def test_a_container_unfolds_and_a_data_table_is_sorted_and_acted_in_by_keyboard_alone(
    foreign: Foreign, window: Page
) -> None:
    folded = drawn(foreign, window, FOLDED)
    folded.focus()
    tabbed(window, folded.locator("summary"))
    window.keyboard.press("Enter")
    expect(folded.get_by_text("The log of the night")).to_be_visible()
    table = drawn(foreign, window, SERVERS)
    table.focus()
    tabbed(window, table.get_by_role("columnheader", name="Load"))
    window.keyboard.press("Enter")
    window.keyboard.press("Enter")
    expect(table.get_by_role("rowheader").first).to_have_text("web-2")
    reached(window, table, "web-2")
    with window.expect_response("**/_local/act"):
        window.keyboard.press("Space")
    assert foreign.action()["value"] == "web-2"


def test_every_interactive_element_is_used_by_keyboard_alone() -> None:
    in_messages = [WORKFLOW, *FOUND.values(), *(given for given, *_ in TYPED.values())]
    in_dialogs = [FILE, *(block for block, *_ in WRITTEN.values())]
    used = set(kinds_in([*in_messages, *in_dialogs]))
    assert {*IN_ACTIONS, *IN_CONTEXT_ACTIONS, *IN_INPUTS} - used == set()


def test_a_file_is_chosen_and_a_wide_table_read_by_keyboard_alone(foreign: Foreign, window: Page) -> None:
    wide = TABLE | {"rows": [[{"type": "raw_text", "text": f"Column number {n}"} for n in range(20)]] * 2}
    table = drawn(foreign, window, wide).get_by_role("region")
    table.focus()
    scrolled = table.evaluate_handle(SCROLLED)
    window.keyboard.press("ArrowRight")
    assert scrolled.evaluate("each => each.over") > 0
    foreign.dialog = modal(FILE)
    window.bring_to_front()  # a browser lets the tab in front alone ask for a file
    with window.expect_file_chooser() as chooser:  # said this early: the page learns of it on another way than of keys
        box(window).fill("/echo")
        box(window).press("Enter")
        dialog = window.get_by_role("dialog", name="A dialog")
        dialog.wait_for()
        tabbed(window, dialog.locator("input[type=file]"))
        window.keyboard.press("Enter")
    chooser.value.set_files({"name": "key.pub", "mimeType": "text/plain", "buffer": b"ssh-ed25519 AAAA"})
    expect(dialog).to_contain_text("key.pub")
    tabbed(window, dialog.get_by_role("button", name="Send"))
    window.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    [file] = foreign.state(foreign.told("view_submission")[-1])["file_input"]["files"]
    assert file["name"] == "key.pub"


SCROLLED = """node => ({ over: new Promise((done) => {
  node.addEventListener("scroll", () => done(node.scrollLeft), { once: true });
  setTimeout(() => done(0), 5000);
}) })"""
"""How far it is scrolled to the right, once it is."""


def reached(window: Page, message: Locator, kind: str) -> None:
    """Goes from the message to its element of a kind."""
    message.focus()
    tabbed(window, message.locator(f"[data-action-id={kind}]").first)


def tabbed(window: Page, control: Locator) -> None:
    """Goes to a control, or to the first in it, with the Tab key alone."""
    for _ in range(40):
        window.keyboard.press("Tab")
        if control.evaluate("node => node.matches(':focus, :focus-within')"):
            return
    pytest.fail(f"no Tab leads to {control}")
