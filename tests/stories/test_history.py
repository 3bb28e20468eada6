"""The log and the history of a server, read in Slack."""

from tests.stories.telling import BOTH_WAYS, last
from tests.world import World

pytestmark = BOTH_WAYS


async def test_the_auditor_reads_and_changes_nothing(world: World) -> None:
    world.has_server("web-1")
    await world.ada.says("/vps access grant @noor auditor", in_=world.ops)
    await world.noor.says("/vps audit", in_=world.ops)
    assert world.noor.sees("@ada made @noor auditor")
    await world.noor.says("/vps access", in_=world.ops)
    assert world.noor.sees("@olga is operator")
    await world.noor.says("/vps access grant @noor admin", in_=world.ops)
    assert world.noor.sees("You are auditor here; this takes admin.")
    await world.noor.says("/vps reboot web-1", in_=world.ops)
    assert world.noor.sees("You are auditor here; this takes operator.")


async def test_the_log_is_searched_and_paged(world: World) -> None:
    world.has_server("web-1")
    for _ in range(6):
        await world.olga.says("/vps reboot web-1", in_=world.ops)
        await world.seconds_pass(12)
    await world.ada.says("/vps audit web-1", in_=world.ops)
    await world.ada.clicks("Next")
    await world.settle()
    assert world.ada.sees("@olga asked to reboot web-1")
    await world.ada.clicks("Previous")
    await world.settle()
    assert "[Next]" in world.ada.screen() and "[Previous]" not in world.ada.screen()
    await world.ada.says("/vps audit since=tuesday", in_=world.ops)
    assert world.ada.sees("Since when? tuesday is not it")


async def test_one_persons_doings_with_one_server_since_a_week_are_paged(world: World) -> None:
    for name in ("web-1", "web-2"):
        world.has_server(name)
    await world.olga.says("/vps note web-1 too long ago", in_=world.ops)
    world.clock.move(days=8)
    for number in range(11):
        await world.olga.says(f"/vps note web-1 word-{number}.", in_=world.ops)
    await world.olga.says("/vps note web-2 another server", in_=world.ops)
    await world.amir.says("/vps note web-1 somebody else", in_=world.ops)
    await world.ada.says("/vps audit @olga web-1 since=7d", in_=world.ada.direct)
    first = last(world.ada)
    assert [f"word-{number}." in first for number in range(11)] == [False] + [True] * 10, "newest first, ten of them"
    await world.ada.clicks("Next")
    await world.settle()
    second = last(world.ada)
    assert [f"word-{number}." in second for number in range(11)] == [True] + [False] * 10
    for other in ("too long ago", "another server", "somebody else"):
        assert other not in first + second, other
    await world.ada.clicks("Previous")
    await world.settle()
    assert last(world.ada) == first


async def test_the_history_of_a_server_is_for_those_who_may_see_it(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(10)
    await world.vera.says("/vps history web-1", in_=world.ops)
    assert world.vera.sees("@olga · reboot: succeeded after 6 s")
    await world.noor.says("/vps history web-1", in_=world.ops)
    assert not world.noor.sees("succeeded")


async def test_the_history_of_a_server_that_is_gone_is_found_by_its_name(world: World) -> None:
    world.has_server("web-1")
    world.has_server("web-2")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(10)
    world.vps.remove("web-1")
    await world.minutes_pass(1)
    await world.vera.says("/vps history web-1", in_=world.ops)
    assert last(world.vera).startswith("web-1 · what was done from here")
    assert "@olga · reboot: succeeded" in last(world.vera)
    await world.vera.says("/vps history web-3", in_=world.ops)
    assert last(world.vera).startswith("There is no server web-3.")
    await world.ada.says("/vps access grant @noor viewer db-*", in_=world.ops)
    await world.noor.says("/vps history web-1", in_=world.ops)
    assert last(world.noor).startswith("There is no server web-1."), "who holds a role for others learns nothing of it"
