"""Access in full: groups, ends, explanations, asking for it, accounts that change, and floods."""

import asyncio

import pytest

from bot.slack.ids import ActionId
from tests.stories.deleting import decided
from tests.stories.telling import BOTH_WAYS, button, forged, last, times
from tests.world import World

pytestmark = BOTH_WAYS


async def test_a_group_holds_a_role_and_its_members_have_it(world: World) -> None:
    world.has_server("web-1")
    world.team.add_group("oncall", [world.noor])
    await world.ada.says("/vps access grant @oncall operator", in_=world.ops)
    assert world.ada.sees("is operator now")
    await world.noor.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(10)
    assert world.noor.sees("@noor web-1 is active again")


async def test_who_leaves_the_group_loses_the_role_within_a_minute(world: World) -> None:
    world.has_server("web-1")
    group = world.team.add_group("oncall", [world.noor])
    await world.ada.says("/vps access grant @oncall operator", in_=world.ops)
    await world.noor.says("/vps list", in_=world.ops)
    assert world.noor.sees("1 server")
    await world.team.set_group(group, [])
    await world.seconds_pass(61)
    await world.noor.says("/vps reboot web-1", in_=world.ops)
    assert world.noor.sees("You have no role here yet; this takes")
    assert world.reboots() == 0


async def test_when_groups_cannot_be_read_their_roles_count_as_none(world: World) -> None:
    world.has_server("web-1")
    world.team.add_group("oncall", [world.noor])
    await world.ada.says("/vps access grant @oncall operator", in_=world.ops)
    world.slack.fail("usergroups.users.list", error="internal_error", times=5)
    await world.noor.says("/vps reboot web-1", in_=world.ops)
    assert world.noor.sees("Slack can't tell me about your account right now, so roles through groups don't count.")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    assert world.olga.sees("Rebooting web-1."), "a role of one's own does not depend on the group"


async def test_a_revocation_names_what_remains_through_a_group(world: World) -> None:
    world.team.add_group("oncall", [world.olga])
    await world.ada.says("/vps access grant @oncall viewer web-*", in_=world.ops)
    await world.ada.says("/vps access revoke @olga", in_=world.ops)
    assert world.ada.sees("@olga holds no role of their own any more (was operator). They are still viewer for web-*")


async def test_a_revocation_says_so_when_slack_can_not_tell_what_remains(world: World) -> None:
    world.team.add_group("oncall", [world.olga])
    await world.ada.says("/vps access grant @oncall viewer web-*", in_=world.ops)
    world.slack.fail("usergroups.users.list", error="internal_error", times=5)
    unsure = "Slack can't tell me right now whether they hold one through @oncall."
    await world.ada.says("/vps access revoke @olga")
    assert last(world.ada) == f"@olga holds no role of their own any more (was operator). {unsure}"
    await world.ada.says("/vps access revoke @olga")
    assert last(world.ada) == f"@olga holds no role of their own. Nothing was changed. {unsure}"


async def test_slack_is_asked_once_for_a_group_that_several_people_s_rights_may_come_from(world: World) -> None:
    world.team.add_group("oncall", [world.noor])
    await world.ada.says("/vps access grant @oncall operator", in_=world.ops)
    await world.minutes_pass(2)
    before = len(world.slack.api_calls("usergroups.users.list"))
    people = (world.noor, world.olga, world.ada)
    for number, _ in enumerate(people):
        world.has_server(f"web-{number}")
    await asyncio.gather(*(each.says(f"/vps reboot web-{n}", in_=world.ops) for n, each in enumerate(people)))
    await world.settle()
    assert world.reboots() == 3
    assert len(world.slack.api_calls("usergroups.users.list")) == before + 1, "it is tier 2: twenty a minute"


async def test_a_group_s_shift_is_told_to_the_admins_before_it_ends_and_then_it_is_over(world: World) -> None:
    for name in ("web-1", "db-1"):
        world.has_server(name)
    world.team.add_group("oncall", [world.noor])
    await world.ada.says("/vps access grant @oncall operator web-* for 8h", in_=world.ops)
    assert last(world.ada).startswith("@oncall is operator now for web-* until Nov 23, 2026 17:00")
    for name, answer in (("web-1", "Rebooting web-1."), ("db-1", "There is no server db-1.")):
        await world.noor.says(f"/vps reboot {name}", in_=world.ops)
        assert world.noor.sees(answer), name
    await world.minutes_pass(6 * 60 + 55)
    assert not world.ada.sees("You can give it again"), "not yet: that is more than an hour away"
    await world.minutes_pass(10)
    assert "@oncall is operator for web-* until" in last(world.ada) and "You can give it again" in last(world.ada)
    await world.minutes_pass(60)
    await world.noor.says("/vps reboot web-1", in_=world.ops)
    assert last(world.noor).startswith("Your role ended Nov 23, 2026 17:00; this takes operator.")
    assert world.reboots() == 1


