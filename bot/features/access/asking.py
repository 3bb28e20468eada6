"""*Ask for access*: who was refused asks the admins for the role it takes; one of them answers, and that is told."""

import json
from datetime import datetime

from bot.domain.access import SHIFT, AccessRequest, Answer
from bot.domain.audit import Action, Draft, Entry
from bot.domain.notices import Notice, NoticeKind
from bot.domain.proposals import NewGrant, Power
from bot.domain.roles import Grant, Permission, Role, SubjectKind, admins, barred
from bot.domain.selectors import only
from bot.features.access import asking_views as views
from bot.features.proposals.views import impossible, waits
from bot.operations.enacting import ids_at
from bot.operations.permission import check, log_forged, refuse_forged
from bot.operations.proposals import Done, Impossible, Proposed, absent_admins, change_power
from bot.operations.refusing import log_no_power
from bot.routing import Ask, Reply, Router
from bot.sentences import refusal
from bot.slack.ids import ActionId
from bot.store import access, audit, members, notices
from bot.store.engine import Tx

router = Router()

ANSWER = "answer about a role"
"""What the log calls a click that came too late."""

LONGEST_PATTERN = 255
"""Characters of a grant's pattern that are kept."""


@router.action(ActionId.ACCESS_ASK, needs=None, changes=True)
async def ask_for_access(ask: Ask) -> Reply:
    """The button on a refusal carries the number of its entry in the log: what was refused stands there."""
    number = ask.incoming.value
    absent = await absent_admins(ask.parts, ask.workspace)
    async with ask.parts.change("access.ask", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        entry = await audit.get(tx, ask.workspace, int(number)) if number.isdecimal() and len(number) < 18 else None
        if entry is None or entry.action != Action.PERMISSION_REFUSED or entry.actor != ask.member.id:
            await log_forged(tx, ask.member, "refusal of theirs", now)
            return Reply(views.not_yours(), replace=True)
        request = await access.add(tx, _request(ask, entry, now))
        able = [each for each in admins(await members.of_workspace(tx, ask.workspace), now) if each not in absent]
        draft = Draft(Action.ACCESS_ASKED, ask.member.id, target=request.server_name, detail={"role": request.role})
        await audit.append(tx, ask.workspace, draft, now)
        for admin in able:  # who became admin since the first asking gets a card, too
            await notices.promise_once(tx, _card(ask, request, admin), now)
    return Reply(views.asked(request, able, now), replace=True)


@router.action(ActionId.ACCESS_GRANT, needs=Permission.ACCESS_MANAGE, changes=True)
async def grant_for_good(ask: Ask) -> Reply:
    """Yes, without an end."""
    return await _answer(ask, Answer.GRANTED)


@router.action(ActionId.ACCESS_GRANT_SHIFT, needs=Permission.ACCESS_MANAGE, changes=True)
async def grant_for_a_shift(ask: Ask) -> Reply:
    """Yes, for eight hours."""
    return await _answer(ask, Answer.GRANTED_FOR_A_SHIFT)


@router.action(ActionId.ACCESS_DECLINE, needs=Permission.ACCESS_MANAGE, changes=True)
async def decline(ask: Ask) -> Reply:
    """No."""
    return await _answer(ask, Answer.DECLINED)


async def _answer(ask: Ask, answer: Answer) -> Reply:
    async with ask.parts.store.read() as tx:
        known = await access.get(tx, ask.workspace, ask.incoming.value)
    if known is None:
        await refuse_forged(ask.parts, ask.member, "request for access", delivery=ask.incoming.key)
        return Reply(views.no_such_request())
    because = barred(await ask.parts.people.present(ask.workspace, known.member))
    if answer is not Answer.DECLINED and len(only(known.server_name)) > LONGEST_PATTERN:
        return Reply(views.needs_a_pattern(known))
    absent = await absent_admins(ask.parts, ask.workspace)
    async with ask.parts.change("access.answer", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        no = await check(tx, ask.member, Permission.ACCESS_MANAGE, asked="access answer", now=now)
        if no:
            return Reply(refusal(no, ask.member.id, now, ask.absent))
        present = await access.get(tx, ask.workspace, known.id)
        if present is None or present.answer is not Answer.NONE:
            await log_no_power(tx, ask.member, ANSWER, known.member, "too_late", now)
            return Reply(views.answered_already(present or known))
        if because and answer is not Answer.DECLINED:
            await log_no_power(tx, ask.member, Power.GRANT, known.member, because, now)
            return Reply(views.holds_nothing(known, because))
        if answer is Answer.DECLINED:
            request = await access.answer(tx, known, answer, ask.member.id, now)
            draft = Draft(Action.ACCESS_DECLINED, ask.member.id, target=known.member, detail={"role": known.role})
            await audit.append(tx, ask.workspace, draft, now)
            await _tell(tx, ask, request or known, now)
            return Reply(views.you_answered(request or known))
        had = ids_at(known.member, await members.of_workspace(tx, ask.workspace))
        change = NewGrant(_grant(ask, known, answer, now), known.id, answer, had)
        outcome = await change_power(tx, ask.parts, ask.member, change, absent, now)
        now_stands = await access.get(tx, ask.workspace, known.id) or known
    match outcome:
        case Done():
            return Reply(views.you_answered(now_stands))
        case Proposed(proposal, asked):
            return Reply(waits(proposal, asked))
        case Impossible(why):
            return Reply(impossible(why))


async def _tell(tx: Tx, ask: Ask, request: AccessRequest, now: datetime) -> None:
    """All admins' cards show the refusal, and the person is told (of a role, the role's own notice tells)."""
    await notices.renew_all(tx, ask.workspace, NoticeKind.ACCESS_ASKED, f"{request.id}:", now)
    notice = _notice(ask, request, NoticeKind.ACCESS_ANSWERED, request.id, request.member)
    await notices.promise(tx, [notice], now)


def _request(ask: Ask, entry: Entry, now: datetime) -> AccessRequest:
    detail = json.loads(entry.detail)
    return AccessRequest(
        id=ask.parts.new_id(),
        workspace=ask.workspace,
        member=ask.member.id,
        role=Role(detail["needs"]),
        server_name=entry.target,
        asked=str(detail.get("asked", ""))[:64],
        asked_at=now,
    )


def _grant(ask: Ask, request: AccessRequest, answer: Answer, now: datetime) -> Grant:
    return Grant(
        id=ask.parts.new_id(),
        subject_kind=SubjectKind.USER,
        subject=request.member,
        role=request.role,
        glob=only(request.server_name) or None,
        until=now + SHIFT if answer is Answer.GRANTED_FOR_A_SHIFT else None,
        granted_by=ask.member.id,
        granted_at=now,
    )


def _card(ask: Ask, request: AccessRequest, admin: str) -> Notice:
    return _notice(ask, request, NoticeKind.ACCESS_ASKED, f"{request.id}:{admin}", admin)


def _notice(ask: Ask, request: AccessRequest, kind: NoticeKind, subject: str, to: str) -> Notice:
    return Notice(
        id=ask.parts.new_id(),
        workspace=ask.workspace,
        kind=kind,
        subject=subject,
        recipient=to,
        wanted_channel=to,
        created_at=ask.now,
        detail={},
    )
