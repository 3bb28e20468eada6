"""Gathers how a workspace stands, and tells it on weekday mornings where somebody wanted that."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.domain.digests import digest_of, next_weekday, too_late
from bot.domain.notices import Notice, NoticeKind
from bot.domain.policy import freeze_of
from bot.domain.roles import Grant
from bot.domain.servers import Server
from bot.domain.standing import Standing
from bot.operations.parts import Parts
from bot.operations.watching import channel_of
from bot.store import fleet, members, notices, operations, votes, workspaces
from bot.store.fleet import DIGEST, LOOK
from bot.vps.errors import ProviderError
from bot.workspaces.directory import NotConnected

SINCE = timedelta(hours=24)
"""How far back changes made elsewhere are told."""

UNKNOWN_SINCE = timedelta(days=7)
ENDS_WITHIN = timedelta(days=3)
MOST_REQUESTS = 50

log = structlog.get_logger()


async def gather(
    parts: Parts,
    workspace: str,
    servers: tuple[Server, ...] | None,
    now: datetime,
    *,
    reads: Callable[[str], bool] = lambda _name: True,
    sees: Callable[[Grant], bool] = lambda _grant: True,
) -> Standing:
    """How it stands, as far as names that `reads` and grants that `sees` lets through. Asks no provider."""
    async with parts.store.read() as tx:
        changes = await fleet.made_elsewhere(tx, workspace, now - SINCE)
        ids = (await votes.open_requests(tx, workspace))[:MOST_REQUESTS]
        found = [await operations.request(tx, workspace, each) for each in ids]
        unknown = await operations.unknown_since(tx, workspace, now - UNKNOWN_SINCE)
        grants = await members.of_workspace(tx, workspace)
        present = await workspaces.get(tx, workspace)
        watched = await fleet.get_round(tx, workspace, LOOK) is not None  # one follower is enough for it
    requests = [each for each in found if each and all(reads(of.server_name) for of in each.operations)]
    ending = [each for each in grants if each.until and now < each.until <= now + ENDS_WITHIN and sees(each)]
    return Standing(
        servers=servers,
        changes=tuple(each for each in changes if reads(each.server_name)),
        requests=tuple(requests),
        unknown=tuple(each for each in unknown if reads(each.server_name)),
        ending=tuple(ending),
        freeze=freeze_of(present.settings if present else {}),
        watched=watched,
    )


async def fleet_or_none(parts: Parts, workspace: str) -> tuple[Server, ...] | None:
    """The servers as they were read at most ten seconds ago; None while they can't be."""
    try:
        return await parts.directory.servers(workspace)
    except (NotConnected, ProviderError) as error:
        log.info("fleet not read", workspace=workspace, error=str(error))
        return None


async def tell_digest(parts: Parts, workspace: str, now: datetime) -> None:
    """It is time: promises the digest, or skips it when the morning is over, and plans the next one."""
    await fleet_or_none(parts, workspace)  # so that who sends it finds the list read, and no message waits for it
    async with parts.store.begin("digest", workspace) as tx:
        present = await workspaces.get(tx, workspace)
        settings = present.settings if present else {}
        digest, planned = digest_of(settings), await fleet.get_round(tx, workspace, DIGEST)
        if digest is None or planned is None:
            await fleet.drop_round(tx, workspace, DIGEST)
            return
        if planned.due_at > now:
            return  # another replica was quicker
        await fleet.plan_round(tx, workspace, DIGEST, next_weekday(digest, now), done_at=now)
        if too_late(planned.due_at, now):
            return
        notice = Notice(
            id=parts.new_id(),
            workspace=workspace,
            kind=NoticeKind.DIGEST,
            subject=planned.due_at.isoformat(),
            recipient=digest.by,
            wanted_channel=channel_of(settings) or digest.by,
            created_at=now,
            detail={},
        )
        await notices.promise_once(tx, notice, now)
