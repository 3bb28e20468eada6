"""What changed between two looks at a fleet, and whose doing it was: tables."""

from dataclasses import replace

import pytest

from bot.domain.fleet import Change, Own, Seen, What, attributed, changes, remembered, seen
from bot.domain.servers import Plan
from tests.rules.making import a_server

WEB = Seen("1", "web-1", "active", "203.0.113.1", "small")


def change(what: What, was: str = "", became: str = "", by: str = "") -> Change:
    """Of web-1."""
    return Change("1", "web-1", what, was, became, by)


BETWEEN: dict[str, tuple[Seen | None, Seen | None, list[Change]]] = {
    "the same": (WEB, WEB, []),
    "stopped": (WEB, replace(WEB, status="stopped"), [change(What.STATUS, "active", "stopped")]),
    "suspended": (WEB, replace(WEB, status="suspended"), [change(What.STATUS, "active", "suspended")]),
    "started": (replace(WEB, status="stopped"), WEB, [change(What.STATUS, "stopped", "active")]),
    "a status nobody documented": (WEB, replace(WEB, status="x"), [change(What.STATUS, "active", "x")]),
    "on its way down": (WEB, replace(WEB, status="stopping"), []),
    "being rebooted": (WEB, replace(WEB, status="rebooting"), []),
    "being made": (replace(WEB, status="provisioning"), WEB, []),
    "made, and suspended": (
        replace(WEB, status="provisioning"),
        replace(WEB, status="suspended"),
        [change(What.STATUS, "provisioning", "suspended")],
    ),
    "new": (None, WEB, [change(What.NEW, "", "active")]),
    "gone": (WEB, None, [change(What.GONE, "active")]),
    "another address": (WEB, replace(WEB, address="x"), [change(What.ADDRESS, "203.0.113.1", "x")]),
    "its first address": (replace(WEB, address=""), WEB, []),
    "an address left out": (WEB, replace(WEB, address=""), []),
    "another plan": (WEB, replace(WEB, plan="large"), [change(What.PLAN, "small", "large")]),
    "a plan left out": (WEB, replace(WEB, plan=""), []),
    "another name": (
        replace(WEB, name="old"),
        WEB,
        [change(What.NAME, "old", "web-1")],
    ),
    "two things at once": (
        WEB,
        replace(WEB, status="stopped", plan="large"),
        [change(What.STATUS, "active", "stopped"), change(What.PLAN, "small", "large")],
    ),
}


@pytest.mark.parametrize("sentence", BETWEEN)
def test_what_changed_between_two_looks(sentence: str) -> None:
    before, now, expected = BETWEEN[sentence]
    then = {"1": before} if before else {}
    present = {"1": now} if now else {}
    assert list(changes(then, present, [] if now else ["1"])) == expected


@pytest.mark.parametrize(
    ("seen_now", "kept"),
    [
        (replace(WEB, status="stopping"), WEB),
        (replace(WEB, address="", plan=""), WEB),
        (replace(WEB, status="stopped"), replace(WEB, status="stopped")),
    ],
)
def test_what_was_not_told_is_remembered_as_it_was(seen_now: Seen, kept: Seen) -> None:
    assert remembered(WEB, seen_now) == kept
    assert remembered(None, seen_now) == seen_now


LED: dict[str, tuple[str, str, bool]] = {
    "a stop leads to stopped": ("stop", "stopped", True),
    "a stop doesn't lead to suspended": ("stop", "suspended", False),
    "a stop doesn't lead to active": ("stop", "active", False),
    "a stop doesn't lead to what nobody documented": ("stop", "error", False),
    "a start leads to active": ("start", "active", True),
    "a start doesn't lead to suspended": ("start", "suspended", False),
    "a reboot leads to active": ("reboot", "active", True),
    "a reboot passes stopped": ("reboot", "stopped", True),
    "a reboot doesn't lead to suspended": ("reboot", "suspended", False),
    "a creation leads to active": ("create", "active", True),
    "a creation doesn't lead to stopped": ("create", "stopped", False),
    "a creation doesn't lead to suspended": ("create", "suspended", False),
    "a deletion may begin with a stop": ("delete", "stopped", True),
    "a deletion may have a status of its own": ("delete", "deleting", True),
    "a deletion doesn't lead to suspended": ("delete", "suspended", False),
    "a rename leads to no status": ("rename", "active", False),
    "an edit leads to no status": ("edit", "stopped", False),
}


@pytest.mark.parametrize("sentence", LED)
def test_which_status_is_a_change_s_doing(sentence: str) -> None:
    kind, became, is_own = LED[sentence]
    found = change(What.STATUS, "x", became)
    assert attributed([found], [Own(kind, "1", "web-1", "U0OLGA")]) == (replace(found, by="U0OLGA" if is_own else ""),)


OWN: dict[str, tuple[Own, What, bool]] = {
    "a stop doesn't explain another address": (Own("stop", "1", "web-1", "U0OLGA"), What.ADDRESS, False),
    "a stop of another server explains nothing": (Own("stop", "2", "web-1", "U0OLGA"), What.STATUS, False),
    "a deletion explains that it is gone": (Own("delete", "1", "web-1", "U0OLGA"), What.GONE, True),
    "a creation is known by its name until it has an id": (Own("create", "", "web-1", "U0OLGA"), What.NEW, True),
    "a creation explains no other address": (Own("create", "1", "web-1", "U0OLGA"), What.ADDRESS, False),
    "a creation explains no other plan": (Own("create", "1", "web-1", "U0OLGA"), What.PLAN, False),
    "a creation explains no other name": (Own("create", "1", "web-1", "U0OLGA"), What.NAME, False),
    "a creation doesn't explain that it is gone": (Own("create", "1", "web-1", "U0OLGA"), What.GONE, False),
    "a creation of another name": (Own("create", "", "web-2", "U0OLGA"), What.NEW, False),
    "a rename explains the name": (Own("rename", "1", "old", "U0OLGA"), What.NAME, True),
    "a kind that isn't named here explains everything": (Own("resize", "1", "web-1", "U0OLGA"), What.PLAN, True),
}


@pytest.mark.parametrize("sentence", OWN)
def test_whose_doing_it_was(sentence: str) -> None:
    own, what, is_own = OWN[sentence]
    assert attributed([change(what)], [own]) == (change(what, by="U0OLGA" if is_own else ""),)


def test_a_server_is_seen_no_longer_than_what_is_kept() -> None:
    server = a_server("x" * 999, status="y" * 999, address=None, plan=Plan("p", "z" * 999))
    assert seen(server) == Seen(server.id, "x" * 255, "y" * 64, "", "z" * 255)
