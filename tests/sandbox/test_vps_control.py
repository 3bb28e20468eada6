"""The control interface keeps to `docs/local-vps-api.md`, and the record of calls tells what happened, no token."""

from collections.abc import AsyncIterator

import pytest

from .vps_desk import DRAFT, Desk, opened

OTHER = "vps_other_account_token"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with opened() as desk:
        desk.vps.add_server("web-1", id=12345)
        yield desk


async def test_servers_are_shown_as_the_list_shows_them(desk: Desk) -> None:
    desk.vps.add_account(OTHER)
    theirs = desk.vps.add_server("theirs", token=OTHER)
    listed = (await desk.call("GET", "/servers/")).results
    got = (await desk.control("GET", "/servers")).fields
    assert got == {"servers": [{**listed[0], "uuid": desk.vps.server("web-1").uuid}], "version": desk.vps.version}
    others = (await desk.control("GET", f"/servers?token={OTHER}")).fields["servers"]
    assert [server["id"] for server in others] == [theirs.id]  # type: ignore[attr-defined]


async def test_what_shows_late_in_the_list_is_here_at_once(desk: Desk) -> None:
    desk.vps.fault("late_list", seconds=30)
    await desk.call("DELETE", "/servers/12345/")
    assert (await desk.control("GET", "/servers")).fields["servers"] == []


async def test_a_server_is_added_whole(desk: Desk) -> None:
    wanted = {
        "id": 7,
        "name": "<!channel> & co",
        "hostname": "odd",
        "status": "melting",
        "ip_address": None,
        "location": "moon",
        "plan": {"id": 70, "name": "Odd", "vcpus": 3, "memory": 1000, "storage": 7},
        "os": {"id": 71, "name": "Plan 9"},
        "created_at": "2020-01-01T00:00:00Z",
        "updated_at": "2020-01-02T00:00:00Z",
    }
    got = await desk.control("POST", "/servers", wanted)
    assert got.status == 201
    assert {key: got.fields[key] for key in wanted} == wanted
    shown = (await desk.call("GET", "/servers/7/")).fields
    assert {key: shown[key] for key in wanted if key != "plan"} == {key: wanted[key] for key in wanted if key != "plan"}
    desk.clock.move(days=1)
    assert desk.vps.server(7).status == "melting"


async def test_a_server_may_be_added_in_part_and_to_another_account(desk: Desk) -> None:
    desk.vps.add_account(OTHER)
    got = await desk.control("POST", f"/servers?token={OTHER}", {"name": "part", "plan": 2, "os": None})
    assert got.fields["plan"] == {"id": 2, "name": "Performance VPS", "vcpus": 4, "memory": 8192, "storage": 160}
    assert (got.fields["os"], got.fields["status"]) == (None, "active")
    assert [server.name for server in desk.vps.servers(OTHER)] == ["part"]
    assert (await desk.call("GET", "/servers/", token=OTHER)).results[0]["os"] is None


@pytest.mark.parametrize("ref", ["12345", "web-1", "uuid"])
async def test_a_server_is_changed_behind_the_bots_back(desk: Desk, ref: str) -> None:
    ref = desk.vps.server(12345).uuid if ref == "uuid" else ref
    version = desk.vps.version
    got = await desk.control("PATCH", f"/servers/{ref}", {"name": "other", "ip_address": "192.0.2.1"})
    assert (got.status, got.fields["name"], got.fields["ip_address"]) == (200, "other", "192.0.2.1")
    assert got.fields["updated_at"] == "2026-03-02T09:30:00Z"
    assert desk.vps.version == version + 1
    await desk.control("PATCH", "/servers/12345", {"updated_at": "2026-01-01T00:00:00Z", "backups_enabled": True})
    page = (await desk.call("GET", "/servers/12345/")).fields
    assert (page["updated_at"], page["backups_enabled"]) == ("2026-01-01T00:00:00Z", True)


