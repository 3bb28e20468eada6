"""How a change of power is put before a second admin, and how it ends."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.notices import Notice
from bot.domain.policy import changed
from bot.domain.proposals import (
    NewGrant,
    NewSettings,
    NewToken,
    Proposal,
    ProposalState,
    Unfreeze,
    Unprotect,
    Why,
)
from bot.features.access.views import limits, subject
from bot.features.settings.wording import in_words
from bot.features.words import bold
from bot.operations.telling import Facts
from bot.sentences import listed, said
from bot.slack.blocks import (
    Element,
    Message,
    actions,
    button,
    code,
    confirmation,
    context,
    cut,
    cut_mrkdwn,
    moment,
    person,
    section,
)
from bot.slack.ids import ActionId


def card(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """What a second admin is asked, and, later, what came of it."""
    proposal = facts.proposal
    if proposal is None:
        return None
    asked = f"{person(proposal.proposer)} wants to {what(proposal)}."
    if not proposal.open:
        text = f"{asked} {_ended(proposal)}"
        return Message(text, [section(text)])
    text = f"{asked} It takes a second admin: do you agree?"
    return Message(
        text,
        [
            section(f"🔑 {text}"),
            actions(*answers(proposal)),
            context(f"proposed {moment(proposal.proposed_at)} · expires {moment(proposal.expires_at)}"),
        ],
    )


def answers(proposal: Proposal) -> list[Element]:
    """What a second admin can say."""
    sure = confirmation("Agree?", "It takes effect at once.", "Agree")
    return [
        button("Agree", ActionId.PROPOSAL_AGREE, proposal.id, style="primary", confirm=sure),
        button("Decline", ActionId.PROPOSAL_DECLINE, proposal.id, style="danger"),
    ]


def ended(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """The end, told to who proposed it."""
    proposal = facts.proposal
    return None if proposal is None else said(f"You wanted to {what(proposal)}. {_ended(proposal)}")


def waits(proposal: Proposal, asked: Sequence[str]) -> Message:
    """To who proposed it: nothing is changed yet, and who is asked."""
    who = listed([person(each) for each in asked[:8]], "or")
    return said(
        f"This takes a second admin. I asked {who} to agree; until then nothing changes. It expires "
        f"{moment(proposal.expires_at)}."
    )


def decided(proposal: Proposal) -> Message:
    """To who decided."""
    return said(f"{person(proposal.proposer)} wanted to {what(proposal)}. {_ended(proposal)}")


def too_late(proposal: Proposal) -> Message:
    """Somebody was quicker, or its day is over."""
    told = _ended(proposal) if not proposal.open else "It has expired."
    return said(f"Too late. {told}")


def own(proposal: Proposal) -> Message:
    """Nobody is their own second admin."""
    return said("You proposed this yourself: another admin has to agree. Nothing was changed.")


def not_there() -> Message:
    """An id that was made by hand, or of another workspace."""
    return said("There is no such proposal here. Nothing was changed, and this is in the log.")


def impossible(why: Why) -> Message:
    """It can't be done, and wasn't."""
    return said(f"{_WHY[why]} Nothing was changed.")


def what(proposal: Proposal) -> str:
    """What is proposed, as the end of "wants to …"."""
    match proposal.change:
        case NewSettings(before, after):
            return f"change the settings: {cut_mrkdwn(in_words(changed(before, after)), 1500)}"
        case NewGrant(grant):
            return f"make {subject(grant)} *{grant.role}*{limits(grant)}"
        case NewToken(account=account, token_name=token):
            named = f" (its token {code(cut(token, 100))})" if token else ""
            return f"connect this workspace to the VPS.org account {code(cut(account or 'unnamed', 200))}{named}"
        case Unprotect(_, server_name):
            return f"lift the protection of {bold(server_name)}"
        case Unfreeze(frozen_by, frozen_at):
            return f"lift the freeze that {person(frozen_by)} put on everything {moment(frozen_at)}"
        case None:
            return "change something that can't be read any more"


def _ended(proposal: Proposal) -> str:
    who = person(proposal.answered_by)
    match proposal.state:
        case ProposalState.AGREED:
            return f"{who} agreed: it is done."
        case ProposalState.DECLINED:
            return f"{who} declined: nothing was changed."
        case ProposalState.EXPIRED:
            return "Nobody agreed within a day: nothing was changed."
        case ProposalState.VOID:
            return f"Nothing was changed: {_VOID[proposal.why] if proposal.why else 'it is void.'}"
        case ProposalState.OPEN:
            return "It still waits."


_WHY = {
    Why.CHANGED: "What this is about was changed by somebody else in the meantime. Look at it again.",
    Why.LAST_ADMIN: "The last admin for all servers, without an end, stays: make somebody else *admin* first.",
    Why.PROPOSER: "Who proposed it may not do it any more.",
    Why.SUBJECT: "Who would get the role is deactivated, a guest, or from another organisation.",
    Why.ENDED: "The role would have ended already.",
    Why.UNREADABLE: "What was proposed can't be read any more: the bot's encryption key was changed.",
    Why.REPLACED: "It was proposed anew.",
    Why.TOO_FEW: "That takes more approvals than there are people who can approve.",
    Why.ALONE: (
        "This takes a second admin, and you took another admin's role away less than a day ago. Alone you can do it "
        "when that day is over, or with somebody who is admin by then."
    ),
}

_VOID = {
    Why.CHANGED: "what it is about was changed in the meantime. Propose it again.",
    Why.LAST_ADMIN: "the last admin for all servers, without an end, stays.",
    Why.PROPOSER: "who proposed it may not do it any more.",
    Why.SUBJECT: "who would get the role is deactivated, a guest, or from another organisation.",
    Why.ENDED: "the role would have ended already.",
    Why.UNREADABLE: "what was proposed can't be read any more, because the bot's encryption key was changed.",
    Why.REPLACED: "it was proposed anew.",
    Why.TOO_FEW: "it takes more approvals than there are people who can approve now.",
    Why.ALONE: "who proposed it took another admin's role away less than a day ago.",
}
