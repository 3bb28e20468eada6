"""What changed between two looks at a fleet, and which of it nobody made from here. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.kinds import CATALOG, Kind
from bot.domain.servers import Server, Status

FOLDED_FROM = 4
"""Servers that changed at once from which one message tells of all of them."""

PASSING = frozenset({Status.PROVISIONING, Status.STARTING, Status.STOPPING, Status.REBOOTING, Status.RESTORING})
"""On the way somewhere: what is told is where it ends."""


class What(StrEnum):
    """What can be other than before."""

    NEW = "new"
    GONE = "gone"
    STATUS = "status"
    NAME = "name"
    ADDRESS = "address"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Seen:
    """A server as a look saw it: the part that is compared."""

    id: str
    name: str
    status: str
    address: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is other than before. `by` is who asked for it here; empty: it was made elsewhere."""

    server_id: str
    server_name: str
    what: What
    was: str = ""
    became: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Own:
    """A change that the bot made, or is making: of which kind, to which server, for whom."""

    kind: str
    server_id: str
    server_name: str
    requester: str


# What each kind of change explains; which statuses, `_leads_to` says. One that isn't named here explains everything.
_EXPLAINS: Mapping[str, frozenset[What]] = {
    Kind.START: frozenset({What.STATUS}),
    Kind.STOP: frozenset({What.STATUS}),
    Kind.REBOOT: frozenset({What.STATUS}),
    Kind.DELETE: frozenset({What.STATUS, What.GONE}),
    Kind.CREATE: frozenset({What.NEW, What.STATUS}),
    Kind.RENAME: frozenset({What.NAME}),
    Kind.EDIT: frozenset({What.NAME}),
}


def seen(server: Server) -> Seen:
    """The part of a server that is compared, cut to what is kept."""
    plan = server.plan.name or server.plan.id if server.plan else ""
    return Seen(server.id, server.name[:255], server.status[:64], (server.address or "")[:255], plan[:255])


def remembered(before: Seen | None, now: Seen) -> Seen:
    """What the next look compares with: what wasn't told this time is remembered as it was.

    A server on its way keeps the status it came from; an address or plan that the list leaves out didn't change.
    """
    if before is None:
        return now
    on_its_way = now.status in PASSING and before.status not in PASSING
    return replace(
        now,
        status=before.status if on_its_way else now.status,
        address=now.address or before.address,
        plan=now.plan or before.plan,
    )


def changes(before: Mapping[str, Seen], now: Mapping[str, Seen], gone: Iterable[str]) -> tuple[Change, ...]:
    """What is other than before, by server. `gone` are those that the provider says it doesn't know any more."""
    found: list[Change] = []
    for server in now.values():
        known = before.get(server.id)
        found += _between(known, server) if known else [Change(server.id, server.name, What.NEW, "", server.status)]
    found += [Change(before[each].id, before[each].name, What.GONE, before[each].status) for each in gone]
    return tuple(found)


def in_turn(servers: Iterable[str], number: int, most: int) -> tuple[str, ...]:
    """So many of the servers, others at each number: after some of them, each had its turn."""
    row = sorted(servers)
    start = number * most % len(row) if row else 0
    return tuple((row + row)[start : start + min(most, len(row))])


def attributed(found: Iterable[Change], own: Iterable[Own]) -> tuple[Change, ...]:
    """The same, with who asked for what was asked for here."""
    mine = tuple(own)
    return tuple(replace(change, by=_by(change, mine)) for change in found)


def _between(before: Seen, now: Seen) -> list[Change]:
    after = remembered(before, now)
    pairs = [(What.NAME, before.name, now.name)]
    arrived = before.status in PASSING and after.status == Status.ACTIVE
    if not arrived and after.status not in PASSING:
        pairs.append((What.STATUS, before.status, after.status))
    if before.address:
        pairs.append((What.ADDRESS, before.address, after.address))
    if before.plan:
        pairs.append((What.PLAN, before.plan, after.plan))
    return [Change(now.id, now.name, what, was, became) for what, was, became in pairs if was != became]


def _by(change: Change, own: tuple[Own, ...]) -> str:
    for each in own:
        same = each.server_id == change.server_id
        if change.what is What.NEW and each.kind == Kind.CREATE and each.server_name == change.server_name:
            same = True  # a creation knows its server by name until the provider has given the id
        if same and _explains(each.kind, change):
            return each.requester
    return ""


def _explains(kind: str, change: Change) -> bool:
    if kind not in _EXPLAINS:
        return True
    leads_there = change.what is not What.STATUS or _leads_to(Kind(kind), change.became)
    return change.what in _EXPLAINS[kind] and leads_there


def _leads_to(kind: Kind, status: str) -> bool:
    """Whether a change of this kind ends in a status or passes it: a server that we stop is not suspended by that."""
    if kind is Kind.DELETE:  # it may begin with a stop, and how a server goes is not documented
        return status == Status.STOPPED or status not in set(Status)
    return status == CATALOG[kind].wanted or status in CATALOG[kind].passing
