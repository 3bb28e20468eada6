"""What happens in conversations: posting, changing, deleting, and who may see what."""

from collections.abc import Iterable

from bot.sandbox.slack import shapes
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import Channel, Message, Person, Team
from bot.sandbox.slack.world import KEPT_MESSAGES, SLACKBOT, World


def put(world: World, team: Team, channel: Channel, message: Message) -> Message:
    """Adds a message to a channel and tells the pages."""
    channel.messages[message.ts] = message
    if len(channel.messages) > KEPT_MESSAGES:
        del channel.messages[next(iter(channel.messages))]
    if message.thread_ts and (parent := channel.messages.get(message.thread_ts)) and parent is not message:
        parent.reply_count += 1
        tell(world, team, channel, parent, "message_changed")
    tell(world, team, channel, message, "message")
    return message


def remove(world: World, team: Team, channel: Channel, message: Message) -> None:
    """Takes a message away and tells the pages."""
    channel.messages.pop(message.ts, None)
    message.deleted = True
    gone = {"channel": channel.id, "ts": message.ts}
    world.feed.tell(team.id, "message_deleted", lambda user: gone if _sees(team, user, channel, message) else None)


def changed(world: World, team: Team, channel: Channel, message: Message) -> None:
    """Marks a message as edited now and tells the pages."""
    message.edited = world.ts()
    tell(world, team, channel, message, "message_changed")


def tell(world: World, team: Team, channel: Channel, message: Message, event: str) -> None:
    """Tells the pages of all who may see this message."""

    def body(user: str) -> shapes.Json | None:
        return {"message": shapes.page_message(team, message)} if _sees(team, user, channel, message) else None

    world.feed.tell(team.id, event, body)


def slackbot(world: World, team: Team, channel: Channel, user_id: str, text: str) -> None:
    """Shows an error of Slack's to one person."""
    put(world, team, channel, Message(world.ts(), channel.id, SLACKBOT, text, only_for=user_id, by_slackbot=True))


def may_read(person: Person, channel: Channel) -> bool:
    """Whether a person may look into a channel: members may, and for public channels all but guests."""
    if person.id in channel.members:
        return True
    guest = person.is_restricted or person.is_ultra_restricted or person.foreign
    return not (channel.is_private or channel.kind == "im" or guest)


def look_into(person: Person, channel: Channel) -> None:
    """Raises Refused when this person can't look into the channel: for them it isn't there."""
    if not may_read(person, channel):
        raise Refused("channel_not_found")


def visible(channel: Channel, user_id: str) -> Iterable[Message]:
    """The messages of a channel that this person sees, oldest first."""
    return [m for m in channel.messages.values() if not m.only_for or m.only_for == user_id]


def channels_of(team: Team, person: Person) -> list[Channel]:
    """The channels a person is in, the conversation with the bot last."""
    own = [c for c in team.channels.values() if c.kind != "im" and person.id in c.members]
    return [*own, team.ims[person.id]] if person.id in team.ims else own


def _sees(team: Team, user_id: str, channel: Channel, message: Message) -> bool:
    if message.only_for:
        return message.only_for == user_id
    person = team.people.get(user_id)
    return person is not None and may_read(person, channel)
