"""`/vps at TIME …`: what is shown before it is kept, what can't be planned, and the list of what is."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.domain.schedules import Standing
from bot.slack.ids import ActionId
from bot.store import schedules
from tests.conftest import Opens
from tests.stories.planning import HOUR, TODAY, of_schedules, plans
from tests.stories.telling import BOTH_WAYS, button, calls, changes, forged, last, others_see_nothing_of, times
from tests.world import World

pytestmark = BOTH_WAYS


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
