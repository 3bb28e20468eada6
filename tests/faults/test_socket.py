"""Faults on the socket: nothing is lost, nothing is done twice, and the bot says when it is deaf."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.world import World, a_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world whose bot serves over Socket Mode."""
    async with a_world(tmp_path, socket=True) as opened:
        yield opened


async def until(world: World, condition: str) -> None:
    """Waits until the bot is `ready` or `not ready` by its own /readyz."""
    async with asyncio.timeout(10), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{world.bot_url}/readyz") as answer:
                if (answer.status == 200) == (condition == "ready"):
                    return
            await asyncio.sleep(0.02)


async def test_a_command_whose_connection_is_lost_in_the_middle_is_answered_on_the_next(world: World) -> None:
    world.has_server("web-1")
    world.vps.fault("slow", action="list", seconds=0.5, times=1)
    asked = asyncio.create_task(world.olga.says("/vps reboot web-1", in_=world.ops))
    while not world.vps.calls(action="list"):
        await asyncio.sleep(0.01)
    await world.slack.sockets.drop()
    await asked
    await world.seconds_pass(10)
    assert world.olga.sees("Rebooting web-1. I'll mention you when it is done.")
    assert world.olga.sees("@olga web-1 is active again")
    assert world.reboots() == 1


async def test_a_deaf_socket_is_noticed_and_replaced(world: World) -> None:
    world.has_server("web-1")
    [before] = world.slack.sockets.connections
    world.slack.sockets.deafen()
    asked = asyncio.create_task(world.olga.says("/vps list", in_=world.ops))
    async with asyncio.timeout(10):
        while before in world.slack.sockets.connections or not world.slack.sockets.connections:
            await asyncio.sleep(0.02)
    await asked
    await world.settle()
    assert world.olga.sees("1 server"), "the envelope came again on the new connection"


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_the_next_connection_is_open_before_the_old_one_ends(world: World, reason: str) -> None:
    world.has_server("web-1")
    [before] = world.slack.sockets.connections
    await world.slack.sockets.disconnect(reason)
    async with asyncio.timeout(10):
        while all(each is before for each in world.slack.sockets.connections):
            await asyncio.sleep(0.01)
    await until(world, "ready")
    await world.olga.says("/vps list", in_=world.ops)
    assert world.olga.sees("1 server")


async def test_ten_reconnects_under_load_lose_nothing_and_double_nothing(world: World) -> None:
    for number in range(30):
        world.has_server(f"web-{number}")

    async def ask(number: int) -> None:
        await world.olga.says(f"/vps reboot web-{number}", in_=world.ops)

    async def shake() -> None:
        for turn in range(10):
            await asyncio.sleep(0.03)
            if turn % 2:
                await world.slack.sockets.drop()
            else:
                await world.slack.sockets.disconnect("refresh_requested")
            await until(world, "ready")

    shaking = asyncio.create_task(shake())
    for start in range(0, 30, 5):
        await asyncio.gather(*(ask(number) for number in range(start, start + 5)))
        await until(world, "ready")
    await shaking
    await world.seconds_pass(60)
    told = [message for message in world.olga.messages(world.ops) if "Rebooting" in message.text]
    failed = world.olga.screen().count("/vps failed")
    assert world.reboots() == len(told), "each one that was acknowledged was done, once"
    assert world.reboots() + failed == 30, "and the others saw an error"
    world.slack.forget_problems()


async def test_a_bot_without_a_socket_says_so_and_comes_back(world: World) -> None:
    world.slack.fail("apps.connections.open", error="internal_error", times=2)
    await world.slack.sockets.drop()
    await until(world, "not ready")
    await until(world, "ready")
    world.slack.forget_problems()


async def test_shutdown_finishes_the_envelope_it_has_read(world: World) -> None:
    world.has_server("web-1")
    world.vps.fault("slow", action="list", seconds=0.5, times=1)
    asked = asyncio.create_task(world.olga.says("/vps reboot web-1", in_=world.ops))
    while not world.vps.calls(action="list"):
        await asyncio.sleep(0.01)
    await world.stop_bot()
    await asked
    assert world.olga.sees("Rebooting web-1.")
    await world.start_bot()
    await world.seconds_pass(10)
    assert world.reboots() == 1
