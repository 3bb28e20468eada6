"""Stops all changes at once: what waits for votes stays, what was agreed to and not called yet is void."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.audit import Action, Draft
from bot.domain.notices import Notice, NoticeKind
from bot.domain.operations import Operation, Outcome, State, Step
from bot.domain.policy import Freeze, freeze_of, policy_of, with_freeze
from bot.domain.roles import Member, Permission
from bot.operations.parts import Parts
from bot.operations.permission import NotAllowed, check
from bot.operations.writing import Written, take
from bot.store import audit, notices, operations, votes, workspaces
from bot.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Froze:
    """Nothing is changed from now on; `voided` is what was agreed to and will not be done."""

    freeze: Freeze
    voided: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class FrozenAlready:
    """Somebody was quicker."""

    freeze: Freeze


async def freeze(
    parts: Parts, member: Member, reason: str, *, delivery: str, typed_in: str
) -> Froze | FrozenAlready | NotAllowed:
    """One transaction: the freeze, the end of all that was agreed to, and what is told. Raises Repeated."""
    workspace = member.workspace
    async with parts.change("freezing.freeze", workspace, delivery) as tx:
        now = parts.clock()
        if no := await check(tx, member, Permission.FREEZE, asked="/vps freeze", now=now):
            return no
        await workspaces.ensure(tx, workspace, now)
        known = await workspaces.get(tx, workspace)
        settings = known.settings if known else {}
        if there := freeze_of(settings):
            return FrozenAlready(there)
        put = Freeze(member.id, now, reason)
        await workspaces.keep_settings(tx, workspace, with_freeze(settings, put))
        waiting = await operations.waiting(tx, workspace)
        voided = tuple(each for each in waiting if not each.lost or each.stop_first)  # what was lost may happen yet
        draft = Draft(Action.WORKSPACE_FROZEN, member.id, reason=reason, detail={"voided": len(voided)})
        await audit.append(tx, workspace, draft, now)
        for request in dict.fromkeys(each.request for each in waiting):
            await votes.note(tx, workspace, request, {"closed_by": member.id})
        step = Step(State.VOID, Outcome.FROZEN, words=member.id)
        await take(tx, parts, [Written(each, step) for each in waiting], now)
        told = {"by": member.id, "reason": reason, "voided": str(len(voided))}
        await tell_freeze(tx, parts, workspace, told, now, otherwise=typed_in)
    return Froze(put, voided)


async def tell_freeze(
    tx: Tx, parts: Parts, workspace: str, detail: dict[str, str], now: datetime, *, otherwise: str = ""
) -> None:
    """Loud, where consent is asked for and where news are told; where neither is set, where it was typed."""
    known = await workspaces.get(tx, workspace)
    policy = policy_of(known.settings if known else {})
    where = list(dict.fromkeys(filter(None, [policy.approvals_channel, policy.notifications_channel])))
    subject = parts.new_id()
    promised = [
        Notice(
            id=parts.new_id(),
            workspace=workspace,
            kind=NoticeKind.FREEZE,
            subject=f"{subject}:{to}",
            recipient=detail["by"],
            wanted_channel=to,
            created_at=now,
            detail=detail,
        )
        for to in where or [otherwise or detail["by"]]
    ]
    await notices.promise(tx, promised, now)
