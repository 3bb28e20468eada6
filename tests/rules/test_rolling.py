"""One run of a schedule: which server is next, what is passed over, and what an ended operation means for it."""

import pytest

from bot.domain.operations import Kind, Outcome, State
from bot.domain.rolling import Fate, Item, Why, filed, frozen, going_on, learned, most, took_long
from bot.domain.servers import Server
from tests.rules.making import NOW, ago, an_operation

PENDING = (Item("1", "web-1"), Item("2", "web-2"), Item("3", "web-3"))


def fleet(*statuses: str) -> dict[str, Server]:
    return {str(n): Server(str(n), f"web-{n}", status) for n, status in enumerate(statuses, 1) if status}


@pytest.mark.parametrize(
    ("kind", "statuses", "next_", "passed"),
    [
        (Kind.REBOOT, ("active", "active", "active"), "1", {}),
        (Kind.REBOOT, ("stopped", "active", "active"), "2", {"1": Why.NOT_RUNNING}),
        (Kind.REBOOT, ("suspended", "active", "active"), "1", {}),  # the provider says what it thinks of that
        (Kind.REBOOT, ("", "stopped", "active"), "3", {"1": Why.GONE, "2": Why.NOT_RUNNING}),
        (
            Kind.REBOOT,
            ("stopped", "stopped", ""),
            "",
            dict(zip("123", (*[Why.NOT_RUNNING] * 2, Why.GONE), strict=True)),
        ),
        (Kind.START, ("active", "stopped", "stopped"), "2", {"1": Why.ALREADY}),
        (Kind.STOP, ("stopped", "active", "active"), "2", {"1": Why.ALREADY}),
        (Kind.DELETE, ("active", "", "stopped"), "13", {"2": Why.GONE}),
    ],
)
def test_the_next_ones(kind: Kind, statuses: tuple[str, ...], next_: str, passed: dict[str, Why]) -> None:
    items, going = going_on(kind, PENDING, fleet(*statuses))
    assert "".join(server.id for server in going) == next_
    assert {item.server_id: item.why for item in items if item.fate is Fate.PASSED} == passed


def test_one_that_has_another_name_is_not_the_one_that_was_shown() -> None:
    items, going = going_on(Kind.STOP, PENDING[:1], {"1": Server("1", "db-1", "active")})
    assert (items[0].why, going) == (Why.RENAMED, ())


def test_one_whose_id_can_not_be_kept_is_passed_over() -> None:
    long, other = "9" * 256, Item("2", "web-2")
    servers = {long: Server(long, "web-1", "active"), "2": Server("2", "web-2", "active")}
    items, going = going_on(Kind.STOP, (Item(long, "web-1"), other), servers)
    assert (items[0].why, [server.id for server in going]) == (Why.LONG_ID, ["2"])


@pytest.mark.parametrize(
    ("state", "outcome", "fate", "why"),
    [
        (State.SUCCEEDED, Outcome.DONE, Fate.DONE, ""),
        (State.FAILED, Outcome.REFUSED, Fate.FAILED, "refused"),
        (State.UNKNOWN, Outcome.NO_RESTART_SEEN, Fate.FAILED, "no_restart_seen"),
        (State.DENIED, Outcome.DENIED, Fate.FAILED, "denied"),
        (State.EXPIRED, Outcome.EXPIRED, Fate.FAILED, "expired"),
        (State.SETTLING, None, Fate.FILED, ""),
        (State.REQUESTED, None, Fate.FILED, ""),
    ],
)
def test_only_what_is_seen_well_is_done(state: State, outcome: Outcome | None, fate: Fate, why: str) -> None:
    [_, going] = going_on(Kind.REBOOT, PENDING, fleet("active", "active", "active"))
    items = filed(PENDING, going, "req")
    assert [item.fate for item in items] == [Fate.FILED, Fate.PENDING, Fate.PENDING]
    known = learned(items, [an_operation(request="req", server_id="1", state=state, outcome=outcome)], NOW)
    assert (known[0].fate, known[0].why) == (fate, why)
    assert known[1:] == items[1:]


@pytest.mark.parametrize(
    ("kind", "state", "minutes", "fate"),
    [
        (Kind.REBOOT, State.SETTLING, 14.9, Fate.FILED),
        (Kind.REBOOT, State.SETTLING, 15, Fate.FAILED),
        (Kind.START, State.CALLING, 15, Fate.FAILED),  # its call's end is not known for as long
        (Kind.REBOOT, State.REQUESTED, 15, Fate.FILED),  # it waits for people, not for a server
        (Kind.REBOOT, State.SUCCEEDED, 600, Fate.DONE),
        (Kind.DELETE, State.SETTLING, 600, Fate.FILED),
    ],
)
def test_a_server_is_waited_for_as_long_as_a_time_may_be_late(
    kind: Kind, state: State, minutes: float, fate: Fate
) -> None:
    called = an_operation(kind, state, request="req", server_id="1", called_at=ago(minutes=minutes))
    [item] = learned([Item("1", "web-1", Fate.FILED, request="req")], [called], NOW)
    assert (item.fate, item.why == Why.NOT_BACK) == (fate, fate is Fate.FAILED)


@pytest.mark.parametrize(("minutes", "long"), [(14.9, False), (15, True)])
def test_one_that_came_back_late_ends_the_run(minutes: float, long: bool) -> None:
    back = an_operation(state=State.SUCCEEDED, called_at=ago(minutes=minutes), ended_at=NOW)
    assert took_long([back]) is long and not took_long([an_operation()])


@pytest.mark.parametrize(
    ("kind", "exact", "is_frozen"),
    [
        (Kind.DELETE, False, True),
        (Kind.STOP, False, True),
        (Kind.REBOOT, False, False),
        (Kind.START, False, False),
        (Kind.REBOOT, True, True),
    ],
)
def test_what_does_lasting_harm_is_for_what_was_shown(kind: Kind, exact: bool, is_frozen: bool) -> None:
    assert frozen(kind, exact=exact) is is_frozen
    assert most(kind) == (20 if kind is Kind.DELETE else 50)
