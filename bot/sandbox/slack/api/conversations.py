"""conversations.*: docs.slack.dev/reference/methods/conversations.info and its neighbours."""

from bot.sandbox.slack import page_state, shapes
from bot.sandbox.slack.api.registry import Call, method
from bot.sandbox.slack.conversation import visible
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import Channel, Json, Message, Person

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
MOST_PEOPLE = 8
"""In a conversation of several, beside the bot."""

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
async def open_conversation(call: Call) -> Json:
    """The conversation with one person or with several, opened if it has to be."""
    is_new = False
    if wanted := call.text("channel"):
        channel = call.team.channels.get(wanted)
        if channel is None or channel.kind == "channel":
            raise Refused("channel_not_found")
    else:
        people = _partners(call)
        if len(people) == 1:
            channel = call.world.im(call.team, people[0].id)
        else:
            channel, is_new = call.world.mpim(call.team, people)
    if is_new:
        page_state.tell_channels(call.world, call.team)
    full = shapes.conversation(call.team, channel)
    known: Json = {} if is_new else {"no_op": True, "already_open": True}
    return {**known, "channel": full if call.flag("return_im") else {"id": channel.id}}


@method("conversations.history", tier=3, scopes=HISTORY, required=("channel",))
async def history(call: Call) -> Json:
    """The messages of a conversation, newest first."""
    channel = _readable(call, "history")
    if call.team.bot.id not in channel.members:
        raise Refused("not_in_channel")
    found = _between(call, [m for m in visible(channel, "") if m.broadcast or m.thread_ts in ("", m.ts)])
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
    answers = [m for m in visible(channel, "") if m.thread_ts == ts]
    messages, metadata = call.page([channel.messages[ts], *_between(call, answers)])
    shown = [shapes.message(call.world, call.team, m) for m in messages]
    return {"messages": shown, "has_more": bool(metadata["next_cursor"]), "response_metadata": metadata}


def _partners(call: Call) -> list[Person]:
    """Those with whom a conversation is opened, each once. Raises Refused."""
    users = list(dict.fromkeys(u.strip() for u in call.text("users").split(",") if u.strip()))
    if not users:
        raise Refused("users_list_not_supplied")
    others = [user for user in users if user != call.team.bot.id]
    if not others:
        raise Refused("not_enough_users")
    if len(others) > MOST_PEOPLE:
        raise Refused("too_many_users")
    call.need_scope("im:write" if len(others) == 1 else "mpim:write")
    people = [call.team.people.get(user) for user in others]
    if None in people:
        raise Refused("user_not_found")
    found = [person for person in people if person]
    if any(person.deleted for person in found):
        raise Refused("user_disabled")
    outsiders = {person.id for person in found if person.foreign}
    shared = (c for c in call.team.channels.values() if c.kind == "channel" and outsiders <= c.members)
    if len(found) > 1 and outsiders and not any(shared):
        raise Refused("invalid_user_combination")
    return found


_family = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def _readable(call: Call, right: str) -> Channel:
    channel = call.channel()
    call.need_scope(f"{_family[_kind(channel)]}:{right}")
    return channel


def _kind(channel: Channel) -> str:
    if channel.kind != "channel":
        return channel.kind
    return "private_channel" if channel.is_private else "public_channel"


def _known(call: Call, channel: Channel) -> bool:
    return call.team.bot.id in channel.members or not (channel.is_private or channel.kind == "im")


def _between(call: Call, messages: list[Message]) -> list[Message]:
    """Those from `oldest` to `latest`; the bounds themselves only with `inclusive`."""
    bounds = _seconds(call, "oldest", 0.0), _seconds(call, "latest", 1e12)
    inclusive = call.flag("inclusive")
    told = [(each, float(each.ts)) for each in messages]
    return [each for each, at in told if bounds[0] < at < bounds[1] or (inclusive and at in bounds)]


def _seconds(call: Call, name: str, without: float) -> float:
    try:
        return float(call.text(name) or without)
    except ValueError:
        raise Refused("invalid_ts_oldest" if name == "oldest" else "invalid_ts_latest") from None
