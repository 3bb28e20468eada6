"""Events: who changed is looked at anew at once; when the app is removed, the workspace's token is forgotten."""

from bot.domain.audit import BOT, Action, Draft
from bot.routing import Ask, Reply, Router
from bot.store import audit, workspaces

router = Router()


@router.event("user_change")
async def account_changed(ask: Ask) -> Reply:
    """Somebody was deactivated, became a guest, or changed their name: the next decision asks Slack."""
    ask.parts.people.forget(ask.workspace, ask.incoming.user)
    return Reply()


@router.event("subteam_members_changed")
async def group_changed(ask: Ask) -> Reply:
    """Somebody joined or left a user group."""
    ask.parts.people.forget_group(ask.workspace, ask.incoming.value)
    return Reply()


@router.event("app_uninstalled", changes=True)
async def removed(ask: Ask) -> Reply:
    """The workspace removed the app: its provider token is forgotten."""
    async with ask.parts.change("members.removed", ask.workspace, ask.incoming.key) as tx:
        known = await workspaces.get(tx, ask.workspace)
        if known is not None and (known.connected or known.unreadable):
            await workspaces.disconnect(tx, ask.workspace)
            draft = Draft(Action.TOKEN_DISCONNECTED, BOT, target=known.account, reason="app_uninstalled")
            await audit.append(tx, ask.workspace, draft, ask.now)
    ask.parts.directory.forget(ask.workspace)
    return Reply()
