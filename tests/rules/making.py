"""Servers, operations and grants for the tables: what a case doesn't speak of stands here once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.operations import Kind, Operation, State
from bot.domain.roles import Account, Grant, Member, Role, SubjectKind
from bot.domain.servers import Server

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
POLL = timedelta(seconds=2)
LEASE = timedelta(seconds=20)


def ago(**span: float) -> datetime:
    """A moment before now."""
    return NOW - timedelta(**span)


def a_server(name: str = "web-1", status: str = "active", **more: Any) -> Server:
    """A server; its id is its name with `id-` before it unless given."""
    return replace(Server(id=f"id-{name}", name=name, status=status), **more)


def an_operation(kind: Kind = Kind.REBOOT, state: State = State.CALLING, **more: Any) -> Operation:
    """An operation that was called once, just now, and whose call may be under way for another 20 s."""
    made = Operation(
        id="op-1",
        workspace="T1",
        request="req-1",
        kind=kind,
        server_id="id-web-1",
        server_name="web-1",
        state=state,
        version=1,
        requester="U0OLGA",
        requested_at=NOW,
        due_at=NOW,
        called_at=NOW,
        lease_until=NOW + LEASE,
        calls=1,
    )
    return replace(made, **more)


def a_grant(
    role: Role,
    to: str = "U0OLGA",
    *,
    glob: str | None = None,
    until: datetime | None = None,
    kind: SubjectKind = SubjectKind.USER,
) -> Grant:
    """A grant by Ada."""
    return Grant(f"grant-{to}-{role}-{glob}", kind, to, role, glob, until, "U0ADA", ago(days=1))


def a_member(user: str = "U0OLGA", **account: Any) -> Member:
    """A person with an ordinary account, unless told otherwise."""
    return Member("T1", user, Account(**account))
