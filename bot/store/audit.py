"""The log's rows: appended under the lock of the workspace's head, the head signed in the same transaction."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import insert, select, update

from bot.domain.audit import BOT, GENESIS, Action, Draft, Entry, Head, chain, head_statement
from bot.store.engine import Tx
from bot.store.sealing import Unreadable
from bot.store.tables import audit_entries, audit_heads

_COLUMN = "audit_heads.private_key"
_BENT = "the head of this log is not the one that was signed: look with `vpsbot audit verify`"


class Bent(Unreadable):
    """The head in the database is not one that was signed: nothing is built on it, and so nothing is done."""


async def append(tx: Tx, workspace: str, draft: Draft, now: datetime) -> Entry:
    """Adds one entry. The first of a workspace starts its log and makes its signing key."""
    [entry] = await extend(tx, workspace, [draft], now)
    return entry


async def extend(tx: Tx, workspace: str, drafts: list[Draft], now: datetime) -> list[Entry]:
    """Adds entries in order, and signs the last one.

    Raises Unreadable when the signing key is sealed with a key that is gone: then nothing may be done
    (`replace_key` is the way out, and stands in the log); Bent, when the head was written by somebody else.
    """
    head = await _locked_head(tx, workspace)
    if head is None:
        return await _start(tx, workspace, drafts, now)
    return await _extend(tx, head, drafts, now)


async def replace_key(tx: Tx, workspace: str, by: str, now: datetime) -> bool:
    """Makes a new signing key if the present one can't be opened, and says so in the log. Whether it did."""
    head = await _locked_head(tx, workspace)
    if head is None or _readable(tx, head):
        return False
    statement = head_statement(head.workspace, head.seq, head.hash, head.time)
    if not good_signature(head.public_key, head.signature, statement):
        raise Bent(_BENT)
    tx.heads[workspace] = (head.seq, head.hash, head.time, head.signature)  # good, though not with the new key
    key = Ed25519PrivateKey.generate()
    await tx.connection.execute(
        update(audit_heads).where(audit_heads.c.workspace == workspace).values(**_sealed_key(tx, workspace, key))
    )
    tx.keys[workspace] = key.private_bytes_raw()
    draft = Draft(Action.LOG_KEY_REPLACED, by, detail={"former_public_key": head.public_key.hex()})
    await append(tx, workspace, draft, now)
    return True


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: entries by or about a person, about a target, since and before a time; None means any."""

    person: str | None = None
    target: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def get(tx: Tx, workspace: str, seq: int) -> Entry | None:
    """One entry by its number."""
    found = await tx.connection.execute(
        select(audit_entries).where(audit_entries.c.workspace == workspace, audit_entries.c.seq == seq)
    )
    row = found.one_or_none()
    return _entry(row) if row else None


async def page(
    tx: Tx, workspace: str, search: Search, *, limit: int, before: int | None = None, after: int | None = None
) -> tuple[Entry, ...]:
    """Entries that fit, newest first: the newest, or those next to `before` (older) or `after` (newer).

    Every way to them follows an index, so that a page of a log of a million takes as long as one of a thousand.
    """
    column = audit_entries.c
    query = select(audit_entries).where(column.workspace == workspace)
    if search.target is not None:
        query = query.where(column.target == search.target)
    if search.since is not None:
        since = select(column.seq).where(column.workspace == workspace, column.time >= search.since)
        first = (await tx.connection.execute(since.order_by(column.time, column.seq).limit(1))).scalar()
        if first is None:
            return ()
        query = query.where(column.seq >= first)
    if search.until is not None:
        until = select(column.seq).where(column.workspace == workspace, column.time < search.until)
        last = (await tx.connection.execute(until.order_by(column.time.desc(), column.seq.desc()).limit(1))).scalar()
        if last is None:
            return ()
        query = query.where(column.seq <= last)
    if before is not None:
        query = query.where(column.seq < before)
    if after is not None:
        query = query.where(column.seq > after)
    query = query.order_by(column.seq if after is not None else column.seq.desc()).limit(limit)
    # By or about a person: each has its index, "or" has none.
    person = search.person
    ways = [query] if person is None else [query.where(column.actor == person), query.where(column.target == person)]
    found = {row.seq: row for way in ways for row in (await tx.connection.execute(way)).all()}
    nearest = sorted(found, reverse=after is None)[:limit]
    return tuple(_entry(found[seq]) for seq in sorted(nearest, reverse=True))


async def of_actions(tx: Tx, workspace: str, actions: Iterable[Action]) -> tuple[Entry, ...]:
    """All entries of some actions, in order: what the past is told from."""
    found = await tx.connection.execute(
        select(audit_entries)
        .where(audit_entries.c.workspace == workspace, audit_entries.c.action.in_(list(actions)))
        .order_by(audit_entries.c.seq)
    )
    return tuple(_entry(row) for row in found)


async def stream(tx: Tx, workspace: str) -> AsyncIterator[Entry]:
    """All entries in order of seq, a thousand in memory at a time."""
    query = select(audit_entries).where(audit_entries.c.workspace == workspace).order_by(audit_entries.c.seq)
    async with tx.connection.stream(query.execution_options(yield_per=1000)) as found:
        async for row in found:
            yield _entry(row)


async def head(tx: Tx, workspace: str) -> Head | None:
    """The signed head of a workspace's log."""
    found = await tx.connection.execute(select(audit_heads).where(audit_heads.c.workspace == workspace))
    row = found.one_or_none()
    return _head(row) if row else None


