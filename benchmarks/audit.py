"""The log at a thousand and at a million entries: appending, checking, reading, taking out.

`python -m benchmarks.audit` prints the tables; it is part of `make bench`.
"""

import argparse
import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.load import percentile
from benchmarks.tables import machine, table
from bot.domain.audit import Action, Draft, Row, head_statement, place_of, row_hash
from bot.domain.verifying import Walk
from bot.store import audit, audit_rows
from bot.store.audit import Search
from bot.store.engine import Store
from bot.store.migrate import migrate
from bot.store.sealing import Sealer, new_key

Work = Callable[[], Awaitable[None]]

WORKSPACE, PEOPLE, SERVERS = "T0ACME", 40, 500
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
FEW, MANY = 1_000, 1_000_000
TURNS, A_TURN = 10, 25
WALKS = 3
PAGES = 40
DRAFT = Draft(Action.POWER_REQUESTED, "U0OLGA", target="web-1", detail={"kind": "reboot"})
ROW = "SELECT seq, time, actor, action, target, operation, outcome, reason, detail, previous, hash FROM audit_entries"


@dataclass(frozen=True)
class Log:
    """A log of so many entries, in a database of its own."""

    path: Path
    keys: str
    entries: int
    store: Store

    @property
    def environment(self) -> Mapping[str, str]:
        """What a command takes to find it."""
        return {"DATABASE_URL": f"sqlite+aiosqlite:///{self.path}", "VPSBOT_ENCRYPTION_KEYS": self.keys}


async def a_log(folder: Path, entries: int) -> Log:
    """Begins a log as the bot does, fills it past the bot, and signs its head with the log's own key."""
    path, keys = folder / f"log-{entries}.db", new_key()
    store = Store(f"sqlite+aiosqlite:///{path}", Sealer(keys))
    await migrate(store)
    async with store.begin("bench") as tx:
        first = await audit.append(tx, WORKSPACE, DRAFT, BEGAN)
        key = Ed25519PrivateKey.from_private_bytes(await audit.signing_key(tx, WORKSPACE))
    await store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        _fill(database, key, first.hash, entries)
    return Log(path, keys, entries, Store(f"sqlite+aiosqlite:///{path}", Sealer(keys)))


def _fill(database: sqlite3.Connection, key: Ed25519PrivateKey, last: bytes, entries: int) -> None:
    """Without what costs time: indexes and triggers are made anew behind the rows, as the migrations made them."""
    database.execute("PRAGMA cache_size = -400000")
    database.execute("PRAGMA synchronous = OFF")
    made_anew = database.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'audit_entries' AND sql IS NOT NULL "
        "AND type IN ('index', 'trigger')"
    ).fetchall()
    database.execute("BEGIN IMMEDIATE")
    for kind, name, _ in made_anew:
        database.execute(f"DROP {kind} {name}")
    rows = _rows(last, entries)
    database.executemany(f"INSERT INTO audit_entries VALUES ('{WORKSPACE}', {', '.join('?' * 11)})", rows)
    for _, _, sql in made_anew:
        database.execute(sql)
    [hashed, moment] = database.execute("SELECT hash, time FROM audit_entries ORDER BY seq DESC LIMIT 1").fetchone()
    signature = key.sign(head_statement(WORKSPACE, entries, hashed, datetime.fromisoformat(f"{moment}+00:00")))
    head = [entries, hashed, moment, signature]
    database.execute("UPDATE audit_heads SET seq = ?, hash = ?, time = ?, signature = ?", head)
    database.execute("COMMIT")


def _rows(previous: bytes, entries: int) -> Iterator[Row]:
    place = place_of(WORKSPACE)
    for seq in range(3, entries + 1):
        moment = (BEGAN + timedelta(seconds=20 * seq)).strftime("%Y-%m-%d %H:%M:%S.%f")
        number = seq % SERVERS
        texts = (f"U{seq % PEOPLE:08}", "power.requested", f"web-{number}", f"operation-{seq}", "pending", "update")
        row = (seq, moment, *texts, f'{{"kind":"reboot","server_id":"{number}"}}', previous, b"")
        hashed = row_hash(place, row, audit_rows.timed(moment), previous)
        yield (*row[:-1], hashed)
        previous = hashed


