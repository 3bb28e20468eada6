"""`/vps create`: a dialog filled from the catalogue, then one server, watched until it has its address."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from bot.domain.operations import Kind, Operation, State
from bot.domain.roles import Permission
from bot.domain.servers import Server, System
from bot.domain.wanted import Wanted
from bot.features.create import views
from bot.features.create.filled import Filled, Offered, as_before, filled_in, wish
from bot.features.dialogs import GLASS, NO_REASON, given_reason, in_time
from bot.features.refusals import told
from bot.features.words import typed
from bot.operations.preparing import NameTaken
from bot.operations.submit import Order, Submitted, submit
from bot.routing import Ask, Group, Reply, Router
from bot.slack.ids import ActionId, BlockId, ViewId
from bot.store import operations
from bot.vps.client import Choice
from bot.vps.errors import ProviderError

router = Router()

T = TypeVar("T")


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
    return await in_time(_dialog(ask, filled, mark=GLASS), views.loading())


@router.action(ActionId.CREATE_PLAN, needs=Permission.SERVER_CREATE)
@router.action(ActionId.CREATE_SYSTEM, needs=Permission.SERVER_CREATE)
@router.action(ActionId.CREATE_LOCATION, needs=Permission.SERVER_CREATE)
async def choose(ask: Ask) -> Reply:
    """Something was chosen: the total follows, and who wants another value gets room to type it."""
    offered = await _offered(ask)
    return Reply(view=views.dialog(offered, filled_in(ask.incoming.values), meta=ask.incoming.meta))


@router.view(ViewId.CREATE, needs=Permission.SERVER_CREATE, changes=True)
async def ask_for_creation(ask: Ask) -> Reply:
    """The filled dialog."""
    wanted = wish(filled_in(ask.incoming.values), await _offered(ask))
    if not isinstance(wanted, Wanted):
        return Reply(errors=wanted)
    glass, channel = ask.incoming.meta.startswith(GLASS), ask.incoming.meta.removeprefix(GLASS)
    reason = given_reason(ask) if glass else ""
    if glass and not reason:
        return Reply(errors={BlockId.REASON: NO_REASON})
    order = replace(_order(ask, wanted, channel), broke_glass=glass, reason=reason)
    match await submit(ask.parts, order):
        case Submitted(request, prepared):
            return Reply(view=views.filed(request, prepared))
        case NameTaken(_, by) as taken:
            if by and by.ended:
                return Reply(view=views.unsettled(taken))
            return Reply(errors={BlockId.NAME: views.taken(taken)})
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
            return Reply(views.again(request, prepared))
        case no:
            return Reply(told(ask, no, Kind.CREATE))


@router.action(ActionId.CREATE_CHANGE, needs=Permission.SERVER_CREATE)
async def change(ask: Ask) -> Reply:
    """The dialog as it was filled, with what the provider said to it."""
    before = await _before(ask)
    if before is None or before.wanted is None:
        return Reply(views.not_there())
    return await in_time(_dialog_again(ask, before.wanted, before.words), views.loading())


async def _dialog(ask: Ask, filled: Filled, *, mark: str = "") -> Reply:
    return Reply(view=views.dialog(await _offered(ask), filled, meta=mark + ask.incoming.channel))


async def _dialog_again(ask: Ask, wanted: Wanted, refused: str) -> Reply:
    offered = await _offered(ask)
    return Reply(view=views.dialog(offered, as_before(wanted, offered), meta=ask.incoming.channel, refused=refused))


async def _before(ask: Ask) -> Operation | None:
    """The creation whose end the button stood under."""
    async with ask.parts.store.read() as tx:
        found = await operations.get(tx, ask.workspace, ask.incoming.value)
    return found if found and found.kind is Kind.CREATE and found.ended else None


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


async def _offered(ask: Ask) -> Offered:
    """What can be chosen. What can't be read is typed: a list is nice to have, not worth a failure."""
    account = await ask.parts.directory.account(ask.workspace)
    servers, plans, systems, places, keys = await asyncio.gather(
        _or_none(ask.parts.directory.servers(ask.workspace)),
        _or_none(account.plans()),
        _or_none(account.systems()),
        _or_none(account.locations()),
        _or_none(account.ssh_keys()),
    )
    seen = {each.system.id: each.system for each in servers if each.system and each.system.id}
    shown = {each.location for each in servers if each.location} | {code for plan in plans for code in plan.locations}
    return Offered(
        plans=plans,
        systems=systems or tuple(sorted(seen.values(), key=_by_name)),
        places=places or tuple(Choice(code, code) for code in sorted(shown)),
        keys=keys,
    )


def _by_name(system: System) -> str:
    return system.name


async def _or_none(reading: Awaitable[tuple[T, ...]]) -> tuple[T, ...]:
    with suppress(ProviderError):
        return await reading
    return ()
