"""What a person sees in a message, one thing at a time, for the tests of the page."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, expect

Look = Callable[[Locator], None]


def texts(*wanted: str) -> Look:
    """The message shows these words."""

    def look(message: Locator) -> None:
        for each in wanted:
            expect(message).to_contain_text(each)

    return look


def has(selector: str, text: str = "", count: int = 1) -> Look:
    """The message has elements like this one."""

    def look(message: Locator) -> None:
        found = message.locator(selector)
        expect(found).to_have_count(count)
        if text:
            expect(found.first).to_have_text(text)

    return look


def named(role: Any, name: str) -> Look:
    """Somebody who can't see finds it by role and name."""
    return lambda message: expect(message.get_by_role(role, name=name, exact=True)).to_be_visible()
