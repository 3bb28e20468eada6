"""Block Kit as small functions that give dicts. Text is escaped and cut here, at the lowest place.

The sizes are Slack's ("Block Kit", reference of each block and composition object).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.slack.ids import INPUT

Block = dict[str, Any]
Element = dict[str, Any]

SECTION_TEXT = 3000
FIELD_TEXT = 2000
FIELDS = 10
HEADER_TEXT = 150
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
MODAL_TITLE = 24
OPTION_TEXT = 75
MESSAGE_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Message:
    """What a person reads: `text` is what notifications and screen readers say, a whole sentence."""

    text: str
    blocks: list[Block] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Slack refuses a longer `text` when a message is changed (`chat.update`, `msg_too_long`)."""
        object.__setattr__(self, "text", cut_mrkdwn(self.text, MESSAGE_TEXT))


def escape(text: str) -> str:
    """Makes `<!channel>` in a server's name a word and not a ping (Slack, "Escaping text"), and *bold* stay as typed.

    Signs that would format in pairs, and so vanish, become others that look alike (Slack, "Formatting text").
    """
    for sign, alike in ALIKE.items():
        if text.count(sign) > 1:
            text = text.replace(sign, alike)
    return _entities(_ITALIC.sub("ˍ", text))


ALIKE = {"*": "∗", "~": "∼", "`": "'"}
"""What looks like a sign that formats, and doesn't format."""

_ITALIC = re.compile(r"(?<!\w)_(?=\w[^_]*_(?!\w))")


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something is missing; never half an entity."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    if (start := kept.rfind("&")) > max(kept.rfind(";"), limit - 8):
        kept = kept[:start]
    return kept + "…"


def cut_mrkdwn(text: str, limit: int) -> str:
    """Like `cut` for text that is escaped already: never half a mention or date, which would show as its code."""
    if len(text) <= limit:
        return text
    shorter = cut(text, limit)
    opened = shorter.rfind("<")
    return shorter if opened <= shorter.rfind(">") else shorter[:opened] + "…"


def code(text: str) -> str:
    """Something a person could type, as code. A backtick would end it, so it becomes an apostrophe."""
    return f"`{_entities(text.replace('`', ALIKE['`']))}`"


def person(user: str) -> str:
    """A mention. Our own actors ("vpsbot") are plain words."""
    return f"<@{user}>" if user[:1] in ("U", "W") and user.isalnum() and user.isupper() else escape(user)


GROUP_MENTION = "<!subteam^"


def group(id_: str) -> str:
    """A mention of a user group; in a channel it pings its members."""
    return f"{GROUP_MENTION}{id_}>"


def channel(channel_id: str) -> str:
    """A link to a channel."""
    return f"<#{channel_id}>"


def moment(time: datetime, style: str = "{date_short_pretty} {time}") -> str:
    """A time in each reader's own zone, with UTC where it can't be drawn (Slack, "Date formatting")."""
    return f"<!date^{int(time.timestamp())}^{style}|{time:%Y-%m-%d %H:%M} UTC>"


def section(text: str, *, accessory: Element | None = None) -> Block:
    """A paragraph of mrkdwn. `verbatim`: nothing in it turns into a link or a mention by itself."""
    block: Block = {"type": "section", "text": _mrkdwn(text, SECTION_TEXT)}
    return block | {"accessory": accessory} if accessory else block


def fields(pairs: Sequence[tuple[str, str]]) -> Block:
    """Names and values in two columns; at most ten."""
    return {
        "type": "section",
        "fields": [_mrkdwn(f"*{name}*\n{value}", FIELD_TEXT) for name, value in pairs[:FIELDS]],
    }


def header(text: str) -> Block:
    """A title in plain text."""
    return {"type": "header", "text": plain(text, HEADER_TEXT)}


def context(*texts: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [_mrkdwn(text, SECTION_TEXT) for text in texts[:CONTEXT_ELEMENTS]]}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def actions(*elements: Element) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements[:ACTIONS_ELEMENTS])}


