"""A workspace's first moments: who we are there, its first admins, its token from the environment."""

import asyncio
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import stamina
import structlog

from bot.domain.audit import BOT, Action, Draft, Entry
from bot.domain.roles import Grant, Role, SubjectKind, barred, keeps_an_admin
from bot.operations.approvers import accounts_of
from bot.operations.connecting import connect
from bot.operations.parts import Parts
from bot.operations.proposals import absent_admins
from bot.slack.web import SlackTrouble, Web
from bot.store import audit, installations, members, resting, workspaces
from bot.store.engine import DatabaseFailure, Tx
from bot.store.sealing import Unreadable
from bot.store.workspaces import Workspace
from bot.vps.dialects import Dialect
from bot.vps.errors import ProviderError, Trouble

FIRST_RETRY, SLOWEST_RETRY = 1.0, 30.0
"""Seconds between attempts to reach Slack at start: slower each time."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in its one workspace, from `auth.test`."""

    team: str
    bot_user: str
    bot_id: str


class First:
    """`admins` are Slack user ids, or `TEAM:USER`; `token` connects the workspace at its first start."""

    def __init__(self, parts: Parts, slack: Web, admins: tuple[str, ...], token: str, *, many: bool = False) -> None:
        """`many`: the app is installed through OAuth, so there is no one workspace to ask Slack about."""
        self._parts = parts
        self._slack = slack
        self._admins = admins
        self._token = token
        self._many = many
        self._asking: asyncio.Task[None] | None = None
        self.identity: Identity | None = None

    @property
    def ready(self) -> bool:
        """Whether deliveries can be told from those for somebody else."""
        return self._many or self.identity is not None

    async def find(self) -> None:
        """Asks Slack who we are; when Slack can't be reached, asks on in the background."""
        if self._many:
            return
        try:
            await self._ask()
        except (SlackTrouble, Unreadable) as trouble:
            log.warning("not serving yet", error=str(trouble))
            self._asking = asyncio.create_task(self._ask_on(), name="auth.test")

    async def close(self) -> None:
        """Asks no more."""
        if self._asking:
            self._asking.cancel()

    async def report_unreadable(self) -> None:
        """Says which workspaces must connect again because the encryption key was changed."""
        async with self._parts.store.read() as tx:
            for workspace in await workspaces.unreadable(tx):
                log.error(
                    "this token can't be read with VPSBOT_ENCRYPTION_KEYS: put the old key back behind "
                    "the new one, or let an admin connect again with /vps connect",
                    workspace=workspace,
                )
            for installation in await installations.unreadable(tx):
                log.error(
                    "Slack's token can't be read with VPSBOT_ENCRYPTION_KEYS: put the old key back behind "
                    "the new one, or install the app again at /slack/install",
                    workspace=installation,
                )

    def named(self, workspace: str) -> list[str]:
        """Whom VPSBOT_ADMINS names for a workspace."""
        return [user for team, user in (_split(each) for each in self._admins) if team in ("", workspace)]

    async def seed_admins(self, workspace: str) -> bool:
        """Makes the first admins of a workspace that has none; never undoes a revocation. Whether it did.

        They are those whom VPSBOT_ADMINS names for it, else whoever installed the app. A workspace whose
        admins' accounts hold nothing any more has none.
        """
        named = self.named(workspace)
        snapshot = await self._parts.snapshots.of(workspace)
        users = named or ([snapshot.installation.installed_by] if snapshot.installation else [])
        if not users:
            return False
        absent = await absent_admins(self._parts, workspace)
        if keeps_an_admin(snapshot.grants, absent):
            return False
        accounts = await accounts_of(self._parts, workspace, users)
        users = [each for each in users if not barred(accounts[each])]
        if not users:
            return False
        async with self._parts.change("access.seed", workspace, "") as tx:
            return await seed(tx, self._parts, workspace, users, named=bool(named), absent=absent)

    async def _ask_on(self) -> None:
        async for attempt in stamina.retry_context(
            on=(SlackTrouble, DatabaseFailure, Unreadable),
            attempts=None,
            timeout=None,
            wait_initial=FIRST_RETRY,
            wait_max=SLOWEST_RETRY,
        ):
            with attempt:
                await self._ask()

    async def _ask(self) -> None:
        answer = await self._slack.call("", "auth.test")
        team = str(answer.get("team_id", ""))
        await self._wake(team)
        await self.seed_admins(team)
        await self._connect(team)
        self.identity = Identity(team, str(answer.get("user_id", "")), str(answer.get("bot_id", "")))
        log.info("serving", workspace=team)

    async def _wake(self, workspace: str) -> None:
        """Slack knows our token, so the app is there again: what rested without it goes on."""
        if (await self._parts.snapshots.of(workspace)).workspace.resting:
            async with self._parts.change("install.wake", workspace, "") as tx:
                await resting.wake(tx, workspace)

    async def _connect(self, workspace: str) -> None:
        """Connects with the environment's token, unless there is one already or somebody disconnected on purpose."""
        known = (await self._parts.snapshots.of(workspace)).workspace
        if not self._token or _settled(known):
            return
        name = await self._name()
        if name is None:
            return
        dialect = await self._dialect()
        async with self._parts.change("connect.seed", workspace, "") as tx:
            now = self._parts.clock()
            if not await workspaces.ensure(tx, workspace, now) and _settled(await workspaces.get(tx, workspace)):
                return  # another replica was quicker
            given = {"token": self._token, "dialect": dialect, "account": name}
            await connect(tx, self._parts, workspace, **given, by=BOT, now=now)

    async def _dialect(self) -> Dialect:
        """How the account is answered; as documented while that can't be found out."""
        try:
            return await self._parts.directory.dialect(self._token)
        except ProviderError as error:
            log.warning("dialect not found out", trouble=error.trouble)
            return Dialect.DOCUMENTED

    async def _name(self) -> str | None:
        """The account of the environment's token; None when the provider refuses it. Unreachable is no refusal."""
        try:
            account = await self._parts.directory.trial(self._token).me()
        except ProviderError as error:
            if error.trouble in (Trouble.UNAUTHORIZED, Trouble.FORBIDDEN):
                log.error("VPS.org refuses VPS_API_TOKEN; nothing is connected. Use /vps connect, or another token")
                return None
            return ""
        return account.email or account.company or account.token_name