class Floor:
    """One row inserted and committed durably by SQLite alone, with the bot's settings."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE promises (id INTEGER PRIMARY KEY, made_at TEXT NOT NULL)")

    async def commit(self) -> None:
        """A transaction of one row."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT INTO promises (made_at) VALUES (CURRENT_TIMESTAMP)")
        self._connection.execute("COMMIT")


def appending(log: Log) -> Work:
    """A transaction of one entry: read the head, chain, insert, sign."""

    async def append() -> None:
        async with log.store.begin("bench") as tx:
            await audit.append(tx, WORKSPACE, DRAFT, datetime.now(UTC))

    return append


async def bare_loop(log: Log) -> None:
    """The peer: reads the rows with sqlite3 and hashes each behind the one before with hashlib; compares nothing."""
    with closing(sqlite3.connect(log.path)) as database:
        hashed = b""
        for row in database.execute(f"{ROW} WHERE workspace = ? ORDER BY seq", [WORKSPACE]):
            digest = sha256(hashed)
            for value in row[:9]:
                digest.update(str(value).encode())
            hashed = digest.digest()


async def walk(log: Log) -> None:
    """What `vpsbot audit verify` does: every hash, every link, the head and its signature."""
    async with log.store.read() as tx:
        head = await audit.head(tx, WORKSPACE)
        assert head is not None
        walking = Walk(WORKSPACE, timed=audit_rows.timed, last=head.seq)
        async for rows in audit_rows.rows(tx, WORKSPACE):
            assert walking.take(rows) is None
        assert walking.end(head, check=audit.good_signature) == head.seq


async def bare_page(log: Log) -> None:
    """The peer: the ten newest rows with sqlite3."""
    with closing(sqlite3.connect(log.path)) as database:
        database.execute(f"{ROW} WHERE workspace = ? ORDER BY seq DESC LIMIT 10", [WORKSPACE]).fetchall()


def paging(log: Log, search: Search, before: int | None = None) -> Work:
    """A page as `/vps audit` reads it: ten entries, and whether there are newer and older ones."""

    async def page() -> None:
        async with log.store.read() as tx:
            entries = await audit.page(tx, WORKSPACE, search, limit=10, before=before)
            assert entries
            await audit.page(tx, WORKSPACE, search, limit=1, after=entries[0].seq)
            await audit.page(tx, WORKSPACE, search, limit=1, before=entries[-1].seq)

    return page


async def in_turns(works: Mapping[str, Work], turns: int, a_turn: int) -> Mapping[str, list[float]]:
    """Seconds for each, in turns, so that a busy moment of the machine meets all."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        await work()
    for _ in range(turns):
        for name, work in works.items():
            for _ in range(a_turn):
                began = time.perf_counter()
                await work()
                times[name].append(time.perf_counter() - began)
    return times


def command(log: Log, *words: str) -> tuple[float, float]:
    """Seconds and peak MB of a whole command, its start included."""
    began, peak = time.perf_counter(), 0
    child = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "audit", *words],
        env={**os.environ, **log.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while child.poll() is None:
        peak = max(peak, _peak(child.pid))
        time.sleep(0.02)
    if child.returncode:
        raise RuntimeError(f"vpsbot audit {words[0]} ended with {child.returncode}")
    return time.perf_counter() - began, peak / 1024


def _peak(pid: int) -> int:
    """The most kB that a process held so far; wait4 would count what it had of ours before its exec, too."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


