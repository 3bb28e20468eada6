"""SQLite as SQLAlchemy speaks to it, with one trip to the connection's thread for each statement.

aiosqlite runs each connection in a thread of its own. SQLAlchemy's adapter (`sqlalchemy.dialects.sqlite.aiosqlite`)
goes there four times for a statement with rows: for the cursor, to execute, to fetch, to close. Waking a thread and
being woken costs more than most statements do.
"""

import sqlite3
from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


class _Ran(NamedTuple):
    """What a cursor knows when it has run (Python's DB API, PEP 249), and all its rows."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    rows: Sequence[Any] = ()
    arraysize: int = 1


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that holds nothing open: it has its rows when it has executed."""

    __slots__ = ()

    def _make_new_cursor(self, connection: Any) -> Any:
        return _Ran()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    async def _async_soft_close(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        """Forgets the rows that nobody took."""
        self._rows.clear()

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        async with self._adapt_connection._execute_mutex:
            await self._run("execute", operation, parameters or ())

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        async with self._adapt_connection._execute_mutex:
            await self._run("executemany", operation, seq_of_parameters)

    async def _run(self, method: str, operation: Any, parameters: Any) -> None:
        raw: Any = self._connection
        ran = await raw._execute(_ran, raw._conn, method, operation, parameters)
        self._cursor = ran
        self._rows = deque(ran.rows)


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()

    _cursor_cls = _Cursor


class _OneTrip(AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *arg: Any, **kw: Any) -> _Connection:
        return _Connection(self, super().connect(*arg, **kw)._connection)


ONE_TRIP = _OneTrip(aiosqlite, sqlite3)
"""The driver, for `create_async_engine(module=…)`."""


def _ran(connection: sqlite3.Connection, method: str, operation: str, parameters: Any) -> _Ran:
    """Runs a statement; in the connection's thread."""
    cursor = getattr(connection, method)(operation, parameters)
    try:
        rows = cursor.fetchall() if cursor.description else ()
        return _Ran(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
    finally:
        cursor.close()
