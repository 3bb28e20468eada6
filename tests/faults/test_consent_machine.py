"""Deletions in any order that people, time, the provider and a restart can bring: never an effect without a consent.

A Hypothesis machine plays the real bot with its database, the local Slack and the local VPS.org. After every step the
provider's record, the rows and the log have to agree.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from bot.domain.approvals import Choice
from bot.domain.audit import Action
from bot.domain.operations import Operation, Request, State
from bot.sandbox.slack.model import Message
from bot.sandbox.slack.person import LocalPerson
from bot.sandbox.vps.calls import Call
from bot.store import audit, tables
from bot.store import operations as stored
from tests.stories.deleting import decided
from tests.world import World

T = TypeVar("T")


@dataclass(frozen=True)
class Rules:
    """Who held which role, and how many approvals it took, after the provider's call `since`."""

    since: int
    roles: Mapping[str, str]
    approvals: int


SERVERS = ("web-1", "web-2", "db-1")
CONFIRM = "Type the server's name to confirm"
PEOPLE = st.sampled_from(("olga", "amir", "ada", "vera"))
FAULTS: dict[str, dict[str, Any]] = {
    "lost_reply": {},
    "closed_before": {},
    "late_effect": {"seconds": 12},
    "late_list": {"seconds": 20},
    "status": {"status": 503},
    "refusal": {"status": 403},
    "slow down": {"status": 429, "retry_after": 20},
    "hang": {"seconds": 1},
}
TAKES_EFFECT = ("late_effect", "late_list", "lost_reply")
"""Faults of calls that change something."""

FIRST = ("delete", "time to undo", "stop")
"""What the first consent leads to: the deletion at once, or the time to undo it, or the stop before that time."""

ROLES = {"olga": "operator", "amir": "approver", "vera": "viewer", "ada": "admin"}
MAY_ASK, MAY_VOTE = {"operator", "approver", "admin"}, {"approver", "admin"}

