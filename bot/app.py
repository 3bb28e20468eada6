"""The composition root: what the bot can do (FEATURES, NOTICES), and how its rooms are put together (`build`)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from aiohttp import web
from slack_bolt.authorization import AuthorizeResult

from bot.answers import Answerer
from bot.config import Settings
from bot.domain.notices import Notice, NoticeKind
from bot.domain.operations import Kind
from bot.engine.embedded import Embedded
from bot.features.access import asking_views
from bot.features.access import handlers as access
from bot.features.access import views as access_views
from bot.features.approvals import card_views
from bot.features.approvals import handlers as approvals
from bot.features.audit import handlers as audit
from bot.features.connect import handlers as connect
from bot.features.create import handlers as create
from bot.features.delete import handlers as delete
from bot.features.edit import handlers as edit
from bot.features.glass import handlers as glass
from bot.features.guide import handlers as guide
from bot.features.members import handlers as members
from bot.features.power import handlers as power
from bot.features.power import views as power_views
from bot.features.servers import handlers as servers
from bot.features.settings import handlers as settings_feature
from bot.features.settings import views as settings_views
from bot.first import First
from bot.guard import Door
from bot.ids import new_id
from bot.installs import Installs
from bot.operations.parts import Parts
from bot.operations.telling import Facts, Render, Teller
from bot.routing import Router
from bot.slack.blocks import Message
from bot.slack.channels import Channels
from bot.slack.installation import Pages
from bot.slack.people import People
from bot.slack.socket import PING, Socket
from bot.slack.surface import MAX_BODY, Authorize, Surface
from bot.slack.web import Client, Token, TokenOf, Web
from bot.slack.web import Witness as SlackWitness
from bot.store.engine import DatabaseProblem, Store, Witness
from bot.store.migrate import is_newest, migrate
from bot.store.sealing import Sealer
from bot.vps.caller import Sleep
from bot.vps.client import VpsClient
from bot.vps.http import HttpSend
from bot.vps.wire import Send
from bot.work import Looking
from bot.workspaces.directory import Directory
from bot.workspaces.installed import Installed
from bot.workspaces.snapshots import Snapshots

FEATURES = (
    guide.router,
    servers.router,
    power.router,
    create.router,
    edit.router,
    delete.router,
    approvals.router,
    glass.router,
    access.router,
    connect.router,
    settings_feature.router,
    audit.router,
    members.router,
)


def _by_consent(without: Render, with_consent: Render) -> Render:
    """One message of a request, worded by whether others have a word in it."""

    def render(notice: Notice, facts: Facts, now: datetime) -> Message | None:
        request = facts.request
        consented = request and (request.needed or request.broke_glass or request.kind is Kind.DELETE)
        return (with_consent if consented else without)(notice, facts, now)

    return render


NOTICES: dict[NoticeKind, Render] = {
    NoticeKind.CARD: _by_consent(power_views.card, card_views.card),
    NoticeKind.OUTCOME: _by_consent(power_views.outcome, card_views.outcome),
    NoticeKind.GLASS: card_views.alarm,
    NoticeKind.OVERDUE: power_views.overdue,
    NoticeKind.REMINDER: card_views.reminder,
    NoticeKind.SETTINGS: settings_views.told,
    NoticeKind.ROLE: access_views.told,
    NoticeKind.ROLE_ENDS: access_views.ends_soon,
    NoticeKind.ACCESS_ASKED: asking_views.card,
    NoticeKind.ACCESS_ANSWERED: asking_views.answered,
}

DRAIN = 8.0
"""Seconds that calls and answers under way get to finish at a stop."""

log = structlog.get_logger()


def router() -> Router:
    """All features as one router."""
    everything = Router()
    for feature in FEATURES:
        everything.include(feature)
    return everything


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Seams:
    """Where the bot touches what tests want to move or see: clock, provider, pauses, commits, calls of Slack."""

    clock: Callable[[], datetime] = _now
    send: Send | None = None
    sleep: Sleep = asyncio.sleep
    witness: Witness | None = None
    slack: SlackWitness | None = None
    ping: float = PING


@dataclass
class Bot:
    """A bot that is put together; `start` and `stop` bring it up and down."""

    settings: Settings
    store: Store
    engine: Embedded
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
        self.store.lock()
        if self.settings.migrate:
            await migrate(self.store)
        elif not await is_newest(self.store):
            raise DatabaseProblem(
                "The database's schema is an older one. Run `vpsbot migrate`, or unset VPSBOT_MIGRATE."
            )
        await self.first.report_unreadable()
        self.ready.add("database")
        await self.first.find()
        if engine:
            self._tasks.append(asyncio.create_task(self.engine.run(), name="engine"))
        if self.socket:
            self._tasks.append(asyncio.create_task(self.socket.run(), name="socket mode"))

    def waiting_for(self) -> list[str]:
        """What is missing before people can be served; empty when nothing is."""
        conditions = {
            "database": "database" in self.ready,
            "slack": self.first.ready,
            "socket": self.socket is None or self.socket.connected,
        }
        return [name for name, there in conditions.items() if not there]

    async def stop(self) -> None:
        """Takes no new work, lets what is under way finish, and gives everything back."""
        if self.socket:
            await self.socket.stop(DRAIN)
        await self.engine.stop(DRAIN)
        await self.door.answerer.drain(DRAIN)
        for ended in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                log.error("a task ended badly", exc_info=ended)
        for close in reversed(self.closing):
            await close()


def build(settings: Settings, seams: Seams | None = None) -> Bot:
    """Puts the rooms together. Raises KeyProblem, DatabaseProblem, ValueError with a sentence."""
    seams = seams or Seams()
    store = Store(settings.database_url, Sealer(settings.encryption_keys.get_secret_value()), witness=seams.witness)
    http = HttpSend(total_timeout=settings.provider_timeout)
    client = VpsClient(settings.vps_api_url, send=seams.send or http, sleep=seams.sleep)
    bot_token = settings.slack_bot_token.get_secret_value()
    snapshots = Snapshots(store, installed=settings.many)
    installed = Installed(store, snapshots, seams.clock)
    token_of = installed.token_of if settings.many else _only(bot_token)
    slack = Web(settings.slack_api_url, token_of, witness=seams.slack)
    directory = Directory(client, snapshots, seams.clock)
    engine = _Later()
    parts = Parts(
        store=store,
        snapshots=snapshots,
        directory=directory,
        people=People(slack, seams.clock),
        channels=Channels(slack, seams.clock),
        clock=seams.clock,
        new_id=new_id,
        wake=engine.wake,
        poll=timedelta(seconds=settings.poll_interval),
        timeout=timedelta(seconds=settings.provider_timeout),
    )
    first = First(parts, slack, settings.admins, settings.vps_api_token.get_secret_value(), many=settings.many)
    app = Client(settings.slack_client_id, settings.slack_client_secret.get_secret_value())
    installs = Installs(parts, slack, app, first)
    door = Door(router(), parts, Answerer(slack), first.seed_admins)
    looking = Looking(parts, Teller(parts, slack, NOTICES), door.take_up, installs.renew if settings.many else None)
    engine.engine = Embedded(looking, seams.clock)
    surface = Surface(
        settings.slack_signing_secret.get_secret_value(),
        dispatch=door.dispatch,
        authorize=_authorizer_of_many(installed) if settings.many else _authorizer(first, bot_token),
        clock=seams.clock,
        ready=lambda: first.ready,
    )
    app_token = settings.slack_app_token.get_secret_value()
    socket = Socket(partial(slack.open_socket, app_token), surface.take_again, ping=seams.ping) if app_token else None
    bot = Bot(
        settings=settings,
        store=store,
        engine=engine.engine,
        parts=parts,
        door=door,
        application=web.Application(client_max_size=MAX_BODY),
        first=first,
        socket=socket,
        closing=[store.close, http.close, slack.close, first.close],
    )
    _add_routes(bot, surface)
    if settings.many:
        pages = Pages(slack, app, settings.slack_api_url, clock=seams.clock, use=installs.use, keep=installs.keep)
        bot.application.add_routes(
            [
                web.get("/slack/install", pages.start, allow_head=False),
                web.get("/slack/oauth_redirect", pages.finish, allow_head=False),
            ]
        )
    return bot


@dataclass
class _Later:
    """The engine's `wake` before there is an engine: parts and engine need each other."""

    engine: Embedded | None = None

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
        return web.json_response({"ready": not waiting, "waiting_for": waiting}, status=503 if waiting else 200)

    bot.application.add_routes([web.get("/healthz", health), web.get("/readyz", ready)])
    if bot.settings.slack_signing_secret.get_secret_value():
        bot.application.add_routes([web.post("/slack/events", surface.post)])
