"""A server that is waited for shows a status that isn't on its way: told at once, and nobody has to wait for it."""

import pytest

from tests.stories.telling import times
from tests.world import World


@pytest.mark.parametrize(
    ("typed", "name", "status", "neither", "noun"),
    [
        ("reboot web-1", "web-1", "error <!here>", "neither rebooting nor active", "reboot"),
        ("start web-2", "web-2", "suspended", "neither starting nor active", "start"),
        ("stop web-1", "web-1", "error", "neither stopping nor stopped", "stop"),
    ],
)
async def test_it_is_told_in_the_provider_s_words_and_watching_can_be_stopped(
    fleet: World, typed: str, name: str, status: str, neither: str, noun: str
) -> None:
    settings = fleet.vps.settings
    settings.reboot_seconds = settings.start_seconds = settings.stop_seconds = None
    await fleet.olga.says(f"/vps {typed}", in_=fleet.ops)
    await fleet.seconds_pass(5)
    fleet.vps.change(name, status=status)
    await fleet.minutes_pass(1)
    assert times(fleet.olga, f"@olga {name}: VPS.org says that it is {neither}, after ") == 1
    assert times(fleet.olga, f"Its status is {status} now. I go on watching and tell you the end.") == 1
    await fleet.olga.clicks("Stop watching")
    await fleet.seconds_pass(5)
    assert fleet.olga.sees(f"I don't watch {name} any more. VPS.org accepted the {noun}, which may still happen.")
    assert fleet.olga.sees(f"{name}: I stopped watching its {noun}, as @olga asked; it is {status}.")
    assert f"U0OLGA watch.stopped {name}: " in await fleet.log()


async def test_who_stops_watching_what_was_never_answered_is_not_told_that_it_was_accepted(fleet: World) -> None:
    fleet.vps.fault("closed_before", action="reboot", times=1)
    await fleet.olga.says("/vps reboot web-1", in_=fleet.ops)
    await fleet.minutes_pass(2)
    await fleet.olga.clicks("Check again")
    await fleet.seconds_pass(2)
    fleet.vps.change("web-1", status="error")
    await fleet.seconds_pass(20)
    await fleet.olga.clicks("Stop watching")
    await fleet.seconds_pass(5)
    assert fleet.olga.sees("I don't watch web-1 any more. VPS.org was asked for the reboot, which may still happen.")


async def test_of_several_each_one_s_is_told_and_the_long_wait_has_a_button_for_each(deleting: World) -> None:
    deleting.vps.settings.reboot_seconds = None
    await deleting.olga.says("/vps reboot web-*", in_=deleting.ops)
    await deleting.olga.clicks("Reboot 2 servers")
    await deleting.seconds_pass(5)
    for name in ("web-1", "web-2"):
        deleting.vps.change(name, status="error")
        await deleting.minutes_pass(1)
        assert times(deleting.olga, f"@olga {name}: VPS.org says that it is neither rebooting nor active,") == 1
    await deleting.minutes_pass(4)
    assert times(deleting.olga, "@olga web-1 and web-2: still rebooting after 5 min") == 1
    await deleting.olga.clicks("Stop watching: web-2")
    await deleting.seconds_pass(5)
    assert "U0OLGA watch.stopped web-2: " in await deleting.log()
    assert "U0OLGA watch.stopped web-1: " not in await deleting.log()


@pytest.mark.parametrize("at_once", [True, False])
async def test_of_seven_servers_none_goes_without_a_word_and_those_of_one_look_share_one(
    world: World, at_once: bool
) -> None:
    world.vps.settings.reboot_seconds = None
    names = [f"web-{number}" for number in range(1, 8)]
    for name in names:
        world.has_server(name)
    await world.olga.says("/vps reboot web-*", in_=world.ops)
    await world.olga.clicks("Reboot 7 servers")
    await world.seconds_pass(5)
    for name in names:
        world.vps.change(name, status="error")
        await world.seconds_pass(0 if at_once else 31)
    await world.minutes_pass(1)
    strange = "VPS.org says that it is neither rebooting nor active,"
    if at_once:
        assert times(world.olga, strange) == 1 and times(world.olga, f"@olga 7 servers: {strange}") == 1
        assert world.olga.buttons.count("Stop watching: web-1") == 1
    else:
        assert [times(world.olga, f"@olga {name}: {strange}") for name in names] == [1] * 7


async def test_what_is_on_its_way_is_not_strange(fleet: World) -> None:
    fleet.vps.settings.reboot_seconds = None
    await fleet.olga.says("/vps reboot web-1", in_=fleet.ops)
    await fleet.seconds_pass(2)
    for status in ("rebooting", "stopping", "stopped", "starting", "active"):
        fleet.vps.change("web-1", status=status)
        await fleet.seconds_pass(15)
    await fleet.minutes_pass(1)
    assert fleet.olga.sees("@olga web-1 is active again.") and not fleet.olga.sees("VPS.org says that it is neither")
