"""The panel's Workspace part: what administrators do, by pointer, by keyboard, and on a phone in the dark."""

from re import compile as regex

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.foreign import Foreign
from tests.browser.tabs import FAINT, fits, tab
from tests.browser.test_typed import tabbed

pytestmark = pytest.mark.browser


def events(foreign: Foreign) -> list[str]:
    """The events that the bot was told of, oldest first."""
    return [told["event"]["type"] for told in foreign.told("event_callback")]


def workspace(page: Page) -> Locator:
    """The part, opened."""
    page.get_by_role("tab", name="Workspace").click()
    part = page.get_by_role("tabpanel", name="Workspace")
    expect(part).to_be_visible()
    return part


def test_an_account_by_keyboard_alone(foreign: Foreign, window: Page) -> None:
    window.get_by_role("tab", name="Servers").focus()
    for _ in range(2):
        window.keyboard.press("ArrowRight")
    expect(window.get_by_role("tab", name="Workspace")).to_be_focused()
    part = window.get_by_role("tabpanel", name="Workspace")
    amir = part.locator("[data-name='Amir Approver']")
    tabbed(window, amir)
    expect(amir.get_by_role("button", name="Deactivate: Amir Approver")).to_be_focused()
    window.keyboard.press("Enter")
    expect(amir.locator(".tag")).to_have_text("deactivated")
    expect(amir.get_by_role("button", name="Reactivate: Amir Approver")).to_be_focused()
    assert foreign.amir.person.deleted
    window.keyboard.press("Enter")
    expect(amir.locator(".tag")).to_have_count(0)
    window.keyboard.press("Tab")
    with window.expect_response("**/_local/workspace"):  # which comes when the app has answered the event
        window.keyboard.press("Space")
    expect(amir.locator(".tag")).to_have_text("guest")
    assert events(foreign) == ["user_change"] * 3
    window.keyboard.press("Space")
    expect(amir.locator(".tag")).to_have_count(0)


def test_a_channel(foreign: Foreign, window: Page) -> None:
    general = workspace(window).locator("[data-name='#general']")
    general.get_by_role("button", name="Remove app: general").click()
    expect(general).to_contain_text("no app")
    assert foreign.api("chat.postMessage", channel="C0GENERAL", text="x")["error"] == "not_in_channel"
    general.get_by_role("button", name="Invite app: general").click()
    expect(general).not_to_contain_text("no app")
    general.get_by_role("button", name="Only admins post: general").click()
    expect(general).to_contain_text("only admins post")
    assert foreign.api("chat.postMessage", channel="C0GENERAL", text="x")["error"] == "restricted_action"
    general.get_by_role("button", name="All may post: general").click()
    general.get_by_role("button", name="Archive: general", exact=True).click()
    expect(general).to_contain_text("archived")
    assert foreign.api("chat.postMessage", channel="C0GENERAL", text="x")["error"] == "is_archived"
    general.get_by_role("button", name="Unarchive: general").click()
    expect(general).not_to_contain_text("archived")


def test_a_user_group(foreign: Foreign, window: Page) -> None:
    part = workspace(window)
    name = part.get_by_role("textbox", name="Name of a new group")
    name.fill("olga")
    name.press("Enter")
    expect(part.get_by_role("alert")).to_contain_text("Somebody or some group has this name already.")
    name.fill("oncall")
    name.press("Enter")
    group = part.locator("details", has_text="@oncall")
    expect(name).to_have_value("")
    expect(part.get_by_role("alert")).to_be_empty()
    group.locator("summary").press("Enter")
    olga = group.get_by_role("checkbox", name="Olga Operator")
    olga.press("Space")
    expect(group.locator("summary")).to_contain_text("1")
    expect(olga).to_be_checked()
    expect(olga).to_be_focused()
    [made] = foreign.team.team.groups.values()
    assert made.members == ["U0OLGA"]
    box = window.get_by_role("textbox", name="Message #ops")
    box.fill("Ask @onc")
    window.get_by_role("option", name=regex("@oncall")).click()
    box.press("Enter")
    said = window.get_by_role("article").filter(has_text="Ask @oncall").last
    expect(said.locator(".mention-me")).to_have_text("@oncall")


def test_the_app_goes(foreign: Foreign, window: Page, browser: Browser) -> None:
    part = workspace(window)
    part.get_by_role("button", name="Uninstall").click()
    window.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
    assert foreign.api("auth.test")["ok"], "it was asked first"
    with tab(browser, foreign.address("U0HANK", "C0LAB", "T0GLOBEX")) as globex:
        theirs = workspace(globex)
        theirs.get_by_role("button", name="Uninstall").press("Enter")
        globex.get_by_role("alertdialog").get_by_role("button", name="Uninstall").press("Enter")
        expect(theirs).to_contain_text("Echo is not installed.")
        assert foreign.api("auth.test", of=foreign.other)["error"] == "account_inactive"
        assert events(foreign)[-2:] == ["tokens_revoked", "app_uninstalled"]
    expect(part).to_contain_text("Echo is installed.")
    part.get_by_role("button", name="Revoke its token").click()
    window.get_by_role("alertdialog").get_by_role("button", name="Revoke its token").click()
    expect(part).to_contain_text("Echo has lost its token.")
    assert foreign.api("auth.test")["error"] == "token_revoked"


def test_it_is_readable_in_both_colours_and_on_a_phone(foreign: Foreign, browser: Browser) -> None:
    for colours in ("light", "dark"):
        with tab(browser, foreign.url, colours=colours) as page:
            workspace(page)
            assert page.evaluate(FAINT) == []
    with tab(browser, foreign.url, phone=True) as phone:
        phone.get_by_role("navigation", name="Parts of the page").get_by_role("button", name="Workspace").click()
        expect(phone.get_by_test_id("administration")).to_be_visible()
        fits(phone)
        assert phone.evaluate(FAINT) == []
