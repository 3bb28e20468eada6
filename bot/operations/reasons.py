"""Whether an operation may still be called, decided again in the step that enters the call.

What was approved is what is done: the requester's right, the voters' rights, the account, the policy and the server
itself are compared with what they are now. Accounts are read before the transaction (at most 60 s old).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.approvals import Fingerprint, differences, fingerprint
from bot.domain.operations import POWER, Kind, Operation, Outcome, Request, State, Step
from bot.domain.policy import Policy, freeze_since, policy_of
from bot.domain.roles import UNKNOWN_ACCOUNT, Account, Grant, Member, Permission, decide
from bot.domain.servers import Server
from bot.operations.approvers import accounts_of
from bot.operations.consent import agreement_of
from bot.operations.parts import Parts
from bot.operations.preparing import backups_changed
from bot.operations.steps import people_unread
from bot.store import members, operations, protections
from bot.store.engine import Tx
from bot.store.workspaces import Workspace


@dataclass(frozen=True, slots=True)
class People:
    """The request that an operation belongs to, and the present accounts of all who had a word in it."""

    request: Request | None
    accounts: Mapping[str, Account]

    def member(self, workspace: str, person: str) -> Member:
        """A person with the account as it was read."""
        return Member(workspace, person, self.accounts.get(person, UNKNOWN_ACCOUNT))


async def people_of(parts: Parts, operation: Operation) -> People:
    """Reads the request and the accounts of requester and voters."""
    async with parts.store.read() as tx:
        request = await operations.request(tx, operation.workspace, operation.request)
    names = [operation.requester, *(vote.voter for vote in (request.approvals if request else ()))]
    return People(request, await accounts_of(parts, operation.workspace, names))


async def why_not(
    tx: Tx, parts: Parts, present: Workspace, operation: Operation, seen: Server, people: People, now: datetime
) -> Step | None:
    """The step that ends it untouched or puts it off, or None when it may be called."""
    grants = await members.of_workspace(tx, operation.workspace)
    names = list(dict.fromkeys([*operation.names, seen.name]))
    requester = people.member(operation.workspace, operation.requester)
    decision = decide(grants, requester, operation.spec.permission, names=names, now=now)
    if not decision.allowed and not decision.passing:
        return Step(State.VOID, Outcome.NOT_ALLOWED, words=decision.because, seen_status=seen.status)
    if frozen := freeze_since(present.settings, operation.approved_at or operation.requested_at):
        return Step(State.VOID, Outcome.FROZEN, words=frozen.by, seen_status=seen.status)
    if people.request is not None and people.request.connected_at not in (None, present.connected_at):
        return Step(State.VOID, Outcome.OTHER_ACCOUNT, seen_status=seen.status)
    if operation.shown is not None and (words := _changed(operation.shown, seen, present.account)):
        return Step(State.VOID, Outcome.CHANGED, words=words, seen_status=seen.status)
    if operation.kind is Kind.EDIT and operation.wanted and (other := backups_changed(seen, operation.wanted)):
        words = f"{other.field}: {other.was} → {other.now}"
        return Step(State.VOID, Outcome.CHANGED, words=words, seen_status=seen.status)
    policy = policy_of(present.settings)
    if people.request is not None and (words := _dearer(operation, seen, people.request, policy, names)):
        return Step(State.VOID, Outcome.CHANGED, words=words, seen_status=seen.status)
    if operation.kind is Kind.DELETE and await _is_protected(tx, policy, operation, names):
        return Step(State.VOID, Outcome.PROTECTED, seen_status=seen.status)
    agreed = _agreed(grants, policy, people, people.request, names, now) if people.request else True
    if agreed is False:
        return Step(State.VOID, Outcome.CONSENT_LOST, seen_status=seen.status)
    if agreed is None or decision.passing:  # last: whatever else stands in the way is known for sure
        return replace(people_unread(operation, parts), seen_status=seen.status)
    return None


def _dearer(operation: Operation, seen: Server, request: Request, policy: Policy, names: list[str]) -> str:
    """How much more a creation costs than was shown, where others agreed to the price or would have to by now."""
    was = operation.wanted.price if operation.wanted and operation.kind is Kind.CREATE else None
    now = seen.plan.price_monthly if seen.plan else None
    if was is None or (now is not None and now <= was) or request.broke_glass:
        return ""
    if not request.needed and not policy.consent(request.act, names, price=now):
        return ""
    return f"{was:,.2f} a month → {'not known' if now is None else f'{now:,.2f} a month'}"


async def _is_protected(tx: Tx, policy: Policy, operation: Operation, names: list[str]) -> bool:
    kept = await protections.among(tx, operation.workspace, [operation.server_id])
    return bool(kept) or any(policy.protects(name) for name in names)


def _agreed(
    grants: tuple[Grant, ...], policy: Policy, people: People, request: Request, names: list[str], now: datetime
) -> bool | None:
    """Whether enough people agree still, who may: the larger number of then and now. Or the glass may be broken.

    None when that hangs on people whom Slack can't be asked about now.
    """
    if request.broke_glass:
        needs = Permission.BREAK_GLASS_POWER if request.kind in POWER else Permission.BREAK_GLASS
        who = people.member(request.workspace, request.requester)
        decision = decide(grants, who, needs, names=names, now=now)
        return None if decision.passing else decision.allowed
    needed = max(request.needed, policy.consent(request.act, names, price=request.price))
    agree = agreement_of(request, grants, people.accounts, now, names=names)
    if len(agree.sure) >= needed:
        return True
    return None if agree.hoped >= needed else False


def _changed(shown: Fingerprint, seen: Server, account: str) -> str:
    present = fingerprint(seen, account)
    if present is None:
        return "the creation time is missing"
    return "; ".join(
        f"{each.field}: {each.was or 'none'} → {each.now or 'none'}" for each in differences(shown, present)
    )
