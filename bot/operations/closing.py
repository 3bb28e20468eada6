"""Ends a request for all of its operations that nothing was done for yet: withdrawn, denied, expired, frozen, void."""

from datetime import datetime

from bot.domain.operations import Operation, Request, Step
from bot.operations.parts import Parts
from bot.operations.writing import Written, take
from bot.store import votes
from bot.store.engine import Tx


async def close(tx: Tx, parts: Parts, request: Request, step: Step, by: str, now: datetime) -> tuple[Operation, ...]:
    """Takes a step with every operation that can still be withdrawn, and says which; nobody is reminded any more."""
    moving = tuple(each for each in request.operations if each.can_be_withdrawn(now))
    await votes.note(tx, request.workspace, request.id, {"due_at": None, "closed_by": by})
    await take(tx, parts, [Written(each, step) for each in moving], now)
    return moving
