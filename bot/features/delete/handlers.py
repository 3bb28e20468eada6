"""`/vps delete`: a dialog that shows what will be gone, then a request that others agree to."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from bot.domain.approvals import Fingerprint, differences, fingerprint
from bot.domain.audit import Action, Draft, Result
from bot.domain.lookalikes import nearly
from bot.domain.operations import Kind
from bot.domain.policy import Policy, policy_of
from bot.domain.roles import Permission
from bot.domain.selectors import Found, NotFound, SameName, select
from bot.domain.servers import Server
from bot.features.delete import views
from bot.features.words import missing_server, not_found, same_name, typed, visible
from bot.operations.approvers import who_could
from bot.operations.permission import check
from bot.operations.submit import Busy, Forbidden, NobodyCould, Order, Submitted, UsedUp, submit
from bot.routing import Ask, Reply, Router
from bot.sentences import refusal
from bot.slack.blocks import button
from bot.slack.ids import ActionId, BlockId, ViewId
from bot.store import audit, offers, operations
from bot.store.offers import Offer
from bot.vps.client import ProviderAccount
from bot.vps.errors import ProviderError, Trouble

router = Router()

MOST_AT_ONCE = 20
READY_WITHIN = 1.0
"""Seconds that reading may take before the dialog opens without it: its trigger lives for three."""

PAGES_AT_ONCE = 8


@router.command(
    "delete",
    "delete SERVER…",
    needs=Permission.SERVER_DELETE,
    examples=("delete web-server-01", "delete stage-*"),
)
async def delete(ask: Ask) -> Reply:
    """Ask for a server to be deleted for good."""
    words = typed(ask.line.rest.words)
    if ask.line.options:
        return Reply(views.no_options())
    if not words:
        return Reply(missing_server("delete", "web-server-01"))
    return await _soon(ask, words)


@router.action(ActionId.DELETE, needs=Permission.SERVER_DELETE)
async def delete_by_button(ask: Ask) -> Reply:
    """The server whose id the button carries."""
    return await _soon(ask, [ask.incoming.value])


@router.view(ViewId.DELETE, needs=Permission.SERVER_DELETE, changes=True)
async def ask_for_deletion(ask: Ask) -> Reply:
    """The filled dialog: what it showed is compared with what is there, then consent is asked for."""
    async with ask.parts.store.read() as tx:
        offer = await offers.get(tx, ask.workspace, ask.incoming.meta, ask.member.id, ask.now)
    if offer is None or offer.kind is not Kind.DELETE:
        return await _forged(ask)
    account = await ask.parts.directory.account(ask.workspace)
    servers, missing = await _pages(account, [server for server, _ in offer.servers])
    if missing:
        return Reply(views.gone([name for server, name in offer.servers if server in missing]))
    if errors := _wrong(ask, servers, offer):
        return Reply(errors=errors)
    policy = policy_of(ask.snapshot.workspace.settings)
    could = await _could(ask, policy, servers)
    if isinstance(could, Reply):
        return could
    order = Order(
        member=ask.member,
        kind=Kind.DELETE,
        servers=servers,
        channel=offer.channel,
        delivery=ask.incoming.key,
        offer=offer.id,
        reason=ask.incoming.values[BlockId.REASON].strip(),
        shown=offer.shown,
        could=could,
    )
    match await submit(ask.parts, order):
        case Submitted(request):
            return Reply(view=views.filed(request, could, policy.approvals_channel))
        case Forbidden(no):
            return Reply(refusal(no, ask.member.id, ask.now))
        case Busy(held_by):
            return Reply(views.open_already(held_by, ask.now))
        case NobodyCould(needed, able, channel):
            return Reply(views.nobody_could(needed, able, channel))
        case UsedUp():
            return Reply(views.out_of_date())


async def _soon(ask: Ask, words: Sequence[str]) -> Reply:
    """The dialog at once when the servers are read in time, else one that says that they are being read."""
    reading = asyncio.ensure_future(_prepared(ask, words))
    done, _ = await asyncio.wait({reading}, timeout=READY_WITHIN)
    if not done:
        return Reply(opens=views.loading(), fills=reading)
    reply = reading.result()
    return Reply(opens=reply.view) if reply.view else reply


async def _prepared(ask: Ask, words: Sequence[str]) -> Reply:
    everywhere = visible(ask, await ask.parts.directory.servers(ask.workspace))
    chosen = select(words, everywhere)
    match chosen:
        case SameName():
            return Reply(same_name(chosen, "delete"))
        case NotFound():
            offer = _button if len(words) == 1 else None
            return Reply(not_found(chosen, offer))
        case Found(servers=servers) if len(servers) > MOST_AT_ONCE:
            return Reply(views.too_many(len(servers), MOST_AT_ONCE))
        case Found(servers=servers):
            return await _dialog(ask, servers, [server.name for server in everywhere])


async def _dialog(ask: Ask, listed: Sequence[Server], names: Sequence[str]) -> Reply:
    account = await ask.parts.directory.account(ask.workspace)
    servers, missing = await _pages(account, [server.id for server in listed])
    if missing:
        return Reply(views.gone([server.name for server in listed if server.id in missing]))
    shown = [fingerprint(server, ask.snapshot.workspace.account) for server in servers]
    if None in shown:
        return Reply(views.no_creation_time(servers[shown.index(None)]))
    policy = policy_of(ask.snapshot.workspace.settings)
    could = await _could(ask, policy, servers)
    if isinstance(could, Reply):
        return could
    offer = _offer(ask, servers, [each for each in shown if each])
    async with ask.parts.change("delete.offer", ask.workspace, ask.incoming.key) as tx:
        for server in servers:
            asked, now = "/vps delete", ask.parts.clock()
            no = await check(tx, ask.member, Permission.SERVER_DELETE, names=[server.name], asked=asked, now=now)
            if no:
                return Reply(refusal(no, ask.member.id, ask.now))
        if held := await operations.open_on(tx, ask.workspace, [server.id for server in servers]):
            return Reply(views.open_already(held, ask.now))
        await offers.put(tx, offer)
    prices = await _prices(account)
    drawn = [
        views.Shown(server, _price(server, prices), nearly(server.name, [n for n in names if n != server.name]))
        for server in servers
    ]
    return Reply(view=views.dialog(offer.id, drawn, needed=policy.approvals, could=could, now=ask.now))


async def _could(ask: Ask, policy: Policy, servers: Sequence[Server]) -> tuple[str, ...] | Reply:
    """Who could agree now; a sentence when that is not enough."""
    if not policy.approvals:
        return ()
    channel = policy.approvals_channel
    if channel and not await ask.parts.channels.can_post(ask.workspace, channel):
        return Reply(views.not_in_channel(channel))
    names = list(dict.fromkeys(server.name for server in servers))
    could = await who_could(ask.parts, ask.workspace, names, but=ask.member.id)
    if not channel or len(could) < policy.approvals:
        return Reply(views.nobody_could(policy.approvals, could, channel))
    return could


async def _pages(account: ProviderAccount, ids: Sequence[str]) -> tuple[tuple[Server, ...], frozenset[str]]:
    """The servers' own pages, and the ids that have none any more. Raises ProviderError."""
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


