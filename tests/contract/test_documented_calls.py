"""The documented dialect: what goes over the wire for each call, and what its documented answer becomes."""

from datetime import UTC, datetime

import pytest

from bot.domain.servers import AccountInfo, Plan, Server, System, Usage
from bot.vps.client import PowerAnswer, ProviderAccount, ServerDraft

from .conftest import TOKEN
from .raw_provider import RawProvider, answer
from .samples import CHANGES, DRAFT, ME, PLAN, WEB, WEB_DETAILS, Ask, page, power

THE_PLAN = Plan(id="1", name="Standard VPS", vcpus=2, memory_mb=4096, storage_gb=80)
THE_SERVER = Server(
    id="12345",
    name="web-server-01",
    status="active",
    hostname="web01.example.com",
    address="203.0.113.10",
    location="us-west",
    plan=THE_PLAN,
    system=System("5", "Ubuntu 22.04 LTS"),
    created_at=datetime(2025, 1, 10, 14, 30, tzinfo=UTC),
    updated_at=datetime(2025, 1, 15, 10, 20, tzinfo=UTC),
)

REQUESTS: dict[str, tuple[Ask, bytes, str, object]] = {
    "list": (lambda a: a.servers(), answer(200, page()), "GET /api/v1/servers/", None),
    "list, filtered": (
        lambda a: a.servers(status="active", location="us west&x=1"),
        answer(200, page()),
        "GET /api/v1/servers/?status=active&location=us+west%26x%3D1",
        None,
    ),
    "one server": (lambda a: a.server("12345"), answer(200, WEB), "GET /api/v1/servers/12345/", None),
    "plans": (lambda a: a.plans(), answer(200, page()), "GET /api/v1/plans/", None),
    "plans there": (lambda a: a.plans("us-east"), answer(200, page()), "GET /api/v1/plans/?location=us-east", None),
    "account": (lambda a: a.me(), answer(200, ME), "GET /api/v1/account/me/", None),
    "create": (
        CHANGES["create"],
        answer(201, WEB),
        "POST /api/v1/servers/",
        {
            "name": "web-3",
            "plan_id": 1,
            "os_id": 5,
            "location": "us-west",
            "hostname": "web3.example.com",
            "ssh_key_id": 7,
            "backups_enabled": True,
        },
    ),
    "create, only what is needed": (
        lambda a: a.create(ServerDraft("web-3", "1", "debian-12", "us-west")),
        answer(201, WEB),
        "POST /api/v1/servers/",
        {"name": "web-3", "plan_id": 1, "os_id": "debian-12", "location": "us-west", "backups_enabled": False},
    ),
    "replace": (
        CHANGES["replace"],
        answer(200, WEB),
        "PUT /api/v1/servers/12345/",
        {"name": "web-9", "hostname": "web9.example.com", "backups_enabled": False},
    ),
    "rename": (CHANGES["edit"], answer(200, WEB), "PATCH /api/v1/servers/12345/", {"name": "web-9"}),
    "backups off": (
        lambda a: a.edit("12345", backups=False),
        answer(200, WEB),
        "PATCH /api/v1/servers/12345/",
        {"backups_enabled": False},
    ),
    "delete": (CHANGES["delete"], answer(204), "DELETE /api/v1/servers/12345/", None),
    "start": (CHANGES["start"], answer(200, power("starting", "")), "POST /api/v1/servers/12345/start/", None),
    "stop": (CHANGES["stop"], answer(200, power("stopping", "")), "POST /api/v1/servers/12345/stop/", None),
    "reboot": (CHANGES["reboot"], answer(200, power("rebooting", "")), "POST /api/v1/servers/12345/reboot/", None),
    "an id that climbs": (lambda a: a.delete("../x"), answer(204), "DELETE /api/v1/servers/..%2Fx/", None),
    "an id with a query": (
        lambda a: a.delete("1/?a#c"),
        answer(204),
        "DELETE /api/v1/servers/1%2F%3Fa%23c/",
        None,
    ),
    "an id quoted already": (lambda a: a.delete("%2e%2e"), answer(204), "DELETE /api/v1/servers/%252e%252e/", None),
}


@pytest.mark.parametrize("case", REQUESTS)
async def test_a_call_is_exactly_this_request(case: str, account: ProviderAccount, provider: RawProvider) -> None:
    ask, reply, line, body = REQUESTS[case]
    provider.says(reply)
    await ask(account)
    [heard] = provider.heard
    assert f"{heard.method} {heard.target}" == line
    assert heard.json == body
    assert heard.headers["authorization"] == f"Bearer {TOKEN}"
    assert heard.headers["x-request-id"] == "call-1"
    assert heard.headers["accept"] == "application/json"


async def test_the_list_becomes_servers(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(200, page(WEB, {"id": 12346, "name": "db-server-01", "status": "dreaming"})))
    assert await account.servers() == (THE_SERVER, Server(id="12346", name="db-server-01", status="dreaming"))


async def test_one_server_has_more(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(200, WEB_DETAILS))
    found = await account.server("12345")
    assert (found.ipv6, found.backups) == ("2001:db8::10", True)
    assert found.plan is not None
    assert found.plan.bandwidth_gb == 4000
    assert found.usage == Usage(cpu_percent=15.5, memory_used_mb=2048, disk_used_gb=35, bandwidth_used_gb=120)


async def test_a_new_server_has_no_address_yet(account: ProviderAccount, provider: RawProvider) -> None:
    message = "Server is being provisioned. This may take 2-5 minutes."
    new = WEB | {"status": "provisioning", "ip_address": None, "backups_enabled": True, "message": message}
    provider.says(answer(201, new))
    created = await account.create(DRAFT)
    assert (created.id, created.status, created.address) == ("12345", "provisioning", None)


async def test_a_power_action_is_accepted_not_done(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(200, power("rebooting", "Server is rebooting")))
    assert await account.reboot("12345") == PowerAnswer("rebooting", "Server is rebooting")


async def test_the_catalogue_becomes_plans(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(200, page(PLAN)))
    [plan] = await account.plans()
    assert plan == Plan(
        "1", "Standard VPS", 2, 4096, 80, 4000, 5.0, 0.007, True, ("us-west", "us-east"), "For most things"
    )


async def test_the_account_says_what_the_token_may(account: ProviderAccount, provider: RawProvider) -> None:
    provider.says(answer(200, ME))
    assert await account.me() == AccountInfo("ann@example.com", "Example Ltd", "slack", ("servers:*", "plans:read"))


async def test_an_edit_of_nothing_is_a_mistake_of_ours(account: ProviderAccount, provider: RawProvider) -> None:
    with pytest.raises(ValueError, match="something to edit"):
        await account.edit("12345")
    assert provider.heard == []
