"""The provider's vocabularies, each one row of functions: how to ask, and how to read the answer.

A further dialect is a further `Table`. `None` stands for a call the dialect doesn't have.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from bot.domain.servers import AccountInfo, Plan, Server, System
from bot.vps import documented, vendor
from bot.vps.values import Call, Choice, Page, PowerAnswer, ServerDraft
from bot.vps.wire import Response

T = TypeVar("T")


class Dialect(StrEnum):
    """Which vocabulary an account's API speaks; kept per workspace."""

    DOCUMENTED = "documented"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[T]):
    """A list the dialect offers: how to ask for it, and what one of its rows is."""

    call: Callable[[], Call]
    row: Callable[[object], T]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One dialect. The first part makes calls, the second reads JSON and raises `ProviderError` UNREADABLE."""

    list_servers: Callable[[str | None, str | None], Call]
    filters: bool
    """Whether the provider filters the list itself."""
    read_server: Callable[[str], Call]
    create: Callable[[ServerDraft], Call]
    replace: Callable[[str, str, str, bool], Call] | None
    edit: Callable[[str, str | None, str | None, bool | None], Call] | None
    delete: Callable[[str], Call]
    power: Callable[[str, str], Call]
    list_plans: Callable[[str | None], Call]
    read_account: Callable[[], Call]

    page: Callable[[object], Page]
    server: Callable[[object], Server]
    plan: Callable[[object], Plan]
    power_answer: Callable[[Response], PowerAnswer]
    account: Callable[[object], AccountInfo]

    systems: Listing[tuple[System, ...]] | None = None
    locations: Listing[Choice] | None = None
    ssh_keys: Listing[Choice] | None = None


def recognised(rows: Iterable[object]) -> Dialect | None:
    """The dialect whose ids the rows of a list have; None when they tell nothing."""
    for row in rows:
        if isinstance(row, dict) and row.get("id") is not None:
            return Dialect.DOCUMENTED
        if isinstance(row, dict) and row.get("uuid") is not None:
            return Dialect.VENDOR
    return None


_DOCUMENTED = Table(
    list_servers=documented.list_servers,
    filters=True,
    read_server=documented.read_server,
    create=documented.create,
    replace=documented.replace,
    edit=documented.edit,
    delete=documented.delete,
    power=documented.power,
    list_plans=documented.list_plans,
    read_account=documented.read_account,
    page=documented.page,
    server=documented.server,
    plan=documented.plan,
    power_answer=documented.power_answer,
    account=documented.account,
)

_VENDOR = Table(
    list_servers=vendor.list_servers,
    filters=False,
    read_server=documented.read_server,
    create=vendor.create,
    replace=None,
    edit=None,
    delete=documented.delete,
    power=vendor.power,
    list_plans=vendor.list_plans,
    read_account=documented.read_account,
    page=documented.page,
    server=vendor.server,
    plan=vendor.plan,
    power_answer=vendor.power_answer,
    account=documented.account,
    systems=Listing(call=vendor.list_systems, row=vendor.systems),
    locations=Listing(call=vendor.list_locations, row=vendor.location),
    ssh_keys=Listing(call=vendor.list_ssh_keys, row=vendor.ssh_key),
)

TABLES: Mapping[Dialect, Table] = {Dialect.DOCUMENTED: _DOCUMENTED, Dialect.VENDOR: _VENDOR}
