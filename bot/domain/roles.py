"""Who may do what. Deny by default; a decision is a value that can explain itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.selectors import matches


class Role(StrEnum):
    """From least to most; each may do what those before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    APPROVER = "approver"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """Position in the order: 0 for viewer."""
        return _RANKS[self]

    def covers(self, other: "Role") -> bool:
        """Whether this role may do all that the other may."""
        return self.rank >= other.rank


_RANKS = {role: rank for rank, role in enumerate(Role)}


class Permission(StrEnum):
    """What can be asked for, as `subject:action`."""

    SERVER_READ = "server:read"
    SERVER_POWER = "server:power"
    ACCESS_MANAGE = "access:manage"
    TOKEN_MANAGE = "token:manage"
    AUDIT_READ = "audit:read"


NEEDS: dict[Permission, Role] = {
    Permission.SERVER_READ: Role.VIEWER,
    Permission.SERVER_POWER: Role.OPERATOR,
    Permission.ACCESS_MANAGE: Role.ADMIN,
    Permission.TOKEN_MANAGE: Role.ADMIN,
    Permission.AUDIT_READ: Role.ADMIN,
}

ON_SERVERS = frozenset({Permission.SERVER_READ, Permission.SERVER_POWER})
"""Permissions that a grant limited to a pattern can give; the others concern the whole workspace."""


class SubjectKind(StrEnum):
    """Who can hold a grant."""

    USER = "user"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role for a person or user group, perhaps only on servers that fit a pattern, perhaps only until a time."""

    id: str
    subject_kind: SubjectKind
    subject: str
    role: Role
    glob: str | None
    until: datetime | None
    granted_by: str
    granted_at: datetime

    def live(self, now: datetime) -> bool:
        """Whether it still holds."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Account:
    """A person's present Slack account. `groups` is None when it could not be read."""

    active: bool = True
    guest: bool = False
    foreign: bool = False
    groups: frozenset[str] | None = frozenset()
    zone: str = ""


UNKNOWN_ACCOUNT = Account(groups=None)
"""An account that could not be read: a person's own grants count, those through groups do not."""


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


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a member may do something: the reason, the grant it rests on, and the role that it takes."""

    allowed: bool
    because: Because
    permission: Permission
    needs: Role
    rule: Grant | None = None


def decide(
    grants: Iterable[Grant],
    member: Member,
    permission: Permission,
    *,
    names: Sequence[str] | None,
    now: datetime,
) -> Decision:
    """Whether `member` may do this now.

    `names` are the names the server goes by (both, while it is renamed: all must fit a limited grant);
    None asks about no particular server, and then a limited grant suffices for what concerns servers.
    """
    needs = NEEDS[permission]

    def no(because: Because, rule: Grant | None = None) -> Decision:
        return Decision(False, because, permission, needs, rule)

    if because := barred(member.account):
        return no(because)
    held = [grant for grant in grants if _held(grant, member)]
    if not held:
        return no(Because.NO_GRANT)
    live = [grant for grant in held if grant.live(now)]
    if not live:
        return no(Because.ENDED, held[0])
    high_enough = [grant for grant in live if grant.role.covers(needs)]
    if not high_enough:
        return no(Because.ROLE_TOO_LOW, max(live, key=lambda grant: grant.role.rank))
    for grant in sorted(high_enough, key=lambda grant: (grant.glob is not None, grant.until is not None)):
        if _reaches(grant, permission, names):
            return Decision(True, Because.GRANTED, permission, needs, grant)
    return no(Because.OTHER_SERVERS, high_enough[0])


def admins(grants: Iterable[Grant], now: datetime) -> tuple[str, ...]:
    """The people who administer the whole workspace now, in the order they were granted it."""
    return tuple(dict.fromkeys(g.subject for g in grants if _is_admin(g) and g.live(now)))


def keeps_an_admin(grants: Iterable[Grant], now: datetime) -> bool:
    """Whether somebody administers the whole workspace without an end: the rule that no change may break."""
    return any(_is_admin(grant) and grant.until is None for grant in grants)


def highest(grants: Iterable[Grant], member: Member, now: datetime) -> Role | None:
    """The highest role the member holds on any server now."""
    roles = [g.role for g in grants if _held(g, member) and g.live(now)]
    return max(roles, key=lambda role: role.rank) if roles and not barred(member.account) else None


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
    return grant.subject in (member.account.groups or ())


def _reaches(grant: Grant, permission: Permission, names: Sequence[str] | None) -> bool:
    if grant.glob is None:
        return True
    if permission not in ON_SERVERS:
        return False
    return names is None or all(matches(grant.glob, name) for name in names)
