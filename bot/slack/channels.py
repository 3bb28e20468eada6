"""Whether the bot is in a channel. At most 60 seconds old."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.slack.web import SlackTrouble, Web

FRESH_FOR = timedelta(seconds=60)
MOST_KEPT = 10_000

NOT_THERE = frozenset({"channel_not_found", "not_in_channel", "is_archived"})

log = structlog.get_logger()


class Channels:
    """Answers from `conversations.info` (tier 3)."""

    def __init__(self, web: Web, clock: Callable[[], datetime]) -> None:
        self._web = web
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[datetime, bool]] = {}

    async def can_post(self, workspace: str, channel: str) -> bool:
        """Whether the bot is a member of this channel and it isn't archived; what Slack doesn't tell counts as yes.

        A message that doesn't find its way in the end goes to the person directly, so a wrong yes loses nothing.
        """
        known = self._known.get((workspace, channel))
        if known and self._clock() - known[0] < FRESH_FOR and known[1]:
            return True
        try:
            answer = await self._web.call(workspace, "conversations.info", channel=channel)
        except SlackTrouble as trouble:
            log.info("channel not read", error=trouble.error)
            return trouble.error not in NOT_THERE
        found = answer.get("channel") or {}
        there = bool(found.get("is_member")) and not found.get("is_archived")
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[workspace, channel] = (self._clock(), there)
        return there
