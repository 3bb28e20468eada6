"""A whole log, row by row, in chunks and without a value made for each: for checks, exports and what left the house."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from bot.domain.audit import Action, Head, Row, extract_statement, timestamp
from bot.store import audit
from bot.store.engine import Tx
from bot.store.tables import audit_entries

CHUNK = 1000

_FIELDS = "seq, time, actor, action, target, operation, outcome, reason, detail, previous, hash"


async def rows(
    tx: Tx, workspace: str, *, first: int | None = None, last: int | None = None
) -> AsyncIterator[Sequence[Row]]:
    """The entries in order of seq, a thousand at a time; `timed` reads their times.

    By the driver's own cursor, so that its values come as they are, in plain tuples: SQLAlchemy's rows and times cost
    more than checking an entry.
    """
    wanted = {"workspace =": workspace} | ({"seq >=": first} if first is not None else {})
    wanted |= {"seq <=": last} if last is not None else {}
    fairy = await tx.connection.get_raw_connection()
    driver: Any = fairy.driver_connection
    if tx.connection.dialect.name == "sqlite":
        cursor, mark = await driver.cursor(), "?"
    else:
        cursor, mark = driver.cursor(name="audit_rows"), "%s"  # a named one is read in parts
    conditions = " AND ".join(f"{condition} {mark}" for condition in wanted)
    await cursor.execute(f"SELECT {_FIELDS} FROM audit_entries WHERE {conditions} ORDER BY seq", [*wanted.values()])
    try:
        while chunk := await cursor.fetchmany(CHUNK):
            yield chunk
    finally:
        await cursor.close()


def timed(value: Any) -> str:
    """A row's time as the log writes it: SQLite keeps `2026-11-23 09:00:00.000000`, PostgreSQL gives a datetime.

    Raises ValueError, TypeError or AttributeError for what the bot never wrote.
    """
    if isinstance(value, str):
        if len(value) != 26 or value[10] != " ":
            raise ValueError("not a time as it is kept")
        return f"{value[:10]}T{value[11:]}Z"
    return timestamp(value)


async def bounds(tx: Tx, workspace: str, since: datetime | None, until: datetime | None) -> tuple[int, int] | None:
    """The first entry not before `since` and the last one before `until`; None when nothing lies between.

    A clock may have been set back: then what lies between holds some entries from outside, and misses none.
    """
    times, places = audit_entries.c.time, audit_entries.c.workspace == workspace
    first = select(func.min(audit_entries.c.seq)).where(places, *([times >= since] if since else []))
    last = select(func.max(audit_entries.c.seq)).where(places, *([times < until] if until else []))
    begin, end = [(await tx.connection.execute(query)).scalar() for query in (first, last)]
    return (begin, end) if begin is not None and end is not None and begin <= end else None


async def sign_extract(tx: Tx, workspace: str, first: int, last: int, hash_: bytes, now: datetime) -> Head:
    """A signature over a part of a log that ends before its head. Raises Unreadable when the key is gone."""
    raw = await audit.signing_key(tx, workspace)
    key = Ed25519PrivateKey.from_private_bytes(raw)
    signature = key.sign(extract_statement(workspace, first, last, hash_, now))
    return Head(workspace, last, hash_, now, signature, key.public_key().public_bytes_raw())


async def former_keys(tx: Tx, workspace: str) -> list[str]:
    """The entries' details that name public keys which were replaced, oldest first."""
    found = await tx.connection.execute(
        select(audit_entries.c.detail)
        .where(audit_entries.c.workspace == workspace, audit_entries.c.action == Action.LOG_KEY_REPLACED)
        .order_by(audit_entries.c.seq)
    )
    return list(found.scalars())


async def hashes(tx: Tx, workspace: str, numbers: Sequence[int]) -> Mapping[int, bytes]:
    """The hashes of these entries, as far as there are such."""
    found = await tx.connection.execute(
        select(audit_entries.c.seq, audit_entries.c.hash).where(
            audit_entries.c.workspace == workspace, audit_entries.c.seq.in_(numbers)
        )
    )
    return {seq: bytes(hashed) for seq, hashed in found}
