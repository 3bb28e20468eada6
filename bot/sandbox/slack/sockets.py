"""Socket Mode: envelopes over WebSockets instead of HTTP. docs.slack.dev/apis/events-api/using-socket-mode."""

import asyncio
import contextlib
import json
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.slack import page_state
from bot.sandbox.slack.delivery import ACK_SECONDS, Answer, Delivery
from bot.sandbox.slack.log import Exchange
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.world import World

MOST = 10
"""Connections of one app at the same time."""
PING_SECONDS = 5.0
WARNING_SECONDS = 10.0
"""From the `warning` to the end of a connection, by the sandbox's clock."""
CONNECTION_SECONDS = 18_060
_WITH_PAYLOAD = frozenset({"command", "view_submission", "block_suggestion"})


@dataclass(slots=True, eq=False)
class Socket:
    """One connection of the bot. A `deaf` one stays open, but nothing passes it any more, not even a pong."""

    number: int
    ws: web.WebSocketResponse
    request: web.Request
    deaf: bool = False
    leaving: bool = False
    ends_at: float = 0.0
    """When Slack closes it, after a warning; 0 while no end is near."""


@dataclass(slots=True, eq=False)
class _Envelope:
    body: Json
    exchange: Exchange
    answer: asyncio.Future[Answer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    sent_to: Socket | None = None


class Sockets:
    """The bot's connections, and the envelopes that wait for an acknowledgement."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tickets: set[str] = set()
        self._waiting: dict[str, _Envelope] = {}
        self._turn = 0
        self.connections: list[Socket] = []

    def ticket(self) -> str:
        """The address for one new connection, as `apps.connections.open` gives it."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return f"{self._world.base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self._world.app_id}"

    async def send(self, delivery: Delivery, exchange: Exchange) -> Answer:
        """Sends an envelope to any connection and waits three seconds for its acknowledgement."""
        envelope = _Envelope(_body(delivery), exchange)
        if not self.connections:
            return Answer(exchange, "dispatch_failed")
        self._waiting[envelope.body["envelope_id"]] = envelope
        await self._pass_on(envelope)
        try:
            return await asyncio.wait_for(asyncio.shield(envelope.answer), ACK_SECONDS)
        except TimeoutError:
            if delivery.kind == "event":
                # Events come again by their own schedule; commands and interactions with the next connection.
                self._waiting.pop(envelope.body["envelope_id"], None)
            return Answer(exchange, "operation_timeout")

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serves one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="invalid ticket")
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        if len(self.connections) >= MOST:
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": _DEBUG})
            await ws.close()
            return ws
        socket = Socket(self._world.number(), ws, request)
        self.connections.append(socket)
        pings = asyncio.create_task(self._ping(socket))
        try:
            await self._serve(socket)
        finally:
            pings.cancel()
            self._gone(socket)
        return ws

    async def disconnect(self, reason: str, socket: Socket | None = None) -> None:
        """Sends a `disconnect`: `warning` (the end comes in 10 s), `refresh_requested`, `link_disabled`.

        All but a warning close the connection at once. Without `socket` it goes to all connections. A deaf one passes
        neither.
        """
        for each in [socket] if socket else list(self.connections):
            each.leaving = True
            self._tell()
            if each.deaf:
                continue
            if reason == "warning":
                each.ends_at = self._world.now() + WARNING_SECONDS
            with contextlib.suppress(ConnectionResetError):
                await each.ws.send_json({"type": "disconnect", "reason": reason, "debug_info": _DEBUG})
                if reason != "warning":
                    await each.ws.close()

    async def end_due(self) -> None:
        """Closes the connections whose end was announced and has come."""
        for each in [each for each in self.connections if 0 < each.ends_at <= self._world.now()]:
            each.ends_at = 0.0
            if not each.deaf:
                await each.ws.close()

    async def drop(self, socket: Socket | None = None) -> None:
        """Loses connections suddenly, without a word."""
        for each in [socket] if socket else list(self.connections):
            self._gone(each)
            if each.request.transport is not None:
                each.request.transport.abort()  # type: ignore[attr-defined, unused-ignore]
        await asyncio.sleep(0)

    def deafen(self, socket: Socket | None = None) -> None:
        """Lets connections stay open while nothing passes them any more."""
        for each in [socket] if socket else self.connections:
            each.deaf = True
        self._tell()

    async def stop(self) -> None:
        """Closes all connections."""
        for each in list(self.connections):
            await each.ws.close()

    async def _serve(self, socket: Socket) -> None:
        await socket.ws.send_json(
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "debug_info": {**_DEBUG, "approximate_connection_time": CONNECTION_SECONDS},
                "connection_info": {"app_id": self._world.app_id},
            }
        )
        for envelope in [e for e in self._waiting.values() if e.sent_to is None or e.sent_to not in self.connections]:
            await self._pass_on(envelope, socket)
        self._tell()
        async for message in socket.ws:
            if socket.deaf:
                continue
            if message.type == WSMsgType.TEXT:
                self._heard(message.data)
            elif message.type == WSMsgType.PING:
                await socket.ws.pong(message.data)

    async def _pass_on(self, envelope: _Envelope, socket: Socket | None = None) -> None:
        open_ones = [each for each in self.connections if not each.leaving] or self.connections
        if socket is None and not open_ones:
            return
        self._turn += 1
        chosen = socket or open_ones[self._turn % len(open_ones)]
        envelope.sent_to = chosen
        if not chosen.deaf:
            with contextlib.suppress(ConnectionResetError):
                await chosen.ws.send_json(envelope.body)

    def _heard(self, text: str) -> None:
        try:
            said: Any = json.loads(text)
            envelope = self._waiting.pop(said["envelope_id"])
        except (ValueError, KeyError, TypeError):
            exchange = self._world.log.open(self._world.now(), "from_app", "socket", "acknowledgement", "", text)
            self._world.log.problem(exchange, "An acknowledgement names the envelope_id of an open envelope, once.")
            return
        exchange, payload = envelope.exchange, said.get("payload")
        if payload and not envelope.body["accepts_response_payload"]:
            self._world.log.problem(exchange, "This envelope accepts no payload in its acknowledgement.")
            payload = None
        body = json.dumps(payload).encode() if payload else b""
        if not envelope.answer.done():
            envelope.answer.set_result(Answer(exchange, "", 200, body, payload or None))

    def _gone(self, socket: Socket) -> None:
        if socket not in self.connections:
            return
        self.connections.remove(socket)
        self._tell()
        for envelope in [e for e in self._waiting.values() if e.sent_to is socket]:
            task = asyncio.ensure_future(self._pass_on(envelope))
            self._world.background.add(task)
            task.add_done_callback(self._world.background.discard)

    def _tell(self) -> None:
        """Tells the pages, and the tests that wait, what has become of the connections."""
        self._world.feed.changed.set()
        for team in self._world.teams.values():
            page_state.tell_workspace(self._world, team)

    async def _ping(self, socket: Socket) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            if not socket.deaf:
                with contextlib.suppress(ConnectionResetError):
                    await socket.ws.ping(b"Ping from the local Slack")


_DEBUG = {"host": "applink-local", "build_number": 1}


def _body(delivery: Delivery) -> Json:
    body: Json = {
        "envelope_id": str(uuid.uuid4()),
        "type": delivery.envelope,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.kind in _WITH_PAYLOAD,
    }
    if delivery.envelope == "events_api":
        body["retry_attempt"] = int(delivery.headers.get("X-Slack-Retry-Num", "0"))
        body["retry_reason"] = delivery.headers.get("X-Slack-Retry-Reason", "")
    return body
