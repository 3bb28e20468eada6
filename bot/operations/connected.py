"""Whether a change was asked for with the account that is connected now: another one's servers say nothing about it."""

from bot.domain.operations import Operation
from bot.operations.parts import Parts
from bot.store import operations
from bot.store.engine import Tx
from bot.store.workspaces import Workspace


async def is_of_connected(tx: Tx, operation: Operation, present: Workspace) -> bool:
    """By the account's name; where VPS.org didn't say it, another token counts as another account."""
    if operation.account:
        return operation.account == present.account
    request = await operations.request(tx, operation.workspace, operation.request)
    return request is None or request.connected_at in (None, present.connected_at)


async def is_same_account(parts: Parts, operation: Operation) -> bool:
    """The same by what is known of the workspace now, for who looks again and again."""
    present = (await parts.snapshots.of(operation.workspace)).workspace
    if operation.account:
        return operation.account == present.account
    async with parts.store.read() as tx:
        return await is_of_connected(tx, operation, present)
