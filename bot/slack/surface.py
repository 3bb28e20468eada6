"""The way in: raw bytes are verified first, then parsed, then handed to Bolt's dispatch.

Bolt's own server parses before it verifies, so strangers get tracebacks. Bolt walks its listeners one by one
(about 20 µs each), so there are four, and finding the handler is the router's dictionary.
"""

import asyncio
import hmac
import json
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack.incoming import Entrance, Incoming, read
from bot.slack.shapes import plausible

MAX_BODY = 1 << 20
"""Bytes of one request; Slack's are far smaller."""

MAX_AGE = 300
"""Seconds that a signature holds."""

REPEATS_KEPT = 10_000

ANSWERS_KEPT = 500

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ack:
    """What the acknowledgement carries. `failed`: it was not committed, so Slack gets an error."""

    body: Mapping[str, Any] = field(default_factory=dict)
    failed: bool = False


Dispatch = Callable[[Incoming], Awaitable[Ack]]
Acknowledged = Callable[[Entrance, bool, float], None]
"""Told of each delivery's entrance, whether it was acknowledged well, and the seconds that took."""

Authorize = Callable[[str, str], Awaitable[AuthorizeResult | None]]
"""(team, organisation that the app is installed in as a whole, or "") → whose token serves it."""


class Surface:
    """Bolt behind one HTTP route. `dispatch` answers a delivery; `authorize` answers from memory."""

    def __init__(
        self,
        signing_secret: str,
        *,
        dispatch: Dispatch,
        authorize: Authorize,
        clock: Callable[[], datetime],
        ready: Callable[[], bool],
        acknowledged: Acknowledged = lambda _entrance, _well, _seconds: None,
    ) -> None:
        self._acknowledged = acknowledged
        self._secret = signing_secret.encode()
        self._clock = clock
        self._ready = ready
        self._dispatch = dispatch
        self._bolt = _bolt(self._listen, authorize)
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._answers: OrderedDict[str, asyncio.Future[tuple[int, str]]] = OrderedDict()

    async def post(self, request: web.Request) -> web.Response:
        """`POST /slack/events`: commands, interactivity and events."""
        try:
            raw = await request.read()  # capped by the application's client_max_size
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        if b"ssl_check=1" in raw.split(b"&"):
            return web.Response()
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        if not self._signed(raw, timestamp, request.headers.get("X-Slack-Signature", "")):
            return web.Response(status=401)
        body = parse_body(raw, request.content_type)
        if body is None or not plausible(body):
            return web.Response(status=400)
        if body.get("type") == "url_verification":
            return web.Response(text=str(body.get("challenge", "")))
        # An event's repeat that comes while the first is under way has to wait: nobody else sends it a third time.
        take = self.take_again if body.get("type") == "event_callback" else self.take
        status, text = await take(body, delivery_key(body, timestamp.encode() + b":" + raw))
        return web.Response(status=status, text=text, content_type="application/json" if text else "text/plain")

    async def take(self, body: Mapping[str, Any], key: str) -> tuple[int, str]:
        """Answers a verified delivery, whatever the transport: (HTTP status, JSON body). A repeat gets an empty 200."""
        if not self._ready():
            return 503, ""  # else Bolt would answer by itself, and nothing would be kept
        if key in self._seen:
            return 200, ""
        self._seen[key] = None
        if len(self._seen) > REPEATS_KEPT:
            self._seen.popitem(last=False)
        began = time.perf_counter()
        request = AsyncBoltRequest(body=dict(body), mode="socket_mode", context={"delivery_key": key, "began": began})
        response: BoltResponse | None = None
        try:
            response = await self._bolt.async_dispatch(request)
        finally:
            if response is None or response.status >= 500:
                self._seen.pop(key, None)
        return response.status, response.body or ""

    async def take_again(self, body: Mapping[str, Any], key: str) -> tuple[int, str]:
        """Like `take`, but a repeat gets the first one's answer.

        For events, which Slack sends again by itself, and for Socket Mode: an envelope comes again when its
        acknowledgement was lost, and only Slack can send one.
        """
        known = self._answers.get(key)
        if known is not None:
            return await asyncio.shield(known)
        answer = asyncio.ensure_future(self.take(body, key))
        self._answers[key] = answer
        if len(self._answers) > ANSWERS_KEPT:
            self._answers.popitem(last=False)
        answer.add_done_callback(partial(self._forget_failed, key))
        return await asyncio.shield(answer)

    def _forget_failed(self, key: str, answer: "asyncio.Future[tuple[int, str]]") -> None:
        """What failed is tried anew when it comes again."""
        if answer.cancelled() or answer.exception() or answer.result()[0] >= 500:
            self._answers.pop(key, None)

    async def _listen(self, body: dict[str, Any], context: Mapping[str, Any]) -> BoltResponse:
        """The response itself: Bolt's `ack` would walk through all blocks first, in case they were its own objects."""
        incoming = read(body, context["delivery_key"], self._clock())
        answer = await self._dispatch(incoming) if incoming else Ack()
        if incoming:
            self._acknowledged(incoming.entrance, not answer.failed, time.perf_counter() - context["began"])
        return BoltResponse(status=500 if answer.failed else 200, body=dict(answer.body) or "")

    def _signed(self, raw: bytes, timestamp: str, signature: str) -> bool:
        """Slack's signature over the raw bytes, at most five minutes old ("Verifying requests from Slack").

        slack_sdk's verifier decodes the body first and raises on what isn't UTF-8; a test compares the two.
        """
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            return False
        if abs(self._clock().timestamp() - int(timestamp)) > MAX_AGE:
            return False
        expected = hmac.new(self._secret, b"v0:" + timestamp.encode() + b":" + raw, sha256).hexdigest()
        return hmac.compare_digest(f"v0={expected}".encode(), signature.encode("utf-8", "replace"))


