"""The vendor's dialect of the local VPS.org, as VPS.org documents it, over the same state as the documented one."""

import re
from collections.abc import AsyncIterator
from typing import cast

import pytest

from .vps_desk import DRAFT, Desk, Got, opened

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PLANS = 5  # the one that is no longer sold isn't shown


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with opened(fleet="default", dialect="vendor") as desk:
        yield desk


async def order(desk: Desk) -> dict[str, object]:
    """A right body of a create, from what the catalogue shows."""
    plan = (await desk.call("GET", "/plans/")).results[0]
    family = (await desk.call("GET", "/operating-systems/")).results[-1]
    version = cast(list[dict[str, object]], family["versions"])[0]
    return {"hostname": "new.example.com", "location": 1, "plan": plan["uuid"], "os_version": version["uuid"]}


async def test_the_list_has_names_the_page_has_objects(desk: Desk) -> None:
    got = await desk.call("GET", "/servers/")
    uuid = desk.vps.server(12345).uuid
    common = {
        "uuid": uuid,
        "hostname": "web01.example.com",
        "status": "active",
        "ipv4_addresses": ["203.0.113.10"],
        "ipv6_addresses": ["2001:db8:0:3039::1"],
        "deployed": True,
        "created_at": "2025-01-10T14:30:00Z",
    }
    names = {"location_name": "Los Angeles", "plan_name": "Standard VPS", "os_name": "Ubuntu 22.04 LTS"}
    assert UUID.fullmatch(uuid)
    assert got.results[0] == {**common, **names}
    page = (await desk.call("GET", f"/servers/{uuid}/")).fields
    plan = cast(dict[str, object], page.pop("plan"))
    objects = {"location": {"name": "Los Angeles"}, "operating_system_version": {"name": "Ubuntu 22.04 LTS"}}
    assert page == {**common, **objects}
    assert (plan["name"], plan["ram"], plan["ram_unit"]) == ("Standard VPS", 4096, "MB")
    assert (plan["cpu"], plan["disk_space"]) == (2, 80)


async def test_what_a_server_lacks_is_empty(desk: Desk) -> None:
    server = desk.vps.add_server(ip_address=None, ipv6_address=None, location="moon", plan=None, os=None)
    row = (await desk.call("GET", "/servers/")).results[-1]
    assert (row["ipv4_addresses"], row["ipv6_addresses"]) == ([], [])
    assert (row["location_name"], row["plan_name"], row["os_name"]) == ("moon", None, None)
    page = (await desk.call("GET", f"/servers/{server.uuid}/")).fields
    assert (page["plan"], page["operating_system_version"]) == (None, None)


async def walk(desk: Desk, path: str) -> list[Got]:
    """All pages, by their `next` links."""
    pages = [await desk.call("GET", path)]
    while following := pages[-1].fields["next"]:
        assert str(following).startswith(desk.vps.url)
        pages.append(await desk.call("GET", str(following).removeprefix(desk.vps.url)))
    return pages


@pytest.mark.parametrize(
    ("query", "sizes"),
    [
        ("", [20, 5]),
        ("?page_size=10", [10, 10, 5]),
        ("?page_size=25", [25]),
        ("?page_size=0", [20, 5]),
        ("?page=2", [5]),
    ],
)
async def test_the_list_has_pages(desk: Desk, query: str, sizes: list[int]) -> None:
    for _ in range(13):
        desk.vps.add_server()
    pages = await walk(desk, f"/servers/{query}")
    assert [len(page.results) for page in pages] == sizes
    assert {page.fields["count"] for page in pages} == {25}
    if "page=" not in query:
        uuids = [row["uuid"] for page in pages for row in page.results]
        assert uuids == [server.uuid for server in desk.vps.servers()]


async def test_pages_lead_back(desk: Desk) -> None:
    first, last = await walk(desk, "/servers/?page_size=6")
    assert first.fields["previous"] is None
    assert last.fields["previous"] == f"{desk.vps.url}/servers/?page_size=6&page=1"


async def test_a_page_has_a_hundred_at_most(desk: Desk) -> None:
    for _ in range(100):
        desk.vps.add_server()
    assert [len(page.results) for page in await walk(desk, "/servers/?page_size=1000")] == [100, 12]


async def test_a_page_that_is_not_there_is_404(desk: Desk) -> None:
    got = await desk.call("GET", "/servers/?page=2")
    assert (got.status, got.body) == (404, {"detail": "Invalid page."})


async def test_an_empty_account_has_one_empty_page() -> None:
    async with opened(dialect="vendor") as desk:
        got = await desk.call("GET", "/servers/")
        assert got.body == {"count": 0, "next": None, "previous": None, "results": []}


