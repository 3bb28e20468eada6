"""`/vps delete`: a dialog that shows what will be gone, then a request that others agree to."""

from collections.abc import Sequence
from contextlib import suppress

from bot.domain.operations import Kind
from bot.domain.roles import Permission
from bot.domain.selectors import Found, NotFound, SameName, select
from bot.domain.servers import Server
from bot.features.delete import views
from bot.features.dialogs import in_time, reason_fits
from bot.features.refusals import alone, busy, told
from bot.features.words import delete_button, missing_server, not_found, same_name, typed, visible
from bot.operations.permission import refuse_forged
from bot.operations.preparing import Changed, Prepared, prepare
from bot.operations.refusing import Busy, log_no, log_unprepared
from bot.operations.submit import Order, Submitted, refused, submit
from bot.routing import Ask, Group, Reply, Router
from bot.slack.ids import ActionId, BlockId, ViewId
from bot.slack.incoming import Entrance
from bot.store import offers, operations
from bot.store.offers import Offer
from bot.vps.client import ProviderAccount
from bot.vps.errors import ProviderError

router = Router()

MOST_AT_ONCE = 20


@router.command(
    "delete",
    "delete SERVER…",
    needs=Permission.SERVER_DELETE,
    group=Group.CHANGE,
    words=None,
    examples=("delete web-server-01", "delete stage-*"),
)
async def delete(ask: Ask) -> Reply:
    """Ask for a server to be deleted for good."""
    words = typed(ask.line.rest.words)
    if not words:
        return Reply(missing_server("delete", "web-server-01"))
    return await soon(ask, words)


@router.action(ActionId.DELETE, needs=Permission.SERVER_DELETE)
async def delete_by_button(ask: Ask) -> Reply:
    """The server whose id the button carries."""
    return await soon(ask, [ask.incoming.value])


@router.view(ViewId.DELETE, needs=Permission.SERVER_DELETE, changes=True)
async def ask_for_deletion(ask: Ask) -> Reply:
    """The filled dialog: what it showed is compared with what is there, then consent is asked for."""
    async with ask.parts.store.read() as tx:
        offer = await offers.get(tx, ask.workspace, ask.incoming.meta, ask.member.id, ask.now)
    if offer is None or offer.kind is not Kind.DELETE:
        await refuse_forged(ask.parts, ask.member, "dialog", delivery=ask.incoming.key)
        return Reply(views.out_of_date())
    if errors := await _wrong(ask, offer):
        return Reply(errors=errors)
    order = Order(
        member=ask.member,
        kind=Kind.DELETE,
        servers=tuple(Server(server, name, "") for server, name in offer.servers),
        channel=offer.channel,
        delivery=ask.incoming.key,
        offer=offer.id,
        reason=ask.incoming.values[BlockId.REASON].strip(),
        shown=offer.shown,
        broke_glass=offer.broke_glass,
    )
    match await submit(ask.parts, order):
        case Submitted(request, prepared):
            return Reply(view=views.filed(request, prepared, alone=alone(ask, Kind.DELETE)))
        case Changed(by_name):
            return Reply(errors={BlockId.NAME: views.changed(by_name)})
        case no:
            return Reply(told(ask, no, Kind.DELETE, len(order.servers)))


async def soon(ask: Ask, words: Sequence[str], *, broke_glass: bool = False) -> Reply:
    """The dialog at once when the servers are read in time, else one that says that they are being read."""
    return await in_time(_prepared(ask, words, broke_glass), views.loading())


