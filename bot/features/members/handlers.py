"""Events: who changed is looked at anew at once; when the app is removed, the workspace's tokens are forgotten."""

from collections.abc import Mapping

from bot.domain.roles import admins, groups_of
from bot.installs import remove
from bot.routing import Ask, ComesAgain, Reply, Router
from bot.slack.web import SlackTrouble
from bot.store import votes

router = Router()


@router.event("user_change")
async def account_changed(ask: Ask) -> Reply:
    """Somebody was deactivated, became a guest, or changed their name: the next decision asks Slack."""
    who = ask.incoming.user
    ask.parts.people.forget(ask.workspace, who)
    if who in admins(ask.snapshot.grants, ask.now):  # people are sent to who is admin: known before the next refusal
        await ask.parts.people.present(ask.workspace, who)
    async with ask.parts.store.read() as tx:
        waiting = await votes.waiting_with(tx, ask.workspace, who)
    if waiting:  # most people have a word in none: Slack sends this for every new status text
        async with ask.parts.change("members.look", ask.workspace, "") as tx:
            await votes.look_soon(tx, ask.workspace, ask.parts.clock(), among=waiting)
    return Reply()


@router.event("subteam_members_changed")
async def group_changed(ask: Ask) -> Reply:
    """Somebody joined or left a user group: through one that holds a role, what waits may stand otherwise now."""
    group = ask.incoming.value
    ask.parts.people.forget_group(ask.workspace, group)
    if group in groups_of(ask.snapshot.grants):
        async with ask.parts.change("members.look", ask.workspace, "") as tx:
            await votes.look_soon(tx, ask.workspace, ask.parts.clock())
    return Reply()


@router.event("app_uninstalled", changes=True)
async def uninstalled(ask: Ask) -> Reply:
    """The workspace removed the app: all its tokens are forgotten, and its work rests."""
    await _forget(ask, accounts=True)
    return Reply()


@router.event("tokens_revoked", changes=True)
async def revoked(ask: Ask) -> Reply:
    """Slack withdrew our token: it is forgotten, and the work rests until the app is installed again."""
    event = ask.incoming.raw.get("event") or {}
    tokens = event.get("tokens")
    if isinstance(tokens, Mapping) and tokens.get("bot"):
        await _forget(ask, accounts=False)
    return Reply()


async def _forget(ask: Ask, *, accounts: bool) -> None:
    """Unless the token works: then the event is older than the installation that there is."""
    gone = ask.incoming.enterprise or ask.workspace
    try:
        known = not gone or await ask.parts.people.know_us(gone)
    except SlackTrouble as away:
        raise ComesAgain from away  # forgetting a token that works would cost an installation
    if not known:
        await remove(ask.parts, gone, reason=ask.incoming.name, delivery=ask.incoming.key, accounts=accounts)