async def main() -> None:
    """Measures everything and prints it."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.audit", description=__doc__)
    arguments.add_argument("--entries", type=int, default=MANY, help="entries of the long log")
    many = arguments.parse_args().entries
    with tempfile.TemporaryDirectory(prefix="vpsbot-bench-") as name:
        folder = Path(name)
        _progress(f"a log of {many:,}")
        short, long = await a_log(folder, FEW), await a_log(folder, many)
        _progress("appending")
        floor = Floor(folder / "floor.db")
        appended = await in_turns(
            {"floor": floor.commit, "short": appending(short), "long": appending(long)}, TURNS, A_TURN
        )
        _progress("checking")
        checked = await in_turns({"bare": lambda: bare_loop(long), "walk": lambda: walk(long)}, WALKS, 1)
        _progress("reading")
        pages = await _pages(short, long, many)
        await short.store.close()
        await long.store.close()
        _progress("commands")
        commands = _commands(long, folder)
    print("\n" + machine())
    print("\n" + _append_table(appended, many))
    print("\n" + _check_table(checked, many))
    print("\n" + _page_table(pages, many))
    print("\n" + _command_table(commands, many))


async def _pages(short: Log, long: Log, many: int) -> Mapping[str, list[float]]:
    recently = BEGAN + timedelta(seconds=20 * many - 3600)
    works: dict[str, Work] = {"bare": lambda: bare_page(long)}
    works |= {f"newest, {log.entries:,}": paging(log, Search()) for log in (short, long)}
    works["in the middle"] = paging(long, Search(), many // 2)
    works["of one person"] = paging(long, Search(person="U00000001"))
    works["of one server"] = paging(long, Search(target="web-7"))
    works["since an hour"] = paging(long, Search(since=recently))
    return await in_turns(works, PAGES // 5, 5)


def _commands(log: Log, folder: Path) -> Mapping[str, tuple[float, float]]:
    measured = {"verify": command(log, "verify")}
    with closing(sqlite3.connect(log.path)) as database:
        [(key,)] = database.execute("SELECT public_key FROM audit_heads").fetchall()
    for form in ("jsonl", "csv"):
        file = folder / f"log.{form}"
        measured[f"export --format {form}"] = command(log, "export", "--format", form, "-o", str(file))
        measured[f"check, {form}"] = command(log, "check", str(file), "--public-key", key.hex())
        file.unlink()
    return measured


def _progress(what: str) -> None:
    """On standard error, so that standard output holds the tables alone."""
    print(what, file=sys.stderr, flush=True)


def _append_table(times: Mapping[str, list[float]], many: int) -> str:
    floor, short = median(times["floor"]), median(times["short"])
    rows = [["an entry appended, committed", "p50 ms", "p99 ms", "p50 beside sqlite3", "p50 beside 1,000"]]
    rows.append(["---"] + ["---:"] * 4)
    for name, label in (
        ("floor", "sqlite3 alone: one row"),
        ("short", f"to a log of {FEW:,}"),
        ("long", f"to a log of {many:,}"),
    ):
        p50, p99 = median(times[name]), percentile(times[name], 0.99)
        beside = f"{p50 / short:.2f}" if name != "floor" else ""
        rows.append([label, f"{p50 * 1000:.2f}", f"{p99 * 1000:.2f}", f"{p50 / floor:.1f}", beside])
    return table(rows)


def _check_table(times: Mapping[str, list[float]], many: int) -> str:
    rows = [[f"a log of {many:,} checked", "s", "entries a second", "speed beside the bare loop"]]
    rows.append(["---"] + ["---:"] * 3)
    ratio = median(bare / walk for bare, walk in zip(times["bare"], times["walk"], strict=True))
    for name, label, beside in (
        ("bare", "bare loop: sqlite3 and hashlib", ""),
        ("walk", "**vpsbot: every hash, link, head and signature**", f"{ratio:.2f}"),
    ):
        seconds = median(times[name])
        rows.append([label, f"{seconds:.2f}", f"{many / seconds:,.0f}", beside])
    return table(rows)


def _page_table(times: Mapping[str, list[float]], many: int) -> str:
    bare = median(times["bare"])
    rows = [[f"a page of `/vps audit`, of {many:,}", "p50 ms", "p99 ms", "p50 beside sqlite3"]]
    rows.append(["---"] + ["---:"] * 3)
    for name, each in times.items():
        label = "sqlite3: the ten newest rows" if name == "bare" else name
        p50 = median(each)
        rows.append([label, f"{p50 * 1000:.2f}", f"{percentile(each, 0.99) * 1000:.2f}", f"{p50 / bare:.1f}"])
    return table(rows)


def _command_table(commands: Mapping[str, tuple[float, float]], many: int) -> str:
    rows = [[f"the whole command, {many:,} entries", "s", "peak MB"], ["---", "---:", "---:"]]
    rows += [[f"`vpsbot audit {name}`", f"{seconds:.1f}", f"{peak:.0f}"] for name, (seconds, peak) in commands.items()]
    return table(rows)


if __name__ == "__main__":
    asyncio.run(main())
