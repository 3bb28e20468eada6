"""What takes time at the local VPS.org takes the clock's time, and ends when it was due, not when somebody looked."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.sandbox.clock import Clock
from bot.sandbox.vps import LocalVps

from .vps_desk import DRAFT, NOW, Desk, opened


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with opened() as desk:
        yield desk


@pytest.mark.parametrize(
    ("verb", "since", "via", "seconds", "to"),
    [
        ("start", "stopped", "starting", 4, "active"),
        ("stop", "active", "stopping", 4, "stopped"),
        ("reboot", "active", "rebooting", 6, "active"),
    ],
)
async def test_power(desk: Desk, verb: str, since: str, via: str, seconds: int, to: str) -> None:
    server = desk.vps.add_server("web-1", status=since)
    got = await desk.call("POST", f"/servers/{server.id}/{verb}/")
    brief = {"id": server.id, "name": "web-1", "status": via}
    assert got.status == 200
    assert got.body == {"status": "success", "message": f"Server is {via}", "server": brief}

    desk.clock.move(seconds=seconds - 0.001)
    assert (await desk.call("GET", f"/servers/{server.id}/")).fields["status"] == via
    desk.clock.move(seconds=0.001)
    shown = (await desk.call("GET", f"/servers/{server.id}/")).fields
    assert shown["status"] == to
    assert shown["updated_at"] == f"2026-03-02T09:30:0{seconds}Z"
    [row] = (await desk.call("GET", "/servers/")).results
    assert row["status"] == to


BUSY = ("provisioning", "starting", "stopping", "rebooting", "restoring", "error")


@pytest.mark.parametrize(
    ("verb", "status", "says"),
    [
        ("start", "active", "Server is already running."),
        ("start", "starting", "Server is already running."),
        ("start", "rebooting", "Server is already running."),
        ("start", "stopping", "Server cannot be started while it is stopping."),
        ("start", "provisioning", "Server cannot be started while it is provisioning."),
        ("start", "suspended", "Server is suspended."),
        ("stop", "stopped", "Server is not running."),
        ("stop", "suspended", "Server is suspended."),
        ("reboot", "stopped", "Server is not running."),
        ("reboot", "suspended", "Server is suspended."),
        *[(verb, status, "Server is not running.") for verb in ("stop", "reboot") for status in BUSY],
    ],
)
async def test_power_that_makes_no_sense_is_400(desk: Desk, verb: str, status: str, says: str) -> None:
    server = desk.vps.add_server(status=status)
    got = await desk.call("POST", f"/servers/{server.id}/{verb}/")
    assert (got.status, got.body) == (400, {"detail": says})
    assert desk.vps.server(server.id) == server


async def test_a_created_server_gets_its_addresses_with_its_status(desk: Desk) -> None:
    id_ = (await desk.call("POST", "/servers/", json=DRAFT)).fields["id"]
    desk.clock.move(seconds=19)
    waiting = (await desk.call("GET", f"/servers/{id_}/")).fields
    assert (waiting["status"], waiting["ip_address"], waiting["ipv6_address"]) == ("provisioning", None, None)
    desk.clock.move(seconds=1)
    ready = (await desk.call("GET", f"/servers/{id_}/")).fields
    assert ready["status"] == "active"
    assert str(ready["ip_address"]).startswith("203.0.113.")
    assert str(ready["ipv6_address"]).startswith("2001:db8:")
    assert ready["updated_at"] == "2026-03-02T09:30:20Z"


async def test_no_two_servers_have_one_address(desk: Desk) -> None:
    for _ in range(600):
        desk.vps.add_server()
    assert len({server.ip_address for server in desk.vps.servers()}) == 600


async def test_a_change_ends_at_its_own_time_however_late_one_looks(desk: Desk) -> None:
    id_ = desk.vps.add_server().id
    await desk.call("POST", f"/servers/{id_}/stop/")
    desk.clock.move(hours=1)
    assert desk.vps.server(id_).updated_at == NOW + timedelta(seconds=4)


async def test_the_version_grows_when_a_change_comes_due(desk: Desk) -> None:
    id_ = desk.vps.add_server().id
    await desk.call("POST", f"/servers/{id_}/reboot/")
    before = (await desk.control("GET", "/servers")).fields["version"]
    assert (await desk.control("GET", "/servers")).fields["version"] == before
    desk.clock.move(seconds=6)
    after = (await desk.control("GET", "/servers")).fields
    assert after["version"] == before + 1  # type: ignore[operator]
    assert after["servers"][0]["status"] == "active"  # type: ignore[index]


async def test_a_new_status_ends_what_was_under_way(desk: Desk) -> None:
    id_ = desk.vps.add_server().id
    await desk.call("POST", f"/servers/{id_}/reboot/")
    desk.vps.change(id_, status="error")
    desk.clock.move(minutes=5)
    assert desk.vps.server(id_).status == "error"


async def test_another_field_does_not_end_what_was_under_way(desk: Desk) -> None:
    id_ = desk.vps.add_server().id
    await desk.call("POST", f"/servers/{id_}/reboot/")
    desk.vps.change(id_, name="renamed")
    desk.clock.move(seconds=6)
    assert desk.vps.server("renamed").status == "active"


async def test_a_deleted_server_does_not_come_back(desk: Desk) -> None:
    id_ = desk.vps.add_server().id
    await desk.call("POST", f"/servers/{id_}/reboot/")
    assert (await desk.call("DELETE", f"/servers/{id_}/")).status == 204
    version = desk.vps.version
    desk.clock.move(minutes=5)
    assert not desk.vps.has(id_)
    assert desk.vps.version == version


async def test_a_change_may_take_no_time_or_never_end(desk: Desk) -> None:
    id_ = desk.vps.add_server().id
    desk.vps.settings.stop_seconds = 0
    desk.vps.settings.start_seconds = None
    assert (await desk.call("POST", f"/servers/{id_}/stop/")).fields["message"] == "Server is stopping"
    assert desk.vps.server(id_).status == "stopped"
    await desk.call("POST", f"/servers/{id_}/start/")
    desk.clock.move(days=30)
    assert desk.vps.server(id_).status == "starting"


async def test_the_durations_are_arguments() -> None:
    async with opened(provision_seconds=1, start_seconds=2, stop_seconds=3, reboot_seconds=None) as desk:
        await desk.call("POST", "/servers/", json=DRAFT)
        desk.clock.move(seconds=1)
        assert desk.vps.server("web-9").status == "active"
        id_ = desk.vps.server("web-9").id
        for verb, seconds, to in (("stop", 3, "stopped"), ("start", 2, "active")):
            await desk.call("POST", f"/servers/{id_}/{verb}/")
            desk.clock.move(seconds=seconds - 1)
            assert desk.vps.server(id_).status != to
            desk.clock.move(seconds=1)
            assert desk.vps.server(id_).status == to


async def test_the_default_fleet_is_older_than_now_at_any_time() -> None:
    early = NOW.replace(year=2025, month=1, day=1)
    for now in (early, NOW):
        vps = LocalVps(Clock(standing_at=now))
        vps.add_server()
        assert vps.account().created_at < now
        for server in vps.servers():
            assert server.created_at <= server.updated_at < now - timedelta(hours=1)
            assert now - server.created_at >= timedelta(days=30)
