"""A workspace's grants, notes, settings and token facts in memory, so that a warm question asks the database nothing.

Every write of this process drops the snapshot at once; on SQLite another process's write is seen by
`PRAGMA data_version`, looked at once a second. A change never trusts a snapshot: it reads the rows.
"""

import asyncio
from dataclasses import dataclass, field

from bot.domain.notes import NO_NOTES, Notes
from bot.domain.roles import Grant
from bot.store import members, notes, workspaces
from bot.store.engine import Store
from bot.store.workspaces import Workspace


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent reading of a workspace."""

    workspace: Workspace
    grants: tuple[Grant, ...] = field(default=())
    notes: Notes = NO_NOTES


class Snapshots:
    """The newest snapshot of each workspace."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Snapshot] = {}
        self._reading: dict[str, asyncio.Lock] = {}
        self._written = 0
        self._data_version: int | None = None

    async def of(self, workspace: str) -> Snapshot:
        """The snapshot, read from the rows if none is known."""
        known = self._known.get(workspace)
        if known:
            return known
        async with self._reading.setdefault(workspace, asyncio.Lock()):
            known = self._known.get(workspace)
            return known or await self._read(workspace)

    def forget(self, workspace: str) -> None:
        """Something was written: the next question reads the rows."""
        self._written += 1
        self._known.pop(workspace, None)

    async def notice_other_writers(self) -> None:
        """Forgets everything when another process has written to the database file."""
        version = await self._store.data_version()
        if self._data_version is not None and version != self._data_version:
            self._written += 1
            self._known.clear()
        self._data_version = version

    async def _read(self, workspace: str) -> Snapshot:
        written = self._written
        async with self._store.read() as tx:
            found = await workspaces.get(tx, workspace)
            grants = await members.of_workspace(tx, workspace)
            noted = await notes.of_workspace(tx, workspace)
        snapshot = Snapshot(found or _unseen(workspace), grants, noted)
        if written == self._written:  # else what was read may be older than a write: good for this once
            self._known[workspace] = snapshot
        return snapshot


def _unseen(workspace: str) -> Workspace:
    """A workspace that has no row yet."""
    return Workspace(
        id=workspace, token=None, dialect=None, account="", connected_by="", connected_at=None, settings={}
    )
