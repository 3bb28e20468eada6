"""Heads of the log leave the house: a line each, into a file that only grows or to an https address.

An old copy of the database carries an old valid head; what left the house tells it. A head is never written in the
transaction that makes it: the rows say how far each log has left, so a sink that is away holds nothing up and misses
nothing. A line may come twice (after a crash in between), never not at all.
"""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import structlog

from bot.domain.audit import Head
from bot.domain.audit_file import head_line, read_head
from bot.domain.notices import retry_pause
from bot.operations.parts import Parts
from bot.store import sinks

TIMEOUT = 10
"""Seconds that an address may take to accept a head."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_AT_ONCE = 500
"""Lines that are read from a file together."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Address:
    """Where heads go: one of the two."""

    path: Path | None = None
    url: str = ""


def sink_of(address: str) -> Address:
    """What VPSBOT_AUDIT_SINK names. Raises ValueError with a sentence."""
    text = address.strip()
    if "://" not in text:
        return Address(path=Path(text))
    parts = urlsplit(text)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        return Address(url=text)
    raise ValueError("VPSBOT_AUDIT_SINK is the path of a file or an https:// address (http is for this machine only).")


class SinkAway(Exception):
    """The sink did not take a head; the message says why, and holds no secret."""


@dataclass
class Sink:
    """Takes the heads of one process's logs out of the house."""

    parts: Parts
    address: Address
    _session: aiohttp.ClientSession | None = field(default=None)

    async def deliver(self, workspace: str, now: datetime) -> None:
        """Writes a workspace's head, or remembers that it still has to be written."""
        async with self.parts.store.read() as tx:
            waiting = await sinks.waiting(tx, workspace)
        if waiting is None:
            return
        try:
            await self._send(waiting.head)
        except SinkAway as away:
            log.warning("audit sink is away", error=str(away), workspace=workspace, attempts=waiting.attempts + 1)
            async with self.parts.store.begin("sink.failed", workspace) as tx:
                await sinks.failed(tx, waiting, str(away), now + retry_pause(waiting.attempts))
            return
        async with self.parts.store.begin("sink.left", workspace) as tx:
            await sinks.left(tx, waiting.head)

    async def close(self) -> None:
        """Closes the connections."""
        if self._session:
            await self._session.close()

    async def _send(self, head: Head) -> None:
        """Raises SinkAway."""
        line = head_line(head)
        if self.address.path:
            try:
                await asyncio.to_thread(append_line, self.address.path, line)
            except OSError as problem:
                raise SinkAway(problem.strerror or "the file can't be written") from None
            return
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(trust_env=True, timeout=aiohttp.ClientTimeout(total=TIMEOUT))
        headers = {"Content-Type": "application/json"}
        try:
            async with self._session.post(
                self.address.url, data=line.encode(), headers=headers, allow_redirects=False
            ) as answer:
                if not 200 <= answer.status < 300:
                    raise SinkAway(f"it answered with status {answer.status}")
        except (aiohttp.ClientError, TimeoutError):
            raise SinkAway("it can't be reached") from None


def append_line(path: Path, line: str) -> None:
    """Adds a line durably to a file that is its owner's alone, on a line of its own also after a torn one."""
    fresh = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.lseek(descriptor, 0, os.SEEK_END)
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        rest = (("\n" if torn else "") + line).encode()
        while rest:  # a disk that is nearly full takes a part of it, and only refuses the next one
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if fresh:  # else the file's name may be gone after a power cut
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no head: torn by a power cut, or written by something else."""

    number: int


def read_sink(path: Path) -> Iterator[list[Head | BadLine]]:
    """The heads in a sink's file, some hundred at a time."""
    batch: list[Head | BadLine] = []
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                batch.append(read_head(line) or BadLine(number))
            if len(batch) >= _AT_ONCE:
                yield batch
                batch = []
    if batch:
        yield batch
