"""Three replicas of the bot on one PostgreSQL, in real time, while somebody does them harm and people go on asking.

What is done to the replicas, their tickets and their connections are blows: each kind is dealt at least once. Who is
killed is replaced at once, who is stopped goes on after a while, so the next blow falls before the last one is over.
"""

import asyncio
import random
import signal
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from bot.domain.operations import Kind
from bot.sandbox.slack.testing import LocalPerson
from tests.faults.doing import PLAN
from tests.faults.neighbours import Neighbour
from tests.faults.process import BotProcess
from tests.faults.rounds import KILLED, is_torn
from tests.faults.stage import A_MINUTE_LATER, GONE_AFTER, Stage

WORKSPACES = 20
REPLICAS = 3

BETWEEN_BLOWS = 0.45
"""Seconds, on average."""

LONGEST_RECOVERY = 120.0
"""Seconds after which what still waits counts as lost."""

SKEW = 240.0
"""Seconds by which the clock of a machine may be wrong, in either direction."""

BETWEEN_COMMIT_AND_SEND = ("commit:operations.call:after", "commit:notices.claim:after")

KINDS = (Kind.REBOOT, Kind.STOP, Kind.START)
"""Each workspace has a server for each; and creates one."""

NEW = "app-1"

_TICKETS = {
    "tickets deleted": "DELETE FROM procrastinate_jobs WHERE status = 'todo'",
    "tickets doubled": "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args) "
    "SELECT 'workspaces', 'look at a workspace', 'T0TEAM' || n, json_build_object('workspace', 'T0TEAM' || n) "
    f"FROM generate_series(1, {WORKSPACES}) n",
    "connections cut": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()",
}

_KILL, _STOP = "kill -9", "SIGSTOP"
_FATED = {"stop": f"{_STOP} between commit and send", "kill": f"{_KILL} between commit and send"}
"""What a replica may come to by itself, and what it is called then."""

_DECK = (*[_KILL] * 6, *[_STOP] * 3, *_TICKETS)
"""What the others are dealt from, one pack after the other: nothing is left to chance but the order."""

EVERY_BLOW = (_KILL, _STOP, *_TICKETS, *_FATED.values())
"""The kinds of blows; a session has each of them."""


