"""What the stories of planned work share."""

from bot.sandbox.slack.model import Channel
from bot.sandbox.slack.person import LocalPerson
from tests.world import World

TODAY = "Monday, November 23, 2026"

HOUR = 60.0
"""Minutes. The stories begin on Monday, 2026-11-23, at 09:00 UTC."""


async def plans(world: World, person: LocalPerson, typed: str, *, in_: Channel | None = None) -> None:
    """Types the command, and keeps what is shown."""
    await person.says(f"/vps at {typed}", in_=in_ or world.ops)
    await person.clicks("Keep it")
    await world.settle()


async def of_schedules(world: World) -> list[str]:
    """What the log says of schedules."""
    return [line for line in await world.log() if " schedule." in line]
