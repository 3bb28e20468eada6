"""What the page is told about the workspace as a whole."""

from bot.sandbox.slack import conversation
from bot.sandbox.slack.log import Exchange
from bot.sandbox.slack.model import Channel, Json, Person, Team
from bot.sandbox.slack.world import World

SENTENCES = {
    "app_uninstalled": "This app is no longer installed.",
    "account_inactive": "This account is deactivated.",
    "channel_not_found": "There is no such channel.",
    "handle_already_exists": "Somebody or some group has this name already.",
    "invalid_handle": "A group's name has at most 21 small letters, digits, dots and dashes.",
    "dispatch_failed": "The app could not be reached.",
    "http_client_error": "The app refused the request.",
    "http_service_error": "The app failed.",
    "invalid_command": "There is no such command.",
    "is_archived": "This channel is archived.",
    "message_not_found": "This message is gone.",
    "messages_tab_disabled": "Sending messages to this app has been turned off.",
    "not_connected": "No app is connected over a socket.",
    "not_enabled": "This app has no Home tab.",
    "not_found": "This is no longer there.",
    "not_in_channel": "You are not in this channel.",
    "operation_timeout": "The app did not answer within 3 seconds.",
    "thread_not_supported": "Commands can't be used in threads.",
    "interactivity_not_enabled": "This app is not configured to handle interactive responses.",
    "options_load_url_missing": "This app has no address for loading options (message_menu_options_url).",
}


def state(world: World, team: Team, person: Person, *, panel: bool) -> Json:
    """The answer of `GET /_local/state`."""
    return {
        "teams": [{"id": t.id, "name": t.name} for t in world.teams.values()],
        "team": team.id,
        "user": person.id,
        "people": people(team),
        "channels": channels(team, person),
        "bot": {"id": team.bot.id, "name": team.bot.real_name},
        "commands": [
            {
                "command": c.command,
                "description": c.description,
                "usage_hint": c.usage_hint,
                "should_escape": c.should_escape,
            }
            for c in world.manifest.commands
        ],
        "shortcuts": [{"name": s.name, "type": s.type, "callback_id": s.callback_id} for s in world.manifest.shortcuts],
        "home_enabled": world.manifest.home_tab,
        "workspace": workspace(world, team),
        "clock": clock(world),
        "panel": panel,
    }


def people(team: Team) -> list[Json]:
    """Everybody but the bot."""
    return [
        {
            "id": p.id,
            "name": p.name,
            "real_name": p.real_name,
            "title": p.title,
            "color": p.color,
            "deleted": p.deleted,
            "guest": p.is_restricted or p.is_ultra_restricted,
            "foreign": p.foreign,
        }
        for p in team.people.values()
        if not p.is_bot
    ]


def channels(team: Team, person: Person) -> list[Json]:
    """The channels a person sees, and the bot's own conversation with them (`kind: app`)."""
    seen = [c for c in team.channels.values() if c.kind != "im" and conversation.may_read(person, c)]
    own = team.ims.get(person.id)
    return [_channel(team, person, c) for c in (*seen, *((own,) if own else ()))]


def tell_channels(world: World, team: Team) -> None:
    """Tells the pages of the conversations that there are."""

    def told(user: str) -> Json | None:
        person = team.people.get(user)
        return {"channels": channels(team, person)} if person else None

    world.feed.tell(team.id, "channels", told)


def workspace(world: World, team: Team) -> Json:
    """The user groups, and the app: `dead` is the error that its calls get, empty while it works; its connections."""
    groups = [{"id": g.id, "handle": g.handle, "members": g.members} for g in team.groups.values()]
    connections = [{"deaf": each.deaf, "leaving": each.leaving} for each in world.sockets.connections]
    app = {"dead": team.installation.dead, "socket_mode": world.socket_mode, "connections": connections}
    return {"groups": groups, "app": app}


def tell_workspace(world: World, team: Team) -> None:
    """Tells the pages of user groups and of the app."""
    world.feed.tell(team.id, "workspace", lambda user: workspace(world, team))


def clock(world: World) -> Json:
    """The sandbox's time, how far it was moved, and whether the bot's time moves with it."""
    return {"now": world.now(), "moved_seconds": world.moved(), "bot_follows": world.bot_follows_clock}


def exchange(shown: Exchange) -> Json:
    """One row of the inspector."""
    return {
        "n": shown.n,
        "time": shown.time,
        "direction": shown.direction,
        "kind": shown.kind,
        "name": shown.name,
        "request": shown.request,
        "response": shown.response,
        "status": shown.status,
        "ms": round(shown.ms, 1),
        "problems": shown.problems,
        "notes": shown.notes,
    }


def _name(team: Team, person: Person, channel: Channel) -> str:
    """A conversation's name as this person reads it: that of the others in it."""
    if channel.kind == "channel":
        return channel.name
    others = [each for each in team.people.values() if each.id in channel.members - {person.id}]
    return ", ".join(each.real_name for each in sorted(others, key=lambda each: each.is_bot))


def _channel(team: Team, person: Person, channel: Channel) -> Json:
    last_read = channel.read_up_to.get(person.id, "")
    unread = sum(1 for m in conversation.visible(channel, person.id) if m.ts > last_read and m.user_id != person.id)
    return {
        "id": channel.id,
        "name": _name(team, person, channel),
        "kind": {"im": "app", "mpim": "im"}.get(channel.kind, "channel"),
        "is_private": channel.is_private,
        "archived": channel.archived,
        "restricted": channel.restricted,
        "bot_is_member": team.bot.id in channel.members,
        "is_member": person.id in channel.members,
        "topic": channel.topic,
        "unread": unread,
    }
