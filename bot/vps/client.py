"""The provider's API as the rest of the bot sees it: domain values in and out, one kind of error.

Questions are asked again when the failure passes by itself. A change is sent exactly once; whether it may have
happened is said by the error (`ProviderError.may_have_happened`), and what to do then is decided elsewhere.
"""

import asyncio
import uuid
from collections.abc import Callable
from typing import TypeVar

from bot.domain.servers import AccountInfo, Plan, Server, System
from bot.vps.answers import json_of, nothing_of
from bot.vps.caller import Caller, Counted, Sleep
from bot.vps.dialects import TABLES, Dialect, Listing, recognised
from bot.vps.errors import ProviderError, Trouble, unreadable
from bot.vps.text import Token
from bot.vps.values import Call, Choice, PowerAnswer, ServerDraft
from bot.vps.wire import Response, Send

__all__ = ["Choice", "Dialect", "PowerAnswer", "ProviderAccount", "ServerDraft", "VpsClient"]


T = TypeVar("T")


def _random_id() -> str:
    return uuid.uuid4().hex


class VpsClient:
    """One per process. `base_url` ends in `/api/v1`; ValueError with a sentence unless it is https or the loopback."""

    def __init__(
        self,
        base_url: str,
        *,
        send: Send,
        sleep: Sleep = asyncio.sleep,
        new_id: Callable[[], str] = _random_id,
        counted: Counted = lambda _method, _outcome: None,
    ) -> None:
        self._caller = Caller(base_url, send=send, sleep=sleep, new_id=new_id, counted=counted)

    def account(self, token: str, dialect: Dialect = Dialect.DOCUMENTED) -> "ProviderAccount":
        """One token's view. Costs nothing and asks nobody; a text that can't be a token fails as UNAUTHORIZED."""
        return ProviderAccount(self._caller, Token(token), dialect)

    async def detect(self, token: str) -> Dialect:
        """Which dialect the token's account is answered in: told by the ids of its servers, else of the plans.

        DOCUMENTED when nothing tells. Raises `ProviderError`, such as UNAUTHORIZED for a token that isn't one.
        """
        table = TABLES[Dialect.DOCUMENTED]
        for call in (table.list_servers(None, None), table.list_plans(None)):
            try:
                rows = (await self._caller.read(Token(token), call, table.page)).rows
            except ProviderError as error:
                # A token may be allowed one list and not the other.
                if error.trouble not in {Trouble.FORBIDDEN, Trouble.NOT_FOUND}:
                    raise
            else:
                if found := recognised(rows):
                    return found
        return Dialect.DOCUMENTED


