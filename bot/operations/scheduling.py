"""What is done when a schedule's time has come: a run begins, files one change after the other, and ends.

Each step is one transaction, and the run of a time is a row, so a crash neither does a time twice nor forgets it. What
a run files goes the one path of changes, in the name of who scheduled it, with their present account.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.audit import BOT
from bot.domain.operations import CATALOG, Request
from bot.domain.policy import freeze_of
from bot.domain.roles import Member, Permission, decide
from bot.domain.rolling import (
    Because,
    Fate,
    Item,
    Run,
    RunState,
    filed,
    going_on,
    learned,
    most,
    not_back,
    took_long,
)
from bot.domain.schedules import LATE_AFTER, Schedule, Standing, following
from bot.domain.selectors import Found, select
from bot.domain.servers import Server
from bot.operations.parts import Parts
from bot.operations.permission import check
from bot.operations.plans import FOR_GOOD, cancel, has_left, member_of, note
from bot.operations.preparing import NobodyCould
from bot.operations.submit import Answer, Busy, Forbidden, Frozen, Order, OverBudget, Protected, Submitted, submit
from bot.store import operations, schedules, workspaces
from bot.store.engine import Tx
from bot.vps.errors import ProviderError
from bot.workspaces.directory import NotConnected

AGAIN_IN = timedelta(seconds=30)
"""The pause before what could not be done is tried again."""


async def begin_due(parts: Parts, workspace: str, schedule_id: str) -> None:
    """The time of a schedule has come: its run begins, or is skipped, or the schedule is cancelled."""
    async with parts.store.read() as tx:
        schedule = await schedules.get(tx, workspace, schedule_id)
    now = parts.clock()
    if schedule is None or schedule.due_at is None or schedule.due_at > now or schedule.next_at is None:
        return
    member = await member_of(parts, schedule)
    found: Sequence[Item] | Because = Because.LATE
    if now - schedule.next_at <= LATE_AFTER:
        found = Because.UNREADABLE if member.account.unread else await _found(parts, schedule, member)
        if found in _PASSING:
            await _put_off(parts, schedule, str(found))
            return
    await _begin(parts, schedule, member, found)


async def roll(parts: Parts, workspace: str, run_id: str) -> None:
    """Nothing of what a run filed is open any more, or for too long: it files the next change, or ends."""
    async with parts.store.read() as tx:
        run = await schedules.run(tx, workspace, run_id)
        if run is None or run.ended_at is not None:
            return
        schedule = await schedules.get(tx, workspace, run.schedule)
        before = await operations.request(tx, workspace, run.request)
    now = parts.clock()
    asked = before.operations if before else ()
    if schedule is None or any(not (each.ended or not_back(each, now)) for each in asked):
        return
    ended = [each.ended_at for each in asked if each.ended_at]
    run = replace(run, items=learned(run.items, asked, now), since=max([run.since, *ended]))
    if run.of(Fate.FAILED):
        await _end(parts, schedule, run, Because.FAILED)
    elif not run.of(Fate.PENDING):
        await _end(parts, schedule, run, None)
    elif schedule.standing is Standing.CANCELLED:
        await _end(parts, schedule, run, Because.CANCELLED)
    elif took_long(asked):
        await _end(parts, schedule, run, Because.TOOK_LONG)
    elif now - max(run.since, run.due_at or run.since) > LATE_AFTER:  # the bot was away
        await _end(parts, schedule, run, Because.LATE)
    else:
        await _go_on(parts, schedule, run)


async def _go_on(parts: Parts, schedule: Schedule, run: Run) -> None:
    member = await member_of(parts, schedule)
    if member.account.unread:
        await _wait(parts, schedule, run, Because.UNREADABLE)
        return
    try:
        if (await parts.snapshots.of(run.workspace)).workspace.account not in ("", schedule.account):
            await _end(parts, schedule, run, Because.OTHER_ACCOUNT)
            return
        servers = {server.id: server for server in await parts.directory.servers(run.workspace)}
        items, going = going_on(schedule.kind, run.items, servers)
        run = replace(run, items=items)
        if not going:
            await _end(parts, schedule, run, None)
            return
        answer = await submit(parts, _order(parts, schedule, run, member, going))
    except NotConnected:
        await _end(parts, schedule, run, Because.NOT_CONNECTED)
    except ProviderError:
        await _wait(parts, schedule, run, Because.UNREACHABLE)
    except _Beaten:
        return  # somebody else filed it: nothing of ours was written
    else:
        await _answered(parts, schedule, run, answer)


async def _answered(parts: Parts, schedule: Schedule, run: Run, answer: Answer) -> None:
    match answer:
        case Submitted():
            return
        case Busy():
            await _wait(parts, schedule, run, Because.BUSY)
        case Forbidden():
            await _end(parts, schedule, run, Because.NOT_ALLOWED)
        case Frozen():
            await _end(parts, schedule, run, Because.FROZEN)
        case Protected():
            await _end(parts, schedule, run, Because.PROTECTED)
        case NobodyCould():
            await _end(parts, schedule, run, Because.NOBODY_COULD)
        case OverBudget():
            await _end(parts, schedule, run, Because.OVER_BUDGET)
        case _:  # gone, changed, or without a creation time since it was shown
            await _end(parts, schedule, run, Because.CHANGED)


def _order(parts: Parts, schedule: Schedule, run: Run, member: Member, going: tuple[Server, ...]) -> Order:
    return Order(
        member,
        schedule.kind,
        going,
        schedule.channel,
        delivery="",
        reason=schedule.why,
        shown=tuple(each for each in schedule.shown if each.id in {server.id for server in going}),
        also=partial(_filed, parts, run, going),
        planned=True,
    )


class _Beaten(Exception):
    """Somebody else took this step of the run."""


async def _filed(parts: Parts, run: Run, going: tuple[Server, ...], tx: Tx, request: Request) -> None:
    """The run knows what it waits for, in the transaction that files it."""
    now = parts.clock()
    schedule = await schedules.get(tx, run.workspace, run.schedule, lock=True)
    if schedule is None or schedule.standing is Standing.CANCELLED:
        raise _Beaten  # cancelled meanwhile
    after = replace(run, items=filed(run.items, going, request.id), request=request.id, since=now, due_at=now)
    if not await schedules.save(tx, after):
        raise _Beaten


_OF_THE_FLEET = (Because.NOTHING_FITS, Because.TOO_MANY)
"""What is only true of the account that was planned for."""

_PASSING = (Because.UNREACHABLE, Because.UNREADABLE)
"""What is tried again for a while."""


async def _found(parts: Parts, schedule: Schedule, member: Member) -> Sequence[Item] | Because:
    """The servers of the run: those shown, or those that fit now and that the person may see."""
    if not schedule.anew:
        return [Item(*each) for each in schedule.servers]
    try:
        servers = await parts.directory.servers(schedule.workspace)
    except NotConnected:
        return Because.NOT_CONNECTED
    except ProviderError:
        return Because.UNREACHABLE
    grants, now = (await parts.snapshots.of(schedule.workspace)).grants, parts.clock()
    visible = [
        each for each in servers if decide(grants, member, Permission.SERVER_READ, names=[each.name], now=now).allowed
    ]
    chosen = select(schedule.words, visible)
    if not isinstance(chosen, Found):
        return Because.NOTHING_FITS
    if len(chosen.servers) > most(schedule.kind):
        return Because.TOO_MANY
    return [Item(each.id, each.name) for each in chosen.servers]


async def _begin(parts: Parts, seen: Schedule, member: Member, found: Sequence[Item] | Because) -> None:
    left = has_left(member)
    async with parts.store.begin("schedules.begin", seen.workspace) as tx:
        now = parts.clock()
        schedule = await schedules.get(tx, seen.workspace, seen.id, lock=True)
        if schedule is None or schedule.next_at is None or schedule.next_at != seen.next_at:
            return  # cancelled meanwhile, or somebody else was quicker
        because = found if isinstance(found, Because) and found not in _OF_THE_FLEET else await _hindered(tx, schedule)
        because = because or (found if isinstance(found, Because) else None)
        if because is Because.LATE and schedule.trouble:
            because = Because(schedule.trouble)
        if because in (None, Because.NOTHING_FITS, Because.TOO_MANY, Because.OTHER_ACCOUNT):
            asked, needs = f"scheduled {schedule.kind}", CATALOG[schedule.kind].permission
            if await check(tx, member, needs, names=None, asked=asked, now=now):
                because = Because.NOT_ALLOWED
        if because in FOR_GOOD:
            await cancel(tx, parts, schedule, BOT, now, because=because, left=left)
            return
        run = _run(parts, schedule, because, () if isinstance(found, Because) else tuple(found), now)
        if await schedules.add_run(tx, run):
            await note(tx, parts, schedule, run, now, left=left)
        next_at = following(schedule.when, schedule.next_at, now)
        await schedules.set_next(tx, schedule, next_at, running=run.ended_at is None)
    parts.wake()


async def _hindered(tx: Tx, schedule: Schedule) -> Because | None:
    """Why nothing can be done in the workspace now."""
    present = await workspaces.get(tx, schedule.workspace)
    if present is None or not present.connected:
        return Because.NOT_CONNECTED
    if present.account != schedule.account:
        return Because.OTHER_ACCOUNT
    if freeze_of(present.settings):
        return Because.FROZEN
    return Because.STILL_RUNNING if await schedules.under_way(tx, schedule.workspace, schedule.id) else None


def _run(parts: Parts, schedule: Schedule, because: Because | None, items: tuple[Item, ...], now: datetime) -> Run:
    assert schedule.next_at is not None
    return Run(
        id=parts.new_id(),
        workspace=schedule.workspace,
        schedule=schedule.id,
        time=schedule.next_at,
        state=RunState.SKIPPED if because else RunState.RUNNING,
        items=items,
        since=now,
        because=because,
        due_at=None if because else now,
        ended_at=now if because else None,
    )


async def _put_off(parts: Parts, schedule: Schedule, trouble: str) -> None:
    async with parts.store.begin("schedules.put_off", schedule.workspace) as tx:
        present = await schedules.get(tx, schedule.workspace, schedule.id, lock=True)
        if present is not None and present.next_at == schedule.next_at:
            await schedules.put_off(tx, present, parts.clock() + AGAIN_IN, trouble)
    parts.wake()


async def _wait(parts: Parts, schedule: Schedule, run: Run, because: Because) -> None:
    """The next change can't be filed yet: it is tried again for a while, then the run stops."""
    now = parts.clock()
    if now - run.since > LATE_AFTER:
        await _end(parts, schedule, run, because)
        return
    async with parts.store.begin("schedules.wait", schedule.workspace) as tx:
        await schedules.save(tx, replace(run, due_at=now + AGAIN_IN))
    parts.wake()


async def _end(parts: Parts, schedule: Schedule, run: Run, because: Because | None) -> None:
    left = has_left(await member_of(parts, schedule))
    async with parts.store.begin("schedules.end", schedule.workspace) as tx:
        now = parts.clock()
        state = RunState.STOPPED if because else RunState.DONE
        after = replace(run, state=state, because=because, due_at=None, ended_at=now)
        present = await schedules.get(tx, run.workspace, run.schedule, lock=True)
        if not await schedules.save(tx, after) or present is None:
            return
        await note(tx, parts, schedule, after, now, left=left)
        if present.standing is Standing.KEPT and because in FOR_GOOD:
            await cancel(tx, parts, present, BOT, now, because=because, tell=False)  # the run's own message says so
        elif present.standing is Standing.KEPT and present.next_at is None:
            await schedules.set_next(tx, present, None)
    parts.wake()
