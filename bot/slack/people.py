"""A person's present Slack account and user groups. At most 60 seconds old when a change is decided."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from bot.domain.roles import UNKNOWN_ACCOUNT, Account, barred
from bot.slack.web import SlackTrouble, Web

T = TypeVar("T")

Key = tuple[str, str]
"""A workspace, and a person or group there."""

Kept = dict[Key, tuple[datetime, T]]
"""What Slack said, and when it was read."""

DEAD = frozenset({"invalid_auth", "token_revoked", "account_inactive", "not_installed"})
"""Slack's words for a token that is none any more, and ours for having none."""

log = structlog.get_logger()

FRESH_FOR = timedelta(seconds=60)
MOST_KEPT = 10_000
PATIENCE = 1.0
"""Seconds that a change waits for the account; Slack's acknowledgement must not wait for Slack."""


class People:
    """Accounts from `users.info` (tier 4) and members of groups from `usergroups.users.list` (tier 2)."""

    def __init__(self, web: Web, clock: Callable[[], datetime]) -> None:
        self._web = web
        self._clock = clock
        self._accounts: Kept[Account] = {}
        self._groups: Kept[frozenset[str]] = {}
        self._asking: dict[Key, asyncio.Task[Any]] = {}
        self._reading: set[asyncio.Task[Any]] = set()

    async def present(self, workspace: str, user: str, groups: Iterable[str] = ()) -> Account:
        """The account as it is now, with those of `groups` that the person is in.

        What can't be read in time counts for nothing: an account that is not `known`, or `groups` None.
        """
        account, members = await asyncio.gather(
            self._in_time(self._account(workspace, user)), self._in_time(self._all_members(workspace, groups))
        )
        if account is None:
            # What is known to be barred stays barred while Slack can't be asked; anything else is not known.
            last = self._accounts.get((workspace, user))
            account = last[1] if last and (self._fresh(last[0]) or barred(last[1])) else UNKNOWN_ACCOUNT
        if members is None:
            return replace(account, groups=None)
        return replace(account, groups=frozenset(group for group, inside in members.items() if user in inside))

    def last_known(self, workspace: str, user: str, groups: Iterable[str] = ()) -> tuple[Account, bool] | None:
        """The account as last read, and whether it is still fresh, without asking Slack: enough for a question.

        None when the account, or one of `groups`, was not read yet or changed since: nobody knows who is in it.
        """
        known = self._accounts.get((workspace, user))
        if known is None:
            return None
        theirs, oldest = set(), known[0]
        for group in groups:
            read = self._groups.get((workspace, group))
            if read is None:
                return None
            oldest = min(oldest, read[0])
            if user in read[1]:
                theirs.add(group)
        return replace(known[1], groups=frozenset(theirs)), self._fresh(oldest)

    def absent(self, workspace: str, users: Iterable[str]) -> tuple[str, ...]:
        """Those of these people whose accounts hold nothing, as they were last read."""
        known = {user: self._accounts.get((workspace, user)) for user in users}
        return tuple(user for user, read in known.items() if read and barred(read[1]))

    async def members(self, workspace: str, group: str) -> frozenset[str]:
        """The people of a user group; nobody while Slack can't say."""
        return await self.read_members(workspace, group) or frozenset()

    async def read_members(self, workspace: str, group: str) -> frozenset[str] | None:
        """The same; None while Slack can't say."""
        return await self._in_time(self._members(workspace, group))

    async def know_us(self, workspace: str) -> bool:
        """Whether our own token works there. Raises SlackTrouble when Slack doesn't say."""
        try:
            await self._web.call(workspace, "auth.test")
        except SlackTrouble as trouble:
            if trouble.error in DEAD:
                return False
            raise
        return True

    def forget(self, workspace: str, user: str) -> None:
        """Something about the person changed: the next look asks Slack."""
        self._forget(self._accounts, (workspace, user))

    def forget_group(self, workspace: str, group: str) -> None:
        """The members of a group changed."""
        self._forget(self._groups, (workspace, group))

    async def _in_time(self, reading: Coroutine[Any, Any, T]) -> T | None:
        """What was read, or None when it failed or takes too long; what comes late is remembered for the next time."""
        task = asyncio.create_task(reading, name="read people")
        self._reading.add(task)
        task.add_done_callback(self._read)
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        return task.result() if done and not task.exception() else None

    def _read(self, task: "asyncio.Task[Any]") -> None:
        self._reading.discard(task)
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, SlackTrouble):
            log.error("people not read", exc_info=error)

    async def _all_members(self, workspace: str, groups: Iterable[str]) -> dict[str, frozenset[str]]:
        wanted = list(groups)
        members = await asyncio.gather(*(self._members(workspace, group) for group in wanted))
        return dict(zip(wanted, members, strict=True))

    async def _account(self, workspace: str, user: str) -> Account:
        async def ask() -> Account:
            answer = await self._web.call(workspace, "users.info", user=user)
            return _account(answer.get("user") or {}, workspace)

        return await self._asked(self._accounts, (workspace, user), ask)

    async def _members(self, workspace: str, group: str) -> frozenset[str]:
        async def ask() -> frozenset[str]:
            try:
                answer = await self._web.call(workspace, "usergroups.users.list", usergroup=group)
            except SlackTrouble as trouble:
                if trouble.error not in ("no_such_subteam", "subteam_not_found"):
                    raise
                answer = {}  # the group is gone: nobody is in it
            return frozenset(str(user) for user in answer.get("users") or ())

        return await self._asked(self._groups, (workspace, group), ask)

    async def _asked(self, kept: Kept[T], key: Key, ask: Callable[[], Awaitable[T]]) -> T:
        """As kept while it is fresh, else as Slack says; who asks while it is being asked shares the answer."""
        known = kept.get(key)
        if known and self._fresh(known[0]):
            return known[1]
        task: asyncio.Task[T] | None = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.create_task(self._ask(kept, key, ask), name="ask about people")
        return await asyncio.shield(task)

    async def _ask(self, kept: Kept[T], key: Key, ask: Callable[[], Awaitable[T]]) -> T:
        me = asyncio.current_task()
        try:
            value = await ask()
            if self._asking.get(key) is me:  # else it changed after it was asked for: this may tell what was before
                if len(kept) >= MOST_KEPT:
                    kept.clear()
                kept[key] = (self._clock(), value)
            return value
        finally:
            if self._asking.get(key) is me:
                del self._asking[key]

    def _fresh(self, read_at: datetime) -> bool:
        return self._clock() - read_at < FRESH_FOR

    def _forget(self, kept: Kept[Any], key: Key) -> None:
        kept.pop(key, None)
        self._asking.pop(key, None)


def _account(user: dict[str, Any], workspace: str) -> Account:
    team = user.get("team_id")
    return Account(
        active=not user.get("deleted", False),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        foreign=bool(user.get("is_stranger")) or (team not in (None, workspace) and not _in_org(user, workspace)),
        groups=None,
        zone=str(user.get("tz") or ""),
    )


def _in_org(user: dict[str, Any], workspace: str) -> bool:
    """On Enterprise Grid a person's home team may be another one of the same organisation."""
    teams = (user.get("enterprise_user") or {}).get("teams") or []
    return workspace in teams
