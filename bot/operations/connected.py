"""Whether a change was asked for with the account that is connected now: another one's servers say nothing about it."""

from collections.abc import Sequence

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
    return operation.id in await of_connected(parts, [operation])


async def of_connected(parts: Parts, waiting: Sequence[Operation]) -> frozenset[str]:
    """The ids of those of one workspace that were asked for with its account of now: one reading, however many."""
    present = (await parts.snapshots.of(waiting[0].workspace)).workspace
    nameless = {each.request: each for each in waiting if not each.account}
    known: dict[str, bool] = {}
    if nameless:
        async with parts.store.read() as tx:
            known = {request: await is_of_connected(tx, each, present) for request, each in nameless.items()}
    return frozenset(
        each.id for each in waiting if (each.account == present.account if each.account else known[each.request])
    )