async def test_a_server_is_removed_behind_the_bots_back(desk: Desk) -> None:
    version = desk.vps.version
    assert (await desk.control("DELETE", "/servers/12345")).status == 204
    assert (await desk.call("GET", "/servers/12345/")).status == 404
    assert desk.vps.version == version + 1
    assert desk.vps.calls(effect=True) == []


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"colour": "green"}, "no field 'colour'"),
        ({"uuid": "x"}, "no field 'uuid'"),
        ({"name": None}, "name can't be None"),
        ({"status": 1}, "status can't be 1"),
        ({"ip_address": 1}, "ip_address can't be 1"),
        ({"backups_enabled": None}, "backups_enabled can't be None"),
        ({"plan": 99}, "no plan 99"),
        ({"plan": {"id": "x"}}, "are integers"),
        ({"os": 99}, "no system 99"),
        ({"created_at": "yesterday"}, "isoformat"),
        ({"created_at": "2026-01-01T00:00:00"}, "a time with its offset"),
        ({"hostname": "fine", "status": None}, "status can't be None"),
    ],
)
async def test_a_mistake_is_400_and_changes_nothing(desk: Desk, fields: dict[str, object], says: str) -> None:
    before = desk.vps.server(12345)
    got = await desk.control("PATCH", "/servers/12345", fields)
    assert got.status == 400
    assert says in str(got.fields["error"])
    assert desk.vps.server(12345) == before


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/servers", {"id": 12345}, 400),
        ("POST", "/servers", {"id": "x"}, 400),
        ("POST", "/servers", {"name": 3}, 400),
        ("POST", "/servers", [1], 400),
        ("PATCH", "/servers/99", {}, 404),
        ("DELETE", "/servers/nobody", None, 404),
        ("GET", "/servers?token=vps_nobody", None, 404),
        ("DELETE", "/tokens/vps_nobody", None, 404),
        ("POST", "/accounts", {"token": "nope"}, 400),
        ("POST", "/accounts", {"token": OTHER, "colour": 1}, 400),
        ("POST", "/accounts", {"token": OTHER, "permissions": "*:*"}, 400),
        ("POST", "/faults", {"kind": "earthquake"}, 400),
        ("PATCH", "/settings", {"colour": 1}, 400),
        ("PATCH", "/settings", {"reboot_seconds": -1}, 400),
        ("PATCH", "/settings", {"reboot_seconds": True}, 400),
        ("PATCH", "/settings", {"bare_lists": 1}, 400),
        ("PATCH", "/settings", {"credits": "10"}, 400),
    ],
)
async def test_mistakes(desk: Desk, method: str, path: str, body: object, status: int) -> None:
    got = await desk.control(method, path, body)
    assert got.status == status
    assert str(got.fields["error"])
    assert [server.name for server in desk.vps.servers()] == ["web-1"]


async def test_a_name_of_two_servers_is_nobodys(desk: Desk) -> None:
    desk.vps.add_server("web-1")
    got = await desk.control("DELETE", "/servers/web-1")
    assert (got.status, got.body) == (404, {"error": "2 servers are called 'web-1'"})


async def test_an_account_is_opened_and_its_token_revoked(desk: Desk) -> None:
    wanted = {"token": OTHER, "email": "b@example.com", "permissions": ["servers:read"], "fleet": "default"}
    got = await desk.control("POST", "/accounts", wanted)
    assert (got.status, got.body) == (201, {"email": "b@example.com", "dialect": "documented", "servers": 12})
    me = (await desk.call("GET", "/account/me/", token=OTHER)).fields
    assert me["token"] == {"name": "token-1", "permissions": ["servers:read"]}
    assert (await desk.control("DELETE", f"/tokens/{OTHER}")).status == 204
    assert (await desk.call("GET", "/account/me/", token=OTHER)).status == 401
    empty = await desk.control("POST", "/accounts", {"token": OTHER, "fleet": "empty", "dialect": "vendor"})
    assert empty.body == {"email": "ops@example.com", "dialect": "vendor", "servers": 0}


async def test_faults_are_armed_shown_and_cleared(desk: Desk) -> None:
    wanted = {"kind": "status", "status": 503, "match": {"action": "list", "token": desk.vps.token}, "times": 2}
    armed = await desk.control("POST", "/faults", wanted)
    shown = {"kind": "status", "status": 503, "match": {"action": "list", "token": "…cdef"}, "times": 2, "struck": 0}
    assert (armed.status, armed.body) == (200, {"faults": [shown]})
    assert (await desk.call("GET", "/servers/")).status == 503
    assert (await desk.control("GET", "/faults")).body == {"faults": [{**shown, "times": 1, "struck": 1}]}
    assert (await desk.control("POST", "/faults/clear")).body == {"faults": []}
    assert (await desk.call("GET", "/servers/")).status == 200


