"""conversations.*: docs.slack.dev/reference/methods/conversations.info and its neighbours."""

from bot.sandbox.slack import shapes
from bot.sandbox.slack.api.registry import Call, method
from bot.sandbox.slack.conversation import visible
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import Channel, Json

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
OPEN = ("im:write", "mpim:write", "channels:manage", "groups:write")


@method("conversations.info", tier=3, scopes=READ, required=("channel",), takes_json=False)
async def info(call: Call) -> Json:
    """One conversation."""
    channel = _readable(call, "read")
    shown = shapes.conversation(call.team, channel)
    if call.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


@method("conversations.list", tier=2, scopes=READ, takes_json=False)
async def list_all(call: Call) -> Json:
    """The conversations the bot may know of, page by page."""
    wanted = [t.strip() for t in (call.text("types") or "public_channel").split(",")]
    if not set(wanted) <= {"public_channel", "private_channel", "im", "mpim"}:
        raise Refused("invalid_types")
    for kind in wanted:
        call.need_scope(f"{_family[kind]}:read")
    shown = [c for c in call.team.channels.values() if _kind(c) in wanted and _known(call, c)]
    if call.flag("exclude_archived"):
        shown = [c for c in shown if not c.archived]
    channels, metadata = call.page(shown)
    return {"channels": [shapes.conversation(call.team, c) for c in channels], "response_metadata": metadata}


@method("conversations.members", tier=4, scopes=READ, required=("channel",), takes_json=False)
async def members(call: Call) -> Json:
    """Who is in a conversation, page by page."""
    people, metadata = call.page(sorted(_readable(call, "read").members))
    return {"members": people, "response_metadata": metadata}


@method("conversations.join", tier=3, scopes=("channels:join",), required=("channel",))
async def join(call: Call) -> Json:
    """Lets the bot join a public channel."""
    channel = call.channel()
    if channel.kind == "im" or channel.is_private:
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    already = call.team.bot.id in channel.members
    channel.members.add(call.team.bot.id)
    body: Json = {"channel": shapes.conversation(call.team, channel)}
    if already:
        body |= {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return body


@method("conversations.open", tier=3, scopes=OPEN)
async def open_im(call: Call) -> Json:
    """The conversation with one person, opened if it has to be."""
    if wanted := call.text("channel"):
        channel = call.team.channels.get(wanted)
        if channel is None or channel.kind != "im":
            raise Refused("channel_not_found")
    else:
        users = [u.strip() for u in call.text("users").split(",") if u.strip()]
        if not users:
            raise Refused("users_list_not_supplied")
        if len(users) > 1:
            raise Refused("method_not_supported_for_channel_type")
        call.need_scope("im:write")
        person = call.team.people.get(users[0])
        if person is None:
            raise Refused("user_not_found")
        if person.deleted:
            raise Refused("user_disabled")
        channel = call.world.im(call.team, person.id)
    full = shapes.conversation(call.team, channel)
    return {"no_op": True, "already_open": True, "channel": full if call.flag("return_im") else {"id": channel.id}}


@method("conversations.history", tier=3, scopes=HISTORY, required=("channel",))
async def history(call: Call) -> Json:
    """The messages of a conversation, newest first."""
    channel = _readable(call, "history")
    if call.team.bot.id not in channel.members:
        raise Refused("not_in_channel")
    bounds = _seconds(call, "oldest", 0.0), _seconds(call, "latest", 1e12)
    inclusive = call.flag("inclusive")
    told = [(m, float(m.ts)) for m in visible(channel, "")]
    found = [m for m, at in told if bounds[0] < at < bounds[1] or (inclusive and at in bounds)]
    messages, metadata = call.page(found[::-1], 999)
    shown = [shapes.message(call.world, call.team, m) for m in messages]
    return {"messages": shown, "has_more": bool(metadata["next_cursor"]), "response_metadata": metadata}


@method("conversations.replies", tier=3, scopes=HISTORY, required=("channel", "ts"), takes_json=False)
async def replies(call: Call) -> Json:
    """A thread, oldest first."""
    channel = _readable(call, "history")
    ts = call.text("ts")
    if ts not in channel.messages:
        raise Refused("thread_not_found")
    thread = [m for m in visible(channel, "") if ts in (m.ts, m.thread_ts)]
    messages, metadata = call.page(thread)
    shown = [shapes.message(call.world, call.team, m) for m in messages]
    return {"messages": shown, "has_more": bool(metadata["next_cursor"]), "response_metadata": metadata}


_family = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def _readable(call: Call, right: str) -> Channel:
    channel = call.channel()
    call.need_scope(f"{_family[_kind(channel)]}:{right}")
    return channel


def _kind(channel: Channel) -> str:
    if channel.kind == "im":
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


def _known(call: Call, channel: Channel) -> bool:
    return call.team.bot.id in channel.members or not (channel.is_private or channel.kind == "im")


def _seconds(call: Call, name: str, without: float) -> float:
    try:
        return float(call.text(name) or without)
    except ValueError:
        raise Refused("invalid_ts_oldest" if name == "oldest" else "invalid_ts_latest") from None
