"""How every change ends, in words: one sentence or two for each outcome: what became of it, why, and what to do."""

from datetime import datetime, timedelta

from bot.domain.approvals import Choice
from bot.domain.field_words import in_one_line
from bot.domain.judging import UNREACHABLE_FOR
from bot.domain.operations import UPDATES, Kind, Operation, Outcome, Request, State, took
from bot.domain.roles import Because
from bot.domain.servers import Status
from bot.features.words import bold
from bot.sentences import CONNECT_AGAIN, counted, duration, listed
from bot.slack.blocks import code, cut, escape, person

SIGNS = {
    State.REQUESTED: "🕓",
    State.APPROVED: "🕓",
    State.CALLING: "🔄",
    State.SETTLING: "🔄",
    State.SUCCEEDED: "✅",
    State.FAILED: "❌",
    State.UNKNOWN: "❔",
    State.DENIED: "🚫",
    State.EXPIRED: "⌛",
    State.CANCELLED: "↩️",
    State.VOID: "🚫",
}

SHORT = {
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
    Outcome.OTHER_ACCOUNT: "was not touched: the API token it was asked for with is gone",
    Outcome.DENIED: "was not touched: it was denied",
    Outcome.EXPIRED: "was not touched: nobody decided in time",
    Outcome.CANCELLED: "was not touched: it was withdrawn",
    Outcome.SUPERSEDED: "was not touched by this request: somebody broke the glass",
    Outcome.CHANGED: "was not touched: it is not what was approved any more",
    Outcome.CONSENT_LOST: "was not touched: the consent doesn't hold any more",
    Outcome.FROZEN: "was not touched: everything is frozen",
    Outcome.PROTECTED: "was not touched: it is protected",
    Outcome.NAME_TAKEN: "was not touched: the name is taken",
    Outcome.UNWATCHED: "is not watched any more",
    Outcome.UNREAD: "was not touched: Slack couldn't say whether those who asked and agreed still may",
    Outcome.NOT_STOPPED: "was not touched: it did not stop",
    Outcome.DONE: "done",
}
"""The same in a list of several."""


def end(request: Request, operation: Operation) -> str:
    """What became of an operation that has ended."""
    return _end(request, operation) + _stopped_now(operation)


def _stopped_now(operation: Operation) -> str:
    """A deletion may have begun with a stop: then the server that is kept doesn't run."""
    kept = operation.state in (State.CANCELLED, State.VOID, State.FAILED) and operation.outcome is not Outcome.GONE
    told = stopped_before(operation) if kept else ""
    return f" {told}" if told else ""


def stopped_before(operation: Operation) -> str:
    """What the stop before a deletion leaves of a server that is kept, and what to do; empty when nothing stopped."""
    start = code(f"/vps start {operation.server_name}")
    if operation.not_before is None:
        return ""
    if operation.stop_first and operation.calls and not _stop_refused(operation):  # that it stops may come yet
        return f"VPS.org was told to stop it before: if it is stopped by now, start it with {start}."
    return f"It is stopped now; start it with {start}." if operation.seen_status == Status.STOPPED else ""


def _stop_refused(operation: Operation) -> bool:
    """Whether a deletion failed because VPS.org said no to its only stop: then nothing stops."""
    once = operation.calls == 1 and not operation.lost and not operation.seen_moving
    return once and operation.state is State.FAILED and operation.outcome is not Outcome.NOT_STOPPED


