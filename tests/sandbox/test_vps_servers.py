"""The local VPS.org answers the documented dialect as VPS.org documents it."""

from collections.abc import AsyncIterator

import pytest

from .vps_desk import DRAFT, Desk, opened

ALL_THREE = {"name": "web-2", "hostname": "web2.example.com", "backups_enabled": True}


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with opened(fleet="default") as desk:
        yield desk


async def test_the_list_begins_with_the_documentations_own_servers(desk: Desk) -> None:
    got = await desk.call("GET", "/servers/")
    assert got.status == 200
    assert got.fields["count"] == len(got.results) == 12
    assert got.results[0] == {
        "id": 12345,
        "name": "web-server-01",
        "hostname": "web01.example.com",
        "status": "active",
        "ip_address": "203.0.113.10",
        "location": "us-west",
        "plan": {"id": 1, "name": "Standard VPS", "vcpus": 2, "memory": 4096, "storage": 80},
        "os": {"id": 5, "name": "Ubuntu 22.04 LTS"},
        "created_at": "2025-01-10T14:30:00Z",
        "updated_at": "2025-01-15T10:20:00Z",
    }
    second = got.results[1]
    assert (second["id"], second["name"], second["ip_address"]) == (12346, "db-server-01", "203.0.113.11")
    assert second["plan"] == {"id": 2, "name": "Performance VPS", "vcpus": 4, "memory": 8192, "storage": 160}
    assert second["os"] == {"id": 3, "name": "Debian 12"}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("status=stopped", ["mail-relay"]),
        ("status=suspended", ["legacy-crm"]),
        ("location=ap-southeast", ["staging-web"]),
        ("status=active&location=us-west", ["web-server-01", "web-server-02"]),
        ("status=active&location=nowhere", []),
        ("status=ACTIVE", []),
    ],
)
async def test_the_list_is_filtered(desk: Desk, query: str, names: list[str]) -> None:
    got = await desk.call("GET", f"/servers/?{query}")
    assert [row["name"] for row in got.results] == names
    assert got.fields["count"] == len(names)


async def test_only_a_servers_own_page_tells_the_rest(desk: Desk) -> None:
    row = (await desk.call("GET", "/servers/")).results[0]
    page = (await desk.call("GET", "/servers/12345/")).fields
    assert page.keys() - row.keys() == {"ipv6_address", "backups_enabled", "resource_usage"}
    assert page["plan"] == {**row["plan"], "bandwidth": 4000}  # type: ignore[dict-item]
    assert {key: page[key] for key in row if key != "plan"} == {key: row[key] for key in row if key != "plan"}


async def test_usage_is_believable_and_always_the_same(desk: Desk) -> None:
    for server in desk.vps.servers():
        page = (await desk.call("GET", f"/servers/{server.id}/")).fields
        usage = page["resource_usage"]
        assert isinstance(usage, dict)
        assert usage.keys() == {"cpu_percent", "memory_used", "disk_used", "bandwidth_used"}
        assert server.plan
        running = server.status == "active"
        assert 0 <= usage["cpu_percent"] <= 100
        assert (usage["cpu_percent"] > 0) is (usage["memory_used"] > 0) is running
        assert usage["memory_used"] <= server.plan.memory
        assert 0 < usage["disk_used"] <= server.plan.storage
        assert 0 < usage["bandwidth_used"] <= server.plan.bandwidth
        assert (await desk.call("GET", f"/servers/{server.id}/")).fields["resource_usage"] == usage


async def test_a_server_that_is_being_provisioned_uses_nothing(desk: Desk) -> None:
    server = desk.vps.add_server(status="provisioning")
    usage = (await desk.call("GET", f"/servers/{server.id}/")).fields["resource_usage"]
    assert usage == {"cpu_percent": 0, "memory_used": 0, "disk_used": 0, "bandwidth_used": 0}


async def test_a_created_server_is_provisioning_and_has_no_address(desk: Desk) -> None:
    got = await desk.call("POST", "/servers/", json={**DRAFT, "hostname": "w9.example.com", "backups_enabled": True})
    assert got.status == 201
    assert got.fields == {
        "id": 12357,
        "name": "web-9",
        "hostname": "w9.example.com",
        "status": "provisioning",
        "ip_address": None,
        "location": "us-west",
        "plan": {"id": 1, "name": "Standard VPS", "vcpus": 2, "memory": 4096, "storage": 80},
        "os": {"id": 5, "name": "Ubuntu 22.04 LTS"},
        "created_at": "2026-03-02T09:30:00Z",
        "updated_at": "2026-03-02T09:30:00Z",
        "backups_enabled": True,
        "message": "Server is being provisioned. This may take 2-5 minutes.",
    }


