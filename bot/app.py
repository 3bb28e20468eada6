"""The composition root: what the bot can do (FEATURES, NOTICES), and how its rooms are put together (`build`)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
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
from bot.engine.tickets import Engine, Work
from bot.features.access import asking_views
from bot.features.access import handlers as access
from bot.features.access import views as access_views
from bot.features.approvals import handlers as approvals
from bot.features.approvals import views as approvals_views
from bot.features.audit import handlers as audit
from bot.features.connect import handlers as connect
from bot.features.delete import handlers as delete
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
from bot.operations.parts import Parts
from bot.operations.telling import Facts, Render, Teller
from bot.routing import Router
from bot.slack.blocks import Message
from bot.slack.channels import Channels
from bot.slack.people import People
from bot.slack.socket import PING, Socket
from bot.slack.surface import MAX_BODY, Surface
from bot.slack.web import Web
from bot.slack.web import Witness as SlackWitness
from bot.store.clock import SharedClock
from bot.store.engine import DatabaseProblem, Store, Witness
from bot.store.migrate import is_newest, migrate
from bot.store.sealing import Sealer
from bot.vps.caller import Sleep
from bot.vps.client import VpsClient
from bot.vps.http import HttpSend
from bot.vps.wire import Send
from bot.work import Looking
from bot.workspaces.directory import Directory
from bot.workspaces.snapshots import Snapshots

FEATURES = (
    guide.router,
    servers.router,
    power.router,
    delete.router,
    approvals.router,
    access.router,
    connect.router,
    settings_feature.router,
    audit.router,
    members.router,
)


def _by_kind(usual: Render, others: Mapping[Kind, Render]) -> Render:
    """One message of a request, worded by what was asked for."""

    def render(notice: Notice, facts: Facts, now: datetime) -> Message | None:
        words = others.get(facts.request.kind, usual) if facts.request else usual
        return words(notice, facts, now)

    return render


NOTICES: dict[NoticeKind, Render] = {
    NoticeKind.CARD: _by_kind(power_views.card, {Kind.DELETE: approvals_views.card}),
    NoticeKind.OUTCOME: _by_kind(power_views.outcome, {Kind.DELETE: approvals_views.outcome}),
    NoticeKind.OVERDUE: power_views.overdue,
    NoticeKind.REMINDER: approvals_views.reminder,
    NoticeKind.SETTINGS: settings_views.told,
    NoticeKind.ROLE: access_views.told,
    NoticeKind.ROLE_ENDS: access_views.ends_soon,
    NoticeKind.ACCESS_ASKED: asking_views.card,
    NoticeKind.ACCESS_ANSWERED: asking_views.answered,
}

DRAIN = 6.0
"""Seconds that calls and answers under way get to finish at a stop."""

GONE_AFTER = 30.0
"""Seconds without a sign of life after which other replicas take over a replica's work."""

AFTER_A_CALL = 5.0
"""Seconds that are left at least between the longest call of the provider and such a take-over."""

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
    """Where the bot touches what tests want to move or see: clock, provider, pauses, commits, calls of Slack.

    `moved`: how far tests have moved everybody's time, the database's included.
    """

    clock: Callable[[], datetime] = _now
    moved: Callable[[], timedelta] = timedelta
    send: Send | None = None
    sleep: Sleep = asyncio.sleep
    witness: Witness | None = None
    slack: SlackWitness | None = None
    ping: float = PING
    gone_after: float = GONE_AFTER


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
        if engine:
            self._tasks.append(asyncio.create_task(self.engine.run(), name="engine"))
        if self.socket:
            self._tasks.append(asyncio.create_task(self.socket.run(), name="socket mode"))

    def waiting_for(self) -> list[str]:
        """What is missing before people can be served; empty when nothing is."""
        conditions = {
            "database": "database" in self.ready,
            "slack": self.first.identity is not None,
            "socket": self.socket is None or self.socket.connected,
        }
        return [name for name, there in conditions.items() if not there]

    async def stop(self) -> None:
        """Takes no new work, lets what is under way finish, and gives everything back."""
        await asyncio.gather(
            self.engine.stop(DRAIN),
            self.door.answerer.drain(DRAIN),
            *([self.socket.stop(DRAIN)] if self.socket else []),
        )
        await self.door.answerer.drain(0.5)  # what the last envelopes brought
        for ended in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                log.error("a task ended badly", exc_info=ended)
        for close in reversed(self.closing):
            await close()


def build(settings: Settings, seams: Seams | None = None) -> Bot:
    """Puts the rooms together. Raises KeyProblem, DatabaseProblem, ValueError with a sentence."""
    seams = seams or Seams()
    store = Store(settings.database_url, Sealer(settings.encryption_keys.get_secret_value()), witness=seams.witness)
    clock = SharedClock(store, seams.clock, seams.moved)
    http = HttpSend(total_timeout=settings.provider_timeout)
    client = VpsClient(settings.vps_api_url, send=seams.send or http, sleep=seams.sleep)
    bot_token = settings.slack_bot_token.get_secret_value()
    slack = Web(settings.slack_api_url, lambda _workspace: bot_token or None, witness=seams.slack)
    snapshots = Snapshots(store, clock)
    directory = Directory(client, snapshots, clock)
    engine = _Later()
    parts = Parts(
        store=store,
        snapshots=snapshots,
        directory=directory,
        people=People(slack, clock),
        channels=Channels(slack, clock),
        clock=clock,
        new_id=new_id,
        wake=engine.wake,
        poll=timedelta(seconds=settings.poll_interval),
        timeout=timedelta(seconds=settings.provider_timeout),
    )
    first = First(parts, slack, settings.admins, settings.vps_api_token.get_secret_value())
    door = Door(router(), parts, Answerer(slack), first.seed_admins)
    looking = Looking(parts, Teller(parts, slack, NOTICES), door.take_up)
    engine.engine = _engine(store, looking, clock, max(seams.gone_after, settings.provider_timeout + AFTER_A_CALL))
    surface = Surface(
        settings.slack_signing_secret.get_secret_value(),
        dispatch=door.dispatch,
        authorize=_authorizer(first, bot_token),
        clock=clock,
        ready=lambda: first.identity is not None,
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
        closing=[store.close, http.close, slack.close, first.close],
    )
    _add_routes(bot, surface)
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


def _authorizer(first: First, bot_token: str) -> Callable[[str], AuthorizeResult | None]:
    """Bolt's question "whose token?", answered from memory: its own way asks `auth.test` each time."""

    def authorize(team: str) -> AuthorizeResult | None:
        known = first.identity
        if known is None or known.team != team:
            return None
        return AuthorizeResult(
            enterprise_id=None, team_id=team, bot_token=bot_token, bot_id=known.bot_id, bot_user_id=known.bot_user
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
