"""How a power change is told: the private answer, the card that moves along, and the end."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.notices import Notice
from bot.domain.operations import CATALOG, UPDATES, Kind, Operation, Outcome, Request, State, took
from bot.domain.servers import Server
from bot.features.approvals.card_views import bought
from bot.features.approvals.views import asked_them, stop_button, ways
from bot.features.endings import SHORT, SIGNS, changes, end, progress
from bot.features.words import address, bold, dot, name
from bot.operations.preparing import Prepared
from bot.operations.telling import Facts
from bot.sentences import counted, duration, listed, said
from bot.slack.blocks import Block, Message, actions, button, context, cut, escape, moment, person, section
from bot.slack.ids import ActionId
from bot.store.offers import Offer

SHOWN = 20
"""Servers that a card names one by one."""

MOST_STOPPED = 5
"""Rows of buttons under a message that says that something takes long."""


def accepted(request: Request, prepared: Prepared, *, alone: bool) -> Message:
    """The private answer: it is committed, and its end will be told. `alone`: it could be done without consent."""
    names = _names([each.server_name for each in request.operations])
    if request.needed:
        return asked_them(request, prepared, alone=alone)
    if request.kind in UPDATES:
        return said(f"Changing {names}: {changes(request.operations[0])}. I'll mention you when it is done.")
    return said(f"{CATALOG[request.kind].doing.capitalize()} {names}. I'll mention you when it is done.")


def offer(offered: Offer, servers: Sequence[Server]) -> Message:
    """The list that a pattern or several names stand for, and the question."""
    verb = CATALOG[offered.kind].verb.capitalize()
    ask = f"{verb} {counted(len(servers), 'server')}"
    lines = [f"{dot(each.status)} {name(each)} · {address(each)} · {escape(each.status)}" for each in servers]
    blocks: list[Block] = [section(f"*{ask}?* Nothing is done until you say so.")]
    blocks += [section("\n".join(lines[start : start + 10])) for start in range(0, len(lines), 10)]
    style = "danger" if offered.kind is Kind.STOP else "primary"
    blocks.append(actions(button(ask, ActionId.POWER_MANY, offered.id, style=style)))
    return Message(f"{ask}? Nothing is done until you say so.", blocks)


def card(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """The one message that stands for a request, as it stands now."""
    request = facts.request
    if request is None:
        return None
    who = person(request.requester)
    ops = request.operations
    if len(ops) == 1:
        title = _card_line(request, who, now)
        blocks = [section(f"{SIGNS[ops[0].state]} {title}")]
        if ops[0].wanted and ops[0].kind is Kind.CREATE:
            bought_too = bought(ops[0].wanted)[1:]  # its name is said above
            blocks.append(context(" · ".join(f"{label}: {cut(value, 120)}" for label, value in bought_too)))
    else:
        title = f"{who} asked to {CATALOG[request.kind].verb} {counted(len(ops), 'server')}: {_progress(ops)}."
        lines = [f"{SIGNS[each.state]} {bold(each.server_name)} {_state_words(each)}" for each in ops[:SHOWN]]
        more = [f"… and {len(ops) - SHOWN} more"] if len(ops) > SHOWN else []
        blocks = [section(title), section("\n".join(lines + more))]
    blocks.append(context(f"asked {moment(request.created_at)}"))
    if not request.ended and len(ops) == 1 and ops[0].has_server:
        blocks.append(actions(button("Show", ActionId.SHOW, ops[0].server_id)))
    return Message(title, blocks)


def outcome(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """The end of a request: a new message, because an edit notifies nobody."""
    request = facts.request
    if request is None:
        return None
    who, ops = person(request.requester), request.operations
    if len(ops) == 1:
        text = f"{who} {end(request, ops[0])}"
        return Message(text, [section(f"{SIGNS[ops[0].state]} {text}"), *ways(ops)])
    good = [each for each in ops if each.state is State.SUCCEEDED]
    bad = [each for each in ops if each.state is not State.SUCCEEDED]
    text = f"{who} your {CATALOG[request.kind].verb} of {counted(len(ops), 'server')}: {len(good)} done"
    text += f", {len(bad)} not." if bad else f" in {_longest(good)}."
    lines = [f"{SIGNS[each.state]} {end(request, each)}" for each in (bad + good)[:SHOWN]]
    more = [f"… and {len(ops) - SHOWN} more"] if len(ops) > SHOWN else []
    blocks = [section(text)]
    blocks += [section("\n".join(lines[start : start + 5])) for start in range(0, len(lines), 5)]
    return Message(text, blocks + ([context(*more)] if more else []) + ways(ops))


def overdue(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """It takes unusually long, or shows a status that isn't on its way; the watching goes on."""
    request, status = facts.request, notice.detail.get("status", "")
    if request is None or request.ended:
        return None
    late = [each for each in request.operations if not each.ended]
    if status:  # of some servers; where one shows another status by now, that is told, or is on its way again
        of = notice.detail.get("operation", late[0].id).split(",")
        late = [each for each in late if each.id in of and each.seen_status == status]
    if not late:
        return None
    since = min(each.called_at or each.requested_at for each in late)
    spec = CATALOG[request.kind]
    seen = listed(sorted({escape(cut(each.seen_status, 40)) for each in late if each.seen_status})) or "not known"
    doing = "still provisioning" if request.kind is Kind.CREATE else f"still {spec.doing}"
    if status:
        way = ("provisioning", "ready") if request.kind is Kind.CREATE else (spec.doing, str(spec.wanted))
        doing = f"VPS.org says that it is neither {' nor '.join(way)},"
    text = (
        f"{person(request.requester)} {_names([each.server_name for each in late])}: {doing} after "
        f"{duration(now - since)}. Its status is {seen} now. I go on watching and tell you the end."
    )
    blocks: list[Block] = [section(f"{'⚠️' if status else '⏳'} {text}")]
    watched = [each for each in late if each.state is State.SETTLING][:MOST_STOPPED]
    for each in watched:
        which = "" if len(late) == 1 else f": {cut(each.server_name, 30)}"
        blocks.append(actions(stop_button(each, which)))
    return Message(text, blocks)