async def test_a_group_s_role_is_taken_from_all_its_members_at_once(world: World) -> None:
    world.has_server("web-1")
    world.team.add_group("oncall", [world.noor])
    await world.ada.says("/vps access grant @oncall operator web-* for 8h", in_=world.ops)
    await world.ada.says("/vps access revoke @oncall", in_=world.ops)
    assert last(world.ada).startswith(
        "@oncall holds no role any more (was operator for web-* until Nov 23, 2026 17:00)"
    )
    await world.noor.says("/vps reboot web-1", in_=world.ops)
    assert last(world.noor).startswith("You have no role here yet")
    await world.minutes_pass(8 * 60)
    assert not world.ada.sees("You can give it again"), "what was taken has no end that is told"
    assert "U0ADA access.revoked S0ONCALL" in "\n".join(await world.log())


async def test_who_may_do_what_with_a_server(world: World) -> None:
    world.has_server("web-1")
    await world.ada.says("/vps access grant @noor operator db-*", in_=world.ops)
    await world.ada.says("/vps access web-1", in_=world.ops)
    operators = "@ada (admin), @olga (operator) and @amir (approver)"
    for line in (
        "Can see it: @ada (admin), @olga (operator), @amir (approver) and @vera (viewer)",
        f"Can start, stop and reboot it: {operators}",
        f"Can rename and edit it: {operators}",
        f"Can write notes about it: {operators}",
        f"Can ask for it to be deleted: {operators}",
        "Can approve what others ask for: @ada (admin) and @amir (approver)",
        "Can start, stop and reboot it in an emergency, without consent: @ada (admin)",
        "Can delete it in an emergency, without consent: @ada (admin)",
    ):
        assert world.ada.sees(line), line
    assert not world.ada.sees("@noor (operator")


async def test_groups_are_named_and_deactivated_people_are_not(world: World) -> None:
    world.has_server("web-1")
    world.team.add_group("oncall", [world.noor])
    await world.ada.says("/vps access grant @oncall approver web-*", in_=world.ops)
    await world.team.deactivate(world.amir)
    await world.ada.says("/vps access web-1", in_=world.ops)
    assert world.ada.sees("Can approve what others ask for: @ada (admin) and @oncall (approver for web-*)")
    assert not world.ada.sees("@amir (approver)")


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


async def test_asking_for_access_and_being_given_a_shift(world: World) -> None:
    world.has_server("web-1")
    await world.vera.says("/vps reboot web-1", in_=world.ops)
    await world.vera.clicks("Ask for access")
    await world.seconds_pass(2)
    assert world.vera.sees("Asked @ada for operator. I'll tell you the answer.")
    assert world.ada.sees("@vera asks for operator.")
    await world.ada.clicks("Grant for 8 h")
    await world.seconds_pass(3)
    assert world.vera.sees("@ada made you operator until")
    assert world.ada.sees("Granted for 8 h by @ada")
    await world.vera.says("/vps reboot web-1", in_=world.ops)
    assert world.vera.sees("Rebooting web-1.")
    await world.minutes_pass(9 * 60)
    assert world.vera.sees("Your role operator ends")
    await world.vera.says("/vps stop web-1", in_=world.ops)
    assert world.vera.sees("You are viewer here; this takes operator."), "the role from before the shift is still there"


async def test_access_can_be_asked_for_from_the_tenth_refusal_too(world: World) -> None:
    for name in ("web-1", "db-1"):
        world.has_server(name)
    await world.ada.says("/vps access grant @vera operator mail-*", in_=world.ada.direct)
    for name in ("web-1", *["db-1"] * 7, "web-1"):
        await world.vera.says(f"/vps reboot {name}", in_=world.ops)
    await world.vera.clicks("Ask for access")
    await world.seconds_pass(3)
    assert world.vera.sees("Asked @ada for operator on web-1. I'll tell you the answer.")
    assert world.ada.sees("@vera asks for operator on web-1.")
    await world.vera.says("/vps start db-1", in_=world.ops)
    await world.vera.clicks("Ask for access")
    await world.settle()
    assert world.vera.sees("Asked @ada for operator on db-1.")


