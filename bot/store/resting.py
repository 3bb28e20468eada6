"""Workspaces without the app: what is due there rests, as if it were not there, until the app is installed again."""

from datetime import datetime

from sqlalchemy import ColumnElement, Table, false, select, update

from bot.store.engine import Tx
from bot.store.tables import installations, workspaces


def awake(table: Table) -> ColumnElement[bool]:
    """Whether a row's workspace has the app: part of every question for what is due."""
    resting = select(workspaces.c.id).where(workspaces.c.resting_since.is_not(None))
    waits: ColumnElement[bool] = table.c.workspace.not_in(resting)
    return waits


async def left_alone(tx: Tx, installation: str) -> list[str]:
    """The workspaces that nothing serves without this installation: neither one of their own nor an organisation's."""
    there = select(installations.c.id).where(installations.c.id != installation)
    found = await tx.connection.execute(
        select(workspaces.c.id).where(
            _served_by(installation), workspaces.c.id.not_in(there), workspaces.c.enterprise.not_in(there)
        )
    )
    return list(found.scalars())


async def rest(tx: Tx, workspace: str, now: datetime) -> bool:
    """Lets a workspace rest; whether it did not yet."""
    done = await tx.connection.execute(
        update(workspaces)
        .where(workspaces.c.id == workspace, workspaces.c.resting_since.is_(None))
        .values(resting_since=now)
    )
    return bool(done.rowcount)


async def wake(tx: Tx, installation: str) -> bool:
    """Lets the work go on; whether any was resting."""
    done = await tx.connection.execute(
        update(workspaces)
        .where(_served_by(installation), workspaces.c.resting_since.is_not(None))
        .values(resting_since=None)
    )
    return bool(done.rowcount)


def _served_by(installation: str) -> ColumnElement[bool]:
    if not installation:
        return false()  # "" stands for: no organisation
    found: ColumnElement[bool] = (workspaces.c.id == installation) | (workspaces.c.enterprise == installation)
    return found
