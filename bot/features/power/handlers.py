"""`/vps start|stop|reboot`: one exact server at once; a pattern or several are shown first and asked for."""

from functools import partial

from bot.domain.operations import POWER, Kind
from bot.domain.roles import Permission
from bot.domain.selectors import Found, NotFound, SameName, select
from bot.domain.servers import Server
from bot.features.power import views
from bot.features.refusals import alone, told
from bot.features.words import missing_server, not_found, power_button, same_name, typed, visible
from bot.operations.permission import refuse_forged
from bot.operations.preparing import Changed
from bot.operations.refusing import log_unprepared
from bot.operations.submit import Order, Submitted, UsedUp, submit
from bot.routing import Ask, Group, Reply, Router
from bot.slack.ids import ActionId
from bot.store import offers
from bot.store.offers import Offer

router = Router()

MOST_AT_ONCE = 50
"""Servers in one go; a larger fleet is restarted in parts, by people who look in between."""


@router.command(
    "start",
    "start SERVER…",
    needs=Permission.SERVER_POWER,
    group=Group.CHANGE,
    words=None,
    changes=True,
    examples=("start mail-relay", "start web-*"),
)
async def start(ask: Ask) -> Reply:
    """Start a stopped server."""
    return await _power(ask, Kind.START)


@router.command(
    "stop",
    "stop SERVER…",
    needs=Permission.SERVER_POWER,
    group=Group.CHANGE,
    words=None,
    changes=True,
    examples=("stop web-server-01", "stop stage-*"),
)
async def stop(ask: Ask) -> Reply:
    """Shut a server down, gracefully."""
    return await _power(ask, Kind.STOP)


@router.command(
    "reboot",
    "reboot SERVER…",
    needs=Permission.SERVER_POWER,
    group=Group.CHANGE,
    words=None,
    changes=True,
    examples=("reboot web-server-01", "reboot api-01 api-02", "reboot web-*"),
)
async def reboot(ask: Ask) -> Reply:
    """Restart a running server, gracefully."""
    return await _power(ask, Kind.REBOOT)


@router.action(ActionId.POWER_START, needs=Permission.SERVER_POWER, changes=True)
async def start_by_button(ask: Ask) -> Reply:
    """The server whose id the button carries."""
    return await _by_id(ask, Kind.START)


@router.action(ActionId.POWER_STOP, needs=Permission.SERVER_POWER, changes=True)
async def stop_by_button(ask: Ask) -> Reply:
    """The server whose id the button carries."""
    return await _by_id(ask, Kind.STOP)


@router.action(ActionId.POWER_REBOOT, needs=Permission.SERVER_POWER, changes=True)
async def reboot_by_button(ask: Ask) -> Reply:
    """The server whose id the button carries."""
    return await _by_id(ask, Kind.REBOOT)


@router.action(ActionId.POWER_MANY, needs=Permission.SERVER_POWER, changes=True)
async def accept_offer(ask: Ask) -> Reply:
    """The yes to a list: exactly the servers that were shown, those that are still there."""
    async with ask.parts.store.read() as tx:
        offer = await offers.get(tx, ask.workspace, ask.incoming.value, ask.member.id, ask.now)
    if offer is None or offer.kind not in POWER or offer.broke_glass:
        await refuse_forged(ask.parts, ask.member, "list", delivery=ask.incoming.key)
        return Reply(views.offer_ended(), replace=True)
    servers = {server.id: server for server in visible(ask, await ask.parts.directory.servers(ask.workspace))}
    changed = [name for server, name in offer.servers if server not in servers or servers[server].name != name]
    if changed:
        shown = [Server(server, name, "") for server, name in offer.servers if name in changed]
        await log_unprepared(
            *(ask.parts, ask.member, offer.kind, shown, Changed({})),
            delivery=ask.incoming.key,
        )
        return Reply(views.offer_changed(changed), replace=True)
    return await _submit(ask, offer.kind, tuple(servers[server] for server, _ in offer.servers), offer=offer.id)


async def _power(ask: Ask, kind: Kind) -> Reply:
    words = typed(ask.line.rest.words)
    if not words:
        return Reply(missing_server(kind, "web-server-01"))
    chosen = select(words, visible(ask, await ask.parts.directory.servers(ask.workspace)))
    match chosen:
        case SameName():
            return Reply(same_name(chosen, kind))
        case NotFound():
            # Of several words one is wrong: the others would be lost with a button for one.
            return Reply(not_found(chosen, partial(power_button, kind) if len(words) == 1 else None))
        case Found(servers=(only,), exact=True):
            return await _submit(ask, kind, (only,))
        case Found(servers=servers) if len(servers) > MOST_AT_ONCE:
            return Reply(views.too_many(kind, len(servers), MOST_AT_ONCE))
        case Found(servers=servers):
            return await _offer(ask, kind, servers)


async def _by_id(ask: Ask, kind: Kind) -> Reply:
    servers = visible(ask, await ask.parts.directory.servers(ask.workspace))
    found = next((server for server in servers if server.id == ask.incoming.value), None)
    if found is None:
        await refuse_forged(ask.parts, ask.member, "server", delivery=ask.incoming.key)
        return Reply(views.gone())
    return await _submit(ask, kind, (found,))


async def _offer(ask: Ask, kind: Kind, servers: tuple[Server, ...]) -> Reply:
    offer = Offer(
        id=ask.parts.new_id(),
        workspace=ask.workspace,
        member=ask.member.id,
        kind=kind,
        servers=tuple((server.id, server.name) for server in servers),
        created_at=ask.now,
    )
    async with ask.parts.change("power.offer", ask.workspace, ask.incoming.key) as tx:
        await offers.put(tx, offer)
    return Reply(views.offer(offer, servers))


async def _submit(ask: Ask, kind: Kind, servers: tuple[Server, ...], *, offer: str = "") -> Reply:
    order = Order(ask.member, kind, servers, ask.incoming.channel, ask.incoming.key, offer)
    match await submit(ask.parts, order):
        case Submitted(request, prepared):
            return Reply(views.accepted(request, prepared, alone=alone(ask, kind)), replace=bool(offer))
        case UsedUp():
            return Reply(views.offer_ended(), replace=True)
        case no:
            return Reply(told(ask, no, kind, len(servers)))
