"""`make bench`: the bot beside its peers, in one run, in turns. Prints the tables that benchmarks/README.md shows."""

import argparse
import asyncio
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.load import Job, Measured, measure
from benchmarks.local_slack import dispatched_a_second
from benchmarks.place import BOT, Place, a_place
from benchmarks.processes import HOST, Server, cores, serving, stay_on
from benchmarks.tables import load_table, machine, table
from benchmarks.votes import votes

CONNECTIONS = (1, 16)
WARM_UP = 0.7
"""Seconds of load, not counted, before each server's first turn."""

REBOOTS = {1: 100, 16: 300}
"""Servers that are rebooted in one turn, each once: by number of connections."""

STARTS = 5
PATIENCE = 60.0
SETTLED = 10.0
"""Seconds until what was acknowledged before it was finished is finished."""


BOLT = "Bolt, one listener, `process_before_response`"
A_ROW = "Bolt, one listener, one durable row"
PEERS = {
    "bare aiohttp, signature only": "aiohttp",
    BOLT: "bolt",
    "Bolt, one listener, default": "bolt-default",
    A_ROW: "bolt-row",
}
LISTING, REBOOTING = "**vpsbot `/vps list`, warm**", "**vpsbot `/vps reboot`, committed**"

Results = dict[str, dict[int, list[Measured]]]


@dataclass
class Footprint:
    """Seconds to ready and MB, every time it was measured, by what was measured."""

    ready: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    memory: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Bench:
    """How often and how long, and which core is whose."""

    rounds: int
    seconds: float
    folder: Path
    core: int | None
    load_core: int | None

    async def requests(self, small: Place, large: Place, footprint: Footprint) -> Results:
        """Rounds of A B C D …, so that what the machine does beside it hits all alike."""
        results: Results = defaultdict(lambda: defaultdict(list))
        async with AsyncExitStack() as stack:
            servers = {
                label: await stack.enter_async_context(self.serving(small, _peer(peer)))
                for label, peer in PEERS.items()
            }
            servers[LISTING] = await stack.enter_async_context(self.serving(small, BOT))
            await small.admit(servers[LISTING].port)
            for label, server in servers.items():
                await self.turn(small, server, label, 16, WARM_UP)
            for number in range(self.rounds):
                _progress(f"round {number + 1} of {self.rounds}")
                for connections in CONNECTIONS:
                    for label, server in servers.items():
                        measured = await self.turn(small, server, label, connections, self.seconds)
                        results[label][connections].append(measured)
                    results[REBOOTING][connections].append(await self.reboots(large, connections))
            footprint.memory["vpsbot, after the load"] = servers[LISTING].memory()
            footprint.memory["Bolt, after the load"] = servers[BOLT].memory()
        return results

    async def turn(self, place: Place, server: Server, label: str, connections: int, seconds: float) -> Measured:
        """`/vps list`, again and again; the bot has to show the list, a peer to answer 200."""
        expects = f"{len(place.servers)} servers" if label == LISTING else ""
        return await measure(self.job(place, server, connections, ["list"], expects, seconds), self.load_core)

    async def reboots(self, place: Place, connections: int) -> Measured:
        """Another server with each request, the engine at work beside it.

        The bot is started for it with a new database and ended after it, so that no other turn shares the core with
        the work that it leaves. Every one that was acknowledged has to be a row, and to stand in the log.
        """
        place.forget_database()
        texts = [f"reboot {name}" for name in place.servers[: REBOOTS[connections]]]
        async with self.serving(place, BOT) as bot:
            await place.admit(bot.port)
            await measure(self.job(place, bot, 1, ["list"], "servers", WARM_UP), self.load_core)
            job = self.job(place, bot, connections, texts, "Rebooting", PATIENCE)
            measured = await measure(job, self.load_core)
            if measured.late:
                await asyncio.sleep(SETTLED)
            kept = place.count("SELECT count(*) FROM operations WHERE kind = 'reboot'")
            logged = place.count("SELECT count(*) FROM audit_entries WHERE action = 'power.requested'")
        if not len(texts) == measured.answered == kept == logged:
            raise RuntimeError(f"{measured.answered} acknowledged, {kept} committed, {logged} in the log")
        return measured

    async def votes(self, place: Place) -> dict[str, float]:
        """Clicks on *Approve*, with a new database."""
        place.forget_database()
        async with self.serving(place, BOT) as bot:
            return await votes(place, bot.port)

    async def starts(self, place: Place, footprint: Footprint) -> None:
        """From the start of the process to the first 200 of `/readyz`, in turns."""
        for _ in range(STARTS):
            place.forget_database()
            for label, module in (
                ("vpsbot, new database", BOT),
                ("vpsbot, later", BOT),
                ("Bolt", _peer("bolt")),
            ):
                async with self.serving(place, module) as server:
                    footprint.ready[label].append(server.ready_after)
                    footprint.memory[label] = server.memory()

    async def commits(self) -> Mapping[str, Mapping[str, float]]:
        """p50 and p99 in milliseconds, by what was committed."""
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.commits", str(self.folder)),
            stdout=asyncio.subprocess.PIPE,
            preexec_fn=lambda: stay_on(self.core),
        )
        printed, _ = await child.communicate()
        if child.returncode:
            raise RuntimeError("commits could not be measured")
        measured: dict[str, dict[str, float]] = json.loads(printed)
        return measured

    def serving(self, place: Place, module: tuple[str, ...]) -> AbstractAsyncContextManager[Server]:
        """A server on its core, as long as the block lasts."""
        return serving(module, place.environment, self.folder, self.core)

    def job(
        self, place: Place, server: Server, connections: int, texts: list[str], expects: str, seconds: float
    ) -> Job:
        """What Olga types: one text again and again, or several once each."""
        return Job(
            host=HOST,
            port=server.port,
            secret=place.slack.signing_secret,
            connections=connections,
            seconds=seconds,
            texts=texts,
            around=len(texts) == 1,
            expects=expects,
            workspace=place.team.id,
            user=place.team.people["olga"].id,
            channels=list(place.channels),
        )


