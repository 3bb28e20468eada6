"""No workspace waits for another: fifty in one bot, many of them in trouble, the others told as if they were not.

The bot's own engine runs. Time is the clock's: it stands while anything can still be done at this moment, and then goes
on, whatever hangs. So how long somebody waited is a number that the machine's speed has no part in.
"""

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.engine.desk import MORE_ALTOGETHER, MORE_PER_WORKSPACE, Desk
from bot.engine.tickets import Ticket, Work
from bot.sandbox.clock import Clock
from bot.vps.errors import ProviderError, Trouble
from bot.vps.http import HttpSend
from bot.vps.wire import Request, Response
from tests.faults.neighbours import Neighbour, keep, neighbours
from tests.world import World, a_world

WORKSPACES = 50
FLEET = 35
"""Servers of each of two kinds, where the provider will hang: together more calls than the engine has hands."""

CROWD = 14
"""Workspaces beside it whose providers will hang, too: together they want more than all the places that are shared."""
FLEET_OF_THE_CROWD = MORE_PER_WORKSPACE + 2

IN_TROUBLE = 4 + CROWD

TICK = timedelta(seconds=0.5)
LONGEST = timedelta(minutes=2)
HANGS_FOR = timedelta(seconds=20)
"""After which the bot's own call gives up."""


@dataclass
class Provider:
    """The way to the provider; for some tokens it hangs, as long as the clock says."""

    clock: Clock
    send: HttpSend = field(default_factory=HttpSend)
    hanging: set[str] = field(default_factory=set)
    _waiting: list[tuple[datetime, asyncio.Event]] = field(default_factory=list)

    async def __call__(self, request: Request, /) -> Response:
        """Sends it, or gives up after twenty seconds of the clock."""
        if request.headers["Authorization"].rpartition(" ")[2] not in self.hanging:
            return await self.send(request)
        over = asyncio.Event()
        self._waiting.append((self.clock.now() + HANGS_FOR, over))
        await over.wait()
        raise ProviderError(Trouble.LOST, note="hung")

    def moved(self) -> None:
        """Ends what has hung for long enough."""
        for until, over in self._waiting:
            if until <= self.clock.now():
                over.set()
        self._waiting = [each for each in self._waiting if not each[1].is_set()]


@dataclass
class Pace:
    """The engine's work, and what it is at: by workspace, how many tickets; how often it looked, and finished that.

    `most`: by workspace, how many changes there were under way together; `together`: the same of all workspaces.
    """

    work: Work
    under_way: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    together: int = 0
    begun: int = 0
    looking: int = 0
    looked: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def due(self, now: datetime) -> list[Ticket]:
        """What is due: the beginning of a look."""
        self.looking += 1
        return await self.work.due(now)

    async def next_due(self) -> datetime | None:
        """When something will be: the end of a look."""
        upcoming = await self.work.next_due()
        self.looked = self.looking
        self.changed.set()
        return upcoming

    async def perform(self, ticket: Ticket, now: datetime) -> None:
        """Does it."""
        self.begun += 1
        self.under_way[ticket.workspace] += 1
        self.changes[ticket.workspace] += ticket.work == "operations"
        self.most[ticket.workspace] = max(self.most[ticket.workspace], self.changes[ticket.workspace])
        self.together = max(self.together, self.changes.total())
        try:
            await self.work.perform(ticket, now)
        finally:
            self.under_way[ticket.workspace] -= 1
            self.changes[ticket.workspace] -= ticket.work == "operations"
            self.changed.set()


@dataclass
class Street:
    """Fifty workspaces in one bot. `pace` is that of the bot that serves them now."""

    world: World
    provider: Provider
    all: tuple[Neighbour, ...]
    pace: Pace = field(init=False)

    def watched(self, work: Work) -> Work:
        """The seam through which a new bot's work goes."""
        self.pace = Pace(work)
        return self.pace

    async def ask(self, those: Sequence[Neighbour]) -> datetime:
        """They reboot what they have. The engine doesn't run yet."""
        asked = self.world.clock.now()
        for each in those:
            for servers in ("web-*", "db-*") if each is self.all[0] else ("web-*",):
                await each.olga.says(f"/vps reboot {servers}", in_=each.ops)
                await each.olga.clicks(next(label for label in each.olga.buttons if label.startswith("Reboot ")))
        return asked

    async def told(self, those: Sequence[Neighbour], since: datetime) -> list[float]:
        """Lets the engine run until they are all told: the seconds of the clock that each of them waited."""
        running = asyncio.create_task(self.world.bot.engine.run())
        found: dict[str, float] = {}
        while self.world.clock.now() < since + LONGEST and not found.keys() >= {each.team.id for each in those}:
            self.world.clock.move(seconds=TICK.total_seconds())
            self.provider.moved()
            await self._does_what_it_can()
            found = self.ends_told(since)
        await self.world.bot.engine.stop(0)
        await running
        return sorted(found.get(each.team.id, math.inf) for each in those)

    async def troubles_end(self) -> None:
        """The providers and Slack are well again, and everything comes to its end."""
        self.provider.hanging.clear()
        self.world.vps.clear_faults()
        self.world.clock.move(seconds=HANGS_FOR.total_seconds())
        self.provider.moved()
        await self.world.restart()
        await self.world.minutes_pass(2)

    def ends_told(self, since: datetime) -> dict[str, float]:
        """When Slack took the message that says an end, by workspace, in seconds since a time."""
        calls = self.world.slack.api_calls("chat.postMessage")
        sent = [call for call in calls if call.team and call.time > since.timestamp() and call.response.get("ok")]
        return {
            call.team: round(call.time - since.timestamp(), 3)
            for call in sent
            if any(words in str(call.request) for words in ("active again", "was not rebooted"))
        }

    async def _does_what_it_can(self) -> None:
        """Until the engine, having looked once more, began nothing and has nothing in hand but what hangs."""
        async with asyncio.timeout(60):
            while True:
                await self._until(lambda: self._in_hand() == 0)
                begun = self.pace.begun
                await self._looks_once_more()
                if self.pace.begun == begun and self._in_hand() == 0:
                    return

    async def _looks_once_more(self) -> None:
        look = self.pace.looking + 1
        self.world.bot.engine.wake()
        await self._until(lambda: self.pace.looked >= look)

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self.pace.changed.clear()
            await self.pace.changed.wait()

    def _in_hand(self) -> int:
        hangs = {each.team.id for each in self.all if each.token in self.provider.hanging}
        return sum(count for workspace, count in self.pace.under_way.items() if workspace not in hangs)


