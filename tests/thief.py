"""Somebody who can write the bot's database file, and knows it well: the triggers stand again when they leave."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


def bend(database: Path, *statements: str) -> None:
    """Changes rows of the log."""
    with closing(sqlite3.connect(database)) as thief:
        with triggers_down(thief):
            for statement in statements:
                thief.execute(statement)
        thief.commit()


@contextmanager
def triggers_down(thief: sqlite3.Connection) -> Iterator[None]:
    """Without what lets the log only grow."""
    triggers = thief.execute(_TRIGGERS).fetchall()
    for name, _ in triggers:
        thief.execute(f"DROP TRIGGER {name}")
    yield
    for _, made in triggers:
        thief.execute(made)
