"""Two people in two tabs: one asks to delete, the other agrees; time to undo; and a server that is created."""

from re import compile as regex

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.screenshots import shoot
from tests.browser.test_demo import newest, type_into

pytestmark = pytest.mark.browser
expect.set_options(timeout=15_000)
WHY = "Its shop moved to web-server-02 last week."


def test_a_second_person_agrees_in_a_second_tab(demo: str, page: Page, second: Page) -> None:
    page.goto(demo)
    second.goto(seen_by(demo, "AMIR", "APPROVALS"))
    page.bring_to_front()
    type_into(page, "/vps delete web-server-03")
    dialog = page.get_by_role("dialog", name="Delete for good")
    for words in (
        "This server will be gone for good",
        "203.0.113.13",
        "20.00 a month",
        "eu-central",
    ):
        expect(dialog).to_contain_text(words)
    confirm(dialog, "web-server-02")
    expect(dialog.get_by_role("alert").filter(has_text="That is not its name.")).to_be_visible()
    shoot(page, "delete")
    confirm(dialog, "web-server-03")
    asked = page.get_by_role("dialog", name="Asked")
    expect(asked).to_contain_text("in #approvals to agree to deleting web-server-03.")
    page.keyboard.press("Escape")

    card = newest(second, "@Olga Operator asks to delete web-server-03 for good.")
    expect(card).to_contain_text(WHY)
    expect(card).to_contain_text("@Amir Approver")
    second.bring_to_front()
    second.get_by_role("button", name="Put this hint away").click()
    shoot(second, "approval")
    approve(second, card)
    expect(newest(second, "web-server-03 is deleted")).to_contain_text("@Amir Approver approved it.")
    expect(second.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    expect(server(second, "web-server-03")).to_have_count(0)

    shoot(second, "deleted")
    page.bring_to_front()
    end = newest(page, "web-server-03 is deleted")
    expect(end).to_contain_text(regex(r"@Olga Operator\s+web-server-03 is deleted"))
    expect(server(page, "web-server-03")).to_have_count(0)


def test_a_deletion_waits_and_can_be_withdrawn(demo: str, page: Page, second: Page) -> None:
    page.goto(seen_by(demo, "ADA", "OPS"))
    second.goto(seen_by(demo, "AMIR", "APPROVALS"))
    page.bring_to_front()
    type_into(page, "/vps settings")
    newest(page, "asked for in #approvals").get_by_role("button", name="Change…").click()
    settings = page.get_by_role("dialog", name="Settings")
    expect(settings.get_by_role("combobox", name="Approvals channel")).to_have_value("#approvals")
    choose(settings, "Time to undo", "10 min")
    settings.get_by_role("button", name="Save").click()
    expect(settings).to_contain_text("Saved: time to undo none → 10 min.")
    page.keyboard.press("Escape")

    page.goto(seen_by(demo, "OLGA", "APPROVALS"))
    type_into(page, "/vps delete web-server-02")
    confirm(page.get_by_role("dialog", name="Delete for good"), "web-server-02")
    expect(page.get_by_role("dialog", name="Asked")).to_be_visible()
    page.keyboard.press("Escape")
    approve(second, newest(second, "web-server-02 for good"))
    for tab in (page, second):
        waiting = newest(tab, "web-server-02 for good")
        expect(waiting).to_contain_text(regex(r"The deletion begins .+; until then it can be cancelled\."))
        expect(waiting.get_by_role("button", name="Cancel")).to_be_visible()
        expect(waiting.get_by_role("button", name="Approve")).to_have_count(0)
    page.bring_to_front()
    newest(page, "web-server-02 for good").get_by_role("button", name="Cancel").click()
    page.get_by_role("alertdialog", name="Withdraw the request?").get_by_role("button", name="Withdraw").click()
    for tab in (page, second):
        expect(newest(tab, "web-server-02 for good")).to_contain_text("@Olga Operator withdrew the request.")
        expect(newest(tab, "web-server-02 for good").get_by_role("button", name="Cancel")).to_have_count(0)
    expect(server(page, "web-server-02")).to_have_attribute("data-status", "active")


def test_a_server_is_created_to_its_address(demo: str, page: Page) -> None:
    page.goto(demo)
    type_into(page, "/vps create app-1")
    dialog = page.get_by_role("dialog", name="Create a server")
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("app-1")
    expect(dialog).to_contain_text("Total: choose a plan to see it.")
    choose(dialog, "Plan", "Starter VPS")
    expect(dialog).to_contain_text("Total: 5.00 a month (Starter VPS).")
    choose(dialog, "Operating system", "Debian 12")
    choose(dialog, "Location", "eu-central")
    dialog.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("dialog", name="Creating")).to_contain_text("with its address")
    page.keyboard.press("Escape")
    expect(server(page, "app-1")).to_have_attribute("data-status", "provisioning")
    expect(newest(page, "so far, usually 2–5 minutes")).to_be_visible()

    page.get_by_test_id("clock").get_by_role("button", name="+1 min").click()
    end = newest(page, "app-1 is ready")
    expect(end).to_contain_text(regex(r"@Olga Operator\s+app-1 is ready: [\d.]+ · ssh root@[\d.]+"))
    expect(server(page, "app-1")).to_have_attribute("data-status", "active")
    shoot(page, "created")


def seen_by(demo: str, person: str, channel: str) -> str:
    """The page as another person, in another channel."""
    return demo.replace("U0OLGA", f"U0{person}").replace("C0OPS", f"C0{channel}")


def confirm(dialog: Locator, name: str) -> None:
    """Fills the dialog of a deletion and sends it."""
    dialog.get_by_label("Type the server's name to confirm").fill(name)
    dialog.get_by_label("Reason").fill(WHY)
    dialog.get_by_role("button", name="Ask", exact=True).click()


def approve(page: Page, card: Locator) -> None:
    """Goes to the tab, presses the card's button and answers its question."""
    page.bring_to_front()
    card.get_by_role("button", name="Approve").click()
    sure = page.get_by_role("alertdialog", name="Delete for good?")
    expect(sure).to_contain_text("nobody can undo it")
    sure.get_by_role("button", name="Approve").click()


def choose(dialog: Locator, label: str, text: str) -> None:
    """Types into a menu and takes the first that fits."""
    menu = dialog.get_by_role("combobox", name=label)
    menu.fill(text)
    menu.press("Enter")
    expect(menu).to_have_value(regex(text))


def server(page: Page, name: str) -> Locator:
    """A server on the provider's own panel."""
    return page.locator(f"[data-testid=panel-server][data-name={name}]")
