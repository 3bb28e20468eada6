"""`vpsbot serve`: listens, answers until it is told to stop, and says in a sentence why it can't start."""

import asyncio
import contextlib
import gc
import resource
import signal
import sys

import structlog
from aiohttp import web

from bot.app import Bot, Seams, build
from bot.config import BadSettings, Settings, from_environment
from bot.logs import configure
from bot.store.engine import DatabaseAway, DatabaseFailure, DatabaseProblem, Interrupted, Store
from bot.store.migrate import migrate
from bot.store.sealing import KeyProblem, Sealer

UNREADABLE = "The database can't be read, or it is not vpsbot's. Look at DATABASE_URL."
LOST = "The connection to the database was lost again and again while vpsbot started. Start it again in a moment."

SHUTDOWN = 2.0
"""Seconds for the acknowledgements under way at a stop. With what follows, the whole takes less than ten."""

log = structlog.get_logger()


def serve_forever(seams: Seams | None = None) -> int:
    """Serves until SIGTERM or SIGINT; the exit status: 1 when the database is away, 2 when it could not start."""
    try:
        settings = from_environment()
        configure(settings.log_format)
        check_settings(settings)
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


def check_settings(settings: Settings) -> None:
    """What can't be left out. Raises BadSettings."""
    if not (settings.slack_signing_secret.get_secret_value() or settings.slack_app_token.get_secret_value()):
        raise BadSettings(
            "SLACK_SIGNING_SECRET is not set. It is on your Slack app's page under Basic Information. "
            "To serve over Socket Mode instead, set SLACK_APP_TOKEN (xapp-…)."
        )
    one, secret = settings.slack_bot_token.get_secret_value(), settings.slack_client_secret.get_secret_value()
    if settings.many or secret:
        _check_many(settings, one, secret)
    elif not one:
        raise BadSettings(
            "SLACK_BOT_TOKEN is not set. It is on your Slack app's page under OAuth & Permissions (xoxb-…). "
            "To serve many workspaces instead, set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET."
        )


def _check_many(settings: Settings, bot_token: str, client_secret: str) -> None:
    """What many workspaces need, and what makes no sense with them. Raises BadSettings."""
    if bot_token:
        raise BadSettings(
            "SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are for many. "
            "Unset one or the other."
        )
    if not (settings.many and client_secret):
        missing = "SLACK_CLIENT_SECRET" if settings.many else "SLACK_CLIENT_ID"
        raise BadSettings(f"{missing} is not set. It is on your Slack app's page under Basic Information.")
    if settings.vps_api_token.get_secret_value():
        raise BadSettings(
            "VPS_API_TOKEN connects one workspace. With SLACK_CLIENT_ID there are many: unset it; an admin of each "
            "workspace types /vps connect."
        )
    if bare := [admin for admin in settings.admins if ":" not in admin]:
        raise BadSettings(
            f"VPSBOT_ADMINS names {bare[0]} without a workspace. With SLACK_CLIENT_ID it takes TEAM:USER, like "
            "T0123456:U0123456."
        )


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
        await runner.cleanup()
        await bot.stop()
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
