"""What is shown before a server is deleted: everything that will be gone for good, and what is easily confused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.approvals import Difference
from bot.domain.lookalikes import revealed
from bot.domain.notes import Note
from bot.domain.operations import Kind, Request
from bot.domain.servers import Server
from bot.features.approvals.views import asked_them, undo_until, way_alone
from bot.features.words import address, as_it_stands, bold, noted, resembling, who_of, with_resembling
from bot.operations.preparing import Prepared
from bot.sentences import counted, duration, listed, said
from bot.slack.blocks import (
    Block,
    Message,
    code,
    context,
    cut,
    escape,
    fields,
    modal,
    moment,
    person,
    section,
    text_input,
)
from bot.slack.ids import BlockId, ViewId
from bot.store.offers import Offer

REASON = 500
"""Characters of a reason: what fits on a card."""

LINE = 590
"""Characters of a server's line among several: five of them fit in a section."""

NOTHING = "Nothing was asked for."


@dataclass(frozen=True, slots=True)
class Shown:
    """A server as the dialog shows it: with what it costs and which others are called nearly the same."""

    server: Server
    price: float | None
    alike: tuple[str, ...]
    note: Note | None = None


def loading() -> Block:
    """Opened at once, because a trigger lives for three seconds."""
    return modal(ViewId.DELETE_LOADING, "Delete", [section("Reading the server from VPS.org…")])


def dialog(offer: Offer, shown: Sequence[Shown], prepared: Prepared, *, alone: bool, now: datetime) -> Block:
    """What will be gone, how to say yes, and whose consent it takes. `alone`: it could be done without that."""
    one = shown[0].server if len(shown) == 1 else None
    many = f"*{counted(len(shown), 'server')}* will be gone for good, with their data. Nobody can bring them back."
    warning = "This server will be gone for good, with its data. Nobody can bring it back." if one else many
    blocks: list[Block] = [section(f"⚠️ {warning}")]
    if one:
        blocks += _facts(shown[0], now)
    else:
        blocks += [
            section("\n".join(_line(each, now) for each in shown[at : at + 5])) for at in range(0, len(shown), 5)
        ]
    blocks.append(
        text_input(
            BlockId.NAME, "Type the server's name to confirm", placeholder=cut(one.name, 100) or " ", max_length=255
        )
        if one
        else text_input(BlockId.NAME, "Type how many servers this deletes", max_length=10)
    )
    blocks.append(
        text_input(
            BlockId.REASON,
            "Reason",
            hint=f"{'Everybody' if offer.broke_glass else 'Everybody who decides'} reads it, and it stays in the log.",
            max_length=REASON,
            multiline=True,
        )
    )
    blocks.append(context(_consent(offer, prepared, alone=alone)))
    submit = "Ask" if prepared.needed else "Delete"
    title = "Break glass: delete" if offer.broke_glass else "Delete for good"
    return modal(ViewId.DELETE, title, blocks, submit=submit, close="Cancel", meta=offer.id)


def filed(request: Request, prepared: Prepared, *, alone: bool) -> Block:
    """It is asked for, or, where nobody has to agree, on its way. `alone`: it could be done without consent."""
    if request.needed:
        return modal(ViewId.DELETE_RESULT, "Asked", asked_them(request, prepared, alone=alone).blocks)
    names = listed([bold(each.server_name) for each in request.operations[:5]])
    if until := undo_until(request, request.created_at):
        text = f"The deletion of {names} begins {moment(until)}. Until then `/vps requests` has a *Cancel* for it."
    else:
        text = f"Deleting {names}. I'll mention you when VPS.org doesn't know it any more."
    return modal(ViewId.DELETE_RESULT, "Deleting", [section(text)])


def wrong_name(name: str, server: str) -> str:
    """At the input."""
    return f"That is not its name. Type {cut(name, 300)} exactly, or its id {server}."


def wrong_count(number: int) -> str:
    """At the input."""
    return f"This deletes {number} servers. Type {number} to say that you know."


NO_REASON = "Say why, in a few words. It is read by who decides, and kept."
TOO_LONG = f"At most {REASON} characters, please."


def changed(differing: Mapping[str, Sequence[Difference]]) -> str:
    """At the input: the server is not what the dialog showed."""
    told = [
        f"{name}: {each.field} was {each.was or 'none'}, is {each.now or 'none'}"
        for name, es in differing.items()
        for each in es
    ]
    return f"It changed since you opened this: {'; '.join(told)}. Close this and ask again."[:1500]


def too_many(number: int, most: int) -> Message:
    """More servers than one request may delete."""
    return said(f"That fits {number:,} servers; at most {most} can be deleted in one go. {NOTHING}")


def out_of_date() -> Message:
    """The dialog is too old, was used, or isn't this person's."""
    return said(f"This dialog is too old, was used, or isn't yours. Type `/vps delete` again. {NOTHING}")


def _facts(shown: Shown, now: datetime) -> list[Block]:
    server = shown.server
    pairs = [
        ("Name", code(cut(revealed(server.name), 250))),
        ("Id", code(server.id)),
        ("Address", address(server)),
        ("Plan", _plan(shown, 400)),
        ("System", escape(server.system.name) if server.system else "unknown"),
        ("Location", escape(server.location) or "unknown"),
        ("Age", _age(server, now)),
        ("Now", as_it_stands(server.status, server.usage)),
    ]
    blocks = [fields([(label, cut(value, 600)) for label, value in pairs])]
    if shown.note:
        blocks.append(section(f"📝 {noted(shown.note, today=now.date())}"))
    if shown.alike:
        blocks.append(section(f"👀 Nearly the same name: {resembling(shown.alike)}. Make sure that you mean this one."))
    return blocks


def _line(shown: Shown, now: datetime) -> str:
    """One of several: all that the dialog of a single one tells, in a line."""
    server = shown.server
    parts = [
        code(cut(revealed(server.name), 100)),
        code(server.id),
        address(server),
        _plan(shown, 60),
        escape(cut(server.system.name, 60)) if server.system else "system unknown",
        escape(cut(server.location, 60)) or "place unknown",
        f"{duration(now - server.created_at)} old" if server.created_at else "age unknown",
        as_it_stands(server.status, server.usage),
    ]
    whose = f" · 📝 {person(shown.note.owner)}" if shown.note and shown.note.owner else ""
    return with_resembling(f"• {' · '.join(parts)}{whose}", shown.alike, LINE)


def _plan(shown: Shown, most: int) -> str:
    plan = shown.server.plan
    named = escape(cut(plan.name, most)) if plan else "unknown plan"
    return named + (f", {shown.price:.2f} a month" if shown.price is not None else "")


def _age(server: Server, now: datetime) -> str:
    if server.created_at is None:
        return "unknown"
    return f"{duration(now - server.created_at)}, since {moment(server.created_at, '{date_short}')}"


def _consent(offer: Offer, prepared: Prepared, *, alone: bool) -> str:
    if offer.broke_glass:
        return "Nobody else is asked. It is told loudly where consent is usually asked for, and marked in the log."
    if not prepared.needed:
        return "Nobody else has to agree here. It is in the log, and can't be undone."
    who = who_of([person(each) for each in prepared.could], prepared.needed)
    way = f" {way_alone(Kind.DELETE, [name for _, name in offer.servers])}" if alone else ""
    them = "it" if prepared.needed == 1 else "them"
    return f"It takes {counted(prepared.needed, 'approval')}: {who} can give {them}. Until then nothing happens.{way}"
