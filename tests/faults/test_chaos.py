"""The long campaign: any scenario, several deaths in a row, at any point or any moment, processes that stop and go on.

`make chaos`. Every second round is a deletion or a creation; about half are played on PostgreSQL. A failure names its
seed; `CHAOS_SEED=… CHAOS_ROUNDS=1 .venv/bin/python -m pytest -m chaos tests/faults/test_chaos.py` plays it again (the
moments of a kill from outside are then nearly, not exactly, the same).
"""

import asyncio
import os
import random
import signal
from pathlib import Path

import pytest

from bot.domain.operations import Kind
from tests.faults.databases import Prepared
from tests.faults.process import BotProcess
from tests.faults.rounds import Count, bring_to_its_end, verdict
from tests.faults.scenario import Scenario
from tests.faults.scenarios import SCENARIOS
from tests.faults.stage import A_MINUTE_LATER, Stage

ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "500"))

PLAYED = tuple(scenario for scenario in SCENARIOS if scenario.name != "sent_again")
"""Where somebody takes the bot's messages away, nobody can tell afterwards what was told: it has points of its own."""

GRAVE = tuple(scenario for scenario in PLAYED if {Kind.DELETE, Kind.CREATE} & set(scenario.kinds))
"""What can't be taken back, and what costs money."""

RIGHT_BEFORE_SENDING = "commit:operations.call:after"

LONGEST_LIFE = 3.0
"""Seconds after which a process that should have died at a point it doesn't come to is killed all the same."""


@pytest.mark.chaos
@pytest.mark.parametrize("number", range(ROUNDS))
async def test_whatever_happens(
    number: int, tmp_path: Path, database: Prepared, database_on_postgres: Prepared, count: Count
) -> None:
    seed = int(os.environ.get("CHAOS_SEED", 2 * random.randrange(1 << 31) + number % 2))
    chance = random.Random(seed)
    scenario = chance.choice(PLAYED if seed % 2 else GRAVE)
    kind = chance.choice(scenario.kinds)
    where = chance.choice((database, database_on_postgres))
    story = [f"CHAOS_SEED={seed}", scenario.name, kind, "on SQLite" if where is database else "on PostgreSQL"]
    stage = Stage(tmp_path / "round", kind, database=where, settings=scenario.settings)
    scenario.prepare(stage)
    await stage.open()
    try:
        await _live_and_die(stage, scenario, chance, story)
        played = await verdict(stage, scenario)
    except Exception as error:
        error.add_note(", ".join(story))
        raise
    finally:
        await stage.close()
    count(played)
    played.assert_good(", ".join(story))


async def _live_and_die(stage: Stage, scenario: Scenario, chance: random.Random, story: list[str]) -> None:
    """Lets one to three processes live and die, and a last one bring everything to its end; `story` tells it."""
    acted = happened = False
    for _ in range(chance.randint(1, 3)):
        fate = chance.choice((_dies_at_a_point, _dies_at_a_moment, _stops_for_a_while))
        at = RIGHT_BEFORE_SENDING if chance.random() < 0.3 else f"any#{chance.randint(1, 50)}"
        stops = fate is _stops_for_a_while
        process = stage.launch(kill_at=at if fate is _dies_at_a_point else "", stop_at=at if stops else "")
        story.append(f"{fate.__name__} {at}")
        if acted:
            await fate(stage, process, chance)
        else:
            acted, _ = await asyncio.gather(_act(stage, process, scenario), fate(stage, process, chance))
        if scenario.meanwhile and acted and not happened:  # who left before asking can't ask
            await scenario.meanwhile(stage)
            happened = True
        stage.clock.move(seconds=chance.choice((0, 7, A_MINUTE_LATER)))
    stage.clock.move(seconds=A_MINUTE_LATER)
    process = await stage.start()
    if scenario.again or not acted:
        await scenario.act(stage)
    await bring_to_its_end(stage, process, scenario)


async def _act(stage: Stage, process: BotProcess, scenario: Scenario) -> bool:
    """Does what the scenario's people do, once the bot listens; False when it never did."""
    if not await stage.listens(process):
        return False
    await scenario.act(stage)
    return True


async def _dies_at_a_point(_stage: Stage, process: BotProcess, _chance: random.Random) -> None:
    await _ends_within(process, LONGEST_LIFE)


async def _dies_at_a_moment(_stage: Stage, process: BotProcess, chance: random.Random) -> None:
    """From outside, wherever it is: in the middle of a statement, a commit, a request."""
    await _ends_within(process, chance.uniform(0.0, LONGEST_LIFE))


async def _stops_for_a_while(stage: Stage, process: BotProcess, chance: random.Random) -> None:
    """Stops, for longer than the call's lease or not, goes on, and dies some time later."""
    try:
        async with asyncio.timeout(LONGEST_LIFE):
            await process.stopped()
    except TimeoutError:
        pass  # it did not come to that point
    stage.clock.move(seconds=chance.choice((0.5, 3, 90)))
    process.signal(signal.SIGCONT)
    await _ends_within(process, chance.uniform(0.0, LONGEST_LIFE))


async def _ends_within(process: BotProcess, seconds: float) -> None:
    """Waits for its end, and ends it."""
    try:
        async with asyncio.timeout(seconds):
            await process.ends()
    except TimeoutError:
        process.signal(signal.SIGKILL)
        await process.ends()
