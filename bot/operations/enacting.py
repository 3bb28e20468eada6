"""Makes a change of power, inside a transaction: one way for who acts alone and for what a second admin agreed to."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.access import Answer
from bot.domain.audit import Action, Draft
from bot.domain.notices import Notice, NoticeKind
from bot.domain.policy import changed, freeze_of, policy_of, with_freeze, with_policy
from bot.domain.proposals import Change, NewGrant, NewSettings, NewToken, Unfreeze, Unprotect, Why, gives
from bot.domain.roles import Grant, admins
from bot.operations.connecting import connect
from bot.operations.freezing import tell_freeze
from bot.operations.granting import give
from bot.operations.parts import Parts
from bot.store import access, audit, members, notices, protections, votes, workspaces
from bot.store.engine import Tx
from bot.store.protections import Protection

Pair = tuple[Any, Any]
"""What a setting was, and what it is."""


async def outdated(tx: Tx, workspace: str, change: Change, now: datetime) -> Why | None:
    """Why a change is not what was looked at any more; None when everything is as it was."""
    known = await workspaces.get(tx, workspace)
    settings = known.settings if known else {}
    match change:
        case NewSettings(before):
            same = policy_of(settings) == before
        case NewGrant(grant, request, _, had):
            if grant.until is not None and grant.until <= now:
                return Why.ENDED
            asked = await access.get(tx, workspace, request) if request else None
            present = await members.of_workspace(tx, workspace)
            same = ids_at(grant.subject, present) == had and (asked is None or asked.answer is Answer.NONE)
        case NewToken(connected_at=since):
            same = (known.connected_at if known else None) == since
        case Unprotect(server_id, _, since):
            kept = await protections.of_workspace(tx, workspace)
            same = any((each.server_id, each.protected_at) == (server_id, since) for each in kept if not each.glob)
        case Unfreeze(frozen_by, frozen_at):
            freeze = freeze_of(settings)
            same = freeze is not None and (freeze.by, freeze.at) == (frozen_by, frozen_at)
    return None if same else Why.CHANGED


def ids_at(subject: str, grants: Iterable[Grant]) -> tuple[str, ...]:
    """The grants of a person or group, to see later whether they are still the same."""
    return tuple(sorted(each.id for each in grants if each.subject == subject))


async def enact(
    tx: Tx, parts: Parts, workspace: str, by: str, change: Change, now: datetime, *, absent: Collection[str]
) -> Why | None:
    """Makes it so, logs it and tells it; why not, when a rule of the house forbids it. `absent`: the barred admins."""
    await workspaces.ensure(tx, workspace, now)
    match change:
        case NewSettings():
            await _settings(tx, parts, workspace, by, change, now)
        case NewGrant():
            return await _grant(tx, parts, workspace, by, change, now, absent)
        case NewToken(token, account, token_name, dialect=dialect):
            await connect(
                tx,
                parts,
                workspace,
                token=token,
                dialect=dialect,
                account=account,
                by=by,
                now=now,
                token_name=token_name,
            )
        case Unprotect(server_id, server_name):
            await protections.lift(tx, workspace, server_id)
            draft = Draft(Action.SERVER_UNPROTECTED, by, target=server_name[:255], detail={"server_id": server_id})
            await audit.append(tx, workspace, draft, now)
            await tell_protection(tx, parts, workspace, by, now, was=[server_name])
        case Unfreeze(frozen_by):
            known = await workspaces.get(tx, workspace)
            settings = known.settings if known else {}
            await workspaces.keep_settings(tx, workspace, with_freeze(settings, None))
            draft = Draft(Action.WORKSPACE_UNFROZEN, by, detail={"frozen_by": frozen_by})
            await audit.append(tx, workspace, draft, now)
            agreed = await votes.waiting_approved(tx, workspace)  # perhaps by enough, if it takes fewer since
            await votes.look_soon(tx, workspace, now, among=agreed)
            await tell_freeze(tx, parts, workspace, {"by": by, "lifted": "yes", "frozen_by": frozen_by}, now)
    return None


async def _settings(tx: Tx, parts: Parts, workspace: str, by: str, change: NewSettings, now: datetime) -> None:
    known = await workspaces.get(tx, workspace)
    differing = changed(change.before, change.after)
    if known is None or not differing:
        return
    await workspaces.keep_settings(tx, workspace, with_policy(known.settings, change.after))
    await protections.unpin(tx, workspace, set(change.before.protected) - set(change.after.protected))
    for pin in change.pins:
        await protections.put(tx, workspace, Protection(pin.server_id, pin.server_name, by, now, pin.glob))
    detail = {name: f"{_spelled(was)} → {_spelled(is_)}" for name, (was, is_) in differing.items()}
    await audit.append(tx, workspace, Draft(Action.SETTINGS_CHANGED, by, detail=detail), now)
    if {"approvals", "also", "hourly", "daily"} & differing.keys():
        await votes.look_soon(tx, workspace, now)  # what waits takes another number now
    await tell_settings(tx, parts, workspace, by, change.before.approvals_channel, differing, now)


async def tell_settings(
    tx: Tx, parts: Parts, workspace: str, by: str, channel: str, changes: Mapping[str, Pair], now: datetime
) -> None:
    """What was and what is, told to all other admins and where consent was asked for before: `channel`."""
    told = {"by": by, "changes": json.dumps(changes)}
    everyone = [each for each in admins(await members.of_workspace(tx, workspace), now) if each != by]
    subject = parts.new_id()
    promised = [
        Notice(
            id=parts.new_id(),
            workspace=workspace,
            kind=NoticeKind.SETTINGS,
            subject=f"{subject}:{to}",
            recipient=to if to in everyone else by,
            wanted_channel=to,
            created_at=now,
            detail=told,
        )
        for to in [*everyone, *filter(None, [channel])]
    ]
    if promised:
        await notices.promise(tx, promised, now)


async def tell_protection(
    tx: Tx, parts: Parts, workspace: str, by: str, now: datetime, *, was: Sequence[str] = (), now_is: Sequence[str] = ()
) -> None:
    """That servers are protected by themselves, or not any more, told as any other setting."""
    known = await workspaces.get(tx, workspace)
    channel = policy_of(known.settings if known else {}).approvals_channel
    await tell_settings(tx, parts, workspace, by, channel, {"protected_servers": (list(was), list(now_is))}, now)


async def _grant(
    tx: Tx, parts: Parts, workspace: str, by: str, change: NewGrant, now: datetime, absent: Collection[str]
) -> Why | None:
    """From now on: who became approver after a request was filed has no word in it."""
    grant = replace(change.grant, granted_at=now)
    present = await members.of_workspace(tx, workspace)
    asked = await access.get(tx, workspace, change.request) if change.request else None
    if asked is not None:
        if await access.answer(tx, asked, Answer(change.answer), by, now) is None:
            return Why.CHANGED
        await notices.renew_all(tx, workspace, NoticeKind.ACCESS_ASKED, f"{asked.id}:", now)
        if gives(present, grant, now):  # who asked, and got more in the meantime, keeps it
            return None
    return None if await give(tx, parts, workspace, grant, now, absent=absent) else Why.LAST_ADMIN


def _spelled(value: object) -> str:
    return ", ".join(str(each) for each in value) or "none" if isinstance(value, list | tuple) else str(value)
