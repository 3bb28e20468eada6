"""`GET /metrics`: what Prometheus reads (its text format 0.0.4). Of no workspace, person or server by name or id."""

import asyncio
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import metadata

from bot.domain.operations import ENDED, State
from bot.slack.incoming import Entrance
from bot.store import figures
from bot.store.engine import DatabaseFailure, Store, Tx
from bot.store.figures import Figures

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

PATIENCE = 5.0
"""Seconds that the database may take; Prometheus itself waits ten by default."""

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Seconds. An answer in the acknowledgement may take 1.5; after 3, Slack tells the person that it failed."""

_NAME = re.compile(r"[a-zA-Z0-9_.]{1,64}")
_MOST = 200
"""Pairs of method and outcome that are counted apart: what others make up must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: its name, its Prometheus type, what it says, and its labels."""

    name: str
    kind: str
    says: str
    labels: tuple[str, ...] = ()


UP = Metric("vpsbot_up", "gauge", "1 when the database answered; else what is read from it is left out")
READY = Metric("vpsbot_ready", "gauge", "1 when people can be served, as `/readyz` says")
BUILD = Metric("vpsbot_build_info", "gauge", "always 1", ("version", "database"))
OPERATIONS = Metric("vpsbot_open_operations", "gauge", "changes that have not ended", ("state",))
REQUESTS = Metric("vpsbot_waiting_requests", "gauge", "requests that wait for consent")
DUE_NOTICES = Metric("vpsbot_due_notices", "gauge", "promised messages that should be sent now")
UNDELIVERED = Metric("vpsbot_undelivered_notices", "gauge", "promised messages that failed and are not with Slack")
KEPT = Metric("vpsbot_kept_deliveries", "gauge", "acknowledged deliveries that are not finished")
LAG = Metric("vpsbot_engine_lag_seconds", "gauge", "how long the oldest due thing has been waiting; 0 when nothing is")
PROVIDER = Metric("vpsbot_provider_calls_total", "counter", "calls of VPS.org", ("method", "outcome"))
SLACK = Metric("vpsbot_slack_calls_total", "counter", "calls of Slack", ("method", "outcome"))
DELIVERIES = Metric("vpsbot_deliveries_total", "counter", "deliveries of Slack's", ("entrance", "outcome"))
ACKNOWLEDGEMENT = Metric(
    "vpsbot_acknowledgement_seconds", "histogram", "from a verified delivery to its acknowledgement", ("entrance",)
)

METRICS = (
    *(UP, READY, BUILD, OPERATIONS, REQUESTS, DUE_NOTICES, UNDELIVERED, KEPT, LAG),
    *(PROVIDER, SLACK, DELIVERIES, ACKNOWLEDGEMENT),
)
"""All of them; the table in docs/operating.md is compared with these."""


@dataclass(slots=True)
class Times:
    """How often something took how long: a number for each bucket, and one for what took longer."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self.buckets[bisect_left(BUCKETS, seconds)] += 1
        self.total += seconds


@dataclass(slots=True)
class Counts:
    """What this process counted since it began. Plain numbers: counting must not slow what is counted."""

    provider: Counter[tuple[str, str]] = field(default_factory=Counter)
    slack: Counter[tuple[str, str]] = field(default_factory=Counter)
    deliveries: Counter[tuple[str, str]] = field(default_factory=Counter)
    acknowledgement: dict[Entrance, Times] = field(default_factory=lambda: {each: Times() for each in Entrance})

    def provider_call(self, method: str, outcome: str) -> None:
        """One call of VPS.org."""
        _count(self.provider, method, outcome)

    def slack_call(self, method: str, outcome: str) -> None:
        """One call of Slack."""
        _count(self.slack, method, outcome)

    def acknowledged(self, entrance: Entrance, well: bool, seconds: float) -> None:
        """One delivery."""
        self.deliveries[entrance, "acknowledged" if well else "failed"] += 1
        self.acknowledgement[entrance].add(seconds)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one reading of the database gave."""

    figures: Figures
    lag: float


Earliest = Callable[[Tx], Awaitable[datetime | None]]
"""When the first thing is, or was, due."""


async def look(store: Store, earliest: Earliest, now: datetime) -> Seen | None:
    """The numbers in the database, in one reading transaction; None when it doesn't answer."""
    try:
        async with asyncio.timeout(PATIENCE), store.read() as tx:
            due = await earliest(tx)
            return Seen(await figures.count(tx, now), max(0.0, (now - due).total_seconds()) if due else 0.0)
    except (DatabaseFailure, TimeoutError):
        return None


def render(counts: Counts, seen: Seen | None, *, ready: bool, shared: bool) -> str:
    """All metrics as text."""
    database = "postgresql" if shared else "sqlite"
    lines = [
        *_lines(UP, [((), 1 if seen else 0)]),
        *_lines(READY, [((), 1 if ready else 0)]),
        *_lines(BUILD, [((_version(), database), 1)]),
    ]
    if seen:
        lines += _seen(seen)
    for metric, counter in ((PROVIDER, counts.provider), (SLACK, counts.slack), (DELIVERIES, counts.deliveries)):
        lines += _lines(metric, sorted(counter.items()))
    return "\n".join([*lines, *_histogram(ACKNOWLEDGEMENT, counts.acknowledgement)]) + "\n"


def _seen(seen: Seen) -> Iterator[str]:
    found = seen.figures
    yield from _lines(OPERATIONS, [((s,), found.open_operations.get(s, 0)) for s in State if s not in ENDED])
    for metric, number in (
        (REQUESTS, found.waiting_requests),
        (DUE_NOTICES, found.due_notices),
        (UNDELIVERED, found.undelivered_notices),
        (KEPT, found.kept_deliveries),
        (LAG, round(seen.lag, 3)),
    ):
        yield from _lines(metric, [((), number)])


def _lines(metric: Metric, values: list[tuple[tuple[str, ...], float]]) -> Iterator[str]:
    yield from _head(metric)
    for labels, number in values:
        yield f"{metric.name}{_labelled(metric.labels, labels)} {number}"


def _histogram(metric: Metric, of: Mapping[Entrance, Times]) -> Iterator[str]:
    yield from _head(metric)
    for entrance, times in of.items():
        so_far = 0
        for limit, number in zip((*map(str, BUCKETS), "+Inf"), times.buckets, strict=True):
            so_far += number
            yield f"{metric.name}_bucket{_labelled((*metric.labels, 'le'), (entrance, limit))} {so_far}"
        yield f"{metric.name}_sum{_labelled(metric.labels, (entrance,))} {round(times.total, 6)}"
        yield f"{metric.name}_count{_labelled(metric.labels, (entrance,))} {so_far}"


def _head(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.says}"
    yield f"# TYPE {metric.name} {metric.kind}"


def _labelled(names: tuple[str, ...], values: tuple[str, ...]) -> str:
    pairs = [f'{name}="{value}"' for name, value in zip(names, values, strict=True)]
    return "{" + ",".join(pairs) + "}" if pairs else ""


def _count(counter: Counter[tuple[str, str]], method: str, outcome: str) -> None:
    """Outcomes are others' words: what doesn't look like a name, or is one too many, counts as "other"."""
    pair = (method, outcome)
    if pair not in counter and (len(counter) >= _MOST or not _NAME.fullmatch(outcome)):
        pair = (method, "other")
    counter[pair] += 1


@cache
def _version() -> str:
    try:
        return metadata.version("vpsbot")
    except metadata.PackageNotFoundError:
        return "unknown"
