"""Brings the database to the newest schema. Alembic is imported only when there is something to do."""

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.store.engine import Store

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
NEWEST = "0012"
"""The last revision; a test compares it with the folder."""

ONE_AT_A_TIME = "the schema"
"""Stands where a workspace's name stands: replicas that start together wait for the one that migrates."""


async def migrate(store: Store) -> bool:
    """Applies what is missing; whether anything was."""
    if await is_newest(store):
        return False
    async with store.begin("migrate", ONE_AT_A_TIME) as tx:
        await tx.connection.run_sync(upgrade)
    return True


async def is_newest(store: Store) -> bool:
    """Whether nothing is missing."""
    return await revision(store) == NEWEST


async def revision(store: Store) -> str | None:
    """The schema's revision; None while there is no schema of ours."""
    async with store.read() as tx:
        try:
            found: str | None = (await tx.connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
            return found
        except ProgrammingError:
            return None
        except OperationalError:  # SQLite's word for "no such table"; PostgreSQL's for a lost connection
            if store.shared:
                raise
            return None


def upgrade(connection: Connection) -> None:
    """Runs Alembic on an open connection, inside its transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
