"""A tab of the page as somebody has it, and what is looked at in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from tests.browser.conftest import DESKTOP, PHONE, opened

FAINT = (Path(__file__).parent / "faint.js").read_text(encoding="utf-8")


def fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], f"the page is {width} wide"
    wide = page.evaluate(
        "[...document.querySelectorAll('.messages-scroll, .panel-part, .modal-body, .sidebar')]"
        ".filter(n => n.checkVisibility() && n.scrollWidth > n.clientWidth + 1).map(n => n.className)"
    )
    assert wide == []


@contextmanager
def tab(browser: Browser, address: str, *, phone: bool = False, colours: str = "light") -> Iterator[Page]:
    """A tab of its own, as another person has it; an error in its console fails the test."""
    context = browser.new_context(
        viewport=PHONE if phone else DESKTOP,
        color_scheme="dark" if phone or colours == "dark" else "light",
        has_touch=phone,
        is_mobile=phone,
        reduced_motion="reduce",
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield opened(page, address)
    context.close()
    assert errors == []


def box(page: Page) -> Locator:
    """The message field."""
    return page.get_by_test_id("composer").get_by_role("textbox").first


def newest(page: Page, text: str) -> Locator:
    """The newest message with this text."""
    return page.get_by_role("log", name="Messages").get_by_role("article").filter(has_text=text).last
