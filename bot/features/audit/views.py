"""How the log reads to a person."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.domain.audit import Action, Entry
from bot.sentences import said
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    actions,
    button,
    code,
    context,
    cut,
    cut_mrkdwn,
    escape,
    moment,
    person,
    section,
)
from bot.slack.ids import ActionId


def page(entries: Sequence[Entry], *, newest: int, size: int, now: datetime) -> Message:
    """A page of the log, newest first, each entry a sentence."""
    if not entries:
        return said("Nothing is in the log yet.")
    lines = [_line(entry) for entry in entries]
    blocks: list[Block] = [section(f"*The log* · {newest:,} {'entry' if newest == 1 else 'entries'}")]
    blocks += [section("\n".join(lines[start : start + 5])) for start in range(0, len(lines), 5)]
    turning: list[Element] = []
    if entries[0].seq < newest:
        turning.append(button("Previous", ActionId.AUDIT_PREVIOUS, str(entries[0].seq + size + 1)))
    if entries[-1].seq > 1:
        turning.append(button("Next", ActionId.AUDIT_NEXT, str(entries[-1].seq)))
    if turning:
        blocks.append(actions(*turning))
    blocks.append(context("Every entry seals the one before; `vpsbot audit verify` checks them all."))
    return Message(f"The log, entries {entries[-1].seq} to {entries[0].seq} of {newest}.", blocks)


def _line(entry: Entry) -> str:
    detail = json.loads(entry.detail)
    say = _SENTENCES.get(entry.action, _other)
    return f"`{entry.seq}` {moment(entry.time)} · {cut_mrkdwn(say(entry, detail), 500)}"


def _other(entry: Entry, detail: dict[str, Any]) -> str:
    return escape(f"{entry.action} {entry.target}")


Say = Callable[[Entry, dict[str, Any]], str]


def _requested(entry: Entry, detail: dict[str, Any]) -> str:
    return f"{person(entry.actor)} asked to {escape(str(detail.get('kind', '')))} {_server(entry, detail)}"


def _called(entry: Entry, detail: dict[str, Any]) -> str:
    return (
        f"VPS.org was told to {escape(str(detail.get('kind', '')))} {_server(entry, detail)}, for {person(entry.actor)}"
    )


def _ended(entry: Entry, detail: dict[str, Any]) -> str:
    said_by = f" ({escape(str(detail['provider']))})" if detail.get("provider") else ""
    kind, state = escape(str(detail.get("kind", ""))), escape(str(detail.get("state", "")))
    return f"{kind} of {_server(entry, detail)}: *{state}*, {escape(entry.reason.replace('_', ' '))}{said_by}"


def _refused(entry: Entry, detail: dict[str, Any]) -> str:
    target = f" on *{escape(entry.target)}*" if entry.target else ""
    asked, reason = code(str(detail.get("asked", ""))), escape(entry.reason.replace("_", " "))
    return f"{person(entry.actor)} was refused {asked}{target}: {reason}"


def _granted(entry: Entry, detail: dict[str, Any]) -> str:
    return f"{person(entry.actor)} made {person(entry.target)} *{escape(str(detail.get('role', '')))}*{_where(detail)}"


def _revoked(entry: Entry, detail: dict[str, Any]) -> str:
    role = escape(str(detail.get("role", "")))
    return f"{person(entry.actor)} took *{role}*{_where(detail)} from {person(entry.target)}"


def _seeded(entry: Entry, detail: dict[str, Any]) -> str:
    return f"{person(entry.target)} became the first admin, by VPSBOT_ADMINS"


def _connected(entry: Entry, detail: dict[str, Any]) -> str:
    return f"{person(entry.actor)} connected the account {code(entry.target or 'unnamed')}"


def _disconnected(entry: Entry, detail: dict[str, Any]) -> str:
    return f"{person(entry.actor)} disconnected the account {code(entry.target or 'unnamed')}"


_SENTENCES: dict[str, Say] = {
    Action.POWER_REQUESTED: _requested,
    Action.POWER_CALLED: _called,
    Action.POWER_ENDED: _ended,
    Action.PERMISSION_REFUSED: _refused,
    Action.ACCESS_GRANTED: _granted,
    Action.ACCESS_REVOKED: _revoked,
    Action.ACCESS_SEEDED: _seeded,
    Action.TOKEN_CONNECTED: _connected,
    Action.TOKEN_DISCONNECTED: _disconnected,
    Action.LOG_STARTED: lambda _e, _d: "the log begins",
    Action.LOG_KEY_REPLACED: lambda e, _d: f"{person(e.actor)} started a new signing key: the old one can't be read",
}


def _server(entry: Entry, detail: dict[str, Any]) -> str:
    return f"*{escape(cut(entry.target, 80))}* ({code(str(detail.get('server_id', '')))})"


def _where(detail: dict[str, Any]) -> str:
    where = f" for {code(str(detail['servers']))}" if detail.get("servers") else ""
    return where + (f" until {moment(datetime.fromisoformat(detail['until']))}" if detail.get("until") else "")
