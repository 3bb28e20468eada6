"""The inspector: everything sent both ways, and each rule the bot broke, in a sentence."""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.errors import Refused

KEPT = 5_000
_SECRET = re.compile(r"(?i)authorization|cookie|token|secret")
_TOKEN = re.compile(r"xox[a-z][-.]|xapp-")


@dataclass(slots=True, eq=False)
class Exchange:
    """One request and its answer."""

    n: int
    time: float
    direction: str
    """`to_app` or `from_app`."""
    kind: str
    name: str
    team: str
    request: Any
    response: Any = None
    status: int = 0
    ms: float = 0.0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Rules worth knowing of which none was broken."""
    headers: dict[str, Any] = field(default_factory=dict)
    """What stood around the request: its HTTP headers, or in Socket Mode the fields of its envelope. No token."""


class Log:
    """The last exchanges and all problems."""

    def __init__(self) -> None:
        self.exchanges: deque[Exchange] = deque(maxlen=KEPT)
        self.problems: deque[str] = deque(maxlen=KEPT)
        self.count = 0

    def open(self, time: float, direction: str, kind: str, name: str, team: str, request: Any) -> Exchange:
        """Begins an exchange; its answer is filled in later."""
        self.count += 1
        exchange = Exchange(self.count, time, direction, kind, name, team, request)
        self.exchanges.append(exchange)
        return exchange

    def problem(self, exchange: Exchange, sentence: str) -> None:
        """Notes that the bot broke a rule in this exchange."""
        exchange.problems.append(sentence)
        self.problems.append(f"{exchange.name}: {sentence}")

    def refusal(self, exchange: Exchange, refused: Refused, *, ordered: bool = False) -> None:
        """Notes the rule behind a refusal. One that a test has `ordered` breaks none."""
        for sentence in () if ordered else refused.problems():
            self.problem(exchange, sentence)
        exchange.notes += refused.notes()


def shown_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a request without those that carry a token, whatever their name."""
    return {
        name: value for name, value in headers.items() if not (_SECRET.search(name) or _TOKEN.search(value.lower()))
    }
