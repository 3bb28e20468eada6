"""What the engine's tickets mean: due rows become tickets, and a ticket becomes one step of the path of changes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.operations import State
from bot.engine.tickets import Ticket
from bot.operations.advance import move, settle_due
from bot.operations.expiry import look_after
from bot.operations.noting import ask_owners
from bot.operations.parts import Parts
from bot.operations.permission import fold_floods
from bot.operations.standing import tell_digest
from bot.operations.telling import Teller
from bot.operations.watching import look
from bot.store import access, deliveries, fleet, notes, notices, operations, votes

MOVE, SETTLE, TELL, TAKE_UP, FOLD, CONSENT = "move", "settle", "tell", "take up", "fold", "consent"
NOTES, LOOK, DIGEST = "notes", fleet.LOOK, fleet.DIGEST

HOUSEKEEPING = timedelta(hours=1)


@dataclass
class Looking:
    """Fills the engine's port. `take_up` finishes changes that were acknowledged and then cut off."""

    parts: Parts
    teller: Teller
    take_up: Callable[[str, datetime], Awaitable[None]]
    _cleaned_at: datetime | None = field(default=None)

    async def due(self, now: datetime) -> list[Ticket]:
        """One ticket for each call to be made, one a workspace for all that settles, tells, or was cut off."""
        await self._keep_house(now)
        async with self.parts.store.read() as tx:
            moving = await operations.due(tx, now)
            telling = await notices.due_workspaces(tx, now)
            cut_off = await deliveries.due_workspaces(tx, now)
            waiting = await votes.due(tx, now)
            noted = await notes.due_workspaces(tx, now)
            rounds = await fleet.due_rounds(tx, now)
            flooded = await access.due_workspaces(tx, now)
        # Few and quick ones first: fifty calls of a slow provider must not keep messages waiting.
        tickets = [Ticket(workspace, TELL) for workspace in sorted(telling)]
        tickets += [Ticket(workspace, TAKE_UP) for workspace in sorted(cut_off)]
        tickets += [Ticket(workspace, FOLD) for workspace in sorted(flooded)]
        tickets += [Ticket(workspace, NOTES) for workspace in sorted(noted)]
        tickets += [Ticket(workspace, kind) for workspace, kind in rounds]
        tickets += [Ticket(workspace, CONSENT, request) for workspace, request in waiting]
        tickets += [
            Ticket(workspace, SETTLE) if state is State.SETTLING else Ticket(workspace, MOVE, operation)
            for workspace, state, operation in sorted(moving, key=lambda each: each[1] is not State.SETTLING)
        ]
        return list(dict.fromkeys(tickets))

    async def next_due(self) -> datetime | None:
        """The earliest due time of all rows."""
        async with self.parts.store.read() as tx:
            tables = (operations, notices, deliveries, access, votes, notes, fleet)
            times = [await table.next_due(tx) for table in tables]
        return min((time for time in times if time is not None), default=None)

    async def perform(self, ticket: Ticket, now: datetime) -> None:
        """One step."""
        if ticket.work == MOVE:
            await move(self.parts, ticket.workspace, ticket.subject)
        elif ticket.work == SETTLE:
            await settle_due(self.parts, ticket.workspace, now)
        elif ticket.work == TELL:
            await self.teller.tell(ticket.workspace, now)
        elif ticket.work == CONSENT:
            await look_after(self.parts, ticket.workspace, ticket.subject)
        elif ticket.work == NOTES:
            await ask_owners(self.parts, ticket.workspace, now)
        elif ticket.work == LOOK:
            await look(self.parts, ticket.workspace, now)
        elif ticket.work == DIGEST:
            await tell_digest(self.parts, ticket.workspace, now)
        elif ticket.work == FOLD:
            await fold_floods(self.parts, ticket.workspace, now)
        else:
            await self.take_up(ticket.workspace, now)

    async def _keep_house(self, now: datetime) -> None:
        await self.parts.snapshots.notice_other_writers()
        if self._cleaned_at is None or now - self._cleaned_at >= HOUSEKEEPING:
            self._cleaned_at = now
            async with self.parts.store.begin("housekeeping") as tx:
                await deliveries.forget_old(tx, now)
