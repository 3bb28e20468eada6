"""A local VPS.org with a standing clock, and somebody who calls it over real HTTP."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import aiohttp

from bot.sandbox.clock import Clock
from bot.sandbox.vps import LocalVps

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REBOOT = "/servers/12345/reboot/"
DRAFT = {"name": "web-9", "plan_id": 1, "os_id": 5, "location": "us-west"}


@dataclass(frozen=True)
class Got:
    """An answer. `body` is None for none and a text for anything but JSON."""

    status: int
    body: object
    headers: Mapping[str, str]

    @property
    def fields(self) -> dict[str, object]:
        """The body, when it is an object."""
        assert isinstance(self.body, dict), self.body
        return self.body

    @property
    def results(self) -> list[dict[str, object]]:
        """The rows of a list, whose count was right."""
        rows = self.fields["results"]
        assert isinstance(rows, list)
        return cast(list[dict[str, object]], rows)


@dataclass
class Desk:
    """`call` does exactly one request."""

    vps: LocalVps
    clock: Clock
    session: aiohttp.ClientSession

    async def call(self, method: str, path: str, *, token: str | None = "", **more: object) -> Got:
        """A call below `/api/v1`, with the first account's token unless told otherwise; None: without."""
        return await self._send(method, self.vps.url + path, self.vps.token if token == "" else token, more)

    async def status(self, method: str, path: str) -> int:
        """The status of an answer whose body may be anything."""
        headers = {"Authorization": f"Bearer {self.vps.token}"}
        async with self.session.request(method, self.vps.url + path, headers=headers, allow_redirects=False) as answer:
            return answer.status

    async def control(self, method: str, path: str, body: object = None) -> Got:
        """A call below `/_control`."""
        return await self._send(method, self.vps.control_url + path, None, {} if body is None else {"json": body})

    async def is_lost(self, method: str, path: str, **more: object) -> bool:
        """Whether the call ended without an answer."""
        try:
            await self.call(method, path, **more)  # type: ignore[arg-type]
        except aiohttp.ServerDisconnectedError:
            return True
        return False

    async def _send(self, method: str, url: str, token: str | None, more: Mapping[str, object]) -> Got:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        headers |= cast(dict[str, str], more.get("headers", {}))
        rest = {key: value for key, value in more.items() if key != "headers"}
        async with self.session.request(
            method,
            url,
            headers=headers,
            allow_redirects=False,
            **rest,  # type: ignore[arg-type]
        ) as answer:
            text = await answer.text()
            json = answer.content_type == "application/json" and text
            return Got(answer.status, await answer.json() if json else text or None, answer.headers)


@asynccontextmanager
async def opened(**options: object) -> AsyncIterator[Desk]:
    """A started `LocalVps`, an empty one unless `fleet` is given, that is stopped at the end."""
    clock = Clock(standing_at=NOW)
    vps = LocalVps(clock, **{"fleet": "empty", **options})  # type: ignore[arg-type]
    await vps.start()
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        # Else the client repeats a lost GET, PUT or DELETE by itself. aiohttp's own test client turns it off alike.
        session._retry_connection = False
        try:
            yield Desk(vps, clock, session)
        finally:
            await vps.stop()


@asynccontextmanager
async def with_two_servers() -> AsyncIterator[Desk]:
    """The same with web-1 and web-2, of which the first has the id of `REBOOT`."""
    async with opened() as desk:
        desk.vps.add_server("web-1", id=12345)
        desk.vps.add_server("web-2", id=12346)
        yield desk
