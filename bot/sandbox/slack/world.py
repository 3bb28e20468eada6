"""The whole local Slack as one value: its workspaces, the one app, time, and everything with an expiry."""

import asyncio
import hashlib
import itertools
import re
import secrets
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from bot.sandbox.clock import Clock
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.feed import Feed
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.log import Log
from bot.sandbox.slack.manifest import Command, Manifest
from bot.sandbox.slack.model import Channel, File, Installation, Person, ResponseUrl, Team, Trigger, UserGroup

if TYPE_CHECKING:
    from bot.sandbox.slack.oauth import OAuth
    from bot.sandbox.slack.sockets import Sockets

COLORS = ("4bbe2e", "9f69e7", "e7392d", "3c989f", "d58247", "235e5b", "7d414c", "2b6836")
KEPT_MESSAGES = 5_000
KEPT_HANDLES = 20_000
SLACKBOT = "USLACKBOT"

_T = TypeVar("_T")


class World:
    """State and identity. What happens to it lives in the modules beside this one."""

    def __init__(self, clock: Clock, manifest: Manifest) -> None:
        self.clock = clock
        self.manifest = manifest
        self.commands: dict[str, Command] = {c.command: c for c in manifest.commands}
        self.log = Log()
        self.feed = Feed()
        self.faults = Faults()
        self.limits = Limits(clock)
        self.teams: dict[str, Team] = {}
        self.tokens: dict[str, Team] = {}
        self.refresh_tokens: dict[str, Team] = {}
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.triggers: dict[str, Trigger] = {}
        self.urls: dict[str, ResponseUrl] = {}
        self.files: dict[str, File] = {}
        self.external_ids: dict[tuple[str, str], str] = {}
        self.app_id = "A0LOCALAPP"
        self.client_id = "1000000000.2000000000"
        self.client_secret = secrets.token_hex(16)
        self.signing_secret = secrets.token_hex(16)
        self.verification_token = secrets.token_hex(12)
        self.app_token = f"xapp-1-{self.app_id}-1-{secrets.token_hex(16)}"
        self.request_url = ""
        self.base_url = ""
        self.socket_mode = manifest.socket_mode
        self.bot_follows_clock = False
        self.sockets: Sockets
        self.oauth: OAuth
        self.background: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count(1)
        self._last_ts = 0
        self._ahead = clock.time() - time.time()

    def number(self) -> int:
        """A number never given before."""
        return next(self._numbers)

    def now(self) -> float:
        """Seconds since 1970 by the sandbox's clock."""
        return self.clock.time()

    def signing_time(self) -> float:
        """The time in a signature: the machine's, by which any bot checks it, unless the bot is told the sandbox's."""
        return self.now() if self.bot_follows_clock else time.time()

    def moved(self) -> float:
        """How many seconds a running clock was moved ahead since the start."""
        return max(0.0, round(self.clock.time() - time.time() - self._ahead, 1))

    def ts(self) -> str:
        """The next message timestamp: seconds with six digits, never the same twice."""
        self._last_ts = max(int(self.now() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def add_team(self, name: str, *, id: str = "", token: str = "", installed: bool = True) -> Team:
        """A new workspace in which the app is installed with all scopes of the manifest."""
        team_id = self._free_id(id or f"T0{_letters(name)}", self.teams)
        bot_name = re.sub(r"\W+", "", self.manifest.bot_name.lower()) or "bot"
        bot = Person(self._free_id(f"U0BOT{team_id[2:]}", self.people), team_id, bot_name, self.manifest.bot_name)
        bot.is_bot = True
        scopes = frozenset(self.manifest.bot_scopes)
        installation = Installation(token or f"xoxb-{team_id}-{secrets.token_hex(12)}", scopes)
        team = Team(team_id, name, re.sub(r"\W+", "-", name.lower()), bot, f"B0{team_id[2:]}", installation)
        team.people[bot.id] = self.people[bot.id] = bot
        self.teams[team_id] = team
        if installed:
            self.tokens[installation.token] = team
        else:
            installation.dead = "account_inactive"
        return team

    def add_person(self, team: Team, person: Person) -> Person:
        """Adds a person. The id is made from the name when it is empty."""
        person.id = self._free_id(person.id or f"U0{_letters(person.name)}", self.people)
        person.color = COLORS[len(team.people) % len(COLORS)]
        person.updated = int(self.now())
        team.people[person.id] = self.people[person.id] = person
        self.im(team, person.id)
        return person

    def add_channel(self, team: Team, channel: Channel, members: Iterable[str]) -> Channel:
        """Adds a channel with these members (the bot's user id among them, if it is to be in)."""
        channel.id = self._free_id(channel.id or f"C0{_letters(channel.name)}", self.channels)
        channel.members = set(members)
        team.channels[channel.id] = self.channels[channel.id] = channel
        return channel

    def add_group(self, team: Team, handle: str, members: Iterable[str], id: str = "") -> UserGroup:
        """Adds a user group. The id is made from the handle when it is empty."""
        group = UserGroup(id or f"S0{_letters(handle)}{self.number()}", handle, handle, list(members))
        team.groups[group.id] = group
        return group

    def im(self, team: Team, user_id: str) -> Channel:
        """The bot's direct conversation with this person."""
        if channel := team.ims.get(user_id):
            return channel
        channel = Channel(self._free_id(f"D{user_id[1:]}", self.channels), team.id, "directmessage", kind="im")
        channel.user_id, channel.members = user_id, {user_id, team.bot.id}
        team.ims[user_id] = team.channels[channel.id] = self.channels[channel.id] = channel
        return channel

    def mpim(self, team: Team, people: Iterable[Person]) -> tuple[Channel, bool]:
        """The bot's conversation with these people, and whether it is new."""
        among = list(people)
        members = {team.bot.id, *(each.id for each in among)}
        for known in team.channels.values():
            if known.kind == "mpim" and known.members == members:
                return known, False
        name = f"mpdm-{'--'.join(each.name for each in (*among, team.bot))}-1"
        channel = Channel(f"G0{self.number():07d}", team.id, name, kind="mpim", is_private=True)
        return self.add_channel(team, channel, members), True

    def trigger(self, team: Team, user_id: str, channel_id: str = "", view_id: str = "") -> str:
        """A new `trigger_id` for this person."""
        token = f"{self.number()}.{self.number()}.{secrets.token_hex(16)}"
        _keep(self.triggers, token, Trigger(team, user_id, self.now(), channel_id, view_id))
        return token

    def response_url(self, team: Team, user_id: str, channel: Channel, message_ts: str = "") -> str:
        """A new `response_url`. `message_ts` is the message it may replace or delete."""
        key = f"{team.id}/{self.number()}/{secrets.token_hex(12)}"
        _keep(self.urls, key, ResponseUrl(team, user_id, channel, self.now(), message_ts))
        return f"{self.base_url}/response/{key}"

    def hash(self) -> str:
        """A new view hash."""
        return f"{int(self.now())}.{hashlib.sha1(str(self.number()).encode(), usedforsecurity=False).hexdigest()[:8]}"

    def _free_id(self, wanted: str, taken: dict[str, _T]) -> str:
        if wanted not in taken:
            return wanted
        return next(free for n in itertools.count(2) if (free := f"{wanted}{n}") not in taken)


def _letters(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", name.upper()) or "X"


def _keep(where: dict[str, _T], key: str, value: _T) -> None:
    where[key] = value
    if len(where) > KEPT_HANDLES:
        del where[next(iter(where))]
