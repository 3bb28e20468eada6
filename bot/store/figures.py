"""How much there is of what: numbers over all workspaces together, for whoever watches the bot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, distinct, func, select

from bot.domain.operations import State
from bot.store.engine import Tx
from bot.store.notices import OWED
from bot.store.resting import awake
from bot.store.tables import deliveries, notices, operations


@dataclass(frozen=True, slots=True)
class Figures:
    """`open_operations` by state, of operations that have not ended; the others are counts of rows."""

    open_operations: Mapping[State, int]
    due_notices: int
    undelivered_notices: int
    kept_deliveries: int
    waiting_requests: int


async def count(tx: Tx, now: datetime) -> Figures:
    """The numbers as one transaction sees them."""
    open_ = operations.c.ended_at.is_(None)
    found = await tx.connection.execute(
        select(operations.c.state, func.count()).where(open_).group_by(operations.c.state)
    )
    requested = operations.c.workspace + "/" + operations.c.request
    return Figures(
        open_operations={State(state): number for state, number in found},
        due_notices=await _number(tx, select(func.count()).where(notices.c.due_at <= now, awake(notices))),
        undelivered_notices=await _number(tx, select(func.count()).where(OWED)),
        kept_deliveries=await _number(tx, select(func.count()).where(deliveries.c.due_at.is_not(None))),
        waiting_requests=await _number(
            tx, select(func.count(distinct(requested))).where(open_, operations.c.state == State.REQUESTED)
        ),
    )


async def _number(tx: Tx, query: Select[Any]) -> int:
    return int((await tx.connection.execute(query)).scalar_one())
