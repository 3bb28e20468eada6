"""Sends promised messages: a notice is a row until Slack has given its `ts`; its words are made when it is sent."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.domain.access import AccessRequest
from bot.domain.fleet import Change
from bot.domain.notes import Note
from bot.domain.notices import (
    BETWEEN_UPDATES,
    MOST_ATTEMPTS,
    NOT_MADE,
    NOTHING_TO_SAY,
    PEOPLE_OF,
    RATE_LIMITED,
    SENDING_LEASE,
    NoFile,
    Notice,
    NoticeKind,
    retry_pause,
)
from bot.domain.operations import Request
from bot.domain.policy import Policy, policy_of
from bot.domain.proposals import Proposal
from bot.domain.roles import Account, Grant
from bot.domain.rolling import Run
from bot.domain.schedules import Schedule
from bot.domain.standing import Standing
from bot.operations.approvers import accounts_of
from bot.operations.consent import could_answer
from bot.operations.files import MakeFile, NotSent
from bot.operations.losing import Loss, admins_there, tell_admins
from bot.operations.parts import Parts
from bot.operations.standing import fleet_or_none, gather
from bot.operations.telling_groups import tell_people
from bot.operations.turns import ABOUT_OPERATIONS, HOPELESS, NO_WAY_IN, Turns
from bot.operations.writing import until_written
from bot.slack.blocks import Message
from bot.slack.web import TIMEOUT, SlackTrouble, Uploaded, Web
from bot.store import access, fleet, members, notes, notices, operations, proposals, schedules, workspaces
from bot.store.engine import DatabaseFailure


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true when a message is made: what its subject names, and the workspace's grants and policy.

    `accounts`: of those who approved a request or could, as far as Slack could be asked. `no_file`: why the file that
    was promised is not there.
    """

    request: Request | None = None
    access: AccessRequest | None = None
    proposal: Proposal | None = None
    grants: tuple[Grant, ...] = ()
    schedule: Schedule | None = None
    run: Run | None = None
    note: Note | None = None
    changes: tuple[Change, ...] = ()
    standing: Standing | None = None
    policy: Policy = field(default_factory=Policy)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    no_file: NoFile | None = None


Render = Callable[[Notice, Facts, datetime], Message | None]
"""Makes a message's words from what is true now; None when there is nothing left to say."""

ABOUT_PROPOSALS = frozenset({NoticeKind.PROPOSAL, NoticeKind.PROPOSAL_ENDED})

FOR_EVERYBODY = frozenset(
    {NoticeKind.CARD, NoticeKind.REMINDER, NoticeKind.GLASS, NoticeKind.SETTINGS, NoticeKind.FREEZE}
)
"""What is told in a channel: where that isn't possible, in the notifications channel, before any direct message."""
WHERE_TYPED = frozenset(
    {NoticeKind.CARD, NoticeKind.OUTCOME, NoticeKind.OVERDUE, NoticeKind.APPEARED}
    | {NoticeKind.SCHEDULE_RAN, NoticeKind.SCHEDULE_SKIPPED}
)
"""What is told where somebody typed a command, unless it stands where consent is asked for."""

ABOUT_RUNS = frozenset({NoticeKind.SCHEDULE_RAN, NoticeKind.SCHEDULE_SKIPPED})

HOLD_EVERY = SENDING_LEASE.total_seconds() / 3
"""Seconds between claims of a message whose file is being made and sent, which may take longer than a claim holds."""

CARD_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"})

log = structlog.get_logger()


class _LeaseOver(Exception):
    """Who claimed the messages was stopped for longer than the claim holds, or somebody else has claimed them since."""


