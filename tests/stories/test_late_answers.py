"""A bot that is stopped in the middle of a call: others read meanwhile, and its answer comes late, or is not sent."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from bot.vps.http import HttpSend
from bot.vps.wire import Request, Response
from tests.stories.creating import bought, called, creates, opens, submits
from tests.stories.telling import times
from tests.world import World

UNKNOWN = "@olga app-1: no answer came to the creation, and whether it happened can't be seen."


@dataclass
class Provider:
    """The way to the provider. While `goes_on` isn't set, who has sent a change is stopped before it reads the answer.

    `timeouts`: the seconds that changes were given.
    """

    send: HttpSend = field(default_factory=HttpSend)
    sent: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)
    timeouts: list[float | None] = field(default_factory=list)

    async def __call__(self, request: Request, /) -> Response:
        """Sends it."""
        answer = await self.send(request)
        if request.changes:
            self.timeouts.append(request.timeout)
            self.sent.set()
            await self.goes_on.wait()
        return answer


@pytest.fixture
async def provider(fleet: World) -> AsyncIterator[Provider]:
    """How the bot of this story reaches it."""
    found = Provider()
    fleet.seams = replace(fleet.seams, send=found)
    await fleet.restart()
    yield found
    await found.send.close()


async def others_look(world: World, seconds: float) -> None:
    """The engine of another replica works meanwhile: the one that is stopped is in the middle of its step."""
    for _ in range(int(seconds / 5)):
        world.clock.move(seconds=5)
        await world.bot.engine.run_due(world.clock.now())


@pytest.mark.parametrize(("seconds", "told"), [(25, 0), (90, 1)], ids=["while it is read", "when it is unknown"])
async def test_a_server_s_id_that_comes_late_is_taken(
    fleet: World, provider: Provider, seconds: float, told: int
) -> None:
    fleet.vps.fault("late_list", action="create", times=1, seconds=300)
    await opens(fleet, fleet.olga)
    stopped = asyncio.create_task(submits(fleet, fleet.olga))
    await provider.sent.wait()
    await others_look(fleet, seconds)
    assert times(fleet.olga, UNKNOWN) == told
    provider.goes_on.set()
    await stopped
    await fleet.minutes_pass(8)
    assert times(fleet.olga, "@olga app-1 is ready:") == 1 and times(fleet.olga, UNKNOWN) == told
    assert bought(fleet) == called(fleet, "app-1") == 1


async def test_an_id_that_comes_after_a_person_s_word_changes_nothing_of_it(fleet: World, provider: Provider) -> None:
    fleet.vps.fault("late_list", action="create", times=1, seconds=100)
    await opens(fleet, fleet.olga)
    stopped = asyncio.create_task(submits(fleet, fleet.olga))
    await provider.sent.wait()
    await others_look(fleet, 105)
    assert times(fleet.olga, UNKNOWN) == 1
    await fleet.ada.clicks("It was created: adopt it")
    await others_look(fleet, 5)
    provider.goes_on.set()
    await stopped
    await fleet.minutes_pass(3)
    assert times(fleet.olga, "@olga app-1 is ready:") == 1
    assert bought(fleet) == called(fleet, "app-1") == 1


async def test_a_call_that_is_sent_late_gets_what_is_left_of_its_time(fleet: World, provider: Provider) -> None:
    provider.goes_on.set()
    await creates(fleet, fleet.olga)
    stops = iter((15, 25))

    def witness(name: str, moment: str) -> None:
        if (name, moment) == ("operations.call", "after"):
            fleet.clock.move(seconds=next(stops))

    fleet.seams = replace(fleet.seams, witness=witness)
    await fleet.restart()
    await fleet.olga.says("/vps reboot web-1", in_=fleet.ops)
    await fleet.minutes_pass(2)
    await fleet.olga.says("/vps stop db-1", in_=fleet.ops)
    await fleet.settle()
    usual, rest = provider.timeouts
    assert usual is not None and 19 < usual <= 20
    assert rest is not None and 4 < rest <= 5, "the other one was not sent: its time was over"
