"""The record of every call of the API: in memory, the last ones only, no token in clear."""

import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

KEPT = 20_000
_TAIL = 4
_SHORTEST_WITH_TAIL = 12  # four characters of a shorter token would tell too much of it


@dataclass(slots=True)
class Call:
    """One call. `n` counts from 1 and never starts again; `path` is with its query.

    `status` is None until an answer is sent, and stays so when none is. `effect`: whether it changed anything; it may
    become true later (`late_effect`). `fault` names the faults it met, joined by "+". `body` is what was sent.
    Two tokens may end alike: `token_hash` (SHA-256) tells them apart.
    """

    n: int
    time: datetime
    method: str
    path: str
    action: str | None
    server: str | None
    token_tail: str
    token_hash: str = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    status: int | None = None
    effect: bool = False
    fault: str | None = None

    def as_json(self) -> dict[str, object]:
        """As the control interface shows it: without the body."""
        return {
            "n": self.n,
            "time": self.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "method": self.method,
            "path": self.path,
            "action": self.action,
            "server": self.server,
            "status": self.status,
            "effect": self.effect,
            "fault": self.fault,
            "token_tail": self.token_tail,
        }


class Calls:
    """The last 20,000 calls, oldest first."""

    def __init__(self) -> None:
        self._kept: deque[Call] = deque(maxlen=KEPT)
        self._count = 0

    def __iter__(self) -> Iterator[Call]:
        return iter(self._kept)

    def begin(
        self,
        time: datetime,
        method: str,
        path: str,
        *,
        action: str | None,
        server: str | None,
        token: str,
        body: bytes,
    ) -> Call:
        """Notes a call as it arrives."""
        self._count += 1
        call = Call(self._count, time, method, path, action, server, tail(token), hashed(token), body)
        self._kept.append(call)
        return call

    def clear(self) -> None:
        """Forgets all. The numbers go on."""
        self._kept.clear()


def tail(token: str) -> str:
    """The last four characters of a token; nothing of one that is too short to be one."""
    return token[-_TAIL:] if len(token) >= _SHORTEST_WITH_TAIL else ""


def hashed(token: str) -> str:
    """What a token is recognised by without being kept."""
    return hashlib.sha256(token.encode()).hexdigest()
