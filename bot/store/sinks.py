"""How far each log's heads have left the house: remembered here, so that a sink that is away misses nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, insert, or_, select, update

from bot.domain.audit import Head
from bot.store import audit
from bot.store.due import FIRST, NOW, WHOLE_WORKSPACE, Due
from bot.store.engine import Tx
from bot.store.tables import audit_heads, audit_sinks

_BEHIND = or_(audit_sinks.c.seq.is_(None), audit_sinks.c.seq < audit_heads.c.seq)


def _joined(*columns: Any) -> Select[Any]:
    here = audit_sinks.c.workspace == audit_heads.c.workspace
    return select(*columns).select_from(audit_heads.outerjoin(audit_sinks, here))


DUE = Due(
    _joined(audit_heads.c.workspace, WHOLE_WORKSPACE, FIRST, audit_sinks.c.due_at).where(
        _BEHIND, or_(audit_sinks.c.due_at.is_(None), audit_sinks.c.due_at <= NOW)
    ),
    [(_joined(func.min(audit_sinks.c.due_at)).where(_BEHIND), timedelta())],
)
"""Heads that have not left yet, and may be tried now."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A head that has to leave the house. `attempts` were in vain."""

    head: Head
    attempts: int


async def waiting(tx: Tx, workspace: str) -> Waiting | None:
    """The head of a workspace, unless it has left already."""
    query = _joined(func.coalesce(audit_sinks.c.attempts, 0)).where(_BEHIND, audit_heads.c.workspace == workspace)
    attempts = (await tx.connection.execute(query)).scalar()
    head = await audit.head(tx, workspace)
    return Waiting(head, attempts) if head and attempts is not None else None


async def left(tx: Tx, head: Head) -> None:
    """This head is in the sink."""
    await _keep(tx, head.workspace, seq=head.seq, attempts=0, due_at=None, last_error="")


async def failed(tx: Tx, missed: Waiting, error: str, again_at: datetime) -> None:
    """The sink did not take it: try again then."""
    await _keep(tx, missed.head.workspace, attempts=missed.attempts + 1, due_at=again_at, last_error=error[:255])


async def furthest(tx: Tx) -> Mapping[str, int]:
    """The last entry of each workspace whose head has left the house."""
    found = await tx.connection.execute(select(audit_sinks.c.workspace, audit_sinks.c.seq).where(audit_sinks.c.seq > 0))
    return {row.workspace: row.seq for row in found}


async def troubles(tx: Tx) -> Sequence[str]:
    """What keeps heads from leaving, one sentence a workspace; empty when all is well."""
    found = await tx.connection.execute(
        _joined(audit_sinks.c.last_error).where(_BEHIND, audit_sinks.c.last_error != "")
    )
    return sorted(set(found.scalars()))


async def _keep(tx: Tx, workspace: str, **values: object) -> None:
    changed = await tx.connection.execute(
        update(audit_sinks).where(audit_sinks.c.workspace == workspace).values(**values)
    )
    if not changed.rowcount:
        await tx.connection.execute(insert(audit_sinks).values(**{"workspace": workspace, "seq": 0} | values))
