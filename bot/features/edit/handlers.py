"""`/vps rename` at once, `/vps edit` through a dialog with the present values."""

from collections.abc import Sequence

from bot.domain.approvals import fingerprint
from bot.domain.operations import UPDATES, Kind, Operation
from bot.domain.roles import Permission
from bot.domain.selectors import Found, NotFound, SameName, select
from bot.domain.servers import Server
from bot.domain.wanted import Wanted, is_hostname, is_name
from bot.features.create.filled import NOT_A_HOSTNAME, OFF, ON
from bot.features.dialogs import NO_REASON, given_reason, in_time
from bot.features.edit import views
from bot.features.power.views import accepted
from bot.features.refusals import alone, name_refused, told
from bot.features.remarks import NO_REMARKS, refused_words, remarks_on
from bot.features.words import edit_button, missing_server, not_found, same_name, typed, visible
from bot.operations.permission import check, refuse_forged
from bot.operations.preparing import Changed, NameTaken
from bot.operations.submit import Order, Submitted, submit
from bot.routing import Ask, Group, Reply, Router
from bot.sentences import refusal
from bot.slack.ids import ActionId, BlockId, ViewId
from bot.slack.incoming import Entrance
from bot.store import offers, operations
from bot.store.offers import Offer
from bot.vps.dialects import Dialect

router = Router()

INPUTS = (BlockId.NAME, BlockId.HOSTNAME, BlockId.BACKUPS)
"""What the provider may say something to."""

_BACKUPS = {ON: True, OFF: False}


@router.command(
    "rename",
    "rename OLD NEW",
    needs=Permission.SERVER_EDIT,
    group=Group.CHANGE,
    words=2,
    changes=True,
    examples=("rename web-server-01 web-server-02",),
)
async def rename(ask: Ask) -> Reply:
    """Give a server another name."""
    words = typed(ask.line.rest.words)
    if len(words) != 2:
        return Reply(views.how_to_rename())
    old, new = words
    if not is_name(new):
        return Reply(views.bad_name(new))
    if _vendor(ask):
        return Reply(views.not_offered())
    server = await _one(ask, old, "rename")
    if isinstance(server, Reply):
        return server
    if server.name == new:
        return Reply(views.same_as_now(new))
    order = Order(ask.member, Kind.RENAME, (server,), ask.incoming.channel, ask.incoming.key, wanted=Wanted(new))
    match await submit(ask.parts, order):
        case Submitted(request, prepared):
            return Reply(accepted(request, prepared, alone=alone(ask, Kind.RENAME)))
        case no:
            return Reply(told(ask, no, Kind.RENAME))


@router.command(
    "edit", "edit SERVER", needs=Permission.SERVER_EDIT, group=Group.CHANGE, words=1, examples=("edit web-server-01",)
)
async def edit(ask: Ask) -> Reply:
    """Change a server's name, hostname or backups."""
    words = typed(ask.line.rest.words)
    if not words:
        return Reply(missing_server("edit", "web-server-01"))
    return await in_time(_dialog(ask, words[0]), views.loading())


async def edit_alone(ask: Ask, words: Sequence[str]) -> Reply:
    """The same without the consent that it takes: with a reason, told loudly."""
    if len(words) != 1:
        return Reply(views.one_at_a_time())
    return await in_time(_dialog(ask, words[0], glass=True), views.loading())


@router.action(ActionId.EDIT, needs=Permission.SERVER_EDIT)
async def edit_by_button(ask: Ask) -> Reply:
    """The server whose id the button carries."""
    return await in_time(_dialog(ask, ask.incoming.value), views.loading())


@router.action(ActionId.EDIT_CHANGE, needs=Permission.SERVER_EDIT)
async def change(ask: Ask) -> Reply:
    """What was refused, to be changed: the dialog as it was filled, with what the provider said to it."""
    async with ask.parts.store.read() as tx:
        before = await operations.get(tx, ask.workspace, ask.incoming.value)
    if before is None or before.kind not in UPDATES or before.wanted is None or not before.ended:
        await refuse_forged(ask.parts, ask.member, "operation", delivery=ask.incoming.key)
        return Reply(views.not_there())
    return await in_time(_dialog(ask, before.server_id, before=before), views.loading())


