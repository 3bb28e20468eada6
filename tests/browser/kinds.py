"""Blocks and elements of Block Kit as a bot sends them, for the tests of the page."""

from typing import Any

Json = dict[str, Any]
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def option(text: str, **more: Any) -> Json:
    """An option whose value is its text in small letters."""
    return {"text": plain(text), "value": text.lower(), **more}


def options(*texts: str) -> list[Json]:
    """Options."""
    return [option(text) for text in texts]


def element(type: str, **more: Any) -> Json:
    """An element with the action_id that all tests look for."""
    return {"type": type, "action_id": type, **more}


def actions(*elements: Json) -> Json:
    """An actions block."""
    return {"type": "actions", "elements": list(elements)}


def section(text: str = "Words", **more: Any) -> Json:
    """A section."""
    return {"type": "section", "text": marked(text), **more}


def field(label: str, type: str, **more: Any) -> Json:
    """An input block; its block_id is the element's type."""
    block: Json = {name: more.pop(name) for name in ("optional", "hint", "dispatch_action") if name in more}
    return {"type": "input", "block_id": type, "label": plain(label), "element": element(type, **more), **block}


def modal(*blocks: Json, title: str = "A dialog", **more: Any) -> Json:
    """A dialog with a Send button."""
    return {"type": "modal", "title": plain(title), "submit": plain("Send"), "blocks": list(blocks), **more}


def said(text: str, **style: bool) -> Json:
    """A piece of text in rich text."""
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def rich(*parts: Json) -> Json:
    """A rich_text block."""
    return {"type": "rich_text", "elements": list(parts)}


def part(kind: str, *elements: Json, **more: Any) -> Json:
    """A part of a rich_text block."""
    return {"type": f"rich_text_{kind}", "elements": list(elements), **more}


CONFIRM = {
    "title": plain("Really?"),
    "text": marked("It *can't* be undone."),
    "confirm": plain("Do it"),
    "deny": plain("Leave it"),
    "style": "danger",
}


BUSY = {"type": "actions", "elements": [element("button", text=plain("Take it"), value="it")]}
"""A row with a button."""
