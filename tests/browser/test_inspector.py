"""The inspector on the page: what stood around a payload, which a bot's author looks for first."""

import asyncio

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.foreign import Foreign
from tests.browser.tabs import box

pytestmark = pytest.mark.browser


def test_headers_and_envelopes_are_shown_without_a_token(foreign: Foreign, window: Page) -> None:
    window.get_by_test_id("panel").get_by_role("tab", name="Inspector").click()
    foreign.posts(text="By the bot")
    asked = opened(window, "web_api")
    expect(asked.get_by_role("heading", name="Headers")).to_be_visible()
    expect(asked).to_contain_text('"Content-Type": "application/json"')
    expect(asked).not_to_contain_text("Authorization")
    assert foreign.team.bot_token not in asked.inner_text()
    box(window).fill("/echo signed")
    box(window).press("Enter")
    expect(opened(window, "command")).to_contain_text("X-Slack-Signature")
    foreign.slack.socket_mode = True
    try:
        foreign.wait(by_socket(foreign, "hello"))
    finally:
        foreign.slack.socket_mode = False
    event = opened(window, "event")
    expect(event.get_by_role("heading", name="Envelope")).to_be_visible()
    expect(event).to_contain_text('"type": "events_api"')
    expect(event).to_contain_text("envelope_id")


async def by_socket(foreign: Foreign, text: str) -> None:
    """Olga writes to the bot, which is connected by a socket and acknowledges."""
    async with foreign.bot.session.ws_connect(foreign.slack.sockets.ticket()) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        saying = asyncio.create_task(foreign.olga.says(text, in_=foreign.olga.direct))
        await socket.send_json({"envelope_id": (await socket.receive_json())["envelope_id"]})
        await saying


def opened(window: Page, kind: str) -> Locator:
    """The newest exchange of this kind, opened."""
    row = window.get_by_test_id("inspector").locator(f"details[data-kind={kind}]").first
    row.locator("summary").click()
    expect(row).to_have_attribute("open", "")
    return row
