"""Several servers in one go: shown first, done after the yes, and done to exactly those that were shown."""

import asyncio

import pytest

from bot.slack.ids import ActionId
from tests.stories.telling import button, changes, forged, last, others_see_nothing_of, times
from tests.world import World

TOO_OLD = "This list was used, is too old, or isn't yours. Type the command again to see what fits now."


@pytest.fixture
def webs(world: World) -> World:
    """Three servers that run."""
    for name in ("web-1", "web-2", "web-3"):
        world.has_server(name)
    return world


async def test_several_names_are_shown_first_to_who_asked_alone(webs: World) -> None:
    await webs.olga.says("/vps stop web-1 WEB-3", in_=webs.ops)
    assert last(webs.olga).startswith("Stop 2 servers? Nothing is done until you say so.\n🟢 web-1 · ")
    assert "web-3 ·" in last(webs.olga) and "web-2" not in last(webs.olga)
    others_see_nothing_of(webs, but=webs.olga, words="Stop 2 servers")
    await webs.seconds_pass(5)
    assert changes(webs) == 0
    await webs.olga.clicks("Stop 2 servers")
    await webs.settle()
    assert webs.olga.sees("Stopping web-1 and web-3. I'll mention you when it is done.")
    assert not webs.olga.sees("Stop 2 servers?"), "the question is gone with its button"
    await webs.seconds_pass(15)
    assert times(webs.olga, "@olga your stop of 2 servers: 2 done in") == 1
    assert webs.amir.sees("@olga asked to stop 2 servers: 2 of 2 done.")
    assert webs.vps.server("web-2").status == "active"


async def test_one_server_named_twice_is_one_server(webs: World) -> None:
    server = webs.vps.server("web-1")
    await webs.olga.says(f"/vps reboot web-1 {server.id} Web-1", in_=webs.ops)
    await webs.seconds_pass(15)
    assert webs.reboots() == 1


async def test_one_wrong_name_among_several_stops_all(webs: World) -> None:
    await webs.olga.says("/vps reboot web-1 wbe-2", in_=webs.ops)
    assert webs.olga.sees("There is no server wbe-2. Did you mean web-2? Nothing was done.")
    assert webs.olga.buttons == [], "a button for one would lose the other"
    await webs.seconds_pass(5)
    assert changes(webs) == 0


async def test_a_partly_failing_one_says_for_each_what_became_of_it(webs: World) -> None:
    webs.vps.change("web-2", status="stopped")
    await webs.olga.says("/vps reboot web-*", in_=webs.ops)
    await webs.olga.clicks("Reboot 3 servers")
    await webs.seconds_pass(20)
    assert times(webs.olga, "@olga your reboot of 3 servers: 2 done, 1 not.") == 1
    assert webs.olga.sees("❌ web-2 was not rebooted: only a running server can be rebooted, and it is stopped.")
    assert webs.olga.sees("✅ web-1 is active again. It took 6 s.")
    assert webs.amir.sees("web-2 was refused by VPS.org") and webs.amir.sees("web-3 is active again after 6 s")
    trail = await webs.audit_trail()
    assert (trail.count("power.ended ok"), trail.count("power.ended failed")) == (2, 1)


async def test_many_are_watched_with_one_list_call_a_tick(world: World) -> None:
    for number in range(25):
        world.has_server(f"web-{number:02}")
    await world.olga.says("/vps reboot web-*", in_=world.ops)
    await world.olga.clicks("Reboot 25 servers")
    await world.seconds_pass(30)
    assert world.olga.sees("@olga your reboot of 25 servers: 25 done in 6 s.")
    assert world.amir.sees("… and 5 more")
    assert world.reboots() == 25
    assert len(world.vps.calls(action="list")) < 15


async def test_more_than_fifty_are_refused_with_the_limit(world: World) -> None:
    for number in range(61):
        world.has_server(f"web-{number:02}")
    await world.olga.says("/vps reboot *", in_=world.ops)
    assert last(world.olga) == "That fits 61 servers; at most 50 are rebooted in one go. Nothing was done."
    await world.olga.says("/vps reboot web-[0-4]?")
    assert world.olga.sees("Reboot 50 servers?"), "a list of fifty fits into a message"
    assert changes(world) == 0


async def test_a_list_is_good_for_an_hour(webs: World) -> None:
    await webs.olga.says("/vps reboot web-*", in_=webs.ops)
    await webs.minutes_pass(61)
    await webs.olga.clicks("Reboot 3 servers")
    await webs.seconds_pass(5)
    assert webs.olga.sees(TOO_OLD)
    assert changes(webs) == 0


async def test_a_list_shown_to_somebody_else_is_not_ones_own(webs: World) -> None:
    await webs.olga.says("/vps reboot web-*", in_=webs.ops)
    offer = webs.olga.messages()[-1].blocks[-1]["elements"][0]["value"]
    await forged(webs, webs.amir, **button(ActionId.POWER_MANY, offer))
    assert webs.amir.sees(TOO_OLD)
    await forged(webs, webs.noor, **button(ActionId.POWER_MANY, offer))
    assert webs.noor.sees("You have no role here yet; this takes operator.")
    assert changes(webs) == 0
    webs.slack.forget_problems()  # a forged click has no message that its answer could replace


async def test_a_list_that_is_not_true_any_more_is_not_carried_out(webs: World) -> None:
    await webs.olga.says("/vps reboot web-*", in_=webs.ops)
    webs.vps.remove("web-2")
    await webs.seconds_pass(11)
    await webs.olga.clicks("Reboot 3 servers")
    await webs.settle()
    assert webs.olga.sees("The list changed since: there is no web-2 any more. Nothing was done.")
    assert changes(webs) == 0


