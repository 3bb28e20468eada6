"""What consent is given to, by whom, and whether it still holds. Pure.

An approval holds for one server as it was shown. Its fingerprint is taken when the request is filed and compared
in the step that enters the call; a difference voids the request.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from bot.domain.roles import UNKNOWN_ACCOUNT, Account, Grant, Member, Permission, decide
from bot.domain.servers import Server


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A server as people were shown it, from the server's own page; all as text, to be compared."""

    account: str
    id: str
    name: str
    hostname: str
    address: str
    plan: str
    system: str
    created_at: str

    def digest(self) -> str:
        """What a vote keeps of it: 32 hexadecimal digits."""
        parts = [part.encode() for part in asdict(self).values()]
        return sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).hexdigest()[:32]


def fingerprint(server: Server, account: str) -> Fingerprint | None:
    """The server's fingerprint; None without a creation time, which is what tells a server from its successor."""
    if server.created_at is None:
        return None
    return Fingerprint(
        account=account,
        id=server.id,
        name=server.name,
        hostname=server.hostname,
        address=server.address or "",
        plan=server.plan.name if server.plan else "",
        system=server.system.name if server.system else "",
        created_at=server.created_at.isoformat(),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not what was approved."""

    field: str
    was: str
    now: str


def differences(approved: Fingerprint, present: Fingerprint) -> tuple[Difference, ...]:
    """What changed since people looked at it."""
    then, now = asdict(approved), asdict(present)
    return tuple(Difference(name, then[name], now[name]) for name in then if then[name] != now[name])


class Choice(StrEnum):
    """What a vote says."""

    APPROVE = "approve"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's word on a request. `saw` is the digest of what they were shown."""

    voter: str
    choice: Choice
    voted_at: datetime
    saw: str
    reason: str = ""


class NoVote(StrEnum):
    """Why somebody who may approve in general may not vote on this request."""

    OWN = "own"
    ALREADY = "already"
    APPROVER_SINCE = "approver_since"


def may_not_vote(requester: str, votes: Iterable[Vote], voter: str) -> NoVote | None:
    """Nobody votes on their own request, and nobody twice."""
    if voter == requester:
        return NoVote.OWN
    return NoVote.ALREADY if any(vote.voter == voter for vote in votes) else None


def granted_before(grants: Iterable[Grant], filed_at: datetime) -> tuple[Grant, ...]:
    """The grants that count for a request: who was made approver after it was filed can't vote on it."""
    return tuple(grant for grant in grants if (grant.votes_since or grant.granted_at) <= filed_at)


Inside = Mapping[str, frozenset[str]]
"""Who was in the user groups that may vote, when a request was filed."""


def as_filed(member: Member, inside: Inside | None) -> Member:
    """The member with only those groups in which they were when a request was filed, if that was kept.

    Who joins a group of approvers is made approver by that, and so has no word in what was asked for before. Of a
    group that could not be read then nobody knows; who is in it now may vote.
    """
    groups = member.account.groups
    if inside is None or groups is None:
        return member
    theirs = frozenset(each for each in groups if member.id in inside.get(each, {member.id}))
    return replace(member, account=replace(member.account, groups=theirs))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agrees still: for `sure`, and `perhaps`, when Slack can be asked about them again."""

    sure: tuple[str, ...]
    perhaps: tuple[str, ...]

    @property
    def hoped(self) -> int:
        """How many agree, if nothing is wrong with those whom Slack can't be asked about now."""
        return len(self.sure) + len(self.perhaps)


def agreement(
    approvals: Iterable[Vote],
    grants: Iterable[Grant],
    accounts: Mapping[str, Account],
    *,
    workspace: str,
    names: Sequence[str],
    filed_at: datetime,
    inside: Inside | None,
    now: datetime,
) -> Agreement:
    """Of those who approved, who could approve now. Whose account is not among `accounts` was not read."""
    counting = granted_before(grants, filed_at)
    sure, perhaps = [], []
    for voter in (vote.voter for vote in approvals):
        member = as_filed(Member(workspace, voter, accounts.get(voter, UNKNOWN_ACCOUNT)), inside)
        decision = decide(counting, member, Permission.REQUEST_VOTE, names=names, now=now)
        if decision.allowed:
            sure.append(voter)
        elif decision.passing:
            perhaps.append(voter)
    return Agreement(tuple(sure), tuple(perhaps))


def saw(shown: Sequence[Fingerprint]) -> str:
    """The digest of all servers of a request together."""
    return sha256("".join(each.digest() for each in shown).encode()).hexdigest()[:32]
