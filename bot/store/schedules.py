"""Schedules: offered, then kept, until they are done or cancelled; and what was done at each of their times."""

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update

from bot.domain.approvals import Fingerprint
from bot.domain.operations import Kind
from bot.domain.rolling import HANGING, Because, Fate, Item, Run, RunState
from bot.domain.schedules import LATE_AFTER, Every, Schedule, Standing, When
from bot.store.columns import Time
from bot.store.due import FIRST, NOW, Due, of_table
from bot.store.engine import Tx
from bot.store.offers import GOOD_FOR
from bot.store.resting import awake
from bot.store.tables import operations, schedule_runs, schedules


def _waiting() -> ColumnElement[bool]:
    """Whether a run's last request has an open operation."""
    waits: ColumnElement[bool] = select(operations.c.id).where(_filed(), operations.c.ended_at.is_(None)).exists()
    return waits


def _filed() -> ColumnElement[bool]:
    """Whether an operation is of a run's last request."""
    return (operations.c.workspace == schedule_runs.c.workspace) & (operations.c.request == schedule_runs.c.request)


def _hanging() -> ColumnElement[bool]:
    """Whether an operation is what a run waits for, for a while at most (`rolling.not_back`)."""
    return _filed() & operations.c.state.in_(HANGING) & (operations.c.kind != Kind.DELETE)


DUE = of_table(schedules, schedules.c.id)
"""Schedules whose time has come."""


def _runs() -> Due:
    """The runs that go on, or end: what they filed is not open any more, or for too long.

    After a while away, the server is looked at first. What a run waits for has its time, and a longest one.
    """
    called = operations.c.called_at
    late = select(operations.c.id).where(_hanging(), operations.c.due_at > NOW, called <= bindparam("late", type_=Time))
    alive = (schedule_runs.c.due_at.is_not(None), awake(schedule_runs))
    return Due(
        select(schedule_runs.c.workspace, schedule_runs.c.id, FIRST, schedule_runs.c.due_at).where(
            schedule_runs.c.due_at <= NOW, awake(schedule_runs), ~_waiting() | late.exists()
        ),
        [
            (select(func.min(schedule_runs.c.due_at)).where(awake(schedule_runs), ~_waiting()), timedelta()),
            (
                select(func.min(called)).select_from(schedule_runs.join(operations, _hanging())).where(*alive),
                LATE_AFTER,
            ),
        ],
        {"late": -LATE_AFTER},
    )


RUNS_DUE = _runs()


async def offer(tx: Tx, schedule: Schedule) -> None:
    """Puts a schedule down that waits for a yes, and forgets those of its workspace that nobody can keep any more."""
    too_old = (schedules.c.standing == Standing.OFFERED) & (schedules.c.created_at < schedule.created_at - GOOD_FOR)
    await tx.connection.execute(delete(schedules).where(schedules.c.workspace == schedule.workspace, too_old))
    await tx.connection.execute(
        insert(schedules).values(
            workspace=schedule.workspace,
            id=schedule.id,
            member=schedule.member,
            kind=schedule.kind,
            words=list(schedule.words),
            servers=[list(each) for each in schedule.servers],
            shown=[asdict(each) for each in schedule.shown],
            anew=schedule.anew,
            at=f"{schedule.when.at:%H:%M}",
            zone=schedule.when.zone,
            every=schedule.when.every or "",
            day=schedule.when.day.isoformat() if schedule.when.day else "",
            channel=schedule.channel,
            reason=schedule.reason,
            created_at=schedule.created_at,
            standing=schedule.standing,
            next_at=schedule.next_at,
            due_at=None,
            account=schedule.account,
            trouble="",
            cancelled_by="",
        )
    )


