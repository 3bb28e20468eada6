"""The servers of each workspace: a short-lived cache, with one call in flight per workspace at a time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.servers import Server
from bot.vps.client import ProviderAccount, VpsClient
from bot.vps.dialects import Dialect
from bot.workspaces.snapshots import Snapshots

FRESH_FOR = timedelta(seconds=10)
"""How old a list may be when a person asks. A change reads its server again right before the call."""


class NotConnected(Exception):
    """The workspace has no provider token, or one that can't be read (`unreadable`)."""

    def __init__(self, *, unreadable: bool) -> None:
        super().__init__("no provider token")
        self.unreadable = unreadable


@dataclass(frozen=True, slots=True)
class Fleet:
    """The servers as read at a time, through the token that was connected at another."""

    servers: tuple[Server, ...]
    read_at: datetime
    connected_at: datetime | None


class Directory:
    """Finds a workspace's provider account and its servers."""

    def __init__(self, client: VpsClient, snapshots: Snapshots, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._snapshots = snapshots
        self._clock = clock
        self._fleets: dict[str, Fleet] = {}
        self._reading: dict[str, asyncio.Task[Fleet]] = {}

    async def account(self, workspace: str) -> ProviderAccount:
        """The provider through this workspace's token. Raises NotConnected."""
        known = (await self._snapshots.of(workspace)).workspace
        if known.token is None:
            raise NotConnected(unreadable=known.unreadable)
        return self._client.account(known.token, Dialect(known.dialect or Dialect.DOCUMENTED))

    def trial(self, token: str, dialect: Dialect = Dialect.DOCUMENTED) -> ProviderAccount:
        """The provider through a token that is not kept yet."""
        return self._client.account(token, dialect)

    async def dialect(self, token: str) -> Dialect:
        """How a token's account is answered. Raises ProviderError."""
        return await self._client.detect(token)

    async def servers(self, workspace: str) -> tuple[Server, ...]:
        """The servers, at most ten seconds old. Raises NotConnected, ProviderError."""
        known = self._fleets.get(workspace)
        connected_at = (await self._snapshots.of(workspace)).workspace.connected_at
        if known and known.connected_at == connected_at and self._clock() - known.read_at < FRESH_FOR:
            return known.servers
        return (await self.refresh(workspace)).servers

    async def refresh(self, workspace: str) -> Fleet:
        """The servers as they are now; who asks while a call is under way shares its answer."""
        task = self._reading.get(workspace)
        if task is None:
            task = asyncio.create_task(self._read(workspace), name=f"servers of {workspace}")
            self._reading[workspace] = task
            task.add_done_callback(lambda done: self._done(workspace, done))
        return await asyncio.shield(task)

    def forget(self, workspace: str) -> None:
        """Another token, or a change: the next question asks the provider."""
        self._fleets.pop(workspace, None)
        self._reading.pop(workspace, None)

    async def _read(self, workspace: str) -> Fleet:
        connected_at = (await self._snapshots.of(workspace)).workspace.connected_at
        account = await self.account(workspace)
        me = asyncio.current_task()
        fleet = Fleet(await account.servers(), self._clock(), connected_at)
        if self._reading.get(workspace) is me:  # else the token changed while it was read
            self._fleets[workspace] = fleet
        return fleet

    def _done(self, workspace: str, task: asyncio.Task[Fleet]) -> None:
        if self._reading.get(workspace) is task:
            del self._reading[workspace]
        if not task.cancelled():
            task.exception()  # retrieved: whoever waited has it
