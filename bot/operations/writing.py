"""Writes steps: the row, the log, and the messages they promise, in one transaction."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import stamina

from bot.domain.audit import BOT, Action, Draft, Result
from bot.domain.field_words import in_one_line
from bot.domain.judging import SLOWEST_LOOK, overdue, told_at, troubled
from bot.domain.notes import Note, lived
from bot.domain.notices import VOTERS, Notice, NoticeKind
from bot.domain.operations import ENDED, Kind, Operation, Outcome, Request, State, Step
from bot.operations.noting import keep_note
from bot.operations.parts import Parts
from bot.store import audit, notes, notices, operations
from bot.store.engine import DatabaseFailure, Tx

_RESULTS = {
    State.SUCCEEDED: Result.OK,
    State.FAILED: Result.FAILED,
    State.UNKNOWN: Result.UNKNOWN,
    State.VOID: Result.REFUSED,
    State.DENIED: Result.REFUSED,
    State.EXPIRED: Result.REFUSED,
    State.CANCELLED: Result.REFUSED,
}


MOST_STATUSES = 5
"""Statuses of one server that are told: a provider that counts percents there must not make a message of each."""


@dataclass(frozen=True, slots=True)
class Written:
    """A step, and the operation as it was when the step was decided."""

    before: Operation
    step: Step


def until_written() -> AsyncIterator[stamina.Attempt]:
    """Attempts at writing down what has happened outside and can't be taken back: a lost connection doesn't end them.

    What is written so must do no harm when it was written before after all.
    """
    return stamina.retry_context(on=DatabaseFailure, attempts=10, timeout=20.0, wait_initial=0.1, wait_max=3.0)


async def write(parts: Parts, name: str, steps: Iterable[Written]) -> None:
    """Commits steps of one workspace. One that somebody was quicker with is left out: what it rests on is gone."""
    steps = list(steps)
    if not steps:
        return
    async with parts.store.begin(name, steps[0].before.workspace) as tx:
        await take(tx, parts, steps, parts.clock())
    if any(_is_its_server(each) or _is_created(each) for each in steps):
        parts.snapshots.forget(steps[0].before.workspace)  # its note is new
    parts.wake()


async def take(tx: Tx, parts: Parts, steps: Iterable[Written], now: datetime) -> None:
    """The same inside a transaction that writes more, such as the vote that the steps follow from."""
    quiet: list[tuple[Operation, Operation]] = []
    strange: dict[tuple[str, str], list[Operation]] = {}
    for given in steps:
        each = _honest(await _unless_held(tx, parts, given))
        after = _in_time(_after(each.before, each.step, now), now, parts.overdue_after)
        late = overdue(after, now, parts.overdue_after)
        if not (_shows(each.before, after) or late or _turned_strange(each.before, after)):
            quiet.append((each.before, after))
        elif await operations.save(tx, each.before, replace(after, overdue_told=after.overdue_told or late)):
            await _tell(tx, parts, each.before, after, now, late=late)
            if _turned_strange(each.before, after):
                strange.setdefault((after.request, after.seen_status), []).append(after)
            if _is_its_server(each) or (_is_created(each) and not await _was_noted(tx, after)):
                await _whose(tx, after, now)
    for alike in strange.values():
        await _tell_status(tx, parts, alike, now)
    await operations.save_all(tx, quiet)  # ten thousand may wait for one workspace


def _is_its_server(given: Written) -> bool:
    """Whether a creation learns with this step which server is its own."""
    return bool(given.step.server_id) and not given.before.has_server


def _is_created(given: Written) -> bool:
    """Whether a creation comes to its good end. One that a former version accepted has its server, but no note."""
    return given.before.kind is Kind.CREATE and given.step.to is State.SUCCEEDED


async def _was_noted(tx: Tx, created: Operation) -> bool:
    """Whether a server has a note, or had one: what a person emptied meanwhile stays empty."""
    if await notes.get(tx, created.workspace, created.server_id):
        return True
    written = await audit.of_actions(tx, created.workspace, [Action.NOTE_WRITTEN])
    return any(json.loads(each.detail).get("server_id") == created.server_id for each in written)


def _honest(given: Written) -> Written:
    """What was called, and whose answer was lost, may take effect late: then nobody is told that it wasn't done."""
    before, step = given.before, given.step
    untouched = step.to in (State.FAILED, State.VOID, State.CANCELLED)
    if not (before.lost and before.state in (State.APPROVED, State.CALLING) and untouched) or before.stop_first:
        return given
    if before.state is State.CALLING and step.outcome in (Outcome.GONE, Outcome.NO_EFFECT):
        return given  # seen on the server's own page, not concluded from a refusal
    words = step.words if step.to is State.FAILED else ""  # the provider's, and not whoever voided it
    return Written(before, Step(State.UNKNOWN, Outcome.LOST, words=words, seen_status=step.seen_status))


