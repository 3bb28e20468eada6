"""Three replicas of the bot on one PostgreSQL, in real time, while somebody does them harm.

One workspace with a dozen servers: a process serves one workspace today. What twenty workspaces are to the engine is
tried with the engine alone, in `tests/house/test_replicas.py`.
"""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.domain.operations import Kind
from bot.domain.servers import Status
from tests.faults.databases import Prepared
from tests.faults.judge import Finding, Harm, evidence, judge
from tests.faults.process import BotProcess
from tests.faults.rounds import KILLED, is_torn
from tests.faults.stage import A_MINUTE_LATER, GONE_AFTER, Stage

REPLICAS = 3
LONGEST_RECOVERY = 120.0
"""Seconds after which what still waits counts as lost."""

SKEW = 240.0
"""Seconds by which the clock of a machine may be wrong, in either direction."""

BETWEEN_COMMIT_AND_SEND = ("commit:operations.call:after", "commit:notices.claim:after")

_TICKETS = (
    "DELETE FROM procrastinate_jobs WHERE status = 'todo'",
    "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args) "
    "VALUES ('workspaces', 'look at a workspace', 'T0ACME', '{\"workspace\": \"T0ACME\"}')",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()",
)
"""Tickets that get lost, tickets that come twice, connections that break."""


