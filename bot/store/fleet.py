"""The fleet as it was last seen, what changed, who follows which server, and when the next look is due."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.domain.fleet import Change, Own, Seen, What
from bot.domain.operations import NEW, Kind
from bot.domain.servers import Status
from bot.store.due import of_table
from bot.store.engine import Tx
from bot.store.fleet_tables import fleet_changes, follows, rounds, seen_servers
from bot.store.tables import operations

LOOK, DIGEST = "look", "digest"
"""The rounds there are."""

DUE = of_table(rounds, rounds.c.kind)
"""What is done again and again."""

KEPT_FOR = timedelta(days=8)
"""How long changes are remembered."""


@dataclass(frozen=True, slots=True)
class Round:
    """Something done again and again: when next, when last (None: never yet), and for which provider account."""

    due_at: datetime
    done_at: datetime | None
    account: str


@dataclass(frozen=True, slots=True)
class Follow:
    """A person who is told of one server's changes."""

    server_id: str
    server_name: str
    member: str


async def get_round(tx: Tx, workspace: str, kind: str) -> Round | None:
    """A round of this workspace."""
    row = (await tx.connection.execute(select(rounds).where(_round(workspace, kind)))).one_or_none()
    return Round(row.due_at, row.done_at, row.account) if row else None


async def plan_round(
    tx: Tx, workspace: str, kind: str, due_at: datetime, *, done_at: datetime | None = None, account: str = ""
) -> None:
    """Says when it is due next, in place of what was said before."""
    await drop_round(tx, workspace, kind)
    await tx.connection.execute(
        insert(rounds).values(workspace=workspace, kind=kind, due_at=due_at, done_at=done_at, account=account[:255])
    )


async def put_off_round(tx: Tx, workspace: str, kind: str, due_at: datetime) -> None:
    """Not now: it is due later, and nothing else changes."""
    await tx.connection.execute(update(rounds).where(_round(workspace, kind)).values(due_at=due_at))


async def rest_round(tx: Tx, workspace: str, kind: str, until: datetime) -> None:
    """Not before a time, if there is such a round."""
    sooner = _round(workspace, kind) & (rounds.c.due_at < until)
    await tx.connection.execute(update(rounds).where(sooner).values(due_at=until))


async def drop_round(tx: Tx, workspace: str, kind: str) -> None:
    """It isn't done any more."""
    await tx.connection.execute(delete(rounds).where(_round(workspace, kind)))


async def last_seen(tx: Tx, workspace: str) -> dict[str, Seen]:
    """The servers as the last look saw them, by id."""
    found = await tx.connection.execute(select(seen_servers).where(seen_servers.c.workspace == workspace))
    return {row.server_id: Seen(row.server_id, row.server_name, row.status, row.address, row.plan) for row in found}


async def remember(tx: Tx, workspace: str, before: Mapping[str, Seen], after: Mapping[str, Seen]) -> None:
    """Keeps what differs from `before`: most looks write nothing here."""
    differing = [each for each in after.values() if before.get(each.id) != each]
    outdated = [each for each in before if each not in after] + [each.id for each in differing if each.id in before]
    for start in range(0, len(outdated), 500):  # databases take so many parameters and no more
        some = outdated[start : start + 500]
        await tx.connection.execute(
            delete(seen_servers).where(seen_servers.c.workspace == workspace, seen_servers.c.server_id.in_(some))
        )
    rows = [
        {
            "workspace": workspace,
            "server_id": each.id,
            "server_name": each.name,
            "status": each.status,
            "address": each.address,
            "plan": each.plan,
        }
        for each in differing
    ]
    if rows:
        await tx.connection.execute(insert(seen_servers), rows)


