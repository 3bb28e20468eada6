"""A server appears whose name a creation of unknown end had: who asked for it is asked whether that is it."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.fleet import Change, What
from bot.domain.notices import Notice, NoticeKind
from bot.operations.connected import is_of_connected
from bot.operations.parts import Parts
from bot.store import notices, operations
from bot.store.engine import Tx
from bot.store.workspaces import Workspace


async def tell_who_waits(tx: Tx, parts: Parts, present: Workspace, found: Iterable[Change], now: datetime) -> None:
    """Promises a word to each who asked for a server of such a name, once; another account's server can't be it."""
    workspace = present.id
    for change in found:
        if change.what is not What.NEW or change.by:
            continue
        creation = await operations.taking(tx, workspace, change.server_name)
        if creation is None or not creation.ended or not await is_of_connected(tx, creation, present):
            continue
        told = Notice(
            id=parts.new_id(),
            workspace=workspace,
            kind=NoticeKind.APPEARED,
            subject=creation.request,
            recipient=creation.requester,
            wanted_channel="",  # where the card stands
            created_at=now,
            detail={"server": change.server_id},
        )
        await notices.promise_once(tx, told, now)
