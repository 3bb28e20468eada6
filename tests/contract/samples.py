"""The provider documentation's own examples, and every call that changes something."""

from collections.abc import Awaitable, Callable

from bot.vps.client import ProviderAccount, ServerDraft

Ask = Callable[[ProviderAccount], Awaitable[object]]

WEB: dict[str, object] = {
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
DB: dict[str, object] = {
    "id": 12346,
    "name": "db-server-01",
    "hostname": "db01.example.com",
    "status": "active",
    "ip_address": "203.0.113.11",
    "location": "us-east",
    "plan": {"id": 2, "name": "Performance VPS", "vcpus": 4, "memory": 8192, "storage": 160},
    "os": {"id": 3, "name": "Debian 12"},
}
WEB_DETAILS: dict[str, object] = WEB | {
    "ipv6_address": "2001:db8::10",
    "plan": {"id": 1, "name": "Standard VPS", "vcpus": 2, "memory": 4096, "storage": 80, "bandwidth": 4000},
    "backups_enabled": True,
    "resource_usage": {"cpu_percent": 15.5, "memory_used": 2048, "disk_used": 35, "bandwidth_used": 120},
}
PLAN: dict[str, object] = {
    "id": 1,
    "name": "Standard VPS",
    "slug": "standard",
    "vcpus": 2,
    "memory": 4096,
    "storage": 80,
    "bandwidth": 4000,
    "price_monthly": 5.00,
    "price_hourly": 0.007,
    "available": True,
    "locations": ["us-west", "us-east"],
    "description": "For most things",
}
ME: dict[str, object] = {
    "account": {
        "email": "ann@example.com",
        "first_name": "Ann",
        "last_name": "Other",
        "company_name": "Example Ltd",
        "created_at": "2024-01-01T00:00:00Z",
    },
    "token": {"name": "slack", "permissions": ["servers:*", "plans:read"]},
}


def page(*rows: object, **more: object) -> dict[str, object]:
    """`{count, results}` as the list calls answer."""
    return {"count": len(rows), "results": list(rows), **more}


def power(status: str, message: str) -> dict[str, object]:
    """What start, stop and reboot answer."""
    return {"status": "success", "message": message, "server": {"id": 12345, "name": "web-server-01", "status": status}}


DRAFT = ServerDraft(
    name="web-3",
    plan_id="1",
    system_id="5",
    location="us-west",
    hostname="web3.example.com",
    ssh_key_id="7",
    backups=True,
)

CHANGES: dict[str, Ask] = {
    "create": lambda account: account.create(DRAFT),
    "replace": lambda account: account.replace("12345", name="web-9", hostname="web9.example.com", backups=False),
    "edit": lambda account: account.edit("12345", name="web-9"),
    "delete": lambda account: account.delete("12345"),
    "start": lambda account: account.start("12345"),
    "stop": lambda account: account.stop("12345"),
    "reboot": lambda account: account.reboot("12345"),
}
READS: dict[str, Ask] = {
    "servers": lambda account: account.servers(),
    "server": lambda account: account.server("12345"),
    "plans": lambda account: account.plans(),
    "me": lambda account: account.me(),
}
