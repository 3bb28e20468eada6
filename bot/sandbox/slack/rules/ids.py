"""Gives every block and element the ids Slack would give it."""

import itertools
from typing import Any

from bot.sandbox.slack.rules.finding import Json
from bot.sandbox.slack.rules.nesting import CHILDREN
from bot.sandbox.slack.rules.views import elements_of

_numbers = itertools.count(1)


def with_ids(blocks: list[Json]) -> list[Json]:
    """The blocks with a `block_id` each and an `action_id` in each element; what had them is kept as it is."""
    return [_with_id(block) for block in blocks]


def _with_id(block: Json) -> Json:
    named = block if block.get("block_id") else {**block, "block_id": f"b{next(_numbers):x}"}
    if field := CHILDREN.get(named["type"]):
        return {**named, field: with_ids(named[field])}
    if all(element.get("action_id") for element in elements_of(named)):
        return named
    if named["type"] == "section":
        return {**named, "accessory": _acting(named["accessory"])}
    if named["type"] == "input":
        return {**named, "element": _acting(named["element"])}
    if named["type"] == "data_table":
        return {**named, "rows": [[_acting_cell(cell) for cell in row] for row in named["rows"]]}
    if named["type"] == "card":
        return {**named, "actions": [_acting(button) for button in named["actions"]]}
    return {**named, "elements": [_acting(element) for element in named["elements"]]}


def _acting_cell(cell: Json) -> Json:
    return {**cell, "element": _acting(cell["element"])} if cell["type"] == "action_cell" else cell


def _acting(element: Any) -> Any:
    return element if element.get("action_id") else {**element, "action_id": f"a{next(_numbers):x}"}
