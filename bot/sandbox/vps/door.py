"""The way of every call of the API: route, faults, token, permission, work, answer; and its line in the record."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.sandbox.vps import api, harm, vendor
from bot.sandbox.vps.calls import Call, Calls
from bot.sandbox.vps.faults import Faults, Struck, Target
from bot.sandbox.vps.state import State
from bot.sandbox.vps.wire import NOT_FOUND_PAGE, Answer, Ask, Refused, Route

PREFIX = "/api/v1"
DIALECTS: Mapping[str, tuple[Route, ...]] = {"documented": api.ROUTES, "vendor": vendor.ROUTES}
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True, slots=True)
class _Knock:
    """A call as it came in, with the endpoint it is for, or else the methods its path allows."""

    method: str
    origin: str
    path: str
    query: Mapping[str, str]
    content_type: str
    raw: bytes
    token: str | None
    route: Route | None
    params: Mapping[str, str]
    allowed: tuple[str, ...]


class Door:
    """Handles every request below `/api/v1`. `closing` is set when the server shuts down: nothing waits longer."""

    def __init__(self, state: State, faults: Faults, calls: Calls, closing: asyncio.Event) -> None:
        self._state = state
        self._faults = faults
        self._calls = calls
        self._closing = closing

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The aiohttp handler."""
        knock = self._knock(request, await request.read())
        now = self._state.settle()
        struck = self._faults.strike(self._target(knock))
        call = self._record(knock, request.path_qs, struck, now)
        reply = self._reply(knock, call, struck, now)
        for fault in (struck.slow, struck.other):
            if fault and fault.kind in ("slow", "hang"):
                await self._pause(fault.seconds)
        if self._closing.is_set():
            reply = harm.CLOSED
        call.status = reply.status
        return await harm.send(request, reply)

    def _knock(self, request: web.Request, raw: bytes) -> _Knock:
        token = _bearer(request.headers.get("Authorization"))
        account, _ = self._state.tokens.get(token or "", (None, None))
        path = request.path.removeprefix(PREFIX)
        route, params, allowed = _find(account.dialect if account else "documented", request.method, path)
        origin = f"{request.scheme}://{request.host}"
        query = dict(request.query)
        return _Knock(request.method, origin, path, query, request.content_type, raw, token, route, params, allowed)

    def _target(self, knock: _Knock) -> Target:
        account, _ = self._state.tokens.get(knock.token or "", (None, None))
        ref = knock.params.get("id", "")
        server = account.find(ref) if account and ref else None
        names = (str(server.id), server.uuid, server.name) if server else (ref,) if ref else ()
        return Target(knock.method, PREFIX, knock.path, _action(knock), knock.token or "", names)

    def _record(self, knock: _Knock, path: str, struck: Struck, now: datetime) -> Call:
        call = self._calls.begin(
            now,
            knock.method,
            path,
            action=_action(knock),
            server=knock.params.get("id"),
            token=knock.token or "",
            body=knock.raw,
        )
        call.fault = struck.names
        return call

    def _reply(self, knock: _Knock, call: Call, struck: Struck, now: datetime) -> harm.Reply:
        """Does the work as far as the faults let it be done, and says what is to be sent."""
        fault = struck.other
        if fault and fault.kind == "late_effect":
            due = now + timedelta(seconds=fault.seconds)
            self._state.later(due, lambda at: self._work(knock, call, struck, at))
            return harm.CLOSED
        if fault is None:
            return harm.plain(self._work(knock, call, struck, now))
        return harm.harmed(fault, self._work(knock, call, struck, now) if fault.does_work else None)

    def _work(self, knock: _Knock, call: Call, struck: Struck, at: datetime) -> Answer:
        """The call's own work, at `at`; notes whether it changed anything."""
        before = self._state.version
        answer = self._answer(knock, struck, at)
        call.effect = self._state.version != before
        call.server = answer.about or call.server
        return answer

    def _answer(self, knock: _Knock, struck: Struck, at: datetime) -> Answer:
        if not knock.allowed:
            return Answer(404, NOT_FOUND_PAGE)  # no such page: told before anybody is asked for a token
        if knock.token is None:
            return Answer(401, {"detail": "Authentication credentials were not provided."}, _CHALLENGE)
        if knock.token not in self._state.tokens:
            return Answer(401, {"detail": "Invalid token."}, _CHALLENGE)
        account, token = self._state.tokens[knock.token]
        if knock.route is None:
            detail = {"detail": f'Method "{knock.method}" not allowed.'}
            return Answer(405, detail, {"Allow": ", ".join(knock.allowed)})
        if knock.route.scope and not token.allows(knock.route.scope):
            return Answer(403, {"detail": "You do not have permission to perform this action."})
        ask = Ask(
            state=self._state,
            account=account,
            token=token,
            at=at,
            origin=knock.origin,
            path=PREFIX + knock.path,
            params=knock.params,
            query=knock.query,
            content_type=knock.content_type,
            raw=knock.raw,
        )
        try:
            if struck.late_list is None:
                return knock.route.handler(ask)
            with self._state.shown_late(account, at + timedelta(seconds=struck.late_list.seconds)):
                return knock.route.handler(ask)
        except Refused as refusal:
            return refusal.answer

    async def _pause(self, seconds: float) -> None:
        """Waits in real time, at most until the server shuts down."""
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return


def _bearer(header: str | None) -> str | None:
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme == "Bearer" and token.strip() else None


def _find(dialect: str, method: str, path: str) -> tuple[Route | None, dict[str, str], tuple[str, ...]]:
    """The endpoint of a path and method, the path's parameters, and the methods the path allows."""
    fitting = [(route, params) for route in DIALECTS[dialect] if (params := route.match(path)) is not None]
    route = next((route for route, _ in fitting if route.method == method), None)
    params = fitting[0][1] if fitting else {}
    return route, params, tuple(route.method for route, _ in fitting)


def _action(knock: _Knock) -> str | None:
    if knock.route is None:
        return None
    return knock.route.action_of(knock.raw) if knock.route.action_of else knock.route.action
