"""The engine of several replicas: procrastinate on PostgreSQL says which of them works on a workspace.

A ticket of procrastinate's says "look at workspace W". Its lock is the workspace, so one replica at a time *holds* W:
it works off whatever is due there until nothing is. The rows are the truth; every replica looks at them and asks for
a ticket for what is due and not its own, so a lost ticket costs seconds and a doubled one nothing. Only what is due
*now* gets a ticket: with a lock, one for tomorrow would keep today's waiting.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from bot.engine.desk import Desk, work_off
from bot.engine.tickets import Work

QUEUE, TICKET = "workspaces", "look at a workspace"

IDLE = 5.0
"""Seconds between looks at the rows when nothing is due and nobody woke the engine."""

ELSEWHERE = 0.5
"""Seconds between looks while something is due that another replica holds, or that comes in while this one works."""

AFTER_TROUBLE = 1.0
"""Seconds until what may have been missed, or failed because the database was away, is looked at again."""

HELD = 1000
"""Workspaces that one replica holds together. Holding costs nothing, and those whose provider hangs are held long."""

LAST_WORDS = 1.0
"""Seconds for giving everything back at a stop."""

log = structlog.get_logger()


@dataclass(slots=True)
class _Hold:
    """This replica works on a workspace for a job, since a time of the monotonic clock, until `over`.

    `failed`: something of it did since then.
    """

    job: int | None
    since: float
    failed: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Replicated:
    """`gone_after`: seconds without a sign of life after which a replica counts as gone and others take over.

    It must be longer than a call of the provider may take. `keep_time` puts this replica's clock right.
    """

    def __init__(
        self,
        work: Work,
        clock: Callable[[], datetime],
        *,
        conninfo: str,
        gone_after: float,
        keep_time: Callable[[], Awaitable[None]],
    ) -> None:
        self._work = work
        self._clock = clock
        self._gone_after = gone_after
        self._keep_time = keep_time
        self._desk = Desk(work, clock, self.wake)
        self._held: dict[str, _Hold] = {}
        self._given_back: dict[int | None, float] = {}
        self._woken = asyncio.Event()
        self._stopping = False
        self._drained = asyncio.Event()
        self._rescued_at = float("-inf")
        self._conninfo = conninfo
        self._app: App | None = None  # while procrastinate is connected

    def wake(self) -> None:
        """Something became due."""
        self._woken.set()

    async def run_due(self, now: datetime) -> int:
        """Performs everything that is due at `now`: how much that was."""
        return await work_off(self._work, now)

    async def next_due(self) -> datetime | None:
        """When something will be due; None when nothing waits."""
        return await self._work.next_due()

    async def run(self) -> None:
        """Works until `stop`."""
        worker = asyncio.create_task(self._serve(), name="tickets")
        try:
            while not self._stopping:
                self._woken.clear()
                pause = IDLE
                try:
                    await self._look()
                    pause = await self._pause()
                except Exception:  # the database was away for a moment: the rows are still there
                    log.exception("engine could not look")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), pause)
            await self._drained.wait()
        finally:
            self._release(list(self._held))
            worker.cancel()
            await asyncio.wait({worker}, timeout=LAST_WORDS)

    async def stop(self, patience: float) -> None:
        """Takes no new work and lets what is under way finish, for at most `patience` seconds."""
        self._stopping = True
        self.wake()
        await self._desk.finish(patience)
        self._drained.set()

    async def _look(self) -> None:
        """Starts what is due in the workspaces held, gives back those where nothing is, asks for the others."""
        await self._rescue()
        held = dict(self._held)  # before the rows are read: what came in later is for the next look
        now = self._clock()
        due = [] if self._stopping else await self._work.due(now)
        ours = await self._still_ours(held, now)
        self._desk.start((ticket for ticket in due if ticket.workspace in ours), now)
        wanted = {ticket.workspace for ticket in due}
        self._release(held.keys() - (wanted & ours) - self._desk.workspaces)
        await self._ask_for(wanted - self._held.keys())

    async def _still_ours(self, held: Mapping[str, _Hold], now: datetime) -> set[str]:
        """Where something may be begun.

        A workspace is given back after a while: it must not stay with a replica that gets nowhere, and one that was
        stopped for so long has lost it to another. But what only takes long, such as a file or a list of many pages, is
        one ticket, and other kinds of work go on beside it: until it is done, the workspace is ours as long as its job.
        """
        for workspace in self._desk.failing(now) & held.keys():
            held[workspace].failed = True
        young = {each for each, hold in held.items() if time.monotonic() - hold.since < self._gone_after}
        busy = {each for each in self._desk.workspaces & held.keys() - young if not held[each].failed}
        if not busy or self._app is None:
            return young
        under_way = await self._app.job_manager.list_jobs_async(queue=QUEUE, status=Status.DOING.value)
        jobs = {job.id for job in under_way}
        return young | {each for each in busy if held[each].job in jobs}

    def _release(self, workspaces: Iterable[str]) -> None:
        for workspace in workspaces:
            if hold := self._held.pop(workspace, None):
                hold.over.set()

    async def _ask_for(self, workspaces: set[str]) -> None:
        """Sees to it that each of them has a ticket. One that waits already is enough, whoever asked for it."""
        if not workspaces or self._app is None:
            return
        waiting = await self._app.job_manager.list_jobs_async(queue=QUEUE, status=Status.TODO.value)
        for workspace in sorted(workspaces - {job.queueing_lock for job in waiting}):
            ticket = self._app.configure_task(TICKET, lock=workspace, queueing_lock=workspace)
            with contextlib.suppress(AlreadyEnqueued):  # another replica was quicker
                await ticket.defer_async(workspace=workspace)

    async def _hold(self, context: JobContext, workspace: str) -> None:
        """What a ticket does: the workspace is ours until nothing is due there."""
        try:
            if self._stopping:
                return
            # Held already: the ticket was taken from us while this process was stopped, and given to us again.
            hold = self._held.setdefault(workspace, _Hold(context.job.id, time.monotonic()))
            hold.job = context.job.id
            self.wake()
            await hold.over.wait()
        finally:
            self._given_back[context.job.id] = time.monotonic()

    async def _rescue(self) -> None:
        """Every now and then: removes tickets that nobody works on, so that somebody else gets the workspace."""
        if self._app is None or time.monotonic() - self._rescued_at < self._gone_after / 3:
            return
        self._rescued_at = time.monotonic()
        await self._keep_time()
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=self._gone_after):
            log.warning("a replica is gone: its work is taken over", workspace=job.lock)
            await self._remove(manager, job)
        # Given back here, and the database was away at that moment: nobody else could tell.
        under_way = {job.id: job for job in await manager.list_jobs_async(queue=QUEUE, status=Status.DOING.value)}
        for job_id, at in list(self._given_back.items()):
            if time.monotonic() - at > AFTER_TROUBLE:
                del self._given_back[job_id]
                if job_id in under_way:
                    await self._remove(manager, under_way[job_id])

    async def _remove(self, manager: JobManager, job: Job) -> None:
        with contextlib.suppress(ConnectorException):  # another replica was quicker
            await manager.finish_job(job, Status.FAILED, delete_job=True)

    async def _serve(self) -> None:
        """procrastinate's worker, started again whenever it ends."""
        while True:
            # Made anew each time: a pool that could not be opened is of no use any more.
            app = App(connector=PsycopgConnector(conninfo=self._conninfo, min_size=1, max_size=4, timeout=10.0))
            app.task(name=TICKET, queue=QUEUE, pass_context=True)(self._hold)
            try:
                async with app.open_async():
                    self._app = app
                    self.wake()
                    await app.run_worker_async(
                        queues=[QUEUE],
                        concurrency=HELD,
                        install_signal_handlers=False,
                        delete_jobs="always",
                        fetch_job_polling_interval=ELSEWHERE,  # it may miss a notification
                        shutdown_graceful_timeout=LAST_WORDS,
                        update_heartbeat_interval=self._gone_after / 6,
                        stalled_worker_timeout=self._gone_after,
                    )
            except Exception:  # the database was away for a moment
                log.exception("the worker ended")
            finally:
                self._app = None
            await asyncio.sleep(AFTER_TROUBLE)

    async def _pause(self) -> float:
        """Seconds until something is due. The end of what runs here, and a workspace given to us, wake the engine."""
        upcoming = await self._work.next_due()
        seconds = IDLE if upcoming is None else (upcoming - self._clock()).total_seconds()
        return min(seconds if seconds > 0 else ELSEWHERE, ELSEWHERE if self._held else IDLE)
