"""Transactions. On SQLite one connection writes, each writing transaction begins IMMEDIATE; readers have their own.

A deferred transaction that turns into a write fails with "database is locked" under load; IMMEDIATE waits instead
(SQLite documentation, "BEGIN IMMEDIATE"). On PostgreSQL the writing transactions of one workspace follow one another,
whichever process they are of; those of different workspaces don't wait for each other. Never await Slack or the
provider inside a transaction.
"""

import fcntl
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InvalidRequestError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.sealing import Sealer
from bot.store.sqlite import ONE_TRIP
from bot.store.turns import Turns

Witness = Callable[[str, str], None]
"""Told of each writing transaction's name and moment ("before" and "after" its commit); tests crash there."""


DatabaseFailure = SQLAlchemyError
"""What a transaction raises when the database refuses it or is away; nothing of it is kept then."""

Interrupted = OperationalError
"""The failure that may pass: a connection was lost, or a lock was not given in time."""


class DatabaseProblem(Exception):
    """The database can't be used; the message is a sentence for whoever starts the bot."""


class DatabaseAway(DatabaseProblem):
    """The database is there for others to mend: it is down, refuses us, or is too old."""


Slowed = dict[tuple[str, str], tuple[int, datetime]]
"""People by workspace and id: how often they were refused, and until when they wait. As long as this process lives."""


@dataclass(frozen=True, slots=True)
class Tx:
    """An open transaction, with what the functions of this room need beside it."""

    connection: AsyncConnection
    sealer: Sealer
    keys: dict[str, bytes]
    """Signing keys already opened, by workspace (opening one costs a decryption)."""
    heads: dict[str, tuple[int, bytes, datetime, bytes]]
    """Heads signed by this process, by workspace: seq, hash, time, signature."""
    slowed: Slowed
    """Who was refused so often that they wait a moment."""


