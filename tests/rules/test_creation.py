"""A creation whose call's end is not known, row by row, what names may be, and what counts as done."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.judging import (
    BETWEEN_READS,
    CLOCKS_DIFFER,
    DATES_DIFFER,
    READS_IN_VAIN,
    created_since,
    named_like,
    overdue,
    reconcile,
    reconcile_creation,
    settle,
    troubled,
)
from bot.domain.operations import Kind, Operation, Outcome, State, Step
from bot.domain.servers import Plan, Server, System
from bot.domain.wanted import Wanted, acts, is_hostname, is_name
from tests.rules.making import LEASE, NOW, POLL, a_server, ago, an_operation

WANTED = Wanted("app-1", plan="1", plan_name="Standard VPS", system="5", system_name="Ubuntu", location="us-west")
LEASE_OVER = NOW + LEASE
OVERDUE = timedelta(minutes=15)
AT_ONCE = timedelta()


def a_creation(state: State = State.CALLING, **more: Any) -> Operation:
    return an_operation(
        Kind.CREATE, state, **({"server_id": "new-op-1", "server_name": "app-1", "wanted": WANTED} | more)
    )


def app(server_id: str = "7", **more: Any) -> Server:
    known: dict[str, Any] = {"status": "provisioning", "location": "us-west", "created_at": NOW, "id": server_id}
    known |= {"plan": Plan("1", "Standard VPS"), "system": System("5", "Ubuntu")}
    return a_server("app-1", **(known | more))


FOUND = Step(State.SETTLING, again_in=AT_ONCE, server_id="7", seen_status="provisioning")
IN_FLIGHT = Step(State.CALLING, Outcome.LOST, again_in=POLL)
READ_ONCE_MORE = Step(State.CALLING, Outcome.LOST, again_in=BETWEEN_READS * POLL, read=True)
A_PERSON_DECIDES = Step(State.UNKNOWN, Outcome.LOST)

RECONCILED: dict[str, tuple[datetime, int, list[Server], Step]] = {
    "one that fits: it is that": (NOW, 0, [app()], FOUND),
    "one that fits, dated a minute back by another clock: it is that": (
        NOW,
        0,
        [app(created_at=ago(minutes=1))],
        FOUND,
    ),
    "one that fits, shown by names alone: it is that": (
        NOW,
        0,
        [app(plan=Plan("", "Standard VPS"), system=System("", "Ubuntu"))],
        FOUND,
    ),
    "none, and the call may be in flight: wait": (NOW, 0, [], IN_FLIGHT),
    "none, and the call is over: read again": (LEASE_OVER, 0, [], READ_ONCE_MORE),
    "none, read once in vain: read again": (LEASE_OVER, 1, [], READ_ONCE_MORE),
    "none, read twice in vain: a person decides": (LEASE_OVER, READS_IN_VAIN, [], A_PERSON_DECIDES),
    "one of last year: not it": (LEASE_OVER, 2, [app(created_at=ago(days=365))], A_PERSON_DECIDES),
    "one whose age is not told: not it": (LEASE_OVER, 2, [app(created_at=None)], A_PERSON_DECIDES),
    "one of another plan: not it": (LEASE_OVER, 2, [app(plan=Plan("2", "Standard VPS"))], A_PERSON_DECIDES),
    "one of another system: not it": (LEASE_OVER, 2, [app(system=System("6", "Debian"))], A_PERSON_DECIDES),
    "one in another place: not it": (LEASE_OVER, 2, [app(location="us-east")], A_PERSON_DECIDES),
    "two that fit: a person decides": (
        NOW,
        0,
        [app("7"), app("8")],
        Step(State.UNKNOWN, Outcome.LOST, words="2 servers fit"),
    ),
}


@pytest.mark.parametrize(
    ("created_at", "by_itself", "by_a_person"),
    [
        (NOW, True, True),
        (NOW - CLOCKS_DIFFER, True, True),
        (NOW - CLOCKS_DIFFER - timedelta(seconds=1), False, True),
        (NOW - DATES_DIFFER, False, True),
        (NOW - DATES_DIFFER - timedelta(seconds=1), False, False),
        (None, False, True),
    ],
)
def test_a_person_may_say_that_it_is_one_with_a_wrong_date_or_none(
    created_at: datetime | None, by_itself: bool, by_a_person: bool
) -> None:
    server = app(created_at=created_at)
    assert created_since(a_creation(), [server]) == ((server,) if by_itself else ())
    assert named_like(a_creation(), [server]) == ((server,) if by_a_person else ())


@pytest.mark.parametrize(("now", "reads", "servers", "step"), RECONCILED.values(), ids=RECONCILED.keys())
def test_what_the_list_tells_of_a_creation(now: datetime, reads: int, servers: list[Server], step: Step) -> None:
    assert reconcile_creation(a_creation(reads=reads), servers, now, POLL) == step
    assert step.to is not State.APPROVED, "it is never called again by itself"


@pytest.mark.parametrize(
    ("status", "address", "state"),
    [
        ("provisioning", None, State.SETTLING),
        ("provisioning", "203.0.113.12", State.SETTLING),
        ("active", None, State.SETTLING),
        ("error", "203.0.113.12", State.SETTLING),
        ("active", "203.0.113.12", State.SUCCEEDED),
    ],
)
def test_created_is_active_with_an_address(status: str, address: str | None, state: State) -> None:
    operation = a_creation(State.SETTLING, server_id="7", accepted_at=NOW)
    assert settle(operation, app(status=status, address=address), NOW, POLL).to is state


@pytest.mark.parametrize(
    ("seen", "after", "late"),
    [
        ("provisioning", timedelta(minutes=14), False),
        ("provisioning", OVERDUE, True),
        ("error", timedelta(seconds=5), False),
        ("error", OVERDUE, True),
        ("active", timedelta(seconds=5), False),
    ],
)
def test_when_a_creation_is_told_to_be_late(seen: str, after: timedelta, late: bool) -> None:
    assert overdue(a_creation(State.SETTLING, server_id="7", seen_status=seen), NOW + after, OVERDUE) is late


@pytest.mark.parametrize(
    ("kind", "seen", "strange"),
    [
        (Kind.REBOOT, "error", True),
        (Kind.REBOOT, "suspended", True),
        (Kind.REBOOT, "stopped", False),
        (Kind.REBOOT, "restoring", False),
        (Kind.START, "error", True),
        (Kind.START, "stopped", False),
        (Kind.STOP, "suspended", True),
        (Kind.STOP, "active", False),
        (Kind.DELETE, "error", False),
        (Kind.RENAME, "suspended", False),
    ],
)
def test_which_status_of_another_change_is_not_on_its_way(kind: Kind, seen: str, strange: bool) -> None:
    assert troubled(an_operation(kind, State.SETTLING, seen_status=seen)) is strange


@pytest.mark.parametrize(
    ("seen", "state", "strange"),
    [
        ("error", State.SETTLING, True),
        ("queued", State.SETTLING, True),
        ("stopped", State.SETTLING, True),
        ("provisioning", State.SETTLING, False),
        ("active", State.SETTLING, False),
        ("", State.SETTLING, False),
        ("error", State.UNKNOWN, False),
    ],
)
def test_which_status_of_a_creation_is_not_on_its_way(seen: str, state: State, strange: bool) -> None:
    assert troubled(a_creation(state, server_id="7", seen_status=seen)) is strange


BECOMES = Wanted("web-2", "web-2.example.com", True)
EDITED: dict[str, tuple[Server | None, int, Step]] = {
    "the values are there: settle": (
        a_server("web-2", hostname="web-2.example.com", backups=True),
        1,
        Step(State.SETTLING, again_in=AT_ONCE, seen_status="active"),
    ),
    "another value: call again": (
        a_server("web-2", hostname="web-2.example.com", backups=False),
        1,
        Step(State.APPROVED, Outcome.LOST, again_in=AT_ONCE, seen_status="active"),
    ),
    "five calls in vain: it failed": (
        a_server("web-1"),
        5,
        Step(State.FAILED, Outcome.NO_EFFECT, seen_status="active"),
    ),
    "gone: it failed": (None, 1, Step(State.FAILED, Outcome.GONE)),
}


@pytest.mark.parametrize(("seen", "calls", "step"), EDITED.values(), ids=EDITED.keys())
@pytest.mark.parametrize("kind", [Kind.RENAME, Kind.EDIT])
def test_an_edit_whose_end_is_not_known(kind: Kind, seen: Server | None, calls: int, step: Step) -> None:
    assert reconcile(an_operation(kind, wanted=BECOMES, calls=calls), seen, NOW, POLL) == step


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("app-1", True),
        ("A", True),
        ("x" * 255, True),
        ("x" * 256, False),
        ("", False),
        ("a_b", False),
        ("ä", False),
        ("a b", False),
        ("a.b", False),
        ("app-1\n", False),
        ("аpp", False),
    ],
)
def test_what_a_name_may_be(text: str, good: bool) -> None:
    assert is_name(text) is good


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("a.example.com", True),
        ("a.b", True),
        ("a", False),
        ("a..b", False),
        ("-a.b", False),
        ("a-.b", False),
        ("a_b.c", False),
        (f"{'x' * 64}.com", False),
        (f"{'x.' * 130}com", False),
        ("a.b\n", False),
    ],
)
def test_what_a_hostname_may_be(text: str, good: bool) -> None:
    assert is_hostname(text) is good


@pytest.mark.parametrize(
    ("was", "will", "act"),
    [(True, False, "backups-off"), (None, False, "backups-off"), (False, False, "edit"), (True, True, "edit")],
)
def test_switching_backups_off_is_an_act_of_its_own(was: bool | None, will: bool, act: str) -> None:
    assert acts(Kind.EDIT, Wanted("web-1", "a.b", will, was_backups=was)) == act