class ProviderAccount:
    """The calls of one token. Every method raises `ProviderError`; its repr and its errors hold no token."""

    __slots__ = ("_caller", "_dialect", "_table", "_timeout", "_token")

    def __init__(self, caller: Caller, token: Token, dialect: Dialect, timeout: float | None = None) -> None:
        self._caller = caller
        self._token = token
        self._dialect = dialect
        self._table = TABLES[dialect]
        self._timeout = timeout

    def __repr__(self) -> str:
        return f"ProviderAccount({self._dialect.value})"

    def within(self, seconds: float) -> "ProviderAccount":
        """The same, for changes that may take no longer than this."""
        return ProviderAccount(self._caller, self._token, self._dialect, seconds)

    async def servers(self, *, status: str | None = None, location: str | None = None) -> tuple[Server, ...]:
        """All servers, each once, following pages; those of a status and of a location, when given.

        The location is what `Server.location` holds: a code in the documented dialect, a name in the vendor's.
        """
        call = self._table.list_servers(status, location)
        rows = await self._caller.read_list(self._token, call, self._table.page, self._table.server)
        # A server created or deleted between two pages shifts the rows, and one of them comes twice.
        found = {row.id: row for row in rows}.values()
        if self._table.filters:
            return tuple(found)
        return tuple(row for row in found if status in {None, row.status} and location in {None, row.location})

    async def server(self, server_id: str) -> Server:
        """One server with its details. NOT_FOUND when the account hasn't got it."""

        def parse(body: object) -> Server:
            return _the_same(server_id, self._table.server(body))

        return await self._caller.read(self._token, self._table.read_server(server_id), parse)

    async def create(self, draft: ServerDraft) -> Server:
        """Buy a server. It has a status ("provisioning") and no address yet. NO_CREDIT: nothing was bought."""
        return await self._change(self._table.create(draft), self._table.server)

    async def replace(self, server_id: str, *, name: str, hostname: str, backups: bool) -> Server:
        """Set name, host name and backups, all three (PUT)."""
        if self._table.replace is None:
            raise self._not_offered()
        return await self._update(server_id, self._table.replace(server_id, name, hostname, backups))

    async def edit(
        self, server_id: str, *, name: str | None = None, hostname: str | None = None, backups: bool | None = None
    ) -> Server:
        """Set what is given and leave the rest (PATCH). ValueError when nothing is given."""
        if name is None and hostname is None and backups is None:
            raise ValueError("an edit needs something to edit")
        if self._table.edit is None:
            raise self._not_offered()
        return await self._update(server_id, self._table.edit(server_id, name, hostname, backups))

    async def delete(self, server_id: str) -> None:
        """Delete a server for good. Accepted, not done: done is when `server` says NOT_FOUND."""
        await self._sent(self._table.delete(server_id), nothing_of)

    async def start(self, server_id: str) -> PowerAnswer:
        """Start a stopped server. REFUSED when it runs already."""
        return await self._power(server_id, "start")

    async def stop(self, server_id: str) -> PowerAnswer:
        """Shut a server down gracefully."""
        return await self._power(server_id, "stop")

    async def reboot(self, server_id: str) -> PowerAnswer:
        """Restart a server gracefully. REFUSED when it doesn't run."""
        return await self._power(server_id, "reboot")

    async def plans(self, location: str | None = None) -> tuple[Plan, ...]:
        """The sizes that can be rented, in one location when its code is given."""
        call = self._table.list_plans(location)
        return await self._caller.read_list(self._token, call, self._table.page, self._table.plan)

    async def me(self) -> AccountInfo:
        """Whose token it is and what it may do. Answered for any live token."""
        return await self._caller.read(self._token, self._table.read_account(), self._table.account)

    async def systems(self) -> tuple[System, ...]:
        """The operating systems on offer; none where the dialect has no such list (the documented one)."""
        offered = self._table.systems
        return tuple(row for family in await self._list(offered) for row in family) if offered else ()

    async def locations(self) -> tuple[Choice, ...]:
        """Where servers can be; none where the dialect has no such list (the documented one)."""
        offered = self._table.locations
        return await self._list(offered) if offered else ()

    async def ssh_keys(self) -> tuple[Choice, ...]:
        """The account's SSH keys; none where the dialect has no such list (the documented one)."""
        offered = self._table.ssh_keys
        return await self._list(offered) if offered else ()

    async def _list(self, offered: Listing[T]) -> tuple[T, ...]:
        return await self._caller.read_list(self._token, offered.call(), self._table.page, offered.row)

    async def _power(self, server_id: str, action: str) -> PowerAnswer:
        return await self._sent(self._table.power(server_id, action), self._table.power_answer)

    async def _update(self, server_id: str, call: Call) -> Server:
        return await self._change(call, lambda body: _the_same(server_id, self._table.server(body)))

    async def _change(self, call: Call, parse: Callable[[object], T]) -> T:
        def read(answer: Response) -> T:
            return parse(json_of(answer))

        return await self._sent(call, read)

    async def _sent(self, call: Call, read: Callable[[Response], T]) -> T:
        return await self._caller.change(self._token, call, read, timeout=self._timeout)

    def _not_offered(self) -> ProviderError:
        return ProviderError(Trouble.REFUSED, note="this provider can't rename or edit a server")


def _the_same(server_id: str, found: Server) -> Server:
    """The server that was asked for. What somebody approved must not be judged by another one's answer."""
    if found.id.casefold() != server_id.casefold():
        raise unreadable("answer describes another server")
    return found
