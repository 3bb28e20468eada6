"""What the engine's tickets mean: due rows become tickets, and a ticket becomes one step of some work.

A chore is one kind of work: what of it is due, when more will be, and one step of it. `app.py` lists them.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.engine.tickets import Ticket
from bot.operations.advance import move, settle_due
from bot.operations.expiry import look_after
from bot.operations.noting import ask_owners
from bot.operations.parts import Parts
from bot.operations.permission import fold_floods, keep_unheard
from bot.operations.proposals import expire
from bot.operations.scheduling import begin_due, roll
from bot.operations.standing import tell_digest
from bot.operations.watching import look
from bot.store import access, deliveries, fleet, notes, notices, operations, proposals, schedules, votes
from bot.store.due import Asking, Due
from bot.store.engine import DatabaseFailure, Tx

HOUSEKEEPING = timedelta(hours=1)

COUNTING = timedelta(seconds=5)
"""Time between the commits that count what people asked while they were slowed."""

log = structlog.get_logger()


Step = Callable[[str, datetime], Awaitable[None]]
"""One step of all that is due in a workspace."""


@dataclass(frozen=True, slots=True)
class Chore:
    """One kind of work. `due`: where its due times stand, in a workspace, perhaps of one thing there.

    `perform` does one step: it is given the workspace, the thing and the time.
    """

    name: str
    due: Due
    perform: Callable[[str, str, datetime], Awaitable[None]]


@dataclass
class Looking:
    """Fills the engine's port. Chores stand in the order in which their tickets are given."""

    parts: Parts
    chores: Sequence[Chore]
    _asking: Asking = field(init=False)
    _cleaned_at: datetime | None = field(default=None)
    _counted_at: datetime | None = field(default=None)

    def __post_init__(self) -> None:
        self._asking = Asking({chore.name: chore.due for chore in self.chores})

    async def due(self, now: datetime) -> list[Ticket]:
        """A ticket for each thing that is due."""
        await self._keep_house(now)
        async with self.parts.store.read() as tx:
            found = await self._asking.due(tx, now)
        return [Ticket(workspace, work, subject) for work, workspace, subject in found]

    async def next_due(self) -> datetime | None:
        """The earliest due time of all rows."""
        async with self.parts.store.read() as tx:
            return await self.earliest(tx)

    async def earliest(self, tx: Tx) -> datetime | None:
        """The same, as one transaction sees it."""
        return await self._asking.next(tx)

    async def perform(self, ticket: Ticket, now: datetime) -> None:
        """One step."""
        chore = next(each for each in self.chores if each.name == ticket.work)
        await chore.perform(ticket.workspace, ticket.subject, now)

    async def finish(self) -> None:
        """What this process alone knows, before it ends."""
        try:
            await keep_unheard(self.parts)
        except DatabaseFailure:
            log.exception("what people asked unheard is not counted")

    async def _keep_house(self, now: datetime) -> None:
        await self.parts.snapshots.notice_other_writers()
        if self._counted_at is None or now - self._counted_at >= COUNTING:
            self._counted_at = now
            await keep_unheard(self.parts)
        if self._cleaned_at is None or now - self._cleaned_at >= HOUSEKEEPING:
            self._cleaned_at = now
            async with self.parts.store.begin("housekeeping") as tx:
                await deliveries.forget_old(tx, now)


def by_workspace(name: str, due: Due, perform: Step) -> Chore:
    """A chore with one ticket a workspace, for all that is due in it."""
    return Chore(name, due, lambda workspace, _subject, now: perform(workspace, now))


def messages(tell: Step, send_files: Step) -> list[Chore]:
    """The promised messages. Files have a place of their own: they may take minutes, and the others go on."""
    return [
        by_workspace("tell", notices.DUE, tell),
        by_workspace("send files", notices.FILES_DUE, send_files),
    ]


def changes(parts: Parts, take_up: Step) -> tuple[Chore, ...]:
    """The path of changes: what was cut off, floods of refusals, consent, proposals, and the operations themselves.

    Each of them has a place of its own in every workspace: fifty calls of a slow provider keep nothing else waiting.
    """
    return (
        by_workspace("take up", deliveries.DUE, take_up),
        by_workspace("fold", access.DUE, lambda w, now: fold_floods(parts, w, now)),
        Chore("consent", votes.DUE, lambda w, request, _now: look_after(parts, w, request)),
        Chore("expire", proposals.DUE, lambda w, proposal, _now: expire(parts, w, proposal)),
        by_workspace("notes", notes.DUE, lambda w, now: ask_owners(parts, w, now)),
        Chore("round", fleet.DUE, lambda w, kind, now: _ROUNDS[kind](parts, w, now)),
        Chore("schedule", schedules.DUE, lambda w, it, _now: begin_due(parts, w, it)),
        Chore("roll", schedules.RUNS_DUE, lambda w, run, _now: roll(parts, w, run)),
        Chore("operations", operations.DUE, lambda w, it, now: _step(parts, w, it, now)),
    )


_ROUNDS: Mapping[str, Callable[[Parts, str, datetime], Awaitable[None]]] = {
    fleet.LOOK: look,
    fleet.DIGEST: tell_digest,
}
"""What is done again and again in a workspace."""


async def _step(parts: Parts, workspace: str, operation: str, now: datetime) -> None:
    if operation:
        await move(parts, workspace, operation)
    else:
        await settle_due(parts, workspace, now)