async def _prices(account: ProviderAccount) -> dict[str, float]:
    """Monthly prices by plan; none when they can't be read: a price is nice to know, not worth a failure."""
    with suppress(ProviderError):
        return {plan.id: plan.price_monthly for plan in await account.plans() if plan.price_monthly is not None}
    return {}


def _price(server: Server, prices: dict[str, float]) -> float | None:
    if server.plan is None:
        return None
    return server.plan.price_monthly if server.plan.price_monthly is not None else prices.get(server.plan.id)


def _offer(ask: Ask, servers: Sequence[Server], shown: Sequence[Fingerprint]) -> Offer:
    return Offer(
        id=ask.parts.new_id(),
        workspace=ask.workspace,
        member=ask.member.id,
        kind=Kind.DELETE,
        servers=tuple((server.id, server.name) for server in servers),
        created_at=ask.now,
        shown=tuple(shown),
        channel=ask.incoming.channel,
    )


def _wrong(ask: Ask, servers: Sequence[Server], offer: Offer) -> dict[str, str]:
    """What is wrong with the filled dialog, by input."""
    given = ask.incoming.values.get(BlockId.NAME, "").strip()
    reason = ask.incoming.values.get(BlockId.REASON, "").strip()
    errors: dict[str, str] = {}
    if len(servers) == 1 and given not in (servers[0].name.strip(), servers[0].id):
        errors[BlockId.NAME] = views.wrong_name(servers[0])
    if len(servers) > 1 and given != str(len(servers)):
        errors[BlockId.NAME] = views.wrong_count(len(servers))
    if not reason or len(reason) > views.REASON:
        errors[BlockId.REASON] = views.TOO_LONG if reason else views.NO_REASON
    then = {each.id: each for each in offer.shown}
    now = {server.id: fingerprint(server, ask.snapshot.workspace.account) for server in servers}
    differing = {
        then[server].name: differences(then[server], present) for server, present in now.items() if present is not None
    }
    if any(differing.values()):
        errors[BlockId.NAME] = views.changed({name: found for name, found in differing.items() if found})
    return errors


async def _forged(ask: Ask) -> Reply:
    """A dialog that names no offer of this person: too old, used, or made by hand."""
    async with ask.parts.change("delete.refused", ask.workspace, ask.incoming.key) as tx:
        draft = Draft(Action.REQUEST_REFUSED, ask.member.id, outcome=Result.REFUSED, reason="no such dialog")
        await audit.append(tx, ask.workspace, draft, ask.parts.clock())
    return Reply(views.out_of_date())


def _button(server: Server) -> dict[str, object]:
    return button("Delete…", ActionId.DELETE, server.id, style="danger")
