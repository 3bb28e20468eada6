"""Sends promised messages: a notice is a row until Slack has given its `ts`; its words are made when it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.access import AccessRequest
from bot.domain.fleet import Change
from bot.domain.notes import Note
from bot.domain.notices import BETWEEN_UPDATES, MOST_ATTEMPTS, NOTHING_TO_SAY, Notice, NoticeKind, retry_pause
from bot.domain.operations import Request
from bot.domain.roles import Grant
from bot.domain.standing import Standing
from bot.operations.parts import Parts
from bot.operations.standing import fleet_or_none, gather
from bot.slack.blocks import Message
from bot.slack.web import SlackTrouble, Web
from bot.store import access, fleet, members, notes, notices, operations


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true when a message is made: what its subject names, and the workspace's grants."""

    request: Request | None = None
    access: AccessRequest | None = None
    grants: tuple[Grant, ...] = ()
    note: Note | None = None
    changes: tuple[Change, ...] = ()
    standing: Standing | None = None


Render = Callable[[Notice, Facts, datetime], Message | None]
"""Makes a message's words from what is true now; None when there is nothing left to say."""

BETWEEN_POSTS = timedelta(seconds=1)
"""`chat.postMessage`: one message a second and channel (Slack, "Rate limits")."""

NO_WAY_IN = frozenset({"channel_not_found", "not_in_channel", "is_archived", "restricted_action", "no_permission"})
"""Slack's words for: the bot can't write there. Then the message goes to the person directly."""

ABOUT_OPERATIONS = frozenset(
    {NoticeKind.CARD, NoticeKind.OUTCOME, NoticeKind.OVERDUE, NoticeKind.REMINDER, NoticeKind.GLASS}
)

HOPELESS = frozenset(
    {"user_not_found", "users_not_found", "user_disabled", "cannot_dm_bot", "no_text", "msg_too_long"}
    | {"msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format", "invalid_arguments"}
)
"""Slack's words for: never this message to this person. All else (Slack is away, our token is) is waited for."""

CARD_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"})

log = structlog.get_logger()


class Teller:
    """The delivery loop of one process."""

    def __init__(self, parts: Parts, web: Web, renderers: Mapping[NoticeKind, Render]) -> None:
        self._parts = parts
        self._web = web
        self._renderers = renderers
        self._not_before: dict[tuple[str, str], datetime] = {}

    async def tell(self, workspace: str, now: datetime) -> None:
        """Sends what is due in a workspace, in order per channel."""
        async with self._parts.store.begin("notices.claim") as tx:
            claimed = await notices.claim(tx, workspace, now)
        for notice in claimed:
            facts, target = await self._facts(notice)
            if until := self._must_wait(notice, target):  # what comes later in a channel must not overtake
                await self._put_off(notice, until=until, error="", tried=False)
                continue
            await self._send(notice, facts, target)

    async def _facts(self, notice: Notice) -> tuple[Facts, str]:
        """What the message is made from, and where it goes."""
        workspace, subject = notice.workspace, notice.subject.partition(":")[0]
        if notice.kind is NoticeKind.DIGEST:
            servers = await fleet_or_none(self._parts, workspace)
            standing = await gather(self._parts, workspace, servers, self._parts.clock())
            return Facts(standing=standing), notice.channel or notice.wanted_channel
        async with self._parts.store.read() as tx:
            if notice.kind in ABOUT_OPERATIONS:
                request = await operations.request(tx, workspace, subject)
                facts = Facts(request=request, grants=await members.of_workspace(tx, workspace))
                card = await notices.card_channel(tx, workspace, subject)
            elif notice.kind is NoticeKind.FLEET:
                facts, card = Facts(changes=await fleet.changes_of(tx, workspace, subject)), ""
            elif notice.kind is NoticeKind.NOTE_DUE:
                facts, card = Facts(note=await notes.get(tx, workspace, notice.detail["server"])), ""
            else:
                facts = Facts(
                    access=await access.get(tx, workspace, subject), grants=await members.of_workspace(tx, workspace)
                )
                card = ""
        return facts, notice.channel or notice.wanted_channel or card or notice.recipient

    def _must_wait(self, notice: Notice, target: str) -> datetime | None:
        """Until when a message has to wait: for Slack's `Retry-After`, for its channel's last message, for its turn.

        An update of what Slack has overtakes nothing, so a message that fails in its channel doesn't hold it up.
        """
        whole, channel = (self._not_before.get((notice.workspace, each)) for each in ("", target))
        until = max([each for each in (whole, None if notice.ts else channel) if each], default=None)
        return until if until and until > self._parts.clock() else None

    async def _send(self, notice: Notice, facts: Facts, target: str) -> None:
        message = self._renderers[notice.kind](notice, facts, self._parts.clock())
        if message is None:
            await self._put_off(notice, until=None, error=NOTHING_TO_SAY)
            return
        try:
            if notice.ts:
                channel, ts = notice.channel, notice.ts
                await self._web.update(notice.workspace, channel, ts, message)
            else:
                channel, ts = await self._web.post(notice.workspace, target, message, notice=notice.id)
        except SlackTrouble as trouble:
            await self._failed(notice, trouble, target)
            return
        now = self._parts.clock()
        if not notice.ts:
            self._not_before[notice.workspace, channel] = self._not_before[notice.workspace, target] = (
                now + BETWEEN_POSTS
            )
        async with self._parts.store.begin("notices.sent") as tx:
            await notices.sent(tx, notice, channel=channel, ts=ts, again_at=now + BETWEEN_UPDATES)
        self._parts.wake()

    async def _failed(self, notice: Notice, trouble: SlackTrouble, target: str) -> None:
        now = self._parts.clock()
        log.warning("message not sent", notice=notice.id, kind=notice.kind, error=trouble.error)
        if trouble.error in NO_WAY_IN and not notice.ts and target != notice.recipient:
            await self._put_off(notice, until=now, error=trouble.error, channel=notice.recipient)
        elif notice.ts and trouble.error in CARD_GONE:
            await self._put_off(notice, until=None, error=trouble.error)
        elif trouble.retry_after is not None:
            # Slack counts by method and workspace: nothing else is sent there either, and nothing elsewhere waits.
            until = self._not_before[notice.workspace, ""] = now + timedelta(seconds=trouble.retry_after)
            await self._put_off(notice, until=until, error=trouble.error)
        elif notice.attempts >= MOST_ATTEMPTS and trouble.error in NO_WAY_IN | HOPELESS:
            await self._put_off(notice, until=None, error=trouble.error)
        else:
            until = now + retry_pause(notice.attempts)
            if not notice.ts and trouble.error not in NO_WAY_IN | HOPELESS:
                self._not_before[notice.workspace, target] = until
            await self._put_off(notice, until=until, error=trouble.error)

    async def _put_off(
        self, notice: Notice, *, until: datetime | None, error: str, channel: str | None = None, tried: bool = True
    ) -> None:
        async with self._parts.store.begin("notices.put_off") as tx:
            await notices.put_off(tx, notice, until=until, error=error, channel=channel, tried=tried)
        self._parts.wake()