def _end(request: Request, operation: Operation) -> str:
    name, spec = bold(operation.server_name), operation.spec
    if operation.state is State.SUCCEEDED:
        return f"{name} {spec.done}{_result(operation)}.{_by(request)}{_it_took(operation)}"
    again, look = code(_again(operation)), code(f"/vps show {operation.server_name}")
    quoted = f' VPS.org says: "{escape(in_one_line(operation.words))}"' if operation.words else ""
    kept = f"{name} was not {spec.past}"
    match operation.outcome:
        case Outcome.DENIED:
            return f"{kept}: {_denied(request)}"
        case Outcome.EXPIRED:
            return f"{kept}: nobody decided in time. Ask again: {again}"
        case Outcome.CANCELLED:
            return f"{kept}: {_withdrawn(request)}"
        case Outcome.SUPERSEDED:
            return f"{kept} by this request: {person(operation.words)} broke the glass and did it alone."
        case Outcome.CHANGED if operation.kind is Kind.CREATE:
            return f"{kept}: its plan doesn't cost what was shown any more ({escape(operation.words)}). Again: {again}"
        case Outcome.CHANGED:
            what = escape(cut(operation.words, 600))
            return f"{kept}: it is not what was approved any more ({what}). Ask again: {again}"
        case Outcome.CONSENT_LOST:
            return f"{kept}: the consent for it doesn't hold any more{_whose(operation)}. Ask again: {again}"
        case Outcome.FROZEN:
            return f"{kept}: {person(operation.words)} froze everything before its turn came. Later: {again}"
        case Outcome.PROTECTED:
            return f"{kept}: it was protected before its turn came."
        case Outcome.OTHER_ACCOUNT:
            return f"{kept}: the API token it was asked for with is gone. Ask again: {again}"
        case Outcome.NOT_ALLOWED:
            return f"{kept}: {_not_allowed_any_more(operation)}"
        case Outcome.UNREAD:
            whom = "who asked and who agreed" if request.approvals else "who asked"
            return (
                f"{kept}: for {duration(UNREACHABLE_FOR)} Slack couldn't tell me whether {whom} still may. "
                f"Ask again: {again}"
            )
        case Outcome.GONE if operation.kind is Kind.CREATE:
            return (
                f"{name} was accepted by VPS.org, which doesn't show it. Look in its panel before you create it again."
            )
        case Outcome.GONE if operation.kind is Kind.DELETE:
            return f"{kept} by me: VPS.org didn't know it any more when its turn came."
        case Outcome.GONE:
            return f"{name} is gone: VPS.org doesn't know it any more."
        case Outcome.REFUSED:
            return f"{kept}: {_refused(operation)}{quoted}"
        case Outcome.TOKEN_REFUSED:
            return f"{kept}: VPS.org refuses this workspace's token. {CONNECT_AGAIN}{quoted}"
        case Outcome.NOT_CONNECTED:
            return f"{kept}: no VPS.org account is connected. {CONNECT_AGAIN}"
        case Outcome.NO_CREDIT:
            return f"{kept}: the VPS.org account has not enough credits.{quoted}"
        case Outcome.UNREACHABLE:
            return f"{kept}: VPS.org can't be reached. Try again: {again}"
        case Outcome.RATE_LIMITED:
            return f"{kept}: VPS.org keeps asking to slow down. Try again later: {again}"
        case Outcome.TOO_LATE:
            return f"{kept}: I was away, and it is too long ago to do it now. Once more: {again}"
        case Outcome.NO_EFFECT:
            return f"{name} did not react to {operation.calls} calls and is {_seen(operation)}. Look at it: {look}"
        case Outcome.NO_RESTART_SEEN:
            return f"{name}: VPS.org accepted the reboot, but no restart was seen. Look at it: {look}"
        case Outcome.NOT_STOPPED:
            return f"{kept}: it was to be stopped first, and is {_seen(operation)}.{quoted} Look at it: {look}"
        case Outcome.NAME_TAKEN:
            return f"{kept}: there is a server of that name already. Look at it: {look}"
        case Outcome.UNWATCHED:
            return (
                f"{name}: I stopped watching its {spec.noun}, as {person(operation.words)} asked; it is "
                f"{_seen(operation)}. Look at it: {look}"
            )
        case Outcome.NEVER_SETTLED if operation.kind is Kind.CREATE and not operation.has_server:
            return _creation_lost(operation)
        case Outcome.NEVER_SETTLED if operation.kind in UPDATES:
            what = "its new name was" if operation.kind is Kind.RENAME else "the new values were"
            return f"{name}: VPS.org accepted the change, but {what} never seen. Look at it: {look}"
        case Outcome.NEVER_SETTLED:
            wanted = "went away" if operation.kind is Kind.DELETE else f"became {spec.wanted}"
            return f"{name} never {wanted}; it is {_seen(operation)}. Look at it: {look}"
        case Outcome.DISCONNECTED:
            return f"{name}: the VPS.org account was disconnected before the end of the {spec.noun} was seen."
        case _ if operation.kind is Kind.CREATE:
            return _creation_lost(operation)
        case _ if operation.calls > 1:
            return (
                f"{name}: no answer came to the {spec.noun} when I first asked, and whether it happened can't be seen "
                f"(it is {_seen(operation)}). I asked {counted(operation.calls, 'time')}.{quoted} Look at it: {look}"
            )
        case _:
            return (
                f"{name}: no answer came to the {spec.noun}, and whether it happened can't be seen (it is "
                f"{_seen(operation)}). I did not repeat it. Look at it: {look}"
            )


