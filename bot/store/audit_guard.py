"""What stands around the logs in the database: the triggers that let them only grow, and rows that rest on entries."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, text, union_all

from bot.store.engine import Tx
from bot.store.tables import audit_entries, grants, requests

TRIGGERS = {
    "sqlite": (
        "audit_entries_no_delete",
        "audit_entries_no_replace",
        "audit_entries_no_update",
        "audit_heads_no_delete",
        "audit_heads_no_way_back",
    ),
    "postgresql": (
        "audit_entries_no_change",
        "audit_entries_no_truncate",
        "audit_heads_no_delete",
        "audit_heads_no_truncate",
        "audit_heads_no_way_back",
    ),
}
"""By database, what its first migration put up."""

_STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE relname IN ('audit_entries', 'audit_heads') AND tgenabled = 'O'"
    ),
}

CLOCKS_DIFFER = timedelta(minutes=5)
"""By how much the time of a row may be ahead of its entry's."""


async def missing_triggers(tx: Tx) -> tuple[str, ...]:
    """The triggers that somebody took down, or switched off."""
    dialect = tx.connection.dialect.name
    standing = set((await tx.connection.execute(text(_STANDING[dialect]))).scalars())
    return tuple(name for name in TRIGGERS[dialect] if name not in standing)


async def beheaded(tx: Tx) -> tuple[str, ...]:
    """The workspaces that have requests or roles from before their log begins: each of them was in it."""
    rows = union_all(
        select(requests.c.workspace, requests.c.created_at.label("at")),
        select(grants.c.workspace, grants.c.granted_at.label("at")),
    ).subquery()
    oldest = await _oldest(tx, select(rows.c.workspace, func.min(rows.c.at)).group_by(rows.c.workspace))
    first = select(audit_entries.c.workspace, func.min(audit_entries.c.time)).where(audit_entries.c.seq == 1)
    begun = await _oldest(tx, first.group_by(audit_entries.c.workspace))
    return tuple(sorted(name for name, at in oldest.items() if name not in begun or at < begun[name] - CLOCKS_DIFFER))


async def _oldest(tx: Tx, query: Select[Any]) -> dict[str, datetime]:
    return {str(row[0]): row[1] for row in await tx.connection.execute(query)}
