"""Looks after requests that wait for consent: reminders, expiry, who asked but may not ask any more, and what is
agreed to without another vote because it takes fewer by now.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.audit import BOT
from bot.domain.notices import Notice, NoticeKind
from bot.domain.operations import CATALOG, Outcome, Request, State, Step
from bot.domain.policy import Policy, freeze_of, policy_of
from bot.domain.roles import Account, Decision, Member, decide, next_end
from bot.operations.approvers import accounts_of
from bot.operations.closing import close
from bot.operations.consent import consented, missing_of, names_of
from bot.operations.parts import Parts
from bot.store import members, notices, operations, votes, workspaces
from bot.store.engine import Tx
from bot.store.workspaces import Workspace

UNREAD_AGAIN_IN = timedelta(seconds=30)
"""The pause before Slack is asked again about who asked; until the request expires."""


async def look_after(parts: Parts, workspace: str, request_id: str) -> None:
    """One look at a request: it is closed when it must be, else its approvers are reminded when it is time."""
    async with parts.store.read() as tx:
        request = await operations.request(tx, workspace, request_id)
    if request is None:
        return
    people = [request.requester, *(vote.voter for vote in request.approvals)]
    accounts = await accounts_of(parts, workspace, people)
    async with parts.store.begin("consent.look", workspace) as tx:
        now = parts.clock()
        request = await operations.request(tx, workspace, request_id, lock=True)
        if request is None or not request.waiting:
            await votes.note(tx, workspace, request_id, {"due_at": None})
            return
        present = await workspaces.get(tx, workspace)
        member = Member(workspace, request.requester, accounts[request.requester])
        may = await _may_still_ask(tx, request, member, now)
        step = _ends(present, request, may, now) if present else None
        step = step or await _enough_by_now(tx, present, request, may, accounts, now)
        if step:
            await close(tx, parts, request, step, BOT, now)
        else:
            if not may.passing:
                await notices.renew(tx, workspace, NoticeKind.CARD, request.id, now)  # others may be able to now
            await _remind(tx, parts, request, policy_of(present.settings if present else {}), now, again=may.passing)
    parts.wake()


async def _may_still_ask(tx: Tx, request: Request, member: Member, now: datetime) -> Decision:
    """Whether who asked for it could ask for it now."""
    grants = await members.of_workspace(tx, request.workspace)
    return decide(grants, member, CATALOG[request.kind].permission, names=names_of(request), now=now)


def _ends(present: Workspace, request: Request, may: Decision, now: datetime) -> Step | None:
    if request.expires_at is not None and now >= request.expires_at:
        return Step(State.EXPIRED, Outcome.EXPIRED)
    if request.connected_at not in (None, present.connected_at):
        return Step(State.VOID, Outcome.OTHER_ACCOUNT)
    return None if may.allowed or may.passing else Step(State.VOID, Outcome.NOT_ALLOWED, words=may.because)


async def _enough_by_now(
    tx: Tx,
    present: Workspace | None,
    request: Request,
    may: Decision,
    accounts: Mapping[str, Account],
    now: datetime,
) -> Step | None:
    """What the votes set going that were given while it took more of them; while all is frozen, nothing."""
    settings = present.settings if present else {}
    if not may.allowed or freeze_of(settings):
        return None
    policy, grants = policy_of(settings), await members.of_workspace(tx, request.workspace)
    missing = missing_of(request, policy, grants, accounts, now)
    return None if missing else consented(request, policy, now)


async def _remind(tx: Tx, parts: Parts, request: Request, policy: Policy, now: datetime, *, again: bool) -> None:
    """Twice: some time after it was filed, and once more before it expires. `again`: it has to be looked at soon."""
    assert request.expires_at is not None
    first = min(request.created_at + policy.reminder, request.expires_at)
    last = max(first, request.expires_at - policy.reminder)
    times = [first, last, request.expires_at]
    told = request.reminders
    if told < 2 and now >= times[told]:
        told = 2 if now >= last else 1
        await notices.promise(tx, [_reminder(parts, request, told, now)], now)
    soon = [now + UNREAD_AGAIN_IN] if again else []
    if ends := next_end(await members.of_workspace(tx, request.workspace), now):
        soon.append(ends)  # who asked, or could approve, may lose it then
    values = {"reminders": told, "due_at": min([times[told], request.expires_at, *soon])}
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
