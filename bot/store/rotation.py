"""Everything that is sealed, sealed anew with the newest key: a few rows at a time, beside a running server."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from bot.store.engine import Store, Tx
from bot.store.sealing import Unreadable
from bot.store.tables import audit_heads, deliveries, installations, metadata, proposals, workspaces

SEALED = {
    "workspaces.token": workspaces.c.id,
    "audit_heads.private_key": audit_heads.c.workspace,
    "deliveries.payload": deliveries.c.workspace,
    "proposals.payload": proposals.c.workspace,
    "installations.token": installations.c.id,
    "installations.refresh_token": installations.c.id,
}
"""Each sealed column, and the column beside it that says whose it is; a test finds one that is missing here."""

AT_ONCE = 50


@dataclass
class Rotated:
    """What was sealed anew, by workspace, and what no key opens, as `column of workspace`."""

    sealed: Counter[str] = field(default_factory=Counter)
    unreadable: list[str] = field(default_factory=list)


async def rotate(store: Store) -> Rotated:
    """Goes through all columns. What is sealed with the newest key already stays as it is."""
    done = Rotated()
    for column, owner in SEALED.items():
        table_name, _, name = column.partition(".")
        table = metadata.tables[table_name]
        [key] = table.primary_key.columns
        behind: Any = None
        while True:
            query = select(key, owner.label("owner"), table.c[name].label("sealed")).where(table.c[name].is_not(None))
            query = query if behind is None else query.where(key > behind)
            async with store.begin("keys.rotate") as tx:
                rows = (await tx.connection.execute(query.order_by(key).limit(AT_ONCE).with_for_update())).all()
                for row in rows:
                    if (fresh := _fresh(tx, column, row, done)) is not None:
                        await tx.connection.execute(update(table).where(key == row[0]).values({name: fresh}))
            if not rows:
                break
            behind = rows[-1][0]
    return done


async def unreadable(tx: Tx) -> dict[str, list[str]]:
    """Whose values no key opens, by sealed column; empty when all can be read."""
    closed: dict[str, list[str]] = {}
    for column, owner in SEALED.items():
        table_name, _, name = column.partition(".")
        sealed = metadata.tables[table_name].c[name]
        for row in await tx.connection.execute(
            select(owner.label("owner"), sealed.label("sealed")).where(sealed.is_not(None))
        ):
            try:
                tx.sealer.open(row.owner, column, row.sealed)
            except Unreadable:
                closed.setdefault(column, []).append(row.owner)
    return closed


def _fresh(tx: Tx, column: str, row: Any, done: Rotated) -> bytes | None:
    """The value sealed anew; None when it needs no change, or can't be read."""
    if tx.sealer.is_newest(row.sealed):
        return None
    try:
        value = tx.sealer.open(row.owner, column, row.sealed)
    except Unreadable:
        done.unreadable.append(f"{column} of {row.owner}")
        return None
    done.sealed[row.owner] += 1
    return tx.sealer.seal(row.owner, column, value)
