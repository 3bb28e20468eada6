"""What the campaigns share: a database with people of every role, made once and copied for each round."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.databases import Prepared, on_postgres, on_sqlite
from tests.faults.figures import PROPERTY, of_round
from tests.faults.rounds import Played
from tests.postgres import Postgres
from tests.stories.deleting import decided
from tests.world import a_world


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """The database of a bot that was set up, has nothing to do, and was stopped."""
    folder = tmp_path_factory.mktemp("template")
    asyncio.run(_set_up(folder))
    return on_sqlite(folder / "bot.db")


@pytest.fixture(scope="session")
def database_on_postgres(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Prepared:
    """The same on PostgreSQL."""
    with postgres.database() as url:
        asyncio.run(_set_up(tmp_path_factory.mktemp("template"), url))
        return on_postgres(postgres, postgres.copy_of(url))


@pytest.fixture(scope="session")
def nobodys_database(postgres: Postgres) -> Prepared:
    """One on PostgreSQL whose schema is there, and nothing else."""
    with postgres.database() as url:
        return on_postgres(postgres, postgres.copy_of(url))


@pytest.fixture(params=["database", "database_on_postgres"])
def either_database(request: pytest.FixtureRequest) -> Prepared:
    """One after the other."""
    prepared: Prepared = request.getfixturevalue(request.param)
    return prepared


async def _set_up(folder: Path, url: str = "") -> None:
    async with a_world(folder, database=url) as world:
        await decided(world, approvals_channel=world.ops.id)


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Callable[[Played], None]:
    """Adds a round to the figures that are printed at the end."""
    return lambda played: record_property(PROPERTY, of_round(played))
