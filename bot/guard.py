"""The one door: who → decision → audit of a refusal → handler → errors in a person's words → the answer.

The answer goes out in the acknowledgement when it is ready in time, else an empty acknowledgement comes first. A change
that isn't finished by then is kept in the database before it is acknowledged, so that a crash can't lose it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot import sentences
from bot.answers import Answerer
from bot.domain.grammar import Line, Problem, parse
from bot.domain.judging import TOO_LATE_AFTER
from bot.domain.roles import UNKNOWN_ACCOUNT, Account, Member, Permission, admins, decide, groups_of, keeps_an_admin
from bot.domain.selectors import nearest_word
from bot.keeping import Keeper
from bot.operations.parts import Parts, Repeated
from bot.operations.permission import check
from bot.operations.submit import IdTooLong
from bot.routing import Ask, ComesAgain, Reply, Route, Router
from bot.slack.incoming import Entrance, Incoming, read
from bot.slack.surface import Ack
from bot.slack.web import SlackTrouble
from bot.store import deliveries
from bot.store.audit import Bent
from bot.store.deliveries import Delivery
from bot.store.engine import DatabaseFailure
from bot.store.sealing import Unreadable
from bot.vps.errors import ProviderError
from bot.workspaces.directory import NotConnected
from bot.workspaces.snapshots import Snapshot

BUDGET = 1.5
"""Seconds that an answer may take to go out in the acknowledgement; Slack waits three."""

TAKEN_UP_AFTER = timedelta(seconds=60)
"""How long an unfinished change is left to the process that took it."""

NOT_OPENED = (
    "a change that was asked for can't be read with VPSBOT_ENCRYPTION_KEYS, and is not done: put the old key back "
    "behind the new one within ten minutes of its arrival, or it has to be asked for again"
)

log = structlog.get_logger()


class NotCommitted(Exception):
    """The database refused a change: Slack gets an error, and so does the person."""


@dataclass(frozen=True, slots=True)
class Door:
    """Answers deliveries. `seed` makes the first admins of a workspace that has none."""

    router: Router
    parts: Parts
    answerer: Answerer
    keeper: Keeper
    seed: Callable[[str], Coroutine[Any, Any, bool]]

    async def dispatch(self, incoming: Incoming) -> Ack:
        """Answers a delivery within Slack's three seconds; what takes longer is answered afterwards."""
        line = _line(incoming)
        route = None if isinstance(line, Problem) else self.router.find(incoming, line)
        task = self.answerer.track(self._reply(incoming, line, route), name=f"answer {incoming.entrance}", awaited=True)
        await asyncio.sleep(0)  # a warm question is answered in one step: no timer for it
        if not task.done():
            await asyncio.wait({task}, timeout=BUDGET)
        if task.done():
            return self._answer_in_time(incoming, task)
        kept = route is not None and route.changes
        if kept and not await self._kept(incoming, task):
            return self._answer_in_time(incoming, task) if task.done() else Ack(failed=True)
        self.answerer.track(self._answer_later(incoming, task, kept=kept), name=f"later {incoming.entrance}")
        return self.answerer.wait_ack(incoming)

    async def take_up(self, workspace: str, now: datetime) -> None:
        """Finishes changes that were acknowledged and then cut off."""
        async with self.parts.store.begin("deliveries.claim", workspace) as tx:
            cut_off = await deliveries.claim(tx, workspace, now, now + TAKEN_UP_AFTER)
        for delivery in cut_off:
            too_late = now - delivery.received_at > TOO_LATE_AFTER
            if not delivery.payload:
                log.error(NOT_OPENED, workspace=workspace, key=delivery.key, received=str(delivery.received_at))
                if too_late:
                    await self._finish(delivery.key, workspace)
                continue
            incoming = read(json.loads(delivery.payload), delivery.key, delivery.received_at)
            if incoming is None:
                await self._finish(delivery.key, workspace)
                continue
            if too_late and incoming.entrance is not Entrance.EVENT:  # that tells what is so, however late
                reply: Reply | None = Reply(sentences.too_late(delivery.received_at))
            else:
                line = _line(incoming)
                route = None if isinstance(line, Problem) else self.router.find(incoming, line)
                try:
                    reply = await self._reply(incoming, line, route, kept=True)
                except NotCommitted:
                    continue  # it stays claimed for a minute, then it is taken up again
            if reply:
                await self.answerer.send(incoming, reply)
            await self._finish(delivery.key, workspace)

    async def _kept(self, incoming: Incoming, task: "asyncio.Task[Reply | None]") -> bool:
        """Whether an unfinished change is kept. If not, for whatever reason, Slack is told that it has failed.

        A stop may cut off the acknowledgement while the commit goes on: what is kept then is done all the same.
        """
        keeping = self.answerer.track(self._keep(incoming, task), name=f"keep {incoming.entrance}", awaited=True)
        try:
            return await asyncio.shield(keeping)
        except asyncio.CancelledError:
            unsaid = self._answer_unacknowledged(incoming, task, keeping)
            self.answerer.track(unsaid, name=f"later {incoming.entrance}")
            raise

    async def _keep(self, incoming: Incoming, task: "asyncio.Task[Reply | None]") -> bool:
        """What isn't kept must not happen. It isn't in its commit: that is waited for, one writes after the other."""
        kept = False
        try:
            kept = await self.keeper.keep(_unfinished(incoming), self.parts.clock() + TAKEN_UP_AFTER)
        finally:
            if not kept:
                task.cancel()  # nothing for one that was done while this was tried
        return kept

    async def _answer_unacknowledged(
        self, incoming: Incoming, task: "asyncio.Task[Reply | None]", keeping: "asyncio.Task[bool]"
    ) -> None:
        """Slack took it for failed, so who asked has to hear that it was not; else it is as Slack says."""
        if await keeping:
            await self._answer_later(incoming, task, kept=True)

    def _answer_in_time(self, incoming: Incoming, task: "asyncio.Task[Reply | None]") -> Ack:
        try:
            reply = task.result()
        except NotCommitted as failed:
            self.answerer.track(self.answerer.send(incoming, Reply(sentences.our_fault(str(failed)))), name="failed")
            return Ack(failed=True)
        return self.answerer.ack(incoming, reply) if reply else Ack()

    async def _answer_later(self, incoming: Incoming, task: "asyncio.Task[Reply | None]", *, kept: bool) -> None:
        try:
            reply = await task
        except NotCommitted as failed:
            if kept:
                return  # acknowledged, so promised: it is taken up again
            reply = Reply(sentences.our_fault(str(failed)))
        if reply:
            await self.answerer.send(incoming, reply)
        if kept:  # after the answer: a crash in between repeats the words of what changed nothing; a change is settled
            await self._finish(incoming.key, incoming.workspace)

    async def _finish(self, key: str, workspace: str) -> None:
        async with self.parts.store.begin("deliveries.finish", workspace) as tx:
            await deliveries.settle(tx, key, workspace, self.parts.clock())

    async def _reply(
        self, incoming: Incoming, line: Line | Problem, route: Route | None, *, kept: bool = False
    ) -> Reply | None:
        reply = await self._guarded(incoming, self._handled(incoming, line, route, kept=kept))
        if reply is not None and reply.fills is not None:
            filling = self.answerer.track(self._filling(incoming, reply.fills), name="answer in a dialog", awaited=True)
            return replace(reply, fills=filling)
        return reply

    async def _filling(self, incoming: Incoming, fills: Awaitable[Reply | None]) -> Reply | None:
        """What an open dialog waits for: it was acknowledged long ago, so a failure is told in it."""
        try:
            return await self._guarded(incoming, fills)
        except NotCommitted as failed:
            return Reply(sentences.our_fault(str(failed)))

    async def _guarded(self, incoming: Incoming, work: Awaitable[Reply | None]) -> Reply | None:
        """The answer to a delivery, whatever happens: what nobody thought of is told as ours."""
        try:
            return await work
        except Repeated:
            return None
        except NotConnected as missing:
            return Reply(sentences.not_connected(unreadable=missing.unreadable))
        except ProviderError as error:
            return Reply(sentences.provider_failed(error))
        except Bent:
            log.error("the log was bent", workspace=incoming.workspace)
            return Reply(sentences.log_bent())
        except IdTooLong as long:
            return Reply(sentences.id_too_long(long.server.name))
        except Unreadable:
            return Reply(sentences.log_not_signable())
        except DatabaseFailure as error:
            log.exception("not committed", key=incoming.key)
            raise NotCommitted(incoming.key[:12]) from error
        except ComesAgain as away:
            raise NotCommitted(incoming.key[:12]) from away
        except SlackTrouble as trouble:
            log.warning("slack refused", error=trouble.error, key=incoming.key)
            return Reply(sentences.our_fault(incoming.key[:12]))
        except Exception:  # a person is told, the log has the rest
            log.exception("handler failed", key=incoming.key)
            return Reply(sentences.our_fault(incoming.key[:12]))

    async def _handled(
        self, incoming: Incoming, line: Line | Problem, route: Route | None, *, kept: bool
    ) -> Reply | None:
        """What the handler answers, or why it isn't asked. `kept`: a change that was let in before, and promised."""
        if incoming.entrance is Entrance.EVENT and route is None:
            return None
        if isinstance(line, Problem):
            return Reply(sentences.not_readable(line))
        if route is None:
            return self._unknown(line) if incoming.entrance is Entrance.COMMAND else Reply(sentences.out_of_date())
        now = self.parts.clock()
        is_event = incoming.entrance is Entrance.EVENT
        pause = self.parts.store.slowed.get((incoming.workspace, incoming.user))
        if pause and now < pause[1] and not is_event and not kept:
            self.parts.store.unheard[incoming.workspace, incoming.user] += 1
            return Reply(sentences.slow_down(*pause))
        snapshot = await self._snapshot(incoming.workspace)
        account, fresh = UNKNOWN_ACCOUNT, True  # an event is nobody's wish
        if not is_event:
            account, fresh = await self._account(incoming, snapshot, changes=route.changes)
        member = Member(incoming.workspace, incoming.user, account)
        needs = route.permission(line)
        if needs is not None and not decide(snapshot.grants, member, needs, names=None, now=now).allowed:
            if not fresh:  # a no is only said, and logged, to the account as it is now
                groups = groups_of(snapshot.grants)
                member = replace(member, account=await self.parts.people.present(member.workspace, member.id, groups))
            if await self.seed(incoming.workspace):  # nobody who was given that role can act any more
                snapshot = await self.parts.snapshots.of(incoming.workspace)
            if said := await self._refused(incoming, member, needs, route.label):
                return said
        if route.command and (misfit := route.command.misfit(line)):
            return Reply(sentences.not_taken(route.command, misfit))
        return await route.handler(
            Ask(incoming, member, line, snapshot, now, self.parts, tuple(self.router.commands.values()))
        )

    async def _account(self, incoming: Incoming, snapshot: Snapshot, *, changes: bool) -> tuple[Account, bool]:
        """The person's account, and whether it is the present one: read for a change; as last seen for a question.

        What was last seen too long ago is read again beside the question.
        """
        people, who, groups = self.parts.people, (incoming.workspace, incoming.user), groups_of(snapshot.grants)
        known = None if changes else people.last_known(*who, groups)
        if known is None:
            return await people.present(*who, groups), True
        if not known[1]:
            self.answerer.track(people.present(*who, groups), name="read account")
        return known

    async def _snapshot(self, workspace: str) -> Snapshot:
        snapshot = await self.parts.snapshots.of(workspace)
        if not keeps_an_admin(snapshot.grants, ()) and await self.seed(workspace):
            snapshot = await self.parts.snapshots.of(workspace)
        return snapshot

    async def _refused(self, incoming: Incoming, member: Member, needs: Permission, label: str) -> Reply | None:
        """Decides again from the rows; a refusal is logged and told, with the way out."""
        async with self.parts.store.begin("guard.refused", member.workspace) as tx:
            now = self.parts.clock()
            refused = await check(tx, member, needs, asked=label, now=now)
        if refused is None:
            return None
        absent = self.parts.people.absent(member.workspace, admins(refused.grants, now))
        return Reply(sentences.refusal(refused, incoming.user, now, absent))

    def _unknown(self, line: Line) -> Reply:
        words = list(self.router.commands)
        if not line.words and line.options:
            return Reply(sentences.no_command(line, words))
        typed = line.words[0] if line.words and isinstance(line.words[0], str) else "@…"
        return Reply(sentences.unknown_command(typed, nearest_word(typed, words)))


def _unfinished(incoming: Incoming) -> Delivery:
    return Delivery(incoming.key, incoming.workspace, incoming.arrived, json.dumps(dict(incoming.raw)))


def _line(incoming: Incoming) -> Line | Problem:
    return parse(incoming.text) if incoming.entrance is Entrance.COMMAND else Line()
