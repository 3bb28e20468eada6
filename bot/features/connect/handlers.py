"""`/vps connect` and `/vps disconnect`: the token is tried before it is kept, and never shown."""

import re

from bot.domain.audit import Action, Draft
from bot.domain.proposals import NewToken, Power
from bot.domain.roles import Permission
from bot.features.connect import views
from bot.features.proposals.views import impossible, waits
from bot.operations.enacting import outdate
from bot.operations.permission import check
from bot.operations.proposals import Done, Impossible, Proposed, absent_admins, change_power
from bot.operations.refusing import log_no_power
from bot.routing import Ask, Group, Reply, Router
from bot.sentences import refusal
from bot.slack.ids import ActionId, BlockId, ViewId
from bot.store import audit, workspaces
from bot.vps.errors import ProviderError, Trouble

router = Router()

_TOKEN = re.compile(r"vps_[\x21-\x7e]{4,500}")

_PASSING = (Trouble.RATE_LIMITED, Trouble.UNAVAILABLE, Trouble.UNREADABLE, Trouble.UNREACHABLE, Trouble.LOST)
"""What tells nothing about the token: everything else is a no to it."""


@router.command("connect", "connect", needs=Permission.TOKEN_MANAGE, group=Group.SET_UP, examples=("connect",))
async def connect(ask: Ask) -> Reply:
    """Connect this workspace to a VPS.org account, or see which one it is."""
    return Reply(opens=views.dialog(ask.snapshot.workspace))


@router.view(ViewId.CONNECT, needs=Permission.TOKEN_MANAGE, changes=True)
async def keep_token(ask: Ask) -> Reply:
    """Tries the token at the provider; keeps it, sealed, only when that works, and when a second admin agrees."""
    token = ask.incoming.values.get(BlockId.TOKEN, "").strip()
    if not _TOKEN.fullmatch(token):
        return Reply(errors={BlockId.TOKEN: views.NOT_A_TOKEN})
    directory = ask.parts.directory
    try:
        account = await directory.trial(token).me()
        dialect = await directory.dialect(token)
        servers = await directory.trial(token, dialect).servers()
    except ProviderError as error:
        if error.trouble not in _PASSING:
            await _log_refused(ask, error.trouble)
        return Reply(errors={BlockId.TOKEN: views.token_failed(error)})
    name = account.email or account.company or account.token_name
    absent = await absent_admins(ask.parts, ask.workspace)
    async with ask.parts.change("connect.keep", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        await audit.replace_key(tx, ask.workspace, ask.member.id, now)
        no = await check(tx, ask.member, Permission.TOKEN_MANAGE, asked="/vps connect", now=now)
        if no:
            return Reply(refusal(no, ask.member.id, now, ask.absent))
        await workspaces.ensure(tx, ask.workspace, now)
        known = await workspaces.get(tx, ask.workspace)
        change = NewToken(token, name, account.token_name, known.connected_at if known else None, dialect)
        outcome = await change_power(tx, ask.parts, ask.member, change, absent, now)
    match outcome:
        case Done():
            ask.parts.directory.forget(ask.workspace)
            return Reply(view=views.connected(name, len(servers)))
        case Proposed(proposal, asked):
            return Reply(view=views.answered(waits(proposal, asked)))
        case Impossible(why):
            return Reply(view=views.answered(impossible(why)))


async def _log_refused(ask: Ask, trouble: Trouble) -> None:
    """Who tries tokens that aren't theirs leaves a trace. What was tried is kept nowhere."""
    async with ask.parts.change("connect.refused", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        await audit.replace_key(tx, ask.workspace, ask.member.id, now)
        await log_no_power(tx, ask.member, Power.TOKEN, NewToken.target, trouble, now)


@router.command("disconnect", "disconnect", needs=Permission.TOKEN_MANAGE, group=Group.SET_UP, examples=("disconnect",))
async def disconnect(ask: Ask) -> Reply:
    """Forget the VPS.org token of this workspace."""
    return Reply(views.ask_to_disconnect(ask.snapshot.workspace))


@router.action(ActionId.DISCONNECT, needs=Permission.TOKEN_MANAGE, changes=True)
async def forget_token(ask: Ask) -> Reply:
    """The yes to it."""
    async with ask.parts.change("connect.forget", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        await audit.replace_key(tx, ask.workspace, ask.member.id, now)
        no = await check(tx, ask.member, Permission.TOKEN_MANAGE, asked="/vps disconnect", now=now)
        if no:
            return Reply(refusal(no, ask.member.id, now, ask.absent))
        known = await workspaces.get(tx, ask.workspace)
        if known is None or not (known.connected or known.unreadable):
            return Reply(views.nothing_connected(), replace=True)
        await workspaces.disconnect(tx, ask.workspace)
        await outdate(tx, ask.parts, ask.workspace, now)
        await audit.append(
            tx, ask.workspace, Draft(Action.TOKEN_DISCONNECTED, ask.member.id, target=known.account), now
        )
    ask.parts.directory.forget(ask.workspace)
    return Reply(views.disconnected(known.account), replace=True)
