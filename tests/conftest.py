"""Fixtures that all stories share."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.faults.figures import pytest_terminal_summary  # noqa: F401  # prints the fault campaigns' figures
from tests.postgres import Postgres, postgres  # noqa: F401  # a fixture
from tests.world import World, a_world

WAYS_IN = ("http", "socket")
POSTGRES = "postgresql"

WAYS = os.environ.get("VPSBOT_WAYS", ",".join(WAYS_IN)).split(",")
"""How all stories run: `make test` runs them over HTTP and over Socket Mode, on SQLite."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run the stories of modules that are marked so, because what they tell changes something there."""
    left_out = [item for item in items if not _runs(item)]
    items[:] = [item for item in items if _runs(item)]
    config.hook.pytest_deselected(items=left_out)


def _runs(item: pytest.Item) -> bool:
    assert isinstance(item, pytest.Function)
    way = str(item.callspec.params.get("way", "")) if hasattr(item, "callspec") else ""
    return not way or way in WAYS or item.get_closest_marker(way) is not None


@pytest.fixture(params=[*WAYS_IN, POSTGRES])
def way(request: pytest.FixtureRequest) -> str:
    """Over HTTP or Socket Mode on SQLite, or over HTTP on PostgreSQL."""
    return str(request.param)


@pytest.fixture
def address(way: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The story's own database, as DATABASE_URL names it; empty stands for a SQLite file."""
    if way != POSTGRES:
        yield ""
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture
async def world(tmp_path: Path, way: str, address: str) -> AsyncIterator[World]:
    """A workspace with people of every role; the provider's account is empty until a story fills it.

    Every story runs over HTTP and over Socket Mode; those that change something on PostgreSQL, too.
    """
    async with a_world(tmp_path, socket=way == "socket", database=address) as opened:
        yield opened
