"""What the campaigns share: a database with people of every role, made once and copied for each round."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.figures import PROPERTY, of_round
from tests.faults.rounds import Played
from tests.stories.deleting import decided
from tests.world import a_world


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a bot that was set up, has nothing to do, and was stopped."""
    folder = tmp_path_factory.mktemp("template")
    asyncio.run(_set_up(folder))
    return folder / "bot.db"


async def _set_up(folder: Path) -> None:
    async with a_world(folder) as world:
        await decided(world, approvals_channel=world.ops.id)


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Callable[[Played], None]:
    """Adds a round to the figures that are printed at the end."""
    return lambda played: record_property(PROPERTY, of_round(played))
