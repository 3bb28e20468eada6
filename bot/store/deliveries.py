"""What Slack delivered: a change settles its delivery in its own transaction, so a repeat finds it done.

A change that can't be finished within the time Slack gives is kept here, sealed, before it is acknowledged; after
a crash it is taken up again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.due import of_table
from bot.store.engine import Tx
from bot.store.sealing import Unreadable
from bot.store.tables import deliveries

DUE = of_table(deliveries)
"""Unfinished deliveries."""

_COLUMN = "deliveries.payload"

KEPT_FOR = timedelta(days=1)
"""Slack's signatures hold five minutes; a day leaves room for clocks that went wrong."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that was acknowledged before it was finished. `payload` is empty when no key opens it."""

    key: str
    workspace: str
    received_at: datetime
    payload: str = field(repr=False)


async def settle(tx: Tx, key: str, workspace: str, now: datetime) -> bool:
    """Marks a delivery as done with this transaction; False when it was done before."""
    found = await tx.connection.execute(select(deliveries.c.payload).where(deliveries.c.key == key))
    row = found.one_or_none()
    if row is not None and row.payload is None:
        return False
    if row is not None:
        await tx.connection.execute(update(deliveries).where(deliveries.c.key == key).values(payload=None, due_at=None))
        return True
    try:
        await tx.connection.execute(
            insert(deliveries).values(key=key, workspace=workspace, received_at=now, payload=None, due_at=None)
        )
    except IntegrityError:  # another replica, at the same moment
        return False
    return True


async def keep(tx: Tx, unfinished: Sequence[Delivery], due_at: datetime) -> None:
    """Keeps unfinished deliveries of one workspace, but for those that were settled already."""
    keys = [each.key for each in unfinished]
    known = set((await tx.connection.execute(select(deliveries.c.key).where(deliveries.c.key.in_(keys)))).scalars())
    rows = {
        each.key: {
            "key": each.key,
            "workspace": each.workspace,
            "received_at": each.received_at,
            "payload": tx.sealer.seal(each.workspace, _COLUMN, each.payload),
            "due_at": due_at,
        }
        for each in unfinished
        if each.key not in known
    }
    if rows:
        await tx.connection.execute(insert(deliveries), list(rows.values()))


async def claim(tx: Tx, workspace: str, now: datetime, again_at: datetime) -> tuple[Delivery, ...]:
    """Takes the unfinished deliveries that are due, oldest first; they are due again at `again_at`."""
    found = await tx.connection.execute(
        select(deliveries)
        .where(deliveries.c.workspace == workspace, deliveries.c.due_at <= now)
        .order_by(deliveries.c.received_at)
    )
    claimed: list[Delivery] = []
    for row in found:
        try:
            payload = tx.sealer.open(workspace, _COLUMN, row.payload)
        except Unreadable:
            payload = ""
        claimed.append(Delivery(row.key, workspace, row.received_at, payload))
    if claimed:
        await tx.connection.execute(
            update(deliveries).where(deliveries.c.key.in_([d.key for d in claimed])).values(due_at=again_at)
        )
    return tuple(claimed)


async def forget_old(tx: Tx, now: datetime) -> None:
    """Removes deliveries that no repeat can refer to any more."""
    await tx.connection.execute(
        delete(deliveries).where(deliveries.c.received_at < now - KEPT_FOR, deliveries.c.payload.is_(None))
    )
