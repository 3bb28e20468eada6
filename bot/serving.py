"""`vpsbot serve`: listens, answers until it is told to stop, and says in a sentence why it can't start."""

import asyncio
import contextlib
import gc
import resource
import signal
import sys

import structlog
from aiohttp import web

from bot.app import Bot, build
from bot.config import BadSettings, Settings, from_environment
from bot.logs import configure
from bot.seams import Seams
from bot.store.engine import DatabaseAway, DatabaseFailure, DatabaseProblem, Interrupted, Store
from bot.store.migrate import migrate
from bot.store.sealing import KeyProblem, Sealer

UNREADABLE = "The database can't be read, or it is not vpsbot's. Look at DATABASE_URL."
LOST = "The connection to the database was lost again and again while vpsbot started. Start it again in a moment."

SHUTDOWN = 2.0
"""Seconds for the acknowledgements under way at a stop, and once more for those that don't end when cancelled."""

log = structlog.get_logger()


def serve_forever(settings: Settings, seams: Seams | None = None) -> int:
    """Serves until SIGTERM or SIGINT; the exit status: 1 when the database is away, 2 when it could not start."""
    try:
        configure(settings.log_format)
        bot = build(settings, seams)
        _allow_many_connections()
        return asyncio.run(_serve(bot))
    except DatabaseAway as away:
        print(away, file=sys.stderr)
        return 1
    except (BadSettings, KeyProblem, DatabaseProblem, ValueError) as problem:
        print(problem, file=sys.stderr)
        return 2
    except DatabaseFailure as failure:
        lost = isinstance(failure, Interrupted) and bot.store.shared
        print(LOST if lost else UNREADABLE, file=sys.stderr)
        return 1 if lost else 2


def _allow_many_connections() -> None:
    """As many as the machine lets us: when the provider hangs, each workspace may have some that wait."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # no number, on some systems
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def migrate_now() -> int:
    """`vpsbot migrate`."""
    try:
        settings = from_environment()
        changed = asyncio.run(_migrate(settings))
    except DatabaseAway as away:
        print(away, file=sys.stderr)
        return 1
    except (BadSettings, KeyProblem, DatabaseProblem) as problem:
        print(problem, file=sys.stderr)
        return 2
    except DatabaseFailure:
        print(UNREADABLE, file=sys.stderr)
        return 2
    print("The database was brought to the newest schema." if changed else "The database is up to date.")
    return 0


async def _serve(bot: Bot) -> int:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stopping.set)
    runner = web.AppRunner(bot.application, access_log=None, handle_signals=False, shutdown_timeout=SHUTDOWN)
    await runner.setup()
    try:
        await bot.start()
        site = await _listen(runner, bot.settings.host, bot.settings.port)
        gc.freeze()  # what was made at start stays: a collection need not walk it again with every few requests
        log.info("listening", address=site)
        await stopping.wait()
        log.info("stopping")
    finally:
        await bot.stop(runner.cleanup)
    return 0


async def _listen(runner: web.AppRunner, host: str, port: int) -> str:
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError as error:
        raise BadSettings(f"Can't listen on {host}:{port}: {error.strerror}. Set PORT to another one.") from None
    bound = runner.addresses[0]
    return f"http://{bound[0]}:{bound[1]}"


async def _migrate(settings: Settings) -> bool:
    store = Store(settings.database_url, Sealer(settings.encryption_keys.get_secret_value()))
    try:
        await store.check()
        return await migrate(store)
    finally:
        await store.close()
