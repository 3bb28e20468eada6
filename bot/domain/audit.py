"""The log that can't be bent: how entries are chained, what the signature covers, and how to check it all.

Each entry's hash is SHA-256 over the previous hash and the entry's fields, each preceded by its length, so that
no two different entries give the same bytes. The head (workspace, last seq, its hash, its time) is signed with
Ed25519, as certificate-transparency logs sign theirs (RFC 6962, section 3.5).
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

GENESIS = b"\0" * 32
"""What stands for the hash before the first entry."""


class Action(StrEnum):
    """What an entry is about, as `subject.action`."""

    POWER_REQUESTED = "power.requested"
    POWER_CALLED = "power.called"
    POWER_ENDED = "power.ended"
    DELETE_REQUESTED = "delete.requested"
    DELETE_CALLED = "delete.called"
    DELETE_ENDED = "delete.ended"
    CREATE_REQUESTED = "create.requested"
    CREATE_CALLED = "create.called"
    CREATE_ENDED = "create.ended"
    EDIT_REQUESTED = "edit.requested"
    EDIT_CALLED = "edit.called"
    EDIT_ENDED = "edit.ended"
    WATCH_STOPPED = "watch.stopped"
    REQUEST_APPROVED = "request.approved"
    REQUEST_DENIED = "request.denied"
    REQUEST_CLAIMED = "request.claimed"
    REQUEST_CANCELLED = "request.cancelled"
    REQUEST_REFUSED = "request.refused"
    REQUEST_BROKE_GLASS = "request.broke_glass"
    REQUEST_LOOKED_AGAIN = "request.looked_again"
    SETTINGS_CHANGED = "settings.changed"
    ACCESS_GRANTED = "access.granted"
    ACCESS_REVOKED = "access.revoked"
    ACCESS_SEEDED = "access.seeded"
    ACCESS_ASKED = "access.asked"
    ACCESS_DECLINED = "access.declined"
    APP_INSTALLED = "app.installed"
    APP_REMOVED = "app.removed"
    TOKEN_CONNECTED = "token.connected"
    TOKEN_DISCONNECTED = "token.disconnected"
    PERMISSION_REFUSED = "permission.refused"
    LOG_STARTED = "log.started"
    LOG_KEY_REPLACED = "log.key_replaced"


class Result(StrEnum):
    """How it came out."""

    OK = "ok"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    PENDING = "pending"


Detail = Mapping[str, str | int | bool | None]

BOT = "vpsbot"
"""The actor of what nobody asked for at that moment (an outcome, an expiry)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has its place in the log. `detail` never holds a secret."""

    action: Action
    actor: str
    target: str = ""
    operation: str = ""
    outcome: Result = Result.OK
    reason: str = ""
    detail: Detail = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry in its place. `detail` is the canonical JSON text that was hashed."""

    workspace: str
    seq: int
    time: datetime
    actor: str
    action: str
    target: str
    operation: str
    outcome: str
    reason: str
    detail: str
    previous: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry, and the signature that makes it binding."""

    workspace: str
    seq: int
    hash: bytes
    time: datetime
    signature: bytes
    public_key: bytes


def chain(draft: Draft, *, workspace: str, seq: int, previous: bytes, time: datetime) -> Entry:
    """Gives a draft its place behind `previous`."""
    detail = json.dumps(dict(draft.detail), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    unhashed = Entry(
        workspace=workspace,
        seq=seq,
        time=time,
        actor=draft.actor,
        action=draft.action,
        target=draft.target,
        operation=draft.operation,
        outcome=draft.outcome,
        reason=draft.reason,
        detail=detail,
        previous=previous,
        hash=b"",
    )
    return replace(unhashed, hash=entry_hash(unhashed))


def entry_hash(entry: Entry) -> bytes:
    """The hash that an entry must have, from its fields."""
    digest = sha256()
    for part in (
        entry.previous,
        entry.workspace.encode(),
        str(entry.seq).encode(),
        timestamp(entry.time).encode(),
        entry.actor.encode(),
        entry.action.encode(),
        entry.target.encode(),
        entry.operation.encode(),
        entry.outcome.encode(),
        entry.reason.encode(),
        entry.detail.encode(),
    ):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def head_statement(workspace: str, seq: int, hash_: bytes, time: datetime) -> bytes:
    """The bytes that are signed: one fact a line, the first one saying what this is."""
    return f"vpsbot audit head v1\n{workspace}\n{seq}\n{hash_.hex()}\n{timestamp(time)}\n".encode()


def timestamp(time: datetime) -> str:
    """A time as the log writes it: UTC, to the microsecond."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Flaw(StrEnum):
    """What is wrong with a log."""

    ALTERED = "altered"
    MISSING = "missing"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    BEYOND_HEAD = "beyond_head"
    NO_HEAD = "no_head"
    BAD_SIGNATURE = "bad_signature"
    FOREIGN_KEY = "foreign_key"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing wrong with a log: what, and at which seq."""

    flaw: Flaw
    seq: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head that somebody noted outside of the database: an old copy of the log, however well signed, lacks it."""

    seq: int
    hash: bytes


CheckSignature = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, statement) → whether the signature is good."""


def verify(
    entries: Iterable[Entry],
    head: Head | None,
    *,
    check: CheckSignature,
    trusted_key: bytes | None = None,
    anchor: Anchor | None = None,
) -> Finding | int:
    """Walks a workspace's entries in order of seq: the number of entries, or the first thing wrong.

    `trusted_key`, when given, is the public key the auditor holds; the log's own is not believed then.
    `anchor`, when given, is a former head the auditor noted; the log must have grown from it.
    """
    previous, seq = GENESIS, 0
    for entry in entries:
        if entry.seq != seq + 1:
            return Finding(Flaw.MISSING if entry.seq > seq + 1 else Flaw.REORDERED, seq + 1)
        if entry.previous != previous or entry_hash(entry) != entry.hash:
            return Finding(Flaw.ALTERED, entry.seq)
        if head is not None and entry.seq > head.seq:
            return Finding(Flaw.BEYOND_HEAD, entry.seq)
        if anchor is not None and entry.seq == anchor.seq and entry.hash != anchor.hash:
            return Finding(Flaw.ROLLED_BACK, entry.seq)
        previous, seq = entry.hash, entry.seq
    if anchor is not None and seq < anchor.seq and (head is None or head.seq <= seq):
        return Finding(Flaw.ROLLED_BACK, seq + 1)
    return _verify_head(head, seq, previous, check, trusted_key)


def _verify_head(
    head: Head | None, seq: int, last: bytes, check: CheckSignature, trusted_key: bytes | None
) -> Finding | int:
    if head is None:
        return Finding(Flaw.NO_HEAD, seq) if seq else 0
    if trusted_key is not None and trusted_key != head.public_key:
        return Finding(Flaw.FOREIGN_KEY, head.seq)
    if head.seq > seq:
        return Finding(Flaw.TRUNCATED, seq + 1)
    statement = head_statement(head.workspace, head.seq, last, head.time)
    if head.hash != last or not check(head.public_key, head.signature, statement):
        return Finding(Flaw.BAD_SIGNATURE, head.seq)
    return seq
