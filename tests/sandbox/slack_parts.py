"""Parts of messages and dialogs in any size, for the tests of the limits."""

from collections.abc import Callable
from typing import Any

from .slack_stage import SUBMIT, field, modal

Block = dict[str, Any]
Make = Callable[[int], Any]


def plain(n: int) -> Block:
    """A plain_text of a length."""
    return {"type": "plain_text", "text": "x" * n}


def mrkdwn(n: int) -> Block:
    """An mrkdwn text of a length."""
    return {"type": "mrkdwn", "text": "x" * n}


def option(n: int = 5, value: int = 1, **more: Any) -> Block:
    """An option; its text and value have these lengths."""
    return {"text": plain(n), "value": "v" * value, **more}


def actions(*elements: Block) -> list[Block]:
    """A message of one actions block."""
    return [{"type": "actions", "elements": list(elements)}]


def select(kind: str = "static_select", **more: Any) -> list[Block]:
    """A message with one menu."""
    return actions({"type": kind, "action_id": "a", **({"options": [option()]} if "static" in kind else {}), **more})


def options(n: int) -> list[Block]:
    """So many options."""
    return [{"text": plain(3), "value": f"v{i}"} for i in range(n)]


def box(kind: str, n: int) -> list[Block]:
    """A message with so many boxes or radio buttons."""
    return actions({"type": kind, "action_id": "a", "options": options(n)})


def image(**more: Any) -> list[Block]:
    """A message of one image."""
    return [{"type": "image", "image_url": "https://x.org/i.png", "alt_text": "a", **more}]


def table(rows: int = 1, columns: int = 1) -> list[Block]:
    """A message of one table."""
    return [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}]


def entry(label: int = 5, **more: Any) -> Block:
    """A dialog with one input."""
    return modal({**field(), "label": plain(label), **more}, submit=SUBMIT)


def asking(kind: str, **more: Any) -> Block:
    """A dialog with one input of this kind."""
    return modal(field(type=kind, **more), submit=SUBMIT)
