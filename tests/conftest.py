"""Fixtures that all stories share, and which way each story goes.

A way is how commands reach the bot, and which database it has. VPSBOT_WAYS names those that every story goes, where it
can (`make socket`, `make postgres`). Without it, as in `make test`, the stories of a module take turns: the first goes
over HTTP, the next over Socket Mode, the third on PostgreSQL, and so on. Those marked `both_ways` go two that have both
ways in and both databases between them. Stories that share a world go over HTTP.
"""

import gc
import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.faults.figures import pytest_terminal_summary  # noqa: F401  # prints the fault campaigns' figures
from tests.postgres import Postgres, postgres  # noqa: F401  # a fixture
from tests.world import World, a_world

HTTP, SOCKET, POSTGRES = WAYS = ("http", "socket", "postgresql")
"""Over HTTP or Socket Mode on SQLite, or over HTTP on PostgreSQL."""

BOTH = (SOCKET, POSTGRES)
"""Two ways that have both ways in and both databases between them."""

WANTED = tuple(filter(None, os.environ.get("VPSBOT_WAYS", "").split(",")))

FAULTS = Path(__file__).parent / "faults"

Opens = Callable[..., AbstractAsyncContextManager[World]]
"""Opens a world that goes the story's way; takes what `a_world` takes."""


@pytest.hookimpl(wrapper=True, tryfirst=True)  # a story's turn is the same whatever -k leaves of it
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None]:
    """Leaves out the ways that a story doesn't go, and mixes what waits with what computes."""
    turns: Counter[Path] = Counter()
    goes: dict[tuple[object, ...], tuple[str, ...]] = {}
    for item in items:
        if _way(item) and _story(item) not in goes:
            goes[_story(item)] = _ways(item, turns[item.path])
            turns[item.path] += 1
    left_out = [item for item in items if _way(item) and _way(item) not in goes[_story(item)]]
    items[:] = [item for item in items if not _way(item) or _way(item) in goes[_story(item)]]
    config.hook.pytest_deselected(items=left_out)
    yield
    items[:] = _mixed(items)


def pytest_collection_finish() -> None:
    """What was made to find the tests stays: a collection of garbage need not walk it again and again."""
    gc.collect()
    gc.freeze()


def _mixed(items: list[pytest.Item]) -> list[pytest.Item]:
    """First what others would wait for at the end; then the rounds with a bot that is killed, which mostly wait, spread
    between the modules of the others, which keep a core busy."""
    first = [item for item in items if item.get_closest_marker("long")]
    rounds = [item for item in items if item not in first and FAULTS in item.path.parents]
    others = [item for item in items if item not in first and FAULTS not in item.path.parents]
    mixed, placed = list[pytest.Item](), 0
    for _, module in groupby(others, key=lambda item: item.path):
        mixed += module
        due = len(rounds) * (len(mixed) - placed) // len(others)
        mixed += rounds[placed:due]
        placed = due
    return [*first, *mixed, *rounds[placed:]]


def _ways(item: pytest.Item, turn: int) -> tuple[str, ...]:
    """The ways that a story goes in this run; `turn` counts those before it in its module."""
    only = item.get_closest_marker("only")
    can = tuple(only.args) if only else WAYS
    if WANTED:
        return tuple(way for way in can if way in WANTED)
    if "common_way" in _params(item):
        return can[:1]
    if item.get_closest_marker("both_ways"):
        return tuple(way for way in BOTH if way in can) or can
    return (can[turn % len(can)],)


def _story(item: pytest.Item) -> tuple[object, ...]:
    """What a story is but for its way: where it stands, and the row of its table."""
    assert isinstance(item, pytest.Function)
    row = re.sub(rf"(?<=[\[-]){_way(item)}(?=[\]-])", "", item.name, count=1) if _way(item) else item.name
    return item.path, item.cls, row


def _way(item: pytest.Item) -> str:
    """Empty for what isn't a story."""
    params = _params(item)
    return next((str(params[name]) for name in _OF_WAYS if name in params), "")


def _params(item: pytest.Item) -> dict[str, object]:
    assert isinstance(item, pytest.Function)
    return dict(item.callspec.params) if hasattr(item, "callspec") else {}


_OF_WAYS = ("way", "common_way")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    """How a story goes."""
    return str(request.param)


@pytest.fixture(scope="module", params=WAYS)
def common_way(request: pytest.FixtureRequest) -> str:
    """How the stories of a module go that share a world."""
    return str(request.param)


@pytest.fixture
def opens(tmp_path: Path, way: str, request: pytest.FixtureRequest) -> Iterator[Opens]:
    """Opens a world that goes the story's way."""
    with _opening(tmp_path, way, request) as opened:
        yield opened


@pytest.fixture(scope="module")
def opens_common(
    tmp_path_factory: pytest.TempPathFactory, common_way: str, request: pytest.FixtureRequest
) -> Iterator[Opens]:
    """The same, for a world that the stories of a module share."""
    with _opening(tmp_path_factory.mktemp("common"), common_way, request) as opened:
        yield opened


@contextmanager
def _opening(folder: Path, way: str, request: pytest.FixtureRequest) -> Iterator[Opens]:
    if way != POSTGRES:
        yield partial(a_world, folder, socket=way == SOCKET)
        return
    yield partial(_on_postgres, request.getfixturevalue("postgres"), folder)


@asynccontextmanager
async def _on_postgres(server: Postgres, folder: Path, *, channel: bool = False, **wanted: Any) -> AsyncIterator[World]:
    """A world on a database of its own; where nothing else is wanted, on a copy of one in which roles were given."""
    if wanted:
        with server.database() as url:
            async with a_world(folder, channel=channel, database=url, **wanted) as opened:
                yield opened
        return
    if channel not in _given:
        _given[channel] = await _give(server, folder / "given", channel=channel)
    like, until = _given[channel]
    with server.database(like=like) as url:
        async with a_world(folder, channel=channel, database=url, given_until=until) as opened:
            yield opened


async def _give(server: Postgres, folder: Path, *, channel: bool) -> tuple[str, datetime]:
    with server.database() as url:
        async with a_world(folder, channel=channel, database=url) as world:
            pass
        return server.copy_of(url), world.clock.now()


_given: dict[bool, tuple[str, datetime]] = {}
"""The database with roles, without and with a channel for approvals, and until when that was done: each made once."""


@pytest.fixture
async def world(opens: Opens) -> AsyncIterator[World]:
    """A workspace with people of every role; the provider's account is empty until a story fills it."""
    async with opens() as opened:
        yield opened