async def test_nobody_is_sent_to_an_admin_whose_account_is_gone(world: World) -> None:
    world.has_server("web-1")
    await world.ada.says("/vps access grant @amir admin", in_=world.ada.direct)
    await world.ada.says("/vps access grant @vera operator db-*", in_=world.ada.direct)
    await world.team.deactivate(world.ada)
    for typed in ("settings", "reboot web-1"):
        await world.vera.says(f"/vps {typed}", in_=world.ops)
        assert "@amir can grant it" in last(world.vera) and "@ada" not in last(world.vera), typed
    await world.vera.clicks("Ask for access")
    await world.seconds_pass(3)
    assert world.vera.sees("Asked @amir for operator on web-1.")
    assert world.amir.sees("@vera asks for operator on web-1.") and not world.ada.sees("@vera asks for")
    await world.vera.says("/vps can stop web-1", in_=world.ops)
    assert "Could grant it: @amir" in last(world.vera)
    await world.team.make_guest(world.amir)
    nobody = "Nobody administers this workspace yet: whoever runs the bot sets VPSBOT_ADMINS to a Slack user id."
    for typed in ("settings", "can stop web-1", "reboot web-1"):
        await world.vera.says(f"/vps {typed}", in_=world.ops)
        assert nobody in last(world.vera), typed
        assert "Ask for access" not in last(world.vera)


async def test_the_end_of_a_role_is_told_to_the_person_and_to_who_is_admin_by_then(world: World) -> None:
    await world.ada.says("/vps access grant @noor operator for 8h", in_=world.ops)
    await world.minutes_pass(30)
    await world.ada.says("/vps access grant @amir admin", in_=world.ops)
    await world.seconds_pass(3)
    await world.amir.says("/vps access revoke @ada", in_=world.ops)
    await world.minutes_pass(6 * 60 + 25)
    assert not world.noor.sees("Your role operator ends"), "not yet: that is an hour and five minutes away"
    await world.minutes_pass(6)
    assert world.noor.sees("Your role operator ends")
    assert world.amir.sees("@noor is operator until") and world.amir.sees("You can give it again: /vps access grant.")
    assert not world.ada.sees("@noor is operator until"), "she is no admin any more"


async def test_a_role_for_a_server_whose_name_looks_like_a_pattern_is_for_that_one_alone(world: World) -> None:
    for name in ("web*", "web-prod", "mail"):
        world.has_server(name)
    await world.ada.says("/vps access grant @noor viewer", in_=world.ada.direct)
    await world.ada.says("/vps access grant @noor operator mail", in_=world.ada.direct)
    await world.noor.says("/vps reboot web*", in_=world.ops)
    await world.settle()
    await world.noor.clicks("Reboot 1 server")
    await world.settle()
    await world.noor.clicks("Ask for access")
    await world.seconds_pass(2)
    assert world.ada.sees("@noor asks for operator on web∗.")
    await world.ada.clicks("Grant")
    await world.seconds_pass(3)
    await world.noor.says("/vps reboot web-prod", in_=world.ops)
    assert "this takes operator" in last(world.noor), last(world.noor)


async def test_asking_for_access_and_being_declined(world: World) -> None:
    await world.noor.says("/vps list", in_=world.ops)
    await world.noor.clicks("Ask for access")
    await world.seconds_pass(2)
    await world.ada.clicks("Decline")
    await world.seconds_pass(3)
    assert world.noor.sees("@ada declined to make you viewer.")
    await world.noor.says("/vps list", in_=world.ops)
    assert world.noor.sees("You have no role here yet; this takes")


async def test_two_admins_answer_at_once_and_one_answer_counts(world: World) -> None:
    await world.ada.says("/vps access grant @amir admin", in_=world.ops)
    await world.noor.says("/vps list", in_=world.ops)
    await world.noor.clicks("Ask for access")
    await world.seconds_pass(3)
    await world.amir.clicks("Grant")
    await world.ada.clicks("Decline")
    await world.seconds_pass(3)
    assert world.ada.sees("Granted already by @amir. Nothing was changed.")
    assert not world.noor.sees("declined")
    await world.noor.says("/vps list", in_=world.ops)
    assert world.noor.sees("no servers here that you can see")


@pytest.mark.parametrize("change", ["deactivate", "make_guest"])
async def test_an_account_that_changed_holds_nothing_at_once(world: World, change: str) -> None:
    world.has_server("web-1")
    world.vps.fault("status", action="show", status=503, times=3)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await getattr(world.team, change)(world.olga)
    await world.seconds_pass(60)
    assert world.reboots() == 0
    assert "U0OLGA power.requested web-1: " in await world.log()
    assert "vpsbot power.ended web-1: not_allowed" in await world.log()


