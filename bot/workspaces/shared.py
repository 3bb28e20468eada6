"""Something read for each workspace: kept for a while, with one reading under way per workspace at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """`read` reads it for a workspace; `name` says in a list of tasks what it is."""

    def __init__(self, name: str, read: Callable[[str], Awaitable[T]]) -> None:
        self._name = name
        self._read = read
        self._kept: dict[str, T] = {}
        self._reading: dict[str, asyncio.Task[T]] = {}

    def known(self, workspace: str) -> T | None:
        """What was read last, however old."""
        return self._kept.get(workspace)

    async def refresh(self, workspace: str) -> T:
        """As it is now; who asks while it is read shares the answer. Raises what `read` raises."""
        task = self._reading.get(workspace)
        if task is None:
            task = asyncio.create_task(self._read_now(workspace), name=f"{self._name} of {workspace}")
            self._reading[workspace] = task
            task.add_done_callback(lambda done: self._done(workspace, done))
        return await asyncio.shield(task)

    def forget(self, workspace: str) -> None:
        """The next question reads it again; what is under way is not kept."""
        self._kept.pop(workspace, None)
        self._reading.pop(workspace, None)

    async def _read_now(self, workspace: str) -> T:
        me = asyncio.current_task()
        found = await self._read(workspace)
        if self._reading.get(workspace) is me:  # else it was forgotten while it was read
            self._kept[workspace] = found
        return found

    def _done(self, workspace: str, task: asyncio.Task[T]) -> None:
        if self._reading.get(workspace) is task:
            del self._reading[workspace]
        if not task.cancelled():
            task.exception()  # retrieved: whoever waited has it
