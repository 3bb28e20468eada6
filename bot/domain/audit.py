"""The log that can't be bent: how entries are chained, and what the signature covers. verifying.py checks it all.

Each entry's hash is SHA-256 over the previous hash and the entry's fields, each preceded by its length, so that
no two different entries give the same bytes. The head (workspace, last seq, its hash, its time) is signed with
Ed25519, as certificate-transparency logs sign theirs (RFC 6962, section 3.5).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

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
    SCHEDULE_KEPT = "schedule.kept"
    SCHEDULE_BEGAN = "schedule.began"
    SCHEDULE_ENDED = "schedule.ended"
    SCHEDULE_SKIPPED = "schedule.skipped"
    SCHEDULE_CANCELLED = "schedule.cancelled"
    SETTINGS_CHANGED = "settings.changed"
    SERVER_PROTECTED = "server.protected"
    SERVER_UNPROTECTED = "server.unprotected"
    WORKSPACE_FROZEN = "workspace.frozen"
    WORKSPACE_UNFROZEN = "workspace.unfrozen"
    PROPOSAL_MADE = "proposal.made"
    PROPOSAL_AGREED = "proposal.agreed"
    PROPOSAL_DECLINED = "proposal.declined"
    PROPOSAL_EXPIRED = "proposal.expired"
    PROPOSAL_VOID = "proposal.void"
    PROPOSAL_REFUSED = "proposal.refused"
    ACCESS_GRANTED = "access.granted"
    ACCESS_REVOKED = "access.revoked"
    ACCESS_SEEDED = "access.seeded"
    ACCESS_ASKED = "access.asked"
    ACCESS_DECLINED = "access.declined"
    APP_INSTALLED = "app.installed"
    APP_REMOVED = "app.removed"
    TOKEN_CONNECTED = "token.connected"
    TOKEN_DISCONNECTED = "token.disconnected"
    AUDIT_EXPORTED = "audit.exported"
    KEYS_ROTATED = "keys.rotated"
    PERMISSION_REFUSED = "permission.refused"
    CHANGE_REFUSED = "change.refused"
    INPUT_REFUSED = "input.refused"
    NOTE_WRITTEN = "note.written"
    NOTICE_SENT_AGAIN = "notice.sent_again"
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
    return row_hash(place_of(entry.workspace), row_of(entry), timestamp(entry.time), entry.previous)


Row = tuple[int, Any, str, str, str, str, str, str, str, bytes, bytes]
"""An entry's fields behind its workspace, in order, as a database or a file gives them: a log of a million has no
time for more. What stands for the time is read by the `timed` that comes with it."""


def row_of(entry: Entry) -> Row:
    """An entry as a row."""
    return (
        *(entry.seq, entry.time, entry.actor, entry.action, entry.target, entry.operation),
        *(entry.outcome, entry.reason, entry.detail, entry.previous, entry.hash),
    )


class _Lengths(dict[int, bytes]):
    """Lengths as they are hashed, eight bytes each, made once: this is half of the work of hashing an entry."""

    def __missing__(self, length: int) -> bytes:
        made = self[length] = length.to_bytes(8, "big")
        return made


_LENGTHS = _Lengths()


def place_of(workspace: str) -> bytes:
    """The part of what is hashed that all entries of a log have in common."""
    name = workspace.encode()
    return _LENGTHS[len(name)] + name


def row_hash(place: bytes, row: Row, time: str, previous: bytes) -> bytes:
    """The hash of a row behind `previous`: each part after its length, spelled out because it is what a check does."""
    size = _LENGTHS
    seq, _, actor_, action_, target_, operation_, outcome_, reason_, detail_, _, _ = row
    number, moment, actor, action = str(seq).encode(), time.encode(), actor_.encode(), action_.encode()
    target, operation, outcome = target_.encode(), operation_.encode(), outcome_.encode()
    reason, detail = reason_.encode(), detail_.encode()
    # fmt: off
    parts = (
        size[len(previous)], previous, place, size[len(number)], number, size[len(moment)], moment,
        size[len(actor)], actor, size[len(action)], action, size[len(target)], target,
        size[len(operation)], operation, size[len(outcome)], outcome,
        size[len(reason)], reason, size[len(detail)], detail,
    )
    # fmt: on
    return sha256(b"".join(parts)).digest()


def head_statement(workspace: str, seq: int, hash_: bytes, time: datetime) -> bytes:
    """The bytes that are signed: one fact a line, the first one saying what this is."""
    return f"vpsbot audit head v1\n{workspace}\n{seq}\n{hash_.hex()}\n{timestamp(time)}\n".encode()


def extract_statement(workspace: str, first: int, last: int, hash_: bytes, time: datetime) -> bytes:
    """What is signed under a part of a log that ends before its head.

    Never the words of a head: else whoever may have a part could cut the log off behind it.
    """
    return f"vpsbot audit extract v1\n{workspace}\n{first}\n{last}\n{hash_.hex()}\n{timestamp(time)}\n".encode()


ANCHOR = 16
"""Bytes of a hash that stand for a head where people read it: nobody finds a second one of 128 bits."""


def anchor(head: Head | Entry) -> str:
    """What a message carries of a head: 32 hexadecimal digits, found again by `vpsbot audit verify --anchor`."""
    return head.hash[:ANCHOR].hex()


def timestamp(time: datetime) -> str:
    """A time as the log writes it: UTC, to the microsecond."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
