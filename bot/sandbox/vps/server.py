"""The local VPS.org itself: the HTTP server and, for tests in the same process, what they do behind its back."""

import asyncio
import ipaddress
from collections.abc import Callable, Iterable, Mapping
from copy import copy

from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.listening import listen
from bot.sandbox.vps import behind, faults
from bot.sandbox.vps.calls import Call, Calls, hashed
from bot.sandbox.vps.control import Control
from bot.sandbox.vps.door import PREFIX, Door
from bot.sandbox.vps.faults import Fault, Faults
from bot.sandbox.vps.state import Account, Server, Settings, State

_LARGEST_BODY = 1_000_000
_SHUTDOWN_SECONDS = 2.0


class LocalVps:
    """A provider on this machine. Without `fleet="empty"` its first account has twelve servers.

    `clock` decides when changes end; the four durations are seconds of it, None: never. See `docs/local-vps-api.md`.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        token: str = "vps_local_0123456789abcdef",
        email: str = "ops@example.com",
        permissions: Iterable[str] = ("*:*",),
        fleet: str = "default",
        dialect: str = "documented",
        provision_seconds: float | None = 20.0,
        start_seconds: float | None = 4.0,
        stop_seconds: float | None = 4.0,
        reboot_seconds: float | None = 6.0,
    ) -> None:
        self.clock = clock or Clock()
        self.settings = Settings(provision_seconds, start_seconds, stop_seconds, reboot_seconds)
        self.token = token
        self._state = State(self.clock, self.settings)
        self._faults = Faults()
        self._calls = Calls()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._origin: str | None = None
        self.add_account(token, email=email, permissions=permissions, fleet=fleet, dialect=dialect)

    # -- running ------------------------------------------------------------------------------------------------

    def make_app(self) -> web.Application:
        """The aiohttp application: `/api/v1/…` and `/_control/…`. One per running server."""
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_routes(Control(self._state, self._faults, self._calls).routes())
        door = Door(self._state, self._faults, self._calls, self._closing)
        app.router.add_route("*", PREFIX + "/{path:.*}", door.answer)
        return app

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Listens; port 0 takes a free one. Raises OSError when the port is in use, ValueError for a host that isn't
        this machine's own loopback: whoever reaches the control interface rules here."""
        if host != "localhost" and not _is_loopback(host):
            raise ValueError(f"the local VPS.org listens on the loopback only, not on {host}")
        self._closing.clear()
        runner = web.AppRunner(self.make_app(), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except BaseException:
            await runner.cleanup()
            raise
        self._runner = runner
        self._origin = f"http://{f'[{host}]' if ':' in host else host}:{runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stops listening; what hangs ends at once. The state stays: `start` again goes on from it."""
        self._closing.set()
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    async def __aenter__(self) -> "LocalVps":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def origin(self) -> str:
        """Scheme, host and port. RuntimeError before the first start."""
        if self._origin is None:
            raise RuntimeError("the local VPS.org was not started yet")
        return self._origin

    @property
    def url(self) -> str:
        """The base of the API, ends in `/api/v1`. RuntimeError before the first start."""
        return self.origin + PREFIX

    @property
    def control_url(self) -> str:
        """The base of the control interface, ends in `/_control`."""
        return self.origin + "/_control"

    @property
    def version(self) -> int:
        """Grows with every change of any server, those by the clock included."""
        self._state.settle()
        return self._state.version

    # -- servers ------------------------------------------------------------------------------------------------

    def servers(self, token: str | None = None) -> list[Server]:
        """Copies of an account's servers as they are now, by id. No token: the first account's."""
        self._state.settle()
        held = self.account(token).servers
        return [copy(held[id_]) for id_ in sorted(held)]

    def server(self, ref: int | str, *, token: str | None = None) -> Server:
        """A copy of the server of an id or name as it is now, of one account or (no token) of whichever has it.

        Raises LookupError when there is none, or several of that name.
        """
        self._state.settle()
        return copy(self._state.one(ref, token)[1])

    def has(self, ref: int | str, *, token: str | None = None) -> bool:
        """Whether there is a server of that id or name now."""
        self._state.settle()
        return bool(self._state.matching(ref, token))

    def add_server(
        self, name: str = "web-1", *, token: str | None = None, id: int | None = None, **fields: object
    ) -> Server:
        """Adds a server to an account, at once in the state given; names and fields are not validated.

        Fields: status ("active"), hostname, ip_address, ipv6_address, location, plan and os (an id of the catalogue or
        a whole object), backups_enabled, created_at, updated_at. Raises ValueError for another, or for an id in use.
        """
        given = {"name": name, **fields} if id is None else {"name": name, "id": id, **fields}
        return copy(behind.add_server(self._state, self.account(token), given))

    def change(self, ref: int | str, *, token: str | None = None, **fields: object) -> Server:
        """Changes any fields of a server behind the bot's back; `updated_at` advances unless it is given.

        A new status ends what was under way. Raises LookupError, ValueError.
        """
        return copy(behind.change_server(self._state, ref, token, fields))

    def remove(self, ref: int | str, *, token: str | None = None) -> None:
        """Takes a server away behind the bot's back. Raises LookupError."""
        behind.remove_server(self._state, ref, token)

    # -- accounts -----------------------------------------------------------------------------------------------

    def add_account(
        self,
        token: str,
        *,
        email: str = "ops@example.com",
        permissions: Iterable[str] = ("*:*",),
        fleet: str = "empty",
        dialect: str = "documented",
        credits: float | None = None,
        bare_lists: bool = False,
    ) -> Account:
        """Another customer. Raises ValueError for a token in use, an unknown dialect or fleet."""
        return behind.open_account(
            self._state,
            token,
            email=email,
            permissions=permissions,
            fleet=fleet,
            dialect=dialect,
            credits=credits,
            bare_lists=bare_lists,
        )

    def add_token(self, token: str, *, of: str | None = None, permissions: Iterable[str] = ("*:*",)) -> None:
        """Another token of the account that has the token `of` (no token: the first account)."""
        self._state.add_token(self.account(of), token, permissions)

    def revoke(self, token: str) -> None:
        """401 from now on. Raises LookupError for an unknown token."""
        self._state.revoke(token)

    def account(self, token: str | None = None) -> Account:
        """The account of a token; no token: the first one. Its `credits` may be set. Raises LookupError."""
        return self._state.account(token)

    # -- faults and the record ----------------------------------------------------------------------------------

    def fault(
        self,
        kind: str,
        *,
        times: int | None = None,
        method: str | None = None,
        path: str | None = None,
        action: str | None = None,
        token: str | None = None,
        server: str | int | None = None,
        **options: object,
    ) -> Fault:
        """Arms a fault against the calls that fit; `times` None: until cleared. `.struck` counts whom it met.

        Kinds and options: `docs/local-vps-api.md`. Raises ValueError for what isn't there.
        """
        match = {"method": method, "path": path, "action": action, "token": token, "server": server}
        return self.arm({"kind": kind, "match": match, "times": times, **options})

    def arm(self, wanted: Mapping[str, object]) -> Fault:
        """Arms a fault described as the control interface takes it. Raises ValueError."""
        fault = faults.parse(wanted)
        self._faults.arm(fault)
        return fault

    def faults(self) -> list[Fault]:
        """Those that may strike yet."""
        return self._faults.armed()

    def clear_faults(self) -> None:
        """Disarms all. A late effect already on its way still comes."""
        self._faults.clear()

    def calls(
        self,
        *,
        action: str | None = None,
        server: int | str | None = None,
        token: str | None = None,
        effect: bool | None = None,
    ) -> list[Call]:
        """The calls so far, oldest first: of an action, on a server (an id), with a token, with or without effect."""
        self._state.settle()
        return [
            call
            for call in self._calls
            if (action is None or call.action == action)
            and (server is None or call.server == str(server))
            and (token is None or call.token_hash == hashed(token))
            and (effect is None or call.effect is effect)
        ]

    def clear_calls(self) -> None:
        """Empties the record."""
        self._calls.clear()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    token: str,
    fleet: str = "default",
    dialect: str = "documented",
    started: Callable[[LocalVps], None] = lambda vps: None,
) -> None:
    """Runs a local VPS.org until it is cancelled; `started` is called once it listens. Raises CannotServe."""
    vps = LocalVps(token=token, fleet=fleet, dialect=dialect)
    await listen(vps.start, vps.stop, port, host)
    try:
        started(vps)
        await asyncio.Event().wait()
    finally:
        await vps.stop()
