"""A person asks to look once more at a change that ended without anybody knowing how: *Check again*."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.audit import Action, Draft
from bot.domain.operations import Operation, State, Step
from bot.domain.roles import Member
from bot.operations.consent import NotThere, forged
from bot.operations.parts import Parts
from bot.operations.permission import NotAllowed, check
from bot.operations.writing import Written, take
from bot.store import audit, operations


@dataclass(frozen=True, slots=True)
class Looking:
    """It is watched again; its end will be told anew."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class Known:
    """There is nothing to look for: its end is known, or something else is under way on the server."""

    operation: Operation


async def look_once_more(
    parts: Parts, member: Member, operation_id: str, *, delivery: str
) -> Looking | Known | NotThere | NotAllowed:
    """Puts an unknown operation back to be watched. Raises Repeated when this delivery was served before."""
    async with parts.change("operations.look_again", member.workspace, delivery) as tx:
        now = parts.clock()
        operation = await operations.get(tx, member.workspace, operation_id)
        if operation is None:
            return await forged(tx, member, operation_id, now)
        names, label = [operation.server_name], f"check {operation.kind}"
        if no := await check(tx, member, operation.spec.permission, names=names, asked=label, now=now):
            return no
        if operation.state is not State.UNKNOWN:
            return Known(operation)
        if await operations.open_on(tx, member.workspace, [operation.server_id]):
            return Known(operation)
        draft = Draft(Action.REQUEST_LOOKED_AGAIN, member.id, target=operation.server_name, operation=operation.id)
        await audit.append(tx, member.workspace, draft, now)
        step = Step(State.SETTLING, operation.outcome, again_in=timedelta(), seen_status=operation.seen_status)
        await take(tx, parts, [Written(operation, step)], now)
    return Looking(operation)
