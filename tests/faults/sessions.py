"""A session: twenty workspaces, three replicas of the bot, thirty blows.

The provider's answers to many creations get lost, and its list shows some of them late: these are counted apart.

A session is judged once, when nothing waits any more: before that nobody can say what is lost, and what was done or
told twice stays in the records of the provider and of Slack, whichever blow it came of.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.domain.operations import Kind
from bot.domain.servers import Status
from bot.store.engine import Store
from bot.store.sealing import Sealer
from tests.faults.databases import Prepared
from tests.faults.figures import BLOW
from tests.faults.judge import Finding, Harm, doubled, evidence, judge
from tests.faults.neighbours import Corner, Neighbour, move_in, plan
from tests.faults.replicas import BETWEEN_BLOWS, KINDS, WORKSPACES, Trio, torn
from tests.faults.rounds import KILLED
from tests.faults.stage import Stage
from tests.world import KEY

BLOWS = 30

SHOWS_LATE = 1.5
"""Seconds until the list shows a server; after some more the bot would call its creation unknown."""


@dataclass(frozen=True, slots=True)
class Session:
    """What came of it. `counts`: the figures beside those of the harms."""

    findings: tuple[Finding, ...]
    counts: Counter[str]
    stopping: float
    story: str

    def figures(self) -> Counter[str]:
        """What it adds to the figures."""
        harms = Counter(finding.harm for finding in self.findings)
        bought = sum("bought" in finding.sentence for finding in self.findings)
        return self.counts + Counter(
            {
                "servers bought twice": bought,
                "operations lost": harms[Harm.LOST] + harms[Harm.STUCK],
                "called twice": harms[Harm.DOUBLED] - bought,
                "notices lost": harms[Harm.UNTOLD],
                "notices doubled": harms[Harm.TOLD_TWICE],
            }
        )


async def play(folder: Path, database: Prepared, seed: int, *, blows: int = BLOWS) -> Session:
    """Plays a session and judges it."""
    chance = random.Random(seed)
    stage = Stage(folder, Kind.REBOOT, database=database, settings={})
    stage.apart = timedelta(seconds=0.5)
    all_ = await _move_in(stage)
    _lose_answers(stage, all_, chance)
    trio = Trio(stage, all_, chance, story=[f"CHAOS_SEED={seed}"])
    await stage.open()
    try:
        trio.fill()
        await asyncio.gather(trio.people_ask(blows * BETWEEN_BLOWS), trio.are_struck(blows))
        await trio.recover()
        stopping = await trio.terminate()
        while not stage.at_rest():  # what was sent to a stopped one was read after all: others finish it
            trio.fill()
            await trio.recover()
            await trio.terminate()
        return await _verdict(trio, stopping)
    except Exception as error:
        error.add_note("\n".join((", ".join(trio.story), *(each.last_words() for each in stage.processes))))
        raise
    finally:
        await stage.close()


async def _move_in(stage: Stage) -> tuple[Neighbour, ...]:
    """Twenty workspaces have installed the app; each has servers that can be rebooted, stopped and started."""
    all_ = await move_in(stage, WORKSPACES)
    for each in all_:
        for kind in KINDS:
            status = Status.STOPPED if kind is Kind.START else Status.ACTIVE
            stage.vps.add_server(f"{kind}-1", token=each.token, status=status)
    store = Store(stage.database_url, Sealer(KEY))
    await plan(store, all_, stage.clock.now())  # nothing of today waits for it, and nothing of it is done today
    await store.close()
    return all_


def _lose_answers(stage: Stage, all_: Sequence[Neighbour], chance: random.Random) -> None:
    """Two creations in three are answered to nobody, and the list shows half of those late: whoever reads decides."""
    for place, each in enumerate(chance.sample(all_, len(all_))):
        creation = {"action": "create", "token": each.token}
        if place % 3:
            stage.vps.arm({"kind": "lost_reply", "match": creation, "times": 1})
        if place % 3 == 2:
            stage.vps.arm({"kind": "late_list", "match": creation, "times": 1, "seconds": SHOWS_LATE})


# What Slack holds against a replica that was stopped, or whose connection to the database was cut: the person sees it.
_SEEN_BY_THE_PERSON = (
    "acknowledged within 3 seconds; this one was not.",
    "with a 2xx; this one got 500.",
)


async def _verdict(trio: Trio, stopping: float) -> Session:
    stage = trio.stage
    lost_by_stops = trio.torn + sum((torn(each) for each in stage.processes), Counter())
    findings: list[Finding] = []
    counts: Counter[str] = Counter(sessions=1, blows=trio.blows.total())
    counts += Counter({f"{BLOW}{name}": times for name, times in trio.blows.items()})
    for each in trio.all:
        corner = Corner(stage, each)
        known = await evidence(corner)
        may_double = sum(times for task, times in lost_by_stops.items() if f"'{each.team.id}'" in task)
        findings += judge(corner, known, torn=may_double)
        for kind in trio.asked[each.team.id] - {operation.kind for operation in known.operations}:
            sentence = (
                f"{each.team.id}: the {kind} was acknowledged, and nothing came of it. {each.olga.screen(each.ops)}"
            )
            findings.append(Finding(Harm.LOST, sentence))
        counts += Counter(operations=len(known.operations), told_twice=doubled(corner))
        counts["creations"] += sum(operation.kind is Kind.CREATE for operation in known.operations)
    counts["posts"] = sum(call.method == "POST" for call in stage.vps.calls())
    bought = [call.fault or "" for call in stage.vps.calls(action="create") if call.effect]
    counts["answers_lost"] = sum("lost_reply" in faults for faults in bought)
    counts["shown_late"] = sum("late_list" in faults for faults in bought)
    counts["killed"] = sum(process.exit_status == KILLED for process in stage.processes)
    counts["torn"] = lost_by_stops.total()
    assert stage.watch.rows("SELECT standing, count(*) FROM schedules GROUP BY standing") == [("kept", WORKSPACES)]
    assert stage.watch.rows("SELECT count(*) FROM schedule_runs") == [(0,)], "tomorrow's is done tomorrow"
    seen = [each for each in findings if not each.sentence.endswith(_SEEN_BY_THE_PERSON)]
    once = {str(each): each for each in seen if each.harm is Harm.RULE}
    apart = [each for each in seen if each.harm is not Harm.RULE]
    return Session((*apart, *once.values()), counts, stopping, ", ".join(trio.story))
