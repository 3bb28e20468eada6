"""The app comes to a workspace, keeps its token fresh there, and leaves: each with its entry in the log."""

from datetime import datetime, timedelta
from hashlib import sha256

import stamina
import structlog

from bot.domain.audit import BOT, Action, Detail, Draft
from bot.first import First, seed
from bot.operations.connecting import disconnect
from bot.operations.parts import Parts, Repeated
from bot.slack.installation import AGAIN, Granted, NotKept, Tokens, new_tokens
from bot.slack.web import Client, SlackTrouble, Web
from bot.store import audit, installations, proposals, resting, workspaces
from bot.store.engine import DatabaseFailure, Tx
from bot.store.installations import Installation
from bot.store.sealing import Unreadable

LEASE = timedelta(minutes=1)
"""How long a token that is being renewed is left alone by others, and the pause after Slack gave none."""

OVER = frozenset({"invalid_refresh_token", "token_revoked", "account_inactive"})
"""Slack's words for: this refresh token will never give another one."""

KEPT_WITHIN = 20
"""Attempts to keep tokens that Slack has given, some seconds apart."""

NOT_NOW = f"The installation could not be kept: the bot's database is away. {AGAIN}"

NOT_SIGNABLE = (
    "The log of this workspace can't be signed, and nothing is done without it: whoever runs the bot has to put the "
    "old key back into VPSBOT_ENCRYPTION_KEYS, behind the new one."
)

log = structlog.get_logger()


class Installs:
    """What OAuth gives, kept and renewed."""

    def __init__(self, parts: Parts, slack: Web, client: Client, first: First) -> None:
        self._parts = parts
        self._slack = slack
        self._client = client
        self._first = first

    async def use(self, state: str) -> bool:
        """Uses a state up, whatever comes of it; False when it was used before. Raises NotKept."""
        try:
            async with self._parts.change("install.state", "", sha256(b"install:" + state.encode()).hexdigest()):
                return True
        except Repeated:
            return False
        except DatabaseFailure as failure:
            log.exception("install state not used up")
            raise NotKept(NOT_NOW) from failure

    async def keep(self, granted: Granted) -> bool:
        """Keeps an installation, wakes what rested without it; whether its installer became the first admin.

        Raises NotKept.
        """
        try:
            became_admin = await self._kept(granted)
        except Unreadable as unreadable:
            raise NotKept(NOT_SIGNABLE) from unreadable
        except DatabaseFailure as failure:
            log.exception("installation not kept", installation=granted.id)
            raise NotKept(NOT_NOW) from failure
        self._forget(granted.id, org_wide=granted.org_wide)
        log.info("installed", installation=granted.id, org_wide=granted.org_wide)
        return became_admin

    async def _kept(self, granted: Granted) -> bool:
        async with self._parts.change("install.keep", granted.id, "") as tx:
            now = self._parts.clock()
            await installations.put(tx, _installation(granted, now))
            await resting.wake(tx, granted.id)
            detail: Detail = {"scopes": granted.scopes, "org_wide": granted.org_wide}
            draft = Draft(Action.APP_INSTALLED, granted.installed_by, target=granted.name[:255], detail=detail)
            await audit.append(tx, granted.id, draft, now)
            if not granted.org_wide:
                await workspaces.ensure(tx, granted.id, now)
                named = self._first.named(granted.id)
                users = named or [granted.installed_by]
                # The accounts can't be read before this token is kept: the door looks at them, at the first refusal.
                made = await seed(tx, self._parts, granted.id, users, named=bool(named), absent=())
                return made and not named
        return False

    async def renew(self, id_: str, now: datetime) -> None:
        """Exchanges a token that ends soon for the next one: one call at a time, both new tokens in one transaction."""
        async with self._parts.store.begin("install.claim", id_) as tx:
            before = await installations.claim(tx, id_, now, now + LEASE)
        if before is None:
            return
        try:
            if before.refresh_token is None:
                raise SlackTrouble("unreadable")
            new = new_tokens(
                await self._slack.access(self._client, grant_type="refresh_token", refresh_token=before.refresh_token)
            )
        except SlackTrouble as trouble:
            await self._not_renewed(before, trouble)
            return
        await self._renewed(before, new)
        self._forget(id_, org_wide=before.org_wide)

    async def _renewed(self, before: Installation, new: Tokens) -> None:
        """Keeps the new tokens. The old refresh token is used up, so a database that is away is waited for."""
        async for attempt in stamina.retry_context(on=DatabaseFailure, attempts=KEPT_WITHIN, timeout=None):
            with attempt:
                async with self._parts.store.begin("install.renewed", before.id) as tx:
                    now = self._parts.clock()
                    await installations.renew(
                        tx, before, token=new.token, refresh_token=new.refresh_token, expires_at=new.ends(now), now=now
                    )

    async def _not_renewed(self, before: Installation, trouble: SlackTrouble) -> None:
        now = self._parts.clock()
        log.error("token not renewed", installation=before.id, error=trouble.error, ends=str(before.expires_at))
        until = now + max(LEASE, timedelta(seconds=trouble.retry_after or 0))
        if trouble.error in OVER and before.expires_at is not None:
            if now >= before.expires_at:
                await remove(self._parts, before.id, reason="token_expired")
                return
            until = before.expires_at
        async with self._parts.store.begin("install.put_off", before.id) as tx:
            await installations.put_off(tx, before, until)

    def _forget(self, id_: str, *, org_wide: bool) -> None:
        if org_wide:
            self._parts.snapshots.forget_all()
        else:
            self._parts.snapshots.forget(id_)


