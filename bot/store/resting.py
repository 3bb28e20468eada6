"""Workspaces without the app: what is due there rests, as if it were not there, until the app is installed again."""

from datetime import datetime

from sqlalchemy import ColumnElement, Table, select, update

from bot.store.engine import Tx
from bot.store.tables import workspaces


def awake(table: Table) -> ColumnElement[bool]:
    """Whether a row's workspace has the app: part of every question for what is due."""
    resting = select(workspaces.c.id).where(workspaces.c.resting_since.is_not(None))
    waits: ColumnElement[bool] = table.c.workspace.not_in(resting)
    return waits


async def rest(tx: Tx, installation: str, now: datetime) -> bool:
    """Lets a workspace rest, or every workspace that an organisation's installation served; whether any did not yet."""
    done = await tx.connection.execute(
        update(workspaces)
        .where(_served_by(installation), workspaces.c.resting_since.is_(None))
        .values(resting_since=now)
    )
    return bool(done.rowcount)


async def served_by(tx: Tx, installation: str) -> list[str]:
    """The workspaces that a team's or an organisation's installation serves."""
    found = await tx.connection.execute(select(workspaces.c.id).where(_served_by(installation)))
    return list(found.scalars())


async def wake(tx: Tx, installation: str) -> bool:
    """Lets the work go on; whether any was resting."""
    done = await tx.connection.execute(
        update(workspaces)
        .where(_served_by(installation), workspaces.c.resting_since.is_not(None))
        .values(resting_since=None)
    )
    return bool(done.rowcount)


def _served_by(installation: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (workspaces.c.id == installation) | (workspaces.c.enterprise == installation)
    return found
