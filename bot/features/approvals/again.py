"""*Try again* under a change whose end is not known: the same once more, as a new wish of who presses it."""

from bot.domain.operations import Operation
from bot.domain.servers import Server
from bot.features.approvals import views
from bot.features.power.views import accepted
from bot.features.refusals import alone, told
from bot.operations.consent import NotThere
from bot.operations.looking import Known, to_repeat
from bot.operations.permission import NotAllowed
from bot.operations.preparing import Vanished
from bot.operations.refusing import log_unprepared
from bot.operations.submit import Order, Submitted, submit
from bot.routing import Ask, Reply, Router
from bot.sentences import refusal
from bot.slack.ids import ActionId
from bot.store import operations

router = Router()


@router.action(ActionId.REQUEST_AGAIN, needs=None, changes=True)
async def try_again(ask: Ask) -> Reply:
    """Permission, consent and everything else are decided anew, as for a command that is typed."""
    match await to_repeat(ask.parts, ask.member, ask.incoming.value, delivery=ask.incoming.key):
        case NotThere():
            return Reply(views.not_there())
        case NotAllowed() as no:
            return Reply(refusal(no, ask.member.id, ask.now, ask.absent))
        case Known(operation):
            return Reply(views.known_by_now(operation))
        case before:
            return await _once_more(ask, before)


async def _once_more(ask: Ask, before: Operation) -> Reply:
    async with ask.parts.store.read() as tx:
        request = await operations.request(tx, ask.workspace, before.request)
    everywhere = await ask.parts.directory.servers(ask.workspace)
    server = next((each for each in everywhere if each.id == before.server_id), None)
    if server is None:
        gone, last_seen = Vanished((before.server_name,)), Server(before.server_id, before.server_name, "")
        await log_unprepared(
            *(ask.parts, ask.member, before.kind, [last_seen], gone),
            delivery=ask.incoming.key,
        )
        return Reply(told(ask, gone, before.kind))
    order = Order(
        member=ask.member,
        kind=before.kind,
        servers=(server,),
        channel=ask.incoming.channel,
        delivery=ask.incoming.key,
        reason=request.reason if request else "",
        wanted=before.wanted,
    )
    match await submit(ask.parts, order):
        case Submitted(filed, prepared):
            return Reply(accepted(filed, prepared, alone=alone(ask, before.kind)))
        case no:
            return Reply(told(ask, no, before.kind))
