"""How a request for consent is told: the card with its buttons, who may still speak, and what came of it."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.approvals import Choice, Fingerprint, NoVote, granted_before
from bot.domain.lookalikes import revealed
from bot.domain.notices import Notice
from bot.domain.operations import CATALOG, Kind, Operation, Request, State
from bot.domain.roles import Grant, Permission, SubjectKind, able
from bot.features.endings import SHORT, SIGNS, end
from bot.features.words import bold
from bot.operations.preparing import Prepared
from bot.operations.telling import Facts
from bot.sentences import counted, duration, listed, said
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    actions,
    button,
    channel,
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


def card(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """The one message that stands for a request: what is asked, by whom and why, and how it stands."""
    request = facts.request
    if request is None:
        return None
    title = _title(request)
    why = f"\n>{_quoted(request.reason)}" if request.reason else ""
    standing = _standing(request, facts.grants, now)
    blocks: list[Block] = [section(f"{SIGNS[_state(request)]} {title}{why}"), *_facts(request), section(standing)]
    if request.waiting:
        blocks.append(actions(*_buttons(request)))
    elif undo_until(request, now):
        blocks.append(actions(_cancel(request)))
    small = [f"asked {moment(request.created_at)}{_until(request)}"]
    if request.anchor:
        small.append(f"log {code(request.anchor)}")
    blocks.append(context(" · ".join(small)))
    return Message(f"{title} {standing}", blocks)


def outcome(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """The end, in a new message that mentions who asked; nothing when somebody withdrew it."""
    request = facts.request
    if request is None or all(each.state is State.CANCELLED for each in request.operations):
        return None
    voters = [vote.voter for vote in request.approvals] if _voided(request) else []
    who = " ".join(person(each) for each in dict.fromkeys([request.requester, *voters]))
    lines = [f"{SIGNS[each.state]} {end(request, each)}" for each in request.operations[:SHOWN]]
    text = f"{who} {end(request, request.operations[0])}"
    unknown = [each for each in request.operations if each.state is State.UNKNOWN]
    last = [actions(look_again(unknown[0]))] if unknown else []
    if len(lines) == 1:
        return Message(text, [section(f"{SIGNS[request.operations[0].state]} {text}"), *last])
    done = sum(each.state is State.SUCCEEDED for each in request.operations)
    title = f"{who} your request to {_verb(request)} {counted(len(request.operations), 'server')}: {done} done."
    rows = [section("\n".join(lines[at : at + 5])) for at in range(0, len(lines), 5)]
    return Message(title, [section(title), *rows, *last])


def alarm(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """The glass is broken: told loudly, where consent is usually asked for."""
    request = facts.request
    if request is None:
        return None
    text = (
        f"<!here> {person(request.requester)} broke the glass: {CATALOG[request.kind].doing} {_names(request)} "
        "without anyone's consent."
    )
    blocks = [
        section(f"🚨 {text}\n>{_quoted(request.reason)}"),
        context(f"{moment(request.created_at)} · it is marked in the log"),
    ]
    return Message(text, blocks)


def reminder(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """It still waits: said to those who can end the waiting."""
    request = facts.request
    if request is None or not request.waiting or request.expires_at is None:
        return None
    looked = f" {person(request.claimed_by)} is looking at it." if request.claimed_by else ""
    text = (
        f"{_could(request, facts.grants, now)}: {person(request.requester)} still waits for an answer about "
        f"{CATALOG[request.kind].doing} {_names(request)}.{looked} It expires {moment(request.expires_at)}."
    )
    return Message(text, [section(f"🕓 {text}")])


def overview(requests: Sequence[Request], member: str, now: datetime) -> Message:
    """What waits and what is under way, with *Cancel* on what can be withdrawn."""
    if not requests:
        return said("Nothing is open: no request waits, and nothing is under way.")
    title = f"*{counted(len(requests), 'open request')}*"
    blocks: list[Block] = [section(title)]
    for request in requests[:15]:
        state = "waits for consent" if request.waiting else CATALOG[request.kind].doing
        if until := undo_until(request, now):
            state = f"begins {moment(until)}"
        since = duration(now - request.created_at)
        who = f"{person(request.requester)}, {since} ago"
        text = f"{SIGNS[_state(request)]} {_names(request)}: {_verb(request)}, {state} · {who}"
        mine = request.requester == member and any(each.can_be_withdrawn(now) for each in request.operations)
        blocks.append(section(text, accessory=_cancel(request) if mine else None))
    if len(requests) > 15:
        blocks.append(context(f"and {len(requests) - 15} more"))
    return Message(f"{counted(len(requests), 'open request')}.", blocks)


def deny_dialog(request: str) -> Block:
    """An optional reason; who asked reads it."""
    return modal(
        ViewId.DENY,
        "Deny",
        [text_input(BlockId.REASON, "Reason", hint="Who asked reads it.", max_length=REASON, optional=True)],
        submit="Deny",
        close="Back",
        meta=request,
    )


def asked_them(request: Request, prepared: Prepared) -> Message:
    """The private answer to who asked for something that others have to agree to."""
    who = listed([person(each) for each in prepared.could[:8]], "or")
    return said(
        f"Asked {who} in {channel(prepared.channel)} to agree to {CATALOG[request.kind].doing} {_names(request)}. "
        "I'll mention you when it is decided."
    )


def counted_vote(request: Request, choice: Choice, missing: int, now: datetime) -> Message:
    """The private answer to who voted."""
    names = _names(request)
    if choice is Choice.DENY:
        return said(f"Denied: {names} stays as it is. {person(request.requester)} is told.")
    if missing:
        return said(f"Your approval counts. {counted(missing, 'more approval')} to go before {names} is touched.")
    if until := undo_until(request, now):
        return said(
            f"Approved. {names}: {CATALOG[request.kind].doing} {moment(until)}; until then it can be cancelled."
        )
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


def looking_again(operation: Operation) -> Message:
    """The private answer to who asked to look again."""
    return said(f"Looking at {bold(operation.server_name)} again. The card shows what I see.")


def known_by_now(operation: Operation) -> Message:
    """There is nothing to look for."""
    return said(f"{bold(operation.server_name)}: what became of it is known by now, or something else is under way.")


def look_again(operation: Operation) -> Element:
    """Reads the server once more, when its end was not known."""
    return button("Check again", ActionId.REQUEST_LOOK_AGAIN, operation.id)


def undo_until(request: Request, now: datetime) -> datetime | None:
    """Until when it can be undone, if it was agreed to and is not done yet."""
    times = [each.not_before for each in request.operations if each.not_before and each.can_be_withdrawn(now)]
    return min(times) if times and not request.waiting else None


def _title(request: Request) -> str:
    who, names, spec = person(request.requester), _names(request), CATALOG[request.kind]
    if request.broke_glass:
        return f"{who} broke the glass: {spec.doing} {names}."
    if not request.needed:
        return f"{who} is {spec.doing} {names}."
    return f"{who} asks to {spec.verb} {names}{' for good' if request.kind is Kind.DELETE else ''}."


def _facts(request: Request) -> list[Block]:
    shown = [each.shown for each in request.operations if each.shown]
    if len(shown) == 1:
        blocks = [fields([(label, cut(value, 600)) for label, value in _pairs(shown[0])])]
        if (alike := request.operations[0].alike) and request.waiting:
            names = listed([code(cut(revealed(each), 100)) for each in alike[:5]])
            blocks.append(section(f"👀 Nearly the same name: {names}. Make sure that this is the one."))
        return blocks
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
    verb, gone = CATALOG[request.kind].verb.capitalize(), request.kind is Kind.DELETE
    sure = confirmation(
        f"{verb} for good?" if gone else f"{verb}?",
        f"{_names(request)}: nobody can undo it." if gone else f"{_names(request)}, as asked.",
        "Approve",
        danger=gone,
    )
    return [
        button("Approve", ActionId.REQUEST_APPROVE, request.id, style="primary", confirm=sure),
        button("Deny", ActionId.REQUEST_DENY, request.id, style="danger"),
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
    if request.ended:
        return _closed(request, now)
    doing = CATALOG[request.kind].doing.capitalize()
    if until := undo_until(request, now):
        doing = f"{doing} {moment(until)}; until then it can be cancelled."
        stops = any(each.stop_first for each in request.operations)
        stopped = any(each.not_before and each.seen_status == "stopped" for each in request.operations)
        doing += " Stopping it first…" if stops else " It is stopped already." if stopped else ""
    else:
        doing += "…"
    return f"Approved by {given}. {doing}" if given else doing


def _closed(request: Request, now: datetime) -> str:
    if request.waiting:
        gone = f" {duration(now - request.expires_at)} ago" if request.expires_at else ""
        return f"it expired{gone}."
    if not request.ended:
        given = listed([person(vote.voter) for vote in request.approvals])
        return f"it was approved by {given} and is under way." if given else "it is under way."
    if len(request.operations) == 1:
        return end(request, request.operations[0])
    lines = [f"{bold(each.server_name)} {_short(each)}" for each in request.operations[:SHOWN]]
    return "; ".join(lines) + "."


def _short(operation: Operation) -> str:
    if operation.state is State.SUCCEEDED:
        return operation.spec.done
    return SHORT[operation.outcome] if operation.outcome else "was not touched"


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


def _verb(request: Request) -> str:
    return CATALOG[request.kind].verb


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
    return escape(cut(reason, REASON)).replace("\n", "\n>")


def _until(request: Request) -> str:
    return f" · expires {moment(request.expires_at)}" if request.waiting and request.expires_at else ""
