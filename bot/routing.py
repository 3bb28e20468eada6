"""From a delivery to its handler. Finding (pure) is apart from calling; registering leaves the function as it is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.grammar import Line, Word
from bot.domain.roles import Member, Permission, admins
from bot.operations.parts import Parts
from bot.slack.blocks import Block, Message
from bot.slack.incoming import Entrance, Incoming
from bot.workspaces.snapshots import Snapshot


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler gives back; the door turns it into what the entrance allows.

    `replace`: in place of the message whose button was pressed. `opens`: a dialog to open; `fills`: what it shows as
    soon as that is known (a trigger lives for three seconds, and the provider may take longer). `errors`: sentences
    at the inputs of the submitted dialog, by block id. `view`: what the submitted dialog shows next.
    """

    message: Message | None = None
    replace: bool = False
    opens: Block | None = None
    fills: "asyncio.Task[Reply | None] | None" = None
    errors: Mapping[str, str] = field(default_factory=dict)
    view: Block | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One person asking for one thing, with all that a handler may use."""

    incoming: Incoming
    member: Member
    line: Line
    snapshot: Snapshot
    now: datetime
    parts: Parts
    commands: tuple["Command", ...]

    @property
    def workspace(self) -> str:
        """The Slack team."""
        return self.member.workspace

    @property
    def absent(self) -> tuple[str, ...]:
        """The admins whose accounts hold nothing, as they were last read: nobody is sent to them."""
        return self.parts.people.absent(self.workspace, admins(self.snapshot.grants, self.now))


class ComesAgain(Exception):
    """It can't be decided now and must not be dropped: the delivery fails, so that Slack repeats it."""


Handler = Callable[[Ask], Awaitable[Reply]]


class Group(StrEnum):
    """What commands have in common, in the order of the help."""

    SEE = "See servers"
    CHANGE = "Change servers"
    AGREE = "Agree and protect"
    PEOPLE = "Who may do what"
    BACK = "Look back"
    SET_UP = "Set up"


@dataclass(frozen=True, slots=True)
class Misfit:
    """What a line has that its command doesn't take: an option, or a word too many."""

    option: str = ""
    word: Word = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A word behind `/vps`: how it is typed, what it does in one line, what it takes, and an example or two.

    `words`: how many may follow, None for as many as one likes. `options`: which; None when the rest is free text.
    """

    word: str
    usage: str
    summary: str
    needs: Permission | None
    group: Group
    examples: tuple[str, ...] = ()
    words: int | None = 0
    options: tuple[str, ...] | None = ()

    def misfit(self, line: Line) -> Misfit | None:
        """The first thing in a line that this command doesn't take: nothing that was typed is read past."""
        if self.options is None:
            return None
        for name in line.options:
            if name not in self.options:
                return Misfit(option=name)
        beyond = [] if self.words is None else line.rest.words[self.words :]
        return Misfit(word=beyond[0]) if beyond else None


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and the conditions of reaching it. `changes`: it must not get lost once it is acknowledged.

    `needs_for`, where a command's forms differ: what this line takes.
    """

    handler: Handler
    needs: Permission | None
    changes: bool
    label: str
    needs_for: Callable[[Line], Permission] | None = None
    command: Command | None = None

    def permission(self, line: Line) -> Permission | None:
        """What a line takes; None when everyone may."""
        return self.needs_for(line) if self.needs_for else self.needs


class Router:
    """A value that composes: each feature has one, app.py includes them all."""

    def __init__(self) -> None:
        self.commands: dict[str, Command] = {}
        self._routes: dict[tuple[Entrance, str], Route] = {}

    def command(
        self,
        word: str,
        usage: str,
        *,
        needs: Permission | None,
        group: Group,
        changes: bool = False,
        examples: tuple[str, ...] = (),
        words: int | None = 0,
        options: tuple[str, ...] | None = (),
        needs_for: Callable[[Line], Permission] | None = None,
    ) -> Callable[[Handler], Handler]:
        """Registers a handler for a word; its docstring's first line is the help line."""

        def register(handler: Handler) -> Handler:
            summary = (handler.__doc__ or "").strip().splitlines()[0]
            command = Command(word, usage, summary, needs, group, examples, words, options)
            self._add(Entrance.COMMAND, word, Route(handler, needs, changes, f"/vps {word}", needs_for, command))
            self.commands[word] = command
            return handler

        return register

    def action(
        self, action_id: str, *, needs: Permission | None, changes: bool = False
    ) -> Callable[[Handler], Handler]:
        """Registers a handler for a button or menu."""
        return self._registrar(Entrance.ACTION, action_id, needs, changes)

    def view(self, view_id: str, *, needs: Permission | None, changes: bool = False) -> Callable[[Handler], Handler]:
        """Registers a handler for a submitted dialog."""
        return self._registrar(Entrance.VIEW, view_id, needs, changes)

    def event(self, kind: str, *, changes: bool = False) -> Callable[[Handler], Handler]:
        """Registers a handler for what Slack tells on its own."""
        return self._registrar(Entrance.EVENT, kind, None, changes)

    def include(self, other: "Router") -> None:
        """Takes over all of another router's routes. Raises ValueError when two handlers claim one id."""
        for (entrance, name), route in other._routes.items():
            self._add(entrance, name, route)
        self.commands |= other.commands

    def find(self, incoming: Incoming, line: Line) -> Route | None:
        """The route of a delivery, or None when there is none. A bare `/vps` is `/vps help`."""
        name = incoming.name
        if incoming.entrance is Entrance.COMMAND:
            name = line.command if line.words or line.options else "help"
        return self._routes.get((incoming.entrance, name))

    def ids(self, entrance: Entrance) -> frozenset[str]:
        """All names registered for an entrance."""
        return frozenset(name for kind, name in self._routes if kind is entrance)

    def _registrar(
        self, entrance: Entrance, name: str, needs: Permission | None, changes: bool
    ) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self._add(entrance, name, Route(handler, needs, changes, name))
            return handler

        return register

    def _add(self, entrance: Entrance, name: str, route: Route) -> None:
        if (entrance, name) in self._routes:
            raise ValueError(f"two handlers for {entrance} {name}")
        self._routes[entrance, name] = route
