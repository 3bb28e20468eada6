"""The dialect of the vendor's own clients (`vps-mcp`, `vpsdotorg` 0.1.0 on PyPI), over the same state.

Ids are UUIDs, a server has a hostname and no name, lists have pages, power is one call with an action.
"""

import json
import zlib
from collections.abc import Sequence
from urllib.parse import urlencode

from bot.sandbox.vps import checks
from bot.sandbox.vps.api import show_account
from bot.sandbox.vps.catalogue import LOCATIONS, PLANS, SSH_KEYS, SYSTEMS, Location, Plan, System, uuid_of
from bot.sandbox.vps.state import Server
from bot.sandbox.vps.wire import Answer, Ask, Refused, Route, charge, moment, not_found, refuse_power

_PAGE_SIZE = 20
_LARGEST_PAGE = 100
# The vendor's word → ours. How `hard_stop` differs isn't seen from outside.
_VERBS = {"start": "start", "stop": "stop", "restart": "reboot", "hard_stop": "stop"}
_PLANS = {plan.uuid: plan for plan in PLANS.values()}
_SYSTEMS = {system.uuid: system for system in SYSTEMS.values()}
_KEYS = {key.uuid: key for key in SSH_KEYS.values()}
_LOCATIONS = {place.id: place for place in LOCATIONS.values()}


def list_servers(ask: Ask) -> Answer:
    """The account's servers, a page of them."""
    return _paged(ask, [listed(server) for server in ask.account.listed(ask.at)])


def create_server(ask: Ask) -> Answer:
    """Buys one. Its password is told here and never again."""
    body = checks.checked(ask.body(), _CREATABLE, required=("hostname", "location", "plan", "os_version"))
    place, plan, system, keys = (body.get(key) for key in ("location", "plan", "os_version", "ssh_keys"))
    assert isinstance(place, Location)
    assert isinstance(plan, Plan)
    assert isinstance(system, System)
    if not plan.available or place.code not in plan.locations:
        raise Refused(400, {"plan": [f'Plan "{plan.name}" is not available in {place.name}.']})
    charge(ask.account, plan.price_monthly)
    hostname = str(body["hostname"])
    server = ask.state.create(
        ask.account,
        at=ask.at,
        name=hostname,
        hostname=hostname,
        plan=plan,
        os=system,
        location=place.code,
        ssh_keys=keys if isinstance(keys, tuple) else (),
    )
    password = f"pw-{zlib.crc32(server.uuid.encode()):08x}"
    return Answer(201, {**page(server), "password": password}, about=server.uuid)


def show_server(ask: Ask) -> Answer:
    """One server."""
    return Answer(200, page(_server(ask)))


def delete_server(ask: Ask) -> Answer:
    """In any status, for good."""
    ask.state.delete(ask.account, _server(ask))
    return Answer(204)


def power(ask: Ask) -> Answer:
    """`{"action": "start" | "stop" | "restart" | "hard_stop"}`."""
    server = _server(ask)
    word = checks.checked(ask.body(), {"action": checks.choice_of(_VERBS)}, required=("action",))["action"]
    verb = _VERBS[str(word)]
    refuse_power(server, verb)
    ask.state.power(ask.account, server, verb, ask.at)
    return Answer(200, {"detail": f"{word} requested"})


def resize(ask: Ask) -> Answer:
    """`{"plan": uuid}`: another size, at once."""
    server = _server(ask)
    plan = checks.checked(ask.body(), {"plan": _entry(_PLANS)}, required=("plan",))["plan"]
    assert isinstance(plan, Plan)
    server.plan = plan
    ask.state.touch(server, ask.at)
    return Answer(200, page(server))


def keep_copy(kind: str) -> Route:
    """`snapshot` or `backup`: accepted and noted on the server. Copies themselves are not modelled."""

    def handler(ask: Ask) -> Answer:
        server = _server(ask)
        ask.state.touch(server, ask.at)
        made = uuid_of(kind, f"{server.uuid}:{ask.at.isoformat()}")
        return Answer(201, {"uuid": made, "status": "in_progress", "created_at": moment(ask.at)})

    return Route("POST", f"/servers/{{uuid}}/{kind}/", kind, "servers:write", handler)


def list_plans(ask: Ask) -> Answer:
    """Sizes and prices."""
    return _paged(ask, [{**_sized(plan), **_priced(plan)} for plan in PLANS.values() if plan.available])


def list_locations(ask: Ask) -> Answer:
    """Data centres; their ids are integers in this dialect, too."""
    return _paged(
        ask,
        [
            {
                "id": place.id,
                "name": place.name,
                "country_name": place.country_name,
                "country_code": place.country_code,
                "is_active": True,
            }
            for place in LOCATIONS.values()
        ],
    )


def list_systems(ask: Ask) -> Answer:
    """Families of systems with their versions."""
    families = sorted({system.family for system in SYSTEMS.values()})
    return _paged(ask, [_family(name) for name in families])


def list_keys(ask: Ask) -> Answer:
    """The account's SSH keys."""
    keys = [{"uuid": key.uuid, "name": key.name, "fingerprint": key.fingerprint} for key in SSH_KEYS.values()]
    return _paged(ask, keys)


