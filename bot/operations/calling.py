"""The call of a committed intent: sent with what is left of its lease, and its answer kept, even when it is late."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.domain.judging import next_look
from bot.domain.operations import Operation, Outcome, State, Step
from bot.domain.servers import Server
from bot.operations.parts import Parts
from bot.operations.sending import Answer, send
from bot.operations.steps import after_call_error
from bot.operations.writing import Written, take, until_written
from bot.store import operations
from bot.store.engine import Tx
from bot.vps.client import ProviderAccount
from bot.vps.errors import ProviderError

MARGIN = timedelta(seconds=5)
"""How long after the call's total timeout its row may be read by others: who made the call writes first."""

log = structlog.get_logger()


def intent_of(operation: Operation, seen: Server, now: datetime, parts: Parts) -> Operation:
    """The operation as it is called: by whoever commits this, until its lease is over."""
    lease_until = now + parts.timeout
    return replace(
        operation,
        state=State.CALLING,
        called_at=operation.called_at or now,
        lease_until=lease_until,
        due_at=lease_until + MARGIN,
        updated_before=seen.updated_at,
        seen_status=seen.status[:64],
        calls=operation.calls + 1,
    )


async def call(parts: Parts, account: ProviderAccount, intent: Operation) -> None:
    """Makes the call that is committed, and keeps what came of it.

    Nothing is sent, or in flight, when the lease is over: from then on others decide from what they read.
    """
    rest = intent.lease_until - parts.clock() if intent.lease_until else timedelta()
    if rest <= timedelta():
        return  # stopped and resumed in between: whoever reads the row next decides
    try:
        answer = await send(account.within(rest.total_seconds()), intent)
    except ProviderError as error:
        log.info("call not confirmed", operation=intent.id, trouble=error.trouble, correlation=error.correlation_id)
        step = after_call_error(intent, error, parts)
    else:
        step = _accepted(parts, intent, answer)
    async for attempt in until_written():
        with attempt:
            async with parts.store.begin("operations.answered", intent.workspace) as tx:
                before = await _as_it_is(tx, intent, step)
                await take(tx, parts, [Written(before, step)], parts.clock())
    if step.server_id:
        parts.snapshots.forget(intent.workspace)  # its note is new
    parts.wake()


def _accepted(parts: Parts, intent: Operation, answer: Answer) -> Step:
    """The provider said yes: that is accepted, not done."""
    if intent.stop_first:  # it is over when the server's own page says so
        return Step(State.APPROVED, again_in=parts.poll, moving=True, seen_status=answer.status)
    moving = answer.status in intent.spec.passing
    return Step(
        State.SETTLING,
        again_in=next_look(0, parts.poll),
        moving=moving,
        seen_status=answer.status,
        server_id=answer.server_id,
    )


async def _as_it_is(tx: Tx, intent: Operation, step: Step) -> Operation:
    """What the answer is written onto: the intent; where it names the server that was bought, the same call's row.

    Others may have read in vain meanwhile, because this process was stopped for long: then only the answer knows.
    """
    workspace, server = intent.workspace, step.server_id
    present = await operations.get(tx, workspace, intent.id) if server else None
    if present is None or present.calls != intent.calls or present.has_server:
        return intent
    if present.state is State.UNKNOWN and present.outcome is Outcome.LOST:
        by = await operations.taking(tx, workspace, intent.server_name)
        free = (by is None or by.id == intent.id) and not await operations.open_on(tx, workspace, [server])
        return present if free else intent
    return present if present.state is State.CALLING else intent
