"""Socket Mode: hello, envelopes, acknowledgements, and every way a connection can end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from .slack_bots import MANIFEST, manifest
from .slack_stage import SUBMIT, Stage, button, field, modal, stage, text_block

APP = manifest(MANIFEST + "  socket_mode_enabled: true\n")


class Socket:
    """A bot's end of a connection. It acknowledges at once unless told otherwise."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self.got: list[dict[str, Any]] = []
        self.payload: Any = None
        self.answers = True
        self.heard = asyncio.Event()
        self._task = asyncio.create_task(self._listen())

    async def wait(self, kind: str) -> dict[str, Any]:
        """The next message of this type."""
        async with asyncio.timeout(5):
            while not (found := [each for each in self.got if each["type"] == kind]):
                self.heard.clear()
                await self.heard.wait()
        return found[-1]

    async def ended(self) -> None:
        """Waits for the end of the connection."""
        async with asyncio.timeout(5):
            await self._task

    async def _listen(self) -> None:
        async for message in self.ws:
            said = message.json()
            self.got.append(said)
            if "envelope_id" in said and self.answers:
                payload = {"payload": self.payload} if self.payload else {}
                await self.ws.send_json({"envelope_id": said["envelope_id"], **payload})
            self.heard.set()


async def connected(s: Stage) -> Socket:
    """A new connection."""
    opened = await s.api("apps.connections.open", token=s.slack.app_token)
    socket = Socket(await s.bot.session.ws_connect(opened["url"]))
    await socket.wait("hello")
    return socket


@contextlib.asynccontextmanager
async def sockets(count: int = 1) -> AsyncIterator[tuple[Stage, list[Socket]]]:
    """The stage, with a bot of `count` connections."""
    async with stage(app=APP) as s:
        found = [await connected(s) for _ in range(count)]
        yield s, found


async def test_hello_and_a_command_answered_in_its_acknowledgement() -> None:
    async with sockets() as (s, [socket]):
        hello = socket.got[0]
        assert hello["num_connections"] == 1
        assert hello["connection_info"] == {"app_id": s.slack.world.app_id}
        socket.payload = {"text": "by socket"}
        await s.olga.says("/echo hi")
        envelope = socket.got[-1]
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        assert envelope["payload"]["text"] == "hi"
        assert s.olga.sees("by socket")
        assert s.bot.got == [], "nothing comes over HTTP as well"
        assert s.slack.problems() == []


async def test_clicks_submits_and_events_come_as_envelopes() -> None:
    async with sockets() as (s, [socket]):
        await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=[text_block(accessory=button("Go"))])
        await s.olga.clicks("Go")
        assert (socket.got[-1]["type"], socket.got[-1]["accepts_response_payload"]) == ("interactive", False)
        await s.olga.says("hello", in_=s.olga.direct)
        assert (socket.got[-1]["type"], socket.got[-1]["retry_attempt"]) == ("events_api", 0)
        await s.api("views.open", trigger_id=s.trigger(), view=modal(field(), submit=SUBMIT))
        await s.olga.fills("Name", "x")
        socket.payload = {"response_action": "errors", "errors": {"name": "No"}}
        assert await s.olga.submits() == {"Name": "No"}


@pytest.mark.refuses("forbidden_team", "invalid_auth")
async def test_an_app_token_and_socket_mode_are_needed() -> None:
    async with stage() as s:
        assert (await s.api("apps.connections.open", token=s.slack.app_token))["error"] == "forbidden_team"
        assert (await s.api("apps.connections.open", token="xapp-wrong"))["error"] == "invalid_auth"


async def test_a_ticket_is_used_once() -> None:
    async with stage(app=APP) as s:
        opened = await s.api("apps.connections.open", token=s.slack.app_token)
        await s.bot.session.ws_connect(opened["url"])
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await s.bot.session.ws_connect(opened["url"])


async def test_an_app_has_at_most_ten_connections_and_each_envelope_goes_to_one() -> None:
    async with sockets(10) as (s, ten):
        opened = await s.api("apps.connections.open", token=s.slack.app_token)
        eleventh = Socket(await s.bot.session.ws_connect(opened["url"]))
        assert (await eleventh.wait("disconnect"))["reason"] == "too_many_websockets"
        for _ in range(10):
            await s.olga.says("/echo hi")
        counts = [sum("envelope_id" in each for each in socket.got) for socket in ten]
        assert sum(counts) == 10
        assert max(counts) < 10