@router.view(ViewId.EDIT, needs=Permission.SERVER_EDIT, changes=True)
async def save(ask: Ask) -> Reply:
    """The filled dialog: what it showed is compared with what is there."""
    offer_id, _, before = ask.incoming.meta.partition(" ")
    async with ask.parts.store.read() as tx:
        offer = await offers.get(tx, ask.workspace, offer_id, ask.member.id, ask.now)
    if offer is None or offer.kind is not Kind.EDIT:
        await refuse_forged(ask.parts, ask.member, "dialog", delivery=ask.incoming.key)
        return Reply(views.out_of_date())
    [(server, name)] = offer.servers
    wanted = _wish(ask, _BACKUPS.get(before))
    if not isinstance(wanted, Wanted):
        return Reply(errors=wanted)
    shown = offer.shown[0] if offer.shown else None
    if shown and (wanted.name, wanted.hostname, wanted.backups) == (shown.name, shown.hostname, wanted.was_backups):
        return Reply(errors={BlockId.NAME: "Nothing is different: change something, or close this."})
    reason = await given_reason(ask) if offer.broke_glass else ""
    if offer.broke_glass and not reason:
        return Reply(errors={BlockId.REASON: NO_REASON})
    order = Order(
        member=ask.member,
        kind=Kind.EDIT,
        servers=(Server(server, name, ""),),
        channel=offer.channel,
        delivery=ask.incoming.key,
        offer=offer.id,
        shown=offer.shown,
        wanted=wanted,
        reason=reason,
        broke_glass=offer.broke_glass,
    )
    match await submit(ask.parts, order):
        case Submitted(request, prepared):
            return Reply(view=views.filed(request, prepared, alone=alone(ask, Kind.EDIT)))
        case Changed(by_name):
            return Reply(errors={BlockId.NAME: views.changed(by_name)})
        case NameTaken() as taken:
            return name_refused(taken, ViewId.EDIT_RESULT)
        case no:
            return Reply(told(ask, no, Kind.EDIT))


def _wish(ask: Ask, was_backups: bool | None) -> Wanted | dict[str, str]:
    """What is asked for, or what is wrong with it, by input."""
    values = ask.incoming.values
    name, hostname = values.get(BlockId.NAME, "").strip(), values.get(BlockId.HOSTNAME, "").strip()
    errors: dict[str, str] = {}
    if not is_name(name):
        errors[BlockId.NAME] = "Letters, digits and hyphens only, like app-1."
    if not is_hostname(hostname):
        errors[BlockId.HOSTNAME] = NOT_A_HOSTNAME
    backups = _BACKUPS.get(values.get(BlockId.BACKUPS, ""))
    if backups is None:
        errors[BlockId.BACKUPS] = "Choose on or off."
    return errors or Wanted(name, hostname, backups, was_backups=was_backups)


async def _dialog(ask: Ask, words: str, *, glass: bool = False, before: Operation | None = None) -> Reply:
    """The dialog with the present values, or with those that an edit `before` was refused with."""
    if _vendor(ask):
        return Reply(views.not_offered())
    found = await _one(ask, words, "edit")
    if isinstance(found, Reply):
        return found
    account = await ask.parts.directory.account(ask.workspace)
    server = await account.server(found.id)
    shown = fingerprint(server, ask.snapshot.workspace.account)
    offer = Offer(
        id=ask.parts.new_id(),
        workspace=ask.workspace,
        member=ask.member.id,
        kind=Kind.EDIT,
        servers=((server.id, server.name),),
        created_at=ask.now,
        shown=(shown,) if shown else (),
        channel=ask.incoming.channel,
        broke_glass=glass,
    )
    async with ask.parts.change("edit.offer", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        if no := await check(tx, ask.member, Permission.SERVER_EDIT, names=[server.name], asked="edit", now=now):
            return Reply(refusal(no, ask.member.id, now, ask.absent))
        await offers.put(tx, offer)
    backups = {True: ON, False: OFF, None: ""}[server.backups]
    remarks = remarks_on(refused_words(before), ask.snapshot.workspace.dialect, INPUTS) if before else NO_REMARKS
    wanted = before.wanted if before else None
    drawn = views.dialog(server, meta=f"{offer.id} {backups}", glass=glass, wanted=wanted, remarks=remarks)
    return Reply(view=drawn)


async def _one(ask: Ask, words: str, command: str) -> Server | Reply:
    """The one server that is meant, or what is said when there is none."""
    chosen = select([words], visible(ask, await ask.parts.directory.servers(ask.workspace)))
    match chosen:
        case Found(servers=(only,), exact=True):
            return only
        case SameName():
            return Reply(same_name(chosen, command))
        case NotFound():
            if ask.incoming.entrance is Entrance.ACTION:
                await refuse_forged(ask.parts, ask.member, "server", delivery=ask.incoming.key)
            return Reply(not_found(chosen, edit_button))
        case _:
            return Reply(views.one_at_a_time())


def _vendor(ask: Ask) -> bool:
    """Whether the account's dialect has no calls to rename or edit."""
    return ask.snapshot.workspace.dialect == Dialect.VENDOR
