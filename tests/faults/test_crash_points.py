"""The bot is killed with -9 at every commit and call, once per kind of change, and started again a minute later.

A point that many scenarios bring for the same kinds is tried in the first of them; `make chaos` tries it in all. With
its call under way, neither begun nor answered, every kind of change is killed there, and the grave ones here.
What consents to a deletion, and what calls the provider, is tried on PostgreSQL, too: in `make test` what is bought and
the steps around the other calls, in `make chaos` all of it.
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

GRAVE = {Kind.DELETE, Kind.CREATE}
"""What is killed with its call under way in `make test`, too: it can't be taken back, or costs money."""


def _points() -> Iterator[object]:
    tried = Counter[object]()
    for scenario in SCENARIOS:
        for point in scenario.brings:
            same = (tuple(scenario.kinds), point.partition("#")[0])
            tried[same] += 1
            later = tried[same] > ENOUGH or (point.endswith(":during") and not GRAVE & set(scenario.kinds))
            marks = [pytest.mark.chaos] if later else []
            name = f"{scenario.name}-{point}".replace("{kind}", "KIND")
            yield pytest.param(scenario, point, id=name, marks=marks)


OURS = ("commit:operations.", "commit:consent.", "commit:delete.", "call:")
"""What is tried on PostgreSQL: our own commits of a change and its calls; what Slack is told is the same there."""

SAMPLE = {
    "lost_reply": {"call:POST {kind}:after"},
    "deletion": {"commit:consent.vote:before", "commit:operations.call:after", "commit:operations.answered:before"},
    "deletion_lost_reply": {"call:DELETE delete:after"},
}
"""Where nothing may be done twice, and what was done must not be forgotten."""

WHOLE = {"create_plain", "create_lost_reply", "create_adopted"}
"""What is bought is tried at all its points."""


def _points_on_postgresql() -> Iterator[object]:
    for scenario in SCENARIOS:
        for point in scenario.brings:
            if point.startswith(OURS):
                now = scenario.name in WHOLE or point in SAMPLE.get(scenario.name, ())
                marks = [] if now else [pytest.mark.chaos]
                yield pytest.param(scenario, point, id=f"{scenario.name}-{point}", marks=marks)


@pytest.mark.parametrize(("scenario", "point"), list(_points()))
async def test_nothing_is_lost_doubled_or_wrongly_told(
    scenario: Scenario, point: str, tmp_path: Path, database: Prepared, count: Count
) -> None:
    await _killed_at(point, scenario, tmp_path, database, count)


@pytest.mark.parametrize(("scenario", "point"), list(_points_on_postgresql()))
async def test_nor_on_postgresql(
    scenario: Scenario, point: str, tmp_path: Path, database_on_postgres: Prepared, count: Count
) -> None:
    await _killed_at(point, scenario, tmp_path, database_on_postgres, count)


async def _killed_at(point: str, scenario: Scenario, folder: Path, database: Prepared, count: Count) -> None:
    async def one(kind: Kind) -> None:
        played = await play(folder / kind, scenario, kind, database=database, kills=[point.format(kind=kind)])
        count(played)
        played.assert_good()

    await each_kind(scenario.kinds, one)
