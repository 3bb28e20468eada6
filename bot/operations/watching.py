"""Looks at a workspace's fleet every few minutes and tells what nobody changed from here.

One list call a look. A look that fails tells nothing and forgets nothing. A server that the list leaves out counts as
gone only when its own page says so.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.domain.audit import Action, Draft
from bot.domain.fleet import FOLDED_FROM, Change, What, attributed, changes, in_turn, remembered, seen
from bot.domain.notices import Notice, NoticeKind
from bot.domain.policy import policy_of
from bot.domain.roles import Grant, Member, Permission, decide, groups_of
from bot.operations.appearing import tell_who_waits
from bot.operations.parts import Parts
from bot.store import audit, fleet, members, notices, workspaces
from bot.store.engine import Tx
from bot.store.fleet import LOOK, Follow
from bot.vps.client import ProviderAccount
from bot.vps.errors import ProviderError, Trouble
from bot.workspaces.directory import NotConnected

EVERY = timedelta(minutes=5)
LATE = timedelta(minutes=10)
"""How long the provider's list may lag behind what a change of ours has done."""

MOST_CHECKED = 20
"""Missing servers whose own page is read in one look; the others have their turn in the next ones."""

AT_ONCE = 8

KEY = "watch"
"""Where it stands among a workspace's settings whether the fleet is watched, and since whom."""

WATCH = "fleet watch"
"""What an entry of the log calls it: on, or off."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Watch:
    """The whole fleet is watched; `by` switched it on, and is told where no channel can be."""

    by: str
    channel: str


def watch_of(settings: Mapping[str, Any]) -> Watch | None:
    """Whether a workspace's fleet is watched. Off unless switched on: it costs calls, and needs a place to tell."""
    kept = settings.get(KEY)
    if not isinstance(kept, Mapping):
        return None
    return Watch(str(kept.get("by", "")), channel_of(settings))


def channel_of(settings: Mapping[str, Any]) -> str:
    """Where changes are told: the notifications channel, else where consent is asked for."""
    policy = policy_of(settings)
    return policy.notifications_channel or policy.approvals_channel


async def look(parts: Parts, workspace: str, now: datetime) -> None:
    """One look: compares the fleet with the last one and promises what is to be told."""
    async with parts.store.read() as tx:
        known, before = await fleet.get_round(tx, workspace, LOOK), await fleet.last_seen(tx, workspace)
    if known is None:
        return
    connected = (await parts.snapshots.of(workspace)).workspace
    try:
        account = await parts.directory.account(workspace)
        read = await parts.directory.watched(workspace)
        present = {server.id: seen(server) for server in read.servers}
        same = known.done_at is not None and known.account == connected.account
        before = before if same else {}
        missing = [each for each in before if each not in present]
        gone = await _gone(account, in_turn(missing, int(now.timestamp() / EVERY.total_seconds()), MOST_CHECKED))
    except (NotConnected, ProviderError) as error:
        log.info("fleet not read", workspace=workspace, error=str(error))
        async with parts.store.begin("fleet.put_off", workspace) as tx:
            await fleet.put_off_round(tx, workspace, LOOK, now + _pause(error))
        return
    followers = await _may_read(parts, workspace)
    after = {each: remembered(before.get(each), server) for each, server in present.items()}
    after |= {each: before[each] for each in before if each not in present and each not in gone}
    async with parts.store.begin("fleet.look", workspace) as tx:
        if await fleet.get_round(tx, workspace, LOOK) != known:
            return  # switched off, or looked at by another replica meanwhile
        still = await _if_connected_since(tx, workspace, connected.connected_at, read.connected_at)
        if still is None:
            parts.snapshots.forget(workspace)
            return  # another token since: its servers are not those of before. The next look begins at once
        await fleet.plan_round(tx, workspace, LOOK, now + EVERY, done_at=now, account=connected.account)
        if not same:  # the first look at this account: there is nothing to compare with
            await fleet.remember(tx, workspace, await fleet.last_seen(tx, workspace), after)
            return
        own = await fleet.own_since(tx, workspace, (known.done_at or now) - LATE)
        found = attributed(changes(before, present, gone), own)
        await fleet.remember(tx, workspace, before, after)
        if found:
            await _tell(tx, parts, workspace, found, followers, now)
            await tell_who_waits(tx, parts, still, found, now)
        if gone:
            await fleet.forget_follows(tx, workspace, gone)


