"""Plans: killed at every commit of their own, nothing is done twice, nothing is forgotten, and it is told once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.domain.operations import Kind
from bot.domain.schedules import Schedule, Standing, Typed, next_time, read
from bot.store import schedules
from bot.store.engine import Store
from bot.store.sealing import Sealer
from tests.faults.databases import Prepared
from tests.faults.judge import evidence, judge
from tests.faults.process import BotProcess
from tests.faults.rounds import KILLED, is_torn
from tests.faults.stage import A_MINUTE_LATER, Stage
from tests.world import KEY


def _around(*names: str) -> tuple[str, ...]:
    return tuple(f"commit:{name}:{moment}" for name in names for moment in ("before", "after"))


PLANNING = _around("schedules.offer", "schedules.keep", "schedules.cancel")
RUNNING = (*_around("schedules.begin", "schedules.end"), "commit:operations.submit:after")
HINDERED = {True: _around("schedules.put_off"), False: _around("schedules.wait")}
"""While the provider can't be read: before the run begins, where the servers are looked up anew, or on its way."""

POINTS = frozenset((*PLANNING, *RUNNING, *HINDERED[True], *HINDERED[False]))


ON_POSTGRES = ("commit:schedules.begin:after", "commit:operations.submit:after", "commit:schedules.end:before")
"""What `make test` has of it on PostgreSQL, where another replica would go on with it."""


async def test_a_plan_is_kept_once_and_cancelled_once(tmp_path: Path, database: Prepared) -> None:
    await _each(PLANNING, lambda point: _planned(tmp_path, database, point))


async def test_a_time_is_worked_off_once(tmp_path: Path, database: Prepared) -> None:
    await _each(RUNNING, lambda point: _worked_off(tmp_path, database, point, anew=True))


@pytest.mark.parametrize("anew", HINDERED)
async def test_a_time_whose_servers_can_t_be_read_is_worked_off_later(
    tmp_path: Path, database: Prepared, anew: bool
) -> None:
    await _each(HINDERED[anew], partial(_hindered, tmp_path, database, anew=anew))


async def test_a_time_is_worked_off_once_on_postgresql(tmp_path: Path, database_on_postgres: Prepared) -> None:
    await _each(ON_POSTGRES, lambda point: _worked_off(tmp_path, database_on_postgres, point, anew=True))


@pytest.mark.chaos
async def test_all_of_it_on_postgresql(tmp_path: Path, database_on_postgres: Prepared) -> None:
    database = database_on_postgres
    await _each(PLANNING, lambda point: _planned(tmp_path, database, point))
    await _each(RUNNING, lambda point: _worked_off(tmp_path, database, point, anew=True))
    for anew, points in HINDERED.items():
        await _each(points, partial(_hindered, tmp_path, database, anew=anew))


async def _hindered(folder: Path, database: Prepared, point: str, *, anew: bool) -> None:
    await _worked_off(folder, database, point, anew=anew, hindered=True)


async def _each(points: Sequence[str], one: Callable[[str], Awaitable[None]]) -> None:
    """All at the same time: they mostly wait."""

    async def named(point: str) -> None:
        try:
            await one(point)
        except Exception as error:
            error.add_note(f"(killed at {point})")
            raise

    found = await asyncio.gather(*(named(point) for point in points), return_exceptions=True)
    if failures := [each for each in found if isinstance(each, Exception)]:
        raise ExceptionGroup("not all came out well", failures)


async def _planned(folder: Path, database: Prepared, point: str) -> None:
    stage = await _stage(folder, database, point)
    try:
        bot = await stage.start(kill_at=point)
        await _plans_and_cancels(stage, bot)
        assert await bot.ends() == KILLED, f"{point} was not visited:\n{bot.last_words()}"
        stage.clock.move(seconds=A_MINUTE_LATER)
        bot = await stage.start()
        await _plans_and_cancels(stage, bot)
        assert await bot.until(stage.at_rest, "the end") and await bot.terminate() == 0
        kept = [row for row in _rows(stage, "SELECT standing FROM schedules") if row[0] != Standing.OFFERED]
        assert kept == [(Standing.CANCELLED,)]
        actions = [row[0] for row in _rows(stage, "SELECT action FROM audit_entries WHERE action LIKE 'schedule.%'")]
        assert actions == ["schedule.kept", "schedule.cancelled"]
        assert stage.vps.calls(action="reboot") == []
    finally:
        await stage.close()


