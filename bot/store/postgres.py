"""PostgreSQL, where it differs from SQLite: how it is connected to, what is asked of it, and why it can't be used.

Imported only when DATABASE_URL names one.
"""

from typing import Any

import psycopg
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

OLDEST = 14
"""The oldest version that is still looked after by its makers and that all of this is tried on."""

TEN_SECONDS = 10_000

# A stopped process must not hold a lock for as long as it is stopped: the server ends a transaction that nobody goes
# on with. Whoever waits for a lock all the same gives up in the end and comes again.
_LIMITS = f"-c idle_in_transaction_session_timeout={TEN_SECONDS} -c lock_timeout={2 * TEN_SECONDS}"

_ALIVE: dict[str, str] = {
    "connect_timeout": "10",
    "keepalives_idle": "10",  # a server that vanished without a word is noticed within half a minute
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "application_name": "vpsbot",
}

# One consistent view for all that a reading transaction asks.
_READING: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """One pool of connections: as it is used for writing, and for reading."""
    # Parameters stay out of errors, and so out of the log: among them are names and sealed secrets.
    writer = create_async_engine(_patient(url), pool_size=10, max_overflow=10, pool_pre_ping=True, hide_parameters=True)
    return writer, writer.execution_options(**_READING)


def conninfo(url: URL) -> str:
    """The same database as libpq names it. Holds the password."""
    _, words = url.get_dialect()().create_connect_args(_patient(url))
    return psycopg.conninfo.make_conninfo(**words)


async def why_not(url: URL) -> str | None:
    """A sentence that says why this PostgreSQL can't be used, without any password; None when it can."""
    where = f"{url.host or url.query.get('host') or 'the local socket'}{f':{url.port}' if url.port else ''}"
    try:
        async with await psycopg.AsyncConnection.connect(conninfo(url)) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        return _refusal(url, where, str(error))
    if version < OLDEST:
        return f"PostgreSQL at {where} is version {version}. vpsbot needs {OLDEST} or newer."
    return None


def _refusal(url: URL, where: str, said: str) -> str:
    """What the server or the network said, in our words: theirs may go on for lines and name what is secret."""
    user = f"the user {url.username}" if url.username else "this user"
    if "password authentication failed" in said or "no password supplied" in said:
        return f"PostgreSQL at {where} refuses {user}: the password is wrong or missing. Look at DATABASE_URL."
    if "does not exist" in said and "role" in said:
        return f"PostgreSQL at {where} does not know {user}. Look at DATABASE_URL."
    if "does not exist" in said:
        return f"PostgreSQL at {where} has no database {url.database}. Make it, or look at DATABASE_URL."
    if "no pg_hba.conf entry" in said:
        return f"PostgreSQL at {where} does not let {user} in from here. Look at its pg_hba.conf."
    if "starting up" in said or "shutting down" in said:
        return f"PostgreSQL at {where} is starting or shutting down. Try again in a moment."
    return f"PostgreSQL at {where} can't be reached. Is it running? Look at DATABASE_URL."


def _patient(url: URL) -> URL:
    """The address with our limits; what the operator wrote there comes last, so it holds."""
    given = url.query.get("options", "")
    options = f"{_LIMITS} {given if isinstance(given, str) else ' '.join(given)}".strip()
    return url.set(query=_ALIVE | dict(url.query) | {"options": options})