async def test_a_repeated_create_buys_twice(desk: Desk) -> None:
    first = (await desk.call("POST", "/servers/", json=DRAFT)).fields
    second = (await desk.call("POST", "/servers/", json=DRAFT)).fields
    assert first["id"] != second["id"]
    assert first["name"] == second["name"] == "web-9"


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"ssh_key_id": 2},
        {"hostname": "a.b.example.com", "backups_enabled": False},
        {"colour": "green"},
    ],
)
async def test_what_may_be_left_out_of_a_create(desk: Desk, more: dict[str, object]) -> None:
    assert (await desk.call("POST", "/servers/", json=DRAFT | more)).status == 201


REQUIRED = ["This field is required."]
INTEGER = ["A valid integer is required."]
ALPHANUMERIC = ["Name may only contain alphanumeric characters and hyphens."]
FQDN = ["Enter a valid fully qualified domain name."]


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"name": None}, {"name": ["This field may not be null."]}),
        ({"name": ""}, {"name": ["This field may not be blank."]}),
        ({"name": 7}, {"name": ["Not a valid string."]}),
        ({"name": "web_1"}, {"name": ALPHANUMERIC}),
        ({"name": "web 1"}, {"name": ALPHANUMERIC}),
        ({"name": "wéb"}, {"name": ALPHANUMERIC}),
        ({"name": "web-1\n"}, {"name": ALPHANUMERIC}),
        ({"name": "a" * 256}, {"name": ["Ensure this field has no more than 255 characters."]}),
        ({"plan_id": "1"}, {"plan_id": INTEGER}),
        ({"plan_id": True}, {"plan_id": INTEGER}),
        ({"plan_id": None}, {"plan_id": INTEGER}),
        ({"plan_id": 99}, {"plan_id": ['Invalid pk "99" - object does not exist.']}),
        ({"plan_id": 6}, {"plan_id": ['Plan "Legacy VPS" is not available in us-west.']}),
        ({"plan_id": 5}, {"plan_id": ['Plan "Storage VPS" is not available in us-west.']}),
        ({"os_id": 5.0}, {"os_id": INTEGER}),
        ({"os_id": 99}, {"os_id": ['Invalid pk "99" - object does not exist.']}),
        ({"location": "mars"}, {"location": ['"mars" is not a valid choice.']}),
        ({"location": 1}, {"location": ["Not a valid string."]}),
        ({"hostname": "web"}, {"hostname": FQDN}),
        ({"hostname": "-a.example.com"}, {"hostname": FQDN}),
        ({"hostname": "a..example.com"}, {"hostname": FQDN}),
        ({"hostname": None}, {"hostname": ["This field may not be null."]}),
        ({"backups_enabled": "true"}, {"backups_enabled": ["Must be a valid boolean."]}),
        ({"ssh_key_id": 3}, {"ssh_key_id": ['Invalid pk "3" - object does not exist.']}),
        ({"name": "x_y", "os_id": "5"}, {"name": ALPHANUMERIC, "os_id": INTEGER}),
    ],
)
async def test_a_create_is_validated(desk: Desk, change: dict[str, object], errors: dict[str, object]) -> None:
    got = await desk.call("POST", "/servers/", json=DRAFT | change)
    assert (got.status, got.body) == (400, errors)
    assert len(desk.vps.servers()) == 12


@pytest.mark.parametrize("field", ["name", "plan_id", "os_id", "location"])
async def test_a_create_needs_four_fields(desk: Desk, field: str) -> None:
    got = await desk.call("POST", "/servers/", json={key: value for key, value in DRAFT.items() if key != field})
    assert (got.status, got.body) == (400, {field: REQUIRED})


@pytest.mark.parametrize(
    ("sent", "status", "says"),
    [
        ({"data": b"{", "headers": {"Content-Type": "application/json"}}, 400, "JSON parse error"),
        ({"json": [1]}, 400, "Expected a dictionary"),
        ({"data": b"name=web", "headers": {"Content-Type": "text/plain"}}, 415, "Unsupported media type"),
        ({}, 400, "This field is required."),
    ],
)
async def test_a_body_must_be_a_json_object(desk: Desk, sent: dict[str, object], status: int, says: str) -> None:
    got = await desk.call("POST", "/servers/", **sent)  # type: ignore[arg-type]
    assert got.status == status
    assert says in str(got.body)


async def test_put_replaces_all_three(desk: Desk) -> None:
    got = await desk.call("PUT", "/servers/12345/", json=ALL_THREE)
    assert got.status == 200
    assert got.body == (await desk.call("GET", "/servers/12345/")).body
    assert {key: got.fields[key] for key in ALL_THREE} == ALL_THREE
    assert got.fields["updated_at"] == "2026-03-02T09:30:00Z"
    assert got.fields["created_at"] == "2025-01-10T14:30:00Z"


@pytest.mark.parametrize("field", list(ALL_THREE))
async def test_put_needs_all_three(desk: Desk, field: str) -> None:
    sent = {key: value for key, value in ALL_THREE.items() if key != field}
    got = await desk.call("PUT", "/servers/12345/", json=sent)
    assert (got.status, got.body) == (400, {field: REQUIRED})
    assert desk.vps.server(12345).name == "web-server-01"


