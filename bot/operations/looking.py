"""A person has a word about the watching: looks once more at what ended unknown, adopts a server, stops waiting."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.access import Tally
from bot.domain.audit import Action, Draft, Result
from bot.domain.judging import named_like
from bot.domain.operations import Kind, Operation, Outcome, State, Step
from bot.domain.roles import Member, decide
from bot.domain.servers import Server
from bot.operations.connected import is_of_connected
from bot.operations.consent import NotThere, forged
from bot.operations.parts import Parts
from bot.operations.permission import NotAllowed, check, log_forged, log_refusal
from bot.operations.writing import Written, take
from bot.store import audit, members, notes, operations, workspaces
from bot.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Looking:
    """It is watched again; its end will be told anew."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class Adopted:
    """The creation's server is known now, and watched."""

    operation: Operation
    server: Server


@dataclass(frozen=True, slots=True)
class OtherAccount:
    """It was asked for with another account than the one that is connected: whose servers are others."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class Known:
    """There is nothing to look for: its end is known, or something else is under way on the server."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class NotFitting:
    """No single server can be what the creation brought about: `number` have its name, and weren't known before."""

    operation: Operation
    number: int


async def adopt(
    parts: Parts, member: Member, operation_id: str, *, delivery: str
) -> Adopted | OtherAccount | Known | NotFitting | NotThere | NotAllowed:
    """A person says that a creation of unknown end did happen: the one server of its name is it.

    Raises Repeated when this delivery was served before; NotConnected, ProviderError.
    """
    fleet = await parts.directory.refresh(member.workspace)
    async with parts.change("operations.adopt", member.workspace, delivery) as tx:
        now = parts.clock()
        operation = await operations.get(tx, member.workspace, operation_id)
        if operation is None or operation.kind is not Kind.CREATE:
            return await forged(tx, member, operation_id, now)
        if no := await check(
            tx, member, operation.spec.permission, names=operation.names, asked="adopt a server", now=now
        ):
            return no
        by = await operations.taking(tx, member.workspace, operation.server_name)
        if operation.state is not State.UNKNOWN or operation.has_server or (by and by.id != operation.id):
            return await _too_late(tx, member, operation, now)
        present = await workspaces.get(tx, member.workspace)
        read_there = present is not None and present.connected_at == fleet.connected_at
        if present is None or not read_there or not await is_of_connected(tx, operation, present):
            return OtherAccount(operation)
        found = [each for each in named_like(operation, fleet.servers) if not await _is_known(tx, operation, each.id)]
        if len(found) != 1:
            return NotFitting(operation, len(found))
        if await operations.open_on(tx, member.workspace, [found[0].id]):
            return await _too_late(tx, member, operation, now)  # afterwards it can be adopted
        draft = Draft(
            *(Action.REQUEST_LOOKED_AGAIN, member.id, operation.server_name, operation.id),
            reason="adopted",
            detail={"server_id": found[0].id},
        )
        await audit.append(tx, member.workspace, draft, now)
        step = Step(State.SETTLING, again_in=timedelta(), seen_status=found[0].status, server_id=found[0].id)
        await take(tx, parts, [Written(operation, step)], now)
    return Adopted(operation, found[0])


async def _too_late(tx: Tx, member: Member, operation: Operation, now: datetime) -> Known:
    """The click came when there was nothing to look for, or another change holds the server: kept in the log."""
    draft = Draft(
        *(Action.REQUEST_REFUSED, member.id, operation.server_name, operation.id),
        outcome=Result.REFUSED,
        reason="too_late",
        detail={"request": operation.request, "kind": operation.kind},
    )
    await log_refusal(tx, member, draft, now, Tally.LATE)
    return Known(operation)


async def _is_known(tx: Tx, creation: Operation, server_id: str) -> bool:
    """Whether a server can't have come of a creation: it came of another one, or people dealt with it before."""
    called = creation.called_at or creation.requested_at
    known = await operations.history(tx, creation.workspace, server_id, limit=50, before=None)
    note = await notes.get(tx, creation.workspace, server_id)
    noted = note is not None and note.written_at is not None and note.written_at < called
    return noted or any(each.kind is Kind.CREATE or each.requested_at < called for each in known)


