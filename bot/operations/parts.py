"""What the path of a change works with, put together once by app.py."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.slack.channels import Channels
from bot.slack.people import People
from bot.store import deliveries
from bot.store.engine import Store, Tx
from bot.workspaces.catalogue import Catalogue
from bot.workspaces.directory import Directory
from bot.workspaces.snapshots import Snapshots


class Repeated(Exception):
    """The same delivery was served before: nothing is done, and nothing is said twice."""


@dataclass(frozen=True, slots=True)
class Parts:
    """`poll` is the base pause between looks, `timeout` the total time of one call of the provider;
    `overdue_after`: how long a creation may take before its requester is told that it still goes on.

    `wake` tells the engine that something became due; `new_id` gives ids that sort by time.
    """

    store: Store
    snapshots: Snapshots
    directory: Directory
    catalogue: Catalogue
    people: People
    channels: Channels
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    wake: Callable[[], None]
    poll: timedelta
    timeout: timedelta
    overdue_after: timedelta

    @asynccontextmanager
    async def change(self, name: str, workspace: str, delivery: str) -> AsyncIterator[Tx]:
        """The transaction of a change that a person asked for: it settles its delivery, or raises Repeated.

        After the commit the workspace's snapshot is dropped and the engine woken.
        """
        async with self.store.begin(name, workspace) as tx:
            if delivery and not await deliveries.settle(tx, delivery, workspace, self.clock()):
                raise Repeated
            yield tx
        self.snapshots.forget(workspace)
        self.wake()
