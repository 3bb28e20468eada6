"""A workspace of a test: its people and channels, and what its administrators do to them."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bot.sandbox.slack import page_state, shapes
from bot.sandbox.slack.model import Channel, Json, Person, Team, UserGroup
from bot.sandbox.slack.person import LocalPerson


class LocalTeam:
    """One workspace of a local Slack."""

    def __init__(self, slack: Any, team: Team) -> None:
        self.slack = slack
        self.team = team
        self.people: dict[str, LocalPerson] = {}

    @property
    def id(self) -> str:
        """The team id."""
        return self.team.id

    @property
    def name(self) -> str:
        """The workspace's name."""
        return self.team.name

    @property
    def bot_token(self) -> str:
        """The token of the installation, `xoxb-…`."""
        return self.team.installation.token

    @property
    def bot_user_id(self) -> str:
        """The user id of the bot."""
        return self.team.bot.id

    def add_person(
        self,
        name: str,
        *,
        id: str = "",
        real_name: str = "",
        title: str = "",
        tz: str = "Etc/UTC",
        admin: bool = False,
        guest: bool = False,
        home_team: str = "",
    ) -> LocalPerson:
        """A new person. `guest` is a guest account, `home_team` the id of the workspace a stranger comes from."""
        person = Person(id, self.team.id, name, real_name or name.title(), title, tz=tz)
        person.is_admin, person.is_restricted, person.home_team_id = admin, guest, home_team
        self.slack.world.add_person(self.team, person)
        self.people[name] = LocalPerson(self, person)
        self._tell_people()
        return self.people[name]

    def add_channel(
        self,
        name: str,
        *,
        id: str = "",
        members: Iterable[LocalPerson] | None = None,
        bot: bool = False,
        private: bool = False,
        topic: str = "",
    ) -> Channel:
        """A new channel; without `members` everybody is in it. `bot` says whether the bot is, too."""
        who = {member.id for member in (self.people.values() if members is None else members)}
        channel = Channel(id, self.team.id, name.lstrip("#"), is_private=private, topic=topic)
        self.slack.world.add_channel(self.team, channel, who | ({self.team.bot.id} if bot else set()))
        self._tell_channels()
        return channel

    def add_group(self, handle: str, members: Iterable[LocalPerson] = ()) -> UserGroup:
        """A new user group."""
        group: UserGroup = self.slack.world.add_group(self.team, handle, [member.id for member in members])
        return group

    async def deactivate(self, who: LocalPerson, *, quietly: bool = False) -> None:
        """Deactivates an account; `quietly` sends no user_change."""
        who.person.deleted = True
        await self._user_changed(who, quietly)

    async def reactivate(self, who: LocalPerson, *, quietly: bool = False) -> None:
        """Gives a deactivated account back."""
        who.person.deleted = False
        await self._user_changed(who, quietly)

    async def make_guest(self, who: LocalPerson, *, ultra: bool = False, quietly: bool = False) -> None:
        """Turns a member into a guest of several channels, or (`ultra`) of one."""
        who.person.is_restricted, who.person.is_ultra_restricted = True, ultra
        await self._user_changed(who, quietly)

    async def set_group(self, group: UserGroup, members: Iterable[LocalPerson], *, quietly: bool = False) -> None:
        """Sets the members of a user group."""
        before, group.members = set(group.members), [member.id for member in members]
        event: Json = {
            "type": "subteam_members_changed",
            "subteam_id": group.id,
            "team_id": self.id,
            "date_update": int(self.slack.world.now()),
            "added_users": sorted(set(group.members) - before),
            "removed_users": sorted(before - set(group.members)),
        }
        await self._emit("subteam_members_changed", event, quietly)

    async def archive(self, channel: Channel, *, quietly: bool = False) -> None:
        """Archives a channel."""
        channel.archived = True
        self._tell_channels()
        await self._emit("channel_archive", {"type": "channel_archive", "channel": channel.id, "user": ""}, quietly)

    def restrict(self, channel: Channel) -> None:
        """Lets only administrators post in a channel: others, the bot too, get `restricted_action`."""
        channel.restricted = True

    async def add_bot_to(self, channel: Channel) -> None:
        """Invites the bot."""
        channel.members.add(self.team.bot.id)
        self._tell_channels()
        event: Json = {"type": "member_joined_channel", "user": self.team.bot.id, "channel": channel.id}
        await self._emit("member_joined_channel", {**event, "channel_type": "C", "team": self.id}, quietly=False)

    async def remove_bot_from(self, channel: Channel, *, quietly: bool = False) -> None:
        """Removes the bot from a channel."""
        channel.members.discard(self.team.bot.id)
        self._tell_channels()
        await self._emit("channel_left", {"type": "channel_left", "channel": channel.id}, quietly)

    async def revoke_token(self, *, quietly: bool = False) -> None:
        """Revokes the bot's token: every call answers `token_revoked`."""
        self.team.installation.dead = "token_revoked"
        tokens = {"oauth": [], "bot": [self.team.bot.id]}
        await self._emit("tokens_revoked", {"type": "tokens_revoked", "tokens": tokens}, quietly)

    async def uninstall(self, *, quietly: bool = False) -> None:
        """Removes the app: `tokens_revoked` and `app_uninstalled` are sent, every call answers `account_inactive`."""
        self.team.installation.dead = "account_inactive"
        tokens = {"oauth": [], "bot": [self.team.bot.id]}
        await self._emit("tokens_revoked", {"type": "tokens_revoked", "tokens": tokens}, quietly)
        await self._emit("app_uninstalled", {"type": "app_uninstalled"}, quietly)

    def allow(self, authorize_url: str, by: LocalPerson, *, org_wide: bool = False) -> str:
        """Lets a person say yes on the consent page behind an authorize address; gives where the browser is sent.

        Raises Refused with the error the page would show.
        """
        return str(self.slack.world.oauth.allow(_query(authorize_url), self.team, by.id, org_wide=org_wide))

    def deny(self, authorize_url: str) -> str:
        """Lets a person say no on the consent page; gives where the browser is sent."""
        return str(self.slack.world.oauth.deny(_query(authorize_url)))

    async def _user_changed(self, who: LocalPerson, quietly: bool) -> None:
        who.person.updated = int(self.slack.world.now())
        self._tell_people()
        scopes = self.team.installation.scopes
        user = shapes.user(who.person, email="users:read.email" in scopes)
        await self._emit("user_change", {"type": "user_change", "user": user, "cache_ts": who.person.updated}, quietly)

    async def _emit(self, subscription: str, event: Json, quietly: bool) -> None:
        if not quietly and subscription in self.slack.world.manifest.bot_events:
            await self.slack.server.events.send(self.team, event)

    def _tell_people(self) -> None:
        self.slack.world.feed.tell(self.id, "people", lambda user: {"people": page_state.people(self.team)})

    def _tell_channels(self) -> None:
        def told(user_id: str) -> Json | None:
            person = self.team.people.get(user_id)
            return {"channels": page_state.channels(self.team, person)} if person else None

        self.slack.world.feed.tell(self.id, "channels", told)


def _query(address: str) -> Json:
    return dict(parse_qsl(urlsplit(address).query))
