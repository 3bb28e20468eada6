"""A creation whose end nobody knows: which server a person may say it is, and which can't be it."""

from datetime import timedelta

from tests.stories.conftest import filled
from tests.stories.creating import creates, opens, submits
from tests.stories.deleting import asks, there
from tests.stories.governing import connects
from tests.stories.telling import BOTH_WAYS, last, times
from tests.world import World

pytestmark = BOTH_WAYS

ADOPT = "It was created: adopt it"
OTHER = "vps_other_0123456789abcdef"


async def lost(world: World) -> None:
    """Olga's creation of app-1 goes unanswered, and its server isn't there yet."""
    world.vps.fault("closed_before", action="create", times=1)
    await creates(world, world.olga)
    await world.minutes_pass(2)
    assert world.olga.sees("whether it happened can't be seen")


async def test_a_server_with_a_wrong_date_is_adopted_and_the_date_is_shown(fleet: World) -> None:
    await lost(fleet)
    since = fleet.clock.now() - timedelta(minutes=30)
    made = fleet.has_server("app-1", ip_address="203.0.113.77", created_at=since)
    await fleet.minutes_pass(2)
    assert not fleet.olga.sees("app-1 is ready"), "nobody but a person says that it is this one"
    await fleet.olga.clicks(ADOPT)
    await fleet.minutes_pass(1)
    assert fleet.olga.sees(f"VPS.org says that {made.id} exists since {since:%b %d, %Y %H:%M}.")
    assert times(fleet.olga, "@olga app-1 is ready: 203.0.113.77") == 1
    await fleet.vera.says("/vps list owner=@olga", in_=fleet.ops)
    assert "app-1" in last(fleet.vera)


async def test_a_server_that_people_dealt_with_before_is_not_it(fleet: World) -> None:
    await fleet.olga.says("/vps note web-2 owner=me", in_=fleet.ops)
    await lost(fleet)
    fleet.vps.change("web-2", name="app-1")
    await fleet.olga.clicks(ADOPT)
    await fleet.settle()
    assert last(fleet.olga).startswith("VPS.org shows no server app-1 that is new since then. Nothing was adopted.")


async def test_what_a_person_noted_meanwhile_stands_and_only_what_is_missing_is_filled_in(fleet: World) -> None:
    fleet.vps.fault("closed_before", action="create", times=1)
    await opens(fleet, fleet.olga)
    await fleet.olga.chooses("Lifetime", "Ask me to delete it after 7 days")
    await fleet.olga.fills("What is it for?", "a load test")
    assert await submits(fleet, fleet.olga) == {}
    await fleet.minutes_pass(2)
    fleet.has_server("app-1", created_at=fleet.clock.now())
    await fleet.amir.says('/vps note app-1 owner=me "the new shop"', in_=fleet.ops)
    await fleet.olga.clicks(ADOPT)
    await fleet.minutes_pass(1)
    await fleet.vera.says("/vps show app-1", in_=fleet.ops)
    shown = last(fleet.vera)
    assert "@amir" in shown and "the new shop" in shown and "until 2026-12-0" in shown
    assert "a load test" not in shown


async def test_nor_is_one_that_is_a_day_older(fleet: World) -> None:
    await lost(fleet)
    fleet.has_server("app-1", created_at=fleet.clock.now() - timedelta(hours=25))
    await fleet.olga.clicks(ADOPT)
    await fleet.settle()
    assert last(fleet.olga).startswith("VPS.org shows no server app-1 that is new since then. Nothing was adopted.")


async def test_nor_is_one_of_another_account(fleet: World) -> None:
    await lost(fleet)
    fleet.vps.add_account(OTHER, email="other@example.com")
    fleet.vps.add_server("app-1", token=OTHER)
    await connects(fleet, OTHER, "other@example.com")
    await fleet.olga.clicks(ADOPT)
    await fleet.minutes_pass(1)
    assert fleet.olga.sees("app-1 was asked for with another VPS.org account than the one that is connected now,")
    assert not fleet.olga.sees("app-1 is ready")
    await fleet.vera.says("/vps list owner=@olga", in_=fleet.ops)
    assert "app-1" not in last(fleet.vera)


async def test_of_an_account_without_a_name_another_token_tells_nothing(deleting: World) -> None:
    await connects(deleting, deleting.vps.token, "")
    await deleting.seconds_pass(1)
    await asks(deleting, deleting.olga)
    deleting.vps.fault("closed_before", action="delete", times=1)
    await deleting.amir.clicks("Approve")
    await deleting.settle()
    assert len(deleting.vps.calls(action="delete")) == 1
    deleting.vps.add_account(OTHER, email="other@example.com")
    await connects(deleting, OTHER, "")
    await deleting.minutes_pass(2)
    assert there(deleting) == ["web-1", "web-2"]
    assert not deleting.olga.sees("web-1 is deleted")
    assert deleting.olga.sees("web-1: the VPS.org account was disconnected before the end of the deletion was seen.")


async def test_a_server_that_appears_after_all_is_told_as_nobody_s_and_to_who_asked_for_it(deleting: World) -> None:
    filled(deleting)
    await deleting.ada.says("/vps watch on", in_=deleting.ada.direct)
    await deleting.minutes_pass(1)
    await lost(deleting)
    made = deleting.has_server("app-1", ip_address="203.0.113.77", created_at=deleting.clock.now())
    await deleting.minutes_pass(6)
    assert times(deleting.amir, "👀 app-1 is new (🟢 active); nobody asked for it here.") == 1
    await deleting.vera.says("/vps status", in_=deleting.general)
    assert "app-1 is new" in last(deleting.vera)
    assert times(deleting.olga, f"@olga VPS.org shows a new server app-1 now ({made.id}).") == 1
    await deleting.vera.clicks(ADOPT)
    await deleting.settle()
    assert "You are viewer here" in last(deleting.vera)
    await deleting.olga.clicks(ADOPT)
    await deleting.minutes_pass(6)
    assert times(deleting.olga, "@olga app-1 is ready: 203.0.113.77") == 1
    assert times(deleting.olga, "VPS.org shows a new server") == 1


async def test_one_that_appears_in_another_account_is_nobody_s_creation(deleting: World) -> None:
    filled(deleting)
    await deleting.ada.says("/vps watch on", in_=deleting.ada.direct)
    await deleting.minutes_pass(1)
    await lost(deleting)
    deleting.vps.add_account(OTHER, email="other@example.com")
    await connects(deleting, OTHER, "other@example.com")
    await deleting.minutes_pass(6)
    deleting.vps.add_server("app-1", token=OTHER)
    await deleting.minutes_pass(6)
    assert times(deleting.amir, "👀 app-1 is new (🟢 active); nobody asked for it here.") == 1
    assert not deleting.olga.sees("VPS.org shows a new server")


async def test_one_that_the_list_leaves_out_is_looked_at_on_its_own_page(fleet: World) -> None:
    fleet.vps.fault("late_list", action="create", times=1, seconds=240)
    await creates(fleet, fleet.olga)
    await fleet.minutes_pass(2)
    await fleet.vera.says("/vps list", in_=fleet.ops)
    assert "app-1" not in last(fleet.vera)
    assert times(fleet.olga, "@olga app-1 is ready:") == 1
