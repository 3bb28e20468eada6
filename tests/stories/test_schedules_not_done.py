"""Planned work that can't be done when its time comes: who may not any more, who left, what is late, frozen, away."""

from bot.domain.policy import Freeze, with_freeze
from bot.store import workspaces
from tests.stories.planning import HOUR, TODAY, of_schedules, plans
from tests.stories.telling import BOTH_WAYS, changes, times
from tests.world import World

pytestmark = BOTH_WAYS


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


async def test_a_role_through_a_group_is_waited_for_until_slack_can_say(webs: World) -> None:
    nina = webs.team.add_person("nina", id="U0NINA")
    webs.team.add_group("night-shift", [nina])
    await webs.ada.says("/vps access grant @night-shift operator", in_=webs.ada.direct)
    await plans(webs, nina, "every day 11:00 reboot web-1", in_=nina.direct)
    await webs.minutes_pass(2 * HOUR - 2)
    webs.slack.fail("usergroups.users.list", error="internal_error", times=2)
    await webs.minutes_pass(8)
    assert webs.reboots() == 1 and nina.sees("is through: 1 server rebooted.")
