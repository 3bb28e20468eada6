"""The control interface: what tests and the page do behind the bot's back. Contract: `docs/local-vps-api.md`."""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.vps import behind, faults
from bot.sandbox.vps.api import listed, priced
from bot.sandbox.vps.calls import Calls
from bot.sandbox.vps.catalogue import PLANS
from bot.sandbox.vps.faults import Faults
from bot.sandbox.vps.state import Account, Server, State

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """Every call below `/_control`. A mistake is answered with 400 or 404 and `{"error": "a sentence"}`."""

    def __init__(self, state: State, armed: Faults, calls: Calls) -> None:
        self._state = state
        self._armed = armed
        self._calls = calls

    def routes(self) -> list[web.RouteDef]:
        """For the application's router."""
        table: list[tuple[str, str, _Handler]] = [
            ("GET", "/servers", self._list_servers),
            ("POST", "/servers", self._add_server),
            ("PATCH", "/servers/{id}", self._change_server),
            ("DELETE", "/servers/{id}", self._remove_server),
            ("GET", "/plans", self._list_plans),
            ("POST", "/accounts", self._add_account),
            ("DELETE", "/tokens/{token}", self._revoke),
            ("GET", "/faults", self._list_faults),
            ("POST", "/faults", self._arm_fault),
            ("POST", "/faults/clear", self._clear_faults),
            ("GET", "/calls", self._list_calls),
            ("POST", "/calls/clear", self._clear_calls),
            ("PATCH", "/settings", self._change_settings),
        ]
        return [web.route(method, f"/_control{path}", _guarded(handler)) for method, path, handler in table]

    async def _list_servers(self, request: web.Request) -> web.Response:
        self._state.settle()
        held = self._account(request).servers
        shown = [_shown(held[id_]) for id_ in sorted(held)]
        return web.json_response({"servers": shown, "version": self._state.version})

    async def _add_server(self, request: web.Request) -> web.Response:
        added = behind.add_server(self._state, self._account(request), await _body(request))
        return web.json_response(_shown(added), status=201)

    async def _change_server(self, request: web.Request) -> web.Response:
        fields, token = await _body(request), request.query.get("token")
        return web.json_response(_shown(behind.change_server(self._state, request.match_info["id"], token, fields)))

    async def _remove_server(self, request: web.Request) -> web.Response:
        behind.remove_server(self._state, request.match_info["id"], request.query.get("token"))
        return web.Response(status=204)

    async def _list_plans(self, _: web.Request) -> web.Response:
        return web.json_response({"plans": [priced(plan) for plan in PLANS.values()]})

    async def _add_account(self, request: web.Request) -> web.Response:
        body = await _body(request)
        unknown = body.keys() - {"token", "email", "permissions", "fleet", "dialect"}
        permissions = body.get("permissions", ["*:*"])
        if unknown or not isinstance(permissions, list):
            raise ValueError("an account has a token, an email, permissions (a list), a fleet and a dialect")
        account = behind.open_account(
            self._state,
            str(body.get("token", "")),
            email=str(body.get("email", "ops@example.com")),
            permissions=[str(permission) for permission in permissions],
            fleet=str(body.get("fleet", "default")),
            dialect=str(body.get("dialect", "documented")),
        )
        shown = {"email": account.email, "dialect": account.dialect, "servers": len(account.servers)}
        return web.json_response(shown, status=201)

    async def _revoke(self, request: web.Request) -> web.Response:
        self._state.revoke(request.match_info["token"])
        return web.Response(status=204)

    async def _list_faults(self, _: web.Request) -> web.Response:
        return web.json_response({"faults": [fault.as_json() for fault in self._armed.armed()]})

    async def _arm_fault(self, request: web.Request) -> web.Response:
        self._armed.arm(faults.parse(await _body(request)))
        return await self._list_faults(request)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._armed.clear()
        return await self._list_faults(request)

    async def _list_calls(self, _: web.Request) -> web.Response:
        self._state.settle()
        return web.json_response({"calls": [call.as_json() for call in self._calls]})

    async def _clear_calls(self, request: web.Request) -> web.Response:
        self._calls.clear()
        return await self._list_calls(request)

    async def _change_settings(self, request: web.Request) -> web.Response:
        wanted = await _body(request)
        return web.json_response(behind.change_settings(self._state, self._account(request), wanted))

    def _account(self, request: web.Request) -> Account:
        return self._state.account(request.query.get("token"))


def _shown(server: Server) -> dict[str, object]:
    """As the documented list shows it, in every dialect; and its id in the other one."""
    return {**listed(server), "uuid": server.uuid}


async def _body(request: web.Request) -> dict[str, object]:
    text = await request.text()
    found = json.loads(text) if text.strip() else {}
    if not isinstance(found, dict):
        raise ValueError("the body must be a JSON object")
    return found


def _guarded(handler: _Handler) -> _Handler:
    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except LookupError as error:
            return web.json_response({"error": str(error)}, status=404)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)

    return guarded
