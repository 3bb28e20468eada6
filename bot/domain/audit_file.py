"""A log outside of the database: as JSON Lines or CSV, closed by the signed head, so that it can be checked anywhere.

In CSV a text that a spreadsheet would take for a formula stands behind an apostrophe, and so does one that begins with
an apostrophe: reading takes one away, and the hashes hold again.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TextIO

from bot.domain.audit import GENESIS, Head, Row, extract_statement, head_statement, timestamp
from bot.domain.verifying import CheckSignature, Finding, Flaw, Timed, Walk

COLUMNS = (
    *("workspace", "seq", "time", "actor", "action", "target", "operation"),
    *("outcome", "reason", "detail", "previous", "hash"),
)
_FORMULA = frozenset("=+-@\t\r\n'＝＋－＠")
_CLOSING = "closing"
_CHUNK = 1000
_LONGEST_CELL = 1 << 24


class Format(StrEnum):
    """How a log is written into a file."""

    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Closing:
    """What a file ends with: the log's head, or, for a part that ends before it, a signature from `first` on."""

    head: Head
    first: int | None = None

    @property
    def statement(self) -> bytes:
        """The bytes that were signed."""
        head = self.head
        if self.first is None:
            return head_statement(head.workspace, head.seq, head.hash, head.time)
        return extract_statement(head.workspace, self.first, head.seq, head.hash, head.time)


class BadFile(Exception):
    """A line that no export has; the message names it."""


def open_file(form: Format, out: TextIO) -> None:
    """Writes what comes before the first entry."""
    if form is Format.CSV:
        csv.writer(out).writerow(COLUMNS)


def write_rows(form: Format, out: TextIO, workspace: str, rows: Iterable[Row], timed: Timed) -> None:
    """Writes entries, a line each (in CSV more, where a text has line breaks)."""
    if form is Format.CSV:
        csv.writer(out).writerows(
            [
                *(_harmless(workspace), row[0], timed(row[1]), *map(_harmless, row[2:9])),
                *(row[9].hex(), row[10].hex()),
            ]
            for row in rows
        )
        return
    for row in rows:
        values = (workspace, row[0], timed(row[1]), *row[2:9], row[9].hex(), row[10].hex())
        out.write(json.dumps(dict(zip(COLUMNS, values, strict=True)), ensure_ascii=False) + "\n")


def close_log(form: Format, out: TextIO, closing: Closing) -> None:
    """Writes the line that makes the entries before it binding."""
    told: dict[str, Any] = {_CLOSING: "head" if closing.first is None else "extract"}
    if closing.first is not None:
        told["first"] = closing.first
    text = json.dumps(told | _told(closing.head))
    if form is Format.CSV:
        csv.writer(out).writerow([f"#{_CLOSING}", text])
    else:
        out.write(text + "\n")


def head_line(head: Head) -> str:
    """A head as one line of JSON, as it leaves the house."""
    return json.dumps(_told(head)) + "\n"


def read_head(line: str) -> Head | None:
    """A head from such a line; None when it is none."""
    try:
        return _head(json.loads(line))
    except (ValueError, KeyError, TypeError):
        return None


@dataclass(slots=True)
class Checked:
    """What a file says of one log: its entries from `first` on, and what is wrong with them."""

    workspace: str
    first: int = 0
    last: int = 0
    key: bytes = b""
    whole: bool = False
    finding: Finding | None = None


def check_file(source: TextIO, trusted: Set[bytes], check: CheckSignature) -> Iterator[Checked]:
    """Checks each log in an exported file, with the public keys one holds and nothing else. Raises BadFile."""
    part: _Part | None = None
    for each in _read(source):
        workspace = each.head.workspace if isinstance(each, Closing) else each[0]
        if part is not None and part.checked.workspace != workspace:
            yield part.end(None, trusted, check)
            part = None
        part = part or _Part(Checked(workspace))
        if isinstance(each, Closing):
            yield part.end(each, trusted, check)
            part = None
        else:
            part.add(each[1])
    if part is not None:
        yield part.end(None, trusted, check)


