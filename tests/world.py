"""The world of the stories: the real bot, a real database, the local Slack and the local VPS.org, and one clock.

People say, click and submit; `seconds_pass` moves the clock and lets the engine do what became due. Nothing is mocked
and nothing waits for luck.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp import web
from sqlalchemy import select

from bot.app import Bot, build
from bot.config import Settings
from bot.domain.verifying import Finding, verify
from bot.sandbox.clock import Clock
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.model import Channel
from bot.sandbox.slack.person import LocalPerson
from bot.sandbox.slack.testing import LocalSlack, LocalTeam
from bot.sandbox.vps import LocalVps
from bot.seams import Seams
from bot.store import audit
from bot.store.engine import Store
from bot.store.migrate import migrate
from bot.store.sealing import Sealer, new_key
from bot.store.tables import metadata

APP = Manifest.read(Path(__file__).resolve().parents[1] / "manifest.yml")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY = new_key()


class World:
    """One workspace with people of every role, a bot that serves it, and a provider with servers.

    `many`: the bot serves whichever workspace installs it, and none has yet; `rotation`: with tokens that end.
    `channel`: Ada has chosen #ops for approvals, too. `given_until`: in the given `database` all that was done already,
    until this time.
    """

    def __init__(
        self,
        folder: Path,
        *,
        socket: bool = False,
        many: bool = False,
        rotation: bool = False,
        channel: bool = False,
        database: str = "",
        given_until: datetime | None = None,
        **settings: Any,
    ) -> None:
        self.clock = Clock(standing_at=MONDAY)
        self.vps = LocalVps(self.clock, fleet="empty")
        manifest = replace(APP, token_rotation=rotation)
        self.slack = LocalSlack(manifest=manifest, clock=self.clock, bot_follows_clock=True)
        self.team: LocalTeam = self.slack.add_team("acme", id="T0ACME", installed=not many)
        self.ada = self._person("ada", "Ada Admin")
        self.olga = self._person("olga", "Olga Operator")
        self.amir = self._person("amir", "Amir Approver")
        self.vera = self._person("vera", "Vera Viewer")
        self.noor = self._person("noor", "Noor Newcomer")
        self.ops: Channel = self.team.add_channel("ops", id="C0OPS", bot=True)
        self.general: Channel = self.team.add_channel("general", id="C0GENERAL")
        self.database = folder / "bot.db"
        self._own_file = not database
        self.plain = not (many or rotation or settings)
        self.channel = channel
        self.given_until = given_until
        self.database_url = database or f"sqlite+aiosqlite:///{self.database}"
        self.settings: dict[str, Any] = {"poll_interval": 1, "encryption_keys": KEY}
        if many:
            self.settings |= {
                "slack_client_id": self.slack.client_id,
                "slack_client_secret": self.slack.client_secret,
                "slack_bot_token": "",
                "vps_api_token": "",
            }
        else:
            self.settings["admins"] = self.ada.id
        self.settings |= settings
        if socket:
            self.settings["slack_app_token"] = self.slack.app_token
            self.slack.socket_mode = True
        self.seams = Seams(clock=self.clock.now, sleep=_no_pause, ping=0.2)
        self.patience = 60.0  # seconds for the acknowledgements under way at a stop
        self.bot: Bot
        self._runner: web.AppRunner | None = None

    def _person(self, name: str, real_name: str) -> LocalPerson:
        return self.team.add_person(name, id=f"U0{name.upper()}", real_name=real_name)

    async def open(self, *, roles: bool = True) -> None:
        """Starts everything; unless told otherwise, Ada has given the others the roles that their names say.

        Where it can, that was done once, in the database that each story gets a copy of.
        """
        if self._own_file and not self.database.exists():
            made = await _made(_Done(roles and self.plain, self.channel))
            self.database.touch(mode=0o600)
            self.database.write_bytes(made.database)
            self.given_until = made.until if roles and self.plain else None
        if self.given_until:
            self.clock.move(seconds=(self.given_until - self.clock.now()).total_seconds())
        await self.vps.start()
        await self.slack.start()
        await self.start_bot()
        self.vps.clear_calls()  # a story counts what its people cause, not how the account was found out
        if roles and not self.given_until:
            await self.give_roles()
            if self.channel:
                await self.choose_channel()

    async def give_roles(self) -> None:
        """Ada gives the others the roles that their names say, and they are told."""
        for person, role in ((self.olga, "operator"), (self.amir, "approver"), (self.vera, "viewer")):
            await self.ada.says(f"/vps access grant @{person.name} {role}", in_=self.ada.direct)
        await self.seconds_pass(5)

    async def choose_channel(self, approvals: str = "1 approval") -> None:
        """Ada says where consent is asked for, and how much of it a deletion takes."""
        await self.ada.says("/vps settings", in_=self.ada.direct)
        await self.settle()
        await self.ada.clicks("Change…")
        await self.settle()
        await self.ada.chooses("Approvals channel", self.ops)
        await self.ada.chooses("A deletion takes", approvals)
        assert await self.ada.submits() == {}
        await self.settle()
        await self.ada.closes_dialog()

    async def close(self) -> None:
        """Stops everything. A story that broke one of Slack's rules fails here, unless it forgave them."""
        await self.stop_bot()
        await self.slack.stop()
        await self.vps.stop()

    async def start_bot(self, **changed: Any) -> None:
        """Starts a bot on the same database; its engine runs only when the story lets time pass."""
        self.settings |= changed
        self.bot = build(self._settings(), self.seams)
        await self.bot.start(engine=False)
        self._runner = web.AppRunner(self.bot.application, access_log=None, shutdown_timeout=self.patience)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.slack.request_url = f"{self.bot_url}/slack/events"
        await self._until_connected()

    async def _until_connected(self) -> None:
        """Waits until Slack has greeted the bot on a socket, where there is one."""
        async with asyncio.timeout(5):
            while self.bot.socket and not self.bot.socket.connected:
                await asyncio.sleep(0.01)

    async def stop_bot(self) -> None:
        """Stops the bot as SIGTERM does."""
        if self._runner:
            runner, self._runner = self._runner, None
            await self.bot.stop(runner.cleanup)

    async def crash_bot(self) -> None:
        """Ends the bot as a power cut does: what is under way is dropped, nothing more is written or said."""
        assert self._runner is not None
        answering = ("answer ", "later ", "send ")
        under_way = [task for task in asyncio.all_tasks() if task.get_name().startswith(answering)]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._runner.cleanup()
        self._runner = None
        for close in reversed(self.bot.closing):
            await close()

    async def restart(self, **changed: Any) -> None:
        """Stops the bot and starts another one on the same database."""
        await self.stop_bot()
        await self.start_bot(**changed)

    @property
    def bot_url(self) -> str:
        """Where the bot listens."""
        assert self._runner is not None
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    @asynccontextmanager
    async def replica(self) -> AsyncIterator[str]:
        """Another bot on the same database, which has to be a PostgreSQL: where it takes Slack's requests."""
        other = build(self._settings(), self.seams)
        await other.start(engine=False)
        runner = web.AppRunner(other.application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        try:
            yield f"http://{host}:{port}/slack/events"
        finally:
            await other.stop(runner.cleanup)

    async def settle(self) -> None:
        """Lets the answers that are under way arrive, and the engine do what is due now."""
        await self.bot.door.answerer.drain(5)
        await self.bot.engine.run_due(self.clock.now())
        await self.bot.door.answerer.drain(5)

    async def seconds_pass(self, seconds: float) -> None:
        """Moves the clock, stopping wherever something is due on the way, so that nothing is jumped over."""
        until = self.clock.now() + timedelta(seconds=seconds)
        await self.settle()
        while self.clock.now() < until:
            due = await self.bot.engine.next_due()
            step = until if due is None else min(until, max(due, self.clock.now() + timedelta(seconds=0.2)))
            self.clock.move(seconds=(step - self.clock.now()).total_seconds())
            await self.settle()

    async def minutes_pass(self, minutes: float) -> None:
        """The same, in minutes."""
        await self.seconds_pass(minutes * 60)

    def has_server(self, name: str = "web-1", status: str = "active", **fields: Any) -> Any:
        """A server at the provider."""
        return self.vps.add_server(name, status=status, **fields)

    def reboots(self) -> int:
        """How often the provider was told to reboot something."""
        return len(self.vps.calls(action="reboot"))

    async def audit_trail(self) -> list[str]:
        """The log as `action outcome`, oldest first, without the beginning that every story has."""
        async with self.bot.store.read() as tx:
            entries = [entry async for entry in audit.stream(tx, self.team.id)]
        return [f"{entry.action} {entry.outcome}" for entry in entries if entry.action.startswith("power.")]

    async def log(self) -> list[str]:
        """Every entry as `actor action target: reason`, oldest first."""
        async with self.bot.store.read() as tx:
            return [f"{e.actor} {e.action} {e.target}: {e.reason}" async for e in audit.stream(tx, self.team.id)]

    async def verified(self) -> int | Finding:
        """The number of entries of a log that is whole, else what is wrong with it."""
        async with self.bot.store.read() as tx:
            entries = [entry async for entry in audit.stream(tx, self.team.id)]
            head = await audit.head(tx, self.team.id)
        return verify(entries, head, check=audit.good_signature)

    async def kept(self) -> bytes:
        """All that the database keeps, for those who look for what must not stand there in clear."""
        if self.database.exists():
            return b"".join(path.read_bytes() for path in self.database.parent.glob(f"{self.database.name}*"))
        async with self.bot.store.read() as tx:
            tables = [await tx.connection.execute(select(table)) for table in metadata.sorted_tables]
            return repr([result.all() for result in tables]).encode()

    def _settings(self) -> Settings:
        return Settings.model_validate(
            {
                "slack_signing_secret": self.slack.signing_secret,
                "slack_bot_token": self.team.bot_token,
                "slack_api_url": self.slack.api_url,
                "vps_api_url": self.vps.url,
                "vps_api_token": self.vps.token,
                "database_url": self.database_url,
            }
            | self.settings
        )


@dataclass(frozen=True, slots=True)
class Made:
    """A SQLite file in which something was done until a time."""

    database: bytes
    until: datetime


class _Done(NamedTuple):
    """What was done in a database that stories get copies of."""

    roles: bool
    channel: bool


_MADE: dict[_Done, Made] = {}


async def _made(done: _Done) -> Made:
    """A migrated file in which that was done: made once, each story has its own copy."""
    if done not in _MADE:
        with tempfile.TemporaryDirectory(prefix="vpsbot-made-") as folder:
            _MADE[done] = await _make(Path(folder), done)
    return _MADE[done]


async def _make(folder: Path, done: _Done) -> Made:
    if not done.roles:
        store = Store(f"sqlite+aiosqlite:///{folder / 'bot.db'}", Sealer(KEY))
        await migrate(store)
        await store.close()
        return Made((folder / "bot.db").read_bytes(), MONDAY)
    world = World(folder)
    try:
        await world.open(roles=False)
        await world.give_roles()
        if done.channel:
            await world.choose_channel()
    finally:
        await world.close()
    return Made(world.database.read_bytes(), world.clock.now())


async def _no_pause(_seconds: float) -> None:
    """Between the tries of a read nobody has to wait: the local VPS.org is not hurt."""


@asynccontextmanager
async def a_world(
    folder: Path,
    *,
    roles: bool = True,
    socket: bool = False,
    many: bool = False,
    rotation: bool = False,
    channel: bool = False,
    database: str = "",
    given_until: datetime | None = None,
    **settings: Any,
) -> AsyncIterator[World]:
    """A world that is opened and closed; leaving it checks that the bot broke none of Slack's rules."""
    world = World(
        folder,
        socket=socket,
        many=many,
        rotation=rotation,
        channel=channel,
        database=database,
        given_until=given_until,
        **settings,
    )
    try:
        await world.open(roles=roles and not many)
        yield world
    finally:
        await world.close()
    assert world.slack.problems() == [], "the bot broke a rule of Slack's"
