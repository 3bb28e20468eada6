"""The log holds every refusal: of a change, and of a word on somebody's request, with a reason that stays the same."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.sandbox.slack.person import LocalPerson
from bot.slack.ids import ActionId
from bot.store import operations
from tests.stories.creating import creates
from tests.stories.deleting import asks, breaks_glass, buttons_of, card_of, decided, deletions
from tests.stories.governing import second_admin, types
from tests.stories.telling import button, changes, forged, times
from tests.world import World

Story = Callable[[World], Awaitable[object]]


async def frozen(world: World) -> None:
    """Amir freezes everything."""
    await types(world, world.amir, "freeze a leak")


async def fills_dialog(world: World) -> None:
    """Olga opens the dialog that deletes web-1, and fills it."""
    await world.olga.says("/vps delete web-1", in_=world.ops)
    await world.settle()
    await world.olga.fills("Type the server's name to confirm", "web-1")
    await world.olga.fills("Reason", "It was a test machine.")


async def renamed_meanwhile(world: World) -> None:
    """Another server stands behind the dialog than the one it showed."""
    await fills_dialog(world)
    world.vps.change("web-1", hostname="other.example.com")


async def gone_meanwhile(world: World) -> None:
    """Somebody deletes it in the panel."""
    await fills_dialog(world)
    world.vps.remove("web-1")


async def submits(world: World) -> None:
    """Olga submits what she filled in."""
    await world.olga.submits()
    await world.settle()


async def over_budget(world: World) -> None:
    """No deletion is free of one approver more, so none can be done alone."""
    await decided(world, hourly=0)


async def alone(world: World) -> None:
    """Ada is the only one who could approve anything."""
    await types(world, world.ada, "access revoke @amir")


def says(who: str, text: str) -> Story:
    """A person types a command."""

    async def story(world: World) -> None:
        await types(world, world.team.people[who], text)

    return story


async def waits(world: World) -> None:
    """Olga's deletion of web-1 waits for consent."""
    await asks(world, world.olga)


async def done(world: World) -> None:
    """And it was done."""
    await waits(world)
    await world.amir.clicks("Approve")
    await world.seconds_pass(30)


async def waits_frozen(world: World) -> None:
    """And then everything is frozen."""
    await waits(world)
    await frozen(world)


def clicks(who: str, label: str) -> Story:
    """A person presses a button of the card."""

    async def story(world: World) -> None:
        person = world.team.people[who]
        await person.clicks(label, on=card_of(world, person))
        await world.settle()

    return story


async def clicks_late(world: World) -> None:
    """Ada's click on a card that showed its buttons still."""
    async with world.bot.store.read() as tx:
        [ended] = await operations.history(tx, world.team.id, "12345", limit=1, before=None)
    await forged(world, world.ada, **button(ActionId.REQUEST_APPROVE, ended.request))
    world.slack.forget_problems()


async def creates_one(world: World) -> None:
    """Olga fills the dialog of a creation."""
    await creates(world, world.olga, "app-1")


async def edits_one(world: World) -> None:
    """Olga fills the dialog that edits web-1."""
    await world.olga.says("/vps edit web-1", in_=world.ops)
    await world.settle()
    await world.olga.fills("Hostname", "shop.example.com")
    await submits(world)


async def stops_both(world: World) -> None:
    """Olga stops two servers in one go."""
    await world.olga.says("/vps stop web-*", in_=world.ops)
    await world.olga.clicks("Stop 2 servers")
    await world.settle()


