"""The default engine: due times are read from the rows, work runs in this process. Needs nothing."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.engine.tickets import Ticket, Work

IDLE = 5.0
"""Seconds between looks at the rows when nothing is due and nobody woke the engine."""

PER_WORKSPACE = 8
"""Tickets of one workspace under way together: none may use up what the others need."""

ALTOGETHER = 64

AFTER_FAILURE = timedelta(seconds=2)

log = structlog.get_logger()


class Embedded:
    """Runs due tickets, each ticket once at a time, workspaces independently of each other."""

    def __init__(self, work: Work, clock: Callable[[], datetime]) -> None:
        self._work = work
        self._clock = clock
        self._running: dict[Ticket, asyncio.Task[None]] = {}
        self._resting: dict[Ticket, datetime] = {}
        self._woken = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something became due."""
        self._woken.set()

    async def run_due(self, now: datetime) -> int:
        """Performs everything that is due at `now` and what becomes due by it, then returns how much that was.

        This is what tests call; the first failure is raised.
        """
        done = 0
        while tickets := await self._work.due(now):
            await asyncio.gather(*(self._work.perform(ticket, now) for ticket in tickets))
            done += len(tickets)
        return done

    async def run(self) -> None:
        """Works until `stop`."""
        while not self._stopping:
            self._woken.clear()
            pause = IDLE
            try:
                await self._start_due()
                pause = await self._pause()
            except Exception:  # the database was away for a moment: the rows are still there
                log.exception("engine could not look")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)

    async def next_due(self) -> datetime | None:
        """When something will be due; None when nothing waits."""
        return await self._work.next_due()

    async def stop(self, patience: float) -> None:
        """Takes no new work and lets what is under way finish, for at most `patience` seconds."""
        self._stopping = True
        self.wake()
        if self._running:
            await asyncio.wait(self._running.values(), timeout=patience)

    async def _start_due(self) -> None:
        now = self._clock()
        busy = Counter(ticket.workspace for ticket in self._running)
        for ticket in await self._work.due(now):
            resting = self._resting.get(ticket)
            if ticket in self._running or (resting and now < resting):
                continue
            if busy[ticket.workspace] >= PER_WORKSPACE or len(self._running) >= ALTOGETHER or self._stopping:
                continue
            busy[ticket.workspace] += 1
            self._running[ticket] = asyncio.create_task(self._perform(ticket, now), name=f"{ticket}")

    async def _perform(self, ticket: Ticket, now: datetime) -> None:
        try:
            await self._work.perform(ticket, now)
            self._resting.pop(ticket, None)
        except Exception:  # one ticket's failure is not another's
            log.exception("ticket failed", workspace=ticket.workspace, work=ticket.work)
            self._resting[ticket] = self._clock() + AFTER_FAILURE
        finally:
            self._running.pop(ticket, None)
            self.wake()

    async def _pause(self) -> float:
        """Seconds until something is due; while work runs, its end wakes the engine."""
        upcoming = await self._work.next_due()
        if upcoming is None:
            return IDLE
        seconds = (upcoming - self._clock()).total_seconds()
        # What is due but still running or resting must not spin.
        return min(max(seconds, 0.05 if not self._running else 0.25), IDLE)
