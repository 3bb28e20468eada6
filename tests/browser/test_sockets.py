"""What happens to the bot's connection after `make demo SOCKET=1`: caused in the panel, and survived by the bot."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.foreign import Foreign
from tests.browser.tabs import FAINT, fits, tab
from tests.browser.test_consent import seen_by
from tests.browser.test_demo import newest, type_into
from tests.browser.test_workspace import workspace

pytestmark = pytest.mark.browser
expect.set_options(timeout=15_000)
WHOLE = "vpsbot is connected over one socket."
UNTIL_NOTICED = 30_000
"""Milliseconds. A deaf connection is noticed by the silence on it."""


def connection(page: Page) -> Locator:
    """The part of the panel."""
    return workspace(page).get_by_role("region", name="Its connection")


def answered(page: Page, words: str, answer: str) -> None:
    """A command still gets its answer."""
    type_into(page, words)
    expect(newest(page, answer)).to_be_visible()


def test_the_bot_survives_what_is_done_to_its_connection(socket_demo: str, page: Page) -> None:
    page.goto(seen_by(socket_demo, "OLGA", "OPS"))
    part = connection(page)
    state = part.get_by_role("status")
    expect(state).to_have_text(WHOLE)
    part.get_by_role("button", name="Warn the connection").click()
    expect(state).to_have_text("vpsbot is connected over 2 sockets.1 ending")
    page.get_by_test_id("clock").get_by_role("button", name="+1 min").click()
    expect(state).to_have_text(WHOLE)
    answered(page, "/vps list status=stopped", "1 server of 12")
    part.get_by_role("button", name="Refresh the connection").click()
    expect(state).to_have_text(WHOLE)
    answered(page, "/vps show mail-relay", "203.0.113.71")
    drop = part.get_by_role("button", name="Drop the connection")
    drop.press("Enter")
    expect(state).to_have_text(WHOLE)
    expect(drop).to_be_focused()
    answered(page, "/vps show legacy-crm", "203.0.113.81")
    part.get_by_role("button", name="Deafen the connection").click()
    expect(state).to_have_text(f"{WHOLE}1 deaf")
    expect(state).to_have_text(WHOLE, timeout=UNTIL_NOTICED)
    answered(page, "/vps show api-01", "203.0.113.21")
    page.get_by_role("tab", name="Inspector").click()
    expect(page.get_by_test_id("inspector").get_by_text("apps.connections.open")).to_have_count(5)
    assert page.evaluate(FAINT) == []


def test_it_fits_a_phone(socket_demo: str, phone: Page) -> None:
    phone.goto(socket_demo)
    phone.get_by_role("navigation", name="Parts of the page").get_by_role("button", name="Workspace").click()
    phone.get_by_role("button", name="Refresh the connection").tap()
    expect(phone.get_by_role("region", name="Its connection").get_by_role("status")).to_have_text(WHOLE)
    fits(phone)
    assert phone.evaluate(FAINT) == []


def test_over_http_there_is_a_sentence_instead(foreign: Foreign, browser: Browser) -> None:
    for colours in ("light", "dark"):
        with tab(browser, foreign.url, colours=colours) as page:
            part = connection(page)
            expect(part).to_contain_text("Echo is called over HTTP: it has none.")
            expect(part.get_by_role("button")).to_have_count(0)
