"""The table of methods: what each needs (token, scopes, arguments) and how often it may be called.

Scopes, tiers and errors are those of Slack's reference (docs.slack.dev/reference/methods).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.drafts import parsed
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import Channel, Json, Person, Team
from bot.sandbox.slack.world import World


@dataclass(slots=True, eq=False)
class Call:
    """One call of a method by an installed app."""

    world: World
    team: Team
    method: str
    args: Json
    problems: list[str]
    """Advice for the inspector, noted by the method."""
    notes: list[str] = field(default_factory=list)
    """The same about what Slack does, where the bot did nothing wrong."""

    def text(self, name: str) -> str:
        """An argument as text; empty when missing."""
        value = self.args.get(name)
        if isinstance(value, bool):
            return "true" if value else "false"
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """An argument as true or false, as forms write it."""
        return self.text(name).lower() in ("true", "1")

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """An argument that may come as a JSON string. Raises Refused(error)."""
        try:
            return parsed(self.args.get(name))
        except ValueError:
            raise Refused(error, f"[ERROR] `{name}` is not valid JSON") from None

    def need_scope(self, *any_of: str) -> None:
        """Raises Refused (`missing_scope`) when the installation has none of these."""
        scopes = self.team.installation.scopes
        if any_of and not scopes.intersection(any_of):
            raise Refused("missing_scope", needed=",".join(any_of), provided=",".join(sorted(scopes)))

    def channel(self, name: str = "channel") -> Channel:
        """The conversation named by an id or a channel name, if the bot may know of it."""
        wanted = self.text(name)
        channel = self.team.channels.get(wanted) or next(
            (c for c in self.team.channels.values() if c.kind == "channel" and c.name == wanted.lstrip("#")), None
        )
        if channel is None or (channel.is_private and self.team.bot.id not in channel.members):
            raise Refused("channel_not_found")
        return channel

    def person(self, name: str = "user", error: str = "user_not_found") -> Person:
        """The person named by an id."""
        person = self.team.people.get(self.text(name))
        if person is None:
            raise Refused(error)
        return person

    def page(self, items: list[Any], most: int = 1000) -> tuple[list[Any], Json]:
        """A page of a list by `cursor` and `limit`, and the response_metadata that goes with it."""
        start = int(cursor[1:]) if (cursor := self.text("cursor")) and cursor[1:].isdecimal() else 0
        if cursor and not (cursor.startswith("c") and 0 < start <= len(items)):
            raise Refused("invalid_cursor")
        limit = self.text("limit")
        if limit and not (limit.isdecimal() and 1 <= int(limit) <= most):
            raise Refused("invalid_limit")
        end = start + (int(limit) if limit else most)
        return items[start:end], {"next_cursor": f"c{end}" if end < len(items) else ""}


Function = Callable[[Call], Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class Method:
    """One row of the table."""

    name: str
    run: Function
    tier: int
    scopes: tuple[str, ...]
    """Any one of these is enough; none are needed when it is empty."""
    required: tuple[str, ...]
    takes_json: bool
    token: str
    """`bot`, `app`, or `none`."""


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *,
    tier: int,
    scopes: tuple[str, ...] = (),
    required: tuple[str, ...] = (),
    takes_json: bool = True,
    token: str = "bot",
) -> Callable[[Function], Function]:
    """Enters a function in the table and gives it back untouched."""

    def enter(function: Function) -> Function:
        METHODS[name] = Method(name, function, tier, scopes, required, takes_json, token)
        return function

    return enter