def button(
    label: str, action_id: str, value: str = "", *, style: str | None = None, confirm: Element | None = None
) -> Element:
    """A button. `style` is "primary" or "danger"."""
    element: Element = {"type": "button", "text": plain(label, BUTTON_TEXT), "action_id": action_id}
    if value:
        element["value"] = value[:BUTTON_VALUE]
    if style:
        element["style"] = style
    if confirm:
        element["confirm"] = confirm
    return element


def confirmation(title: str, text: str, yes: str, no: str = "Cancel", *, danger: bool = False) -> Element:
    """The question Slack asks before it sends a click."""
    asked: Element = {
        "title": plain(title, CONFIRM_TITLE),
        "text": _mrkdwn(text, CONFIRM_TEXT),
        "confirm": plain(yes, CONFIRM_BUTTON),
        "deny": plain(no, CONFIRM_BUTTON),
    }
    return asked | {"style": "danger"} if danger else asked


def text_input(
    block_id: str,
    label: str,
    *,
    hint: str = "",
    placeholder: str = "",
    initial: str = "",
    max_length: int = 3000,
    multiline: bool = False,
    optional: bool = False,
) -> Block:
    """Text to fill in; one line of it, unless it is `multiline`."""
    element: Element = {"type": "plain_text_input", "action_id": INPUT, "max_length": max_length}
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    if initial:
        element["initial_value"] = initial[:max_length]
    if multiline:
        element["multiline"] = True
    return _input(block_id, label, element, hint, optional=optional)


def channel_input(block_id: str, label: str, *, hint: str = "", initial: str = "", optional: bool = False) -> Block:
    """A channel, public or private, to choose."""
    element: Element = {
        "type": "conversations_select",
        "action_id": INPUT,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if initial:
        element["initial_conversation"] = initial
    return _input(block_id, label, element, hint, optional=optional)


def person_input(block_id: str, label: str, *, hint: str = "", initial: str = "", optional: bool = False) -> Block:
    """A person of the workspace to choose."""
    element: Element = {"type": "users_select", "action_id": INPUT}
    if initial:
        element["initial_user"] = initial
    return _input(block_id, label, element, hint, optional=optional)


def choice_input(
    block_id: str,
    label: str,
    options: Sequence[tuple[str, str]],
    *,
    initial: str,
    hint: str = "",
    tells: str = "",
    optional: bool = False,
) -> Block:
    """One of a few (value, label) to choose. `tells`: the action that a choice is told as at once."""
    each = {value: {"text": plain(shown, OPTION_TEXT), "value": value} for value, shown in options}
    element: Element = {"type": "static_select", "action_id": tells or INPUT, "options": list(each.values())}
    if initial in each:
        element["initial_option"] = each[initial]
    block = _input(block_id, label, element, hint, optional=optional)
    return block | {"dispatch_action": True} if tells else block


def _input(block_id: str, label: str, element: Element, hint: str, *, optional: bool = False) -> Block:
    block: Block = {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}
    if hint:
        block["hint"] = plain(hint, 2000)
    return block | {"optional": True} if optional else block


def modal(
    callback_id: str,
    title: str,
    blocks: list[Block],
    *,
    submit: str | None = None,
    close: str = "Close",
    meta: str = "",
) -> Block:
    """A dialog. One with inputs needs a `submit`."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, MODAL_TITLE),
        "close": plain(close, MODAL_TITLE),
        "blocks": blocks,
        "private_metadata": meta,
    }
    return view | {"submit": plain(submit, MODAL_TITLE)} if submit else view


def plain(text: str, limit: int) -> Element:
    """Plain text: shown as it is, nothing to escape."""
    return {"type": "plain_text", "text": cut(text, limit), "emoji": False}


def _mrkdwn(text: str, limit: int) -> Element:
    return {"type": "mrkdwn", "text": cut_mrkdwn(text, limit), "verbatim": True}
