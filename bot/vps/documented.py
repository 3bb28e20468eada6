"""The documented dialect: the paths and shapes of the provider's API documentation. Pure."""

from bot.domain.servers import AccountInfo, Plan, Server, System, Usage
from bot.vps.address import segment
from bot.vps.answers import json_of
from bot.vps.errors import unreadable
from bot.vps.fields import flag, identity, mapping, moment, number, required, text, texts, whole
from bot.vps.values import Call, Page, PowerAnswer, ServerDraft
from bot.vps.wire import Response

# A server whose status isn't told is shown so; the documentation knows no such status.
_NO_STATUS = "unknown"


def list_servers(status: str | None, location: str | None) -> Call:
    """`GET /servers/`, filtered by the provider."""
    query = (("status", status), ("location", location))
    return Call("GET", "/servers/", tuple((name, value) for name, value in query if value))


def read_server(server_id: str) -> Call:
    """`GET /servers/{id}/`."""
    return Call("GET", _server_path(server_id))


def create(draft: ServerDraft) -> Call:
    """`POST /servers/`. What is empty is left out, so the provider's own defaults hold."""
    body: dict[str, object] = {
        "name": draft.name,
        "plan_id": _number_if_it_is_one(draft.plan_id),
        "os_id": _number_if_it_is_one(draft.system_id),
        "location": draft.location,
        "backups_enabled": draft.backups,
    }
    if draft.hostname:
        body["hostname"] = draft.hostname
    if draft.ssh_key_id:
        body["ssh_key_id"] = _number_if_it_is_one(draft.ssh_key_id)
    return Call("POST", "/servers/", json=body)


def replace(server_id: str, name: str, hostname: str, backups: bool) -> Call:
    """`PUT /servers/{id}/`: all three are required."""
    body = {"name": name, "hostname": hostname, "backups_enabled": backups}
    return Call("PUT", _server_path(server_id), json=body)


def edit(server_id: str, name: str | None, hostname: str | None, backups: bool | None) -> Call:
    """`PATCH /servers/{id}/`: only what is given."""
    body = {"name": name, "hostname": hostname, "backups_enabled": backups}
    return Call("PATCH", _server_path(server_id), json={key: value for key, value in body.items() if value is not None})


def delete(server_id: str) -> Call:
    """`DELETE /servers/{id}/`."""
    return Call("DELETE", _server_path(server_id))


def power(server_id: str, action: str) -> Call:
    """`POST /servers/{id}/start|stop|reboot/`, without a body."""
    return Call("POST", f"{_server_path(server_id)}{action}/")


def list_plans(location: str | None) -> Call:
    """`GET /plans/`."""
    return Call("GET", "/plans/", (("location", location),) if location else ())


def read_account() -> Call:
    """`GET /account/me/`, open to any live token."""
    return Call("GET", "/account/me/")


def page(body: object) -> Page:
    """`{count, results, next?}`, or a bare array. Raises UNREADABLE."""
    if isinstance(body, list):
        return Page(tuple(body))
    if isinstance(body, dict) and isinstance(body.get("results"), list):
        return Page(tuple(body["results"]), body.get("next"))
    raise unreadable("answer is no list (no results)")


def server(body: object) -> Server:
    """A server, from a list, its own page or the answer to its creation. Raises UNREADABLE: no id, no name."""
    row = mapping(body)
    return Server(
        id=identity(row.get("id"), "server id"),
        name=required(row.get("name"), "server name"),
        status=text(row.get("status")) or _NO_STATUS,
        hostname=text(row.get("hostname")) or "",
        address=text(row.get("ip_address")),
        ipv6=text(row.get("ipv6_address")),
        location=place(row.get("location")),
        plan=_plan_of_server(row.get("plan")),
        system=_system_of_server(row.get("os")),
        backups=flag(row.get("backups_enabled")),
        usage=_usage(row.get("resource_usage")),
        created_at=moment(row.get("created_at")),
        updated_at=moment(row.get("updated_at")),
    )


def plan(body: object) -> Plan:
    """A plan of the catalogue. Raises UNREADABLE: no id, no name."""
    row = mapping(body)
    return _plan(row, identity(row.get("id"), "plan id"), required(row.get("name"), "plan name"))


def power_answer(response: Response) -> PowerAnswer:
    """`{status, message, server: {id, name, status}}`; the outer status only says that it was accepted."""
    body = json_of(response)
    if not isinstance(body, dict):
        raise unreadable("answer to a power action is no object")
    return PowerAnswer(status=text(mapping(body.get("server")).get("status")), message=text(body.get("message")) or "")


def account(body: object) -> AccountInfo:
    """`{account: {…}, token: {…}}`. Raises UNREADABLE when neither is there."""
    row = mapping(body)
    owner, token = row.get("account"), row.get("token")
    if not isinstance(owner, dict) and not isinstance(token, dict):
        raise unreadable("answer has no account and no token")
    return AccountInfo(
        email=text(mapping(owner).get("email")) or "",
        company=text(mapping(owner).get("company_name")) or "",
        token_name=text(mapping(token).get("name")) or "",
        permissions=texts(mapping(token).get("permissions")),
    )


def place(value: object) -> str:
    """A location's code, also where an object stands in its place."""
    row = mapping(value)
    return text(value) or text(row.get("code")) or text(row.get("name")) or text(row.get("id")) or ""


def _server_path(server_id: str) -> str:
    return f"/servers/{segment(server_id)}/"


def _number_if_it_is_one(value: str) -> int | str:
    """Ids are integers here. Another one goes out as it is: the provider's refusal names the field."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else value


def _plan_of_server(value: object) -> Plan | None:
    """Inside a server a plan is description, not catalogue: whatever is told of it is taken."""
    row = mapping(value)
    plan_id, name = text(row.get("id")), text(row.get("name")) or text(value)
    return _plan(row, plan_id or "", name or plan_id or "") if plan_id or name else None


def _system_of_server(value: object) -> System | None:
    row = mapping(value)
    system_id, name = text(row.get("id")), text(row.get("name")) or text(value)
    return System(system_id or "", name or system_id or "") if system_id or name else None


def _plan(row: object, plan_id: str, name: str) -> Plan:
    told = mapping(row)
    available = flag(told.get("available"))
    return Plan(
        id=plan_id,
        name=name,
        vcpus=whole(told.get("vcpus")),
        memory_mb=whole(told.get("memory")),
        storage_gb=whole(told.get("storage")),
        bandwidth_gb=whole(told.get("bandwidth")),
        price_monthly=number(told.get("price_monthly")),
        price_hourly=number(told.get("price_hourly")),
        available=True if available is None else available,
        locations=texts(told.get("locations")),
        description=text(told.get("description")) or "",
    )


def _usage(value: object) -> Usage | None:
    row = mapping(value)
    if not row:
        return None
    return Usage(
        cpu_percent=number(row.get("cpu_percent")),
        memory_used_mb=number(row.get("memory_used")),
        disk_used_gb=number(row.get("disk_used")),
        bandwidth_used_gb=number(row.get("bandwidth_used")),
    )
