"""Twenty workspaces, three replicas of the bot on one PostgreSQL, in real time, while somebody does them harm.

One session has thirty blows: what is done to the replicas, their tickets and their connections. Who is killed is
replaced at once, who is stopped goes on after a while, and people go on asking meanwhile. Beside that the provider's
answers to many creations get lost, and its list shows some of them late: these are counted apart.
"""

import asyncio
import random
import signal
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot.domain.operations import Kind
from bot.domain.servers import Status
from bot.sandbox.slack.testing import LocalPerson
from bot.store.engine import Store
from bot.store.sealing import Sealer
from tests.faults.databases import Prepared
from tests.faults.doing import PLAN
from tests.faults.figures import BLOW
from tests.faults.judge import Finding, Harm, doubled, evidence, judge
from tests.faults.neighbours import Corner, Neighbour, keep, neighbours, plan
from tests.faults.process import BotProcess
from tests.faults.rounds import KILLED, is_torn
from tests.faults.stage import A_MINUTE_LATER, GONE_AFTER, Stage
from tests.world import KEY

WORKSPACES = 20
REPLICAS = 3
BLOWS = 30

BETWEEN_BLOWS = 0.45
"""Seconds, on average."""

LONGEST_RECOVERY = 120.0
"""Seconds after which what still waits counts as lost."""

SHOWS_LATE = 1.5
"""Seconds until the list shows a server; after some more the bot would call its creation unknown."""

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

DECK = ("kill -9",) * 6 + ("SIGSTOP",) * 3 + tuple(_TICKETS)
"""What is dealt, shuffled anew when it is used up: a session of thirty blows has every kind more than once."""

FATES = {"stop": "SIGSTOP between commit and send", "kill": "kill -9 between commit and send"}
"""What happens to some replicas by themselves, where it hurts most."""


