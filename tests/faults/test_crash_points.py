"""The bot is killed with -9 at every commit and call, once per kind of change, and started again a minute later."""

from pathlib import Path

import pytest

from bot.domain.operations import Kind
from tests.faults.databases import Prepared
from tests.faults.rounds import Count, each_kind, play
from tests.faults.scenario import Scenario
from tests.faults.scenarios import SCENARIOS

POINTS = [
    pytest.param(scenario, point, id=f"{scenario.name}-{point}".replace("{kind}", "KIND"))
    for scenario in SCENARIOS
    for point in scenario.brings
]


@pytest.mark.parametrize(("scenario", "point"), POINTS)
async def test_nothing_is_lost_doubled_or_wrongly_told(
    scenario: Scenario, point: str, tmp_path: Path, database: Prepared, count: Count
) -> None:
    async def one(kind: Kind) -> None:
        played = await play(tmp_path / kind, scenario, kind, database=database, kills=[point.format(kind=kind)])
        count(played)
        played.assert_good()

    await each_kind(scenario.kinds, one)