async def main() -> None:
    """Measures everything and prints it."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5, help="how often each server has its turn")
    arguments.add_argument("--seconds", type=float, default=2.0, help="how long a turn is")
    given = arguments.parse_args()
    core, load_core = cores()
    stay_on(load_core)
    footprint = Footprint()
    with tempfile.TemporaryDirectory(prefix="vpsbot-bench-") as name:
        bench = Bench(given.rounds, given.seconds, Path(name), core, load_core)
        async with (
            a_place(bench.folder, "small", servers=12) as small,
            a_place(bench.folder, "large", servers=max(REBOOTS.values())) as large,
        ):
            _progress("starts")
            await bench.starts(small, footprint)
            small.forget_database()
            results = await bench.requests(small, large, footprint)
            _progress("votes")
            clicks = await bench.votes(large)
        _progress("commits")
        commits = {**await bench.commits(), "clicks": clicks}
    print(machine())
    print("\n" + load_table(results, beside={REBOOTING: A_ROW}, otherwise=BOLT))
    print("\n" + _footprint_table(footprint))
    print("\n" + _commit_table(commits))
    print(f"\nThe local Slack itself dispatches {await dispatched_a_second():,.0f} commands a second.")


def _progress(what: str) -> None:
    """On standard error, so that standard output holds the tables alone."""
    print(what, file=sys.stderr, flush=True)


def _peer(name: str) -> tuple[str, ...]:
    return ("benchmarks.peers", name, "{port}")


def _footprint_table(footprint: Footprint) -> str:
    ready = {label: median(times) for label, times in footprint.ready.items()}
    memory = footprint.memory
    lines = (
        ("ready after, new database, s", ready["vpsbot, new database"], ready["Bolt"], ".2f"),
        ("ready after, later, s", ready["vpsbot, later"], ready["Bolt"], ".2f"),
        ("memory when ready, MB", memory["vpsbot, later"], memory["Bolt"], ".0f"),
        ("memory after the load, MB", memory["vpsbot, after the load"], memory["Bolt, after the load"], ".0f"),
    )
    rows = [["", "vpsbot", "Bolt, one listener", "beside Bolt"], ["---", "---:", "---:", "---:"]]
    rows += [
        [what, format(bot, form), format(bolt, form), f"{bot / bolt:.2f}" if bolt else ""]
        for what, bot, bolt, form in lines
    ]
    return table(rows)


def _commit_table(commits: Mapping[str, Mapping[str, float]]) -> str:
    floor = commits["floor"]["p50"]
    rows = [["committed, one at a time", "p50 ms", "p99 ms", "p50 beside sqlite3"]]
    rows.append(["---", "---:", "---:", "---:"])
    for what, label in (
        ("floor", "sqlite3 alone: one row"),
        ("append", "an entry appended to a log of 1,000"),
        ("submit", "a reboot: right, operation, entry, card"),
        ("vote", "a yes to a deletion: right, vote, entry, the deletion set going"),
        ("clicks", "a click on *Approve* over HTTP, from Slack's request to its 200"),
    ):
        each = commits[what]
        rows.append([label, f"{each['p50']:.2f}", f"{each['p99']:.2f}", f"{each['p50'] / floor:.1f}"])
    return table(rows)


if __name__ == "__main__":
    asyncio.run(main())
