"""What passes through the hole to the outside: one request out, one answer or one error back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. The headers hold the token, so they are not part of the repr. `timeout` in seconds."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: object = field(default=None, repr=False)
    timeout: float | None = None

    @property
    def changes(self) -> bool:
        """Whether it may change something at the provider, and so must never go out twice."""
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Response:
    """One whole HTTP answer. Header names are in lower case. What the provider wrote is not part of the repr."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


class Send(Protocol):
    """Sends a request, exactly once, and gives the whole answer whatever its status.

    Raises `ProviderError`: UNREACHABLE when nothing left us, LOST when it may have arrived and no whole answer
    came, UNREADABLE when the answer was no HTTP or too large.
    """

    async def __call__(self, request: Request, /) -> Response: ...
