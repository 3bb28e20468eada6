"""A person asks for a change: permission, one open operation per server, intent, audit and card, in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.approvals import Fingerprint
from bot.domain.audit import Draft, Result
from bot.domain.notices import Notice, NoticeKind
from bot.domain.operations import CATALOG, LONGEST_ID, Kind, Operation, Request, State
from bot.domain.policy import Policy, policy_of
from bot.domain.roles import Member
from bot.domain.servers import Server
from bot.operations.parts import Parts
from bot.operations.permission import NotAllowed, check
from bot.store import audit, notices, offers, operations, workspaces
from bot.store.engine import Tx
from bot.store.operations import Taken
from bot.store.workspaces import Workspace

NO_CONSENT = Policy(approvals=0)
"""What holds for a change that nobody else has to agree to."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asks for: one kind of change to one or more servers. `delivery` tells repeats of it.

    `offer` is the list or dialog that it is the yes to, if it is one: that is used up with it. `shown` are the
    servers' fingerprints, where consent is given to them; `could` the people who could give it.
    """

    member: Member
    kind: Kind
    servers: tuple[Server, ...]
    channel: str
    delivery: str
    offer: str = ""
    reason: str = ""
    shown: tuple[Fingerprint, ...] = ()
    could: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submitted:
    """It is committed: it will be done, or its end will be told."""

    request: Request


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
class NobodyCould:
    """It takes the consent of `needed` others, and only `could` might give it, or there is nowhere to ask them."""

    needed: int
    could: tuple[str, ...]
    channel: str


class IdTooLong(Exception):
    """The provider gives this server an id that can't be kept; a cut one would be another server's."""

    def __init__(self, server: Server) -> None:
        super().__init__("id too long")
        self.server = server


Answer = Submitted | Forbidden | Busy | UsedUp | NobodyCould


async def submit(parts: Parts, order: Order) -> Answer:
    """Commits the intent. Raises Repeated when this delivery was served before, IdTooLong."""
    for server in order.servers:
        if len(server.id) > LONGEST_ID:
            raise IdTooLong(server)
    try:
        return await _submit(parts, order)
    except Taken:  # another replica was quicker, between our look and our row
        async with parts.store.read() as tx:
            servers = [server.id for server in order.servers]
            return Busy(await operations.open_on(tx, order.member.workspace, servers))


async def _submit(parts: Parts, order: Order) -> Answer:
    workspace = order.member.workspace
    async with parts.change("operations.submit", workspace, order.delivery) as tx:
        now = parts.clock()
        if refused := await _refused(tx, order, now):
            return refused
        if held := await operations.open_on(tx, workspace, [server.id for server in order.servers]):
            return Busy(held)
        present = await workspaces.get(tx, workspace)
        policy = policy_of(present.settings if present else {}) if order.shown else NO_CONSENT
        if policy.approvals and (len(order.could) < policy.approvals or not policy.approvals_channel):
            return NobodyCould(policy.approvals, order.could, policy.approvals_channel)
        if order.offer and not await offers.use_up(tx, workspace, order.offer, order.member.id):
            return UsedUp()
        request = _request(parts, order, present, policy, now)
        await operations.add(tx, request)
        await audit.extend(tx, workspace, [_requested(each, request.reason) for each in request.operations], now)
        await notices.promise(tx, [_card(parts, request, policy)], now)
    return Submitted(request)


async def _refused(tx: Tx, order: Order, now: datetime) -> Forbidden | None:
    permission = CATALOG[order.kind].permission
    for server in order.servers:
        refused = await check(tx, order.member, permission, names=[server.name], asked=order.kind, now=now)
        if refused:
            return Forbidden(refused, server)
    return None


def _request(parts: Parts, order: Order, present: Workspace | None, policy: Policy, now: datetime) -> Request:
    request_id, workspace = parts.new_id(), order.member.workspace
    waits = policy.approvals > 0
    shown = {each.id: each for each in order.shown}
    return Request(
        id=request_id,
        workspace=workspace,
        requester=order.member.id,
        kind=order.kind,
        channel=order.channel,
        created_at=now,
        reason=order.reason,
        needed=policy.approvals,
        connected_at=present.connected_at if present else None,
        expires_at=now + policy.expires_in if waits else None,
        due_at=now + min(policy.reminder, policy.expires_in) if waits else None,
        operations=tuple(
            Operation(
                id=parts.new_id(),
                workspace=workspace,
                request=request_id,
                kind=order.kind,
                server_id=server.id,
                server_name=server.name[:255],
                state=State.REQUESTED if waits else State.APPROVED,
                version=1,
                requester=order.member.id,
                requested_at=now,
                due_at=None if waits else now,
                approved_at=None if waits else now,
                seen_status=server.status[:64],
                account=present.account if present else "",
                shown=shown.get(server.id),
            )
            for server in order.servers
        ),
    )


def _requested(operation: Operation, reason: str) -> Draft:
    return Draft(
        operation.spec.requested,
        operation.requester,
        target=operation.server_name,
        operation=operation.id,
        outcome=Result.PENDING,
        reason=reason,
        detail={"kind": operation.kind, "server_id": operation.server_id, "request": operation.request}
        | ({"shown": operation.shown.digest()} if operation.shown else {}),
    )


def _card(parts: Parts, request: Request, policy: Policy) -> Notice:
    return Notice(
        id=parts.new_id(),
        workspace=request.workspace,
        kind=NoticeKind.CARD,
        subject=request.id,
        recipient=request.requester,
        wanted_channel=policy.approvals_channel if request.needed else request.channel,
        created_at=request.created_at,
        detail={},
    )
