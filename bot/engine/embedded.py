"""The default engine: due times are read from the rows, work runs in this process. Needs nothing."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.engine.desk import Desk, work_off
from bot.engine.tickets import Work

IDLE = 5.0
"""Seconds between looks at the rows when nothing is due and nobody woke the engine."""

log = structlog.get_logger()


class Embedded:
    """Runs due tickets, each ticket once at a time, workspaces independently of each other."""

    def __init__(self, work: Work, clock: Callable[[], datetime]) -> None:
        self._work = work
        self._clock = clock
        self._woken = asyncio.Event()
        self._stopping = False
        self._desk = Desk(work, clock, self.wake)

    def wake(self) -> None:
        """Something became due."""
        self._woken.set()

    async def run_due(self, now: datetime) -> int:
        """Performs everything that is due at `now`: how much that was."""
        return await work_off(self._work, now)

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
        await self._desk.finish(patience)

    async def _start_due(self) -> None:
        now = self._clock()
        due = await self._work.due(now)
        if not self._stopping:  # perhaps told so meanwhile
            self._desk.start(due, now)

    async def _pause(self) -> float:
        """Seconds until something is due; while work runs, its end wakes the engine."""
        upcoming = await self._work.next_due()
        if upcoming is None:
            return IDLE
        seconds = (upcoming - self._clock()).total_seconds()
        # What is due but still running or resting must not spin.
        return min(max(seconds, 0.05 if self._desk.idle else 0.25), IDLE)