SHORT = settings(
    max_examples=8,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
LONG = settings(SHORT, max_examples=int(os.environ.get("CHAOS_EXAMPLES", "150")), stateful_step_count=40)


class Deletions(RuleBasedStateMachine):
    """Three servers, four people, one policy that takes one or two approvals."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="vpsbot-machine-"))
        self.world = World(self.folder)
        self.run(self.begin())

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        """Does it, on the machine's own loop."""
        return self.runner.run(doing)

    async def begin(self) -> None:
        """A workspace whose admin has chosen #ops for approvals."""
        await self.world.open()
        for name in SERVERS:
            self.world.has_server(name)
        await decided(self.world, approvals_channel=self.world.ops.id, undo_window=0)
        self.standing = [Rules(self.calls(), ROLES, 1)]

    def calls(self) -> int:
        """The number of the provider's last call."""
        return max((call.n for call in self.world.vps.calls()), default=0)

    def teardown(self) -> None:
        """Lets everything come to its end, and looks once more."""
        try:
            self.run(self.world.minutes_pass(30 * 60))
            self.run(self.at_rest())
        finally:
            self.run(self.world.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    @initialize(
        kind=st.sampled_from(("", *sorted(FAULTS))), times=st.sampled_from((1, 2, 6)), first=st.sampled_from(FIRST)
    )
    def begins_with_a_deletion_that_is_agreed_to(self, kind: str, times: int, first: str) -> None:
        action = "stop" if first == "stop" else "delete"
        if first != "delete":
            self.policy_changes(approvals=1, undo=10, stop=first == "stop")
        if kind:
            self._fails(kind, action, times)
        self.run(self._asks(self.world.olga, "web-1"))
        self.run(self._presses(self.world.amir, "Approve"))
        self.run(self.world.seconds_pass(2))
        if first == "time to undo":
            self.run(self.agree())
            self.run(self.world.minutes_pass(11))
        assert self.world.vps.calls(action=action), "each example has come to a call, most to one that fails"

    @rule(who=PEOPLE, name=st.sampled_from(SERVERS))
    def asks(self, who: str, name: str) -> None:
        self.run(self._asks(getattr(self.world, who), name))

    @rule(who=PEOPLE, label=st.sampled_from(("Approve", "Approve", "Approve", "Cancel", "I'm looking at it")))
    def presses(self, who: str, label: str) -> None:
        self.run(self._presses(getattr(self.world, who), label))

    @rule(who=PEOPLE)
    def denies(self, who: str) -> None:
        self.run(self._denies(getattr(self.world, who)))

    @rule(seconds=st.sampled_from((1, 15, 90, 3700, 25 * 3600)))
    def time_passes(self, seconds: int) -> None:
        self.run(self.world.seconds_pass(seconds))

    @rule(who=st.sampled_from(("olga", "amir", "vera")), role=st.sampled_from(("", "operator", "approver")))
    def roles_change(self, who: str, role: str) -> None:
        typed = f"grant @{who} {role}" if role else f"revoke @{who}"
        self.run(self.world.ada.says(f"/vps access {typed}", in_=self.world.ada.direct))
        self.standing.append(
            replace(self.standing[-1], since=self.calls(), roles={**self.standing[-1].roles, who: role})
        )

    @rule(approvals=st.sampled_from((1, 2)), undo=st.sampled_from((0, 10)), stop=st.booleans())
    def policy_changes(self, approvals: int, undo: int, stop: bool) -> None:
        self.run(decided(self.world, approvals=approvals, undo_window=undo, stop_first=stop))
        self.standing.append(replace(self.standing[-1], since=self.calls(), approvals=approvals))

    @rule(
        kind=st.sampled_from(sorted(FAULTS)),
        on=st.sampled_from(("delete", "delete", "show", "list", "stop")),
        times=st.sampled_from((1, 1, 1, 2, 6)),
    )
    def provider_fails(self, kind: str, on: str, times: int) -> None:
        if kind not in TAKES_EFFECT or on not in ("show", "list"):
            self._fails(kind, on, times)

    def _fails(self, kind: str, on: str, times: int) -> None:
        name = "status" if "status" in FAULTS[kind] else kind
        self.world.vps.fault(name, action=on, times=times, **FAULTS[kind])

    @rule(name=st.sampled_from(SERVERS))
    def somebody_changes_it_elsewhere(self, name: str) -> None:
        if any(server.name == name for server in self.world.vps.servers()):
            self.world.vps.change(name, hostname=f"h{len(self.world.vps.calls())}.example.com")

    @rule()
    def restarts(self) -> None:
        self.run(self.world.restart())

    @rule()
    def loses_power(self) -> None:
        self.run(self.world.crash_bot())
        self.run(self.world.start_bot())

    @invariant()
    def provider_rows_and_log_agree(self) -> None:
        self.run(self.agree())

    async def agree(self) -> None:
        """What must hold at every moment."""
        requests = await self._requests()
        for request in requests:
            for operation in request.operations:
                self._at_the_provider(operation)
        for action in ("stop", "delete"):
            for call in self.world.vps.calls(action=action):
                self._agreed_to(call, requests)
        assert isinstance(await self.world.verified(), int)

    def _agreed_to(self, call: Call, requests: list[Request]) -> None:
        """A call was somebody's: of one deletion, that enough others had agreed to and that could not be undone yet."""
        of = [(one, each) for one in requests for each in one.operations if _meanwhile(call, each)]
        assert len(of) == 1, f"{call.action} {call.server} belongs to {len(of)} deletions that were agreed to"
        [(request, operation)] = of
        voters = {vote.voter for vote in request.votes if vote.choice is Choice.APPROVE}
        assert request.requester not in voters
        assert len(voters) >= request.needed, "called without the consent that it takes"
        self._by_the_rules(request.requester, voters, call.n)
        if call.action == "delete" and operation.not_before:
            assert not operation.stop_first, "deleted before it was stopped, as those who agreed were told it would be"
            assert call.time >= operation.not_before, "deleted while it could still be undone"

    def _at_the_provider(self, operation: Operation) -> None:
        calls = self.world.vps.calls(action="delete", server=operation.server_id)
        assert sum(call.effect for call in calls) <= 1, "one consent, one effect"
        looks = self.world.vps.calls(action="show", server=operation.server_id)
        for action in ("stop", "delete"):
            for earlier, later in pairwise(self.world.vps.calls(action=action, server=operation.server_id)):
                refused = earlier.status is not None and 400 <= earlier.status < 500
                assert refused or any(earlier.n < look.n < later.n for look in looks), f"a {action} repeated blindly"
        there = any(str(server.id) == operation.server_id for server in self.world.vps.servers())
        if operation.state is State.SUCCEEDED:
            assert not there, "told as deleted, and there"
        if operation.state in (State.DENIED, State.EXPIRED, State.CANCELLED, State.VOID, State.FAILED):
            assert not operation.calls or operation.stop_first or there, "told as kept, and gone"

    def _by_the_rules(self, requester: str, voters: set[str], call: int) -> None:
        """As they were when it was called: who asked, and enough of those who agreed, may still."""
        then = next(each for each in reversed(self.standing) if each.since < call)
        role = {getattr(self.world, name).id: held for name, held in then.roles.items()}
        assert role[requester] in MAY_ASK, "called for somebody who may not ask for it any more"
        counting = [each for each in voters if role[each] in MAY_VOTE]
        assert len(counting) >= then.approvals, "called on the word of people who may not give it any more"

    async def at_rest(self) -> None:
        """What must hold when a day has passed."""
        async with self.world.bot.store.read() as tx:
            entries = [entry async for entry in audit.stream(tx, self.world.team.id)]
        for request in await self._requests():
            for operation in request.operations:
                assert operation.ended, f"{operation.server_name} is {operation.state} for ever"
                about = [entry.action for entry in entries if entry.operation == operation.id]
                assert about.count(Action.DELETE_REQUESTED) == about.count(Action.DELETE_ENDED) == 1
                assert about.count(Action.POWER_ENDED) <= 1
                stops, deletions = (
                    [call for call in self.world.vps.calls(action=action) if _meanwhile(call, operation)]
                    for action in ("stop", "delete")
                )
                assert about.count(Action.DELETE_CALLED) == len(deletions), "each of its calls is in the log, once"
                assert about.count(Action.POWER_CALLED) == len(stops), "and each of the stop before it"
                if stops:
                    assert Action.POWER_ENDED in about, "what came of the stop is in the log"
        ended = {
            state: {each.server_id for one in await self._requests() for each in one.operations if each.state is state}
            for state in (State.SUCCEEDED, State.UNKNOWN)
        }
        gone = {call.server for call in self.world.vps.calls(action="delete") if call.effect}
        assert ended[State.SUCCEEDED] <= gone, "what the rows say is gone the provider deleted"
        assert gone - ended[State.SUCCEEDED] <= ended[State.UNKNOWN], "of what else it deleted nobody was told a no"

    async def _requests(self) -> list[Request]:
        async with self.world.bot.store.read() as tx:
            ids = (await tx.connection.execute(select(tables.requests.c.id))).scalars().all()
            return [one for each in ids if (one := await stored.request(tx, self.world.team.id, each))]

    async def _asks(self, person: LocalPerson, name: str) -> None:
        await person.says(f"/vps delete {name}", in_=self.world.general)
        await self.world.settle()
        if person.dialog and CONFIRM in person.dialog.inputs:
            await person.fills(CONFIRM, name)
            await person.fills("Reason", "The machine says so.")
            await person.submits()
            await self.world.settle()
        while person.has_dialog():
            await person.closes_dialog()

    async def _presses(self, person: LocalPerson, label: str) -> None:
        if card := self._card(person, label):
            await person.clicks(label, on=card)
            await self.world.settle()

    async def _denies(self, person: LocalPerson) -> None:
        if card := self._card(person, "Deny"):
            await person.clicks("Deny", on=card)
            await self.world.settle()
            if person.dialog and person.dialog.view.body.get("submit"):  # else it says why their no doesn't count
                await person.submits()
                await self.world.settle()
            while person.has_dialog():
                await person.closes_dialog()

    def _card(self, person: LocalPerson, label: str) -> Message | None:
        cards = [message for message in person.messages(self.world.ops) if message.metadata]
        return next((card for card in reversed(cards) if f"[{label}]" in person.reads(card)), None)


def _meanwhile(call: Call, operation: Operation) -> bool:
    """Whether a call was made between the consent to an operation and its end."""
    if call.server != operation.server_id or operation.approved_at is None:
        return False
    return operation.approved_at <= call.time <= (operation.ended_at or call.time)


def test_never_an_effect_without_a_consent_and_never_two() -> None:
    run_state_machine_as_test(Deletions, settings=SHORT)


@pytest.mark.chaos
def test_the_same_for_long() -> None:
    run_state_machine_as_test(Deletions, settings=LONG)
