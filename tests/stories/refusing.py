"""What the stories about refusals share: what people do that is refused, and what stands before it."""

from collections.abc import Awaitable, Callable

from bot.slack.ids import ActionId
from bot.store import operations
from tests.stories.deleting import asks, card_of, decided
from tests.stories.governing import types
from tests.stories.telling import button, forged
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


def presses_late(who: str, action: ActionId) -> Story:
    """A person's click on a card that showed its buttons still."""

    async def story(world: World) -> None:
        async with world.bot.store.read() as tx:
            [ended] = await operations.history(tx, world.team.id, "12345", limit=1, before=None)
        await forged(world, world.team.people[who], **button(action, ended.request))
        world.slack.forget_problems()

    return story


clicks_late = presses_late("ada", ActionId.REQUEST_APPROVE)


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
