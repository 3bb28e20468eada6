"""`/vps freeze` by any approver, `/vps unfreeze` by an admin, and a second one where there is one."""

from bot.domain.policy import freeze_of
from bot.domain.proposals import Unfreeze
from bot.domain.roles import Permission
from bot.features.dialogs import reason_fits
from bot.features.freeze import views
from bot.features.proposals.views import impossible, waits
from bot.operations.freezing import Froze, FrozenAlready, freeze
from bot.operations.permission import NotAllowed, check
from bot.operations.proposals import Done, Impossible, Proposed, absent_admins, change_power
from bot.routing import Ask, Group, Reply, Router
from bot.sentences import refusal
from bot.store import workspaces

router = Router()


@router.command(
    "freeze",
    "freeze [REASON]",
    needs=Permission.FREEZE,
    group=Group.AGREE,
    words=None,
    options=None,
    changes=True,
    examples=("freeze", "freeze somebody else has my laptop"),
)
async def stop_everything(ask: Ask) -> Reply:
    """Stop all changes at once, those that were agreed to as well."""
    reason = _reason(ask.incoming.text)
    if not await reason_fits(ask, reason):
        return Reply(views.reason_too_long(len(reason)))
    answer = await freeze(ask.parts, ask.member, reason, delivery=ask.incoming.key, typed_in=ask.incoming.channel)
    match answer:
        case Froze(put, voided):
            return Reply(views.frozen(put, len(voided)))
        case FrozenAlready(there):
            return Reply(views.frozen_already(there))
        case NotAllowed():
            return Reply(refusal(answer, ask.member.id, ask.now, ask.absent))


@router.command(
    "unfreeze", "unfreeze", needs=Permission.SETTINGS_MANAGE, group=Group.AGREE, changes=True, examples=("unfreeze",)
)
async def go_on(ask: Ask) -> Reply:
    """Lift a freeze. Where there are two admins, the other one has to agree."""
    absent = await absent_admins(ask.parts, ask.workspace)
    async with ask.parts.change("freeze.lift", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        if no := await check(tx, ask.member, Permission.SETTINGS_MANAGE, asked="/vps unfreeze", now=now):
            return Reply(refusal(no, ask.member.id, now, ask.absent))
        known = await workspaces.get(tx, ask.workspace)
        there = freeze_of(known.settings if known else {})
        if there is None:
            return Reply(views.not_frozen())
        outcome = await change_power(tx, ask.parts, ask.member, Unfreeze(there.by, there.at), absent, now)
    match outcome:
        case Done():
            return Reply(views.lifted())
        case Proposed(proposal, asked):
            return Reply(waits(proposal, asked))
        case Impossible(why):
            return Reply(impossible(why))


def _reason(text: str) -> str:
    """All that was typed behind the word, as it was typed: quotes, colons and mentions mean nothing here."""
    typed = text.strip().partition(" ")[2].strip()
    return typed.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
