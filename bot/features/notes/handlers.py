"""`/vps note`: whose a server is, until when it is needed, what it is for; and the question when the day comes."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain.grammar import Line, Mention, MentionKind, Word
from bot.domain.notes import LONGEST, Note, kept, read_until
from bot.domain.roles import Permission, barred
from bot.domain.selectors import Found, NotFound, SameName, select
from bot.domain.servers import Server
from bot.domain.zones import day_in
from bot.features.notes import views
from bot.features.words import missing_server, not_found, same_name, typed, visible
from bot.operations.noting import keep_note
from bot.operations.permission import check, refuse_forged
from bot.operations.refusing import log_no_power
from bot.routing import Ask, Group, Reply, Router
from bot.sentences import refusal
from bot.slack.blocks import Message, button
from bot.slack.ids import ActionId
from bot.store import notes

router = Router()

OPTIONS = ("owner", "until")
NONE = ("none", "nobody", "never")
"""What is typed to take an owner or a day away."""


def _takes(line: Line) -> Permission:
    """Reading takes less than writing."""
    return Permission.SERVER_NOTE if line.options or len(line.words) > 2 else Permission.SERVER_READ


@router.command(
    "note",
    "note SERVER [owner=@PERSON] [until=DATE] [TEXT]",
    needs=Permission.SERVER_READ,
    group=Group.SEE,
    words=None,
    options=OPTIONS,
    needs_for=_takes,
    changes=True,
    examples=(
        "note web-server-01",
        'note web-server-01 owner=me until=2027-01-31 "the demo for the spring fair"',
        'note web-server-01 until=none ""',
    ),
)
async def note(ask: Ask) -> Reply:
    """Say whose a server is, until when it is needed and what it is for."""
    words = ask.line.rest.words
    if not words:
        return Reply(missing_server("note", "web-server-01"))
    chosen = select(typed(words[:1]), visible(ask, await ask.parts.directory.servers(ask.workspace)))
    match chosen:
        case Found(servers=(only,)) if ask.line.options or words[1:]:
            return await _written(ask, only, words[1:])
        case Found(servers=(only,)):
            return Reply(views.shown(only, ask.snapshot.notes.of(only.id), today=_today(ask)))
        case Found():
            return Reply(views.one_at_a_time())
        case SameName():
            return Reply(same_name(chosen, "note"))
        case NotFound():
            return Reply(not_found(chosen, lambda server: button("Show", ActionId.SHOW, server.id)))


@router.action(ActionId.NOTE_KEEP, needs=Permission.SERVER_READ, changes=True)
async def keep(ask: Ask) -> Reply:
    """Thirty days more. The button carries the day that was asked about: pressed twice, it adds nothing."""
    day, _, server_id = ask.incoming.value.partition(" ")
    servers = visible(ask, await ask.parts.directory.servers(ask.workspace))
    server = next((each for each in servers if each.id == server_id), None)
    if server is None:
        await refuse_forged(ask.parts, ask.member, "server", delivery=ask.incoming.key)
        return Reply(views.not_there())
    async with ask.parts.change("notes.keep", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        known = await notes.get(tx, ask.workspace, server_id)
        owns = known is not None and known.owner == ask.member.id  # who is asked may answer, whatever their role
        needs = Permission.SERVER_READ if owns else Permission.SERVER_NOTE
        if no := await check(tx, ask.member, needs, names=[server.name], asked="/vps note", now=now):
            return Reply(refusal(no, ask.member.id, now, ask.absent))
        if known is None or known.until is None or known.until.isoformat() != day:
            await log_no_power(tx, ask.member, "keep", server.name, "too_late", now)
            return Reply(views.answered_already(server, known))
        longer = kept(replace(known, server_name=server.name), _today(ask))
        after = await keep_note(tx, ask.workspace, longer, by=ask.member.id, zone=ask.member.account.zone, now=now)
    return Reply(views.kept_longer(server, after))


async def _written(ask: Ask, server: Server, words: tuple[Word, ...]) -> Reply:
    changes = await _read(ask, words)
    if isinstance(changes, Message):
        return Reply(changes)
    async with ask.parts.change("notes.write", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        if no := await check(tx, ask.member, Permission.SERVER_NOTE, names=[server.name], asked="/vps note", now=now):
            return Reply(refusal(no, ask.member.id, now, ask.absent))
        before = await notes.get(tx, ask.workspace, server.id) or Note(server.id, server.name)
        after = replace(before, server_name=server.name, **changes)
        if after != replace(before, server_name=server.name):
            after = await keep_note(tx, ask.workspace, after, by=ask.member.id, zone=ask.member.account.zone, now=now)
    return Reply(views.written(server, after, today=_today(ask)))


async def _read(ask: Ask, words: tuple[Word, ...]) -> dict[str, Any] | Message:
    """The parts that were typed, or what is wrong with them."""
    changes: dict[str, Any] = {}
    for name, value in ask.line.options.items():
        text = typed([value])[0]
        if text.lower() in NONE:
            changes[name] = "" if name == "owner" else None
        elif name == "until":
            until = read_until(text, _today(ask))
            if until is None:
                return views.bad_until(text, _today(ask))
            changes[name] = until
        else:
            owner = await _owner(ask, value)
            if isinstance(owner, Message):
                return owner
            changes[name] = owner
    if words:
        text = " ".join(typed(words)).strip()
        if len(text) > LONGEST:
            return views.too_long(len(text))
        changes["text"] = text
    return changes


async def _owner(ask: Ask, value: Word) -> str | Message:
    if isinstance(value, str) and value.lower() == "me":
        return ask.member.id
    if not isinstance(value, Mention) or value.kind is not MentionKind.USER:
        return views.pick_a_person(typed([value])[0])
    if because := barred(await ask.parts.people.present(ask.workspace, value.id)):
        return views.can_not_own(value.id, because)
    return value.id


def _today(ask: Ask) -> date:
    return day_in(ask.now, ask.member.account.zone)
