"""What an operation does next, from its row and from what the provider shows: never from memory. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.fleet import PASSING
from bot.domain.operations import CATALOG, UPDATES, Kind, Operation, Outcome, Request, State, Step
from bot.domain.servers import Server, Status
from bot.domain.wanted import fits, has_become

# How long things may take. The provider documents none of it; each is told when it is reached.
OVERDUE_AFTER = timedelta(minutes=5)
SHOWS_WITHIN = timedelta(minutes=5)
"""How late a server that was bought may show: until then, one that isn't seen isn't gone."""

GIVE_UP_AFTER = timedelta(hours=24)
RESTART_SEEN_WITHIN = timedelta(seconds=60)
UNREACHABLE_FOR = timedelta(minutes=5)
TOO_LATE_AFTER = timedelta(minutes=10)
"""A change that nobody could begin with for this long is not done any more: it would surprise. See `consent_lasts`."""

UPDATE_SEEN_WITHIN = timedelta(seconds=60)
CLOCKS_DIFFER = timedelta(minutes=2)
"""How far the provider's clock may be behind ours when it dates a server that our call created."""
DATES_DIFFER = timedelta(days=1)
"""The same, when a person says which server it is: a zone that was mistaken makes hours, not days."""
READS_IN_VAIN = 2
"""Readings of the list, after the call can't be in flight any more, before a creation's end counts as unknown."""
BETWEEN_READS = 5
"""Times the usual pause."""

STOP_SEEN_WITHIN = timedelta(seconds=60)
"""How long a server may go on running after a stop was accepted, or refused, before it is told to stop once more."""
STOPS_WITHIN = timedelta(minutes=15)
"""How long a server may be stopping before a deletion that waits for it is given up."""

MOST_CALLS = 5
SLOWEST_LOOK = timedelta(seconds=30)


def next_look(looks: int, base: timedelta) -> timedelta:
    """The pause before the next look: fast at first, then slower, at most 30 s."""
    return min(base * 1.2 ** min(looks, 40), max(SLOWEST_LOOK, base))


def joins(operation: Operation, now: datetime, base: timedelta) -> bool:
    """Whether an accepted operation is looked at when others are: half of its own pause is over.

    So those that were asked for at different seconds fall into step, and one reading of the list serves them all.
    """
    return operation.due_at is not None and operation.due_at - now <= next_look(operation.looks, base) / 2


def reconcile(operation: Operation, seen: Server | None, now: datetime, base: timedelta) -> Step:
    """The step after a call whose end is not known, from what the server's own page shows now.

    In the wanted state or on its way: settle. In the old state: a start, stop or delete is called again (twice does
    no harm); a reboot is waited for until the call can no longer be in flight, then it is for a person to decide.
    """
    spec = CATALOG[operation.called_kind]
    if seen is None:
        return _gone(operation)
    status = seen.status
    if spec.kind in UPDATES:
        return _updated(operation, seen)
    if operation.stop_first:
        return _stop_reconciled(operation, status, now, base)
    moved = _has_moved(operation, seen)
    # "Stopped" is on a reboot's way, but not when it was stopped before the call.
    passing = status in spec.passing and (spec.harmless_twice or status != operation.seen_status)
    if passing or moved or (status == spec.wanted and spec.harmless_twice):
        moving = spec.kind is Kind.REBOOT or status in spec.passing
        return Step(State.SETTLING, again_in=timedelta(), moving=moving, seen_status=status)
    if spec.harmless_twice:
        if operation.calls < MOST_CALLS:
            return Step(State.APPROVED, Outcome.LOST, again_in=timedelta(), seen_status=status)
        if spec.kind is Kind.DELETE:  # one of them may take effect yet: nobody is told that it is still there
            return Step(State.UNKNOWN, Outcome.LOST, seen_status=status)
        return Step(State.FAILED, Outcome.NO_EFFECT, seen_status=status)
    if operation.lease_until is not None and now < operation.lease_until:
        pause = min(base, operation.lease_until - now)
        return Step(State.CALLING, Outcome.LOST, again_in=pause, seen_status=status)
    return Step(State.UNKNOWN, Outcome.LOST, seen_status=status)


