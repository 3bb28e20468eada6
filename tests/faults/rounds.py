"""One round: a scenario is played with a bot that is killed where it is told to be, then everything is judged."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.operations import Kind
from tests.faults.databases import Prepared
from tests.faults.judge import CHANGING, Evidence, Finding, Harm, doubled, evidence, judge
from tests.faults.process import BotProcess
from tests.faults.scenario import Scenario
from tests.faults.stage import A_MINUTE_LATER, Stage

KILLED = -9


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a round.

    `posts`: calls that change something, as the provider counted them. `told_twice`: messages that came twice because
    the bot died between Slack's answer and its own commit. `heard`: what the processes said last, one after the other.
    """

    visited: frozenset[str]
    known: Evidence
    posts: int
    killed: int
    told_twice: int
    findings: tuple[Finding, ...]
    heard: str

    def assert_good(self, told: str = "") -> None:
        """Fails when anything is wrong, with all that is known about it."""
        wrong = "\n".join(map(str, self.findings))
        assert not wrong, f"{wrong}\n{told}\n{self.heard}"


Count = Callable[[Played], None]
"""Adds a round to the figures; a fixture."""


async def play(
    folder: Path, scenario: Scenario, kind: Kind, *, database: Prepared, kills: Sequence[str] = ()
) -> Played:
    """Plays a scenario; the bot dies once at each of `kills`, in that order, and is started again each time.

    A point that is not visited fails.
    """
    stage = Stage(folder, kind, database=database, settings=scenario.settings)
    scenario.prepare(stage)
    await stage.open()
    try:
        await _play(stage, scenario, (*scenario.first_kills, *kills))
        return await verdict(stage, scenario)
    finally:
        await stage.close()


async def each_kind(kinds: Sequence[Kind], one: Callable[[Kind], Awaitable[None]]) -> None:
    """Plays a round of each kind at the same time: they mostly wait."""

    async def named(kind: Kind) -> None:
        try:
            await one(kind)
        except Exception as error:
            error.add_note(f"(the kind: {kind})")
            raise

    outcomes = await asyncio.gather(*(named(kind) for kind in kinds), return_exceptions=True)
    if failures := [each for each in outcomes if isinstance(each, Exception)]:
        raise ExceptionGroup("not all kinds came out well", failures)


async def _play(stage: Stage, scenario: Scenario, kills: Sequence[str]) -> None:
    acted = False
    for point in kills:
        process = await stage.start(kill_at=point)
        if process.alive and (scenario.again or not acted):
            await scenario.act(stage)
            acted = True
        assert await process.ends() == KILLED, f"{point} was not visited:\n{process.last_words()}"
        assert process.points[-1] == point.partition("#")[0], f"died at {process.points[-1]}"
        if scenario.meanwhile and len(stage.processes) == 1:
            await scenario.meanwhile(stage)
        stage.clock.move(seconds=A_MINUTE_LATER)
    process = await stage.start()
    if scenario.again or not acted:
        await scenario.act(stage)
    await bring_to_its_end(stage, process, scenario)


async def bring_to_its_end(stage: Stage, process: BotProcess, scenario: Scenario) -> None:
    """What came that far only now waits for time to pass, too: for a day to end, for a provider's own time."""
    if scenario.meanwhile:
        await process.until(lambda: stage.at_rest() or stage.waits_for_long(), "the end, or what only time ends")
        if stage.waits_for_long():
            await scenario.meanwhile(stage)
    await finish(stage, process)


async def finish(stage: Stage, process: BotProcess) -> None:
    """Lets everything come to its end, and ends the bot as an operator does."""
    assert await process.until(stage.at_rest, "the end"), f"the bot died by itself:\n{process.last_words()}"
    assert await process.terminate() == 0, f"the bot did not stop cleanly:\n{process.last_words()}"


async def verdict(stage: Stage, scenario: Scenario) -> Played:
    """Judges what was played."""
    known = await evidence(stage)
    torn = sum(is_torn(process.points) for process in stage.processes)
    findings = [*judge(stage, known, torn=torn), *_unanswered(stage, known, scenario)]
    visited = frozenset(point for process in stage.processes for point in process.points)
    posts = sum(call.method in CHANGING for call in stage.vps.calls())
    killed = sum(process.exit_status == KILLED for process in stage.processes)
    heard = "\n--- the next process ---\n".join(process.last_words() for process in stage.processes)
    return Played(visited, known, posts, killed, doubled(stage), tuple(findings), heard)


def _unanswered(stage: Stage, known: Evidence, scenario: Scenario) -> list[Finding]:
    """An acknowledged command must have become an operation, or been answered."""
    if not stage.acknowledged() or known.operations:
        return []
    if scenario.answer and any(each.sees(scenario.answer) for each in stage.people):
        return []
    return [Finding(Harm.LOST, "the command was acknowledged, and nothing came of it")]


def is_torn(points: Sequence[str]) -> bool:
    """Whether who came so far has a posted message that it has not written down."""
    for point in reversed(points):
        if point in ("commit:notices.sent:after", "commit:notices.put_off:after"):
            return False
        if point == "slack:chat.postMessage:before":
            return True
    return False