async def test_a_flood_of_refusals_is_one_entry_with_a_count_and_slowed(world: World) -> None:
    for _ in range(40):
        await world.noor.says("/vps list", in_=world.ops)
    assert world.noor.sees("refusals within minutes. I answer you again")
    await world.minutes_pass(11)
    refused = [line for line in await world.log() if line.startswith("U0NOOR permission.refused")]
    assert len(refused) == 6, "five by themselves, the rest as one"
    assert refused[-1].endswith("flood")
    await world.ada.says("/vps audit @noor", in_=world.ops)
    assert world.ada.sees(
        "@noor was refused 35 times more within ten minutes: no grant (25 of them unheard, while slowed)"
    )


@BOTH_WAYS
async def test_what_was_asked_unheard_is_counted_also_after_a_crash(world: World) -> None:
    for _ in range(20):
        await world.noor.says("/vps list", in_=world.ops)
    await world.seconds_pass(6)
    for _ in range(20):
        await world.noor.says("/vps list", in_=world.ops)
    await world.seconds_pass(6)
    await world.crash_bot()
    await world.start_bot()
    await world.minutes_pass(11)
    await world.ada.says("/vps audit @noor", in_=world.ops)
    assert world.ada.sees(
        "@noor was refused 35 times more within ten minutes: no grant (25 of them unheard, while slowed)"
    )


async def test_unlike_refusals_are_folded_apart_and_slow_together(world: World) -> None:
    world.has_server("web-1")
    for turn in range(7):
        await world.vera.says("/vps reboot web-1", in_=world.ops)
        await forged(world, world.vera, **button(ActionId.ACCESS_ASK, f"9{turn:03}"))
    assert not world.vera.sees("refusals within minutes")
    await world.vera.says("/vps access grant @vera admin", in_=world.ops)
    for _ in range(3):
        await world.vera.says("/vps list", in_=world.ops)
    assert times(world.vera, "That is 15 refusals within minutes. I answer you again") == 3
    await world.minutes_pass(11)
    refused = [line for line in await world.log() if line.startswith("U0VERA") and ".refused" in line]
    assert [line.endswith("flood") for line in refused] == [False] * 10 + [True] * 2
    await world.ada.says("/vps audit @vera", in_=world.ops)
    said = "@vera was refused {} times more within ten minutes: {}"
    assert world.ada.sees(said.format(6, "role too low")) and world.ada.sees(said.format(2, "no such refusal"))
    assert world.ada.sees("(3 of them unheard, while slowed)")
    world.slack.forget_problems()


async def test_who_goes_on_unheard_when_the_window_is_over_is_counted_still(world: World) -> None:
    await world.noor.says("/vps list", in_=world.ops)
    await world.seconds_pass(570)
    for _ in range(14):
        await world.noor.says("/vps list", in_=world.ops)
    await world.seconds_pass(40)
    for _ in range(4):
        await world.noor.says("/vps list", in_=world.ops)
    await world.minutes_pass(5)
    await world.ada.says("/vps audit @noor", in_=world.ops)
    assert world.ada.sees("@noor was refused 10 times more within ten minutes: no grant")
    assert world.ada.sees("@noor was refused 4 times more within ten minutes (4 of them unheard, while slowed)")
    await world.minutes_pass(30)
    await world.noor.says("/vps list", in_=world.ops)
    await world.minutes_pass(11)
    assert sum("flood" in line for line in await world.log()) == 2


async def test_the_auditor_reads_and_changes_nothing(world: World) -> None:
    world.has_server("web-1")
    await world.ada.says("/vps access grant @noor auditor", in_=world.ops)
    await world.noor.says("/vps audit", in_=world.ops)
    assert world.noor.sees("@ada made @noor auditor")
    await world.noor.says("/vps access", in_=world.ops)
    assert world.noor.sees("@olga is operator")
    await world.noor.says("/vps access grant @noor admin", in_=world.ops)
    assert world.noor.sees("You are auditor here; this takes admin.")
    await world.noor.says("/vps reboot web-1", in_=world.ops)
    assert world.noor.sees("You are auditor here; this takes operator.")


async def test_who_held_what_on_a_day_of_the_past(world: World) -> None:
    await world.minutes_pass(24 * 60)
    await world.ada.says("/vps access revoke @olga", in_=world.ops)
    await world.ada.says("/vps access on=2026-11-23", in_=world.ops)
    assert world.ada.sees("@olga was operator")
    await world.ada.says("/vps access on=yesterday", in_=world.ops)
    assert world.ada.sees("yesterday is no date.")