async def _unless_held(tx: Tx, parts: Parts, given: Written) -> Written:
    """A creation that found its server waits while somebody's other change holds that one."""
    before, step = given.before, given.step
    if step.server_id in ("", before.server_id):
        return given
    held = await operations.open_on(tx, before.workspace, [step.server_id])
    if not held or before.ended:
        return given
    return Written(before, Step(before.state, before.outcome, words=before.words, again_in=parts.poll))


def _in_time(after: Operation, now: datetime, creation: timedelta) -> Operation:
    """Looked at no later than its requester is to be told of the wait: a `Retry-After` may be longer."""
    told = told_at(after, creation)
    long = after.due_at is not None and after.due_at - now > SLOWEST_LOOK
    return replace(after, due_at=min(after.due_at or now, told)) if long and told and told > now else after


def _after(before: Operation, step: Step, now: datetime) -> Operation:
    """The operation with a step taken."""
    ended = step.to in ENDED
    accepted = step.to is State.SETTLING and (before.accepted_at is None or before.state is State.UNKNOWN)
    if step.not_before:
        before = replace(before, not_before=step.not_before, stop_first=step.stop_first)
    if step.stopped:  # nothing of the deletion itself was done yet
        before = replace(before, stop_first=False, calls=0, called_at=None, lease_until=None, lost=False)
        before = replace(before, seen_moving=False)
    return replace(
        before,
        state=step.to,
        outcome=step.outcome,
        lost=before.lost or step.outcome is Outcome.LOST,
        words=step.words,
        due_at=None if ended else now + (step.again_in or timedelta()),
        ended_at=now if ended else None,
        approved_at=now if step.to is State.APPROVED and before.approved_at is None else before.approved_at,
        accepted_at=now if accepted else before.accepted_at,
        seen_moving=before.seen_moving or step.moving,
        seen_status=(step.seen_status or before.seen_status)[:64],
        looks=0 if accepted else before.looks + 1,
        server_id=step.server_id or before.server_id,
        reads=before.reads + step.read,
    )


def _shows(before: Operation, after: Operation) -> bool:
    """Whether people see something of a step. A creation takes minutes: its card counts them, at every look."""
    moved = (before.state, before.outcome, before.stop_first) != (after.state, after.outcome, after.stop_first)
    moved = moved or before.not_before != after.not_before
    return moved or after.ended or (after.kind is Kind.CREATE and after.state is State.SETTLING)


def _turned_strange(before: Operation, after: Operation) -> bool:
    """Whether a server that is waited for shows a status that isn't on its way, and didn't before."""
    return after.seen_status != before.seen_status and troubled(after)


async def _tell(tx: Tx, parts: Parts, before: Operation, after: Operation, now: datetime, *, late: bool) -> None:
    workspace, request = after.workspace, after.request
    await notices.renew(tx, workspace, NoticeKind.CARD, request, now)
    if before.stop_first and before.calls and (after.ended or not after.stop_first):
        await audit.append(tx, workspace, _stop_ended(after), now)
    if after.ended:
        await audit.append(tx, workspace, _ended(after), now)
        if await operations.all_ended(tx, workspace, request):
            outcome = _notice(parts, after, NoticeKind.OUTCOME, now)
            known = await operations.request(tx, workspace, request)
            if known and known.needed:  # its card stands where consent is asked for; its end is told where it was typed
                outcome = replace(outcome, wanted_channel=known.channel)
                await _tell_voters(tx, parts, outcome, known, now)
            if await notices.promised(tx, outcome):  # a person asked to look again: another end, another message
                outcome = replace(outcome, subject=f"{request}:{outcome.id}")
            await notices.promise_once(tx, outcome, now)
    if late:
        await notices.promise_once(tx, _notice(parts, after, NoticeKind.OVERDUE, now), now)


