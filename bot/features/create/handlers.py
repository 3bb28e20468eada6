"""`/vps create`: a dialog filled from the catalogue, then one server, watched until it has its address."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.operations import Kind, Operation, State
from bot.domain.roles import Because, Permission, barred
from bot.domain.servers import Server
from bot.domain.wanted import Wanted
from bot.features.create import views
from bot.features.create.filled import Filled, as_before, filled_in, wish
from bot.features.dialogs import NO_REASON, given_reason, in_time
from bot.features.refusals import alone, name_refused, told
from bot.features.remarks import refused_words, remarks_on, still
from bot.features.words import typed
from bot.operations.permission import refuse_forged
from bot.operations.preparing import NameTaken
from bot.operations.submit import Order, Submitted, frozen_now, submit
from bot.routing import Ask, Group, Reply, Router
from bot.slack.ids import ActionId, BlockId, ViewId
from bot.store import offers, operations
from bot.store.offers import Offer

router = Router()

INPUTS = (
    BlockId.NAME,
    BlockId.PLAN,
    BlockId.SYSTEM,
    BlockId.LOCATION,
    BlockId.HOSTNAME,
    BlockId.SSH_KEY,
    BlockId.BACKUPS,
)
"""What the provider may say something to."""


@router.command(
    "create",
    "create [NAME]",
    needs=Permission.SERVER_CREATE,
    group=Group.CHANGE,
    words=1,
    examples=("create", "create app-1"),
)
async def create(ask: Ask) -> Reply:
    """Create a server: a dialog asks for plan, system and place."""
    words = typed(ask.line.rest.words)
    filled = Filled(name=words[0][:255] if words else "")
    return await in_time(_dialog(ask, filled), views.loading())


async def create_alone(ask: Ask, words: Sequence[str]) -> Reply:
    """The same without the consent that it takes: with a reason, told loudly."""
    if len(words) > 1:
        return Reply(views.how_to(words))
    filled = Filled(name=words[0][:255] if words else "")
    return await in_time(_dialog(ask, filled, glass=True), views.loading())


@router.action(ActionId.CREATE_PLAN, needs=Permission.SERVER_CREATE)
@router.action(ActionId.CREATE_SYSTEM, needs=Permission.SERVER_CREATE)
@router.action(ActionId.CREATE_LOCATION, needs=Permission.SERVER_CREATE)
@router.action(ActionId.CREATE_BACKUPS, needs=Permission.SERVER_CREATE)
async def choose(ask: Ask) -> Reply:
    """Something was chosen: the total follows, and who wants another value gets room to type it."""
    offer = await _offer_of(ask)
    if offer is None:
        return Reply(views.out_of_date())
    offered, filled = await ask.parts.catalogue.offered(ask.workspace), filled_in(ask.incoming.values)
    remarks = still(ask.incoming.view, ask.incoming.block)
    return Reply(view=views.dialog(offered, filled, meta=offer.id, glass=offer.broke_glass, remarks=remarks))


@router.view(ViewId.CREATE, needs=Permission.SERVER_CREATE, changes=True)
async def ask_for_creation(ask: Ask) -> Reply:
    """The filled dialog."""
    offer = await _offer_of(ask)
    if offer is None:
        return Reply(views.out_of_date())
    wanted = wish(filled_in(ask.incoming.values), await ask.parts.catalogue.offered(ask.workspace))
    if not isinstance(wanted, Wanted):
        return Reply(errors=wanted)
    if because := await _can_not_own(ask, wanted.owner):
        return Reply(errors={BlockId.OWNER: views.can_not_own(because)})
    wanted = replace(wanted, owner=wanted.owner if wanted.owner != ask.member.id else "")
    reason = await given_reason(ask) if offer.broke_glass else ""
    if offer.broke_glass and not reason:
        return Reply(errors={BlockId.REASON: NO_REASON})
    order = replace(_order(ask, wanted, offer.channel), offer=offer.id, broke_glass=offer.broke_glass, reason=reason)
    match await submit(ask.parts, order):
        case Submitted(request, prepared):
            return Reply(view=views.filed(request, prepared, alone=alone(ask, Kind.CREATE)))
        case NameTaken() as taken:
            return name_refused(taken, ViewId.CREATE_RESULT)
        case no:
            return Reply(told(ask, no, Kind.CREATE))


@router.action(ActionId.CREATE_AGAIN, needs=Permission.SERVER_CREATE, changes=True)
async def create_again(ask: Ask) -> Reply:
    """The same once more, as a new wish: of who presses, by the rules of now."""
    before = await _before(ask)
    if before is None or before.wanted is None:
        return Reply(views.not_there())
    instead_of = before.id if before.state is State.UNKNOWN else ""
    match await submit(ask.parts, _order(ask, before.wanted, ask.incoming.channel, instead_of=instead_of)):
        case Submitted(request, prepared):
            return Reply(views.again(request, prepared, alone=alone(ask, Kind.CREATE)))
        case no:
            return Reply(told(ask, no, Kind.CREATE))


@router.action(ActionId.CREATE_CHANGE, needs=Permission.SERVER_CREATE)
async def change(ask: Ask) -> Reply:
    """The dialog as it was filled, with what the provider said to it."""
    before = await _before(ask)
    if before is None or before.wanted is None:
        return Reply(views.not_there())
    return await in_time(_dialog_again(ask, before.wanted, refused_words(before)), views.loading())


async def _dialog(ask: Ask, filled: Filled, *, glass: bool = False) -> Reply:
    offer = await _put(ask, filled.name, glass=glass)
    if isinstance(offer, Reply):
        return offer
    offered, filled = await ask.parts.catalogue.offered(ask.workspace), replace(filled, owner=ask.member.id)
    return Reply(view=views.dialog(offered, filled, meta=offer.id, glass=glass))


async def _dialog_again(ask: Ask, wanted: Wanted, words: str) -> Reply:
    offer = await _put(ask, wanted.name)
    if isinstance(offer, Reply):
        return offer
    offered = await ask.parts.catalogue.offered(ask.workspace)
    filled = as_before(replace(wanted, owner=wanted.owner or ask.member.id), offered)
    remarks = remarks_on(words, ask.snapshot.workspace.dialect, INPUTS)
    return Reply(view=views.dialog(offered, filled, meta=offer.id, remarks=remarks))


async def _put(ask: Ask, name: str, *, glass: bool = False) -> Offer | Reply:
    """What the dialog stands for is kept here: what Slack gives back of it could be written by hand.

    Or why nothing can be created now: who types it all for that hears it before.
    """
    offer = Offer(
        id=ask.parts.new_id(),
        workspace=ask.workspace,
        member=ask.member.id,
        kind=Kind.CREATE,
        servers=(),
        created_at=ask.now,
        channel=ask.incoming.channel,
        broke_glass=glass,
    )
    async with ask.parts.change("create.offer", ask.workspace, ask.incoming.key) as tx:
        order = Order(ask.member, Kind.CREATE, (Server("", name, ""),), offer.channel, "", broke_glass=glass)
        if frozen := await frozen_now(tx, order, ask.parts.clock()):
            return Reply(told(ask, frozen, Kind.CREATE, 1))
        await offers.put(tx, offer)
    return offer


async def _offer_of(ask: Ask) -> Offer | None:
    """What the dialog stands for; one that stands for nothing of this person's is logged."""
    async with ask.parts.store.read() as tx:
        offer = await offers.get(tx, ask.workspace, ask.incoming.meta, ask.member.id, ask.now)
    if offer is not None and offer.kind is Kind.CREATE:
        return offer
    await refuse_forged(ask.parts, ask.member, "dialog", delivery=ask.incoming.key)
    return None


async def _can_not_own(ask: Ask, owner: str) -> Because | None:
    """Why somebody who was chosen can't be asked about a server."""
    return barred(await ask.parts.people.present(ask.workspace, owner)) if owner else None


async def _before(ask: Ask) -> Operation | None:
    """The creation whose end the button stood under; a button that stands for none is logged."""
    async with ask.parts.store.read() as tx:
        found = await operations.get(tx, ask.workspace, ask.incoming.value)
    if found and found.kind is Kind.CREATE and found.ended:
        return found
    await refuse_forged(ask.parts, ask.member, "creation", delivery=ask.incoming.key)
    return None


def _order(ask: Ask, wanted: Wanted, channel: str, *, instead_of: str = "") -> Order:
    return Order(
        member=ask.member,
        kind=Kind.CREATE,
        servers=(Server("", wanted.name, ""),),
        channel=channel,
        delivery=ask.incoming.key,
        wanted=wanted,
        instead_of=instead_of,
    )
