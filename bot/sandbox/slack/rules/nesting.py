"""Blocks that hold blocks of their own: cards in a carousel, what a container groups."""

from collections.abc import Iterator

from bot.sandbox.slack.rules.finding import Json

CHILDREN = {"carousel": "elements", "container": "child_blocks"}
"""The type of block → the field that holds its blocks."""


def within(blocks: list[Json], at: str = "") -> Iterator[tuple[str, Json]]:
    """Every block and its pointer, what it holds after it: those have ids and elements of their own."""
    for n, block in enumerate(blocks):
        yield f"{at}/{n}", block
        if field := CHILDREN.get(block["type"]):
            yield from within(block[field], f"{at}/{n}/{field}")
