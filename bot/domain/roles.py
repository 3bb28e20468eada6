"""Who may do what. Deny by default; a decision is a value that can explain itself."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from bot.domain.selectors import matches


class Role(StrEnum):
    """What a person can be. Viewer, operator, approver, admin build on each other; the auditor stands beside."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """Position in lists that show the mightiest first: 0 for viewer."""
        return _RANKS[self]


_RANKS = {role: rank for rank, role in enumerate(Role)}


class Permission(StrEnum):
    """What can be asked for, as `subject:action`."""

    SERVER_READ = "server:read"
    SERVER_POWER = "server:power"
    SERVER_DELETE = "server:delete"
    SERVER_CREATE = "server:create"
    SERVER_EDIT = "server:edit"
    SERVER_NOTE = "server:note"
    REQUEST_VOTE = "request:vote"
    BREAK_GLASS = "server:break-glass"
    BREAK_GLASS_POWER = "server:break-glass-power"
    FREEZE = "workspace:freeze"
    SETTINGS_READ = "settings:read"
    SETTINGS_MANAGE = "settings:manage"
    ACCESS_READ = "access:read"
    ACCESS_MANAGE = "access:manage"
    TOKEN_MANAGE = "token:manage"
    AUDIT_READ = "audit:read"
    AUDIT_EXPORT = "audit:export"


_VIEWER = frozenset({Permission.SERVER_READ})
_OPERATOR = _VIEWER | {
    Permission.SERVER_POWER,
    Permission.SERVER_DELETE,
    Permission.SERVER_CREATE,
    Permission.SERVER_EDIT,
    Permission.SERVER_NOTE,
}
_APPROVER = _OPERATOR | {Permission.REQUEST_VOTE, Permission.FREEZE}
_AUDITOR = frozenset({Permission.AUDIT_READ, Permission.AUDIT_EXPORT, Permission.ACCESS_READ, Permission.SETTINGS_READ})

MAY: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.OPERATOR: _OPERATOR,
    Role.APPROVER: _APPROVER,
    Role.AUDITOR: _AUDITOR,
    Role.ADMIN: frozenset(Permission),
}
"""What each role may do."""

NEEDS: Mapping[Permission, Role] = {
    permission: next(role for role in Role if permission in MAY[role]) for permission in Permission
}
"""The least role that may do it: what a refusal names."""

ON_SERVERS = frozenset(
    {
        Permission.SERVER_READ,
        Permission.SERVER_POWER,
        Permission.SERVER_DELETE,
        Permission.SERVER_NOTE,
        Permission.SERVER_CREATE,
        Permission.SERVER_EDIT,
        Permission.REQUEST_VOTE,
        Permission.BREAK_GLASS,
        Permission.BREAK_GLASS_POWER,
    }
)
"""Permissions that a grant limited to a pattern can give; the others concern the whole workspace."""

FROM_ANYWHERE = frozenset({Permission.FREEZE})
"""What a limited grant gives for the whole workspace: in an emergency every approver stops everything."""


class SubjectKind(StrEnum):
    """Who can hold a grant."""

    USER = "user"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role for a person or user group, perhaps only on servers that fit a pattern, perhaps only until a time.

    `break_glass`: in an emergency its holder may start, stop and reboot without the consent that it usually takes.
    `votes_since`: since when its subject could vote there, if they could already when it was given.
    """

    id: str
    subject_kind: SubjectKind
    subject: str
    role: Role
    glob: str | None
    until: datetime | None
    granted_by: str
    granted_at: datetime
    break_glass: bool = False
    votes_since: datetime | None = None

    def live(self, now: datetime) -> bool:
        """Whether it still holds."""
        return self.until is None or now < self.until

    def gives(self, permission: Permission) -> bool:
        """Whether it gives a permission, wherever and as long as it holds."""
        if permission is Permission.BREAK_GLASS_POWER and self.break_glass:
            return Permission.SERVER_POWER in MAY[self.role]
        return permission in MAY[self.role]


@dataclass(frozen=True, slots=True)
class Account:
    """A person's present Slack account. `groups` is None, and `known` False, when Slack could not be asked."""

    active: bool = True
    guest: bool = False
    foreign: bool = False
    groups: frozenset[str] | None = frozenset()
    zone: str = ""
    known: bool = True

    @property
    def unread(self) -> bool:
        """Whether something of it could not be read: it may be deactivated by now, or in a group that holds a role."""
        return not self.known or self.groups is None


UNKNOWN_ACCOUNT = Account(groups=None, known=False)
"""An account that could not be read: a person's own grants count, their votes and grants through groups do not."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a workspace, by Slack's ids, with the account as it was last read."""

    workspace: str
    id: str
    account: Account = UNKNOWN_ACCOUNT


