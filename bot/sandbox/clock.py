"""The time of the sandboxes: it runs with the machine's, or stands still until a test moves it."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Answers what time it is. `Clock()` runs; `Clock(standing_at=...)` only moves when told to."""

    def __init__(self, *, standing_at: datetime | None = None) -> None:
        self._standing_at = standing_at
        self._moved = timedelta()

    def now(self) -> datetime:
        """The present time, aware, in UTC."""
        return (self._standing_at or datetime.now(UTC)) + self._moved

    def time(self) -> float:
        """The present time in seconds since 1970, as `time.time()` gives it."""
        return self.now().timestamp() if self._standing_at else time.time() + self._moved.total_seconds()

    def move(self, **amount: float) -> None:
        """Moves ahead by an amount in `timedelta`'s words: `clock.move(minutes=5)`."""
        step = timedelta(**amount)
        if step < timedelta():
            raise ValueError("the clock moves ahead only")
        self._moved += step