REFUSED: dict[str, tuple[Story | None, Story, str, str]] = {
    "power while frozen": (
        frozen,
        says("olga", "reboot web-1"),
        "U0OLGA change.refused web-1: frozen",
        "@olga was refused reboot on web-1: frozen",
    ),
    "several while frozen": (
        frozen,
        stops_both,
        "U0OLGA change.refused 2 servers: frozen",
        "@olga was refused stop on 2 servers (web-1, web-2): frozen",
    ),
    "deleting while frozen": (
        frozen,
        says("olga", "delete web-1"),
        "U0OLGA change.refused web-1: frozen",
        "@olga was refused delete on web-1: frozen",
    ),
    "creating while frozen": (
        frozen,
        says("olga", "create app-1"),
        "U0OLGA change.refused app-1: frozen",
        "@olga was refused create on app-1: frozen",
    ),
    "renaming while frozen": (
        frozen,
        says("olga", "rename web-1 shop-1"),
        "U0OLGA change.refused web-1: frozen",
        "@olga was refused rename on web-1: frozen",
    ),
    "editing while frozen": (
        frozen,
        edits_one,
        "U0OLGA change.refused web-1: frozen",
        "@olga was refused edit on web-1: frozen",
    ),
    "planning while frozen": (
        frozen,
        says("olga", "at 23:00 reboot web-1"),
        "U0OLGA change.refused web-1: frozen",
        "@olga was refused reboot on web-1: frozen",
    ),
    "deleting what is protected": (
        says("ada", "protect web-1"),
        says("olga", "delete web-1"),
        "U0OLGA change.refused web-1: protected",
        "@olga was refused delete on web-1: protected",
    ),
    "breaking the glass over the budget": (
        over_budget,
        breaks_glass,
        "U0ADA change.refused web-1: over_budget",
        "@ada was refused delete on web-1: over budget",
    ),
    "deleting when nobody could approve": (
        alone,
        says("ada", "delete web-1"),
        "U0ADA change.refused web-1: nobody_could",
        "@ada was refused delete on web-1: nobody could",
    ),
    "planning what nobody could approve": (
        alone,
        says("ada", 'at 23:00 delete web-1 reason="old"'),
        "U0ADA change.refused web-1: nobody_could",
        "@ada was refused delete on web-1: nobody could",
    ),
    "a name that is taken": (
        None,
        says("olga", "rename web-1 web-2"),
        "U0OLGA change.refused web-1: name_taken",
        "@olga was refused rename on web-1: name taken",
    ),
    "a server that somebody's request holds": (
        waits,
        says("amir", "reboot web-1"),
        "U0AMIR change.refused web-1: busy",
        "@amir was refused reboot on web-1: busy",
    ),
    "a second request for the same": (
        waits,
        says("amir", "delete web-1"),
        "U0AMIR change.refused web-1: busy",
        "@amir was refused delete on web-1: busy",
    ),
    "a server that is gone meanwhile": (
        gone_meanwhile,
        submits,
        "U0OLGA change.refused web-1: vanished",
        "@olga was refused delete on web-1: vanished",
    ),
    "a server that was changed meanwhile": (
        renamed_meanwhile,
        submits,
        "U0OLGA change.refused web-1: changed",
        "@olga was refused delete on web-1: changed",
    ),
    "approving one's own": (
        lambda world: asks(world, world.amir),
        clicks("amir", "Approve"),
        "U0AMIR request.refused web-1: own",
        "@amir had no word in a request about web-1: own",
    ),
    "cancelling somebody else's": (
        waits,
        clicks("amir", "Cancel"),
        "U0AMIR request.refused web-1: not_theirs",
        "@amir had no word in a request about web-1: not theirs",
    ),
    "approving too late": (
        done,
        clicks_late,
        "U0ADA request.refused web-1: too_late",
        "@ada had no word in a request about web-1: too late",
    ),
    "approving while frozen": (
        waits_frozen,
        clicks("ada", "Approve"),
        "U0ADA request.refused web-1: frozen",
        "@ada had no word in a request about web-1: frozen",
    ),
}


@pytest.mark.parametrize("what", list(REFUSED))
async def test_it_is_in_the_log_once_and_nothing_is_done(deleting: World, what: str) -> None:
    before, acts, entry, sentence = REFUSED[what]
    if before:
        await before(deleting)
    already, done_before = len(await deleting.log()), changes(deleting)
    await acts(deleting)
    assert [line for line in (await deleting.log())[already:] if ".refused" in line] == [entry]
    assert changes(deleting) == done_before
    assert f"{sentence}\n" in await types(deleting, deleting.ada, "audit")
    await deleting.seconds_pass(20)
    assert changes(deleting) == done_before and isinstance(await deleting.verified(), int)


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


@pytest.mark.parametrize("typed", ["rename web-1 shop-1", "edit web-1", "create app-1"])
async def test_who_changes_something_while_frozen_is_told_who_froze_it_and_why(deleting: World, typed: str) -> None:
    if typed == "create app-1":  # frozen while the dialog is open
        await deleting.olga.says("/vps create app-1", in_=deleting.ops)
        await deleting.settle()
        for label in ("Plan", "Operating system", "Location"):
            await deleting.olga.chooses(label, deleting.olga.options_of(label)[0])
            await deleting.settle()
        await frozen(deleting)
        await submits(deleting)
    else:
        await frozen(deleting)
        await (edits_one if typed == "edit web-1" else says("olga", typed))(deleting)
    told = deleting.olga.dialog.text if deleting.olga.dialog else deleting.olga.screen()
    assert "Everything is frozen: @amir stopped all changes" in told and "Their reason: “a leak”" in told
    assert changes(deleting) == 0


async def test_denying_changes_nothing_so_it_counts_while_frozen(deleting: World) -> None:
    await waits_frozen(deleting)
    await deleting.ada.clicks("Deny", on=card_of(deleting, deleting.ada))
    await deleting.settle()
    assert await deleting.ada.submits() == {}
    await deleting.seconds_pass(3)
    assert deleting.olga.sees("@olga web-1 was not deleted: @ada denied it.") and deletions(deleting) == 0
