"""A provider made of raw bytes: it says exactly what its script holds, and remembers every request it heard."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it arrived. Header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> object:
        """Its body; None when there was none."""
        value: object = json.loads(self.body) if self.body else None
        return value


class Slam(Enum):
    """What happens to a connection before anything is read from it."""

    CLOSED = auto()
    NO_TLS = auto()


Act = Callable[[asyncio.StreamWriter], Awaitable[None]]
Step = bytes | Act | Slam


class RawProvider:
    """Serves one script: each request takes the next step, the last one is repeated for ever."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.connections = 0
        self.written = 0
        self._script: list[Step] = [answer(500)]
        self._running: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}/api/v1"

    def says(self, *steps: Step) -> None:
        """Replace the script."""
        self._script = list(steps)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        self.connections += 1
        try:
            # A peer that goes away is what many of these tests are about.
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                await self._talk(reader, writer)
        finally:
            self._running.discard(task)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            if isinstance(self._script[0], Slam):
                if self._next() is Slam.NO_TLS:
                    writer.write(b"this is no TLS\r\n")
                return
            self.heard.append(await _request(reader))
            step = self._next()
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
                self.written += len(step)
            elif not isinstance(step, Slam):
                await step(writer)

    def _next(self) -> Step:
        return self._script.pop(0) if len(self._script) > 1 else self._script[0]


def answer(status: int = 200, body: object = b"", **headers: str) -> bytes:
    """A whole HTTP answer; a body that isn't bytes is sent as JSON. `retry_after="1"` becomes `retry-after: 1`."""
    kind = "text/plain" if isinstance(body, bytes) else "application/json"
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {"content_type": kind, "content_length": str(len(raw))} | headers
    lines = [f"HTTP/1.1 {status} Whatever"] + [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode() + raw


def html(status: int = 200) -> bytes:
    """A page, as a proxy in front of the provider would show it."""
    return answer(status, b"<!DOCTYPE html><html><body>Bad gateway</body></html>", content_type="text/html")


def then_closes(data: bytes) -> Act:
    """Says this much and closes."""

    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        writer.close()

    return act


closes = then_closes(b"")


async def resets(writer: asyncio.StreamWriter) -> None:
    """Ends the connection with a reset instead of a good-bye."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hangs(writer: asyncio.StreamWriter) -> None:
    """Never answers."""
    await asyncio.sleep(3600)


async def _request(reader: asyncio.StreamReader) -> Heard:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")[:-2]
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Heard(method, target, headers, body)
