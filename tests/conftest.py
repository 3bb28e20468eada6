"""Fixtures that all stories share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, a_world


@pytest.fixture(params=["http", "socket"])
async def world(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A workspace with people of every role; the provider's account is empty until a story fills it.

    Every story runs twice: over HTTP and over Socket Mode.
    """
    async with a_world(tmp_path, socket=request.param == "socket") as opened:
        yield opened
