"""What a promise costs without HTTP: a change committed by the bot's own code, beside SQLite's own floor.

`python -m benchmarks.commits FOLDER` prints one JSON object: milliseconds by name.
"""

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.load import percentile
from bot.app import Bot, build
from bot.config import Settings
from bot.domain.approvals import Choice, Fingerprint
from bot.domain.audit import Action, Draft
from bot.domain.operations import Kind, Operation, Request, State
from bot.domain.roles import Account, Grant, Member, Role, SubjectKind
from bot.domain.servers import Server, Status
from bot.operations.consent import Counted, vote
from bot.operations.submit import Order, Submitted, submit
from bot.store import audit, members, operations, workspaces
from bot.store.migrate import migrate
from bot.store.sealing import new_key

WORKSPACE, OLGA, AMIR = "T0ACME", "U0OLGA", "U0AMIR"
ROWS = 1_000
"""Entries in the log before the first is timed."""

TURNS, A_TURN = 10, 25
ENTRY = Draft(Action.POWER_REQUESTED, OLGA, target="web-1", detail={"kind": "reboot"})


class Floor:
    """One row inserted and committed durably by SQLite alone, with the bot's settings."""

    def __init__(self, database: Path) -> None:
        self._connection = sqlite3.connect(database, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE promises (id INTEGER PRIMARY KEY, made_at TEXT NOT NULL)")

    async def commit(self, _n: int) -> None:
        """A transaction of one row."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT INTO promises (made_at) VALUES (CURRENT_TIMESTAMP)")
        self._connection.execute("COMMIT")


@dataclass(frozen=True)
class Log:
    """The bot's log, with entries in it already."""

    bot: Bot

    async def append(self, _n: int) -> None:
        """A transaction of one entry: read the head, chain, insert, sign."""
        async with self.bot.store.begin("bench") as tx:
            await audit.append(tx, WORKSPACE, ENTRY, self.bot.parts.clock())

    async def submit(self, n: int) -> None:
        """A reboot asked for: the right decided, operation, entry and card committed."""
        server = Server(id=str(n), name=f"web-{n}", status=Status.ACTIVE)
        order = Order(Member(WORKSPACE, OLGA), Kind.REBOOT, (server,), "C0OPS", f"delivery {n}")
        said = await submit(self.bot.parts, order)
        assert isinstance(said, Submitted), said

    async def vote(self, n: int) -> None:
        """A yes to a deletion: the right decided, the vote, its entry, and the deletion set going."""
        voter = Member(WORKSPACE, AMIR, Account(known=True))
        said = await vote(self.bot.parts, voter, f"r{n}", Choice.APPROVE, delivery=f"vote {n}")
        assert isinstance(said, Counted) and not said.missing, said


def _waiting(n: int, now: datetime) -> Request:
    """A deletion that waits for one approval."""
    shown = Fingerprint("ops@example.com", f"d{n}", f"db-{n}", "", "203.0.113.1", "Standard VPS", "Debian 12", "x")
    operation = Operation(
        id=f"o{n}",
        workspace=WORKSPACE,
        request=f"r{n}",
        kind=Kind.DELETE,
        server_id=f"d{n}",
        server_name=f"db-{n}",
        state=State.REQUESTED,
        version=1,
        requester=OLGA,
        requested_at=now,
        due_at=None,
        shown=shown,
    )
    expires = now + timedelta(days=1)
    whole = ("C0OPS", now, (operation,), "It was a test.", 1)
    return Request(f"r{n}", WORKSPACE, OLGA, Kind.DELETE, *whole, expires_at=expires, due_at=expires)


async def _timed(work: Callable[[int], Awaitable[None]], numbers: range) -> list[float]:
    """Seconds for each."""
    times = []
    for n in numbers:
        began = time.perf_counter()
        await work(n)
        times.append(time.perf_counter() - began)
    return times


async def _measured(folder: Path) -> dict[str, list[float]]:
    settings = Settings.model_validate(
        {"database_url": f"sqlite+aiosqlite:///{folder}/commits.db", "encryption_keys": new_key()}
    )
    bot = build(settings)
    await migrate(bot.store)
    async with bot.store.begin("bench") as tx:
        now = bot.parts.clock()
        await workspaces.ensure(tx, WORKSPACE, now)
        for number, (who, role) in enumerate(((OLGA, Role.OPERATOR), (AMIR, Role.APPROVER))):
            grant = Grant(str(number), SubjectKind.USER, who, role, None, None, "U0ADA", now)
            await members.put(tx, WORKSPACE, grant)
        for n in range(TURNS * A_TURN):
            await operations.add(tx, _waiting(n, now))
        await audit.extend(tx, WORKSPACE, [ENTRY] * ROWS, now)
    floor, log = Floor(folder / "floor.db"), Log(bot)
    times: dict[str, list[float]] = {"floor": [], "append": [], "submit": [], "vote": []}
    for turn in range(TURNS):  # in turns, so that a busy moment of the machine meets all four
        numbers = range(turn * A_TURN, (turn + 1) * A_TURN)
        times["floor"] += await _timed(floor.commit, numbers)
        times["append"] += await _timed(log.append, numbers)
        times["submit"] += await _timed(log.submit, numbers)
        times["vote"] += await _timed(log.vote, numbers)
    await bot.stop()
    return times


def main() -> None:
    """Measures in a folder, prints milliseconds."""
    times = asyncio.run(_measured(Path(sys.argv[1])))
    shown = {
        name: {"p50": percentile(each, 0.5) * 1000, "p99": percentile(each, 0.99) * 1000}
        for name, each in times.items()
    }
    json.dump(shown, sys.stdout)


if __name__ == "__main__":
    main()