async def signing_key(tx: Tx, workspace: str) -> bytes:
    """The private key that signs a workspace's log. Raises Unreadable."""
    found = await tx.connection.execute(select(audit_heads).where(audit_heads.c.workspace == workspace))
    return _key(tx, found.one()).private_bytes_raw()


async def workspaces(tx: Tx) -> list[str]:
    """The workspaces that have a log: a head, or entries whose head was removed."""
    heads = await tx.connection.execute(select(audit_heads.c.workspace))
    entries = await tx.connection.execute(select(audit_entries.c.workspace).distinct())
    return sorted({*heads.scalars(), *entries.scalars()})


def good_signature(public_key: bytes, signature: bytes, statement: bytes) -> bool:
    """Whether an Ed25519 signature holds (RFC 8032)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, statement)
    except (InvalidSignature, ValueError):
        return False
    return True


async def _locked_head(tx: Tx, workspace: str) -> Any:
    query = select(audit_heads).where(audit_heads.c.workspace == workspace).with_for_update()
    return (await tx.connection.execute(query)).one_or_none()


async def _start(tx: Tx, workspace: str, drafts: list[Draft], now: datetime) -> list[Entry]:
    key = Ed25519PrivateKey.generate()
    tx.keys[workspace] = key.private_bytes_raw()
    started = Draft(Action.LOG_STARTED, BOT, detail={"public_key": key.public_key().public_bytes_raw().hex()})
    entries = _chained([started, *drafts], workspace, 0, GENESIS, now)
    await _insert(tx, entries)
    last = entries[-1]
    await tx.connection.execute(
        insert(audit_heads).values(
            workspace=workspace,
            seq=last.seq,
            hash=last.hash,
            time=now,
            signature=key.sign(head_statement(workspace, last.seq, last.hash, now)),
            **_sealed_key(tx, workspace, key),
        )
    )
    return entries[1:]


async def _extend(tx: Tx, head: Any, drafts: list[Draft], now: datetime) -> list[Entry]:
    key = _key(tx, head)
    if not _genuine(tx, head, key):
        raise Bent(_BENT)
    entries = _chained(drafts, head.workspace, head.seq, head.hash, now)
    await _insert(tx, entries)
    last = entries[-1]
    signature = key.sign(head_statement(head.workspace, last.seq, last.hash, now))
    tx.heads[head.workspace] = (last.seq, last.hash, now, signature)
    await tx.connection.execute(
        update(audit_heads)
        .where(audit_heads.c.workspace == head.workspace)
        .values(seq=last.seq, hash=last.hash, time=now, signature=signature)
    )
    return entries


def _genuine(tx: Tx, head: Any, key: Ed25519PrivateKey) -> bool:
    """Whether a head was signed with this key: the next signature would make good what somebody wrote by hand."""
    if tx.heads.get(head.workspace) == (head.seq, head.hash, head.time, head.signature):
        return True  # signed in this process; checking it costs more than making the next one
    statement = head_statement(head.workspace, head.seq, head.hash, head.time)
    return good_signature(key.public_key().public_bytes_raw(), head.signature, statement)


def _chained(drafts: list[Draft], workspace: str, seq: int, previous: bytes, now: datetime) -> list[Entry]:
    entries: list[Entry] = []
    for draft in drafts:
        seq += 1
        entries.append(chain(draft, workspace=workspace, seq=seq, previous=previous, time=now))
        previous = entries[-1].hash
    return entries


async def _insert(tx: Tx, entries: list[Entry]) -> None:
    names = Entry.__dataclass_fields__
    await tx.connection.execute(insert(audit_entries), [{n: getattr(e, n) for n in names} for e in entries])


def _key(tx: Tx, head: Any) -> Ed25519PrivateKey:
    raw = tx.keys.get(head.workspace)
    if raw is None:
        raw = bytes.fromhex(tx.sealer.open(head.workspace, _COLUMN, head.private_key))
    key = Ed25519PrivateKey.from_private_bytes(raw)
    if key.public_key().public_bytes_raw() != head.public_key:  # another process replaced it
        raw = bytes.fromhex(tx.sealer.open(head.workspace, _COLUMN, head.private_key))
        key = Ed25519PrivateKey.from_private_bytes(raw)
    tx.keys[head.workspace] = raw
    return key


def _readable(tx: Tx, head: Any) -> bool:
    try:
        tx.sealer.open(head.workspace, _COLUMN, head.private_key)
    except Unreadable:
        return False
    return True


def _sealed_key(tx: Tx, workspace: str, key: Ed25519PrivateKey) -> dict[str, bytes]:
    return {
        "public_key": key.public_key().public_bytes_raw(),
        "private_key": tx.sealer.seal(workspace, _COLUMN, key.private_bytes_raw().hex()),
    }


def _entry(row: Any) -> Entry:
    return Entry(**{name: getattr(row, name) for name in Entry.__dataclass_fields__})


def _head(row: Any) -> Head:
    return Head(**{name: getattr(row, name) for name in Head.__dataclass_fields__})
