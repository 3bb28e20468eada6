"""The composition root: how the rooms are put together (`build`). What the bot can do is listed in contents.py."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import stamina
import structlog
from aiohttp import web
from slack_bolt.authorization import AuthorizeResult

from bot.answers import Answerer
from bot.config import Settings
from bot.contents import FILES, NOTICES, router
from bot.engine.embedded import Embedded
from bot.engine.tickets import Engine, Work
from bot.first import First
from bot.guard import Door
from bot.ids import new_id
from bot.installs import Installs
from bot.keeping import Keeper
from bot.metrics import CONTENT_TYPE, Counts, look, render
from bot.operations.parts import Parts
from bot.operations.pinning import Pinning
from bot.operations.sinking import Sink, sink_of
from bot.operations.telling import Teller
from bot.seams import Seams
from bot.slack.channels import Channels
from bot.slack.installation import Pages
from bot.slack.people import People
from bot.slack.socket import Socket
from bot.slack.surface import MAX_BODY, Authorize, Surface
from bot.slack.web import Client, Token, TokenOf, Web
from bot.store import installations, sinks
from bot.store.clock import SharedClock
from bot.store.engine import DatabaseFailure, DatabaseProblem, Interrupted, Store
from bot.store.migrate import is_newest, migrate
from bot.store.sealing import Sealer
from bot.vps.client import VpsClient
from bot.vps.http import HttpSend
from bot.work import Looking, by_workspace, changes, messages
from bot.workspaces.catalogue import Catalogue
from bot.workspaces.directory import Directory
from bot.workspaces.installed import Installed
from bot.workspaces.snapshots import Snapshots

DRAIN = 6.0
"""Seconds that requests, calls and answers under way get to finish at a stop, all together."""

LAST_WORDS = 0.5
"""Seconds for what these have brought about."""

ENDING = 1.5
"""Seconds that a task gets to end by itself when everything is done."""

AFTER_A_CALL = 5.0
"""Seconds that are left at least between the longest call of the provider and such a take-over."""

log = structlog.get_logger()


async def _nothing() -> None:
    pass


@dataclass
class Bot:
    """A bot that is put together; `start` and `stop` bring it up and down."""

    settings: Settings
    store: Store
    engine: Engine
    clock: SharedClock
    parts: Parts
    door: Door
    application: web.Application
    first: First
    closing: list[Callable[[], Awaitable[None]]]
    socket: Socket | None = None
    ready: set[str] = field(default_factory=set)
    _tasks: "list[asyncio.Task[None]]" = field(default_factory=list)

    async def start(self, *, engine: bool = True) -> None:
        """Migrates, finds its workspace, and starts the engine. Raises DatabaseProblem."""
        await self.store.check()
        self.store.lock()
        passing = Interrupted if self.store.shared else ()  # over a network, connections get lost
        async for attempt in stamina.retry_context(on=passing, attempts=8, timeout=20.0, wait_max=3.0):
            with attempt:
                await self._prepare(engine=engine)
        if engine:
            self._tasks.append(asyncio.create_task(self.engine.run(), name="engine"))
        if self.socket:
            self._tasks.append(asyncio.create_task(self.socket.run(), name="socket mode"))

    async def _prepare(self, *, engine: bool) -> None:
        """What has to be there before anything is served. May be done again after a failure."""
        if self.settings.migrate:
            await migrate(self.store)
        elif not await is_newest(self.store):
            raise DatabaseProblem(
                "The database's schema is an older one. Run `vpsbot migrate`, or unset VPSBOT_MIGRATE."
            )
        await self.first.report_unreadable()
        self.ready.add("database")
        if engine:
            await self.clock.set_right()
        await self.first.find()

    def waiting_for(self) -> list[str]:
        """What is missing before people can be served; empty when nothing is."""
        conditions = {
            "database": "database" in self.ready,
            "slack": self.first.ready,
            "socket": self.socket is None or self.socket.connected,
        }
        return [name for name, there in conditions.items() if not there]

    async def stop(self, listening: Callable[[], Awaitable[None]] = _nothing) -> None:
        """Takes no new work, lets what is under way finish, and gives everything back.

        `listening` ends the listening, which may take long: from its beginning on, the engine begins nothing.
        """
        over = time.monotonic() + DRAIN
        await asyncio.gather(self.engine.stop(DRAIN), listening(), *([self.socket.stop(DRAIN)] if self.socket else []))
        await self.door.answerer.drain(max(LAST_WORDS, over - time.monotonic()))
        await self._end_tasks()
        for close in reversed(self.closing):
            await close()

    async def _end_tasks(self) -> None:
        if not self._tasks:
            return
        ended, others = await asyncio.wait(self._tasks, timeout=ENDING)
        for task in others:  # the database is away, perhaps
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for task in ended:
            if not task.cancelled() and (failure := task.exception()):
                log.error("a task ended badly", exc_info=failure)


def build(settings: Settings, seams: Seams | None = None) -> Bot:
    """Puts the rooms together. Raises KeyProblem, DatabaseProblem, ValueError with a sentence."""
    seams = seams or Seams()
    store = Store(settings.database_url, Sealer(settings.encryption_keys.get_secret_value()), witness=seams.witness)
    clock = SharedClock(store, seams.clock, seams.moved)
    http = HttpSend(total_timeout=settings.provider_timeout)
    counts = Counts()
    client = VpsClient(settings.vps_api_url, send=seams.send or http, sleep=seams.sleep, counted=counts.provider_call)
    bot_token = settings.slack_bot_token.get_secret_value()
    snapshots = Snapshots(store, clock, installed=settings.many)
    installed = Installed(store, snapshots, clock)
    token_of = installed.token_of if settings.many else _only(bot_token)
    slack = Web(settings.slack_api_url, token_of, witness=seams.slack, counted=counts.slack_call)
    directory = Directory(client, snapshots, clock, on_read=Pinning(store, clock))
    engine = _Later()
    parts = Parts(
        store=store,
        snapshots=snapshots,
        directory=directory,
        catalogue=Catalogue(directory, snapshots, clock),
        people=People(slack, clock),
        channels=Channels(slack, clock),
        clock=clock,
        new_id=lambda: new_id(clock()),
        wake=engine.wake,
        poll=timedelta(seconds=settings.poll_interval),
        timeout=timedelta(seconds=settings.provider_timeout),
        overdue_after=timedelta(minutes=settings.overdue_after),
    )
    first = First(parts, slack, settings.admins, settings.vps_api_token.get_secret_value(), many=settings.many)
    app = Client(settings.slack_client_id, settings.slack_client_secret.get_secret_value())
    installs = Installs(parts, slack, app, first)
    door = Door(router(), parts, Answerer(slack, parts.clock), Keeper(parts.store), first.seed_admins)
    sink = Sink(parts, sink_of(settings.audit_sink)) if settings.audit_sink.strip() else None
    teller = Teller(parts, slack, NOTICES, FILES)
    chores = messages(teller.tell, teller.send_files)
    if settings.many:
        chores.append(by_workspace("renew", installations.DUE, installs.renew))
    if sink:
        chores.append(by_workspace("sink", sinks.DUE, sink.deliver))
    looking = Looking(parts, [*chores, *changes(parts, door.take_up)])
    engine.engine = _engine(
        store, seams.work(looking), clock, max(seams.gone_after, settings.provider_timeout + AFTER_A_CALL)
    )
    surface = Surface(
        settings.slack_signing_secret.get_secret_value(),
        dispatch=door.dispatch,
        authorize=_authorizer_of_many(installed) if settings.many else _authorizer(first, bot_token),
        clock=clock,
        ready=lambda: first.ready,
        acknowledged=counts.acknowledged,
    )
    app_token = settings.slack_app_token.get_secret_value()
    socket = Socket(partial(slack.open_socket, app_token), surface.take_again, ping=seams.ping) if app_token else None
    bot = Bot(
        settings=settings,
        store=store,
        engine=engine.engine,
        clock=clock,
        parts=parts,
        door=door,
        application=web.Application(client_max_size=MAX_BODY),
        first=first,
        socket=socket,
        closing=[store.close, http.close, slack.close, first.close, *([sink.close] if sink else []), looking.finish],
    )
    _add_routes(bot, surface)
    bot.application.add_routes([web.get("/metrics", _metrics(bot, counts, looking))])
    if settings.many:
        pages = Pages(slack, app, settings.slack_api_url, clock=clock, use=installs.use, keep=installs.keep)
        bot.application.add_routes(
            [
                web.get("/slack/install", pages.start, allow_head=False),
                web.get("/slack/oauth_redirect", pages.finish, allow_head=False),
            ]
        )
    return bot


def _engine(store: Store, work: Work, clock: SharedClock, gone_after: float) -> Engine:
    """In this process alone on SQLite, shared with other replicas on PostgreSQL."""
    if not store.shared:
        return Embedded(work, clock)
    from bot.engine.replicated import Replicated
    from bot.store.postgres import conninfo

    return Replicated(work, clock, conninfo=conninfo(store.url), gone_after=gone_after, keep_time=clock.set_right)


@dataclass
class _Later:
    """The engine's `wake` before there is an engine: parts and engine need each other."""

    engine: Engine | None = None

    def wake(self) -> None:
        if self.engine:
            self.engine.wake()


