"""What a person can see, as plain text: messages, dialogs and the Home tab, with `[Label]` for what can be pressed."""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack import conversation, screen_data, values
from bot.sandbox.slack.model import Channel, Json, Message, Person, Team, View
from bot.sandbox.slack.rules.nesting import CHILDREN
from bot.sandbox.slack.text import date, plain


def screen(team: Team, person: Person, channel: Channel | None = None) -> str:
    """Everything the person sees, or one channel of it."""
    channels = [channel] if channel else conversation.channels_of(team, person)
    parts = [_channel(team, person, each) for each in channels]
    if channel is None:
        home = team.homes.get(person.id)
        if home is not None and person.home:
            parts.append("== Home\n" + "\n".join(blocks_lines(team, person, home.body["blocks"], home.values)))
        parts += [dialog(team, person, view) for view in team.stacks.get(person.id, [])[-1:]]
        parts.append(f"! {person.notice}" if person.notice else "")
    return "\n\n".join(part for part in parts if part)


def message(team: Team, person: Person, shown: Message) -> str:
    """One message. Blocks stand for its text, as on Slack's own screen."""
    if shown.blocks:
        state = shown.states.get(person.id) or values.initial(shown.blocks)
        lines = list(blocks_lines(team, person, shown.blocks, state))
    else:
        lines = [plain(team, person, shown.text)]
    lines += [f"(file {each.get('title') or each.get('name')})" for each in shown.files]
    return "\n".join(lines)


def dialog(team: Team, person: Person, view: View) -> str:
    """A dialog with its title, inputs, errors and buttons."""
    body = view.body
    lines = [f"== Dialog: {object_text(team, person, body['title'])}"]
    for block in body["blocks"]:
        lines += blocks_lines(team, person, [block], view.values)
        if error := view.errors.get(block["block_id"]):
            lines.append(f"! {error}")
    if trouble := view.errors.get(""):
        lines.append(f"! {trouble}")
    buttons = [body["close"] if body.get("close") else {"type": "plain_text", "text": "Cancel"}]
    if body.get("submit"):
        buttons.append(body["submit"])
    return "\n".join([*lines, " ".join(f"[{object_text(team, person, each)}]" for each in buttons)])


def blocks_lines(team: Team, person: Person, blocks: list[Json], state: Json) -> Iterator[str]:
    """The lines of blocks, top to bottom."""
    for block in blocks:
        kind = block["type"]
        if kind == "divider":
            yield "---"
        elif kind == "input":
            held = element_text(team, person, block, block["element"], state)
            yield f"{object_text(team, person, block['label'])}: {held}"
            if hint := block.get("hint"):
                yield object_text(team, person, hint)
        elif kind in CHILDREN:
            yield from _titles(team, person, block)
            yield from blocks_lines(team, person, block[CHILDREN[kind]], state)
        elif kind in ("actions", "context_actions"):
            yield " ".join(element_text(team, person, block, each, state) for each in block["elements"])
        else:
            yield from _block_lines(team, person, block, state)


def element_text(team: Team, person: Person, block: Json, element: Json, state: Json) -> str:
    """An element in square brackets: a button's label, or what a menu or an input holds."""
    kind = element["type"]
    if kind in ("button", "workflow_button", "icon_button"):
        return f"[{object_text(team, person, element['text'])}]"
    if kind == "feedback_buttons":
        both = (element["positive_button"], element["negative_button"])
        return " ".join(f"[{object_text(team, person, each['text'])}]" for each in both)
    if kind == "overflow":
        return "[" + " | ".join(object_text(team, person, o["text"]) for o in element["options"]) + "]"
    if kind == "image":
        return f"({element.get('alt_text', 'image')})"
    held = state.get(block["block_id"], {}).get(element.get("action_id"))
    shown = _held(team, person, held) if held else ""
    if kind in ("checkboxes", "radio_buttons"):
        picked = shown.split(", ") if shown else []
        options = [object_text(team, person, o["text"]) for o in element["options"]]
        return " ".join(f"[{'x' if o in picked else ' '}] {o}" for o in options)
    placeholder = object_text(team, person, element["placeholder"]) if element.get("placeholder") else ""
    return f"[{shown or placeholder}]"


def object_text(team: Team, person: Person, part: Any) -> str:
    """A text object as it reads. `plain_text` is shown as it is written: what was escaped there, stays escaped."""
    if not isinstance(part, dict):
        return ""
    words = str(part.get("text", ""))
    return plain(team, person, words) if part.get("type") == "mrkdwn" else words