async def test_lists_may_be_bare(desk: Desk) -> None:
    whole = (await desk.call("GET", "/servers/")).results
    desk.vps.account().bare_lists = True
    assert (await desk.call("GET", "/servers/?page_size=2")).body == whole


async def test_create_and_its_password_that_is_told_once(desk: Desk) -> None:
    keys = [row["uuid"] for row in (await desk.call("GET", "/ssh-keys/")).results]
    got = await desk.call("POST", "/servers/", json={**await order(desk), "ssh_keys": keys})
    assert got.status == 201
    assert (got.fields["status"], got.fields["deployed"], got.fields["ipv4_addresses"]) == ("provisioning", False, [])
    assert got.fields["password"]
    assert desk.vps.calls(action="create")[0].server == got.fields["uuid"]
    desk.clock.move(seconds=20)
    page = (await desk.call("GET", f"/servers/{got.fields['uuid']}/")).fields
    assert "password" not in page
    assert (page["hostname"], page["status"], page["deployed"]) == ("new.example.com", "active", True)
    assert page["ipv4_addresses"]
    assert desk.vps.server("new.example.com").ssh_keys == (1, 2)


REQUIRED = ["This field is required."]


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"hostname": "a b"}, {"hostname": ["Enter a valid hostname."]}),
        ({"hostname": None}, {"hostname": ["This field may not be null."]}),
        ({"location": "us-west"}, {"location": ["A valid integer is required."]}),
        ({"location": 99}, {"location": ['Invalid pk "99" - object does not exist.']}),
        ({"plan": 1}, {"plan": ['Invalid pk "1" - object does not exist.']}),
        ({"os_version": "x"}, {"os_version": ['Invalid pk "x" - object does not exist.']}),
        ({"ssh_keys": "x"}, {"ssh_keys": ['Expected a list of items but got type "str".']}),
        ({"ssh_keys": [["x"]]}, {"ssh_keys": ["Invalid pk \"['x']\" - object does not exist."]}),
        ({"location": 5, "plan": "compute"}, {"plan": ['Plan "Compute VPS" is not available in Singapore.']}),
    ],
)
async def test_a_create_is_validated(desk: Desk, change: dict[str, object], errors: dict[str, object]) -> None:
    if change.get("plan") == "compute":
        rows = (await desk.call("GET", "/plans/")).results
        change = change | {"plan": next(row["uuid"] for row in rows if row["name"] == "Compute VPS")}
    got = await desk.call("POST", "/servers/", json=await order(desk) | change)
    assert (got.status, got.body) == (400, errors)
    assert len(desk.vps.servers()) == 12


async def test_a_create_in_the_other_dialects_words_is_refused(desk: Desk) -> None:
    got = await desk.call("POST", "/servers/", json=DRAFT)
    assert got.status == 400
    assert got.fields.keys() == {"hostname", "location", "plan", "os_version"}


async def test_credits_that_are_short_are_402(desk: Desk) -> None:
    desk.vps.account().credits = 1
    assert (await desk.call("POST", "/servers/", json=await order(desk))).status == 402


@pytest.mark.parametrize(
    ("word", "since", "via", "action"),
    [
        ("start", "stopped", "starting", "start"),
        ("stop", "active", "stopping", "stop"),
        ("restart", "active", "rebooting", "reboot"),
        ("hard_stop", "active", "stopping", "stop"),
    ],
)
async def test_power(desk: Desk, word: str, since: str, via: str, action: str) -> None:
    server = desk.vps.add_server(status=since)
    assert (await desk.call("POST", f"/servers/{server.uuid}/power/", json={"action": word})).status == 200
    assert desk.vps.server(server.id).status == via
    again = await desk.call("POST", f"/servers/{server.uuid}/power/", json={"action": word})
    assert again.status == 400
    assert [(call.action, call.server, call.effect) for call in desk.vps.calls()] == [
        (action, server.uuid, True),
        (action, server.uuid, False),
    ]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"action": REQUIRED}),
        ({"action": "reboot"}, {"action": ['"reboot" is not a valid choice.']}),
        ({"action": None}, {"action": ["This field may not be null."]}),
    ],
)
async def test_power_is_validated(desk: Desk, body: object, errors: object) -> None:
    got = await desk.call("POST", f"/servers/{desk.vps.server(12345).uuid}/power/", json=body)
    assert (got.status, got.body) == (400, errors)
    assert desk.vps.server(12345).status == "active"


