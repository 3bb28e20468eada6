"""`/vps status`: what needs attention at one look, privately; and the same in a channel on weekday mornings."""

from datetime import timedelta

import pytest

from bot.domain.policy import Freeze, with_freeze
from bot.store import workspaces
from tests.stories.creating import creates
from tests.stories.deleting import asks, decided
from tests.stories.telling import BOTH_WAYS, calls, last, others_see_nothing_of, times
from tests.world import World

pytestmark = BOTH_WAYS

ASKING = pytest.mark.asyncio(loop_scope="module")
NOT_LOOKED_FOR = "Changes made elsewhere are not looked for: an admin switches that on with /vps watch on."
QUIET = "1 server: 1 active. Nothing needs attention."


async def test_what_needs_attention_stands_there_at_one_look(world: World) -> None:
    await world.choose_channel()
    for name, status in (("web-1", "active"), ("web-2", "stopped"), ("db-1", "suspended")):
        world.has_server(name, status=status)
    await world.ada.says("/vps watch on", in_=world.ada.direct)
    await world.minutes_pass(1)
    world.vps.change("db-1", ip_address="203.0.113.99")
    await asks(world, world.olga, "web-1")
    await world.ada.says("/vps access grant @noor viewer for 8h", in_=world.ada.direct)
    await world.minutes_pass(6)
    lists = calls(world, "list")
    await world.ada.says("/vps status", in_=world.ops)
    told = last(world.ada)
    assert calls(world, "list") - lists <= 1 and calls(world, "show") <= 2
    lines = (
        "3 servers: 1 active, 1 stopped, 1 suspended.",
        "Not active\n• ⚪ web-2 is stopped\n• 🔴 db-1 is suspended",
        "Changed elsewhere since yesterday\n• db-1 has another address: 203.0.113.99 (was 203.0.113.102); nobody",
        "Open requests\n• delete web-1: waits for consent, asked for by @olga 6 min ago",
        "Roles that end soon\n• @noor is viewer until",
    )
    for line in lines:
        assert line in told, told
    assert sorted(lines, key=told.index) == list(lines), "what is not active first"
    others_see_nothing_of(world, but=world.ada, words="Roles that end soon")
    await world.vera.says("/vps status", in_=world.ops)
    assert "Open requests" in last(world.vera) and "Roles that end soon" not in last(world.vera)


async def test_who_sees_some_servers_learns_nothing_of_the_others(world: World) -> None:
    await world.choose_channel()
    world.has_server("web-1")
    world.has_server("db-1", status="stopped")
    await world.ada.says("/vps access grant @noor viewer web-*", in_=world.ada.direct)
    await asks(world, world.olga, "db-1")
    await world.noor.says("/vps status", in_=world.ops)
    assert last(world.noor).startswith(QUIET) and "db-1" not in last(world.noor)


async def test_what_ended_unknown_and_a_freeze_are_said_and_a_provider_that_is_down(world: World) -> None:
    world.has_server("web-1")
    world.vps.fault("status", status=503, action="reboot", times=1, effect=False)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.minutes_pass(30)
    await world.vera.says("/vps status", in_=world.ops)
    assert "Nobody knows how it ended\n• reboot of web-1, for @olga: look with /vps show web-1" in last(world.vera)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.minutes_pass(2)
    await world.vera.says("/vps status", in_=world.ops)
    assert last(world.vera).startswith(QUIET), "somebody has looked after it"
    async with world.bot.parts.change("story.freeze", world.team.id, "") as tx:
        freeze = Freeze(world.amir.id, world.clock.now(), "a storm is coming")
        await workspaces.keep_settings(tx, world.team.id, with_freeze({}, freeze))
    await world.vera.says("/vps status", in_=world.ops)
    assert "🧊 Everything is frozen by @amir: a storm is coming" in last(world.vera)
    await world.vps.stop()
    await world.seconds_pass(11)
    await world.vera.says("/vps status", in_=world.ops)
    assert last(world.vera).startswith("VPS.org can't be read right now, so how the servers are is not known.")


async def test_the_digest_tells_in_the_channel_what_needs_attention(world: World) -> None:
    await world.choose_channel()
    for name, status in (("web-1", "active"), ("web-2", "stopped"), ("db-1", "active")):
        world.has_server(name, status=status)
    await world.ada.says("/vps status daily 10:00", in_=world.ada.direct)
    await asks(world, world.olga, "web-1")
    world.vps.fault("status", status=503, action="reboot", times=1, effect=False)
    await world.olga.says("/vps reboot db-1", in_=world.ops)
    await world.ada.says("/vps access grant @noor viewer for 8h", in_=world.ada.direct)
    await world.minutes_pass(60)
    [told] = [each for message in world.amir.messages(world.ops) if "3 servers:" in (each := world.amir.reads(message))]
    for line in (
        "3 servers: 2 active, 1 stopped.",
        "Not active\n• ⚪ web-2 is stopped",
        "Open requests\n• delete web-1: waits for consent, asked for by @olga",
        "Nobody knows how it ended\n• reboot of db-1, for @olga: look with /vps show db-1",
        "Roles that end soon\n• @noor is viewer until",
    ):
        assert line in told, told
    assert "Nothing needs attention" not in told


async def test_the_digest_goes_where_notifications_go_and_not_where_consent_is_asked_for(world: World) -> None:
    news = world.team.add_channel("news", id="C0NEWS", bot=True)
    await world.choose_channel()
    await decided(world, notifications_channel=news.id)
    world.has_server("web-1")
    await world.ada.says("/vps status daily 10:00", in_=world.ada.direct)
    assert "in #news, for the first time" in last(world.ada)
    await world.minutes_pass(60)
    assert QUIET in world.amir.screen(news)
    assert times(world.amir, QUIET) == 1, "there, and nowhere else"


