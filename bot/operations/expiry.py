"""Looks after requests that wait for consent: reminders, expiry, and who asked but may not ask any more."""

from datetime import datetime

from bot.domain.audit import BOT
from bot.domain.notices import Notice, NoticeKind
from bot.domain.operations import CATALOG, Outcome, Request, State, Step
from bot.domain.policy import Policy, policy_of
from bot.domain.roles import Member, decide, groups_of
from bot.operations.closing import close
from bot.operations.consent import names_of
from bot.operations.parts import Parts
from bot.store import members, notices, operations, votes, workspaces
from bot.store.engine import Tx
from bot.store.workspaces import Workspace


async def look_after(parts: Parts, workspace: str, request_id: str) -> None:
    """One look at a request: it is closed when it must be, else its approvers are reminded when it is time."""
    async with parts.store.read() as tx:
        request = await operations.request(tx, workspace, request_id)
    if request is None:
        return
    groups = groups_of((await parts.snapshots.of(workspace)).grants)
    member = Member(workspace, request.requester, await parts.people.present(workspace, request.requester, groups))
    async with parts.store.begin("consent.look", workspace) as tx:
        now = parts.clock()
        request = await operations.request(tx, workspace, request_id, lock=True)
        if request is None or not request.waiting:
            await votes.note(tx, workspace, request_id, {"due_at": None})
            return
        present = await workspaces.get(tx, workspace)
        if present is not None and (step := await _ends(tx, present, request, member, now)):
            await close(tx, parts, request, step, BOT, now)
            return
        await _remind(tx, parts, request, policy_of(present.settings if present else {}), now)
    parts.wake()


async def _ends(tx: Tx, present: Workspace, request: Request, member: Member, now: datetime) -> Step | None:
    if request.expires_at is not None and now >= request.expires_at:
        return Step(State.EXPIRED, Outcome.EXPIRED)
    if request.connected_at not in (None, present.connected_at):
        return Step(State.VOID, Outcome.OTHER_ACCOUNT)
    grants = await members.of_workspace(tx, request.workspace)
    decision = decide(grants, member, CATALOG[request.kind].permission, names=names_of(request), now=now)
    return None if decision.allowed else Step(State.VOID, Outcome.NOT_ALLOWED, words=decision.because)


async def _remind(tx: Tx, parts: Parts, request: Request, policy: Policy, now: datetime) -> None:
    """Twice: some time after it was filed, and once more before it expires."""
    assert request.expires_at is not None
    first = min(request.created_at + policy.reminder, request.expires_at)
    last = max(first, request.expires_at - policy.reminder)
    times = [first, last, request.expires_at]
    told = request.reminders
    if told < 2 and now >= times[told]:
        told = 2 if now >= last else 1
        await notices.promise(tx, [_reminder(parts, request, told, now)], now)
    values = {"reminders": told, "due_at": min(times[told], request.expires_at)}
    await votes.note(tx, request.workspace, request.id, values)


def _reminder(parts: Parts, request: Request, number: int, now: datetime) -> Notice:
    return Notice(
        id=parts.new_id(),
        workspace=request.workspace,
        kind=NoticeKind.REMINDER,
        subject=f"{request.id}:{number}",
        recipient=request.requester,
        wanted_channel="",  # where the card stands
        created_at=now,
        detail={},
    )
