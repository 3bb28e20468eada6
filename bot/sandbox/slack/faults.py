"""Faults of the Web API on demand: an error, a rate limit, a lost or strange reply, a closed connection."""

import asyncio
from dataclasses import dataclass, field

GARBLED = {
    "plain_text": ("text/plain", b"upstream connect error"),
    "broken_json": ("application/json", b'{"ok": tr'),
    "no_text": ("application/json", b"\xff\xfe\x00"),
}
"""What a proxy says in Slack's place: the type and the body of its answer."""


@dataclass(slots=True)
class Fault:
    """`error` is a name of Slack's, or `lost_reply` (done, but unanswered), or `closed` (neither).

    `held`: neither done nor answered before the faults are cleared. Or one of those of `GARBLED`: not done.

    `token`: it meets the calls with this token alone; empty: all.
    """

    method: str
    error: str
    times: int
    retry_after: int = 30
    status: int = 200
    token: str = field(default="", repr=False)


class Faults:
    """The faults waiting for their calls."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._let_go = asyncio.Event()
        self.held = 0
        """Calls that are held up now."""

    def add(self, fault: Fault) -> None:
        """Lets the next `fault.times` calls of the method fail."""
        self._waiting.append(fault)

    def take(self, method: str, authorization: str = "") -> Fault | None:
        """The fault for this call, if one waits; counts it as used."""
        for fault in self._waiting:
            if fault.method in (method, "*") and fault.token in ("", authorization.removeprefix("Bearer ")):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Forgets all faults, and lets go of what they hold."""
        self._waiting.clear()
        self._let_go.set()
        self._let_go = asyncio.Event()

    async def hold(self) -> None:
        """Waits until the faults are cleared."""
        self.held += 1
        try:
            await self._let_go.wait()
        finally:
            self.held -= 1
