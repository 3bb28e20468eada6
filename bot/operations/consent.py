"""Other people's word on a request: votes, a claim, a cancellation. Each is one transaction, decided from the rows.

The rows are locked while a word is given, so that of fifty clicks at once one counts and the others are told why not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.access import Tally
from bot.domain.approvals import Agreement, Choice, NoVote, Vote, agreement, as_filed, granted_before, may_not_vote, saw
from bot.domain.audit import Action, Draft, Result
from bot.domain.notices import NoticeKind
from bot.domain.operations import Kind, Operation, Outcome, Request, State, Step
from bot.domain.policy import Freeze, Policy, freeze_of, policy_of
from bot.domain.roles import Account, Grant, Member, Permission, SubjectKind, able, decide
from bot.operations.approvers import ENOUGH, accounts_of
from bot.operations.closing import close
from bot.operations.parts import Parts
from bot.operations.permission import NotAllowed, check, log_forged, log_refusal
from bot.store import audit, members, notices, operations, votes, workspaces
from bot.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Counted:
    """The vote is kept; `missing` approvals are still needed, 0 when it is decided. `about`: what waited for it."""

    request: Request
    missing: int
    about: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The request is withdrawn, as far as nothing of it was begun: for the operations `kept`."""

    request: Request
    kept: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """Everybody sees who looks at it."""

    request: Request


@dataclass(frozen=True, slots=True)
class TooLate:
    """The request is not open any more: it shows by whom and why.

    `other_token`: it waits still, but was asked for under a token of the provider's that is not the present one.
    """

    request: Request
    other_token: bool = False


@dataclass(frozen=True, slots=True)
class NotYours:
    """The person may vote in general, but not on this request; or may not cancel it."""

    request: Request
    why: NoVote | None = None


@dataclass(frozen=True, slots=True)
class Halted:
    """The workspace is frozen: nobody's consent counts until that is lifted."""

    freeze: Freeze


@dataclass(frozen=True, slots=True)
class NotThere:
    """No request of this workspace has this id."""


Word = Counted | Cancelled | Claimed | TooLate | NotYours | NotThere | NotAllowed | Halted


async def vote(
    parts: Parts, member: Member, request_id: str, choice: Choice, *, delivery: str, reason: str = ""
) -> Word:
    """One person's yes or no. Raises Repeated when this delivery was served before."""
    others = await _voters(parts, member.workspace, request_id)
    async with parts.change("consent.vote", member.workspace, delivery) as tx:
        now = parts.clock()
        request = await operations.request(tx, member.workspace, request_id, lock=True)
        if no := await _may_not(tx, member, request, choice, now):
            return no
        assert request is not None
        given = Vote(member.id, choice, now, saw([each.shown for each in request.operations if each.shown]), reason)
        await votes.add(tx, member.workspace, request.id, given)
        await audit.append(tx, member.workspace, _voted(request, given), now)
        voted = replace(request, votes=(*request.votes, given))
        policy = await _policy(tx, member.workspace)
        grants = await members.of_workspace(tx, member.workspace)
        missing = missing_of(voted, policy, grants, others | {member.id: member.account}, now)
        if choice is Choice.DENY:
            await close(tx, parts, voted, Step(State.DENIED, Outcome.DENIED), member.id, now)
        elif not missing:
            await close(tx, parts, voted, consented(voted, policy, now), "", now)
        await notices.renew(tx, member.workspace, NoticeKind.CARD, request.id, now)
        voted = await operations.request(tx, member.workspace, request_id) or voted
    waited = tuple(each for each in request.operations if each.state is State.REQUESTED)
    return Counted(voted, 0 if choice is Choice.DENY else missing, waited)


async def may_deny(parts: Parts, member: Member, request_id: str, *, delivery: str) -> Word | Request:
    """Why this person's no wouldn't count; the request when it would. It is decided again when it is given.

    Raises Repeated when this delivery was served before.
    """
    async with parts.change("consent.may_deny", member.workspace, delivery) as tx:
        request = await operations.request(tx, member.workspace, request_id)
        no = await _may_not(tx, member, request, Choice.DENY, parts.clock())
    if no:
        return no
    assert request is not None
    return request