@dataclass
class Trio:
    """The replicas of a session; `story` is what was done to them, for whoever has to play it again.

    `blows` counts that by its kind. `torn`: by task, how many messages Slack took from one that was stopped right then,
    before it could write that down. `asked`: by workspace, what got its 200.
    """

    stage: Stage
    all: tuple[Neighbour, ...]
    chance: random.Random
    alive: list[BotProcess] = field(default_factory=list)
    blows: Counter[str] = field(default_factory=Counter)
    torn: Counter[str] = field(default_factory=Counter)
    asked: defaultdict[str, set[Kind]] = field(default_factory=lambda: defaultdict(set))
    story: list[str] = field(default_factory=list)
    _deck: list[str] = field(default_factory=list)
    _fates: dict[BotProcess, str] = field(default_factory=dict)
    _standing: set[BotProcess] = field(default_factory=set)
    _going_on: set["asyncio.Task[None]"] = field(default_factory=set)

    def fill(self) -> None:
        """Starts as many as are missing, each with a clock of its own; some will end or stop where it hurts most."""
        while len(self.alive) < REPLICAS:
            self.alive.append(self._launch())

    def _launch(self) -> BotProcess:
        missing = [fate for fate in FATES if not self.blows[FATES[fate]] and fate not in self._pending()]
        fate = missing[0] if missing else self.chance.choice(("", "stop", "stop", "kill"))
        nth = self.chance.randint(1, 3 if missing else 12)
        point = f"{self.chance.choice(BETWEEN_COMMIT_AND_SEND)}#{nth}"
        skew = self.chance.uniform(-SKEW, SKEW)
        self.story.append(f"start {skew:+.0f} s {fate} {point if fate else ''}".rstrip())
        launched = self.stage.launch(
            kill_at=point if fate == "kill" else "", stop_at=point if fate == "stop" else "", skew=skew
        )
        self._fates[launched] = fate
        return launched

    def _pending(self) -> set[str]:
        """The fates of those that run and haven't met theirs."""
        return {self._fates[each] for each in self.alive if each.alive and each not in self._standing}

    def _spared(self, some: Sequence[BotProcess]) -> list[BotProcess]:
        """Those to strike: not who is to meet a fate that nobody has met yet, as long as there are others."""
        awaited = {fate for fate in FATES if not self.blows[FATES[fate]]}
        return [each for each in some if self._fates[each] not in awaited] or list(some)

    def _up(self) -> list[BotProcess]:
        """Those that serve."""
        return [each for each in self.alive if each.alive and each.address and each not in self._standing]

    async def are_struck(self, times: int) -> None:
        """One thing after the other goes wrong, whoever is struck is replaced or goes on; until it was so many."""
        while self.blows.total() < times:
            await asyncio.sleep(self.chance.uniform(0.1, 2 * BETWEEN_BLOWS - 0.1))
            await self._notice()
            await self._strike(self._dealt())
            self.fill()

    def _dealt(self) -> str:
        """The next kind of blow: chance decides the order, and each kind comes."""
        if not self._deck:
            self._deck = [*DECK]
            self.chance.shuffle(self._deck)
        return self._deck.pop()

    async def _strike(self, how: str) -> None:
        if how == "kill -9":
            await self._kill()
        elif how == "SIGSTOP":
            await self._stop()
        else:
            self._struck(how)
            self.stage.watch.run(_TICKETS[how])

    async def _notice(self) -> None:
        """Those that ended or stopped by themselves at their point are blows, too."""
        for process in list(self.alive):
            if not process.alive:
                assert process.exit_status == KILLED, f"a replica ended by itself:\n{process.last_words()}"
                self._struck(FATES["kill"])
                self.alive.remove(process)
                self._standing.discard(process)
            elif process.stands and process not in self._standing:
                self._struck(FATES["stop"])
                self._stands(process)

    def _struck(self, how: str) -> None:
        self.blows[how] += 1
        self.story.append(how)

    async def _kill(self) -> None:
        victim = self.chance.choice(self._spared(self.alive))
        self._struck("kill -9")
        victim.signal(signal.SIGKILL)
        await victim.ends()
        self.alive.remove(victim)
        self._standing.discard(victim)

    async def _stop(self) -> None:
        if len(self._up()) < 2:  # somebody has to be there
            self._deck.insert(0, "SIGSTOP")
            await self._strike(self.chance.choice(list(_TICKETS)))
            return
        victim = self.chance.choice(self._spared(self._up()))
        self._struck("SIGSTOP")
        victim.signal(signal.SIGSTOP)
        await victim.stopped()
        self._stands(victim)

    def _stands(self, process: BotProcess) -> None:
        """It goes on after a moment, after others have taken over its workspaces, or when everything else is done."""
        self._standing.add(process)
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


@dataclass(frozen=True, slots=True)
class Session:
    """What came of it. `counts`: the figures beside those of the harms."""

    findings: tuple[Finding, ...]
    counts: Counter[str]
    stopping: float
    story: str

    def figures(self) -> Counter[str]:
        """What it adds to the figures."""
        harms = Counter(finding.harm for finding in self.findings)
        bought = sum("bought" in finding.sentence for finding in self.findings)
        return self.counts + Counter(
            {
                "servers bought twice": bought,
                "operations lost": harms[Harm.LOST] + harms[Harm.STUCK],
                "called twice": harms[Harm.DOUBLED] - bought,
                "notices lost": harms[Harm.UNTOLD],
                "notices doubled": harms[Harm.TOLD_TWICE],
            }
        )


async def play(folder: Path, database: Prepared, seed: int, *, blows: int = BLOWS) -> Session:
    """Plays a session and judges it."""
    chance = random.Random(seed)
    stage = Stage(folder, Kind.REBOOT, database=database, settings={})
    stage.apart = timedelta(seconds=0.5)
    all_ = await _move_in(stage)
    _lose_answers(stage, all_, chance)
    trio = Trio(stage, all_, chance, story=[f"CHAOS_SEED={seed}"])
    await stage.open()
    try:
        trio.fill()
        await asyncio.gather(trio.people_ask(blows * BETWEEN_BLOWS), trio.are_struck(blows))
        await trio.recover()
        stopping = await trio.terminate()
        while not stage.at_rest():  # what was sent to a stopped one was read after all: others finish it
            trio.fill()
            await trio.recover()
            await trio.terminate()
        return await _verdict(trio, stopping)
    except Exception as error:
        error.add_note("\n".join((", ".join(trio.story), *(each.last_words() for each in stage.processes))))
        raise
    finally:
        await stage.close()


