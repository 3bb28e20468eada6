"""Notes about servers: whose they are, until when, what for."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.domain.notes import Note, Notes
from bot.store.due import of_table
from bot.store.engine import Tx
from bot.store.fleet_tables import notes
from bot.store.resting import awake

DUE = of_table(notes, at=notes.c.ask_at)
"""Notes whose owners are to be asked."""


async def of_workspace(tx: Tx, workspace: str) -> Notes:
    """All notes of a workspace."""
    return Notes(_note(row) for row in await tx.connection.execute(select(notes).where(notes.c.workspace == workspace)))


async def get(tx: Tx, workspace: str, server_id: str) -> Note | None:
    """What is noted about a server."""
    row = (await tx.connection.execute(select(notes).where(_of(workspace, server_id)))).one_or_none()
    return _note(row) if row else None


async def put(tx: Tx, workspace: str, note: Note, ask_at: datetime | None) -> None:
    """Keeps a note in place of the one before; `ask_at` is when its owner will be asked. An empty one is removed."""
    await tx.connection.execute(delete(notes).where(_of(workspace, note.server_id)))
    if note.empty:
        return
    await tx.connection.execute(
        insert(notes).values(
            workspace=workspace,
            server_id=note.server_id,
            server_name=note.server_name[:255],
            owner=note.owner,
            until=note.until,
            text=note.text,
            written_by=note.written_by,
            written_at=note.written_at,
            ask_at=ask_at,
            account=note.account,
        )
    )


async def due(tx: Tx, workspace: str, now: datetime) -> tuple[Note, ...]:
    """The notes whose day has come and whose owner was not asked yet."""
    query = (
        select(notes)
        .where(notes.c.workspace == workspace, notes.c.ask_at <= now, awake(notes))
        .order_by(notes.c.ask_at)
    )
    return tuple(_note(row) for row in await tx.connection.execute(query))


async def asked(tx: Tx, workspace: str, note: Note) -> bool:
    """Its owner is asked now; False when it was done before, or the note was changed meanwhile."""
    done = await tx.connection.execute(update(notes).where(_unasked(workspace, note)).values(ask_at=None))
    return done.rowcount == 1


async def put_off(tx: Tx, workspace: str, note: Note, until: datetime) -> None:
    """Its owner is not asked now, but then."""
    await tx.connection.execute(update(notes).where(_unasked(workspace, note)).values(ask_at=until))


def _of(workspace: str, server_id: str) -> Any:
    return (notes.c.workspace == workspace) & (notes.c.server_id == server_id)


def _unasked(workspace: str, note: Note) -> Any:
    """The row, as long as its owner was not asked and its day is the same."""
    return _of(workspace, note.server_id) & (notes.c.until == note.until) & notes.c.ask_at.is_not(None)


def _note(row: Any) -> Note:
    of_server = (row.server_id, row.server_name, row.owner, row.until, row.text)
    return Note(*of_server, row.written_by, row.written_at, row.account)
