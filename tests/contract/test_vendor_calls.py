"""The vendor's dialect: what goes over the wire, and what its own shapes become."""

from datetime import UTC, datetime

import pytest

from bot.domain.servers import Plan, Server, System
from bot.vps.client import Choice, PowerAnswer, ProviderAccount, ServerDraft
from bot.vps.dialects import TABLES, Dialect
from bot.vps.errors import ProviderError, Trouble

from .conftest import TOKEN, Clients
from .raw_provider import RawProvider, answer, closes, html
from .samples import Ask, page

VENDOR = TABLES[Dialect.VENDOR]
ROW: dict[str, object] = {
    "uuid": "7d4b6a0e-1",
    "hostname": "web01.example.com",
    "status": "active",
    "ipv4_addresses": ["203.0.113.10", "203.0.113.99"],
    "ipv6_addresses": ["2001:db8::10"],
    "location_name": "US West",
    "plan_name": "Standard VPS",
    "os_name": "Debian 12",
    "deployed": True,
    "created_at": "2025-01-10T14:30:00Z",
}
DRAFT = ServerDraft("web-3", "b1d2", "c3d4", "2", ssh_key_id="e5f6")

REQUESTS: dict[str, tuple[Ask, bytes, str, object]] = {
    "list": (lambda a: a.servers(), answer(200, page()), "GET /api/v1/servers/?page=1&page_size=100", None),
    "create": (
        lambda a: a.create(DRAFT),
        answer(201, ROW),
        "POST /api/v1/servers/",
        {"hostname": "web-3", "location": 2, "plan": "b1d2", "os_version": "c3d4", "ssh_keys": ["e5f6"]},
    ),
    "start": (lambda a: a.start("7d4b"), answer(200), "POST /api/v1/servers/7d4b/power/", {"action": "start"}),
    "stop": (lambda a: a.stop("7d4b"), answer(200), "POST /api/v1/servers/7d4b/power/", {"action": "stop"}),
    "reboot": (lambda a: a.reboot("7d4b"), answer(202), "POST /api/v1/servers/7d4b/power/", {"action": "restart"}),
    "delete": (lambda a: a.delete("7d4b"), answer(204), "DELETE /api/v1/servers/7d4b/", None),
}


@pytest.fixture
def account(clients: Clients) -> ProviderAccount:
    """An account whose API speaks the vendor's dialect."""
    return clients.client().account(TOKEN, Dialect.VENDOR)


@pytest.mark.parametrize("case", REQUESTS)
async def test_a_call_is_exactly_this_request(case: str, account: ProviderAccount, provider: RawProvider) -> None:
    ask, reply, line, body = REQUESTS[case]
    provider.says(reply)
    await ask(account)
    [heard] = provider.heard
    assert (f"{heard.method} {heard.target}", heard.json) == (line, body)


@pytest.mark.parametrize("case", [name for name in REQUESTS if name != "list"])
async def test_a_change_is_sent_once(case: str, account: ProviderAccount, provider: RawProvider) -> None:
    for step in (closes, html(200), answer(500)):
        provider.heard.clear()
        provider.says(step)
        with pytest.raises(ProviderError) as caught:
            await REQUESTS[case][0](account)
        assert caught.value.may_have_happened
        assert len(provider.heard) == 1


def test_a_row_of_the_list() -> None:
    assert VENDOR.server(ROW) == Server(
        id="7d4b6a0e-1",
        name="web01.example.com",
        status="active",
        hostname="web01.example.com",
        address="203.0.113.10",
        ipv6="2001:db8::10",
        location="US West",
        plan=Plan("", "Standard VPS"),
        system=System("", "Debian 12"),
        created_at=datetime(2025, 1, 10, 14, 30, tzinfo=UTC),
    )


def test_a_servers_own_page() -> None:
    details = {
        "uuid": "7d4b",
        "hostname": "web01",
        "ipv4_addresses": [{"address": "203.0.113.10"}],
        "location": {"name": "US West"},
        "plan": {"ram": 4, "ram_unit": "GB", "cpu": 2, "disk_space": 80},
        "operating_system_version": {"name": "Debian 12"},
        "password": "never looked at",
    }
    server = VENDOR.server(details)
    assert (server.address, server.location, server.status) == ("203.0.113.10", "US West", "unknown")
    assert server.plan == Plan("", "2 vCPU, 4096 MB, 80 GB", vcpus=2, memory_mb=4096, storage_gb=80)
    assert server.system == System("", "Debian 12")
    assert "never looked at" not in repr(server)


@pytest.mark.parametrize("missing", ["uuid", "hostname"])
def test_a_row_without_uuid_or_hostname_is_named(missing: str) -> None:
    with pytest.raises(ProviderError, match=f"has no server {missing}"):
        VENDOR.server({key: value for key, value in ROW.items() if key != missing})


async def test_the_answer_to_a_power_action_is_not_relied_on(account: ProviderAccount, provider: RawProvider) -> None:
    for body, message in ((b"", ""), (b"ok", ""), ({"detail": "restart requested"}, "restart requested")):
        provider.says(answer(200, body))
        assert await account.reboot("7d4b") == PowerAnswer(None, message)


async def test_the_catalogue(account: ProviderAccount, provider: RawProvider) -> None:
    plan = {"uuid": "b1", "ram": "4096", "ram_unit": "MB", "cpu": 2, "disk_space": 80, "transfer": 4000}
    prices = {"monthly_price": "5.00", "hourly_price": "0.007"}
    provider.says(answer(200, page(plan | prices)))
    assert await account.plans() == (Plan("b1", "2 vCPU, 4096 MB, 80 GB", 2, 4096, 80, 4000, 5.0, 0.007),)
    versions = [{"uuid": "c1", "name": "12"}, {"uuid": "c2", "name": "Debian 13"}]
    provider.says(answer(200, [{"uuid": "f1", "name": "Debian", "versions": versions}, {"name": "empty"}]))
    assert await account.systems() == (System("c1", "Debian 12"), System("c2", "Debian 13"))
    provider.says(answer(200, page({"id": 2, "name": "US West", "country_code": "US"})))
    assert await account.locations() == (Choice("2", "US West"),)
    provider.says(answer(200, page({"uuid": "e5", "name": "ann", "fingerprint": "x"})))
    assert await account.ssh_keys() == (Choice("e5", "ann"),)


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (ServerDraft("web-3", "b1", "c3", "2", backups=True), "can't switch backups on"),
        (ServerDraft("web-3", "b1", "c3", "2", hostname="other.example.com"), "one name"),
    ],
)
async def test_what_cannot_be_built_as_approved_is_not_sent(
    draft: ServerDraft, why: str, account: ProviderAccount, provider: RawProvider
) -> None:
    with pytest.raises(ProviderError, match=why) as caught:
        await account.create(draft)
    assert caught.value.trouble is Trouble.REFUSED
    assert provider.connections == 0
