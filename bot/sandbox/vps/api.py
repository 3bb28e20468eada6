"""The documented dialect: nine calls on servers, `/plans/` and `/account/me/`."""

import zlib

from bot.sandbox.vps import checks
from bot.sandbox.vps.catalogue import LOCATIONS, PLANS, SSH_KEYS, SYSTEMS, Plan, SshKey, System
from bot.sandbox.vps.state import POWER, Server
from bot.sandbox.vps.wire import Answer, Ask, Handler, Refused, Route, charge, moment, not_found, refuse_power

_PROVISIONING = "Server is being provisioned. This may take 2-5 minutes."
_EDITABLE: dict[str, checks.Check] = {
    "name": checks.name,
    "hostname": checks.fqdn,
    "backups_enabled": checks.flag,
}
_CREATABLE: dict[str, checks.Check] = {
    **_EDITABLE,
    "plan_id": checks.entry_of(PLANS),
    "os_id": checks.entry_of(SYSTEMS),
    "location": checks.choice_of(LOCATIONS),
    "ssh_key_id": checks.entry_of(SSH_KEYS),
}


def list_servers(ask: Ask) -> Answer:
    """All servers, or those of a `status` and a `location`. What neither is known for gives none."""
    found = [
        listed(server)
        for server in ask.account.listed(ask.at)
        if ask.query.get("status", server.status) == server.status
        and ask.query.get("location", server.location) == server.location
    ]
    return Answer(200, {"count": len(found), "results": found})


def create_server(ask: Ask) -> Answer:
    """Buys one. The same call again buys another: names need not be unique."""
    body = checks.checked(ask.body(), _CREATABLE, required=("name", "plan_id", "os_id", "location"))
    plan, system, key = body["plan_id"], body["os_id"], body.get("ssh_key_id")
    assert isinstance(plan, Plan)
    assert isinstance(system, System)
    location = str(body["location"])
    if not plan.available or location not in plan.locations:
        raise Refused(400, {"plan_id": [f'Plan "{plan.name}" is not available in {location}.']})
    charge(ask.account, plan.price_monthly)
    server = ask.state.create(
        ask.account,
        at=ask.at,
        name=str(body["name"]),
        hostname=str(body.get("hostname", f"{body['name']}.example.com")),
        plan=plan,
        os=system,
        location=location,
        backups_enabled=body.get("backups_enabled") is True,
        ssh_keys=(key.id,) if isinstance(key, SshKey) else (),
    )
    created = {**listed(server), "backups_enabled": server.backups_enabled, "message": _PROVISIONING}
    return Answer(201, created, about=str(server.id))


def show_server(ask: Ask) -> Answer:
    """One server with what only its own page tells."""
    return Answer(200, page(_server(ask)))


def replace_server(ask: Ask) -> Answer:
    """PUT: all three fields, or it is refused."""
    return _edit(ask, required=tuple(_EDITABLE))


def edit_server(ask: Ask) -> Answer:
    """PATCH: any of the three."""
    return _edit(ask, required=())


def delete_server(ask: Ask) -> Answer:
    """In any status, for good."""
    ask.state.delete(ask.account, _server(ask))
    return Answer(204)


def power(verb: str) -> Handler:
    """The handler of `start`, `stop` or `reboot`. A body is ignored."""

    def handler(ask: Ask) -> Answer:
        server = _server(ask)
        refuse_power(server, verb)
        ask.state.power(ask.account, server, verb, ask.at)
        brief = {"id": server.id, "name": server.name, "status": server.status}
        return Answer(200, {"status": "success", "message": f"Server is {POWER[verb].via}", "server": brief})

    return handler


def list_plans(ask: Ask) -> Answer:
    """What can be rented, everywhere or in one `location`."""
    place = ask.query.get("location")
    found = [priced(plan) for plan in PLANS.values() if place is None or place in plan.locations]
    return Answer(200, {"count": len(found), "results": found})