@pytest.mark.parametrize("field", list(ALL_THREE))
async def test_patch_changes_what_is_sent(desk: Desk, field: str) -> None:
    before = (await desk.call("GET", "/servers/12345/")).fields
    got = await desk.call("PATCH", "/servers/12345/", json={field: ALL_THREE[field]})
    assert got.status == 200
    assert got.fields == {**before, field: ALL_THREE[field], "updated_at": "2026-03-02T09:30:00Z"}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_edits_are_validated(desk: Desk, method: str) -> None:
    wrong = {"name": "a b", "hostname": "x", "backups_enabled": 1}
    got = await desk.call(method, "/servers/12345/", json=wrong)
    expected = {"name": ALPHANUMERIC, "hostname": FQDN, "backups_enabled": ["Must be a valid boolean."]}
    assert (got.status, got.body) == (400, expected)
    assert desk.vps.server(12345).hostname == "web01.example.com"


async def test_an_empty_patch_changes_nothing(desk: Desk) -> None:
    version = desk.vps.version
    got = await desk.call("PATCH", "/servers/12345/", json={})
    assert got.status == 200
    assert got.fields["updated_at"] == "2025-01-15T10:20:00Z"
    assert desk.vps.version == version


async def test_delete_is_for_good(desk: Desk) -> None:
    got = await desk.call("DELETE", "/servers/12345/")
    assert (got.status, got.body) == (204, None)
    assert (await desk.call("DELETE", "/servers/12345/")).status == 404
    assert 12345 not in [row["id"] for row in (await desk.call("GET", "/servers/")).results]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/servers/99/"),
        ("PUT", "/servers/99/"),
        ("PATCH", "/servers/99/"),
        ("DELETE", "/servers/99/"),
        ("POST", "/servers/99/start/"),
        ("POST", "/servers/99/stop/"),
        ("POST", "/servers/99/reboot/"),
    ],
)
async def test_an_unknown_server_is_404(desk: Desk, method: str, path: str) -> None:
    got = await desk.call(method, path, json=ALL_THREE)
    assert (got.status, got.body) == (404, {"detail": "Not found."})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/servers"),
        ("POST", "/servers"),
        ("GET", "/servers/12345"),
        ("DELETE", "/servers/12345"),
        ("POST", "/servers/12345/reboot"),
        ("GET", "/plans"),
        ("GET", "/account/me"),
        ("GET", "/servers/web-server-01/"),
        ("GET", "//servers/"),
        ("GET", "/locations/"),
        ("GET", "/"),
    ],
)
async def test_every_path_ends_in_a_slash_and_no_other_exists(desk: Desk, method: str, path: str) -> None:
    got = await desk.call(method, path)
    assert got.status == 404
    assert "<h1>Not Found</h1>" in str(got.body)
    assert desk.vps.has(12345)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/servers/", "GET, POST"),
        ("POST", "/servers/12345/", "GET, PUT, PATCH, DELETE"),
        ("GET", "/servers/12345/reboot/", "POST"),
        ("POST", "/plans/", "GET"),
    ],
)
async def test_another_method_is_405(desk: Desk, method: str, path: str, allow: str) -> None:
    got = await desk.call(method, path)
    assert (got.status, got.headers["Allow"]) == (405, allow)
    assert got.body == {"detail": f'Method "{method}" not allowed.'}


async def test_plans_have_the_documented_fields(desk: Desk) -> None:
    got = await desk.call("GET", "/plans/")
    assert got.status == 200
    assert got.fields["count"] == len(got.results) == 6
    [starter] = [plan for plan in got.results if plan["name"] == "Starter VPS"]
    assert starter == {
        "id": 3,
        "name": "Starter VPS",
        "slug": "starter-vps",
        "vcpus": 1,
        "memory": 1024,
        "storage": 25,
        "bandwidth": 1000,
        "price_monthly": 5.0,
        "price_hourly": 0.007,
        "available": True,
        "locations": ["us-west", "us-east", "eu-central", "eu-west", "ap-southeast"],
        "description": "To try things out",
    }
    assert [plan["name"] for plan in got.results if not plan["available"]] == ["Legacy VPS"]


@pytest.mark.parametrize(("place", "ids"), [("us-west", [1, 2, 3, 4]), ("eu-central", [1, 2, 3, 4, 5]), ("mars", [])])
async def test_plans_of_a_location(desk: Desk, place: str, ids: list[int]) -> None:
    got = await desk.call("GET", f"/plans/?location={place}")
    assert [plan["id"] for plan in got.results] == ids


async def test_the_account_page_tells_whose_token_it_is(desk: Desk) -> None:
    got = await desk.call("GET", "/account/me/")
    account, token = got.fields["account"], got.fields["token"]
    assert isinstance(account, dict)
    assert account.keys() == {"email", "first_name", "last_name", "company_name", "created_at"}
    assert account["email"] == "ops@example.com"
    assert token == {"name": "token-1", "permissions": ["*:*"]}
