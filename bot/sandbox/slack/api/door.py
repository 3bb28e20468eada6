"""The door of the Web API: faults, token, scopes, rate limits, arguments; then the method; then the inspector."""

import json
import math
import re
import time
from email.utils import formatdate
from typing import Any

from aiohttp import web

from bot.sandbox.slack.api import apps, chat, conversations, files, people, views
from bot.sandbox.slack.api.registry import METHODS, Call, Method
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.faults import GARBLED, Fault
from bot.sandbox.slack.log import Exchange, shown_headers
from bot.sandbox.slack.model import Installation, Json, Team
from bot.sandbox.slack.world import World

FAMILIES = (apps, chat, conversations, files, people, views)
"""Importing these files filled the table of methods."""
_NOWHERE = Team("", "", "", None, "", Installation("", frozenset()))  # type: ignore[arg-type]
_NOT_SHOWN = frozenset({"token", "client_secret", "refresh_token"})
_ARGUMENT = re.compile(r"\w{1,255}", re.ASCII)
_ARRAY = re.compile(r"\w\[.*\]$")
_HEARD_TOO_EARLY = "After a 429, a method is left alone until Retry-After is over."


async def answer(world: World, request: web.Request) -> web.StreamResponse:
    """Answers `POST /api/<method>` (or GET) as Slack does: nearly always with status 200."""
    name = request.match_info["method"]
    began = time.perf_counter()
    args: Json = {}
    exchange = world.log.open(world.now(), "from_app", "web_api", name, "", args)
    exchange.headers = shown_headers(request.headers)
    fault = world.faults.take(name, request.headers.get("Authorization", ""))
    if fault and fault.error == "held":
        await world.faults.hold()
        fault = None
    headers = {"Date": formatdate(world.now(), usegmt=True)}
    status = 200
    try:
        method = METHODS.get(name)
        args = await _arguments(request, method)
        exchange.request = {key: value for key, value in args.items() if key not in _NOT_SHOWN}
        body = await _called(world, method, request, args, exchange, fault)
    except Refused as refused:
        status, body = refused.status, refused.body()
        if wait := body.pop("retry_after", 0):
            headers["Retry-After"] = str(max(1, math.ceil(wait)))
        world.log.refusal(exchange, refused, ordered=fault is not None)
    if granted := world.teams.get(exchange.team):
        headers["X-OAuth-Scopes"] = ",".join(sorted(granted.installation.scopes))
    exchange.status, exchange.response, exchange.ms = status, body, (time.perf_counter() - began) * 1000
    world.feed.tell(exchange.team, "exchange", lambda user: {"n": exchange.n})
    if fault and fault.error in ("lost_reply", "closed"):
        return _hang_up(request, exchange)
    if fault and fault.error in GARBLED:
        kind, said = GARBLED[fault.error]
        return web.Response(body=said, status=fault.status, content_type=kind)
    return web.json_response(body, status=status, headers=headers)


async def _called(
    world: World, method: Method | None, request: web.Request, args: Json, exchange: Exchange, fault: Fault | None
) -> Json:
    if fault and (fault.error == "closed" or fault.error in GARBLED):
        return {}
    if fault and fault.error == "ratelimited":
        raise Refused("ratelimited", status=429, retry_after=fault.retry_after)
    if fault and fault.error != "lost_reply":
        raise Refused(fault.error, status=fault.status)
    if method is None:
        raise Refused("unknown_method", req_method=exchange.name)
    team = _team(world, method, _token(request, args))
    exchange.team = team.id
    call = Call(world, team, method.name, args, [])
    if method.token != "none":
        call.need_scope(*method.scopes if team is not _NOWHERE else ())
    elif "Authorization" in request.headers:
        call.args = {**args, "_authorization": request.headers["Authorization"]}
    _limit(world, method, team.id if method.token != "none" else apps.client(call)[0], exchange)
    missing = [name for name in method.required if args.get(name) in (None, "")]
    if missing:
        raise Refused("invalid_arguments", *(f"[ERROR] missing required field: {name}" for name in missing))
    body = {"ok": True, **await method.run(call)}
    for problem in call.problems:
        world.log.problem(exchange, problem)
    exchange.notes += call.notes
    return body


async def _arguments(request: web.Request, method: Method | None) -> Json:
    args: Json = dict(request.query)
    if request.method == "POST":
        args |= await _posted(request, method)
    for name in args:
        if _ARRAY.search(name):
            raise Refused("invalid_array_arg")
        if not _ARGUMENT.fullmatch(name):
            raise Refused("invalid_arg_name")
    return args


async def _posted(request: web.Request, method: Method | None) -> Json:
    if (request.charset or "utf-8").lower() not in ("utf-8", "utf8", "iso-8859-1"):
        raise Refused("invalid_charset")
    kind = request.content_type
    if kind == "application/json":
        return await _json_body(request, method)
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        try:
            return {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
        except ValueError:
            raise Refused("invalid_form_data") from None
    if kind != "text/plain" and request.can_read_body and await request.read():
        raise Refused("invalid_post_type" if "Content-Type" in request.headers else "missing_post_type")
    return {}


async def _json_body(request: web.Request, method: Method | None) -> Json:
    try:
        body: Any = json.loads(await request.read() or b"{}")
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(body, dict):
        raise Refused("json_not_object")
    # Methods that take forms alone see none of a JSON body's arguments.
    return body if method is None or method.takes_json else {}


def _token(request: web.Request, args: Json) -> str:
    header = request.headers.get("Authorization", "")
    if header.lower().startswith("bearer "):
        return header[7:].strip()
    return str(args.get("token") or "")


def _team(world: World, method: Method, token: str) -> Team:
    if method.token == "none":
        return _NOWHERE
    if not token:
        raise Refused("not_authed")
    if token.startswith("xapp-") != (method.token == "app"):
        raise Refused("not_allowed_token_type")
    if method.token == "app":
        if token != world.app_token:
            raise Refused("invalid_auth")
        return _NOWHERE
    team = world.tokens.get(token)
    if team is None:
        raise Refused("invalid_auth")
    installation = team.installation
    until = installation.expires_at if installation.token == token else installation.former.get(token)
    if until is None or installation.dead:
        raise Refused(installation.dead or "token_revoked")
    if until and world.now() >= until:
        raise Refused("token_expired")
    return team


def _limit(world: World, method: Method, caller: str, exchange: Exchange) -> None:
    """`caller` is the workspace, or for a method that takes no token the client id ("" without one)."""
    too_early = world.limits.ignored((method.name, caller))
    wait = world.limits.tier(method.tier, method.name, caller)
    if wait:
        if too_early:
            world.log.problem(exchange, _HEARD_TOO_EARLY)
        raise Refused("ratelimited", status=429, retry_after=wait)


def _hang_up(request: web.Request, exchange: Exchange) -> web.StreamResponse:
    exchange.status = 0
    if request.transport is not None:
        request.transport.abort() if hasattr(request.transport, "abort") else request.transport.close()
    return web.Response(status=500)
