"""How long a provider that says "too many calls" (429) is left alone by those who look again and again.

`Retry-After` is honoured. A 429 without one comes to half a minute, twice as long each time it is said again: the
provider's contract names no figure. A process knows what it was told itself; what waits in the database is put off
there, for all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.vps.errors import ProviderError, Trouble

LONGEST_REST = timedelta(minutes=15)
"""A `Retry-After` that is longer, by mistake or not, must not make us blind for as long."""

FIRST_REST = timedelta(seconds=30)
LONGEST_UNTOLD_REST = timedelta(minutes=4)
"""What a rest grows to whose length the provider never names."""


@dataclass(frozen=True, slots=True)
class _Rest:
    """The provider wants to be left alone until a time, through the token that was connected at another."""

    error: ProviderError
    long: timedelta
    until: datetime
    connected_at: datetime | None


class Rests:
    """The rests of all workspaces; one that is over is remembered until a call is answered."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._known: dict[str, _Rest] = {}

    def begin(self, workspace: str, error: ProviderError, connected_at: datetime | None) -> None:
        """Notes a failed call: a rest begins if the provider asked for one."""
        if error.retry_after:
            long = min(timedelta(seconds=error.retry_after), LONGEST_REST)
        elif error.trouble is Trouble.RATE_LIMITED:
            before = self._of(workspace, connected_at)
            if before and self._clock() < before.until:
                return  # a person asked meanwhile
            long = min(max(before.long * 2, FIRST_REST), LONGEST_UNTOLD_REST) if before else FIRST_REST
        else:
            return
        self._known[workspace] = _Rest(error, long, self._clock() + long, connected_at)

    def answered(self, workspace: str) -> None:
        """A call was answered: the next rest begins short. One that the provider gave a time for is kept to its end."""
        rest = self._known.get(workspace)
        if rest and (rest.until <= self._clock() or not rest.error.retry_after):
            self.forget(workspace)

    def forget(self, workspace: str) -> None:
        """Another token is connected: nothing that was said of the last one holds."""
        self._known.pop(workspace, None)

    def running(self, workspace: str, connected_at: datetime | None) -> ProviderError | None:
        """The error that began the rest, with what remains of it as `retry_after`; None when there is none."""
        rest = self._of(workspace, connected_at)
        remains = (rest.until - self._clock()).total_seconds() if rest else 0
        if rest is None or remains <= 0:
            return None
        error = rest.error
        return ProviderError(
            error.trouble,
            status=error.status,
            words=error.words,
            correlation_id=error.correlation_id,
            retry_after=remains,
            note=error.note,
        )

    def _of(self, workspace: str, connected_at: datetime | None) -> _Rest | None:
        rest = self._known.get(workspace)
        return rest if rest and rest.connected_at == connected_at else None
