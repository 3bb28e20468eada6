"""What people do in Slack: type, run commands, open the Home tab, use shortcuts."""

from bot.sandbox.slack import conversation, payloads, replies, shapes
from bot.sandbox.slack.delivery import Answer, Delivery, Transport, deliver
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.manifest import Command
from bot.sandbox.slack.model import Channel, Json, Message, Person, Team, View
from bot.sandbox.slack.world import World
from bot.sandbox.slack.written import escaped

UNINSTALLED = "account_inactive"
DID_NOT_WORK = "Sorry, this didn't work. Try again?"
"""What Slack's window says in a corner when a shortcut was not acknowledged."""


class People:
    """Carries out what people do, up to the bot's acknowledgement. Errors are Slack's names; empty means fine."""

    def __init__(self, world: World, transport: Transport, events: Events) -> None:
        self.world = world
        self.transport = transport
        self.events = events

    async def say(self, team: Team, person: Person, channel: Channel, text: str, thread_ts: str = "") -> str:
        """Types a text. Raises Refused where Slack's own window would not let the person type."""
        self.may_type(person, channel)
        if text.startswith("/"):
            return await self._command(team, person, channel, text, thread_ts)
        if channel.kind == "im" and (self.world.manifest.messages_read_only or not self.world.manifest.messages_tab):
            raise Refused("messages_tab_disabled")
        written = escaped(team, text, named=False)
        message = Message(self.world.ts(), channel.id, person.id, written, thread_ts=thread_ts)
        conversation.put(self.world, team, channel, message)
        await self._message_events(team, channel, message)
        return ""

    def may_type(self, person: Person, channel: Channel) -> None:
        """Raises Refused when this person can't write here."""
        begin(person)
        if channel.archived:
            raise Refused("is_archived")
        if person.id not in channel.members:
            raise Refused("not_in_channel")
        if channel.restricted and not person.is_admin:
            raise Refused("restricted_action")

    async def home(self, team: Team, person: Person) -> View | None:
        """Opens the Home tab; gives what the bot shows there after its acknowledgement."""
        if not self.world.manifest.home_tab:
            raise Refused("not_enabled")
        begin(person)
        person.home = "open"
        event: Json = {"type": "app_home_opened", "user": person.id, "channel": team.ims[person.id].id, "tab": "home"}
        if view := team.homes.get(person.id):
            event["view"] = shapes.view(self.world, team, view)
        await self.events.emit(team, "app_home_opened", event)
        return team.homes.get(person.id)

    async def shortcut(
        self, team: Team, person: Person, callback_id: str, on: tuple[Channel, Message] | None = None
    ) -> str:
        """Uses a shortcut, everywhere or on a message. A failure is said to the person beside the conversations."""
        begin(person)
        if on:
            conversation.look_into(person, on[0])
        kind = "message" if on else "global"
        if not any(s.callback_id == callback_id and s.type == kind for s in self.world.manifest.shortcuts):
            raise Refused("not_found")
        payload = payloads.base(self.world, team, person, "message_action" if on else "shortcut")
        payload |= {"callback_id": callback_id, "action_ts": self.world.ts()}
        payload["trigger_id"] = self.world.trigger(team, person.id, on[0].id if on else "")
        if on:
            channel, message = on
            payload |= {
                "message_ts": message.ts,
                "message": shapes.message(self.world, team, message),
                "channel": payloads.channel_part(channel),
                "response_url": self.world.response_url(team, person.id, channel),
            }
        answer = await self.interaction(team, "shortcut", callback_id, payload)
        if answer.error:
            person.notice = f"{DID_NOT_WORK} ({answer.error})"
            self.world.feed.changed.set()
        return answer.error

    async def interaction(self, team: Team, kind: str, name: str, payload: Json, url: str = "") -> Answer:
        """Sends an interaction. Raises Refused when the app takes none."""
        manifest = self.world.manifest
        if not manifest.interactivity:
            raise Refused("interactivity_not_enabled")
        if team.installation.dead == UNINSTALLED:
            raise Refused("app_uninstalled")
        delivery = Delivery(kind, name, team.id, payload, "interactive", url or manifest.interactivity_url)
        return await deliver(self.world, self.transport, delivery)

    async def _command(self, team: Team, person: Person, channel: Channel, text: str, thread_ts: str) -> str:
        word, *more = text.split(None, 1)
        rest = more[0] if more else ""
        command = self.world.commands.get(word)
        if command is None or team.installation.dead == UNINSTALLED:
            return self._slackbot(team, channel, person, f"{word} is not a valid command.", "invalid_command")
        if thread_ts:
            return self._slackbot(
                team, channel, person, f"{word} is not supported in threads. Sorry!", "thread_not_supported"
            )
        form = self.command_form(team, person, channel, command, rest.strip())
        delivery = Delivery("command", text, team.id, form, "slash_commands", command.url)
        answer = await deliver(self.world, self.transport, delivery)
        if answer.error:
            return self._failed(team, channel, person, word, answer.error)
        said = answer.data if answer.data is not None else answer.body.decode("utf-8", "replace").strip()
        try:
            for advice in (
                replies.acknowledged_command(self.world, team, channel, person.id, said, text) if said else ()
            ):
                self.world.log.problem(answer.exchange, advice)
        except Refused as refused:
            for problem in refused.problems() or [f"The acknowledgement was refused: {refused.error}."]:
                self.world.log.problem(answer.exchange, problem)
            return self._failed(team, channel, person, word, refused.error)
        return ""

    def command_form(self, team: Team, person: Person, channel: Channel, command: Command, text: str) -> Json:
        """The fields of a command, with a fresh trigger_id and response_url."""
        return {
            "token": self.world.verification_token,
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": channel.id,
            "channel_name": payloads.shown_name(channel),
            "user_id": person.id,
            "user_name": person.name,
            "command": command.command,
            "text": escaped(team, text, named=True) if command.should_escape else text,
            "api_app_id": self.world.app_id,
            **payloads.organisation_form(team),
            "response_url": self.world.response_url(team, person.id, channel),
            "trigger_id": self.world.trigger(team, person.id, channel.id),
        }

    def _failed(self, team: Team, channel: Channel, person: Person, word: str, error: str) -> str:
        return self._slackbot(team, channel, person, f'{word} failed with the error "{error}"', error)

    def _slackbot(self, team: Team, channel: Channel, person: Person, text: str, error: str) -> str:
        conversation.slackbot(self.world, team, channel, person.id, text)
        return error

    async def _message_events(self, team: Team, channel: Channel, message: Message) -> None:
        if team.bot.id not in channel.members:
            return
        event: Json = {
            "type": "message",
            "user": message.user_id,
            "ts": message.ts,
            "text": message.text,
            "team": team.id,
            "channel": channel.id,
            "event_ts": message.ts,
        }
        if message.thread_ts:
            event["thread_ts"] = message.thread_ts
        kind, subscription = "channel", "message.channels"
        if channel.kind == "im":
            kind, subscription = "im", "message.im"
        elif channel.kind == "mpim":
            kind, subscription = "mpim", "message.mpim"
        elif channel.is_private:
            kind, subscription = "group", "message.groups"
        await self.events.emit(team, subscription, {**event, "channel_type": kind})
        if channel.kind != "im" and f"<@{team.bot.id}" in message.text:
            await self.events.emit(team, "app_mention", {**event, "type": "app_mention"})


def begin(person: Person) -> None:
    """Begins a step of this person: what was said of the one before is gone.

    Raises Refused when the account is deactivated: it is signed out everywhere.
    """
    if person.deleted:
        raise Refused("account_inactive")
    person.notice = ""
