"""The two-person rule: what gives power, or takes a barrier away, waits for a second admin where there is one.

Each step is one transaction, decided from the rows at that moment. Accounts are read before it, at most 60 s old.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.access import Tally
from bot.domain.audit import BOT, Action, Detail, Draft, Result
from bot.domain.notices import Notice, NoticeKind
from bot.domain.policy import changed, takes_more
from bot.domain.proposals import (
    EXPIRES_AFTER,
    NEEDS,
    Change,
    NewGrant,
    NewSettings,
    NewToken,
    Power,
    Proposal,
    ProposalState,
    Unfreeze,
    Unprotect,
    Why,
    acts_alone,
    takes_two,
)
from bot.domain.roles import Member, SubjectKind, admins, barred, decide
from bot.operations.approvers import too_few
from bot.operations.enacting import enact, outdated
from bot.operations.granting import facts_of
from bot.operations.parts import Parts
from bot.operations.permission import NotAllowed, check, log_forged, log_refusal
from bot.operations.refusing import log_no_power
from bot.store import audit, members, notices, proposals, workspaces
from bot.store.engine import Tx
from bot.store.workspaces import DISCONNECTED


@dataclass(frozen=True, slots=True)
class Done:
    """It is so now."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """It waits for one of `asked`."""

    proposal: Proposal
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impossible:
    """Nothing was changed: a rule of the house forbids it, or things are not as they were looked at."""

    why: Why


@dataclass(frozen=True, slots=True)
class Decided:
    """A second admin's word counts. `proposal` as it stands now: agreed, declined, or void."""

    proposal: Proposal


@dataclass(frozen=True, slots=True)
class TooLate:
    """It was decided before, or has expired."""

    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Own:
    """Nobody is their own second admin."""

    proposal: Proposal


@dataclass(frozen=True, slots=True)
class NoProposal:
    """No proposal of this workspace has this id."""


Outcome = Done | Proposed | Impossible
Word = Decided | TooLate | Own | NoProposal | NotAllowed


async def absent_admins(parts: Parts, workspace: str) -> frozenset[str]:
    """The admins whose accounts let them do nothing now. One that can't be read counts as one who could act."""
    grants = (await parts.snapshots.of(workspace)).grants
    everyone = admins(grants, parts.clock())
    accounts = await asyncio.gather(*(parts.people.present(workspace, each) for each in everyone))
    return frozenset(each for each, account in zip(everyone, accounts, strict=True) if barred(account) is not None)


async def change_power(
    tx: Tx, parts: Parts, member: Member, change: Change, absent: frozenset[str], now: datetime
) -> Outcome:
    """Makes a change, or proposes it when it takes two and there are two. The permission is checked by the caller.

    `absent` are the `absent_admins`, read before the transaction; the rows say who is admin.
    """
    workspace = member.workspace
    if why := await outdated(tx, workspace, change, now):
        return await _impossible(tx, member, change, why, now)
    grants = await members.of_workspace(tx, workspace)
    known = await workspaces.get(tx, workspace)
    connected = known is not None and (known.connected or known.unreadable or bool(known.settings.get(DISCONNECTED)))
    asked = tuple(each for each in admins(grants, now) if each not in absent and each != member.id)
    two = takes_two(change, grants, now, connected=connected)
    if two and not asked and not acts_alone(known.settings if known else {}, member.id, now):
        return await _impossible(tx, member, change, Why.ALONE, now)
    if not two or not asked:
        why = await enact(tx, parts, workspace, member.id, change, now, absent=absent)
        return await _impossible(tx, member, change, why, now) if why else Done()
    return Proposed(await _propose(tx, parts, member, change, asked, now), asked)


async def _impossible(tx: Tx, member: Member, change: Change, why: Why, now: datetime) -> Impossible:
    """The refusal, kept in the log."""
    await log_no_power(tx, member, change.power, change.target, why, now)
    return Impossible(why)