async def _is_held(tx: Tx, operation: Operation) -> bool:
    """Whether another change is under way on its server, or takes the name that it would take."""
    if await operations.open_on(tx, operation.workspace, [operation.server_id]):
        return True
    by = await operations.taking(tx, operation.workspace, operation.takes_name) if operation.takes_name else None
    return by is not None and not by.ended


async def stop_watching(
    parts: Parts, member: Member, operation_id: str, *, delivery: str
) -> Looking | Known | NotThere | NotAllowed:
    """Nobody wants to wait for it any more. Raises Repeated when this delivery was served before."""
    async with parts.change("operations.stop_watching", member.workspace, delivery) as tx:
        now = parts.clock()
        operation = await operations.get(tx, member.workspace, operation_id)
        if operation is None:
            return await forged(tx, member, operation_id, now)
        names, label = operation.names, f"stop watching {operation.kind}"
        if no := await check(tx, member, operation.spec.permission, names=names, asked=label, now=now):
            return no
        if operation.state is not State.SETTLING:
            return await _too_late(tx, member, operation, now)
        draft = Draft(Action.WATCH_STOPPED, member.id, target=operation.server_name, operation=operation.id)
        await audit.append(tx, member.workspace, draft, now)
        await take(tx, parts, [Written(operation, Step(State.UNKNOWN, Outcome.UNWATCHED, words=member.id))], now)
    return Looking(operation)


async def look_once_more(
    parts: Parts, member: Member, operation_id: str, *, delivery: str
) -> Looking | Known | NotThere | NotAllowed:
    """Puts an unknown operation back to be watched. Raises Repeated when this delivery was served before."""
    async with parts.change("operations.look_again", member.workspace, delivery) as tx:
        now = parts.clock()
        operation = await operations.get(tx, member.workspace, operation_id)
        if operation is None:
            return await forged(tx, member, operation_id, now)
        names, label = operation.names, f"check {operation.kind}"
        if no := await check(tx, member, operation.spec.permission, names=names, asked=label, now=now):
            return no
        if operation.state is not State.UNKNOWN or not operation.has_server:
            return await _too_late(tx, member, operation, now)
        if await _is_held(tx, operation):
            return await _too_late(tx, member, operation, now)
        draft = Draft(Action.REQUEST_LOOKED_AGAIN, member.id, target=operation.server_name, operation=operation.id)
        await audit.append(tx, member.workspace, draft, now)
        step = Step(State.SETTLING, operation.outcome, again_in=timedelta(), seen_status=operation.seen_status)
        await take(tx, parts, [Written(operation, step)], now)
    return Looking(operation)


ELSEWHERE = (Kind.CREATE, Kind.DELETE)
"""Kinds whose *Try again* is another button: a creation's own, and the dialog of a deletion."""


async def to_repeat(
    parts: Parts, member: Member, operation_id: str, *, delivery: str
) -> Operation | Known | NotThere | NotAllowed:
    """The change of unknown end that a person wants once more; filing it decides everything anew.

    It stands for what nobody knows, so it is over when that is known, or something else was done to the server since.
    Raises Repeated when this delivery was served before.
    """
    async with parts.store.read() as tx:
        operation = await operations.get(tx, member.workspace, operation_id)
        if operation is not None and await _repeatable(tx, operation, member, parts.clock()):
            return operation
    async with parts.change("operations.not_repeated", member.workspace, delivery) as tx:
        now = parts.clock()
        if operation is None or operation.kind in ELSEWHERE:
            await log_forged(tx, member, "change", now)
            return NotThere()
        names, label = operation.names, f"try again to {operation.kind}"
        if no := await check(tx, member, operation.spec.permission, names=names, asked=label, now=now):
            return no
        return await _too_late(tx, member, operation, now)


async def _repeatable(tx: Tx, operation: Operation, member: Member, now: datetime) -> bool:
    if operation.kind in ELSEWHERE or operation.state is not State.UNKNOWN:
        return False
    grants = await members.of_workspace(tx, member.workspace)
    if not decide(grants, member, operation.spec.permission, names=operation.names, now=now).allowed:
        return False
    [newest, *_] = await operations.history(tx, member.workspace, operation.server_id, limit=1, before=None)
    return newest.id == operation.id or not newest.ended  # what is under way is named when this is filed