@pytest.mark.refuses("dispatch_failed")
async def test_without_a_connection_the_person_sees_an_error() -> None:
    async with stage(app=APP) as s:
        await s.olga.says("/echo hi")
        assert s.olga.sees("dispatch_failed")


async def test_a_warning_comes_before_the_end_and_a_refresh_closes() -> None:
    async with sockets() as (s, [old]):
        await s.slack.sockets.disconnect("warning")
        assert (await old.wait("disconnect"))["reason"] == "warning"
        assert not old.ws.closed
        new = await connected(s)
        await s.olga.says("/echo hi")
        assert new.got[-1]["type"] == "slash_commands", "nothing new goes to a connection that is leaving"
        await s.slack.sockets.disconnect("refresh_requested", s.slack.sockets.connections[0])
        await old.ended()
        assert old.got[-1]["reason"] == "refresh_requested"
        assert len(s.slack.sockets.connections) == 1


async def test_a_warned_connection_ends_after_10_seconds() -> None:
    async with sockets() as (s, [old]):
        await s.slack.sockets.disconnect("warning")
        await old.wait("disconnect")
        s.slack.clock.move(seconds=9)
        await s.slack.deliver_due()
        await s.olga.says("/echo hi")
        assert old.got[-1]["type"] == "slash_commands", "until then it works, when there is no other"
        s.slack.clock.move(seconds=1)
        await s.slack.deliver_due()
        await old.ended()
        assert s.slack.sockets.connections == []


async def test_an_envelope_lost_with_its_connection_comes_again_on_another() -> None:
    async with sockets(2) as (s, both):
        for socket in both:
            socket.answers = False
        saying = asyncio.create_task(s.olga.says("/echo hi"))
        first = await asyncio.wait_for(_any_command(both), 5)
        other = next(socket for socket in both if socket is not first)
        other.answers = True
        number = both.index(first)
        await s.slack.sockets.drop(s.slack.sockets.connections[number])
        await saying
        assert (await other.wait("slash_commands"))["envelope_id"] == first.got[-1]["envelope_id"]
        assert not s.olga.sees("operation_timeout")


async def test_an_unacknowledged_envelope_comes_again_with_the_next_connection() -> None:
    async with sockets() as (s, [socket]):
        socket.answers = False
        await s.olga.says("/echo hi")
        assert s.olga.sees('failed with the error "operation_timeout"')
        await s.slack.sockets.drop()
        again = await connected(s)
        assert (await again.wait("slash_commands"))["envelope_id"] == socket.got[-1]["envelope_id"]


async def test_an_unacknowledged_event_comes_again_with_its_number() -> None:
    async with sockets() as (s, [socket]):
        socket.answers = False
        await s.olga.says("hello", in_=s.olga.direct)
        tries = [each for each in socket.got if each["type"] == "events_api"]
        assert [(each["retry_attempt"], each["retry_reason"]) for each in tries] == [(0, ""), (1, "http_timeout")]
        assert len({each["payload"]["event_id"] for each in tries}) == 1


@pytest.mark.refuses("operation_timeout")
async def test_a_deaf_socket_stays_open_and_passes_nothing() -> None:
    async with sockets() as (s, [deaf]):
        s.slack.sockets.deafen()
        await s.olga.says("/echo hi")
        assert s.olga.sees("operation_timeout")
        assert [each["type"] for each in deaf.got] == ["hello"]
        assert not deaf.ws.closed
        new = await connected(s)
        assert len(s.slack.sockets.connections) == 2
        s.slack.sockets.deafen(s.slack.sockets.connections[0])
        await s.slack.sockets.drop(s.slack.sockets.connections[0])
        assert (await new.wait("slash_commands"))["payload"]["text"] == "hi"


async def test_wrong_acknowledgements_are_rules_broken() -> None:
    async with sockets() as (s, [socket]):
        await socket.ws.send_json({"envelope_id": "made up"})
        await socket.ws.send_str("not json")
        await s.olga.says("/echo hi")
        assert len(s.slack.problems()) == 2
        socket.payload = {"text": "x"}
        await s.olga.says("hello", in_=s.olga.direct)
        assert "accepts no payload" in s.slack.problems()[-1]


async def _any_command(both: list[Socket]) -> Socket:
    waits = {asyncio.create_task(socket.wait("slash_commands")): socket for socket in both}
    done, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for each in pending:
        each.cancel()
    return waits[done.pop()]
