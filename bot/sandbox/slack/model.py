"""What a workspace holds: people, channels, messages, dialogs, the installed app. Plain state, no behaviour."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True, eq=False)
class Person:
    """A member of a workspace (or a guest, a stranger from a connected one, or the bot's own user)."""

    id: str
    team_id: str
    name: str
    real_name: str
    title: str = ""
    color: str = "4bbe2e"
    tz: str = "Etc/UTC"
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_admin: bool = False
    is_bot: bool = False
    home_team_id: str = ""
    updated: int = 0
    home: str = ""
    notice: str = ""
    """What Slack says to the person beside the conversations, until they do something else."""

    @property
    def foreign(self) -> bool:
        """Whether the person belongs to another workspace and is here through Slack Connect."""
        return bool(self.home_team_id) and self.home_team_id != self.team_id


@dataclass(slots=True, eq=False)
class Message:
    """A message; an ephemeral one is `only_for` one person and not part of the conversation's history."""

    ts: str
    channel_id: str
    user_id: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    only_for: str = ""
    by_bot: bool = False
    by_slackbot: bool = False
    edited: str = ""
    deleted: bool = False
    thread_ts: str = ""
    reply_count: int = 0
    metadata: Json | None = None
    files: list[Json] = field(default_factory=list)
    broadcast: bool = False
    """Whether a reply is shown in its channel, too."""
    identity: Json = field(default_factory=dict)
    """The name and picture that the bot gave itself for this message: `username`, `icon_emoji`, `icon_url`."""
    states: dict[str, Json] = field(default_factory=dict)
    """What each person has chosen in this message's menus: person → block_id → action_id → value."""


@dataclass(slots=True, eq=False)
class Channel:
    """A channel, or the bot's conversation with one person (`kind` "im") or with several ("mpim")."""

    id: str
    team_id: str
    name: str
    kind: str = "channel"
    is_private: bool = False
    archived: bool = False
    restricted: bool = False
    """Whether a preference of the workspace lets only administrators post."""
    topic: str = ""
    members: set[str] = field(default_factory=set)
    user_id: str = ""
    """In a direct message: the person the bot talks to."""
    messages: dict[str, Message] = field(default_factory=dict)
    read_up_to: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class View:
    """A dialog or a Home tab as one person sees it."""

    id: str
    team_id: str
    user_id: str
    body: Json
    """The view as the bot sent it, with every id filled in."""
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Json = field(default_factory=dict)
    """What the inputs hold: block_id → action_id → value, as in `state.values`."""
    errors: dict[str, str] = field(default_factory=dict)
    opened_in: str = ""
    """The channel from which the dialog was opened, when there was one."""


@dataclass(slots=True, eq=False)
class UserGroup:
    """A user group (`@ops-team`)."""

    id: str
    handle: str
    name: str
    members: list[str]
    disabled: bool = False


@dataclass(slots=True, eq=False)
class Installation:
    """The app in one workspace: its token, what the token may do, and whether it still works."""

    token: str
    scopes: frozenset[str]
    dead: str = ""
    """The error every call gets: `token_revoked`, `account_inactive`, `token_expired`; empty while it works."""
    enterprise_id: str = ""
    """The organisation, when the app was installed for all of it."""
    refresh_token: str = ""
    expires_at: float = 0.0
    former: dict[str, float] = field(default_factory=dict)
    """Tokens that were rotated and still work until they expire: token → seconds since 1970."""


@dataclass(slots=True, eq=False)
class File:
    """A file the bot uploads."""

    id: str
    team_id: str
    name: str
    size: int
    content: bytes | None = None
    title: str = ""


@dataclass(slots=True, eq=False)
class Team:
    """One workspace."""

    id: str
    name: str
    domain: str
    bot: Person
    bot_id: str
    installation: Installation
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    ims: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Trigger:
    """A `trigger_id`: 3 seconds, one use."""

    team: Team
    user_id: str
    made_at: float
    channel_id: str = ""
    view_id: str = ""
    used: bool = False


@dataclass(slots=True, eq=False)
class ResponseUrl:
    """A `response_url`: five uses in thirty minutes."""

    team: Team
    user_id: str
    channel: Channel
    made_at: float
    message_ts: str = ""
    """The message whose button was pressed; empty for a command."""
    uses: int = 0