@dataclass(slots=True)
class _Part:
    """The entries of one log while they are read."""

    checked: Checked
    walk: Walk | None = None
    batch: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        if self.walk is None:
            previous = GENESIS if row[0] == 1 else row[9]
            self.walk = Walk(self.checked.workspace, timed=str, seq=row[0] - 1, previous=previous)
            self.checked.first = row[0]
        self.batch.append(row)
        if len(self.batch) >= _CHUNK:
            self._take()

    def end(self, closing: Closing | None, trusted: Set[bytes], check: CheckSignature) -> Checked:
        self._take()
        checked = self.checked
        checked.last = self.walk.seq if self.walk else 0
        checked.key = closing.head.public_key if closing else b""
        checked.whole = closing is not None and closing.first is None
        checked.finding = checked.finding or self._end(closing, trusted, check)
        return checked

    def _take(self) -> None:
        if self.walk and self.checked.finding is None:
            self.checked.finding = self.walk.take(self.batch)
        self.batch.clear()

    def _end(self, closing: Closing | None, trusted: Set[bytes], check: CheckSignature) -> Finding | None:
        if closing is None:
            return Finding(Flaw.NO_HEAD, self.checked.last)
        head = closing.head
        if head.public_key not in trusted:
            return Finding(Flaw.FOREIGN_KEY, head.seq)
        if not check(head.public_key, head.signature, closing.statement):
            return Finding(Flaw.BAD_SIGNATURE, head.seq)
        if closing.first is not None and closing.first != self.checked.first:
            return Finding(Flaw.MISSING, closing.first)
        if self.walk is None:
            return None  # nothing since then: the head stands for itself
        if head.seq != self.walk.seq:
            flaw = Flaw.TRUNCATED if head.seq > self.walk.seq else Flaw.BEYOND_HEAD
            return Finding(flaw, min(head.seq, self.walk.seq) + 1)
        return None if head.hash == self.walk.previous else Finding(Flaw.BAD_SIGNATURE, head.seq)


def _read(source: TextIO) -> Iterator[tuple[str, Row] | Closing]:
    first = source.readline()
    if first.startswith("workspace,"):
        csv.field_size_limit(_LONGEST_CELL)
        reader = csv.reader(source, strict=True)
        yield from _read_each(map(_from_csv, reader), 2)
    elif first:
        yield from _read_each(map(_from_json, _with_first(first, source)), 1)
    else:
        raise BadFile("The file is empty.")


def _with_first(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _read_each(read: Iterator[tuple[str, Row] | Closing], number: int) -> Iterator[tuple[str, Row] | Closing]:
    while True:
        try:
            yield next(read)
        except StopIteration:
            return
        except (ValueError, KeyError, TypeError, csv.Error):
            raise BadFile(f"Row {number} is not one that an export has.") from None
        number += 1


def _from_csv(cells: list[str]) -> tuple[str, Row] | Closing:
    if cells[:1] == [f"#{_CLOSING}"]:
        [_, text] = cells
        return _closing(_told_by(text))
    workspace, seq, time, *texts, previous, hashed = cells
    actor, action, target, operation, outcome, reason, detail = map(_as_it_was, texts)
    return _as_it_was(workspace), (
        *(_number(seq), time, actor, action, target, operation, outcome, reason, detail),
        *(bytes.fromhex(previous), bytes.fromhex(hashed)),
    )


def _from_json(line: str) -> tuple[str, Row] | Closing:
    told = _told_by(line)
    if _CLOSING in told:
        return _closing(told)
    if told.keys() != set(COLUMNS):
        raise ValueError("what no hash covers")
    workspace, seq, *texts, previous, hashed = (told[name] for name in COLUMNS)
    time, actor, action, target, operation, outcome, reason, detail = map(_text, texts)
    return _text(workspace), (
        *(_number(str(seq)), time, actor, action, target, operation, outcome, reason, detail),
        *(bytes.fromhex(previous), bytes.fromhex(hashed)),
    )


def _closing(told: dict[str, Any]) -> Closing:
    return Closing(_head(told), int(told["first"]) if told[_CLOSING] == "extract" else None)


def _told(head: Head) -> dict[str, Any]:
    return {
        "workspace": head.workspace,
        "seq": head.seq,
        "hash": head.hash.hex(),
        "time": timestamp(head.time),
        "signature": head.signature.hex(),
        "public_key": head.public_key.hex(),
    }


def _head(told: dict[str, Any]) -> Head:
    return Head(
        workspace=_text(told["workspace"]),
        seq=int(told["seq"]),
        hash=bytes.fromhex(told["hash"]),
        time=datetime.fromisoformat(told["time"]),
        signature=bytes.fromhex(told["signature"]),
        public_key=bytes.fromhex(told["public_key"]),
    )


def _told_by(line: str) -> dict[str, Any]:
    """An object that says each thing once: of two, every reader might take another one."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        told = dict(pairs)
        if len(told) != len(pairs):
            raise ValueError("something is said twice")
        return told

    told = json.loads(line, object_pairs_hook=once)
    if not isinstance(told, dict):
        raise TypeError("an object was expected")
    return told


def _number(text: str) -> int:
    if str(int(text)) != text:
        raise ValueError("not as a number is written")
    return int(text)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


def _harmless(text: str) -> str:
    return f"'{text}" if text and text[0] in _FORMULA else text


def _as_it_was(text: str) -> str:
    if text.startswith("'"):
        return text[1:]
    if text and text[0] in _FORMULA:
        raise ValueError("somebody took the apostrophe away")
    return text
