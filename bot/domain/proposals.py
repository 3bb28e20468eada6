"""What power takes two admins, and the proposals in which the second one is asked. Pure.

A change of power is a value: what is applied after the consent is what was proposed, to the letter.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.policy import Policy, as_kept, loosened, read_policy
from bot.domain.roles import MAY, Grant, Permission, Role, SubjectKind

EXPIRES_AFTER = timedelta(hours=24)

ALONE_AFTER = timedelta(hours=24)
"""Who took another admin's role away is no sole admin for this long: else two would be as good as one."""

TOOK = "admins_taken"
"""Where a workspace's settings keep who did, and when."""


class Power(StrEnum):
    """The kinds of changes that give power, or take a barrier away."""

    SETTINGS = "settings"
    GRANT = "grant"
    TOKEN = "token"
    UNPROTECT = "unprotect"
    UNFREEZE = "unfreeze"


NEEDS: Mapping[Power, Permission] = {
    Power.SETTINGS: Permission.SETTINGS_MANAGE,
    Power.GRANT: Permission.ACCESS_MANAGE,
    Power.TOKEN: Permission.TOKEN_MANAGE,
    Power.UNPROTECT: Permission.SETTINGS_MANAGE,
    Power.UNFREEZE: Permission.SETTINGS_MANAGE,
}
"""What proposing and agreeing takes."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A server that a protected pattern fits: protected by its id, so that a rename doesn't shed it."""

    glob: str
    server_id: str
    server_name: str


@dataclass(frozen=True, slots=True)
class NewSettings:
    """Other settings in place of those that were looked at; `pins` for the patterns that are new among them."""

    before: Policy
    after: Policy
    pins: tuple[Pin, ...] = ()

    power = Power.SETTINGS
    target = "settings"


@dataclass(frozen=True, slots=True)
class NewGrant:
    """A role for a person or group. `request`: what it answers, if somebody asked for it with a button."""

    grant: Grant
    request: str = ""
    answer: str = ""
    had: tuple[str, ...] = ()

    power = Power.GRANT

    @property
    def target(self) -> str:
        """Who would get it."""
        return self.grant.subject


@dataclass(frozen=True, slots=True)
class NewToken:
    """Another provider token. `connected_at`: since when the present one is there; `dialect`: how it is answered."""

    token: str = field(repr=False)
    account: str
    token_name: str
    connected_at: datetime | None
    dialect: str = "documented"

    power = Power.TOKEN
    target = "token"


@dataclass(frozen=True, slots=True)
class Unprotect:
    """The protection of one server goes."""

    server_id: str
    server_name: str
    protected_at: datetime

    power = Power.UNPROTECT

    @property
    def target(self) -> str:
        """The server's name when it was protected."""
        return self.server_name


@dataclass(frozen=True, slots=True)
class Unfreeze:
    """The freeze goes."""

    frozen_by: str
    frozen_at: datetime

    power = Power.UNFREEZE
    target = "freeze"


Change = NewSettings | NewGrant | NewToken | Unprotect | Unfreeze


class ProposalState(StrEnum):
    """How far a proposal has come."""

    OPEN = "open"
    AGREED = "agreed"
    DECLINED = "declined"
    EXPIRED = "expired"
    VOID = "void"


class Why(StrEnum):
    """Why a change can't be made, or not any more."""

    CHANGED = "changed"
    LAST_ADMIN = "last_admin"
    PROPOSER = "proposer"
    SUBJECT = "subject"
    ENDED = "ended"
    UNREADABLE = "unreadable"
    REPLACED = "replaced"
    TOO_FEW = "too_few"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that waits for a second admin, or did. `change` is None when it can't be read any more."""

    id: str
    workspace: str
    power: Power
    target: str
    proposer: str
    proposed_at: datetime
    expires_at: datetime
    change: Change | None
    state: ProposalState = ProposalState.OPEN
    answered_by: str = ""
    why: Why | None = None

    @property
    def open(self) -> bool:
        """Whether it still waits."""
        return self.state is ProposalState.OPEN


