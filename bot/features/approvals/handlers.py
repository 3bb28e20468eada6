"""Buttons on a request, and `/vps requests`: thin; what counts is decided in `operations.consent`."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.approvals import Choice
from bot.domain.operations import Operation, Request
from bot.domain.roles import Permission, admins, decide, groups_of
from bot.features.approvals import again, views, watching_views
from bot.features.dialogs import in_time, reason_fits
from bot.features.refusals import frozen
from bot.operations.consent import (
    Cancelled,
    Claimed,
    Counted,
    Halted,
    NotThere,
    NotYours,
    TooLate,
    Word,
    cancel,
    claim,
    may_deny,
    names_of,
    vote,
)
from bot.operations.looking import (
    Adopted,
    Known,
    Looking,
    NotFitting,
    OtherAccount,
    adopt,
    look_once_more,
    stop_watching,
)
from bot.operations.permission import NotAllowed
from bot.routing import Ask, Group, Reply, Router
from bot.sentences import refusal
from bot.slack.blocks import Message
from bot.slack.ids import ActionId, BlockId, ViewId
from bot.store import operations, proposals
from bot.store.sealing import Unreadable

router = Router()
router.include(again.router)


@router.command("requests", "requests", needs=Permission.SERVER_READ, group=Group.AGREE, examples=("requests",))
async def requests(ask: Ask) -> Reply:
    """Show what waits for consent, who gives it, and what is under way."""
    return Reply(await _page(ask, 1))


@router.action(ActionId.REQUESTS_NEXT, needs=Permission.SERVER_READ)
@router.action(ActionId.REQUESTS_PREVIOUS, needs=Permission.SERVER_READ)
async def turn_page(ask: Ask) -> Reply:
    """Another page, of what is open by now."""
    number = ask.incoming.value.strip()
    return Reply(await _page(ask, int(number[:6]) if number.isdecimal() else 1), replace=True)


async def _page(ask: Ask, number: int) -> Message:
    async with ask.parts.store.read() as tx:
        names = await operations.open_names(tx, ask.workspace)
        ids = [each for each, of_it in names.items() if _may_see(ask, of_it)]
        page = max(1, min(number, -(-len(ids) // views.PAGE)))
        shown = ids[(page - 1) * views.PAGE : page * views.PAGE]
        found = [await operations.request(tx, ask.workspace, each) for each in shown]
        about_power = await proposals.waiting(tx, ask.workspace) if _may_see_power(ask) else ()
    seen = [each for each in found if each]
    grants = ask.snapshot.grants
    waiting = [(each, [who for who in admins(grants, ask.now) if who != each.proposer]) for each in about_power]
    may_cancel = {each.id for each in seen if _may_cancel(ask, each)}
    return views.overview(seen, may_cancel, ask.member.id, ask.now, waiting, page=page, total=len(ids))


def _may_see_power(ask: Ask) -> bool:
    """Proposals name roles and settings: for who may read those."""
    return decide(ask.snapshot.grants, ask.member, Permission.ACCESS_READ, names=None, now=ask.now).allowed


def _may_see(ask: Ask, names: Sequence[str]) -> bool:
    """Whether the person sees all servers of a request: who holds a role for some doesn't learn of the others."""
    return decide(ask.snapshot.grants, ask.member, Permission.SERVER_READ, names=names, now=ask.now).allowed


def _may_cancel(ask: Ask, request: Request) -> bool:
    """Whether *Cancel* is drawn: who asked may as long as nothing was done, an approver in the time to undo."""
    if not any(each.can_be_withdrawn(ask.now) for each in request.operations):
        return False
    if request.requester == ask.member.id:
        return True
    grants, names = ask.snapshot.grants, names_of(request)
    votes = decide(grants, ask.member, Permission.REQUEST_VOTE, names=names, now=ask.now).allowed
    return votes and not request.waiting


@router.action(ActionId.REQUEST_APPROVE, needs=None, changes=True)
async def approve(ask: Ask) -> Reply:
    """One yes."""
    word = await vote(ask.parts, ask.member, ask.incoming.value, Choice.APPROVE, delivery=ask.incoming.key)
    return Reply(_told(ask, word, Choice.APPROVE))


@router.action(ActionId.REQUEST_DENY, needs=None)
async def ask_why_not(ask: Ask) -> Reply:
    """A no asks for a reason first; whose no doesn't count is told before they write one."""
    request = ask.incoming.value
    meta = ask.parts.store.sealer.bind(ask.workspace, ask.member.id, ViewId.DENY, request)
    return await in_time(_why_not(ask, request, meta), views.deny_dialog(meta, None))