class Store:
    """The database of one process."""

    def __init__(self, url: str, sealer: Sealer, *, witness: Witness | None = None) -> None:
        try:
            self.url = make_url(url)
            self._writer, self._reader = _engines(self.url)
        except (ArgumentError, InvalidRequestError, ImportError):  # not shown: it may hold a password
            raise DatabaseProblem(
                "DATABASE_URL can't be used. It looks like sqlite+aiosqlite:///vpsbot.db or "
                "postgresql+psycopg://user:password@host/name."
            ) from None
        self.sealer = sealer
        self._witness = witness or (lambda _name, _moment: None)
        self._keys: dict[str, bytes] = {}
        self._heads: dict[str, tuple[int, bytes, datetime, bytes]] = {}
        self.slowed: Slowed = {}
        self.unheard: Counter[tuple[str, str]] = Counter()
        """By workspace and person, what they asked while they had to wait, and no row counts yet: unheard."""
        self._lock_file: int | None = None
        self._is_sqlite = self.url.get_backend_name() == "sqlite"
        self._turns: WeakValueDictionary[str, Turns] = WeakValueDictionary()
        self._only_turns = Turns()  # SQLite has one writer for all workspaces

    @property
    def shared(self) -> bool:
        """Whether other processes may serve this database at the same time."""
        return not self._is_sqlite

    @asynccontextmanager
    async def begin(self, name: str, workspace: str = "", *, urgent: bool = False) -> AsyncIterator[Tx]:
        """A writing transaction: committed at the end of the block, rolled back when it raises.

        `workspace` is whose rows it changes; only what belongs to none names none. `urgent`: it is short, and somebody
        waits for it who can't wait for the others.
        """
        async with self._turn(workspace, urgent), self._writer.connect() as connection:
            if self._is_sqlite:
                await connection.execute(text("BEGIN IMMEDIATE"))
            elif workspace:
                await connection.execute(_ONE_BY_ONE, {"workspace": workspace})
            try:
                yield Tx(connection, self.sealer, self._keys, self._heads, self.slowed)
            except BaseException:
                self._keys.clear()  # a key made in a transaction that never was
                await connection.rollback()
                raise
            self._witness(name, "before")
            await connection.commit()
            self._witness(name, "after")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A reading transaction: one consistent view, no lock."""
        async with self._reader.connect() as connection:
            if self._is_sqlite:
                await connection.execute(text("BEGIN"))
            else:
                await connection.execution_options(isolation_level="REPEATABLE READ")
            yield Tx(connection, self.sealer, self._keys, self._heads, self.slowed)

    def _turn(self, workspace: str, urgent: bool) -> AbstractAsyncContextManager[None]:
        """Who waits for a workspace holds no connection meanwhile: the others need them."""
        if self._is_sqlite:
            return self._only_turns.turn(urgent=urgent)
        if not workspace:
            return nullcontext()
        return self._turns.setdefault(workspace, Turns()).turn(urgent=urgent)

    async def check(self) -> None:
        """Raises DatabaseAway with the reason when a PostgreSQL can't be used."""
        if self._is_sqlite:
            return
        from bot.store import postgres

        if (reason := await postgres.why_not(self.url)) is not None:
            raise DatabaseAway(reason)

    async def version(self) -> str:
        """Which database it is, like "SQLite 3.45.1" or "PostgreSQL 16.2"."""
        async with self._reader.connect() as connection:
            if self._is_sqlite:
                return f"SQLite {(await connection.execute(text('SELECT sqlite_version()'))).scalar_one()}"
            number = str((await connection.execute(text("SHOW server_version"))).scalar_one())
            return f"PostgreSQL {number.split()[0]}"

    def served(self) -> bool:
        """Whether a process serves this SQLite file now. Takes no lock for longer than the look."""
        path = Path(f"{self.url.database}.lock")
        if not self._is_sqlite or not path.exists():
            return False
        descriptor = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(descriptor)
        return False

    async def time(self) -> datetime | None:
        """The time by the database's own clock; None on SQLite, which has the machine's."""
        if self._is_sqlite:
            return None
        async with self._reader.connect() as connection:
            found: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
            return found

    async def data_version(self) -> int:
        """On SQLite, a number that changes when another process has written (PRAGMA data_version); else 0."""
        if not self._is_sqlite:
            return 0
        async with self._writer.connect() as connection:
            return int((await connection.execute(text("PRAGMA data_version"))).scalar_one())

    def lock(self) -> None:
        """Makes this process the only one that runs the engine on a SQLite file. Raises DatabaseProblem."""
        path = self.url.database
        if not self._is_sqlite or not path or path == ":memory:":
            return
        descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise DatabaseProblem(
                f"Another vpsbot serves {Path(path).name} already. Stop it first, give this one another "
                "DATABASE_URL, or use PostgreSQL to run several."
            ) from None
        self._lock_file = descriptor

    async def close(self) -> None:
        """Gives everything back."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None


def file_of(url: str) -> Path | None:
    """The file that DATABASE_URL names, there or not; None when it names none, or can't be read."""
    try:
        made = make_url(url)
    except ArgumentError:
        return None
    named = made.get_backend_name() == "sqlite" and made.database and made.database != ":memory:"
    return Path(str(made.database)) if named else None


# One lock for each workspace, held until the end of the transaction; its number follows from the workspace's name.
_ONE_BY_ONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:workspace, 0))")


def _engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    if url.get_backend_name() == "postgresql":
        from bot.store import postgres

        return postgres.engines(url)
    if url.get_backend_name() != "sqlite":
        raise ArgumentError("neither SQLite nor PostgreSQL")
    _private(url)
    # Parameters stay out of errors, and so out of the log: among them are names and sealed secrets.
    options: dict[str, Any] = {"module": ONE_TRIP, "hide_parameters": True}
    writer = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=30, **options)
    reader = create_async_engine(url, pool_size=4, max_overflow=4, **options)
    for engine in (writer, reader):
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return writer, reader


def _private(url: URL) -> None:
    """A new database file is readable by its owner alone: it holds who may do what."""
    if url.database and url.database != ":memory:" and not Path(url.database).exists():
        folder = Path(url.database).resolve().parent
        if not folder.is_dir():
            raise DatabaseProblem(f"The folder of the database does not exist: {folder}. Make it, or set DATABASE_URL.")
        os.close(os.open(url.database, os.O_CREAT | os.O_RDWR, 0o600))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # no BEGIN but ours, with the word IMMEDIATE where it is meant
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-250",  # KB for each of nine connections; the system keeps the file in memory, too
        "recursive_triggers=ON",  # else INSERT OR REPLACE deletes without firing the delete trigger
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
