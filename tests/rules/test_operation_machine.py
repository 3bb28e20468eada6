"""One operation against a provider that does its worst: whatever happens in whatever order, three things hold.

A reboot that may have reached the provider is never sent again. "Done" is said only of what was done. Every
operation ends. The steps are the bot's own; only the database is left out, and with it the guard of two at once.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from types import SimpleNamespace
from typing import cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.judging import next_look, reconcile, settle
from bot.domain.operations import POWER, Kind, Operation, Outcome, State, Step, allowed
from bot.domain.servers import Server
from bot.operations.calling import intent_of as entering_the_call
from bot.operations.parts import Parts
from bot.operations.steps import after_call_error, unreadable_now
from bot.operations.writing import _after as taken
from bot.vps.errors import ProviderError, Trouble
from tests.rules.making import LEASE, NOW, POLL, a_server, an_operation

WORKS_FOR = timedelta(seconds=10)
PASSING = {Kind.START: "starting", Kind.STOP: "stopping", Kind.REBOOT: "rebooting"}
WANTED = {Kind.START: "active", Kind.STOP: "stopped", Kind.REBOOT: "active"}
BEFORE = {Kind.START: "stopped", Kind.STOP: "active", Kind.REBOOT: "active"}


class Fate(StrEnum):
    """What becomes of a call."""

    ACCEPTED = "accepted"
    ACCEPTED_FOR_NOTHING = "the provider says yes and does nothing"
    LOST_AFTER_THE_WORK = "the work is done, the reply is lost"
    LOST_BEFORE_THE_WORK = "nothing is done, the reply is lost"
    LATE = "the reply is lost, and the work is done a while later"
    CRASHED_BEFORE_SENDING = "the bot dies before it sends"
    CRASHED_AFTER_SENDING = "the bot dies after it sent"
    UNREACHABLE = "the connection is refused"
    RATE_LIMITED = "asked to slow down"
    REFUSED = "told no"


DOES_THE_WORK = {Fate.ACCEPTED, Fate.LOST_AFTER_THE_WORK, Fate.CRASHED_AFTER_SENDING}
CERTAINLY_DID_NOT = {Fate.UNREACHABLE: Trouble.UNREACHABLE, Fate.RATE_LIMITED: Trouble.RATE_LIMITED}


class OneOperation(RuleBasedStateMachine):
    """The row, the clock, and what is really so at the provider."""

    @initialize(kind=st.sampled_from(POWER), tells_times=st.booleans())
    def asked(self, kind: Kind, tells_times: bool) -> None:
        self.now = NOW
        self.tells_times = tells_times
        self.operation = an_operation(kind, State.APPROVED, called_at=None, lease_until=None, calls=0)
        self.status = BEFORE[kind]
        self.changed_at = NOW - timedelta(days=1)
        self.works_from: list[datetime] = []
        self.done_at: datetime | None = None
        self.done = 0
        self.may_have_reached = 0

    @precondition(lambda self: self.operation.state is State.APPROVED and self._due())
    @rule(fate=st.sampled_from(Fate), late=st.integers(0, 15))
    def call(self, fate: Fate, late: int) -> None:
        kind = self.operation.kind
        intent = entering_the_call(self.operation, self._seen(), self.now, self._parts())
        self._write(intent)
        if fate not in {*CERTAINLY_DID_NOT, Fate.REFUSED}:
            self.may_have_reached += 1
        if fate in DOES_THE_WORK:
            self._work()
        if fate is Fate.LATE:
            self.works_from.append(self.now + timedelta(seconds=late))
        if fate in (Fate.CRASHED_BEFORE_SENDING, Fate.CRASHED_AFTER_SENDING):
            return
        if fate is Fate.ACCEPTED:
            self._take(Step(State.SETTLING, again_in=next_look(0, POLL), moving=True, seen_status=PASSING[kind]))
        elif fate is Fate.ACCEPTED_FOR_NOTHING:
            self._take(Step(State.SETTLING, again_in=next_look(0, POLL)))
        else:
            trouble = CERTAINLY_DID_NOT.get(fate, Trouble.REFUSED if fate is Fate.REFUSED else Trouble.LOST)
            self._take(after_call_error(self.operation, ProviderError(trouble), self._parts()))

    @precondition(lambda self: self.operation.state in (State.CALLING, State.SETTLING) and self._due())
    @rule(readable=st.booleans())
    def look(self, readable: bool) -> None:
        decide = reconcile if self.operation.state is State.CALLING else settle
        if readable:
            self._take(decide(self.operation, self._seen(), self.now, POLL))
        else:
            self._take(unreadable_now(self.operation, ProviderError(Trouble.UNAVAILABLE), self._parts()))

    @rule(seconds=st.sampled_from([1, 5, 30, 120]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        for start in [start for start in self.works_from if start <= self.now]:
            self.works_from.remove(start)
            self._work()
        if self.done_at and self.now >= self.done_at:
            self.status, self.done_at = WANTED[self.operation.kind], None

    @invariant()
    def a_reboot_that_may_have_reached_the_provider_is_never_sent_again(self) -> None:
        if self.operation.kind is Kind.REBOOT:
            assert self.may_have_reached <= 1
            assert self.done <= 1

    @invariant()
    def done_is_said_only_of_what_was_done(self) -> None:
        if self.operation.state is State.SUCCEEDED:
            assert self.operation.outcome is Outcome.DONE
            assert self.done >= 1

    def teardown(self) -> None:
        """Whatever happened so far: with nothing but time and looks, an end comes."""
        for _ in range(400):
            if self.operation.ended:
                return
            self.time_passes(120 if self.operation.state is State.APPROVED else 600)
            if self.operation.state is State.APPROVED:
                self.call(Fate.UNREACHABLE, 0)
            else:
                self.look(readable=True)
            self.a_reboot_that_may_have_reached_the_provider_is_never_sent_again()
            self.done_is_said_only_of_what_was_done()
        raise AssertionError(f"no end: {self.operation}")

    def _work(self) -> None:
        self.done += 1
        self.status, self.changed_at = PASSING[self.operation.kind], self.now
        self.done_at = self.now + WORKS_FOR

    def _seen(self) -> Server:
        return a_server(status=self.status, updated_at=self.changed_at if self.tells_times else None)

    def _due(self) -> bool:
        return self.operation.due_at is not None and self.operation.due_at <= self.now

    def _take(self, step: Step) -> None:
        self._write(taken(self.operation, step, self.now))

    def _write(self, after: Operation) -> None:
        assert allowed(self.operation.state, after.state), f"{self.operation.state} to {after.state}"
        self.operation = after

    def _parts(self) -> Parts:
        return cast(Parts, SimpleNamespace(clock=lambda: self.now, poll=POLL, timeout=LEASE))


OneOperation.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
test_one_operation = OneOperation.TestCase
