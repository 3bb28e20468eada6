"""What the campaigns share: a database with people of every role, made once and copied for each round."""

import asyncio
from pathlib import Path

import pytest

from tests.world import a_world


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a bot that was set up, has nothing to do, and was stopped."""
    folder = tmp_path_factory.mktemp("template")
    asyncio.run(_set_up(folder))
    return folder / "bot.db"


async def _set_up(folder: Path) -> None:
    async with a_world(folder):
        pass
