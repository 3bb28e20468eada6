"""The demo with the keyboard alone: choose who one is, complete a command, press a button, fill a dialog, close it."""

from re import compile as regex

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import opened
from tests.browser.test_demo import newest

pytestmark = pytest.mark.browser


def test_the_demo_by_keyboard_alone(demo: str, page: Page) -> None:
    opened(page, demo)
    keys = page.keyboard
    message = page.get_by_role("textbox", name="Message #ops")
    expect(message).to_be_focused()

    keys.type("/")
    offered = page.get_by_role("listbox", name="Suggestions").get_by_role("option", name=regex("vps"))
    expect(offered).to_have_attribute("aria-selected", "true")
    keys.press("Tab")
    expect(message).to_have_value("/vps ")
    keys.type("show web-server-01")
    keys.press("Enter")
    card = newest(page, "203.0.113.10")
    expect(card).to_contain_text("web-server-01")

    walk_to(page, "Reboot", keys="Shift+Tab")
    seen_to_be_focused(page)
    keys.press("Enter")
    question = page.get_by_role("alertdialog")
    if question.count():
        keys.press("Enter")
    expect(newest(page, "is rebooting")).to_be_visible()

    walk_to(page, regex("Olga Operator"), keys="Shift+Tab")
    seen_to_be_focused(page)
    keys.press("Enter")
    expect(page.get_by_role("menuitemradio", name=regex("Olga"))).to_be_focused()
    keys.type("Ada")
    expect(page.get_by_role("menuitemradio", name=regex("Ada Admin"))).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_test_id("person-menu")).to_contain_text("Ada Admin")
    page.locator("html[data-ready]").wait_for()

    message = page.get_by_role("textbox", name="Message #ops")
    expect(message).to_be_focused()
    keys.type("/vps connect")
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    token = dialog.get_by_label("API token")
    expect(token).to_be_focused()
    seen_to_be_focused(page)
    keys.type("not a token")
    keys.press("Enter")
    expect(token).to_have_accessible_description(regex("A VPS.org token begins with vps_"))
    expect(token).to_be_focused()
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    expect(message).to_be_focused()

    keys.press("ArrowUp")
    expect(message).to_have_value("/vps connect")


def walk_to(page: Page, name: object, *, keys: str) -> None:
    """Presses Tab until something of this name has the focus, as somebody without a mouse would."""
    wanted = page.get_by_role("button", name=name)  # type: ignore[arg-type]
    for _ in range(60):
        page.keyboard.press(keys)
        if wanted.evaluate_all("nodes => nodes.includes(document.activeElement)"):
            return
    raise AssertionError(f"{name} is out of the keyboard's reach")


def seen_to_be_focused(page: Page) -> None:
    """Where the focus is can be seen: an outline, or a ring around the field."""
    seen = page.evaluate(
        "() => { const s = getComputedStyle(document.activeElement);"
        " return s.outlineStyle !== 'none' && s.outlineWidth !== '0px' || s.boxShadow !== 'none' }"
    )
    assert seen, page.evaluate("document.activeElement.outerHTML")
