"""Each scenario without a kill: how it ends, what the provider counts, what people are told."""

from collections.abc import Collection
from pathlib import Path

import pytest

from bot.domain.operations import Kind
from tests.faults.databases import Prepared
from tests.faults.rounds import Count, each_kind, play
from tests.faults.scenario import Scenario, around, without_counts
from tests.faults.scenarios import OF_POWER, SCENARIOS
from tests.faults.scenarios_of_creation import CREATIONS
from tests.faults.scenarios_of_deletion import DELETIONS

ON_POSTGRESQL = [*OF_POWER, *DELETIONS[:2], *CREATIONS]
"""All of power and of creations, and two deletions: with an answer and without."""

PACED = frozenset(around("commit:notices.put_off"))
"""Where a message waits for the second after the one before it: in real time a slow machine doesn't come there."""

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)


@every_scenario
async def test_it_ends_as_it_should(scenario: Scenario, tmp_path: Path, database: Prepared, count: Count) -> None:
    await each_kind(scenario.kinds, lambda kind: _ends_as_it_should(scenario, kind, tmp_path / kind, database, count))


@pytest.mark.parametrize("scenario", ON_POSTGRESQL, ids=lambda scenario: scenario.name)
async def test_a_change_ends_as_it_should_on_postgresql(
    scenario: Scenario, tmp_path: Path, database_on_postgres: Prepared, count: Count
) -> None:
    """With procrastinate, in real time. What is done twice does harm, can't be undone, or is paid twice."""
    kind = Kind.REBOOT if Kind.REBOOT in scenario.kinds else scenario.kinds[0]
    await _ends_as_it_should(scenario, kind, tmp_path / "round", database_on_postgres, count, but=PACED)


async def _ends_as_it_should(
    scenario: Scenario, kind: Kind, folder: Path, database: Prepared, count: Count, *, but: Collection[str] = ()
) -> None:
    played = await play(folder, scenario, kind, database=database)
    count(played)
    played.assert_good()
    assert {operation.state for operation in played.known.operations} == {scenario.ends[kind]} - {None}
    assert played.posts in scenario.posts[kind]
    missing = without_counts(scenario.kills(kind)) - played.visited - set(but)
    assert missing == set(), "the scenario visits what it is there for"
