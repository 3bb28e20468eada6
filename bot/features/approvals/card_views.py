"""The messages that stand for a request: the card with its buttons, the alarm, the reminder, and the end."""

from datetime import datetime, timedelta

from bot.domain.approvals import Fingerprint, granted_before
from bot.domain.lookalikes import revealed
from bot.domain.notices import VOTERS, Notice
from bot.domain.operations import CATALOG, Kind, Operation, Outcome, Request, State
from bot.domain.roles import Permission, SubjectKind, able, barred
from bot.domain.wanted import Wanted
from bot.features.approvals.views import (
    REASON,
    SHOWN,
    cancel_button,
    closed,
    names_of,
    state_of,
    undo_until,
    ways,
)
from bot.features.endings import SIGNS, changes, end, progress
from bot.features.words import as_it_stands, bold, resembling, who_of, with_resembling
from bot.operations.consent import agreement_of, missing_of
from bot.operations.consent import names_of as server_names
from bot.operations.telling import Facts
from bot.sentences import counted, duration, listed
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
    group,
    moment,
    person,
    section,
)
from bot.slack.ids import ActionId

LINE = 300
"""Characters of a server's line: twenty of them leave room for the rest in what Slack takes in one message."""


def card(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """The one message that stands for a request: what is asked, by whom and why, and how it stands."""
    request = facts.request
    if request is None:
        return None
    title = _title(request)
    why = f"\n>{_quoted(request.reason)}" if request.reason else ""
    standing = _standing(request, facts, now)
    blocks: list[Block] = [section(f"{SIGNS[state_of(request)]} {title}{why}"), *_facts(request), section(standing)]
    if request.waiting:
        blocks.append(actions(*_buttons(request, facts.policy.undo)))
    elif undo_until(request, now):
        blocks.append(actions(cancel_button(request)))
    small = [f"asked {moment(request.created_at)}{_until(request)}"]
    if request.anchor:
        small.append(f"log {code(request.anchor)}")
    blocks.append(context(" · ".join(small)))
    return Message(f"{title} {standing}", blocks)


def outcome(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """The end, in a new message that mentions who asked; nothing when they withdrew it themselves.

    What is void is told to those who approved it, too: here, or where they did, in a message of their own.
    """
    request = facts.request
    if request is None or _withdrawn(request):
        return None
    voters = [vote.voter for vote in request.approvals] if request.voided else []
    to_voters = notice.detail.get("to") == VOTERS
    whom = voters if to_voters else [request.requester, *voters]
    who = " ".join(person(each) for each in dict.fromkeys(whom))
    whose = f"{person(request.requester)}'s" if to_voters else "your"
    lines = [f"{SIGNS[each.state]} {end(request, each)}" for each in request.operations[:SHOWN]]
    text = f"{who} {end(request, request.operations[0])}"
    last = ways(request.operations)
    if len(lines) == 1:
        return Message(text, [section(f"{SIGNS[request.operations[0].state]} {text}"), *last])
    done = sum(each.state is State.SUCCEEDED for each in request.operations)
    what = f"{CATALOG[request.kind].verb} {counted(len(request.operations), 'server')}"
    title = f"{who} {whose} request to {what}: {done} done."
    rows = [section("\n".join(lines[at : at + 5])) for at in range(0, len(lines), 5)]
    return Message(title, [section(title), *rows, *last])


def alarm(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """The glass is broken: told loudly, where consent is usually asked for."""
    request = facts.request
    if request is None:
        return None
    others = listed(_able(request, facts, now)[:20]) or "Everybody"
    doing = CATALOG[request.kind].doing
    text = (
        f"{others}: {person(request.requester)} broke the glass: {doing} {names_of(request)} without anybody's consent."
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
    could = _able(request, facts, now)
    who = listed(could[:8], "or") if could else "Nobody can answer it now"
    text = (
        f"{who}: {person(request.requester)} still waits for an answer about "
        f"{CATALOG[request.kind].doing} {names_of(request)}.{looked} It expires {moment(request.expires_at)}."
    )
    return Message(text, [section(f"🕓 {text}")])


def _withdrawn(request: Request) -> bool:
    """Whether who asked took it all back, and so knows."""
    back = all(each.outcome is Outcome.CANCELLED for each in request.operations)
    return back and request.closed_by == request.requester


def _title(request: Request) -> str:
    who, names, spec = person(request.requester), names_of(request), CATALOG[request.kind]
    if request.broke_glass:
        return f"{who} broke the glass: {spec.doing} {names}."
    if not request.needed and not request.ended:
        return f"{who} is {spec.doing} {names}."
    asks = "asks" if request.waiting else "asked"
    return f"{who} {asks} to {spec.verb} {names}{' for good' if request.kind is Kind.DELETE else ''}."


def _facts(request: Request) -> list[Block]:
    first = request.operations[0]
    if first.wanted and first.kind is Kind.CREATE:
        return [fields([(label, cut(value, 600)) for label, value in bought(first.wanted)])]
    if first.wanted:
        told = f"{bold(revealed(first.server_name))} ({code(first.server_id)}): {cut(changes(first), 1500)}"
        return [section(told), *([_server(first.shown)] if first.shown and request.waiting else [])]
    shown = [each.shown for each in request.operations if each.shown]
    if len(shown) == 1:
        blocks = [_server(shown[0], _asked_of(first) if request.waiting else "")]
        if request.waiting and (alike := resembling(first.alike)):
            blocks.append(section(f"👀 Nearly the same name: {alike}. Make sure that this is the one."))
        return blocks
    lines = [_line(each.shown, each, waiting=request.waiting) for each in request.operations if each.shown]
    return [section("\n".join(lines[at : at + 5])) for at in range(0, len(lines[:SHOWN]), 5)]


def _line(shown: Fingerprint, operation: Operation, *, waiting: bool) -> str:
    """One of several servers, with all that tells it from others; as long as it waits, with what it did then."""
    used = _asked_of(operation) if waiting else ""
    parts = [
        code(cut(revealed(shown.name), 100)),
        code(shown.id),
        escape(shown.address) or "no address",
        escape(cut(shown.plan, 60)) or "plan unknown",
        escape(cut(shown.system, 60)) or "system unknown",
        f"since {_since(shown)}",
        escape(cut(shown.hostname, 100)) or "no hostname",
        *([used] if used else []),
    ]
    return with_resembling(f"• {' · '.join(parts)}", operation.alike if waiting else (), LINE)


def _asked_of(operation: Operation) -> str:
    """How a server was when its deletion was asked for: on or not, and what it did."""
    return as_it_stands(operation.seen_status, operation.use) if operation.use else ""


def bought(wanted: Wanted) -> list[tuple[str, str]]:
    """What a creation buys, as people decide on it."""
    price = f", {wanted.price:,.2f} a month" if wanted.price is not None else ", price unknown"
    life = f"{counted(wanted.lifetime, 'day')}, then its owner is asked" if wanted.lifetime else "no end"
    return [
        ("Name", code(cut(wanted.name, 250))),
        ("Plan", f"{escape(cut(wanted.plan_name or wanted.plan, 200))}{price}"),
        ("System", escape(cut(wanted.system_name or wanted.system, 250))),
        ("Location", escape(cut(wanted.location_name or wanted.location, 250))),
        ("Hostname", escape(cut(wanted.hostname, 250)) or "as VPS.org chooses"),
        ("Backups", "on" if wanted.backups else "off"),
        ("Lifetime", life),
        ("Owner", person(wanted.owner) if wanted.owner else "who asked"),
    ]


def _server(shown: Fingerprint, used: str = "") -> Block:
    """All that consent is given to: what of it is different when it is done makes the consent void.

    `used`: what it did when it was asked for; that may change.
    """
    pairs = [
        ("Name", code(cut(revealed(shown.name), 250))),
        ("Id", code(shown.id)),
        ("Hostname", escape(cut(shown.hostname, 250)) or "none"),
        ("Address", escape(shown.address) or "none"),
        ("Plan", escape(shown.plan) or "unknown"),
        ("System", escape(shown.system) or "unknown"),
        ("Exists since", _since(shown)),
        *([("When it was asked", used)] if used else []),
    ]
    return fields([(label, cut(value, 600)) for label, value in pairs])


def _since(shown: Fingerprint) -> str:
    return moment(datetime.fromisoformat(shown.created_at), "{date_short}")


def _buttons(request: Request, undo: timedelta) -> list[Element]:
    """`undo`: for how long a deletion that was agreed to can still be cancelled."""
    verb, gone = CATALOG[request.kind].verb.capitalize(), request.kind is Kind.DELETE
    until = f"for {duration(undo)} it can be cancelled, then " if undo else ""
    sure = confirmation(
        f"{verb} for good?" if gone else f"{verb}?",
        f"{names_of(request)}: {until}nobody can undo it." if gone else f"{names_of(request)}, as asked.",
        "Approve",
        danger=gone,
    )
    return [
        button("Approve", ActionId.REQUEST_APPROVE, request.id, style="primary", confirm=sure),
        button("Deny", ActionId.REQUEST_DENY, request.id, style="danger"),
        button("I'm looking at it", ActionId.REQUEST_CLAIM, request.id),
        cancel_button(request),
    ]


def _standing(request: Request, facts: Facts, now: datetime) -> str:
    if request.waiting:
        return _waiting(request, facts, now)
    given = listed([person(vote.voter) for vote in request.approvals])
    if request.ended:
        return closed(request, now)
    doing = CATALOG[request.kind].doing.capitalize()
    if until := undo_until(request, now):
        doing = f"The {CATALOG[request.kind].noun} begins {moment(until)}; until then it can be cancelled."
        stops = any(each.stop_first for each in request.operations)
        stopped = any(each.not_before and each.seen_status == "stopped" for each in request.operations)
        doing += " Stopping it first…" if stops else " It is stopped already." if stopped else ""
    elif request.kind is Kind.CREATE and request.operations[0].called_at:
        doing += f": {progress(request.operations[0], now)}"
    else:
        doing += "…"
    return f"Approved by {given}. {doing}" if given else doing


def _waiting(request: Request, facts: Facts, now: datetime) -> str:
    """What is missing, who could give it, and what was given: an approval counts as long as its giver may approve."""
    agree = agreement_of(request, facts.grants, facts.accounts, now)
    still = {*agree.sure, *agree.perhaps}
    given = [person(vote.voter) for vote in request.approvals if vote.voter in still]
    lapsed = [person(vote.voter) for vote in request.approvals if vote.voter not in still]
    missing = missing_of(request, facts.policy, facts.grants, facts.accounts, now)
    so_far = f" {listed(given)} approved." if given else ""
    if lapsed:
        so_far += f" The approval of {listed(lapsed)} doesn't count any more: they may not approve now."
    looked = f" {person(request.claimed_by)} is looking at it." if request.claimed_by else ""
    if not missing:  # it takes fewer by now, and something else is in the way: a freeze, or an account that isn't known
        return f"Enough people approved: it begins as soon as it may.{so_far}{looked}"
    needs = "one more approval" if given and missing == 1 else counted(missing, "approval")
    return f"Needs {needs}: {_could(request, facts, missing, now)}.{so_far}{looked}"


def _could(request: Request, facts: Facts, missing: int, now: datetime) -> str:
    """Who could still say yes, as mentions; where it takes all of them, that is said."""
    found = _able(request, facts, now)
    return who_of(found, missing) if found else "nobody can give it now"


def _able(request: Request, facts: Facts, now: datetime) -> list[str]:
    """The people and groups who can approve this and have not voted, as mentions; nobody whose account is barred."""
    out = {vote.voter for vote in request.votes} | {request.requester}
    out |= {who for who, account in facts.accounts.items() if barred(account)}
    counting = granted_before(facts.grants, request.created_at)
    found: dict[str, None] = {}
    for grant in able(counting, Permission.REQUEST_VOTE, server_names(request), now):
        if grant.subject not in out:
            found[person(grant.subject) if grant.subject_kind is SubjectKind.USER else group(grant.subject)] = None
    return list(found)


def _quoted(reason: str) -> str:
    return escape(cut(reason, REASON)).replace("\n", "\n>")


def _until(request: Request) -> str:
    return f" · expires {moment(request.expires_at)}" if request.waiting and request.expires_at else ""
