"""How servers and their state are spelled, everywhere the same."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from bot.domain.grammar import Mention, MentionKind, Word
from bot.domain.lookalikes import revealed
from bot.domain.notes import Note
from bot.domain.operations import CATALOG, Kind
from bot.domain.roles import Permission, decide
from bot.domain.selectors import NotFound, SameName, matches
from bot.domain.servers import Server, Status, Usage
from bot.routing import Ask
from bot.sentences import listed
from bot.slack.blocks import (
    ALIKE,
    GROUP_MENTION,
    Element,
    Message,
    button,
    code,
    confirmation,
    cut,
    cut_mrkdwn,
    escape,
    person,
    section,
)
from bot.slack.ids import ActionId

NAME_SHOWN = 80
"""Characters of a server's name that are shown; the provider's own limit is below that."""

BUSY_CPU, BUSY_TRAFFIC = 5.0, 1.0
"""Per cent of CPU and GB of traffic from which a server looks in use."""

_ALIKE = str.maketrans(ALIKE)

_DOTS = {
    Status.ACTIVE: "🟢",
    Status.STOPPED: "⚪",
    Status.SUSPENDED: "🔴",
}
_KNOWN = frozenset(Status)

POWER_ACTION = {
    Kind.START: ActionId.POWER_START,
    Kind.STOP: ActionId.POWER_STOP,
    Kind.REBOOT: ActionId.POWER_REBOOT,
}


def dot(status: str) -> str:
    """A sign for a status; the word always stands beside it."""
    return _DOTS.get(status, "🟡") if status in _KNOWN else "❔"  # type: ignore[call-overload]


def name(server: Server) -> str:
    """A server's name, bold and escaped, with what can't be told by eye written out."""
    return bold(revealed(server.name))


def bold(text: str) -> str:
    """A name, bold and escaped. What would end the bold or begin code becomes something alike."""
    return f"*{escape(cut(text, NAME_SHOWN).translate(_ALIKE))}*"


def as_it_stands(status: str, used: Usage | None) -> str:
    """Whether a server is on and what it does, for those who decide whether it can go.

    What isn't on may have been used this month, and isn't in use.
    """
    shown = escape(cut(status, 40))
    if used is None:
        return shown
    parts = [
        f"CPU {used.cpu_percent:.0f} %" if used.cpu_percent is not None else "",
        f"{used.bandwidth_used_gb:,.0f} GB this month" if used.bandwidth_used_gb is not None else "",
    ]
    busy = (used.cpu_percent or 0) >= BUSY_CPU or (used.bandwidth_used_gb or 0) >= BUSY_TRAFFIC
    told = ", ".join(part for part in (shown, *parts) if part)
    looks = "it looks in use" if status == Status.ACTIVE else "it was in use"
    return f"{told}: *{looks}*" if busy else told


def address(server: Server) -> str:
    """The IPv4 address, or that there is none yet."""
    return escape(server.address) if server.address else "no address yet"


def noted(note: Note, *, today: date, length: int = 200) -> str:
    """Whose it is, until when, what for: one line, as much of it as `length` lets through."""
    until = f"until {note.until}" + (" (that day has come)" if note.passed(today) else "") if note.until else ""
    parts = [person(note.owner) if note.owner else "", until]
    parts.append(f"“{escape(cut(note.text, length))}”" if note.text else "")
    return " · ".join(part for part in parts if part)


def how_protected(server: str, glob: str) -> str:
    """Why a protected server can't be deleted, and what lifts that: whole sentences, of which the first begins small.

    `server` is its name, `glob` the pattern that protects it, "" when it is protected itself.
    """
    if not glob:
        return f"it can't be deleted from here. An admin lifts that with {code(f'/vps unprotect {cut(server, 100)}')}."
    fits = matches(glob, server)
    earlier = "" if fits else " It had a name that fits, and another one doesn't change that."
    return (
        f"servers that fit {code(cut(glob, 100))} can't be deleted from here.{earlier} An admin lifts that, for all of "
        f"them, with {code(f'/vps unprotect {cut(glob, 100)}')}."
    )


def who_of(mentions: Sequence[str], needed: int) -> str:
    """Those of whom so many are needed, at most eight: any of them, or all where there are no more; a group is many."""
    everybody = needed >= len(mentions) and not any(each.startswith(GROUP_MENTION) for each in mentions)
    return listed(mentions[:8], "and" if everybody else "or")


def resembling(names: Sequence[str], most: int = 5) -> str:
    """Other servers' names that are easily taken for this one's, as code, with what can't be told by eye."""
    return listed([code(cut(revealed(each), 100)) for each in names[:most]])


