"""A ticket says "look there". The rows are the truth, so a lost or doubled ticket costs nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Ticket:
    """What to look at: a kind of work in a workspace, perhaps one thing of it. One at a time per ticket."""

    workspace: str
    work: str
    subject: str = ""


class Work(Protocol):
    """What the engine needs to know, filled by app.py."""

    async def due(self, now: datetime) -> list[Ticket]:
        """What is due, the longest waiting first."""

    async def next_due(self) -> datetime | None:
        """When something will be due; None when nothing waits."""

    async def perform(self, ticket: Ticket, now: datetime) -> None:
        """Does what a ticket says. May raise: the ticket comes again."""


class Engine(Protocol):
    """What app.py needs of an engine."""

    def wake(self) -> None:
        """Something became due."""

    async def run(self) -> None:
        """Works until `stop`."""

    async def run_due(self, now: datetime) -> int:
        """Performs everything that is due at `now`: how much that was."""

    async def next_due(self) -> datetime | None:
        """When something will be due; None when nothing waits."""

    async def stop(self, patience: float) -> None:
        """Takes no new work and lets what is under way finish, for at most `patience` seconds."""
