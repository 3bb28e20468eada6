"""The bot as a process of its own, which may be told where to die.

It is `vpsbot serve` with seams that say on standard output what they pass. A *point* is a moment before or after a
commit or a call: `commit:operations.call:after`, `call:POST reboot:before`, `slack:chat.postMessage:after`; a call of
the provider that takes a while has one within it, too: `call:DELETE delete:during`. At the n-th visit of the point that
`FAULT_AT` names (`POINT`, `POINT#n`, or `any#n` for the n-th visit of whichever point), the process gets the signal
`FAULT_SIGNAL`.
"""

import asyncio
import gc
import mmap
import os
import re
import signal
import struct
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

# Imported by whoever forks the children, once, though the bot itself would import it later.
import alembic.command  # noqa: F401

import bot.engine.replicated
import bot.store.postgres  # noqa: F401
from bot.checking import settings_or_exit
from bot.seams import Seams
from bot.serving import serve_forever
from bot.vps.http import HttpSend
from bot.vps.wire import Request, Response, Send

gc.freeze()  # what is imported stays: no child need walk it, which would also copy its pages

POINT = "point "
"""What a line begins with that names a visited point and, behind a tab, the task there; the others are the log."""

ANY = "any"
"""Stands for every point."""

UNDER_WAY = 0.2
"""Seconds after which a call that has no answer yet is at its point `during`: the provider has it by then."""

AHEAD = struct.Struct("d")
"""How a file says by how many seconds the bot's time is ahead of the machine's."""


def run(environment: Mapping[str, str], output: Connection) -> None:
    """Serves until it is ended; both outputs go into `output`."""
    os.dup2(output.fileno(), 1)
    os.dup2(output.fileno(), 2)
    os.environ.update(environment)
    sys.exit(serve_forever(settings_or_exit(), _seams(os.environ)))


def _seams(environment: Mapping[str, str]) -> Seams:
    reach = _reacher(environment.get("FAULT_AT", ""), environment.get("FAULT_SIGNAL", "SIGKILL"))
    http = HttpSend(total_timeout=float(environment["VPSBOT_PROVIDER_TIMEOUT"]))
    moved = _moved(Path(environment["FAULT_CLOCK"]))
    skew = timedelta(seconds=float(environment.get("FAULT_SKEW", "0")))
    return Seams(
        clock=lambda: datetime.now(UTC) + moved() + skew,
        moved=moved,
        gone_after=float(environment["FAULT_GONE_AFTER"]),
        send=_watched(http, reach),
        witness=lambda name, moment: reach(f"commit:{name}:{moment}"),
        slack=lambda method, moment: reach(f"slack:{method}:{moment}"),
    )


def _reacher(at: str, sign: str) -> Callable[[str], None]:
    fatal, _, nth = at.partition("#")
    visits: Counter[str] = Counter()

    def reach(point: str) -> None:
        visits.update((point, ANY))
        os.write(1, f"{POINT}{point}\t{_task()}\n".encode())  # at once: nothing is left in a buffer when the end comes
        if fatal in (point, ANY) and visits[fatal] == int(nth or 1):
            os.kill(os.getpid(), signal.Signals[sign])

    return reach


def _task() -> str:
    try:
        task = asyncio.current_task()
    except RuntimeError:  # before there is a loop
        return ""
    return task.get_name() if task else ""


def _moved(ahead: Path) -> Callable[[], timedelta]:
    with ahead.open("rb") as file:
        shared = mmap.mmap(file.fileno(), AHEAD.size, access=mmap.ACCESS_READ)
    return lambda: timedelta(seconds=AHEAD.unpack(shared[: AHEAD.size])[0])


def _watched(send: Send, reach: Callable[[str], None]) -> Send:
    async def watched(request: Request, /) -> Response:
        subject = _BY_METHOD.get(request.method) or _subject(request.method, request.url)
        name = f"call:{request.method} {subject}"
        reach(f"{name}:before")
        within = asyncio.get_running_loop().call_later(UNDER_WAY, reach, f"{name}:during")
        try:
            return await send(request)
        finally:
            within.cancel()
            reach(f"{name}:after")

    return watched


_BY_METHOD = {"DELETE": "delete", "PATCH": "edit", "PUT": "replace"}


def _subject(method: str, url: str) -> str:
    """What a call is about, in the words of the local VPS.org's record: list, show, reboot…"""
    path = urlsplit(url).path
    if found := re.search(r"/servers/(?:[^/]+/)?(start|stop|reboot)/$", path):
        return found[1]
    if re.search(r"/servers/[^/]+/$", path):
        return "show"
    if method == "POST" and path.endswith("/servers/"):
        return "create"
    return "list" if path.endswith("/servers/") else path.rstrip("/").rsplit("/", 1)[-1]
