"""The bot is killed while it starts for the first time; the next start does the rest, and nothing twice."""

from pathlib import Path

import pytest

from bot.domain.audit import Action
from bot.domain.operations import Kind
from tests.faults.judge import evidence, judge
from tests.faults.rounds import KILLED, finish
from tests.faults.stage import Stage

FIRST_POINTS = tuple(
    f"{name}:{moment}"
    for name in ("commit:migrate", "slack:auth.test", "commit:access.seed", "call:GET me", "commit:connect.seed")
    for moment in ("before", "after")
)


@pytest.mark.parametrize("point", FIRST_POINTS)
async def test_a_start_that_was_cut_off_is_done_by_the_next(point: str, tmp_path: Path) -> None:
    stage = Stage(tmp_path / "round", Kind.REBOOT, database=None, settings={})
    stage.has_server()
    await stage.open()
    try:
        killed = await stage.start(kill_at=point)
        assert await killed.ends() == KILLED, f"{point} was not visited"
        assert killed.points[-1] == point

        process = await stage.start()
        await stage.ada.says("/vps list", in_=stage.ada.direct)
        assert stage.ada.sees("web-1"), stage.ada.screen()
        await finish(stage, process)

        known = await evidence(stage)
        assert [str(each) for each in judge(stage, known, torn=0)] == []
        made = [entry.action for entry in known.entries]
        assert made == [Action.LOG_STARTED, Action.ACCESS_SEEDED, Action.TOKEN_CONNECTED], "each once, in this order"
    finally:
        await stage.close()