@asynccontextmanager
async def a_street(folder: Path) -> AsyncIterator[Street]:
    """All have installed the app and connected an account with servers that run."""
    async with a_world(folder, many=True) as world:
        street = Street(world, Provider(world.clock), neighbours(world.slack, world.vps, WORKSPACES))
        world.seams = replace(world.seams, send=street.provider, work=street.watched)
        await world.restart()
        await keep(world.bot.store, street.all, world.clock.now())
        for place, each in enumerate(street.all[1:], 1):
            in_the_crowd = IN_TROUBLE - CROWD <= place < IN_TROUBLE
            for number in range(FLEET_OF_THE_CROWD if in_the_crowd else 1):
                world.vps.add_server(f"web-{number}", token=each.token)
        for number in range(FLEET):
            for name in ("web", "db"):
                world.vps.add_server(f"{name}-{number}", token=street.all[0].token)
        try:
            yield street
        finally:
            await street.provider.send.close()


def p99(times: Sequence[float]) -> float:
    """The nearest rank."""
    return times[math.ceil(len(times) * 0.99) - 1]


@pytest.mark.long
async def test_fifty_workspaces_of_which_many_are_in_trouble(tmp_path: Path) -> None:
    async with a_street(tmp_path) as street:
        world, calm = street.world, street.all[IN_TROUBLE:]
        hangs, limited, revoked, unheard, *crowd = street.all[:IN_TROUBLE]
        alone = await street.told(calm, await street.ask(calm))
        await street.troubles_end()

        asked = await street.ask(street.all)
        street.provider.hanging |= {hangs.token, *(each.token for each in crowd)}
        world.vps.fault("status", status=429, retry_after=30, token=limited.token)
        world.vps.revoke(revoked.token)
        world.slack.fail("chat.postMessage", error="ratelimited", times=3, retry_after=20, team=unheard.team)
        beside = await street.told(calm, asked)
        assert p99(alone) == p99(beside) < 10
        assert alone == beside
        assert street.pace.most[hangs.team.id] == 1 + MORE_PER_WORKSPACE, "it hangs with as many hands as it may use"
        assert street.pace.together >= len((hangs, *crowd)) + MORE_ALTOGETHER, "and they take all that is shared"
        assert street.ends_told(asked).keys() & {each.team.id for each in street.all[:IN_TROUBLE]} == {revoked.team.id}

        await street.troubles_end()
        assert street.ends_told(asked).keys() == {each.team.id for each in street.all}, "they are told, too"
        assert len(world.vps.calls(action="reboot", token=hangs.token)) == 2 * FLEET


class Hangs:
    """Work that never ends. `begun`: the tickets whose work began."""

    def __init__(self) -> None:
        self.begun: list[Ticket] = []

    async def due(self, _now: datetime) -> list[Ticket]:
        """Nothing by itself."""
        return []

    async def next_due(self) -> datetime | None:
        """Never."""
        return None

    async def perform(self, ticket: Ticket, _now: datetime) -> None:
        """Hangs."""
        self.begun.append(ticket)
        await asyncio.Event().wait()


async def test_whatever_hangs_elsewhere_each_kind_of_work_has_its_place_in_each_workspace() -> None:
    works, now, hangs = ("tell", "take up", "notes", "sink", "operations"), Clock().now(), Hangs()
    desk = Desk(hangs, Clock().now, lambda: None)
    desk.start((Ticket(f"T{n}", work, str(k)) for work in works for k in range(20) for n in range(100)), now)
    await asyncio.sleep(0)
    assert len(hangs.begun) == 100 * len(works) + MORE_ALTOGETHER, "these hang as much as they can"
    late = [Ticket("LATE", work, subject) for work in works for subject in ("one", "two")]
    desk.start(late, now)
    await asyncio.sleep(0)
    assert hangs.begun[-len(works) :] == [ticket for ticket in late if ticket.subject == "one"]