def show_account(ask: Ask) -> Answer:
    """Whose token this is and what it may do."""
    account = {
        "email": ask.account.email,
        "first_name": "Robin",
        "last_name": "Miller",
        "company_name": "Example Inc.",
        "created_at": moment(ask.account.created_at),
    }
    token = {"name": ask.token.name, "permissions": list(ask.token.permissions)}
    return Answer(200, {"account": account, "token": token})


ROUTES = (
    Route("GET", "/servers/", "list", "servers:read", list_servers),
    Route("POST", "/servers/", "create", "servers:write", create_server),
    Route("GET", "/servers/{id}/", "show", "servers:read", show_server),
    Route("PUT", "/servers/{id}/", "replace", "servers:write", replace_server),
    Route("PATCH", "/servers/{id}/", "edit", "servers:write", edit_server),
    Route("DELETE", "/servers/{id}/", "delete", "servers:write", delete_server),
    Route("POST", "/servers/{id}/start/", "start", "servers:write", power("start")),
    Route("POST", "/servers/{id}/stop/", "stop", "servers:write", power("stop")),
    Route("POST", "/servers/{id}/reboot/", "reboot", "servers:write", power("reboot")),
    Route("GET", "/plans/", "plans", None, list_plans),
    Route("GET", "/account/me/", "account", None, show_account),
)


def listed(server: Server) -> dict[str, object]:
    """A server as the list shows it."""
    return {
        "id": server.id,
        "name": server.name,
        "hostname": server.hostname,
        "status": server.status,
        "ip_address": server.ip_address,
        "location": server.location,
        "plan": _sized(server.plan) if server.plan else None,
        "os": {"id": server.os.id, "name": server.os.name} if server.os else None,
        "created_at": moment(server.created_at),
        "updated_at": moment(server.updated_at),
    }


def priced(plan: Plan) -> dict[str, object]:
    """A plan as `/plans/` shows it."""
    return {
        "id": plan.id,
        "name": plan.name,
        "slug": plan.slug,
        "vcpus": plan.vcpus,
        "memory": plan.memory,
        "storage": plan.storage,
        "bandwidth": plan.bandwidth,
        "price_monthly": plan.price_monthly,
        "price_hourly": plan.price_hourly,
        "available": plan.available,
        "locations": list(plan.locations),
        "description": plan.description,
    }


def page(server: Server) -> dict[str, object]:
    """A server as its own page shows it."""
    plan = {**_sized(server.plan), "bandwidth": server.plan.bandwidth} if server.plan else None
    return {
        **listed(server),
        "ipv6_address": server.ipv6_address,
        "plan": plan,
        "backups_enabled": server.backups_enabled,
        "resource_usage": usage(server),
    }


def usage(server: Server) -> dict[str, object]:
    """CPU in percent, memory in MB, disk and bandwidth in GB: always the same for the same server and status."""
    noise = zlib.crc32(f"usage:{server.id}".encode())
    cpu, memory, disk, traffic = (((noise >> shift) & 0xFF) / 255 for shift in (0, 8, 16, 24))
    plan = server.plan or PLANS[1]
    running = server.status == "active"
    return {
        "cpu_percent": round(3 + 72 * cpu**2, 1) if running else 0.0,
        "memory_used": round(plan.memory * (0.25 + 0.6 * memory)) if running else 0,
        "disk_used": 0 if server.status == "provisioning" else round(plan.storage * (0.08 + 0.7 * disk), 1),
        "bandwidth_used": 0 if server.status == "provisioning" else round(plan.bandwidth * (0.02 + 0.4 * traffic), 1),
    }


def _server(ask: Ask) -> Server:
    found = ask.account.find(ask.params["id"])
    if not found:
        raise not_found()
    return found


def _edit(ask: Ask, *, required: tuple[str, ...]) -> Answer:
    server = _server(ask)
    values = checks.checked(ask.body(), _EDITABLE, required=required)
    for field, value in values.items():
        setattr(server, field, value)
    if values:
        ask.state.touch(server, ask.at)
    return Answer(200, page(server))


def _sized(plan: Plan) -> dict[str, object]:
    sizes = {"vcpus": plan.vcpus, "memory": plan.memory, "storage": plan.storage}
    return {"id": plan.id, "name": plan.name, **sizes}
