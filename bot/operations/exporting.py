"""Writes a log, or a part of it, into a file that can be checked without the database: in constant memory."""

from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from bot.domain.audit import Head
from bot.domain.audit_file import Closing, Format, close_log, write_rows
from bot.domain.verifying import Finding, Walk
from bot.store import audit, audit_rows
from bot.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Extract:
    """What is wanted of a log: entries of these times; None leaves an end open."""

    since: datetime | None = None
    until: datetime | None = None


class NotWhole(Exception):
    """A part of a log can't be signed: the log it would be a part of is not whole."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.flaw)
        self.finding = finding


async def write_log(tx: Tx, workspace: str, wanted: Extract, form: Format, out: TextIO, now: datetime) -> int:
    """Writes one workspace's entries and the line that closes them: how many there are.

    Raises NotWhole or Unreadable when the part ends before the head and can't be signed.
    """
    head = await audit.head(tx, workspace)
    between = await audit_rows.bounds(tx, workspace, wanted.since, wanted.until)
    if between is None:
        if head:
            close_log(form, out, Closing(head))
        return 0
    first, last = between
    if wanted.until is None or head is None or last >= head.seq:
        async for rows in audit_rows.rows(tx, workspace, first=first):
            write_rows(form, out, workspace, rows, audit_rows.timed)
        if head:
            close_log(form, out, Closing(head))
    else:
        close_log(form, out, Closing(await _part(tx, head, first, last, form, out, now), first))
    return last - first + 1


async def _part(tx: Tx, head: Head, first: int, last: int, form: Format, out: TextIO, now: datetime) -> Head:
    """Writes a part and signs its end, after the rest up to the signed head was checked.

    Else whoever can write the database could have anything signed by waiting for an export.
    """
    walk, hashed = Walk(head.workspace, timed=audit_rows.timed, last=head.seq), b""
    async for rows in audit_rows.rows(tx, head.workspace):
        if finding := walk.take(rows):
            raise NotWhole(finding)
        within = [row for row in rows if first <= row[0] <= last]
        write_rows(form, out, head.workspace, within, audit_rows.timed)
        hashed = next((row[10] for row in within if row[0] == last), hashed)
    found = walk.end(head, check=audit.good_signature)
    if isinstance(found, Finding):
        raise NotWhole(found)
    return await audit_rows.sign_extract(tx, head.workspace, first, last, hashed, now)