async def get(tx: Tx, workspace: str, schedule: str, *, lock: bool = False) -> Schedule | None:
    """One schedule of this workspace. `lock`, for who is going to write."""
    query = select(schedules).where(_this(workspace, schedule))
    row = (await tx.connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return _schedule(row) if row else None


async def offered(tx: Tx, workspace: str, schedule: str, member: str, now: datetime) -> Schedule | None:
    """A schedule offered to this person that can still be kept."""
    found = await get(tx, workspace, schedule, lock=True)
    if found is None or found.member != member or found.standing is not Standing.OFFERED:
        return None
    return found if found.created_at >= now - GOOD_FOR else None


async def kept(tx: Tx, workspace: str, member: str | None = None) -> tuple[Schedule, ...]:
    """The schedules that will be done, what is under way and then the next one first; of one person, or of all."""
    query = select(schedules).where(schedules.c.workspace == workspace, schedules.c.standing == Standing.KEPT)
    if member is not None:
        query = query.where(schedules.c.member == member)
    found = await tx.connection.execute(query.order_by(schedules.c.next_at.nulls_first(), schedules.c.id))
    return tuple(_schedule(row) for row in found)


async def count_kept(tx: Tx, workspace: str) -> int:
    """How many schedules of a workspace will be done."""
    query = select(func.count()).where(schedules.c.workspace == workspace, schedules.c.standing == Standing.KEPT)
    return int((await tx.connection.execute(query)).scalar_one())


async def set_next(tx: Tx, schedule: Schedule, next_at: datetime | None, *, running: bool = False) -> None:
    """It will be done at that time next; without one it is done, unless its last time is being worked on."""
    standing = Standing.KEPT if next_at or running else Standing.DONE
    await _write(tx, schedule, standing=standing, next_at=next_at, due_at=next_at, trouble="")


async def put_off(tx: Tx, schedule: Schedule, due_at: datetime, trouble: str) -> None:
    """It could not begin yet: the bot looks at it again."""
    await _write(tx, schedule, due_at=due_at, trouble=trouble)


async def cancel(tx: Tx, schedule: Schedule, by: str, because: str = "") -> None:
    """It won't be done any more. A run under way ends with the server that it is at."""
    values = {"standing": Standing.CANCELLED, "next_at": None, "due_at": None, "cancelled_by": by, "trouble": because}
    await _write(tx, schedule, **values)


async def add_run(tx: Tx, run: Run) -> bool:
    """Puts a run down; False when there is one of this time already."""
    same = (schedule_runs.c.workspace == run.workspace) & (schedule_runs.c.schedule == run.schedule)
    known = await tx.connection.execute(select(schedule_runs.c.id).where(same, schedule_runs.c.time == run.time))
    if known.one_or_none():
        return False
    await tx.connection.execute(
        insert(schedule_runs).values(
            workspace=run.workspace, id=run.id, schedule=run.schedule, time=run.time, version=1, **_moving(run)
        )
    )
    return True


async def run(tx: Tx, workspace: str, run_id: str) -> Run | None:
    """One run of this workspace."""
    found = await tx.connection.execute(
        select(schedule_runs).where(schedule_runs.c.workspace == workspace, schedule_runs.c.id == run_id)
    )
    row = found.one_or_none()
    return _run(row) if row else None


async def under_way(tx: Tx, workspace: str, schedule: str) -> bool:
    """Whether an earlier time of a schedule is still being worked on."""
    found = await tx.connection.execute(
        select(schedule_runs.c.id).where(
            schedule_runs.c.workspace == workspace,
            schedule_runs.c.schedule == schedule,
            schedule_runs.c.ended_at.is_(None),
        )
    )
    return found.first() is not None


async def save(tx: Tx, after: Run) -> bool:
    """Writes a run's step onto the version that it was decided from; False when someone was quicker."""
    done = await tx.connection.execute(
        update(schedule_runs)
        .where(
            schedule_runs.c.workspace == after.workspace,
            schedule_runs.c.id == after.id,
            schedule_runs.c.version == after.version,
        )
        .values(**_moving(after), version=after.version + 1)
    )
    return done.rowcount == 1


def _this(workspace: str, schedule: str) -> ColumnElement[bool]:
    return (schedules.c.workspace == workspace) & (schedules.c.id == schedule)


async def _write(tx: Tx, schedule: Schedule, **values: Any) -> None:
    await tx.connection.execute(update(schedules).where(_this(schedule.workspace, schedule.id)).values(**values))


def _moving(of: Run) -> dict[str, Any]:
    return {
        "state": of.state,
        "items": [asdict(item) for item in of.items],
        "since": of.since,
        "request": of.request,
        "because": of.because,
        "due_at": of.due_at,
        "ended_at": of.ended_at,
    }


def _schedule(row: Any) -> Schedule:
    return Schedule(
        id=row.id,
        workspace=row.workspace,
        member=row.member,
        kind=Kind(row.kind),
        words=tuple(row.words),
        servers=tuple((str(server), str(name)) for server, name in row.servers),
        anew=row.anew,
        when=When(
            time.fromisoformat(row.at),
            row.zone,
            Every(row.every) if row.every else None,
            date.fromisoformat(row.day) if row.day else None,
        ),
        channel=row.channel,
        created_at=row.created_at,
        standing=Standing(row.standing),
        shown=tuple(Fingerprint(**each) for each in row.shown),
        reason=row.reason,
        next_at=row.next_at,
        due_at=row.due_at,
        account=row.account,
        trouble=row.trouble,
        cancelled_by=row.cancelled_by,
    )


def _run(row: Any) -> Run:
    return Run(
        id=row.id,
        workspace=row.workspace,
        schedule=row.schedule,
        time=row.time,
        state=RunState(row.state),
        items=tuple(Item(**each | {"fate": Fate(each["fate"])}) for each in row.items),
        since=row.since,
        request=row.request,
        because=Because(row.because) if row.because else None,
        version=row.version,
        due_at=row.due_at,
        ended_at=row.ended_at,
    )
