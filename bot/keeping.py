"""Keeps changes that take too long, before they are acknowledged: those of a moment in one transaction.

Fifty people who press at once wait for the same acknowledgement; fifty commits, one after the other, would take longer
than Slack waits.
"""

import asyncio
from datetime import datetime

import structlog

from bot.store import deliveries
from bot.store.deliveries import Delivery
from bot.store.engine import DatabaseFailure, Store

log = structlog.get_logger()


class _Batch:
    """What is kept together, and the commit that does it."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.commit: asyncio.Task[bool] | None = None


class Keeper:
    """Commits unfinished changes so that they survive this process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: dict[str, _Batch] = {}

    async def keep(self, delivery: Delivery, due_at: datetime) -> bool:
        """Whether it is kept. It is taken up again at `due_at`, unless it is finished by then."""
        batch = self._open.setdefault(delivery.workspace, _Batch())
        batch.deliveries.append(delivery)
        if batch.commit is None:
            commit = self._commit(batch, delivery.workspace, due_at)
            batch.commit = asyncio.create_task(commit, name=f"keep changes of {delivery.workspace}")
        return await asyncio.shield(batch.commit)

    async def _commit(self, batch: _Batch, workspace: str, due_at: datetime) -> bool:
        try:
            async with self._store.begin("deliveries.keep", workspace, urgent=True) as tx:
                self._close(workspace, batch)  # who comes from now on is not among these
                await deliveries.keep(tx, batch.deliveries, due_at)
        except DatabaseFailure:
            log.exception("changes not kept", workspace=workspace)
            return False
        finally:
            self._close(workspace, batch)
        return True

    def _close(self, workspace: str, batch: _Batch) -> None:
        if self._open.get(workspace) is batch:
            del self._open[workspace]
