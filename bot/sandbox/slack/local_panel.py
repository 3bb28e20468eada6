"""What the page's panel asks of the local VPS.org: handed on to its control interface as it is, if it is on the list.

What is changed so is changed at the provider, behind the app's back: the app hears of it only by looking.
"""

import re

import aiohttp
from aiohttp import web

PATIENCE = 10.0
"""Seconds. The control interface does everything at once."""
HANDED_ON = {
    "GET": re.compile(r"servers|plans|faults"),
    "POST": re.compile(r"servers|faults(/clear)?"),
    "PATCH": re.compile(r"servers/[A-Za-z0-9_-]+"),
    "DELETE": re.compile(r"servers/[A-Za-z0-9_-]+"),
}
"""The paths below `/_control/` that the page may use, by method; of a server those of an id."""
_JSON = {"Content-Type": "application/json"}


def may_pass(method: str, path: str) -> bool:
    """Whether a call is one of those that the page may make."""
    return method in HANDED_ON and HANDED_ON[method].fullmatch(path) is not None


async def hand_on(control_url: str, method: str, path: str, body: bytes) -> web.Response:
    """Does the call and gives its answer; no content becomes `{"ok": true}`.

    Raises aiohttp.ClientError and TimeoutError when nobody answers.
    """
    patience = aiohttp.ClientTimeout(total=PATIENCE)
    async with (
        aiohttp.ClientSession(timeout=patience) as session,
        session.request(method, f"{control_url.rstrip('/')}/{path}", data=body or None, headers=_JSON) as reply,
    ):
        if reply.status == 204:
            return web.json_response({"ok": True})
        return web.Response(body=await reply.read(), status=reply.status, content_type="application/json")