class _NotNow(Exception):
    """It is not this message's turn before a time."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class Teller:
    """The delivery loop of one process."""

    def __init__(
        self,
        parts: Parts,
        web: Web,
        renderers: Mapping[NoticeKind, Render],
        files: Mapping[NoticeKind, MakeFile],
    ) -> None:
        self._parts = parts
        self._web = web
        self._renderers = renderers
        self._files = files
        self._turns = Turns(parts)

    async def tell(self, workspace: str, now: datetime) -> None:
        """Sends what is due in a workspace, in order per channel; files apart."""
        async with self._parts.store.begin("notices.claim", workspace) as tx:
            claimed = await notices.claim(tx, workspace, now)
        await self._tell_all(claimed)

    async def send_files(self, workspace: str, now: datetime) -> None:
        """The same for the messages that carry a file: each may take minutes, and only its own channel waits for it."""
        async with self._parts.store.begin("notices.claim_files", workspace) as tx:
            claimed = await notices.claim(tx, workspace, now, files=True)
        await self._tell_all(claimed)

    async def _tell_all(self, claimed: Sequence[Notice]) -> None:
        for at, notice in enumerate(claimed):
            try:
                await self._tell(notice)
            except _LeaseOver:
                for untried in claimed[at:]:  # those that nobody has claimed since need not wait, nor count as cut off
                    await self._put_off(untried, until=self._parts.clock(), error="", tried=False)
                return
            except _NotNow as wait:
                await self._put_off(notice, until=wait.until, error="", tried=False)
            except DatabaseFailure:
                raise  # the others can't be noted down either
            except Exception:  # its words or its file can't be made: those behind it don't pay for that
                log.exception("message not made", notice=notice.id, kind=notice.kind)
                until = self._parts.clock() + retry_pause(notice.attempts)
                await self._put_off(notice, until=until, error=NOT_MADE)

    async def _tell(self, notice: Notice) -> None:
        if PEOPLE_OF in notice.detail:
            await tell_people(self._parts, notice)
            return
        facts, target = await self._facts(notice), await self._target(notice)
        await self._web.prepare(notice.workspace)  # else it is looked up between the look at the clock and the sending
        assert notice.claimed_at is not None
        if self._parts.clock() + timedelta(seconds=TIMEOUT) >= notice.claimed_at + SENDING_LEASE:
            raise _LeaseOver  # stopped and resumed in between, or Slack is slow: the call may outlast the claim
        await self._send(notice, facts, target)

    async def _target(self, notice: Notice) -> str:
        """Where it goes, when it is its turn. Raises _LeaseOver, _NotNow."""
        turn = await self._turns.of(notice)
        if turn is None:
            raise _LeaseOver
        if turn.until:
            raise _NotNow(turn.until)
        return turn.target

    async def _facts(self, notice: Notice) -> Facts:
        """What the message is made from."""
        workspace, subject = notice.workspace, notice.subject.partition(":")[0]
        if notice.kind is NoticeKind.DIGEST:
            servers = await fleet_or_none(self._parts, workspace)
            return Facts(standing=await gather(self._parts, workspace, servers, self._parts.clock()))
        async with self._parts.store.read() as tx:
            grants = await members.of_workspace(tx, workspace)
            if notice.kind in ABOUT_OPERATIONS:
                known = await workspaces.get(tx, workspace)
                policy = policy_of(known.settings if known else {})
                facts = Facts(request=await operations.request(tx, workspace, subject), grants=grants, policy=policy)
            elif notice.kind in ABOUT_PROPOSALS:
                facts = Facts(proposal=await proposals.get(tx, workspace, subject), grants=grants)
            elif notice.kind in ABOUT_RUNS or notice.kind is NoticeKind.SCHEDULE_CANCELLED:
                run = await schedules.run(tx, workspace, subject) if notice.kind in ABOUT_RUNS else None
                facts = Facts(schedule=await schedules.get(tx, workspace, run.schedule if run else subject), run=run)
            elif notice.kind is NoticeKind.FLEET:
                facts = Facts(changes=await fleet.changes_of(tx, workspace, subject))
            elif notice.kind is NoticeKind.NOTE_DUE:
                facts = Facts(note=await notes.get(tx, workspace, notice.detail["server"]))
            else:
                facts = Facts(access=await access.get(tx, workspace, subject), grants=grants)
        if facts.request is not None and (facts.request.waiting or notice.kind is NoticeKind.GLASS):
            whom = could_answer(facts.request, grants, self._parts.clock())
            facts = replace(facts, accounts=await accounts_of(self._parts, workspace, whom))
        return facts

    async def _send(self, notice: Notice, facts: Facts, target: str) -> None:
        message = self._renderers[notice.kind](notice, facts, self._parts.clock())
        if message is None:
            await self._put_off(notice, until=None, error=NOTHING_TO_SAY)
            return
        try:
            if notice.ts:
                channel, ts = notice.channel, notice.ts
                await self._web.update(notice.workspace, channel, ts, message)
            elif notice.kind in self._files:
                channel, ts = await self._share(notice, facts, message)
            else:
                channel, ts = await self._web.post(notice.workspace, target, message, notice=notice.id)
        except SlackTrouble as trouble:
            await self._failed(notice, trouble, target)
            return
        now = self._parts.clock()
        if not notice.ts:
            self._turns.posted(notice.workspace, channel, target)
        async for attempt in until_written():
            with attempt:
                async with self._parts.store.begin("notices.sent", notice.workspace) as tx:
                    await notices.sent(tx, notice, channel=channel, ts=ts, again_at=now + BETWEEN_UPDATES)
        self._parts.wake()

    async def _share(self, notice: Notice, facts: Facts, message: Message) -> tuple[str, str]:
        """A message with its file, or the one that says why there is none: (channel, id). Raises SlackTrouble."""
        try:
            uploaded = await self._held(notice, self._uploaded(notice))
            await self._target(notice)  # others were sent meanwhile, and Slack may have asked to wait
            return await self._web.share(notice.workspace, uploaded, message)
        except NotSent as no:
            log.error("file not sent", notice=notice.id, workspace=notice.workspace, why=no.because, exc_info=no)
            why = replace(facts, no_file=no.because)
        instead = self._renderers[notice.kind](notice, why, self._parts.clock()) or message
        return await self._web.post(notice.workspace, notice.recipient, instead, notice=notice.id)

    async def _uploaded(self, notice: Notice) -> Uploaded:
        async with self._files[notice.kind](self._parts, notice, self._parts.clock()) as file:
            return await self._web.upload(notice.workspace, notice.recipient, file)

    async def _held(self, notice: Notice, work: Coroutine[Any, Any, Uploaded]) -> Uploaded:
        """The file that this work gives Slack; the message stays claimed for as long as it takes. Raises _LeaseOver.

        A process that was stopped meanwhile finds that another one has taken it over, and shows nobody anything.
        """
        task = asyncio.create_task(work, name="send a file")
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=HOLD_EVERY)
                async with self._parts.store.begin("notices.hold", notice.workspace) as tx:
                    if not await notices.hold(tx, notice, self._parts.clock()):
                        raise _LeaseOver
            return task.result()
        finally:
            task.cancel()
            await asyncio.wait({task})  # its folder is gone, too

    async def _failed(self, notice: Notice, trouble: SlackTrouble, target: str) -> None:
        now = self._parts.clock()
        log.warning("message not sent", notice=notice.id, kind=notice.kind, error=trouble.error)
        if trouble.error in NO_WAY_IN and not notice.ts and target != notice.recipient:
            await self._elsewhere(notice, target, now)
        elif notice.ts and trouble.error in CARD_GONE:
            await self._put_off(notice, until=None, error=trouble.error)
        elif trouble.retry_after is not None:
            # Slack counts by method and workspace: nothing else is sent there either, and nothing elsewhere waits.
            until = now + timedelta(seconds=trouble.retry_after)
            await self._put_off(notice, until=until, error=RATE_LIMITED)
        elif notice.attempts >= MOST_ATTEMPTS and trouble.error in NO_WAY_IN | HOPELESS:
            await self._put_off(notice, until=None, error=trouble.error)
        else:
            await self._put_off(notice, until=now + retry_pause(notice.attempts), error=trouble.error)

    async def _elsewhere(self, notice: Notice, target: str, now: datetime) -> None:
        """The bot can't write there: the message goes on, and an admin hears of it, unless it is a conversation.

        Where it goes, nothing has failed yet: what comes later waits for it there too.
        """
        whom = await admins_there(self._parts, notice.workspace, now)
        async with self._parts.store.begin("notices.elsewhere", notice.workspace) as tx:
            known = await workspaces.get(tx, notice.workspace)
            policy = policy_of(known.settings if known else {})
            other = policy.notifications_channel if notice.kind in FOR_EVERYBODY else ""
            channel = other if other and other != target else notice.recipient
            if not await notices.put_off(tx, notice, until=now, error="", channel=channel):
                return
            if target in (policy.approvals_channel, policy.notifications_channel):
                since = await notices.last_posted(tx, notice.workspace, target)
                await tell_admins(tx, self._parts, notice.workspace, Loss(target, since), whom)
            elif notice.kind in WHERE_TYPED and target[:1] in ("C", "G"):
                typed_by = notice.detail.get("left", notice.recipient)  # that's an admin when who planned it left
                await tell_admins(tx, self._parts, notice.workspace, Loss(target, "typed", typed_by), whom)
        self._parts.wake()

    async def _put_off(
        self, notice: Notice, *, until: datetime | None, error: str, channel: str | None = None, tried: bool = True
    ) -> None:
        async with self._parts.store.begin("notices.put_off", notice.workspace) as tx:
            await notices.put_off(tx, notice, until=until, error=error, channel=channel, tried=tried)
        self._parts.wake()