def takes_two(change: Change, grants: Iterable[Grant], now: datetime, *, connected: bool) -> bool:
    """Whether a second admin has to agree, where there is one. `connected`: a token is kept, or was taken away.

    Taking power and raising barriers acts at once; so does a role that gives nothing new.
    """
    match change:
        case NewSettings(before, after):
            return bool(loosened(before, after))
        case NewGrant(grant):
            mighty = grant.role in (Role.APPROVER, Role.ADMIN) or grant.break_glass
            return mighty and not gives(grants, grant, now)
        case NewToken():
            return connected
        case _:
            return True


def gives(grants: Iterable[Grant], grant: Grant, now: datetime) -> bool:
    """Whether somebody holds already, there and for at least as long, all that a grant would give."""
    return any(
        (each.subject_kind, each.subject) == (grant.subject_kind, grant.subject)
        and each.live(now)
        and each.glob in (None, grant.glob)
        and (each.until is None or (grant.until is not None and each.until >= grant.until))
        and MAY[grant.role] <= MAY[each.role]
        and (not grant.break_glass or each.gives(Permission.BREAK_GLASS_POWER))
        for each in grants
    )


def took_admin(settings: Mapping[str, Any], by: str, now: datetime) -> dict[str, Any]:
    """The settings with a word on who took an admin's role away just now."""
    since = {who: at for who, at in settings.get(TOOK, {}).items() if now - datetime.fromisoformat(at) < ALONE_AFTER}
    return dict(settings) | {TOOK: since | {by: now.isoformat()}}


def acts_alone(settings: Mapping[str, Any], who: str, now: datetime) -> bool:
    """Whether a sole admin may do what takes two; not while they are the only one because they made it so."""
    took = settings.get(TOOK, {}).get(who)
    return took is None or now - datetime.fromisoformat(took) >= ALONE_AFTER


def packed(change: Change) -> str:
    """A change as text, to be sealed."""
    match change:
        case NewSettings(before, after, pins):
            values: dict[str, Any] = {
                "before": as_kept(before),
                "after": as_kept(after),
                "pins": [asdict(each) for each in pins],
            }
        case NewGrant(grant):
            values = asdict(change) | {"grant": asdict(grant), "had": list(change.had)}
        case _:
            values = asdict(change)
    return json.dumps(values, default=lambda value: value.isoformat())


def unpacked(power: Power, text: str) -> Change:
    """The change again. `unpacked(change.power, packed(change)) == change`."""
    values = json.loads(text)
    match power:
        case Power.SETTINGS:
            pins = tuple(Pin(**each) for each in values["pins"])
            return NewSettings(read_policy(values["before"]), read_policy(values["after"]), pins)
        case Power.GRANT:
            return NewGrant(
                _grant(values["grant"]), values["request"], values["answer"], tuple(str(each) for each in values["had"])
            )
        case Power.TOKEN:
            return NewToken(**values | {"connected_at": _time(values["connected_at"])})
        case Power.UNPROTECT:
            return Unprotect(**values | {"protected_at": datetime.fromisoformat(values["protected_at"])})
        case Power.UNFREEZE:
            return Unfreeze(values["frozen_by"], datetime.fromisoformat(values["frozen_at"]))


def without_secret(change: Change) -> Change:
    """What is kept of a change when it is decided."""
    return replace(change, token="") if isinstance(change, NewToken) else change


def _grant(values: Mapping[str, Any]) -> Grant:
    named = {each.name: values[each.name] for each in fields(Grant) if each.name in values}
    return Grant(
        **named
        | {
            "subject_kind": SubjectKind(values["subject_kind"]),
            "role": Role(values["role"]),
            "until": _time(values["until"]),
            "votes_since": _time(values.get("votes_since")),
            "granted_at": datetime.fromisoformat(values["granted_at"]),
        }
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
