"""What every step of a plan shares: whose it is, its entries in the log, its messages, and its end."""

from datetime import datetime

from bot.domain.audit import BOT, Action, Draft, Result
from bot.domain.notices import Notice, NoticeKind
from bot.domain.roles import Member, groups_of
from bot.domain.rolling import Because, Fate, Run, RunState
from bot.domain.schedules import Schedule
from bot.operations.parts import Parts
from bot.store import audit, notices, schedules
from bot.store.engine import Tx

FOR_GOOD = (Because.NOT_ALLOWED, Because.OTHER_ACCOUNT)
"""What cancels a schedule: it won't be otherwise next time."""


async def member_of(parts: Parts, schedule: Schedule) -> Member:
    """Who scheduled it, with the account as it is now."""
    groups = groups_of((await parts.snapshots.of(schedule.workspace)).grants)
    account = await parts.people.present(schedule.workspace, schedule.member, groups)
    return Member(schedule.workspace, schedule.member, account)


async def note(tx: Tx, parts: Parts, schedule: Schedule, run: Run, now: datetime) -> None:
    """The log's entry about a run, and the message that its end promises."""
    action, outcome, kind = {
        RunState.RUNNING: (Action.SCHEDULE_BEGAN, Result.PENDING, None),
        RunState.SKIPPED: (Action.SCHEDULE_SKIPPED, Result.REFUSED, NoticeKind.SCHEDULE_SKIPPED),
        RunState.STOPPED: (Action.SCHEDULE_ENDED, Result.FAILED, NoticeKind.SCHEDULE_RAN),
        RunState.DONE: (Action.SCHEDULE_ENDED, Result.OK, NoticeKind.SCHEDULE_RAN),
    }[run.state]
    draft = Draft(
        action,
        BOT,
        target=target_of(schedule),
        outcome=outcome,
        reason=run.because or "",
        detail=detail_of(schedule)
        | {"time": run.time.isoformat(), "servers": len(run.items), "done": len(run.of(Fate.DONE))},
    )
    await audit.append(tx, run.workspace, draft, now)
    if kind:
        await notices.promise(tx, [_notice(parts, schedule, kind, run.id, schedule.channel)], now)


async def cancel(
    tx: Tx,
    parts: Parts,
    schedule: Schedule,
    by: str,
    now: datetime,
    *,
    because: Because | None = None,
    tell: bool = True,
) -> None:
    """It won't run any more. Whose it is is told, unless they did that."""
    await schedules.cancel(tx, schedule, by, because or "")
    draft = Draft(
        Action.SCHEDULE_CANCELLED,
        by,
        target=target_of(schedule),
        reason=because or "",
        detail=detail_of(schedule),
    )
    await audit.append(tx, schedule.workspace, draft, now)
    if tell and by != schedule.member:
        told = _notice(parts, schedule, NoticeKind.SCHEDULE_CANCELLED, schedule.id, "")
        await notices.promise(tx, [told], now)


def target_of(schedule: Schedule) -> str:
    """What a schedule is about, for the log: the words that were typed."""
    return " ".join(schedule.words)[:255]


def detail_of(schedule: Schedule) -> dict[str, str | int | bool | None]:
    """What the log says of a schedule."""
    return {
        "schedule": schedule.id,
        "kind": schedule.kind,
        "when": str(schedule.when),
        "zone": schedule.when.zone,
        "by": schedule.member,
        "anew": schedule.anew,
    }


def _notice(parts: Parts, schedule: Schedule, kind: NoticeKind, subject: str, channel: str) -> Notice:
    return Notice(
        id=parts.new_id(),
        workspace=schedule.workspace,
        kind=kind,
        subject=subject,
        recipient=schedule.member,
        wanted_channel=channel,
        created_at=parts.clock(),
        detail={},
    )
