"""`vpsbot audit`: says what is wrong with a log, if anything is, exports it, and checks what was exported."""

import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import TextIO

from bot.config import BadSettings, Settings, from_environment
from bot.domain.audit import ANCHOR, BOT, Action, Detail, Draft, Head
from bot.domain.audit_file import BadFile, Checked, Format, check_file, open_file
from bot.domain.spans import read_moment
from bot.domain.verifying import Finding, Flaw, Walk
from bot.operations.exporting import Extract, NotWhole, write_log
from bot.operations.sinking import BadLine, read_sink, sink_of
from bot.store import audit, audit_guard, audit_rows, sinks
from bot.store.engine import DatabaseAway, DatabaseFailure, DatabaseProblem, Store, Tx
from bot.store.sealing import KeyProblem, Sealer, Unreadable

_WORDS = {
    Flaw.ALTERED: "entry {seq} was altered",
    Flaw.MISSING: "entry {seq} is missing",
    Flaw.REORDERED: "entry {seq} is out of order or doubled",
    Flaw.TRUNCATED: "the tail is cut off: entry {seq} and what follows is missing",
    Flaw.BEYOND_HEAD: "entry {seq} was added behind the signed head",
    Flaw.NO_HEAD: "the signed head is gone (there are {seq} entries)",
    Flaw.BAD_SIGNATURE: "the head at entry {seq} has no good signature",
    Flaw.FOREIGN_KEY: "the head at entry {seq} is signed with another key than the one you hold",
    Flaw.ROLLED_BACK: "the log was set back to an earlier state: from entry {seq} on it is not the one you noted",
    Flaw.FOREIGN_VALUE: "entry {seq} holds what the bot never writes there",
}


@dataclass
class Noted:
    """What an auditor noted outside of the database: heads with their numbers, and anchors without one."""

    heads: dict[int, bytes] = field(default_factory=dict)
    anchors: dict[bytes, bytes] = field(default_factory=dict)


async def verify(workspace: str | None, public_key: str | None, noted: Sequence[str] = ()) -> int:
    """Prints a line a workspace; the exit status: 0 all good, 1 something is wrong, 2 could not look."""
    try:
        trusted = bytes.fromhex(public_key) if public_key else None
        known = _noted(noted)
    except ValueError:
        print(
            "The public key is hexadecimal. A noted head is SEQ:HASH, as this command prints them; "
            "an anchor is 32 hexadecimal digits, as messages carry them."
        )
        return 2
    if known.heads and not workspace:
        print("A noted head is one workspace's: say which with --workspace.")
        return 2

    async def work(store: Store, settings: Settings) -> int:
        async with store.read() as tx:
            status = await _verify(tx, workspace, trusted, known)
            return max(status, await _compare(tx, workspace, settings.audit_sink))

    return await _with_database(work)


async def public_keys(workspace: str | None) -> int:
    """Prints each workspace's public key, and those that it replaced."""

    async def work(store: Store, _settings: Settings) -> int:
        async with store.read() as tx:
            for name in [workspace] if workspace else await audit.workspaces(tx):
                head = await audit.head(tx, name)
                print(f"{name}: {head.public_key.hex()}" if head else f"{name}: there is no log")
                for detail in await audit_rows.former_keys(tx, name):
                    print(f"{name}: formerly {json.loads(detail)['former_public_key']}")
        return 0

    return await _with_database(work)


async def export(workspace: str | None, form: Format, since: str | None, until: str | None, output: Path | None) -> int:
    """Writes the logs into a file, or to standard output; 1 when a part of a broken log can't be signed."""
    now = datetime.now(UTC)
    moments = [read_moment(typed, now) if typed else None for typed in (since, until)]
    if any(typed and moment is None for typed, moment in zip((since, until), moments, strict=True)):
        print("A time is like 7d, 2026-11-23 or 2026-11-23T09:00 (UTC).", file=sys.stderr)
        return 2

    async def work(store: Store, _settings: Settings) -> int:
        async with _writing(output) as out:
            async with store.read() as tx:
                names = [workspace] if workspace else await audit.workspaces(tx)
            for name in names:
                await _log_export(store, name, Extract(*moments), form, now)
            return await _export(store, names, Extract(*moments), form, out, now)

    return await _with_database(work, sys.stderr)


