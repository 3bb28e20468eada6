"""What one round plays on: the bot in a process of its own, its database, the local Slack and the local VPS.org.

Time runs; a test moves it ahead for all of them at once, the bot included.
"""

import json
import mmap
import signal
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from bot.domain.operations import CATALOG, Kind, State
from bot.domain.servers import Status
from bot.sandbox.clock import Clock
from bot.sandbox.slack.log import Exchange
from bot.sandbox.slack.testing import LocalPerson, LocalSlack
from bot.sandbox.vps import Call, LocalVps, Server
from tests.faults.child import AHEAD
from tests.faults.databases import Prepared, Watch, empty
from tests.faults.process import BotProcess
from tests.world import APP, KEY

A_MINUTE_LATER = 65
"""Seconds after which everything that a dead process had taken for itself is due again."""

GONE_AFTER = 6.0
"""Seconds until replicas take over from one that is gone: longer than the provider's patience here, as it has to be."""


_ASKED = ("command", "block_actions", "view_submission")

_WAITING_FOR_LONG = (
    f"SELECT id FROM operations WHERE (state = '{State.REQUESTED}' AND kind = '{Kind.DELETE}')"
    f" OR (state = '{State.APPROVED}' AND calls > 0)"
)


ACTIONS = {Kind.RENAME: "edit", Kind.EDIT: "replace"}
"""How the provider's record calls what people call otherwise."""