async def remove(parts: Parts, id_: str, *, reason: str, delivery: str = "", accounts: bool = False) -> None:
    """Forgets Slack's tokens of a workspace or organisation, and lets its work rest until it is installed again.

    `accounts`: the app was taken out of Slack on purpose, so the provider's tokens are forgotten, too. One that is
    installed again meanwhile stays.
    """
    async with parts.store.read() as tx:
        served, since = await resting.left_alone(tx, id_), await installations.installed_at(tx, id_)
    was_there = False
    for workspace in (each for each in served if each != id_):
        # Each in a transaction of its own, which holds its lock: an organisation's lock isn't theirs.
        async with parts.change("install.remove", workspace, "") as tx:
            if await installations.installed_at(tx, id_) != since:
                return
            was_there |= await _leave(tx, parts, workspace, id_, reason if accounts else "", parts.clock())
    async with parts.change("install.remove", id_, delivery) as tx:  # last: cut off before, it is all done again
        if await installations.installed_at(tx, id_) != since:
            return
        now = parts.clock()
        was_there |= await _leave(tx, parts, id_, id_, reason if accounts else "", now)
        was_there |= await installations.remove(tx, id_)
        if was_there:
            await audit.append(tx, id_, Draft(Action.APP_REMOVED, BOT, reason=reason), now)
    parts.snapshots.forget_all()
    for workspace in served:
        parts.directory.forget(workspace)


async def _leave(tx: Tx, parts: Parts, workspace: str, installation: str, disconnects: str, now: datetime) -> bool:
    """A workspace rests, unless something else serves it by now; whether it did not rest yet.

    `disconnects`: why its account is forgotten, too; empty when it isn't.
    """
    await audit.replace_key(tx, workspace, BOT, now)
    if workspace not in await resting.left_alone(tx, installation):
        return False
    if disconnects:
        await proposals.forget_secrets(tx, workspace)
        await disconnect(tx, parts, workspace, by=BOT, now=now, reason=disconnects)
    return await resting.rest(tx, workspace, now)


def _installation(granted: Granted, now: datetime) -> Installation:
    return Installation(
        id=granted.id,
        org_wide=granted.org_wide,
        token=granted.tokens.token,
        refresh_token=granted.tokens.refresh_token,
        expires_at=granted.tokens.ends(now),
        bot_user=granted.bot_user,
        bot_id=granted.bot_id,
        scopes=granted.scopes,
        installed_by=granted.installed_by,
        installed_at=now,
    )
