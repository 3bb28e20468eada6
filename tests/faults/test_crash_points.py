"""The bot is killed with -9 at every commit and call, once per kind of change, and started again a minute later.

A point that many scenarios bring for the same kinds is tried in the first of them; `make chaos` tries it in all.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.operations import Kind
from tests.faults.databases import Prepared
from tests.faults.rounds import Count, each_kind, play
from tests.faults.scenario import Scenario
from tests.faults.scenarios import SCENARIOS

ENOUGH = 2
"""Scenarios that try the same point for the same kinds of change in `make test`."""


def _points() -> Iterator[object]:
    tried = Counter[object]()
    for scenario in SCENARIOS:
        for point in scenario.brings:
            same = (tuple(scenario.kinds), point.partition("#")[0])
            tried[same] += 1
            marks = [pytest.mark.chaos] if tried[same] > ENOUGH else []
            name = f"{scenario.name}-{point}".replace("{kind}", "KIND")
            yield pytest.param(scenario, point, id=name, marks=marks)


@pytest.mark.parametrize(("scenario", "point"), list(_points()))
async def test_nothing_is_lost_doubled_or_wrongly_told(
    scenario: Scenario, point: str, tmp_path: Path, database: Prepared, count: Count
) -> None:
    async def one(kind: Kind) -> None:
        played = await play(tmp_path / kind, scenario, kind, database=database, kills=[point.format(kind=kind)])
        count(played)
        played.assert_good()

    await each_kind(scenario.kinds, one)
