"""What the page asks the server for: `/_local/…`, as docs/local-slack-api.md says it."""

import asyncio
import base64
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import web

from bot.sandbox.slack import conversation, page_state, shapes
from bot.sandbox.slack.acting import Acting, Place
from bot.sandbox.slack.administration import Administration
from bot.sandbox.slack.api import files
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.feed import Stream
from bot.sandbox.slack.local_panel import HANDED_ON, hand_on, may_pass
from bot.sandbox.slack.local_workspace import administer
from bot.sandbox.slack.model import Channel, Json, Person, Team, View
from bot.sandbox.slack.people import People
from bot.sandbox.slack.world import World

HEARTBEAT = 15.0
SHOWN = 1_000
EXCHANGES = 500
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LocalApi:
    """The page's API. What Slack would show to the person comes with status 200, what the page does wrong with 4xx."""

    def __init__(self, world: World, people: People, acting: Acting, administration: Administration) -> None:
        self.world = world
        self.people = people
        self.acting = acting
        self.administration = administration
        self.panel_url = ""
        self._open = False

    def add_routes(self, app: web.Application) -> None:
        """Adds `/_local/…` to the server."""
        gets: dict[str, Handler] = {
            "state": self._state,
            "messages": self._messages,
            "events": self._events,
            "views": self._views,
            "exchanges": self._exchanges,
        }
        posts: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "say": self._say,
            "act": self._act,
            "submit": self._submit,
            "close": self._close,
            "options": self._options,
            "shortcut": self._shortcut,
            "home": self._home,
            "file": self._file,
            "read": self._read,
            "clock": self._clock,
            "workspace": self._workspace,
        }
        for path, handler in gets.items():
            app.router.add_get(f"/_local/{path}", self._guarded(handler))
        for path, action in posts.items():
            app.router.add_post(f"/_local/{path}", self._guarded(self._posting(action)))
        for method in HANDED_ON:
            app.router.add_route(method, "/_local/panel/{path:.+}", self._guarded(self._panel))

    def start(self) -> None:
        """Lets event streams live."""
        self._open = True

    def stop(self) -> None:
        """Ends the event streams."""
        self._open = False
        self.world.feed.end()

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            # A page of another site must not be able to act here, nor a name that was rebound to the loopback.
            host = request.host.rsplit(":", 1)[0]
            origin = request.headers.get("Origin", "")
            if host not in ("127.0.0.1", "localhost", "[::1]") or (origin and origin != f"http://{request.host}"):
                return _wrong("forbidden", "The local Slack answers only its own page.", 403)
            return await handler(request)

        return guarded

    def _posting(self, action: Callable[[Json], Awaitable[Json]]) -> Handler:
        async def post(request: web.Request) -> web.StreamResponse:
            if request.content_type != "application/json":
                return _wrong("invalid_post_type", "The page sends JSON.", 415)
            try:
                body = await request.json()
                result = await action(body)
            except Refused as refused:
                sentence = page_state.SENTENCES.get(refused.error, f"Slack says: {refused.error}.")
                return web.json_response({"ok": False, "error": refused.error, "message": sentence})
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                return _wrong("invalid_arguments", f"The page sent something unexpected: {error!r}", 400)
            return web.json_response({"ok": True, **result})

        return post

    async def _state(self, request: web.Request) -> web.StreamResponse:
        team = self.world.teams.get(request.query.get("team", "")) or next(iter(self.world.teams.values()), None)
        if team is None:
            return _wrong("team_not_found", "There is no workspace yet.", 404)
        person = team.people.get(request.query.get("user", "")) or next(
            (p for p in team.people.values() if not p.is_bot), None
        )
        if person is None:
            return _wrong("user_not_found", "There is nobody in this workspace yet.", 404)
        return web.json_response(page_state.state(self.world, team, person, panel=bool(self.panel_url)))

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        team, person = self._who(request.query)
        channel = team.channels.get(request.query.get("channel", ""))
        if channel is None or not conversation.may_read(person, channel):
            return _wrong("channel_not_found", "This person can't see this channel.", 404)
        shown = list(conversation.visible(channel, person.id))[-SHOWN:]
        listed = [shapes.page_message(team, m) | {"values": m.states.get(person.id, {})} for m in shown]
        return web.json_response({"messages": listed})

    async def _views(self, request: web.Request) -> web.StreamResponse:
        team, person = self._who(request.query)
        stack = [shapes.page_view(v) for v in team.stacks.get(person.id, [])]
        home = team.homes.get(person.id)
        return web.json_response({"stack": stack, "home": shapes.page_view(home) if home else None})

    async def _exchanges(self, request: web.Request) -> web.StreamResponse:
        after, team = int(request.query.get("after") or 0), request.query.get("team", "")
        found = [e for e in self.world.log.exchanges if e.n > after and e.team in (team, "")][-EXCHANGES:]
        return web.json_response({"exchanges": [page_state.exchange(e) for e in found]})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        team, person = self._who(request.query)
        stream = self.world.feed.stream(team.id, person.id)
        queue: asyncio.Queue[str] = asyncio.Queue()
        stream.listeners.add(queue)
        try:
            if request.headers.get("Upgrade", "").lower() == "websocket":
                return await self._socket(request, queue)
            return await self._stream(request, stream, queue)
        finally:
            stream.listeners.discard(queue)

    async def _socket(self, request: web.Request, queue: asyncio.Queue[str]) -> web.StreamResponse:
        """The same events through a WebSocket: of these a browser grants an origin more than six."""
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT)
        await socket.prepare(request)

        async def hand_on() -> None:
            while self._open and not socket.closed:
                await socket.send_str(await queue.get())
            await socket.close()

        sending = asyncio.create_task(hand_on(), name="local Slack: a page's events")
        async for _ in socket:  # the page says nothing: this ends when it goes
            pass
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await sending
        return socket

    async def _stream(self, request: web.Request, stream: Stream, queue: asyncio.Queue[str]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        with contextlib.suppress(ConnectionResetError):
            await self._begin(request, response, stream)
            while self._open:
                try:
                    await response.write((await asyncio.wait_for(queue.get(), HEARTBEAT)).encode())
                except TimeoutError:
                    await response.write(b": still here\n\n")
        return response

    async def _begin(self, request: web.Request, response: web.StreamResponse, stream: Stream) -> None:
        last = request.headers.get("Last-Event-ID")
        missed = self.world.feed.missed(stream, last) if last is not None else []
        if missed is None:
            missed = [self.world.feed.text("reset", {})]
        await response.write("".join([": hello\n\n", *missed]).encode())

    async def _panel(self, request: web.Request) -> web.StreamResponse:
        method, path = request.method, request.match_info["path"]
        if not self.panel_url:
            return _wrong("not_found", "No local VPS.org is attached.", 404)
        if not may_pass(method, path):
            return _wrong("not_found", "The panel can't do this.", 404)
        try:
            answer = await hand_on(self.panel_url, method, path, await request.read())
        except (aiohttp.ClientError, TimeoutError):
            return _wrong("panel_unreachable", "The local VPS.org does not answer.", 502)
        if method != "GET":
            self.world.feed.tell_all("panel", {})
        return answer

    async def _say(self, body: Json) -> Json:
        team, person = self._who(body)
        channel = self._channel(team, body["channel"])
        _or_refuse(await self.people.say(team, person, channel, str(body["text"]), str(body.get("thread_ts") or "")))
        return {}

    async def _act(self, body: Json) -> Json:
        team, person = self._who(body)
        place = self._place(team, person, body["container"])
        value = body.get("value") or {}
        _or_refuse(await self.acting.act(place, person, body["block_id"], body["action_id"], value))
        return {}

    async def _submit(self, body: Json) -> Json:
        team, person = self._who(body)
        view = self._view(team, person, body["view_id"])
        errors = await self.acting.submit(view, team, person, body.get("values") or {})
        if trouble := errors.get(""):
            return {"ok": False, "error": "trouble_connecting", "message": trouble}
        return {"errors": errors} if errors else {}

    async def _close(self, body: Json) -> Json:
        team, person = self._who(body)
        view = self._view(team, person, body["view_id"])
        await self.acting.close(view, team, person, everything=bool(body.get("all")))
        return {}

    async def _options(self, body: Json) -> Json:
        team, person = self._who(body)
        place = self._place(team, person, body["container"])
        return await self.acting.options(
            place, person, body["block_id"], body["action_id"], str(body.get("query") or "")
        )

    async def _shortcut(self, body: Json) -> Json:
        team, person = self._who(body)
        on = None
        if target := body.get("message"):
            channel = self._channel(team, target["channel"])
            message = channel.messages.get(target["ts"])
            if message is None or message.only_for:
                raise Refused("message_not_found")
            on = (channel, message)
        error = await self.people.shortcut(team, person, body["callback_id"], on)
        return {"ok": False, "error": error, "message": person.notice} if error else {}

    async def _home(self, body: Json) -> Json:
        team, person = self._who(body)
        view = await self.people.home(team, person)
        return {"view": shapes.page_view(view) if view else None}

    async def _file(self, body: Json) -> Json:
        team, person = self._who(body)
        content = base64.b64decode(body["content"], validate=True)
        return {"file": files.given(self.world, team, person, str(body["name"]), content)}

    async def _read(self, body: Json) -> Json:
        team, person = self._who(body)
        channel = self._channel(team, body["channel"])
        channel.read_up_to[person.id] = next(reversed(channel.messages), "")
        return {}

    async def _clock(self, body: Json) -> Json:
        self.world.clock.move(seconds=float(body["seconds"]))
        told = page_state.clock(self.world)
        self.world.feed.tell_all("clock", told)
        await self.people.events.deliver_due()
        return told

    async def _workspace(self, body: Json) -> Json:
        team = self.world.teams.get(body["team"])
        if team is None:
            raise Refused("team_not_found")
        await administer(self.administration, team, body)
        return {}

    def _who(self, given: Any) -> tuple[Team, Person]:
        team = self.world.teams.get(given.get("team", ""))
        person = team.people.get(given.get("user", "")) if team else None
        if team is None or person is None:
            raise Refused("user_not_found")
        return team, person

    def _channel(self, team: Team, channel_id: str) -> Channel:
        if channel := team.channels.get(channel_id):
            return channel
        raise Refused("channel_not_found")

    def _view(self, team: Team, person: Person, view_id: str) -> View:
        view = team.views.get(view_id)
        if view is None or view.user_id != person.id:
            raise Refused("not_found")
        return view

    def _place(self, team: Team, person: Person, container: Json) -> Place:
        if container["type"] == "view":
            return Place(team, view=self._view(team, person, container["view_id"]))
        channel = self._channel(team, container["channel"])
        message = channel.messages.get(container["ts"])
        if message is None or (message.only_for and message.only_for != person.id):
            raise Refused("message_not_found")
        return Place(team, channel, message)


def _or_refuse(error: str) -> None:
    if error:
        raise Refused(error)


def _wrong(error: str, message: str, status: int) -> web.Response:
    return web.json_response({"ok": False, "error": error, "message": message}, status=status)
