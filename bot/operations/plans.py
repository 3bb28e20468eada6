"""What every step of a plan shares: whose it is, its entries in the log, its messages, and its end."""

from dataclasses import replace
from datetime import datetime

from bot.domain.audit import BOT, Action, Draft, Result
from bot.domain.notices import Notice, NoticeKind
from bot.domain.roles import Member, admins, barred, groups_of
from bot.domain.rolling import Because, Fate, Run, RunState
from bot.domain.schedules import Schedule
from bot.operations.parts import Parts
from bot.store import audit, members, notices, schedules
from bot.store.engine import Tx

FOR_GOOD = (Because.NOT_ALLOWED, Because.OTHER_ACCOUNT)
"""What cancels a schedule: it won't be otherwise next time."""


async def member_of(parts: Parts, schedule: Schedule) -> Member:
    """Who scheduled it, with the account as it is now."""
    groups = groups_of((await parts.snapshots.of(schedule.workspace)).grants)
    account = await parts.people.present(schedule.workspace, schedule.member, groups)
    return Member(schedule.workspace, schedule.member, account)


def has_left(member: Member) -> bool:
    """Whether a message to who scheduled it reaches nobody who could do anything about it."""
    return barred(member.account) is not None


async def note(tx: Tx, parts: Parts, schedule: Schedule, run: Run, now: datetime, *, left: bool = False) -> None:
    """The log's entry about a run, and the message that its end promises. `left`: who scheduled it has."""
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
        await _tell(tx, parts, schedule, _notice(parts, schedule, kind, run.id, schedule.channel), now, left=left)


async def cancel(
    tx: Tx,
    parts: Parts,
    schedule: Schedule,
    by: str,
    now: datetime,
    *,
    because: Because | None = None,
    tell: bool = True,
    left: bool = False,
) -> None:
    """It won't run any more. Whose it is is told, unless they did that. `left`: they can't be told any more."""
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
        await _tell(tx, parts, schedule, told, now, left=left)


async def _tell(tx: Tx, parts: Parts, schedule: Schedule, told: Notice, now: datetime, *, left: bool) -> None:
    await notices.promise(tx, await _reaching_somebody(tx, parts, schedule, told, now) if left else [told], now)


async def _reaching_somebody(tx: Tx, parts: Parts, schedule: Schedule, told: Notice, now: datetime) -> list[Notice]:
    """The message where others see it: in the plan's channel, or, planned in private, to the admins."""
    able = admins(await members.of_workspace(tx, schedule.workspace), now)
    absent = parts.people.absent(schedule.workspace, able)
    whom = [each for each in able if each not in absent] or [*able[:1]]
    told = replace(told, detail={"left": schedule.member})
    if schedule.channel[:1] in ("C", "G"):
        return [replace(told, wanted_channel=schedule.channel, recipient=each) for each in whom[:1]] or [told]
    return [
        replace(told, id=parts.new_id(), subject=f"{told.subject}:{each}", recipient=each, wanted_channel=each)
        for each in whom
    ] or [told]


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
