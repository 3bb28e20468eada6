"""What the stories about policy and power share: two admins, and the settings dialog, another token."""

from bot.operations import connecting
from bot.sandbox.slack.person import LocalPerson
from tests.world import World


async def second_admin(world: World) -> LocalPerson:
    """Amir is admin beside Ada: while she was alone, she could make him one by herself."""
    await world.ada.says("/vps access grant @amir admin", in_=world.ada.direct)
    await world.seconds_pass(3)
    assert world.amir.sees("@ada made you admin")
    return world.amir


async def opens_settings(world: World) -> LocalPerson:
    """Ada opens the dialog."""
    who = world.ada
    await who.says("/vps settings", in_=who.direct)
    await world.settle()
    await who.clicks("Change…", on=who.messages(who.direct)[-1])
    await world.settle()
    return who


async def saves(world: World, **typed: str) -> dict[str, str]:
    """Ada opens the dialog, types into it (`_` for a label's spaces), and submits; the errors at its inputs."""
    who = await opens_settings(world)
    for label, text in typed.items():
        await who.fills(label.replace("_", " "), text)
    errors = await who.submits()
    await world.settle()
    return errors


async def answer_of(world: World, person: LocalPerson) -> str:
    """What the dialog shows after it was submitted; it is closed then."""
    dialog = person.dialog
    assert dialog is not None
    await person.closes_dialog()
    return dialog.text


async def types(world: World, person: LocalPerson, text: str) -> str:
    """Types a command to the bot directly, and gives the newest message there."""
    await person.says(f"/vps {text}", in_=person.direct)
    await world.settle()
    return person.reads(person.messages(person.direct)[-1])


async def connects(world: World, token: str, account: str) -> None:
    """Another token is connected, of an account that says this of itself, as when an admin's dialog was taken."""
    parts = world.bot.parts
    async with world.bot.store.begin("story", world.team.id) as tx:
        given = {"token": token, "dialect": "documented", "account": account}
        await connecting.connect(tx, parts, world.team.id, **given, by=world.ada.id, now=world.clock.now())
    parts.snapshots.forget_all()
    parts.directory.forget(world.team.id)
