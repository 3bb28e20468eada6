"""Roles for a time: their end is told beforehand, and then they are over."""

from tests.stories.telling import BOTH_WAYS, last
from tests.world import World

pytestmark = BOTH_WAYS


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