async def agree(parts: Parts, member: Member, proposal_id: str, *, delivery: str) -> Word:
    """A second admin's yes: what was proposed is done now, if it still can be. Raises Repeated."""
    async with parts.store.read() as tx:
        known = await proposals.get(tx, member.workspace, proposal_id)
    accounts = await _accounts(parts, known) if known else (None, None)
    absent = await absent_admins(parts, member.workspace)
    locks_out = known is not None and await _would_lock_out(parts, known)
    async with parts.change("proposals.agree", member.workspace, delivery) as tx:
        now = parts.clock()
        proposal = await proposals.get(tx, member.workspace, proposal_id, lock=True)
        if no := await _may_not(tx, member, proposal, now):
            return no
        assert proposal is not None
        why = await _why_not(tx, proposal, accounts, now) or (Why.TOO_FEW if locks_out else None)
        if why is None and proposal.change is not None:
            await _log(tx, proposal, Action.PROPOSAL_AGREED, member.id, now)
            why = await enact(
                *(tx, parts, member.workspace, proposal.proposer, proposal.change, now),
                absent=absent,
            )
        state = ProposalState.VOID if why else ProposalState.AGREED
        ended = await _end(tx, parts, proposal, state, member.id, why, now)
    if proposal.power is Power.TOKEN:
        parts.directory.forget(member.workspace)
    return Decided(ended)


async def decline(parts: Parts, member: Member, proposal_id: str, *, delivery: str) -> Word:
    """A second admin's no. Raises Repeated."""
    async with parts.change("proposals.decline", member.workspace, delivery) as tx:
        now = parts.clock()
        proposal = await proposals.get(tx, member.workspace, proposal_id, lock=True)
        if no := await _may_not(tx, member, proposal, now):
            return no
        assert proposal is not None
        await _log(tx, proposal, Action.PROPOSAL_DECLINED, member.id, now)
        return Decided(await _end(tx, parts, proposal, ProposalState.DECLINED, member.id, None, now))


async def expire(parts: Parts, workspace: str, proposal_id: str) -> None:
    """Its day is over: nothing is changed, and who proposed it is told."""
    async with parts.store.begin("proposals.expire", workspace) as tx:
        now = parts.clock()
        proposal = await proposals.get(tx, workspace, proposal_id, lock=True)
        if proposal is None or not proposal.open or now < proposal.expires_at:
            return
        await _log(tx, proposal, Action.PROPOSAL_EXPIRED, BOT, now)
        await _end(tx, parts, proposal, ProposalState.EXPIRED, BOT, None, now)
    parts.wake()


async def _propose(
    tx: Tx, parts: Parts, member: Member, change: Change, asked: Iterable[str], now: datetime
) -> Proposal:
    """Keeps it and asks. A newer one of the same person about the same thing takes the place of the older."""
    workspace = member.workspace
    for older in await proposals.waiting(tx, workspace):
        if (older.proposer, older.power, older.target) == (member.id, change.power, change.target[:255]):
            await _log(tx, older, Action.PROPOSAL_VOID, member.id, now, why=Why.REPLACED)
            await proposals.end(tx, older, ProposalState.VOID, member.id, Why.REPLACED)
            await notices.renew_all(tx, workspace, NoticeKind.PROPOSAL, f"{older.id}:", now)
    proposal = Proposal(
        id=parts.new_id(),
        workspace=workspace,
        power=change.power,
        target=change.target,
        proposer=member.id,
        proposed_at=now,
        expires_at=now + EXPIRES_AFTER,
        change=change,
    )
    await proposals.add(tx, proposal)
    await _log(tx, proposal, Action.PROPOSAL_MADE, member.id, now)
    cards = [_notice(parts, proposal, NoticeKind.PROPOSAL, f"{proposal.id}:{each}", each, now) for each in asked]
    await notices.promise(tx, cards, now)
    return proposal


async def _may_not(tx: Tx, member: Member, proposal: Proposal | None, now: datetime) -> Word | None:
    """Why this person's word doesn't count; None when it does. A refusal is logged."""
    if proposal is None:
        await log_forged(tx, member, "proposal", now)
        return NoProposal()
    if no := await check(tx, member, NEEDS[proposal.power], asked=f"agree to {proposal.power}", now=now, vote=True):
        return no
    if not proposal.open or now >= proposal.expires_at:
        late = _draft(proposal, Action.PROPOSAL_REFUSED, member.id, why="too_late")
        await log_refusal(tx, member, late, now, Tally.LATE)
        return TooLate(proposal)
    if proposal.proposer == member.id:
        await log_refusal(tx, member, _draft(proposal, Action.PROPOSAL_REFUSED, member.id, why="own"), now)
        return Own(proposal)
    return None


