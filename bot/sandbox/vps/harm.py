"""What a fault makes of an answer, and how that goes over the wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from http import HTTPStatus

from aiohttp import web

from bot.sandbox.vps.faults import Fault
from bot.sandbox.vps.wire import Answer

_HTML = "text/html"
_JSON = "application/json"
_PIECE = b" " * 65_536


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent. `status` None: the connection is closed without an answer.

    `padding`: bytes of white space after the payload, sent piece by piece without a Content-Length.
    `abrupt`: the connection is closed before the promised length is there.
    """

    status: int | None
    payload: bytes = b""
    content_type: str = _JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    padding: int = 0
    abrupt: bool = False


CLOSED = Reply(None)


def plain(answer: Answer) -> Reply:
    """The answer as it is."""
    if isinstance(answer.body, str):
        return Reply(answer.status, answer.body.encode(), _HTML, answer.headers)
    payload = b"" if answer.body is None else json.dumps(answer.body).encode()
    return Reply(answer.status, payload, _JSON, answer.headers)


def harmed(fault: Fault, answer: Answer | None) -> Reply:
    """What is sent instead of `answer` (None: the work wasn't done). `slow` and `late_list` harm no answer."""
    match fault.kind:
        case "status":
            return _status(fault)
        case "html":
            return _html(fault.status)
        case "empty":
            return Reply(200)
        case "redirect":
            return Reply(fault.status, headers={"Location": fault.location})
        case "cut":
            return _cut(fault, plain(answer or Answer(200)))
        case "huge":
            return _huge(fault, plain(answer or Answer(200)))
        case _:
            return CLOSED


async def send(request: web.Request, reply: Reply) -> web.StreamResponse:
    """Sends it, or closes the connection. A caller who has gone meanwhile is no error."""
    if reply.status is None:
        return close(request)
    if not reply.padding and not reply.abrupt:
        return web.Response(
            status=reply.status,
            body=reply.payload,
            headers=dict(reply.headers),
            content_type=None if reply.status == HTTPStatus.NO_CONTENT else reply.content_type,
        )
    response = web.StreamResponse(status=reply.status, headers=dict(reply.headers))
    response.content_type = reply.content_type
    if reply.abrupt:
        response.content_length = 2 * len(reply.payload) + 1
    try:
        await _stream(request, response, reply)
    except ConnectionError:
        return response
    return close(request, response) if reply.abrupt else response


def close(request: web.Request, response: web.StreamResponse | None = None) -> web.StreamResponse:
    """Closes the TCP connection; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.close()
    return response or web.Response()


async def _stream(request: web.Request, response: web.StreamResponse, reply: Reply) -> None:
    await response.prepare(request)
    await response.write(reply.payload)
    left = reply.padding
    while left > 0:
        await response.write(_PIECE[:left])
        left -= len(_PIECE)


def _status(fault: Fault) -> Reply:
    status = fault.status
    headers = dict(fault.headers)
    if fault.retry_after is not None:
        headers["Retry-After"] = fault.retry_after
    body = {"detail": HTTPStatus(status).phrase + "."} if fault.body is None else fault.body
    content_type = next((value for key, value in headers.items() if key.lower() == "content-type"), None)
    headers = {key: value for key, value in headers.items() if key.lower() != "content-type"}
    reply = plain(Answer(status, body, headers))
    return Reply(status, reply.payload, content_type or reply.content_type, headers)


def _html(status: int) -> Reply:
    phrase = escape(HTTPStatus(status).phrase)
    page = f"<!doctype html>\n<html><head><title>{status} {phrase}</title></head><body><h1>{phrase}</h1></body></html>"
    return Reply(status, page.encode(), _HTML)


def _cut(fault: Fault, whole: Reply) -> Reply:
    text = whole.payload or b'{"detail": "Done."}'
    status = 200 if whole.status == HTTPStatus.NO_CONTENT else whole.status
    return Reply(status, text[: len(text) // 2], headers=whole.headers, abrupt=fault.abrupt)


def _huge(fault: Fault, whole: Reply) -> Reply:
    """The true answer and then white space, which is valid JSON of that many bytes: only a cap can refuse it."""
    text = whole.payload or b"{}"
    status = 200 if whole.status == HTTPStatus.NO_CONTENT else whole.status
    return Reply(status, text, headers=whole.headers, padding=max(0, fault.bytes - len(text)))
