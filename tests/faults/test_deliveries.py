"""Doubled and repeated deliveries: what was asked for once is done once, and everybody is answered."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.sandbox.slack.delivery import Answer
from bot.store.sealing import new_key
from tests.world import KEY, World, a_world

FIFTY = 50


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A workspace over HTTP: only there a delivery can be repeated byte for byte."""
    async with a_world(tmp_path) as opened:
        opened.has_server("web-1")
        yield opened


async def test_fifty_commands_at_once_are_one_reboot_and_fifty_answers(world: World) -> None:
    await asyncio.gather(*(world.olga.says("/vps reboot web-1", in_=world.ops) for _ in range(FIFTY)))
    await world.seconds_pass(15)
    assert world.reboots() == 1
    assert _times(world, "Rebooting web-1. I'll mention you when it is done.") == 1
    assert _times(world, "web-1 is rebooting already: @olga asked for it") == FIFTY - 1
    assert _times(world, "@olga web-1 is active again. It took") == 1
    assert await world.audit_trail() == ["power.requested pending", "power.called pending", "power.ended ok"]


async def test_fifty_commands_that_take_too_long_are_kept_together_and_none_is_lost(world: World) -> None:
    commits = Counter[str]()
    world.seams = replace(world.seams, witness=lambda name, moment: commits.update([f"{name}:{moment}"]))
    await world.restart()
    world.vps.fault("slow", action="list", seconds=2.5, times=1)
    await asyncio.gather(*(world.olga.says("/vps reboot web-1", in_=world.ops) for _ in range(FIFTY)))
    assert commits["deliveries.keep:after"] <= FIFTY / 5, "Slack waits for each of them"
    await world.crash_bot()
    assert world.reboots() == 0, "they were acknowledged, and the bot died with them"
    world.clock.move(seconds=65)
    await world.start_bot()
    await world.seconds_pass(15)
    assert world.reboots() == 1
    assert _times(world, "Rebooting web-1. I'll mention you when it is done.") == 1
    assert _times(world, "web-1 is rebooting already: @olga asked for it") == FIFTY - 1


async def test_fifty_clicks_at_once_are_one_reboot_and_fifty_answers(world: World) -> None:
    await world.olga.says("/vps show web-1", in_=world.ops)
    [page] = world.olga.messages(world.ops)
    await asyncio.gather(*(world.olga.clicks("Reboot", on=page) for _ in range(FIFTY)))
    await world.seconds_pass(15)
    assert world.reboots() == 1
    assert {each.status for each in world.slack.deliveries("block_actions")} == {200}
    answers = world.slack.api_calls("response_url")
    assert [each.status for each in answers] == [200] * FIFTY
    assert _times(world, "@olga web-1 is active again. It took") == 1


async def test_the_same_bytes_fifty_times_at_once_are_one_command(world: World) -> None:
    world.vps.fault("slow", action="list", seconds=0.3, times=1)
    asked = asyncio.create_task(world.olga.says("/vps reboot web-1", in_=world.ops))
    while not world.vps.calls(action="list"):
        await asyncio.sleep(0)
    repeats = await _repeated(world)
    await asked
    await world.seconds_pass(15)
    assert {(repeat.status, repeat.body) for repeat in repeats} == {(200, b"")}
    assert world.reboots() == 1
    assert _times(world, "Rebooting web-1. I'll mention you when it is done.") == 1
    assert _times(world, "@olga web-1 is active again. It took") == 1


async def test_the_same_bytes_after_a_crash_change_nothing(world: World) -> None:
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.crash_bot()
    await world.start_bot()
    repeats = await _repeated(world)
    await world.seconds_pass(15)
    repeats += await _repeated(world)
    await world.seconds_pass(15)
    assert {(repeat.status, repeat.body) for repeat in repeats} == {(200, b"")}
    assert world.reboots() == 1
    assert _times(world, "@olga web-1 is active again. It took") == 1
    assert await world.audit_trail() == ["power.requested pending", "power.called pending", "power.ended ok"]


