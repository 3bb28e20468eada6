"""A dialog whose content has to be read first: at once when that is quick, else one that says that it is being read."""

import asyncio
from collections.abc import Awaitable

from bot.routing import Reply
from bot.slack.blocks import Block

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
