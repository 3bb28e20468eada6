"""Grants: who holds which role, where and until when."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from bot.domain.roles import Grant, Role, SubjectKind
from bot.store.engine import Tx
from bot.store.tables import grants


async def of_workspace(tx: Tx, workspace: str) -> tuple[Grant, ...]:
    """All grants of a workspace, oldest first; also those that have ended."""
    found = await tx.connection.execute(
        select(grants).where(grants.c.workspace == workspace).order_by(grants.c.granted_at, grants.c.id)
    )
    return tuple(_grant(row) for row in found)


async def put(tx: Tx, workspace: str, grant: Grant) -> None:
    """Adds a grant in place of the one for the same subject and pattern that, like it, ends or stays.

    The auditor stands beside the other roles: neither replaces the other.
    """
    await tx.connection.execute(
        delete(grants).where(
            grants.c.workspace == workspace,
            grants.c.subject_kind == grant.subject_kind,
            grants.c.subject == grant.subject,
            grants.c.glob == (grant.glob or ""),
            grants.c.limited == (grant.until is not None),
            (grants.c.role == Role.AUDITOR) == (grant.role is Role.AUDITOR),
        )
    )
    await tx.connection.execute(
        insert(grants).values(
            workspace=workspace,
            id=grant.id,
            subject_kind=grant.subject_kind,
            subject=grant.subject,
            role=grant.role,
            glob=grant.glob or "",
            until=grant.until,
            limited=grant.until is not None,
            granted_by=grant.granted_by,
            granted_at=grant.granted_at,
            break_glass=grant.break_glass,
            votes_since=grant.votes_since,
        )
    )


async def remove(tx: Tx, workspace: str, ids: Sequence[str]) -> None:
    """Takes grants away."""
    await tx.connection.execute(delete(grants).where(grants.c.workspace == workspace, grants.c.id.in_(ids)))


def _grant(row: Any) -> Grant:
    return Grant(
        id=row.id,
        subject_kind=SubjectKind(row.subject_kind),
        subject=row.subject,
        role=Role(row.role),
        glob=row.glob or None,
        until=row.until,
        granted_by=row.granted_by,
        granted_at=row.granted_at,
        break_glass=row.break_glass,
        votes_since=row.votes_since,
    )
