"""`/vps access`: who holds which role; grant and revoke. Somebody always administers the workspace."""

import re
from datetime import datetime, timedelta

from bot.domain.audit import Action, Draft
from bot.domain.grammar import Mention, MentionKind, Word
from bot.domain.notices import Notice, NoticeKind
from bot.domain.roles import Grant, Permission, Role, SubjectKind, barred, keeps_an_admin
from bot.domain.selectors import nearest_word
from bot.features.access import views
from bot.operations.parts import Parts
from bot.operations.permission import NotAllowed, check
from bot.routing import Ask, Reply, Router
from bot.sentences import refusal
from bot.store import audit, members, notices
from bot.store.engine import Tx

router = Router()

_SPAN = re.compile(r"(\d{1,4})\s?(m|min|h|d|w)", re.IGNORECASE)
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=366)


@router.command(
    "access",
    "access [grant @PERSON ROLE [PATTERN] [for 8h] | revoke @PERSON]",
    needs=Permission.ACCESS_MANAGE,
    changes=True,
    examples=("access", "access grant @olga operator", "access grant @sam operator web-* for 8h", "access revoke @sam"),
)
async def access(ask: Ask) -> Reply:
    """See who may do what, give a role, take it away."""
    words = ask.line.rest.words
    match words:
        case ():
            return Reply(views.everyone(ask.snapshot.grants, ask.now))
        case (str() as verb, *rest) if verb.lower() == "grant":
            return await _grant(ask, tuple(rest))
        case (str() as verb, *rest) if verb.lower() == "revoke":
            return await _revoke(ask, tuple(rest))
        case _:
            return Reply(views.how_to())


async def _grant(ask: Ask, words: tuple[Word, ...]) -> Reply:
    match words:
        case (Mention(MentionKind.USER, subject), str() as typed_role, *rest):
            pass
        case (str() as not_picked, *_):
            return Reply(views.pick_a_person(not_picked))
        case (Mention(MentionKind.USER, _),):
            return Reply(views.which_role())
        case _:
            return Reply(views.how_to())
    if typed_role.lower() not in set(Role):
        return Reply(views.no_such_role(typed_role, nearest_word(typed_role, list(Role))))
    limits = _limits(tuple(rest), ask.now)
    if isinstance(limits, Reply):
        return limits
    if because := barred(await ask.parts.people.present(ask.workspace, subject)):
        return Reply(views.holds_nothing(subject, because))
    glob, until = limits
    grant = Grant(
        id=ask.parts.new_id(),
        subject_kind=SubjectKind.USER,
        subject=subject,
        role=Role(typed_role.lower()),
        glob=glob,
        until=until,
        granted_by=ask.member.id,
        granted_at=ask.now,
    )
    return await _put(ask, grant)


async def _put(ask: Ask, grant: Grant) -> Reply:
    async with ask.parts.change("access.grant", ask.workspace, ask.incoming.key) as tx:
        no = await _refused(tx, ask, "access grant")
        if no:
            return no
        before = await members.of_workspace(tx, ask.workspace)
        replaced = [each for each in before if (each.subject, each.glob) == (grant.subject, grant.glob)]
        if not keeps_an_admin([*(each for each in before if each not in replaced), grant], ask.now):
            return Reply(views.last_admin(grant.subject))
        await members.put(tx, ask.workspace, grant)
        await audit.append(tx, ask.workspace, _granted(grant), ask.now)
        await notices.promise(tx, [_told(ask.parts, ask.workspace, grant)], ask.now)
    return Reply(views.granted(grant))


async def _revoke(ask: Ask, words: tuple[Word, ...]) -> Reply:
    match words:
        case (Mention(MentionKind.USER, subject),):
            pass
        case (str() as not_picked, *_):
            return Reply(views.pick_a_person(not_picked))
        case _:
            return Reply(views.how_to())
    async with ask.parts.change("access.revoke", ask.workspace, ask.incoming.key) as tx:
        no = await _refused(tx, ask, "access revoke")
        if no:
            return no
        before = await members.of_workspace(tx, ask.workspace)
        theirs = [each for each in before if (each.subject_kind, each.subject) == (SubjectKind.USER, subject)]
        if not theirs:
            return Reply(views.nothing_to_revoke(subject))
        if not keeps_an_admin([each for each in before if each not in theirs], ask.now):
            return Reply(views.last_admin(subject))
        await members.remove(tx, ask.workspace, [each.id for each in theirs])
        await audit.extend(tx, ask.workspace, [_revoked(each, ask.member.id) for each in theirs], ask.now)
    return Reply(views.revoked(subject, theirs))


async def _refused(tx: Tx, ask: Ask, asked: str) -> Reply | None:
    no: NotAllowed | None = await check(tx, ask.member, Permission.ACCESS_MANAGE, asked=asked, now=ask.now)
    return Reply(refusal(no.decision, ask.member.id, no.grants, ask.now)) if no else None


def _limits(words: tuple[Word, ...], now: datetime) -> tuple[str | None, datetime | None] | Reply:
    """The pattern and the end of a grant, or what is wrong with them."""
    glob: str | None = None
    if words and isinstance(words[0], str) and words[0].lower() != "for":
        glob, words = words[0], words[1:]
    if glob in ("*", ""):
        glob = None
    if glob is not None and len(glob) > 100:
        return Reply(views.pattern_too_long())
    match words:
        case ():
            return glob, None
        case (str() as word, str() as typed) if word.lower() == "for":
            match = _SPAN.fullmatch(typed)
            span = timedelta(**{_UNITS[match[2].lower()]: int(match[1])}) if match else timedelta()
            return (glob, now + span) if SHORTEST <= span <= LONGEST else Reply(views.bad_span(typed))
        case _:
            return Reply(views.how_to())


def _granted(grant: Grant) -> Draft:
    return Draft(Action.ACCESS_GRANTED, grant.granted_by, target=grant.subject, detail=_detail(grant))


def _revoked(grant: Grant, by: str) -> Draft:
    return Draft(Action.ACCESS_REVOKED, by, target=grant.subject, detail=_detail(grant))


def _detail(grant: Grant) -> dict[str, str | int | bool | None]:
    return {"role": grant.role, "servers": grant.glob, "until": grant.until.isoformat() if grant.until else None}


def _told(parts: Parts, workspace: str, grant: Grant) -> Notice:
    """The person learns of the role in a direct message."""
    return Notice(
        id=parts.new_id(),
        workspace=workspace,
        kind=NoticeKind.ROLE,
        subject=grant.id,
        recipient=grant.subject,
        wanted_channel=grant.subject,
        created_at=grant.granted_at,
        detail={
            "role": grant.role,
            "by": grant.granted_by,
            "servers": grant.glob or "",
            "until": grant.until.isoformat() if grant.until else "",
        },
    )
