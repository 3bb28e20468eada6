"""The engine of several replicas on its own: three on one PostgreSQL, with work that only writes down what it did."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import make_url

from bot import seams
from bot.engine.replicated import QUEUE, Replicated
from bot.engine.tickets import Ticket
from bot.store.postgres import conninfo
from tests.postgres import Postgres

GONE_AFTER = 3.0
"""Seconds; thirty in earnest."""


@dataclass
class Rows:
    """What is due for all replicas, as the rows of a database would say it. `together`: who worked beside whom."""

    due: dict[Ticket, datetime] = field(default_factory=dict)
    done: list[Ticket] = field(default_factory=list)
    working: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    together: list[tuple[str, ...]] = field(default_factory=list)
    hanging: set[str] = field(default_factory=set)
    by: Counter[str] = field(default_factory=Counter)


@dataclass
class Hands:
    """One replica's work on the rows."""

    rows: Rows
    name: str

    async def due(self, now: datetime) -> list[Ticket]:
        """What is due."""
        return [ticket for ticket, at in self.rows.due.items() if at <= now]

    async def next_due(self) -> datetime | None:
        """When something will be."""
        return min(self.rows.due.values(), default=None)

    async def perform(self, ticket: Ticket, now: datetime) -> None:
        """Takes a moment, or hangs, and notes who else is at the same workspace."""
        at_it = self.rows.working[ticket.workspace]
        at_it.add(self.name)
        if len(at_it) > 1:
            self.rows.together.append((ticket.workspace, *sorted(at_it)))
        try:
            await asyncio.sleep(60 if ticket.workspace in self.rows.hanging else 0.01)
        finally:
            at_it.discard(self.name)
        self.rows.due.pop(ticket, None)
        self.rows.done.append(ticket)
        self.rows.by[self.name] += 1


@pytest.fixture
def address(postgres: Postgres) -> Iterator[str]:
    """A database with procrastinate's tables."""
    with postgres.database() as url:
        yield conninfo(make_url(url))


@asynccontextmanager
async def replicas(address: str, rows: Rows, count: int = 3) -> AsyncIterator[list[Replicated]]:
    """Engines that run, as `vpsbot serve` runs them."""
    made = [
        Replicated(Hands(rows, f"replica {n}"), now, conninfo=address, gone_after=GONE_AFTER, keep_time=_rightly)
        for n in range(count)
    ]
    tasks = [asyncio.create_task(each.run()) for each in made]
    try:
        yield made
    finally:
        await asyncio.gather(*(each.stop(1) for each in made))
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


async def _rightly() -> None:
    """All of them have the same clock."""


