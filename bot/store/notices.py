"""Promised messages: written with the fact they tell, gone from the due list only when Slack has them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import case, func, insert, literal, null, select, update

from bot.domain.notices import (
    CARRY_FILES,
    CUT_OFF,
    NOTHING_TO_SAY,
    RATE_LIMITED,
    SENDING_LEASE,
    Notice,
    NoticeKind,
    Undelivered,
    Waiting,
)
from bot.store.due import of_table
from bot.store.engine import Tx
from bot.store.tables import notices

_FILES = notices.c.kind.in_(sorted(CARRY_FILES))

DUE = of_table(notices, only=~_FILES)
"""Messages to send, but for those that carry a file."""

FILES_DUE = of_table(notices, only=_FILES)
"""Those that do."""

OWED = notices.c.last_error.not_in(["", NOTHING_TO_SAY]) & (
    (notices.c.ts == "") | (notices.c.due_at.is_(None) & (notices.c.sent_version < notices.c.wanted_version))
)
"""Messages that failed: never sent, or in an older state than wanted and given up on."""


async def promise(tx: Tx, promised: Sequence[Notice], now: datetime, *, at: datetime | None = None) -> None:
    """Keeps messages to be sent as soon as this transaction is committed, or not before `at`."""
    rows = [
        {
            "workspace": each.workspace,
            "id": each.id,
            "kind": each.kind,
            "subject": each.subject,
            "detail": each.detail,
            "recipient": each.recipient,
            "wanted_channel": each.wanted_channel,
            "wanted_version": 1,
            "sent_version": 0,
            "due_at": at or now,
            "attempts": 0,
            "channel": "",
            "ts": "",
            "created_at": at or now,
            "last_error": "",
        }
        for each in promised
    ]
    await tx.connection.execute(insert(notices), rows)


async def promised(tx: Tx, notice: Notice) -> bool:
    """Whether a message of its kind about its subject was promised before."""
    known = await tx.connection.execute(_about(notice.workspace, notice.kind, notice.subject))
    return known.one_or_none() is not None


async def promise_once(tx: Tx, notice: Notice, now: datetime, *, at: datetime | None = None) -> None:
    """Keeps a message unless one of its kind about this subject was promised before."""
    if not await promised(tx, notice):
        await promise(tx, [notice], now, at=at)


async def all_about(tx: Tx, workspace: str, kind: NoticeKind, subjects: str) -> tuple[Notice, ...]:
    """The messages of a kind whose subject begins with `subjects`, sent or not."""
    found = await tx.connection.execute(
        select(notices).where(
            notices.c.workspace == workspace,
            notices.c.kind == kind,
            notices.c.subject.startswith(subjects, autoescape=True),
        )
    )
    return tuple(_notice(row) for row in found)


async def card(tx: Tx, workspace: str, subject: str) -> Undelivered | None:
    """The card of a request, sent or not, and why it was not sent when that was tried."""
    row = (await tx.connection.execute(_about(workspace, NoticeKind.CARD, subject))).one_or_none()
    return Undelivered(_notice(row), row.last_error, row.due_at) if row else None


async def card_channel(tx: Tx, workspace: str, subject: str) -> str:
    """Where the card of a request stands, or is to stand; empty when it has none."""
    known = await card(tx, workspace, subject)
    return known.notice.channel or known.notice.wanted_channel if known else ""


async def renew(tx: Tx, workspace: str, kind: NoticeKind, subject: str, now: datetime) -> None:
    """Says that a message shows an older state: it will be updated. Changes in between make one update."""
    await tx.connection.execute(
        update(notices)
        .where(notices.c.workspace == workspace, notices.c.kind == kind, notices.c.subject == subject)
        .values(
            wanted_version=notices.c.wanted_version + 1,
            # While it is being sent, the sender sees the new version itself.
            due_at=func.coalesce(notices.c.due_at, now),
        )
    )


async def renew_all(tx: Tx, workspace: str, kind: NoticeKind, subjects: str, now: datetime) -> None:
    """The same for all messages whose subject begins with `subjects`."""
    for each in await all_about(tx, workspace, kind, subjects):
        await renew(tx, workspace, kind, each.subject, now)


async def claim(tx: Tx, workspace: str, now: datetime, *, files: bool = False) -> tuple[Notice, ...]:
    """Takes the due messages of a workspace for sending, oldest first; others leave them alone for a while.

    Either those that carry a file, or the others.
    """
    due = (notices.c.workspace == workspace) & (notices.c.due_at <= now) & (_FILES if files else ~_FILES)
    found = await tx.connection.execute(select(notices).where(due).order_by(notices.c.id))
    claimed = tuple(replace(_notice(row), claimed_at=now) for row in found)
    if claimed:
        await tx.connection.execute(
            update(notices)
            .where(notices.c.workspace == workspace, notices.c.id.in_([each.id for each in claimed]))
            .values(
                sending_since=now,
                due_at=now + SENDING_LEASE,
                attempts=notices.c.attempts + 1,
                last_error=case((notices.c.sending_since.is_(None), notices.c.last_error), else_=CUT_OFF),
            )
        )
    return claimed


async def is_claimed(tx: Tx, notice: Notice) -> bool:
    """Whether the claim still holds with which a message was taken: nobody else sends it, or has."""
    found = await tx.connection.execute(select(notices.c.id).where(_claimed(notice)))
    return found.one_or_none() is not None


async def hold(tx: Tx, notice: Notice, now: datetime) -> bool:
    """Leaves a message to who claimed it for some time more; False when somebody else has claimed it since."""
    held = await tx.connection.execute(update(notices).where(_claimed(notice)).values(due_at=now + SENDING_LEASE))
    return held.rowcount == 1


async def limited_until(tx: Tx, workspace: str, now: datetime) -> datetime | None:
    """Until when Slack wants to hear nothing of a workspace: it said so to a message that waits for that time."""
    found: datetime | None = (
        await tx.connection.execute(
            select(func.max(notices.c.due_at))
            .with_hint(notices, *_BY_DUE_TIME)
            .where(
                notices.c.workspace == workspace,
                notices.c.due_at > now,
                notices.c.last_error == RATE_LIMITED,
                notices.c.sending_since.is_(None),
            )
        )
    ).scalar()
    return found


async def in_front(tx: Tx, notice: Notice, now: datetime) -> tuple[Waiting, ...]:
    """The messages of its workspace that were promised before one and should be sent before it, oldest first.

    Those that are being sent, those due, and those that failed. What only waits for its turn waits for one of these.
    """
    at_it = notices.c.sending_since.is_not(None) | (notices.c.due_at <= now) | (notices.c.last_error != "")
    found = await tx.connection.execute(
        select(notices)
        .with_hint(notices, *_BY_DUE_TIME)
        .where(
            notices.c.workspace == notice.workspace,
            notices.c.due_at > _EVER,
            notices.c.id < notice.id,
            notices.c.ts == "",
            at_it,
        )
        .order_by(notices.c.id)
    )
    return tuple(
        Waiting(_notice(row), row.last_error, row.attempts, row.due_at, row.sending_since is not None) for row in found
    )


async def posted_between(tx: Tx, workspace: str, target: str, since: datetime, until: datetime) -> bool:
    """Whether one of the newest messages was posted to a channel or person then, as Slack's clock says."""
    newest = (
        select(notices).where(notices.c.workspace == workspace).order_by(notices.c.id.desc()).limit(_NEWEST).subquery()
    )
    there = (newest.c.channel == target) | (newest.c.wanted_channel == target)
    directly = (newest.c.recipient == target) & newest.c.channel.startswith("D")
    then = newest.c.ts.between(f"{since.timestamp():.6f}", f"{until.timestamp():.6f}")
    found = await tx.connection.execute(select(newest.c.id).where(then, there | directly).limit(1))
    return found.first() is not None


