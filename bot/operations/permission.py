"""Whether a person may do something, decided from the rows in the transaction that acts; a refusal is logged there."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.access import LOGGED_ONE_BY_ONE, SLOWED_AFTER, SLOWED_FOR, Tally
from bot.domain.audit import Action, Detail, Draft, Result
from bot.domain.roles import Decision, Grant, Member, Permission, decide
from bot.operations.parts import Parts
from bot.store import access, audit, members
from bot.store.engine import Tx

LATELY = 50
"""Entries by or about a person that are looked through for a refusal like another."""

FOLDED: Mapping[Tally, tuple[Action, str]] = {
    Tally.NO: (Action.PERMISSION_REFUSED, "flood"),
    Tally.BUSY: (Action.CHANGE_REFUSED, "busy"),
    Tally.LATE: (Action.REQUEST_REFUSED, "too_late"),
}
"""The entry that a flood becomes, and its reason."""


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """A refusal, with the grants it was decided from.

    `entry` is its number in the log; of a flood that is folded, that of the last one like it, None when there is none.
    """

    decision: Decision
    grants: tuple[Grant, ...]
    entry: int | None


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
    entry = await log_refusal(tx, member, refusal, now)
    return NotAllowed(decision, grants, entry or await _last_like(tx, member, refusal))


async def _last_like(tx: Tx, member: Member, refusal: Draft) -> int | None:
    """The person's last logged refusal of the same permission, of the same server if there is one: to ask from."""
    lately = await audit.page(tx, member.workspace, audit.Search(person=member.id), limit=LATELY)
    wanted = refusal.detail["permission"]
    like = [
        each
        for each in lately
        if (each.actor, each.action) == (member.id, refusal.action)
        and json.loads(each.detail).get("permission") == wanted
    ]
    same = [each for each in like if each.target == refusal.target]
    return next((each.seq for each in [*same, *like]), None)


async def log_refusal(tx: Tx, member: Member, refusal: Draft, now: datetime, tally: Tally = Tally.NO) -> int | None:
    """Keeps a refusal: its number in the log; None when it is one of a flood, and only counted.

    Whoever is told no too often, of whatever, waits a moment at the door.
    """
    if tally is Tally.NO and (noes := await access.count_no(tx, member.workspace, member.id, now)) >= SLOWED_AFTER:
        for over in [who for who, (_, until) in tx.slowed.items() if until <= now]:
            del tx.slowed[over]
        tx.slowed[member.workspace, member.id] = (noes, now + SLOWED_FOR)
    what = f"{refusal.action.removesuffix('.refused')} {refusal.reason}"
    if await access.count_refusal(tx, member.workspace, member.id, tally, what, now) > LOGGED_ONE_BY_ONE:
        return None
    return (await audit.append(tx, member.workspace, refusal, now)).seq


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


async def keep_unheard(parts: Parts, only: str = "") -> None:
    """Adds what people asked of this process while slowed to the rows, from which whoever folds a flood reads it.

    Each time would be a commit for every knock at a closed door; so it is done now and then. `only`: of one workspace.
    """
    counted, parts.store.unheard = parts.store.unheard, Counter()
    try:
        for workspace in {workspace for workspace, _ in counted if only in ("", workspace)}:
            theirs = {member: count for (where, member), count in counted.items() if where == workspace}
            async with parts.store.begin("permission.unheard", workspace) as tx:
                await access.add_unheard(tx, workspace, theirs, parts.clock())
            for member in theirs:
                del counted[workspace, member]
    finally:
        parts.store.unheard.update(counted)  # what was not written down


async def fold_floods(parts: Parts, workspace: str, now: datetime) -> None:
    """Writes one entry, with a count, for each person and kind of refusal that was too frequent to be logged each time.

    What the person asked while slowed was not looked at: it is counted with one of them.
    """
    await keep_unheard(parts, workspace)
    async with parts.store.begin("permission.fold", workspace) as tx:
        for flood in await access.take_floods(tx, workspace, now):
            action, reason = FOLDED[flood.tally]
            detail: Detail = {"count": flood.count, "since": flood.since.isoformat(), "what": flood.what}
            if flood.unheard:
                detail = {**detail, "unheard": flood.unheard}
            draft = Draft(action, flood.member, outcome=Result.REFUSED, reason=reason, detail=detail)
            await audit.append(tx, workspace, draft, now)
