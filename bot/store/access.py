"""Requests for access, and the count of a person's refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.domain.access import FLOOD_WINDOW, LOGGED_ONE_BY_ONE, SLOWED_AFTER, SLOWED_FOR, AccessRequest, Answer, Tally
from bot.domain.operations import LONGEST_ID
from bot.domain.roles import MAY, Grant, Role
from bot.store.due import of_table
from bot.store.engine import Tx
from bot.store.tables import access_requests, refusals

DUE = of_table(refusals)
"""Floods whose window has ended."""


async def add(tx: Tx, request: AccessRequest) -> AccessRequest:
    """Keeps a request, unless the person has the same one open: then that one is given back."""
    known = await tx.connection.execute(
        select(access_requests).where(
            access_requests.c.workspace == request.workspace,
            access_requests.c.member == request.member,
            access_requests.c.role == request.role,
            access_requests.c.server_name == request.server_name,
            access_requests.c.answered_at.is_(None),
        )
    )
    row = known.one_or_none()
    if row is not None:
        return _request(row)
    await tx.connection.execute(
        insert(access_requests).values(
            workspace=request.workspace,
            id=request.id,
            member=request.member,
            role=request.role,
            server_name=request.server_name,
            asked=request.asked,
            asked_at=request.asked_at,
            answer=Answer.NONE,
            answered_by="",
        )
    )
    return request


async def get(tx: Tx, workspace: str, request: str) -> AccessRequest | None:
    """One request of this workspace."""
    found = await tx.connection.execute(
        select(access_requests).where(access_requests.c.workspace == workspace, access_requests.c.id == request)
    )
    row = found.one_or_none()
    return _request(row) if row else None


async def answer(tx: Tx, request: AccessRequest, answer: Answer, by: str, now: datetime) -> AccessRequest | None:
    """Keeps an admin's answer; None when somebody else answered first."""
    done = await tx.connection.execute(
        update(access_requests)
        .where(
            access_requests.c.workspace == request.workspace,
            access_requests.c.id == request.id,
            access_requests.c.answered_at.is_(None),
        )
        .values(answer=answer, answered_by=by, answered_at=now)
    )
    return replace(request, answer=answer, answered_by=by, answered_at=now) if done.rowcount == 1 else None


async def close(tx: Tx, workspace: str, grant: Grant, now: datetime) -> list[str]:
    """Answers the open requests that a grant fulfils: their ids."""
    fulfilled = (
        (access_requests.c.workspace == workspace)
        & (access_requests.c.member == grant.subject)
        & access_requests.c.answered_at.is_(None)
        & access_requests.c.role.in_([role for role in Role if MAY[role] <= MAY[grant.role]])
    )
    if grant.glob is not None:
        fulfilled &= access_requests.c.server_name == grant.glob
    found = list((await tx.connection.execute(select(access_requests.c.id).where(fulfilled))).scalars())
    if found:
        await tx.connection.execute(
            update(access_requests)
            .where(fulfilled)
            .values(answer=Answer.GRANTED, answered_by=grant.granted_by, answered_at=now)
        )
    return found


async def count_refusal(tx: Tx, workspace: str, member: str, tally: Tally, what: str, now: datetime) -> int:
    """Counts a refusal: how many of `what` in this tally the person had in this window, this one included.

    From the first one that is not logged by itself, the window's end is due, and with it the folded entry.
    """
    return await _count(tx, workspace, _whose(member, tally, what), now, due_from=LOGGED_ONE_BY_ONE + 1)


async def count_no(tx: Tx, workspace: str, member: str, now: datetime) -> int:
    """How often the person was told no in this window, of whatever, this time included.

    Who is slowed may go on asking, and is not heard: when that is over, and the window, an entry says how often.
    """
    return await _count(tx, workspace, member, now, due_from=SLOWED_AFTER, pause=SLOWED_FOR)


