"""SIGTERM: what is under way may finish, and nobody waits for it longer than ten seconds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bot.domain.operations import Kind, State
from tests.faults.databases import Prepared
from tests.faults.doing import fault, types
from tests.faults.process import BotProcess
from tests.faults.rounds import finish
from tests.faults.stage import Stage


async def test_a_provider_and_a_request_that_hang_hold_up_a_stop_for_less_than_ten_seconds(
    tmp_path: Path, either_database: Prepared
) -> None:
    async with _slow_to_stop_a_server(tmp_path, either_database, "hang", seconds=60) as stage:
        bot = await stage.start()
        half = await _sends_half_a_request(bot)
        await types(stage)
        await bot.until(lambda: "call:POST stop:before" in bot.points, "the call")
        began = stage.clock.now()
        assert await bot.terminate() == 0
        assert (stage.clock.now() - began).total_seconds() < 10
        half.close()

        stage.clock.move(seconds=65)
        await finish(stage, await stage.start())
        assert stage.olga.sees("@olga web-1 is stopped")
        assert stage.vps.server("web-1").status == "stopped"


async def test_a_call_under_way_is_answered_before_the_stop_and_the_answer_is_written(
    tmp_path: Path, either_database: Prepared
) -> None:
    async with _slow_to_stop_a_server(tmp_path, either_database, "slow", seconds=2) as stage:
        bot = await stage.start()
        await types(stage)
        await bot.until(lambda: "call:POST stop:before" in bot.points, "the call")
        assert "call:POST stop:after" not in bot.points, "it is under way"
        assert await bot.terminate() == 0
        assert "commit:operations.answered:after" in bot.points
        [state] = stage.watch.read("SELECT state FROM operations")
        assert state == State.SETTLING, "accepted, and nobody has looked yet"

        await finish(stage, await stage.start())
        assert [(call.status, call.effect) for call in stage.calls(action="stop")] == [(200, True)]
        assert stage.olga.sees("@olga web-1 is stopped")


async def test_nothing_new_is_begun_while_a_request_is_waited_for(tmp_path: Path, either_database: Prepared) -> None:
    stage = Stage(tmp_path / "round", Kind.REBOOT, database=either_database, settings={"VPSBOT_POLL_INTERVAL": "0.7"})
    stage.has_server()
    stage.vps.settings.reboot_seconds = None
    await stage.open()
    try:
        bot = await stage.start()
        half = await _sends_half_a_request(bot)
        await types(stage)
        await bot.until(lambda: "commit:operations.settled:after" in bot.points, "the first look")
        looks = bot.points.count("call:GET list:before")
        assert await bot.terminate() == 0
        assert bot.points.count("call:GET list:before") == looks, "the next look was due before the stop was over"
        half.close()
    finally:
        await stage.close()


@asynccontextmanager
async def _slow_to_stop_a_server(folder: Path, database: Prepared, how: str, *, seconds: float) -> AsyncIterator[Stage]:
    """A provider that takes its time to answer one stop, and a bot that bears with it."""
    stage = Stage(folder / "round", Kind.STOP, database=database, settings={"VPSBOT_PROVIDER_TIMEOUT": "30"})
    fault(how, seconds=seconds)(stage)
    await stage.open()
    try:
        yield stage
    finally:
        await stage.close()


async def _sends_half_a_request(bot: BotProcess) -> asyncio.StreamWriter:
    """Somebody who begins to say something, and says no more, as long as this is kept."""
    where = urlsplit(bot.address)
    _, writer = await asyncio.open_connection(where.hostname, where.port)
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: 100\r\n\r\nhalf")
    await writer.drain()
    return writer
