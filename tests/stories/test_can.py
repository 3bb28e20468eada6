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


GIVEN = "given by @ada Nov 23, 2026 09:00."
SOON = "Ask again in a moment."
WHY: dict[str, tuple[str, str, str, str]] = {
    "a pattern": ("grant @noor operator web-*", "", "reboot web-1", f"✅ operator for web-*, {GIVEN}"),
    "an end": ("grant @noor operator for 8h", "", "reboot web-1", f"✅ operator until Nov 23, 2026 17:00, {GIVEN}"),
    "a group": ("grant @oncall operator", "", "reboot web-1", f"✅ operator through @oncall, {GIVEN}"),
    "all of it": (
        "grant @oncall operator web-* break-glass for 8h",
        "",
        "break-glass reboot web-1",
        f"✅ operator with break-glass for web-* until Nov 23, 2026 17:00 through @oncall, {GIVEN}",
    ),
    "other servers": (
        "grant @noor operator db-*",
        "",
        "reboot web-1",
        "🚫 they are operator for db-* only; it takes operator.",
    ),
    "another role": (
        "grant @noor operator",
        "",
        "break-glass reboot web-1",
        "🚫 they are operator; it takes admin, or a role with break-glass.",
    ),
    "ended": (
        "grant @noor operator for 8h",
        "is over",
        "reboot web-1",
        "🚫 their role ended Nov 23, 2026 17:00; it takes operator.",
    ),
    "deactivated": (
        "grant @noor operator",
        "is deactivated",
        "reboot web-1",
        "🚫 their Slack account is deactivated; it takes operator.",
    ),
    "a guest": (
        "grant @noor operator",
        "is a guest",
        "reboot web-1",
        "🚫 guests hold no role, whatever was granted; it takes operator.",
    ),
    "foreign": (
        "grant @noor operator",
        "is foreign",
        "reboot web-1",
        "🚫 people from another organisation hold no role, whatever was granted; it takes operator.",
    ),
    "an unread group": (
        "grant @oncall operator",
        "can't be read",
        "reboot web-1",
        f"🚫 Slack can't tell me about their account right now, so roles through groups don't count. {SOON}",
    ),
    "an unread voter": (
        "grant @noor approver",
        "can't be read",
        "approve web-1",
        f"🚫 Slack can't tell me about their account right now, so their votes don't count. {SOON}",
    ),
}
"""What Noor was given, what came of her since, what is asked, and the sign and the words behind whom and what."""


async def became(world: World, what: str) -> None:
    """Something happened to Noor, or a day went by."""
    match what:
        case "is over":
            await world.minutes_pass(24 * 60)
        case "is deactivated":
            await world.team.deactivate(world.noor)
        case "is a guest":
            await world.team.make_guest(world.noor)
        case "is foreign":
            world.noor.person.home_team_id = "T0OTHER"
            await world.seconds_pass(61)
        case "can't be read":
            await world.seconds_pass(130)
            for method in ("users.info", "usergroups.users.list"):
                world.slack.fail(method, error="internal_error", times=1_000)


@pytest.mark.parametrize("case", WHY)
async def test_the_grant_or_the_reason_is_named(world: World, case: str) -> None:
    typed, since, asked, answer = WHY[case]
    world.has_server("web-1")
    world.team.add_group("oncall", [world.noor])
    await world.ada.says(f"/vps access {typed}", in_=world.ada.direct)
    await became(world, since)
    await world.ada.says(f"/vps can @noor {asked}", in_=world.ops)
    await world.settle()
    sign, words = answer.split(" ", 1)
    may = "may" if sign == "✅" else "may not"
    assert world.ada.reads(world.ada.messages(world.ops)[-1]).startswith(f"{sign} @noor {may} {asked}: {words}")


CAN: dict[str, tuple[dict[str, object], str, str]] = {
    "a deletion takes consent": (
        {},
        "delete web-1",
        "✅ @olga may ask to delete web-1: operator, given by @ada Nov 23, 2026 09:00. "
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
        "But it is protected: servers that fit web-* can't be deleted from here. An admin lifts that, for all of them,",
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
    assert deleting.olga.sees(
        "But it is protected: it can't be deleted from here. An admin lifts that with /vps unprotect web-1."
    )
    await deleting.ada.says("/vps freeze", in_=deleting.ops)
    await deleting.olga.says("/vps can reboot web-2", in_=deleting.ops)
    await deleting.settle()
    assert deleting.olga.sees("⚠️ @olga may reboot web-2: operator") and deleting.olga.sees("But @ada froze everything")
