"""How a workspace stands: the morning's one look."""

from dataclasses import dataclass

from bot.domain.fleet import Change
from bot.domain.operations import Operation, Request
from bot.domain.policy import Freeze
from bot.domain.roles import Grant
from bot.domain.servers import Server, Status


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody may see of it. `servers` is None when the provider can't be read.

    `watched`: whether changes made elsewhere are looked for; without that, none being known says nothing.
    """

    servers: tuple[Server, ...] | None = None
    changes: tuple[Change, ...] = ()
    requests: tuple[Request, ...] = ()
    unknown: tuple[Operation, ...] = ()
    ending: tuple[Grant, ...] = ()
    freeze: Freeze | None = None
    watched: bool = True

    @property
    def not_active(self) -> tuple[Server, ...]:
        """The servers that one looks at first."""
        return tuple(server for server in self.servers or () if server.status != Status.ACTIVE)
