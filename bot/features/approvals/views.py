"""What is said about requests in private: to who asks, who votes, and who is too late."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.domain.approvals import Choice, NoVote
from bot.domain.lookalikes import revealed
from bot.domain.operations import CATALOG, Kind, Operation, Outcome, Request, State
from bot.domain.proposals import Proposal
from bot.features.endings import SHORT, SIGNS, end, stopped_before
from bot.features.proposals.views import answers, what
from bot.features.words import bold, turning, who_of
from bot.operations.preparing import Prepared
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
    modal,
    moment,
    person,
    section,
    text_input,
)
from bot.slack.ids import ActionId, BlockId, ViewId

SHOWN = 20
REASON = 500

PAGE = 15
"""Requests of a list that are shown together."""

MOST_ROWS = 5
"""Servers of one request that have buttons of their own under its end."""

Waiting = tuple[Proposal, Sequence[str]]
"""A change of power that waits for a second admin, and who those are."""


def overview(
    requests: Sequence[Request],
    may_cancel: Collection[str],
    member: str,
    now: datetime,
    proposals: Sequence[Waiting] = (),
    *,
    page: int,
    total: int,
) -> Message:
    """A page of what waits and what is under way, with *Cancel* on those (ids) that the person may withdraw.

    `total`: how many there are on all pages. The proposals stand below, with who decides.
    """
    if not total and not proposals:
        return said("Nothing is open: no request waits, and nothing is under way.")
    open_, pages = counted(total, "open request"), -(-total // PAGE)
    where = f", page {page} of {pages}" if pages > 1 else ""
    blocks: list[Block] = [section(f"*{open_}*{where}")]
    for request in requests[:PAGE]:
        state = "waits for consent" if request.waiting else CATALOG[request.kind].doing
        if until := undo_until(request, now):
            state = f"begins {moment(until)}"
        since = duration(now - request.created_at)
        who = f"{person(request.requester)}, {since} ago"
        text = f"{SIGNS[state_of(request)]} {names_of(request)}: {CATALOG[request.kind].verb}, {state} · {who}"
        blocks.append(section(text, accessory=cancel_button(request) if request.id in may_cancel else None))
    if turn := turning(ActionId.REQUESTS_PREVIOUS, ActionId.REQUESTS_NEXT, page, pages):
        blocks.append(actions(*turn))
    for proposal, able in proposals[:10]:
        blocks += _proposal(proposal, able, member)
    if len(proposals) > 10:
        blocks.append(context(f"and {counted(len(proposals) - 10, 'more proposal')}"))
    return Message(f"{open_}, {counted(len(proposals), 'proposal')}." if proposals else f"{open_}.", blocks)


def _proposal(proposal: Proposal, who: Sequence[str], member: str) -> list[Block]:
    """What somebody wants to change, until when, and who may agree to it: who reads this may do so right here."""
    able = listed([person(each) for each in who[:8]], "or") or "nobody at present"
    text = (
        f"🔑 {person(proposal.proposer)} wants to {what(proposal)}. A second admin decides: {able}; "
        f"it expires {moment(proposal.expires_at)}."
    )
    return [section(text), *([actions(*answers(proposal))] if member in who else [])]


def deny_dialog(meta: str, request: Request | None) -> Block:
    """What is denied, once it is read, and an optional reason; who asked reads it. `meta` says which request it is."""
    blocks = [text_input(BlockId.REASON, "Reason", hint="Who asked reads it.", max_length=REASON, optional=True)]
    if request:
        verb, who = CATALOG[request.kind].verb, person(request.requester)
        blocks.insert(0, section(f"{who} asks to {verb} {names_of(request)}."))
    return modal(ViewId.DENY, "Deny", blocks, submit="Deny", close="Back", meta=meta)


def asked_them(request: Request, prepared: Prepared, *, alone: bool) -> Message:
    """The private answer to who asked for something that others have to agree to, and could do it `alone`."""
    who = who_of([person(each) for each in prepared.could], prepared.needed)
    return said(
        f"Asked {who} in {channel(prepared.channel)} to agree to {CATALOG[request.kind].doing} {names_of(request)}. "
        "I'll mention you when it is done or denied."
        + (f" {way_alone(request.kind, [each.server_name for each in request.operations])}" if alone else "")
    )


def way_alone(kind: Kind, names: Sequence[str]) -> str:
    """How the same is done without anybody's consent, for those who may."""
    what = cut(names[0], 80) if len(names) == 1 else "SERVER…"
    return f"Can't wait? {code(f'/vps break-glass {Kind.EDIT if kind is Kind.RENAME else kind} {what}')}"


