"""Where the engine works while it is measured: a bot with many workspaces, a provider in its own process, a bare Slack.

The provider knows nothing and forgets nothing: a server that was told to reboot answers so, and is active at the next
look, or (`busy`) never. `python -m benchmarks.engine_place` is one replica, until its standard input ends.
"""

import asyncio
import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from bot.app import Bot, build
from bot.config import Settings
from bot.domain.audit import BOT
from bot.domain.operations import Kind, Operation, Request, State
from bot.domain.roles import Grant, Role, SubjectKind
from bot.domain.servers import Status
from bot.ids import new_id
from bot.seams import Seams
from bot.store import members, operations, workspaces
from bot.store.engine import Store
from bot.store.migrate import migrate
from bot.vps.dialects import Dialect
from bot.vps.wire import Request as Call
from bot.vps.wire import Response

OLGA, CHANNEL = "U0OLGA", "C0OPS"
MOST_AT_ONCE = 50
"""Servers of one request, as people may ask for."""


@dataclass
class Provider:
    """A `Send` that answers from memory. `servers`: how many each account has; their ids are 1, 2, 3…"""

    servers: int
    busy: bool = False
    calls: Counter[str] = field(default_factory=Counter)
    _list: bytes = b""

    async def __call__(self, request: Call, /) -> Response:
        """An answer at once, after the loop has turned once."""
        await asyncio.sleep(0)
        path = urlsplit(request.url).path.rstrip("/").rpartition("/servers")[2].strip("/")
        self.calls[f"{request.method} {'list' if not path else 'one'}"] += 1
        if request.method == "POST":
            return _json(
                {"status": "success", "message": "Server is rebooting.", "server": {"status": Status.REBOOTING}}
            )
        if path:
            return _json(self._server(int(path)))
        if not self._list:
            rows = [self._server(number) for number in range(1, self.servers + 1)]
            self._list = json.dumps({"count": len(rows), "next": None, "previous": None, "results": rows}).encode()
        return Response(200, {"content-type": "application/json"}, self._list)

    def _server(self, number: int) -> dict[str, object]:
        status = Status.REBOOTING if self.busy else Status.ACTIVE
        return {"id": number, "name": f"web-{number}", "status": status, "updated_at": "2026-01-01T00:00:00Z"}


def _json(body: object) -> Response:
    return Response(200, {"content-type": "application/json"}, json.dumps(body).encode())


class BareSlack:
    """Takes every message and knows every person. `posts` counts the messages."""

    def __init__(self) -> None:
        self.posts = 0
        self.url = ""
        self._runner: web.AppRunner

    async def __aenter__(self) -> "BareSlack":
        application = web.Application()
        application.router.add_post("/api/{method}", self._answer)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        await request.read()
        self.posts += request.match_info["method"] == "chat.postMessage"
        told = {"team_id": "T0", "user_id": "U0BOT", "bot_id": "B0BOT", "channel": CHANNEL, "ts": f"1.{self.posts:06}"}
        return web.json_response({"ok": True, "user": {"id": OLGA}, "users": [], **told})


def a_bot(url: str, provider: Provider, keys: str, *, slack: str = "http://127.0.0.1:9/api/", poll: float = 2) -> Bot:
    """The bot as `vpsbot serve` builds it, with this provider."""
    settings = Settings.model_validate(
        {
            "database_url": url,
            "encryption_keys": keys,
            "slack_bot_token": "xoxb-bench",
            "slack_signing_secret": "bench",
            "slack_api_url": slack,
            "poll_interval": poll,
        }
    )
    return build(settings, Seams(send=provider))


async def move_in(store: Store, names: Sequence[str]) -> None:
    """Workspaces with an account, in which Olga is an operator."""
    now = datetime.now(UTC)
    for name in names:
        async with store.begin("bench", name) as tx:
            await workspaces.ensure(tx, name, now)
            await workspaces.connect(
                tx, name, token=f"vps_{name}", dialect=Dialect.DOCUMENTED, account=name, by=OLGA, now=now
            )
            grant = Grant(new_id(now), SubjectKind.USER, OLGA, Role.OPERATOR, None, None, BOT, now)
            await members.put(tx, name, grant)


async def ask(store: Store, workspace: str, servers: Sequence[int], *, state: State, due: datetime) -> None:
    """Olga has asked to reboot these servers; they are due at a time. No card: what it costs is measured elsewhere."""
    async with store.begin("bench", workspace) as tx:
        for first in range(0, len(servers), MOST_AT_ONCE):
            request, some = new_id(due), servers[first : first + MOST_AT_ONCE]
            each = tuple(_operation(workspace, request, number, state, due) for number in some)
            await operations.add(tx, Request(request, workspace, OLGA, Kind.REBOOT, CHANNEL, due, each))


def _operation(workspace: str, request: str, number: int, state: State, due: datetime) -> Operation:
    settling = state is State.SETTLING
    return Operation(
        id=new_id(due),
        workspace=workspace,
        request=request,
        kind=Kind.REBOOT,
        server_id=str(number),
        server_name=f"web-{number}",
        state=state,
        version=1,
        requester=OLGA,
        requested_at=due,
        due_at=due,
        approved_at=due,
        called_at=due if settling else None,
        accepted_at=due if settling else None,
        calls=int(settling),
        seen_moving=settling,
    )


def memory() -> float:
    """Resident memory of this process in MB (10^6 bytes)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) * 1024 / 1e6


async def replica() -> None:
    """Works until standard input ends."""
    provider = Provider(int(os.environ["BENCH_SERVERS"]))
    bot = a_bot(
        os.environ["BENCH_DATABASE_URL"],
        provider,
        os.environ["BENCH_KEYS"],
        slack=os.environ["BENCH_SLACK"],
        poll=0.2,
    )
    await bot.start()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await bot.stop()


async def watches(number: int) -> None:
    """Prints the memory, in MB, of a bot before and after it looked three times after so many changes."""
    bot = a_bot(os.environ["BENCH_DATABASE_URL"], Provider(max(number, 1), busy=True), os.environ["BENCH_KEYS"])
    await migrate(bot.store)
    await move_in(bot.store, ["T0"])
    empty = memory()
    if number:
        await ask(bot.store, "T0", range(1, number + 1), state=State.SETTLING, due=datetime.now(UTC))
    for look in range(3):
        await bot.engine.run_due(datetime.now(UTC) + timedelta(seconds=look * 30))
    print(json.dumps([empty, memory()]))
    await bot.stop()


async def tasks(number: int) -> None:
    """The peer: so many asyncio tasks that each watch one server, asleep."""
    before = memory()
    waiting = [asyncio.create_task(asyncio.sleep(3600), name=f"web-{each}") for each in range(number)]
    await asyncio.sleep(0.1)
    print(json.dumps([before, memory()]))
    for each in waiting:
        each.cancel()


if __name__ == "__main__":
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    what = sys.argv[1:]
    asyncio.run(replica() if not what else (watches if what[0] == "watches" else tasks)(int(what[1])))
