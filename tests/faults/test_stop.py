"""SIGTERM: what is under way may finish, and nobody waits for it longer than ten seconds."""

from pathlib import Path

from bot.domain.operations import Kind
from tests.faults.databases import Prepared
from tests.faults.doing import types
from tests.faults.rounds import finish
from tests.faults.stage import Stage


async def test_a_provider_that_hangs_holds_up_a_stop_for_less_than_ten_seconds(
    tmp_path: Path, either_database: Prepared
) -> None:
    stage = Stage(tmp_path / "round", Kind.STOP, database=either_database, settings={"VPSBOT_PROVIDER_TIMEOUT": "30"})
    stage.has_server()
    stage.vps.arm({"kind": "hang", "match": {"action": "stop"}, "times": 1, "seconds": 60})
    await stage.open()
    try:
        bot = await stage.start()
        await types(stage)
        await bot.until(lambda: "call:POST stop:before" in bot.points, "the call")
        began = stage.clock.now()
        assert await bot.terminate() == 0
        assert (stage.clock.now() - began).total_seconds() < 10

        stage.clock.move(seconds=65)
        await finish(stage, await stage.start())
        assert stage.olga.sees("@olga web-1 is stopped")
        assert stage.vps.server("web-1").status == "stopped"
    finally:
        await stage.close()
