"""`/vps audit`: the log, newest first, all or what fits; `/vps history`: what was asked for on one server."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.audit import Action, Draft
from bot.domain.audit_file import Format
from bot.domain.grammar import Line, Mention, MentionKind, Problem, parse
from bot.domain.notices import Notice, NoticeKind
from bot.domain.roles import Permission, decide
from bot.domain.selectors import Found, NotFound, SameName, Selection, select
from bot.domain.spans import read_moment
from bot.features.audit import views
from bot.features.words import missing_server, not_found, same_name, typed, visible
from bot.operations.files import MOST_ENTRIES
from bot.operations.permission import check, refuse_forged
from bot.routing import Ask, Group, Reply, Router
from bot.sentences import refusal
from bot.slack.ids import ActionId
from bot.store import audit, audit_rows, notices, operations
from bot.store.audit import Search
from bot.vps.errors import ProviderError
from bot.workspaces.directory import NotConnected

router = Router()

PAGE = 10

_CURSOR = re.compile(r"([<>])(\d{1,18})")


def _is_export(line: Line) -> bool:
    return len(line.words) == 2 and isinstance(line.words[1], str) and line.words[1].lower() == "export"


def _takes(line: Line) -> Permission:
    """Taking the log out takes more than reading it."""
    return Permission.AUDIT_EXPORT if _is_export(line) else Permission.AUDIT_READ


@router.command(
    "audit",
    "audit [@PERSON] [SERVER] [since=7d] [until=DATE] | audit export [since=30d] [until=DATE] [format=csv]",
    needs=Permission.AUDIT_READ,
    group=Group.BACK,
    words=2,
    options=("since", "until", "format"),
    needs_for=_takes,
    changes=True,
    examples=(
        "audit",
        "audit @olga since=7d",
        "audit web-server-01 since=2026-11-01 until=2026-11-15",
        "audit export since=30d format=csv",
    ),
)
async def show_log(ask: Ask) -> Reply:
    """Read the log, newest first, or take it out as a file: what was asked for, done and refused."""
    if _is_export(ask.line):
        return await _export(ask)
    return await _page(ask, ask.line.rest, "")


@router.action(ActionId.AUDIT_NEXT, needs=Permission.AUDIT_READ)
@router.action(ActionId.AUDIT_PREVIOUS, needs=Permission.AUDIT_READ)
async def turn_page(ask: Ask) -> Reply:
    """Another page; the button carries the entry to go on from, and what was looked for, as typed."""
    cursor, _, text = ask.incoming.value.partition(" ")
    line = parse(text)
    reply = await _page(ask, Line() if isinstance(line, Problem) else line, cursor)
    return Reply(reply.message, replace=True)


@router.command(
    "history",
    "history SERVER",
    needs=Permission.SERVER_READ,
    group=Group.BACK,
    words=1,
    examples=("history web-server-01",),
)
async def history(ask: Ask) -> Reply:
    """See what was done to a server from here: who, what, when, and how it ended."""
    wanted = typed(ask.line.rest.words)
    if not wanted:
        return Reply(missing_server("history", "web-server-01"))
    chosen = select(wanted, visible(ask, await ask.parts.directory.servers(ask.workspace)))
    match chosen:
        case Found(servers=(only,)):
            return await _history(ask, only.id, "")
        case Found():
            return Reply(missing_server("history", "web-server-01"))
        case SameName():
            return Reply(same_name(chosen, "history"))
        case NotFound():
            return await _former(ask, wanted[0]) or Reply(not_found(chosen, views.history_button))


@router.action(ActionId.HISTORY_NEXT, needs=Permission.SERVER_READ)
async def turn_history(ask: Ask) -> Reply:
    """Older entries; the button carries the server's id and the operation to go on from."""
    server, _, before = ask.incoming.value.rpartition(" ")
    return Reply((await _history(ask, server, before)).message, replace=True)


async def _history(ask: Ask, server_id: str, before: str) -> Reply:
    servers = await ask.parts.directory.servers(ask.workspace)
    present = next((each for each in servers if each.id == server_id), None)
    async with ask.parts.store.read() as tx:
        found = await operations.history(tx, ask.workspace, server_id, limit=PAGE + 1, before=before or None)
    # Of one that is gone, the names count that it had: who holds a role for some doesn't learn of the others.
    names = [present.name] if present else sorted({each.server_name for each in found})
    if not names or not _may_see(ask, names):
        await refuse_forged(ask.parts, ask.member, "server", delivery=ask.incoming.key)
        return Reply(views.not_yours_to_see())
    name = present.name if present else found[0].server_name
    return Reply(views.history(server_id, name, found[:PAGE], more=len(found) > PAGE, first=not before))