async def note_changes(tx: Tx, workspace: str, look: str, found: Sequence[tuple[str, Change]], now: datetime) -> None:
    """Keeps what a look found, each with an id, and forgets what is too old to be told."""
    old = fleet_changes.c.found_at < now - KEPT_FOR
    await tx.connection.execute(delete(fleet_changes).where(fleet_changes.c.workspace == workspace, old))
    rows = [
        {
            "workspace": workspace,
            "id": id_,
            "look": look,
            "found_at": now,
            "server_id": each.server_id,
            "server_name": each.server_name,
            "what": each.what,
            "was": each.was,
            "became": each.became,
            "by": each.by,
        }
        for id_, each in found
    ]
    if rows:
        await tx.connection.execute(insert(fleet_changes), rows)


async def changes_of(tx: Tx, workspace: str, look: str) -> tuple[Change, ...]:
    """What one look found."""
    query = select(fleet_changes).where(fleet_changes.c.workspace == workspace, fleet_changes.c.look == look)
    return tuple(_change(row) for row in await tx.connection.execute(query.order_by(fleet_changes.c.id)))


async def made_elsewhere(tx: Tx, workspace: str, since: datetime) -> tuple[Change, ...]:
    """What was changed since a time that nobody asked for here, newest first."""
    query = select(fleet_changes).where(
        fleet_changes.c.workspace == workspace, fleet_changes.c.found_at >= since, fleet_changes.c.by == ""
    )
    return tuple(_change(row) for row in await tx.connection.execute(query.order_by(fleet_changes.c.id.desc())))


async def own_since(tx: Tx, workspace: str, since: datetime) -> tuple[Own, ...]:
    """The bot's own changes: those that were called, a stop before a deletion too, and are open or ended since a time.

    A creation that ended without its server explains none: not even who asked for it knows whether one is its own.
    """
    lost = (operations.c.kind == Kind.CREATE) & operations.c.server_id.startswith(NEW, autoescape=True)
    # A deletion that began with a stop, and whose own call is still to come.
    stopped = operations.c.not_before.is_not(None) & (operations.c.seen_status == Status.STOPPED)
    found = await tx.connection.execute(
        select(operations).where(
            operations.c.workspace == workspace,
            operations.c.called_at.is_not(None) | stopped,
            operations.c.ended_at.is_(None) | ((operations.c.ended_at >= since) & ~lost),
        )
    )
    return tuple(Own(row.kind, row.server_id, row.server_name, row.requester) for row in found)


async def follow(tx: Tx, workspace: str, who: Follow, now: datetime) -> bool:
    """Tells a person of a server's changes from now on; False when that was so already."""
    known = await unfollow(tx, workspace, who.server_id, who.member)
    await tx.connection.execute(
        insert(follows).values(
            workspace=workspace,
            server_id=who.server_id,
            member=who.member,
            server_name=who.server_name[:255],
            since=now,
        )
    )
    return not known


async def unfollow(tx: Tx, workspace: str, server_id: str, member: str) -> bool:
    """Tells them no more; False when they weren't."""
    done = await tx.connection.execute(
        delete(follows).where(
            follows.c.workspace == workspace, follows.c.server_id == server_id, follows.c.member == member
        )
    )
    return done.rowcount > 0


async def forget_follows(tx: Tx, workspace: str, server_ids: Iterable[str]) -> None:
    """These servers are gone: nobody follows them any more."""
    gone = list(server_ids)
    await tx.connection.execute(delete(follows).where(follows.c.workspace == workspace, follows.c.server_id.in_(gone)))


async def followers(tx: Tx, workspace: str) -> tuple[Follow, ...]:
    """Who follows which server."""
    query = select(follows).where(follows.c.workspace == workspace).order_by(follows.c.server_name, follows.c.member)
    return tuple(Follow(row.server_id, row.server_name, row.member) for row in await tx.connection.execute(query))


def _round(workspace: str, kind: str) -> Any:
    return (rounds.c.workspace == workspace) & (rounds.c.kind == kind)


def _change(row: Any) -> Change:
    return Change(row.server_id, row.server_name, What(row.what), row.was, row.became, row.by)
