"""How a power change is told: the private answer, the card that moves along, and the end."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.notices import Notice
from bot.domain.operations import CATALOG, Kind, Operation, Outcome, Request, State, took
from bot.domain.roles import Because
from bot.domain.servers import Server
from bot.features.words import address, bold, dot, name
from bot.operations.telling import Facts
from bot.sentences import CONNECT_AGAIN, counted, duration, listed, said
from bot.slack.blocks import Block, Message, actions, button, code, context, cut, escape, moment, person, section
from bot.slack.ids import ActionId
from bot.store.offers import Offer

SHOWN = 20
"""Servers that a card names one by one."""

_SIGNS = {
    State.REQUESTED: "🕓",
    State.APPROVED: "🕓",
    State.DENIED: "🚫",
    State.EXPIRED: "🚫",
    State.CANCELLED: "🚫",
    State.CALLING: "🔄",
    State.SETTLING: "🔄",
    State.SUCCEEDED: "✅",
    State.FAILED: "❌",
    State.UNKNOWN: "❔",
    State.VOID: "🚫",
}


def accepted(request: Request) -> Message:
    """The private answer: it is committed, and its end will be told."""
    names = _names([each.server_name for each in request.operations])
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
        title = _card_line(ops[0], who)
        blocks = [section(f"{_SIGNS[ops[0].state]} {title}")]
    else:
        title = f"{who} asked to {CATALOG[request.kind].verb} {counted(len(ops), 'server')}: {_progress(ops)}."
        lines = [f"{_SIGNS[each.state]} {bold(each.server_name)} {_state_words(each)}" for each in ops[:SHOWN]]
        more = [f"… and {len(ops) - SHOWN} more"] if len(ops) > SHOWN else []
        blocks = [section(title), section("\n".join(lines + more))]
    blocks.append(context(f"asked {moment(request.created_at)}"))
    if not request.ended and len(ops) == 1:
        blocks.append(actions(button("Show", ActionId.SHOW, ops[0].server_id)))
    return Message(title, blocks)


def outcome(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """The end of a request: a new message, because an edit notifies nobody."""
    request = facts.request
    if request is None:
        return None
    who, ops = person(request.requester), request.operations
    if len(ops) == 1:
        text = f"{who} {_end(ops[0])}"
        return Message(text, [section(f"{_SIGNS[ops[0].state]} {text}")])
    good = [each for each in ops if each.state is State.SUCCEEDED]
    bad = [each for each in ops if each.state is not State.SUCCEEDED]
    text = f"{who} your {CATALOG[request.kind].verb} of {counted(len(ops), 'server')}: {len(good)} done"
    text += f", {len(bad)} not." if bad else f" in {_longest(good)}."
    lines = [f"{_SIGNS[each.state]} {_end(each)}" for each in (bad + good)[:SHOWN]]
    more = [f"… and {len(ops) - SHOWN} more"] if len(ops) > SHOWN else []
    blocks = [section(text)]
    blocks += [section("\n".join(lines[start : start + 5])) for start in range(0, len(lines), 5)]
    return Message(text, blocks + ([context(*more)] if more else []))


def overdue(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """It takes unusually long: said once, with the present state; the watching goes on."""
    request = facts.request
    if request is None or request.ended:
        return None
    late = [each for each in request.operations if not each.ended]
    since = min(each.called_at or each.requested_at for each in late)
    spec = CATALOG[request.kind]
    seen = listed(sorted({escape(cut(each.seen_status, 40)) for each in late if each.seen_status})) or "not known"
    text = (
        f"{person(request.requester)} {_names([each.server_name for each in late])}: still {spec.doing} after "
        f"{duration(now - since)}. Its status is {seen} now. I go on watching and tell you the end."
    )
    return Message(text, [section(f"⏳ {text}")])


def busy(held_by: Sequence[Operation], now: datetime, asked: int) -> Message:
    """Somebody was quicker: who, what, and since when."""
    lines = [
        f"{bold(each.server_name)} is {each.spec.doing} already: {person(each.requester)} asked for it "
        f"{duration(now - each.requested_at)} ago."
        for each in held_by[:SHOWN]
    ]
    return said("\n".join(lines) + ("\nNothing was done to any of them." if asked > 1 else ""))


def not_allowed(because: Message, server: Server, asked: int) -> Message:
    """A refusal for one server; when several were asked for, none was touched."""
    none = " Nothing was done to any of them." if asked > 1 else ""
    text = f"{name(server)}: {because.text}{none}"
    return Message(text, [section(text), *because.blocks[1:]])


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


def no_options(kind: Kind, options: Iterable[str]) -> Message:
    """Options where there are none."""
    first = code(cut(next(iter(options)), 40))
    return said(f"`/vps {kind}` takes servers by name, id or pattern, no options like {first}. Nothing was done.")


def gone() -> Message:
    """The button's server is not there any more."""
    return said("This server is not there any more, or not yours to see. Nothing was done.")


def _card_line(operation: Operation, who: str) -> str:
    if operation.ended:
        return f"{_end(operation)} {who} asked for it."
    waiting = f" ({_WAITING[operation.outcome]})" if operation.outcome in _WAITING else ""
    return f"{who} is {operation.spec.doing} {bold(operation.server_name)}{waiting}"