async def _plans_and_cancels(stage: Stage, bot: BotProcess) -> None:
    """Olga goes on from what she sees, as far as she gets."""
    olga = stage.olga
    done = [row[0] for row in _rows(stage, "SELECT standing FROM schedules")]
    if Standing.CANCELLED in done:
        return
    if Standing.KEPT not in done:
        if "Keep it" not in olga.buttons:
            await olga.says("/vps at tomorrow 02:00 reboot web-*", in_=stage.ops)
        if bot.alive and "Keep it" in olga.buttons:
            await olga.clicks("Keep it")
    if bot.alive:
        await olga.says("/vps schedule", in_=stage.ops)
    if bot.alive and "Cancel" in olga.buttons:
        await olga.clicks("Cancel")


async def _worked_off(folder: Path, database: Prepared, point: str, *, anew: bool, hindered: bool = False) -> None:
    stage = await _stage(folder, database, point)
    try:
        await _keeps(stage, anew=anew)
        if hindered:
            stage.vps.arm({"kind": "status", "match": {"action": "list"}, "status": 503})
        bot = await stage.start(kill_at=point)
        assert await bot.ends() == KILLED, f"{point} was not visited:\n{bot.last_words()}"
        stage.vps.clear_faults()
        stage.clock.move(seconds=A_MINUTE_LATER)
        bot = await stage.start()
        assert await bot.until(lambda: _over(stage) and stage.at_rest(), "the end"), bot.last_words()
        assert await bot.terminate() == 0
        await _assert_done_once(stage)
    finally:
        await stage.close()


async def _assert_done_once(stage: Stage) -> None:
    assert _rows(stage, "SELECT state FROM schedule_runs") == [("done",)]
    assert _rows(stage, "SELECT standing FROM schedules") == [(Standing.DONE,)]
    assert [call.effect for call in stage.vps.calls(action="reboot")] == [True, True]
    first, second = (each.time for each in stage.vps.calls(action="reboot"))
    assert (second - first).total_seconds() >= 0.3, "the second when the first was back"
    known = await evidence(stage)
    assert stage.olga.screen().count("your planned reboot of web-* is through: 2 servers rebooted.") == 1
    torn = sum(is_torn(process.points) for process in stage.processes)
    wrong = [each for each in judge(stage, known, torn=torn) if "was not acknowledged" not in each.sentence]
    assert wrong == [], wrong


async def _stage(folder: Path, database: Prepared, point: str) -> Stage:
    stage = Stage(folder / point.replace(":", "-"), Kind.REBOOT, database=database, settings={})
    stage.has_server("web-1")
    stage.has_server("web-2")
    await stage.open()
    return stage


async def _keeps(stage: Stage, *, anew: bool) -> None:
    """A plan of Olga's, kept, whose time comes now."""
    now = stage.clock.now()
    at = now + timedelta(minutes=1)
    typed = read([f"{at:%Y-%m-%d}", f"{at:%H:%M}", "reboot", "web-*"], {}, "Etc/UTC", now)
    assert isinstance(typed, Typed)
    servers = tuple((str(each.id), each.name) for each in stage.vps.servers())
    base = ("plan", stage.team.id, stage.olga.id, Kind.REBOOT, ("web-*",), servers, anew, typed.when)
    [(account,)] = _rows(stage, "SELECT account FROM workspaces")
    plan = Schedule(*base, stage.ops.id, now, account=account)
    store = Store(stage.database_url, Sealer(KEY))
    async with store.begin("round.plan", stage.team.id) as tx:
        await schedules.offer(tx, plan)
        await schedules.set_next(tx, plan, next_time(typed.when, now))
    await store.close()
    stage.clock.move(seconds=61)


def _over(stage: Stage) -> bool:
    return _rows(stage, "SELECT count(*) FROM schedule_runs WHERE ended_at IS NOT NULL") == [(1,)]


def _rows(stage: Stage, query: str) -> list[Any]:
    return stage.watch.rows(query)
