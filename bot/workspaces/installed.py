"""Whose token serves a workspace when the app is installed in many: its own, or that of its whole organisation."""

from collections.abc import Callable
from datetime import datetime

from bot.slack.web import Token
from bot.store import installations, workspaces
from bot.store.engine import Store
from bot.store.installations import Installation
from bot.workspaces.snapshots import Snapshots


class Installed:
    """Answers from the snapshots, so warm from memory."""

    def __init__(self, store: Store, snapshots: Snapshots, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._snapshots = snapshots
        self._clock = clock

    async def token_of(self, workspace: str) -> Token | None:
        """The token to call Slack with for a workspace; None when the app is not there."""
        found = (await self._snapshots.of(workspace)).installation
        return Token(found.token, found.org_wide) if found and found.token else None

    async def serving(self, workspace: str, enterprise: str) -> Installation | None:
        """The installation that a delivery is for. `enterprise`: the organisation, when the app is in all of it.

        Which workspaces an organisation has is learned from what comes in, and kept: messages go out by themselves.
        """
        found = (await self._snapshots.of(workspace)).installation
        if found is None and workspace and enterprise:
            found = await self._join(workspace, enterprise)
        return found if found and found.token else None

    async def _join(self, workspace: str, enterprise: str) -> Installation | None:
        async with self._store.begin("install.join", workspace) as tx:
            found = await installations.get(tx, enterprise)
            if found is None or not found.org_wide:
                return None
            await workspaces.ensure(tx, workspace, self._clock())
            await installations.join(tx, workspace, enterprise)
        self._snapshots.forget(workspace)
        return found
