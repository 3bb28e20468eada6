"""The database: migrations build what `tables.py` says, the log only grows, and SQLite is set as it has to be."""

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from bot.domain.audit import Action, Draft
from bot.domain.verifying import verify
from bot.store import audit, audit_guard
from bot.store.engine import DatabaseProblem, Store
from bot.store.migrate import MIGRATIONS, NEWEST, migrate
from bot.store.sealing import Sealer, new_key
from bot.store.tables import metadata
from tests.house.nasty import NOW

KEYS = new_key()


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A migrated, empty database, on SQLite and on PostgreSQL."""
    opened = Store(database_url, Sealer(KEYS))
    await migrate(opened)
    yield opened
    await opened.close()


async def test_the_migrations_build_what_the_tables_say(store: Store) -> None:
    async with store.begin("test") as tx:
        migrated = await tx.connection.run_sync(_schema)
        for table in reversed(metadata.sorted_tables):
            await tx.connection.execute(text(f"DROP TABLE {table.name}"))
        await tx.connection.run_sync(metadata.create_all)
        assert migrated == await tx.connection.run_sync(_schema)
    assert migrated.keys() == metadata.tables.keys()


def _schema(connection: Connection) -> dict[str, Any]:
    """Columns, keys and indexes of every table, as the database itself describes them."""
    looked = inspect(connection)
    return {
        table: {
            "columns": {each["name"]: (str(each["type"]), each["nullable"]) for each in looked.get_columns(table)},
            "key": looked.get_pk_constraint(table)["constrained_columns"],
            "foreign": [_told(each) for each in looked.get_foreign_keys(table)],
            "unique": sorted(_told(each) for each in looked.get_unique_constraints(table)),
            "indexes": sorted(_told(each) for each in looked.get_indexes(table)),
        }
        for table in looked.get_table_names()
        if table != "alembic_version" and not table.startswith("procrastinate_")
    }


def _told(described: Any) -> str:
    if isinstance(described, dict):
        return str(sorted((name, _told(value)) for name, value in described.items()))
    return str(described)


async def test_migrating_twice_changes_nothing(store: Store) -> None:
    assert await migrate(store) is False


def test_the_newest_revision_is_the_folder_s_last_one() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [NEWEST]


BENT: dict[str, tuple[str, set[str]]] = {
    "an entry changed": ("UPDATE audit_entries SET reason = 'x' WHERE seq = 1", {"sqlite", "postgresql"}),
    "an entry removed": ("DELETE FROM audit_entries WHERE seq = 2", {"sqlite", "postgresql"}),
    "all entries removed": ("DELETE FROM audit_entries", {"sqlite", "postgresql"}),
    "an entry replaced": ("INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries WHERE seq = 1", {"sqlite"}),
    "an entry replaced by way of its predecessor": (
        "INSERT OR REPLACE INTO audit_entries SELECT workspace, 99, time, actor, action, target, operation, outcome, "
        "reason, detail, previous, hash FROM audit_entries WHERE seq = 2",
        {"sqlite"},
    ),
    "an entry changed on conflict": (
        "INSERT INTO audit_entries SELECT * FROM audit_entries WHERE seq = 1 "
        "ON CONFLICT (workspace, seq) DO UPDATE SET reason = 'x'",
        {"sqlite", "postgresql"},
    ),
    "an entry put in another one's place": ("UPDATE OR REPLACE audit_entries SET seq = 1 WHERE seq = 2", {"sqlite"}),
    "an entry moved to another workspace": ("UPDATE audit_entries SET workspace = 'T2'", {"sqlite", "postgresql"}),
    "a head set back on conflict": (
        "INSERT INTO audit_heads SELECT * FROM audit_heads WHERE workspace = 'T1' "
        "ON CONFLICT (workspace) DO UPDATE SET seq = 1",
        {"sqlite", "postgresql"},
    ),
    "the entries truncated": ("TRUNCATE audit_entries", {"postgresql"}),
    "the heads truncated": ("TRUNCATE audit_heads", {"postgresql"}),
    "everything truncated": ("TRUNCATE audit_entries, audit_heads CASCADE", {"postgresql"}),
    "a head removed": ("DELETE FROM audit_heads", {"sqlite", "postgresql"}),
    "a head set back": ("UPDATE audit_heads SET seq = seq - 1", {"sqlite", "postgresql"}),
    "a head replaced": ("INSERT OR REPLACE INTO audit_heads SELECT * FROM audit_heads", {"sqlite"}),
    "two entries behind one": (
        "INSERT INTO audit_entries SELECT workspace, 99, time, actor, action, target, operation, outcome, reason, "
        "detail, previous, hash FROM audit_entries WHERE seq = 2",
        {"sqlite", "postgresql"},
    ),
}


async def test_the_database_itself_refuses_to_bend_the_log(store: Store) -> None:
    async with store.begin("test") as tx:
        for _ in range(3):
            await audit.append(tx, "T1", Draft(Action.TOKEN_CONNECTED, "U0ADA"), NOW)
    tried = {what: sql for what, (sql, backends) in BENT.items() if store.url.get_backend_name() in backends}
    let_through = [what for what, statement in tried.items() if not await _refused(store, statement)]
    assert let_through == []
    assert await _entries(store) == 4


async def _refused(store: Store, statement: str) -> bool:
    try:
        async with store.begin("test") as tx:
            await tx.connection.execute(text(statement))
    except DBAPIError as refusal:
        return "only grows" in str(refusal) or "unique" in str(refusal).lower()
    return False


async def test_entries_written_at_one_time_make_one_chain(store: Store) -> None:
    async def one(number: int) -> None:
        async with store.begin("test") as tx:
            await audit.append(tx, "T1", Draft(Action.TOKEN_CONNECTED, f"U0{number}"), NOW)

    await one(0)
    await asyncio.gather(*(one(number) for number in range(1, 20)))
    assert await _entries(store) == 21


async def test_two_processes_that_write_wait_for_each_other(store: Store, database_url: str) -> None:
    """The server and a command beside it: nobody gets "locked", and nobody's entry is lost."""
    beside = Store(database_url, Sealer(KEYS))

    async def one(writer: Store, number: int) -> None:
        async with writer.begin("test") as tx:
            await audit.append(tx, "T1", Draft(Action.TOKEN_CONNECTED, f"U0{number}"), NOW)

    await one(store, 0)
    await asyncio.gather(*(one(writer, number) for number in range(1, 16) for writer in (store, beside)))
    await beside.close()
    assert await _entries(store) == 32


