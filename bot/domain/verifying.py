"""What can be wrong with a log, and the walk that finds the first of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.domain.audit import ANCHOR, GENESIS, Entry, Head, Row, head_statement, place_of, row_hash, row_of, timestamp


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
    FOREIGN_VALUE = "foreign_value"


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing wrong with a log: what, and at which seq."""

    flaw: Flaw
    seq: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head that somebody noted outside of the database: an old copy of the log, however well signed, lacks it.

    `hash` may be its first 16 bytes alone.
    """

    seq: int
    hash: bytes


CheckSignature = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, statement) → whether the signature is good."""

Timed = Callable[[Any], str]
"""A row's time as `timestamp` writes it; raises ValueError for what the bot never wrote."""


@dataclass(slots=True)
class Walk:
    """Checks a log row by row, in order of seq, and holds no more of it than the last hash.

    A walk may begin in the middle: behind entry `seq`, whose hash is `previous`. `last` is the head's seq. `noted` are
    former heads by their seq; `sought` are anchors without one, by their first 16 bytes, taken out when they are met.
    """

    workspace: str
    timed: Timed = timestamp
    seq: int = 0
    previous: bytes = GENESIS
    last: int | None = None
    noted: Mapping[int, bytes] = field(default_factory=dict)
    sought: dict[bytes, bytes] = field(default_factory=dict)

    def take(self, rows: Iterable[Row]) -> Finding | None:
        """The first thing wrong with these rows."""
        place, timed, noted, last = place_of(self.workspace), self.timed, self.noted, self.last
        previous, seq = self.previous, self.seq
        try:
            for row in rows:
                seq += 1
                if row[0] != seq:
                    return Finding(Flaw.MISSING if row[0] > seq else Flaw.REORDERED, seq)
                hashed = row_hash(place, row, timed(row[1]), previous)
                if row[9] != previous or row[10] != hashed:
                    return Finding(Flaw.ALTERED, seq)
                if last is not None and seq > last:
                    return Finding(Flaw.BEYOND_HEAD, seq)
                if seq in noted and not hashed.startswith(noted[seq]):
                    return Finding(Flaw.ROLLED_BACK, seq)
                if self.sought and hashed.startswith(self.sought.get(hashed[:ANCHOR], b"\0" * 33)):
                    del self.sought[hashed[:ANCHOR]]
                previous = hashed
        except (AttributeError, TypeError, ValueError):  # SQLite keeps a value of any type in any column
            return Finding(Flaw.FOREIGN_VALUE, seq)
        self.previous, self.seq = previous, seq
        return None

    def end(self, head: Head | None, *, check: CheckSignature, trusted_key: bytes | None = None) -> Finding | int:
        """After the last row: the number of entries, or what is wrong with the end of the log."""
        missing = [seq for seq in self.noted if seq > self.seq]
        if missing and (head is None or head.seq <= self.seq):
            return Finding(Flaw.ROLLED_BACK, self.seq + 1)
        return _verify_head(head, self.seq, self.previous, check, trusted_key)


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
    listed = list(entries)
    walk = Walk(
        listed[0].workspace if listed else "",
        last=head.seq if head else None,
        noted={anchor.seq: anchor.hash} if anchor else {},
    )
    return walk.take(map(row_of, listed)) or walk.end(head, check=check, trusted_key=trusted_key)


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
