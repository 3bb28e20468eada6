"""What the local VPS.org rents out: plans, systems, locations, SSH keys. Constant, with ids in both dialects."""

import uuid
from dataclasses import dataclass

_NAMESPACE = uuid.UUID("6f0d9a2e-0c57-4b0f-8f8e-2f3d1d0c5a11")


def uuid_of(kind: str, key: object) -> str:
    """The id a thing has in the vendor's dialect. The same thing always gets the same one."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}:{key}"))


@dataclass(frozen=True, slots=True)
class Location:
    """A data centre: a code in the documented dialect, an integer in the vendor's."""

    id: int
    code: str
    name: str
    country_name: str
    country_code: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A size. Memory in MB, storage and bandwidth in GB, prices in dollars."""

    id: int
    name: str
    vcpus: int
    memory: int
    storage: int
    bandwidth: int = 4000
    price_monthly: float = 0.0
    locations: tuple[str, ...] = ()
    available: bool = True
    description: str = ""

    @property
    def slug(self) -> str:
        """Its name as the vendor's dialect writes it in addresses."""
        return self.name.lower().replace(" ", "-")

    @property
    def price_hourly(self) -> float:
        """A month has 720 hours, as in the documentation's example: 5.00 and 0.007."""
        return round(self.price_monthly / 720, 3)

    @property
    def uuid(self) -> str:
        """Its id in the vendor's dialect."""
        return uuid_of("plan", self.id)


@dataclass(frozen=True, slots=True)
class System:
    """An operating system image. `family` groups versions in the vendor's dialect."""

    id: int
    name: str

    @property
    def family(self) -> str:
        """What its versions have in common ("Ubuntu")."""
        return self.name.split()[0]

    @property
    def uuid(self) -> str:
        """Its id in the vendor's dialect."""
        return uuid_of("system", self.id)


@dataclass(frozen=True, slots=True)
class SshKey:
    """A public key the account has registered."""

    id: int
    name: str
    fingerprint: str

    @property
    def uuid(self) -> str:
        """Its id in the vendor's dialect."""
        return uuid_of("ssh-key", self.id)


LOCATIONS = {
    place.code: place
    for place in (
        Location(1, "us-west", "Los Angeles", "United States", "US"),
        Location(2, "us-east", "New York", "United States", "US"),
        Location(3, "eu-central", "Frankfurt", "Germany", "DE"),
        Location(4, "eu-west", "London", "United Kingdom", "GB"),
        Location(5, "ap-southeast", "Singapore", "Singapore", "SG"),
    )
}
_EVERYWHERE = tuple(LOCATIONS)

# 1 and 2 are the documentation's own examples of a server's plan.
PLANS = {
    plan.id: plan
    for plan in (
        Plan(1, "Standard VPS", 2, 4096, 80, 4000, 20.0, _EVERYWHERE, description="For most websites"),
        Plan(2, "Performance VPS", 4, 8192, 160, 5000, 40.0, _EVERYWHERE, description="For databases"),
        Plan(3, "Starter VPS", 1, 1024, 25, 1000, 5.0, _EVERYWHERE, description="To try things out"),
        Plan(4, "Compute VPS", 8, 16384, 320, 6000, 80.0, ("us-west", "us-east", "eu-central")),
        Plan(5, "Storage VPS", 2, 4096, 1000, 8000, 45.0, ("us-east", "eu-central")),
        Plan(6, "Legacy VPS", 1, 512, 20, 500, 4.0, ("us-east",), available=False),
    )
}

# 3 and 5 are the documentation's own examples.
SYSTEMS = {
    system.id: system
    for system in (
        System(1, "Ubuntu 20.04 LTS"),
        System(2, "Debian 11"),
        System(3, "Debian 12"),
        System(4, "AlmaLinux 9"),
        System(5, "Ubuntu 22.04 LTS"),
        System(6, "Ubuntu 24.04 LTS"),
        System(7, "Rocky Linux 9"),
    )
}

SSH_KEYS = {
    key.id: key
    for key in (
        SshKey(1, "ops@laptop", "SHA256:uN7b5eJ0xLq4h0mBq8rZ1n3y2T9cKd6vPfWsAiGgE1o"),
        SshKey(2, "deploy", "SHA256:4kQf1mY9wC7tZpXb2sHjV8rLdN0aEoUu6iTgR3yWx5M"),
    )
}
