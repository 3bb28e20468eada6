"""What fits a protected pattern, by id: so that a later rename doesn't shed the protection."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import structlog

from bot.domain.policy import policy_of
from bot.domain.proposals import Pin
from bot.domain.selectors import matches
from bot.domain.servers import Server
from bot.operations.parts import Parts
from bot.store import protections, workspaces
from bot.store.engine import DatabaseFailure, Store, Tx
from bot.store.protections import Protection
from bot.store.workspaces import Workspace
from bot.vps.errors import ProviderError
from bot.workspaces.directory import NotConnected

log = structlog.get_logger()


async def pins_for(parts: Parts, workspace: str, globs: Iterable[str]) -> tuple[Pin, ...]:
    """The servers that fit new patterns; none while the provider can't be read: `Pinning` finds them later."""
    if not (patterns := sorted(globs)):
        return ()
    try:
        return _fitting(patterns, await parts.directory.servers(workspace))
    except (NotConnected, ProviderError):
        return ()


class Pinning:
    """Pins what comes to fit a pattern that is protected already, each time the servers are read.

    It is no change of the policy, which says in the log that the pattern is protected: so the log has no entry of it.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    async def __call__(self, workspace: Workspace, servers: Sequence[Server]) -> None:
        """The servers were read just now. A database that fails holds up nobody: the next reading brings it again."""
        fitting = _fitting(policy_of(workspace.settings).protected, servers)
        if not fitting:
            return
        try:
            async with self._store.read() as tx:
                missing = await _unpinned(tx, workspace.id, fitting)
            if missing:
                await self._pin(workspace, servers)
        except DatabaseFailure as error:
            log.warning("protection not kept by id", workspace=workspace.id, error=str(error))

    async def _pin(self, read: Workspace, servers: Sequence[Server]) -> None:
        async with self._store.begin("protecting.pin", read.id) as tx:
            present = await workspaces.get(tx, read.id)
            if present is None or present.connected_at != read.connected_at:
                return  # another token since: these may be another account's
            patterns = policy_of(present.settings).protected  # perhaps lifted since
            now = self._clock()
            pins = await _unpinned(tx, read.id, _fitting(patterns, servers))
            if pins:
                kept = [Protection(pin.server_id, pin.server_name, "", now, pin.glob) for pin in pins]
                await protections.put_all(tx, read.id, kept)


def _fitting(patterns: Iterable[str], servers: Sequence[Server]) -> tuple[Pin, ...]:
    return tuple(
        Pin(glob, server.id, server.name) for glob in patterns for server in servers if matches(glob, server.name)
    )


async def _unpinned(tx: Tx, workspace: str, fitting: Sequence[Pin]) -> list[Pin]:
    kept = {(each.glob, each.server_id) for each in await protections.of_workspace(tx, workspace)}
    return [pin for pin in fitting if (pin.glob, pin.server_id) not in kept]
