"""Slack's own framework as a foreign client: what Bolt and the SDK take for Slack has to be Slack."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, InputBlock, PlainTextInputElement, SectionBlock
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from .slack_bots import MANIFEST, manifest
from .slack_stage import Stage, stage


def bolt(s: Stage) -> AsyncApp:
    """A small Bolt app: a command with a button, that opens a dialog, that posts what was entered."""
    client = AsyncWebClient(token=s.team.bot_token, base_url=s.slack.api_url)
    app = AsyncApp(client=client, signing_secret=s.slack.signing_secret, process_before_response=True)
    app.command("/echo")(_command)
    app.action("more")(_more)
    app.view("form")(_form)
    app.event("app_mention")(_mention)
    return app


async def _command(ack: Any, command: Any) -> None:
    blocks = [SectionBlock(text="Hello *you*"), ActionsBlock(elements=[ButtonElement(text="More", action_id="more")])]
    await ack(text="Hello you", blocks=blocks)


async def _more(ack: Any, body: Any, client: Any, respond: Any) -> None:
    await ack()
    element = PlainTextInputElement(action_id="in")
    block = InputBlock(block_id="in", label="What", element=element)
    view = View(type="modal", callback_id="form", title="More", submit="Post", blocks=[block])
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await respond(text="opened", replace_original=True)


async def _form(ack: Any, view: Any, client: Any) -> None:
    words = view["state"]["values"]["in"]["in"]["value"]
    if words == "bad":
        await ack(response_action="errors", errors={"in": "Better not"})
        return
    await ack()
    await client.chat_postMessage(channel="C0OPS", text=words)


async def _mention(say: Any, event: Any) -> None:
    await say(f"You called, <@{event['user']}>?")


async def _story(s: Stage) -> None:
    await s.olga.says("/echo", in_=s.ops)
    assert s.olga.sees("Hello you"), s.olga.screen()
    await s.olga.clicks("More")
    assert s.olga.sees("opened")
    assert not s.olga.sees("Hello you")
    await s.olga.fills("What", "bad")
    assert await s.olga.submits() == {"What": "Better not"}
    await s.olga.fills("What", "good words")
    assert await s.olga.submits() == {}
    assert s.amir.sees("good words")
    await s.amir.says(f"@{s.team.team.bot.name} hello", in_=s.ops)
    assert await s.olga.will_see("You called, @amir?")
    assert s.slack.problems() == []


@pytest.mark.parametrize("moved", [0, 3600])
async def test_bolt_over_http(moved: int) -> None:
    """Bolt checks signatures by the machine's clock, however far the page's was moved."""
    async with stage() as s:
        async with s.bot.session.post(f"{s.slack.url}/_local/clock", json={"seconds": moved}) as reply:
            assert (await reply.json())["bot_follows"] is False
        app = bolt(s)
        server = app.server(port=0, path="/slack/events", host="127.0.0.1")
        runner = web.AppRunner(server.web_app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        s.slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        await _story(s)
        assert await s.slack.check_signature()
        await runner.cleanup()


async def test_bolt_over_socket_mode() -> None:
    async with stage(app=manifest(MANIFEST + "  socket_mode_enabled: true\n")) as s:
        app = bolt(s)
        handler = AsyncSocketModeHandler(app, s.slack.app_token, web_client=app.client)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        async with asyncio.timeout(5):
            while not s.slack.sockets.connections:
                s.slack.world.feed.changed.clear()
                await s.slack.world.feed.changed.wait()
        await _story(s)
        await handler.close_async()  # type: ignore[no-untyped-call]
