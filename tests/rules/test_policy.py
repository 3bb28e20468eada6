"""What a workspace decided, in tables: rules as they are typed, what they cover, what loosens."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.policy import (
    Freeze,
    Policy,
    changed,
    freeze_of,
    loosened,
    policy_of,
    read_rule,
    with_freeze,
    with_policy,
)
from tests.rules.making import NOW

RULES: dict[str, str | None] = {
    "reboot prod-*": "reboot prod-*",
    "  reboot   prod-* ": "reboot prod-*",
    "reboot": "reboot *",
    "backups-off *": "backups-off *",
    "create above 20": "create above 20",
    "create web-* above 19.5": "create web-* above 19.5",
    "": None,
    "delete *": None,
    "Reboot *": None,
    "reboot prod-* db-*": None,
    "reboot above 20": None,
    "create above": "create above",
    "create above much": None,
    "create above -1": None,
    "create above nan": None,
    "create above inf": None,
    "above 20": None,
    "reboot " + "x" * 101: None,
    "<!channel>": None,
}


@pytest.mark.parametrize("typed", RULES)
def test_a_rule_as_it_is_typed(typed: str) -> None:
    rule = read_rule(typed)
    assert (str(rule) if rule else None) == RULES[typed]
    if rule:
        assert read_rule(str(rule)) == rule, "what is shown in the dialog is read back the same"


COVERED: dict[str, tuple[str, str, list[str], float | None, bool]] = {
    "what fits the pattern": ("reboot prod-*", "reboot", ["prod-1"], None, True),
    "one of several that fits": ("reboot prod-*", "reboot", ["web-1", "prod-1"], None, True),
    "what doesn't fit": ("reboot prod-*", "reboot", ["web-1"], None, False),
    "another act": ("reboot prod-*", "stop", ["prod-1"], None, False),
    "what costs more": ("create above 20", "create", ["app-1"], 20.01, True),
    "what costs as much": ("create above 20", "create", ["app-1"], 20.0, False),
    "a price that isn't known": ("create above 20", "create", ["app-1"], None, True),
}


@pytest.mark.parametrize("sentence", COVERED)
def test_what_a_rule_covers(sentence: str) -> None:
    typed, act, names, price, covered = COVERED[sentence]
    policy = Policy(approvals=2, also=(typed,))
    assert policy.consent(act, names, price=price) == (2 if covered else 0)


@pytest.mark.parametrize("budget", [{"hourly": 0}, {"daily": 0}, {"hourly": 0, "daily": 0}])
def test_a_budget_of_nothing_takes_one_more_for_every_deletion_and_for_nothing_else(budget: dict[str, int]) -> None:
    policy = Policy(approvals=1, also=("reboot *",), **budget)  # type: ignore[arg-type]
    assert policy.consent("delete", ["web-1"]) == policy.consent("delete", ["web-1"], extra=True) == 2
    assert policy.consent("reboot", ["web-1"]) == 1


USUAL = Policy("C0OPS", "C0NEWS", 2, undo_window=60, stop_first=True, also=("reboot prod-*",), protected=("prod-*",))

LOOSER: dict[str, tuple[dict[str, Any], set[str]]] = {
    "nothing": ({}, set()),
    "one approval less": ({"approvals": 1}, {"approvals"}),
    "one approval more": ({"approvals": 3}, set()),
    "another approvals channel": ({"approvals_channel": "C0OTHER"}, {"approvals_channel"}),
    "no approvals channel": ({"approvals_channel": ""}, {"approvals_channel"}),
    "another notifications channel": ({"notifications_channel": ""}, set()),
    "less time to undo": ({"undo_window": 10}, {"undo_window"}),
    "more time to undo": ({"undo_window": 600}, set()),
    "no stop before": ({"stop_first": False}, {"stop_first"}),
    "a rule less": ({"also": ()}, {"also"}),
    "a rule more": ({"also": ("reboot prod-*", "stop *")}, set()),
    "a narrower rule": ({"also": ("reboot prod-1",)}, {"also"}),
    "a wider rule": ({"also": ("reboot *",)}, set()),
    "a pattern less": ({"protected": ("web-*",)}, {"protected"}),
    "a pattern more": ({"protected": ("web-*", "prod-*")}, set()),
    "everything protected": ({"protected": ("*",)}, set()),
    "a larger budget": ({"hourly": 6, "daily": 11}, {"hourly", "daily"}),
    "a smaller budget": ({"hourly": 0, "daily": 0}, set()),
    "times that let nothing more through": ({"lifetime": 30, "remind_after": 5}, set()),
    "a request that waits, and holds, for longer": ({"lifetime": 30 * 24 * 60}, {"lifetime"}),
}


@pytest.mark.parametrize("sentence", LOOSER)
def test_what_loosens(sentence: str) -> None:
    fields, found = LOOSER[sentence]
    after = replace(USUAL, **fields)
    assert set(loosened(USUAL, after)) == found
    assert set(changed(USUAL, after)) == set(fields)


@pytest.mark.parametrize(
    ("before", "after", "looser"),
    [
        (("create above 20",), ("create above 10",), False),
        (("create above 20",), ("create above 30",), True),
        (("create above 20",), ("create *",), False),
        (("create *",), ("create above 20",), True),
    ],
)
def test_a_price_that_is_raised_loosens(before: tuple[str, ...], after: tuple[str, ...], looser: bool) -> None:
    assert bool(loosened(Policy(also=before), Policy(also=after))) is looser


def test_the_first_channel_is_no_move() -> None:
    assert loosened(Policy(), Policy("C0OPS")) == ()


def test_settings_are_kept_and_read_back() -> None:
    settings = with_freeze(with_policy({"disconnected": True}, USUAL), Freeze("U0AMIR", NOW, "<!channel>"))
    assert policy_of(settings) == USUAL
    assert freeze_of(settings) == Freeze("U0AMIR", NOW, "<!channel>")
    assert freeze_of(with_freeze(settings, None)) is None
    assert settings["disconnected"] is True


@pytest.mark.parametrize(
    "kept", [None, [], "x", {"approvals": "2"}, {"approvals": True}, {"also": "reboot *"}, {"new": 1}]
)
def test_what_is_kept_wrong_is_as_usual(kept: Any) -> None:
    assert policy_of({"policy": kept}) == Policy()