async def cancel(parts: Parts, member: Member, request_id: str, *, delivery: str) -> Word:
    """Withdraws a request as long as nothing was called: who asked may, and in the time to undo, every approver."""
    async with parts.change("consent.cancel", member.workspace, delivery) as tx:
        now = parts.clock()
        request = await operations.request(tx, member.workspace, request_id, lock=True)
        if request is None:
            return await forged(tx, member, request_id, now)
        if request.requester != member.id and (request.waiting or not await _may_stop(tx, member, request, now)):
            await _log(tx, member, request, "not_theirs", now)
            return NotYours(request)
        if not any(each.can_be_withdrawn(now) for each in request.operations):
            await _log(tx, member, request, "too_late", now, Tally.LATE)
            return TooLate(request)
        await audit.append(tx, member.workspace, _about(Action.REQUEST_CANCELLED, request, member.id), now)
        kept = await close(tx, parts, request, Step(State.CANCELLED, Outcome.CANCELLED), member.id, now)
    return Cancelled(request, kept)


async def claim(parts: Parts, member: Member, request_id: str, *, delivery: str) -> Word:
    """Says that one is looking at it, so that others needn't."""
    async with parts.change("consent.claim", member.workspace, delivery) as tx:
        now = parts.clock()
        request = await operations.request(tx, member.workspace, request_id, lock=True)
        if no := await _may_not(tx, member, request, Choice.APPROVE, now):
            return no
        assert request is not None
        await votes.note(tx, member.workspace, request.id, {"claimed_by": member.id})
        await audit.append(tx, member.workspace, _about(Action.REQUEST_CLAIMED, request, member.id), now)
        await notices.renew(tx, member.workspace, NoticeKind.CARD, request.id, now)
    return Claimed(request)


def names_of(request: Request) -> list[str]:
    """The names of a request's servers: who votes has to be approver for all of them."""
    return list(dict.fromkeys(name for each in request.operations for name in each.names))


async def _may_not(tx: Tx, member: Member, request: Request | None, choice: Choice, now: datetime) -> Word | None:
    """Why this person's word on this request doesn't count; None when it does."""
    if request is None:
        return await forged(tx, member, "", now)
    names = names_of(request)
    label = f"{choice} {request.kind}"
    if refused := await check(tx, member, Permission.REQUEST_VOTE, names=names, asked=label, now=now):
        return refused
    present = await workspaces.get(tx, member.workspace)
    if late := _too_late(request, present.connected_at if present else None, now):
        await _log(tx, member, request, "other_token" if late.other_token else "too_late", now, Tally.LATE)
        return late
    frozen = freeze_of(present.settings if present else {})
    if frozen and choice is not Choice.DENY:  # a no changes nothing
        await _log(tx, member, request, "frozen", now)
        return Halted(frozen)
    why = may_not_vote(request.requester, request.votes, member.id)
    grants = granted_before(await members.of_workspace(tx, member.workspace), request.created_at)
    then = as_filed(member, request.inside)
    if why is None and not decide(grants, then, Permission.REQUEST_VOTE, names=names, now=now).allowed:
        why = NoVote.APPROVER_SINCE
    if why is None:
        return None
    await _log(tx, member, request, why, now, Tally.LATE if why is NoVote.ALREADY else Tally.NO)
    return NotYours(request, why)


def _too_late(request: Request, connected_at: datetime | None, now: datetime) -> TooLate | None:
    """Whether nobody's word counts any more, although nobody has looked at it since."""
    if not request.waiting or (request.expires_at is not None and now >= request.expires_at):
        return TooLate(request)
    return TooLate(request, other_token=True) if request.connected_at not in (None, connected_at) else None


