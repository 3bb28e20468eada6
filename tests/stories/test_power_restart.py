"""The bot is stopped, or falls over, while something is under way: it is finished, and old buttons still work."""

import pytest

from tests.conftest import HTTP, POSTGRES
from tests.stories.telling import again, calls, last, times
from tests.world import World


async def test_what_was_acknowledged_before_a_stop_is_done_after_the_start(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    assert world.reboots() == 0
    await world.restart()
    await world.seconds_pass(20)
    assert world.reboots() == 1
    assert times(world.olga, "@olga web-1 is active again. It took 6 s.") == 1


@pytest.mark.parametrize("kind", ["start", "stop", "reboot"])
async def test_what_was_called_before_a_stop_is_watched_after_the_start(world: World, kind: str) -> None:
    world.has_server("web-1", status="stopped" if kind == "start" else "active")
    await world.olga.says(f"/vps {kind} web-1", in_=world.ops)
    await world.seconds_pass(2)
    await world.restart()
    await world.seconds_pass(20)
    assert calls(world, kind) == 1
    assert times(world.olga, "@olga web-1 is") == 1
    assert len(world.olga.messages(world.ops)) == 3, "the private answer, the one card, and the end"
    assert world.amir.sees("@olga asked for it."), "the card of before shows the end"
    assert isinstance(await world.verified(), int)


async def test_hours_away_are_no_hours_of_rebooting(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(2)
    await world.stop_bot()
    world.clock.move(hours=30)
    await world.start_bot()
    await world.seconds_pass(5)
    assert times(world.olga, "@olga web-1 is active again.") == 1
    assert not world.olga.sees("still rebooting")


async def test_a_message_promised_before_a_stop_is_sent_after_the_start(world: World) -> None:
    world.has_server("web-1")
    world.slack.fail("chat.postMessage", error="closed", times=2)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(3)
    assert not world.amir.sees("web-1")
    await world.restart()
    await world.seconds_pass(60)
    assert world.amir.sees("web-1 was rebooted. @olga asked for it.")
    assert times(world.olga, "@olga web-1 is active again.") == 1


async def test_a_list_of_before_the_restart_can_be_said_yes_to(world: World) -> None:
    for name in ("web-1", "web-2"):
        world.has_server(name)
    await world.olga.says("/vps reboot web-*", in_=world.ops)
    await world.restart()
    await world.olga.clicks("Reboot 2 servers")
    await world.seconds_pass(15)
    assert world.reboots() == 2
    assert times(world.olga, "@olga your reboot of 2 servers: 2 done in") == 1


async def test_buttons_of_before_the_restart_work(world: World) -> None:
    for number in range(20):
        world.has_server(f"web-{number:02}")
    await world.olga.says("/vps list", in_=world.ops)
    await world.restart()
    await world.olga.clicks("Next")
    await world.settle()
    assert world.olga.sees("page 2 of 2")
    await world.olga.says("/vps show web-00")
    await world.restart()
    await world.olga.clicks("Reboot")
    await world.seconds_pass(15)
    assert times(world.olga, "@olga web-00 is active again.") == 1 and world.reboots() == 1


async def test_the_cards_button_shows_the_server_to_whoever_may_see_it(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(3)
    await world.restart()
    await world.vera.clicks("Show")
    await world.noor.clicks("Show")
    await world.settle()
    assert "🟡 rebooting · id" in last(world.vera)
    assert "You have no role here yet; this takes viewer." in last(world.noor)
    await world.seconds_pass(15)
    assert world.vera.buttons == [], "the card's button is gone when it is over"


@pytest.mark.only(HTTP, POSTGRES)  # over Socket Mode an envelope comes again: tests/faults/test_socket.py
@pytest.mark.parametrize("typed", ["reboot web-1", "access grant @noor viewer"])
async def test_the_same_request_again_changes_nothing_also_after_a_restart(world: World, typed: str) -> None:
    world.has_server("web-1")
    await world.ada.says(f"/vps {typed}", in_=world.ops)
    await world.seconds_pass(30)
    log, screen = await world.log(), world.ada.screen()
    for _ in range(2):
        assert await again(world) == (200, b"")
        await world.seconds_pass(10)
        await world.restart()
    assert world.reboots() == (typed == "reboot web-1")
    assert await world.log() == log and world.ada.screen() == screen


@pytest.fixture
async def cut_off(world: World) -> World:
    """A reboot was typed, the provider kept the bot waiting, Slack was told "fine", and the power went."""
    world.has_server("web-1")
    world.vps.fault("hang", action="list", times=1, seconds=20)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    assert world.slack.deliveries("command")[-1].status == 200
    await world.crash_bot()
    assert world.reboots() == 0 and not world.olga.sees("web-1")
    return world


async def test_a_change_cut_off_after_its_acknowledgement_is_done_after_the_start(cut_off: World) -> None:
    await cut_off.start_bot()
    await cut_off.seconds_pass(120)
    assert times(cut_off.olga, "Rebooting web-1. I'll mention you when it is done.") == 1
    assert times(cut_off.olga, "@olga web-1 is active again. It took 6 s.") == 1
    assert cut_off.reboots() == 1


async def test_a_change_cut_off_too_long_ago_is_not_done_but_told(cut_off: World) -> None:
    cut_off.clock.move(minutes=15)
    await cut_off.start_bot()
    await cut_off.seconds_pass(120)
    assert cut_off.olga.sees("You asked for this Nov 23, 2026 09:00, then the bot was away. Nothing was done.")
    assert cut_off.olga.sees("Ask again if you still want it.")
    assert cut_off.reboots() == 0


async def test_a_change_cut_off_is_done_with_the_right_of_the_moment(cut_off: World) -> None:
    await cut_off.start_bot()
    await cut_off.ada.says("/vps access revoke @olga", in_=cut_off.ada.direct)
    await cut_off.seconds_pass(120)
    assert cut_off.olga.sees("You have no role here yet; this takes operator.")
    assert cut_off.reboots() == 0


async def test_what_was_cut_off_is_kept_without_its_words_in_clear(cut_off: World) -> None:
    kept = await cut_off.kept()
    assert b"reboot web-1" not in kept and b"response_url" not in kept
    await cut_off.start_bot()
