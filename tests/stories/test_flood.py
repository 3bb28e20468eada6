"""A flood of refusals by one person is folded into one entry with a count, and slowed."""

from bot.slack.ids import ActionId
from tests.stories.telling import BOTH_WAYS, button, forged, times
from tests.world import World

pytestmark = BOTH_WAYS


async def test_a_flood_of_refusals_is_one_entry_with_a_count_and_slowed(world: World) -> None:
    for _ in range(40):
        await world.noor.says("/vps list", in_=world.ops)
    assert world.noor.sees("refusals within minutes. I answer you again")
    await world.minutes_pass(11)
    refused = [line for line in await world.log() if line.startswith("U0NOOR permission.refused")]
    assert len(refused) == 6, "five by themselves, the rest as one"
    assert refused[-1].endswith("flood")
    await world.ada.says("/vps audit @noor", in_=world.ops)
    assert world.ada.sees(
        "@noor was refused 35 times more within ten minutes: no grant (25 of them unheard, while slowed)"
    )


async def test_what_was_asked_unheard_is_counted_also_after_a_crash(world: World) -> None:
    for _ in range(20):
        await world.noor.says("/vps list", in_=world.ops)
    await world.seconds_pass(6)
    for _ in range(20):
        await world.noor.says("/vps list", in_=world.ops)
    await world.seconds_pass(6)
    await world.crash_bot()
    await world.start_bot()
    await world.minutes_pass(11)
    await world.ada.says("/vps audit @noor", in_=world.ops)
    assert world.ada.sees(
        "@noor was refused 35 times more within ten minutes: no grant (25 of them unheard, while slowed)"
    )


async def test_unlike_refusals_are_folded_apart_and_slow_together(world: World) -> None:
    world.has_server("web-1")
    for turn in range(7):
        await world.vera.says("/vps reboot web-1", in_=world.ops)
        await forged(world, world.vera, **button(ActionId.ACCESS_ASK, f"9{turn:03}"))
    assert not world.vera.sees("refusals within minutes")
    await world.vera.says("/vps access grant @vera admin", in_=world.ops)
    for _ in range(3):
        await world.vera.says("/vps list", in_=world.ops)
    assert times(world.vera, "That is 15 refusals within minutes. I answer you again") == 3
    await world.minutes_pass(11)
    refused = [line for line in await world.log() if line.startswith("U0VERA") and ".refused" in line]
    assert [line.endswith("flood") for line in refused] == [False] * 10 + [True] * 2
    await world.ada.says("/vps audit @vera", in_=world.ops)
    said = "@vera was refused {} times more within ten minutes: {}"
    assert world.ada.sees(said.format(6, "role too low")) and world.ada.sees(said.format(2, "no such refusal"))
    assert world.ada.sees("(3 of them unheard, while slowed)")
    world.slack.forget_problems()


async def test_who_goes_on_unheard_when_the_window_is_over_is_counted_still(world: World) -> None:
    await world.noor.says("/vps list", in_=world.ops)
    await world.seconds_pass(570)
    for _ in range(14):
        await world.noor.says("/vps list", in_=world.ops)
    await world.seconds_pass(40)
    for _ in range(4):
        await world.noor.says("/vps list", in_=world.ops)
    await world.minutes_pass(5)
    await world.ada.says("/vps audit @noor", in_=world.ops)
    assert world.ada.sees("@noor was refused 10 times more within ten minutes: no grant")
    assert world.ada.sees("@noor was refused 4 times more within ten minutes (4 of them unheard, while slowed)")
    await world.minutes_pass(30)
    await world.noor.says("/vps list", in_=world.ops)
    await world.minutes_pass(11)
    assert sum("flood" in line for line in await world.log()) == 2