class SharedClock(Clock):
    """A running clock that another process follows through a file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        path.write_bytes(AHEAD.pack(0.0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), AHEAD.size)

    def move(self, **amount: float) -> None:
        """Moves ahead, here and there."""
        super().move(**amount)
        self._shared[:] = AHEAD.pack(self._moved.total_seconds())


class Stage:
    """A workspace with its people, a provider with one or two servers, and a bot process, or several.

    `database` makes its database; without it, the bot starts with an empty one.
    """

    def __init__(self, folder: Path, kind: Kind, *, database: Prepared | None, settings: Mapping[str, str]) -> None:
        folder.mkdir()
        self.kind = kind
        self.clock = SharedClock(folder / "clock")
        self.database_url = (database or empty)(folder)
        self.watch = Watch(self.database_url)
        self.apart = timedelta()  # how far the bot's clock may be from the provider's
        self.vps = LocalVps(
            self.clock, fleet="empty", provision_seconds=0.4, start_seconds=0.2, stop_seconds=0.2, reboot_seconds=0.3
        )
        self.slack = LocalSlack(manifest=APP, clock=self.clock, bot_follows_clock=True)
        self.team = self.slack.add_team("acme", id="T0ACME")
        self.ada, self.olga, self.amir, self.nina, self.noor = (
            self.team.add_person(name, id=f"U0{name.upper()}") for name in ("ada", "olga", "amir", "nina", "noor")
        )
        self.ops = self.team.add_channel("ops", id="C0OPS", bot=True)
        self.general = self.team.add_channel("general", id="C0GENERAL")
        self.processes: list[BotProcess] = []
        self.settings = dict(settings)

    async def open(self) -> None:
        """Starts the local Slack and the local VPS.org."""
        await self.vps.start()
        await self.slack.start()

    async def close(self) -> None:
        """Ends everything."""
        for each in self.processes:
            each.close()
        self.watch.remove()
        await self.slack.stop()
        await self.vps.stop()

    async def start(self, *, kill_at: str = "", stop_at: str = "") -> BotProcess:
        """Starts the bot, to be killed or stopped at a point; it listens when this returns, unless it is dead."""
        process = self.launch(kill_at=kill_at, stop_at=stop_at)
        await self.listens(process)
        return process

    def launch(self, *, kill_at: str = "", stop_at: str = "", skew: float = 0) -> BotProcess:
        """The same without waiting. `skew`: by how many seconds the machine's clock is wrong."""
        process = BotProcess(self._environment() | _fault(kill_at, stop_at) | {"FAULT_SKEW": str(skew)})
        self.processes.append(process)
        return process

    async def listens(self, process: BotProcess) -> bool:
        """Waits until the bot listens and tells Slack where; False when it ended before."""
        if not await process.listens():
            return False
        self.slack.request_url = f"{process.address}/slack/events"
        return True

    def has_server(self, name: str = "web-1") -> None:
        """A server for which this kind of change makes sense."""
        self.vps.add_server(name, status=self.old)

    @property
    def old(self) -> str:
        """The status that a server has before the change."""
        return Status.STOPPED if self.kind is Kind.START else Status.ACTIVE

    @property
    def wanted(self) -> str:
        """The status that the change is for."""
        wanted = CATALOG[self.kind].wanted
        assert wanted is not None
        return wanted

    @property
    def verb(self) -> str:
        """What people type, such as reboot or delete."""
        return self.kind.value

    @property
    def action(self) -> str:
        """What the provider's record calls it."""
        return ACTIONS.get(self.kind, self.kind.value)

    @property
    def people(self) -> tuple[LocalPerson, ...]:
        """Everybody who may have asked for something."""
        return self.ada, self.olga, self.amir, self.nina, self.noor

    def calls(self, *, action: str | None = None, server: str | None = None) -> list[Call]:
        """What the provider was told."""
        return self.vps.calls(action=action, server=server)

    def servers(self) -> list[Server]:
        """What the account has now."""
        return self.vps.servers()

    def server(self, ref: str) -> Server:
        """One of them."""
        return self.vps.server(ref)

    def at_rest(self) -> bool:
        """Whether nothing waits in the database: no operation, no promised message, no kept delivery."""
        return self.watch.waiting() == 0

    def waits_for_long(self) -> bool:
        """Whether a deletion waits for people, or anything for a provider that said when it may be called again."""
        return bool(self.watch.read(_WAITING_FOR_LONG))

    def asked(self) -> list[Exchange]:
        """Commands and clicks as they were sent to the bot, oldest first."""
        return [each for each in self.slack.deliveries() if each.kind in _ASKED]

    def decided(self, **policy: object) -> None:
        """The workspace's policy says so, as if it had been saved."""
        [settings] = self.watch.read("SELECT settings FROM workspaces")
        kept = json.loads(settings) if isinstance(settings, str) else settings
        kept["policy"] |= policy
        self.watch.write(f"UPDATE workspaces SET settings = '{json.dumps(kept)}'")

    @property
    def bot_alive(self) -> bool:
        """Whether the newest bot process is there."""
        return self.processes[-1].alive

    @property
    def stood(self) -> bool:
        """Whether a bot process was stopped and went on, and so may have been late for what can't wait."""
        return any(each.stood for each in self.processes)

    def acknowledged(self) -> bool:
        """Whether the last command or click got its 200."""
        return bool(self.asked()) and self.asked()[-1].status == 200

    def _environment(self) -> dict[str, str]:
        return {
            "HOST": "127.0.0.1",
            "PORT": "0",
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_BOT_TOKEN": self.team.bot_token,
            "SLACK_API_URL": self.slack.api_url,
            "VPS_API_URL": self.vps.url,
            "VPS_API_TOKEN": self.vps.token,
            "DATABASE_URL": self.database_url,
            "VPSBOT_ADMINS": self.ada.id,
            "VPSBOT_ENCRYPTION_KEYS": KEY,
            "VPSBOT_POLL_INTERVAL": "0.2",
            "VPSBOT_PROVIDER_TIMEOUT": "1",
            "VPSBOT_LOG": "json",
            "FAULT_CLOCK": str(self.clock.path),
            "FAULT_GONE_AFTER": str(GONE_AFTER),
            **self.settings,
        }


def _fault(kill_at: str, stop_at: str) -> dict[str, str]:
    sign = signal.SIGSTOP if stop_at else signal.SIGKILL
    return {"FAULT_AT": stop_at or kill_at, "FAULT_SIGNAL": sign.name}
