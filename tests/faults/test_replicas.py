"""Three real processes on one PostgreSQL: killed, stopped, with wrong clocks, with tickets lost and doubled.

What is counted are blows: thirty in `make test`, three hundred in `make chaos`; each session of thirty is judged once.

A failure names its seed: `CHAOS_SEED=… .venv/bin/python -m pytest tests/faults/test_replicas.py -k one_session` plays
the same blows again, at nearly the same moments.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.databases import Prepared
from tests.faults.figures import BLOW, OF_REPLICAS
from tests.faults.replicas import EVERY_BLOW
from tests.faults.sessions import BLOWS, play

ALL_BLOWS = int(os.environ.get("CHAOS_BLOWS", "300"))
"""Of all sessions of `make chaos` together."""

Record = Callable[[str, object], None]


@pytest.mark.long
async def test_one_session(tmp_path: Path, nobodys_database: Prepared, record_property: Record) -> None:
    await _session(tmp_path, nobodys_database, record_property)


@pytest.mark.chaos
@pytest.mark.parametrize("_session_number", range(-(-ALL_BLOWS // BLOWS)))
async def test_many_sessions(
    _session_number: int, tmp_path: Path, nobodys_database: Prepared, record_property: Record
) -> None:
    await _session(tmp_path, nobodys_database, record_property)


async def _session(tmp_path: Path, database: Prepared, record: Record) -> None:
    seed = int(os.environ.get("CHAOS_SEED", random.randrange(1 << 32)))
    played = await play(tmp_path / "session", database, seed)
    record(OF_REPLICAS, dict(played.figures()))
    assert not played.findings, "\n".join((*map(str, played.findings), played.story))
    assert played.counts["blows"] >= BLOWS
    assert [blow for blow in EVERY_BLOW if not played.counts[f"{BLOW}{blow}"]] == [], f"not tried\n{played.story}"
    assert played.counts["answers_lost"], "it was tried whether anything is bought twice"
    assert played.stopping < 10, "a stop drains in less than ten seconds"
