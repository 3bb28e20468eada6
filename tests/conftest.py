"""Fixtures that all stories share."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.figures import pytest_terminal_summary  # noqa: F401  # prints the fault campaigns' figures
from tests.world import World, a_world

WAYS_IN = os.environ.get("VPSBOT_WAYS_IN", "http,socket").split(",")
"""Over what the stories run; `make test` runs them over both."""


@pytest.fixture(params=WAYS_IN)
async def world(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A workspace with people of every role; the provider's account is empty until a story fills it.

    Every story runs twice: over HTTP and over Socket Mode.
    """
    async with a_world(tmp_path, socket=request.param == "socket") as opened:
        yield opened