async def _export(store: Store, names: Sequence[str], wanted: Extract, form: Format, out: TextIO, now: datetime) -> int:
    async with store.read() as tx:
        open_file(form, out)
        for name in names:
            try:
                count = await write_log(tx, name, wanted, form, out, now)
            except NotWhole as broken:
                print(f"{name}: {_found(broken.finding)}. A part of this log can't be signed.", file=sys.stderr)
                return 1
            except (AttributeError, TypeError, ValueError):
                print(f"{name}: the log can't be written out: look with `vpsbot audit verify`.", file=sys.stderr)
                return 1
            print(f"{name}: {count:,} entries", file=sys.stderr)
    return 0


async def _log_export(store: Store, name: str, wanted: Extract, form: Format, now: datetime) -> None:
    """Says in a log that it is taken out, and by whom. A broken one is taken out all the same, to be looked into."""
    since, until = (moment.isoformat() if moment else "" for moment in (wanted.since, wanted.until))
    try:
        async with store.begin("audit.exported", name) as tx:
            if between := await audit_rows.bounds(tx, name, wanted.since, wanted.until):
                count = between[1] - between[0] + 1
                detail: Detail = {"format": form, "since": since, "until": until, "entries": count, "user": _user()}
                await audit.append(tx, name, Draft(Action.AUDIT_EXPORTED, BOT, detail=detail), now)
    except (Unreadable, DatabaseFailure, AttributeError, TypeError, ValueError):
        print(f"{name}: that it is taken out can't be written into the log.", file=sys.stderr)


def _user() -> str:
    """Who is logged in on this machine; in a container that may be nobody with a name."""
    try:
        return getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def check(file: Path, keys: Sequence[str]) -> int:
    """Checks an exported file with public keys alone: no database, no environment."""
    try:
        trusted = {bytes.fromhex(key) for key in keys}
    except ValueError:
        print("The public key is hexadecimal.")
        return 2
    status = 0
    try:
        with file.open(encoding="utf-8", newline="") as source:
            for each in check_file(source, trusted, audit.good_signature):
                status = max(status, 1 if each.finding else 0)
                print(f"{each.workspace}: {_checked(each)}")
    except OSError as problem:
        print(f"{file} can't be read: {problem.strerror}.")
        return 2
    except (BadFile, UnicodeDecodeError) as problem:
        print(f"BROKEN: {problem if isinstance(problem, BadFile) else 'the file is not text'}")
        return 1
    return status


async def _verify(tx: Tx, only: str | None, trusted: bytes | None, noted: Noted) -> int:
    status, sought = 0, dict(noted.anchors)
    gone = await audit_guard.beheaded(tx)
    names = [only] if only else sorted({*await audit.workspaces(tx), *gone})
    for name in names:
        good, said = await look_through(tx, name, trusted, noted.heads, sought, gone)
        status = status if good else 1
        print(f"{name}: {said}")
    if not names:
        print("There is no log yet.")
    for trigger in await audit_guard.missing_triggers(tx):
        print(f"BROKEN: the trigger {trigger} is gone: what it kept from being changed may have been changed")
        status = 1
    for missing in [] if status else sought.values():  # what was not walked to its end may still have it
        print(f"BROKEN: no entry has the anchor {missing.hex()}: the log was set back to an earlier state")
    return 1 if sought else status


async def look_through(
    tx: Tx,
    name: str,
    trusted: bytes | None,
    heads: Mapping[int, bytes],
    sought: dict[bytes, bytes],
    beheaded: Collection[str],
) -> tuple[bool, str]:
    """Whether a workspace's log is whole, and what is to be said of it. Takes the anchors it meets out of `sought`."""
    try:
        head = await audit.head(tx, name)
    except (TypeError, ValueError):  # SQLite keeps a value of any type in any column
        return False, "BROKEN: the head holds what the bot never writes there"
    walk = Walk(name, timed=audit_rows.timed, last=head.seq if head else None, noted=heads, sought=sought)
    found = await _walked(tx, walk) or walk.end(head, check=audit.good_signature, trusted_key=trusted)
    if isinstance(found, Finding):
        return False, f"BROKEN: {_found(found)}"
    if name in beheaded:
        what, unless = "all of it", ""
        if head:
            what, unless = "its beginning", "; or this machine's clock was ahead when the log began"
        return False, f"BROKEN: {what} is gone: there are requests or roles from before{unless}"
    head_said = f", head {head.seq}:{head.hash.hex()}, signed by {head.public_key.hex()}" if head else ""
    return True, f"good, {found:,} entries{head_said}"


