"""The local Slack as a server: the Web API, response_urls, the page, and the ways to the bot."""

import asyncio
import contextlib
from pathlib import Path

from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.slack import answers
from bot.sandbox.slack.acting import Acting
from bot.sandbox.slack.administration import Administration
from bot.sandbox.slack.api import door, files
from bot.sandbox.slack.delivery import Answer, Delivery, Post
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.local_api import LocalApi
from bot.sandbox.slack.log import Exchange
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.oauth import OAuth
from bot.sandbox.slack.people import People
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.world import World

PAGE = Path(__file__).parent / "page"
TICK = 0.25
"""Seconds of real time between looks for what is due."""
LARGEST_BODY = 4 * 1024 * 1024


class SlackServer:
    """One local Slack: its world, and the HTTP server in front of it. Bound to the loopback."""

    def __init__(self, clock: Clock, manifest: Manifest) -> None:
        self.world = World(clock, manifest)
        self.world.sockets, self.world.oauth = Sockets(self.world), OAuth(self.world)
        self.post = Post(self.world)
        self.events = Events(self.world, self)
        self.sockets = self.world.sockets
        self.people = People(self.world, self, self.events)
        self.acting = Acting(self.people)
        self.administration = Administration(self.world, self.events)
        self.local = LocalApi(self.world, self.people, self.acting, self.administration)
        self._runner: web.AppRunner | None = None
        self._ticker: asyncio.Task[None] | None = None

    async def send(self, delivery: Delivery, exchange: Exchange) -> Answer:
        """Sends a delivery the way the app is set up: over HTTP or through Socket Mode."""
        transport = self.sockets if self.world.socket_mode else self.post
        return await transport.send(delivery, exchange)

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Serves until `stop`. Port 0 takes a free one; `world.base_url` then names it."""
        await self.post.start()
        self.local.start()
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        taken = self._runner.addresses[0][1]
        self.world.base_url = f"http://{host}:{taken}"
        self._ticker = asyncio.create_task(self._tick(), name="local Slack: what is due")

    async def stop(self) -> None:
        """Stops serving and closes every connection."""
        if self._ticker is not None:
            self._ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticker
        self.local.stop()
        await self.sockets.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        await self.post.stop()

    async def due(self) -> None:
        """Does what is due by the sandbox's clock: repeats of events, and announced ends of connections."""
        await self.events.deliver_due()
        await self.sockets.end_due()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{key:.+}", self._respond)
        app.router.add_get("/link/", self.sockets.connect)
        app.router.add_get("/oauth/v2/authorize", self.world.oauth.page)
        app.router.add_post("/oauth/v2/authorize", self.world.oauth.answered)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/files/{file}/{name}", self._download)
        self.local.add_routes(app)
        app.router.add_get("/", self._index)
        app.router.add_get("/page/{path:.*}", self._page)
        return app

    async def _api(self, request: web.Request) -> web.StreamResponse:
        return await door.answer(self.world, request)

    async def _respond(self, request: web.Request) -> web.Response:
        return await answers.respond(self.world, request)

    async def _upload(self, request: web.Request) -> web.Response:
        return await files.uploaded(self.world, request)

    async def _download(self, request: web.Request) -> web.Response:
        return await files.downloaded(self.world, request)

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return _file(PAGE / "index.html")

    async def _page(self, request: web.Request) -> web.StreamResponse:
        wanted = (PAGE / request.match_info["path"]).resolve()
        if not wanted.is_relative_to(PAGE.resolve()):
            raise web.HTTPNotFound
        return _file(wanted)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            await self.due()


def _file(path: Path) -> web.StreamResponse:
    if not path.is_file():
        raise web.HTTPNotFound
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": "default-src 'self'; img-src 'self' data:",
        "X-Content-Type-Options": "nosniff",
    }
    return web.FileResponse(path, headers=headers)