class Because(StrEnum):
    """Why a decision came out as it did."""

    GRANTED = "granted"
    NO_GRANT = "no_grant"
    ROLE_TOO_LOW = "role_too_low"
    OTHER_SERVERS = "other_servers"
    ENDED = "ended"
    DEACTIVATED = "deactivated"
    GUEST = "guest"
    FOREIGN = "foreign"
    UNREAD = "account_not_readable"
    UNREAD_VOTER = "voter_not_readable"


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a member may do something: the reason, the grant it rests on, and the role that it takes."""

    allowed: bool
    because: Because
    permission: Permission
    needs: Role
    rule: Grant | None = None

    @property
    def passing(self) -> bool:
        """Whether it is a no only because Slack could not be asked about the person: soon it may be a yes."""
        return self.because in (Because.UNREAD, Because.UNREAD_VOTER)


def decide(
    grants: Iterable[Grant],
    member: Member,
    permission: Permission,
    *,
    names: Sequence[str] | None,
    now: datetime,
    vote: bool = False,
) -> Decision:
    """Whether `member` may do this now.

    `names` are the names the server goes by (both, while it is renamed: all must fit a limited grant);
    None asks about no particular server, and then a limited grant suffices for what concerns servers.
    `vote`: it is a word on what somebody else asked for, which counts only of an account that could be read.
    """
    grants, vote = tuple(grants), vote or permission is Permission.REQUEST_VOTE
    decision = _decide(grants, member, permission, names, now)
    if not member.account.unread or (decision.allowed and (member.account.known or not vote)):
        return decision
    # At best the account is as usual, and in every group: who may not even then is told what is really missing.
    at_best = replace(member, account=replace(member.account, known=True, groups=groups_of(grants)))
    if not _decide(grants, at_best, permission, names, now).allowed:
        return decision
    because = Because.UNREAD_VOTER if vote else Because.UNREAD
    return replace(decision, allowed=False, because=because, rule=None)


def _decide(
    grants: Sequence[Grant], member: Member, permission: Permission, names: Sequence[str] | None, now: datetime
) -> Decision:
    """The decision from the account as it is given."""
    needs = NEEDS[permission]

    def no(because: Because, rule: Grant | None = None) -> Decision:
        return Decision(False, because, permission, needs, rule)

    if because := barred(member.account):
        return no(because)
    theirs = [grant for grant in grants if _held(grant, member)]
    if not theirs:
        return no(Because.NO_GRANT)
    live = [grant for grant in theirs if grant.live(now)]
    if not live:
        return no(Because.ENDED, theirs[0])
    high_enough = [grant for grant in live if grant.gives(permission)]
    if not high_enough:
        return no(Because.ROLE_TOO_LOW, max(live, key=lambda grant: grant.role.rank))
    for grant in sorted(high_enough, key=lambda grant: (grant.glob is not None, grant.until is not None)):
        if _reaches(grant, permission, names):
            return Decision(True, Because.GRANTED, permission, needs, grant)
    return no(Because.OTHER_SERVERS, high_enough[0])


def next_end(grants: Iterable[Grant], now: datetime) -> datetime | None:
    """When the next role ends by itself; None when none does."""
    return min((grant.until for grant in grants if grant.until is not None and grant.live(now)), default=None)


def admins(grants: Iterable[Grant], now: datetime) -> tuple[str, ...]:
    """The people who administer the whole workspace now, in the order they were granted it."""
    return tuple(dict.fromkeys(g.subject for g in grants if _is_admin(g) and g.live(now)))


def less_of_an_admin(before: Iterable[Grant], after: Iterable[Grant], now: datetime) -> frozenset[str]:
    """The people who administer the whole workspace less long after a change than before it, or not any more."""
    then, since = _admin_until(before, now), _admin_until(after, now)
    return frozenset(who for who, until in then.items() if since.get(who, now) < until)


def _admin_until(grants: Iterable[Grant], now: datetime) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for grant in grants:
        if _is_admin(grant) and grant.live(now):
            found[grant.subject] = max(found.get(grant.subject, now), grant.until or datetime.max.replace(tzinfo=UTC))
    return found


def keeps_an_admin(grants: Iterable[Grant], absent: Collection[str]) -> bool:
    """Whether somebody administers the whole workspace without an end; who is `absent` (barred) administers nothing."""
    return any(_is_admin(grant) and grant.until is None and grant.subject not in absent for grant in grants)


def leaves_no_admin(before: Sequence[Grant], after: Sequence[Grant], absent: Collection[str]) -> bool:
    """Whether a change would take away the last who administers, or the last whose account lets them: none may.

    Where nobody's account lets them any more, that hinders no change: it isn't this one that took it away.
    """
    if not keeps_an_admin(after, ()):
        return True
    return keeps_an_admin(before, absent) and not keeps_an_admin(after, absent)


def able(grants: Sequence[Grant], permission: Permission, names: Sequence[str], now: datetime) -> tuple[Grant, ...]:
    """The grants that give a permission on servers of all these names now, whoever's account they are for."""
    return tuple(
        grant for grant in grants if grant.live(now) and grant.gives(permission) and _reaches(grant, permission, names)
    )


def held(grants: Iterable[Grant], member: Member, now: datetime) -> tuple[Grant, ...]:
    """The grants a member holds now, their own and those through groups."""
    return () if barred(member.account) else tuple(g for g in grants if _held(g, member) and g.live(now))


def groups_of(grants: Iterable[Grant]) -> frozenset[str]:
    """The user groups that hold grants: the only ones whose members matter."""
    return frozenset(grant.subject for grant in grants if grant.subject_kind is SubjectKind.GROUP)


def _is_admin(grant: Grant) -> bool:
    return grant.role is Role.ADMIN and grant.glob is None and grant.subject_kind is SubjectKind.USER


def barred(account: Account) -> Because | None:
    """Why an account holds nothing, whatever was granted; None when it may hold roles."""
    if not account.active:
        return Because.DEACTIVATED
    if account.foreign:
        return Because.FOREIGN
    return Because.GUEST if account.guest else None


def _held(grant: Grant, member: Member) -> bool:
    if grant.subject_kind is SubjectKind.USER:
        return grant.subject == member.id
    return member.account.known and grant.subject in (member.account.groups or ())


def _reaches(grant: Grant, permission: Permission, names: Sequence[str] | None) -> bool:
    if grant.glob is None or permission in FROM_ANYWHERE:
        return True
    if permission not in ON_SERVERS:
        return False
    return names is None or all(matches(grant.glob, name) for name in names)