async def _former(ask: Ask, name: str) -> Reply | None:
    """What was done to the last server that had this name, when no present one has it."""
    async with ask.parts.store.read() as tx:
        last = await operations.last_of_name(tx, ask.workspace, name)
    if last is None or not _may_see(ask, [name]):
        return None
    servers = await ask.parts.directory.servers(ask.workspace)
    if any(each.id == last for each in servers):  # it has another name now, and is asked for by that
        return None
    return await _history(ask, last, "")


def _may_see(ask: Ask, names: Sequence[str]) -> bool:
    return decide(ask.snapshot.grants, ask.member, Permission.SERVER_READ, names=names, now=ask.now).allowed


async def _export(ask: Ask) -> Reply:
    """Promises the file; it is made when it is sent, so that nothing big waits in the database."""
    options = dict(zip(ask.line.options, typed(ask.line.options.values()), strict=True))
    form = options.pop("format", Format.JSONL).lower()
    if form not in list(Format):
        return Reply(views.bad_format(form))
    span = _span(ask, options)
    if isinstance(span, Reply):
        return span
    begin, end = span
    async with ask.parts.change("audit.export", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        if no := await check(tx, ask.member, Permission.AUDIT_EXPORT, asked="/vps audit export", now=now):
            return Reply(refusal(no, ask.member.id, now, ask.absent))
        between = await audit_rows.bounds(tx, ask.workspace, begin, end)
        if between is None:
            return Reply(views.nothing_to_export())
        count = between[1] - between[0] + 1
        if count > MOST_ENTRIES:
            return Reply(views.too_much_to_export(count, MOST_ENTRIES))
        detail = {"format": form, "since": begin.isoformat() if begin else "", "until": end.isoformat() if end else ""}
        draft = Draft(Action.AUDIT_EXPORTED, ask.member.id, detail={**detail, "entries": count})
        entry = await audit.append(tx, ask.workspace, draft, now)
        notice = Notice(
            id=ask.parts.new_id(),
            workspace=ask.workspace,
            kind=NoticeKind.EXPORT,
            subject=str(entry.seq),
            recipient=ask.member.id,
            wanted_channel="",
            created_at=now,
            detail=detail,
        )
        await notices.promise(tx, [notice], now)
    itself = end is None or entry.time < end  # that it was taken out stands in it, too
    return Reply(views.export_promised(count + itself, form))


async def _page(ask: Ask, line: Line, cursor: str) -> Reply:
    search = _search(ask, line)
    if isinstance(search, Reply):
        return search
    at = _CURSOR.fullmatch(cursor)
    before = int(at[2]) if at and at[1] == "<" else None
    after = int(at[2]) if at and at[1] == ">" else None
    async with ask.parts.store.read() as tx:
        entries = await audit.page(tx, ask.workspace, search, limit=PAGE, before=before, after=after)
    near = ""
    if not entries and search.target:
        match await _meant(ask, search.target):
            case Found(servers=(only,)):
                search = replace(search, target=only.name[:255])
            case NotFound(near=(first, *_)):
                near = first.name
    async with ask.parts.store.read() as tx:
        entries = entries or await audit.page(tx, ask.workspace, search, limit=PAGE, before=before, after=after)
        newer = await audit.page(tx, ask.workspace, search, limit=1, after=entries[0].seq) if entries else ()
        older = await audit.page(tx, ask.workspace, search, limit=1, before=entries[-1].seq) if entries else ()
    return Reply(views.page(entries, line, newer=bool(newer), older=bool(older), near=near))


async def _meant(ask: Ask, word: str) -> Selection | None:
    """What a word means that stands nowhere in the log, which knows servers by name: an id, or a name misspelt."""
    try:
        return select([word], await ask.parts.directory.servers(ask.workspace))
    except (NotConnected, ProviderError):
        return None  # the log can be read all the same


def _search(ask: Ask, line: Line) -> Search | Reply:
    """What is looked for, or what is wrong with it."""
    person = target = None
    for word in line.words:
        if isinstance(word, Mention) and word.kind is MentionKind.USER and person is None:
            person = word.id
        elif isinstance(word, str) and target is None:
            target = word
        else:
            return Reply(views.how_to())
    options = dict(zip(line.options, typed(line.options.values()), strict=True))
    if "format" in options:
        return Reply(views.only_for_export())
    span = _span(ask, options)
    return span if isinstance(span, Reply) else Search(person, target, *span)


def _span(ask: Ask, options: Mapping[str, str]) -> tuple[datetime | None, datetime | None] | Reply:
    """From when to before when, or what is wrong with it."""
    found = {name: read_moment(text, ask.now) for name, text in options.items()}
    wrong = next((name for name, moment in found.items() if moment is None), None)
    if wrong is not None:
        return Reply(views.bad_since(wrong, options[wrong]))
    since, until = found.get("since"), found.get("until")
    if since and until and since >= until:
        return Reply(views.ends_before_it_begins(options["since"], options["until"]))
    return since, until
