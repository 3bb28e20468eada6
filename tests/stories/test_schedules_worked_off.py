"""Planned work when its time comes: one server after the other, as far as it goes well, and with whose consent."""

from itertools import pairwise

from bot.store import protections
from bot.store.protections import Protection
from tests.stories.deleting import card_of, decided, there
from tests.stories.planning import HOUR, of_schedules, plans
from tests.stories.telling import BOTH_WAYS, calls, changes, last, times
from tests.world import World

pytestmark = BOTH_WAYS


async def test_servers_are_rebooted_one_after_the_other_every_monday(webs: World) -> None:
    await plans(webs, webs.olga, "every monday 11:00 reboot web-*")
    assert last(webs.olga).startswith(
        "Planned: reboot web-* · every monday 11:00 (Etc/UTC). Next: Monday, November 23, 2026 11:00."
    )
    webs.has_server("web-4")
    await webs.minutes_pass(2 * HOUR - 1)
    assert webs.reboots() == 0
    await webs.minutes_pass(5)
    assert times(webs.olga, "@olga your planned reboot of web-* is through: 4 servers rebooted.") == 1
    ids = [call.server for call in webs.vps.calls(action="reboot")]
    assert ids == [str(webs.vps.server(f"web-{n}").id) for n in (1, 2, 3, 4)], "what fits at its time, in order"
    began = [call.time for call in webs.vps.calls(action="reboot")]
    assert min((later - sooner).total_seconds() for sooner, later in pairwise(began)) >= 6
    assert await of_schedules(webs) == [
        "U0OLGA schedule.kept web-*: ",
        "vpsbot schedule.began web-*: ",
        "vpsbot schedule.ended web-*: ",
    ]
    await webs.minutes_pass(7 * 24 * HOUR)
    assert webs.reboots() == 8 and times(webs.olga, "is through: 4 servers rebooted.") == 2
    assert isinstance(await webs.verified(), int)
    await webs.ada.says("/vps audit", in_=webs.ada.direct)
    assert webs.ada.sees("what @olga planned ended: reboot web-*, every monday 11:00, 4 of 4 done")


async def test_it_stops_at_the_first_that_does_not_come_back(webs: World) -> None:
    await plans(webs, webs.olga, "11:00 reboot web-*")
    webs.vps.fault("status", action="reboot", server=webs.vps.server("web-2").id, status=400, times=1)
    await webs.minutes_pass(2 * HOUR + 5)
    assert webs.olga.sees("🛑 @olga your planned reboot of web-* stopped at web-2, which was refused by VPS.org.")
    assert webs.olga.sees("Done: web-1.\nNot touched: web-3.")
    assert webs.vps.calls(action="reboot", server=webs.vps.server("web-3").id) == []
    await webs.olga.says("/vps schedule")
    assert last(webs.olga).startswith("Nothing of yours is planned."), "once is once"


async def test_it_stops_at_one_that_is_not_back_in_time_and_stays_stopped_when_it_comes_back(webs: World) -> None:
    await plans(webs, webs.olga, "every day 11:00 reboot web-*")
    await webs.minutes_pass(2 * HOUR - 1)
    await webs.seconds_pass(58)
    webs.vps.settings.reboot_seconds = None  # from web-2 on
    await webs.minutes_pass(15)
    assert webs.reboots() == 2 and not webs.olga.sees("your planned reboot of web-* stopped")
    await webs.minutes_pass(1)
    assert webs.olga.sees(
        "🛑 @olga your planned reboot of web-* stopped at web-2, which was not back after 15 min; I go on watching it."
    )
    assert webs.olga.sees("Done: web-1.\nNot touched: web-3.")
    await webs.minutes_pass(5 * HOUR)
    webs.vps.change("web-2", status="active")
    webs.vps.settings.reboot_seconds = 6
    await webs.minutes_pass(2)
    assert webs.olga.sees("@olga web-2 is active again."), "it was watched on"
    await webs.minutes_pass(HOUR)
    assert webs.reboots() == 2 and times(webs.olga, "your planned reboot of web-*") == 1
    await webs.minutes_pass(18 * HOUR)
    assert webs.reboots() == 5 and webs.olga.sees("is through: 3 servers rebooted."), "the next day is a new one"


async def test_it_does_not_go_on_hours_later_when_the_bot_was_away(webs: World) -> None:
    await plans(webs, webs.olga, "11:00 reboot web-*")
    await webs.minutes_pass(2 * HOUR - 1)
    await webs.seconds_pass(58)
    await webs.stop_bot()
    webs.clock.move(hours=3)
    await webs.start_bot()
    await webs.minutes_pass(5)
    late = "the one before took more than 15 min, and now it would surprise"
    assert webs.olga.sees(f"🛑 @olga your planned reboot of web-* stopped before web-2: {late}.")
    assert webs.olga.sees("Done: web-1.\nNot touched: web-2 and web-3.") and webs.reboots() == 1


