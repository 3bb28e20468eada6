"""What is true at the local VPS.org: accounts, their servers, and what is still to happen at a later time.

Nothing here waits: a change that takes time is an event with a due time, applied when the state is next read
(`settle`), as of the moment it was due. So a test that moves the clock sees exactly what it would have seen.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from bot.sandbox.clock import Clock
from bot.sandbox.vps.catalogue import Plan, System, uuid_of


@dataclass(slots=True)
class Settings:
    """How long each change takes, in seconds of the clock; None: it never comes to an end."""

    provision_seconds: float | None = 20.0
    start_seconds: float | None = 4.0
    stop_seconds: float | None = 4.0
    reboot_seconds: float | None = 6.0


@dataclass(frozen=True, slots=True)
class Power:
    """One thing the power button does: from which status, through which, to which."""

    since: str
    via: str
    to: str


POWER = {
    "start": Power("stopped", "starting", "active"),
    "stop": Power("active", "stopping", "stopped"),
    "reboot": Power("active", "rebooting", "active"),
}
_RUNNING = ("active", "starting", "rebooting")


@dataclass(slots=True)
class Server:
    """A rented server. `status` is any string: tests try unknown ones, too."""

    id: int
    name: str
    hostname: str
    status: str
    location: str
    plan: Plan | None
    os: System | None
    created_at: datetime
    updated_at: datetime
    uuid: str
    ip_address: str | None = None
    ipv6_address: str | None = None
    backups_enabled: bool = False
    ssh_keys: tuple[int, ...] = ()
    turn: int = 0  # grows with every change of status, so that an outdated event finds it is outdated

    def why_not(self, verb: str) -> str | None:
        """The provider's sentence when `start`, `stop` or `reboot` isn't possible now, else None."""
        if self.status == POWER[verb].since:
            return None
        if self.status == "suspended":
            return "Server is suspended."
        if verb != "start":
            return "Server is not running."
        if self.status in _RUNNING:
            return "Server is already running."
        return f"Server cannot be started while it is {self.status}."


@dataclass(frozen=True, slots=True)
class Token:
    """What a token is called and what it may do (`servers:read`, `servers:*`, `*:*`)."""

    name: str
    permissions: tuple[str, ...]

    def allows(self, scope: str) -> bool:
        """Whether `scope` ("servers:write") is granted, by itself or through a `*`."""
        thing, verb = scope.split(":")
        granted = {(thing, verb), (thing, "*"), ("*", verb), ("*", "*")}
        return any(tuple(given.split(":", 1)) in granted for given in self.permissions)


@dataclass(slots=True)
class Lag:
    """Until when the list shows a server as it was (None: not at all)."""

    until: datetime
    shown: Server | None


@dataclass(slots=True)
class Account:
    """A customer. `credits` in dollars, None: without end. `bare_lists`: the vendor's dialect lists without pages."""

    email: str
    created_at: datetime
    dialect: str = "documented"
    credits: float | None = None
    bare_lists: bool = False
    servers: dict[int, Server] = field(default_factory=dict)
    lags: dict[int, Lag] = field(default_factory=dict)

    def find(self, ref: str) -> Server | None:
        """The server of an id, in either dialect."""
        if ref.isascii() and ref.isdigit():
            return self.servers.get(int(ref))
        return next((server for server in self.servers.values() if server.uuid == ref), None)

    def listed(self, now: datetime) -> list[Server]:
        """The servers as the list shows them at `now`, by id: what is to show late isn't there yet."""
        self.lags = {id_: lag for id_, lag in self.lags.items() if lag.until > now}
        shown = dict(self.servers)
        for id_, lag in self.lags.items():
            shown.pop(id_, None)
            if lag.shown:
                shown[id_] = lag.shown
        return [shown[id_] for id_ in sorted(shown)]


