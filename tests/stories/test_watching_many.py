"""Many servers that are waited for in one workspace: one reading of the list serves them all, and 429 stops it."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from sqlalchemy import Connection, Engine, event

from bot.operations.advance import AT_ONCE
from bot.vps.retry import TRIES
from bot.workspaces.resting import FIRST_REST, LONGEST_UNTOLD_REST
from tests.stories.governing import connects
from tests.world import World

MANY = 20


async def reboots_one_a_second(world: World) -> None:
    """Twenty reboots that never end, each asked for a second after the one before."""
    world.vps.settings.reboot_seconds = None
    for number in range(MANY):
        world.has_server(f"web-{number}")
    for number in range(MANY):
        await world.olga.says(f"/vps reboot web-{number}", in_=world.olga.direct)
        await world.seconds_pass(1)


def lists(world: World) -> int:
    """How often the list was read."""
    return len(world.vps.calls(action="list"))


async def test_those_asked_for_at_different_seconds_are_looked_at_together(world: World) -> None:
    await reboots_one_a_second(world)
    await world.seconds_pass(70)
    world.vps.clear_calls()
    await world.minutes_pass(3)
    assert 6 <= lists(world) <= 8, "every half minute, however many there are"
    assert world.vps.calls(action="show") == []


@contextmanager
def transactions() -> Iterator[list[Connection]]:
    """Those that any database begins meanwhile."""
    begun: list[Connection] = []
    keep = begun.append
    event.listen(Engine, "begin", keep)
    try:
        yield begun
    finally:
        event.remove(Engine, "begin", keep)


async def test_of_an_account_without_a_name_one_reading_decides_for_all(world: World) -> None:
    await connects(world, world.vps.token, "")
    await world.seconds_pass(1)
    await reboots_one_a_second(world)
    await world.seconds_pass(70)
    world.vps.clear_calls()
    with transactions() as begun:
        await world.minutes_pass(3)
    assert len(begun) < MANY * lists(world)


async def test_a_429_stops_all_looks_until_it_is_over(world: World) -> None:
    await reboots_one_a_second(world)
    world.vps.clear_calls()
    world.vps.fault("status", action="list", status=429, retry_after="120", times=1)
    await world.seconds_pass(60)
    [limited] = world.vps.calls(action="list")
    for number in (MANY, MANY + 1):
        server = world.has_server(f"web-{number}")
        await world.olga.says(f"/vps reboot {server.id}", in_=world.olga.direct)
    asked = lists(world)  # the people's own questions
    await world.seconds_pass(59)
    assert lists(world) == asked
    await world.seconds_pass(20)
    later = [call.time for call in world.vps.calls(action="list")][asked:]
    assert later and (later[0] - limited.time).total_seconds() >= 120


async def test_a_429_that_names_no_time_is_asked_ever_more_rarely(world: World) -> None:
    world.vps.settings.reboot_seconds = None
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(60)
    world.vps.clear_calls()
    world.vps.fault("status", action="list", status=429)
    for minutes in (2, 20):
        await world.minutes_pass(minutes)
        looks = [call.time for call in world.vps.calls(action="list")][::TRIES]
        rests = [(later - earlier).total_seconds() for earlier, later in pairwise(looks)]
        assert all(rest >= FIRST_REST.total_seconds() for rest in rests), rests
        assert rests == sorted(rests), "never sooner than the last time"
    assert rests[-1] >= LONGEST_UNTOLD_REST.total_seconds()
    world.vps.clear_faults()
    world.vps.change("web-1", status="active")
    await world.minutes_pass(5)
    assert world.olga.sees("@olga web-1 is active again. It took")


async def test_a_429_that_names_no_time_rests_all_that_wait(world: World) -> None:
    await reboots_one_a_second(world)
    world.vps.clear_calls()
    world.vps.fault("status", action="list", status=429)
    await world.seconds_pass(29)
    assert lists(world) == TRIES, "one look, and nobody else's within the half minute after it"


async def test_a_429_of_one_servers_own_page_rests_all_that_wait(world: World) -> None:
    await reboots_one_a_second(world)
    for number in range(MANY):
        world.vps.change(f"web-{number}", status="active")
    world.vps.clear_calls()
    world.vps.fault("status", action="show", status=429)
    await world.minutes_pass(2)
    looks = lists(world)
    assert 1 <= looks <= 4, "every half minute at most"
    assert len(world.vps.calls(action="show")) <= looks * AT_ONCE * TRIES, "those that are read at once, and no others"
    world.vps.clear_faults()
    await world.minutes_pass(3)
    assert world.olga.screen(world.olga.direct).count("is active again. It took") == MANY


async def test_a_429_that_names_no_time_after_a_short_one_that_does_is_half_a_minute(world: World) -> None:
    await reboots_one_a_second(world)
    world.vps.clear_calls()
    world.vps.fault("status", action="list", status=429, retry_after="1", times=TRIES)
    world.vps.fault("status", action="list", status=429)
    await world.seconds_pass(59)
    assert lists(world) <= 3 * TRIES


async def test_they_all_come_to_their_end(world: World) -> None:
    await reboots_one_a_second(world)
    for number in range(MANY):
        world.vps.change(f"web-{number}", status="active")
    await world.minutes_pass(3)
    assert world.olga.screen(world.olga.direct).count("is active again. It took") == MANY


async def test_a_retry_after_of_a_day_makes_nobody_blind_for_a_day(world: World) -> None:
    world.vps.settings.reboot_seconds = None
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.settle()
    world.vps.fault("status", action="list", status=429, retry_after="86400", times=1)
    await world.seconds_pass(60)
    world.vps.change("web-1", status="active")
    await world.minutes_pass(16)
    assert world.olga.sees("@olga web-1 is active again. It took")
