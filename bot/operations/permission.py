"""Whether a person may do something, decided from the rows in the transaction that acts; a refusal is logged there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.audit import Action, Draft, Result
from bot.domain.roles import Decision, Grant, Member, Permission, decide
from bot.store import audit, members
from bot.store.engine import Tx


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """A refusal that stands in the log, with the grants it was decided from."""

    decision: Decision
    grants: tuple[Grant, ...]


async def check(
    tx: Tx,
    member: Member,
    permission: Permission,
    *,
    names: Sequence[str] | None = None,
    asked: str,
    now: datetime,
) -> NotAllowed | None:
    """None when it is allowed. `names` are the server's names (None: no particular server); `asked` is for the log."""
    grants = await members.of_workspace(tx, member.workspace)
    decision = decide(grants, member, permission, names=names, now=now)
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
    await audit.append(tx, member.workspace, refusal, now)
    return NotAllowed(decision, grants)
