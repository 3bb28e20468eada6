"""What takes two admins, and changes of power as they are kept."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.policy import Policy
from bot.domain.proposals import (
    Change,
    NewGrant,
    NewSettings,
    NewToken,
    Pin,
    Unfreeze,
    Unprotect,
    packed,
    takes_two,
    unpacked,
    without_secret,
)
from bot.domain.roles import Grant, Role, SubjectKind
from tests.rules.making import NOW, a_grant, ago

SOON = ago(hours=-8)
ADMIN, APPROVER, OPERATOR, VIEWER = Role.ADMIN, Role.APPROVER, Role.OPERATOR, Role.VIEWER


def broken(grant: Grant) -> Grant:
    """The same with break-glass."""
    return replace(grant, break_glass=True)


TWO: dict[str, tuple[Change, Sequence[Grant], bool]] = {
    "an approver": (NewGrant(a_grant(APPROVER)), [a_grant(OPERATOR)], True),
    "an admin": (NewGrant(a_grant(ADMIN)), [], True),
    "an approver of some servers for some hours": (NewGrant(a_grant(APPROVER, glob="web-*", until=SOON)), [], True),
    "an operator": (NewGrant(a_grant(OPERATOR)), [], False),
    "an auditor": (NewGrant(a_grant(Role.AUDITOR)), [], False),
    "an operator with break-glass": (NewGrant(broken(a_grant(OPERATOR))), [a_grant(OPERATOR)], True),
    "break-glass for an admin is nothing new": (NewGrant(broken(a_grant(OPERATOR))), [a_grant(ADMIN)], False),
    "an admin who becomes approver has less": (NewGrant(a_grant(APPROVER)), [a_grant(ADMIN)], False),
    "an approver who becomes approver for some hours": (
        NewGrant(a_grant(APPROVER, until=SOON)),
        [a_grant(APPROVER)],
        False,
    ),
    "an approver of some who becomes one of all": (
        NewGrant(a_grant(APPROVER)),
        [a_grant(APPROVER, glob="web-*")],
        True,
    ),
    "an approver whose role ended": (NewGrant(a_grant(APPROVER)), [a_grant(APPROVER, until=NOW)], True),
    "a group of approvers": (NewGrant(a_grant(APPROVER, "S0OPS", kind=SubjectKind.GROUP)), [], True),
    "what a person of the group's name holds": (
        NewGrant(a_grant(APPROVER, "S0OPS", kind=SubjectKind.GROUP)),
        [a_grant(APPROVER, "S0OPS")],
        True,
    ),
    "looser settings": (NewSettings(Policy(approvals=2), Policy(approvals=1)), [], True),
    "tighter settings": (NewSettings(Policy(approvals=1), Policy(approvals=2)), [], False),
    "a protection": (Unprotect("1", "web-1", NOW), [], True),
    "the freeze": (Unfreeze("U0AMIR", NOW), [], True),
    "another token": (NewToken("vps_x", "a", "t", NOW), [], True),
}


@pytest.mark.parametrize("sentence", TWO)
def test_what_takes_two(sentence: str) -> None:
    change, grants, two = TWO[sentence]
    assert takes_two(change, grants, NOW, connected=True) is two


def test_the_first_token_takes_one() -> None:
    assert not takes_two(NewToken("vps_x", "a", "t", None), [], NOW, connected=False)


CHANGES: list[Change] = [
    *(change for change, _, _ in TWO.values()),
    NewGrant(broken(a_grant(OPERATOR, glob="<!channel>", until=SOON)), "request", "granted", ("g1", "g2")),
    NewSettings(Policy("C0OPS"), Policy("C0NEW", also=("stop *",), protected=("a", "b")), (Pin("a", "1", "a 🦄"),)),
    NewToken("vps_x", "a", "t", None),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.power)
def test_a_change_is_kept_to_the_letter(change: Change) -> None:
    assert unpacked(change.power, packed(change)) == change


def test_a_token_is_not_shown_and_not_kept_longer_than_needed() -> None:
    change = NewToken("vps_secret", "a", "t", NOW)
    assert "vps_secret" not in repr(change)
    assert "vps_secret" not in packed(without_secret(change))
