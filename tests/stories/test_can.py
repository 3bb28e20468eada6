"""`/vps can` explains a decision: the grant or the reason, what else stands in between, who could change it."""

import pytest

from tests.stories.deleting import decided
from tests.stories.telling import BOTH_WAYS
from tests.world import World

pytestmark = BOTH_WAYS


@pytest.mark.parametrize(
    ("who", "asked", "answer"),
    [
        ("olga", "/vps can reboot web-1", "✅ @olga may reboot web-1: operator, given by @ada"),
        ("noor", "/vps can reboot web-1", "🚫 @noor may not reboot web-1: they hold no role; it takes operator."),
        ("ada", "/vps can @vera stop web-1", "🚫 @vera may not stop web-1: they are viewer; it takes operator."),
        ("olga", "/vps can @vera stop web-1", "You are operator here; this takes auditor."),
        ("olga", "/vps can fly web-1", "There is no action fly."),
        ("olga", "/vps can", "Ask like /vps can reboot web-server-01"),
    ],
)
async def test_a_decision_explains_itself(world: World, who: str, asked: str, answer: str) -> None:
    world.has_server("web-1")
    person = world.team.people[who]
    await person.says(asked, in_=world.ops)
    assert person.sees(answer), person.screen()


CAN: dict[str, tuple[dict[str, object], str, str]] = {
    "a deletion takes consent": (
        {},
        "delete web-1",
        "✅ @olga may delete web-1: operator, given by @ada Nov 23, 2026 09:00. "
        "It takes 1 approval; @ada or @amir could approve now.",
    ),
    "what takes none": ({}, "reboot web-1", "✅ @olga may reboot web-1: operator, given by @ada Nov 23, 2026 09:00."),
    "another act under approval": (
        {"also": ("reboot web-*",), "approvals": 2},
        "reboot web-1",
        "It takes 2 approvals; @ada or @amir could approve now.",
    ),
    "over budget": (
        {"daily": 0},
        "delete web-1",
        "It takes 2 approvals (one more than usual, because of the deletions before it); @ada or @amir could",
    ),
    "too few approvers": (
        {"approvals": 3},
        "delete web-1",
        "It takes 3 approvals, and only @ada or @amir could approve it now: an admin makes someone approver with",
    ),
    "no channel": (
        {"approvals_channel": ""},
        "delete web-1",
        "It takes 1 approval, and there is no channel yet to ask in: an admin chooses one with /vps settings.",
    ),
    "a channel without the bot": (
        {"approvals_channel": "C0GENERAL"},
        "delete web-1",
        "It takes 1 approval, and I am not in #general, where that is asked for: invite me there.",
    ),
    "a price that matters": (
        {"also": ("create above 20",)},
        "create app-1",
        "It takes 1 approval if its plan costs more than the settings let pass; @ada or @amir could approve now.",
    ),
    "a protected pattern": (
        {"protected": ("web-*",)},
        "delete web-1",
        "But servers that fit web-* are protected: none can be deleted from here until an admin lifts that",
    ),
}


@pytest.mark.parametrize("sentence", CAN)
async def test_what_stands_between_a_right_and_the_change_is_said(deleting: World, sentence: str) -> None:
    policy, asked, answer = CAN[sentence]
    await decided(deleting, **policy)
    await deleting.olga.says(f"/vps can {asked}", in_=deleting.ops)
    await deleting.settle()
    assert deleting.olga.sees(answer), deleting.olga.screen()


async def test_so_are_a_protected_server_and_a_freeze(deleting: World) -> None:
    await deleting.ada.says("/vps protect web-1", in_=deleting.ops)
    await deleting.olga.says("/vps can delete web-1", in_=deleting.ops)
    await deleting.settle()
    assert deleting.olga.sees("But it is protected: it can't be deleted until an admin lifts that with /vps unprotect.")
    await deleting.ada.says("/vps freeze", in_=deleting.ops)
    await deleting.olga.says("/vps can reboot web-2", in_=deleting.ops)
    await deleting.settle()
    assert deleting.olga.sees("⚠️ @olga may reboot web-2: operator") and deleting.olga.sees("But @ada froze everything")
