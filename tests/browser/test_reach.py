"""What everybody has to reach: shortcuts, each kind of block in every colour and on a phone's width."""

from re import compile as regex

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import ACTS
from tests.browser.foreign import Foreign
from tests.browser.kinds import actions, element, options, plain, section
from tests.browser.screenshots import shoot
from tests.browser.tabs import FAINT, box, fits, newest, tab
from tests.browser.test_blocks import BELOW, LOOKS, WORKFLOW
from tests.browser.test_dialogs import ALERT, CHOICES, FILE, FORM, begin
from tests.browser.test_typed import tabbed

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
    acting = [WORKFLOW, BELOW, *(actions(given) for given, *_ in ACTS.values())]
    posts = [*(block for block, _ in LOOKS.values()), *acting]
    for block in posts:
        foreign.posts(block, channel=channel.id)
    address = foreign.address(channel=channel.id)
    with tab(browser, address, phone=sheet == "phone", colours=sheet) as page:
        expect(page.get_by_role("log", name="Messages").get_by_role("article")).to_have_count(len(posts))
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
