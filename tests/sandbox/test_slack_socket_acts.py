"""What happens to an app's connections, through `POST /_local/workspace`: a bot of any language meets it."""

import json
from typing import Any

import pytest

from .slack_stage import stage
from .test_slack_page import get
from .test_slack_sockets import APP, connected, sockets
from .test_slack_workspace import administer

ACTS = ("socket_warn", "socket_refresh", "socket_drop", "socket_deafen")


async def test_a_warning_comes_first_and_the_end_ten_seconds_later() -> None:
    async with sockets() as (s, [socket]):
        assert await administer(s, "socket_warn") == {"ok": True}
        assert (await socket.wait("disconnect"))["reason"] == "warning"
        assert not socket.ws.closed
        s.slack.clock.move(seconds=10)
        await s.slack.deliver_due()
        await socket.ended()


async def test_a_refresh_is_said_and_a_drop_is_not() -> None:
    async with sockets(2) as (s, both):
        await administer(s, "socket_refresh")
        for socket in both:
            await socket.ended()
            assert socket.got[-1]["reason"] == "refresh_requested"
        again = await connected(s)
        await administer(s, "socket_drop")
        await again.ended()
        assert [each["type"] for each in again.got] == ["hello"]


@pytest.mark.refuses("operation_timeout")
async def test_a_deaf_connection_passes_nothing_not_even_its_end() -> None:
    async with sockets() as (s, [socket]):
        await administer(s, "socket_deafen")
        await s.olga.says("/echo hi")
        assert s.olga.sees("operation_timeout")
        await administer(s, "socket_warn")
        await administer(s, "socket_refresh")
        s.slack.clock.move(seconds=10)
        await s.slack.deliver_due()
        assert [each["type"] for each in socket.got] == ["hello"]
        assert not socket.ws.closed
        await administer(s, "socket_drop")
        await socket.ended()


async def test_a_warned_connection_that_goes_deaf_does_not_hear_its_end() -> None:
    async with sockets() as (s, [socket]):
        await administer(s, "socket_warn")
        await socket.wait("disconnect")
        await administer(s, "socket_deafen")
        s.slack.clock.move(seconds=10)
        await s.slack.deliver_due()
        await connected(s)
        assert not socket.ws.closed
        assert [each.deaf for each in s.slack.sockets.connections] == [True, False]


async def test_a_page_hears_of_each_connection() -> None:
    async with sockets() as (s, [_]):
        events = f"{s.slack.url}/_local/events?team={s.team.id}&user={s.olga.id}"
        async with s.bot.session.ws_connect(events) as page:

            async def told() -> list[dict[str, Any]]:
                while "\nevent: workspace\n" not in (text := await page.receive_str(timeout=5)):
                    pass
                app = json.loads(text.split("data: ", 1)[1])["app"]
                assert app["socket_mode"] is True
                return list(app["connections"])

            await administer(s, "socket_warn")
            assert await told() == [{"deaf": False, "leaving": True}]
            await connected(s)
            assert await told() == [{"deaf": False, "leaving": True}, {"deaf": False, "leaving": False}]
            await administer(s, "socket_deafen")
            assert await told() == [{"deaf": True, "leaving": True}, {"deaf": True, "leaving": False}]
            await administer(s, "socket_drop")
            assert [await told(), await told()] == [[{"deaf": True, "leaving": False}], []]


@pytest.mark.parametrize("act", ACTS)
async def test_an_app_without_a_connection_has_none_to_lose(act: str) -> None:
    for app, is_on in ((None, False), (APP, True)):
        async with stage(app=app) as s:
            answer = await administer(s, act)
            assert (answer["error"], answer["message"]) == ("not_connected", "No app is connected over a socket.")
            known = (await get(s, "state"))["workspace"]["app"]
            assert known == {"dead": "", "socket_mode": is_on, "connections": []}
