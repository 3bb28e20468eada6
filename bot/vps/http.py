"""The real way out: one request over aiohttp, sent once, its answer read whole and no larger than allowed."""

from types import SimpleNamespace

import aiohttp

from bot.vps.errors import ProviderError, Trouble, unreadable
from bot.vps.wire import Request, Response

CONNECT_TIMEOUT = 5.0
TOTAL_TIMEOUT = 20.0
MAX_ANSWER = 8 * 1024 * 1024
_CHUNK = 64 * 1024


class HttpSend:
    """A `Send` over aiohttp. Times in seconds, `max_answer` in bytes after decompression.

    Reads share kept-alive connections. A change always gets a connection of its own: on a kept-alive one that the
    provider has just dropped, a request that never arrived looks exactly like one that did.

    Sessions are opened at the first request, so it can be built outside a running loop; `close()` ends them.
    """

    def __init__(
        self,
        *,
        connect_timeout: float = CONNECT_TIMEOUT,
        total_timeout: float = TOTAL_TIMEOUT,
        max_answer: int = MAX_ANSWER,
    ) -> None:
        self._connect_timeout = connect_timeout
        self._total_timeout = total_timeout
        self._max_answer = max_answer
        self._reads: aiohttp.ClientSession | None = None
        self._changes: aiohttp.ClientSession | None = None

    async def __call__(self, request: Request, /) -> Response:
        """See `Send`. A change was sent at most once, whatever comes of it."""
        progress = SimpleNamespace(connected=False)
        try:
            return await self._exchange(request, progress)
        except ProviderError as known:
            failure = known
        except aiohttp.ClientResponseError:
            failure = unreadable("answer is not HTTP")
        except (aiohttp.ClientError, OSError, ValueError, _Interrupted) as error:
            failure = _lost_or_never_sent(error, connected=progress.connected)
        # Raised out here, so that it doesn't drag aiohttp's exception along: those hold the headers, and with
        # them the token.
        raise failure

    async def close(self) -> None:
        """Close all connections."""
        for session in (self._reads, self._changes):
            if session is not None:
                await session.close()
        self._reads = self._changes = None

    async def _exchange(self, request: Request, progress: SimpleNamespace) -> Response:
        total = self._total_timeout if request.timeout is None else request.timeout
        async with self._session(request).request(
            request.method,
            request.url,
            headers=request.headers,
            json=request.json,
            # `connect` bounds the whole way to a connection: name, all its addresses, TLS.
            timeout=aiohttp.ClientTimeout(total=total, connect=self._connect_timeout),
            allow_redirects=False,
            trace_request_ctx=progress,
        ) as answer:
            body = await self._body(answer)
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Response(answer.status, headers, body)

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        # A length announced too large is not waited for; one not announced, or a lie, is noticed on the way.
        size = answer.content_length or 0
        while size <= self._max_answer:
            chunk = await answer.content.read(_CHUNK)
            if not chunk:
                return bytes(body)
            body += chunk
            size = len(body)
        answer.close()
        raise unreadable(f"answer is larger than {self._max_answer} bytes", status=answer.status)

    def _session(self, request: Request) -> aiohttp.ClientSession:
        if request.changes:
            self._changes = self._changes or _new_session(keep_alive=False)
            return self._changes
        self._reads = self._reads or _new_session(keep_alive=True)
        return self._reads


class _Interrupted(Exception):
    """The connection broke before an answer began. Not one of aiohttp's own, see `_send_once`."""


def _new_session(*, keep_alive: bool) -> aiohttp.ClientSession:
    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(_note_connected)
    trace.on_connection_reuseconn.append(_note_connected)
    return aiohttp.ClientSession(
        # No limit of connections: one workspace's slow calls must not queue another's.
        connector=aiohttp.TCPConnector(limit=0, force_close=not keep_alive),
        # All workspaces share the session; a cookie kept from one account's answer would speak in another's call.
        cookie_jar=aiohttp.DummyCookieJar(),
        middlewares=(_send_once,),
        trace_configs=[trace],
        headers={"Accept": "application/json", "User-Agent": "vpsbot"},
    )


async def _send_once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Take from aiohttp the chance to send again.

    aiohttp 3.14 repeats GET, PUT and DELETE by itself when the connection breaks before an answer, also on a fresh
    connection (`retry_persistent_connection` in its client.py), and has no public switch for it. It does so on its
    own exceptions only, so it gets to see another one.
    """
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _Interrupted(type(error).__name__) from None


async def _note_connected(_session: object, context: SimpleNamespace, _params: object) -> None:
    """From here on something may arrive."""
    context.trace_request_ctx.connected = True


def _lost_or_never_sent(error: Exception, *, connected: bool) -> ProviderError:
    """Without a connection nothing left us, whatever the exception is called; with one, anything may have."""
    trouble = Trouble.LOST if connected else Trouble.UNREACHABLE
    # Only the kind of error: its own text can hold addresses and headers.
    name = str(error) if isinstance(error, _Interrupted) else type(error).__name__
    return ProviderError(trouble, note=name)