async def test_the_log_is_searched_and_paged(world: World) -> None:
    world.has_server("web-1")
    for _ in range(6):
        await world.olga.says("/vps reboot web-1", in_=world.ops)
        await world.seconds_pass(12)
    await world.ada.says("/vps audit web-1", in_=world.ops)
    await world.ada.clicks("Next")
    await world.settle()
    assert world.ada.sees("@olga asked to reboot web-1")
    await world.ada.clicks("Previous")
    await world.settle()
    assert "[Next]" in world.ada.screen() and "[Previous]" not in world.ada.screen()
    await world.ada.says("/vps audit since=tuesday", in_=world.ops)
    assert world.ada.sees("Since when? tuesday is not it")


async def test_one_persons_doings_with_one_server_since_a_week_are_paged(world: World) -> None:
    for name in ("web-1", "web-2"):
        world.has_server(name)
    await world.olga.says("/vps note web-1 too long ago", in_=world.ops)
    world.clock.move(days=8)
    for number in range(11):
        await world.olga.says(f"/vps note web-1 word-{number}.", in_=world.ops)
    await world.olga.says("/vps note web-2 another server", in_=world.ops)
    await world.amir.says("/vps note web-1 somebody else", in_=world.ops)
    await world.ada.says("/vps audit @olga web-1 since=7d", in_=world.ada.direct)
    first = last(world.ada)
    assert [f"word-{number}." in first for number in range(11)] == [False] + [True] * 10, "newest first, ten of them"
    await world.ada.clicks("Next")
    await world.settle()
    second = last(world.ada)
    assert [f"word-{number}." in second for number in range(11)] == [True] + [False] * 10
    for other in ("too long ago", "another server", "somebody else"):
        assert other not in first + second, other
    await world.ada.clicks("Previous")
    await world.settle()
    assert last(world.ada) == first


async def test_the_history_of_a_server_is_for_those_who_may_see_it(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(10)
    await world.vera.says("/vps history web-1", in_=world.ops)
    assert world.vera.sees("@olga · reboot: succeeded after 6 s")
    await world.noor.says("/vps history web-1", in_=world.ops)
    assert not world.noor.sees("succeeded")


async def test_a_name_that_is_close_is_offered_with_a_button(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(10)
    offered = "There is no server web-9. Did you mean web-1? Nothing was done."
    for typed, label, told in (
        ("access web-9", "Who may", "Can start, stop and reboot it: @ada (admin)"),
        ("history web-9", "History", "web-1 · what was done from here"),
        ("can @olga delete web-9", "Explain", "✅ @olga may delete web-1: operator"),
        ("can break-glass delete web-9", "Explain", "✅ @ada may break-glass delete web-1: admin"),
    ):
        await world.ada.says(f"/vps {typed}", in_=world.ada.direct)
        assert last(world.ada).startswith(offered), typed
        await world.ada.clicks(label, on=world.ada.messages(world.ada.direct)[-1])
        await world.settle()
        assert world.ada.sees(told), typed


async def test_the_buttons_of_an_offer_ask_for_the_right_once_more(world: World) -> None:
    server = world.has_server("web-1")
    await forged(world, world.vera, **button("access.server", str(server.id)))
    assert last(world.vera).startswith("You are viewer here; this takes auditor.")
    await forged(world, world.vera, **button("access.can", f"{world.olga.id} delete {server.id}"))
    assert last(world.vera).startswith("You are viewer here; this takes auditor.")
    await forged(world, world.ada, **button("access.server", "'; DROP TABLE"))
    assert world.ada.sees("This server is not there any more.")
    await forged(world, world.ada, **button("access.can", ""))
    assert world.ada.sees("This is from an older version of me. Nothing was done; type the command again.")


async def test_the_history_of_a_server_that_is_gone_is_found_by_its_name(world: World) -> None:
    world.has_server("web-1")
    world.has_server("web-2")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(10)
    world.vps.remove("web-1")
    await world.minutes_pass(1)
    await world.vera.says("/vps history web-1", in_=world.ops)
    assert last(world.vera).startswith("web-1 · what was done from here")
    assert "@olga · reboot: succeeded" in last(world.vera)
    await world.vera.says("/vps history web-3", in_=world.ops)
    assert last(world.vera).startswith("There is no server web-3.")
    await world.ada.says("/vps access grant @noor viewer db-*", in_=world.ops)
    await world.noor.says("/vps history web-1", in_=world.ops)
    assert last(world.noor).startswith("There is no server web-1."), "who holds a role for others learns nothing of it"
