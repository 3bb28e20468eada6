"""What a protected pattern fits now, by id: so that a later rename doesn't shed the protection."""

from collections.abc import Iterable

from bot.domain.proposals import Pin
from bot.domain.selectors import matches
from bot.operations.parts import Parts
from bot.vps.errors import ProviderError
from bot.workspaces.directory import NotConnected


async def pins_for(parts: Parts, workspace: str, globs: Iterable[str]) -> tuple[Pin, ...]:
    """The servers that fit new patterns. Where the provider can't be read there are none; names count all the same."""
    patterns = sorted(globs)
    if not patterns:
        return ()
    try:
        servers = await parts.directory.servers(workspace)
    except (NotConnected, ProviderError):
        return ()
    return tuple(
        Pin(glob, server.id, server.name) for glob in patterns for server in servers if matches(glob, server.name)
    )
