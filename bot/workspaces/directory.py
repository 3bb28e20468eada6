"""The servers of each workspace: a short-lived cache, with one call in flight per workspace at a time."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.servers import Server
from bot.store.workspaces import Workspace
from bot.vps.client import ProviderAccount, VpsClient
from bot.vps.dialects import Dialect
from bot.vps.errors import ProviderError
from bot.workspaces.resting import Rests
from bot.workspaces.shared import Shared
from bot.workspaces.snapshots import Snapshots

FRESH_FOR = timedelta(seconds=10)
"""How old a list may be when a person asks. A change reads its server again right before the call."""


OnRead = Callable[[Workspace, Sequence[Server]], Awaitable[None]]
"""Hears of a workspace as it was when its servers were asked for, and of these. Raises nothing."""


async def _nothing(_workspace: Workspace, _servers: Sequence[Server]) -> None:
    pass


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

    def __init__(
        self, client: VpsClient, snapshots: Snapshots, clock: Callable[[], datetime], on_read: OnRead = _nothing
    ) -> None:
        """`on_read` is awaited with all servers each time they were read, before anybody has them."""
        self._on_read = on_read
        self._client = client
        self._snapshots = snapshots
        self._clock = clock
        self._fleets = Shared("servers", self._read)
        self._rests = Rests(clock)

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
        known = self._fleets.known(workspace)
        connected_at = (await self._snapshots.of(workspace)).workspace.connected_at
        if known and known.connected_at == connected_at and self._clock() - known.read_at < FRESH_FOR:
            return known.servers
        return (await self.refresh(workspace)).servers

    async def refresh(self, workspace: str) -> Fleet:
        """The servers as they are now; who asks while a call is under way shares its answer."""
        return await self._fleets.refresh(workspace)

    async def watched(self, workspace: str) -> Fleet:
        """The same, for who looks again and again: while the provider wants to be left alone, it is not asked.

        Raises NotConnected, and ProviderError with what remains of such a rest as its `retry_after`.
        """
        connected_at = await self._unless_resting(workspace)
        try:
            return await self.refresh(workspace)
        except ProviderError as error:
            if resting := self._rests.running(workspace, connected_at):
                raise resting from error
            raise

    async def watched_page(self, workspace: str, account: ProviderAccount, server_id: str) -> Server:
        """One server's own page, likewise: what it says of too many calls holds for the whole workspace."""
        connected_at = await self._unless_resting(workspace)
        try:
            return await account.server(server_id)
        except ProviderError as error:
            self._rests.begin(workspace, error, connected_at)
            raise

    def forget(self, workspace: str) -> None:
        """Another token: the next question asks the provider, and nothing that was said of the last one holds."""
        self._fleets.forget(workspace)
        self._rests.forget(workspace)

    async def _unless_resting(self, workspace: str) -> datetime | None:
        """Since when the token is connected. Raises ProviderError while the provider wants to be left alone."""
        connected_at = (await self._snapshots.of(workspace)).workspace.connected_at
        if resting := self._rests.running(workspace, connected_at):
            raise resting
        return connected_at

    async def _read(self, workspace: str) -> Fleet:
        known = (await self._snapshots.of(workspace)).workspace
        account = await self.account(workspace)
        try:
            servers = await account.servers()
        except ProviderError as error:
            self._rests.begin(workspace, error, known.connected_at)
            raise
        self._rests.answered(workspace)
        await self._on_read(known, servers)
        return Fleet(servers, self._clock(), known.connected_at)
