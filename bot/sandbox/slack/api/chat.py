"""chat.*: docs.slack.dev/reference/methods/chat.postMessage and its neighbours."""

from bot.sandbox.slack import conversation, shapes
from bot.sandbox.slack.api.registry import Call, method
from bot.sandbox.slack.drafts import CHANGED_TEXT, draft
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import Channel, Json, Message
from bot.sandbox.slack.replies import said

WRITE = ("chat:write",)
CUSTOMIZE = "chat:write.customize"
TOO_SOON = "A channel takes one message a second and short bursts: this one came within a second of the one before it."


@method("chat.postMessage", tier=5, scopes=WRITE, required=("channel",))
async def post_message(call: Call) -> Json:
    """Posts a message into a channel the bot is in, or to a person."""
    channel = _target(call)
    checked = draft(call.args)
    call.problems += checked.advice
    checked.broadcast, checked.identity = call.flag("reply_broadcast"), _identity(call)
    thread_ts = thread_of(call, channel)
    if call.world.limits.soon(call.team.id, channel.id):
        call.notes.append(TOO_SOON)
    message = said(call.world, call.team, channel, "", checked, thread_ts)
    shown = shapes.message(call.world, call.team, message)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


@method("chat.postEphemeral", tier=4, scopes=WRITE, required=("channel", "user"))
async def post_ephemeral(call: Call) -> Json:
    """Shows a message to one person in a channel."""
    channel = call.channel()
    may_post(call, channel)
    checked = draft(call.args, posted=False)
    person = call.team.people.get(call.text("user"))
    if person is None or person.deleted or person.id not in channel.members:
        raise Refused("user_not_in_channel")
    call.problems += checked.advice
    checked.identity = _identity(call)
    message = said(call.world, call.team, channel, person.id, checked, thread_of(call, channel))
    return {"message_ts": message.ts}


@method("chat.update", tier=3, scopes=WRITE, required=("channel", "ts"))
async def update(call: Call) -> Json:
    """Changes a message of the bot's; `text` without `blocks` removes the old blocks."""
    channel = call.channel()
    if channel.archived:
        raise Refused("is_inactive")
    message = _own(call, channel, "cant_update_message")
    checked = draft(call.args, most=CHANGED_TEXT, posted=False)
    call.problems += checked.advice
    message.text, message.blocks, message.states = checked.text, checked.blocks, {}
    message.broadcast = message.broadcast or (bool(message.thread_ts) and call.flag("reply_broadcast"))
    if checked.metadata is not None:
        message.metadata = checked.metadata or None
    conversation.changed(call.world, call.team, channel, message)
    shown = shapes.message(call.world, call.team, message)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


@method("chat.delete", tier=3, scopes=WRITE, required=("channel", "ts"))
async def delete(call: Call) -> Json:
    """Deletes a message of the bot's."""
    channel = call.channel()
    message = _own(call, channel, "cant_delete_message")
    conversation.remove(call.world, call.team, channel, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", tier=5, required=("channel", "message_ts"), takes_json=False)
async def permalink(call: Call) -> Json:
    """The address of a message."""
    channel = call.channel()
    message = channel.messages.get(call.text("message_ts"))
    if message is None or message.only_for:
        raise Refused("message_not_found")
    path = f"archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": f"https://{call.team.domain}.slack.com/{path}"}


def _target(call: Call) -> Channel:
    wanted = call.text("channel")
    # Slack lets an app name a person: the message goes into their conversation with the bot, even when the account
    # was deactivated.
    channel = call.world.im(call.team, wanted) if wanted in call.team.people else call.channel()
    may_post(call, channel)
    wait = call.world.limits.posting(call.team.id, channel.id)
    if wait:
        raise Refused("ratelimited", status=429, retry_after=wait)
    return channel


def _identity(call: Call) -> Json:
    """The name and picture for this message alone. Without the scope for them Slack takes the app's own."""
    given: Json = {name: call.text(name) for name in ("username", "icon_emoji", "icon_url") if call.text(name)}
    if given and CUSTOMIZE not in call.team.installation.scopes:
        call.problems.append(f"{', '.join(given)}: taken only with the scope {CUSTOMIZE}; the app's own were shown.")
        return {}
    return given


def may_post(call: Call, channel: Channel) -> None:
    """Raises Refused when the bot may not write into this channel."""
    if channel.archived:
        raise Refused("is_archived")
    if channel.restricted:
        raise Refused("restricted_action")
    if channel.kind == "im" and not call.world.manifest.messages_tab:
        raise Refused("messages_tab_disabled")
    if call.team.bot.id not in channel.members:
        public = "chat:write.public" in call.team.installation.scopes and call.method == "chat.postMessage"
        if not public:
            raise Refused("not_in_channel")


def thread_of(call: Call, channel: Channel) -> str:
    """The thread a new message belongs to; empty when it starts none. Raises Refused."""
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return ""
    whole, _, part = thread_ts.partition(".")
    if not (whole.isdecimal() and part.isdecimal()):
        raise Refused("invalid_thread_ts")
    parent = channel.messages.get(thread_ts)
    if parent is None:
        raise Refused("thread_not_found")
    if parent.only_for:
        raise Refused("cannot_reply_to_message")
    return parent.thread_ts or thread_ts


def _own(call: Call, channel: Channel, error: str) -> Message:
    message = channel.messages.get(call.text("ts"))
    if message is None or message.only_for:
        raise Refused("message_not_found")
    if message.user_id != call.team.bot.id or call.team.bot.id not in channel.members:
        raise Refused(error)
    return message
