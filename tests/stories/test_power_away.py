"""A provider that is away, or wants to be left alone, before a change of power, during it and after."""

from urllib.parse import urlsplit

from tests.stories.telling import calls, times
from tests.world import World


async def test_a_provider_down_for_minutes_is_waited_for(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps list", in_=world.ops)
    await world.vps.stop()
    await world.olga.says("/vps reboot web-1")
    await world.seconds_pass(120)
    assert world.amir.sees("@olga is rebooting web-1 (VPS.org can't be reached: trying again)")
    assert world.reboots() == 0
    await back(world)
    await world.seconds_pass(60)
    assert world.reboots() == 1
    assert times(world.olga, "@olga web-1 is active again.") == 1


async def test_a_provider_down_for_too_long_means_that_nothing_is_done(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps list", in_=world.ops)
    await world.vps.stop()
    await world.olga.says("/vps reboot web-1")
    await world.minutes_pass(7)
    assert world.olga.sees("@olga web-1 was not rebooted: VPS.org can't be reached. Try again: /vps reboot web-1")
    await back(world)
    await world.minutes_pass(5)
    assert world.reboots() == 0, "what was told as not done is not done later"


async def test_a_provider_that_goes_down_after_the_call_is_watched_again_when_it_is_back(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(2)
    await world.vps.stop()
    await world.minutes_pass(6)
    assert times(world.olga, "@olga web-1: still rebooting after 5 min") == 1
    assert world.olga.sees("Its status is rebooting now. I go on watching and tell you the end.")
    assert not world.olga.sees("active again")
    await back(world)
    await world.minutes_pass(2)
    assert times(world.olga, "@olga web-1 is active again.") == 1
    assert world.reboots() == 1


async def back(world: World) -> None:
    """The provider listens again, at the same address."""
    await world.vps.start(port=urlsplit(world.vps.origin).port or 0)


async def test_a_long_retry_after_while_it_is_watched_does_not_silence_the_bot(world: World) -> None:
    world.vps.settings.reboot_seconds = None
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(3)
    world.vps.fault("status", action="list", status=429, retry_after="600")
    before = calls(world, "list")
    await world.seconds_pass(295)
    assert not world.olga.sees("still rebooting")
    await world.seconds_pass(10)
    assert times(world.olga, "web-1: still rebooting after 5 min. Its status is rebooting now. I go on watching") == 1
    assert calls(world, "list") == before + 1, "the provider is left alone"
    world.vps.clear_faults()
    world.vps.change("web-1", status="active")
    await world.seconds_pass(290)
    assert calls(world, "list") == before + 1
    await world.seconds_pass(30)
    assert times(world.olga, "@olga web-1 is active again.") == 1


async def test_a_long_retry_after_before_the_call_ends_it_untouched_after_five_minutes(world: World) -> None:
    world.has_server("web-1")
    world.vps.fault("status", action="show", status=429, retry_after="780")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(310)
    assert times(world.olga, "@olga web-1 was not rebooted") == 1
    world.vps.clear_faults()
    await world.minutes_pass(20)
    assert world.reboots() == 0 and calls(world, "show") == 1


async def test_what_was_put_off_before_the_bot_was_away_is_not_done_when_it_is_back(world: World) -> None:
    world.has_server("web-1")
    world.vps.fault("status", action="show", status=503, times=6)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(3)
    await world.stop_bot()
    world.clock.move(hours=1)
    world.vps.clear_faults()
    await world.start_bot()
    await world.minutes_pass(2)
    assert world.reboots() == 0 and times(world.olga, "@olga web-1 was not rebooted") == 1