async def test_it_does_not_go_on_hours_later_when_the_bot_was_away_between_two_servers(webs: World) -> None:
    await plans(webs, webs.olga, "11:00 reboot web-*")
    await webs.minutes_pass(2 * HOUR - 1)
    webs.vps.settings.reboot_seconds = None
    await webs.amir.says("/vps reboot web-2", in_=webs.ops)
    await webs.seconds_pass(30)
    webs.vps.settings.reboot_seconds = 6
    await webs.minutes_pass(2)
    await webs.stop_bot()
    webs.clock.move(hours=3)
    webs.vps.change("web-2", status="active")
    await webs.start_bot()
    await webs.minutes_pass(5)
    assert webs.olga.sees("stopped before web-2: I wasn't running then, and nothing begins more than 15 min late.")
    assert webs.olga.sees("Done: web-1.\nNot touched: web-2 and web-3.") and webs.reboots() == 2


async def test_what_is_so_already_is_passed_over(webs: World) -> None:
    webs.vps.change("web-1", status="stopped")
    await plans(webs, webs.olga, "10:00 stop web-1 web-2 web-3")
    webs.vps.remove("web-3")
    await webs.minutes_pass(HOUR + 2)
    assert webs.olga.sees("Passed over: web-1 (it is so already), web-3 (it is not there any more).")
    assert calls(webs, "stop") == 1


async def test_cancelled_on_the_way_it_ends_with_the_server_it_is_at(webs: World) -> None:
    await plans(webs, webs.olga, "11:00 reboot web-*")
    await webs.minutes_pass(2 * HOUR - 1)
    await webs.seconds_pass(58)
    assert webs.reboots() == 1
    await webs.olga.says("/vps schedule", in_=webs.ops)
    assert "reboot web-* · 2026-11-23 11:00 (Etc/UTC) · under way · @olga" in last(webs.olga)
    await webs.olga.clicks("Cancel")
    await webs.minutes_pass(2)
    assert webs.olga.sees("stopped before web-2: the plan was cancelled.") and webs.olga.sees("Done: web-1.")
    assert webs.reboots() == 1


async def test_a_planned_deletion_asks_for_consent_when_its_time_comes(webs: World) -> None:
    await webs.choose_channel()
    await webs.olga.says('/vps at 11:00 delete web-[12] reason="the test is over"', in_=webs.ops)
    assert webs.olga.sees(
        "It is for exactly these servers, whatever else fits by then. When its time comes, 1 approval"
    )
    await webs.olga.clicks("Keep it")
    await webs.minutes_pass(2 * HOUR + 1)
    card = card_of(webs, webs.amir)
    assert "the test is over" in webs.amir.reads(card) and changes(webs) == 0
    await webs.amir.clicks("Approve", on=card)
    await webs.minutes_pass(2)
    assert there(webs) == ["web-3"]
    assert webs.olga.sees("@olga your planned deletion of web-[12] is through: 2 servers deleted.")


async def test_a_planned_reboot_that_takes_consent_asks_for_each_server_in_turn(webs: World) -> None:
    await webs.choose_channel()
    await decided(webs, also=("reboot web-*",))
    await plans(webs, webs.olga, "11:00 reboot web-1 web-2")
    await webs.minutes_pass(2 * HOUR + 1)
    await webs.amir.clicks("Approve", on=card_of(webs, webs.amir))
    await webs.minutes_pass(1)
    assert webs.reboots() == 1
    await webs.amir.clicks("Deny", on=card_of(webs, webs.amir))
    await webs.settle()
    await webs.amir.fills("Reason", "not tonight")
    await webs.amir.submits()
    await webs.minutes_pass(1)
    assert webs.olga.sees("stopped at web-2, which was not touched: it was denied.")
    assert webs.reboots() == 1


async def test_a_time_that_comes_while_the_one_before_waits_is_skipped(webs: World) -> None:
    await webs.choose_channel()
    await decided(webs, also=("reboot web-*",))
    await plans(webs, webs.olga, "every day 11:00 reboot web-1")
    await webs.minutes_pass(26 * HOUR + 5)
    assert webs.olga.sees("was skipped: the time before was still being worked on.")
    assert webs.olga.sees("stopped at web-1, which was not touched: nobody decided in time.")
    assert changes(webs) == 0 and times(webs.amir, "asked to reboot web-1") == 1


async def test_a_server_that_is_protected_or_changed_by_then_is_not_deleted(webs: World) -> None:
    await webs.choose_channel()
    await plans(webs, webs.olga, '11:00 delete web-1 reason="over"')
    await plans(webs, webs.olga, '11:00 delete web-2 reason="over"')
    async with webs.bot.store.begin("story.protect") as tx:
        protection = Protection(str(webs.vps.server("web-1").id), "web-1", webs.ada.id, webs.clock.now())
        await protections.put(tx, webs.team.id, protection)
    webs.vps.change("web-2", ip_address="203.0.113.99")
    await webs.minutes_pass(2 * HOUR + 1)
    assert webs.olga.sees("your planned deletion of web-1 stopped before web-1: it is protected.")
    assert webs.olga.sees("stopped before web-2: it is not what was shown when it was planned.")
    await webs.olga.says('/vps at 15:00 delete web-1 reason="over"', in_=webs.ops)
    assert last(webs.olga).startswith("web-1 is protected: it can't be deleted from here.")
    assert not webs.amir.sees(" to delete web-")
