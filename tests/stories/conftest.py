"""A world that the rows of a table share: they only ask, so none of them can see what another one did."""

import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import structlog

from bot.logs import configure
from tests.conftest import Opens
from tests.stories.installing import Both
from tests.world import World

FLEET = (
    ("web-1", "active", "us-west"),
    ("web-2", "stopped", "us-west"),
    ("db-1", "active", "us-east"),
    ("db-2", "suspended", "us-east"),
    ("mail", "stopped", "us-east"),
)


class _Stderr:
    """Whatever standard error is at that moment: each story captures its own."""

    def write(self, text: str) -> int:
        """Writes there."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Flushes there."""
        sys.stderr.flush()


@pytest.fixture(scope="session", autouse=True)
def log() -> None:
    """The log as `vpsbot serve` writes it."""
    configure("json")
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(_Stderr()))  # type: ignore[arg-type]


@pytest.fixture
def fleet(world: World) -> World:
    """Five servers in two places and three states."""
    return filled(world)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asked(opens_common: Opens) -> AsyncIterator[World]:
    """The same five servers, for stories that only ask."""
    async with opens_common() as opened:
        yield filled(opened)


def filled(world: World) -> World:
    """Puts the five servers into the provider's account."""
    for number, (name, status, location) in enumerate(FLEET, 1):
        world.has_server(name, status=status, location=location, ip_address=f"203.0.113.{number}")
    return world


@pytest.fixture
async def deleting(opens: Opens) -> AsyncIterator[World]:
    """A workspace whose admin has chosen #ops for approvals; web-1 and web-2 run."""
    async with opens(channel=True) as world:
        world.has_server("web-1")
        world.has_server("web-2")
        yield world


@pytest.fixture
async def webs(opens: Opens) -> AsyncIterator[World]:
    """Three servers that run."""
    async with opens() as opened:
        for name in ("web-1", "web-2", "web-3"):
            opened.has_server(name)
        yield opened


@pytest.fixture
async def both(opens: Opens) -> AsyncIterator[Both]:
    """A bot that nobody has installed yet, and two workspaces that will."""
    async with opens(many=True) as world:
        yield Both(world)
