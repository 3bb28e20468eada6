"""What the engine's tickets mean: due rows become tickets, and a ticket becomes one step of some work.

A chore is one kind of work: what of it is due, when more will be, and one step of it. `app.py` lists them.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.operations import State
from bot.engine.tickets import Ticket
from bot.operations.advance import move, settle_due
from bot.operations.expiry import look_after
from bot.operations.noting import ask_owners
from bot.operations.parts import Parts
from bot.operations.permission import fold_floods
from bot.operations.proposals import expire
from bot.operations.scheduling import begin_due, roll
from bot.operations.standing import tell_digest
from bot.operations.watching import look
from bot.store import access, deliveries, fleet, notes, operations, proposals, schedules, votes
from bot.store.engine import Tx

HOUSEKEEPING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Chore:
    """One kind of work. `due` names a workspace and perhaps one thing in it; the same twice is once.

    `perform` does one step: it is given the workspace, the thing and the time.
    """

    name: str
    due: Callable[[Tx, datetime], Awaitable[Iterable[tuple[str, str]]]]
    next_due: Callable[[Tx], Awaitable[datetime | None]]
    perform: Callable[[str, str, datetime], Awaitable[None]]


@dataclass
class Looking:
    """Fills the engine's port. Chores stand in the order in which their tickets are given."""

    parts: Parts
    chores: Sequence[Chore]
    _cleaned_at: datetime | None = field(default=None)

    async def due(self, now: datetime) -> list[Ticket]:
        """A ticket for each thing that is due."""
        await self._keep_house(now)
        async with self.parts.store.read() as tx:
            tickets = [
                Ticket(workspace, chore.name, subject)
                for chore in self.chores
                for workspace, subject in await chore.due(tx, now)
            ]
        return list(dict.fromkeys(tickets))

    async def next_due(self) -> datetime | None:
        """The earliest due time of all rows."""
        async with self.parts.store.read() as tx:
            return await self.earliest(tx)

    async def earliest(self, tx: Tx) -> datetime | None:
        """The same, as one transaction sees it."""
        times = [await chore.next_due(tx) for chore in self.chores]
        return min((time for time in times if time is not None), default=None)

    async def perform(self, ticket: Ticket, now: datetime) -> None:
        """One step."""
        chore = next(each for each in self.chores if each.name == ticket.work)
        await chore.perform(ticket.workspace, ticket.subject, now)

    async def _keep_house(self, now: datetime) -> None:
        await self.parts.snapshots.notice_other_writers()
        if self._cleaned_at is None or now - self._cleaned_at >= HOUSEKEEPING:
            self._cleaned_at = now
            async with self.parts.store.begin("housekeeping") as tx:
                await deliveries.forget_old(tx, now)


def by_workspace(
    name: str,
    due_workspaces: Callable[[Tx, datetime], Awaitable[Iterable[str]]],
    next_due: Callable[[Tx], Awaitable[datetime | None]],
    perform: Callable[[str, datetime], Awaitable[None]],
) -> Chore:
    """A chore with one ticket a workspace, for all that is due in it."""

    async def due(tx: Tx, now: datetime) -> list[tuple[str, str]]:
        return [(workspace, "") for workspace in sorted(await due_workspaces(tx, now))]

    return Chore(name, due, next_due, lambda workspace, _subject, now: perform(workspace, now))


def changes(parts: Parts, take_up: Callable[[str, datetime], Awaitable[None]]) -> tuple[Chore, ...]:
    """The path of changes: what was cut off, floods of refusals, consent, proposals, and the operations themselves.

    Each of them has a place of its own in every workspace: fifty calls of a slow provider keep nothing else waiting.
    """
    return (
        by_workspace("take up", deliveries.due_workspaces, deliveries.next_due, take_up),
        by_workspace("fold", access.due_workspaces, access.next_due, lambda w, now: fold_floods(parts, w, now)),
        Chore("consent", votes.due, votes.next_due, lambda w, request, _now: look_after(parts, w, request)),
        Chore("expire", proposals.due, proposals.next_due, lambda w, proposal, _now: expire(parts, w, proposal)),
        by_workspace("notes", notes.due_workspaces, notes.next_due, lambda w, now: ask_owners(parts, w, now)),
        Chore("round", fleet.due_rounds, fleet.next_due, lambda w, kind, now: _ROUNDS[kind](parts, w, now)),
        Chore("schedule", schedules.due, schedules.next_due, lambda w, it, _now: begin_due(parts, w, it)),
        Chore("roll", schedules.due_runs, schedules.next_due, lambda w, run, _now: roll(parts, w, run)),
        Chore("operations", _operations_due, operations.next_due, lambda w, it, now: _step(parts, w, it, now)),
    )


_ROUNDS: Mapping[str, Callable[[Parts, str, datetime], Awaitable[None]]] = {
    fleet.LOOK: look,
    fleet.DIGEST: tell_digest,
}
"""What is done again and again in a workspace."""


async def _operations_due(tx: Tx, now: datetime) -> list[tuple[str, str]]:
    """One for each call to be made, one a workspace for all that settles; what settles first."""
    moving = sorted(await operations.due(tx, now), key=lambda each: each[1] is not State.SETTLING)
    return [(workspace, "" if state is State.SETTLING else operation) for workspace, state, operation in moving]


async def _step(parts: Parts, workspace: str, operation: str, now: datetime) -> None:
    if operation:
        await move(parts, workspace, operation)
    else:
        await settle_due(parts, workspace, now)
