"""Why a change is not filed, as values; each is kept in the log, with a short reason that stays the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.access import Tally
from bot.domain.audit import Action, Draft, Result
from bot.domain.operations import Kind, Operation
from bot.domain.policy import Freeze, Policy
from bot.domain.roles import Member
from bot.domain.servers import Server
from bot.operations.parts import Parts
from bot.operations.permission import NotAllowed, log_refusal
from bot.operations.preparing import Changed, NameTaken, NobodyCould, NoCreationTime, Unprepared, Vanished
from bot.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Forbidden:
    """The person may not do this to this server; nothing was done to any of them."""

    refusal: NotAllowed
    server: Server


@dataclass(frozen=True, slots=True)
class Busy:
    """Servers that somebody's open operation holds; nothing was done to any of those asked for."""

    held_by: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class UsedUp:
    """The list that this is the yes to was said yes to before."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """Nothing is changed in this workspace until an admin lifts it."""

    freeze: Freeze


@dataclass(frozen=True, slots=True)
class Protected:
    """A server that can't be deleted from Slack; `glob` is the pattern, if one protects it."""

    server: Server
    glob: str | None


@dataclass(frozen=True, slots=True)
class OverBudget:
    """Breaking the glass doesn't reach beyond the budget of deletions."""

    policy: Policy


Refused = Busy | UsedUp | Frozen | Protected | OverBudget | Unprepared
"""All that is logged here; a lacking permission is logged where it is decided."""

NotSubmitted = Forbidden | Refused

REASONS: Mapping[type[Refused], str] = {
    Busy: "busy",
    UsedUp: "used_up",
    Frozen: "frozen",
    Protected: "protected",
    OverBudget: "over_budget",
    NameTaken: "name_taken",
    NobodyCould: "nobody_could",
    Vanished: "vanished",
    NoCreationTime: "no_creation_time",
    Changed: "changed",
}
"""What the log says; whoever reads logs by machine relies on these words."""


async def log_no(tx: Tx, member: Member, kind: Kind, servers: Sequence[Server], answer: Refused, now: datetime) -> None:
    """Keeps in the log that a change to these servers was refused, and why; a flood of them is folded."""
    about = [answer.server] if isinstance(answer, Protected | NoCreationTime) else servers
    names = [server.name for server in about]
    several = len(names) != 1
    refusal = Draft(
        Action.CHANGE_REFUSED,
        member.id,
        target=f"{len(names)} servers" if several else names[0][:255],
        outcome=Result.REFUSED,
        reason=REASONS[type(answer)],
        detail={"kind": kind} | ({"servers": ", ".join(names)[:1000]} if several else {"server_id": about[0].id}),
    )
    await log_refusal(tx, member, refusal, now, Tally.BUSY if isinstance(answer, Busy) else Tally.NO)


async def log_no_power(tx: Tx, member: Member, what: str, target: str, why: str, now: datetime) -> None:
    """The same for a change of who may do what, of a barrier or a note: `what` was asked for about `target`."""
    refusal = Draft(
        Action.CHANGE_REFUSED,
        member.id,
        target=target[:255],
        outcome=Result.REFUSED,
        reason=why,
        detail={"kind": what},
    )
    await log_refusal(tx, member, refusal, now, Tally.LATE if why == "too_late" else Tally.NO)


async def log_unprepared(
    parts: Parts, member: Member, kind: Kind, servers: Sequence[Server], answer: Refused, *, delivery: str
) -> None:
    """The same for what was found out before any transaction. Raises Repeated when this delivery was served before."""
    async with parts.change("operations.refused", member.workspace, delivery) as tx:
        await log_no(tx, member, kind, servers, answer, parts.clock())
