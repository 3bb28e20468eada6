"""Giving and taking roles inside a transaction: one place, whoever asks for it and however."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.access import ending_told_at
from bot.domain.audit import Action, Draft
from bot.domain.notices import PEOPLE_OF, Notice, NoticeKind
from bot.domain.proposals import took_admin
from bot.domain.roles import Grant, Permission, Role, SubjectKind, admins, leaves_no_admin, less_of_an_admin
from bot.operations.parts import Parts
from bot.store import access, audit, members, notices, votes, workspaces
from bot.store.engine import Tx


async def give(tx: Tx, parts: Parts, workspace: str, grant: Grant, now: datetime, *, absent: Collection[str]) -> bool:
    """Keeps a grant in place of the one for the same subject and pattern; False when no admin would be left.

    `absent`: the admins whose accounts are barred, read before the transaction.
    """
    before = await members.of_workspace(tx, workspace)
    kept = [each for each in before if place(each) != place(grant)]
    if leaves_no_admin(before, [*kept, grant], absent):
        return False
    await members.put(tx, workspace, _voting_since(grant, before, now))
    await _remember(tx, workspace, before, [*kept, grant], grant.granted_by, absent, now)
    await votes.look_soon(tx, workspace, now)
    replaced = ", ".join(each.role for each in before if place(each) == place(grant)) or None
    facts = facts_of(grant) | {"instead_of": replaced}
    await audit.append(tx, workspace, Draft(Action.ACCESS_GRANTED, grant.granted_by, grant.subject, detail=facts), now)
    if grant.subject_kind is SubjectKind.USER:
        await notices.promise(tx, [_notice(parts, workspace, grant, NoticeKind.ROLE, grant.id, grant.subject)], now)
        for request in await access.close(tx, workspace, grant, now):  # asked for, and given without the button
            await notices.renew_all(tx, workspace, NoticeKind.ACCESS_ASKED, f"{request}:", now)
    held = [*kept, grant]
    await _announce_ends(tx, parts, workspace, held if grant.role is Role.ADMIN else [grant], admins(held, now), now)
    return True


async def take(
    tx: Tx, parts: Parts, workspace: str, grants: Sequence[Grant], by: str, now: datetime, *, absent: Collection[str]
) -> bool:
    """Takes grants away; False when no admin would be left. Whose they were hears it; of an admin's, all admins."""
    before = await members.of_workspace(tx, workspace)
    after = [each for each in before if each not in grants]
    if leaves_no_admin(before, after, absent):
        return False
    await members.remove(tx, workspace, [each.id for each in grants])
    await _remember(tx, workspace, before, after, by, absent, now)
    await votes.look_soon(tx, workspace, now)
    drafts = [Draft(Action.ACCESS_REVOKED, by, each.subject, detail=facts_of(each)) for each in grants]
    await audit.extend(tx, workspace, drafts, now)
    for each in grants:
        theirs = [each.subject] if each.subject_kind is SubjectKind.USER else []
        all_of_them = admins(before, now) if each.role is Role.ADMIN else ()
        for who in dict.fromkeys([*theirs, *all_of_them]):
            if who != by:
                taken = _notice(parts, workspace, each, NoticeKind.ROLE_TAKEN, f"{each.id}:{who}", who)
                await notices.promise(tx, [replace(taken, created_at=now, detail=dict(taken.detail) | {"by": by})], now)
    return True


async def _remember(
    tx: Tx,
    workspace: str,
    before: Sequence[Grant],
    after: Sequence[Grant],
    by: str,
    absent: Collection[str],
    now: datetime,
) -> None:
    """Keeps who took another admin's role away or shortened it; one whose account is barred is none anyway."""
    gone = less_of_an_admin(before, after, now) - {by, *absent}
    known = await workspaces.get(tx, workspace) if gone else None
    if known:
        await workspaces.keep_settings(tx, workspace, took_admin(known.settings, by, now))


def _voting_since(grant: Grant, before: Sequence[Grant], now: datetime) -> Grant:
    """A role that is given anew to who could vote in the same place has been theirs since then, not since now.

    Else being made admin, or approver once more, would take back the votes that were given in between.
    """
    same = [each for each in before if place(each) == place(grant) and each.live(now)]
    since = [each.votes_since or each.granted_at for each in same if each.gives(Permission.REQUEST_VOTE)]
    if not since or not grant.gives(Permission.REQUEST_VOTE):
        return grant
    return replace(grant, votes_since=min(since))


async def _announce_ends(
    tx: Tx, parts: Parts, workspace: str, grants: Sequence[Grant], of_workspace: Sequence[str], now: datetime
) -> None:
    """Promises whose roles end, and every admin, a word some time before; who becomes admin later gets theirs, too.

    A group is promised one that becomes one for each of its people when it is due.
    """
    for grant in grants:
        if grant.until is None or not grant.live(now):
            continue
        at = ending_told_at(grant.granted_at, grant.until)
        for each in dict.fromkeys([grant.subject, *of_workspace]):
            notice = _notice(parts, workspace, grant, NoticeKind.ROLE_ENDS, f"{grant.id}:{each}", each)
            if each == grant.subject and grant.subject_kind is SubjectKind.GROUP:
                notice = replace(notice, detail=notice.detail | {PEOPLE_OF: each})
            await notices.promise_once(tx, notice, now, at=at)


def place(grant: Grant) -> tuple[str, str, str | None, bool, bool]:
    """What a new grant replaces: one that stays replaces one that stays; the auditor stands beside the others."""
    return grant.subject_kind, grant.subject, grant.glob, grant.until is None, grant.role is Role.AUDITOR


def facts_of(grant: Grant) -> dict[str, str | int | bool | None]:
    """What the log keeps of a grant: enough to tell who held what at any date."""
    return {
        "role": grant.role,
        "kind": grant.subject_kind,
        "servers": grant.glob,
        "until": grant.until.isoformat() if grant.until else None,
    } | ({"break_glass": True} if grant.break_glass else {})


def _notice(parts: Parts, workspace: str, grant: Grant, kind: NoticeKind, subject: str, to: str) -> Notice:
    return Notice(
        id=parts.new_id(),
        workspace=workspace,
        kind=kind,
        subject=subject,
        recipient=to,
        wanted_channel=to,
        created_at=grant.granted_at,
        detail={
            "role": grant.role,
            "by": grant.granted_by,
            "whose": grant.subject,
            "servers": grant.glob or "",
            "until": grant.until.isoformat() if grant.until else "",
            "break_glass": "yes" if grant.break_glass else "",
        },
    )
