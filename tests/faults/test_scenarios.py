"""Each scenario without a kill: how it ends, what the provider counts, what people are told."""

from pathlib import Path

import pytest

from bot.domain.operations import Kind
from tests.faults.rounds import Count, each_kind, play
from tests.faults.scenario import Scenario, without_counts
from tests.faults.scenarios import SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
async def test_it_ends_as_it_should(scenario: Scenario, tmp_path: Path, database: Path, count: Count) -> None:
    async def one(kind: Kind) -> None:
        played = await play(tmp_path / kind, scenario, kind, database=database)
        count(played)
        played.assert_good()
        assert {operation.state for operation in played.known.operations} == {scenario.ends[kind]} - {None}
        assert played.posts in scenario.posts[kind]
        missing = without_counts(scenario.kills(kind)) - played.visited
        assert missing == set(), "the scenario visits what it is there for"

    await each_kind(scenario.kinds, one)