def created_since(operation: Operation, servers: Sequence[Server]) -> tuple[Server, ...]:
    """The servers that may have come of a creation's call: of its name, plan, system and place, and not older."""
    earliest = (operation.called_at or operation.requested_at) - CLOCKS_DIFFER
    return tuple(
        each
        for each in named_like(operation, servers)
        if operation.wanted and fits(each, operation.wanted) and each.created_at and each.created_at >= earliest
    )


def named_like(operation: Operation, servers: Sequence[Server]) -> tuple[Server, ...]:
    """The servers of a creation's name that a person may say came of it: the provider's dates may be wrong, or missing.

    No other server had the name when it was called.
    """
    earliest = (operation.called_at or operation.requested_at) - DATES_DIFFER
    return tuple(
        each
        for each in servers
        if each.name.casefold() == operation.server_name.casefold()
        and (each.created_at is None or each.created_at >= earliest)
    )


def reconcile_creation(operation: Operation, servers: Sequence[Server], now: datetime, base: timedelta) -> Step:
    """The step after a creation's call whose end is not known, from the complete list.

    Exactly one server that fits: that is it. None: the call may be in flight until its lease ends, and the list may
    be late, so it is read twice more after that; then a person decides. It is never called again by itself.
    """
    found = created_since(operation, servers)
    if len(found) == 1:
        return Step(State.SETTLING, again_in=timedelta(), server_id=found[0].id, seen_status=found[0].status)
    if found:
        return Step(State.UNKNOWN, Outcome.LOST, words=f"{len(found)} servers fit")
    if operation.lease_until is not None and now < operation.lease_until:
        return Step(State.CALLING, Outcome.LOST, again_in=min(base, operation.lease_until - now))
    if operation.reads < READS_IN_VAIN:
        return Step(State.CALLING, Outcome.LOST, again_in=BETWEEN_READS * base, read=True)
    return Step(State.UNKNOWN, Outcome.LOST)


def _updated(operation: Operation, seen: Server) -> Step:
    """An edit's values are there, or it is called again: the same values twice do no harm."""
    if operation.wanted is not None and has_become(seen, operation.wanted):
        return Step(State.SETTLING, again_in=timedelta(), seen_status=seen.status)
    if operation.calls >= MOST_CALLS:
        return Step(State.FAILED, Outcome.NO_EFFECT, seen_status=seen.status)
    return Step(State.APPROVED, Outcome.LOST, again_in=timedelta(), seen_status=seen.status)


def before_deletion(operation: Operation, status: str, now: datetime, base: timedelta) -> Step | None:
    """The step of a deletion that begins with a stop, from the server's own page; None: the stop is to be called now.

    Whatever the call's answer was, only a server that is seen stopped has been stopped. One that doesn't stop isn't
    deleted: the stop was to show whether anybody misses it.
    """
    needless = not operation.calls and status not in (Status.ACTIVE, *PASSING)
    if status == Status.STOPPED or needless:
        return _stopped(operation, status, now)
    since, called = operation.called_at or now, operation.lease_until or now
    answered = operation.calls and operation.outcome in (None, Outcome.REFUSED)
    if operation.calls and status in CATALOG[Kind.STOP].passing:
        return _stopping(operation, status, base) if now - since < STOPS_WITHIN else _not_stopped(operation, status)
    if answered and now - called < STOP_SEEN_WITHIN:
        return _stopping(operation, status, base)
    if operation.calls < MOST_CALLS or operation.outcome in _PUT_BACK:
        return None
    return _not_stopped(operation, status)


