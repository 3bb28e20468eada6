"""`/vps at TIME …`: shown, kept, done when its time comes, one server after the other, as far as it goes well."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise

import pytest
import pytest_asyncio

from bot.domain.policy import Freeze, with_freeze
from bot.domain.schedules import Standing
from bot.sandbox.slack.model import Channel
from bot.sandbox.slack.person import LocalPerson
from bot.slack.ids import ActionId
from bot.store import protections, schedules, workspaces
from bot.store.protections import Protection
from tests.conftest import Opens
from tests.stories.deleting import card_of, decided, there
from tests.stories.telling import BOTH_WAYS, button, calls, changes, forged, last, others_see_nothing_of, times
from tests.world import World

pytestmark = BOTH_WAYS

TODAY = "Monday, November 23, 2026"
HOUR = 60.0
"""Minutes. The stories begin on Monday, 2026-11-23, at 09:00 UTC."""


@pytest.fixture
async def webs(opens: Opens) -> AsyncIterator[World]:
    """Three servers that run."""
    async with opens() as opened:
        for name in ("web-1", "web-2", "web-3"):
            opened.has_server(name)
        yield opened


async def plans(world: World, person: LocalPerson, typed: str, *, in_: Channel | None = None) -> None:
    """Types the command, and keeps what is shown."""
    await person.says(f"/vps at {typed}", in_=in_ or world.ops)
    await person.clicks("Keep it")
    await world.settle()


async def of_schedules(world: World) -> list[str]:
    """What the log says of schedules."""
    return [line for line in await world.log() if " schedule." in line]


async def test_what_would_be_done_is_shown_to_who_asked_and_nothing_is_planned_before_the_yes(webs: World) -> None:
    await webs.olga.says("/vps at every monday 11:00 reboot web-*", in_=webs.ops)
    shown = last(webs.olga)
    asked = "Reboot 3 servers, every monday 11:00? Nothing is planned until you press Keep it."
    assert shown.startswith(f"{asked}\n🟢 web-1 · ")
    assert [f"🟢 {name} · " in shown for name in ("web-1", "web-2", "web-3")] == [True] * 3, "each that fits"
    assert (
        "Next times: Monday, November 23, 2026 11:00 · Monday, November 30, 2026 11:00 · Monday, December 7" in shown
    ), shown
    assert "11:00 is meant in Etc/UTC." in shown
    assert "web-* is looked up anew each time: what fits then is rebooted." in shown
    assert "One after the other; it stops at the first that does not come back." in shown
    others_see_nothing_of(webs, but=webs.olga, words="every monday 11:00")
    await webs.minutes_pass(3 * HOUR)
    assert changes(webs) == 0 and await of_schedules(webs) == []
    await webs.olga.clicks("Keep it")
    await webs.settle()
    assert last(webs.olga).startswith("This plan was kept, is too old, or isn't yours."), "good for an hour"


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


async def test_a_stop_is_for_the_servers_that_were_shown(webs: World) -> None:
    await plans(webs, webs.olga, "10:00 stop web-*")
    assert not webs.olga.sees("looked up anew")
    webs.has_server("web-4")
    await webs.minutes_pass(HOUR + 5)
    assert calls(webs, "stop") == 3 and webs.vps.server("web-4").status == "active"


async def test_the_time_is_the_persons_own(webs: World) -> None:
    berta = webs.team.add_person("berta", id="U0BERTA", tz="Europe/Berlin")
    await webs.ada.says("/vps access grant @berta operator", in_=webs.ada.direct)
    await plans(webs, berta, "tomorrow 02:00 reboot web-1", in_=berta.direct)
    assert berta.sees("Planned: reboot web-1 · 2026-11-24 02:00 (Europe/Berlin).")
    await webs.minutes_pass(15 * HOUR + 59)
    assert webs.reboots() == 0
    await webs.minutes_pass(3)
    assert webs.reboots() == 1, "02:00 in Berlin is 01:00 UTC in winter"


async def test_who_may_not_any_more_is_told_and_the_plan_is_cancelled(webs: World) -> None:
    await plans(webs, webs.olga, "every day 11:00 reboot web-*")
    await webs.ada.says("/vps access revoke @olga", in_=webs.ada.direct)
    await webs.minutes_pass(2 * HOUR + 1)
    assert webs.olga.sees("Your plan reboot web-* · every day 11:00 (Etc/UTC): you may not do that any more")
    assert changes(webs) == 0
    assert (await of_schedules(webs))[-1] == "vpsbot schedule.cancelled web-*: not_allowed"
    assert "U0OLGA permission.refused : no_grant" in await webs.log()
    await webs.minutes_pass(24 * HOUR)
    assert times(webs.olga, "you may not do that any more") == 1


async def test_a_role_that_ends_on_the_way_stops_it_before_the_next_server(webs: World) -> None:
    webs.has_server("db-1")
    await plans(webs, webs.olga, "11:00 reboot web-1 db-1 web-2")
    await webs.ada.says("/vps access revoke @olga", in_=webs.ada.direct)
    await webs.ada.says("/vps access grant @olga operator web-*", in_=webs.ada.direct)
    await webs.minutes_pass(2 * HOUR + 2)
    assert webs.olga.sees("stopped before db-1: you may not do that any more; the plan is cancelled.")
    assert webs.olga.sees("Done: web-1.\nNot touched: db-1 and web-2.")
    assert webs.reboots() == 1 and not webs.olga.sees("Your plan"), "one message"
    assert (await of_schedules(webs))[-1] == "vpsbot schedule.cancelled web-1 db-1 web-2: not_allowed"


async def test_a_deactivated_account_plans_nothing(webs: World) -> None:
    await plans(webs, webs.olga, "every day 11:00 reboot web-*")
    await webs.team.deactivate(webs.olga)
    await webs.minutes_pass(2 * HOUR + 1)
    assert changes(webs) == 0
    assert (await of_schedules(webs))[-1] == "vpsbot schedule.cancelled web-*: not_allowed"
    told = "@olga's plan reboot web-* · every day 11:00 (Etc/UTC) is cancelled: they may not do that any more."
    assert times(webs.vera, told) == 1, "where it was planned"


async def test_what_is_skipped_where_i_can_not_write_is_told_directly_and_an_admin_hears_of_it(webs: World) -> None:
    await plans(webs, webs.olga, "11:00 reboot web-*", in_=webs.general)
    await webs.amir.says("/vps freeze", in_=webs.ops)
    await webs.minutes_pass(2 * HOUR + 1)
    assert "was skipped: everything is frozen" in webs.olga.screen(webs.olga.direct)
    assert times(webs.ada, "I can't write in #general, where @olga typed a command") == 1


async def test_an_admin_hears_who_typed_the_plan_also_when_they_left(webs: World) -> None:
    await plans(webs, webs.olga, "11:00 reboot web-*", in_=webs.general)
    await webs.amir.says("/vps freeze", in_=webs.ops)
    await webs.team.deactivate(webs.olga)
    await webs.minutes_pass(2 * HOUR + 1)
    assert webs.ada.sees("was skipped: everything is frozen")
    assert times(webs.ada, "I can't write in #general, where @olga typed a command") == 1


async def test_the_plan_of_who_left_is_told_to_the_admins_where_it_was_planned_in_private(webs: World) -> None:
    await webs.ada.says("/vps access grant @amir admin", in_=webs.ada.direct)
    await webs.seconds_pass(5)
    await plans(webs, webs.olga, "11:00 reboot web-*", in_=webs.olga.direct)
    await webs.team.deactivate(webs.olga)
    await webs.minutes_pass(2 * HOUR + 1)
    told = "@olga's plan reboot web-* · 2026-11-23 11:00 (Etc/UTC) is cancelled: they may not do that any more."
    for admin in (webs.ada, webs.amir):
        assert admin.screen(admin.direct).count(told) == 1
    assert not webs.vera.sees(told)


async def test_who_leaves_on_the_way_is_not_who_hears_of_it(webs: World) -> None:
    await plans(webs, webs.olga, "11:00 reboot web-*", in_=webs.olga.direct)
    await webs.minutes_pass(2 * HOUR - 1)
    webs.vps.settings.reboot_seconds = 120
    await webs.minutes_pass(2)
    await webs.team.deactivate(webs.olga)
    await webs.minutes_pass(6)
    assert webs.reboots() == 1
    told = "@olga's planned reboot of web-* stopped before web-2: they may not do that any more; the plan is cancelled."
    assert told in webs.ada.screen(webs.ada.direct)


async def test_what_is_skipped_of_who_left_is_told_as_theirs(webs: World) -> None:
    await plans(webs, webs.olga, "11:00 reboot web-*", in_=webs.olga.direct)
    await webs.amir.says("/vps freeze", in_=webs.ops)
    await webs.team.deactivate(webs.olga)
    await webs.minutes_pass(2 * HOUR + 1)
    assert "@olga's reboot of web-*, planned for Monday, November 23, 2026 11:00" in webs.ada.screen(webs.ada.direct)
    assert webs.ada.sees("was skipped: everything is frozen") and not webs.ada.sees("@olga your reboot")


async def test_what_is_fifteen_minutes_late_is_skipped_and_told(webs: World) -> None:
    await plans(webs, webs.olga, "every day 11:00 reboot web-*")
    await plans(webs, webs.amir, "11:05 reboot web-1")
    await webs.stop_bot()
    webs.clock.move(hours=2, minutes=16)
    await webs.start_bot()
    await webs.minutes_pass(2)
    assert webs.olga.sees(f"@olga your reboot of web-*, planned for {TODAY} 11:00, was skipped: I wasn't running then")
    assert webs.olga.sees("Nothing was done. Next: Tuesday, November 24, 2026 11:00.")
    assert webs.reboots() == 1 and webs.amir.sees("@amir your planned reboot of web-1 is through"), "11 minutes is fine"
    assert "vpsbot schedule.skipped web-*: late" in await webs.log()


async def test_a_provider_that_is_away_for_a_while_is_waited_for(webs: World) -> None:
    await plans(webs, webs.olga, "every day 11:00 reboot web-*")
    await webs.minutes_pass(2 * HOUR - 1)
    webs.vps.fault("status", action="list", status=503, times=10)
    await webs.minutes_pass(8)
    assert webs.olga.sees("is through: 3 servers rebooted.")
    await webs.minutes_pass(24 * HOUR - 20)
    webs.vps.fault("status", action="list", status=503, times=500)
    await webs.minutes_pass(40)
    assert webs.olga.sees("was skipped: VPS.org could not be reached for 15 min.")
    assert webs.reboots() == 3


async def test_in_a_frozen_workspace_it_is_skipped_with_one_message(webs: World) -> None:
    await plans(webs, webs.olga, "11:00 reboot web-*")
    async with webs.bot.store.begin("story.freeze") as tx:
        settings = with_freeze({}, Freeze(webs.amir.id, webs.clock.now(), "we look for a fault"))
        await workspaces.keep_settings(tx, webs.team.id, settings)
    await webs.minutes_pass(2 * HOUR + 5)
    assert times(webs.olga, "was skipped: everything is frozen") == 1
    assert webs.olga.sees("Nothing was done. It is not planned again.")
    assert changes(webs) == 0


async def test_without_an_account_it_is_skipped_with_one_message(webs: World) -> None:
    await plans(webs, webs.olga, "11:00 reboot web-*")
    await webs.ada.says("/vps disconnect", in_=webs.ada.direct)
    await webs.ada.clicks("Disconnect")
    await webs.minutes_pass(2 * HOUR + 5)
    assert times(webs.olga, "was skipped: no VPS.org account is connected") == 1


async def test_with_another_account_it_is_cancelled(webs: World) -> None:
    await plans(webs, webs.olga, "every day 11:00 reboot web-*")
    async with webs.bot.store.begin("story.account") as tx:
        fields = {"token": webs.vps.token, "dialect": "documented", "account": "other@example.com", "by": webs.ada.id}
        await workspaces.connect(tx, webs.team.id, **fields, now=webs.clock.now())
    webs.bot.parts.snapshots.forget(webs.team.id)
    await webs.minutes_pass(2 * HOUR + 5)
    assert webs.olga.sees("(Etc/UTC) is cancelled: another VPS.org account was connected since")
    assert changes(webs) == 0
    assert (await of_schedules(webs))[-1] == "vpsbot schedule.cancelled web-*: other_account"


async def test_somebodys_change_is_waited_for_a_while(webs: World) -> None:
    webs.vps.settings.reboot_seconds = 240
    await plans(webs, webs.olga, "11:00 reboot web-1 web-2")
    await webs.minutes_pass(2 * HOUR - 1)
    await webs.amir.says("/vps reboot web-1", in_=webs.ops)
    await webs.minutes_pass(20)
    assert webs.olga.sees("is through: 2 servers rebooted.")
    assert webs.reboots() == 3


async def test_the_list_shows_ones_own_and_an_admin_all(webs: World) -> None:
    await plans(webs, webs.olga, "every monday 11:00 reboot web-*")
    await plans(webs, webs.amir, "10:00 stop web-1")
    await webs.olga.says("/vps schedule", in_=webs.ops)
    assert last(webs.olga).startswith(
        f"1 plan of yours\nreboot web-* · every monday 11:00 (Etc/UTC) · next {TODAY} 11:00 · @olga"
    )
    others_see_nothing_of(webs, but=webs.olga, words="1 plan of yours")
    await webs.ada.says("/vps schedule", in_=webs.ada.direct)
    shown = last(webs.ada)
    assert shown.startswith(f"2 plans\nstop web-1 · 2026-11-23 10:00 (Etc/UTC) · next {TODAY} 10:00 · @amir"), shown
    await webs.ada.clicks("Cancel")
    await webs.settle()
    assert last(webs.ada).startswith("Cancelled: stop web-1 · 2026-11-23 10:00 (Etc/UTC).")
    await webs.seconds_pass(3)
    assert webs.amir.sees("Your plan stop web-1 · 2026-11-23 10:00 (Etc/UTC): @ada cancelled it.")
    await webs.olga.clicks("Cancel")
    await webs.minutes_pass(3 * HOUR)
    assert not webs.olga.sees("@ada cancelled it"), "one's own needs no message"
    assert changes(webs) == 0
    assert [line for line in await of_schedules(webs) if "cancelled" in line] == [
        "U0ADA schedule.cancelled web-1: ",
        "U0OLGA schedule.cancelled web-*: ",
    ]


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


async def test_ids_made_by_hand_reach_nothing(webs: World) -> None:
    await webs.olga.says("/vps at 11:00 reboot web-*", in_=webs.ops)
    offered = webs.olga.messages()[-1].blocks[-1]["elements"][0]["value"]
    await forged(webs, webs.amir, **button(ActionId.SCHEDULE_KEEP, offered))
    assert webs.amir.sees("This plan was kept, is too old, or isn't yours.")
    await webs.olga.clicks("Keep it")
    await webs.settle()
    for value in (offered, "nonsense", ""):
        await forged(webs, webs.amir, **button(ActionId.SCHEDULE_CANCEL, value))
    assert times(webs.amir, "This plan is not there any more, or not yours to cancel.") == 3
    await forged(webs, webs.olga, **button(ActionId.SCHEDULE_KEEP, offered))
    assert webs.olga.sees("This plan was kept, is too old, or isn't yours."), "one yes is one plan"
    webs.slack.forget_problems()  # a forged click has no message that its answer could replace
    await webs.minutes_pass(2 * HOUR + 3)
    assert webs.reboots() == 3


async def test_a_yes_that_comes_after_the_time_is_too_late(webs: World) -> None:
    await webs.olga.says("/vps at 09:30 reboot web-*", in_=webs.ops)
    await webs.minutes_pass(31)
    await webs.olga.clicks("Keep it")
    await webs.settle()
    assert last(webs.olga).startswith("Its time has passed since this was shown.")
    assert changes(webs) == 0


async def test_at_most_a_hundred_of_one_workspace(webs: World) -> None:
    await plans(webs, webs.olga, "tomorrow 11:00 reboot web-1")
    async with webs.bot.store.begin("story.many") as tx:
        [one] = await schedules.kept(tx, webs.team.id)
        for number in range(99):
            await schedules.offer(tx, replace(one, id=f"many-{number}", standing=Standing.KEPT))
    await webs.amir.says("/vps at 11:00 reboot web-1", in_=webs.ops)
    assert last(webs.amir) == (
        "This workspace has 100 plans already. Cancel one with /vps schedule first. Nothing is planned."
    )
    await webs.olga.says("/vps schedule", in_=webs.olga.direct)
    assert webs.olga.sees("… and 70 more, later than these.")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def planning(opens_common: Opens) -> AsyncIterator[World]:
    """A world for those who only get an answer."""
    async with opens_common() as opened:
        for number in range(61):
            opened.has_server(f"web-{number:02}")
        yield opened


ASKING = pytest.mark.asyncio(loop_scope="module")


@ASKING
@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "When? For example /vps at 02:00 reboot web-*, or /vps at every monday 02:00 reboot web-1."),
        ("25:00 reboot web-01", "25:00 isn't a time of day. It goes from 00:00 to 23:59, for example /vps at 02:00"),
        ("2026-02-30 02:00 reboot web-01", "There is no day 2026-02-30. A date looks like 2026-12-24"),
        ("today 08:00 reboot web-01", "2026-11-23 08:00 has passed already. Take a later time, for example /vps at"),
        ("every 2026-12-24 02:00 reboot web-01", "2026-12-24 comes once, so leave every out: /vps at 2026-12-24 02:00"),
        ("every mondy 02:00 reboot web-01", "Every what? There is day, weekday, monday, tuesday, wednesday,"),
        (
            "2036-01-01 02:00 reboot web-01",
            "2036-01-01 is too far ahead: at most 366 days. For example /vps at 2026-12-24 02:00",
        ),
        ("02:00 reboot web-01 zone=Mars", "There is no time zone Mars that I know. One looks like zone=Europe/Berlin."),
        (
            "02:00 reboot web-01 status=active",
            "There is no option status here. /vps at takes the options zone and reason, for example /vps at",
        ),
        ("02:00 list", "list can't be planned: only start, stop, reboot and delete can, for example"),
        ("02:00", "And what? Only start, stop, reboot and delete can be planned, for example"),
        ("02:00 reboot", "Which server? Name one, for example /vps at 02:00 reboot web-*."),
        ("02:00 reboot gateway", "There is no server gateway."),
        ("02:00 reboot cache-*", "There is no server cache-*."),
        ("02:00 reboot *", "That fits 61 servers; at most 50 can be changed by one plan. Nothing is planned."),
        ("every day 02:00 delete web-01", "A deletion is done once. Plan it without every"),
        ("02:00 delete web-01", "A deletion takes a reason, which everybody who decides reads:"),
        ('02:00 delete web-01 reason="over"', "Deleting takes the consent of others, and there is no channel yet"),
    ],
)
async def test_what_can_not_be_planned_is_said(planning: World, typed: str, answer: str) -> None:
    await planning.olga.says(f"/vps at {typed}", in_=planning.ops)
    assert last(planning.olga).startswith(answer)
    others_see_nothing_of(planning, but=planning.olga, words=answer)


@ASKING
@pytest.mark.parametrize(
    ("person", "typed", "answer"),
    [
        ("vera", "at 02:00 reboot web-01", "You are viewer here; this takes operator."),
        ("noor", "schedule", "You have no role here yet; this takes viewer."),
        ("vera", "schedule", "Nothing of yours is planned. Plan something: /vps at 02:00 reboot web-*"),
        ("ada", "schedule", "Nothing is planned. Plan something: /vps at 02:00 reboot web-*"),
        (
            "olga",
            "schedule web-*",
            "web-* is one too many: /vps schedule takes no words, for example /vps schedule.",
        ),
    ],
)
async def test_who_may_plan_and_what_is_planned(planning: World, person: str, typed: str, answer: str) -> None:
    who = planning.team.people[person]
    await who.says(f"/vps {typed}", in_=planning.ops)
    assert last(who).startswith(answer)


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


async def test_a_role_through_a_group_is_waited_for_until_slack_can_say(webs: World) -> None:
    nina = webs.team.add_person("nina", id="U0NINA")
    webs.team.add_group("night-shift", [nina])
    await webs.ada.says("/vps access grant @night-shift operator", in_=webs.ada.direct)
    await plans(webs, nina, "every day 11:00 reboot web-1", in_=nina.direct)
    await webs.minutes_pass(2 * HOUR - 2)
    webs.slack.fail("usergroups.users.list", error="internal_error", times=2)
    await webs.minutes_pass(8)
    assert webs.reboots() == 1 and nina.sees("is through: 1 server rebooted.")


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
    assert last(webs.olga).startswith("web-1 is protected and can't be deleted from here.")
    assert not webs.amir.sees(" to delete web-")