class State:
    """All accounts, the settings, and the events to come. `version` grows with every change of any server."""

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self.clock = clock
        self.settings = settings
        self.version = 1
        self.accounts: list[Account] = []
        self.tokens: dict[str, tuple[Account, Token]] = {}
        self._events: list[tuple[datetime, int, Callable[[datetime], object]]] = []
        self._numbers = count()
        self._ids = count(12345)
        self._addresses = count()

    def settle(self) -> datetime:
        """Applies what is due, in the order in which it was due. The present time."""
        now = self.clock.now()
        while self._events and self._events[0][0] <= now:
            due, _, apply = heapq.heappop(self._events)
            apply(due)
        return now

    def later(self, due: datetime, apply: Callable[[datetime], object]) -> None:
        """Has `apply` called, with `due`, as soon as the state is read at that time or after."""
        heapq.heappush(self._events, (due, next(self._numbers), apply))

    def account(self, token: str | None = None) -> Account:
        """The account of a token; no token: the first one. Raises LookupError."""
        if token is None:
            return self.accounts[0]
        if token not in self.tokens:
            raise LookupError("there is no such token")
        return self.tokens[token][0]

    def add_token(self, account: Account, token: str, permissions: Iterable[str]) -> None:
        """Gives the account another token. Raises ValueError for one that can't be one or is in use."""
        if not token.startswith("vps_"):
            raise ValueError("a token starts with vps_")
        if token in self.tokens:
            raise ValueError("this token is in use")
        held = sum(1 for owner, _ in self.tokens.values() if owner is account)
        self.tokens[token] = account, Token(f"token-{held + 1}", tuple(permissions))

    def revoke(self, token: str) -> None:
        """The token is worth nothing from now on. Raises LookupError for an unknown one."""
        if self.tokens.pop(token, None) is None:
            raise LookupError("there is no such token")

    def matching(self, ref: int | str, token: str | None = None) -> list[tuple[Account, Server]]:
        """The servers of that id (in either dialect) or name, in one account or (no token) in all."""
        accounts = self.accounts if token is None else [self.account(token)]
        return [
            (account, server)
            for account in accounts
            for server in account.servers.values()
            if ref in (server.id, str(server.id), server.uuid, server.name)
        ]

    def one(self, ref: int | str, token: str | None = None) -> tuple[Account, Server]:
        """The only server of that id or name. Raises LookupError when there is none or another one, too."""
        found = self.matching(ref, token)
        if not found:
            raise LookupError(f"there is no server {ref!r}")
        if len(found) > 1:
            raise LookupError(f"{len(found)} servers are called {ref!r}")
        return found[0]

    def new_id(self) -> int:
        """An id no server has or had."""
        taken = {id_ for account in self.accounts for id_ in account.servers}
        return next(id_ for id_ in self._ids if id_ not in taken)

    def new_address(self) -> str:
        """An address of the documentation's net (RFC 5737), then of the benchmarking net (RFC 2544)."""
        n = next(self._addresses)
        return f"203.0.113.{n + 100}" if n < 155 else f"198.18.{(n - 155) // 250}.{(n - 155) % 250 + 1}"

    def add(self, account: Account, server: Server) -> Server:
        """Puts a server into the account's fleet as it is."""
        account.servers[server.id] = server
        self.version += 1
        return server

    def create(
        self,
        account: Account,
        *,
        at: datetime,
        name: str,
        hostname: str,
        plan: Plan,
        os: System,
        location: str,
        backups_enabled: bool = False,
        ssh_keys: tuple[int, ...] = (),
    ) -> Server:
        """Sells a server, a month's price in advance. It has an address once it is active."""
        id_ = self.new_id()
        server = Server(id_, name, hostname, "provisioning", location, plan, os, at, at, uuid_of("server", id_))
        server.backups_enabled, server.ssh_keys = backups_enabled, ssh_keys
        if account.credits is not None:
            account.credits -= plan.price_monthly
        self.add(account, server)
        self._move_on(account, server, "active", self.settings.provision_seconds, at)
        return server

    def power(self, account: Account, server: Server, verb: str, at: datetime) -> None:
        """Starts, stops or restarts. Whether that is possible (`why_not`) is the caller's to ask."""
        seconds = {
            "start": self.settings.start_seconds,
            "stop": self.settings.stop_seconds,
            "reboot": self.settings.reboot_seconds,
        }[verb]
        self.touch(server, at, POWER[verb].via)
        self._move_on(account, server, POWER[verb].to, seconds, at)

    def delete(self, account: Account, server: Server) -> None:
        """Takes it away, in any status, for good."""
        del account.servers[server.id]
        self.version += 1

    def touch(self, server: Server, at: datetime, status: str | None = None) -> None:
        """Notes that it changed; a new status makes what was under way outdated."""
        server.updated_at = at
        self.version += 1
        if status is not None:
            server.status = status
            server.turn += 1

    @contextmanager
    def shown_late(self, account: Account, until: datetime) -> Iterator[None]:
        """What changes in this block shows in the account's list from `until` on, at once on its own page."""
        before = {id_: copy(server) for id_, server in account.servers.items()}
        yield
        for id_ in before.keys() | account.servers.keys():
            if before.get(id_) == account.servers.get(id_):
                continue
            lag = account.lags.setdefault(id_, Lag(until, before.get(id_)))
            lag.until = max(lag.until, until)

    def _move_on(self, account: Account, server: Server, status: str, seconds: float | None, at: datetime) -> None:
        if seconds is None:
            return
        turn = server.turn

        def arrive(due: datetime) -> None:
            if server.turn != turn or account.servers.get(server.id) is not server:
                return
            server.ip_address = server.ip_address or self.new_address()
            server.ipv6_address = server.ipv6_address or ipv6_of(server.id)
            self.touch(server, due, status)

        self.later(at + timedelta(seconds=seconds), arrive)


def ipv6_of(server_id: int) -> str:
    """An address of the documentation's net (RFC 3849)."""
    return f"2001:db8:{server_id >> 16:x}:{server_id & 0xFFFF:x}::1"
