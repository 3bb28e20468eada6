"""The provider's token of a workspace comes and goes: one way for whoever does it, inside a transaction."""

from datetime import datetime

from bot.domain.audit import Action, Detail, Draft
from bot.domain.operations import Outcome, State, Step
from bot.operations.parts import Parts
from bot.operations.writing import Written, take
from bot.store import audit, operations, votes, workspaces
from bot.store.engine import Tx


async def connect(
    tx: Tx,
    parts: Parts,
    workspace: str,
    *,
    token: str,
    dialect: str,
    account: str,
    by: str,
    now: datetime,
    token_name: str | None = None,
) -> None:
    """Keeps a token in place of the one before, with its entry. `token_name`: what the provider calls it, if asked."""
    await workspaces.connect(tx, workspace, token=token, dialect=dialect, account=account, by=by, now=now)
    await _outdate(tx, parts, workspace, now)
    detail: Detail = {} if token_name is None else {"token": token_name}
    await audit.append(tx, workspace, Draft(Action.TOKEN_CONNECTED, by, target=account[:255], detail=detail), now)


async def disconnect(
    tx: Tx, parts: Parts, workspace: str, *, by: str, now: datetime, reason: str = ""
) -> workspaces.Workspace | None:
    """Forgets the token, with its entry: the workspace as it was; None when there is no token.

    The log has to be signable: whoever may replace a key that can't be read does so before.
    """
    known = await workspaces.get(tx, workspace)
    if known is None or not (known.connected or known.unreadable):
        return None
    await workspaces.disconnect(tx, workspace)
    await _outdate(tx, parts, workspace, now)
    draft = Draft(Action.TOKEN_DISCONNECTED, by, target=known.account, reason=reason)
    await audit.append(tx, workspace, draft, now)
    return known


async def _outdate(tx: Tx, parts: Parts, workspace: str, now: datetime) -> None:
    """The token is another one, or gone: what was asked for under the one before is void."""
    await votes.look_soon(tx, workspace, now)
    counting = [each for each in await operations.waiting(tx, workspace) if each.not_before is not None]
    await take(tx, parts, [Written(each, Step(State.VOID, Outcome.OTHER_ACCOUNT)) for each in counting], now)
