"""What a workspace's administrators do to it: accounts, channels, user groups, the app; and the events of it."""

from collections.abc import Iterable

from bot.sandbox.slack import page_state, shapes
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.model import Channel, Json, Person, Team, UserGroup
from bot.sandbox.slack.world import World


class Administration:
    """Changes a workspace. An event is sent only if the manifest subscribes to it; `quietly` sends none."""

    def __init__(self, world: World, events: Events) -> None:
        self.world = world
        self.events = events

    async def deactivate(self, team: Team, person: Person, *, deleted: bool = True, quietly: bool = False) -> None:
        """Deactivates an account, or (`deleted=False`) gives it back."""
        person.deleted = deleted
        await self._user_changed(team, person, quietly)

    async def set_guest(
        self, team: Team, person: Person, *, guest: bool, ultra: bool = False, quietly: bool = False
    ) -> None:
        """Turns a member into a guest of several channels or (`ultra`) of one, or a guest into a member."""
        person.is_restricted, person.is_ultra_restricted = guest, guest and ultra
        await self._user_changed(team, person, quietly)

    async def add_group(self, team: Team, handle: str, members: Iterable[str]) -> UserGroup:
        """A new user group, told."""
        group = self.world.add_group(team, handle, members)
        page_state.tell_workspace(self.world, team)
        event: Json = {"type": "subteam_created", "subteam": shapes.group(team, group)}
        await self._emit(team, "subteam_created", event, quietly=False)
        return group

    async def set_group(self, team: Team, group: UserGroup, members: Iterable[str], *, quietly: bool = False) -> None:
        """Sets the members of a user group."""
        before, group.members = set(group.members), list(members)
        page_state.tell_workspace(self.world, team)
        event: Json = {
            "type": "subteam_members_changed",
            "subteam_id": group.id,
            "team_id": team.id,
            "date_update": int(self.world.now()),
            "added_users": sorted(set(group.members) - before),
            "removed_users": sorted(before - set(group.members)),
        }
        await self._emit(team, "subteam_members_changed", event, quietly)

    async def archive(self, team: Team, channel: Channel, *, archived: bool = True, quietly: bool = False) -> None:
        """Archives a channel, or (`archived=False`) takes it back into use."""
        channel.archived = archived
        self.tell_channels(team)
        name = "channel_archive" if archived else "channel_unarchive"
        await self._emit(team, name, {"type": name, "channel": channel.id, "user": ""}, quietly)

    def restrict(self, team: Team, channel: Channel, *, restricted: bool = True) -> None:
        """Lets only administrators post in a channel, or everybody again."""
        channel.restricted = restricted
        self.tell_channels(team)

    async def add_bot(self, team: Team, channel: Channel) -> None:
        """Invites the bot."""
        channel.members.add(team.bot.id)
        self.tell_channels(team)
        event: Json = {"type": "member_joined_channel", "user": team.bot.id, "channel": channel.id}
        event |= {"channel_type": "G" if channel.is_private else "C", "team": team.id}
        await self._emit(team, "member_joined_channel", event, quietly=False)

    async def remove_bot(self, team: Team, channel: Channel, *, quietly: bool = False) -> None:
        """Removes the bot from a channel."""
        channel.members.discard(team.bot.id)
        self.tell_channels(team)
        await self._emit(team, "channel_left", {"type": "channel_left", "channel": channel.id}, quietly)

    async def revoke_token(self, team: Team, *, quietly: bool = False) -> None:
        """Revokes the bot's token: every call answers `token_revoked`."""
        team.installation.dead = "token_revoked"
        page_state.tell_workspace(self.world, team)
        await self._tokens_revoked(team, quietly)

    async def uninstall(self, team: Team, *, quietly: bool = False) -> None:
        """Removes the app: every call answers `account_inactive`."""
        team.installation.dead = "account_inactive"
        page_state.tell_workspace(self.world, team)
        await self._tokens_revoked(team, quietly)
        await self._emit(team, "app_uninstalled", {"type": "app_uninstalled"}, quietly)

    def tell_people(self, team: Team) -> None:
        """Tells the pages who there is."""
        self.world.feed.tell(team.id, "people", lambda user: {"people": page_state.people(team)})

    def tell_channels(self, team: Team) -> None:
        """Tells each page the channels its person sees."""
        page_state.tell_channels(self.world, team)

    async def _user_changed(self, team: Team, person: Person, quietly: bool) -> None:
        person.updated = int(self.world.now())
        self.tell_people(team)
        user = shapes.user(person, email="users:read.email" in team.installation.scopes)
        event: Json = {"type": "user_change", "user": user, "cache_ts": person.updated}
        await self._emit(team, "user_change", event, quietly)

    async def _tokens_revoked(self, team: Team, quietly: bool) -> None:
        tokens = {"oauth": [], "bot": [team.bot.id]}
        await self._emit(team, "tokens_revoked", {"type": "tokens_revoked", "tokens": tokens}, quietly)

    async def _emit(self, team: Team, subscription: str, event: Json, quietly: bool) -> None:
        if not quietly and subscription in self.world.manifest.bot_events:
            await self.events.send(team, event)
