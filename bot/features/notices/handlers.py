"""`/vps notices`: messages that were promised and that Slack doesn't have; an admin sends them again."""

from bot.domain.audit import Action, Draft
from bot.domain.roles import Permission
from bot.features.notices import views
from bot.operations.permission import check, log_forged
from bot.routing import Ask, Group, Reply, Router
from bot.sentences import refusal
from bot.slack.ids import ActionId
from bot.store import audit, notices

router = Router()


@router.command("notices", "notices", needs=Permission.SETTINGS_MANAGE, group=Group.BACK, examples=("notices",))
async def undelivered(ask: Ask) -> Reply:
    """Show the messages that could not be delivered, and send them again."""
    async with ask.parts.store.read() as tx:
        found = await notices.undelivered(tx, ask.workspace)
    return Reply(views.overview(found, now=ask.now))


@router.action(ActionId.NOTICE_AGAIN, needs=Permission.SETTINGS_MANAGE, changes=True)
async def send_again(ask: Ask) -> Reply:
    """One of them is tried at once, and then as often as a new one."""
    async with ask.parts.change("notices.again", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        if no := await check(tx, ask.member, Permission.SETTINGS_MANAGE, asked="/vps notices", now=now):
            return Reply(refusal(no, ask.member.id, now, ask.absent))
        notice = await notices.send_again(tx, ask.workspace, ask.incoming.value, now)
        if notice is None:
            if not await notices.is_known(tx, ask.workspace, ask.incoming.value):
                await log_forged(tx, ask.member, "message", now)
            return Reply(views.not_owed())
        detail = {"notice": notice.id, "kind": notice.kind}
        draft = Draft(Action.NOTICE_SENT_AGAIN, ask.member.id, target=notice.recipient, detail=detail)
        await audit.append(tx, ask.workspace, draft, now)
    return Reply(views.sending_again(notice))
