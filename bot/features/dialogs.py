"""What dialogs share: those whose content has to be read first, and the reason for doing something without consent."""

import asyncio
from collections.abc import Awaitable

from bot.operations.permission import refuse_oversized
from bot.routing import Ask, Reply
from bot.slack.blocks import Block, text_input
from bot.slack.ids import BlockId

READY_WITHIN = 1.0
"""Seconds that reading may take before the dialog opens without it: its trigger lives for three."""


async def in_time(reading: Awaitable[Reply], loading: Block) -> Reply:
    """The dialog that `reading` gives as its view, or what it says instead."""
    task = asyncio.ensure_future(reading)
    done, _ = await asyncio.wait({task}, timeout=READY_WITHIN)
    if not done:
        return Reply(opens=loading, fills=task)
    reply = task.result()
    return Reply(opens=reply.view) if reply.view else reply


REASON = 500
"""Characters of a reason: what fits on a card."""

NO_REASON = f"Say why, in a few words ({REASON} characters at most). Everybody will read it."


def reason_input() -> Block:
    """Why it can't wait for anybody's consent."""
    hint = "Nobody else is asked. It is told loudly where consent is usually asked for, and marked in the log."
    return text_input(BlockId.REASON, "Reason", hint=hint, max_length=REASON, multiline=True)


async def given_reason(ask: Ask) -> str:
    """The reason as filled in; empty when there is none, or too much of it."""
    reason = ask.incoming.values.get(BlockId.REASON, "").strip()
    return reason if await reason_fits(ask, reason) else ""


async def reason_fits(ask: Ask, reason: str) -> bool:
    """Whether a reason is no longer than is kept. A dialog takes no longer one: it was sent by hand, and is logged."""
    if len(reason) <= REASON:
        return True
    await refuse_oversized(ask.parts, ask.member, "reason", delivery=ask.incoming.key)
    return False
