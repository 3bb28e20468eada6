"""The campaigns leave no commit and no call out: what the code has is what they visit, or stands here with a reason."""

from pathlib import Path

import pytest

from bot.domain.operations import POWER, Kind
from tests.faults.points import found, names_in
from tests.faults.scenarios import SCENARIOS, all_brought
from tests.faults.test_first_start import FIRST_POINTS
from tests.faults.test_schedules import POINTS as OF_PLANS

NOT_ABOUT_CHANGES = {
    "commit:access.grant": "a role is given; one transaction, nothing outside",
    "commit:access.revoke": "a role is taken; one transaction, nothing outside",
    "commit:access.ask": "a role is asked for; one transaction, nothing outside",
    "commit:access.answer": "a wish for a role is answered; one transaction, nothing outside",
    "commit:access.can": "a decision is explained; a refusal of that is logged",
    "commit:install.state": "an installation's state is used up; one transaction, nothing outside",
    "commit:install.keep": "the app is installed; one transaction, and Slack gives new tokens when it is lost",
    "commit:install.join": "a workspace of an organisation is seen first; one transaction, nothing outside",
    "commit:install.claim": "a Slack token is renewed; a lost answer: tests/stories/test_install.py",
    "commit:install.renewed": "a Slack token is renewed; a lost answer: tests/stories/test_install.py",
    "commit:install.put_off": "a Slack token is not renewed yet; one transaction, nothing outside",
    "commit:install.remove": "the app is removed: its tokens go, with the entry, in one transaction",
    "commit:install.wake": "the app is there again; one transaction, nothing outside",
    "commit:members.look": "an account changed: what waits is looked at soon; one transaction, nothing outside",
    "commit:notices.for_people": "a message to a group becomes one for each of its people, in one transaction",
    "commit:permission.unheard": "what was asked while slowed is counted; one transaction, nothing outside",
    "commit:permission.fold": "a flood of refusals is folded into one entry",
    "commit:connect.keep": "a token is kept; one transaction, nothing outside",
    "commit:connect.refused": "a token that the provider refuses is logged; one transaction, nothing outside",
    "commit:connect.forget": "a token is forgotten; one transaction, nothing outside",
    "commit:settings.save": "settings are changed; one transaction, nothing outside",
    "commit:settings.refused": "settings that would lock everybody out are refused and logged; one transaction",
    "commit:freezing.freeze": "everything is frozen and what was agreed to is void; one transaction, nothing outside",
    "commit:freeze.lift": "a freeze is lifted, or that is proposed; one transaction, nothing outside",
    "commit:protecting.protect": "servers are protected; one transaction, nothing outside",
    "commit:protection.change": "a protection is lifted, or that is proposed; one transaction, nothing outside",
    "commit:proposals.agree": "a second admin agrees, and it is done in the same transaction; nothing outside",
    "commit:proposals.decline": "a second admin declines; one transaction, nothing outside",
    "commit:proposals.expire": "a proposal's day is over; one transaction, nothing outside",
    "commit:protecting.pin": "what comes to fit a protected pattern is kept by id; the next reading does it again",
    "commit:permission.forged": "an id made by hand is refused and logged; one transaction",
    "commit:permission.oversized": "a text that is too long is refused and logged; one transaction",
    "commit:operations.refused": "a change is refused and logged; one transaction, nothing outside",
    "commit:consent.may_deny": "who presses Deny is told before the dialog that they may not; only that is logged",
    "commit:glass.refused": "a lacking permission is logged; one transaction, nothing outside",
    "commit:glass.offer": "a dialog is shown; what it asks for is one more operations.submit",
    "commit:operations.not_repeated": "a change is not asked for again; only that is logged",
    "commit:audit.export": "the log as a file; test_audit_points.py",
    "slack:conversations.open": "the log as a file; test_audit_points.py",
    "slack:files.getUploadURLExternal": "the log as a file; test_audit_points.py",
    "slack:upload": "the log as a file; test_audit_points.py",
    "commit:notices.claim_files": "the log as a file; test_audit_points.py",
    "commit:notices.hold": "the log as a file; test_audit_points.py",
    "slack:files.completeUploadExternal": "the log as a file; test_audit_points.py",
    "commit:sink.left": "a head leaves the house; test_audit_points.py",
    "commit:sink.failed": "a head that could not leave is tried again; one transaction, nothing outside",
    "commit:audit.exported": "a command beside the bot; the file is written after the entry that says so",
    "commit:keys.rotate": "a command beside the bot; what was not reached is sealed anew by the next one",
    "commit:keys.rotated": "a command beside the bot; the entry that says so",
    "commit:operations.stop_watching": "somebody stops waiting; one transaction, nothing outside",
    "call:GET operating-systems": "the vendor's dialect alone has this list; a question, and the dialog stands without",
    "call:GET locations": "the vendor's dialect alone has this list; a question, and the dialog stands without",
    "call:GET ssh-keys": "the vendor's dialect alone has this list; a question, and the dialog stands without",
    "commit:watch.switch": "the watch is switched; one transaction, nothing outside",
    "commit:watch.follow": "a server is followed; one transaction, nothing outside",
    "commit:watch.unfollow": "a server is followed no more; one transaction, nothing outside",
    "commit:fleet.look": "a look and what it tells are one transaction; cut off before it, the look is done again",
    "commit:fleet.rest": "a look waits for the provider's Retry-After; what settles waits in a commit of its own",
    "commit:fleet.put_off": "a look that failed is done later; nothing was told",
    "commit:status.daily": "the digest is switched; one transaction, nothing outside",
    "commit:digest": "a digest is promised and the next one planned in one transaction",
    "commit:notes.write": "a note is kept; one transaction, nothing outside",
    "commit:notes.keep": "a note lives longer; one transaction, nothing outside",
    "commit:notes.ask": "an owner is asked once: asked and promised in one transaction",
    "slack:apps.connections.open": "another way in; test_socket.py",
    "slack:oauth.v2.access": "the app is installed or its token renewed: tests/stories/test_install.py",
}
"""What no campaign of changes visits, and why."""