def offer_ended() -> Message:
    """The list is too old, was used, or was not shown to this person."""
    return said("This list was used, is too old, or isn't yours. Type the command again to see what fits now.")


def offer_changed(changed: Sequence[str]) -> Message:
    """A server of the list is gone or has another name: what would be done is not what was shown."""
    names = listed([bold(each) for each in changed[:5]])
    return said(f"The list changed since: there is no {names} any more. Nothing was done. Type the command again.")


def too_many(kind: Kind, number: int, most: int) -> Message:
    """More servers than one command may change."""
    return said(f"That fits {number:,} servers; at most {most} are {CATALOG[kind].past} in one go. Nothing was done.")


def gone() -> Message:
    """The button's server is not there any more."""
    return said("This server is not there any more, or not yours to see. Nothing was done.")


def _card_line(request: Request, who: str, now: datetime) -> str:
    [operation] = request.operations
    if operation.state is State.SUCCEEDED and operation.kind not in UPDATES:
        # The message that mentions who asked comes right below, and says the rest.
        return f"{bold(operation.server_name)} was {operation.spec.past}. {who} asked for it."
    if operation.ended:
        return f"{end(request, operation)} {who} asked for it."
    waiting = f" ({_WAITING[operation.outcome]})" if operation.outcome in _WAITING else ""
    if operation.kind is Kind.CREATE and operation.state is State.SETTLING:
        return f"{who} is creating {bold(operation.server_name)}: {progress(operation, now)}"
    if operation.kind in UPDATES:
        return f"{who} is changing {bold(operation.server_name)}: {cut(changes(operation), 1500)}{waiting}"
    return f"{who} is {operation.spec.doing} {bold(operation.server_name)}{waiting}"


_WAITING = {
    Outcome.LOST: "no answer came: looking what became of it",
    Outcome.UNREACHABLE: "VPS.org can't be reached: trying again",
    Outcome.RATE_LIMITED: "VPS.org asked to wait",
    Outcome.UNREAD: "Slack can't say whether those who asked and agreed still may: trying again",
}


def _progress(operations: Sequence[Operation]) -> str:
    """How many are done, and how many ended otherwise: an end alone is no success."""
    done = sum(1 for each in operations if each.state is State.SUCCEEDED)
    otherwise = sum(1 for each in operations if each.ended) - done
    return f"{done} of {len(operations)} done" + (f", {otherwise} not" if otherwise else "")


def _state_words(operation: Operation) -> str:
    if operation.state is State.SUCCEEDED:
        return f"{operation.spec.done}{_time(operation)}"
    if operation.ended:
        return SHORT.get(operation.outcome or Outcome.LOST, "was not touched")
    return operation.spec.doing + (f" ({_WAITING[operation.outcome]})" if operation.outcome in _WAITING else "")


def _time(operation: Operation) -> str:
    span = took(operation)
    return f" after {duration(span)}" if span is not None else ""


def _longest(operations: Sequence[Operation]) -> str:
    spans = [span for each in operations if (span := took(each)) is not None]
    return duration(max(spans)) if spans else "no time"


def _names(names: Sequence[str]) -> str:
    if len(names) > 5:
        return counted(len(names), "server")
    return listed([bold(each) for each in names])
