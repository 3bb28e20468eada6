"""PostgreSQL as an operator meets it: what is said when it can't be used, and what it does for the bot."""

import ast
import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import URL, String, Table, make_url, text

from bot.domain.access import Answer
from bot.domain.approvals import Choice
from bot.domain.audit import Action, Result
from bot.domain.notices import NoticeKind
from bot.domain.operations import Kind, Outcome, State
from bot.domain.roles import Role, SubjectKind
from bot.store import tables
from bot.store.engine import DatabaseAway, DatabaseFailure, Store
from bot.store.migrate import MIGRATIONS, is_newest, migrate
from bot.store.sealing import Sealer, new_key
from bot.vps.dialects import Dialect
from tests.house.project import bot_files
from tests.postgres import Postgres

KEYS = new_key()
PASSWORD = "hunter2"

CANT_BE_USED: dict[str, tuple[Callable[[URL], URL], str]] = {
    "not there": (
        lambda url: url.set(host="127.0.0.1", port=9, query={}),
        "PostgreSQL at 127.0.0.1:9 can't be reached. Is it running? Look at DATABASE_URL.",
    ),
    "no such host": (
        lambda url: url.set(host="nowhere.invalid", query={}),
        "PostgreSQL at nowhere.invalid can't be reached. Is it running? Look at DATABASE_URL.",
    ),
    "no such database": (
        lambda url: url.set(database="elsewhere"),
        "has no database elsewhere. Make it, or look at DATABASE_URL.",
    ),
    "no such user": (lambda url: url.set(username="nobody"), "does not know the user nobody. Look at DATABASE_URL."),
    "a wrong password": (
        lambda url: url.set(username="locked"),
        "refuses the user locked: the password is wrong or missing. Look at DATABASE_URL.",
    ),
}


@pytest.mark.parametrize("case", CANT_BE_USED)
async def test_what_can_t_be_used_is_said_in_a_sentence_without_the_password(case: str, locked: URL) -> None:
    changed, sentence = CANT_BE_USED[case]
    store = Store(_shown(changed(locked.set(password=PASSWORD))), Sealer(KEYS))
    with pytest.raises(DatabaseAway) as away:
        await store.check()
    await store.close()
    assert str(away.value).endswith(sentence) and str(away.value).startswith("PostgreSQL at ")
    assert PASSWORD not in str(away.value)


