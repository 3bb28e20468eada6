"""Many workspaces in one bot, each with people, an account of its own and a channel.

They are written down as installing, connecting and granting leave them: going that way takes each a tenth of a second.
The stories of installing go it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.audit import BOT
from bot.domain.operations import Kind
from bot.domain.roles import Grant, Role, SubjectKind
from bot.domain.schedules import Every, Schedule, When
from bot.ids import new_id
from bot.operations.watching import EVERY
from bot.sandbox.slack.model import Channel
from bot.sandbox.slack.testing import LocalPerson, LocalSlack, LocalTeam
from bot.sandbox.vps import Call, LocalVps, Server
from bot.store import fleet, installations, members, schedules, workspaces
from bot.store.engine import Store
from bot.store.installations import Installation
from bot.store.sealing import Sealer
from bot.vps.dialects import Dialect
from tests.faults.stage import Stage
from tests.world import KEY


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One workspace of many. `token` is that of its account at the provider."""

    team: LocalTeam
    ada: LocalPerson
    olga: LocalPerson
    ops: Channel
    token: str


class Corner:
    """A stage with many workspaces, as one of them sees it when all is over: what a judge looks at."""

    def __init__(self, stage: Stage, neighbour: Neighbour) -> None:
        self.stage = stage
        self.neighbour = neighbour
        self._calls = stage.vps.calls(token=neighbour.token)

    @property
    def team(self) -> LocalTeam:
        """The workspace."""
        return self.neighbour.team

    @property
    def database_url(self) -> str:
        """The database that all share."""
        return self.stage.database_url

    @property
    def apart(self) -> timedelta:
        """How far the bot's clock may be from the provider's."""
        return self.stage.apart

    @property
    def ada(self) -> LocalPerson:
        """Its admin."""
        return self.neighbour.ada

    @property
    def people(self) -> tuple[LocalPerson, ...]:
        """Everybody who may have asked for something."""
        return self.neighbour.ada, self.neighbour.olga

    @property
    def slack(self) -> LocalSlack:
        """The Slack that all share."""
        return self.stage.slack

    @property
    def stood(self) -> bool:
        """Whether one of the bot's processes was stopped and went on."""
        return self.stage.stood

    def calls(self, *, action: str | None = None, server: str | None = None) -> list[Call]:
        """What the provider was told with its token."""
        return [each for each in self._calls if action in (None, each.action) and server in (None, each.server)]

    def servers(self) -> list[Server]:
        """What its account has now."""
        return self.stage.vps.servers(self.neighbour.token)

    def server(self, ref: str) -> Server:
        """One of them."""
        return self.stage.vps.server(ref, token=self.neighbour.token)

    def acknowledged(self) -> bool:
        """Whether the last command got its 200. What fails in a dialog is shown there, as long as it is open."""
        mine = [each for each in self.stage.asked() if each.team == self.team.id and each.kind == "command"]
        return not mine or mine[-1].status == 200


def neighbours(slack: LocalSlack, vps: LocalVps, count: int) -> tuple[Neighbour, ...]:
    """So many workspaces at the local Slack and the local VPS.org; no bot knows them yet."""
    return tuple(_neighbour(slack, vps, number) for number in range(1, count + 1))


async def keep(store: Store, known: Sequence[Neighbour], now: datetime) -> None:
    """They have installed the app, connected their accounts, and made Ada the admin and Olga an operator."""
    for each in known:
        async with store.begin("neighbours", each.team.id) as tx:
            await workspaces.ensure(tx, each.team.id, now)
            await installations.put(tx, _installation(each, now))
            await workspaces.connect(
                tx,
                each.team.id,
                token=each.token,
                dialect=Dialect.DOCUMENTED,
                account=f"{each.team.name}@example.com",
                by=each.ada.id,
                now=now,
            )
            for who, role in ((each.ada, Role.ADMIN), (each.olga, Role.OPERATOR)):
                grant = Grant(new_id(now), SubjectKind.USER, who.id, role, None, None, BOT, now)
                await members.put(tx, each.team.id, grant)


async def move_in(stage: Stage, count: int) -> tuple[Neighbour, ...]:
    """The same for a bot process that will serve them all, and that nobody has told of any workspace."""
    all_ = neighbours(stage.slack, stage.vps, count)
    stage.settings |= {
        "SLACK_BOT_TOKEN": "",
        "VPS_API_TOKEN": "",
        "VPSBOT_ADMINS": "",
        "SLACK_CLIENT_ID": stage.slack.client_id,
        "SLACK_CLIENT_SECRET": stage.slack.client_secret,
    }
    store = Store(stage.database_url, Sealer(KEY))
    await keep(store, all_, stage.clock.now())
    await store.close()
    return all_


async def plan(store: Store, known: Sequence[Neighbour], now: datetime) -> None:
    """Each has something that is due later: a reboot that Olga planned for tomorrow, and a look at the fleet."""
    for each in known:
        when = When((now + timedelta(days=1)).time().replace(second=0, microsecond=0), "Etc/UTC", Every.DAY)
        planned = Schedule(
            *(new_id(now), each.team.id, each.olga.id, Kind.REBOOT, ("*",), (), True, when, each.ops.id, now),
            account=f"{each.team.name}@example.com",
        )
        async with store.begin("neighbours", each.team.id) as tx:
            await schedules.offer(tx, planned)
            await schedules.set_next(tx, planned, now + timedelta(days=1))
            await fleet.plan_round(tx, each.team.id, fleet.LOOK, now + EVERY)


def _neighbour(slack: LocalSlack, vps: LocalVps, number: int) -> Neighbour:
    name, token = f"team{number}", f"vps_token_of_team_{number}"
    team = slack.add_team(name, id=f"T0TEAM{number}")
    vps.add_account(token, email=f"{name}@example.com")
    ada, olga = (team.add_person(who, id=f"U0{who.upper()}{number}") for who in ("ada", "olga"))
    return Neighbour(team, ada, olga, team.add_channel("ops", id=f"C0OPS{number}", bot=True), token)


def _installation(each: Neighbour, now: datetime) -> Installation:
    installed = each.team.team.installation
    return Installation(
        id=each.team.id,
        org_wide=False,
        token=installed.token,
        refresh_token=None,
        expires_at=None,
        bot_user=each.team.bot_user_id,
        bot_id=each.team.team.bot_id,
        scopes=",".join(sorted(installed.scopes)),
        installed_by=each.ada.id,
        installed_at=now,
    )