async def seed(tx: Tx, parts: Parts, workspace: str, users: list[str], *, named: bool, absent: Collection[str]) -> bool:
    """Makes these people the admins of a workspace that has none; whether it did. `named`: by VPSBOT_ADMINS.

    `absent`: the admins whose accounts are barred. From whom a person took that role doesn't get it back from here.
    """
    now = parts.clock()
    await workspaces.ensure(tx, workspace, now)
    if keeps_an_admin(await members.of_workspace(tx, workspace), absent):
        return False
    lost = _lost_it(await audit.of_actions(tx, workspace, [Action.ACCESS_GRANTED, Action.ACCESS_REVOKED]))
    users = [each for each in users if each not in lost]
    for user in users:
        grant = Grant(parts.new_id(), SubjectKind.USER, user, Role.ADMIN, None, None, BOT, now)
        await members.put(tx, workspace, grant)
    reason = "" if named else "installed"
    drafts = [Draft(Action.ACCESS_SEEDED, BOT, target=user, reason=reason) for user in users]
    if drafts:
        await audit.extend(tx, workspace, drafts, now)
    return bool(users)


def _lost_it(entries: Iterable[Entry]) -> set[str]:
    """From whom the role of an admin for everything was taken, by itself or by another one in its place."""
    lost = set()
    for entry in entries:
        detail = json.loads(entry.detail)
        before = detail.get("role") if entry.action == Action.ACCESS_REVOKED else detail.get("instead_of")
        now_admin = entry.action == Action.ACCESS_GRANTED and detail.get("role") == Role.ADMIN
        if before == Role.ADMIN and not detail.get("servers") and not now_admin:
            lost.add(entry.target)
    return lost


def _settled(known: Workspace | None) -> bool:
    """Whether there is a token, readable or not, or somebody took it away on purpose."""
    return known is not None and (
        known.connected or known.unreadable or bool(known.settings.get(workspaces.DISCONNECTED))
    )


def _split(admin: str) -> tuple[str, str]:
    team, colon, user = admin.partition(":")
    return (team, user) if colon else ("", team)
