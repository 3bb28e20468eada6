"""What everybody has to reach: shortcuts, each kind of block by keyboard alone, in every colour, on a phone's width."""

from re import compile as regex

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.sandbox.slack.rules.elements import IN_CONTEXT_ACTIONS
from tests.browser.foreign import Foreign
from tests.browser.kinds import actions, element, modal, options, plain, section
from tests.browser.screenshots import shoot
from tests.browser.test_blocks import ACTS, FEEDBACK, LOOKS, MENU, TABLE, TRASH, drawn
from tests.browser.test_dialogs import ALERT, CHOICES, FILE, FORM, begin
from tests.browser.test_page import FAINT, box, fits, newest, tab

pytestmark = pytest.mark.browser


def test_shortcuts_everywhere_and_on_a_message(foreign: Foreign, window: Page) -> None:
    window.get_by_role("button", name="Shortcuts").click()
    with window.expect_response("**/_local/shortcut") as answer:
        window.get_by_role("menuitem", name=regex("Look everywhere")).click()
    assert answer.value.json() == {"ok": True}
    [everywhere] = foreign.told("shortcut")
    assert (everywhere["callback_id"], everywhere["user"]["id"]) == ("everywhere", "U0OLGA")
    assert everywhere["trigger_id"] and "response_url" not in everywhere

    ts = foreign.posts(text="A message to look at.")
    message = newest(window, "A message to look at.")
    message.focus()
    tabbed(window, message.get_by_role("button", name="More actions"))
    window.keyboard.press("Enter")
    expect(window.get_by_role("menuitem", name=regex("Look here"))).to_be_focused()
    with window.expect_response("**/_local/shortcut"):
        window.keyboard.press("Enter")
    [here] = foreign.told("message_action")
    assert (here["callback_id"], here["message_ts"], here["channel"]["id"]) == ("here", ts, "C0OPS")
    assert here["message"]["text"] == "A message to look at." and here["response_url"]


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
    "button": (element("button", text=plain("Reboot"), value="web-1"), ["Enter"], "web-1"),
    "icon_button": (TRASH, ["Space"], "'value': 'it'"),
    "feedback_buttons": (FEEDBACK, ["Tab", "Enter"], "'value': 'no'"),
}


@pytest.mark.parametrize("kind", TYPED)
def test_an_element_is_used_by_keyboard_alone(foreign: Foreign, window: Page, kind: str) -> None:
    given, keys, told = TYPED[kind]
    block = {"type": "context_actions", "elements": [given]} if kind in IN_CONTEXT_ACTIONS else actions(given)
    reached(window, drawn(foreign, window, block), kind)
    with window.expect_response("**/_local/act"):
        for key in keys:
            window.keyboard.press(key)
    assert told in str(foreign.action())


def test_an_option_that_the_bot_finds_is_chosen_by_keyboard_alone(foreign: Foreign, window: Page) -> None:
    foreign.options = {"options": options("Far away")}
    given = element("external_select", min_query_length=2, **MENU)
    reached(window, drawn(foreign, window, actions(given)), "external_select")
    window.keyboard.type("far")
    expect(window.get_by_role("option", name="Far away")).to_be_visible()
    with window.expect_response("**/_local/act"):
        window.keyboard.press("ArrowDown")
        window.keyboard.press("Enter")
    assert "Far away" in str(foreign.action())


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


def test_a_conversation_of_several_a_broadcast_reply_and_a_name_of_its_own(foreign: Foreign, window: Page) -> None:
    foreign.team.team.installation.scopes |= {"mpim:write", "chat:write.customize"}
    together = foreign.api("conversations.open", users="U0OLGA,U0AMIR")["channel"]["id"]
    foreign.api("chat.postMessage", channel=together, text="Just us", username="Night watch", icon_emoji=":moon:")
    window.get_by_role("link", name=regex("Amir Approver, Echo")).click()
    said = newest(window, "Just us")
    expect(said).to_contain_text("Night watch")
    expect(said.locator(".avatar-emoji")).to_be_visible()
    window.get_by_role("link", name=regex("^ops")).click()
    begun = foreign.posts(text="A question to all")
    foreign.posts(text="Only in the thread", thread_ts=begun)
    foreign.posts(text="An answer for everybody", thread_ts=begun, reply_broadcast=True)
    answer = newest(window, "An answer for everybody")
    answer.get_by_role("button", name="Replied to a thread").click()
    thread = window.get_by_role("complementary", name="Thread")
    expect(thread.get_by_role("article")).to_have_count(3)
    expect(newest(window, "Only in the thread")).to_have_count(0)
    window.get_by_role("button", name="Close thread").click()


