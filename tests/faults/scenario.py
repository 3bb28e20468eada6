"""What a scenario is: a row of the tables of what can go wrong around a change."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bot.domain.operations import POWER, Kind, State
from tests.faults.stage import Stage

PATIENT = {"VPSBOT_PROVIDER_TIMEOUT": "4"}
"""The settings of a bot that bears with a slow provider."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """`ends` is how it ends when nobody is killed, None without an operation; `posts` what the provider counts then.

    `first_kills`: where the bot dies before anything else; `meanwhile`: what happens while it is away.
    `answer`: what the person reads in any case, when nothing is to be done. `kinds`: the changes that it is about.
    `again`: after a death people go on from what they see, until it is over.
    """

    name: str
    story: str
    brings: tuple[str, ...]
    act: Callable[[Stage], Awaitable[None]]
    prepare: Callable[[Stage], None]
    ends: Mapping[Kind, State | None]
    posts: Mapping[Kind, tuple[int, ...]]
    settings: Mapping[str, str] = field(default_factory=dict)
    first_kills: tuple[str, ...] = ()
    meanwhile: Callable[[Stage], Awaitable[None]] | None = None
    answer: str = ""
    kinds: tuple[Kind, ...] = POWER
    again: bool = False

    def kills(self, kind: Kind) -> tuple[str, ...]:
        """The points it brings, for a kind."""
        return tuple(point.format(kind=kind) for point in self.brings)


def around(*names: str) -> tuple[str, ...]:
    """Points before and after."""
    return tuple(f"{name}:{moment}" for name in names for moment in ("before", "after"))


def without_counts(points: Iterable[str]) -> frozenset[str]:
    """Points without the count of visits."""
    return frozenset(point.partition("#")[0] for point in points)
