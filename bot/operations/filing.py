"""What is written beside a request when it is filed: entries of the log, its card, and the alarm of broken glass."""

from dataclasses import asdict

from bot.domain.audit import Action, Draft, Result
from bot.domain.notices import Notice, NoticeKind
from bot.domain.operations import Operation, Request
from bot.domain.policy import Policy
from bot.domain.wanted import Wanted
from bot.operations.parts import Parts


def entries(request: Request) -> list[Draft]:
    """What the log says of a request that is filed."""
    drafts = [_requested(each, request.reason) for each in request.operations]
    if request.broke_glass:
        of = request.operations
        draft = Draft(
            Action.REQUEST_BROKE_GLASS,
            request.requester,
            target=of[0].server_name if len(of) == 1 else f"{len(of)} servers",
            reason=request.reason,
            detail={"request": request.id, "kind": request.kind},
        )
        drafts.insert(0, draft)
    return drafts


def _requested(operation: Operation, reason: str) -> Draft:
    return Draft(
        operation.spec.trail.requested,
        operation.requester,
        target=operation.server_name,
        operation=operation.id,
        outcome=Result.PENDING,
        reason=reason,
        detail={"kind": operation.kind, "server_id": operation.server_id, "request": operation.request}
        | ({"shown": operation.shown.digest()} if operation.shown else {})
        | (_told(operation.wanted) if operation.wanted else {}),
    )


def card(parts: Parts, request: Request, policy: Policy) -> Notice:
    """Where consent is asked for, if it takes any; else where it was typed."""
    return _notice(parts, request, NoticeKind.CARD, policy.approvals_channel if request.needed else request.channel)


def alarm(parts: Parts, request: Request, policy: Policy) -> Notice:
    """Loud, where consent is usually asked for."""
    return _notice(parts, request, NoticeKind.GLASS, policy.approvals_channel or request.channel)


def _notice(parts: Parts, request: Request, kind: NoticeKind, channel: str) -> Notice:
    return Notice(
        id=parts.new_id(),
        workspace=request.workspace,
        kind=kind,
        subject=request.id,
        recipient=request.requester,
        wanted_channel=channel,
        created_at=request.created_at,
        detail={},
    )


def _told(wanted: Wanted) -> dict[str, str]:
    """What the log keeps of what a server is to be."""
    return {name: str(value) for name, value in asdict(wanted).items() if value not in ("", None, 0)}
