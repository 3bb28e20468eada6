"""The fleet an account begins with: the documentation's two servers and ten more of a believable company."""

from collections.abc import Mapping
from dataclasses import fields as fields_of
from datetime import UTC, datetime, timedelta

from bot.sandbox.vps.catalogue import LOCATIONS, PLANS, SYSTEMS, Plan, System, uuid_of
from bot.sandbox.vps.state import Account, Server, State, ipv6_of

# name, hostname, status, location, plan, system, last byte of the address, days since created, days since changed
_FLEET = (
    ("web-server-01", "web01.example.com", "active", "us-west", 1, 5, 10, 0, 0),
    ("db-server-01", "db01.example.com", "active", "us-east", 2, 3, 11, 0, 0),
    ("web-server-02", "web02.example.com", "active", "us-west", 1, 5, 12, 412, 36),
    ("web-server-03", "web03.example.com", "active", "eu-central", 1, 6, 13, 230, 12),
    ("api-01", "api01.example.com", "active", "us-east", 2, 6, 21, 388, 5),
    ("api-02", "api02.example.com", "active", "eu-central", 2, 6, 22, 188, 5),
    ("worker-1", "worker1.example.com", "active", "us-east", 4, 3, 31, 301, 20),
    ("cache-01", "cache01.example.com", "active", "us-east", 1, 3, 41, 301, 64),
    ("staging-web", "staging.example.com", "active", "ap-southeast", 3, 6, 51, 97, 2),
    ("build-runner", "builds.example.com", "active", "eu-central", 4, 7, 61, 143, 1),
    ("mail-relay", "mail.example.com", "stopped", "us-west", 3, 2, 71, 690, 33),
    ("legacy-crm", "crm.example.com", "suspended", "us-east", 6, 1, 81, 1460, 81),
)
_DOCUMENTED_CREATED = datetime(2025, 1, 10, 14, 30, tzinfo=UTC)
_DOCUMENTED_UPDATED = datetime(2025, 1, 15, 10, 20, tzinfo=UTC)
_EDITABLE = {f.name for f in fields_of(Server)} - {"id", "uuid", "turn", "ssh_keys"}
_TEXTS = ("name", "hostname", "status", "location")


def fill(state: State, account: Account) -> None:
    """Gives the account the default fleet. Ids are new ones; in the first account they are the documentation's."""
    now = state.clock.now().replace(microsecond=0)
    for name, hostname, status, location, plan, system, byte, created, updated in _FLEET:
        server = blank(state, name)
        server.hostname, server.status, server.location = hostname, status, location
        server.plan, server.os = PLANS[plan], SYSTEMS[system]
        server.ip_address = f"203.0.113.{byte}"
        server.created_at, server.updated_at = now - timedelta(days=created), now - timedelta(days=updated)
        if not created:
            server.created_at = min(_DOCUMENTED_CREATED, now - timedelta(days=30))
            server.updated_at = server.created_at + (_DOCUMENTED_UPDATED - _DOCUMENTED_CREATED)
        server.backups_enabled = name.startswith(("db", "mail", "legacy"))
        state.add(account, server)


def blank(state: State, name: str, server_id: int | None = None) -> Server:
    """An active server with nothing special about it, 90 days old, in no account yet."""
    id_ = state.new_id() if server_id is None else server_id
    created = state.clock.now().replace(microsecond=0) - timedelta(days=90)
    return Server(
        id=id_,
        uuid=uuid_of("server", id_),
        name=name,
        hostname=f"{name}.example.com",
        status="active",
        location=next(iter(LOCATIONS)),
        plan=PLANS[1],
        os=SYSTEMS[5],
        created_at=created,
        updated_at=created + timedelta(days=5),
        ip_address=state.new_address(),
        ipv6_address=ipv6_of(id_),
    )


def assign(server: Server, fields: Mapping[str, object]) -> None:
    """Sets any fields, in the documentation's names, without the API's validation.

    `plan` and `os` are an id of the catalogue, a whole object or None; times are datetimes or ISO texts with an offset.
    Raises ValueError (a sentence) for an unknown field or an impossible value, and then sets nothing.
    """
    values = {key: _value(key, given) for key, given in fields.items()}
    for key, value in values.items():
        setattr(server, key, value)


def _value(key: str, given: object) -> object:
    if key not in _EDITABLE:
        raise ValueError(f"a server has no field {key!r}; there are: {', '.join(sorted(_EDITABLE))}")
    if key == "plan":
        return _plan(given)
    if key == "os":
        return _system(given)
    if key in ("created_at", "updated_at"):
        return _time(key, given)
    if key == "backups_enabled":
        fits = isinstance(given, bool)
    else:
        fits = isinstance(given, str) or (given is None and key not in _TEXTS)
    if not fits:
        raise ValueError(f"{key} can't be {given!r}")
    return given


def _plan(given: object) -> Plan | None:
    if given is None or isinstance(given, Plan):
        return given
    if isinstance(given, int) and given in PLANS:
        return PLANS[given]
    if not isinstance(given, Mapping):
        raise ValueError(f"there is no plan {given!r}; there are: {', '.join(map(str, PLANS))}")
    numbers = {key: given.get(key, 0) for key in ("id", "vcpus", "memory", "storage", "bandwidth")}
    if not all(isinstance(number, int) for number in numbers.values()):
        raise ValueError("a plan's id, vcpus, memory, storage and bandwidth are integers")
    return Plan(name=str(given.get("name", "")), **numbers)


def _system(given: object) -> System | None:
    if given is None or isinstance(given, System):
        return given
    if isinstance(given, int) and given in SYSTEMS:
        return SYSTEMS[given]
    if isinstance(given, Mapping) and isinstance(given.get("id"), int):
        return System(given["id"], str(given.get("name", "")))
    raise ValueError(f"there is no system {given!r}; there are: {', '.join(map(str, SYSTEMS))}")


def _time(key: str, given: object) -> datetime:
    value = datetime.fromisoformat(given) if isinstance(given, str) else given
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError(f"{key} must be a time with its offset, like 2025-01-10T14:30:00Z")
    return value
