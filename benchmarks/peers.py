"""What the bot is measured beside: each answers the same signed requests, and does less.

`python -m benchmarks.peers NAME PORT` serves one of them, with the bot's own environment.
"""

import asyncio
import hmac
import os
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

from aiohttp import web

HOST = "127.0.0.1"


def aiohttp_only() -> web.Application:
    """The floor: checks the signature over the raw body and answers an empty 200."""
    secret = os.environ["SLACK_SIGNING_SECRET"].encode()

    async def post(request: web.Request) -> web.Response:
        raw = await request.read()
        timestamp = request.headers["X-Slack-Request-Timestamp"].encode()
        expected = "v0=" + hmac.new(secret, b"v0:" + timestamp + b":" + raw, sha256).hexdigest()
        good = hmac.compare_digest(expected, request.headers["X-Slack-Signature"])
        return web.Response(status=200 if good else 401)

    application = web.Application()
    application.router.add_post("/slack/events", post)
    return application


def bolt() -> web.Application:
    """Bolt, one listener, awaited before the answer goes out."""
    return _bolt(_nothing, process_before_response=True)


def bolt_default() -> web.Application:
    """Bolt, one listener, as it comes: the listener runs in a task, and its `ack` is polled for."""
    return _bolt(_nothing, process_before_response=False)


def bolt_with_a_row() -> web.Application:
    """Bolt, one listener, which commits one row durably before it answers: the least that a promise can cost."""
    database = sqlite3.connect(os.environ["BENCH_DATABASE"], check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE IF NOT EXISTS promises (id INTEGER PRIMARY KEY, made_at TEXT NOT NULL)")
    database.commit()
    one_thread = ThreadPoolExecutor(max_workers=1)

    def insert() -> None:
        database.execute("INSERT INTO promises (made_at) VALUES (CURRENT_TIMESTAMP)")
        database.commit()

    async def promise() -> None:
        await asyncio.get_running_loop().run_in_executor(one_thread, insert)

    return _bolt(promise, process_before_response=True)


PEERS: dict[str, Callable[[], web.Application]] = {
    "aiohttp": aiohttp_only,
    "bolt": bolt,
    "bolt-default": bolt_default,
    "bolt-row": bolt_with_a_row,
}


async def _nothing() -> None:
    """An empty acknowledgement is all there is."""


def _bolt(work: Callable[[], Awaitable[None]], *, process_before_response: bool) -> web.Application:
    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    app = AsyncApp(
        client=AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response=process_before_response,
    )

    async def answer(ack: AsyncAck) -> None:
        await work()
        await ack()

    app.command("/vps")(answer)
    return app.web_app("/slack/events")


async def _ready(_request: web.Request) -> web.Response:
    return web.Response()


def main() -> None:
    """Serves a peer until it is ended."""
    name, port = sys.argv[1:]
    application = PEERS[name]()
    application.router.add_get("/readyz", _ready)
    web.run_app(application, host=HOST, port=int(port), access_log=None, print=None)


if __name__ == "__main__":
    main()
