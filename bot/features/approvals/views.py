"""How a request for consent is told: the card with its buttons, who may still speak, and what came of it."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.approvals import Choice, Fingerprint, NoVote, granted_before
from bot.domain.lookalikes import revealed
from bot.domain.notices import Notice
from bot.domain.operations import CATALOG, Operation, Outcome, Request, State, took
from bot.domain.roles import Grant, Permission, SubjectKind, able
from bot.features.words import bold
from bot.operations.telling import Facts
from bot.sentences import counted, duration, listed, said
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    actions,
    button,
    code,
    confirmation,
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
from bot.slack.ids import ActionId, BlockId, ViewId

SHOWN = 20
REASON = 500

SIGNS = {
    State.REQUESTED: "🕓",
    State.APPROVED: "🔄",
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


def card(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """The one message that stands for a request: what is asked, by whom and why, and how it stands."""
    request = facts.request
    if request is None:
        return None
    title = f"{person(request.requester)} asks to {_verb(request)} {_names(request)} for good."
    if not request.needed:
        title = f"{person(request.requester)} is {CATALOG[request.kind].doing} {_names(request)}."
    blocks: list[Block] = [section(f"{SIGNS[_state(request)]} {title}\n>{_quoted(request.reason)}"), *_facts(request)]
    standing = _standing(request, facts.grants, now)
    blocks.append(section(standing))
    if request.waiting:
        blocks.append(actions(*_buttons(request)))
    blocks.append(context(f"asked {moment(request.created_at)}{_until(request)}"))
    return Message(f"{title} {standing}", blocks)


def outcome(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """The end, in a new message that mentions who asked; nothing when they withdrew it themselves."""
    request = facts.request
    if request is None or all(each.state is State.CANCELLED for each in request.operations):
        return None
    voters = [vote.voter for vote in request.approvals] if _voided(request) else []
    who = " ".join(person(each) for each in dict.fromkeys([request.requester, *voters]))
    lines = [f"{SIGNS[each.state]} {_end(request, each)}" for each in request.operations[:SHOWN]]
    text = f"{who} {_end(request, request.operations[0])}"
    if len(lines) == 1:
        return Message(text, [section(f"{SIGNS[request.operations[0].state]} {text}")])
    done = sum(each.state is State.SUCCEEDED for each in request.operations)
    title = f"{who} your request to {_verb(request)} {counted(len(request.operations), 'server')}: {done} done."
    return Message(title, [section(title), *(section("\n".join(lines[at : at + 5])) for at in range(0, len(lines), 5))])


def reminder(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """It still waits: said to those who can end the waiting."""
    request = facts.request
    if request is None or not request.waiting or request.expires_at is None:
        return None
    looked = f" {person(request.claimed_by)} is looking at it." if request.claimed_by else ""
    text = (
        f"{_could(request, facts.grants, now)}: {person(request.requester)} still waits for an answer about "
        f"{_verb(request, 'ing')} {_names(request)}.{looked} It expires {moment(request.expires_at)}."
    )
    return Message(text, [section(f"🕓 {text}")])


def overview(requests: Sequence[Request], member: str, now: datetime) -> Message:
    """What waits and what is under way, with *Cancel* on one's own."""
    if not requests:
        return said("Nothing is open: no request waits, and nothing is under way.")
    title = f"*{counted(len(requests), 'open request')}*"
    blocks: list[Block] = [section(title)]
    for request in requests[:15]:
        state = "waits for consent" if request.waiting else CATALOG[request.kind].doing
        since = duration(now - request.created_at)
        who = f"{person(request.requester)}, {since} ago"
        text = f"{SIGNS[_state(request)]} {_names(request)}: {_verb(request)}, {state} · {who}"
        mine = request.requester == member and request.waiting
        blocks.append(section(text, accessory=_cancel(request) if mine else None))
    if len(requests) > 15:
        blocks.append(context(f"and {len(requests) - 15} more"))
    return Message(f"{counted(len(requests), 'open request')}.", blocks)


def deny_dialog(request: str) -> Block:
    """An optional reason; who asked reads it."""
    return modal(
        ViewId.DENY,
        "Deny",
        [text_input(BlockId.REASON, "Why not?", hint="Who asked reads it.", max_length=REASON, optional=True)],
        submit="Deny",
        close="Back",
        meta=request,
    )


