"""Fixtures that all stories share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, a_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A workspace with people of every role; the provider's account is empty until a story fills it."""
    async with a_world(tmp_path) as opened:
        yield opened
