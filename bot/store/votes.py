"""Votes on requests: one a person, never changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from bot.domain.approvals import Choice, Vote
from bot.store.due import of_table
from bot.store.engine import Tx
from bot.store.tables import operations, requests, votes

DUE = of_table(requests, requests.c.id)
"""Requests that wait for consent and should be looked at."""


async def add(tx: Tx, workspace: str, request: str, vote: Vote) -> None:
    """Keeps a vote. The table has one row a person and request, so a second one is refused by the database itself."""
    await tx.connection.execute(
        insert(votes).values(
            workspace=workspace,
            request=request,
            voter=vote.voter,
            choice=vote.choice,
            voted_at=vote.voted_at,
            saw=vote.saw,
            reason=vote.reason,
        )
    )


async def of_request(tx: Tx, workspace: str, request: str) -> tuple[Vote, ...]:
    """The votes on a request, in the order given."""
    found = await tx.connection.execute(
        select(votes).where(votes.c.workspace == workspace, votes.c.request == request).order_by(votes.c.voted_at)
    )
    return tuple(Vote(row.voter, Choice(row.choice), row.voted_at, row.saw, row.reason) for row in found)


async def note(tx: Tx, workspace: str, request: str, values: Mapping[str, Any]) -> None:
    """Changes what a request says of itself: who looks at it, who closed it, when it is looked at next."""
    await tx.connection.execute(
        update(requests).where(requests.c.workspace == workspace, requests.c.id == request).values(**values)
    )


async def open_requests(tx: Tx, workspace: str) -> tuple[str, ...]:
    """The requests of a workspace that have something open, oldest first."""
    found = await tx.connection.execute(
        select(operations.c.request)
        .where(operations.c.workspace == workspace, operations.c.ended_at.is_(None))
        .group_by(operations.c.request)
        .order_by(operations.c.request)
    )
    return tuple(found.scalars())


async def waiting_with(tx: Tx, workspace: str, person: str) -> tuple[str, ...]:
    """The requests that wait for consent and that this person made or voted on."""
    voted = select(votes.c.request).where(votes.c.workspace == workspace, votes.c.voter == person)
    found = await tx.connection.execute(
        select(requests.c.id).where(
            requests.c.workspace == workspace,
            requests.c.due_at.is_not(None),
            (requests.c.requester == person) | requests.c.id.in_(voted),
        )
    )
    return tuple(found.scalars())


async def waiting_approved(tx: Tx, workspace: str) -> tuple[str, ...]:
    """The requests that wait for consent although somebody approved them."""
    approved = select(votes.c.request).where(votes.c.workspace == workspace, votes.c.choice == Choice.APPROVE)
    found = await tx.connection.execute(
        select(requests.c.id).where(
            requests.c.workspace == workspace, requests.c.due_at.is_not(None), requests.c.id.in_(approved)
        )
    )
    return tuple(found.scalars())


async def look_soon(tx: Tx, workspace: str, now: datetime, *, among: Sequence[str] | None = None) -> None:
    """Rights or accounts changed: every request that waits for consent, or those of `among`, is looked at now."""
    waiting = (requests.c.workspace == workspace) & requests.c.due_at.is_not(None)
    if among is not None:
        waiting &= requests.c.id.in_(list(among))
    await tx.connection.execute(update(requests).where(waiting).values(due_at=now))
