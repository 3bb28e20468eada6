"""Answers of the bot that are no Web API call: acknowledgements of commands, and response_urls.

docs.slack.dev/interactivity/handling-user-interaction (message responses).
"""

from typing import Any

from bot.sandbox.slack import conversation
from bot.sandbox.slack.drafts import Draft, draft
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import Channel, Json, Message, ResponseUrl, Team
from bot.sandbox.slack.world import World
from bot.sandbox.slack.written import escaped

USES = 5
SECONDS = 30 * 60


def acknowledged_command(world: World, team: Team, channel: Channel, user_id: str, body: Any, typed: str) -> list[str]:
    """Shows what a command's acknowledgement says; gives the advice of the checks. Raises Refused."""
    given: Json = body if isinstance(body, dict) else {"text": str(body)}
    public = given.get("response_type") == "in_channel"
    if public:
        words = escaped(team, typed, named=False)
        conversation.put(world, team, channel, Message(world.ts(), channel.id, user_id, words))
    if not any(given.get(name) for name in ("text", "blocks", "attachments", "markdown_text")):
        return []
    checked = draft(given, posted=False)
    said(world, team, channel, "" if public else user_id, checked, str(given.get("thread_ts") or ""))
    return checked.advice


def responded(world: World, key: str, body: Any) -> list[str]:
    """Carries out a POST to a response_url; gives the advice of the checks. Raises Refused."""
    url = world.urls.get(key)
    if url is None:
        raise Refused("no_service", status=404)
    if world.now() - url.made_at > SECONDS:
        raise Refused("expired_url", status=404)
    if url.uses >= USES:
        raise Refused("used_url", status=404)
    if not isinstance(body, dict):
        raise Refused("invalid_payload", status=400)
    url.uses += 1
    try:
        return _respond(world, url, body)
    except Refused as refused:
        refused.status = 400
        raise


def said(world: World, team: Team, channel: Channel, only_for: str, checked: Draft, thread_ts: str = "") -> Message:
    """Puts a message of the bot into a conversation."""
    message = Message(world.ts(), channel.id, team.bot.id, checked.text, checked.blocks, only_for, by_bot=True)
    message.thread_ts, message.metadata = thread_ts, checked.metadata
    message.broadcast, message.identity = bool(thread_ts) and checked.broadcast, checked.identity
    return conversation.put(world, team, channel, message)


def _respond(world: World, url: ResponseUrl, body: Json) -> list[str]:
    advice: list[str] = []
    original = url.channel.messages.get(url.message_ts) if url.message_ts else None
    delete, replace = _true(body.get("delete_original")), _true(body.get("replace_original"))
    if (delete or replace) and not url.message_ts:
        advice.append("A command's response_url has no original message: nothing is replaced or deleted.")
    if delete and original is not None:
        conversation.remove(world, url.team, url.channel, original)
    if delete and not any(body.get(name) for name in ("text", "blocks", "attachments")):
        return advice
    checked = draft(body, posted=False)
    if replace and url.message_ts:
        if original is not None:
            _replace(world, url, original, checked)
    else:
        only_for = "" if body.get("response_type") == "in_channel" else url.user_id
        said(world, url.team, url.channel, only_for, checked, str(body.get("thread_ts") or ""))
    return advice + checked.advice


def _replace(world: World, url: ResponseUrl, original: Message, checked: Draft) -> None:
    original.text, original.blocks, original.states = checked.text, checked.blocks, {}
    if checked.metadata is not None:
        original.metadata = checked.metadata
    conversation.changed(world, url.team, url.channel, original)


def _true(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.lower() == "true")
