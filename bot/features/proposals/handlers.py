"""*Agree* and *Decline*: thin; what counts is decided in `operations.proposals`."""

from bot.features.proposals import views
from bot.operations.permission import NotAllowed
from bot.operations.proposals import Decided, NoProposal, Own, TooLate, Word, agree, decline
from bot.routing import Ask, Reply, Router
from bot.sentences import refusal
from bot.slack.ids import ActionId

router = Router()


@router.action(ActionId.PROPOSAL_AGREE, needs=None, changes=True)
async def yes(ask: Ask) -> Reply:
    """The second admin's yes."""
    return _told(ask, await agree(ask.parts, ask.member, ask.incoming.value, delivery=ask.incoming.key))


@router.action(ActionId.PROPOSAL_DECLINE, needs=None, changes=True)
async def no(ask: Ask) -> Reply:
    """The second admin's no."""
    return _told(ask, await decline(ask.parts, ask.member, ask.incoming.value, delivery=ask.incoming.key))


def _told(ask: Ask, word: Word) -> Reply:
    match word:
        case Decided(proposal):
            return Reply(views.decided(proposal))
        case TooLate(proposal):
            return Reply(views.too_late(proposal))
        case Own(proposal):
            return Reply(views.own(proposal))
        case NoProposal():
            return Reply(views.not_there())
        case NotAllowed():
            return Reply(refusal(word, ask.member.id, ask.now, ask.absent))
