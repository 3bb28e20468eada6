"""Tickets under way in this process: each once at a time, none of a workspace in the way of the others'."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog

from bot.engine.tickets import Ticket, Work

MORE_PER_WORKSPACE = 5
"""Tickets of a workspace under way beside the first of each kind of work, which has a place of its own."""

MORE_ALTOGETHER = 64
"""The same of all workspaces: only this surplus is shared, so whatever hangs takes nobody's own places."""

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

    def failing(self, now: datetime) -> set[str]:
        """Where a ticket has failed a moment ago."""
        return {ticket.workspace for ticket, until in self._resting.items() if until > now}

    def start(self, due: Iterable[Ticket], now: datetime) -> None:
        """Starts what there is room for and what isn't under way yet, or resting after a failure."""
        first = {_place(ticket) for ticket in self._running}
        more = Counter(ticket.workspace for ticket in self._running)
        more.subtract(workspace for workspace, _work in first)
        rest = MORE_ALTOGETHER - more.total()
        for ticket in due:
            resting = self._resting.get(ticket)
            if ticket in self._running or (resting and now < resting):
                continue
            if _place(ticket) in first:
                if rest <= 0 or more[ticket.workspace] >= MORE_PER_WORKSPACE:
                    continue
                more[ticket.workspace] += 1
                rest -= 1
            first.add(_place(ticket))
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


def _place(ticket: Ticket) -> tuple[str, str]:
    return ticket.workspace, ticket.work


async def work_off(work: Work, now: datetime) -> int:
    """Performs everything that is due at `now` and what becomes due by it, then returns how much that was.

    This is what tests call, whichever engine there is; the first failure is raised.
    """
    done = 0
    while tickets := await work.due(now):
        await asyncio.gather(*(work.perform(ticket, now) for ticket in tickets))
        done += len(tickets)
    return done
