"""A person plans something: it is shown and offered, kept after a yes, and cancelled by them or an admin."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.audit import Action, Draft
from bot.domain.roles import Member, Permission, decide
from bot.domain.rolling import frozen
from bot.domain.schedules import MOST_KEPT, Schedule, Standing, Typed, next_time
from bot.domain.selectors import Found
from bot.domain.servers import Server
from bot.operations import plans
from bot.operations.parts import Parts
from bot.operations.permission import log_forged
from bot.operations.preparing import Prepared, prepare
from bot.operations.refusing import log_unprepared
from bot.operations.submit import NotSubmitted, Order, UsedUp, refused
from bot.store import audit, members, schedules
from bot.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Offered:
    """It is shown, and kept after a yes. `prepared` says whose consent it will take, as things are now."""

    schedule: Schedule
    prepared: Prepared


@dataclass(frozen=True, slots=True)
class Kept:
    """It will be done."""

    schedule: Schedule


@dataclass(frozen=True, slots=True)
class NotKept:
    """It can't be done by this person now, so it is not planned."""

    schedule: Schedule
    refusal: NotSubmitted


@dataclass(frozen=True, slots=True)
class Full:
    """The workspace has as many schedules as it may have."""


@dataclass(frozen=True, slots=True)
class Past:
    """Its time went by before the yes came."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """It won't run any more."""

    schedule: Schedule


@dataclass(frozen=True, slots=True)
class NotYours:
    """There is no such schedule, or it is somebody else's: who may not cancel it doesn't learn which."""


async def offer(
    parts: Parts, member: Member, typed: Typed, chosen: Found, *, channel: str, delivery: str
) -> Offered | NotSubmitted | Full:
    """Puts a plan down that waits for a yes. Raises Repeated, NotConnected, ProviderError."""
    prepared = await prepare(parts, member, typed.kind, chosen.servers)
    if not isinstance(prepared, Prepared):
        await log_unprepared(parts, member, typed.kind, chosen.servers, prepared, delivery=delivery)
        return prepared
    account = (await parts.snapshots.of(member.workspace)).workspace.account
    schedule = Schedule(
        id=parts.new_id(),
        workspace=member.workspace,
        member=member.id,
        kind=typed.kind,
        words=typed.servers,
        servers=tuple((server.id, server.name) for server in prepared.servers),
        anew=not frozen(typed.kind, exact=chosen.exact),
        when=typed.when,
        channel=channel,
        created_at=parts.clock(),
        shown=prepared.shown if frozen(typed.kind, exact=chosen.exact) else (),
        reason=typed.reason,
        next_at=next_time(typed.when, parts.clock()),
        account=account,
    )
    async with parts.change("schedules.offer", member.workspace, delivery) as tx:
        if no := await _hindered(tx, parts, member, schedule, prepared.servers):
            return no
        await schedules.offer(tx, schedule)
    return Offered(schedule, prepared)


async def keep(
    parts: Parts, member: Member, schedule_id: str, *, delivery: str
) -> Kept | NotKept | Full | Past | UsedUp:
    """The yes to a plan that was offered to this person. Raises Repeated."""
    async with parts.change("schedules.keep", member.workspace, delivery) as tx:
        now = parts.clock()
        schedule = await schedules.offered(tx, member.workspace, schedule_id, member.id, now)
        if schedule is None:
            await log_forged(tx, member, "plan", now)
            return UsedUp()
        servers = [Server(server, name, "") for server, name in schedule.servers]
        if no := await _hindered(tx, parts, member, schedule, servers):
            return no if isinstance(no, Full) else NotKept(schedule, no)
        next_at = next_time(schedule.when, now)
        if next_at is None:
            return Past()
        await schedules.set_next(tx, schedule, next_at)
        draft = Draft(
            Action.SCHEDULE_KEPT,
            member.id,
            target=plans.target_of(schedule),
            reason=schedule.reason,
            detail=plans.detail_of(schedule),
        )
        await audit.append(tx, member.workspace, draft, now)
    return Kept(replace(schedule, standing=Standing.KEPT, next_at=next_at, due_at=next_at))


async def cancel(parts: Parts, member: Member, schedule_id: str, *, delivery: str) -> Cancelled | NotYours:
    """One's own schedule, or for an admin anybody's, won't run any more. Raises Repeated."""
    async with parts.change("schedules.cancel", member.workspace, delivery) as tx:
        now = parts.clock()
        schedule = await schedules.get(tx, member.workspace, schedule_id, lock=True)
        if schedule is None or schedule.standing is not Standing.KEPT:
            await log_forged(tx, member, "plan", now)
            return NotYours()
        grants = await members.of_workspace(tx, member.workspace)
        manages = decide(grants, member, Permission.SETTINGS_MANAGE, names=None, now=now).allowed
        if schedule.member != member.id and not manages:
            await log_forged(tx, member, "plan of theirs", now)
            return NotYours()
        await plans.cancel(tx, parts, schedule, member.id, now)
    return Cancelled(schedule)


async def _hindered(
    tx: Tx, parts: Parts, member: Member, schedule: Schedule, servers: Sequence[Server]
) -> NotSubmitted | Full | None:
    """Why this person can't plan this now."""
    order = Order(member, schedule.kind, tuple(servers), schedule.channel, "")
    if no := await refused(tx, order, parts.clock()):
        return no
    return Full() if await schedules.count_kept(tx, member.workspace) >= MOST_KEPT else None
