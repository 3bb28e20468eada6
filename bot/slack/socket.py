"""Socket Mode: the same deliveries over a WebSocket that the bot opens, for places that Slack can't reach.

Own code over aiohttp's WebSocket, because two things matter here that slack_sdk's client doesn't give: an
acknowledgement goes out on the connection its envelope came in on, and when Slack announces the end of a connection,
the next one is open before the old one is gone ("Using Socket Mode", Slack's documentation).
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog

from bot.slack.surface import delivery_key
from bot.slack.web import LOOPBACK, SlackTrouble

Take = Callable[[Mapping[str, Any], str], Awaitable[tuple[int, str]]]
"""(payload, key) → (status, JSON body): `Surface.take_again`."""

Open = Callable[[], Awaitable[str]]
"""Asks Slack for the address of a connection (`apps.connections.open`). Raises SlackTrouble."""

PING = 10.0
"""Seconds of silence after which the other side is asked whether it is there; half of it later it counts as gone."""

HELLO_WITHIN = 10.0
FIRST_RETRY = 1.0
QUICKEST = 1.0
"""Seconds from one opening to the next at least, where all that came was a greeting: what ends at once isn't opened as
fast as it ends."""

MOST_BRIEF = 10
"""Connections in a row that end within `QUICKEST` and were of use: the next ones are opened no faster than others."""

SLOWEST_RETRY = 30.0
MAX_MESSAGE = 4 << 20

log = structlog.get_logger()


class Socket:
    """Keeps a connection open until it is stopped; `connected` says whether Slack has greeted on one."""

    def __init__(
        self,
        open_: Open,
        take: Take,
        *,
        ping: float = PING,
        hello_within: float = HELLO_WITHIN,
        first_retry: float = FIRST_RETRY,
        quickest: float = QUICKEST,
    ) -> None:
        self._open = open_
        self._take = take
        self._ping = ping
        self._hello_within = hello_within
        self._first_retry = first_retry
        self._quickest = quickest
        self._carried = False
        self._session: aiohttp.ClientSession | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._greeted: set[aiohttp.ClientWebSocketResponse] = set()
        self._handling: set[asyncio.Task[None]] = set()
        self._wanted = asyncio.Event()
        self._stopping = False
        self._over = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether there is a connection on which Slack said hello."""
        return bool(self._greeted)

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called: nothing more is read."""
        return self._stopping

    async def run(self) -> None:
        """Connects, and connects again whenever a connection ends or is about to, until `stop`."""
        self._session = aiohttp.ClientSession()
        failures, brief, loop = 0, 0, asyncio.get_running_loop()
        while not self._stopping:
            self._wanted.clear()
            began, self._carried = loop.time(), False
            try:
                url = await self._open()
                if self.stopping:
                    return
                _check(url)
                await self._connect(url)
                failures = 0
                if self._greeted:
                    self._wanted.clear()  # the old connection's end, while this one was being opened
            except (SlackTrouble, aiohttp.ClientError, TimeoutError, OSError, ValueError) as trouble:
                failures += 1
                pause = min(SLOWEST_RETRY, self._first_retry * 2.0 ** min(failures - 1, 10))
                # Not its words: they can hold the address, and with it the ticket.
                error = trouble.error if isinstance(trouble, SlackTrouble) else type(trouble).__name__
                log.warning("socket not opened", error=error, again_in=pause)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wanted.wait(), pause)
                continue
            await self._wanted.wait()
            left = began + self._quickest - loop.time()
            brief = brief + 1 if left > 0 else 0  # in a row: something may cut each after its first envelope
            if left > 0 and (brief > MOST_BRIEF or not self._carried):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._over.wait(), left)

    async def stop(self, patience: float) -> None:
        """Reads no more envelopes, finishes those that were read, then closes."""
        self._stopping = True
        self._over.set()
        self._wanted.set()
        if self._handling:
            await asyncio.wait(set(self._handling), timeout=patience)
        for connection in list(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        if self._session:
            await self._session.close()

    async def _connect(self, url: str) -> None:
        """Opens a connection and returns when Slack has greeted on it."""
        assert self._session is not None
        socket = await self._session.ws_connect(url, heartbeat=self._ping, max_msg_size=MAX_MESSAGE)
        greeted = asyncio.Event()
        task = asyncio.create_task(self._read(socket, greeted), name="socket")
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        waiting = asyncio.create_task(greeted.wait())
        await asyncio.wait({waiting, task}, timeout=self._hello_within, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not greeted.is_set():
            task.cancel()
            raise TimeoutError("no hello")

    async def _read(self, socket: aiohttp.ClientWebSocketResponse, greeted: asyncio.Event) -> None:
        try:
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    break
                if self._stopping:
                    continue  # left to the next process; the connection stays for what is still to be acknowledged
                self._envelope(socket, json.loads(message.data), greeted)
        except (aiohttp.ClientError, ValueError) as error:
            log.info("socket broke", error=type(error).__name__)
        finally:
            was_last = socket in self._greeted and len(self._greeted) == 1
            self._greeted.discard(socket)
            if not self._stopping:
                if isinstance(socket.exception(), aiohttp.ServerTimeoutError):
                    log.warning("socket deaf", unanswered_ping=self._ping)
                log.info("socket ended", code=socket.close_code, replaced=not was_last)
                if greeted.is_set() and not self._greeted:  # else `run` waits before it tries again
                    self._wanted.set()
            await socket.close()

    def _envelope(
        self, socket: aiohttp.ClientWebSocketResponse, envelope: Mapping[str, Any], greeted: asyncio.Event
    ) -> None:
        kind = envelope.get("type")
        if kind == "hello":
            self._greeted.add(socket)
            greeted.set()
            log.info("socket open", connections=len(self._greeted))
        elif kind == "disconnect":
            log.info("socket will end", reason=envelope.get("reason"))
            self._greeted.discard(socket)  # what still comes on it is served, but it is no connection to count on
            if greeted.is_set():
                self._wanted.set()
        elif isinstance(envelope.get("payload"), Mapping) and isinstance(envelope.get("envelope_id"), str):
            self._carried = True
            task = asyncio.create_task(self._serve(socket, envelope), name="envelope")
            self._handling.add(task)
            task.add_done_callback(self._handling.discard)

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse, envelope: Mapping[str, Any]) -> None:
        """Answers an envelope on its own connection; what can't be acknowledged comes again, and is answered again."""
        payload = envelope["payload"]
        status, body = await self._take(payload, payload_key(payload))
        if status >= 500:
            return  # not committed: no acknowledgement, so that the person sees an error
        answer: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
        if body.startswith("{") and envelope.get("accepts_response_payload"):  # Bolt's own refusals are plain text
            answer["payload"] = json.loads(body)
        try:
            await socket.send_str(json.dumps(answer))
        except (aiohttp.ClientError, ConnectionError) as error:
            log.info("envelope not acknowledged", error=type(error).__name__)


def payload_key(payload: Mapping[str, Any]) -> str:
    """What a redelivered envelope has in common with the first: its payload, which names its trigger or event."""
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":")).encode()
    return delivery_key(payload, b"socket:" + sha256(canonical).digest())


def _check(url: str) -> None:
    """Encrypted, or on this machine. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme != "wss" and not (parts.scheme == "ws" and parts.hostname in LOOPBACK):
        raise ValueError("Slack named an address for the socket that is not wss")