async def last_posted(tx: Tx, workspace: str, channel: str) -> str:
    """Slack's id of the newest message that stands in a channel; empty when none does."""
    there = (notices.c.workspace == workspace) & (notices.c.channel == channel) & (notices.c.ts != "")
    found: str | None = (await tx.connection.execute(select(func.max(notices.c.ts)).where(there))).scalar()
    return found or ""


async def sent(tx: Tx, notice: Notice, *, channel: str, ts: str, again_at: datetime) -> None:
    """Slack has it, also when somebody else has claimed it since, unless theirs was taken before.

    When it was renewed meanwhile, it is due again at `again_at`.
    """
    newer = notices.c.wanted_version > notice.wanted_version
    await tx.connection.execute(
        update(notices)
        .where(_as_it_was(notice))
        .values(
            channel=channel,
            ts=ts,
            sent_version=notice.wanted_version,
            sending_since=None,
            attempts=0,
            last_error="",
            due_at=_when(newer, again_at),
        )
    )


async def put_off(
    tx: Tx, notice: Notice, *, until: datetime | None, error: str, channel: str | None = None, tried: bool = True
) -> bool:
    """Slack doesn't have it: try again at `until` (None: never), perhaps in another channel.

    `tried` is False when it only had to wait its turn: that is no attempt. False when somebody else has claimed it
    since: then it is theirs to say, and this was stopped for long.
    """
    values: dict[str, Any] = {"sending_since": None, "due_at": until, "last_error": error[:255]}
    if not tried:
        # Why it failed before stands, but for Slack's wish to wait: that was for a time of its own.
        before = case((notices.c.last_error == RATE_LIMITED, ""), else_=notices.c.last_error)
        values |= {"attempts": notices.c.attempts - 1, "last_error": before}
    if channel is not None:
        values |= {"wanted_channel": channel, "attempts": 0}
    done = await tx.connection.execute(update(notices).where(_claimed(notice)).values(**values))
    return done.rowcount == 1


