"""What goes into a call and comes out of it, where the domain has no word of its own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerDraft:
    """A server to be bought. Ids are opaque strings; `location` is the provider's code ("us-west")."""

    name: str
    plan_id: str
    system_id: str
    location: str
    hostname: str = ""
    ssh_key_id: str | None = None
    backups: bool = False


@dataclass(frozen=True, slots=True)
class PowerAnswer:
    """What the provider said to a start, stop or reboot: the server's status now, if told, and its sentence.

    It means *accepted*, never *done*.
    """

    status: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a draft can name by its id: a location, an SSH key."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call in a dialect's terms: `path` under the base URL, with its ids already quoted."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    json: object = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its rows as they came, and what the provider calls the next one (None at the end)."""

    rows: tuple[object, ...]
    next: object = None
