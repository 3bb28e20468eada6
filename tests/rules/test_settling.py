"""When an accepted change is told as done, and when it is looked at once more: what settles, row by row."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.judging import GIVE_UP_AFTER, RESTART_SEEN_WITHIN, settle
from bot.domain.operations import Kind, Operation, Outcome, State, allowed
from bot.domain.servers import Server, Status
from tests.rules.making import NOW, POLL, a_server, ago, an_operation

START, STOP, REBOOT = Kind.START, Kind.STOP, Kind.REBOOT
BEFORE = ago(hours=1)
ACCEPTED: dict[str, Any] = {"state": State.SETTLING, "accepted_at": NOW}
SETTLED: dict[str, tuple[Operation, datetime, Server | None, State, Outcome | None]] = {
    "started: it is active": (an_operation(START, **ACCEPTED), NOW, a_server(), State.SUCCEEDED, Outcome.DONE),
    "starting: look again": (an_operation(START, **ACCEPTED), NOW, a_server(status="starting"), State.SETTLING, None),
    "started, and still shown as stopped: look again": (
        an_operation(START, **ACCEPTED),
        NOW,
        a_server(status="stopped"),
        State.SETTLING,
        None,
    ),
    "stopped: it is stopped": (
        an_operation(STOP, **ACCEPTED),
        NOW,
        a_server(status="stopped"),
        State.SUCCEEDED,
        Outcome.DONE,
    ),
    "stopping, and still active: look again": (an_operation(STOP, **ACCEPTED), NOW, a_server(), State.SETTLING, None),
    "a reboot that is active was perhaps not begun: look again": (
        an_operation(REBOOT, **ACCEPTED),
        NOW,
        a_server(),
        State.SETTLING,
        None,
    ),
    "a reboot that was seen not active is done when active": (
        an_operation(REBOOT, seen_moving=True, **ACCEPTED),
        NOW,
        a_server(),
        State.SUCCEEDED,
        Outcome.DONE,
    ),
    "a reboot that left its time is done when active": (
        an_operation(REBOOT, updated_before=BEFORE, **ACCEPTED),
        NOW,
        a_server(updated_at=NOW),
        State.SUCCEEDED,
        Outcome.DONE,
    ),
    "a time that went back is no restart": (
        an_operation(REBOOT, updated_before=NOW, **ACCEPTED),
        NOW,
        a_server(updated_at=BEFORE),
        State.SETTLING,
        None,
    ),
    "a reboot without any sign of a restart is not called done": (
        an_operation(REBOOT, **ACCEPTED),
        NOW + RESTART_SEEN_WITHIN,
        a_server(),
        State.UNKNOWN,
        Outcome.NO_RESTART_SEEN,
    ),
    "a moment earlier one waits for the sign": (
        an_operation(REBOOT, **ACCEPTED),
        NOW + RESTART_SEEN_WITHIN - timedelta(seconds=1),
        a_server(),
        State.SETTLING,
        None,
    ),
    "a reboot that ends suspended is watched on": (
        an_operation(REBOOT, seen_moving=True, **ACCEPTED),
        NOW + timedelta(hours=1),
        a_server(status="suspended"),
        State.SETTLING,
        None,
    ),
    "after a day without an end it is said that nobody knows": (
        an_operation(STOP, **ACCEPTED),
        NOW + GIVE_UP_AFTER,
        a_server(),
        State.UNKNOWN,
        Outcome.NEVER_SETTLED,
    ),
    "after a day it may still be seen done": (
        an_operation(STOP, **ACCEPTED),
        NOW + GIVE_UP_AFTER,
        a_server(status="stopped"),
        State.SUCCEEDED,
        Outcome.DONE,
    ),
    "the server is gone": (an_operation(REBOOT, **ACCEPTED), NOW, None, State.FAILED, Outcome.GONE),
    "deleted: nothing knows of it any more": (
        an_operation(Kind.DELETE, **ACCEPTED),
        NOW,
        None,
        State.SUCCEEDED,
        Outcome.DONE,
    ),
    **{
        f"deleted, and still shown as {status}: look again": (
            an_operation(Kind.DELETE, **ACCEPTED),
            NOW + timedelta(hours=1),
            a_server(status=status),
            State.SETTLING,
            None,
        )
        for status in (*Status, "deleting")
    },
}


@pytest.mark.parametrize("sentence", SETTLED)
def test_accepted_is_not_done(sentence: str) -> None:
    operation, now, seen, state, outcome = SETTLED[sentence]
    step = settle(operation, seen, now, POLL)
    assert (step.to, step.outcome) == (state, outcome)
    assert allowed(State.SETTLING, step.to)
    assert (step.again_in is not None) is (state is State.SETTLING), "who waits looks again, who ended doesn't"


@pytest.mark.parametrize("status", ["rebooting", "stopping", "starting", "stopped"])
def test_a_look_that_sees_a_reboot_on_its_way_remembers_it(status: str) -> None:
    assert settle(an_operation(REBOOT, **ACCEPTED), a_server(status=status), NOW, POLL).moving
