"""Files on their way to a person: they take their time, and nothing overtakes or repeats them."""

import asyncio

import pytest

from bot.operations import telling
from tests.stories.telling import BOTH_WAYS, END, ON_SQLITE, last, times
from tests.world import World

pytestmark = BOTH_WAYS

FILE = "(file audit-T0ACME-2026-11-23.jsonl)"


async def uploading(world: World) -> "asyncio.Task[int]":
    """Ada asks for the log as a file; Slack has not taken all of its bytes yet."""
    world.slack.fail("upload", error="held", times=1)
    await world.ada.says("/vps audit export", in_=world.ada.direct)
    sending = asyncio.create_task(world.bot.engine.run_due(world.clock.now()))
    async with asyncio.timeout(5):
        while not world.slack.world.faults.held:
            await asyncio.sleep(0.01)
    return sending


async def test_a_file_that_takes_longer_than_a_claim_holds_is_sent_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "HOLD_EVERY", 0.05)
    sending = await uploading(world)
    for _ in range(4):
        world.clock.move(seconds=40)
        async with asyncio.timeout(5):  # its claim is renewed
            while (due := await world.bot.engine.next_due()) is None or due <= world.clock.now():
                await asyncio.sleep(0.01)
        await world.bot.engine.run_due(world.clock.now())
    assert len(world.slack.world.files) == 1
    world.slack.world.faults.clear()
    await sending
    await world.minutes_pass(5)
    assert times(world.ada, FILE) == 1 == len(world.slack.world.files)


@ON_SQLITE
async def test_cards_and_outcomes_go_on_while_a_file_is_being_sent(world: World) -> None:
    world.has_server("web-1")
    world.slack.fail("upload", error="held", times=1)
    await world.ada.says("/vps audit export", in_=world.ada.direct)
    running = asyncio.create_task(world.bot.engine.run())
    async with asyncio.timeout(30):
        while not world.slack.world.faults.held:
            await asyncio.sleep(0.01)
        await world.olga.says("/vps reboot web-1", in_=world.ops)
        while not world.olga.sees(END):
            world.clock.move(seconds=0.5)
            world.bot.engine.wake()
            await asyncio.sleep(0.02)
    assert world.slack.world.faults.held == 1 and not world.ada.sees(FILE)
    world.slack.world.faults.clear()
    await world.bot.engine.stop(10)
    await running
    await world.minutes_pass(2)
    assert times(world.ada, FILE) == 1 == times(world.olga, END)


async def test_in_its_own_conversation_nothing_overtakes_a_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "HOLD_EVERY", 0.05)
    sending = await uploading(world)
    await world.vera.says("/vps reboot web-1", in_=world.ops)
    await world.vera.clicks("Ask for access")
    for _ in range(3):
        world.clock.move(seconds=2)
        await world.bot.engine.run_due(world.clock.now())
    assert not world.ada.sees("@vera asks")
    world.slack.world.faults.clear()
    await sending
    await world.minutes_pass(1)
    shown = world.ada.screen(world.ada.direct)
    assert 0 <= shown.index(FILE) < shown.index("@vera asks")


async def test_a_file_is_not_shown_while_slack_asks_to_wait(world: World) -> None:
    world.has_server("web-1")
    sending = await uploading(world)
    world.slack.fail("chat.postMessage", error="ratelimited", times=1, retry_after=20)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.bot.engine.run_due(world.clock.now())
    world.slack.world.faults.clear()
    await sending
    assert not world.ada.sees(FILE)
    await world.minutes_pass(2)
    [refused] = [call.time for call in world.slack.api_calls("chat.postMessage") if call.status == 429]
    [shown] = [call.time for call in world.slack.api_calls("files.completeUploadExternal")]
    assert shown - refused >= 20 and times(world.ada, FILE) == 1 == times(world.olga, END)


async def test_who_was_stopped_while_it_sent_a_file_does_not_show_it_a_second_time(world: World) -> None:
    sending = await uploading(world)
    world.clock.move(minutes=1)
    await world.bot.engine.run_due(world.clock.now())
    assert times(world.ada, FILE) == 1, "somebody else took it over"
    world.slack.world.faults.clear()
    await sending
    await world.minutes_pass(5)
    assert times(world.ada, FILE) == 1
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert last(world.ada) == "Every message has arrived."
