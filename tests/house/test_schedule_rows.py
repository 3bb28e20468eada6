"""The rows of plans, on SQLite and PostgreSQL: a time has one run, a step is written once, and what is due is found."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.domain.operations import Kind
from bot.domain.rolling import Fate, Item, Run, RunState, Why
from bot.domain.schedules import Every, Schedule, Standing, When
from bot.store import schedules
from bot.store.due import Asking
from bot.store.engine import Store
from bot.store.migrate import migrate
from bot.store.offers import GOOD_FOR
from bot.store.sealing import Sealer, new_key
from tests.house.nasty import NOW

DUE = Asking({"plan": schedules.DUE, "run": schedules.RUNS_DUE})

PLAN = Schedule(
    *("s1", "T1", "U0OLGA", Kind.REBOOT, ("web-*",), (("1", "web-1"),), True),
    When(time(2, 30), "Europe/Berlin", Every.MONDAY),
    *("C0OPS", NOW),
    reason="“patches”",
)
ITEMS = (Item("1", "web-1", Fate.PASSED, Why.GONE), Item("2", "web-2", Fate.FILED, request="req"))
RUN = Run("r1", "T1", "s1", NOW, RunState.RUNNING, ITEMS, NOW, due_at=NOW)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A migrated, empty database."""
    opened = Store(database_url, Sealer(new_key()))
    await migrate(opened)
    yield opened
    await opened.close()


async def test_a_plan_from_its_offer_to_its_end(store: Store) -> None:
    async with store.begin("test") as tx:
        await schedules.offer(tx, PLAN)
        assert await schedules.get(tx, "T1", "s1") == PLAN
        assert await schedules.kept(tx, "T1") == () and await DUE.next(tx) is None
        assert await schedules.offered(tx, "T1", "s1", "U0AMIR", NOW) is None
        assert await schedules.offered(tx, "T1", "s1", "U0OLGA", NOW + GOOD_FOR * 2) is None
        assert await schedules.offered(tx, "T2", "s1", "U0OLGA", NOW) is None
        assert await schedules.offered(tx, "T1", "s1", "U0OLGA", NOW) == PLAN

        await schedules.set_next(tx, PLAN, NOW)
        assert await schedules.offered(tx, "T1", "s1", "U0OLGA", NOW) is None
        assert await DUE.due(tx, NOW - timedelta(seconds=1)) == []
        assert await DUE.due(tx, NOW) == [("plan", "T1", "s1")] and await DUE.next(tx) == NOW
        assert await schedules.add_run(tx, RUN)
        assert not await schedules.add_run(tx, replace(RUN, id="r2")), "a time has one run"
        assert await schedules.run(tx, "T1", "r1") == RUN
        await schedules.set_next(tx, PLAN, None, running=True)
        assert await schedules.under_way(tx, "T1", "s1") and await schedules.count_kept(tx, "T1") == 1
        assert await DUE.due(tx, NOW) == [("run", "T1", "r1")]

        ended = replace(RUN, state=RunState.DONE, due_at=None, ended_at=NOW)
        assert await schedules.save(tx, ended)
        assert not await schedules.save(tx, ended), "somebody was quicker"
        assert await DUE.due(tx, NOW) == [] and not await schedules.under_way(tx, "T1", "s1")
        await schedules.cancel(tx, PLAN, "U0ADA")
        known = await schedules.get(tx, "T1", "s1")
        assert known is not None and (known.standing, known.cancelled_by) == (Standing.CANCELLED, "U0ADA")


async def test_what_nobody_kept_is_forgotten(store: Store) -> None:
    async with store.begin("test") as tx:
        await schedules.offer(tx, PLAN)
        await schedules.offer(tx, replace(PLAN, id="s2", created_at=NOW + GOOD_FOR * 2))
        assert await schedules.get(tx, "T1", "s1") is None
