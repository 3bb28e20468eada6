"""A person of a test: says, clicks, fills, submits, sees. Every step returns after the bot's acknowledgement."""

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack import conversation, screen
from bot.sandbox.slack.finding_things import Thing, fillable, first, of_message, places, pressable
from bot.sandbox.slack.model import Channel, Json, Message, Person, View
from bot.sandbox.slack.values import STATEFUL

if TYPE_CHECKING:
    from bot.sandbox.slack.testing import LocalTeam

WITHIN = 5.0


@dataclass(frozen=True, slots=True)
class Confirm:
    """A confirm dialog's texts."""

    title: str
    text: str
    confirm: str
    deny: str


@dataclass(frozen=True, slots=True)
class Dialog:
    """An open modal as its person sees it."""

    id: str
    title: str
    text: str
    inputs: dict[str, str]
    """What each input holds, by its label."""
    errors: dict[str, str]
    """Errors by the label of their input; an empty label is a trouble of the whole dialog."""
    view: View


class LocalPerson:
    """One person at the local Slack."""

    def __init__(self, team: "LocalTeam", person: Person) -> None:
        self.team = team
        self.person = person
        self._at: Channel | None = None

    def __repr__(self) -> str:
        return f"<{self.person.name} {self.person.id}>"

    @property
    def id(self) -> str:
        """The user id."""
        return self.person.id

    @property
    def name(self) -> str:
        """The name others mention the person by."""
        return self.person.name

    @property
    def mention(self) -> str:
        """The mention in Slack's markup: `<@U…>`."""
        return f"<@{self.person.id}>"

    @property
    def direct(self) -> Channel:
        """The person's conversation with the bot."""
        return self.team.team.ims[self.person.id]

    async def says(self, text: str, in_: Channel | None = None, thread: Message | None = None) -> None:
        """Types a text or a `/command`, by default where the person typed last, else in their first channel."""
        channel = in_ or self._at or conversation.channels_of(self.team.team, self.person)[0]
        self._at = channel
        if self.person.home:
            self.person.home = "left"
        thread_ts = (thread.thread_ts or thread.ts) if thread else ""
        await self._slack.server.people.say(self.team.team, self.person, channel, text, thread_ts)

    def sees(self, text: str) -> bool:
        """Whether these words stand anywhere this person can see now."""
        return text in self.screen()

    async def will_see(self, text: str, within: float = WITHIN) -> bool:
        """Waits for something to change until the person sees these words; False after `within` seconds."""
        changed, until = self._slack.world.feed.changed, time.monotonic() + within
        while True:
            changed.clear()
            if self.sees(text):
                return True
            try:
                await asyncio.wait_for(changed.wait(), until - time.monotonic())
            except TimeoutError:
                return self.sees(text)

    def screen(self, channel: Channel | None = None) -> str:
        """All the person sees as plain text, or one channel of it."""
        return screen.screen(self.team.team, self.person, channel)

    def messages(self, channel: Channel | None = None) -> list[Message]:
        """The messages the person sees, newest last."""
        channels = [channel] if channel else conversation.channels_of(self.team.team, self.person)
        found = [m for c in channels for m in conversation.visible(c, self.person.id)]
        return sorted(found, key=lambda m: m.ts)

    def reads(self, message: Message) -> str:
        """One message as plain text."""
        return screen.message(self.team.team, self.person, message)

    async def clicks(self, label: str, on: Message | None = None) -> None:
        """Presses the newest button or menu option of this label, a dialog's first, and accepts its confirm dialog."""
        view = self._view
        if view and on is None and await self._pressed_frame(view, label):
            return
        thing = self._press(label, on)
        value: Json = {}
        if thing.option:
            overflow = thing.element["type"] == "overflow"
            value = {"selected_option": thing.option} if overflow else {"value": thing.option["value"]}
        block_id, action_id = thing.block["block_id"], thing.element["action_id"]
        await self._slack.server.acting.act(thing.place, self.person, block_id, action_id, value)

    def confirm_of(self, label: str, on: Message | None = None) -> Confirm | None:
        """The confirm dialog of a button, or None when it has none."""
        given = self._press(label, on).element.get("confirm")
        if not given:
            return None
        return Confirm(*(self._text(given[name]) for name in ("title", "text", "confirm", "deny")))

    @property
    def buttons(self) -> list[str]:
        """The labels of all there is to press now, newest first."""
        return [t.label for place in places(self.team.team, self.person) for t in pressable(place, self.person)]

    def has_dialog(self) -> bool:
        """Whether a dialog is open (a method, so that mypy does not remember the answer)."""
        return self._view is not None

    @property
    def dialog(self) -> Dialog | None:
        """The topmost open dialog, or None."""
        view = self._view
        if view is None:
            return None
        inputs, labels = {}, {"": ""}
        for block in view.body["blocks"]:
            if block["type"] == "input":
                label = self._text(block["label"])
                labels[block["block_id"]] = label
                shown = screen.element_text(self.team.team, self.person, block, block["element"], view.values)
                held = view.values.get(block["block_id"], {}).get(block["element"]["action_id"])
                inputs[label] = _held_text(held, shown)
        errors = {labels.get(block_id, block_id): words for block_id, words in view.errors.items()}
        text = screen.dialog(self.team.team, self.person, view)
        return Dialog(view.id, self._text(view.body["title"]), text, inputs, errors, view)

    async def fills(self, label: str, text: str) -> None:
        """Types into the input of this label."""
        thing = self._fill(label)
        await self._set(thing, {"value": text})

    async def chooses(self, label: str, *options: "str | LocalPerson | Channel") -> None:
        """Chooses in a menu, picker, radio or check boxes of this label; several for those that take several."""
        thing = self._fill(label)
        name = STATEFUL[thing.element["type"]][0]
        chosen = [await self._choice(thing, option) for option in options]
        several = isinstance(STATEFUL[thing.element["type"]][2], list)
        await self._set(thing, {name: chosen if several else chosen[0] if chosen else None})

    def options_of(self, label: str) -> list[str]:
        """The texts of the options of a menu."""
        return [self._text(option["text"]) for option in _options(self._fill(label).element)]

    async def types_into(self, label: str, query: str) -> list[str]:
        """Types into a menu that asks the bot for its options; gives their texts."""
        return [self._text(option["text"]) for option in await self._asked(self._fill(label), query)]

    async def submits(self) -> dict[str, str]:
        """Submits the open dialog. Gives its errors by label; empty when Slack took it."""
        view = self._view
        assert view is not None, f"{self.name} has no dialog open; {self.name} sees:\n{self.screen()}"
        assert view.body.get("submit"), f"this dialog has no submit button:\n{self.screen()}"
        await self._slack.server.acting.submit(view, self.team.team, self.person, {})
        return self.dialog.errors if self.dialog else {}

    async def closes_dialog(self, *, everything: bool = False) -> None:
        """Closes the topmost dialog, or all by the cross."""
        view = self._view
        assert view is not None, f"{self.name} has no dialog open; {self.name} sees:\n{self.screen()}"
        await self._slack.server.acting.close(view, self.team.team, self.person, everything=everything)

    async def opens_home(self) -> None:
        """Opens the bot's Home tab."""
        await self._slack.server.people.home(self.team.team, self.person)

    async def uses_shortcut(self, name: str, on: Message | None = None) -> None:
        """Uses a shortcut by its name, everywhere or on a message."""
        known = {s.name: s.callback_id for s in self._slack.world.manifest.shortcuts}
        assert name in known, f"there is no shortcut {name!r}, only {sorted(known)}"
        where = (self.team.team.channels[on.channel_id], on) if on else None
        await self._slack.server.people.shortcut(self.team.team, self.person, known[name], where)

    @property
    def _slack(self) -> Any:
        return self.team.slack

    @property
    def _view(self) -> View | None:
        stack = self.team.team.stacks.get(self.person.id)
        return stack[-1] if stack else None

    def _text(self, part: Json) -> str:
        return screen.object_text(self.team.team, self.person, part)

    async def _pressed_frame(self, view: View, label: str) -> bool:
        """Presses the dialog's own Submit or Close, if that is its label."""
        if view.body.get("submit") and self._text(view.body["submit"]) == label:
            await self.submits()
            return True
        if label == (self._text(view.body["close"]) if view.body.get("close") else "Cancel"):
            await self.closes_dialog()
            return True
        return False

    def _press(self, label: str, on: Message | None) -> Thing:
        where = [of_message(self.team.team, on)] if on else places(self.team.team, self.person)
        thing, labels = first((t for place in where for t in pressable(place, self.person)), label)
        assert thing is not None, f"{self.name} finds no [{label}], only {labels}. {self.name} sees:\n{self.screen()}"
        return thing

    def _fill(self, label: str) -> Thing:
        where = places(self.team.team, self.person)
        thing, labels = first((t for place in where for t in fillable(place, self.person)), label)
        assert thing is not None, f"{self.name} finds no input {label!r}, only {labels}:\n{self.screen()}"
        return thing

    async def _set(self, thing: Thing, value: Json) -> None:
        block_id, action_id = thing.block["block_id"], thing.element["action_id"]
        await self._slack.server.acting.act(thing.place, self.person, block_id, action_id, value)

    async def _choice(self, thing: Thing, option: "str | LocalPerson | Channel") -> Any:
        kind = thing.element["type"]
        if isinstance(option, LocalPerson | Channel):
            return option.id
        if "external" in kind or _options(thing.element):
            options = _options(thing.element) or await self._asked(thing, option)
            found = next((o for o in options if self._text(o["text"]) == option), None)
            texts = [self._text(o["text"]) for o in options]
            assert found is not None, f"{thing.label!r} has no option {option!r}, only {texts}"
            return found
        if kind == "datetimepicker":
            return int(option)
        return option

    async def _asked(self, thing: Thing, query: str) -> list[Json]:
        acting = self._slack.server.acting
        block_id, action_id = thing.block["block_id"], thing.element["action_id"]
        answer = await acting.options(thing.place, self.person, block_id, action_id, query)
        return _options(answer)


def _options(part: Json) -> list[Json]:
    grouped = [option for group in part.get("option_groups") or () for option in group["options"]]
    return list(part.get("options") or grouped)


def _held_text(held: Json | None, shown: str) -> str:
    if held is None:
        return ""
    value = held.get(STATEFUL[held["type"]][0])
    if value is None or value == []:
        return ""
    return value if isinstance(value, str) and held["type"].endswith("_input") else shown.strip("[]")
