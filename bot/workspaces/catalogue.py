"""What a new server can be, in each workspace's account: short-lived, because a dialog asks for it at every choice."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.servers import Plan, System
from bot.vps.client import Choice
from bot.vps.errors import ProviderError
from bot.workspaces.directory import Directory
from bot.workspaces.shared import Shared
from bot.workspaces.snapshots import Snapshots

T = TypeVar("T")

FRESH_FOR = timedelta(seconds=60)
"""How old it may be: as long as a dialog is filled. What is bought and for how much is read anew when it is filed."""

IN_PART_FOR = timedelta(seconds=5)
"""The same, when not all of it could be read."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen: the catalogue, and what the account's own servers show."""

    plans: tuple[Plan, ...] = ()
    systems: tuple[System, ...] = ()
    places: tuple[Choice, ...] = ()
    keys: tuple[Choice, ...] = ()


@dataclass(slots=True)
class _Read:
    """One reading, through the token that was connected at a time; `whole`: nothing of it failed."""

    connected_at: datetime | None
    read_at: datetime
    whole: bool = True
    offered: Offered = field(default_factory=Offered)


class Catalogue:
    """Finds what can be chosen in a workspace."""

    def __init__(self, directory: Directory, snapshots: Snapshots, clock: Callable[[], datetime]) -> None:
        self._directory = directory
        self._snapshots = snapshots
        self._clock = clock
        self._shared = Shared("catalogue", self._read)

    async def offered(self, workspace: str) -> Offered:
        """What can be chosen. What can't be read is typed: a list is nice to have, not worth a failure.

        Raises NotConnected.
        """
        known = self._shared.known(workspace)
        connected_at = await self._connected_at(workspace)
        if known and known.connected_at != connected_at:
            self._shared.forget(workspace)
        elif known and self._clock() - known.read_at < (FRESH_FOR if known.whole else IN_PART_FOR):
            return known.offered
        read = await self._shared.refresh(workspace)
        if read.connected_at != connected_at:  # it was under way when another token was connected
            self._shared.forget(workspace)
            read = await self._shared.refresh(workspace)
        return read.offered

    async def _connected_at(self, workspace: str) -> datetime | None:
        return (await self._snapshots.of(workspace)).workspace.connected_at

    async def _read(self, workspace: str) -> _Read:
        read = _Read(await self._connected_at(workspace), self._clock())
        account = await self._directory.account(workspace)

        async def or_none(reading: Awaitable[tuple[T, ...]]) -> tuple[T, ...]:
            try:
                return await reading
            except ProviderError:
                read.whole = False
                return ()

        servers, plans, systems, places, keys = await asyncio.gather(
            or_none(self._directory.servers(workspace)),
            or_none(account.plans()),
            or_none(account.systems()),
            or_none(account.locations()),
            or_none(account.ssh_keys()),
        )
        seen = {each.system.id: each.system for each in servers if each.system and each.system.id}
        shown = {e.location for e in servers if e.location} | {code for plan in plans for code in plan.locations}
        read.offered = Offered(
            plans=plans,
            systems=systems or tuple(sorted(seen.values(), key=lambda system: system.name)),
            places=places or tuple(Choice(code, code) for code in sorted(shown)),
            keys=keys,
        )
        return read