def test_the_inspector_and_the_home_tab_are_shown(foreign: Foreign, browser: Browser) -> None:
    words = section("*web-1* runs in Falkenstein.\n*web-2* is stopped.")
    foreign.home = [{"type": "header", "text": plain("Your servers")}, words, {"type": "divider"}, actions(*HOME)]
    with tab(browser, foreign.address()) as page:
        box(page).fill("/echo *hello*")
        box(page).press("Enter")
        expect(newest(page, "Said again.")).to_be_visible()
        foreign.api("chat.postMessage", channel="C0NONE", text="x")
        foreign.api(
            "chat.postMessage", channel="C0OPS", text="x", blocks=[{"type": "header", "text": plain("h" * 151)}]
        )
        page.get_by_test_id("panel").get_by_role("tab", name="Inspector").click()
        inspector = page.get_by_test_id("inspector")
        expect(inspector.locator(".exchange-problems").first).to_be_visible()
        expect(inspector.locator(".exchange-notes").first).to_be_visible()
        expect(page.get_by_role("button", name="Close the panel")).to_be_in_viewport(ratio=1)
        shoot(page, "inspector")
        page.get_by_role("link", name=regex("Echo.*APP")).click()
        page.get_by_role("tab", name="Home").click()
        expect(page.get_by_role("heading", name="Your servers")).to_be_visible()
        shoot(page, "home")


HOME = (element("button", text=plain("Refresh"), value="1"), element("overflow", options=options("Stop", "Start")))


@pytest.mark.parametrize("sheet", ["light", "dark", "phone"])
def test_every_kind_fits_and_can_be_read(foreign: Foreign, browser: Browser, sheet: str) -> None:
    channel = foreign.team.add_channel(f"sheet-{sheet}", bot=True)
    posts = [block for block, _ in LOOKS.values()]
    for block in (*posts, *(actions(given) for given, *_ in ACTS.values())):
        foreign.posts(block, channel=channel.id)
    address = foreign.address(channel=channel.id)
    with tab(browser, address, phone=sheet == "phone", colours=sheet) as page:
        expect(page.get_by_role("log", name="Messages").get_by_role("article")).to_have_count(len(LOOKS) + len(ACTS))
        if sheet == "phone":
            fits(page)
        assert page.evaluate(FAINT) == []
        shoot(page, f"blocks-{sheet}", of=".messages-content")


def test_a_dialog_with_inputs_of_every_kind_on_a_phone(foreign: Foreign, browser: Browser) -> None:
    with tab(browser, foreign.address(), phone=True) as page:
        dialog = begin(foreign, page, ALERT, *(block for block, *_ in FORM.values()), *CHOICES, FILE)
        send = dialog.get_by_role("button", name="Send")
        send.tap()
        expect(dialog.get_by_role("alert").filter(has_text="Please complete this required field.")).not_to_have_count(0)
        fits(page)
        assert page.evaluate(FAINT) == []
        shoot(page, "dialog-phone")
        for block, value, _ in FORM.values():
            dialog.get_by_label(block["label"]["text"]).fill(value)
        for menu, wanted in (("Plan", "Large"), ("People", "Amir Approver")):
            dialog.get_by_role("combobox", name=menu).tap()
            offered = page.get_by_role("option", name=regex(wanted))
            offered.scroll_into_view_if_needed()
            expect(offered).to_be_in_viewport(ratio=1)
            offered.tap()
        dialog.get_by_role("radio", name="Drop").tap()
        dialog.get_by_label("Key").set_input_files({"name": "id.pub", "mimeType": "text/plain", "buffer": b"ssh-rsa A"})
        fits(page)
        foreign.submitted = ""
        send.tap()
        expect(dialog).to_have_count(0)
    sent = foreign.state(foreign.told("view_submission")[-1])
    assert sent["static_select"]["selected_option"]["value"] == "large"
    assert sent["multi_users_select"]["selected_users"] == ["U0AMIR"]
    assert sent["radio_buttons"]["selected_option"]["value"] == "drop"
    assert [file["name"] for file in sent["file_input"]["files"]] == ["id.pub"]