async def test_settings(desk: Desk) -> None:
    got = await desk.control("PATCH", "/settings", {"reboot_seconds": 1.5, "provision_seconds": None, "credits": 5})
    assert got.body == {
        "provision_seconds": None,
        "start_seconds": 4.0,
        "stop_seconds": 4.0,
        "reboot_seconds": 1.5,
        "credits": 5,
        "bare_lists": False,
    }
    await desk.call("POST", "/servers/12345/reboot/")
    desk.clock.move(seconds=1.5)
    assert desk.vps.server(12345).status == "active"
    assert (await desk.call("POST", "/servers/", json=DRAFT)).status == 402


async def test_settings_of_another_account(desk: Desk) -> None:
    desk.vps.add_account(OTHER, dialect="vendor")
    await desk.control("PATCH", f"/settings?token={OTHER}", {"credits": None, "bare_lists": True})
    assert (await desk.call("GET", "/servers/", token=OTHER)).body == []
    assert desk.vps.account().bare_lists is False


async def test_the_record_has_every_call(desk: Desk) -> None:
    created = (await desk.call("POST", "/servers/", json=DRAFT)).fields
    desk.clock.move(seconds=1)
    await desk.call("GET", "/servers/?status=active")
    await desk.call("POST", "/servers/12345/start/")
    await desk.call("DELETE", "/servers/12345/", token="vps_unknown_token")
    await desk.call("GET", "/servers")
    desk.vps.fault("status", action="plans", status=503)
    await desk.call("GET", "/plans/", token=None)
    got = (await desk.control("GET", "/calls")).fields["calls"]
    assert isinstance(got, list)
    assert got[0] == {
        "n": 1,
        "time": "2026-03-02T09:30:00.000Z",
        "method": "POST",
        "path": "/api/v1/servers/",
        "action": "create",
        "server": str(created["id"]),
        "status": 201,
        "effect": True,
        "fault": None,
        "token_tail": "cdef",
    }
    told = [(c["n"], c["action"], c["server"], c["status"], c["effect"], c["fault"], c["token_tail"]) for c in got[1:]]
    assert told == [
        (2, "list", None, 200, False, None, "cdef"),
        (3, "start", "12345", 400, False, None, "cdef"),
        (4, "delete", "12345", 401, False, None, "oken"),
        (5, None, None, 404, False, None, "cdef"),
        (6, "plans", None, 503, False, "status", ""),
    ]
    assert got[1]["path"] == "/api/v1/servers/?status=active"
    assert got[1]["time"] == "2026-03-02T09:30:01.000Z"


async def test_the_record_is_filtered_and_cleared(desk: Desk) -> None:
    twin = "vps_another_one_that_ends_in_cdef"
    desk.vps.add_token(twin)
    await desk.call("POST", "/servers/12345/reboot/", json={"a": 1})
    await desk.call("POST", "/servers/12345/reboot/", token=twin)
    await desk.call("GET", "/servers/")
    assert [call.n for call in desk.vps.calls(action="reboot")] == [1, 2]
    assert [call.n for call in desk.vps.calls(action="reboot", effect=True)] == [1]
    assert [call.n for call in desk.vps.calls(effect=False)] == [2, 3]
    assert [call.n for call in desk.vps.calls(server=12345)] == [1, 2]
    assert [call.n for call in desk.vps.calls(token=twin)] == [2]
    assert desk.vps.calls()[0].body == b'{"a": 1}'
    assert (await desk.control("POST", "/calls/clear")).body == {"calls": []}
    await desk.call("GET", "/servers/")
    assert [call.n for call in desk.vps.calls()] == [4]


async def test_no_token_is_kept_in_clear(desk: Desk) -> None:
    for token in (desk.vps.token, "vps_short", "vps_unknown_token"):
        await desk.call("GET", "/servers/", token=token)
        shown = repr(desk.vps.calls()) + str((await desk.control("GET", "/calls")).body)
        assert token not in shown
    assert [call.token_tail for call in desk.vps.calls()] == ["cdef", "", "oken"]


async def test_the_record_is_capped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sandbox.vps.calls.KEPT", 3)
    async with opened() as small:
        for _ in range(5):
            await small.call("GET", "/plans/")
        assert [call.n for call in small.vps.calls()] == [3, 4, 5]