@dataclass
class Trio:
    """The replicas of a round; `story` is what was done to them, for whoever has to play it again.

    `torn`: how many messages Slack took from one that was stopped right then, before it could write that down.
    """

    stage: Stage
    chance: random.Random
    alive: list[BotProcess] = field(default_factory=list)
    refused: int = 0
    torn: int = 0
    story: list[str] = field(default_factory=list)

    async def fill(self) -> None:
        """Starts as many as are missing, each with a clock of its own; some will stop where it hurts most."""
        fresh = [self._launch() for _ in range(REPLICAS - len(self.alive))]
        await asyncio.gather(*(each.listens() for each in fresh))
        self.alive += [each for each in fresh if each.alive]

    def _launch(self) -> BotProcess:
        at = self.chance.choice(("", *BETWEEN_COMMIT_AND_SEND))
        stop_at = f"{at}#{self.chance.randint(1, 4)}" if at else ""
        skew = self.chance.uniform(-SKEW, SKEW)
        self.story.append(f"start {skew:+.0f} s {stop_at}".rstrip())
        return self.stage.launch(stop_at=stop_at, skew=skew)

    async def people_ask(self, servers: dict[str, Kind]) -> None:
        """Olga types one command a server, each to a replica by chance."""
        for name, kind in servers.items():
            await asyncio.sleep(self.chance.uniform(0.0, 0.25))
            replica = self.chance.choice(self.alive)
            self.stage.slack.request_url = f"{replica.address}/slack/events"
            await self.stage.olga.says(f"/vps {kind} {name}", in_=self.stage.ops)
            if not self.stage.acknowledged():
                self.refused += 1

    async def is_harmed(self, times: int) -> None:
        """One thing after the other goes wrong."""
        harms: tuple[Callable[[], Awaitable[None]], ...] = (self._kill, self._stop, self._meddle, self._meddle)
        for _ in range(times):
            await asyncio.sleep(self.chance.uniform(0.1, 0.6))
            await self.chance.choice(harms)()

    async def _kill(self) -> None:
        victim = self.chance.choice(self.alive)
        self.story.append("kill -9")
        victim.signal(signal.SIGKILL)
        await victim.ends()
        self.alive.remove(victim)
        await self.fill()

    async def _stop(self) -> None:
        victim = self.chance.choice(self.alive)
        self.story.append("SIGSTOP")
        victim.signal(signal.SIGSTOP)
        await victim.stopped()
        for _ in range(3):
            await asyncio.sleep(0)  # what it said last is heard
        self.torn += is_torn(victim)

    async def _meddle(self) -> None:
        statement = self.chance.choice(_TICKETS)
        self.story.append(statement.partition(" ")[0])
        self.stage.watch.run(statement)

    async def recover(self) -> None:
        """The stopped ones stay so until others have taken over; then they go on beside them, until nothing waits."""
        async with asyncio.timeout(LONGEST_RECOVERY):
            while not self.stage.at_rest():
                await self._rests_within(GONE_AFTER * 1.5)  # what the others have in hand, and what they take over
                self.stage.clock.move(seconds=A_MINUTE_LATER)
                await self._rests_within(GONE_AFTER)
                self._go_on()

    async def _rests_within(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.stage.at_rest():
                    await asyncio.sleep(0.05)

    def _go_on(self) -> None:
        for process in self.alive:
            if process.alive:
                process.signal(signal.SIGCONT)

    async def terminate(self) -> float:
        """Ends them all as an operator does: the seconds that the slowest took."""
        began = asyncio.get_running_loop().time()
        ending = asyncio.gather(*(each.terminate() for each in self.alive))
        while not ending.done():
            self._go_on()
            await asyncio.wait({ending}, timeout=0.2)
        assert ending.result() == [0] * len(self.alive)
        self.alive.clear()
        return asyncio.get_running_loop().time() - began


@dataclass(frozen=True, slots=True)
class Round:
    """What came of it."""

    findings: tuple[Finding, ...]
    posts: int
    killed: int
    torn: int
    stopping: float
    story: str

    def figures(self) -> dict[str, int]:
        """What it adds to the figures."""
        harms = [finding.harm for finding in self.findings]
        return {
            "rounds": 1,
            "posts": self.posts,
            "killed": self.killed,
            "torn": self.torn,
            "operations lost": harms.count(Harm.LOST) + harms.count(Harm.STUCK),
            "called twice": harms.count(Harm.DOUBLED),
            "notices lost": harms.count(Harm.UNTOLD),
            "notices doubled": harms.count(Harm.TOLD_TWICE),
        }


async def play(folder: Path, database: Prepared, seed: int, *, servers: int, harms: int) -> Round:
    """Plays a round and judges it."""
    chance = random.Random(seed)
    stage = Stage(folder, Kind.REBOOT, database=database, settings={})
    stage.apart = timedelta(seconds=0.5)
    wanted = {f"web-{n}": chance.choice((Kind.REBOOT, Kind.STOP, Kind.START)) for n in range(1, servers + 1)}
    for name, kind in wanted.items():
        stage.vps.add_server(name, status=Status.STOPPED if kind is Kind.START else Status.ACTIVE)
    trio = Trio(stage, chance, story=[f"CHAOS_SEED={seed}"])
    await stage.open()
    try:
        await trio.fill()
        await asyncio.gather(trio.people_ask(wanted), trio.is_harmed(harms))
        await trio.recover()
        stopping = await trio.terminate()
        while not stage.at_rest():  # what was sent to a stopped one was read after all: others finish it
            await trio.fill()
            await trio.recover()
            await trio.terminate()
        return await _verdict(trio, stopping)
    except Exception as error:
        error.add_note("\n".join((", ".join(trio.story), *(each.last_words() for each in stage.processes))))
        raise
    finally:
        await stage.close()


# What Slack holds against a replica that was stopped, or whose connection to the database was cut: the person sees it.
_SEEN_BY_THE_PERSON = ("acknowledged within 3 seconds; this one was not.", "with a 2xx; this one got 500.")


async def _verdict(trio: Trio, stopping: float) -> Round:
    stage = trio.stage
    known = await evidence(stage)
    torn = trio.torn + sum(is_torn(process) for process in stage.processes)
    findings = [each for each in judge(stage, known, torn=torn) if not each.sentence.endswith(_SEEN_BY_THE_PERSON)]
    asked = len(stage.asked())
    if len(known.operations) < asked - trio.refused:
        lost = asked - trio.refused - len(known.operations)
        findings.append(Finding(Harm.LOST, f"{lost} acknowledged commands came to nothing"))
    killed = sum(process.exit_status == KILLED for process in stage.processes)
    posts = sum(call.method == "POST" for call in stage.vps.calls())
    return Round(tuple(findings), posts, killed, torn, stopping, ", ".join(trio.story))
