"""Faults on the socket: nothing is lost, nothing is done twice, and the bot says when it is deaf."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.sandbox.slack.model import Channel
from tests.stories.deleting import WHY, asks, deletions
from tests.world import World, a_world

ASKERS, EACH, RECONNECTS = 5, 7, 10


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world whose bot serves over Socket Mode."""
    async with a_world(tmp_path, socket=True) as opened:
        yield opened


async def until(world: World, condition: str) -> dict[str, Any]:
    """Waits until the bot is `ready` or `not ready` by its own /readyz, and gives what it says."""
    async with asyncio.timeout(10), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{world.bot_url}/readyz") as answer:
                if (answer.status == 200) == (condition == "ready"):
                    return dict(await answer.json())
            await asyncio.sleep(0.02)


async def until_the_provider_was_asked(world: World) -> None:
    """Waits until the bot is in the middle of a command: it has asked the provider for its servers."""
    async with asyncio.timeout(10):
        while not world.vps.calls(action="list"):
            await asyncio.sleep(0.01)


def events(lines: list[Any]) -> list[str]:
    """What the log says of the socket, in order."""
    return [line["event"] for line in lines if "socket" in line["event"] or "envelope" in line["event"]]


def told(world: World, server: str) -> tuple[int, int, int]:
    """How often olga was told that the server is being rebooted, sees it active on a card, and was called for that."""
    screen = world.olga.screen()
    words = f"Rebooting {server}.", f"✅ {server} was rebooted.", f"@olga {server} is active again."
    return screen.count(words[0]), screen.count(words[1]), screen.count(words[2])


async def deaf_after(world: World, commit: str) -> None:
    """From the next such commit on, nothing passes the connection any more: no acknowledgement of what was done."""
    awaited = [(commit, "after")]

    def witness(name: str, moment: str) -> None:
        if (name, moment) in awaited:
            awaited.clear()
            world.slack.sockets.deafen()

    world.seams = replace(world.seams, witness=witness)
    await world.restart()


async def test_a_command_whose_connection_is_lost_in_the_middle_is_answered_on_the_next(world: World) -> None:
    world.has_server("web-1")
    world.vps.fault("slow", action="list", seconds=0.5, times=1)
    with capture_logs() as lines:
        asked = asyncio.create_task(world.olga.says("/vps reboot web-1", in_=world.ops))
        await until_the_provider_was_asked(world)
        await world.slack.sockets.drop()
        await asked
    assert events(lines) == ["socket ended", "socket open", "envelope not acknowledged"]
    await world.seconds_pass(10)
    assert world.olga.sees("Rebooting web-1. I'll mention you when it is done.")
    assert world.olga.sees("@olga web-1 is active again")
    assert told(world, "web-1") == (1, 1, 1)
    assert world.reboots() == 1


async def types(world: World) -> None:
    """A command that changes something at once."""
    await world.olga.says("/vps reboot web-1", in_=world.ops)


async def approves(world: World) -> None:
    """A click that does."""
    await world.amir.clicks("Approve")


async def submits(world: World) -> None:
    """A dialog that is submitted, which asks for consent."""
    assert await world.olga.submits() == {}


REBOOTED = ["Rebooting web-1.", "✅ web-1 was rebooted.", "@olga web-1 is active again."]
ASKED = ["@olga asks to delete web-1 for good."]
APPROVED = ["@olga asked to delete web-1 for good.", "@olga web-1 is deleted:"]
ONCE: dict[str, tuple[Callable[[World], Awaitable[None]], str, str, list[str]]] = {
    "a command": (types, "operations.submit", "power.requested", REBOOTED),
    "a click": (approves, "consent.vote", "request.approved", APPROVED),
    "a submit": (submits, "operations.submit", "delete.requested", ASKED),
}
"""What changes something, the commit in which it does, the log's entry of it, and what olga is told of it."""


@pytest.mark.parametrize("what", ONCE)
async def test_an_acknowledgement_that_was_lost_is_given_again_and_nothing_is_done_twice(
    tmp_path: Path, what: str
) -> None:
    does, commit, entry, told_once = ONCE[what]
    async with a_world(tmp_path, socket=True, channel=True) as world:
        world.has_server("web-1")
        await deaf_after(world, commit)
        if does is approves:
            await asks(world, world.olga)
            await world.seconds_pass(3)
        elif does is submits:
            await world.olga.says("/vps delete web-1", in_=world.ops)
            await world.settle()
            await world.olga.fills("Type the server's name to confirm", "web-1")
            await world.olga.fills("Reason", WHY)
        [before] = world.slack.sockets.connections
        await does(world)
        assert before not in world.slack.sockets.connections, "else nothing was lost"
        await world.seconds_pass(30)
        assert not world.olga.sees("failed") and not world.amir.sees("failed")
        assert [world.olga.screen().count(words) for words in told_once] == [1] * len(told_once), world.olga.screen()
        log = await world.log()
        assert sum(f" {entry} " in line for line in log) == 1
        assert not [line for line in log if ".refused" in line], "the second one isn't decided on"
        assert len(world.vps.calls(action="reboot")) + deletions(world) == (does is not submits)


async def test_an_envelope_that_comes_again_to_the_next_process_changes_nothing_twice(world: World) -> None:
    world.has_server("web-1")
    world.vps.fault("slow", action="list", seconds=0.1, times=1)
    asked = asyncio.create_task(world.olga.says("/vps reboot web-1", in_=world.ops))
    await until_the_provider_was_asked(world)
    world.slack.sockets.deafen()
    await world.restart()
    await asked
    await world.seconds_pass(10)
    assert told(world, "web-1")[1:] == (1, 1)
    assert world.reboots() == 1