def action_of_power(raw: bytes) -> str:
    """What a power call is for: its body says it. "stop" for what makes no sense and will be refused."""
    try:
        body = json.loads(raw)
    except ValueError:
        return "stop"
    return _VERBS.get(str(body.get("action")) if isinstance(body, dict) else "", "stop")


ROUTES = (
    Route("GET", "/servers/", "list", "servers:read", list_servers),
    Route("POST", "/servers/", "create", "servers:write", create_server),
    Route("GET", "/servers/{uuid}/", "show", "servers:read", show_server),
    Route("DELETE", "/servers/{uuid}/", "delete", "servers:write", delete_server),
    Route("POST", "/servers/{uuid}/power/", "stop", "servers:write", power, action_of=action_of_power),
    Route("POST", "/servers/{uuid}/resize/", "resize", "servers:write", resize),
    keep_copy("snapshot"),
    keep_copy("backup"),
    Route("GET", "/plans/", "plans", None, list_plans),
    Route("GET", "/locations/", "locations", None, list_locations),
    Route("GET", "/operating-systems/", "systems", None, list_systems),
    Route("GET", "/ssh-keys/", "ssh_keys", None, list_keys),
    Route("GET", "/account/me/", "account", None, show_account),
)


def listed(server: Server) -> dict[str, object]:
    """A server as the list shows it: names only of where it is and what it runs on."""
    return {
        "uuid": server.uuid,
        "hostname": server.hostname,
        "status": server.status,
        "ipv4_addresses": [server.ip_address] if server.ip_address else [],
        "ipv6_addresses": [server.ipv6_address] if server.ipv6_address else [],
        "location_name": _place(server),
        "plan_name": server.plan.name if server.plan else None,
        "os_name": server.os.name if server.os else None,
        "deployed": server.status != "provisioning",
        "created_at": moment(server.created_at),
    }


def page(server: Server) -> dict[str, object]:
    """A server as its own page shows it: objects in place of the names."""
    shown = listed(server)
    for name in ("location_name", "plan_name", "os_name"):
        del shown[name]
    shown["location"] = {"name": _place(server)}
    shown["plan"] = _sized(server.plan) if server.plan else None
    shown["operating_system_version"] = {"name": server.os.name} if server.os else None
    return shown


def _paged(ask: Ask, rows: Sequence[object]) -> Answer:
    if ask.account.bare_lists:
        return Answer(200, list(rows))
    number, size = _number(ask, "page", 1), min(_number(ask, "page_size", _PAGE_SIZE), _LARGEST_PAGE)
    last = max(1, -(-len(rows) // size))
    if not 1 <= number <= last:
        raise Refused(404, {"detail": "Invalid page."})
    shown = list(rows[(number - 1) * size : number * size])
    following = _link(ask, number + 1) if number < last else None
    previous = _link(ask, number - 1) if number > 1 else None
    return Answer(200, {"count": len(rows), "next": following, "previous": previous, "results": shown})


def _number(ask: Ask, key: str, default: int) -> int:
    text = ask.query.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else default


def _link(ask: Ask, number: int) -> str:
    return f"{ask.origin}{ask.path}?{urlencode({**ask.query, 'page': number})}"


def _server(ask: Ask) -> Server:
    found = ask.account.find(ask.params["id"])
    if not found:
        raise not_found()
    return found


def _place(server: Server) -> str:
    known = LOCATIONS.get(server.location)
    return known.name if known else server.location


def _family(name: str) -> dict[str, object]:
    versions = [{"uuid": system.uuid, "name": system.name} for system in SYSTEMS.values() if system.family == name]
    return {"uuid": uuid_of("family", name), "name": name, "versions": versions}


def _sized(plan: Plan) -> dict[str, object]:
    return {
        "uuid": plan.uuid,
        "name": plan.name,
        "ram": plan.memory,
        "ram_unit": "MB",
        "cpu": plan.vcpus,
        "disk_space": plan.storage,
    }


def _priced(plan: Plan) -> dict[str, object]:
    return {
        "transfer": plan.bandwidth,
        "monthly_price": f"{plan.price_monthly:.2f}",
        "hourly_price": f"{plan.price_hourly:.3f}",
    }


def _entry(catalogue: dict[str, Plan] | dict[str, System]) -> checks.Check:
    def check(value: object) -> object:
        found = catalogue.get(value) if isinstance(value, str) else None
        if not found:
            raise ValueError(f'Invalid pk "{value}" - object does not exist.')
        return found

    return check


def _keys(value: object) -> object:
    if not isinstance(value, list):
        raise ValueError(f'Expected a list of items but got type "{type(value).__name__}".')
    unknown = [key for key in value if not isinstance(key, str) or key not in _KEYS]
    if unknown:
        raise ValueError(f'Invalid pk "{unknown[0]}" - object does not exist.')
    return tuple(_KEYS[key].id for key in value)


_CREATABLE: dict[str, checks.Check] = {
    "hostname": checks.hostname,
    "location": checks.entry_of(_LOCATIONS),
    "plan": _entry(_PLANS),
    "os_version": _entry(_SYSTEMS),
    "ssh_keys": _keys,
}
