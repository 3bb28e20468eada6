"""Makes calls: reads are tried again, changes are sent once, and every failure is one `ProviderError`."""

import time
import zlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.vps import retry
from bot.vps.address import address_of, checked_base, next_address
from bot.vps.answers import json_of
from bot.vps.errors import ProviderError, Trouble, unreadable
from bot.vps.text import Token, clean
from bot.vps.values import Call, Page
from bot.vps.wire import Request, Response, Send

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]
Counted = Callable[[str, str], None]
"""Told of each call's HTTP method and outcome: "ok", or the kind of trouble."""

# Far above any real account; a list that long is a mistake, and a silently shortened one would look like deletions.
MAX_PAGES = 100
MAX_ROWS = 10_000
# Of the provider's own words, in characters.
WORDS_LIMIT = 300
FIELD_NAME_LIMIT = 60

_log = structlog.stdlib.get_logger(__name__)


class Caller:
    """Speaks for any token to one base URL. Raises ValueError when the URL must not be given a token."""

    def __init__(self, base_url: str, *, send: Send, sleep: Sleep, new_id: Callable[[], str], counted: Counted) -> None:
        self._base = checked_base(base_url)
        self._send = send
        self._sleep = sleep
        self._new_id = new_id
        self._counted = counted

    async def read(self, token: Token, call: Call, parse: Callable[[object], T]) -> T:
        """One answer to a GET, tried again as `retry` says. Raises `ProviderError`."""
        url = address_of(self._base, call.path, call.query)
        return await self._patiently(token, call, url, self._new_id(), lambda answer: parse(json_of(answer)))

    async def read_list(
        self, token: Token, call: Call, page: Callable[[object], Page], parse: Callable[[object], T]
    ) -> tuple[T, ...]:
        """All rows of a list, following `next`; each page is tried again by itself. Raises `ProviderError`."""
        correlation_id = self._new_id()
        url: str | None = address_of(self._base, call.path, call.query)
        seen: set[str] = set()
        rows: list[T] = []

        def parse_page(answer: Response) -> tuple[list[T], str | None]:
            found = page(json_of(answer))
            following = next_address(self._base, url or "", found.next)
            if following in seen:
                raise unreadable("next leads in a circle")
            if following and (len(seen) >= MAX_PAGES or len(rows) + len(found.rows) > MAX_ROWS):
                raise unreadable("the list does not end")
            return [parse(row) for row in found.rows], following

        while url is not None:
            seen.add(url)
            more, url = await self._patiently(token, call, url, correlation_id, parse_page)
            rows += more
        return tuple(rows)

    async def change(
        self, token: Token, call: Call, parse: Callable[[Response], T], *, timeout: float | None = None
    ) -> T:
        """One answer to a changing call, which is sent exactly once. `timeout`, in seconds, if it isn't the usual one.

        Raises `ProviderError`.
        """
        url = address_of(self._base, call.path, call.query)
        return await self._once(token, call, url, self._new_id(), parse, timeout)

    async def _patiently(
        self, token: Token, call: Call, url: str, correlation_id: str, parse: Callable[[Response], T]
    ) -> T:
        started = time.monotonic()
        tries = 0
        while True:
            tries += 1
            try:
                return await self._once(token, call, url, correlation_id, parse)
            except ProviderError as error:
                elapsed = time.monotonic() - started
                chance = _chance(correlation_id, tries)
                pause = retry.pause_before_next(error, tries=tries, elapsed=elapsed, chance=chance)
                if pause is None:
                    raise
            await self._sleep(pause)

    async def _once(
        self,
        token: Token,
        call: Call,
        url: str,
        correlation_id: str,
        parse: Callable[[Response], T],
        timeout: float | None = None,
    ) -> T:
        """Send, judge, read, and write the one log line of every call."""
        started = time.monotonic()
        status: int | None = None
        outcome = "cancelled"
        try:
            response = await self._send(_request(token, call, url, correlation_id, timeout))
            status = response.status
            result = parse(response)
            outcome = "ok"
            return result
        except ProviderError as error:
            failure = error
            outcome = error.trouble
            status = status if error.status is None else error.status
            _complete(error, token, status, correlation_id)
        finally:
            self._counted(call.method, str(outcome))
            _log.info(
                "provider call",
                method=call.method,
                # Somebody may have pasted a token where an id belongs.
                path=token.mask(call.path),
                status=status,
                outcome=str(outcome),
                ms=round((time.monotonic() - started) * 1000),
                correlation_id=correlation_id,
            )
        # Raised out here without the frames it came through: their variables hold what the provider wrote, which
        # may be the token, and some log formatters print the variables of every frame.
        raise failure.with_traceback(None)


def _request(token: Token, call: Call, url: str, correlation_id: str, timeout: float | None) -> Request:
    if not token.sendable:
        raise ProviderError(Trouble.UNAUTHORIZED, note="not a token")
    headers = {"Authorization": token.header, "Accept": "application/json", "X-Request-ID": correlation_id}
    return Request(call.method, url, headers, call.json, timeout)


def _complete(error: ProviderError, token: Token, status: int | None, correlation_id: str) -> None:
    """Add what only the caller knows. Masked before it is cut, or half a token could be left at the cut."""
    error.status = status
    error.correlation_id = correlation_id
    error.words = clean(token.mask(error.words), WORDS_LIMIT)
    error.fields = {
        clean(token.mask(name), FIELD_NAME_LIMIT): clean(token.mask(words), WORDS_LIMIT)
        for name, words in error.fields.items()
    }


def _chance(correlation_id: str, tries: int) -> float:
    """A number in [0, 1) that differs between calls. Made of the id, which is random, so nothing else need be."""
    return zlib.crc32(f"{correlation_id}/{tries}".encode()) / 2**32
