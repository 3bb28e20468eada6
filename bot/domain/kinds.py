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
class Spec:
    """One row of the catalog: what a kind takes, when it is done, how it is told and logged.

    `harmless_twice`: whether the call may be sent again after reading that it had no effect.
    `wanted`: the status it ends in, None where no status tells: the server is gone, or has other values.
    `passing`: the statuses that show it is on its way.
    """

    kind: Kind
    permission: Permission
    harmless_twice: bool
    wanted: Status | None
    passing: frozenset[str]
    verb: str
    noun: str
    doing: str
    done: str
    past: str
    requested: Action
    called: Action
    ended: Action


CATALOG: Mapping[Kind, Spec] = {
    Kind.START: Spec(
        kind=Kind.START,
        permission=Permission.SERVER_POWER,
        harmless_twice=True,
        wanted=Status.ACTIVE,
        passing=frozenset({Status.STARTING, Status.REBOOTING}),
        verb="start",
        noun="start",
        doing="starting",
        done="is active",
        past="started",
        requested=Action.POWER_REQUESTED,
        called=Action.POWER_CALLED,
        ended=Action.POWER_ENDED,
    ),
    Kind.STOP: Spec(
        kind=Kind.STOP,
        permission=Permission.SERVER_POWER,
        harmless_twice=True,
        wanted=Status.STOPPED,
        passing=frozenset({Status.STOPPING}),
        verb="stop",
        noun="stop",
        doing="stopping",
        done="is stopped",
        past="stopped",
        requested=Action.POWER_REQUESTED,
        called=Action.POWER_CALLED,
        ended=Action.POWER_ENDED,
    ),
    Kind.REBOOT: Spec(
        kind=Kind.REBOOT,
        permission=Permission.SERVER_POWER,
        harmless_twice=False,
        wanted=Status.ACTIVE,
        passing=frozenset({Status.REBOOTING, Status.STOPPING, Status.STARTING, Status.STOPPED}),
        verb="reboot",
        noun="reboot",
        doing="rebooting",
        done="is active again",
        past="rebooted",
        requested=Action.POWER_REQUESTED,
        called=Action.POWER_CALLED,
        ended=Action.POWER_ENDED,
    ),
    Kind.DELETE: Spec(
        kind=Kind.DELETE,
        permission=Permission.SERVER_DELETE,
        harmless_twice=True,  # after reading that it is still there: a second one can only find nothing
        wanted=None,
        passing=frozenset(),
        verb="delete",
        noun="deletion",
        doing="deleting",
        done="is deleted: VPS.org doesn't know it any more",
        past="deleted",
        requested=Action.DELETE_REQUESTED,
        called=Action.DELETE_CALLED,
        ended=Action.DELETE_ENDED,
    ),
    Kind.CREATE: Spec(
        kind=Kind.CREATE,
        permission=Permission.SERVER_CREATE,
        harmless_twice=False,  # a second one buys a second server
        wanted=Status.ACTIVE,
        passing=frozenset({Status.PROVISIONING, Status.STARTING, Status.REBOOTING}),
        verb="create",
        noun="creation",
        doing="creating",
        done="is ready",
        past="created",
        requested=Action.CREATE_REQUESTED,
        called=Action.CREATE_CALLED,
        ended=Action.CREATE_ENDED,
    ),
    Kind.RENAME: Spec(
        kind=Kind.RENAME,
        permission=Permission.SERVER_EDIT,
        harmless_twice=True,
        wanted=None,
        passing=frozenset(),
        verb="rename",
        noun="new name",
        doing="renaming",
        done="has its new name",
        past="renamed",
        requested=Action.EDIT_REQUESTED,
        called=Action.EDIT_CALLED,
        ended=Action.EDIT_ENDED,
    ),
    Kind.EDIT: Spec(
        kind=Kind.EDIT,
        permission=Permission.SERVER_EDIT,
        harmless_twice=True,
        wanted=None,
        passing=frozenset(),
        verb="edit",
        noun="edit",
        doing="editing",
        done="is as asked",
        past="edited",
        requested=Action.EDIT_REQUESTED,
        called=Action.EDIT_CALLED,
        ended=Action.EDIT_ENDED,
    ),
}
