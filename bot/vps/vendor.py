"""The dialect of the vendor's own clients (`vps-mcp` and `vpsdotorg` 0.1.0 on PyPI): their paths and shapes. Pure.

A server has a UUID and a host name, which stands for its name; it can't be renamed, and lists have pages.
"""

import dataclasses

from bot.domain.servers import Plan, Server, System
from bot.vps.address import segment
from bot.vps.answers import json_of, nothing_of
from bot.vps.errors import ProviderError, Trouble
from bot.vps.fields import identity, mapping, moment, number, required, text, whole
from bot.vps.values import Call, Choice, PowerAnswer, ServerDraft
from bot.vps.wire import Response

_LARGEST_PAGE = (("page", "1"), ("page_size", "100"))
_VERBS = {"start": "start", "stop": "stop", "reboot": "restart"}
_MEGABYTES = {"MB": 1, "MIB": 1, "GB": 1024, "GIB": 1024, "TB": 1024 * 1024, "TIB": 1024 * 1024}
_NO_STATUS = "unknown"


def list_servers(_status: str | None, _location: str | None) -> Call:
    """`GET /servers/`: this dialect has no filters, so what is asked for is picked out of the whole list."""
    return Call("GET", "/servers/", _LARGEST_PAGE)


def create(draft: ServerDraft) -> Call:
    """`POST /servers/`. Raises REFUSED, before anything is sent, for a draft that would be built otherwise than it
    was approved: this dialect knows one name and no backups."""
    if draft.hostname and draft.hostname != draft.name:
        raise ProviderError(Trouble.REFUSED, note="this provider gives a server one name: its host name")
    if draft.backups:
        raise ProviderError(Trouble.REFUSED, note="this provider can't switch backups on when a server is created")
    place = draft.location
    body: dict[str, object] = {
        "hostname": draft.name,
        "location": int(place) if place.isascii() and place.isdigit() and len(place) <= 18 else place,
        "plan": draft.plan_id,
        "os_version": draft.system_id,
    }
    if draft.ssh_key_id:
        body["ssh_keys"] = [draft.ssh_key_id]
    return Call("POST", "/servers/", json=body)


def power(server_id: str, action: str) -> Call:
    """`POST /servers/{uuid}/power/`."""
    return Call("POST", f"/servers/{segment(server_id)}/power/", json={"action": _VERBS[action]})


def list_plans(_location: str | None) -> Call:
    """`GET /plans/`; it doesn't say which location has which plan."""
    return Call("GET", "/plans/", _LARGEST_PAGE)


def list_systems() -> Call:
    """`GET /operating-systems/`."""
    return Call("GET", "/operating-systems/", _LARGEST_PAGE)


def list_locations() -> Call:
    """`GET /locations/`."""
    return Call("GET", "/locations/", _LARGEST_PAGE)


def list_ssh_keys() -> Call:
    """`GET /ssh-keys/`."""
    return Call("GET", "/ssh-keys/", _LARGEST_PAGE)


def server(body: object) -> Server:
    """A server; its list row names plan, system and location, its own page describes them.

    Raises UNREADABLE: no uuid, no hostname. The password, told once at creation, is not looked at.
    """
    row = mapping(body)
    return Server(
        id=identity(row.get("uuid"), "server uuid"),
        name=required(row.get("hostname"), "server hostname"),
        status=text(row.get("status")) or _NO_STATUS,
        hostname=text(row.get("hostname")) or "",
        address=_first(row.get("ipv4_addresses")),
        ipv6=_first(row.get("ipv6_addresses")),
        location=text(row.get("location_name")) or _name(row.get("location")) or "",
        plan=_plan_of_server(row),
        system=_system_of_server(row),
        created_at=moment(row.get("created_at")),
        updated_at=moment(row.get("updated_at")),
    )


def plan(body: object) -> Plan:
    """A plan of the catalogue, named after its sizes when it has no name. Raises UNREADABLE: no uuid."""
    row = mapping(body)
    return _plan(row, identity(row.get("uuid"), "plan uuid"), text(row.get("name")))


def power_answer(response: Response) -> PowerAnswer:
    """Accepted; the body is not relied on."""
    nothing_of(response)
    try:
        told = mapping(json_of(response))
    except ProviderError:
        return PowerAnswer(None, "")
    return PowerAnswer(None, text(told.get("detail")) or text(told.get("message")) or "")


def systems(body: object) -> tuple[System, ...]:
    """One family of systems as its versions, each with the family in its name."""
    row = mapping(body)
    family = text(row.get("name")) or ""
    versions = row.get("versions")
    found = [mapping(version) for version in versions] if isinstance(versions, list) else []
    return tuple(
        System(identity(version.get("uuid"), "system uuid"), _with_family(family, text(version.get("name")) or ""))
        for version in found
    )


def location(body: object) -> Choice:
    """`{id, name, country_name, …}`. Raises UNREADABLE: no id."""
    row = mapping(body)
    place_id = identity(row.get("id"), "location id")
    return Choice(place_id, text(row.get("name")) or place_id)


def ssh_key(body: object) -> Choice:
    """`{uuid, name, fingerprint}`. Raises UNREADABLE: no uuid."""
    row = mapping(body)
    key_id = identity(row.get("uuid"), "SSH key uuid")
    return Choice(key_id, text(row.get("name")) or key_id)


def _first(value: object) -> str | None:
    """The first address of a list of texts or of objects."""
    rows = value if isinstance(value, list) else [value]
    found = (text(row) or text(mapping(row).get("address")) or text(mapping(row).get("ip")) for row in rows)
    return next((address for address in found if address), None)


def _name(value: object) -> str | None:
    return text(value) or text(mapping(value).get("name"))


def _plan_of_server(row: object) -> Plan | None:
    told = mapping(row)
    inner = mapping(told.get("plan"))
    name = text(told.get("plan_name")) or _name(told.get("plan"))
    return _plan(inner, text(inner.get("uuid")) or "", name) if inner or name else None


def _system_of_server(row: object) -> System | None:
    told = mapping(row)
    version = told.get("operating_system_version")
    name = text(told.get("os_name")) or _name(version)
    return System(text(mapping(version).get("uuid")) or "", name) if name else None


def _plan(row: object, plan_id: str, name: str | None) -> Plan:
    told = mapping(row)
    size = number(told.get("ram"))
    unit = _MEGABYTES.get((text(told.get("ram_unit")) or "MB").upper())
    made = Plan(
        id=plan_id,
        name=name or "",
        vcpus=whole(told.get("cpu")),
        memory_mb=None if size is None or unit is None else whole(size * unit),
        storage_gb=whole(told.get("disk_space")),
        bandwidth_gb=whole(told.get("transfer")),
        price_monthly=number(told.get("monthly_price")),
        price_hourly=number(told.get("hourly_price")),
    )
    return made if made.name else _named_after_its_sizes(made)


def _named_after_its_sizes(plan: Plan) -> Plan:
    sizes = ((plan.vcpus, "vCPU"), (plan.memory_mb, "MB"), (plan.storage_gb, "GB"))
    name = ", ".join(f"{size} {unit}" for size, unit in sizes if size is not None) or plan.id or "unnamed"
    return dataclasses.replace(plan, name=name)


def _with_family(family: str, version: str) -> str:
    return version if family.lower() in version.lower() else f"{family} {version}".strip()
