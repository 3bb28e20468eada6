"""The address behind response_urls: `POST /response/…`."""

import json
import time
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from bot.sandbox.slack import replies
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.log import shown_headers
from bot.sandbox.slack.world import World

METHOD = "response_url"
"""The name under which faults and `api_calls` know it."""


async def respond(world: World, request: web.Request) -> web.Response:
    """Answers `ok`, or Slack's error: 404 for a used or expired address, 400 for a message it refuses."""
    key = request.match_info["key"]
    url = world.urls.get(key)
    began = time.perf_counter()
    exchange = world.log.open(world.now(), "from_app", METHOD, METHOD, url.team.id if url else "", {})
    exchange.headers = shown_headers(request.headers)
    fault = world.faults.take(METHOD)
    status, said = 200, "ok"
    try:
        if fault and fault.error not in ("lost_reply", "closed"):
            raise Refused(fault.error, status=429 if fault.error == "ratelimited" else 500)
        if not (fault and fault.error == "closed"):
            exchange.request = await _body(request)
            for advice in replies.responded(world, key, exchange.request):
                world.log.problem(exchange, advice)
    except Refused as refused:
        status, said = refused.status, json.dumps(refused.body()) if refused.status == 404 else refused.error
        world.log.refusal(exchange, refused, ordered=fault is not None)
    exchange.status, exchange.response, exchange.ms = status, said, (time.perf_counter() - began) * 1000
    world.feed.tell(exchange.team, "exchange", lambda user: {"n": exchange.n})
    if fault and fault.error in ("lost_reply", "closed") and request.transport is not None:
        request.transport.close()
    headers = {"Retry-After": str(fault.retry_after)} if fault and fault.error == "ratelimited" else {}
    return web.Response(text=said, status=status, headers=headers)


async def _body(request: web.Request) -> Any:
    raw = await request.read()
    try:
        if request.content_type == "application/x-www-form-urlencoded":
            raw = parse_qs(raw.decode()).get("payload", [""])[0].encode()
        return json.loads(raw)
    except ValueError:
        raise Refused("invalid_payload", status=400) from None
