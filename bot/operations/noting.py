"""Whose a server is: notes are written in the transaction that says so, and the owner is asked when the day comes."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from bot.domain.audit import BOT, Action, Draft
from bot.domain.notes import Note, asked_at
from bot.domain.notices import Notice, NoticeKind
from bot.domain.roles import admins, barred
from bot.operations.parts import Parts
from bot.store import audit, members, notes, notices, workspaces
from bot.store.engine import Tx
from bot.store.workspaces import Workspace
from bot.vps.errors import ProviderError, Trouble
from bot.workspaces.directory import NotConnected

ANOTHER_LOOK = timedelta(hours=1)
"""When it is asked again whether the account that a note is about is connected."""


async def keep_note(tx: Tx, workspace: str, note: Note, *, by: str, zone: str = "", now: datetime) -> Note:
    """Keeps a note in place of the one before, with its entry; `zone` is where its day begins (UTC if unknown).

    Whoever calls it has checked the permission. A server that is created gets its owner and its day through this, in
    the transaction in which its id becomes known.
    """
    before = await notes.get(tx, workspace, note.server_id) or Note(note.server_id, note.server_name)
    present = await workspaces.get(tx, workspace)
    after = replace(note, written_by=by, written_at=now, account=present.account if present else "")
    await notes.put(tx, workspace, after, asked_at(after.until, zone) if after.until else None)
    detail = {
        "server_id": note.server_id,
        "owner": after.owner or None,
        "until": after.until.isoformat() if after.until else None,
        "text": after.text or None,
    }
    draft = Draft(Action.NOTE_WRITTEN, by, target=note.server_name[:255], detail=detail)
    await audit.append(tx, workspace, draft, now)
    if before.until and (before.until, before.owner) != (after.until, after.owner):  # who was asked needn't answer
        await notices.renew_all(tx, workspace, NoticeKind.NOTE_DUE, _about(before.server_id, before.until), now)
    return after


async def ask_owners(parts: Parts, workspace: str, now: datetime) -> None:
    """Asks the owners of the servers whose day has come whether they still need them.

    While another account is connected nobody is asked: it has other servers. A note is only forgotten, with its entry,
    when the very account that it is about says that the server is gone.
    """
    async with parts.store.read() as tx:
        due = await notes.due(tx, workspace, now)
        grants = await members.of_workspace(tx, workspace)
    if not due:
        return
    connected = (await parts.snapshots.of(workspace)).workspace
    there = await _listed(parts, workspace)
    for note in due:
        elsewhere = bool(note.account and connected.account) and note.account != connected.account
        missing = not elsewhere and there is not None and note.server_id not in there
        gone = missing and await _gone(parts, workspace, note)
        whom = [] if gone or elsewhere else await _whom(parts, workspace, note, admins(grants, now))
        for_good = gone and _is_of(note, connected)
        async with parts.store.begin("notes.ask", workspace) as tx:
            present = await workspaces.get(tx, workspace)
            if present is None or present.connected_at != connected.connected_at:
                break  # another account, or none, since the server was looked for: the next look begins anew
            if elsewhere or (gone and not for_good):
                await notes.put_off(tx, workspace, note, now + ANOTHER_LOOK)
            elif for_good:
                await keep_note(tx, workspace, Note(note.server_id, note.server_name), by=BOT, now=now)
            elif await notes.asked(tx, workspace, note):
                for each in whom:
                    await notices.promise_once(tx, _question(parts, workspace, note, each, now), now)
        parts.snapshots.forget(workspace)


def _is_of(note: Note, connected: Workspace) -> bool:
    """Whether the connected account is surely the note's own. One without a name is known by its token."""
    if note.account or connected.account:
        return note.account == connected.account
    since = connected.connected_at
    return since is not None and note.written_at is not None and since <= note.written_at


async def _whom(parts: Parts, workspace: str, note: Note, of_workspace: tuple[str, ...]) -> tuple[str, ...]:
    """The owner; the admins where nobody owns it, or who does can't act here any more."""
    if not note.owner or barred(await parts.people.present(workspace, note.owner)):
        return of_workspace
    return (note.owner,)


async def _listed(parts: Parts, workspace: str) -> frozenset[str] | None:
    """The servers there are, read once for all notes; None while nobody can say."""
    try:
        return frozenset(server.id for server in await parts.directory.servers(workspace))
    except (NotConnected, ProviderError):
        return None


async def _gone(parts: Parts, workspace: str, note: Note) -> bool:
    """Whether the provider doesn't know the server any more; while it can't say, it is there."""
    try:
        await (await parts.directory.account(workspace)).server(note.server_id)
    except NotConnected:
        return False
    except ProviderError as error:
        return error.trouble is Trouble.NOT_FOUND
    return False


def _question(parts: Parts, workspace: str, note: Note, to: str, now: datetime) -> Notice:
    assert note.until is not None
    return Notice(
        id=parts.new_id(),
        workspace=workspace,
        kind=NoticeKind.NOTE_DUE,
        subject=f"{_about(note.server_id, note.until)}{to}",
        recipient=to,
        wanted_channel=to,
        created_at=now,
        detail={"server": note.server_id, "until": note.until.isoformat(), "owner": note.owner},
    )


def _about(server_id: str, until: date) -> str:
    """The beginning of a question's subject: an id of the provider's may be longer than a subject."""
    return sha256(f"{until} {server_id}".encode()).hexdigest()[:32] + ":"
