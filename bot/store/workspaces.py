"""Workspaces: their provider token, their settings, who connected them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from bot.store.engine import Tx
from bot.store.sealing import Unreadable
from bot.store.tables import workspaces

DISCONNECTED = "disconnected"
"""The setting that says: somebody took the token away on purpose."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace as the bot knows it. `token` is None when none is connected or it can't be read."""

    id: str
    token: str | None = field(repr=False)
    dialect: str | None
    account: str
    connected_by: str
    connected_at: datetime | None
    settings: dict[str, Any]
    unreadable: bool = False
    resting: bool = False

    @property
    def connected(self) -> bool:
        """Whether there is a token that can be used."""
        return self.token is not None


async def get(tx: Tx, workspace: str) -> Workspace | None:
    """The workspace, or None when it has never been seen."""
    row = (await tx.connection.execute(select(workspaces).where(workspaces.c.id == workspace))).one_or_none()
    return None if row is None else _workspace(tx, row)


async def everyone(tx: Tx) -> list[Workspace]:
    """All workspaces that were ever seen."""
    return [_workspace(tx, row) for row in await tx.connection.execute(select(workspaces).order_by(workspaces.c.id))]


def _workspace(tx: Tx, row: Any) -> Workspace:
    token, unreadable = _open(tx, row)
    return Workspace(
        id=row.id,
        token=token,
        dialect=row.dialect,
        account=row.account or "",
        connected_by=row.connected_by or "",
        connected_at=row.connected_at,
        settings=dict(row.settings),
        unreadable=unreadable,
        resting=row.resting_since is not None,
    )


async def ensure(tx: Tx, workspace: str, now: datetime) -> bool:
    """Makes the workspace's row if it has none; whether it was made."""
    known = (await tx.connection.execute(select(workspaces.c.id).where(workspaces.c.id == workspace))).one_or_none()
    if known:
        return False
    await tx.connection.execute(insert(workspaces).values(id=workspace, created_at=now, settings={}))
    return True


async def connect(tx: Tx, workspace: str, *, token: str, dialect: str, account: str, by: str, now: datetime) -> None:
    """Keeps a provider token, sealed, in place of the one before."""
    known = await get(tx, workspace)
    await tx.connection.execute(
        update(workspaces)
        .where(workspaces.c.id == workspace)
        .values(
            token=tx.sealer.seal(workspace, "workspaces.token", token),
            dialect=dialect,
            account=account[:255],
            connected_by=by,
            connected_at=now,
            settings={name: value for name, value in (known.settings if known else {}).items() if name != DISCONNECTED},
        )
    )


async def keep_settings(tx: Tx, workspace: str, settings: Mapping[str, Any]) -> None:
    """Keeps all settings of a workspace in place of those before."""
    await tx.connection.execute(update(workspaces).where(workspaces.c.id == workspace).values(settings=dict(settings)))


async def disconnect(tx: Tx, workspace: str) -> None:
    """Forgets the provider token, and remembers that it was meant: a start doesn't connect it again."""
    known = await get(tx, workspace)
    settings = (known.settings if known else {}) | {DISCONNECTED: True}
    await tx.connection.execute(
        update(workspaces)
        .where(workspaces.c.id == workspace)
        .values(token=None, dialect=None, account=None, connected_by=None, connected_at=None, settings=settings)
    )


async def unreadable(tx: Tx) -> list[str]:
    """The workspaces whose token can't be opened with the present keys."""
    rows = (await tx.connection.execute(select(workspaces).where(workspaces.c.token.is_not(None)))).all()
    return [row.id for row in rows if _open(tx, row)[1]]


def _open(tx: Tx, row: Any) -> tuple[str | None, bool]:
    if row.token is None:
        return None, False
    try:
        return tx.sealer.open(row.id, "workspaces.token", row.token), False
    except Unreadable:
        return None, True
