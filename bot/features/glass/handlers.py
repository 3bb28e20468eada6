"""`/vps break-glass`: in an emergency, without anybody's consent; with a reason, told loudly, and marked in the log."""

from collections.abc import Sequence

from bot.domain.operations import POWER, Kind
from bot.domain.policy import freeze_of, policy_of
from bot.domain.roles import Permission
from bot.domain.selectors import Found, NotFound, SameName, select
from bot.domain.servers import Server
from bot.features.create.handlers import create_alone
from bot.features.delete.handlers import soon
from bot.features.dialogs import NO_REASON, given_reason
from bot.features.edit.handlers import edit_alone
from bot.features.glass import views
from bot.features.power.handlers import MOST_AT_ONCE
from bot.features.refusals import told
from bot.features.words import may_anywhere, missing_server, not_found, same_name, typed, visible
from bot.operations.permission import check, refuse_forged
from bot.operations.submit import Order, Submitted, refused, submit
from bot.routing import Ask, Group, Reply, Router
from bot.slack.ids import BlockId, ViewId
from bot.store import offers
from bot.store.offers import Offer

router = Router()


@router.command(
    "break-glass",
    "break-glass delete|start|stop|reboot|create|edit SERVER…",
    needs=Permission.BREAK_GLASS_POWER,
    group=Group.AGREE,
    words=None,
    examples=("break-glass reboot web-server-01", "break-glass delete web-server-01"),
)
async def break_glass(ask: Ask) -> Reply:
    """In an emergency, do alone what takes consent. It is told loudly."""
    words = typed(ask.line.rest.words)
    if not words or words[0] not in (*POWER, Kind.DELETE, Kind.CREATE, Kind.EDIT):
        return Reply(views.how_to())
    kind, names = Kind(words[0]), words[1:]
    if kind not in POWER and not may_anywhere(ask, Permission.BREAK_GLASS):
        return await _power_only(ask, kind, names)
    if kind is Kind.CREATE:
        return await create_alone(ask, names)
    if not names:
        return Reply(missing_server(f"break-glass {kind}", "web-server-01"))
    if kind is Kind.EDIT:
        return await edit_alone(ask, names)
    if kind is Kind.DELETE:
        return await soon(ask, names, broke_glass=True)
    chosen = select(names, visible(ask, await ask.parts.directory.servers(ask.workspace)))
    match chosen:
        case SameName():
            return Reply(same_name(chosen, f"break-glass {kind}"))
        case NotFound():
            return Reply(not_found(chosen, None))
        case Found(servers=servers) if len(servers) > MOST_AT_ONCE:
            return Reply(views.too_many(len(servers), MOST_AT_ONCE))
        case Found(servers=servers) if not _takes_consent(ask, kind, servers):
            return Reply(views.takes_no_consent(kind, names))
        case Found(servers=servers):
            return await _dialog(ask, kind, servers)


@router.view(ViewId.BREAK_GLASS, needs=Permission.BREAK_GLASS_POWER, changes=True)
async def do_it_alone(ask: Ask) -> Reply:
    """The reason is given: it is done."""
    async with ask.parts.store.read() as tx:
        offer = await offers.get(tx, ask.workspace, ask.incoming.meta, ask.member.id, ask.now)
    if offer is None or not offer.broke_glass or offer.kind not in POWER:
        await refuse_forged(ask.parts, ask.member, "dialog", delivery=ask.incoming.key)
        return Reply(views.out_of_date())
    reason = await given_reason(ask)
    if not reason:
        return Reply(errors={BlockId.REASON: NO_REASON})
    order = Order(
        member=ask.member,
        kind=offer.kind,
        servers=tuple(Server(server, name, "") for server, name in offer.servers),
        channel=offer.channel,
        delivery=ask.incoming.key,
        offer=offer.id,
        reason=reason,
        broke_glass=True,
    )
    match await submit(ask.parts, order):
        case Submitted(request, _):
            return Reply(view=views.done(request))
        case no:
            return Reply(told(ask, no, offer.kind, len(order.servers)))


async def _power_only(ask: Ask, kind: Kind, names: Sequence[str]) -> Reply:
    """Whose break-glass is for power alone is refused the rest; it stands in the log like every lacking permission."""
    async with ask.parts.change("glass.refused", ask.workspace, ask.incoming.key) as tx:
        now, label = ask.parts.clock(), f"break-glass {kind}"
        await check(tx, ask.member, Permission.BREAK_GLASS, names=names or None, asked=label, now=now)
    return Reply(views.power_only())


def _takes_consent(ask: Ask, kind: Kind, servers: Sequence[Server]) -> bool:
    """As far as the snapshot knows: decided again when it is done."""
    settings = ask.snapshot.workspace.settings
    needed = policy_of(settings).consent(kind, [server.name for server in servers])
    return needed > 0 or freeze_of(settings) is not None  # frozen: that is what they are told


async def _dialog(ask: Ask, kind: Kind, servers: tuple[Server, ...]) -> Reply:
    offer = Offer(
        id=ask.parts.new_id(),
        workspace=ask.workspace,
        member=ask.member.id,
        kind=kind,
        servers=tuple((server.id, server.name) for server in servers),
        created_at=ask.now,
        channel=ask.incoming.channel,
        broke_glass=True,
    )
    order = Order(ask.member, kind, servers, offer.channel, "", broke_glass=True)
    async with ask.parts.change("glass.offer", ask.workspace, ask.incoming.key) as tx:
        if no := await refused(tx, order, ask.parts.clock()):
            return Reply(told(ask, no, kind, len(servers)))
        await offers.put(tx, offer)
    return Reply(opens=views.dialog(offer, servers))