def counted_vote(request: Request, choice: Choice, missing: int) -> Message:
    """The private answer to who voted."""
    names = _names(request)
    if choice is Choice.DENY:
        return said(f"Denied: {names} stays. {person(request.requester)} is told.")
    if missing:
        return said(f"Your approval counts. {counted(missing, 'more approval')} to go before {names} is touched.")
    return said(f"Approved. {names}: {CATALOG[request.kind].doing} now; the card shows the end.")


def claimed(request: Request) -> Message:
    """The private answer."""
    return said(f"The others see that you are looking at {_names(request)}.")


def cancelled(request: Request) -> Message:
    """The private answer to who asked."""
    return said(f"Withdrawn. {_names(request)} stays as it is.")


def too_late(request: Request, now: datetime) -> Message:
    """The request is not open any more: how it ended, by whom and when."""
    return said(f"Too late: {_closed(request, now)} Nothing was changed by your click.")


def not_yours(request: Request, why: NoVote | None) -> Message:
    """Why this person's word doesn't count here."""
    return said(
        {
            NoVote.OWN: "You asked for this one yourself: somebody else has to decide. *Cancel* withdraws it.",
            NoVote.ALREADY: "You have voted on this one already.",
            NoVote.APPROVER_SINCE: "You became approver after this was asked for, so your vote doesn't count on it.",
            None: f"Only {person(request.requester)} can cancel this: they asked for it.",
        }[why]
    )


def not_there() -> Message:
    """A forged id, or one of another workspace."""
    return said("There is no such request here. Nothing was changed, and this is in the log.")


def _facts(request: Request) -> list[Block]:
    shown = [each.shown for each in request.operations if each.shown]
    if len(shown) == 1:
        return [fields([(label, cut(value, 600)) for label, value in _pairs(shown[0])])]
    lines = [f"• {code(cut(revealed(each.name), 100))} · {code(each.id)} · {escape(each.address)}" for each in shown]
    return [section("\n".join(lines[at : at + 10])) for at in range(0, len(lines[:SHOWN]), 10)]


def _pairs(shown: Fingerprint) -> list[tuple[str, str]]:
    return [
        ("Name", code(cut(revealed(shown.name), 250))),
        ("Id", code(shown.id)),
        ("Address", escape(shown.address) or "none"),
        ("Plan", escape(shown.plan) or "unknown"),
        ("System", escape(shown.system) or "unknown"),
        ("Exists since", moment(datetime.fromisoformat(shown.created_at), "{date_short}")),
    ]


def _buttons(request: Request) -> list[Element]:
    verb = CATALOG[request.kind].verb
    sure = confirmation(
        f"{verb.capitalize()} for good?", f"{_names(request)}: nobody can undo it.", "Approve", danger=True
    )
    return [
        button("Approve", ActionId.REQUEST_APPROVE, request.id, style="primary", confirm=sure),
        button("Deny…", ActionId.REQUEST_DENY, request.id, style="danger"),
        button("I'm looking at it", ActionId.REQUEST_CLAIM, request.id),
        _cancel(request),
    ]


def _cancel(request: Request) -> Element:
    sure = confirmation("Withdraw the request?", f"{_names(request)} stays as it is.", "Withdraw", "Back")
    return button("Cancel", ActionId.REQUEST_CANCEL, request.id, confirm=sure)


def _standing(request: Request, grants: Sequence[Grant], now: datetime) -> str:
    given = listed([person(vote.voter) for vote in request.approvals])
    if request.waiting:
        missing = max(1, request.needed - len(request.approvals))
        so_far = f" {given} approved." if given else ""
        looked = f" {person(request.claimed_by)} is looking at it." if request.claimed_by else ""
        needs = "one more approval" if given and missing == 1 else counted(missing, "approval")
        return f"Needs {needs}: {_could(request, grants, now)}.{so_far}{looked}"
    if not request.ended:
        doing = CATALOG[request.kind].doing.capitalize()
        return f"Approved by {given}. {doing}…" if given else f"{doing}…"
    return _closed(request, now)


def _closed(request: Request, now: datetime) -> str:
    if request.waiting:
        return "it expired."
    if not request.ended:
        given = listed([person(vote.voter) for vote in request.approvals])
        return f"it was approved by {given} and is under way." if given else "it is under way."
    ends = [_end(request, each) for each in request.operations[:5]]
    more = [f"… and {len(request.operations) - 5} more."] if len(request.operations) > 5 else []
    return " ".join(ends + more)