_WAITING = {
    Outcome.LOST: "no answer came: looking what became of it",
    Outcome.UNREACHABLE: "VPS.org can't be reached: trying again",
    Outcome.RATE_LIMITED: "VPS.org asked to wait",
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
        return _SHORT.get(operation.outcome or Outcome.LOST, "was not touched")
    return operation.spec.doing + (f" ({_WAITING[operation.outcome]})" if operation.outcome in _WAITING else "")


_SHORT = {
    Outcome.REFUSED: "was refused by VPS.org",
    Outcome.GONE: "is gone",
    Outcome.NOT_ALLOWED: "was not touched: not allowed any more",
    Outcome.TOKEN_REFUSED: "was not touched: VPS.org refuses the token",
    Outcome.NOT_CONNECTED: "was not touched: no account is connected",
    Outcome.NO_CREDIT: "was not touched: not enough credits",
    Outcome.UNREACHABLE: "was not touched: VPS.org can't be reached",
    Outcome.RATE_LIMITED: "was not touched: VPS.org asks to slow down",
    Outcome.NO_EFFECT: "did not react",
    Outcome.LOST: "can't be known: look at it",
    Outcome.NO_RESTART_SEEN: "accepted, but no restart was seen",
    Outcome.NEVER_SETTLED: "can't be known: look at it",
    Outcome.TOO_LATE: "was not touched: the bot was away too long",
    Outcome.DISCONNECTED: "can't be known: the account was disconnected",
    Outcome.OTHER_ACCOUNT: "was not touched: another account was connected",
    Outcome.DONE: "done",
}


def _end(operation: Operation) -> str:
    """One sentence or two: what became of it, why, and what to do."""
    spec, server = operation.spec, bold(operation.server_name)
    if operation.state is State.SUCCEEDED:
        return f"{server} {spec.done}.{_it_took(operation)}"
    past = spec.past
    look = code(f"/vps show {operation.server_name}")
    quoted = f' VPS.org says: "{escape(operation.words)}"' if operation.words else ""
    again = code(f"/vps {operation.kind} {operation.server_name}")
    match operation.outcome:
        case Outcome.REFUSED:
            return f"{server} was not {past}: {_refused(operation)}{quoted}"
        case Outcome.GONE:
            return f"{server} is gone: VPS.org doesn't know it any more."
        case Outcome.NOT_ALLOWED:
            return f"{server} was not {past}: {_not_allowed_any_more(operation)}"
        case Outcome.TOKEN_REFUSED:
            return f"{server} was not {past}: VPS.org refuses this workspace's token. {CONNECT_AGAIN}{quoted}"
        case Outcome.NOT_CONNECTED:
            return f"{server} was not {past}: no VPS.org account is connected. {CONNECT_AGAIN}"
        case Outcome.NO_CREDIT:
            return f"{server} was not {past}: the VPS.org account has not enough credits.{quoted}"
        case Outcome.UNREACHABLE:
            return f"{server} was not {past}: VPS.org can't be reached. Try again: {again}"
        case Outcome.RATE_LIMITED:
            return f"{server} was not {past}: VPS.org keeps asking to slow down. Try again later: {again}"
        case Outcome.NO_EFFECT:
            return f"{server} did not react to {operation.calls} calls and is {_seen(operation)}. Look at it: {look}"
        case Outcome.NO_RESTART_SEEN:
            return f"{server}: VPS.org accepted the reboot, but no restart was seen. Look at it: {look}"
        case Outcome.NEVER_SETTLED:
            return f"{server} never became {spec.wanted}; it is {_seen(operation)}. Look at it: {look}"
        case Outcome.OTHER_ACCOUNT:
            return f"{server} was not {past}: another VPS.org account was connected since. Once more: {again}"
        case Outcome.TOO_LATE:
            return f"{server} was not {past}: I was away, and it is too long ago to do it now. Once more: {again}"
        case Outcome.DISCONNECTED:
            return f"{server}: the VPS.org account was disconnected before the end of the {spec.verb} was seen."
        case _:
            return (
                f"{server}: no answer came to the {spec.verb}, and whether it happened can't be seen (it is "
                f"{_seen(operation)}). I did not repeat it. Look at it: {look} · Once more: {again}"
            )


def _refused(operation: Operation) -> str:
    """Why the provider says no, in plain words, from the state it showed right before."""
    start = code(f"/vps start {operation.server_name}")
    if operation.kind is Kind.REBOOT and operation.seen_status == "stopped":
        return f"only a running server can be rebooted, and it is stopped. Start it: {start}."
    if operation.kind is Kind.START and operation.seen_status == "active":
        return "it is running already."
    if operation.kind is Kind.STOP and operation.seen_status == "stopped":
        return "it is stopped already."
    return f"VPS.org refused it; it is {_seen(operation)}."


_LOST_RIGHT = {
    Because.DEACTIVATED: "the account of who asked was deactivated.",
    Because.GUEST: "who asked is a guest now.",
    Because.FOREIGN: "who asked belongs to another organisation.",
}


def _not_allowed_any_more(operation: Operation) -> str:
    known = _LOST_RIGHT.get(operation.words)  # type: ignore[call-overload]
    return str(known or "who asked lost the role for it before it was done.")


def _seen(operation: Operation) -> str:
    return f"*{escape(cut(operation.seen_status, 40))}*" if operation.seen_status else "in an unknown state"


def _it_took(operation: Operation) -> str:
    span = took(operation)
    return f" It took {duration(span)}." if span is not None else ""


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