async def test_a_deaf_socket_is_noticed_by_pings_and_replaced(world: World) -> None:
    world.has_server("web-1")
    [before] = world.slack.sockets.connections
    world.slack.fail("apps.connections.open", error="internal_error")
    with capture_logs() as lines:
        world.slack.sockets.deafen()
        asked = asyncio.create_task(world.olga.says("/vps list", in_=world.ops))
        assert await until(world, "not ready") == {"ready": False, "waiting_for": ["socket"]}
        await until(world, "ready")
        await asked
    assert events(lines) == ["socket deaf", "socket ended", "socket not opened", "socket open"]
    assert before not in world.slack.sockets.connections
    await world.settle()
    assert world.olga.screen().count("1 server") == 1, "the envelope came again on the new connection"
    world.slack.forget_problems()


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_the_next_connection_is_open_before_the_old_one_ends(world: World, reason: str) -> None:
    world.has_server("web-1")
    [before] = world.slack.sockets.connections
    with capture_logs() as lines:
        await world.slack.sockets.disconnect(reason)
        async with asyncio.timeout(10):
            while all(each is before for each in world.slack.sockets.connections):
                await asyncio.sleep(0.01)
        await until(world, "ready")
    assert [line["reason"] for line in lines if line["event"] == "socket will end"] == [reason]
    assert "socket deaf" not in events(lines)
    await world.olga.says("/vps list", in_=world.ops)
    assert world.olga.sees("1 server")
    assert (before in world.slack.sockets.connections) is (reason == "warning"), "Slack ends it, not the bot"


@pytest.mark.long
async def test_ten_reconnects_under_load_lose_nothing_and_double_nothing(world: World) -> None:
    channels = [world.team.add_channel(f"ops-{number}", bot=True) for number in range(ASKERS)]
    servers = {name: world.has_server(name).id for name in _names()}
    asked: list[str] = []

    async def ask(number: int, channel: Channel) -> None:
        for name in list(servers)[number::ASKERS]:
            while not world.slack.sockets.connections:  # nobody can ask now, as Slack would say at once
                await asyncio.sleep(0)
            await world.olga.says(f"/vps reboot {name}", in_=channel)
            asked.append(name)

    async def shake() -> None:
        for turn in range(RECONNECTS):
            while len(asked) < turn * (ASKERS * EACH - ASKERS) // RECONNECTS or not _under_way(world):
                await asyncio.sleep(0)
            if turn % 2:
                await world.slack.sockets.drop()
            else:
                await world.slack.sockets.disconnect("refresh_requested")
            await until(world, "ready")

    with capture_logs() as lines:
        async with asyncio.timeout(60):
            await asyncio.gather(shake(), *(ask(number, channel) for number, channel in enumerate(channels)))
    assert events(lines).count("socket open") == RECONNECTS, "and each was replaced, while commands kept coming"
    assert "envelope not acknowledged" in events(lines), "some were lost in their middle"
    await world.seconds_pass(30)
    assert not world.olga.sees("/vps failed"), "who waits while a connection is lost is answered on the next one"
    for name, server_id in servers.items():
        calls = len(world.vps.calls(action="reboot", server=server_id))
        assert (calls, *told(world, name)) == (1, 1, 1, 1), name
    world.slack.forget_problems()


async def test_a_bot_without_a_socket_says_so_and_comes_back(world: World) -> None:
    world.slack.fail("apps.connections.open", error="internal_error")
    with capture_logs() as lines:
        await world.slack.sockets.drop()
        assert await until(world, "not ready") == {"ready": False, "waiting_for": ["socket"]}
        await until(world, "ready")
    [failed] = [line for line in lines if line["event"] == "socket not opened"]
    assert (failed["error"], failed["again_in"]) == ("internal_error", 1.0)
    world.slack.forget_problems()


async def test_shutdown_finishes_the_envelope_it_has_read(world: World) -> None:
    world.has_server("web-1")
    world.vps.fault("slow", action="list", seconds=0.5, times=1)
    asked = asyncio.create_task(world.olga.says("/vps reboot web-1", in_=world.ops))
    await until_the_provider_was_asked(world)
    await world.stop_bot()
    await asked
    assert world.olga.sees("Rebooting web-1.")
    await world.start_bot()
    await world.seconds_pass(10)
    assert told(world, "web-1") == (1, 1, 1)
    assert world.reboots() == 1


async def test_an_envelope_that_comes_during_shutdown_is_served_by_the_next_process(world: World) -> None:
    world.has_server("web-1")
    world.has_server("web-2")
    world.vps.fault("slow", action="list", seconds=0.5, times=1)
    first = asyncio.create_task(world.olga.says("/vps reboot web-1", in_=world.ops))
    await until_the_provider_was_asked(world)
    stopping = asyncio.create_task(world.stop_bot())
    while world.bot.socket and not world.bot.socket.stopping:
        await asyncio.sleep(0.001)
    second = asyncio.create_task(world.amir.says("/vps reboot web-2", in_=world.ops))
    await stopping
    assert first.done(), "what was read is acknowledged before the connection ends"
    assert world.olga.sees("Rebooting web-1.")
    await world.start_bot()
    await second
    await world.seconds_pass(10)
    assert told(world, "web-1") == (1, 1, 1)
    assert world.amir.screen().count("@amir web-2 is active again.") == 1
    assert world.reboots() == 2


def _under_way(world: World) -> int:
    """How many commands wait for their acknowledgement."""
    return sum(not exchange.ms for exchange in world.slack.deliveries("command"))


def _names() -> list[str]:
    return [f"web-{number}" for number in range(ASKERS * EACH)]
