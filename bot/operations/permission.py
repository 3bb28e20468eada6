"""Whether a person may do something, decided from the rows in the transaction that acts; a refusal is logged there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.access import LOGGED_ONE_BY_ONE
from bot.domain.audit import Action, Draft, Result
from bot.domain.roles import Decision, Grant, Member, Permission, decide
from bot.operations.parts import Parts
from bot.store import access, audit, members
from bot.store.engine import Tx


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """A refusal, with the grants it was decided from.

    `entry` is its number in the log, None when a flood is folded; `count` is how many the person had lately.
    """

    decision: Decision
    grants: tuple[Grant, ...]
    entry: int | None
    count: int


async def check(
    tx: Tx,
    member: Member,
    permission: Permission,
    *,
    names: Sequence[str] | None = None,
    asked: str,
    now: datetime,
    vote: bool = False,
) -> NotAllowed | None:
    """None when it is allowed. `names` are the server's names (None: no particular server); `asked` is for the log.

    `vote`: it is a word on what somebody else asked for.
    """
    grants = await members.of_workspace(tx, member.workspace)
    decision = decide(grants, member, permission, names=names, now=now, vote=vote)
    if decision.allowed:
        return None
    refusal = Draft(
        Action.PERMISSION_REFUSED,
        member.id,
        target=(names or [""])[0][:255],
        outcome=Result.REFUSED,
        reason=decision.because,
        detail={"asked": asked, "permission": permission, "needs": decision.needs},
    )
    entry, count = await log_refusal(tx, member, refusal, now)
    return NotAllowed(decision, grants, entry, count)


async def log_refusal(tx: Tx, member: Member, refusal: Draft, now: datetime) -> tuple[int | None, int]:
    """Keeps a refusal, or only counts it when it is one of a flood: its number in the log, and how many there were."""
    count = await access.count_refusal(tx, member.workspace, member.id, now)
    if count > LOGGED_ONE_BY_ONE:
        return None, count
    return (await audit.append(tx, member.workspace, refusal, now)).seq, count


async def log_forged(tx: Tx, member: Member, what: str, now: datetime) -> None:
    """Keeps that a button or a dialog brought an id that stands for nothing of this person's or workspace's.

    It was made by hand, belongs to somebody else, or is so old that its row is gone: nothing was done. `what` it should
    have been: a request, a dialog, …
    """
    refusal = Draft(Action.INPUT_REFUSED, member.id, outcome=Result.REFUSED, reason=f"no such {what}")
    await log_refusal(tx, member, refusal, now)


async def refuse_forged(parts: Parts, member: Member, what: str, *, delivery: str) -> None:
    """The same in a transaction of its own. Raises Repeated when this delivery was served before."""
    async with parts.change("permission.forged", member.workspace, delivery) as tx:
        await log_forged(tx, member, what, parts.clock())


async def refuse_oversized(parts: Parts, member: Member, what: str, *, delivery: str) -> None:
    """Keeps that a text was longer than any window of Slack's lets it be, or than is kept: nothing was done.

    Raises Repeated when this delivery was served before.
    """
    async with parts.change("permission.oversized", member.workspace, delivery) as tx:
        refusal = Draft(Action.INPUT_REFUSED, member.id, outcome=Result.REFUSED, reason=f"{what} too long")
        await log_refusal(tx, member, refusal, parts.clock())


async def fold_floods(parts: Parts, workspace: str, now: datetime) -> None:
    """Writes one entry, with a count, for each person whose refusals were too many to be logged one by one."""
    async with parts.store.begin("permission.fold", workspace) as tx:
        for member, count, since in await access.take_floods(tx, workspace, now):
            draft = Draft(
                Action.PERMISSION_REFUSED,
                member,
                outcome=Result.REFUSED,
                reason="flood",
                detail={"count": count, "since": since.isoformat()},
            )
            await audit.append(tx, workspace, draft, now)