async def _prepared(ask: Ask, words: Sequence[str], broke_glass: bool) -> Reply:
    everywhere = visible(ask, await ask.parts.directory.servers(ask.workspace))
    chosen = select(words, everywhere)
    match chosen:
        case SameName():
            return Reply(same_name(chosen, "delete"))
        case NotFound():
            if ask.incoming.entrance is Entrance.ACTION:
                await refuse_forged(ask.parts, ask.member, "server", delivery=ask.incoming.key)
            offer = delete_button if len(words) == 1 else None
            return Reply(not_found(chosen, offer))
        case Found(servers=servers) if len(servers) > MOST_AT_ONCE:
            return Reply(views.too_many(len(servers), MOST_AT_ONCE))
        case Found(servers=servers):
            return await _dialog(ask, servers, broke_glass=broke_glass)


async def _dialog(ask: Ask, listed: Sequence[Server], *, broke_glass: bool = False) -> Reply:
    """The dialog for these servers, or why there is none."""
    prepared = await prepare(ask.parts, ask.member, Kind.DELETE, listed, broke_glass=broke_glass)
    if not isinstance(prepared, Prepared):
        await log_unprepared(
            *(ask.parts, ask.member, Kind.DELETE, listed, prepared),
            delivery=ask.incoming.key,
        )
        return Reply(told(ask, prepared, Kind.DELETE, len(listed)))
    offer = _offer(ask, prepared, broke_glass=broke_glass)
    order = Order(ask.member, Kind.DELETE, prepared.servers, offer.channel, "", broke_glass=broke_glass)
    async with ask.parts.change("delete.offer", ask.workspace, ask.incoming.key) as tx:
        if no := await refused(tx, order, ask.parts.clock()):
            return Reply(told(ask, no, Kind.DELETE, len(listed)))
        held = await operations.open_on(tx, ask.workspace, [server.id for server in prepared.servers])
        if held and not broke_glass:
            await log_no(tx, ask.member, Kind.DELETE, prepared.servers, Busy(held), ask.now)
            return Reply(busy(held, ask.now, len(listed)))
        await offers.put(tx, offer)
    prices = await _prices(await ask.parts.directory.account(ask.workspace))
    drawn = [
        views.Shown(server, _price(server, prices), prepared.alike.get(server.id, ()), ask.snapshot.notes.of(server.id))
        for server in prepared.servers
    ]
    may = alone(ask, Kind.DELETE)
    return Reply(view=views.dialog(offer, drawn, prepared, alone=may, now=ask.now))


async def _prices(account: ProviderAccount) -> dict[str, float]:
    """Monthly prices by plan; none when they can't be read: a price is nice to know, not worth a failure."""
    with suppress(ProviderError):
        return {plan.id: plan.price_monthly for plan in await account.plans() if plan.price_monthly is not None}
    return {}


def _price(server: Server, prices: dict[str, float]) -> float | None:
    if server.plan is None:
        return None
    return server.plan.price_monthly if server.plan.price_monthly is not None else prices.get(server.plan.id)


def _offer(ask: Ask, prepared: Prepared, *, broke_glass: bool) -> Offer:
    return Offer(
        id=ask.parts.new_id(),
        workspace=ask.workspace,
        member=ask.member.id,
        kind=Kind.DELETE,
        servers=tuple((server.id, server.name) for server in prepared.servers),
        created_at=ask.now,
        shown=prepared.shown,
        channel=ask.incoming.channel,
        broke_glass=broke_glass,
    )


async def _wrong(ask: Ask, offer: Offer) -> dict[str, str]:
    """What is wrong with the filled dialog, by input."""
    given = ask.incoming.values.get(BlockId.NAME, "").strip()
    reason = ask.incoming.values.get(BlockId.REASON, "").strip()
    errors: dict[str, str] = {}
    [(only, name), *others] = offer.servers
    if not others and given not in (name.strip(), only):
        errors[BlockId.NAME] = views.wrong_name(name, only)
    if others and given != str(len(offer.servers)):
        errors[BlockId.NAME] = views.wrong_count(len(offer.servers))
    if not reason:
        errors[BlockId.REASON] = views.NO_REASON
    elif not await reason_fits(ask, reason):
        errors[BlockId.REASON] = views.TOO_LONG
    return errors
