"""What is done at the provider, behind the bot's back: in the panel, by pointer, by keyboard and on a phone."""

from re import compile as regex

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.foreign import Foreign
from tests.browser.tabs import FAINT, fits, tab
from tests.browser.test_consent import seen_by, server
from tests.browser.test_demo import newest, type_into

pytestmark = pytest.mark.browser
expect.set_options(timeout=15_000)


USED_UP = "async (faults) => !(await (await fetch(faults)).json()).faults.length"
"""Whether no fault is armed any more; the page itself may be too late to show one."""


def menu_of(page: Page, name: str) -> Locator:
    """The menu of a server, opened."""
    page.get_by_role("button", name=f"What happens to {name}", exact=True).click()
    return page.get_by_role("menu", name=f"What happens to {name}", exact=True)


def does(page: Page, name: str, words: str) -> None:
    """Chooses something in a server's menu."""
    menu_of(page, name).get_by_role("menuitem", name=regex(f"^{words}")).click()


def an_hour_passes(page: Page) -> None:
    """The clock goes on past the next look at the fleet."""
    page.get_by_test_id("clock").get_by_role("button", name="+1 h").click()


def the_bot_looks(page: Page, demo: str) -> None:
    """An hour passes, and the bot reads the fleet: a fault that is used up by that, and does no harm, tells it."""
    faults = demo.partition("?")[0] + "_local/panel/faults"
    harmless = {"kind": "slow", "match": {"action": "list"}, "seconds": 0.01, "times": 1}
    assert page.request.post(faults, data=harmless).ok
    an_hour_passes(page)
    page.wait_for_function(USED_UP, arg=faults)


def test_what_is_changed_behind_the_bots_back_is_told_in_the_channel(demo: str, page: Page) -> None:
    page.goto(seen_by(demo, "ADA", "APPROVALS"))
    type_into(page, "/vps watch on")
    expect(newest(page, "From now on I look every 5 min")).to_contain_text("#approvals")
    the_bot_looks(page, demo)  # the first look has nothing to compare with
    does(page, "worker-1", "Stop")
    expect(server(page, "worker-1")).to_have_attribute("data-status", "stopped")
    an_hour_passes(page)
    told = newest(page, "worker-1 is")
    expect(told).to_contain_text(regex(r"worker-1 is . stopped \(was active\); nobody asked for it here\."))
    expect(told.get_by_test_id("ephemeral-mark")).to_have_count(0)


def test_all_that_can_happen_to_a_server_by_keyboard_alone(foreign: Foreign, window: Page) -> None:
    window.get_by_role("button", name="What happens to mail-relay", exact=True).focus()
    for words, status in (("Start", "active"), ("Stop", "stopped"), ("Suspend", "suspended"), ("Activate", "active")):
        chosen(window, words)
        expect(server(window, "mail-relay")).to_have_attribute("data-status", status)
        expect(window.get_by_role("button", name="What happens to mail-relay", exact=True)).to_be_focused()
    assert foreign.vps.server("mail-relay").status == "active"
    chosen(window, "Give")
    expect(server(window, "mail-relay")).to_contain_text("198.51.100.1")
    chosen(window, "Move")
    moved = window.get_by_role("dialog", name="Move mail-relay")
    expect(moved).to_contain_text("It has the plan Starter VPS. It gets another at VPS.org, behind Echo's back.")
    expect(moved.get_by_role("combobox", name="Plan")).to_be_focused()
    window.keyboard.type("Perf")
    window.keyboard.press("Tab")
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    expect(server(window, "mail-relay")).to_contain_text("Performance VPS")
    chosen(window, "Rename")
    window.keyboard.type("post-office")
    window.keyboard.press("Enter")
    expect(server(window, "post-office")).to_be_visible()
    expect(window.get_by_role("button", name="What happens to post-office")).to_be_focused()
    chosen(window, "Remove")
    window.keyboard.press("Escape")
    expect(server(window, "post-office")).to_be_visible()
    chosen(window, "Remove")
    sure = window.get_by_role("alertdialog", name="Remove post-office?")
    expect(sure).to_contain_text("It is gone for good, at VPS.org, behind Echo's back.")
    window.keyboard.press("Enter")
    expect(server(window, "post-office")).to_have_count(0)
    expect(window.get_by_role("button", name="Add a server")).to_be_focused()
    window.keyboard.press("Enter")
    expect(window.get_by_role("dialog", name="Add a server").get_by_label("Name")).to_be_focused()
    window.keyboard.type("app-7")
    window.keyboard.press("Enter")
    expect(server(window, "app-7")).to_have_attribute("data-status", "active")
    assert foreign.vps.server("app-7").created_at >= foreign.clock.now().replace(second=0, microsecond=0)
    assert foreign.vps.calls(effect=True) == []


def test_a_server_that_waits_for_its_address_gets_one_when_it_is_activated(foreign: Foreign, window: Page) -> None:
    foreign.vps.add_server("new-1", status="provisioning", ip_address=None)
    does(window, "new-1", "Activate")
    expect(server(window, "new-1")).to_have_attribute("data-status", "active")
    assert foreign.vps.server("new-1").ip_address == "198.51.100.1"


def test_mistakes_are_answered_with_a_sentence(foreign: Foreign, browser: Browser) -> None:
    with tab(browser, foreign.url) as page:
        page.get_by_role("button", name="Add a server").click()
        dialog = page.get_by_role("dialog", name="Add a server")
        dialog.get_by_label("Name").fill(" ")
        dialog.get_by_role("button", name="Add", exact=True).click()
        expect(dialog.get_by_role("alert")).to_have_text("A server needs a name.")
        dialog.get_by_role("button", name="Cancel").click()
        does(page, "cache-01", "Rename")
        dialog = page.get_by_role("dialog", name="Rename cache-01")
        dialog.get_by_label("Name").fill("cache-02")
        gone = foreign.vps.server("cache-01").id
        foreign.vps.remove("cache-01")
        dialog.get_by_role("button", name="Rename").click()
        expect(dialog.get_by_role("alert")).to_have_text(f"That didn't work: there is no server '{gone}'")


def test_it_is_readable_in_both_colours_and_on_a_phone(foreign: Foreign, browser: Browser) -> None:
    for colours in ("light", "dark"):
        with tab(browser, foreign.url, colours=colours) as page:
            menu_of(page, "api-01")
            assert page.evaluate(FAINT) == []
    with tab(browser, foreign.url, phone=True) as phone:
        phone.get_by_role("navigation", name="Parts of the page").get_by_role("button", name="Servers").click()
        does(phone, "api-01", "Suspend")
        expect(server(phone, "api-01")).to_have_attribute("data-status", "suspended")
        fits(phone)
        does(phone, "api-01", "Move")
        dialog = phone.get_by_role("dialog", name="Move api-01")
        dialog.get_by_role("combobox", name="Plan").select_option("Starter VPS, 5.00 a month")
        fits(phone)
        assert phone.evaluate(FAINT) == []
        dialog.get_by_role("button", name="Move").click()
        expect(server(phone, "api-01")).to_contain_text("Starter VPS")


def chosen(page: Page, words: str) -> None:
    """Opens the menu of the button that has the focus and goes down to what begins with these words."""
    page.keyboard.press("Enter")
    item = page.get_by_role("menuitem", name=regex(f"^{words}"))
    for _ in range(8):
        if item.evaluate("node => node === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    expect(item).to_be_focused()
    page.keyboard.press("Enter")