async def test_what_fits_since_the_list_was_shown_is_not_touched(webs: World) -> None:
    await webs.olga.says("/vps reboot web-*", in_=webs.ops)
    webs.has_server("web-4")
    await webs.seconds_pass(11)
    await webs.olga.clicks("Reboot 3 servers")
    await webs.seconds_pass(15)
    assert webs.reboots() == 3
    assert webs.vps.calls(action="reboot", server=webs.vps.server("web-4").id) == []


async def test_a_double_click_is_one_reboot(webs: World) -> None:
    await webs.olga.says("/vps reboot web-*", in_=webs.ops)
    [*_, shown] = webs.olga.messages(webs.ops)
    await asyncio.gather(*(webs.olga.clicks("Reboot 3 servers", on=shown) for _ in range(2)))
    await webs.settle()
    assert webs.olga.sees("web-1 is rebooting already: @olga asked for it 0 s ago."), "the second click is answered"
    assert webs.olga.sees("Nothing was done to any of them.")
    await webs.seconds_pass(20)
    assert webs.reboots() == 3
    assert times(webs.olga, "@olga your reboot of 3 servers") == 1


async def test_a_double_click_on_a_servers_own_button_is_one_reboot(webs: World) -> None:
    await webs.olga.says("/vps show web-1", in_=webs.ops)
    [*_, shown] = webs.olga.messages(webs.ops)
    await asyncio.gather(*(webs.olga.clicks("Reboot", on=shown) for _ in range(2)))
    await webs.settle()
    assert webs.olga.sees("web-1 is rebooting already: @olga asked for it 0 s ago.")
    await webs.seconds_pass(20)
    assert webs.reboots() == 1 and times(webs.olga, "@olga web-1 is active again.") == 1


async def test_a_busy_one_among_several_stops_all(webs: World) -> None:
    await webs.amir.says("/vps reboot web-2", in_=webs.ops)
    await webs.seconds_pass(2)
    await webs.olga.says("/vps stop web-*", in_=webs.ops)
    await webs.olga.clicks("Stop 3 servers")
    await webs.settle()
    assert webs.olga.sees("web-2 is rebooting already: @amir asked for it 2 s ago.\nNothing was done to any of them.")
    await webs.seconds_pass(10)
    assert webs.vps.calls(action="stop") == []
    await webs.olga.clicks("Stop 3 servers")
    await webs.seconds_pass(10)
    assert len(webs.vps.calls(action="stop")) == 3, "afterwards the same list can be said yes to"


async def test_busy_lasts_until_the_end_and_no_longer(webs: World) -> None:
    await webs.olga.says("/vps reboot web-1", in_=webs.ops)
    for second in (1, 2):
        await webs.seconds_pass(1)
        await webs.amir.says("/vps reboot web-1", in_=webs.ops)
        assert last(webs.amir) == f"web-1 is rebooting already: @olga asked for it {second} s ago."
    await webs.seconds_pass(10)
    await webs.amir.says("/vps reboot web-1")
    await webs.seconds_pass(10)
    assert webs.reboots() == 2


async def test_a_role_for_some_servers_changes_only_those(webs: World) -> None:
    webs.has_server("db-1")
    await webs.ada.says("/vps access grant @vera operator web-*", in_=webs.ada.direct)
    await webs.vera.says("/vps reboot db-1", in_=webs.ops)
    assert last(webs.vera).startswith("db-1: Your role holds for web-* only; this takes operator.")
    await webs.vera.says("/vps reboot *")
    await webs.vera.clicks("Reboot 4 servers")
    await webs.seconds_pass(5)
    assert webs.vera.sees("Nothing was done to any of them.")
    assert changes(webs) == 0
    assert "U0VERA permission.refused db-1: other_servers" in await webs.log()
    await webs.vera.says("/vps reboot web-1")
    await webs.seconds_pass(10)
    assert webs.reboots() == 1


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("reboot", "Which server? Type its name or id, for example /vps reboot web-server-01."),
        ("stop", "Which server? Type its name or id, for example /vps stop web-server-01."),
        ("start", "Which server? Type its name or id, for example /vps start web-server-01."),
        ("reboot nowhere", "There is no server nowhere. /vps list shows all you can see. Nothing was done."),
        ("reboot cache-*", "There is no server cache-*. /vps list shows all you can see. Nothing was done."),
        ("reboot @amir", "There is no server @U0AMIR. /vps list shows all you can see. Nothing was done."),
        (
            "reboot status=active",
            "There is no option status here. /vps reboot takes no options, for example /vps reboot web-*. "
            "Nothing was done.",
        ),
        (
            "stop web-1 --force yes",
            "There is no option force here. /vps stop takes no options, for example /vps stop stage-*. "
            "Nothing was done.",
        ),
    ],
)
async def test_what_can_not_be_done_is_said_and_nothing_is_done(webs: World, typed: str, answer: str) -> None:
    await webs.olga.says(f"/vps {typed}", in_=webs.ops)
    assert last(webs.olga) == answer
    others_see_nothing_of(webs, but=webs.olga, words=answer)
    await webs.seconds_pass(3)
    assert changes(webs) == 0 and await webs.audit_trail() == []


async def test_a_pattern_that_fits_one_is_asked_about_all_the_same(webs: World) -> None:
    await webs.olga.says("/vps reboot *-3", in_=webs.ops)
    assert last(webs.olga).startswith("Reboot 1 server? Nothing is done until you say so.")
    await webs.olga.clicks("Reboot 1 server")
    await webs.seconds_pass(10)
    assert times(webs.olga, "@olga web-3 is active again. It took 6 s.") == 1
