"""Small bots that are not ours, and the manifest they are installed with: the local Slack has to serve any."""

import json
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web

from bot.sandbox.slack.testing import Manifest

MANIFEST = """
display_information:
  name: Echo
features:
  app_home: {home_tab_enabled: true, messages_tab_enabled: true}
  bot_user: {display_name: Echo}
  slash_commands:
    - {command: /echo, description: Says it again, should_escape: true}
    - {command: /raw, description: Says it again as typed}
  shortcuts:
    - {name: Look everywhere, type: global, callback_id: everywhere, description: Looks}
    - {name: Look here, type: message, callback_id: here, description: Looks}
oauth_config:
  scopes:
    bot: [commands, "chat:write", "users:read", "channels:read", "groups:read", "im:read", "im:write", "im:history",
      "channels:history", "channels:join", "app_mentions:read", "usergroups:read", "team:read"]
settings:
  event_subscriptions:
    request_url: https://example.com/events
    bot_events: [app_mention, message.im, app_home_opened, user_change, app_uninstalled, tokens_revoked]
  interactivity:
    is_enabled: true
    request_url: https://example.com/actions
    message_menu_options_url: https://example.com/options
"""


@cache
def manifest(text: str = MANIFEST) -> Manifest:
    """The manifest of the small bots."""
    return Manifest.parse(text)


Reply = Any
Handler = Callable[["Got"], Awaitable[Reply]]


class Got:
    """A request as a bot gets it, undone from its form."""

    def __init__(self, request: web.Request, raw: bytes) -> None:
        self.headers = dict(request.headers)
        self.raw = raw
        if request.content_type == "application/json":
            self.data: dict[str, Any] = json.loads(raw)
        else:
            form = {key: values[0] for key, values in parse_qs(raw.decode(), keep_blank_values=True).items()}
            self.data = json.loads(form["payload"]) if "payload" in form else form

    @property
    def kind(self) -> str:
        """command, ssl_check, event, or the type of an interaction."""
        forms = ("command", "ssl_check")
        return next((kind for kind in forms if kind in self.data), str(self.data.get("type")))


class SmallBot:
    """A bot of one function: it gets each request and returns the body of its answer (str, dict, or a Response)."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.got: list[Got] = []
        self.url = ""
        self.session = aiohttp.ClientSession()
        app = web.Application()
        app.router.add_post("/slack/events", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def start(self) -> None:
        """Serves on a free port."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/slack/events"

    async def stop(self) -> None:
        """Stops serving."""
        await self.session.close()
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        got = Got(request, await request.read())
        self.got.append(got)
        reply = await self.handler(got)
        if isinstance(reply, web.StreamResponse):
            return reply
        return web.json_response(reply) if isinstance(reply, dict) else web.Response(text=reply or "")
