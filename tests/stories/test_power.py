"""Starting, stopping and rebooting: what people type, what the provider is told, what people are told."""

from tests.stories.telling import BOTH_WAYS
from tests.world import World

pytestmark = BOTH_WAYS


async def test_a_reboot_is_told_as_done_when_the_server_is_seen_active_again(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    assert world.olga.sees("Rebooting web-1. I'll mention you when it is done.")

    await world.seconds_pass(3)
    assert world.amir.sees("@olga is rebooting web-1"), "the card stands in the channel, for everyone"
    assert not world.olga.sees("active again"), "accepted is not done"

    await world.seconds_pass(10)
    assert world.vera.sees("@olga web-1 is active again. It took 6 s.")
    assert world.amir.sees("web-1 was rebooted. @olga asked for it."), "the card shows the end"
    assert world.reboots() == 1
    assert await world.audit_trail() == ["power.requested pending", "power.called pending", "power.ended ok"]


async def test_someone_without_a_role_is_refused_privately_with_the_way_out(world: World) -> None:
    world.has_server("web-1")
    await world.noor.says("/vps reboot web-1", in_=world.ops)
    assert world.noor.sees("You have no role here yet; this takes operator. @ada can grant it:")
    assert world.noor.sees("/vps access grant @noor operator")
    assert not world.amir.sees("noor"), "a refusal is private"
    assert world.reboots() == 0
    assert "U0NOOR permission.refused : no_grant" in await world.log()


async def test_a_viewer_is_told_which_role_it_takes(world: World) -> None:
    world.has_server("web-1")
    await world.vera.says("/vps stop web-1", in_=world.ops)
    assert world.vera.sees("You are viewer here; this takes operator. @ada can grant it")
    assert world.vps.calls(action="stop") == []


async def test_starting_and_stopping(world: World) -> None:
    world.has_server("web-1", status="stopped")
    await world.olga.says("/vps start web-1", in_=world.ops)
    await world.seconds_pass(15)
    assert world.olga.sees("@olga web-1 is active. It took")
    await world.olga.says("/vps stop WEB-1", in_=world.ops)
    await world.seconds_pass(15)
    assert world.olga.sees("@olga web-1 is stopped. It took")
    assert world.vps.server("web-1").status == "stopped"


async def test_who_asks_second_learns_who_what_and_since_when(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(2)
    await world.amir.says("/vps stop web-1", in_=world.ops)
    assert world.amir.sees("web-1 is rebooting already: @olga asked for it 2 s ago.")
    assert world.vps.calls(action="stop") == []


async def test_a_server_that_is_not_running_is_not_rebooted_and_the_way_out_is_said(world: World) -> None:
    world.has_server("web-1", status="stopped")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(5)
    assert world.olga.sees("@olga web-1 was not rebooted: only a running server can be rebooted, and it is stopped.")
    assert world.olga.sees("/vps start web-1")


async def test_a_pattern_is_shown_first_and_done_after_the_yes(world: World) -> None:
    for name in ("web-1", "web-2", "web-3", "db-1"):
        world.has_server(name)
    await world.olga.says("/vps reboot web-*", in_=world.ops)
    assert world.olga.sees("Reboot 3 servers? Nothing is done until you say so.")
    assert world.reboots() == 0
    await world.olga.clicks("Reboot 3 servers")
    await world.settle()
    assert world.olga.sees("Rebooting web-1, web-2 and web-3.")
    await world.seconds_pass(15)
    assert world.reboots() == 3
    assert world.olga.sees("@olga your reboot of 3 servers: 3 done in")


async def test_after_five_minutes_without_an_end_it_is_said_and_watched_on(world: World) -> None:
    world.has_server("web-1")
    world.vps.settings.reboot_seconds = 20 * 60
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.minutes_pass(6)
    assert world.olga.sees("@olga web-1: still rebooting after 5 min")
    assert world.olga.sees("Its status is rebooting now. I go on watching and tell you the end.")
    await world.minutes_pass(16)
    assert world.olga.sees("@olga web-1 is active again. It took 20 min")


async def test_an_exact_name_with_a_typo_is_offered_and_never_taken(world: World) -> None:
    world.has_server("web-server-01")
    await world.olga.says("/vps reboot web-sever-01", in_=world.ops)
    assert world.olga.sees("There is no server web-sever-01. Did you mean web-server-01? Nothing was done.")
    assert world.reboots() == 0
    await world.olga.clicks("Reboot")
    await world.seconds_pass(10)
    assert world.reboots() == 1


async def test_two_servers_of_one_name_are_both_shown_and_nothing_is_done(world: World) -> None:
    first, second = world.has_server("web-1"), world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    assert world.olga.sees("2 servers are called web-1. Nothing was done.")
    assert world.olga.sees(str(first.id)) and world.olga.sees(str(second.id))
    await world.olga.says(f"/vps reboot {second.id}", in_=world.ops)
    await world.seconds_pass(10)
    [call] = world.vps.calls(action="reboot")
    assert call.server == str(second.id)


async def test_the_right_is_decided_again_when_it_is_done(world: World) -> None:
    world.has_server("web-1")
    world.vps.fault("status", action="show", status=503, times=3)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.settle()
    await world.ada.says("/vps access revoke @olga", in_=world.ada.direct)
    await world.seconds_pass(60)
    assert world.reboots() == 0
    assert world.olga.sees("@olga web-1 was not rebooted: who asked lost the role for it before it was done.")


async def test_a_card_goes_to_direct_messages_where_the_bot_is_not_in_the_channel(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.general)
    await world.seconds_pass(15)
    assert "web-1 is active again" in world.olga.screen(world.olga.direct)
    assert not world.amir.sees("web-1 is active again")
    world.slack.forget_problems()


async def test_a_server_whose_id_is_too_long_to_be_kept_is_shown_and_left_alone(world: World) -> None:
    world.has_server("web-1", id=10**255)
    await world.olga.says("/vps list", in_=world.ops)
    assert world.olga.sees("1 server")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    assert world.olga.sees("The id that VPS.org gives web-1 has more than 255 characters.")
    assert world.reboots() == 0 and await world.audit_trail() == []
