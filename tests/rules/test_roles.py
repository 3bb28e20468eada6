"""Who may do what, as a table: each case is a sentence, and each refusal says why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.roles import (
    FROM_ANYWHERE,
    NEEDS,
    ON_SERVERS,
    UNKNOWN_ACCOUNT,
    Because,
    Grant,
    Member,
    Permission,
    Role,
    SubjectKind,
    able,
    admins,
    decide,
    groups_of,
    held,
    keeps_an_admin,
    leaves_no_admin,
    next_end,
)
from tests.rules.making import NOW, a_grant, a_member, ago

VIEWER, OPERATOR, APPROVER, AUDITOR, ADMIN = Role
READ, POWER, ACCESS = Permission.SERVER_READ, Permission.SERVER_POWER, Permission.ACCESS_MANAGE
VOTE = Permission.REQUEST_VOTE
SOON = NOW + timedelta(hours=8)
OLGA = a_member()
IN_OPS = a_member(groups=frozenset({"S0OPS"}))
GROUP = SubjectKind.GROUP

DECISIONS: dict[str, tuple[Sequence[Grant], Member, Permission, Sequence[str] | None, Because]] = {
    "nobody holds anything to begin with": ([], OLGA, READ, ["web-1"], Because.NO_GRANT),
    "somebody else's grant is not mine": ([a_grant(ADMIN, "U0ADA")], OLGA, READ, None, Because.NO_GRANT),
    "a viewer may look": ([a_grant(VIEWER)], OLGA, READ, ["web-1"], Because.GRANTED),
    "a viewer may not reboot": ([a_grant(VIEWER)], OLGA, POWER, ["web-1"], Because.ROLE_TOO_LOW),
    "an operator may reboot": ([a_grant(OPERATOR)], OLGA, POWER, ["web-1"], Because.GRANTED),
    "an approver may do what an operator may": ([a_grant(APPROVER)], OLGA, POWER, ["web-1"], Because.GRANTED),
    "an approver may not give roles": ([a_grant(APPROVER)], OLGA, ACCESS, None, Because.ROLE_TOO_LOW),
    "an admin may give roles": ([a_grant(ADMIN)], OLGA, ACCESS, None, Because.GRANTED),
    "a pattern reaches what fits it": ([a_grant(OPERATOR, glob="web-*")], OLGA, POWER, ["web-1"], Because.GRANTED),
    "a pattern reaches it in capitals, too": (
        [a_grant(OPERATOR, glob="web-*")],
        OLGA,
        POWER,
        ["WEB-1"],
        Because.GRANTED,
    ),
    "a pattern reaches nothing else": ([a_grant(OPERATOR, glob="web-*")], OLGA, POWER, ["db-1"], Because.OTHER_SERVERS),
    "a pattern fits whole names": ([a_grant(OPERATOR, glob="web-?")], OLGA, POWER, ["web-10"], Because.OTHER_SERVERS),
    "a server being renamed must fit by both names": (
        [a_grant(OPERATOR, glob="web-*")],
        OLGA,
        POWER,
        ["web-1", "db-1"],
        Because.OTHER_SERVERS,
    ),
    "with a pattern one may ask about no server in particular": (
        [a_grant(OPERATOR, glob="web-*")],
        OLGA,
        POWER,
        None,
        Because.GRANTED,
    ),
    "an auditor reads the log": ([a_grant(AUDITOR)], OLGA, Permission.AUDIT_READ, None, Because.GRANTED),
    "an auditor doesn't see servers by that": ([a_grant(AUDITOR)], OLGA, READ, ["web-1"], Because.ROLE_TOO_LOW),
    "an admin of some servers gives no roles": (
        [a_grant(ADMIN, glob="web-*")],
        OLGA,
        ACCESS,
        None,
        Because.OTHER_SERVERS,
    ),
    "an admin of some servers reads no log": (
        [a_grant(ADMIN, glob="*-1")],
        OLGA,
        Permission.AUDIT_READ,
        ["web-1"],
        Because.OTHER_SERVERS,
    ),
    "a grant holds until its end": ([a_grant(OPERATOR, until=SOON)], OLGA, POWER, ["web-1"], Because.GRANTED),
    "a grant has ended at its end": ([a_grant(OPERATOR, until=NOW)], OLGA, POWER, ["web-1"], Because.ENDED),
    "an ended grant doesn't hide a live one": (
        [a_grant(ADMIN, until=ago(hours=1)), a_grant(VIEWER)],
        OLGA,
        READ,
        ["web-1"],
        Because.GRANTED,
    ),
    "an ended high grant doesn't lift a live low one": (
        [a_grant(ADMIN, until=ago(hours=1)), a_grant(VIEWER)],
        OLGA,
        POWER,
        ["web-1"],
        Because.ROLE_TOO_LOW,
    ),
    "a low grant everywhere and a high one elsewhere don't add up": (
        [a_grant(VIEWER), a_grant(OPERATOR, glob="web-*")],
        OLGA,
        POWER,
        ["db-1"],
        Because.OTHER_SERVERS,
    ),
    "a group's grant is its members'": ([a_grant(OPERATOR, "S0OPS", kind=GROUP)], IN_OPS, POWER, None, Because.GRANTED),
    "a group's grant is nobody else's": ([a_grant(OPERATOR, "S0OPS", kind=GROUP)], OLGA, POWER, None, Because.NO_GRANT),
    "a group's grant counts as none while groups can't be read": (
        [a_grant(OPERATOR, "S0OPS", kind=GROUP)],
        Member("T1", "U0OLGA", UNKNOWN_ACCOUNT),
        POWER,
        None,
        Because.UNREAD,
    ),
    "nor while the account can't be read and the groups can": (
        [a_grant(OPERATOR, "S0OPS", kind=GROUP)],
        Member("T1", "U0OLGA", replace(UNKNOWN_ACCOUNT, groups=frozenset({"S0OPS"}))),
        POWER,
        None,
        Because.UNREAD,
    ),
    "a role that is too low with every group is said to be too low": (
        [a_grant(VIEWER), a_grant(VIEWER, "S0OPS", kind=GROUP)],
        Member("T1", "U0OLGA", UNKNOWN_ACCOUNT),
        POWER,
        None,
        Because.ROLE_TOO_LOW,
    ),
    "a vote counts of nobody whose account can't be read": (
        [a_grant(APPROVER)],
        Member("T1", "U0OLGA", UNKNOWN_ACCOUNT),
        VOTE,
        None,
        Because.UNREAD_VOTER,
    ),
    "a vote through one's own role counts while only the groups can't be read": (
        [a_grant(APPROVER)],
        a_member(groups=None),
        VOTE,
        None,
        Because.GRANTED,
    ),
    "a deactivated account is deactivated, whatever its groups": (
        [a_grant(OPERATOR, "S0OPS", kind=GROUP)],
        a_member(active=False, groups=None),
        POWER,
        None,
        Because.DEACTIVATED,
    ),
    "one's own grant counts while the account can't be read": (
        [a_grant(OPERATOR)],
        Member("T1", "U0OLGA", UNKNOWN_ACCOUNT),
        POWER,
        None,
        Because.GRANTED,
    ),
    "a person named like a group is not the group": (
        [a_grant(OPERATOR, "U0OLGA", kind=GROUP)],
        OLGA,
        POWER,
        None,
        Because.NO_GRANT,
    ),
    "a deactivated admin may nothing": ([a_grant(ADMIN)], a_member(active=False), READ, None, Because.DEACTIVATED),
    "a guest may nothing, whatever was granted": ([a_grant(ADMIN)], a_member(guest=True), READ, None, Because.GUEST),
    "people from elsewhere may nothing": ([a_grant(ADMIN)], a_member(foreign=True), READ, None, Because.FOREIGN),
}


@pytest.mark.parametrize("sentence", DECISIONS)
def test_decisions(sentence: str) -> None:
    grants, member, permission, names, because = DECISIONS[sentence]
    decision = decide(grants, member, permission, names=names, now=NOW)
    assert decision.because is because
    assert decision.allowed is (because is Because.GRANTED)
    assert (decision.permission, decision.needs) == (permission, NEEDS[permission])


@pytest.mark.parametrize(
    ("role", "permission", "may"),
    [
        (OPERATOR, Permission.BREAK_GLASS_POWER, True),
        (OPERATOR, Permission.BREAK_GLASS, False),
        (VIEWER, Permission.BREAK_GLASS_POWER, False),
    ],
)
def test_a_grant_with_break_glass_is_for_power_alone(role: Role, permission: Permission, may: bool) -> None:
    grants = [replace(a_grant(role), break_glass=True)]
    assert decide(grants, OLGA, permission, names=["web-1"], now=NOW).allowed is may


def test_every_reason_occurs_in_the_table() -> None:
    assert {because for *_, because in DECISIONS.values()} == set(Because)


WHO_MAY: dict[Permission, set[Role]] = {
    Permission.SERVER_READ: {VIEWER, OPERATOR, APPROVER, ADMIN},
    Permission.SERVER_POWER: {OPERATOR, APPROVER, ADMIN},
    Permission.SERVER_DELETE: {OPERATOR, APPROVER, ADMIN},
    Permission.SERVER_NOTE: {OPERATOR, APPROVER, ADMIN},
    Permission.SERVER_CREATE: {OPERATOR, APPROVER, ADMIN},
    Permission.SERVER_EDIT: {OPERATOR, APPROVER, ADMIN},
    Permission.REQUEST_VOTE: {APPROVER, ADMIN},
    Permission.FREEZE: {APPROVER, ADMIN},
    Permission.BREAK_GLASS: {ADMIN},
    Permission.BREAK_GLASS_POWER: {ADMIN},
    Permission.SETTINGS_READ: {AUDITOR, ADMIN},
    Permission.SETTINGS_MANAGE: {ADMIN},
    Permission.ACCESS_READ: {AUDITOR, ADMIN},
    Permission.AUDIT_READ: {AUDITOR, ADMIN},
    Permission.AUDIT_EXPORT: {AUDITOR, ADMIN},
    Permission.ACCESS_MANAGE: {ADMIN},
    Permission.TOKEN_MANAGE: {ADMIN},
}


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_each_role_may_this_and_nothing_more(role: Role, permission: Permission) -> None:
    decision = decide([a_grant(role)], OLGA, permission, names=["web-1"], now=NOW)
    assert decision.allowed is (role in WHO_MAY[permission])
    assert NEEDS[permission] in WHO_MAY[permission], "a refusal names a role that helps"


@pytest.mark.parametrize("permission", sorted(set(Permission) - ON_SERVERS - FROM_ANYWHERE))
@pytest.mark.parametrize("role", Role)
def test_what_concerns_the_whole_workspace_takes_a_grant_for_all_of_it(role: Role, permission: Permission) -> None:
    limited = a_grant(role, glob="*-1")
    assert not decide([limited], OLGA, permission, names=["web-1"], now=NOW).allowed


@pytest.mark.parametrize("role", Role)
def test_who_approves_for_some_servers_freezes_them_all(role: Role) -> None:
    decision = decide([a_grant(role, glob="prod-*")], OLGA, Permission.FREEZE, names=None, now=NOW)
    assert decision.allowed is (role in WHO_MAY[Permission.FREEZE])


def test_the_next_role_to_end_is_the_first_of_those_that_hold_still() -> None:
    ended, soon, later = (a_grant(OPERATOR, until=NOW + timedelta(hours=h)) for h in (-1, 2, 3))
    assert next_end([a_grant(ADMIN), later, ended, soon], NOW) == soon.until
    assert next_end([a_grant(ADMIN), ended], NOW) is None


def test_a_refusal_names_the_highest_role_one_has() -> None:
    low, lower = a_grant(OPERATOR), a_grant(VIEWER, glob="web-*")
    assert decide([lower, low], OLGA, ACCESS, names=None, now=NOW).rule == low


def test_a_consent_rests_on_the_widest_grant() -> None:
    narrow, ending, wide = a_grant(OPERATOR, glob="web-*"), a_grant(OPERATOR, until=SOON), a_grant(ADMIN)
    assert decide([narrow, ending, wide], OLGA, POWER, names=["web-1"], now=NOW).rule == wide
    assert decide([narrow, ending], OLGA, POWER, names=["web-1"], now=NOW).rule == ending


SOMEBODY_ADMINISTERS: dict[str, tuple[Sequence[Grant], bool]] = {
    "nobody holds anything": ([], False),
    "an admin for everything, without an end": ([a_grant(ADMIN)], True),
    "an admin for a while will be none": ([a_grant(ADMIN, until=SOON)], False),
    "an admin of some servers doesn't administer the workspace": ([a_grant(ADMIN, glob="web-*")], False),
    "a group may be empty tomorrow": ([a_grant(ADMIN, "S0OPS", kind=GROUP)], False),
    "approvers are no admins": ([a_grant(APPROVER)], False),
    "one real admin among all of these": (
        [a_grant(ADMIN, glob="web-*"), a_grant(VIEWER), a_grant(ADMIN, "U0ADA")],
        True,
    ),
}


@pytest.mark.parametrize("sentence", SOMEBODY_ADMINISTERS)
def test_somebody_always_administers(sentence: str) -> None:
    grants, kept = SOMEBODY_ADMINISTERS[sentence]
    assert keeps_an_admin(grants, ()) is kept


TAKES_THE_LAST: dict[str, tuple[Sequence[Grant], Sequence[Grant], set[str], bool]] = {
    "one of two goes": ([a_grant(ADMIN), a_grant(ADMIN, "U0ADA")], [a_grant(ADMIN)], set(), False),
    "the only one goes": ([a_grant(ADMIN)], [], set(), True),
    "the only one whose account can act goes": (
        [a_grant(ADMIN), a_grant(ADMIN, "U0ADA")],
        [a_grant(ADMIN)],
        {"U0OLGA"},
        True,
    ),
    "the one whose account can't act goes": (
        [a_grant(ADMIN), a_grant(ADMIN, "U0ADA")],
        [a_grant(ADMIN, "U0ADA")],
        {"U0OLGA"},
        False,
    ),
    "nobody's account can act, before and after": (
        [a_grant(ADMIN), a_grant(VIEWER, "U0SAM")],
        [a_grant(ADMIN)],
        {"U0OLGA"},
        False,
    ),
    "nobody's account can act, and the last grant goes": ([a_grant(ADMIN)], [], {"U0OLGA"}, True),
}


@pytest.mark.parametrize("sentence", TAKES_THE_LAST)
def test_no_change_takes_away_the_last_who_administers(sentence: str) -> None:
    before, after, absent, taken = TAKES_THE_LAST[sentence]
    assert leaves_no_admin(before, after, absent) is taken


def test_who_could_grant_it_are_the_present_admins_of_everything_each_once() -> None:
    grants = [
        a_grant(ADMIN, "U0ADA"),
        a_grant(ADMIN, "U0OLD", until=NOW),
        a_grant(ADMIN, "U0SOON", until=SOON),
        a_grant(ADMIN, "U0WEB", glob="web-*"),
        a_grant(ADMIN, "S0OPS", kind=GROUP),
        a_grant(ADMIN, "U0ADA"),
        a_grant(OPERATOR, "U0OLGA"),
    ]
    assert admins(grants, NOW) == ("U0ADA", "U0SOON")


def test_who_may_reboot_web_1_whoever_s_account_it_is_for() -> None:
    web, db = a_grant(OPERATOR, "U0WEB", glob="web-*"), a_grant(ADMIN, "U0DB", glob="db-*")
    group, viewer, old = a_grant(APPROVER, "S0OPS", kind=GROUP), a_grant(VIEWER), a_grant(ADMIN, "U0OLD", until=NOW)
    assert able([web, db, group, viewer, old], POWER, ["web-1"], NOW) == (web, group)


HELD: dict[str, tuple[Sequence[Grant], Member, int]] = {
    "none": ([], OLGA, 0),
    "one's own and those through groups": ([a_grant(VIEWER), a_grant(APPROVER, "S0OPS", kind=GROUP)], IN_OPS, 2),
    "not those of groups one isn't in": ([a_grant(VIEWER), a_grant(APPROVER, "S0OPS", kind=GROUP)], OLGA, 1),
    "not those that have ended": ([a_grant(VIEWER), a_grant(ADMIN, until=NOW)], OLGA, 1),
    "a guest holds none": ([a_grant(ADMIN)], a_member(guest=True), 0),
}


@pytest.mark.parametrize("sentence", HELD)
def test_what_somebody_holds_now(sentence: str) -> None:
    grants, member, number = HELD[sentence]
    assert len(held(grants, member, NOW)) == number


def test_only_groups_that_hold_something_are_asked_for() -> None:
    assert groups_of([a_grant(VIEWER), a_grant(APPROVER, "S0OPS", kind=GROUP)]) == {"S0OPS"}