async def test_a_creation_of_unknown_end_stands_there_until_somebody_did_something_about_it(fleet: World) -> None:
    fleet.vps.fault("closed_before", action="create", times=1)
    await creates(fleet, fleet.olga)
    await fleet.minutes_pass(2)
    await fleet.vera.says("/vps status", in_=fleet.ops)
    assert (
        "Nobody knows how it ended\n• creation of app-1, for @olga: look in your VPS.org account, then press It was "
        "created: adopt it or Create it again under my message about its end"
    ) in last(fleet.vera)
    assert "/vps show app-1" not in last(fleet.vera), "it would find nothing"
    await fleet.olga.clicks("Create it again")
    await fleet.minutes_pass(1)
    assert fleet.olga.sees("@olga app-1 is ready:")
    await fleet.vera.says("/vps status", in_=fleet.ops)
    assert "Nobody knows how it ended" not in last(fleet.vera)


async def test_that_nobody_looks_for_changes_is_said_as_long_as_nobody_does(world: World) -> None:
    await world.choose_channel()
    world.has_server("web-1")
    await world.ada.says("/vps status daily 10:00", in_=world.ada.direct)
    await world.vera.says("/vps status", in_=world.ops)
    assert last(world.vera).startswith(f"{QUIET}\n{NOT_LOOKED_FOR}")
    await world.minutes_pass(24 * 60)
    assert f"{QUIET}\n{NOT_LOOKED_FOR}" in world.amir.screen(world.ops), "the digest says it, too"
    await world.ada.says("/vps watch on", in_=world.ada.direct)
    await world.vera.says("/vps status", in_=world.ops)
    assert last(world.vera).startswith(QUIET) and NOT_LOOKED_FOR not in last(world.vera)
    await world.ada.says("/vps watch off", in_=world.ada.direct)
    await world.vera.says("/vps watch web-1", in_=world.ops)
    await world.vera.says("/vps status", in_=world.ops)
    assert NOT_LOOKED_FOR not in last(world.vera), "for who follows one, all are looked at"


async def test_it_is_told_on_weekday_mornings_at_the_hour_that_was_chosen(world: World) -> None:
    await world.choose_channel()
    world.has_server("web-1")
    await world.ada.says("/vps status daily 08:30 Europe/Berlin", in_=world.ada.direct)
    assert last(world.ada).startswith(
        "How it stands is told every weekday at 08:30 (Europe/Berlin) in #ops, for the first time"
    )
    await world.minutes_pass(60)  # it is Monday, 10:00 UTC
    assert QUIET not in world.amir.screen(world.ops)
    await world.minutes_pass(22 * 60)
    assert times(world.amir, QUIET) == 1
    await world.minutes_pass(6 * 24 * 60)
    assert times(world.amir, QUIET) == 5, "neither Saturday nor Sunday"
    await world.ada.says("/vps status", in_=world.ada.direct)
    assert last(world.ada).endswith("Told every weekday at 08:30 (Europe/Berlin).")
    await world.ada.says("/vps status daily off", in_=world.ada.direct)
    assert last(world.ada) == "No channel is told every morning any more. /vps status shows it."
    await world.minutes_pass(2 * 24 * 60)
    assert times(world.amir, QUIET) == 5
    assert (await world.log()).count("U0ADA settings.changed : ") == 3


@pytest.mark.parametrize(("late", "told"), [(59, 1), (61, 0)])
async def test_a_morning_that_the_bot_was_away_is_skipped_and_never_doubled(world: World, late: int, told: int) -> None:
    await world.choose_channel()
    world.has_server("web-1")
    await world.ada.says("/vps status daily 10:00", in_=world.ada.direct)
    await world.settle()
    await world.stop_bot()
    due = timedelta(hours=10) - timedelta(hours=world.clock.now().hour, minutes=world.clock.now().minute)
    world.clock.move(seconds=due.total_seconds() + late * 60)
    await world.start_bot()
    await world.minutes_pass(5)
    await world.restart()
    await world.minutes_pass(5)
    assert times(world.amir, QUIET) == told
    await world.minutes_pass(24 * 60)
    assert times(world.amir, QUIET) == told + 1


@ASKING
@pytest.mark.parametrize(
    ("person", "typed", "answer"),
    [
        ("ada", "status now", "Type /vps status, /vps status daily 08:30 or /vps status daily off."),
        ("ada", "status daily", "Type /vps status, /vps status daily 08:30 or /vps status daily off."),
        (
            "ada",
            "status daily 08:30 Europe/Berlin please",
            "please is one too many: /vps status takes at most 3 words",
        ),
        ("ada", "status at=08:30", "There is no option at here. /vps status takes no options"),
        ("ada", "status daily 25:00", "25:00 isn't a time of day. Type it like /vps status daily 08:30 or"),
        ("ada", "status daily noon", "noon isn't a time of day. Type it like /vps status daily 08:30 or"),
        ("ada", "status daily 08:30 Berlin", "There is no time zone Berlin. They are called like Europe/Berlin or"),
        ("ada", "status daily 08:30 ../../etc/passwd", "There is no time zone ../../etc/passwd."),
        ("vera", "status daily 08:30", "You are viewer here; this takes admin."),
        ("noor", "status", "You have no role here yet; this takes viewer."),
    ],
)
async def test_what_is_no_status_is_said(asked: World, person: str, typed: str, answer: str) -> None:
    await asked.team.people[person].says(f"/vps {typed}", in_=asked.ops)
    assert answer in last(asked.team.people[person])
