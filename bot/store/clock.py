"""One time for all replicas: each puts its own clock right by the database's.

Clocks of machines differ, sometimes by minutes. Who looks too early would take another replica's call for one that was
lost, and its message for one that was not sent.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.store.engine import Store

TOO_SLOW = timedelta(seconds=1)
"""A reading that took longer says little: it can't be told at which moment of it the database looked."""

READINGS = 3


class SharedClock:
    """The machine's time plus what it was off by. `moved` is how far tests have moved everybody's time."""

    def __init__(self, store: Store, own: Callable[[], datetime], moved: Callable[[], timedelta]) -> None:
        self._store = store
        self._own = own
        self._moved = moved
        self._off = timedelta()
        self._took = timedelta.max  # no reading yet: the first one is better than none, however slow

    def __call__(self) -> datetime:
        """Now."""
        return self._own() + self._off

    async def set_right(self) -> None:
        """Asks the database for the time, a few times: the quickest answer tells it best."""
        readings = [await self._reading() for _ in range(READINGS)]
        took, off = min(readings)
        if took <= max(TOO_SLOW, self._took):
            self._off, self._took = off, took

    async def _reading(self) -> tuple[timedelta, timedelta]:
        """How long it took to ask, and what the machine's clock is off by then."""
        before = self._own()
        theirs = await self._store.time()
        took = self._own() - before
        if theirs is None:
            return took, timedelta()
        return took, theirs + self._moved() - (before + took / 2)
