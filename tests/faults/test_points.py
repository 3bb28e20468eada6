"""The campaigns leave no commit and no call out: what the code has is what they visit, or stands here with a reason."""

from pathlib import Path

import pytest

from bot.domain.operations import POWER, Kind
from tests.faults.points import found, names_in
from tests.faults.scenarios import SCENARIOS, all_brought
from tests.faults.test_first_start import FIRST_POINTS

NOT_ABOUT_POWER = {
    "commit:access.grant": "a role is given; one transaction, nothing outside",
    "commit:access.revoke": "a role is taken; one transaction, nothing outside",
    "commit:access.ask": "a role is asked for; one transaction, nothing outside",
    "commit:access.answer": "a wish for a role is answered; one transaction, nothing outside",
    "commit:access.can": "a decision is explained; a refusal of that is logged",
    "commit:members.removed": "somebody left: their grants go, with the entry, in one transaction",
    "commit:permission.fold": "a flood of refusals is folded into one entry",
    "commit:connect.keep": "a token is kept; one transaction, nothing outside",
    "commit:connect.forget": "a token is forgotten; one transaction, nothing outside",
    "commit:settings.save": "settings are changed; one transaction, nothing outside",
    "commit:consent.vote": "a deletion; test_delete_points.py",
    "commit:consent.cancel": "a deletion; test_delete_points.py",
    "commit:consent.claim": "a deletion; test_delete_points.py",
    "commit:consent.look": "a deletion; test_delete_points.py",
    "commit:delete.offer": "a deletion; test_delete_points.py",
    "commit:delete.refused": "a deletion; test_delete_points.py",
    "call:DELETE delete": "a deletion; test_delete_points.py",
    "call:GET plans": "a deletion; test_delete_points.py",
    "slack:conversations.info": "a deletion; test_delete_points.py",
    "commit:audit.export": "the log as a file; test_audit_points.py",
    "slack:conversations.open": "the log as a file; test_audit_points.py",
    "slack:files.getUploadURLExternal": "the log as a file; test_audit_points.py",
    "slack:upload": "the log as a file; test_audit_points.py",
    "slack:files.completeUploadExternal": "the log as a file; test_audit_points.py",
    "commit:sink.left": "a head leaves the house; test_audit_points.py",
    "commit:sink.failed": "a head that could not leave is tried again; one transaction, nothing outside",
    "commit:keys.rotate": "a command beside the bot; what was not reached is sealed anew by the next one",
    "commit:keys.rotated": "a command beside the bot; the entry that says so",
    "slack:views.open": "a dialog; no change of power needs one",
    "slack:views.update": "a dialog; no change of power needs one",
    "slack:apps.connections.open": "another way in; test_socket.py",
}


def _both(names: "dict[str, str]") -> set[str]:
    return {f"{name}:{moment}" for name in names for moment in ("before", "after")}


@pytest.mark.parametrize("kind", POWER)
def test_every_commit_and_call_of_the_code_is_a_point_where_the_bot_is_killed(kind: Kind) -> None:
    killed_at = all_brought(kind) | set(FIRST_POINTS)
    assert found(kind) - killed_at - _both(NOT_ABOUT_POWER) == set(), "nobody is killed here"
    assert killed_at - found(kind) == set(), "these are not in the code any more"


@pytest.mark.parametrize("kind", POWER)
def test_what_is_left_out_is_there_and_left_out_everywhere(kind: Kind) -> None:
    assert _both(NOT_ABOUT_POWER) - found(kind) == set()
    assert _both(NOT_ABOUT_POWER) & all_brought(kind) == set()


def test_a_name_that_is_made_up_on_the_way_is_refused(tmp_path: Path) -> None:
    code = tmp_path / "sly.py"
    code.write_text("async def sly(store):\n    async with store.begin('operations.' + what()) as tx:\n        ...\n")
    with pytest.raises(AssertionError, match=r"sly\.py, line 2: this commit is not given its name"):
        list(names_in(code))


def test_scenarios_are_told_apart() -> None:
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)
