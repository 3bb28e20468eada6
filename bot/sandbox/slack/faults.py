"""Faults of the Web API on demand: an error, a rate limit, a reply that gets lost, a closed connection."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Fault:
    """`error` is a name of Slack's, or `lost_reply` (done, but unanswered), or `closed` (neither).

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
        """Forgets all faults."""
        self._waiting.clear()
