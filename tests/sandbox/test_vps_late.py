"""Effects that come late, and a list that shows late what was changed."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from .vps_desk import DRAFT, NOW, REBOOT, Desk, with_two_servers


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with with_two_servers() as desk:
        yield desk


async def test_a_late_effect_comes_when_it_is_due(desk: Desk) -> None:
    desk.vps.fault("late_effect", action="reboot", seconds=30, times=1)
    assert await desk.is_lost("POST", REBOOT)
    desk.vps.clear_faults()
    desk.clock.move(seconds=29)
    assert desk.vps.server(12345).status == "active"
    assert [call.effect for call in desk.vps.calls(action="reboot")] == [False]
    desk.clock.move(seconds=3)
    assert desk.vps.server(12345).status == "rebooting"
    assert desk.vps.server(12345).updated_at == NOW + timedelta(seconds=30)
    assert [call.effect for call in desk.vps.calls(action="reboot")] == [True]
    desk.clock.move(seconds=4)
    assert desk.vps.server(12345).status == "active"
    assert desk.vps.server(12345).updated_at == NOW + timedelta(seconds=36)


async def test_a_late_effect_that_has_become_impossible_does_nothing(desk: Desk) -> None:
    desk.vps.fault("late_effect", action="delete", seconds=30, times=1)
    assert await desk.is_lost("DELETE", "/servers/12345/")
    assert (await desk.call("DELETE", "/servers/12345/")).status == 204
    desk.clock.move(minutes=1)
    assert [call.effect for call in desk.vps.calls(action="delete")] == [False, True]


async def test_a_late_create_says_which_server_it_made(desk: Desk) -> None:
    desk.vps.fault("late_effect", action="create", seconds=5)
    assert await desk.is_lost("POST", "/servers/", json=DRAFT)
    assert not desk.vps.has("web-9")
    desk.clock.move(seconds=5)
    [call] = desk.vps.calls(action="create")
    assert call.server == str(desk.vps.server("web-9").id)
    assert desk.vps.server("web-9").created_at == NOW + timedelta(seconds=5)


async def test_the_list_shows_a_created_server_late_its_page_at_once(desk: Desk) -> None:
    desk.vps.fault("late_list", action="create", seconds=30)
    id_ = (await desk.call("POST", "/servers/", json=DRAFT)).fields["id"]
    assert (await desk.call("GET", f"/servers/{id_}/")).fields["name"] == "web-9"
    desk.clock.move(seconds=29)
    assert [row["id"] for row in (await desk.call("GET", "/servers/")).results] == [12345, 12346]
    desk.clock.move(seconds=1)
    assert [row["id"] for row in (await desk.call("GET", "/servers/")).results] == [12345, 12346, id_]


async def test_the_list_shows_a_deleted_server_yet(desk: Desk) -> None:
    desk.vps.fault("late_list", action="delete", seconds=30)
    row = (await desk.call("GET", "/servers/")).results[0]
    assert (await desk.call("DELETE", "/servers/12345/")).status == 204
    assert (await desk.call("GET", "/servers/12345/")).status == 404
    assert (await desk.call("GET", "/servers/")).results[0] == row
    desk.clock.move(seconds=30)
    assert [row["id"] for row in (await desk.call("GET", "/servers/")).results] == [12346]


async def test_the_list_shows_an_old_status_yet(desk: Desk) -> None:
    desk.vps.fault("late_list", action="reboot", seconds=3, times=1)
    assert (await desk.call("POST", REBOOT)).status == 200
    assert [row["status"] for row in (await desk.call("GET", "/servers/")).results] == ["active", "active"]
    assert (await desk.call("GET", "/servers/12345/")).fields["status"] == "rebooting"
    desk.clock.move(seconds=3)
    assert [row["status"] for row in (await desk.call("GET", "/servers/")).results] == ["rebooting", "active"]


async def test_what_shows_late_stays_as_it_was_until_the_last_change_may_show(desk: Desk) -> None:
    desk.vps.fault("late_list", seconds=30, times=1)
    desk.vps.fault("late_list", seconds=5, times=1)
    await desk.call("PATCH", "/servers/12345/", json={"name": "renamed"})
    desk.clock.move(seconds=10)
    await desk.call("POST", REBOOT)
    desk.clock.move(seconds=19)
    row = (await desk.call("GET", "/servers/")).results[0]
    assert (row["name"], row["status"]) == ("web-1", "active")
    desk.clock.move(seconds=1)
    row = (await desk.call("GET", "/servers/")).results[0]
    assert (row["name"], row["updated_at"]) == ("renamed", "2026-03-02T09:30:16Z")


async def test_late_list_and_a_lost_reply_go_together(desk: Desk) -> None:
    desk.vps.fault("late_list", seconds=30, times=1)
    desk.vps.fault("lost_reply", action="create", times=1)
    assert len((await desk.call("GET", "/servers/")).results) == 2  # a reading call uses no late_list up
    assert await desk.is_lost("POST", "/servers/", json=DRAFT)
    [call] = desk.vps.calls(action="create")
    assert (call.fault, call.effect) == ("lost_reply+late_list", True)
    assert len((await desk.call("GET", "/servers/")).results) == 2
    desk.clock.move(seconds=30)
    assert len((await desk.call("GET", "/servers/")).results) == 3
    assert desk.vps.faults() == []


async def test_late_list_counts_from_a_late_effect(desk: Desk) -> None:
    desk.vps.fault("late_list", seconds=30, times=1)
    desk.vps.fault("late_effect", seconds=10, times=1)
    assert await desk.is_lost("POST", "/servers/", json=DRAFT)
    desk.clock.move(seconds=39)
    assert desk.vps.has("web-9")
    assert len((await desk.call("GET", "/servers/")).results) == 2
    desk.clock.move(seconds=1)
    assert len((await desk.call("GET", "/servers/")).results) == 3