def parse_body(raw: bytes, content_type: str) -> dict[str, Any] | None:
    """A JSON object, a form, or a form whose `payload` is a JSON object; None when it is none of these."""
    try:
        text = raw.decode("utf-8")
        if content_type == "application/json":
            parsed = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict"))
            parsed = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) and parsed else None


def delivery_key(body: Mapping[str, Any], signed: bytes) -> str:
    """What a repeat has in common with the first: an event's id, else the signed bytes themselves."""
    event_id = body.get("event_id")
    return sha256(f"event:{event_id}".encode() if isinstance(event_id, str) else signed).hexdigest()


class _FromMemory(AsyncAuthorize):
    """Bolt's port for "whose token is it".

    A class, because Bolt looks up the parameters of a plain function with every delivery.
    """

    def __init__(self, authorize: Authorize) -> None:
        self._authorize = authorize

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        """The workspace's bot, from memory."""
        return await self._authorize(team_id or "", (enterprise_id or "") if context.is_enterprise_install else "")


def _bolt(listen: Callable[..., Awaitable[BoltResponse]], authorize: Authorize) -> AsyncApp:
    bolt = AsyncApp(
        name="vpsbot",  # else Bolt looks up its caller's file, through the source of every module
        process_before_response=True,  # else Bolt polls for the ack every 10 ms
        user_facing_authorize_error_message="vpsbot is not installed in this workspace.",
        authorize=_FromMemory(authorize),  # type: ignore[arg-type]  # None is for "not installed there"
        request_verification_enabled=False,  # done on the raw bytes, before
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    anything = re.compile("")
    bolt.command(anything)(listen)
    bolt.action(anything)(listen)
    bolt.view_submission(anything)(listen)
    bolt.event(anything)(listen)
    bolt.error(_failed)
    return bolt


async def _failed(error: Exception) -> BoltResponse:
    log.error("bolt failed", exc_info=error)
    return BoltResponse(status=500, body="")
