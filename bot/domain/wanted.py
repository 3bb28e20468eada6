"""What a server is to be: what is bought, or what it becomes; and what the contract lets names be. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from bot.domain.kinds import Kind
from bot.domain.servers import Server

LONGEST_NAME = 255
"""Characters of a name that we keep; the documentation names no limit."""

_NAME = re.compile(rf"[A-Za-z0-9-]{{1,{LONGEST_NAME}}}")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOSTNAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a server is to be. Ids are the provider's; the names beside them are what people were shown.

    `price`: a month, in the account's currency; None when it isn't known. `lifetime`: days until the requester is
    asked whether it may go, 0 for never; `zone`: where their days begin. `purpose`: what it is for; `owner`: whose
    it is, when it isn't the requester's. `was_*`: what an edit found. `backups` is None when it stays as it is.
    """

    name: str
    hostname: str = ""
    backups: bool | None = None
    plan: str = ""
    plan_name: str = ""
    system: str = ""
    system_name: str = ""
    location: str = ""
    location_name: str = ""
    ssh_key: str = ""
    price: float | None = None
    lifetime: int = 0
    purpose: str = ""
    was_hostname: str = ""
    was_backups: bool | None = None
    owner: str = ""
    zone: str = ""


def wanted_of(kept: Mapping[str, Any]) -> Wanted:
    """The value from its row; fields that this version doesn't know are left out."""
    known = {field.name for field in fields(Wanted)}
    return Wanted(**{name: value for name, value in kept.items() if name in known})


def is_name(text: str) -> bool:
    """Letters, digits and hyphens, as the provider's documentation says."""
    return _NAME.fullmatch(text) is not None


def is_hostname(text: str) -> bool:
    """A fully qualified domain name: two labels at least (RFC 1123, section 2.1)."""
    return _HOSTNAME.fullmatch(text) is not None


def acts(kind: Kind, wanted: Wanted | None) -> str:
    """What rules of the policy call a change: an edit that switches backups off is an act of its own."""
    off = kind is Kind.EDIT and wanted is not None and wanted.backups is False and wanted.was_backups is not False
    return "backups-off" if off else kind.value


def fits(server: Server, wanted: Wanted) -> bool:
    """Whether a server is what was to be bought: same name, plan, system and location, by id or by name."""
    plan, system = server.plan, server.system
    return (
        server.name.casefold() == wanted.name.casefold()
        and plan is not None
        and (plan.id == wanted.plan if plan.id else plan.name == wanted.plan_name)
        and system is not None
        and (system.id == wanted.system if system.id else system.name == wanted.system_name)
        and server.location in (wanted.location, wanted.location_name)
    )


def has_become(server: Server, wanted: Wanted) -> bool:
    """Whether a server has the values of an edit; the list tells no backups, its own page does."""
    return (
        server.name == wanted.name
        and (not wanted.hostname or server.hostname == wanted.hostname)
        and (wanted.backups is None or server.backups in (None, wanted.backups))
    )
