"""A submitted dialog once more, as it was filled, with what is wrong with it on top.

Sentences stand at their inputs only in the acknowledgement of the submit (Slack, "Modals"). Who had to wait for them
sees another view by then, and what was typed would be gone with it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.blocks import SECTION_TEXT, Block, plain
from bot.slack.ids import BlockId

_WORDS = "wrong"
"""The block with the sentences: at the next try, others take its place."""

_KEPT = ("type", "callback_id", "title", "submit", "close", "private_metadata")

HELD = {
    "plain_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "users_select": ("selected_user", "initial_user"),
}
"""Where an element's value stands when it is submitted, and when it is shown."""

_SECRET = frozenset({BlockId.TOKEN})
"""What is typed again rather than sent back."""


def wrong(view: Mapping[str, Any], errors: Mapping[str, str]) -> Block:
    """What is wrong with a submitted dialog, each sentence behind its input's label: a paragraph of plain text."""
    labels = {block.get("block_id"): (block.get("label") or {}).get("text") for block in _blocks(view)}
    lines = [f"{labels[each]}: {said}" if labels.get(each) else said for each, said in errors.items()]
    return {"type": "section", "block_id": _WORDS, "text": plain("⚠️ " + "\n".join(lines), SECTION_TEXT)}


def filled_again(view: Mapping[str, Any], errors: Mapping[str, str]) -> Block | None:
    """A submitted dialog with the sentences on top; None when it didn't come with its blocks."""
    state = (view.get("state") or {}).get("values") or {}
    blocks = [_filled(block, state) for block in _blocks(view) if block.get("block_id") != _WORDS]
    if not blocks:
        return None
    return {name: view[name] for name in _KEPT if view.get(name)} | {"blocks": [wrong(view, errors), *blocks]}


def _blocks(view: Mapping[str, Any]) -> Sequence[Block]:
    blocks = view.get("blocks")
    return blocks if isinstance(blocks, list) else ()


def _filled(block: Block, state: Mapping[str, Any]) -> Block:
    """An input with the value that it held."""
    element = block.get("element") or {}
    held_as, shown_as = HELD.get(element.get("type", ""), ("", ""))
    if not held_as:
        return block
    rest = {name: value for name, value in element.items() if name != shown_as}
    value = (state.get(block["block_id"], {}).get(element["action_id"]) or {}).get(held_as)
    if not value or block["block_id"] in _SECRET:
        return block | {"element": rest}
    return block | {"element": rest | {shown_as: value}}