async def switch(tx: Tx, workspace: str, by: str, now: datetime, *, on: bool) -> None:
    """Switches the watch of the whole fleet, with its entry. Whoever calls it has checked the permission."""
    await workspaces.ensure(tx, workspace, now)
    known = await workspaces.get(tx, workspace)
    others = {name: value for name, value in (known.settings if known else {}).items() if name != KEY}
    await workspaces.keep_settings(tx, workspace, others | ({KEY: {"by": by}} if on else {}))
    if on:
        await start_looking(tx, workspace, now)
    else:
        await end_if_idle(tx, workspace)
    detail = {WATCH: "on" if on else "off"}
    await audit.append(tx, workspace, Draft(Action.SETTINGS_CHANGED, by, detail=detail), now)


async def start_looking(tx: Tx, workspace: str, now: datetime) -> None:
    """Looks begin, unless they are under way already."""
    if await fleet.get_round(tx, workspace, LOOK) is None:
        await fleet.plan_round(tx, workspace, LOOK, now)


async def end_if_idle(tx: Tx, workspace: str) -> None:
    """Looks end when nobody is told of anything any more."""
    present = await workspaces.get(tx, workspace)
    if watch_of(present.settings if present else {}) is None and not await fleet.followers(tx, workspace):
        await fleet.drop_round(tx, workspace, LOOK)


async def _if_connected_since(tx: Tx, workspace: str, *since: datetime | None) -> workspaces.Workspace | None:
    """The workspace, if the token is still connected through which all was read."""
    present = await workspaces.get(tx, workspace)
    return present if present and set(since) == {present.connected_at} else None


async def _gone(account: ProviderAccount, missing: Sequence[str]) -> frozenset[str]:
    """Those of the missing servers that the provider says it doesn't know. A list may be cut short, or late."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(server_id: str) -> bool:
        async with gate:
            try:
                await account.server(server_id)
            except ProviderError as error:
                return error.trouble is Trouble.NOT_FOUND
        return False

    answers = await asyncio.gather(*(one(each) for each in missing))
    return frozenset(each for each, is_gone in zip(missing, answers, strict=True) if is_gone)


async def _may_read(parts: Parts, workspace: str) -> list[tuple[Follow, Member]]:
    """Who follows what, with their present accounts."""
    async with parts.store.read() as tx:
        follows = await fleet.followers(tx, workspace)
        groups = groups_of(await members.of_workspace(tx, workspace))
    who = {each.member: await parts.people.present(workspace, each.member, groups) for each in follows}
    return [(each, Member(workspace, each.member, who[each.member])) for each in follows]


async def _tell(
    tx: Tx,
    parts: Parts,
    workspace: str,
    found: Sequence[Change],
    followers: Sequence[tuple[Follow, Member]],
    now: datetime,
) -> None:
    look_id = parts.new_id()
    await fleet.note_changes(tx, workspace, look_id, [(parts.new_id(), each) for each in found], now)
    present = await workspaces.get(tx, workspace)
    watch = watch_of(present.settings if present else {})
    promised: list[Notice] = []

    def promise(to: str, channel: str, servers: Sequence[str], *, follower: str = "") -> None:
        promised.append(
            Notice(
                id=parts.new_id(),
                workspace=workspace,
                kind=NoticeKind.FLEET,
                subject=f"{look_id}:{len(promised)}",
                recipient=to,
                wanted_channel=channel,
                created_at=now,
                detail={"server": servers[0] if len(servers) == 1 else "", "follower": follower},
            )
        )

    elsewhere = list(dict.fromkeys(each.server_id for each in found if not each.by))
    if watch and elsewhere:
        folded = [elsewhere] if len(elsewhere) >= FOLDED_FROM else [[each] for each in elsewhere]
        for servers in folded:
            promise(watch.by, watch.channel or watch.by, servers)
    grants = await members.of_workspace(tx, workspace)
    for follow, member in followers:
        if any(each.server_id == follow.server_id and each.by != member.id for each in found) and _reads(
            grants, member, [each for each in found if each.server_id == follow.server_id], now
        ):
            promise(member.id, member.id, [follow.server_id], follower=member.id)
    if promised:
        await notices.promise(tx, promised, now)


def _reads(grants: Sequence[Grant], member: Member, found: Sequence[Change], now: datetime) -> bool:
    """Whether a follower may read the server at this moment, by its name and, when it was renamed, by both."""
    names = {each.server_name for each in found} | {each.was for each in found if each.what is What.NAME}
    return decide(grants, member, Permission.SERVER_READ, names=sorted(names), now=now).allowed


def _pause(error: NotConnected | ProviderError) -> timedelta:
    after = error.retry_after if isinstance(error, ProviderError) else None
    return max(EVERY, min(timedelta(seconds=after), timedelta(hours=1))) if after else EVERY
