"""Where the bot works while it is measured: the local Slack and the local VPS.org, in this process."""

import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.slack.model import Channel
from bot.sandbox.slack.testing import LocalSlack, LocalTeam
from bot.sandbox.vps import LocalVps
from bot.store.sealing import new_key

MANIFEST = Path(__file__).resolve().parents[1] / "manifest.yml"
CHANNELS = 100
"""Slack takes one message a second in each channel: cards and outcomes must not queue for that."""

BOT = ("bot.cli", "serve")


@dataclass(frozen=True)
class Place:
    """A workspace, a provider, and the environment in which the bot serves them."""

    slack: LocalSlack
    team: LocalTeam
    database: Path
    servers: tuple[str, ...]
    channels: tuple[str, ...]
    approvals: Channel
    environment: Mapping[str, str]

    async def admit(self, port: int) -> None:
        """Ada, the admin, makes Olga an operator; the local Slack delivers it to the bot on this port."""
        self.slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        ada, olga = self.team.people["ada"], self.team.people["olga"]
        await ada.says(f"/vps access grant @{olga.name} operator", in_=ada.direct)
        assert ada.sees("operator"), ada.screen()

    def forget_database(self) -> None:
        """The next bot starts with a new one."""
        for file in self.database.parent.glob(f"{self.database.name}*"):
            file.unlink()

    def count(self, query: str) -> int:
        """A number from the bot's database."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return int(database.execute(query).fetchone()[0])


@asynccontextmanager
async def a_place(folder: Path, name: str, *, servers: int) -> AsyncIterator[Place]:
    """A workspace of two people, `servers` active servers at the provider, and no database yet."""
    names = tuple(f"web-{n:04}" for n in range(servers))
    vps = LocalVps(fleet="empty", reboot_seconds=1.0)
    for name in names:
        vps.add_server(name)
    slack = LocalSlack(manifest=MANIFEST)
    team = slack.add_team("acme", id="T0ACME")
    ada = team.add_person("ada", id="U0ADA", real_name="Ada Admin")
    team.add_person("olga", id="U0OLGA", real_name="Olga Operator")
    channels = tuple(team.add_channel(f"ops-{n}", bot=True).id for n in range(CHANNELS))
    approvals = team.add_channel("approvals", bot=True)
    database = folder / f"{name}.db"
    async with vps, slack:
        environment = {
            "HOST": "127.0.0.1",
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_BOT_TOKEN": team.bot_token,
            "SLACK_API_URL": slack.api_url,
            "VPS_API_URL": vps.url,
            "VPS_API_TOKEN": vps.token,
            "DATABASE_URL": f"sqlite+aiosqlite:///{database}",
            "VPSBOT_ENCRYPTION_KEYS": new_key(),
            "VPSBOT_ADMINS": ada.id,
            "BENCH_DATABASE": str(folder / "bolt-row.db"),
        }
        yield Place(slack, team, database, names, channels, approvals, environment)