async def test_a_command_that_is_taken_up_after_a_crash_and_repeated_at_that_moment_is_done_once(world: World) -> None:
    world.vps.fault("slow", action="list", seconds=2.5, times=1)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.crash_bot()
    assert world.reboots() == 0, "it was acknowledged, and the bot died with it"

    world.clock.move(seconds=65)
    await world.start_bot()
    _, repeats = await asyncio.gather(world.settle(), _repeated(world))
    await world.seconds_pass(15)
    assert {repeat.status for repeat in repeats} == {200}
    assert world.reboots() == 1
    assert _times(world, "@olga web-1 is active again. It took") == 1
    assert await world.audit_trail() == ["power.requested pending", "power.called pending", "power.ended ok"]


async def test_what_could_not_be_kept_for_whatever_reason_is_not_done(world: World) -> None:
    def fails(name: str, moment: str) -> None:
        if (name, moment) == ("deliveries.keep", "before"):
            raise OSError("no space left")

    world.seams = replace(world.seams, witness=fails)
    await world.restart()
    world.vps.fault("slow", action="list", seconds=2.5, times=1)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    assert world.slack.deliveries("command")[-1].status == 500
    await world.seconds_pass(15)
    assert world.reboots() == 0 and await world.audit_trail() == []
    world.slack.forget_problems()


async def test_what_is_kept_although_a_stop_cut_off_its_acknowledgement_is_done_and_said(world: World) -> None:
    world.patience = 0.2
    await world.restart()
    world.vps.fault("slow", action="list", seconds=2.5, times=1)
    with closing(sqlite3.connect(world.database)) as other:
        other.execute("BEGIN IMMEDIATE")  # the database is slow
        asking = asyncio.create_task(world.olga.says("/vps reboot web-1", in_=world.ops))
        async with asyncio.timeout(20):
            while not any(task.get_name().startswith("keep changes") for task in asyncio.all_tasks()):
                await asyncio.sleep(0.01)
            stopping = asyncio.create_task(world.stop_bot())
            await asking
        other.rollback()
    await stopping
    assert world.slack.deliveries("command")[-1].status != 200
    assert world.olga.sees("Rebooting web-1. I'll mention you when it is done.")
    await world.start_bot()
    await world.seconds_pass(15)
    assert world.reboots() == 1 and _times(world, "@olga web-1 is active again. It took") == 1
    await world.minutes_pass(3)
    assert world.reboots() == 1 and _times(world, "Rebooting web-1.") == 1
    world.slack.forget_problems()


async def test_a_command_that_waited_for_more_than_ten_minutes_is_not_done_any_more(world: World) -> None:
    world.vps.fault("slow", action="list", seconds=2.5, times=1)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.crash_bot()
    world.clock.move(minutes=11)
    await world.start_bot()
    await world.seconds_pass(15)
    assert world.olga.sees("then the bot was away. Nothing was done. Ask again if you still want it.")
    assert world.reboots() == 0


async def test_a_kept_change_that_no_key_opens_waits_for_the_old_key(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    world.vps.fault("slow", action="list", seconds=2.5, times=1)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.crash_bot()
    newer = new_key()
    await world.start_bot(encryption_keys=newer)
    capfd.readouterr()
    await world.minutes_pass(2)
    assert "that was asked for can't be read with VPSBOT_ENCRYPTION_KEYS" in "".join(capfd.readouterr())
    assert world.reboots() == 0
    await world.restart(encryption_keys=f"{newer},{KEY}")
    await world.minutes_pass(3)
    assert world.reboots() == 1 and _times(world, "@olga web-1 is active again. It took") == 1


async def _repeated(world: World) -> list[Answer]:
    """The last delivery fifty times at once, byte for byte, to wherever the bot listens now."""
    assert world.slack.server.post.last is not None
    _, body, headers = world.slack.server.post.last
    return await asyncio.gather(*(world.slack.send_raw(body, headers) for _ in range(FIFTY)))


def _times(world: World, words: str) -> int:
    return world.olga.screen().count(words)
