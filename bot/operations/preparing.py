"""What a change would take, read before the transaction that files it: the servers' own pages, and who could consent.

Nothing here is trusted later: the transaction decides again from the rows, and so does the step that enters the call.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.domain.approvals import Difference, Fingerprint, Inside, differences, fingerprint
from bot.domain.lookalikes import nearly
from bot.domain.operations import POWER, UPDATES, Kind, Operation
from bot.domain.policy import Policy, policy_of
from bot.domain.roles import Member
from bot.domain.servers import Plan, Server
from bot.domain.wanted import Wanted, acts
from bot.operations.approvers import inside_groups, who_could
from bot.operations.parts import Parts
from bot.store import operations
from bot.store.engine import Tx
from bot.vps.client import ProviderAccount
from bot.vps.errors import ProviderError, Trouble

PAGES_AT_ONCE = 8

NO_PLANS = (Trouble.FORBIDDEN, Trouble.NOT_FOUND, Trouble.UNREADABLE)
"""What reading the plans comes to where an account has no such list: that is no reason to create nothing there."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The servers as their own pages show them, and the consent that changing them takes.

    `needed` others have to agree, `could` of them can, asked in `channel`; `inside`: who is in the groups that may
    vote. `shown` are the fingerprints that the
    consent is given to: of every deletion, and of whatever else takes consent; `alike`, by server id, the names that
    are easily taken for its own.
    """

    servers: tuple[Server, ...]
    needed: int
    could: tuple[str, ...]
    channel: str
    shown: tuple[Fingerprint, ...]
    alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wanted: Wanted | None = None
    inside: Inside | None = None


@dataclass(frozen=True, slots=True)
class NobodyCould:
    """It takes the consent of `needed` others, and only `could` might give it, or there is nowhere to ask them.

    `member`: whether the bot is in the channel. `extra`: whether one more is needed because of the budget. `asker`:
    whether who asks for it could give it to others.
    """

    needed: int
    could: tuple[str, ...]
    channel: str
    member: bool = True
    extra: bool = False
    asker: bool = False


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


@dataclass(frozen=True, slots=True)
class NameTaken:
    """Another server has the name, or `by` will give it to one, or may have."""

    name: str
    by: Operation | None = None


Unprepared = NameTaken | NobodyCould | Vanished | NoCreationTime | Changed


async def prepare(
    parts: Parts,
    member: Member,
    kind: Kind,
    servers: Sequence[Server],
    *,
    shown: Sequence[Fingerprint] = (),
    broke_glass: bool = False,
    wanted: Wanted | None = None,
) -> Prepared | Unprepared:
    """What this change would take now. `shown`: what a dialog showed, to be compared. Raises ProviderError.

    `wanted`: what a server is to be; the one that a creation is about is in `servers` as nothing but its name.
    """
    workspace = (await parts.snapshots.of(member.workspace)).workspace
    policy = policy_of(workspace.settings)
    if wanted and (taken := await _name_taken(parts, member.workspace, servers, wanted)):
        return taken
    pages, missing = tuple(servers), frozenset[str]()
    if kind in (Kind.DELETE, *UPDATES):
        pages, missing = await read_pages(parts, member.workspace, [server.id for server in servers])
    if wanted and pages and (changed := backups_changed(pages[0], wanted)):
        return Changed({pages[0].name: (changed,)})
    if wanted and not missing:
        wanted = await _completed(parts, member, kind, pages[0], wanted)
    names = [*(server.name for server in servers), *([wanted.name] if wanted else [])]
    extra = await _over_budget(parts, policy, member, kind, len(servers))
    price = wanted.price if wanted else None
    needed = 0 if broke_glass else policy.consent(acts(kind, wanted), names, price=price, extra=extra)
    if needed and kind in POWER:
        pages, missing = await read_pages(parts, member.workspace, [server.id for server in servers])
    if missing:
        return Vanished(tuple(server.name for server in servers if server.id in missing))
    if not needed and kind in (*POWER, Kind.CREATE):
        return Prepared(pages, 0, (), "", (), wanted=wanted)
    now_shown = [fingerprint(page, workspace.account) for page in pages] if kind is not Kind.CREATE else []
    prints = tuple(each for each in now_shown if each)
    if len(prints) < len(now_shown) and (needed or kind is Kind.DELETE):
        return NoCreationTime(pages[now_shown.index(None)])
    if shown and (changes := _compared(shown, prints)):
        return Changed(changes)
    alike = await _alike(parts, member.workspace, pages)
    if not needed:
        return Prepared(pages, 0, (), "", prints, alike, wanted)
    could = await who_is_asked(parts, member, names, policy, needed, extra=extra)
    if isinstance(could, NobodyCould):
        return could
    inside = await inside_groups(parts, member.workspace, names)
    return Prepared(pages, needed, could, policy.approvals_channel, prints, alike, wanted, inside)


async def who_is_asked(
    parts: Parts, member: Member, names: Sequence[str], policy: Policy, needed: int, *, extra: bool
) -> tuple[str, ...] | NobodyCould:
    """Those who could consent to what `member` asks for, where they can be asked and are enough."""
    channel, about = policy.approvals_channel, list(dict.fromkeys(names))
    could = await who_could(parts, member.workspace, about, but=member.id)
    inside = bool(channel) and await parts.channels.can_post(member.workspace, channel)
    if not inside or len(could) < needed:
        nobody = inside and not could  # else it isn't said whether who asks could
        asker = nobody and member.id in await who_could(parts, member.workspace, about, but="")
        return NobodyCould(needed, could, channel, inside, extra, asker)
    return could


async def _name_taken(parts: Parts, workspace: str, servers: Sequence[Server], wanted: Wanted) -> NameTaken | None:
    """Whether another server has the name: two of one name could not be told apart after a lost reply."""
    name, own = wanted.name.casefold(), {server.id for server in servers}
    if all(server.name.casefold() == name and server.id for server in servers):
        return None  # it keeps its own
    everywhere = (await parts.directory.refresh(workspace)).servers
    return NameTaken(wanted.name) if any(e.name.casefold() == name and e.id not in own for e in everywhere) else None


def backups_changed(page: Server, wanted: Wanted) -> Difference | None:
    """Whether the backups are not as the dialog showed them: saving all values would undo what somebody did."""
    words = {True: "on", False: "off", None: ""}
    if wanted.was_backups is None or page.backups in (None, wanted.was_backups):
        return None
    return Difference("backups", words[wanted.was_backups], words[page.backups])


async def _completed(parts: Parts, member: Member, kind: Kind, page: Server, wanted: Wanted) -> Wanted:
    """With what the provider says itself, the plan's price or the values that are edited; and where the days begin."""
    if kind is not Kind.CREATE:
        return replace(wanted, was_hostname=page.hostname, was_backups=page.backups)
    plan = await plan_now(await parts.directory.account(member.workspace), wanted)
    wanted = replace(wanted, zone=member.account.zone)
    if plan is None:
        return replace(wanted, price=None)
    return replace(wanted, price=plan.price_monthly, plan_name=plan.name)


async def plan_now(account: ProviderAccount, wanted: Wanted) -> Plan | None:
    """The plan that a creation is to have, as the provider offers it now. Raises ProviderError.

    None when it isn't shown: it was typed, not chosen. What it costs is not known, and counts as a high price.
    """
    try:
        plans = await account.plans()
    except ProviderError as error:
        if error.trouble not in NO_PLANS:
            raise
        return None
    return next((each for each in plans if each.id == wanted.plan), None)


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
