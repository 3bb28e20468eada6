"""Where tests take hold of a bot: what it asks the time, the provider and the machine through."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.engine.tickets import Work
from bot.slack.socket import PING
from bot.slack.web import Witness as SlackWitness
from bot.store.engine import Witness
from bot.vps.caller import Sleep
from bot.vps.wire import Send

GONE_AFTER = 30.0
"""Seconds without a sign of life after which other replicas take over a replica's work."""


def _now() -> datetime:
    return datetime.now(UTC)


def _as_it_is(work: Work) -> Work:
    return work


@dataclass(frozen=True, slots=True)
class Seams:
    """Where the bot touches what tests want to move or see: clock, provider, pauses, commits, calls of Slack, work.

    `moved`: how far tests have moved everybody's time, the database's included.
    """

    clock: Callable[[], datetime] = _now
    moved: Callable[[], timedelta] = timedelta
    send: Send | None = None
    sleep: Sleep = asyncio.sleep
    witness: Witness | None = None
    slack: SlackWitness | None = None
    work: Callable[[Work], Work] = _as_it_is
    ping: float = PING
    gone_after: float = GONE_AFTER