async def until(holds: Callable[[], bool], seconds: float = 15) -> float:
    """Waits until something holds; how long that took."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)
    return time.monotonic() - began


async def test_each_thing_is_done_once_and_by_one_replica_at_a_time(address: str) -> None:
    rows = Rows()
    async with replicas(address, rows) as engines:
        for number in range(100):
            rows.due[Ticket(f"T{number % 20}", "move", str(number))] = now()
            engines[number % 3].wake()
        await until(lambda: not rows.due)
        await until(lambda: tickets(address) == 0)
    assert len(rows.done) == len(set(rows.done)) == 100
    assert rows.together == []
    assert len(rows.by) > 1, "they share the work"


async def test_a_hanging_workspace_holds_up_no_other(address: str) -> None:
    rows = Rows(hanging={"T0"})
    async with replicas(address, rows, 1) as [engine]:
        for number in range(30):
            rows.due[Ticket("T0", "move", str(number))] = now()
        engine.wake()
        await until(lambda: len(rows.working["T0"]) > 0)
        for number in range(1, 20):
            rows.due[Ticket(f"T{number}", "tell")] = now()
        engine.wake()
        took = await until(lambda: len(rows.done) == 19)
    assert took < 10, "the hanging one takes a minute"
    assert {ticket.workspace for ticket in rows.done} == {f"T{number}" for number in range(1, 20)}


@pytest.mark.parametrize("held_for", [0, GONE_AFTER + 1], ids=["at once", "long"])
async def test_what_comes_in_while_a_workspace_is_held_is_done_beside_the_slow_thing(
    address: str, held_for: float
) -> None:
    rows = Rows()
    async with replicas(address, rows) as engines:
        rows.hanging.add("T1")
        rows.due[Ticket("T1", "move", "slow")] = now()
        engines[0].wake()
        await until(lambda: len(rows.working["T1"]) > 0)
        rows.hanging.clear()
        await asyncio.sleep(held_for)
        rows.due[Ticket("T1", "tell")] = now()
        engines[1].wake()
        took = await until(lambda: Ticket("T1", "tell") in rows.done)
    assert took < 10, "the slow thing takes a minute"
    assert rows.together == []


@pytest.mark.parametrize("meddling", ["DELETE FROM procrastinate_jobs WHERE status = 'todo'", "INSERT"])
async def test_a_deleted_ticket_comes_again_and_a_doubled_one_does_nothing(address: str, meddling: str) -> None:
    doubled = (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args) "
        f"SELECT '{QUEUE}', 'look at a workspace', 'T' || n, json_build_object('workspace', 'T' || n) "
        "FROM generate_series(0, 9) n"
    )
    rows = Rows()
    async with replicas(address, rows) as engines, meddler(address, doubled if meddling == "INSERT" else meddling):
        for number in range(60):
            rows.due[Ticket(f"T{number % 10}", "move", str(number))] = now()
            engines[number % 3].wake()
            await asyncio.sleep(0.01)
        await until(lambda: not rows.due)
    assert len(rows.done) == len(set(rows.done)) == 60
    assert rows.together == []


async def test_what_is_due_later_keeps_nothing_of_today_waiting(address: str) -> None:
    rows = Rows()
    async with replicas(address, rows) as engines:
        rows.due[Ticket("T1", "move", "tomorrow")] = now() + timedelta(days=1)
        rows.due[Ticket("T1", "move", "soon")] = now() + timedelta(seconds=1)
        rows.due[Ticket("T1", "move", "now")] = now()
        engines[0].wake()
        took = await until(lambda: len(rows.done) == 2)
    assert 0.9 < took < 10
    assert [ticket.subject for ticket in rows.done] == ["now", "soon"]


async def test_the_work_of_a_replica_that_vanished_is_taken_over(address: str) -> None:
    rows = Rows()
    with psycopg.connect(address, autocommit=True) as admin:
        [worker] = admin.execute("SELECT * FROM procrastinate_register_worker_v1()").fetchone() or ()
        admin.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id) "
            "VALUES (%s, 'look at a workspace', 'T1', 'T1', 'doing', %s)",
            (QUEUE, worker),
        )
    rows.due[Ticket("T1", "move", "1")] = now()
    async with replicas(address, rows):
        took = await until(lambda: bool(rows.done))
    assert GONE_AFTER - 1 < took < 2 * GONE_AFTER <= seams.GONE_AFTER * 2 <= 60, "within a minute"


async def test_a_lost_database_is_waited_for(address: str) -> None:
    rows = Rows()
    async with replicas(address, rows) as engines:
        for number in range(30):
            rows.due[Ticket(f"T{number % 10}", "move", str(number))] = now()
            engines[number % 3].wake()
            if number % 10 == 5:
                end_connections(address)
            await asyncio.sleep(0.02)
        await until(lambda: not rows.due, 20)
    assert len(rows.done) == len(set(rows.done)) == 30


async def test_a_stop_lets_what_is_under_way_finish_and_leaves_no_ticket(address: str) -> None:
    rows = Rows()
    async with replicas(address, rows, 1) as [engine]:
        rows.due[Ticket("T1", "move", "1")] = now()
        engine.wake()
        await until(lambda: len(rows.working["T1"]) > 0)
        began = time.monotonic()
        rows.due[Ticket("T2", "move", "2")] = now()
        await engine.stop(5)
    assert time.monotonic() - began < 10
    assert [ticket.subject for ticket in rows.done] == ["1"]
    assert tickets(address, "doing") == 0


@asynccontextmanager
async def meddler(address: str, statement: str) -> AsyncIterator[None]:
    """Somebody who does something to the tickets, again and again."""

    async def meddle() -> None:
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
            while True:
                await connection.execute(statement.encode())
                await asyncio.sleep(0.05)

    task = asyncio.create_task(meddle())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def tickets(address: str, status: str = "todo") -> int:
    """How many there are."""
    with psycopg.connect(address) as admin:
        [found] = admin.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE status::text = %s", (status,)
        ).fetchone() or (0,)
        return int(found)


def end_connections(address: str) -> None:
    """As a database that is started again does."""
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
