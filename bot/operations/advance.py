"""Moves operations that are due one step each: call, recover, settle.

First the row and its audit entry, then the call. In the step that enters the call the server is read again and
permission is decided again. A call is sent at most once per intent; what became of it is read, never assumed.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.audit import Action, Draft, Result
from bot.domain.judging import (
    SLOWEST_LOOK,
    anew,
    before_deletion,
    consent_lasts,
    gave_up,
    joins,
    reconcile,
    reconcile_creation,
    settle,
    too_late,
)
from bot.domain.notices import NoticeKind
from bot.domain.operations import CATALOG, UPDATES, Kind, Operation, Outcome, State, Step
from bot.domain.policy import policy_of
from bot.domain.selectors import matches
from bot.domain.servers import Server
from bot.operations.calling import call, intent_of
from bot.operations.connected import is_same_account, of_connected
from bot.operations.parts import Parts
from bot.operations.preparing import plan_now
from bot.operations.reasons import People, people_of, why_not
from bot.operations.sending import done_already
from bot.operations.steps import before_call_error, unreadable_now
from bot.operations.writing import Written, write
from bot.store import audit, fleet, notices, operations, protections, workspaces
from bot.store.engine import Tx
from bot.store.protections import Protection
from bot.store.workspaces import Workspace
from bot.vps.client import ProviderAccount
from bot.vps.errors import ProviderError, Trouble
from bot.workspaces.directory import NotConnected
from bot.workspaces.resting import LONGEST_REST

AT_ONCE = 8
"""Servers of one workspace whose own page is read together."""


async def move(parts: Parts, workspace: str, operation_id: str) -> None:
    """Moves one operation that is to be called, or whose call is not known to have ended, one step."""
    async with parts.store.read() as tx:
        operation = await operations.get(tx, workspace, operation_id)
    if operation is None or operation.due_at is None or operation.due_at > parts.clock():
        return  # an old ticket: somebody took that step, and what follows has its time
    if operation.state is State.APPROVED:
        await _call(parts, operation)
    elif operation.state is State.CALLING:
        await _recover(parts, operation)


async def settle_due(parts: Parts, workspace: str, now: datetime) -> None:
    """Looks after the accepted operations of a workspace that are due, or soon: one list call, however many."""
    async with parts.store.read() as tx:
        waiting = await operations.settling_due(tx, workspace, now + max(SLOWEST_LOOK, parts.poll) / 2)
    due = [each for each in waiting if each.due_at and each.due_at <= now]
    if due:
        early = [each for each in waiting[len(due) :] if joins(each, now, parts.poll)]
        # A look before its turn doesn't count: it must not slow down those that follow.
        await _settle(parts, workspace, [*due, *(replace(each, looks=each.looks - 1) for each in early)])


async def _call(parts: Parts, operation: Operation) -> None:
    if late := await _late(parts, operation):
        if late.to is State.FAILED:
            await write(parts, "operations.too_late", [Written(operation, late)])
        else:
            await write(parts, "operations.not_called", [Written(operation, late)])
        return
    if given_up := gave_up(operation, parts.clock()):
        await write(parts, "operations.given_up", [Written(operation, given_up)])
        return
    if await _of_another_account(parts, operation):
        await write(parts, "operations.void", [Written(operation, Step(State.VOID, Outcome.OTHER_ACCOUNT))])
        return
    try:
        connected_at = (await parts.snapshots.of(operation.workspace)).workspace.connected_at
        account = await parts.directory.account(operation.workspace)
        seen = await _before_the_call(parts, account, operation)
    except (NotConnected, ProviderError) as error:
        await write(parts, "operations.not_called", [Written(operation, before_call_error(operation, error, parts))])
        return
    if operation.stop_first and (step := before_deletion(operation, seen.status, parts.clock(), parts.poll)):
        await write(parts, "operations.before_deletion", [Written(operation, step)])
        return
    if step := done_already(operation, seen):
        await write(parts, "operations.needless", [Written(operation, step)])
        return
    intent = await _enter_call(parts, operation, seen, await people_of(parts, operation), connected_at)
    if intent is not None:
        await call(parts, account, intent)


async def _late(parts: Parts, operation: Operation) -> Step | None:
    """What becomes of a change whose time came while the bot was away; few are late at all: only then more is read.

    What holds still begins anew, its time to undo, too: as long as the bot was away, nobody could cancel.
    """
    now = parts.clock()
    if not too_late(operation, now):
        return None
    async with parts.store.read() as tx:
        request = await operations.request(tx, operation.workspace, operation.request)
        known = await workspaces.get(tx, operation.workspace)
    if request is None or too_late(operation, now, after=consent_lasts(request)):
        return Step(State.FAILED, Outcome.TOO_LATE)
    undo = policy_of(known.settings if known else {}).undo if operation.not_before else timedelta()
    return anew(operation, now, undo)


async def _of_another_account(parts: Parts, operation: Operation) -> bool:
    """Whether another account is connected than the one that it was asked for: that one knows nothing of the server."""
    connected = (await parts.snapshots.of(operation.workspace)).workspace
    return connected.token is not None and not await is_same_account(parts, operation)


async def _before_the_call(parts: Parts, account: ProviderAccount, operation: Operation) -> Server:
    """The server's own page; for a creation, the server that has its name already, else its plan as it is offered."""
    if operation.kind is not Kind.CREATE:
        return await account.server(operation.server_id)
    fleet = await parts.directory.refresh(operation.workspace)
    for each in fleet.servers:
        if each.name.casefold() == operation.takes_name:
            return each
    plan = await plan_now(account, operation.wanted) if operation.wanted else None
    return Server(operation.server_id, operation.server_name, "", plan=plan)


