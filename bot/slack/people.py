"""A person's present Slack account: whether it is active, a guest, from elsewhere. At most 60 seconds old."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.domain.roles import UNKNOWN_ACCOUNT, Account
from bot.slack.web import SlackTrouble, Web

FRESH_FOR = timedelta(seconds=60)
MOST_KEPT = 10_000
PATIENCE = 1.0
"""Seconds that a change waits for the account; Slack's acknowledgement must not wait for Slack."""


class People:
    """Accounts by workspace and person, from `users.info` (tier 4)."""

    def __init__(self, web: Web, clock: Callable[[], datetime]) -> None:
        self._web = web
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[datetime, Account]] = {}

    async def present(self, workspace: str, user: str) -> Account:
        """The account as it is now; `UNKNOWN_ACCOUNT` when it can't be read in time."""
        known = self._known.get((workspace, user))
        if known and self._clock() - known[0] < FRESH_FOR:
            return known[1]
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._web.call(workspace, "users.info", user=user)
        except (SlackTrouble, TimeoutError):
            return UNKNOWN_ACCOUNT
        account = _account(answer.get("user") or {}, workspace)
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[workspace, user] = (self._clock(), account)
        return account

    def last_known(self, workspace: str, user: str) -> Account | None:
        """The account as last read, at any age, without asking Slack: good enough for a question."""
        known = self._known.get((workspace, user))
        return known[1] if known else None

    def forget(self, workspace: str, user: str) -> None:
        """Something about the person changed: the next look asks Slack."""
        self._known.pop((workspace, user), None)


def _account(user: dict[str, Any], workspace: str) -> Account:
    team = user.get("team_id")
    return Account(
        active=not user.get("deleted", False),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        foreign=bool(user.get("is_stranger"))
        or (isinstance(team, str) and team != workspace and not _in_org(user, workspace)),
        groups=None,
        zone=str(user.get("tz") or ""),
    )


def _in_org(user: dict[str, Any], workspace: str) -> bool:
    """On Enterprise Grid a person's home team may be another one of the same organisation."""
    teams = (user.get("enterprise_user") or {}).get("teams") or []
    return workspace in teams