async def test_a_fault_meets_an_action_in_this_dialect_too(desk: Desk) -> None:
    desk.vps.fault("lost_reply", action="reboot", server="web-server-01")
    path = f"/servers/{desk.vps.server(12345).uuid}/power/"
    assert not await desk.is_lost("POST", path, json={"action": "start"})
    assert await desk.is_lost("POST", path, json={"action": "restart"})
    assert desk.vps.server(12345).status == "rebooting"


async def test_resize(desk: Desk) -> None:
    path = f"/servers/{desk.vps.server(12345).uuid}/resize/"
    plan = (await desk.call("GET", "/plans/")).results[1]
    got = await desk.call("POST", path, json={"plan": plan["uuid"]})
    assert got.status == 200
    assert got.fields["plan"]["name"] == "Performance VPS"  # type: ignore[index]
    wrong = await desk.call("POST", path, json={"plan": "x"})
    assert (wrong.status, wrong.body) == (400, {"plan": ['Invalid pk "x" - object does not exist.']})


@pytest.mark.parametrize("kind", ["snapshot", "backup"])
async def test_copies_are_accepted(desk: Desk, kind: str) -> None:
    got = await desk.call("POST", f"/servers/{desk.vps.server(12345).uuid}/{kind}/")
    assert (got.status, got.fields["status"]) == (201, "in_progress")
    assert [call.action for call in desk.vps.calls(effect=True)] == [kind]


async def test_delete(desk: Desk) -> None:
    path = f"/servers/{desk.vps.server(12345).uuid}/"
    assert (await desk.call("DELETE", path)).status == 204
    assert (await desk.call("GET", path)).body == {"detail": "Not found."}
    assert not desk.vps.has(12345)


@pytest.mark.parametrize(
    ("path", "keys", "count"),
    [
        ("/plans/", "uuid name ram ram_unit cpu disk_space transfer monthly_price hourly_price", PLANS),
        ("/locations/", "id name country_name country_code is_active", 5),
        ("/operating-systems/", "uuid name versions", 4),
        ("/ssh-keys/", "uuid name fingerprint", 2),
    ],
)
async def test_the_catalogue(desk: Desk, path: str, keys: str, count: int) -> None:
    got = await desk.call("GET", path)
    assert got.fields["count"] == len(got.results) == count
    assert all(row.keys() == set(keys.split()) for row in got.results)


async def test_locations_have_integer_ids_and_are_active(desk: Desk) -> None:
    rows = (await desk.call("GET", "/locations/")).results
    assert [(row["id"], row["is_active"]) for row in rows] == [(number, True) for number in range(1, 6)]


async def test_systems_have_versions(desk: Desk) -> None:
    rows = (await desk.call("GET", "/operating-systems/")).results
    versions = {str(row["name"]): cast(list[dict[str, object]], row["versions"]) for row in rows}
    assert [version["name"] for version in versions["Debian"]] == ["Debian 11", "Debian 12"]
    assert len({version["uuid"] for found in versions.values() for version in found}) == 7


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/servers/12345/", 404),
        ("GET", "/servers/{uuid}", 404),
        ("POST", "/servers/{uuid}/reboot/", 404),
        ("GET", "/servers/{uuid}/power/", 405),
        ("PUT", "/servers/{uuid}/", 405),
        ("PATCH", "/servers/{uuid}/", 405),
        ("GET", "/servers/00000000-0000-0000-0000-000000000000/", 404),
        ("GET", "/account/me/", 200),
    ],
)
async def test_what_is_not_there(desk: Desk, method: str, path: str, status: int) -> None:
    path = path.replace("{uuid}", desk.vps.server(12345).uuid)
    assert (await desk.call(method, path)).status == status


async def test_permissions_hold_here_too(desk: Desk) -> None:
    reader = "vps_reads_and_no_more"
    desk.vps.add_token(reader, permissions=["servers:read"])
    uuid = desk.vps.server(12345).uuid
    for path in ("power", "resize", "snapshot", "backup"):
        assert (await desk.call("POST", f"/servers/{uuid}/{path}/", token=reader)).status == 403
    assert (await desk.call("GET", "/servers/", token=reader)).status == 200


async def test_both_dialects_at_once(desk: Desk) -> None:
    documented = "vps_documented_account"
    desk.vps.add_account(documented)
    desk.vps.add_server("theirs", token=documented)
    assert (await desk.call("GET", "/servers/", token=documented)).results[0]["name"] == "theirs"
    assert (await desk.call("GET", "/locations/", token=documented)).status == 404
    assert "uuid" in (await desk.call("GET", "/servers/")).results[0]
