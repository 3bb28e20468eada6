"""The kinds of change: a row each, with what it takes, when it is done, and how it is told and logged. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.audit import Action
from bot.domain.roles import Permission
from bot.domain.servers import Status


class Kind(StrEnum):
    """What can be changed."""

    START = "start"
    STOP = "stop"
    REBOOT = "reboot"
    DELETE = "delete"
    CREATE = "create"
    RENAME = "rename"
    EDIT = "edit"


POWER = (Kind.START, Kind.STOP, Kind.REBOOT)
UPDATES = (Kind.RENAME, Kind.EDIT)
"""What is done when the server has other values, whatever its status."""


@dataclass(frozen=True, slots=True)
class Trail:
    """What the log calls the three entries that every change leaves."""

    requested: Action
    called: Action
    ended: Action


@dataclass(frozen=True, slots=True)
class Spec:
    """One row of the catalog: what a kind takes, when it is done, how it is told and logged.

    `harmless_twice`: whether the call may be sent again after reading that it had no effect.
    `wanted`: the status it ends in, None where no status tells: the server is gone, or has other values.
    `passing`: the statuses that show it is on its way.
    """

    kind: Kind
    permission: Permission
    trail: Trail
    harmless_twice: bool
    noun: str
    doing: str
    done: str
    past: str
    wanted: Status | None = None
    passing: frozenset[str] = frozenset()

    @property
    def verb(self) -> str:
        """What people ask for: to start, to delete…"""
        return self.kind.value


_POWER = Trail(Action.POWER_REQUESTED, Action.POWER_CALLED, Action.POWER_ENDED)
_DELETE = Trail(Action.DELETE_REQUESTED, Action.DELETE_CALLED, Action.DELETE_ENDED)
_CREATE = Trail(Action.CREATE_REQUESTED, Action.CREATE_CALLED, Action.CREATE_ENDED)
_EDIT = Trail(Action.EDIT_REQUESTED, Action.EDIT_CALLED, Action.EDIT_ENDED)

_SPECS = (
    Spec(
        Kind.START,
        Permission.SERVER_POWER,
        _POWER,
        harmless_twice=True,
        noun="start",
        doing="starting",
        done="is active",
        past="started",
        wanted=Status.ACTIVE,
        passing=frozenset({Status.STARTING, Status.REBOOTING}),
    ),
    Spec(
        Kind.STOP,
        Permission.SERVER_POWER,
        _POWER,
        harmless_twice=True,
        noun="stop",
        doing="stopping",
        done="is stopped",
        past="stopped",
        wanted=Status.STOPPED,
        passing=frozenset({Status.STOPPING}),
    ),
    Spec(
        Kind.REBOOT,
        Permission.SERVER_POWER,
        _POWER,
        harmless_twice=False,
        noun="reboot",
        doing="rebooting",
        done="is active again",
        past="rebooted",
        wanted=Status.ACTIVE,
        passing=frozenset({Status.REBOOTING, Status.STOPPING, Status.STARTING, Status.STOPPED}),
    ),
    Spec(
        Kind.DELETE,
        Permission.SERVER_DELETE,
        _DELETE,
        harmless_twice=True,  # after reading that it is still there: a second one can only find nothing
        noun="deletion",
        doing="deleting",
        done="is deleted: VPS.org doesn't know it any more",
        past="deleted",
    ),
    Spec(
        Kind.CREATE,
        Permission.SERVER_CREATE,
        _CREATE,
        harmless_twice=False,  # a second one buys a second server
        noun="creation",
        doing="creating",
        done="is ready",
        past="created",
        wanted=Status.ACTIVE,
        passing=frozenset({Status.PROVISIONING, Status.STARTING, Status.REBOOTING}),
    ),
    Spec(
        Kind.RENAME,
        Permission.SERVER_EDIT,
        _EDIT,
        harmless_twice=True,
        noun="new name",
        doing="renaming",
        done="has its new name",
        past="renamed",
    ),
    Spec(
        Kind.EDIT,
        Permission.SERVER_EDIT,
        _EDIT,
        harmless_twice=True,
        noun="edit",
        doing="editing",
        done="is as asked",
        past="edited",
    ),
)

CATALOG: Mapping[Kind, Spec] = {spec.kind: spec for spec in _SPECS}
