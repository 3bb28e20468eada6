"""The payloads of interactions. docs.slack.dev/reference/interaction-payloads."""

from bot.sandbox.slack import shapes
from bot.sandbox.slack.model import Channel, Json, Message, Person, Team, View
from bot.sandbox.slack.world import World


def base(world: World, team: Team, person: Person, kind: str) -> Json:
    """What every interaction payload has."""
    return {
        "type": kind,
        "team": {"id": team.id, "domain": team.domain},
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.home_team_id or team.id,
        },
        "api_app_id": world.app_id,
        "token": world.verification_token,
        "enterprise": organisation(team),
        "is_enterprise_install": bool(team.installation.enterprise_id),
    }


def organisation(team: Team) -> Json | None:
    """The organisation for all of which the app was installed; None when it was installed in the workspace alone."""
    enterprise_id = team.installation.enterprise_id
    return {"id": enterprise_id, "name": team.name} if enterprise_id else None


def organisation_form(team: Team) -> Json:
    """The same as a command says it."""
    whole = organisation(team)
    if whole is None:
        return {"is_enterprise_install": "false"}
    return {"is_enterprise_install": "true", "enterprise_id": whole["id"], "enterprise_name": whole["name"]}


def channel_part(channel: Channel) -> Json:
    """The short form of a channel; names of private conversations are not told."""
    return {"id": channel.id, "name": shown_name(channel)}


def shown_name(channel: Channel) -> str:
    """A channel's name in payloads: `directmessage` and `privategroup` stand for those."""
    if channel.kind == "im":
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def in_message(world: World, team: Team, channel: Channel, message: Message, user_id: str) -> Json:
    """Container, channel and message of an interaction in a message. An ephemeral message itself is not sent."""
    ephemeral = bool(message.only_for)
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    part: Json = {
        "container": container,
        "channel": channel_part(channel),
        "state": {"values": message.states.get(user_id) or {}},
    }
    if not ephemeral:
        part["message"] = shapes.message(world, team, message)
    return part


def in_view(world: World, team: Team, view: View) -> Json:
    """Container and view of an interaction in a view."""
    return {"container": {"type": "view", "view_id": view.id}, "view": shapes.view(world, team, view)}
