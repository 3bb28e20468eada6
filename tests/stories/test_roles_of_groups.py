"""Roles of user groups: who is in the group has them, as Slack says at that moment."""

import asyncio

from tests.stories.telling import BOTH_WAYS, last
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
    await world.team.set_group(group, [], quietly=True)
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
