"""What a person does after `make demo`, in a real Chromium: list, reboot to its end, be refused, connect."""

from re import compile as regex

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.screenshots import shoot

pytestmark = pytest.mark.browser
expect.set_options(timeout=15_000)


def type_into(page: Page, text: str) -> None:
    """Types into the composer and sends it with Enter."""
    box = (
        page.get_by_test_id("composer")
        .get_by_role("combobox")
        .or_(page.get_by_test_id("composer").get_by_role("textbox"))
    )
    box.first.fill(text)
    box.first.press("Enter")


def newest(page: Page, text: str) -> Locator:
    """The newest message that contains a text."""
    return page.get_by_role("article").filter(has_text=text).last


def become(page: Page, name: str) -> None:
    """Chooses who one is."""
    page.get_by_test_id("person-menu").click()
    page.get_by_role("menuitemradio", name=regex(name)).click()
    expect(page.get_by_test_id("person-menu")).to_contain_text(name)


def test_listing_and_rebooting_to_the_end(demo: str, page: Page) -> None:
    page.goto(demo)
    type_into(page, "/vps list")
    answer = newest(page, "12 servers")
    expect(answer).to_contain_text("web-server-01")
    expect(answer.get_by_test_id("ephemeral-mark")).to_be_visible()
    shoot(page, "list")

    type_into(page, "/vps reboot web-server-01")
    expect(newest(page, "I'll mention you when it is done")).to_be_visible()
    expect(newest(page, "is rebooting")).to_be_visible()
    server = page.locator("[data-testid=panel-server][data-name=web-server-01]")
    expect(server).to_have_attribute("data-status", "rebooting")
    shoot(page, "rebooting")

    end = page.get_by_role("article").filter(
        has_text=regex(r"@Olga Operator\s+web-server-01 is active again. It took \d+ s")
    )
    expect(end.last).to_be_visible()
    expect(server).to_have_attribute("data-status", "active")
    shoot(page, "reboot")


def test_someone_without_a_role_is_refused_and_can_ask(demo: str, page: Page) -> None:
    page.goto(demo)
    become(page, "Noor Newcomer")
    type_into(page, "/vps reboot web-server-01")
    refusal = newest(page, "You have no role here yet")
    expect(refusal).to_contain_text("can grant it")
    expect(refusal.get_by_test_id("ephemeral-mark")).to_be_visible()
    shoot(page, "refusal")
    refusal.get_by_role("button", name="Ask for access").click()
    expect(newest(page, "I'll tell you the answer")).to_be_visible()

    become(page, "Olga Operator")
    expect(page.get_by_role("article").filter(has_text="You have no role here yet")).to_have_count(0)

    become(page, "Ada Admin")
    page.get_by_role("navigation").get_by_role("link", name=regex("vpsbot")).click()
    card = newest(page, "asks for operator")
    card.get_by_role("button", name="Grant for 8 h").click()
    expect(newest(page, "Granted for 8 h by")).to_be_visible()


def test_a_group_of_people_gets_a_role(demo: str, page: Page) -> None:
    page.goto(demo)
    become(page, "Ada Admin")
    type_into(page, "/vps access grant @oncall operator for 8h")
    expect(newest(page, "@oncall")).to_contain_text("operator")
    page.get_by_role("tab", name="Workspace").click()
    part = page.get_by_role("tabpanel", name="Workspace")
    part.locator("summary", has_text="@oncall").click()
    vera = part.get_by_role("checkbox", name="Vera Viewer")
    expect(vera).to_be_checked()

    become(page, "Vera Viewer")
    type_into(page, "/vps can reboot web-server-03")
    expect(newest(page, "web-server-03")).to_contain_text("@oncall")
    page.get_by_role("tabpanel", name="Workspace").locator("summary", has_text="@oncall").click()
    vera.uncheck()
    type_into(page, "/vps can reboot web-server-03")
    expect(newest(page, "may not reboot")).to_contain_text("it takes operator")


def test_connecting_an_account_in_a_dialog(demo: str, page: Page) -> None:
    page.goto(demo)
    become(page, "Ada Admin")
    type_into(page, "/vps connect")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Connected to ops@example.com")
    token = dialog.get_by_label("API token")
    token.fill("not a token")
    dialog.get_by_role("button", name="Connect", exact=True).click()
    expect(dialog).to_contain_text("A VPS.org token begins with vps_")
    shoot(page, "connect")
    token.fill("vps_unknown_0123456789")
    dialog.get_by_role("button", name="Connect", exact=True).click()
    expect(dialog).to_contain_text("VPS.org doesn't know this token.")
    token.fill("vps_demo_0123456789abcdef")
    dialog.get_by_role("button", name="Connect", exact=True).click()
    expect(dialog).to_contain_text("Connected to ops@example.com: 12 servers.")


def test_on_a_phone_by_keyboard_and_in_the_dark(demo: str, phone: Page) -> None:
    phone.goto(demo)
    type_into(phone, "/vps list status=stopped")
    expect(newest(phone, "1 server of 12")).to_be_visible()
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"the page is {width} wide on a phone"
    shoot(phone, "phone")