@pytest.fixture
def locked(postgres: Postgres) -> URL:
    """A server with a user who needs a password."""
    with psycopg.connect(_shown(postgres.address.set(drivername="postgresql")), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(1)")  # another process of the tests may be here, too
        if admin.execute("SELECT 1 FROM pg_roles WHERE rolname = 'locked'").fetchone() is None:
            admin.execute("CREATE ROLE locked LOGIN PASSWORD 'another'")
            [found] = admin.execute("SHOW hba_file").fetchone() or ()
            rules = Path(str(found))
            rules.write_text(f"local all locked scram-sha-256\n{rules.read_text()}")
            admin.execute("SELECT pg_reload_conf()")
    return postgres.address


async def test_an_old_version_is_refused_with_its_number() -> None:
    async with _says_it_is("13.22") as port:
        store = Store(f"postgresql+psycopg://vpsbot@127.0.0.1:{port}/vpsbot", Sealer(KEYS))
        with pytest.raises(DatabaseAway, match=r"is version 13\. vpsbot needs 14 or newer\."):
            await store.check()
        await store.close()


@asynccontextmanager
async def _says_it_is(version: str) -> AsyncIterator[int]:
    """A port behind which something lets everybody in and calls itself PostgreSQL of that version."""

    def message(kind: bytes, body: bytes) -> bytes:
        return kind + (len(body) + 4).to_bytes(4) + body

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while int.from_bytes(length := await reader.readexactly(4)) == 8:  # asks for encryption first
            await reader.readexactly(4)
            writer.write(b"N")
        await reader.readexactly(int.from_bytes(length) - 4)
        told = b"server_version\0" + version.encode() + b"\0"
        writer.write(message(b"R", bytes(4)) + message(b"S", told) + message(b"Z", b"I"))
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_transaction_that_nobody_goes_on_with_is_ended(postgres: Postgres) -> None:
    """Else a replica that was stopped would hold its locks for as long as it is stopped."""
    store = Store(_shown(postgres.address), Sealer(KEYS))
    async with store.read() as tx:
        limit = (await tx.connection.execute(text("SHOW idle_in_transaction_session_timeout"))).scalar_one()
    await store.close()
    assert limit == "10s"


async def test_one_workspace_s_changes_follow_one_another_and_hold_up_nobody_else(postgres: Postgres) -> None:
    here, there = (Store(_shown(postgres.address), Sealer(KEYS)) for _ in range(2))
    order: list[str] = []

    async def change(store: Store, workspace: str, name: str) -> None:
        async with store.begin("test", workspace):
            order.append(name)

    async with here.begin("test", "T1"):
        waiting = asyncio.create_task(change(there, "T1", "the same workspace"))
        beside = [asyncio.create_task(change(here, "T1", "here")) for _ in range(30)]
        await change(there, "T2", "another workspace")
        await change(here, "T2", "another workspace")
        assert order == ["another workspace"] * 2
    await asyncio.gather(waiting, *beside)
    assert len(order) == 33
    await here.close()
    await there.close()


async def test_a_lost_connection_is_replaced_by_the_next_transaction(postgres: Postgres) -> None:
    store = Store(_shown(postgres.address), Sealer(KEYS))
    with pytest.raises(DatabaseFailure):
        async with store.begin("test", "T1") as tx:
            pid = (await tx.connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            with psycopg.connect(_shown(postgres.address.set(drivername="postgresql")), autocommit=True) as admin:
                admin.execute("SELECT pg_terminate_backend(%s)", (pid,))
            await tx.connection.execute(text("SELECT 1"))
    async with store.begin("test", "T1") as tx:
        assert (await tx.connection.execute(text("SELECT 1"))).scalar_one() == 1
    await store.close()


# What stands in a column: PostgreSQL refuses a word that is longer than its column, SQLite takes it.
WORDS: list[tuple[Table, str, type[StrEnum]]] = [
    (tables.access_requests, "answer", Answer),
    (tables.access_requests, "role", Role),
    (tables.audit_entries, "action", Action),
    (tables.audit_entries, "outcome", Result),
    (tables.grants, "role", Role),
    (tables.grants, "subject_kind", SubjectKind),
    (tables.notices, "kind", NoticeKind),
    (tables.offers, "kind", Kind),
    (tables.operations, "kind", Kind),
    (tables.operations, "outcome", Outcome),
    (tables.operations, "state", State),
    (tables.requests, "kind", Kind),
    (tables.votes, "choice", Choice),
    (tables.workspaces, "dialect", Dialect),
]


@pytest.mark.parametrize(("table", "column", "words"), WORDS, ids=lambda each: getattr(each, "name", str(each)))
def test_every_word_fits_its_column(table: Table, column: str, words: type[StrEnum]) -> None:
    kept = table.c[column].type
    assert isinstance(kept, String) and kept.length is not None
    assert [word for word in words if len(word) > kept.length] == []


def _shown(url: URL) -> str:
    return make_url(url).render_as_string(hide_password=False)


def test_the_tickets_tables_are_those_of_the_procrastinate_that_is_installed() -> None:
    """An upgrade comes with a migration of its own, made of the steps that procrastinate ships."""
    folder = ScriptDirectory(str(MIGRATIONS))
    revision = folder.get_revision("0006")
    assert version("procrastinate") == revision.module.PROCRASTINATE


async def test_replicas_that_start_together_on_an_empty_database_migrate_it_once(postgres: Postgres) -> None:
    with postgres.database(migrated=False) as url:
        stores = [Store(url, Sealer(KEYS)) for _ in range(3)]
        await asyncio.gather(*(migrate(store) for store in stores))
        assert [await is_newest(store) for store in stores] == [True] * 3
        for store in stores:
            await store.close()


def test_every_change_says_whose_rows_it_changes() -> None:
    """Else it would not wait for the workspace's other changes on PostgreSQL."""
    nobody_s = {"housekeeping", "keys.rotate"}
    forgotten = [
        f"{path.name}, line {call.lineno}"
        for path in bot_files()
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "begin"
        and len(call.args) == 1
        and not (isinstance(call.args[0], ast.Constant) and call.args[0].value in nobody_s)
    ]
    assert forgotten == []