async def _count(
    tx: Tx, workspace: str, whose: str, now: datetime, *, due_from: int, pause: timedelta = timedelta()
) -> int:
    this = (refusals.c.workspace == workspace) & (refusals.c.member == whose)
    row = (await tx.connection.execute(select(refusals).where(this))).one_or_none()
    if row is None:
        await tx.connection.execute(insert(refusals).values(workspace=workspace, member=whose, since=now, times=1))
        return 1
    if row.due_at is None and now - row.since >= FLOOD_WINDOW:
        await tx.connection.execute(update(refusals).where(this).values(since=now, times=1))
        return 1
    count = int(row.times) + 1
    due_at = max(row.since + FLOOD_WINDOW, now + pause) if count >= due_from else None
    await tx.connection.execute(update(refusals).where(this).values(times=count, due_at=due_at))
    return count


_UNHEARD = "unheard"
"""In a row's key, in the place of a tally."""


@dataclass(frozen=True, slots=True)
class Flood:
    """What of a person's refusals, since a time, was not logged one by one. `what` was refused, as far as it is known.

    `unheard`: how many of the `count` were not even looked at, because the person was slowed.
    """

    member: str
    tally: Tally
    what: str
    count: int
    since: datetime
    unheard: int = 0


async def add_unheard(tx: Tx, workspace: str, unheard: Mapping[str, int], now: datetime) -> None:
    """Counts what people asked while they were slowed: in rows of their own, due with what they were told no to."""
    for member, count in unheard.items():
        this = (refusals.c.workspace == workspace) & (refusals.c.member == f"{member} {_UNHEARD}")
        more = update(refusals).where(this).values(times=refusals.c.times + count)
        if (await tx.connection.execute(more)).rowcount:
            continue
        noes = select(refusals.c.due_at).where(refusals.c.workspace == workspace, refusals.c.member == member)
        due_at = (await tx.connection.execute(noes)).scalar() or now
        row = {"workspace": workspace, "member": f"{member} {_UNHEARD}", "since": now, "times": count, "due_at": due_at}
        await tx.connection.execute(insert(refusals).values(row))


async def take_floods(tx: Tx, workspace: str, now: datetime) -> list[Flood]:
    """Floods whose window has ended. Each is given once."""
    over = (refusals.c.workspace == workspace) & (refusals.c.due_at <= now)
    rows = (await tx.connection.execute(select(refusals).where(over).order_by(refusals.c.member))).all()
    if rows:
        await tx.connection.execute(delete(refusals).where(over))
    found = [Flood(*_whose_tally(row.member), row.times - LOGGED_ONE_BY_ONE, row.since) for row in rows if _folds(row)]
    for row in rows:
        if _is_unheard(row):
            found = _with_unheard(found, row.member.partition(" ")[0], row)
    return found


def _with_unheard(floods: list[Flood], member: str, row: Any) -> list[Flood]:
    """What a person asked unheard is counted with what they were told no to most, else by itself."""
    like = [each for each in floods if (each.member, each.tally) == (member, Tally.NO)]
    most = max(like, key=lambda each: each.count, default=Flood(member, Tally.NO, "", 0, row.since))
    counted = replace(most, count=most.count + row.times, unheard=row.times)
    return [*(each for each in floods if each is not most), counted]


def _folds(row: Any) -> bool:
    """Whether a row is of one kind of refusal; else it is of all that the person was told no to, or asked unheard."""
    return " " in row.member and not _is_unheard(row)


def _is_unheard(row: Any) -> bool:
    """Whether a row counts what a person asked while slowed: a tally that nothing more is said of."""
    _, *rest = str(row.member).split(" ")
    return rest == [_UNHEARD]


def _whose(member: str, tally: Tally, what: str) -> str:
    """A row's key: the person's id, and behind blanks, which no id of Slack's has, the tally and what was refused."""
    return f"{member} {tally} {what}"[:LONGEST_ID]


def _whose_tally(whose: str) -> tuple[str, Tally, str]:
    member, tally, what = [*whose.split(" ", 2), ""][:3]
    return member, Tally(tally), what


def _request(row: Any) -> AccessRequest:
    return AccessRequest(
        id=row.id,
        workspace=row.workspace,
        member=row.member,
        role=Role(row.role),
        server_name=row.server_name,
        asked=row.asked,
        asked_at=row.asked_at,
        answer=Answer(row.answer),
        answered_by=row.answered_by,
        answered_at=row.answered_at,
    )