async def _tell_status(tx: Tx, parts: Parts, waiting: Sequence[Operation], now: datetime) -> None:
    """A status that isn't on the way is told at once, once of each server, whether it is late, or told so, or not.

    `waiting`: those of one request that turned to the same one. Together they make one message.
    """
    first, subjects = waiting[0], f"{waiting[0].request}:"
    known = await notices.all_about(tx, first.workspace, NoticeKind.OVERDUE, subjects)
    told = [(of, each.detail.get("status")) for each in known for of in each.detail.get("operation", "").split(",")]
    ids = [each.id for each in waiting if (each.id, first.seen_status) not in told]
    ids = [each for each in ids if [of for of, _ in told].count(each) < MOST_STATUSES]
    if ids:
        detail = {"status": first.seen_status, "operation": ",".join(ids)}
        notice = replace(_notice(parts, first, NoticeKind.OVERDUE, now), subject=f"{subjects}{len(known)}")
        await notices.promise(tx, [replace(notice, detail=detail)], now)


async def _tell_voters(tx: Tx, parts: Parts, outcome: Notice, request: Request, now: datetime) -> None:
    """Those whose approval came to nothing hear it where they gave it: the card's last update notifies nobody."""
    voters = [vote.voter for vote in request.approvals]
    if not voters or not request.voided:
        return
    if await notices.card_channel(tx, request.workspace, request.id) == request.channel:
        return  # the requester's message stands there, and mentions them
    told = replace(
        outcome,
        id=parts.new_id(),
        subject=f"{request.id}:{VOTERS}",
        recipient=voters[0],
        wanted_channel="",  # where the card stands
        detail={"to": VOTERS},
    )
    await notices.promise_once(tx, told, now)


async def _whose(tx: Tx, created: Operation, now: datetime) -> None:
    """A server belongs to who asked for it, or whom they named; who is asked when its life is over.

    It is noted as soon as it is known which one it is: it is paid, whether anybody ever sees the creation's end. What
    a person noted before that stands.
    """
    wanted = created.wanted
    if wanted is None:
        return
    until = lived(wanted.lifetime, now, wanted.zone) if wanted.lifetime else None
    before = await notes.get(tx, created.workspace, created.server_id) or Note(created.server_id, created.server_name)
    note = replace(
        before,
        owner=before.owner or wanted.owner or created.requester,
        until=before.until or until,
        text=before.text or wanted.purpose,
    )
    if note != before:
        await keep_note(tx, created.workspace, note, by=created.requester, zone=wanted.zone, now=now)


def _stop_ended(operation: Operation) -> Draft:
    """What came of the stop before a deletion: that it is stopped, or the end of it all."""
    done = State.SUCCEEDED, Outcome.DONE
    state, outcome = (operation.state, operation.outcome) if operation.ended else done
    return _ended(replace(operation, kind=Kind.STOP, state=state, outcome=outcome))


def _ended(operation: Operation) -> Draft:
    return Draft(
        operation.spec.trail.ended,
        BOT,
        target=operation.server_name,
        operation=operation.id,
        outcome=_RESULTS[operation.state],
        reason=operation.outcome or "",
        detail={
            "kind": operation.kind,
            "server_id": operation.server_id,
            "state": operation.state,
            "seen": operation.seen_status,
            "provider": in_one_line(operation.words),
        },
    )


def _notice(parts: Parts, operation: Operation, kind: NoticeKind, now: datetime) -> Notice:
    return Notice(
        id=parts.new_id(),
        workspace=operation.workspace,
        kind=kind,
        subject=operation.request,
        recipient=operation.requester,
        wanted_channel="",  # where the card stands
        created_at=now,
        detail={},
    )