def counted_vote(request: Request, about: Sequence[Operation], choice: Choice, missing: int, now: datetime) -> Message:
    """The private answer to who voted; `about` is what waited for it."""
    names = named(about)
    if choice is Choice.DENY:
        return said(f"Denied: {left_alone(about)} {person(request.requester)} is told.")
    if missing:
        verb = "is" if len(about) == 1 else "are"
        return said(f"Your approval counts. {counted(missing, 'more approval')} to go before {names} {verb} touched.")
    if until := undo_until(request, now):
        return said(
            f"Approved. The {CATALOG[request.kind].noun} of {names} begins {moment(until)}; until then it can be "
            "cancelled."
        )
    return said(f"Approved. {names}: {CATALOG[request.kind].doing} now; the card shows the end.")


def claimed(request: Request) -> Message:
    """The private answer."""
    return said(f"The others see that you are looking at {names_of(request)}.")


def cancelled(request: Request, kept: Sequence[Operation]) -> Message:
    """The private answer to who asked: what stays, and what was begun already and isn't held up by it."""
    others = [each for each in request.operations if each.id not in {one.id for one in kept}]
    begun = [each for each in others if each.calls or not each.ended]
    rest = f" {named(begun)} was begun with before that: the card shows how it ends." if begun else ""
    return said(f"Withdrawn. {left_alone(kept)}{rest}")


def left_alone(operations: Sequence[Operation]) -> str:
    """That nothing is done, in a sentence or two: what was stopped first isn't as it was."""
    stopped = [each for each in operations if stopped_before(each)]
    if stopped:
        as_they_are = [each for each in operations if each not in stopped]
        return " ".join([left_alone(as_they_are)] * bool(as_they_are) + [_left_stopped(stopped)])
    one = len(operations) == 1
    if all(each.kind is Kind.CREATE for each in operations):
        return f"{named(operations)} {'is' if one else 'are'} not created."
    return f"{named(operations)} {'stays as it is' if one else 'stay as they are'}."


def _left_stopped(stopped: Sequence[Operation]) -> str:
    """That they aren't deleted, but don't run, or won't."""
    if len(stopped) == 1:
        return f"{named(stopped)} is not deleted. {stopped_before(stopped[0])}"
    return f"{named(stopped)} are not deleted, but stopped by now, or soon: {code('/vps start')} starts them."


def too_late(request: Request, now: datetime, *, other_token: bool = False) -> Message:
    """The request is not open any more: how it ended, by whom and when."""
    if other_token:
        why = f"the API token that {person(request.requester)} asked for it with is gone, so it is void."
    elif request.expires_at and all(each.outcome is Outcome.EXPIRED for each in request.operations):
        why = f"it expired {duration(now - request.expires_at)} ago: nobody decided in time."
    else:
        why = closed(request, now)
    return said(f"Too late: {why} Nothing was changed by your click.")


