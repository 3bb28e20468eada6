"""Proposals: changes of power that wait for a second admin. What is proposed is sealed: it may hold a token."""

from typing import Any

from sqlalchemy import insert, select, update

from bot.domain.proposals import Power, Proposal, ProposalState, Why, packed, unpacked, without_secret
from bot.store.due import of_table
from bot.store.engine import Tx
from bot.store.sealing import Unreadable
from bot.store.tables import proposals

DUE = of_table(proposals, proposals.c.id)
"""Those whose time is over."""

_COLUMN = "proposals.payload"

_NOTHING = ""


async def add(tx: Tx, proposal: Proposal) -> None:
    """Keeps a proposal; it is looked at again when it expires."""
    assert proposal.change is not None
    await tx.connection.execute(
        insert(proposals).values(
            workspace=proposal.workspace,
            id=proposal.id,
            power=proposal.power,
            target=proposal.target[:255],
            proposer=proposal.proposer,
            proposed_at=proposal.proposed_at,
            expires_at=proposal.expires_at,
            due_at=proposal.expires_at,
            payload=tx.sealer.seal(proposal.workspace, _COLUMN, packed(proposal.change)),
            state=proposal.state,
            answered_by="",
            why="",
        )
    )


async def get(tx: Tx, workspace: str, proposal: str, *, lock: bool = False) -> Proposal | None:
    """One proposal of this workspace. `lock`, for who is going to decide it: until the end nobody else does."""
    query = select(proposals).where(proposals.c.workspace == workspace, proposals.c.id == proposal)
    row = (await tx.connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return _proposal(tx, row) if row else None


async def waiting(tx: Tx, workspace: str) -> tuple[Proposal, ...]:
    """Those that wait for a second admin, oldest first."""
    found = await tx.connection.execute(
        select(proposals)
        .where(proposals.c.workspace == workspace, proposals.c.state == ProposalState.OPEN)
        .order_by(proposals.c.id)
    )
    return tuple(_proposal(tx, row) for row in found)


async def end(tx: Tx, proposal: Proposal, state: ProposalState, by: str, why: Why | None) -> None:
    """Decides an open one, and forgets the secret in it."""
    values: dict[str, Any] = {"state": state, "answered_by": by, "why": why or "", "due_at": None}
    # One that no key opens holds its secret for whoever has the old key: nothing of it is kept.
    kept = packed(without_secret(proposal.change)) if proposal.change is not None else _NOTHING
    values["payload"] = tx.sealer.seal(proposal.workspace, _COLUMN, kept)
    await tx.connection.execute(
        update(proposals)
        .where(
            proposals.c.workspace == proposal.workspace,
            proposals.c.id == proposal.id,
            proposals.c.state == ProposalState.OPEN,
        )
        .values(**values)
    )


async def forget_secrets(tx: Tx, workspace: str) -> None:
    """The app leaves the workspace: what waits there is over, and no secret stays in it."""
    for each in await waiting(tx, workspace):
        await end(tx, each, ProposalState.EXPIRED, "", None)


def _proposal(tx: Tx, row: Any) -> Proposal:
    power = Power(row.power)
    try:
        text = tx.sealer.open(row.workspace, _COLUMN, row.payload)
        change = unpacked(power, text) if text != _NOTHING else None
    except Unreadable:
        change = None
    return Proposal(
        id=row.id,
        workspace=row.workspace,
        power=power,
        target=row.target,
        proposer=row.proposer,
        proposed_at=row.proposed_at,
        expires_at=row.expires_at,
        change=change,
        state=ProposalState(row.state),
        answered_by=row.answered_by,
        why=Why(row.why) if row.why else None,
    )