def _only(bot_token: str) -> TokenOf:
    """The one workspace's token, also before it is known which one that is."""
    token = Token(bot_token) if bot_token else None

    async def token_of(_workspace: str) -> Token | None:
        return token

    return token_of


def _authorizer(first: First, bot_token: str) -> Authorize:
    """Bolt's question "whose token?", answered from memory: its own way asks `auth.test` each time."""

    async def authorize(team: str, _enterprise: str) -> AuthorizeResult | None:
        known = first.identity
        if known is None or known.team != team:
            return None
        return AuthorizeResult(
            enterprise_id=None, team_id=team, bot_token=bot_token, bot_id=known.bot_id, bot_user_id=known.bot_user
        )

    return authorize


def _authorizer_of_many(installed: Installed) -> Authorize:
    """The same, where each workspace has a token of its own or its organisation's."""

    async def authorize(team: str, enterprise: str) -> AuthorizeResult | None:
        known = await installed.serving(team, enterprise)
        if known is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise or None,
            team_id=team,
            bot_token=known.token,
            bot_id=known.bot_id,
            bot_user_id=known.bot_user,
        )

    return authorize


def _add_routes(bot: Bot, surface: Surface) -> None:
    async def health(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def ready(_request: web.Request) -> web.Response:
        waiting = bot.waiting_for()
        told: dict[str, object] = {"ready": not waiting, "waiting_for": waiting}
        if bot.settings.audit_sink and (away := await _sink_away(bot)):
            told["audit_sink"] = away  # people are served all the same
        return web.json_response(told, status=503 if waiting else 200)

    bot.application.add_routes([web.get("/healthz", health), web.get("/readyz", ready)])
    if bot.settings.slack_signing_secret.get_secret_value():
        bot.application.add_routes([web.post("/slack/events", surface.post)])


def _metrics(bot: Bot, counts: Counts, looking: Looking) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def metrics(_request: web.Request) -> web.Response:
        seen = await look(bot.store, looking.earliest, bot.clock())
        text = render(counts, seen, ready=not bot.waiting_for(), shared=bot.store.shared)
        return web.Response(body=text.encode(), headers={"Content-Type": CONTENT_TYPE})

    return metrics


async def _sink_away(bot: Bot) -> str:
    """Why heads of the log don't leave the house; empty when they do."""
    try:
        async with bot.store.read() as tx:
            return "; ".join(await sinks.troubles(tx))
    except DatabaseFailure:
        return ""