def _stop_reconciled(operation: Operation, status: str, now: datetime, base: timedelta) -> Step:
    """The same after a call whose end is not known."""
    if status == Status.STOPPED:
        return _stopped(operation, status, now)
    if status in CATALOG[Kind.STOP].passing:
        return _stopping(operation, status, base)
    if operation.calls < MOST_CALLS:
        return Step(State.APPROVED, Outcome.LOST, again_in=timedelta(), seen_status=status)
    return _not_stopped(operation, status)


def _stopped(operation: Operation, status: str, now: datetime) -> Step:
    """The stop before a deletion is over: the time to undo it runs."""
    rest = max((operation.not_before or now) - now, timedelta())
    return Step(State.APPROVED, words=_said(operation), again_in=rest, stopped=True, seen_status=status)


def _stopping(operation: Operation, status: str, base: timedelta) -> Step:
    """It runs yet. What VPS.org said to the stop is kept until its end."""
    refused = operation.outcome if operation.outcome is Outcome.REFUSED else None
    pause = next_look(operation.looks, base)
    return Step(State.APPROVED, refused, words=_said(operation), again_in=pause, seen_status=status)


def _not_stopped(operation: Operation, status: str) -> Step:
    return Step(State.FAILED, Outcome.NOT_STOPPED, words=_said(operation), seen_status=status)


def _said(operation: Operation) -> str:
    return operation.words if operation.outcome is Outcome.REFUSED else ""


def anew(operation: Operation, now: datetime, undo: timedelta) -> Step:
    """What was agreed to long ago begins now, tried as long as any other; a stop comes before the time to undo."""
    first = operation.stop_first
    return Step(
        State.APPROVED,
        again_in=timedelta() if first else undo,
        not_before=now + undo,
        stop_first=first,
        seen_status=operation.seen_status,
    )


def _gone(operation: Operation) -> Step:
    """The server's own page knows nothing of it: the end of a deletion once the list agrees, else a failure."""
    if operation.called_kind is Kind.DELETE:
        return Step(State.SETTLING, again_in=timedelta())
    return Step(State.FAILED, Outcome.GONE)


def settle(operation: Operation, seen: Server | None, now: datetime, base: timedelta) -> Step:
    """The step of an accepted operation from what the provider shows: "accepted" is not "done".

    A reboot is done when the server is active and was seen not active since the call (the call's own answer
    counts), or its `updated_at` went ahead; a creation when it is active and has its address; an edit when the
    values are there.
    """
    spec = operation.spec
    since = operation.accepted_at or operation.requested_at
    if seen is None:
        return _gone_from_sight(operation, now - since, base)
    lost = Outcome.LOST if operation.outcome is Outcome.LOST else None  # a person asked to look again
    moving = operation.seen_moving or seen.status in spec.passing or _has_moved(operation, seen)
    if spec.kind in UPDATES and operation.wanted is not None:
        if has_become(seen, operation.wanted):
            return Step(State.SUCCEEDED, Outcome.DONE, seen_status=seen.status)
        if now - since >= UPDATE_SEEN_WITHIN:
            return Step(State.FAILED, Outcome.NO_EFFECT, seen_status=seen.status)
    if seen.status == spec.wanted and (spec.kind is not Kind.CREATE or seen.address):
        if spec.kind is not Kind.REBOOT or moving:
            words = (seen.address or "") if spec.kind is Kind.CREATE else ""  # what people wait for
            return Step(State.SUCCEEDED, Outcome.DONE, words=words, moving=moving, seen_status=seen.status)
        if now - since >= RESTART_SEEN_WITHIN:
            return Step(State.UNKNOWN, lost or Outcome.NO_RESTART_SEEN, seen_status=seen.status)
    if now - since >= GIVE_UP_AFTER:
        return Step(State.UNKNOWN, Outcome.NEVER_SETTLED, moving=moving, seen_status=seen.status)
    if lost and not moving and now - since >= RESTART_SEEN_WITHIN:
        return Step(State.UNKNOWN, lost, seen_status=seen.status)
    pause = next_look(operation.looks, base)
    return Step(State.SETTLING, lost, again_in=pause, moving=moving, seen_status=seen.status)