def _block_lines(team: Team, person: Person, block: Json, state: Json) -> Iterator[str]:
    kind = block["type"]
    if kind == "section":
        if block.get("text"):
            yield object_text(team, person, block["text"])
        yield from (object_text(team, person, each) for each in block.get("fields") or ())
        if block.get("accessory"):
            yield element_text(team, person, block, block["accessory"], state)
    elif kind == "card":
        yield from (f"({block[name]['alt_text']})" for name in ("hero_image", "icon") if block.get(name))
        yield from (
            object_text(team, person, block[name])
            for name in ("title", "subtitle", "body", "subtext")
            if block.get(name)
        )
        yield from (element_text(team, person, block, each, state) for each in block.get("actions") or ())
    elif kind in ("header", "alert"):
        yield object_text(team, person, block["text"])
    elif kind == "context":
        yield " ".join(
            f"({e['alt_text']})" if e["type"] == "image" else object_text(team, person, e) for e in block["elements"]
        )
    elif kind == "image":
        yield f"({block['alt_text']})"
    elif kind == "markdown":
        yield block["text"]
    else:
        yield from _data_lines(team, person, block, state)


def _data_lines(team: Team, person: Person, block: Json, state: Json) -> Iterator[str]:
    kind = block["type"]

    def words(part: Json) -> str:
        if part["type"] == "action_cell":
            return element_text(team, person, block, part["element"], state)
        return (" " if "table" in kind else "").join(_leaves(team, person, part))

    if kind in ("table", "data_table"):
        yield from [block["caption"]] if kind == "data_table" else []
        yield from screen_data.table_lines(block["rows"], words)
    elif kind == "data_visualization":
        yield from screen_data.chart_lines(block)
    elif kind == "plan":
        yield from screen_data.plan_lines(block, words)
    elif kind == "task_card":
        yield from screen_data.task_lines(block, words)
    else:
        yield words(block)


def _titles(team: Team, person: Person, block: Json) -> Iterator[str]:
    """What stands above the blocks in a block. The titles of cards are their own."""
    if block["type"] != "container":
        return
    if block.get("icon"):
        yield f"({block['icon']['alt_text']})"
    rich = block.get("rich_text_title")
    yield "".join(_leaves(team, person, rich)) if rich else object_text(team, person, block["title"])
    if block.get("subtitle"):
        yield object_text(team, person, block["subtitle"])


def _held(team: Team, person: Person, held: Json) -> str:
    value = held.get(values.STATEFUL[held["type"]][0])
    many = value if isinstance(value, list) else [value] if value else []
    return ", ".join(_one(team, person, each) for each in many)


def _one(team: Team, person: Person, value: Any) -> str:
    if isinstance(value, dict):
        return object_text(team, person, value["text"]) if "text" in value else "".join(_leaves(team, person, value))
    if value in team.people:
        return f"@{team.people[value].name}"
    if value in team.channels:
        return f"#{team.channels[value].name}"
    return str(value)


def _leaves(team: Team, person: Person, part: Any) -> Iterator[str]:
    """The texts in rich text, in order."""
    if isinstance(part, list):
        for each in part:
            yield from _leaves(team, person, each)
    elif isinstance(part, dict):
        kind = part.get("type")
        if kind == "user":
            yield _one(team, person, part.get("user_id"))
        elif kind == "channel":
            yield _one(team, person, part.get("channel_id"))
        elif kind == "usergroup":
            group = team.groups.get(str(part.get("usergroup_id")))
            yield f"@{group.handle if group else part.get('usergroup_id')}"
        elif kind == "broadcast":
            yield f"@{part.get('range')}"
        elif kind == "date":
            yield date(person, int(part["timestamp"]), part["format"])
        elif kind == "link":
            yield part.get("text") or str(part.get("url"))
        elif kind == "raw_number":
            yield part.get("text") or str(part.get("value"))
        elif kind == "emoji":
            yield f":{part.get('name')}:"
        elif isinstance(part.get("text"), str):
            yield part["text"]
        else:
            yield from _leaves(team, person, part.get("elements") or [])


def _channel(team: Team, person: Person, channel: Channel) -> str:
    name = f"direct messages with {team.bot.real_name}" if channel.kind == "im" else f"#{channel.name}"
    shown = [_said(team, person, each) for each in conversation.visible(channel, person.id)]
    return "\n".join([f"== {name}", *shown]) if shown else ""


def _said(team: Team, person: Person, shown: Message) -> str:
    writer = team.people.get(shown.user_id)
    author = "Slackbot" if shown.by_slackbot else shown.identity.get("username") or (writer.name if writer else "?")
    only = " (only you)" if shown.only_for else ""
    return f"{author}{only}: {message(team, person, shown)}"