async def withdraw(tx: Tx, workspace: str, kind: NoticeKind, begins: str, ends: str) -> None:
    """Messages that Slack doesn't have yet, by the beginning and end of their subject, are not so any more.

    Who has claimed one finds that it isn't theirs any more, and goes on with the others a moment later.
    """
    await tx.connection.execute(
        update(notices)
        .where(
            notices.c.workspace == workspace,
            notices.c.kind == kind,
            notices.c.subject.startswith(begins, autoescape=True),
            notices.c.subject.endswith(ends, autoescape=True),
            notices.c.ts == "",
        )
        .values(due_at=None, sending_since=None, last_error=NOTHING_TO_SAY)
    )


async def undelivered(tx: Tx, workspace: str) -> tuple[Undelivered, ...]:
    """The messages that failed at least once and that Slack doesn't have as they should be, oldest first.

    One that Slack has in an older state is among them when the bot has given up on changing it.
    """
    found = await tx.connection.execute(
        select(notices).where(notices.c.workspace == workspace, OWED).order_by(notices.c.id)
    )
    return tuple(Undelivered(_notice(row), row.last_error, row.due_at) for row in found)


async def send_again(tx: Tx, workspace: str, notice: str, now: datetime) -> Notice | None:
    """Makes a message that failed due now, with all its attempts before it; None when it isn't owed (any more).

    One that is being sent at this moment is left to its sender. One that could not be changed is sent anew: the
    message that showed it is gone, or stands where the bot can't write any more.
    """
    one = (notices.c.workspace == workspace) & (notices.c.id == notice)
    owed = one & OWED & notices.c.sending_since.is_(None)
    row = (await tx.connection.execute(select(notices).where(owed))).one_or_none()
    if row is None:
        return None
    wait = (
        row.due_at if row.last_error == RATE_LIMITED and row.due_at else now
    )  # Slack is not asked sooner than it said
    await tx.connection.execute(update(notices).where(owed).values(_ANEW | {"due_at": max(wait, now)}))
    return _notice(row)


async def is_known(tx: Tx, workspace: str, notice: str) -> bool:
    """Whether this workspace was ever promised a message of this id."""
    the = (notices.c.workspace == workspace) & (notices.c.id == notice)
    return (await tx.connection.execute(select(notices.c.id).where(the))).one_or_none() is not None


_BY_DUE_TIME = ("INDEXED BY ix_notices_due_at", "sqlite")
"""SQLite would go through all that a workspace was ever told."""

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before all times: what has none is not due."""

_NEWEST = 100
_ANEW = {"attempts": 0, "sent_version": 0, "channel": "", "ts": ""}


def _about(workspace: str, kind: NoticeKind, subject: str) -> Any:
    return select(notices).where(notices.c.workspace == workspace, notices.c.kind == kind, notices.c.subject == subject)


def _as_it_was(notice: Notice) -> Any:
    """The row, unless somebody else has sent the message since it was claimed: then theirs is the one that stands."""
    the = (notices.c.workspace == notice.workspace) & (notices.c.id == notice.id)
    return the & (notices.c.ts == notice.ts) & (notices.c.sent_version == notice.sent_version)


def _claimed(notice: Notice) -> Any:
    """The row, unless somebody else has claimed it since, which is never at the same moment."""
    return _as_it_was(notice) & (notices.c.sending_since == notice.claimed_at)


def _when(condition: Any, at: datetime) -> Any:
    return case((condition, literal(at, notices.c.due_at.type)), else_=null())


def _notice(row: Any) -> Notice:
    return Notice(
        id=row.id,
        workspace=row.workspace,
        kind=NoticeKind(row.kind),
        subject=row.subject,
        recipient=row.recipient,
        wanted_channel=row.wanted_channel,
        created_at=row.created_at,
        detail=dict(row.detail),
        wanted_version=row.wanted_version,
        sent_version=row.sent_version,
        attempts=row.attempts + 1,
        channel=row.channel,
        ts=row.ts,
    )
