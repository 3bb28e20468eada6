"""Whose turn a message is: in a channel none overtakes another, one a second is posted, and `Retry-After` is obeyed.

It is read from the rows, so it holds for whichever process sends: one that was started anew, or another replica.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.notices import MOST_ATTEMPTS, NOT_MADE, Notice, NoticeKind, Waiting
from bot.operations.parts import Parts
from bot.store import notices
from bot.store.engine import Tx

BETWEEN_POSTS = timedelta(seconds=1)
"""`chat.postMessage`: one message a second and channel (Slack, "Rate limits")."""

ABOUT_OPERATIONS = frozenset(
    {NoticeKind.CARD, NoticeKind.OUTCOME, NoticeKind.OVERDUE, NoticeKind.APPEARED, NoticeKind.REMINDER}
    | {NoticeKind.GLASS}
)

NO_WAY_IN = frozenset({"channel_not_found", "not_in_channel", "is_archived", "restricted_action", "no_permission"})
"""Slack's words for: the bot can't write there. Then the message goes to the person directly."""

HOPELESS = frozenset(
    {"user_not_found", "users_not_found", "user_disabled", "cannot_dm_bot", "no_text", "msg_too_long"}
    | {"msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format", "invalid_arguments"}
)
"""Slack's words for: never this message to this person. All else (Slack is away, our token is) is waited for."""

AWAY = frozenset({"unreachable", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""Slack's words for: not now. What fails so holds up its channel for as long as it takes."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a message goes, and until when it has to wait; None: it is its turn."""

    target: str
    until: datetime | None


class Turns:
    """The turns of one process's messages."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        # By our clock: Slack's, which the rows have, may differ by more than a second.
        self._posted: dict[tuple[str, str], datetime] = {}

    async def of(self, notice: Notice) -> Turn | None:
        """For Slack's `Retry-After`, for those before it in its channel, for its channel's last message.

        An update of what Slack has overtakes nothing, so a message that fails in its channel doesn't hold it up.
        None when somebody else has claimed it: this process was stopped for long.
        """
        async with self._parts.store.read() as tx:
            if not await notices.is_claimed(tx, notice):
                return None
            now = self._parts.clock()
            target = await _target(tx, notice)
            waited_for = [await notices.limited_until(tx, notice.workspace, now)]
            if not notice.ts:
                waited_for.append(await self._channel_free_at(tx, notice.workspace, target, now))
                waited_for += [
                    _over_at(each, now)
                    for each in await notices.in_front(tx, notice, now)
                    if _holds_others(each.error, each.attempts) and await _target(tx, each.notice) == target
                ]
        until = max(filter(None, waited_for), default=None)
        return Turn(target, until if until and until > now else None)

    def posted(self, workspace: str, *channels: str) -> None:
        """Something was posted there now. What is past is forgotten."""
        now = self._parts.clock()
        self._posted = {where: at for where, at in self._posted.items() if at > now - BETWEEN_POSTS}
        self._posted |= dict.fromkeys(((workspace, channel) for channel in channels), now)

    async def _channel_free_at(self, tx: Tx, workspace: str, target: str, now: datetime) -> datetime | None:
        posted = self._posted.get((workspace, target))
        if posted is None and await notices.posted_between(tx, workspace, target, now - BETWEEN_POSTS, now):
            posted = now  # by another process, at a moment within the last second
        return posted + BETWEEN_POSTS if posted else None


def _over_at(before: Waiting, now: datetime) -> datetime:
    """When to look again whether one before it is sent: what is tried at a time of its own, then; else soon."""
    tried_later = not before.sending and before.due_at > now
    return before.due_at if tried_later else now + BETWEEN_POSTS


def _holds_others(error: str, attempts: int) -> bool:
    """Whether what comes later in its channel waits for a message that failed, or is being sent.

    Not for one that Slack refused as often as that: it won't take it, for a reason that we don't know by name.
    """
    if error in NO_WAY_IN | HOPELESS or error == NOT_MADE:
        return False
    return attempts < MOST_ATTEMPTS or error in AWAY or error.startswith("status_5")


async def _target(tx: Tx, notice: Notice) -> str:
    """Where a message goes: where Slack has it, where it was to go, where its card stands, or to the person.

    Where its card is to stand, too, as long as it waits for that.
    """
    there = notice.channel or notice.wanted_channel
    if not there and notice.kind in ABOUT_OPERATIONS:
        card = await notices.card(tx, notice.workspace, notice.subject.partition(":")[0])
        if card and (card.notice.ts or _holds_others(card.error, card.notice.attempts - 1)):
            there = card.notice.channel or card.notice.wanted_channel
    return there or notice.recipient
