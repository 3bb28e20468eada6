"""How the log, and what was done to a server, reads to a person."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.audit import Entry
from bot.domain.grammar import Line, Mention, printed
from bot.domain.notices import NoFile, Notice
from bot.domain.operations import Operation, took
from bot.domain.servers import Server
from bot.features.audit.entries import line
from bot.operations.telling import Facts
from bot.sentences import duration, said
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    actions,
    button,
    code,
    context,
    cut,
    escape,
    moment,
    person,
    section,
)
from bot.slack.ids import ActionId


def page(entries: Sequence[Entry], query: Line, *, newer: bool, older: bool, near: str = "") -> Message:
    """A page of the log, newest first, each entry a sentence. `near`: a server that a word may have meant."""
    asked = printed(query)
    if not entries:
        meant = f" Did you mean {code(cut(near, 80))}?" if near else ""
        return said(f"Nothing in the log fits {_asked_for(query)}.{meant}" if asked else "Nothing is in the log yet.")
    lines = [line(entry) for entry in entries]
    blocks: list[Block] = [section("*The log*" + (f" · {_asked_for(query)}" if asked else ""))]
    blocks += [section("\n".join(lines[start : start + 5])) for start in range(0, len(lines), 5)]
    turning: list[Element] = []
    if newer:
        turning.append(button("Previous", ActionId.AUDIT_PREVIOUS, f">{entries[0].seq} {asked}"))
    if older:
        turning.append(button("Next", ActionId.AUDIT_NEXT, f"<{entries[-1].seq} {asked}"))
    if turning:
        blocks.append(actions(*turning))
    blocks.append(context("Every entry seals the one before; `vpsbot audit verify` checks them all."))
    return Message(f"The log, entries {entries[-1].seq} to {entries[0].seq}.", blocks)


def _asked_for(query: Line) -> str:
    """What was looked for, with people by their names."""
    words = [person(word.id) if isinstance(word, Mention) else code(cut(word, 60)) for word in query.words]
    return " ".join([*words, *(code(f"{name}={value}") for name, value in query.options.items())])


def history_button(server: Server) -> Element:
    """The history of the server that was meant."""
    return button("History", ActionId.HISTORY_NEXT, f"{server.id} ")


def history(server_id: str, server_name: str, operations: Sequence[Operation], *, more: bool, first: bool) -> Message:
    """What was asked for on a server from here, newest first."""
    name = f"*{escape(cut(server_name, 80))}*"
    if not operations:
        return said(f"Nothing was done to {name} from here{'' if first else ' before that'}.")
    lines = [_operation(each) for each in operations]
    blocks: list[Block] = [section(f"{name} · what was done from here")]
    blocks += [section("\n".join(lines[start : start + 5])) for start in range(0, len(lines), 5)]
    if more:
        blocks.append(actions(button("Next", ActionId.HISTORY_NEXT, f"{server_id} {operations[-1].id}")))
    return Message(f"What was done to {escape(cut(server_name, 80))} from here.", blocks)


def how_to() -> Message:
    """The command's form."""
    return said(
        "Ask like `/vps audit`, `/vps audit @person since=7d`, `/vps audit web-server-01`, "
        "`/vps audit export since=30d format=csv`."
    )


def export_promised(count: int, form: str) -> Message:
    """The file is on its way."""
    what = "1 entry" if count == 1 else f"{count:,} entries"
    return said(f"You get the log as a file ({what}, {escape(form)}) in a direct message from me.")


def nothing_to_export() -> Message:
    """There is no entry of that time."""
    return said("Nothing is in the log of that time.")


def too_much_to_export(count: int, most: int) -> Message:
    """More than is sent through Slack, and the two ways out."""
    return said(
        f"That is {count:,} entries; through Slack I send at most {most:,}. Narrow it with `since=30d`, "
        "or let whoever runs me export it with `vpsbot audit export`."
    )


def bad_format(typed: str) -> Message:
    """A format that there isn't."""
    return said(f"There is no format {code(cut(typed, 40))}: it is `format=jsonl` or `format=csv`.")


def exported(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """What stands beside the file, or why there is none."""
    if facts.no_file is not None:
        return said(_NO_FILE[facts.no_file])
    since, until = notice.detail.get("since", ""), notice.detail.get("until", "")
    span = f" since {moment(datetime.fromisoformat(since))}" if since else ""
    span += f" until {moment(datetime.fromisoformat(until))}" if until else ""
    return said(
        f"The log{span}, as you asked. `vpsbot audit check` verifies it with the public key that "
        "`vpsbot audit key` prints."
    )


_NO_FILE = {
    NoFile.NOT_THEIRS: "You asked for the log, but may not read it any more, so I send no file. An admin can change "
    "that: `/vps access`.",
    NoFile.NOT_WHOLE: "You asked for a part of the log, but the log was changed by somebody else than me, so I don't "
    "sign or send it. Whoever runs the bot finds out what was changed with `vpsbot audit verify`.",
}


def bad_since(option: str, typed: str) -> Message:
    """A time that can't be."""
    asked = "Since when?" if option == "since" else "Until when?"
    return said(
        f"{asked} {code(cut(typed, 40))} is not it: like `{option}=8h`, `{option}=7d`, `{option}=4w`, "
        f"`{option}=2026-11-20` or `{option}=2026-11-20T09:00` (UTC)."
    )


def ends_before_it_begins(since: str, until: str) -> Message:
    """A time without a moment in it."""
    return said(
        f"From {code(cut(since, 40))} until {code(cut(until, 40))} is no time: `since` comes before `until`. "
        "A day means its beginning (UTC), like `since=2026-11-01 until=2026-12-01` for November."
    )


def only_for_export() -> Message:
    """A format, where nothing is written into a file."""
    return said("`format` is for a file: `/vps audit export since=30d format=csv`.")


def not_yours_to_see() -> Message:
    """The server is gone, or out of this person's sight."""
    return said("This server is not there any more, or not yours to see.")


def _operation(operation: Operation) -> str:
    span = took(operation)
    ended = f"*{operation.state}*" + (f" after {duration(span)}" if span is not None else "")
    why = f" ({escape((operation.outcome or '').replace('_', ' '))})" if operation.outcome not in (None, "done") else ""
    state = ended if operation.ended else f"*{operation.state}* since {moment(operation.requested_at)}"
    return f"{moment(operation.requested_at)} · {person(operation.requester)} · {operation.kind}: {state}{why}"
