"""Sends what people do to the bot, signed, and waits three seconds for its acknowledgement.

docs.slack.dev/authentication/verifying-requests-from-slack and docs.slack.dev/interactivity/handling-user-interaction.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.slack.log import Exchange, shown_headers
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.world import World

ACK_SECONDS = 3.0
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
_LATE = "A request is acknowledged within 3 seconds; this one was not."


@dataclass(slots=True)
class Delivery:
    """One request to the bot. `payload` is what a person would call its content, `form` how HTTP carries it."""

    kind: str
    name: str
    team_id: str
    payload: Json
    envelope: str
    """Its type in Socket Mode: slash_commands, interactive or events_api."""
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> tuple[bytes, str]:
        """The bytes and their content type."""
        if self.envelope == "slash_commands":
            return urlencode(self.payload).encode(), FORM
        if self.envelope == "interactive":
            return urlencode({"payload": json.dumps(self.payload)}).encode(), FORM
        return json.dumps(self.payload).encode(), JSON


@dataclass(slots=True)
class Answer:
    """What came back. `error` is what Slack would show: operation_timeout, dispatch_failed, http_client_error…"""

    exchange: Exchange
    error: str = ""
    status: int = 0
    body: bytes = b""
    data: Any = None
    """The body as JSON, if it was sent as JSON."""
    headers: Mapping[str, str] = field(default_factory=dict)


class Transport(Protocol):
    """A way to the bot."""

    async def send(self, delivery: Delivery, exchange: Exchange) -> Answer:
        """Sends and waits for the acknowledgement; never raises."""
        ...


class Post:
    """The way over HTTP, to the request URLs."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._session: aiohttp.ClientSession | None = None
        self.last: tuple[str, bytes, dict[str, str]] | None = None

    async def start(self) -> None:
        """Opens the connection pool."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=ACK_SECONDS),
            auto_decompress=True,
        )

    async def stop(self) -> None:
        """Closes the connection pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, delivery: Delivery, exchange: Exchange) -> Answer:
        """Signs and posts the delivery."""
        body, content_type = delivery.body()
        headers = {
            **signed(self._world.signing_secret, body, self._world.signing_time()),
            "Content-Type": content_type,
            "User-Agent": USER_AGENT,
            "Accept": "application/json,*/*",
            **delivery.headers,
        }
        url = self._world.request_url or delivery.url
        self.last = (url, body, headers)
        return await self.post(url, body, headers, exchange)

    async def post(self, url: str, body: bytes, headers: dict[str, str], exchange: Exchange) -> Answer:
        """Posts bytes as they are."""
        if self._session is None or not url:
            return Answer(exchange, "dispatch_failed")
        exchange.headers = shown_headers(headers)
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as reply:
                content = await reply.read()
                return _answered(exchange, reply.status, content, reply.content_type, reply.headers)
        except TimeoutError:
            return Answer(exchange, "operation_timeout")
        except (aiohttp.ClientError, OSError):
            return Answer(exchange, "dispatch_failed")


async def deliver(world: World, transport: Transport, delivery: Delivery) -> Answer:
    """Sends a delivery, and writes it and its answer into the inspector."""
    exchange = world.log.open(world.now(), "to_app", delivery.kind, delivery.name, delivery.team_id, delivery.payload)
    began = time.perf_counter()
    answer = await transport.send(delivery, exchange)
    exchange.ms = (time.perf_counter() - began) * 1000
    exchange.status = answer.status
    exchange.response = answer.data if answer.data is not None else answer.body.decode("utf-8", "replace")
    if answer.error:
        exchange.response = exchange.response or answer.error
        sentence = _LATE if answer.error == "operation_timeout" else _refusal(answer)
        world.log.problem(exchange, sentence)
    world.feed.tell(delivery.team_id, "exchange", lambda user: {"n": exchange.n})
    return answer


async def check_ssl(world: World, post: Post) -> bool:
    """Sends the unsigned `ssl_check=1` of Slack's checks of certificates; says whether it was answered with 200."""
    body = urlencode({"token": world.verification_token, "ssl_check": "1"}).encode()
    exchange = world.log.open(world.now(), "to_app", "ssl_check", "ssl_check", "", body.decode())
    answer = await post.post(world.request_url, body, {"Content-Type": FORM, "User-Agent": USER_AGENT}, exchange)
    exchange.status, exchange.response = answer.status, answer.body.decode("utf-8", "replace")
    if answer.status != 200:
        world.log.problem(exchange, "A POST with ssl_check=1 is answered with 200, also unsigned.")
    return answer.status == 200


def signed(secret: str, body: bytes, now: float) -> dict[str, str]:
    """The two headers of a signed request."""
    timestamp = str(int(now))
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _answered(exchange: Exchange, status: int, body: bytes, content_type: str, headers: Mapping[str, str]) -> Answer:
    error = ""
    if status >= 500:
        error = "http_service_error"
    elif status >= 400:
        error = "http_client_error"
    elif not 200 <= status < 300:
        error = "dispatch_failed"
    data = None
    if body and content_type == JSON:
        try:
            data = json.loads(body)
        except ValueError:
            error = error or "dispatch_failed"
    return Answer(exchange, error, status, body, data, headers)


def _refusal(answer: Answer) -> str:
    if answer.status == 0:
        return "A request is acknowledged with a 2xx; the bot could not be reached or closed the connection."
    if answer.status < 300:
        return "An acknowledgement that says it is JSON has to be JSON."
    return f"A request is acknowledged with a 2xx; this one got {answer.status}."