def _end(request: Request, operation: Operation) -> str:
    """One sentence or two: what became of it, why, and what to do."""
    name, spec = bold(operation.server_name), operation.spec
    again = code(f"/vps {operation.kind} {operation.server_name}")
    look = code(f"/vps show {operation.server_name}")
    quoted = f' VPS.org says: "{escape(operation.words)}"' if operation.words else ""
    if operation.state is State.SUCCEEDED:
        span = took(operation)
        time = f" It took {duration(span)}." if span is not None else ""
        return f"{name} {spec.done}: VPS.org doesn't know it any more.{_by(request)}{time}"
    kept = f"{name} was not {spec.past}"
    match operation.outcome:
        case Outcome.DENIED:
            denial = next((vote for vote in request.votes if vote.choice is Choice.DENY), None)
            who = person(denial.voter) if denial else "somebody"
            why = f" Their reason: “{escape(cut(denial.reason, REASON))}”" if denial and denial.reason else ""
            return f"{kept}: {who} denied it.{why}"
        case Outcome.EXPIRED:
            return f"{kept}: nobody decided in time. Ask again: {again}"
        case Outcome.CANCELLED:
            return f"{kept}: {person(request.closed_by)} withdrew the request."
        case Outcome.CHANGED:
            what = escape(cut(operation.words, 600))
            return f"{kept}: it is not what was approved any more ({what}). Ask again: {again}"
        case Outcome.CONSENT_LOST:
            return f"{kept}: somebody who approved it may not approve any more. Ask again: {again}"
        case Outcome.OTHER_ACCOUNT:
            return f"{kept}: another VPS.org account was connected since it was asked for. Ask again: {again}"
        case Outcome.NOT_ALLOWED:
            return f"{kept}: who asked lost the right to it."
        case Outcome.GONE:
            return f"{kept} by me: VPS.org didn't know it any more when its turn came."
        case Outcome.TOKEN_REFUSED:
            return f"{kept}: VPS.org refuses this workspace's token.{quoted}"
        case Outcome.NOT_CONNECTED:
            return f"{kept}: no VPS.org account is connected."
        case Outcome.REFUSED | Outcome.NO_CREDIT:
            return f"{kept}: VPS.org refused it.{quoted}"
        case Outcome.UNREACHABLE | Outcome.RATE_LIMITED:
            return f"{kept}: VPS.org could not be reached. Ask again: {again}"
        case Outcome.NO_EFFECT:
            return f"{name} is still there after {operation.calls} calls. Look at it: {look}"
        case Outcome.TOO_LATE:
            return f"{kept}: I was away, and it is too long ago to do it now. Ask again: {again}"
        case _:
            return f"{name}: whether it is {spec.past} can't be known from here. Look at it: {look}"


def _by(request: Request) -> str:
    given = listed([person(vote.voter) for vote in request.approvals])
    return f" {given} approved it." if given else ""


def _could(request: Request, grants: Sequence[Grant], now: datetime) -> str:
    """Who could still say yes, as mentions."""
    voted = {vote.voter for vote in request.votes} | {request.requester}
    counting = granted_before(grants, request.created_at)
    found: dict[str, None] = {}
    for grant in able(counting, Permission.REQUEST_VOTE, request.operations[0].server_name, now):
        if grant.subject not in voted:
            found[
                person(grant.subject) if grant.subject_kind is SubjectKind.USER else f"<!subteam^{grant.subject}>"
            ] = None
    return listed(list(found)[:8], "or") if found else "nobody can give it now"


def _verb(request: Request, ending: str = "") -> str:
    return CATALOG[request.kind].doing if ending else CATALOG[request.kind].verb


def _names(request: Request) -> str:
    names = [bold(each.server_name) for each in request.operations]
    return listed(names) if len(names) <= 5 else counted(len(names), "server")


def _state(request: Request) -> State:
    if request.waiting:
        return State.REQUESTED
    open_ = [each.state for each in request.operations if not each.ended]
    worst = [each.state for each in request.operations if each.state is not State.SUCCEEDED]
    return (open_ or worst or [State.SUCCEEDED])[0]


def _voided(request: Request) -> bool:
    return any(each.state is State.VOID for each in request.operations)


def _quoted(reason: str) -> str:
    return escape(reason).replace("\n", "\n>") or "no reason was given"


def _until(request: Request) -> str:
    return f" · expires {moment(request.expires_at)}" if request.waiting and request.expires_at else ""