async def test_what_is_rolled_back_leaves_the_log_as_it_was(store: Store) -> None:
    with pytest.raises(RuntimeError):
        async with store.begin("test") as tx:
            await audit.append(tx, "T1", Draft(Action.TOKEN_CONNECTED, "U0ADA"), NOW)
            raise RuntimeError
    async with store.begin("test") as tx:
        await audit.append(tx, "T1", Draft(Action.TOKEN_CONNECTED, "U0ADA"), NOW)
    assert await _entries(store) == 2


async def _entries(store: Store) -> object:
    async with store.read() as tx:
        entries = [entry async for entry in audit.stream(tx, "T1")]
        return verify(entries, await audit.head(tx, "T1"), check=audit.good_signature)


# What each connection to a SQLite file must have: 1 stands for on, synchronous 2 for FULL.
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1, "busy_timeout": 10_000}


async def test_every_connection_to_sqlite_is_set_as_it_has_to_be(tmp_path: Path) -> None:
    store = Store(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}", Sealer(KEYS))
    async with store.begin("test") as writing, store.read() as reading:
        for tx in (writing, reading):
            found = {name: (await tx.connection.execute(text(f"PRAGMA {name}"))).scalar() for name in PRAGMAS}
            assert found == PRAGMAS
    await store.close()


async def test_a_new_database_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    await Store(f"sqlite+aiosqlite:///{path}", Sealer(KEYS)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem, match="The folder of the database does not exist"):
        Store(f"sqlite+aiosqlite:///{tmp_path / 'nowhere' / 'bot.db'}", Sealer(KEYS))


async def test_one_process_serves_a_file_until_it_is_closed(tmp_path: Path) -> None:
    first, second = (Store(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}", Sealer(KEYS)) for _ in range(2))
    first.lock()
    with pytest.raises(DatabaseProblem, match=r"Another vpsbot serves bot\.db already\. Stop it first"):
        second.lock()
    await first.close()
    second.lock()
    await second.close()


async def test_the_triggers_that_are_looked_for_are_those_that_stand(store: Store) -> None:
    async with store.read() as tx:
        assert await audit_guard.missing_triggers(tx) == ()
    async with store.begin("test") as tx:
        table = " ON audit_entries" if store.shared else ""
        name = audit_guard.TRIGGERS[tx.connection.dialect.name][0]
        await tx.connection.execute(text(f"DROP TRIGGER {name}{table}"))
    async with store.read() as tx:
        assert await audit_guard.missing_triggers(tx) == (name,)