async def _log(tx: Tx, member: Member, request: Request, why: str, now: datetime, tally: Tally = Tally.NO) -> None:
    draft = _about(Action.REQUEST_REFUSED, request, member.id)
    await log_refusal(tx, member, replace(draft, outcome=Result.REFUSED, reason=why), now, tally)


async def _may_stop(tx: Tx, member: Member, request: Request, now: datetime) -> bool:
    """Whether an approver may stop it; through a role of their own also while their account can't be read.

    To stop a change harms nothing, so it needs less than a vote.
    """
    known = member.account.known
    member = replace(
        member, account=replace(member.account, known=True, groups=member.account.groups if known else None)
    )
    grants = await members.of_workspace(tx, member.workspace)
    return decide(grants, member, Permission.REQUEST_VOTE, names=names_of(request), now=now).allowed


async def _policy(tx: Tx, workspace: str) -> Policy:
    present = await workspaces.get(tx, workspace)
    return policy_of(present.settings if present else {})


async def _voters(parts: Parts, workspace: str, request_id: str) -> dict[str, Account]:
    """The present accounts of those who approved before."""
    async with parts.store.read() as tx:
        request = await operations.request(tx, workspace, request_id)
    return await accounts_of(parts, workspace, [vote.voter for vote in request.approvals] if request else [])


def missing_of(
    request: Request, policy: Policy, grants: Sequence[Grant], accounts: Mapping[str, Account], now: datetime
) -> int:
    """How many approvals are still needed: the larger number of then and now, less those that count still.

    One whose account could not be read counts for now: in the step that enters the call it has to be.
    """
    needed = max(request.needed, policy.consent(request.act, names_of(request), price=request.price))
    return max(0, needed - agreement_of(request, grants, accounts, now).hoped)


def agreement_of(
    request: Request,
    grants: Sequence[Grant],
    accounts: Mapping[str, Account],
    now: datetime,
    *,
    names: Sequence[str] = (),
) -> Agreement:
    """Whose approval counts still. `names`: what its servers are called, if they have other names by now."""
    return agreement(
        *(request.approvals, grants, accounts),
        workspace=request.workspace,
        names=names or names_of(request),
        filed_at=request.created_at,
        inside=request.inside,
        now=now,
    )


def consented(request: Request, policy: Policy, now: datetime) -> Step:
    """What consent sets going: the change at once, or, for a deletion, the time in which it can be undone."""
    if request.kind is not Kind.DELETE or not policy.undo_window:
        return Step(State.APPROVED, again_in=timedelta())
    begins = timedelta() if policy.stop_first else policy.undo
    return Step(State.APPROVED, again_in=begins, not_before=now + policy.undo, stop_first=policy.stop_first)


def could_answer(request: Request, grants: Sequence[Grant], now: datetime) -> list[str]:
    """The people whose accounts decide how a request stands: who approved it, and who holds a role to."""
    roles = able(granted_before(grants, request.created_at), Permission.REQUEST_VOTE, names_of(request), now)
    people = [each.subject for each in roles if each.subject_kind is SubjectKind.USER]
    return list(dict.fromkeys([*(vote.voter for vote in request.approvals), *people[:ENOUGH]]))


async def forged(tx: Tx, member: Member, request_id: str, now: datetime) -> NotThere:
    """An id that no row of this workspace has: refused and logged."""
    await log_forged(tx, member, "request", now)
    return NotThere()


def _voted(request: Request, given: Vote) -> Draft:
    action = Action.REQUEST_APPROVED if given.choice is Choice.APPROVE else Action.REQUEST_DENIED
    draft = _about(action, request, given.voter)
    return replace(draft, reason=given.reason, detail=dict(draft.detail) | {"saw": given.saw})


def _about(action: Action, request: Request, actor: str) -> Draft:
    target = _target(request.operations)
    return Draft(action, actor, target=target, detail={"request": request.id, "kind": request.kind})


def _target(ops: Sequence[Operation]) -> str:
    return ops[0].server_name if len(ops) == 1 else f"{len(ops)} servers"
