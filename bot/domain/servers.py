"""A server as the provider describes it, and what its status means to a person."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """The statuses seen so far. The provider may answer others: a `Server.status` is any string."""

    ACTIVE = "active"
    STOPPED = "stopped"
    SUSPENDED = "suspended"
    PROVISIONING = "provisioning"
    STARTING = "starting"
    STOPPING = "stopping"
    REBOOTING = "rebooting"
    RESTORING = "restoring"


@dataclass(frozen=True, slots=True)
class Plan:
    """A size that can be rented. Memory in MB, storage and bandwidth in GB, prices in the account's currency."""

    id: str
    name: str
    vcpus: int | None = None
    memory_mb: int | None = None
    storage_gb: int | None = None
    bandwidth_gb: int | None = None
    price_monthly: float | None = None
    price_hourly: float | None = None
    available: bool = True
    locations: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """An operating system image."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Present use: CPU in percent, memory in MB, disk and traffic in GB. None where the provider says nothing."""

    cpu_percent: float | None = None
    memory_used_mb: float | None = None
    disk_used_gb: float | None = None
    bandwidth_used_gb: float | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """One server. `id` is opaque: an integer in one dialect of the provider, a UUID in the other."""

    id: str
    name: str
    status: str
    hostname: str = ""
    address: str | None = None
    ipv6: str | None = None
    location: str = ""
    plan: Plan | None = None
    system: System | None = None
    backups: bool | None = None
    usage: Usage | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    def __hash__(self) -> int:
        """Of the id alone: equal servers have equal ids, and a list is drawn from a cache keyed by its servers."""
        return hash(self.id)


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """Whose token it is and what it may do (`servers:read`, `servers:*`, `*:*`)."""

    email: str = ""
    company: str = ""
    token_name: str = ""
    permissions: tuple[str, ...] = field(default=())
