"""A workspace of a test: its people and channels, and what its administrators do to them."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bot.sandbox.slack import page_state
from bot.sandbox.slack.administration import Administration
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
        self._administration.tell_people(self.team)
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
        self._administration.tell_channels(self.team)
        return channel

    def add_group(self, handle: str, members: Iterable[LocalPerson] = (), *, id: str = "") -> UserGroup:
        """A new user group."""
        group: UserGroup = self.slack.world.add_group(self.team, handle, [member.id for member in members], id)
        page_state.tell_workspace(self.slack.world, self.team)
        return group

    async def deactivate(self, who: LocalPerson, *, quietly: bool = False) -> None:
        """Deactivates an account; `quietly` sends no user_change."""
        await self._administration.deactivate(self.team, who.person, quietly=quietly)

    async def reactivate(self, who: LocalPerson, *, quietly: bool = False) -> None:
        """Gives a deactivated account back."""
        await self._administration.deactivate(self.team, who.person, deleted=False, quietly=quietly)

    async def make_guest(self, who: LocalPerson, *, ultra: bool = False, quietly: bool = False) -> None:
        """Turns a member into a guest of several channels, or (`ultra`) of one."""
        await self._administration.set_guest(self.team, who.person, guest=True, ultra=ultra, quietly=quietly)

    async def make_member(self, who: LocalPerson, *, quietly: bool = False) -> None:
        """Turns a guest into a member."""
        await self._administration.set_guest(self.team, who.person, guest=False, quietly=quietly)

    async def set_group(self, group: UserGroup, members: Iterable[LocalPerson], *, quietly: bool = False) -> None:
        """Sets the members of a user group."""
        await self._administration.set_group(self.team, group, [each.id for each in members], quietly=quietly)

    async def archive(self, channel: Channel, *, quietly: bool = False) -> None:
        """Archives a channel."""
        await self._administration.archive(self.team, channel, quietly=quietly)

    async def unarchive(self, channel: Channel, *, quietly: bool = False) -> None:
        """Takes an archived channel back into use."""
        await self._administration.archive(self.team, channel, archived=False, quietly=quietly)

    def restrict(self, channel: Channel) -> None:
        """Lets only administrators post in a channel: others, the bot too, get `restricted_action`."""
        self._administration.restrict(self.team, channel)

    async def add_bot_to(self, channel: Channel) -> None:
        """Invites the bot."""
        await self._administration.add_bot(self.team, channel)

    async def remove_bot_from(self, channel: Channel, *, quietly: bool = False) -> None:
        """Removes the bot from a channel."""
        await self._administration.remove_bot(self.team, channel, quietly=quietly)

    async def revoke_token(self, *, quietly: bool = False) -> None:
        """Revokes the bot's token: every call answers `token_revoked`."""
        await self._administration.revoke_token(self.team, quietly=quietly)

    async def uninstall(self, *, quietly: bool = False) -> None:
        """Removes the app: `tokens_revoked` and `app_uninstalled` are sent, every call answers `account_inactive`."""
        await self._administration.uninstall(self.team, quietly=quietly)

    def allow(self, authorize_url: str, by: LocalPerson, *, org_wide: bool = False) -> str:
        """Lets a person say yes on the consent page behind an authorize address; gives where the browser is sent.

        Raises Refused with the error the page would show.
        """
        return str(self.slack.world.oauth.allow(_query(authorize_url), self.team, by.id, org_wide=org_wide))

    def deny(self, authorize_url: str) -> str:
        """Lets a person say no on the consent page; gives where the browser is sent."""
        return str(self.slack.world.oauth.deny(_query(authorize_url)))

    @property
    def _administration(self) -> Administration:
        administration: Administration = self.slack.server.administration
        return administration


def _query(address: str) -> Json:
    return dict(parse_qsl(urlsplit(address).query))
