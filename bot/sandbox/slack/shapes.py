"""People, channels, messages and views as Slack writes them in answers, payloads and events."""

from typing import Any

from bot.sandbox.slack.model import Channel, Message, Person, Team, UserGroup, View
from bot.sandbox.slack.world import SLACKBOT, World

Json = dict[str, Any]


def user(person: Person, *, email: bool) -> Json:
    """A user object, as `users.info` gives it."""
    profile: Json = {
        "real_name": person.real_name,
        "display_name": person.name,
        "title": person.title,
        "team": person.home_team_id or person.team_id,
        "image_48": "",
        "status_text": "",
    }
    if email and not person.is_bot:
        profile["email"] = f"{person.name}@example.com"
    shown: Json = {
        "id": person.id,
        "team_id": person.home_team_id or person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "color": person.color,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": 0,
        "profile": profile,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
    }
    if not person.deleted:
        shown |= {
            "is_admin": person.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": person.is_restricted or person.is_ultra_restricted,
            "is_ultra_restricted": person.is_ultra_restricted,
        }
    if person.foreign:
        shown["is_stranger"] = True
    return shown


def conversation(team: Team, channel: Channel) -> Json:
    """A conversation object, as `conversations.info` gives it."""
    if channel.kind == "im":
        deleted = team.people[channel.user_id].deleted if channel.user_id in team.people else False
        return {
            "id": channel.id,
            "created": 0,
            "is_im": True,
            "is_archived": False,
            "is_org_shared": False,
            "user": channel.user_id,
            "is_user_deleted": deleted,
            "priority": 0,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.is_private,
        "is_archived": channel.archived,
        "is_general": channel.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": team.bot.id in channel.members,
        "created": 0,
        "creator": "",
        "context_team_id": team.id,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def group(team: Team, shown: UserGroup) -> Json:
    """A user group, as `usergroups.list` gives it."""
    return {
        "id": shown.id,
        "team_id": team.id,
        "is_usergroup": True,
        "name": shown.name,
        "handle": shown.handle,
        "description": "",
        "is_external": False,
        "date_delete": 1 if shown.disabled else 0,
        "auto_type": None,
    }


def message(world: World, team: Team, shown: Message) -> Json:
    """A message object, as `chat.postMessage` answers it and payloads carry it."""
    body: Json = {"type": "message", "user": shown.user_id, "ts": shown.ts, "text": shown.text, "team": team.id}
    if shown.by_bot:
        body |= {"bot_id": team.bot_id, "app_id": world.app_id}
        body["bot_profile"] = {
            "id": team.bot_id,
            "app_id": world.app_id,
            "name": world.manifest.bot_name,
            "team_id": team.id,
            "deleted": False,
            "updated": 0,
        }
    if shown.blocks:
        body["blocks"] = shown.blocks
    if shown.edited:
        body["edited"] = {"user": team.bot_id if shown.by_bot else shown.user_id, "ts": shown.edited}
    if shown.thread_ts:
        body["thread_ts"] = shown.thread_ts
    if shown.reply_count:
        body |= {"reply_count": shown.reply_count, "thread_ts": shown.ts}
    if shown.broadcast:
        body["subtype"] = "thread_broadcast"
    if shown.identity:
        body |= _identity(shown.identity)
    if shown.metadata:
        body["metadata"] = shown.metadata
    if shown.files:
        body["files"] = shown.files
    return body


def _identity(given: Json) -> Json:
    """A name and picture of a message's own. The emoji goes before the address."""
    body: Json = {"subtype": "bot_message"}
    if given.get("username"):
        body["username"] = given["username"]
    if given.get("icon_emoji"):
        body["icons"] = {"emoji": given["icon_emoji"]}
    elif given.get("icon_url"):
        body["icons"] = {"image_48": given["icon_url"]}
    return body


def view(world: World, team: Team, shown: View) -> Json:
    """A view object, as `views.open` answers it and payloads carry it."""
    body = shown.body
    return {
        "id": shown.id,
        "team_id": team.id,
        "type": body["type"],
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata") or "",
        "callback_id": body.get("callback_id") or "",
        "state": {"values": shown.values},
        "hash": shown.hash,
        "title": body.get("title") or {"type": "plain_text", "text": world.manifest.name, "emoji": True},
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": shown.previous_id,
        "root_view_id": shown.root_id,
        "app_id": world.app_id,
        "external_id": body.get("external_id") or "",
        "app_installed_team_id": team.id,
        "bot_id": team.bot_id,
    }


def page_message(team: Team, shown: Message) -> Json:
    """A message as the page shows it (docs/local-slack-api.md)."""
    if shown.by_slackbot:
        author: Json = {"id": SLACKBOT, "name": "Slackbot", "is_bot": True}
    else:
        person = team.people.get(shown.user_id)
        name = (person.real_name if shown.by_bot else person.name) if person else shown.user_id
        author = {"id": shown.user_id, "name": shown.identity.get("username") or name, "is_bot": shown.by_bot}
        if shown.identity.get("icon_emoji"):
            author["emoji"] = shown.identity["icon_emoji"]
    body: Json = {
        "ts": shown.ts,
        "channel": shown.channel_id,
        "user": author,
        "text": shown.text,
        "blocks": shown.blocks,
        "ephemeral": bool(shown.only_for),
        "edited": bool(shown.edited),
        "deleted": shown.deleted,
    }
    if shown.thread_ts:
        body["thread_ts"] = shown.thread_ts
    if shown.reply_count:
        body["reply_count"] = shown.reply_count
    if shown.broadcast:
        body["broadcast"] = True
    if shown.files:
        body["files"] = shown.files
    return body


def page_view(shown: View) -> Json:
    """A view as the page shows it."""
    body = shown.body
    return {
        "id": shown.id,
        "type": body["type"],
        "title": body.get("title"),
        "submit": body.get("submit"),
        "close": body.get("close"),
        "blocks": body["blocks"],
        "state": {"values": shown.values},
        "errors": shown.errors,
        "hash": shown.hash,
        "callback_id": body.get("callback_id") or "",
    }