def not_yours(request: Request, why: NoVote | None) -> Message:
    """Why this person's word doesn't count here."""
    given = listed([person(vote.voter) for vote in request.approvals])
    return said(
        {
            NoVote.OWN: "You asked for this one yourself: somebody else has to decide. *Cancel* withdraws it.",
            NoVote.ALREADY: f"You have voted on this one already. {given} approved it; the card says what is missing.",
            NoVote.APPROVER_SINCE: "You got your role after this was asked for, so your vote doesn't count on it.",
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
    return said(
        f"{bold(operation.server_name)}: what became of it is known by now, or something else is under way, or was "
        "done since."
    )


def look_again(operation: Operation, which: str = "") -> Element:
    """Reads the server once more, when its end was not known. `which`: the server, where there are several."""
    return button(f"Check again{which}", ActionId.REQUEST_LOOK_AGAIN, operation.id)


def try_again(operation: Operation, which: str = "") -> Element:
    """The same change as a new wish, after a question; a deletion's dialog is that question."""
    if operation.kind is Kind.DELETE:
        return button(f"Try again…{which}", ActionId.DELETE, operation.server_id)
    verb, noun = operation.spec.verb.capitalize(), operation.spec.noun
    sure = confirmation(
        f"{verb} {cut(operation.server_name, 60)} again?",
        f"What became of the earlier {noun} is not known: it may happen twice.",
        "Try again",
        danger=operation.kind in (Kind.REBOOT, Kind.STOP),
    )
    return button(f"Try again{which}", ActionId.REQUEST_AGAIN, operation.id, confirm=sure)


def ways(of: Sequence[Operation]) -> list[Block]:
    """Rows of buttons under the end of a request; with several servers, a row for each whose end is not known."""
    if len(of) == 1:
        found = ways_on(of[0])
        return [actions(*found)] if found else []
    unknown = [each for each in of if each.state is State.UNKNOWN]
    rows: list[Block] = []
    for each in unknown[:MOST_ROWS]:
        which = f": {cut(each.server_name, 30)}"
        rows.append(actions(look_again(each, which), try_again(each, which)))
    if (more := len(unknown) - MOST_ROWS) > 0:
        rows.append(context(f"{counted(more, 'server')} more can't be known: `/vps show` tells how each one stands."))
    return rows


def ways_on(operation: Operation) -> list[Element]:
    """Buttons under an end that leaves something to decide."""
    if operation.state is State.UNKNOWN and not operation.has_server:
        return [adopt_button(operation), again_button(operation)]
    if operation.state is State.UNKNOWN:
        again = [] if operation.kind is Kind.CREATE else [try_again(operation)]  # that one exists: it was paid
        return [look_again(operation), *again]
    refused = operation.state is State.FAILED and operation.outcome in (Outcome.REFUSED, Outcome.NAME_TAKEN)
    if refused and operation.wanted is not None:
        return [change_button(operation)]
    return [again_button(operation)] if operation.state is State.FAILED and operation.kind is Kind.CREATE else []


def adopt_button(operation: Operation) -> Element:
    """A person knows that a creation did happen."""
    return button("It was created: adopt it", ActionId.REQUEST_ADOPT, operation.id)


def again_button(operation: Operation) -> Element:
    """The same creation as a new wish; asked for first where the earlier one may have happened."""
    if operation.state is not State.UNKNOWN:
        return button("Try again", ActionId.CREATE_AGAIN, operation.id)
    sure = confirmation(
        "Create it again?",
        f"If {bold(operation.server_name)} was created after all, two servers will be paid.",
        "Create",
        danger=True,
    )
    return button("Create it again", ActionId.CREATE_AGAIN, operation.id, confirm=sure)


def change_button(operation: Operation) -> Element:
    """The dialog once more, as it was filled."""
    change = ActionId.CREATE_CHANGE if operation.kind is Kind.CREATE else ActionId.EDIT_CHANGE
    return button("Change and try again…", change, operation.id)


def stop_button(operation: Operation, which: str = "") -> Element:
    """Nobody wants to wait any more. `which`: the server, where there are several."""
    return button(f"Stop watching{which}", ActionId.STOP_WATCHING, operation.id)


def undo_until(request: Request, now: datetime) -> datetime | None:
    """Until when it can be undone, if it was agreed to and is not done yet."""
    times = [each.not_before for each in request.operations if each.not_before and each.can_be_withdrawn(now)]
    return min(times) if times and not request.waiting else None


def cancel_button(request: Request) -> Element:
    """Withdraws it, after a question."""
    several = len(request.operations) > 1 and not request.waiting
    stopped = [each for each in request.operations if not each.ended and stopped_before(each)]
    begun = " ".join(["What was not begun yet stays as it is."] + [_left_stopped(stopped)] * bool(stopped))
    what_stays = begun if several else left_alone(request.operations)
    sure = confirmation("Withdraw the request?", what_stays, "Withdraw", "Back")
    return button("Cancel", ActionId.REQUEST_CANCEL, request.id, confirm=sure)


def closed(request: Request, now: datetime) -> str:
    """How a request stands that takes no votes any more."""
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


def names_of(request: Request) -> str:
    """Its servers; see `named`."""
    return named(request.operations)


def named(operations: Sequence[Operation]) -> str:
    """Their servers, by name when they are few; what can't be told by eye in a name is written out."""
    if len(operations) > 5:
        return counted(len(operations), "server")
    return listed([bold(revealed(each.server_name)) for each in operations])


def state_of(request: Request) -> State:
    """The state that stands for all of its operations."""
    if request.waiting:
        return State.REQUESTED
    open_ = [each.state for each in request.operations if not each.ended]
    worst = [each.state for each in request.operations if each.state is not State.SUCCEEDED]
    return (open_ or worst or [State.SUCCEEDED])[0]
