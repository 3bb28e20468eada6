"""One creation against a provider that does its worst: never two servers bought, never "ready" of what isn't there.

The steps are the bot's own; the list may be late, the call may come to effect late, and the bot may die anywhere.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.judging import reconcile_creation, settle
from bot.domain.operations import Kind, Operation, State, Step, allowed
from bot.domain.servers import Server
from bot.operations.calling import _accepted as accepted
from bot.operations.calling import intent_of as entering_the_call
from bot.operations.parts import Parts
from bot.operations.sending import Answer, done_already
from bot.operations.steps import after_call_error, unreadable_now
from bot.operations.writing import _after as taken
from bot.vps.errors import ProviderError, Trouble
from tests.rules.making import LEASE, NOW, POLL
from tests.rules.test_creation import a_creation, app
from tests.rules.test_operation_machine import CERTAINLY_DID_NOT, Fate

BUILT_AFTER = timedelta(minutes=3)
BUYS = {Fate.ACCEPTED, Fate.LOST_AFTER_THE_WORK, Fate.CRASHED_AFTER_SENDING}
DIES = (Fate.CRASHED_BEFORE_SENDING, Fate.CRASHED_AFTER_SENDING)


class OneCreation(RuleBasedStateMachine):
    """The row, the clock, and what was really bought; `listed_from`: when the list shows it."""

    @initialize(list_late=st.integers(0, 40))
    def asked(self, list_late: int) -> None:
        self.now = NOW
        self.lag = timedelta(seconds=list_late)
        self.operation = a_creation(State.APPROVED, called_at=None, lease_until=None, calls=0)
        self.bought: list[datetime] = []
        self.buys_at: list[datetime] = []
        self.reached = 0

    @precondition(lambda self: self.operation.state is State.APPROVED and self._due())
    @rule(fate=st.sampled_from(sorted(set(Fate) - {Fate.ACCEPTED_FOR_NOTHING})), late=st.integers(0, 15))
    def call(self, fate: Fate, late: int) -> None:
        seen = next(iter(self._listed()), Server(self.operation.server_id, "app-1", ""))
        if step := done_already(self.operation, seen):
            self._take(step)
            return
        self._write(entering_the_call(self.operation, seen, self.now, self._parts()))
        if fate not in {*CERTAINLY_DID_NOT, Fate.REFUSED, Fate.CRASHED_BEFORE_SENDING}:
            self.reached += 1
        if fate in BUYS:
            self.bought.append(self.now)
        if fate is Fate.LATE:
            self.buys_at.append(self.now + timedelta(seconds=late))
        if fate in DIES:
            return
        if fate is Fate.ACCEPTED:
            self._take(accepted(self._parts(), self.operation, Answer("provisioning", "7")))
        else:
            trouble = CERTAINLY_DID_NOT.get(fate, Trouble.REFUSED if fate is Fate.REFUSED else Trouble.LOST)
            self._take(after_call_error(self.operation, ProviderError(trouble), self._parts()))

    @precondition(lambda self: self.operation.state in (State.CALLING, State.SETTLING) and self._due())
    @rule(readable=st.booleans())
    def look(self, readable: bool) -> None:
        if not readable:
            self._take(unreadable_now(self.operation, ProviderError(Trouble.UNAVAILABLE), self._parts()))
        elif self.operation.state is State.CALLING:
            self._take(reconcile_creation(self.operation, self._listed(), self.now, POLL))
        else:
            own_page = next(iter(self._servers()), None)
            self._take(settle(self.operation, own_page, self.now, POLL))

    @rule(seconds=st.sampled_from([1, 5, 30, 120]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        for start in [start for start in self.buys_at if start <= self.now]:
            self.buys_at.remove(start)
            self.bought.append(start)

    @invariant()
    def never_two(self) -> None:
        assert self.reached <= 1, "a call that may have reached the provider is never repeated by itself"
        assert len(self.bought) + len(self.buys_at) <= 1

    @invariant()
    def ready_is_said_only_of_what_is_there(self) -> None:
        if self.operation.state is State.SUCCEEDED:
            [server] = self._servers()
            assert (server.status, self.operation.words) == ("active", server.address)
        if self.operation.state is State.FAILED:
            assert not self.bought, "what was bought is not told as not created"

    def teardown(self) -> None:
        """Whatever happened so far: with nothing but time and looks, an end comes."""
        for _ in range(400):
            if self.operation.ended:
                return
            self.time_passes(600)
            if self.operation.state is State.APPROVED:
                self.call(Fate.UNREACHABLE, 0)
            else:
                self.look(readable=True)
            self.never_two()
            self.ready_is_said_only_of_what_is_there()
        raise AssertionError(f"no end: {self.operation}")

    def _servers(self) -> list[Server]:
        return [self._server(at) for at in self.bought]

    def _listed(self) -> list[Server]:
        return [self._server(at) for at in self.bought if at + self.lag <= self.now]

    def _server(self, at: datetime) -> Server:
        built = self.now - at >= BUILT_AFTER
        made = app("7", created_at=at)
        return replace(made, status="active", address="203.0.113.12") if built else made

    def _due(self) -> bool:
        return self.operation.due_at is not None and self.operation.due_at <= self.now

    def _take(self, step: Step) -> None:
        self._write(taken(self.operation, step, self.now))

    def _write(self, after: Operation) -> None:
        assert allowed(self.operation.state, after.state), f"{self.operation.state} to {after.state}"
        assert after.kind is Kind.CREATE
        self.operation = after

    def _parts(self) -> Parts:
        return cast(Parts, SimpleNamespace(clock=lambda: self.now, poll=POLL, timeout=LEASE))


OneCreation.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
test_one_creation = OneCreation.TestCase