async def _enter_call(
    parts: Parts, operation: Operation, seen: Server, people: People, connected_at: datetime | None
) -> Operation | None:
    """Commits that the call will now be made; None when it may not, or when someone else was quicker."""
    async with parts.store.begin("operations.call", operation.workspace) as tx:
        now = parts.clock()
        present = await workspaces.get(tx, operation.workspace)
        if present is None or present.connected_at != connected_at:
            return None  # another account, or none, since the server was read: the next look begins anew
        if not operation.stop_first and operation.not_before is not None and now < operation.not_before:
            return None  # it can still be undone
        no = await why_not(tx, parts, present, operation, seen, people, now)
        if no is None:
            after = intent_of(operation, seen, now, parts)
            if not await operations.save(tx, operation, after):
                return None
            await audit.append(tx, operation.workspace, _called(after), now)
            await _keep_protected(tx, present, operation, now)
            await notices.renew(tx, operation.workspace, NoticeKind.CARD, operation.request, now)
            return replace(after, version=operation.version + 1)
    await write(parts, "operations.void", [Written(operation, no)])
    return None


def _called(operation: Operation) -> Draft:
    return Draft(
        CATALOG[operation.called_kind].trail.called,
        operation.requester,
        target=operation.server_name,
        operation=operation.id,
        outcome=Result.PENDING,
        detail={"kind": operation.called_kind, "server_id": operation.server_id, "call": operation.calls},
    )


async def _keep_protected(tx: Tx, present: Workspace, operation: Operation, now: datetime) -> None:
    """A server that a pattern protects stays protected under a name that doesn't fit it: by its id."""
    name, wanted = operation.server_name, operation.wanted
    fitted = [glob for glob in policy_of(present.settings).protected if matches(glob, name)]
    shed = [glob for glob in fitted if wanted is not None and not matches(glob, wanted.name)]
    if operation.kind not in UPDATES or not shed:
        return
    workspace, by = operation.workspace, operation.requester
    for glob in shed:
        await protections.put(tx, workspace, Protection(operation.server_id, name, "", now, glob))
    detail = {"server_id": operation.server_id, "fits": shed[0]}
    draft = Draft(Action.SERVER_PROTECTED, by, target=name, operation=operation.id, detail=detail)
    await audit.append(tx, workspace, draft, now)


async def _recover(parts: Parts, operation: Operation) -> None:
    """A call whose end is not known: read the server and decide from what it shows."""
    try:
        step = await _reconciled(parts, await _account_of(parts, operation), operation)
    except (NotConnected, ProviderError) as error:
        step = unreadable_now(operation, error, parts)
    await write(parts, "operations.reconciled", [Written(operation, step)])


async def _reconciled(parts: Parts, account: ProviderAccount, operation: Operation) -> Step:
    if operation.kind is Kind.CREATE:
        fleet = await parts.directory.refresh(operation.workspace)
        return reconcile_creation(operation, fleet.servers, parts.clock(), parts.poll)
    seen = await _if_there(account.server(operation.server_id))
    return reconcile(operation, seen, parts.clock(), parts.poll)


async def _account_of(parts: Parts, operation: Operation) -> ProviderAccount:
    """The account that the call was made with. Raises NotConnected when another one is connected now."""
    if not await is_same_account(parts, operation):
        raise _not_its_own()
    return await parts.directory.account(operation.workspace)


def _not_its_own() -> NotConnected:
    """Another account's list says nothing about this server."""
    return NotConnected(unreadable=False)


async def _settle(parts: Parts, workspace: str, waiting: Sequence[Operation]) -> None:
    """Accepted operations: one list call for all of them, then one transaction."""
    try:
        account = await parts.directory.account(workspace)
        read = await parts.directory.watched(workspace)
    except (NotConnected, ProviderError) as error:
        if isinstance(error, ProviderError) and error.retry_after:  # nobody's turn comes before it is over
            over = parts.clock() + timedelta(seconds=error.retry_after)
            async with parts.store.begin("fleet.rest", workspace) as tx:  # also in a process that wasn't told so
                waiting = await operations.settling_due(tx, workspace, over)
                await fleet.rest_round(tx, workspace, fleet.LOOK, min(over, parts.clock() + LONGEST_REST))
        steps = [Written(each, unreadable_now(each, error, parts)) for each in waiting]
    else:
        listed = {server.id: server for server in read.servers}
        steps = await _judged(parts, account, waiting, listed)
    await write(parts, "operations.settled", steps)


async def _judged(
    parts: Parts, account: ProviderAccount, waiting: Sequence[Operation], listed: dict[str, Server]
) -> list[Written]:
    gate, own = asyncio.Semaphore(AT_ONCE), await of_connected(parts, waiting)

    async def one(operation: Operation) -> Written:
        if operation.id not in own:
            return Written(operation, unreadable_now(operation, _not_its_own(), parts))
        seen = listed.get(operation.server_id)
        step = settle(operation, seen, parts.clock(), parts.poll)
        if seen is not None and step.to is State.SETTLING:
            return Written(operation, step)
        # An end is told only after the server's own page agrees: the list may be late, or leave one out.
        try:
            async with gate:
                page = parts.directory.watched_page(operation.workspace, account, operation.server_id)
                seen = await _if_there(page)
        except ProviderError as error:
            return Written(operation, unreadable_now(operation, error, parts))
        return Written(operation, settle(operation, seen, parts.clock(), parts.poll))

    return list(await asyncio.gather(*(one(each) for each in waiting)))


async def _if_there(page: Awaitable[Server]) -> Server | None:
    try:
        return await page
    except ProviderError as error:
        if error.trouble is Trouble.NOT_FOUND:
            return None
        raise
