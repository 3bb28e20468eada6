"""`vpsbot doctor`: one look after the other, a line each; none of them may end with a traceback, or show a secret."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog

from bot.config import BadSettings, Settings, from_environment
from bot.doctor import inside, outside
from bot.doctor.findings import Finding, Mark, to_mend
from bot.store.engine import DatabaseFailure, DatabaseProblem, Store
from bot.store.migrate import NEWEST, revision
from bot.store.sealing import KeyProblem, Sealer


async def run() -> int:
    """Prints what is found; the exit status: 0 all is well, 1 something must be mended."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))  # it has its own words
    wrong = 0
    async for finding in examine():
        print(finding)
        wrong += finding.mark is Mark.TO_MEND
    if wrong:
        print(f"{wrong} {'thing' if wrong == 1 else 'things'} to mend.")
    else:
        print("All is well.")
    return 1 if wrong else 0


async def examine(clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> AsyncIterator[Finding]:
    """Everything that can be looked at. What depends on something broken is left out."""
    try:
        settings = from_environment()
    except BadSettings as problem:
        yield to_mend("settings", str(problem))
        return
    for finding in inside.settings(settings):
        yield finding
    async with _database(settings) as (found, store):
        for finding in found:
            yield finding
        looks = [outside.slack(settings, store, clock), outside.provider(settings, store)]
        if store:
            looks = [inside.sealed(store), inside.logs(store), *looks]
        looks.append(inside.sink(settings, store))
        for look in looks:
            try:
                async for finding in look:
                    yield finding
            except DatabaseFailure:
                yield to_mend("database", "It stopped answering in the middle. Run `vpsbot doctor` again.")
            except Exception as surprise:  # noqa: BLE001  # what nobody thought of is no reason to look at nothing else
                name = type(surprise).__name__
                yield to_mend("vpsbot", f"One look failed in a way that nobody thought of ({name}). Please report it.")


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[tuple[Sequence[Finding], Store | None]]:
    """What is found about keys and database, and the database when it can be read: of the newest schema."""
    try:
        sealer = Sealer(settings.encryption_keys.get_secret_value())
    except KeyProblem as problem:
        yield [to_mend("keys", str(problem))], None
        return
    if (missing := inside.missing_file(settings)) is not None:
        yield [missing], None
        return
    try:
        store = Store(settings.database_url, sealer)
    except DatabaseProblem as problem:
        yield [to_mend("database", str(problem))], None
        return
    try:
        found, usable = await _looked(store)
        yield found, store if usable else None
    finally:
        await store.close()


async def _looked(store: Store) -> tuple[list[Finding], bool]:
    try:
        await store.check()
        return inside.database(store, await store.version(), present := await revision(store)), present == NEWEST
    except DatabaseProblem as problem:
        return [to_mend("database", str(problem))], False
    except DatabaseFailure:
        return [to_mend("database", "It can't be read, or it is not vpsbot's. Look at DATABASE_URL.")], False
