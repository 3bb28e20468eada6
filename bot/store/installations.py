"""Installations: the app in a Slack team or organisation, with the tokens that Slack gave for it, sealed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from bot.store.due import FIRST, NOW, WHOLE_WORKSPACE, Due
from bot.store.engine import Tx
from bot.store.sealing import Unreadable
from bot.store.tables import installations, workspaces

_TOKEN, _REFRESH_TOKEN = "installations.token", "installations.refresh_token"

RENEWED_BEFORE = timedelta(hours=2)
"""How long before its end a token is exchanged for the next one; Slack's tokens live for twelve hours."""


DUE = Due(
    select(installations.c.id, WHOLE_WORKSPACE, FIRST, installations.c.due_at).where(installations.c.due_at <= NOW),
    [(select(func.min(installations.c.due_at)), timedelta())],
)
"""Installations whose tokens should be renewed, the most urgent first."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in a team (`id` is the team's), or in a whole organisation (`id` is that one's).

    `token` is None when it can't be read with the present keys. `expires_at` is None when it doesn't end.
    """

    id: str
    org_wide: bool
    token: str | None = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: datetime | None
    bot_user: str
    bot_id: str
    scopes: str
    installed_by: str
    installed_at: datetime


async def put(tx: Tx, installation: Installation) -> None:
    """Keeps an installation in place of the one before."""
    await tx.connection.execute(delete(installations).where(installations.c.id == installation.id))
    await tx.connection.execute(
        insert(installations).values(
            id=installation.id,
            org_wide=installation.org_wide,
            bot_user=installation.bot_user,
            bot_id=installation.bot_id,
            scopes=installation.scopes,
            installed_by=installation.installed_by,
            installed_at=installation.installed_at,
            **_tokens(
                tx,
                installation.id,
                installation.token or "",
                installation.refresh_token,
                installation.expires_at,
                installation.installed_at,
            ),
        )
    )


async def get(tx: Tx, id_: str) -> Installation | None:
    """The installation of this team or organisation."""
    row = (await tx.connection.execute(select(installations).where(installations.c.id == id_))).one_or_none()
    return _installation(tx, row) if row else None


async def installed_at(tx: Tx, id_: str) -> datetime | None:
    """Since when it is there: what tells it from the one after it."""
    found = await tx.connection.execute(select(installations.c.installed_at).where(installations.c.id == id_))
    return found.scalar_one_or_none()


async def everyone(tx: Tx) -> list[Installation]:
    """All installations."""
    found = await tx.connection.execute(select(installations).order_by(installations.c.id))
    return [_installation(tx, row) for row in found]


async def serving(tx: Tx, workspace: str) -> Installation | None:
    """The workspace's own installation, else that of the organisation through which it was last seen."""
    found = await tx.connection.execute(
        select(installations)
        .where(
            (installations.c.id == workspace)
            | (
                installations.c.id
                == select(workspaces.c.enterprise).where(workspaces.c.id == workspace).scalar_subquery()
            )
        )
        .order_by(installations.c.org_wide)
    )
    row = found.first()
    return _installation(tx, row) if row else None


async def join(tx: Tx, workspace: str, enterprise: str) -> None:
    """Remembers that an organisation's installation serves this workspace."""
    await tx.connection.execute(
        update(workspaces).where(workspaces.c.id == workspace).values(enterprise=enterprise, resting_since=None)
    )


async def remove(tx: Tx, id_: str) -> bool:
    """Forgets the tokens; whether there were any."""
    return bool((await tx.connection.execute(delete(installations).where(installations.c.id == id_))).rowcount)


async def claim(tx: Tx, id_: str, now: datetime, again_at: datetime) -> Installation | None:
    """Takes an installation whose token should be renewed; others leave it alone until `again_at`."""
    done = await tx.connection.execute(
        update(installations).where(installations.c.id == id_, installations.c.due_at <= now).values(due_at=again_at)
    )
    return await get(tx, id_) if done.rowcount else None


async def renew(
    tx: Tx, before: Installation, *, token: str, refresh_token: str | None, expires_at: datetime | None, now: datetime
) -> bool:
    """Keeps the next token; False when the app was removed or installed anew in the meantime."""
    done = await tx.connection.execute(
        _the(before).values(**_tokens(tx, before.id, token, refresh_token, expires_at, now))
    )
    return bool(done.rowcount)


async def put_off(tx: Tx, before: Installation, until: datetime) -> None:
    """Slack gave no new token: try again at `until`."""
    await tx.connection.execute(_the(before).values(due_at=until))


async def unreadable(tx: Tx) -> list[str]:
    """The installations whose token can't be opened with the present keys."""
    rows = (await tx.connection.execute(select(installations))).all()
    return [row.id for row in rows if _installation(tx, row).token is None]


def _the(installation: Installation) -> Any:
    return update(installations).where(
        installations.c.id == installation.id, installations.c.installed_at == installation.installed_at
    )


def _tokens(
    tx: Tx, id_: str, token: str, refresh_token: str | None, expires_at: datetime | None, now: datetime
) -> dict[str, Any]:
    due_at = None
    if expires_at is not None and refresh_token:
        due_at = expires_at - min(RENEWED_BEFORE, (expires_at - now) / 2)
    return {
        "token": tx.sealer.seal(id_, _TOKEN, token),
        "refresh_token": tx.sealer.seal(id_, _REFRESH_TOKEN, refresh_token) if refresh_token else None,
        "expires_at": expires_at,
        "due_at": due_at,
    }


def _installation(tx: Tx, row: Any) -> Installation:
    return Installation(
        id=row.id,
        org_wide=row.org_wide,
        token=_open(tx, row.id, _TOKEN, row.token),
        refresh_token=_open(tx, row.id, _REFRESH_TOKEN, row.refresh_token),
        expires_at=row.expires_at,
        bot_user=row.bot_user,
        bot_id=row.bot_id,
        scopes=row.scopes,
        installed_by=row.installed_by,
        installed_at=row.installed_at,
    )


def _open(tx: Tx, id_: str, column: str, sealed: bytes | None) -> str | None:
    if sealed is None:
        return None
    try:
        return tx.sealer.open(id_, column, sealed)
    except Unreadable:
        return None
