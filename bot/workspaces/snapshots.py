"""A workspace's grants, notes, settings and token facts in memory, so that a warm question asks the database nothing.

With many workspaces the installation is part of it, so that whose token serves whom is answered from memory, too.

Every write of this process drops the snapshot at once. On SQLite another process's write is seen by
`PRAGMA data_version`; on PostgreSQL, where any replica may write, a snapshot lives for a second. A change never trusts
a snapshot: it reads the rows.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.notes import NO_NOTES, Notes
from bot.domain.roles import Grant
from bot.store import installations, members, notes, workspaces
from bot.store.engine import Store
from bot.store.installations import Installation
from bot.store.workspaces import Workspace

SHARED_FOR = timedelta(seconds=1)
"""How old a snapshot may be when other replicas write to the same database."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent reading of a workspace."""

    workspace: Workspace
    grants: tuple[Grant, ...] = field(default=())
    notes: Notes = NO_NOTES
    installation: Installation | None = None


class Snapshots:
    """The newest snapshot of each workspace."""

    def __init__(self, store: Store, clock: Callable[[], datetime], *, installed: bool = False) -> None:
        """`installed`: the app is installed through OAuth, so each workspace has a token of its own."""
        self._store = store
        self._clock = clock
        self._installed = installed
        self._known: dict[str, tuple[datetime, Snapshot]] = {}
        self._reading: dict[str, asyncio.Lock] = {}
        self._written = 0
        self._data_version: int | None = None

    async def of(self, workspace: str) -> Snapshot:
        """The snapshot, read from the rows if none is known."""
        if known := self._fresh(workspace):
            return known
        async with self._reading.setdefault(workspace, asyncio.Lock()):
            return self._fresh(workspace) or await self._read(workspace)

    def forget(self, workspace: str) -> None:
        """Something was written: the next question reads the rows."""
        self._written += 1
        self._known.pop(workspace, None)

    def forget_all(self) -> None:
        """Something was written that concerns several workspaces."""
        self._written += 1
        self._known.clear()

    async def notice_other_writers(self) -> None:
        """Forgets everything when another process has written to the database file."""
        version = await self._store.data_version()
        if self._data_version is not None and version != self._data_version:
            self.forget_all()
        self._data_version = version

    def _fresh(self, workspace: str) -> Snapshot | None:
        read_at, known = self._known.get(workspace, (None, None))
        if read_at and self._store.shared and abs(self._clock() - read_at) >= SHARED_FOR:
            return None
        return known

    async def _read(self, workspace: str) -> Snapshot:
        written, now = self._written, self._clock()
        async with self._store.read() as tx:
            found = await workspaces.get(tx, workspace)
            grants = await members.of_workspace(tx, workspace)
            installation = await installations.serving(tx, workspace) if self._installed else None
            noted = await notes.of_workspace(tx, workspace)
        snapshot = Snapshot(found or _unseen(workspace), grants, noted, installation)
        if written == self._written:  # else what was read may be older than a write: good for this once
            self._known[workspace] = now, snapshot
        return snapshot


def _unseen(workspace: str) -> Workspace:
    """A workspace that has no row yet."""
    return Workspace(
        id=workspace, token=None, dialect=None, account="", connected_by="", connected_at=None, settings={}
    )
