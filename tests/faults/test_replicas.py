"""Three real processes on one PostgreSQL: killed, stopped, with wrong clocks, with tickets lost and doubled.

A failure names its seed: `CHAOS_SEED=… .venv/bin/python -m pytest tests/faults/test_replicas.py -k short` plays the
same harms again, at nearly the same moments.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.databases import Prepared
from tests.faults.figures import OF_REPLICAS
from tests.faults.replicas import play

ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "300"))

Record = Callable[[str, object], None]


async def test_a_short_campaign(tmp_path: Path, database_on_postgres: Prepared, record_property: Record) -> None:
    await _round(tmp_path, database_on_postgres, record_property, servers=6, harms=4)


@pytest.mark.chaos
@pytest.mark.parametrize("_round_number", range(ROUNDS))
async def test_a_long_campaign(
    _round_number: int, tmp_path: Path, database_on_postgres: Prepared, record_property: Record
) -> None:
    await _round(tmp_path, database_on_postgres, record_property, servers=12, harms=10)


async def _round(tmp_path: Path, database: Prepared, record: Record, *, servers: int, harms: int) -> None:
    seed = int(os.environ.get("CHAOS_SEED", random.randrange(1 << 32)))
    played = await play(tmp_path / "round", database, seed, servers=servers, harms=harms)
    record(OF_REPLICAS, played.figures())
    assert [str(finding) for finding in played.findings] == [], played.story
    assert played.stopping < 10, "a stop drains in less than ten seconds"