async def _why_not(ask: Ask, request: str, meta: str) -> Reply:
    groups = groups_of(ask.snapshot.grants)
    account = await ask.parts.people.present(ask.workspace, ask.member.id, groups)
    member = replace(ask.member, account=account)
    found = await may_deny(ask.parts, member, request, delivery=ask.incoming.key)
    if isinstance(found, Request):
        return Reply(view=views.deny_dialog(meta, found))
    return Reply(_told(ask, found, Choice.DENY))


@router.view(ViewId.DENY, needs=None, changes=True)
async def deny(ask: Ask) -> Reply:
    """One no, with its reason: it decides."""
    reason = ask.incoming.values.get(BlockId.REASON, "").strip()
    if not await reason_fits(ask, reason):
        return Reply(errors={BlockId.REASON: f"At most {views.REASON} characters, please."})
    try:
        request = ask.parts.store.sealer.bound(ask.workspace, ask.member.id, ViewId.DENY, ask.incoming.meta)
    except Unreadable:
        request = ""  # of nobody: that is refused and logged where any other such id is
    word = await vote(ask.parts, ask.member, request, Choice.DENY, delivery=ask.incoming.key, reason=reason)
    return Reply(_told(ask, word, Choice.DENY))


@router.action(ActionId.REQUEST_CLAIM, needs=None, changes=True)
async def look_at_it(ask: Ask) -> Reply:
    """Others see who has it."""
    return Reply(_told(ask, await claim(ask.parts, ask.member, ask.incoming.value, delivery=ask.incoming.key)))


@router.action(ActionId.REQUEST_CANCEL, needs=None, changes=True)
async def withdraw(ask: Ask) -> Reply:
    """Who asked takes it back."""
    return Reply(_told(ask, await cancel(ask.parts, ask.member, ask.incoming.value, delivery=ask.incoming.key)))


@router.action(ActionId.REQUEST_LOOK_AGAIN, needs=None, changes=True)
async def look_again(ask: Ask) -> Reply:
    """Reads a server once more whose change ended without anybody knowing how."""
    looked = await look_once_more(ask.parts, ask.member, ask.incoming.value, delivery=ask.incoming.key)
    return Reply(_looked(ask, looked, views.looking_again))


@router.action(ActionId.REQUEST_ADOPT, needs=None, changes=True)
async def adopt_it(ask: Ask) -> Reply:
    """A person knows that a creation happened whose end the bot could not see."""
    looked = await adopt(ask.parts, ask.member, ask.incoming.value, delivery=ask.incoming.key)
    return Reply(_looked(ask, looked, views.looking_again))


@router.action(ActionId.STOP_WATCHING, needs=None, changes=True)
async def stop_waiting(ask: Ask) -> Reply:
    """Nobody wants to hear of it any more."""
    looked = await stop_watching(ask.parts, ask.member, ask.incoming.value, delivery=ask.incoming.key)
    return Reply(_looked(ask, looked, watching_views.unwatched))


Looked = Looking | Adopted | OtherAccount | Known | NotFitting | NotThere | NotAllowed


def _looked(ask: Ask, looked: Looked, done: Callable[[Operation], Message]) -> Message:
    match looked:
        case Looking(operation):
            return done(operation)
        case Adopted(operation, server):
            return watching_views.adopted(operation, server)
        case OtherAccount(operation):
            return watching_views.other_account(operation)
        case Known(operation):
            return views.known_by_now(operation)
        case NotFitting(operation, number):
            return watching_views.not_fitting(operation, number)
        case NotThere():
            return views.not_there()
        case NotAllowed() as no:
            return refusal(no, ask.member.id, ask.now, ask.absent)


def _told(ask: Ask, word: Word, choice: Choice = Choice.APPROVE) -> Message:
    match word:
        case Counted(request, missing, about):
            return views.counted_vote(request, about, choice, missing, ask.now)
        case Cancelled(request, kept):
            return views.cancelled(request, kept)
        case Claimed(request):
            return views.claimed(request)
        case TooLate(request, other_token):
            return views.too_late(request, ask.now, other_token=other_token)
        case NotYours(request, why):
            return views.not_yours(request, why)
        case NotThere():
            return views.not_there()
        case Halted(freeze):
            return frozen(freeze)
        case NotAllowed():
            return refusal(word, ask.member.id, ask.now, ask.absent)
