"""States, steps and times of an operation: the reconcile table of the design, row by row."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.approvals import Choice, Vote
from bot.domain.judging import (
    MOST_CALLS,
    OVERDUE_AFTER,
    SLOWEST_LOOK,
    consent_lasts,
    next_look,
    overdue,
    reconcile,
    too_late,
)
from bot.domain.operations import (
    CATALOG,
    ENDED,
    TRANSITIONS,
    Kind,
    Operation,
    Outcome,
    Request,
    State,
    Step,
    allowed,
    took,
)
from bot.domain.servers import Server, Status
from tests.rules.making import LEASE, NOW, POLL, a_server, ago, an_operation

START, STOP, REBOOT = Kind.START, Kind.STOP, Kind.REBOOT
AT_ONCE = timedelta()
LEASE_OVER = NOW + LEASE


def test_every_state_can_be_reached() -> None:
    reached, todo = {State.REQUESTED}, [State.REQUESTED]
    while todo:
        for state in TRANSITIONS[todo.pop()] - reached:
            reached.add(state)
            todo.append(state)
    assert reached == set(State) == set(TRANSITIONS)


@pytest.mark.parametrize("state", sorted(ENDED))
@pytest.mark.parametrize("other", State)
def test_an_end_is_an_end(state: State, other: State) -> None:
    looked_at_again = (state, other) == (State.UNKNOWN, State.SETTLING)
    assert allowed(state, other) is (state is other or looked_at_again)


def test_from_everywhere_there_is_a_way_to_an_end() -> None:
    ends = set(ENDED)
    while more := {state for state, following in TRANSITIONS.items() if following & ends} - ends:
        ends |= more
    assert ends == set(State)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_row_in_the_catalog(kind: Kind) -> None:
    spec = CATALOG[kind]
    assert spec.kind is kind
    assert spec.wanted not in spec.passing, "else on its way could not be told from done"


def test_a_second_reboot_or_creation_does_harm_the_others_do_not() -> None:
    assert {kind for kind, spec in CATALOG.items() if not spec.harmless_twice} == {REBOOT, Kind.CREATE}


def asked_at(kind: Kind, at: datetime = NOW, **more: Any) -> tuple[Operation, datetime]:
    """A call whose end is not known, looked at some time later."""
    return an_operation(kind, State.CALLING, **more), at


BEFORE = ago(hours=1)
RECONCILED: dict[str, tuple[tuple[Operation, datetime], Server | None, Step]] = {
    "start, and it is active: settle": (
        asked_at(START),
        a_server(status="active"),
        Step(State.SETTLING, again_in=AT_ONCE, seen_status="active"),
    ),
    "start, and it is starting: settle": (
        asked_at(START),
        a_server(status="starting"),
        Step(State.SETTLING, again_in=AT_ONCE, moving=True, seen_status="starting"),
    ),
    "start, and it is still stopped: call again at once": (
        asked_at(START),
        a_server(status="stopped"),
        Step(State.APPROVED, Outcome.LOST, again_in=AT_ONCE, seen_status="stopped"),
    ),
    "start, and it doesn't react to the last call: say so": (
        asked_at(START, calls=MOST_CALLS),
        a_server(status="stopped"),
        Step(State.FAILED, Outcome.NO_EFFECT, seen_status="stopped"),
    ),
    "start, one call before the last: call again": (
        asked_at(START, calls=MOST_CALLS - 1),
        a_server(status="stopped"),
        Step(State.APPROVED, Outcome.LOST, again_in=AT_ONCE, seen_status="stopped"),
    ),
    "stop, and it is stopped: settle": (
        asked_at(STOP),
        a_server(status="stopped"),
        Step(State.SETTLING, again_in=AT_ONCE, seen_status="stopped"),
    ),
    "stop, and it is stopping: settle": (
        asked_at(STOP),
        a_server(status="stopping"),
        Step(State.SETTLING, again_in=AT_ONCE, moving=True, seen_status="stopping"),
    ),
    "stop, and it is still active: call again at once": (
        asked_at(STOP),
        a_server(status="active"),
        Step(State.APPROVED, Outcome.LOST, again_in=AT_ONCE, seen_status="active"),
    ),
    "reboot, and it is rebooting: settle": (
        asked_at(REBOOT),
        a_server(status="rebooting"),
        Step(State.SETTLING, again_in=AT_ONCE, moving=True, seen_status="rebooting"),
    ),
    "reboot, and it is active, but was changed since: settle": (
        asked_at(REBOOT, updated_before=BEFORE),
        a_server(updated_at=NOW),
        Step(State.SETTLING, again_in=AT_ONCE, moving=True, seen_status="active"),
    ),
    "reboot, and nothing is seen while the call may be under way: wait for it": (
        asked_at(REBOOT, updated_before=BEFORE),
        a_server(updated_at=BEFORE),
        Step(State.CALLING, Outcome.LOST, again_in=POLL, seen_status="active"),
    ),
    "reboot, and the call may be under way for less than a pause: look right then": (
        asked_at(REBOOT, NOW + LEASE - timedelta(seconds=1)),
        a_server(),
        Step(State.CALLING, Outcome.LOST, again_in=timedelta(seconds=1), seen_status="active"),
    ),
    "reboot, and nothing is seen when the call can't be under way any more: a person decides": (
        asked_at(REBOOT, LEASE_OVER, updated_before=BEFORE),
        a_server(updated_at=BEFORE),
        Step(State.UNKNOWN, Outcome.LOST, seen_status="active"),
    ),
    "reboot, and the provider tells no times: status alone decides": (
        asked_at(REBOOT, LEASE_OVER, updated_before=None),
        a_server(updated_at=NOW),
        Step(State.UNKNOWN, Outcome.LOST, seen_status="active"),
    ),
    "reboot, and it is suspended: a person decides": (
        asked_at(REBOOT, LEASE_OVER),
        a_server(status="suspended"),
        Step(State.UNKNOWN, Outcome.LOST, seen_status="suspended"),
    ),
    "reboot, and the state has a name nobody knows: a person decides": (
        asked_at(REBOOT, LEASE_OVER),
        a_server(status="hibernating"),
        Step(State.UNKNOWN, Outcome.LOST, seen_status="hibernating"),
    ),
    "reboot, and it is stopped, as it is on the way": (
        asked_at(REBOOT, seen_status="active"),
        a_server(status="stopped"),
        Step(State.SETTLING, again_in=AT_ONCE, moving=True, seen_status="stopped"),
    ),
    "reboot, and it is stopped, as it was before: that is no sign of a reboot": (
        asked_at(REBOOT, LEASE_OVER, seen_status="stopped"),
        a_server(status="stopped"),
        Step(State.UNKNOWN, Outcome.LOST, seen_status="stopped"),
    ),
    "start, and the server is gone": (asked_at(START), None, Step(State.FAILED, Outcome.GONE)),
    "stop, and the server is gone": (asked_at(STOP), None, Step(State.FAILED, Outcome.GONE)),
    "reboot, and the server is gone": (asked_at(REBOOT), None, Step(State.FAILED, Outcome.GONE)),
}


@pytest.mark.parametrize("sentence", RECONCILED)
def test_a_call_whose_end_is_not_known(sentence: str) -> None:
    (operation, now), seen, step = RECONCILED[sentence]
    assert reconcile(operation, seen, now, POLL) == step
    assert allowed(State.CALLING, step.to)


@pytest.mark.parametrize("status", [*Status, "hibernating"])
@pytest.mark.parametrize("at", [NOW, LEASE_OVER, NOW + timedelta(days=2)])
def test_a_reboot_is_never_put_back_to_be_called_again(status: str, at: datetime) -> None:
    assert reconcile(an_operation(REBOOT), a_server(status=status), at, POLL).to is not State.APPROVED


def test_looks_are_fast_at_first_then_slower_then_every_half_minute() -> None:
    pauses = [next_look(looks, POLL) for looks in range(60)]
    assert pauses[0] == POLL
    assert pauses == sorted(pauses)
    assert pauses[-1] == SLOWEST_LOOK
    assert next_look(10**6, POLL) == SLOWEST_LOOK


def test_a_base_slower_than_half_a_minute_is_kept() -> None:
    assert next_look(0, timedelta(minutes=2)) == next_look(50, timedelta(minutes=2)) == timedelta(minutes=2)


LATE = NOW + OVERDUE_AFTER
OVERDUE: dict[str, tuple[Operation, datetime, bool]] = {
    "five minutes after the call": (an_operation(), LATE, True),
    "a moment earlier": (an_operation(), LATE - timedelta(seconds=1), False),
    "told once is enough": (an_operation(overdue_told=True), LATE, False),
    "an end is not late": (an_operation(state=State.SUCCEEDED), LATE, False),
    "never called: counted from the request": (an_operation(state=State.APPROVED, called_at=None), LATE, True),
    "counted from the call, not from the request": (an_operation(requested_at=ago(hours=1)), NOW, False),
}


@pytest.mark.parametrize("sentence", OVERDUE)
def test_when_it_takes_unusually_long(sentence: str) -> None:
    operation, now, late = OVERDUE[sentence]
    assert overdue(operation, now, timedelta(minutes=15)) is late


def test_how_long_it_took_is_from_the_call_to_the_end() -> None:
    ended = an_operation(requested_at=ago(minutes=9), called_at=NOW, ended_at=NOW + timedelta(seconds=42))
    assert took(ended) == timedelta(seconds=42)
    assert took(an_operation()) is None
    assert took(an_operation(called_at=None, ended_at=NOW)) is None


@pytest.mark.parametrize(
    ("kind", "agreed", "late", "told"),
    [
        (Kind.REBOOT, False, timedelta(minutes=10), False),
        (Kind.REBOOT, False, timedelta(minutes=11), True),
        (Kind.REBOOT, True, timedelta(minutes=11), True),
        (Kind.DELETE, False, timedelta(minutes=11), True),
        (Kind.DELETE, True, timedelta(minutes=11), False),
        (Kind.DELETE, True, timedelta(hours=8), False),
        (Kind.DELETE, True, timedelta(hours=9), True),
    ],
)
def test_only_a_deletion_that_others_agreed_to_may_begin_late(
    kind: Kind, agreed: bool, late: timedelta, told: bool
) -> None:
    votes = (Vote("U0AMIR", Choice.APPROVE, NOW, ""),) if agreed else ()
    asked = Request("req-1", "T1", "U0OLGA", kind, "C1", NOW, expires_at=NOW + timedelta(hours=8), votes=votes)
    waits = an_operation(kind, State.APPROVED, calls=0, called_at=None, lease_until=None, approved_at=NOW)
    assert too_late(waits, NOW + late, after=consent_lasts(asked)) is told
