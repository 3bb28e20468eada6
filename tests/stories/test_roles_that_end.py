"""Roles for a time: their end is told beforehand, and then they are over."""

import pytest

from bot.sandbox.slack.testing import LocalPerson
from tests.stories.telling import BOTH_WAYS, last, others_see_nothing_of, times
from tests.world import World

pytestmark = BOTH_WAYS

THEIRS = "Your role operator for web-* through @oncall ends Nov 23, 2026 17:00. An admin can give it again"
UNREAD = "Slack can't tell me who is in @oncall: nobody there has been told yet that the role operator for web-* ends"
TOO_MANY = "@oncall has more people than the 30 that I tell one by one: nobody there was told that the role operator"


async def a_shift(world: World, *people: LocalPerson) -> None:
    """The group @oncall of these people holds a role until an hour and a minute from now."""
    world.team.add_group("oncall", people)
    await world.ada.says("/vps access grant @oncall operator web-* for 8h", in_=world.ops)
    assert world.ada.sees("Its members are not told one by one, only before it ends, up to 30 of them.")
    await world.minutes_pass(6 * 60 + 59)


async def test_a_group_s_shift_is_told_to_all_of_them_before_it_ends_and_then_it_is_over(
    world: World,
) -> None:
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
    assert not world.noor.sees("ends Nov 23")
    await world.minutes_pass(10)
    assert "@oncall is operator for web-* until" in last(world.ada) and "You can give it again" in last(world.ada)
    assert last(world.noor) == f"{THEIRS}: /vps access grant."
    others_see_nothing_of(world, but=world.noor, words=THEIRS)
    await world.minutes_pass(60)
    await world.noor.says("/vps reboot web-1", in_=world.ops)
    assert last(world.noor).startswith("Your role ended Nov 23, 2026 17:00; this takes operator.")
    assert world.reboots() == 1


async def test_it_is_told_to_who_is_in_the_group_by_then_whatever_else_they_hold(world: World) -> None:
    await a_shift(world, world.noor)
    [group] = world.team.team.groups.values()
    await world.team.set_group(group, [world.ada, world.olga, world.vera])
    await world.minutes_pass(20)
    for person, told in (("noor", 0), ("olga", 1), ("vera", 1), ("ada", 0)):
        assert times(world.team.people[person], THEIRS) == told, person
    assert times(world.ada, "@oncall is operator for web-* until") == 1, "she has it as admin, once"


async def test_the_people_of_a_group_whose_role_was_taken_hear_nothing_of_its_end(world: World) -> None:
    await a_shift(world, world.noor)
    await world.ada.says("/vps access revoke @oncall", in_=world.ops)
    await world.minutes_pass(20)
    assert not world.noor.sees("Your role")


async def test_a_group_that_can_not_be_read_for_a_moment_is_told_a_little_later(world: World) -> None:
    await a_shift(world, world.noor)
    world.slack.fail("usergroups.users.list", error="internal_error", times=1_000)
    await world.seconds_pass(80)
    assert not world.noor.sees("Your role")
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert world.ada.sees("About a role that ends, to @oncall, 20 s old: Slack doesn't say who is in it; tried again")
    world.slack.world.faults.clear()
    await world.minutes_pass(2)
    assert times(world.noor, THEIRS) == 1 and not world.ada.sees("nobody there was told")
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert last(world.ada) == "Every message has arrived."


async def test_the_admins_hear_that_its_people_could_not_be_told(world: World) -> None:
    await a_shift(world, world.noor)
    world.slack.fail("usergroups.users.list", error="internal_error", times=1_000)
    await world.minutes_pass(10)
    assert times(world.ada, UNREAD) == 1 and times(world.ada, "@oncall is operator for web-* until") == 1
    others_see_nothing_of(world, but=world.ada, words=UNREAD)
    world.slack.world.faults.clear()
    await world.minutes_pass(10)
    assert times(world.noor, "Your role operator for web-* through @oncall ends") == 1, "late, and told"


async def test_what_an_admin_would_hear_when_it_is_not_so_any_more_is_not_told(world: World) -> None:
    await a_shift(world, world.noor)
    world.slack.fail("usergroups.users.list", error="internal_error", times=1_000)
    world.slack.fail("chat.postMessage", error="internal_error", times=1_000)
    await world.seconds_pass(150)
    world.slack.world.faults.clear()
    world.slack.fail("chat.postMessage", error="internal_error", times=1_000)
    await world.minutes_pass(3)
    world.slack.world.faults.clear()
    await world.minutes_pass(10)
    assert times(world.noor, "Your role operator for web-* through @oncall ends") == 1
    assert not world.ada.sees("has been told yet"), "they were told by then"


async def test_of_a_group_that_turns_out_to_be_too_large_the_admins_hear_that_too(world: World) -> None:
    many = [world.team.add_person(f"person{number}") for number in range(31)]
    await a_shift(world, *many)
    world.slack.fail("usergroups.users.list", error="internal_error", times=1_000)
    await world.minutes_pass(3)
    assert times(world.ada, UNREAD) == 1
    world.slack.world.faults.clear()
    await world.minutes_pass(10)
    assert times(world.ada, TOO_MANY) == 1 and not any(each.sees("Your role") for each in many)


@pytest.mark.parametrize(("people", "told"), [(30, 1), (31, 0)])
async def test_so_many_people_of_a_group_are_told_one_by_one(world: World, people: int, told: int) -> None:
    many = [world.team.add_person(f"person{number}") for number in range(people)]
    await a_shift(world, *many)
    await world.minutes_pass(20)
    assert {times(each, THEIRS) for each in many} == {told}
    assert times(world.ada, TOO_MANY) == 1 - told


async def test_a_bot_that_dies_on_the_way_tells_each_of_them_once(world: World) -> None:
    people = [world.noor, world.vera, world.olga]
    await a_shift(world, *people)
    world.slack.fail("chat.postMessage", error="internal_error", times=1_000)
    await world.seconds_pass(65)
    await world.crash_bot()
    world.slack.world.faults.clear()
    await world.start_bot()
    await world.minutes_pass(20)
    assert [times(each, THEIRS) for each in people] == [1, 1, 1]


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
