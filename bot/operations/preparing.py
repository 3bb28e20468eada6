"""What a change would take, read before the transaction that files it: the servers' own pages, and who could consent.

Nothing here is trusted later: the transaction decides again from the rows, and so does the step that enters the call.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.approvals import Difference, Fingerprint, differences, fingerprint
from bot.domain.lookalikes import nearly
from bot.domain.operations import Kind
from bot.domain.policy import Policy, policy_of
from bot.domain.roles import Member
from bot.domain.servers import Server
from bot.operations.approvers import who_could
from bot.operations.parts import Parts
from bot.store import operations
from bot.store.engine import Tx
from bot.vps.errors import ProviderError, Trouble

PAGES_AT_ONCE = 8

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The servers as their own pages show them, and the consent that changing them takes.

    `needed` others have to agree, `could` of them can, asked in `channel`. `shown` are the fingerprints that the
    consent is given to: of every deletion, and of whatever else takes consent; `alike`, by server id, the names that
    are easily taken for its own.
    """

    servers: tuple[Server, ...]
    needed: int
    could: tuple[str, ...]
    channel: str
    shown: tuple[Fingerprint, ...]
    alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NobodyCould:
    """It takes the consent of `needed` others, and only `could` might give it, or there is nowhere to ask them.

    `member`: whether the bot is in the channel. `extra`: whether one more is needed because of the budget.
    """

    needed: int
    could: tuple[str, ...]
    channel: str
    member: bool = True
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Vanished:
    """Servers that the provider doesn't know any more."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoCreationTime:
    """A server without a creation time: it can't be told from its successor, so no consent can be given to it."""

    server: Server


@dataclass(frozen=True, slots=True)
class Changed:
    """Servers that are not what was shown any more, with what differs, by name."""

    by_name: Mapping[str, tuple[Difference, ...]]


Unprepared = NobodyCould | Vanished | NoCreationTime | Changed


async def prepare(
    parts: Parts,
    member: Member,
    kind: Kind,
    servers: Sequence[Server],
    *,
    shown: Sequence[Fingerprint] = (),
    broke_glass: bool = False,
) -> Prepared | Unprepared:
    """What this change would take now. `shown`: what a dialog showed, to be compared. Raises ProviderError."""
    workspace = (await parts.snapshots.of(member.workspace)).workspace
    policy = policy_of(workspace.settings)
    names = [server.name for server in servers]
    extra = await _over_budget(parts, policy, member, kind, len(servers))
    needed = 0 if broke_glass else policy.consent(kind, names, extra=extra)
    if not needed and kind is not Kind.DELETE:
        return Prepared(tuple(servers), 0, (), "", ())
    pages, missing = await read_pages(parts, member.workspace, [server.id for server in servers])
    if missing:
        return Vanished(tuple(server.name for server in servers if server.id in missing))
    now_shown = [fingerprint(page, workspace.account) for page in pages]
    prints = tuple(each for each in now_shown if each)
    if len(prints) < len(pages):
        return NoCreationTime(pages[now_shown.index(None)])
    if shown and (changes := _compared(shown, prints)):
        return Changed(changes)
    alike = await _alike(parts, member.workspace, pages)
    if not needed:
        return Prepared(pages, 0, (), "", prints, alike)
    channel = policy.approvals_channel
    could = await who_could(parts, member.workspace, list(dict.fromkeys(names)), but=member.id)
    inside = bool(channel) and await parts.channels.can_post(member.workspace, channel)
    if not inside or len(could) < needed:
        return NobodyCould(needed, could, channel, inside, extra)
    return Prepared(pages, needed, could, channel, prints, alike)


async def read_pages(parts: Parts, workspace: str, ids: Sequence[str]) -> tuple[tuple[Server, ...], frozenset[str]]:
    """The servers' own pages, and the ids that have none any more. Raises NotConnected, ProviderError."""
    account = await parts.directory.account(workspace)
    gate = asyncio.Semaphore(PAGES_AT_ONCE)

    async def one(server_id: str) -> Server | None:
        try:
            async with gate:
                return await account.server(server_id)
        except ProviderError as error:
            if error.trouble is Trouble.NOT_FOUND:
                return None
            raise

    pages = await asyncio.gather(*(one(each) for each in ids))
    found = tuple(page for page in pages if page)
    return found, frozenset(ids) - {page.id for page in found}


async def over_budget(tx: Tx, policy: Policy, member: Member, number: int, parts: Parts) -> bool:
    """Whether `number` more deletions are more than the person may have in an hour, or the workspace in a day."""
    now = parts.clock()
    mine = await operations.count_deletions(tx, member.workspace, now - HOUR, by=member.id)
    all_of_us = await operations.count_deletions(tx, member.workspace, now - DAY)
    return mine + number > policy.hourly or all_of_us + number > policy.daily


async def _over_budget(parts: Parts, policy: Policy, member: Member, kind: Kind, number: int) -> bool:
    if kind is not Kind.DELETE:
        return False
    async with parts.store.read() as tx:
        return await over_budget(tx, policy, member, number, parts)


async def _alike(parts: Parts, workspace: str, pages: Sequence[Server]) -> dict[str, tuple[str, ...]]:
    """Names of other servers that are easily taken for these, as far as the list can be read."""
    with suppress(ProviderError):
        everywhere = await parts.directory.servers(workspace)
        return {
            page.id: nearly(page.name, [other.name for other in everywhere if other.id != page.id])[:5]
            for page in pages
        }
    return {}


def _compared(shown: Sequence[Fingerprint], present: Sequence[Fingerprint]) -> dict[str, tuple[Difference, ...]]:
    then = {each.id: each for each in shown}
    found = {then[each.id].name: differences(then[each.id], each) for each in present if each.id in then}
    return {name: differing for name, differing in found.items() if differing}
