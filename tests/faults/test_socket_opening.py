"""Opening a socket: an address that is none, a connection without a hello, one that ends before it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.slack.socket import MOST_BRIEF, Socket

FAR = 1_000.0
"""Seconds that no test waits for."""

HELLO, SILENCE, END, TOO_MANY, BRIEF = "hello", "silence", "end", "too_many_websockets", "a hello and an end"
CARRIES = "a hello, an envelope and an end"


class Slack:
    """The other end of the connections: what it says on each is settled beforehand, on the last ones the same."""

    def __init__(self, *says: str) -> None:
        self.says = list(says)
        self.opened = self.linked = 0
        self.ended = asyncio.Event()
        self.address = "ws://127.0.0.1:{port}/link/?ticket=secret"
        self.port = 0

    async def open(self) -> str:
        """What `apps.connections.open` says."""
        self.opened += 1
        return self.address.format(port=self.port)

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, until the bot or this end closes it."""
        self.linked += 1
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        says = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        if says in (HELLO, BRIEF, CARRIES):
            await socket.send_json({"type": "hello"})
        if says == CARRIES:
            await socket.send_json({"type": "events_api", "envelope_id": "1", "payload": {}})
        if says == TOO_MANY:
            await socket.send_json({"type": "disconnect", "reason": says})
        if says in (END, TOO_MANY, BRIEF, CARRIES):
            await socket.close()
        async for _ in socket:
            pass
        self.ended.set()
        return socket


@asynccontextmanager
async def opening(slack: Slack, **limits: float) -> AsyncIterator[tuple[Socket, list[Any]]]:
    """A socket that tries to open a connection there, and the log's lines."""
    app = web.Application()
    app.router.add_get("/link/", slack.link)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.port = runner.addresses[0][1]
    socket = Socket(slack.open, _nothing, **limits)
    with capture_logs() as lines:
        running = asyncio.create_task(socket.run())
        try:
            yield socket, lines
        finally:
            await socket.stop(1)
            await running
            await runner.cleanup()


async def _nothing(payload: Mapping[str, Any], key: str) -> tuple[int, str]:
    return 500, ""  # not committed: so it comes again


async def until(lines: list[Any], event: str) -> Any:
    """Waits for a line of the log."""
    async with asyncio.timeout(10):
        while not (found := [line for line in lines if line["event"] == event]):
            await asyncio.sleep(0.001)
    return found[0]


async def test_a_connection_without_a_hello_is_given_up_and_another_one_opened() -> None:
    slack = Slack(SILENCE, HELLO)
    async with opening(slack, hello_within=0.05, first_retry=0.01) as (socket, lines):
        failed = await until(lines, "socket not opened")
        assert (failed["error"], socket.connected) == ("TimeoutError", False)
        await until(lines, "socket open")
        assert socket.connected and slack.linked == 2
        async with asyncio.timeout(10):
            await slack.ended.wait()  # the bot has closed the first one
    assert "secret" not in str(lines), "the address holds the ticket"


@pytest.mark.parametrize("says", [SILENCE, END, TOO_MANY])
async def test_it_is_not_tried_again_at_once(says: str) -> None:
    slack = Slack(says)
    async with opening(slack, hello_within=0.05, first_retry=FAR) as (_, lines):
        assert (await until(lines, "socket not opened"))["again_in"] == 30.0, "the longest pause"
        await until(lines, "socket ended")
        for _ in range(50):
            await asyncio.sleep(0)
        assert slack.opened == 1


async def test_what_greets_and_ends_at_once_is_not_opened_as_fast_as_it_ends() -> None:
    slack = Slack(BRIEF)
    async with opening(slack, quickest=FAR) as (socket, lines):
        await until(lines, "socket ended")
        for _ in range(50):
            await asyncio.sleep(0)
        assert (slack.opened, socket.connected) == (1, False)


async def test_nor_is_what_ends_after_each_first_envelope_again_and_again() -> None:
    slack = Slack(CARRIES)
    async with opening(slack, quickest=FAR) as (_, lines):
        async with asyncio.timeout(10):
            while len([line for line in lines if line["event"] == "socket ended"]) <= MOST_BRIEF:
                await asyncio.sleep(0.001)
        for _ in range(50):
            await asyncio.sleep(0)
        assert slack.opened == MOST_BRIEF + 1


@pytest.mark.parametrize("address", ["ws://0.0.0.0:{port}/link/", "http://127.0.0.1:{port}/link/", "", "link"])
async def test_an_address_that_is_neither_encrypted_nor_on_this_machine_is_not_connected_to(address: str) -> None:
    slack = Slack(HELLO)
    slack.address = address
    async with opening(slack, first_retry=FAR) as (socket, lines):
        assert (await until(lines, "socket not opened"))["error"] == "ValueError"
        assert not socket.connected and slack.linked == 0