def _gone_from_sight(operation: Operation, waited: timedelta, base: timedelta) -> Step:
    """Neither list nor page know the server: a deletion is done. One that was just bought may show late."""
    if operation.kind is Kind.DELETE:
        return Step(State.SUCCEEDED, Outcome.DONE)
    if operation.kind is not Kind.CREATE:
        return Step(State.FAILED, Outcome.GONE)
    if waited < SHOWS_WITHIN:
        return Step(State.SETTLING, again_in=next_look(operation.looks, base), seen_status=operation.seen_status)
    return Step(State.UNKNOWN, Outcome.GONE)


def overdue(operation: Operation, now: datetime, creation: timedelta) -> bool:
    """Whether the requester should be told, once, that it takes unusually long: after `creation`, where one is made."""
    since = operation.called_at or operation.wanted_since
    if operation.state is State.REQUESTED or operation.stop_first:
        return False  # it waits for people, and they are reminded; or for the time to undo it
    after = creation if operation.kind is Kind.CREATE else OVERDUE_AFTER
    return not operation.ended and not operation.overdue_told and now - since >= after


def told_at(operation: Operation, creation: timedelta) -> datetime | None:
    """When the requester is told of a wait at the latest, however long the provider wants to be left alone."""
    if operation.state is State.APPROVED and operation.outcome in _PUT_BACK:
        return operation.wanted_since + UNREACHABLE_FOR
    if operation.overdue_told or operation.ended or operation.state is State.REQUESTED or operation.stop_first:
        return None
    after = creation if operation.kind is Kind.CREATE else OVERDUE_AFTER
    return (operation.called_at or operation.wanted_since) + after


def troubled(operation: Operation) -> bool:
    """Whether a server that is waited for shows a status that isn't on its way: how it fails is not documented.

    One that should run or stand still may be anywhere between the two; what has no status to reach has none to miss.
    """
    spec = operation.spec
    expected = {"", "unknown", Status.ACTIVE, *spec.passing}
    if spec.kind is not Kind.CREATE:
        expected |= {Status.STOPPED, *PASSING}
    watched = operation.state is State.SETTLING and spec.wanted is not None
    return watched and operation.seen_status not in expected


def gave_up(operation: Operation, now: datetime) -> Step | None:
    """The end of what was put back before its call for as long as it is tried: a later try would surprise."""
    put_back = operation.state is State.APPROVED and operation.outcome in _PUT_BACK
    if not put_back or now - operation.wanted_since < UNREACHABLE_FOR:
        return None
    to = State.VOID if operation.outcome is Outcome.UNREAD else State.FAILED
    return Step(to, operation.outcome, words=operation.words, seen_status=operation.seen_status)


_PUT_BACK = (Outcome.RATE_LIMITED, Outcome.UNREACHABLE, Outcome.UNREAD)
"""Why nothing was sent yet, for reasons that pass by themselves."""


def too_late(operation: Operation, now: datetime, *, after: timedelta = TOO_LATE_AFTER) -> bool:
    """Whether the bot was away so long, before it ever tried, that doing it now would surprise."""
    untried = operation.state is State.APPROVED and not operation.calls and operation.outcome is None
    return untried and now - operation.wanted_since > after


def consent_lasts(request: Request) -> timedelta:
    """How late its changes may still begin.

    A deletion that others agreed to holds as long as people had to agree to it: what was approved, by whom, and what
    the policy says are compared again in the step that enters the call, so it is still what they wanted.
    """
    if request.kind is not Kind.DELETE or not request.approvals or request.expires_at is None:
        return TOO_LATE_AFTER
    return max(TOO_LATE_AFTER, request.expires_at - request.created_at)


def _has_moved(operation: Operation, seen: Server) -> bool:
    """Whether a reboot left its trace in `updated_at`; the other kinds are judged by status alone."""
    if operation.kind is not Kind.REBOOT or operation.updated_before is None or seen.updated_at is None:
        return False
    return seen.updated_at > operation.updated_before