def with_resembling(line: str, names: Sequence[str], most: int) -> str:
    """A server's line in a list, and below it the names that are easily taken for its own; `most` characters."""
    alike = cut_mrkdwn(resembling(names, 2), most // 2)
    below = f"\n   👀 nearly the same name: {alike}" if alike else ""
    return cut_mrkdwn(line, most - len(below)) + below


def typed(words: Iterable[Word]) -> list[str]:
    """Words as text; a mention becomes what it looks like, so that it matches nothing by accident."""
    return [_spelled(word) for word in words]


def power_button(kind: Kind, server: Server, *, primary: bool = False) -> Element:
    """A button that does what the command does. What can't be undone in a second is asked for first."""
    verb = CATALOG[kind].verb.capitalize()
    question = confirmation(
        f"{verb} {server.name}?",
        f"{name(server)} ({address(server)}) will not answer until it is back."
        if kind is Kind.REBOOT
        else f"{name(server)} ({address(server)}) will not answer until somebody starts it.",
        verb,
        danger=kind is Kind.STOP,
    )
    return button(
        verb,
        POWER_ACTION[kind],
        server.id,
        style="primary" if primary else None,
        confirm=None if kind is Kind.START else question,
    )


def delete_button(server: Server) -> Element:
    """Opens the dialog; nothing is done by the click."""
    return button("Delete…", ActionId.DELETE, server.id, style="danger")


def turning(back: ActionId, on: ActionId, page: int, pages: int, query: str = "") -> list[Element]:
    """*Previous* and *Next*, where there is something to turn to. They carry the page, and what was asked for."""
    buttons = []
    if page > 1:
        buttons.append(button("Previous", back, f"{page - 1} {query}"))
    if page < pages:
        buttons.append(button("Next", on, f"{page + 1} {query}"))
    return buttons


def edit_button(server: Server) -> Element:
    """Opens the dialog with the present values."""
    return button("Edit…", ActionId.EDIT, server.id)


def may(ask: Ask, permission: Permission, server: Server) -> bool:
    """Whether the person may do this to that server, as far as the snapshot knows: decides what is drawn."""
    return decide(ask.snapshot.grants, ask.member, permission, names=[server.name], now=ask.now).allowed


def may_anywhere(ask: Ask, permission: Permission) -> bool:
    """Whether the person may do this to some server, as far as the snapshot knows: decides what is offered."""
    return decide(ask.snapshot.grants, ask.member, permission, names=None, now=ask.now).allowed


def visible(ask: Ask, servers: Sequence[Server]) -> tuple[Server, ...]:
    """The servers that the person may see: who holds a role for some doesn't learn of the others."""
    anywhere = decide(ask.snapshot.grants, ask.member, Permission.SERVER_READ, names=None, now=ask.now)
    if anywhere.allowed and anywhere.rule and anywhere.rule.glob is None:  # decide() tries unlimited grants first
        return tuple(servers)
    return tuple(server for server in servers if may(ask, Permission.SERVER_READ, server))


def not_found(missing: NotFound, offer: Callable[[Server], Element] | None) -> Message:
    """No such server; the nearest are offered, each with its button, and never taken."""
    asked = code(cut(missing.typed, 60))
    if not missing.near:
        return _one(f"There is no server {asked}. `/vps list` shows all you can see. Nothing was done.")
    near = " or ".join(name(server) for server in missing.near)
    text = f"There is no server {asked}. Did you mean {near}? Nothing was done."
    lines = [
        section(f"{name(server)} · {code(server.id)} · {address(server)}", accessory=offer(server) if offer else None)
        for server in missing.near
    ]
    return Message(text, [section(text), *lines])


def same_name(same: SameName, command: str) -> Message:
    """Two servers of one name: a person says which, by id."""
    lines = "\n".join(f"• {code(each.id)} {name(each)} · {address(each)}" for each in same.servers[:20])
    example = code(f"/vps {command} {same.servers[0].id}")
    return _one(
        f"{len(same.servers)} servers are called {code(cut(same.typed, 60))}. Nothing was done. "
        f"Say which one by its id, for example {example}.\n{lines}"
    )


def missing_server(command: str, example: str) -> Message:
    """The command needs a server and got none."""
    return _one(f"Which server? Type its name or id, for example {code(f'/vps {command} {example}')}.")


def _one(text: str) -> Message:
    return Message(text, [section(text)])


def _spelled(word: Word) -> str:
    if isinstance(word, Mention):
        return {MentionKind.USER: "@", MentionKind.GROUP: "@", MentionKind.CHANNEL: "#"}[word.kind] + word.id
    return word
