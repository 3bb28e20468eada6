"""Refusals by the dozen are folded in the log, and who is refused too often waits; who is only late does not."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.sandbox.slack.person import LocalPerson
from bot.slack.ids import ActionId
from tests.stories.deleting import buttons_of, card_of, decided
from tests.stories.governing import second_admin, types
from tests.stories.refusing import (
    Story,
    alone,
    clicks_late,
    done,
    frozen,
    waits,
)
from tests.stories.telling import button, forged, times
from tests.world import World


async def test_a_flood_of_them_is_folded(deleting: World) -> None:
    await frozen(deleting)
    for _ in range(12):
        await deleting.olga.says("/vps reboot web-1", in_=deleting.ops)
    await deleting.minutes_pass(11)
    refused = [line for line in await deleting.log() if "U0OLGA" in line and ".refused" in line]
    assert refused == ["U0OLGA change.refused web-1: frozen"] * 5 + ["U0OLGA permission.refused : flood"]
    assert "@olga was refused 7 times more within ten minutes" in await types(deleting, deleting.ada, "audit")


SLOWED = "refusals within minutes. I answer you again"


@pytest.mark.parametrize(
    ("who", "before", "typed"),
    [
        ("olga", frozen, "reboot web-1"),
        ("olga", None, "can @vera reboot web-1"),
        ("vera", None, "reboot web-1"),
        ("ada", alone, "delete web-1"),
    ],
)
async def test_who_is_refused_too_often_waits_whatever_it_was(
    deleting: World, who: str, before: Story | None, typed: str
) -> None:
    if before:
        await before(deleting)
    person = deleting.team.people[who]
    for _ in range(15):
        await types(deleting, person, typed)
    assert not person.sees(SLOWED)
    assert f"That is 15 {SLOWED}" in await types(deleting, person, typed)
    await deleting.minutes_pass(2)
    assert SLOWED not in await types(deleting, person, "list")


async def test_so_does_who_makes_up_buttons(deleting: World) -> None:
    for turn in range(15):
        await forged(deleting, deleting.vera, **button(ActionId.ACCESS_ASK, f"9{turn:03}"))
    assert SLOWED in await types(deleting, deleting.vera, "list")
    deleting.slack.forget_problems()


async def test_who_asks_second_again_and_again_is_in_the_log_with_a_count_and_never_waits(deleting: World) -> None:
    await waits(deleting)
    began = len(deleting.slack.deliveries("command"))
    await asyncio.gather(*(deleting.amir.says("/vps reboot web-1", in_=deleting.ops) for _ in range(50)))
    await deleting.settle()
    assert times(deleting.amir, "web-1: @olga asked to delete it") == 50
    assert max(exchange.ms for exchange in deleting.slack.deliveries("command")[began:]) < 3000
    await deleting.minutes_pass(11)
    refused = [line for line in await deleting.log() if "U0AMIR" in line and ".refused" in line]
    assert refused == ["U0AMIR change.refused web-1: busy"] * 5 + ["U0AMIR change.refused : busy"]
    said = "@amir asked 45 times more within ten minutes for what was busy"
    assert said in await types(deleting, deleting.ada, "audit")


async def test_nor_does_who_votes_too_late(deleting: World) -> None:
    await done(deleting)
    for _ in range(20):
        await clicks_late(deleting)
    assert SLOWED not in await types(deleting, deleting.ada, "list")
    await deleting.minutes_pass(11)
    refused = [line for line in await deleting.log() if "U0ADA" in line and ".refused" in line]
    assert refused == ["U0ADA request.refused web-1: too_late"] * 5 + ["U0ADA request.refused : too_late"]
    assert "@ada was too late 15 times more within ten minutes" in await types(deleting, deleting.ada, "audit")


async def voted_already(world: World) -> tuple[LocalPerson, dict[str, object]]:
    """Amir has said yes, and one yes is missing."""
    await decided(world, approvals=2)
    await waits(world)
    value = buttons_of(card_of(world, world.amir))["Approve"]
    await world.amir.clicks("Approve")
    return world.amir, button(ActionId.REQUEST_APPROVE, value)


async def agreed_already(world: World) -> tuple[LocalPerson, dict[str, object]]:
    """Amir has agreed that Noor becomes approver."""
    await second_admin(world)
    await types(world, world.ada, "access grant @noor approver")
    await world.seconds_pass(3)
    [card] = [each for each in world.amir.messages() if "do you agree?" in world.amir.reads(each)]
    value = buttons_of(card)["Agree"]
    await world.amir.clicks("Agree")
    return world.amir, button(ActionId.PROPOSAL_AGREE, value)


async def answered_already(world: World) -> tuple[LocalPerson, dict[str, object]]:
    """Ada has declined to give Noor a role."""
    await world.noor.says("/vps list", in_=world.ops)
    await world.noor.clicks("Ask for access")
    await world.seconds_pass(3)
    [card] = [each for each in world.ada.messages() if "@noor asks for viewer" in world.ada.reads(each)]
    value = buttons_of(card)["Decline"]
    await world.ada.clicks("Decline")
    return world.ada, button(ActionId.ACCESS_DECLINE, value)


async def looked_already(world: World) -> tuple[LocalPerson, dict[str, object]]:
    """Olga has let the bot look once more at a reboot of unknown end."""
    world.vps.fault("closed_before", action="reboot", times=1)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.minutes_pass(3)
    [told] = [each for each in world.olga.messages(world.ops) if "Check again" in world.olga.reads(each)]
    value = buttons_of(told)["Check again"]
    await world.olga.clicks("Check again", on=told)
    return world.olga, button(ActionId.REQUEST_LOOK_AGAIN, value)


@pytest.mark.parametrize("already", [voted_already, agreed_already, answered_already, looked_already])
async def test_nor_does_who_clicks_what_is_settled_already(
    deleting: World, already: Callable[[World], Awaitable[tuple[LocalPerson, dict[str, object]]]]
) -> None:
    person, click = await already(deleting)
    before = len(await deleting.log())
    for _ in range(16):
        await forged(deleting, person, **click)
    assert sum(".refused" in line for line in (await deleting.log())[before:]) == 5, "each is one, until it is a flood"
    assert SLOWED not in await types(deleting, person, "help")
    deleting.slack.forget_problems()