Accounts = tuple[Member | None, Member | None]
"""Who proposed it, and who would get a role, with their present accounts."""


async def _accounts(parts: Parts, proposal: Proposal) -> Accounts:
    workspace, change = proposal.workspace, proposal.change
    proposer = Member(workspace, proposal.proposer, await parts.people.present(workspace, proposal.proposer))
    if not isinstance(change, NewGrant) or change.grant.subject_kind is not SubjectKind.USER:
        return proposer, None
    whom = change.grant.subject
    return proposer, Member(workspace, whom, await parts.people.present(workspace, whom))


async def _would_lock_out(parts: Parts, proposal: Proposal) -> bool:
    """Whether settings would take more approvals than now and than people can give: approvers may have gone since."""
    change = proposal.change
    if not isinstance(change, NewSettings) or not takes_more(change.before, change.after):
        return False
    return await too_few(parts, proposal.workspace, change.after.always)


async def _why_not(tx: Tx, proposal: Proposal, accounts: Accounts, now: datetime) -> Why | None:
    """Why it can't be done any more: who proposed it, who it is for, and what it is about are looked at again."""
    proposer, subject = accounts
    grants = await members.of_workspace(tx, proposal.workspace)
    may = proposer and decide(grants, proposer, NEEDS[proposal.power], names=None, now=now)
    if not may or not may.allowed:
        return Why.PROPOSER
    if subject and barred(subject.account):
        return Why.SUBJECT
    if proposal.change is None:
        return Why.UNREADABLE
    return await outdated(tx, proposal.workspace, proposal.change, now)


async def _end(
    tx: Tx, parts: Parts, proposal: Proposal, state: ProposalState, by: str, why: Why | None, now: datetime
) -> Proposal:
    if why:
        await _log(tx, proposal, Action.PROPOSAL_VOID, by, now, why=why)
    await proposals.end(tx, proposal, state, by, why)
    await notices.renew_all(tx, proposal.workspace, NoticeKind.PROPOSAL, f"{proposal.id}:", now)
    told = _notice(parts, proposal, NoticeKind.PROPOSAL_ENDED, proposal.id, proposal.proposer, now)
    await notices.promise(tx, [told], now)
    ended = await proposals.get(tx, proposal.workspace, proposal.id)
    assert ended is not None
    return ended


async def _log(tx: Tx, proposal: Proposal, action: Action, actor: str, now: datetime, *, why: str = "") -> None:
    await audit.append(tx, proposal.workspace, _draft(proposal, action, actor, why=why), now)


def _draft(proposal: Proposal, action: Action, actor: str, *, why: str) -> Draft:
    refused = action not in (Action.PROPOSAL_MADE, Action.PROPOSAL_AGREED)
    outcome = Result.PENDING if action is Action.PROPOSAL_MADE else Result.REFUSED if refused else Result.OK
    detail = {"proposal": proposal.id, "power": proposal.power, "proposer": proposal.proposer, **_facts(proposal)}
    return Draft(action, actor, target=proposal.target[:255], outcome=outcome, reason=why, detail=detail)


def _facts(proposal: Proposal) -> Detail:
    """What the log keeps of what is proposed; never a secret."""
    match proposal.change:
        case NewSettings(before, after):
            return {name: f"{was} → {is_}" for name, (was, is_) in changed(before, after).items()}
        case NewGrant(grant):
            return facts_of(grant)
        case NewToken(account=account, token_name=token):
            return {"account": account, "token": token}
        case Unprotect(server_id):
            return {"server_id": server_id}
        case Unfreeze(frozen_by):
            return {"frozen_by": frozen_by}
        case None:
            return {}


def _notice(parts: Parts, proposal: Proposal, kind: NoticeKind, subject: str, to: str, now: datetime) -> Notice:
    return Notice(
        id=parts.new_id(),
        workspace=proposal.workspace,
        kind=kind,
        subject=subject,
        recipient=to,
        wanted_channel=to,
        created_at=now,
        detail={},
    )
