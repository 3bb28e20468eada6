"""What a failed call of the provider means for an operation: trouble by trouble."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.domain.judging import (
    GIVE_UP_AFTER,
    MOST_CALLS,
    OVERDUE_AFTER,
    SLOWEST_LOOK,
    STOP_SEEN_WITHIN,
    STOPS_WITHIN,
    UNREACHABLE_FOR,
    before_deletion,
    gave_up,
    joins,
    reconcile,
    told_at,
)
from bot.domain.operations import Kind, Outcome, State, allowed
from bot.operations.parts import Parts
from bot.operations.steps import Failure, after_call_error, before_call_error, unreadable_now
from bot.vps.errors import ProviderError, Trouble
from bot.workspaces.directory import NotConnected
from tests.rules.making import LEASE, NOW, POLL, a_server, an_operation

REFUSED_FOR_GOOD = {
    Trouble.UNAUTHORIZED: Outcome.TOKEN_REFUSED,
    Trouble.FORBIDDEN: Outcome.TOKEN_REFUSED,
    Trouble.NOT_FOUND: Outcome.GONE,
    Trouble.NO_CREDIT: Outcome.NO_CREDIT,
    Trouble.REFUSED: Outcome.REFUSED,
}
MAY_HAVE_HAPPENED = {Trouble.LOST, Trouble.UNAVAILABLE, Trouble.UNREADABLE}
DID_NOT_HAPPEN = {Trouble.UNREACHABLE: Outcome.UNREACHABLE, Trouble.RATE_LIMITED: Outcome.RATE_LIMITED}


def at(now: datetime) -> Parts:
    """The two parts that a step looks at: the clock and the pause."""
    return cast(Parts, SimpleNamespace(clock=lambda: now, poll=POLL))


def test_the_tables_below_have_every_trouble() -> None:
    assert {*REFUSED_FOR_GOOD, *MAY_HAVE_HAPPENED, *DID_NOT_HAPPEN} == set(Trouble)


@pytest.mark.parametrize(("trouble", "outcome"), REFUSED_FOR_GOOD.items())
def test_a_no_is_an_end_before_and_at_the_call(trouble: Trouble, outcome: Outcome) -> None:
    error = ProviderError(trouble, words="no")
    for step in (
        before_call_error(an_operation(state=State.APPROVED, calls=0), error, at(NOW)),
        after_call_error(an_operation(), error, at(NOW)),
    ):
        assert (step.to, step.outcome, step.words) == (State.FAILED, outcome, "no")


@pytest.mark.parametrize("trouble", sorted(MAY_HAVE_HAPPENED))
@pytest.mark.parametrize("kind", Kind)
def test_what_may_have_happened_is_read_never_assumed(kind: Kind, trouble: Trouble) -> None:
    step = after_call_error(an_operation(kind), ProviderError(trouble), at(NOW))
    assert (step.to, step.outcome, step.again_in) == (State.CALLING, Outcome.LOST, POLL)


@pytest.mark.parametrize(("trouble", "outcome"), DID_NOT_HAPPEN.items())
@pytest.mark.parametrize("kind", Kind)
def test_what_never_left_is_tried_again_for_a_while(kind: Kind, trouble: Trouble, outcome: Outcome) -> None:
    error, operation = ProviderError(trouble), an_operation(kind)
    step = after_call_error(operation, error, at(NOW))
    assert (step.to, step.outcome) == (State.APPROVED, outcome)
    assert step.again_in is not None
    assert POLL <= step.again_in <= SLOWEST_LOOK
    given_up = after_call_error(operation, error, at(NOW + UNREACHABLE_FOR))
    assert (given_up.to, given_up.outcome) == (State.FAILED, outcome)


@pytest.mark.parametrize("trouble", sorted(MAY_HAVE_HAPPENED | set(DID_NOT_HAPPEN)))
def test_a_server_that_can_t_be_read_before_the_call_is_tried_again_for_a_while(trouble: Trouble) -> None:
    waiting = an_operation(state=State.APPROVED, calls=0, called_at=None)
    assert before_call_error(waiting, ProviderError(trouble), at(NOW)).to is State.APPROVED
    assert before_call_error(waiting, ProviderError(trouble), at(NOW + UNREACHABLE_FOR)).to is State.FAILED


def test_no_account_is_connected() -> None:
    missing = NotConnected(unreadable=False)
    before = before_call_error(an_operation(state=State.APPROVED), missing, at(NOW))
    assert (before.to, before.outcome) == (State.FAILED, Outcome.NOT_CONNECTED)
    watched = unreadable_now(an_operation(state=State.SETTLING), missing, at(NOW))
    assert (watched.to, watched.outcome) == (State.UNKNOWN, Outcome.DISCONNECTED)


def test_a_no_to_a_repeated_call_may_be_the_echo_of_the_first_one() -> None:
    """ "Already running", said to a start that was sent a second time: read before judging."""
    step = after_call_error(an_operation(Kind.START, calls=2), ProviderError(Trouble.REFUSED), at(NOW))
    assert (step.to, step.again_in) == (State.CALLING, timedelta())


@pytest.mark.parametrize("state", [State.CALLING, State.SETTLING])
@pytest.mark.parametrize("trouble", Trouble)
def test_a_look_that_fails_changes_nothing_until_it_has_no_sense_any_more(trouble: Trouble, state: State) -> None:
    error: Failure = ProviderError(trouble)
    step = unreadable_now(an_operation(state=state, outcome=Outcome.LOST), error, at(NOW))
    assert (step.to, step.outcome) == (state, Outcome.LOST)
    assert step.again_in is not None
    given_up = unreadable_now(an_operation(state=state), error, at(NOW + GIVE_UP_AFTER))
    assert (given_up.to, given_up.outcome) == (State.UNKNOWN, Outcome.NEVER_SETTLED)


@pytest.mark.parametrize(
    ("asked", "pause"),
    [(None, SLOWEST_LOOK), (0.0, POLL), (7.0, timedelta(seconds=7)), (10**9, timedelta(minutes=15))],
)
def test_retry_after_is_honoured_within_reason(asked: float | None, pause: timedelta) -> None:
    error = ProviderError(Trouble.RATE_LIMITED, retry_after=asked)
    assert after_call_error(an_operation(), error, at(NOW)).again_in == pause


@pytest.mark.parametrize("trouble", Trouble)
@pytest.mark.parametrize("calls", [1, 2])
def test_every_step_is_one_that_the_table_of_states_has(trouble: Trouble, calls: int) -> None:
    error = ProviderError(trouble)
    assert allowed(State.APPROVED, before_call_error(an_operation(state=State.APPROVED), error, at(NOW)).to)
    assert allowed(State.CALLING, after_call_error(an_operation(calls=calls), error, at(NOW)).to)


def test_the_server_s_own_words_are_kept_beside_the_outcome() -> None:
    error = ProviderError(Trouble.REFUSED, words="Server is not running")
    assert after_call_error(an_operation(), error, at(NOW)).words == "Server is not running"


@pytest.mark.parametrize(
    ("outcome", "ends"),
    [
        (Outcome.RATE_LIMITED, (State.FAILED, Outcome.RATE_LIMITED)),
        (Outcome.UNREACHABLE, (State.FAILED, Outcome.UNREACHABLE)),
        (Outcome.UNREAD, (State.VOID, Outcome.UNREAD)),
        (Outcome.LOST, None),  # it was called: what became of that is read
        (None, None),
    ],
)
def test_what_was_put_back_for_too_long_is_not_tried_again(
    outcome: Outcome | None, ends: tuple[State, Outcome] | None
) -> None:
    waiting = an_operation(state=State.APPROVED, calls=0, called_at=None, outcome=outcome)
    assert gave_up(waiting, NOW + UNREACHABLE_FOR - timedelta(seconds=1)) is None
    step = gave_up(waiting, NOW + UNREACHABLE_FOR)
    assert (step and (step.to, step.outcome)) == ends


def test_the_requester_is_told_at_a_time_of_its_own_once() -> None:
    creation = timedelta(minutes=15)
    assert told_at(an_operation(state=State.SETTLING), creation) == NOW + OVERDUE_AFTER
    assert told_at(an_operation(Kind.CREATE, State.SETTLING), creation) == NOW + creation
    put_back = an_operation(Kind.CREATE, State.APPROVED, calls=0, called_at=None, outcome=Outcome.RATE_LIMITED)
    assert told_at(put_back, creation) == NOW + UNREACHABLE_FOR
    for silent in (
        an_operation(state=State.SETTLING, overdue_told=True),
        an_operation(state=State.REQUESTED),
        an_operation(Kind.DELETE, State.CALLING, stop_first=True),
    ):
        assert told_at(silent, creation) is None


@pytest.mark.parametrize(
    ("looks", "seconds", "joined"), [(0, 1, True), (0, 1.1, False), (40, 15, True), (40, 16, False)]
)
def test_who_has_waited_half_its_pause_is_looked_at_with_the_others(looks: int, seconds: float, joined: bool) -> None:
    waiting = an_operation(state=State.SETTLING, looks=looks, due_at=NOW + timedelta(seconds=seconds))
    assert joins(waiting, NOW, POLL) is joined


LATER = NOW + LEASE + STOP_SEEN_WITHIN
STOPS: dict[str, tuple[dict[str, Any], str, datetime, str]] = {
    "it runs, and was not told to stop yet": ({"calls": 0, "called_at": None}, "active", NOW, "call"),
    "it is restarting, which counts as running": ({"calls": 0, "called_at": None}, "rebooting", NOW, "call"),
    "it didn't run before": ({"calls": 0, "called_at": None}, "stopped", NOW, "stopped"),
    "it failed before, so it doesn't run": ({"calls": 0, "called_at": None}, "error", NOW, "stopped"),
    "the stop was accepted, and it is stopped": ({}, "stopped", NOW, "stopped"),
    "accepted, and it is stopping": ({}, "stopping", LATER, "wait"),
    "accepted, and it is stopping for too long": ({}, "stopping", NOW + STOPS_WITHIN, "failed"),
    "accepted, and it runs still": ({}, "active", NOW, "wait"),
    "accepted, and it runs all the same": ({}, "active", LATER, "call"),
    "accepted, and it shows what nobody knows": ({}, "error", NOW, "wait"),
    "accepted as often as it is tried, in vain": ({"calls": MOST_CALLS}, "active", LATER, "failed"),
    "refused, and it is stopped": ({"outcome": Outcome.REFUSED}, "stopped", NOW, "stopped"),
    "refused, and it runs": ({"outcome": Outcome.REFUSED}, "active", NOW, "wait"),
    "refused a while ago, and it runs": ({"outcome": Outcome.REFUSED}, "active", LATER, "call"),
    "refused for the last time": ({"outcome": Outcome.REFUSED, "calls": MOST_CALLS}, "active", LATER, "failed"),
    "its answer was lost, and it runs": ({"outcome": Outcome.LOST}, "active", NOW, "call"),
    "it was never sent, however often": ({"outcome": Outcome.RATE_LIMITED, "calls": 9}, "active", NOW, "call"),
}


@pytest.mark.parametrize("sentence", STOPS)
def test_only_a_server_that_is_seen_stopped_was_stopped_before_its_deletion(sentence: str) -> None:
    given, status, now, wanted = STOPS[sentence]
    deletion = an_operation(Kind.DELETE, State.APPROVED, stop_first=True, words="no", **given)
    step = before_deletion(deletion, status, now, POLL)
    if step is None:
        assert wanted == "call"
        return
    assert wanted == ("stopped" if step.stopped else "failed" if step.to is State.FAILED else "wait")
    assert allowed(State.APPROVED, step.to) and step.seen_status == status
    assert step.words == ("no" if deletion.outcome is Outcome.REFUSED else "")
    assert step.outcome is (Outcome.NOT_STOPPED if wanted == "failed" else None if step.stopped else deletion.outcome)


@pytest.mark.parametrize(
    ("calls", "status", "to", "is_over"),
    [
        (1, "stopped", State.APPROVED, True),
        (1, "stopping", State.APPROVED, False),
        (1, "active", State.APPROVED, False),
        (MOST_CALLS, "active", State.FAILED, False),
    ],
)
def test_a_stop_before_a_deletion_whose_answer_was_lost(calls: int, status: str, to: State, is_over: bool) -> None:
    deletion = an_operation(Kind.DELETE, State.CALLING, stop_first=True, calls=calls)
    step = reconcile(deletion, a_server(status=status), NOW, POLL)
    assert (step.to, step.stopped) == (to, is_over)


def test_a_refused_stop_is_no_stop() -> None:
    deletion = an_operation(Kind.DELETE, State.CALLING, stop_first=True)
    step = after_call_error(deletion, ProviderError(Trouble.REFUSED, words="locked"), at(NOW))
    assert (step.to, step.outcome, step.words, step.stopped) == (State.APPROVED, Outcome.REFUSED, "locked", False)
