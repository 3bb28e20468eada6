"""Tickets under way in this process: each once at a time, none of a workspace in the way of the others'."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog

from bot.engine.tickets import Ticket, Work

PER_WORKSPACE = 8
"""Tickets of one workspace under way together: none may use up what the others need."""

ALTOGETHER = 64

SLOW_PER_WORKSPACE, SLOW_ALTOGETHER = 6, 48
"""Of these, the ones that wait for a provider: a hanging one must leave room for messages and votes."""

AFTER_FAILURE = timedelta(seconds=2)

log = structlog.get_logger()


class Desk:
    """Performs tickets. `ended` is called whenever one is done: there may be room for another."""

    def __init__(self, work: Work, clock: Callable[[], datetime], ended: Callable[[], None]) -> None:
        self._work = work
        self._clock = clock
        self._ended = ended
        self._running: dict[Ticket, asyncio.Task[None]] = {}
        self._resting: dict[Ticket, datetime] = {}

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._running

    @property
    def workspaces(self) -> set[str]:
        """Where something is under way."""
        return {ticket.workspace for ticket in self._running}

    def start(self, due: Iterable[Ticket], now: datetime) -> None:
        """Starts what there is room for and what isn't under way yet, or resting after a failure."""
        busy = Counter(ticket.workspace for ticket in self._running)
        slow = Counter(ticket.workspace for ticket in self._running if ticket.slow)
        for ticket in due:
            resting = self._resting.get(ticket)
            if ticket in self._running or (resting and now < resting):
                continue
            if busy[ticket.workspace] >= PER_WORKSPACE or len(self._running) >= ALTOGETHER:
                continue
            if ticket.slow and (slow[ticket.workspace] >= SLOW_PER_WORKSPACE or slow.total() >= SLOW_ALTOGETHER):
                continue
            busy[ticket.workspace] += 1
            slow[ticket.workspace] += ticket.slow
            self._running[ticket] = asyncio.create_task(self._perform(ticket, now), name=f"{ticket}")

    async def finish(self, patience: float) -> None:
        """Waits for what is under way, for at most `patience` seconds."""
        if self._running:
            await asyncio.wait(self._running.values(), timeout=patience)

    async def _perform(self, ticket: Ticket, now: datetime) -> None:
        try:
            await self._work.perform(ticket, now)
            self._resting.pop(ticket, None)
        except Exception:  # one ticket's failure is not another's
            log.exception("ticket failed", workspace=ticket.workspace, work=ticket.work)
            now = self._clock()
            self._resting = {each: until for each, until in self._resting.items() if until > now}
            self._resting[ticket] = now + AFTER_FAILURE
        finally:
            self._running.pop(ticket, None)
            self._ended()


async def work_off(work: Work, now: datetime) -> int:
    """Performs everything that is due at `now` and what becomes due by it, then returns how much that was.

    This is what tests call, whichever engine there is; the first failure is raised.
    """
    done = 0
    while tickets := await work.due(now):
        await asyncio.gather(*(work.perform(ticket, now) for ticket in tickets))
        done += len(tickets)
    return done
