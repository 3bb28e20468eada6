"""The database of a round: a copy of one in which people of every role were set up, on SQLite or on PostgreSQL."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from bot.store.postgres import conninfo
from tests.postgres import Postgres

Prepared = Callable[[Path], str]
"""Makes the database of a round that is played in this folder: its address, as DATABASE_URL names it."""

_OPEN = (
    "SELECT (SELECT count(*) FROM operations WHERE ended_at IS NULL)"
    " + (SELECT count(*) FROM notices WHERE due_at IS NOT NULL)"
    " + (SELECT count(*) FROM deliveries WHERE payload IS NOT NULL)"
)


def empty(folder: Path) -> str:
    """One in which nothing ever was."""
    return f"sqlite+aiosqlite:///{folder / 'bot.db'}"


def on_sqlite(template: Path) -> Prepared:
    """Copies of a file."""

    def prepared(folder: Path) -> str:
        shutil.copyfile(template, folder / "bot.db")
        return empty(folder)

    return prepared


def on_postgres(server: Postgres, template: str) -> Prepared:
    """Copies of a database of the server, which go when it goes."""
    return lambda _folder: server.copy_of(template)


class Watch:
    """Looks at a round's database from outside. It is asked often, so it keeps its connection."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self._connection: psycopg.Connection | None = None

    def waiting(self) -> int:
        """How much waits: operations, promised messages, kept deliveries."""
        [count] = self.read(_OPEN)
        return int(count)

    def read(self, statement: str) -> tuple[Any, ...]:
        """The first row of an answer."""
        return next(iter(self.rows(statement)), ())

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """All rows of an answer."""
        if self.url.get_backend_name() == "sqlite":
            with closing(sqlite3.connect(f"file:{self.url.database}?mode=ro", uri=True)) as connection:
                return connection.execute(statement).fetchall()
        return self.run(statement).fetchall()

    def write(self, statement: str) -> None:
        """Changes something, while no bot is there."""
        if self.url.get_backend_name() != "sqlite":
            self.run(statement)
            return
        with closing(sqlite3.connect(str(self.url.database))) as connection:
            connection.execute(statement)
            connection.commit()

    def run(self, statement: str) -> psycopg.Cursor[Any]:
        """Meddles with a PostgreSQL."""
        if self._connection is None:
            self._connection = psycopg.connect(conninfo(self.url), autocommit=True)
        return self._connection.execute(statement.encode())

    def remove(self) -> None:
        """The database is not needed any more. A file goes with its folder."""
        if self._connection is not None:
            self._connection.close()
        if self.url.get_backend_name() != "sqlite":
            with psycopg.connect(conninfo(self.url.set(database="postgres")), autocommit=True) as admin:
                name = sql.Identifier(self.url.database or "")
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
