"""How a person of a test finds what to press and to fill: by the words on the screen."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.slack import conversation, screen
from bot.sandbox.slack.acting import Place
from bot.sandbox.slack.model import Json, Message, Person, Team, View
from bot.sandbox.slack.rules.nesting import within
from bot.sandbox.slack.rules.views import elements_of

BUTTONS = ("button", "workflow_button", "icon_button")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on the screen: an element, one option of an overflow menu, or one of two feedback buttons."""

    place: Place
    block: Json
    element: Json
    label: str
    option: Json | None = None


def places(team: Team, person: Person) -> Iterator[Place]:
    """Where to look, in order: the open dialog, the Home tab if the person is there, messages newest first."""
    stack: list[View] = team.stacks.get(person.id, [])
    if stack:
        yield Place(team, view=stack[-1])
        return
    home = team.homes.get(person.id)
    if home is not None and person.home == "open":
        yield Place(team, view=home)
    seen: list[tuple[str, Place]] = []
    for channel in conversation.channels_of(team, person):
        for message in conversation.visible(channel, person.id):
            seen.append((message.ts, Place(team, channel, message)))
    yield from (place for _, place in sorted(seen, key=lambda each: each[0], reverse=True))
    if home is not None and person.home == "left":
        yield Place(team, view=home)


def of_message(team: Team, message: Message) -> Place:
    """The place that is this message."""
    return Place(team, team.channels[message.channel_id], message)


def pressable(place: Place, person: Person) -> Iterator[Thing]:
    """Buttons of every kind and the options of overflow menus."""
    for _, block in within(place.blocks):
        for element in elements_of(block):
            if element["type"] in BUTTONS:
                yield Thing(place, block, element, screen.object_text(place.team, person, element["text"]))
            for option in _choices(element):
                yield Thing(place, block, element, screen.object_text(place.team, person, option["text"]), option)


def fillable(place: Place, person: Person) -> Iterator[Thing]:
    """Inputs, menus and pickers, under each name a person may call them by: label, section's text, placeholder."""
    for _, block in within(place.blocks):
        for element in elements_of(block):
            if element["type"] in BUTTONS or _choices(element):
                continue
            names = [block.get("label"), block.get("text"), element.get("placeholder")]
            for name in names:
                if name:
                    yield Thing(place, block, element, screen.object_text(place.team, person, name))


def first(things: Iterator[Thing], label: str) -> tuple[Thing | None, list[str]]:
    """The first thing with this label, else None and all labels there are."""
    labels = []
    for thing in things:
        if thing.label == label:
            return thing, []
        labels.append(thing.label)
    return None, labels


def _choices(element: Json) -> list[Json]:
    """What is pressed one by one in an element that is no single button."""
    if element["type"] == "overflow":
        return list(element["options"])
    if element["type"] == "feedback_buttons":
        return [element["positive_button"], element["negative_button"]]
    return []