async def _walked(tx: Tx, walk: Walk) -> Finding | None:
    async for rows in audit_rows.rows(tx, walk.workspace):
        if found := walk.take(rows):
            return found
    return None


async def _compare(tx: Tx, only: str | None, address: str) -> int:
    """Whether the logs have all heads that left the house; 0 when there is nothing to compare with."""
    path = sink_of(address).path if address else None
    if path is None:
        if address:
            print("The heads are at VPSBOT_AUDIT_SINK, which can't be read from here: compare with --anchor.")
        return 0
    written = {name: seq for name, seq in (await sinks.furthest(tx)).items() if only in (None, name)}
    if not path.exists() and written:
        print(f"BROKEN: {path} is not there, though heads were written into it (VPSBOT_AUDIT_SINK).")
        return 1
    bad, count = dict[str, Finding](), 0
    for lines in read_sink(path) if path.exists() else ():
        for each in lines:
            if isinstance(each, BadLine):
                print(f"{path}: line {each.number} is no head; it is left out.")
        heads = [each for each in lines if isinstance(each, Head) and only in (None, each.workspace)]
        count += len(heads)
        for name in {head.workspace for head in heads} - bad.keys():
            theirs = [head for head in heads if head.workspace == name]
            ours = await audit_rows.hashes(tx, name, sorted({head.seq for head in theirs}))
            if different := [head.seq for head in theirs if ours.get(head.seq) != head.hash]:
                bad[name] = Finding(Flaw.ROLLED_BACK, min(different))
            if max(head.seq for head in theirs) >= written.get(name, 0):
                written.pop(name, None)
    for name, finding in sorted(bad.items()):
        print(f"{name}: BROKEN: {_found(finding)} (VPSBOT_AUDIT_SINK)")
    for name in sorted(written.keys() - bad.keys()):
        print(f"{name}: BROKEN: {path} lacks the head of entry {written[name]}, which was written into it")
    if bad or written:
        return 1
    print(f"{path}: the logs have every head in it ({count:,})")
    return 0


def _found(finding: Finding) -> str:
    return _WORDS[finding.flaw].format(seq=finding.seq)


def _checked(each: Checked) -> str:
    if each.finding:
        return f"BROKEN: {_found(each.finding)}"
    if not each.first:
        return "good, no entries"
    until = "up to the log's head" if each.whole else "a part that ends before the log's head"
    return f"good, entries {each.first:,} to {each.last:,}, {until}, signed by {each.key.hex()}"


def _noted(typed: Sequence[str]) -> Noted:
    """Heads and anchors as this command and messages show them. Raises ValueError."""
    noted = Noted()
    for each in typed:
        seq, colon, digest = each.strip().rpartition(":")
        hashed = bytes.fromhex(digest)
        if not ANCHOR <= len(hashed) <= 2 * ANCHOR:
            raise ValueError("not a hash")
        if colon:
            noted.heads[int(seq)] = hashed
        else:
            noted.anchors[hashed[:ANCHOR]] = hashed
    return noted


@asynccontextmanager
async def _writing(output: Path | None) -> AsyncIterator[TextIO]:
    """A new file that is its owner's alone, or standard output."""
    if output is None:
        yield sys.stdout
        return
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
        yield out


async def _with_database(work: Callable[[Store, Settings], Awaitable[int]], out: TextIO | None = None) -> int:
    """Opens what the environment names; 2 and a sentence when that can't be."""
    try:
        settings = from_environment()
        sink_of(settings.audit_sink)
        store = Store(settings.database_url, Sealer(settings.encryption_keys.get_secret_value()))
    except (BadSettings, KeyProblem, DatabaseProblem, ValueError) as problem:
        print(problem, file=out)
        return 2
    try:
        await store.check()
        return await work(store, settings)
    except DatabaseAway as away:
        print(away, file=out)
        return 2
    except DatabaseFailure:
        print("The database can't be read, or it is not vpsbot's. Look at DATABASE_URL.", file=out)
        return 2
    except Unreadable as problem:
        print(f"The signing key can't be read: {problem}.", file=out)
        return 2
    except OSError as problem:
        print(f"{problem.filename or 'The file'} can't be used: {problem.strerror}.", file=out)
        return 2
    finally:
        await store.close()
