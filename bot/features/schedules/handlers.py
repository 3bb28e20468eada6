"""`/vps at TIME …`: shown first, kept after a yes. `/vps schedule`: what is planned, with a button that cancels it."""

from bot.domain.roles import Permission, decide
from bot.domain.rolling import most
from bot.domain.schedules import OPTIONS, Typed, Wrong, read
from bot.domain.selectors import Found, NotFound, SameName, select
from bot.features.refusals import told
from bot.features.schedules import views
from bot.features.words import not_found, same_name, typed, visible
from bot.operations.planning import Cancelled, Full, Kept, NotKept, NotYours, Offered, Past, cancel, keep, offer
from bot.operations.submit import UsedUp
from bot.routing import Ask, Group, Reply, Router
from bot.slack.ids import ActionId
from bot.store import schedules

router = Router()


@router.command(
    "at",
    "at TIME start|stop|reboot|delete SERVER…",
    needs=Permission.SERVER_POWER,
    group=Group.CHANGE,
    words=None,
    options=OPTIONS,
    changes=True,
    examples=("at 02:00 reboot web-*", "at every monday 02:00 reboot web-*", "at 2026-12-24 18:00 stop stage-*"),
)
async def at(ask: Ask) -> Reply:
    """Plan a change for a time, once or again and again."""
    words = typed(ask.line.rest.words)
    options = dict(zip(ask.line.options, typed(ask.line.options.values()), strict=True))
    asked = read(words, options, ask.member.account.zone, ask.now)
    if isinstance(asked, Wrong):
        return Reply(views.wrong(asked))
    chosen = select(asked.servers, visible(ask, await ask.parts.directory.servers(ask.workspace)))
    match chosen:
        case SameName():
            return Reply(same_name(chosen, f"at {asked.when} {asked.kind}"))
        case NotFound():
            return Reply(not_found(chosen, None))
        case Found(servers=servers) if len(servers) > most(asked.kind):
            return Reply(views.too_many(len(servers), most(asked.kind)))
        case Found():
            return await _offer(ask, asked, chosen)


async def _offer(ask: Ask, asked: Typed, chosen: Found) -> Reply:
    match await offer(ask.parts, ask.member, asked, chosen, channel=ask.incoming.channel, delivery=ask.incoming.key):
        case Offered(schedule, prepared):
            return Reply(views.offer(schedule, prepared, now=ask.now))
        case Full():
            return Reply(views.full())
        case no:
            return Reply(told(ask, no, asked.kind, len(chosen.servers)))


@router.action(ActionId.SCHEDULE_KEEP, needs=Permission.SERVER_POWER, changes=True)
async def keep_it(ask: Ask) -> Reply:
    """The yes to what was shown."""
    match await keep(ask.parts, ask.member, ask.incoming.value, delivery=ask.incoming.key):
        case Kept(schedule):
            return Reply(views.kept(schedule), replace=True)
        case Past():
            return Reply(views.past(), replace=True)
        case Full():
            return Reply(views.full())
        case UsedUp():
            return Reply(views.offer_ended(), replace=True)
        case NotKept(schedule, no):
            return Reply(told(ask, no, schedule.kind, len(schedule.servers)))


@router.command("schedule", "schedule", needs=Permission.SERVER_READ, group=Group.CHANGE, examples=("schedule",))
async def schedule(ask: Ask) -> Reply:
    """Show what is planned, and cancel it: your own, and all of it if you are admin."""
    everything = decide(ask.snapshot.grants, ask.member, Permission.SETTINGS_MANAGE, names=None, now=ask.now).allowed
    async with ask.parts.store.read() as tx:
        kept = await schedules.kept(tx, ask.workspace, None if everything else ask.member.id)
    return Reply(views.planned(kept, everything=everything))


@router.action(ActionId.SCHEDULE_CANCEL, needs=None, changes=True)
async def cancel_it(ask: Ask) -> Reply:
    """One's own, or for an admin anybody's."""
    match await cancel(ask.parts, ask.member, ask.incoming.value, delivery=ask.incoming.key):
        case Cancelled(schedule):
            return Reply(views.cancelled_now(schedule))
        case NotYours():
            return Reply(views.not_there())
