"""Servers that can't be deleted from Slack, by id."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from bot.store.engine import Tx
from bot.store.tables import protections


@dataclass(frozen=True, slots=True)
class Protection:
    """A server that can't be deleted, with the name it had when it was protected.

    `glob`: the protected pattern that it fitted then; "" when the server was named itself. `protected_by`: "" for what
    came to fit the pattern later.
    """

    server_id: str
    server_name: str
    protected_by: str
    protected_at: datetime
    glob: str = ""


async def of_workspace(tx: Tx, workspace: str) -> tuple[Protection, ...]:
    """All protected servers, by name."""
    found = await tx.connection.execute(
        select(protections).where(protections.c.workspace == workspace).order_by(protections.c.server_name)
    )
    return tuple(
        Protection(row.server_id, row.server_name, row.protected_by, row.protected_at, row.glob) for row in found
    )


async def among(tx: Tx, workspace: str, server_ids: Iterable[str]) -> dict[str, str]:
    """Those of the servers that are kept by their id: through which pattern; "" for one that was named itself."""
    rows = protections.c
    found = await tx.connection.execute(
        select(rows.server_id, rows.glob)
        .where(rows.workspace == workspace, rows.server_id.in_(list(server_ids)))
        .order_by(rows.glob.desc())  # what was named itself comes last, and counts
    )
    return {row.server_id: row.glob for row in found}


async def put(tx: Tx, workspace: str, protection: Protection) -> bool:
    """Protects a server; False when it was already, in the same way."""
    known = await tx.connection.execute(
        select(protections.c.server_id).where(
            protections.c.workspace == workspace,
            protections.c.server_id == protection.server_id,
            protections.c.glob == protection.glob,
        )
    )
    if known.one_or_none():
        return False
    await tx.connection.execute(insert(protections).values(**_row(workspace, protection)))
    return True


async def put_all(tx: Tx, workspace: str, new: Sequence[Protection]) -> None:
    """Protects servers that were not yet, in that way."""
    await tx.connection.execute(insert(protections), [_row(workspace, each) for each in new])


async def lift(tx: Tx, workspace: str, server_id: str) -> bool:
    """Takes away the protection of a server that was named itself; False when there was none."""
    done = await tx.connection.execute(
        delete(protections).where(
            protections.c.workspace == workspace, protections.c.server_id == server_id, protections.c.glob == ""
        )
    )
    return done.rowcount == 1


async def unpin(tx: Tx, workspace: str, globs: Iterable[str]) -> None:
    """Takes away what came with these patterns."""
    await tx.connection.execute(
        delete(protections).where(
            protections.c.workspace == workspace, protections.c.glob.in_([each for each in globs if each])
        )
    )


def _row(workspace: str, protection: Protection) -> dict[str, Any]:
    return {
        "workspace": workspace,
        "server_id": protection.server_id,
        "server_name": protection.server_name[:255],
        "protected_by": protection.protected_by,
        "protected_at": protection.protected_at,
        "glob": protection.glob,
    }
