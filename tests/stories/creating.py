"""What the stories about creating share: filling the dialog, and what the provider was sold."""

from bot.sandbox.slack.person import LocalPerson
from tests.world import World

PLAN = "Standard VPS · 2 vCPU, 4 GB, 80 GB disk, 20.00 a month"


async def opens(
    world: World, person: LocalPerson, name: str = "app-1", *, command: str = "create", **inputs: str
) -> None:
    """Types the command and fills the dialog, but doesn't submit it."""
    await person.says(f"/vps {command} {name}", in_=world.ops)
    await world.settle()
    for label, option in (("Plan", PLAN), ("Operating system", "Ubuntu 22.04 LTS"), ("Location", "us-west")):
        await person.chooses(label, inputs.get(label.split()[0].lower(), option))
        await world.settle()


async def creates(world: World, person: LocalPerson, name: str = "app-1", **inputs: str) -> dict[str, str]:
    """The same, submitted; what stands at the inputs afterwards."""
    await opens(world, person, name, **inputs)
    return await submits(world, person)


async def submits(world: World, person: LocalPerson) -> dict[str, str]:
    """Submits the open dialog, and closes what it shows afterwards."""
    errors = await person.submits()
    await world.settle()
    if not errors and person.has_dialog():
        await person.closes_dialog()
    return errors


def bought(world: World) -> int:
    """How many servers the provider sold through this account."""
    return sum(call.effect for call in world.vps.calls(action="create"))


def called(world: World, name: str) -> int:
    """How many servers of a name the provider has."""
    return sum(server.name == name for server in world.vps.servers())
