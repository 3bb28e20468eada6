"""Bad input on the page, and a bot that fails: the person reads what Slack would say, where they are looking."""

from re import compile as regex

import pytest
from aiohttp import web
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import opened
from tests.browser.foreign import Foreign
from tests.browser.tabs import box, newest

pytestmark = pytest.mark.browser


def test_what_goes_wrong_with_a_command_is_said_at_the_composer(foreign: Foreign, window: Page) -> None:
    says(window, "/unheard of")
    expect(alert(window)).to_have_text("There is no such command.")
    expect(newest(window, "/unheard is not a valid command.")).to_contain_text("Only visible to you")
    foreign.reply = web.Response(status=500)
    says(window, "/echo once")
    expect(alert(window)).to_have_text("The app failed.")
    expect(newest(window, '/echo failed with the error "http_service_error"')).to_contain_text("Only visible to you")
    foreign.forget()
    foreign.falls_silent()
    says(window, "/echo twice")
    expect(alert(window)).to_have_text("The app didn't answer /echo within 3 seconds (operation_timeout).")
    expect(newest(window, '/echo failed with the error "operation_timeout"')).to_contain_text("Only visible to you")
    foreign.forget()
    says(window, "/echo again")
    expect(newest(window, "Said again.")).to_be_visible()
    expect(alert(window)).to_have_count(0)


def test_where_only_administrators_post_a_text_is_refused_and_kept(foreign: Foreign, window: Page) -> None:
    news = foreign.team.add_channel("news", bot=True)
    foreign.team.restrict(news)
    opened(window, foreign.address(channel=news.id))
    for text, kept in (("Hello all", "Hello all"), ("/echo hello", "")):
        says(window, text)
        expect(alert(window)).to_have_text("Only administrators can post in this channel.")
        expect(box(window)).to_have_value(kept)
    assert not news.messages
    assert not any(command["text"] == "hello" for command in foreign.told("command"))
    box(window).fill("")
    opened(window, foreign.url)
    expect(alert(window)).to_have_count(0)


def test_a_shortcut_that_fails_is_said_where_it_was_used(foreign: Foreign, window: Page) -> None:
    foreign.posts(text="Look at this")
    foreign.falls_silent()
    window.get_by_role("button", name="Shortcuts").click()
    window.get_by_role("menuitem", name=regex("Look everywhere")).click()
    expect(alert(window)).to_have_text("Sorry, this didn't work. Try again? (operation_timeout)")
    message = newest(window, "Look at this")
    message.hover()
    message.get_by_role("button", name="More actions").click()
    window.get_by_role("menuitem", name=regex("Look here")).click()
    expect(message.get_by_role("alert")).to_have_text("Sorry, this didn't work. Try again? (operation_timeout)")


def says(window: Page, text: str) -> None:
    """Types a text and sends it."""
    box(window).fill(text)
    box(window).press("Enter")


def alert(window: Page) -> Locator:
    """What is said above the field of the conversation."""
    return window.get_by_test_id("composer").first.get_by_role("alert")