COVERED = frozenset(point for kind in Kind for point in all_brought(kind)) | set(FIRST_POINTS) | OF_PLANS
"""Where the bot is killed, whatever is changed: what a kind shares with others need not be visited by each."""

STEPS = tuple(f"commit:operations.{name}" for name in ("submit", "call", "answered", "reconciled", "settled"))

OWN = {
    Kind.DELETE: ("commit:consent.", "commit:delete.offer", "call:DELETE", "commit:operations.", "call:POST stop"),
    Kind.CREATE: ("call:POST create", "commit:create.", "commit:operations."),
    Kind.RENAME: ("call:PATCH", *STEPS),
    Kind.EDIT: ("call:PUT", "commit:edit.", *STEPS),
    **{kind: ("commit:operations.", f"call:POST {kind}", "commit:power.offer") for kind in POWER},
}
"""What belongs to a kind, and is visited by its own campaign."""


def _both(names: "dict[str, str]") -> set[str]:
    return {f"{name}:{moment}" for name in names for moment in ("before", "after")}


def test_every_commit_and_call_of_the_code_is_a_point_where_the_bot_is_killed() -> None:
    everything = frozenset(point for kind in Kind for point in found(kind))
    assert everything - COVERED - _both(NOT_ABOUT_CHANGES) == set(), "nobody is killed here"
    assert COVERED - everything == set(), "these are not in the code any more"


def test_what_is_left_out_is_there_and_left_out_everywhere() -> None:
    everything = frozenset(point for kind in Kind for point in found(kind))
    assert _both(NOT_ABOUT_CHANGES) - everything == set()
    assert _both(NOT_ABOUT_CHANGES) & COVERED == set()


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_is_killed_at_all_that_is_its_own(kind: Kind) -> None:
    own = {point for point in found(kind) if point.startswith(OWN[kind]) and not _of_others(point, kind)}
    shared = _both({f"commit:operations.{name}": why for name, why in SHARED.get(kind, {}).items()})
    assert own - all_brought(kind) - _both(NOT_ABOUT_CHANGES) - shared == set()


def _of_others(point: str, kind: Kind) -> bool:
    return "before_deletion" in point or ("needless" in point and kind is not Kind.CREATE)


_BEFORE_THE_CALL = dict.fromkeys(("not_called", "void", "too_late", "given_up"), "ends a change before its call")
_BY_HAND = {"look_again": "a person looks at what ended unknown"}
_ADOPTED = {"adopt": "a person says which server a creation has made; the campaign of creations"}
SHARED = {
    Kind.DELETE: _BEFORE_THE_CALL | _BY_HAND | _ADOPTED,
    Kind.START: _BY_HAND | _ADOPTED,
    Kind.STOP: _BY_HAND | _ADOPTED,
    Kind.REBOOT: _ADOPTED,
    Kind.CREATE: _BY_HAND | dict.fromkeys(("too_late", "given_up"), "ends a change before its call"),
}
"""Steps of a kind that are the same code for all: killed in the campaigns of power, or in that of reboots."""


def test_a_name_that_is_made_up_on_the_way_is_refused(tmp_path: Path) -> None:
    code = tmp_path / "sly.py"
    code.write_text("async def sly(store):\n    async with store.begin('operations.' + what()) as tx:\n        ...\n")
    with pytest.raises(AssertionError, match=r"sly\.py, line 2: this commit is not given its name"):
        list(names_in(code))


def test_scenarios_are_told_apart() -> None:
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)