async def _move_in(stage: Stage) -> tuple[Neighbour, ...]:
    """Twenty workspaces have installed the app; each has servers that can be rebooted, stopped and started."""
    all_ = neighbours(stage.slack, stage.vps, WORKSPACES)
    for each in all_:
        for kind in KINDS:
            status = Status.STOPPED if kind is Kind.START else Status.ACTIVE
            stage.vps.add_server(f"{kind}-1", token=each.token, status=status)
    stage.settings |= {
        "SLACK_BOT_TOKEN": "",
        "VPS_API_TOKEN": "",
        "VPSBOT_ADMINS": "",
        "SLACK_CLIENT_ID": stage.slack.client_id,
        "SLACK_CLIENT_SECRET": stage.slack.client_secret,
    }
    store = Store(stage.database_url, Sealer(KEY))
    await keep(store, all_, stage.clock.now())
    await plan(store, all_, stage.clock.now())  # nothing of today waits for it, and nothing of it is done today
    await store.close()
    return all_


def _lose_answers(stage: Stage, all_: Sequence[Neighbour], chance: random.Random) -> None:
    """Two creations in three are answered to nobody, and the list shows half of those late: whoever reads decides."""
    for place, each in enumerate(chance.sample(all_, len(all_))):
        creation = {"action": "create", "token": each.token}
        if place % 3:
            stage.vps.arm({"kind": "lost_reply", "match": creation, "times": 1})
        if place % 3 == 2:
            stage.vps.arm({"kind": "late_list", "match": creation, "times": 1, "seconds": SHOWS_LATE})


# What Slack holds against a replica that was stopped, or whose connection to the database was cut: the person sees it.
_SEEN_BY_THE_PERSON = (
    "acknowledged within 3 seconds; this one was not.",
    "with a 2xx; this one got 500.",
)


async def _verdict(trio: Trio, stopping: float) -> Session:
    stage = trio.stage
    lost_by_stops = trio.torn + sum((torn(each) for each in stage.processes), Counter())
    findings: list[Finding] = []
    counts: Counter[str] = Counter(sessions=1, blows=trio.blows.total())
    counts += Counter({f"{BLOW}{name}": times for name, times in trio.blows.items()})
    for each in trio.all:
        corner = Corner(stage, each)
        known = await evidence(corner)
        may_double = sum(times for task, times in lost_by_stops.items() if f"'{each.team.id}'" in task)
        findings += judge(corner, known, torn=may_double)
        for kind in trio.asked[each.team.id] - {operation.kind for operation in known.operations}:
            sentence = (
                f"{each.team.id}: the {kind} was acknowledged, and nothing came of it. {each.olga.screen(each.ops)}"
            )
            findings.append(Finding(Harm.LOST, sentence))
        counts += Counter(operations=len(known.operations), told_twice=doubled(corner))
        counts["creations"] += sum(operation.kind is Kind.CREATE for operation in known.operations)
    counts["posts"] = sum(call.method == "POST" for call in stage.vps.calls())
    bought = [call.fault or "" for call in stage.vps.calls(action="create") if call.effect]
    counts["answers_lost"] = sum("lost_reply" in faults for faults in bought)
    counts["shown_late"] = sum("late_list" in faults for faults in bought)
    counts["killed"] = sum(process.exit_status == KILLED for process in stage.processes)
    counts["torn"] = lost_by_stops.total()
    assert stage.watch.rows("SELECT standing, count(*) FROM schedules GROUP BY standing") == [("kept", WORKSPACES)]
    assert stage.watch.rows("SELECT count(*) FROM schedule_runs") == [(0,)], "tomorrow's is done tomorrow"
    seen = [each for each in findings if not each.sentence.endswith(_SEEN_BY_THE_PERSON)]
    once = {str(each): each for each in seen if each.harm is Harm.RULE}
    apart = [each for each in seen if each.harm is not Harm.RULE]
    return Session((*apart, *once.values()), counts, stopping, ", ".join(trio.story))