@dataclass
class Trio:
    """The replicas of a session; `story` is what was done to them, for whoever has to play it again.

    `blows` counts that by its kind. `torn`: by task, how many messages Slack took from one that was stopped right then,
    before it could write that down. `asked`: by workspace, what got its 200. `_owed`: who is spared until it comes to
    a fate that nobody had yet.
    """

    stage: Stage
    all: tuple[Neighbour, ...]
    chance: random.Random
    alive: list[BotProcess] = field(default_factory=list)
    blows: Counter[str] = field(default_factory=Counter)
    torn: Counter[str] = field(default_factory=Counter)
    asked: defaultdict[str, set[Kind]] = field(default_factory=lambda: defaultdict(set))
    story: list[str] = field(default_factory=list)
    _standing: set[BotProcess] = field(default_factory=set)
    _owed: dict[BotProcess, str] = field(default_factory=dict)
    _going_on: set["asyncio.Task[None]"] = field(default_factory=set)

    def fill(self) -> None:
        """Starts as many as are missing, each with a clock of its own; some will end or stop where it hurts most."""
        self.alive += [self._launch() for _ in range(REPLICAS - len(self.alive))]

    def _launch(self) -> BotProcess:
        taken = self._owed.values()
        owed = next((fate for fate, blow in _FATED.items() if not self.blows[blow] and fate not in taken), "")
        fate = owed or self.chance.choice(("", "stop", "stop", "kill"))
        point = f"{self.chance.choice(BETWEEN_COMMIT_AND_SEND)}#{1 if owed else self.chance.randint(1, 12)}"
        skew = self.chance.uniform(-SKEW, SKEW)
        self.story.append(f"start {skew:+.0f} s {fate} {point if fate else ''}".rstrip())
        process = self.stage.launch(
            kill_at=point if fate == "kill" else "", stop_at=point if fate == "stop" else "", skew=skew
        )
        if owed:
            self._owed[process] = owed
        return process

    def _up(self) -> list[BotProcess]:
        """Those that serve."""
        return [each for each in self.alive if each.alive and each.address and each not in self._standing]

    async def are_struck(self, times: int) -> None:
        """One thing after the other goes wrong, whoever is struck is replaced or goes on; until it was so many.

        A kind that did not come by then is waited for, while there is something to do.
        """
        deck: list[str] = []
        while self.blows.total() < times or (self._to_come() and self.blows.total() < 2 * times):
            await asyncio.sleep(self.chance.uniform(0.1, 2 * BETWEEN_BLOWS - 0.1))
            await self._notice()
            deck = deck or self.chance.sample(_DECK, len(_DECK))
            await self._deal(deck)
            self.fill()

    def _to_come(self) -> set[str]:
        return set(EVERY_BLOW) - self.blows.keys()

    async def _deal(self, deck: list[str]) -> None:
        card = deck.pop()
        if card in _TICKETS:
            self._struck(card)
            self.stage.watch.run(_TICKETS[card])
        elif card == _STOP and len(self._up()) > 1:  # somebody has to be there
            await self._stop()
        else:
            if card == _STOP:
                deck.insert(0, card)
            await self._kill()

    async def _notice(self) -> None:
        """Those that ended or stopped by themselves at their point are blows, too."""
        for process in list(self.alive):
            if not process.alive:
                assert process.exit_status == KILLED, f"a replica ended by itself:\n{process.last_words()}"
                self._struck(_FATED["kill"])
                self._gone(process)
            elif process.stands and process not in self._standing:
                self._struck(_FATED["stop"])
                self._stands(process)

    def _struck(self, how: str) -> None:
        self.blows[how] += 1
        self.story.append(how)

    async def _kill(self) -> None:
        victim = self._victim(self.alive)
        self._struck(_KILL)
        victim.signal(signal.SIGKILL)
        await victim.ends()
        self._gone(victim)

    def _victim(self, those: Sequence[BotProcess]) -> BotProcess:
        return self.chance.choice([each for each in those if each not in self._owed] or those)

    def _gone(self, process: BotProcess) -> None:
        self.alive.remove(process)
        self._standing.discard(process)
        self._owed.pop(process, None)

    async def _stop(self) -> None:
        victim = self._victim(self._up())
        self._struck(_STOP)
        victim.signal(signal.SIGSTOP)
        await victim.stopped()
        self._stands(victim)

    def _stands(self, process: BotProcess) -> None:
        """It goes on after a moment, after others have taken over its workspaces, or when everything else is done."""
        self._standing.add(process)
        self._owed.pop(process, None)
        if after := self.chance.choice((1.0, GONE_AFTER * 1.5, None)):
            task = asyncio.create_task(self._goes_on(process, after))
            self._going_on.add(task)
            task.add_done_callback(self._going_on.discard)

    async def _goes_on(self, process: BotProcess, after: float) -> None:
        await asyncio.sleep(after)
        self._continue(process)

    def _continue(self, process: BotProcess) -> None:
        """What it was in the middle of, others may have done by now."""
        self._standing.discard(process)
        if process.stands:
            process.hear()
            self.torn += torn(process)
        if process.alive:
            process.signal(signal.SIGCONT)

    async def people_ask(self, seconds: float) -> None:
        """In each workspace Olga does her four things, one after the other, spread over so many seconds."""
        await asyncio.gather(*(self._asks(each, seconds / 4) for each in self.all))

    async def _asks(self, each: Neighbour, seconds: float) -> None:
        wishes: list[Callable[[], Awaitable[None]]] = [partial(self._creates, each)]
        wishes += [partial(self._types, each, kind) for kind in KINDS]
        self.chance.shuffle(wishes)
        for wish in wishes:
            await asyncio.sleep(self.chance.uniform(0, seconds))
            await wish()

    async def _types(self, each: Neighbour, kind: Kind) -> None:
        await self._by_chance()
        await each.olga.says(f"/vps {kind} {kind}-1", in_=each.ops)
        self._asked(each, kind)

    async def _creates(self, each: Neighbour) -> None:
        """She fills the dialog, and submits it again when Slack says that it failed. It may not come, or get lost."""
        await self._by_chance()
        await each.olga.says(f"/vps create {NEW}", in_=each.ops)
        if not await each.olga.will_see("Operating system", within=3):
            return
        for label, option in (("Operating system", "Ubuntu 22.04 LTS"), ("Location", "us-west"), ("Plan", PLAN)):
            await self._by_chance()
            await each.olga.chooses(label, option)
        for _ in range(3):
            if await self._submits(each.olga):
                self._asked(each, Kind.CREATE)
                return

    async def _submits(self, olga: LocalPerson) -> bool:
        """Whether the dialog is closed."""
        await self._by_chance()
        if not await olga.will_see("Total: 20.00 a month", within=3):
            return not olga.has_dialog()
        await olga.submits()
        return not olga.has_dialog()

    async def _by_chance(self) -> None:
        """What is sent next goes to any of them; to one that stands, when no other is there."""
        while not (able := self._up() or [each for each in self.alive if each.address]):
            await asyncio.sleep(0.05)
        replica = self.chance.choice(able)
        self.stage.slack.request_url = f"{replica.address}/slack/events"

    def _asked(self, each: Neighbour, kind: Kind) -> None:
        mine = [exchange for exchange in self.stage.asked() if exchange.team == each.team.id]
        if mine[-1].status == 200:
            self.asked[each.team.id].add(kind)

    async def recover(self) -> None:
        """The stopped ones stay so until others have taken over; then they go on beside them, until nothing waits."""
        await asyncio.gather(*self._going_on)
        async with asyncio.timeout(LONGEST_RECOVERY):
            await self._rests_within(GONE_AFTER)  # what the others have in hand, and what they take over
            while not self.stage.at_rest():
                self.alive = [each for each in self.alive if each.alive]
                self.fill()
                await self._a_minute_passes()
                await self._rests_within(GONE_AFTER / 2)
                self._all_go_on()
                await self._rests_within(1)

    async def _a_minute_passes(self) -> None:
        """For all of them; but not while one that runs is in the middle of a message: that never takes so long."""
        with suppress(TimeoutError):  # it may have failed, and not said so
            async with asyncio.timeout(1):
                while any(torn(each) for each in self._up()):
                    await asyncio.sleep(0.01)
        self.stage.clock.move(seconds=A_MINUTE_LATER)

    async def _rests_within(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.stage.at_rest():
                    await asyncio.sleep(0.05)

    def _all_go_on(self) -> None:
        for process in self.alive:
            self._continue(process)

    async def terminate(self) -> float:
        """Ends them all as an operator does: the seconds that the slowest took."""
        self.alive = [each for each in self.alive if each.alive]  # some ended at their point
        await asyncio.gather(*(each.listens() for each in self.alive if not each.stands))
        began = asyncio.get_running_loop().time()
        ending = asyncio.gather(*(each.terminate() for each in self.alive))
        while not ending.done():
            self._all_go_on()
            await asyncio.wait({ending}, timeout=0.2)
        assert set(ending.result()) <= {0, KILLED}
        self.alive.clear()
        return asyncio.get_running_loop().time() - began


def torn(process: BotProcess) -> Counter[str]:
    """By workspace, the messages that this process has posted, as far as it came, and not written down."""
    found: Counter[str] = Counter()
    for task, points in process.visits.items():
        if is_torn(points):
            found[task] += 1
    return found