def progress(operation: Operation, now: datetime) -> str:
    """How far a creation is: the provider says two to five minutes, and has no finer word for it."""
    if operation.called_at is None:
        return "not begun yet"
    minutes, seconds = divmod(int(max(now - operation.called_at, timedelta()).total_seconds()), 60)
    status = operation.seen_status or Status.PROVISIONING
    told = status if status in set(Status) else f'VPS.org says "{cut(status, 40)}"'
    return f"{escape(told)}, {minutes}:{seconds:02d} so far, usually 2–5 minutes"


def _result(operation: Operation) -> str:
    """What people waited for: where a new server is, or what changed."""
    wanted = operation.wanted
    if operation.kind is Kind.CREATE:
        at = operation.words
        until = f". It is meant to live for {counted(wanted.lifetime, 'day')}" if wanted and wanted.lifetime else ""
        return (f": {escape(at)} · {code(f'ssh root@{at}')}" if at else "") + until
    if wanted is None:
        return ""
    if operation.kind is Kind.RENAME:
        return f": {bold(wanted.name)}"
    return f": {changes(operation)}"


def changes(operation: Operation) -> str:
    """What an edit changes, old and new."""
    wanted = operation.wanted
    if wanted is None:
        return ""
    pairs = [("name", operation.server_name, wanted.name), ("hostname", wanted.was_hostname, wanted.hostname)]
    if wanted.backups is not None:
        words = {True: "on", False: "off", None: "unknown"}
        pairs.append(("backups", words[wanted.was_backups], words[wanted.backups]))
    told = [f"{what} {escape(was) or 'none'} → {escape(now)}" for what, was, now in pairs if now and was != now]
    return ", ".join(told) or "nothing"


def _again(operation: Operation) -> str:
    """What one types for the same once more."""
    new = f" {operation.wanted.name}" if operation.kind is Kind.RENAME and operation.wanted else ""
    return f"/vps {operation.kind} {operation.server_name}{new}"


def _creation_lost(operation: Operation) -> str:
    several = f", and {escape(operation.words)}" if operation.words[:1].isdecimal() else ""
    return (
        f"{bold(operation.server_name)}: no answer came to the creation, and whether it happened can't be "
        f"seen{several}. I did not repeat it: a second server would be paid, too. "
        "Look at your VPS.org account, then say what it is."
    )


def _denied(request: Request) -> str:
    denial = next((vote for vote in request.votes if vote.choice is Choice.DENY), None)
    who = person(denial.voter) if denial else "somebody"
    why = f" Their reason: “{escape(cut(denial.reason, 500))}”" if denial and denial.reason else ""
    return f"{who} denied it.{why}"


def _withdrawn(request: Request) -> str:
    how = "withdrew the request" if request.closed_by == request.requester else "cancelled it"
    return f"{person(request.closed_by)} {how}."


def _whose(operation: Operation) -> str:
    return f" ({escape(operation.words)})" if operation.words else ""


def _refused(operation: Operation) -> str:
    """Why the provider says no, in plain words, from the state it showed right before."""
    start = code(f"/vps start {operation.server_name}")
    if operation.kind is Kind.REBOOT and operation.seen_status == "stopped":
        return f"only a running server can be rebooted, and it is stopped. Start it: {start}."
    if operation.kind is Kind.START and operation.seen_status == "active":
        return "it is running already."
    if operation.kind is Kind.STOP and operation.seen_status == "stopped":
        return "it is stopped already."
    if operation.wanted is not None:
        return "VPS.org refused it."
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


def _by(request: Request) -> str:
    given = listed([person(vote.voter) for vote in request.approvals])
    return f" {given} approved it." if given else ""


def _it_took(operation: Operation) -> str:
    span = took(operation)
    return f" It took {duration(span)}." if span is not None else ""
