"""What the stories about deleting share: asking for it, and what the provider has left."""

from collections.abc import Sequence
from re import search
from typing import Any

from bot.domain.policy import policy_of, with_policy
from bot.sandbox.slack.model import Channel, Message
from bot.sandbox.slack.person import LocalPerson
from bot.store import workspaces
from tests.world import World

WHY = "It was a test machine."


async def asks(
    world: World,
    person: LocalPerson,
    name: str = "web-1",
    *,
    typed: str = "",
    why: str = WHY,
    count: str = "",
    command: str = "delete",
    keep: bool = False,
    in_: Channel | None = None,
) -> dict[str, str]:
    """Opens the dialog, types the name and the reason, and submits; what stands at the inputs afterwards.

    `count` is typed where `name` fits several. `keep`: the dialog that it ends with stays open.
    """
    await person.says(f"/vps {command} {name}", in_=in_ or world.ops)
    await world.settle()
    if count:
        await person.fills("Type how many servers this deletes", count)
    else:
        await person.fills("Type the server's name to confirm", typed or name)
    await person.fills("Reason", why)
    errors = await person.submits()
    await world.settle()
    if not errors and not keep:
        await person.closes_dialog()
    return errors


async def breaks_glass(world: World, name: str = "web-1", why: str = "It sends spam.", *, keep: bool = False) -> None:
    """Ada deletes a server alone."""
    assert await asks(world, world.ada, name, why=why, command="break-glass delete", keep=keep) == {}


def deletions(world: World) -> int:
    """How often the provider was told to delete something."""
    return len(world.vps.calls(action="delete"))


def there(world: World) -> list[str]:
    """The names of the servers that the provider has."""
    return sorted(server.name for server in world.vps.servers())


def card_of(world: World, person: LocalPerson) -> Message:
    """The newest card in the approvals channel."""
    cards = (message for message in person.messages(world.ops) if search("asks to|asked to", person.reads(message)))
    return list(cards)[-1]


def buttons_of(message: Message) -> dict[str, str]:
    """What the buttons of a message carry, by their label."""
    rows: Sequence[dict[str, Any]] = [block for block in message.blocks if block["type"] == "actions"]
    return {each["text"]["text"]: each["value"] for row in rows for each in row["elements"]}


async def decided(world: World, **fields: Any) -> None:
    """The policy is as it says, as if an admin had filled the dialog so."""
    async with world.bot.store.begin("story.policy") as tx:
        known = await workspaces.get(tx, world.team.id)
        assert known is not None
        policy = policy_of(known.settings)
        changed = type(policy)(**{name: getattr(policy, name) for name in policy.__dataclass_fields__} | fields)
        await workspaces.keep_settings(tx, world.team.id, with_policy(known.settings, changed))
    world.bot.parts.snapshots.forget(world.team.id)
