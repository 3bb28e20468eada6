"""What is ours: settings, keys, the database, the logs and the place their heads go to."""

import os
from collections.abc import AsyncIterator, Iterator

import aiohttp

from bot.auditing import look_through
from bot.checking import check_settings
from bot.config import BadSettings, Settings
from bot.doctor.findings import Finding, to_mend, well, worth_knowing
from bot.operations.sinking import TIMEOUT, sink_of
from bot.store import audit, audit_guard, installations, sinks
from bot.store import workspaces as known_workspaces
from bot.store.engine import Store, file_of
from bot.store.migrate import NEWEST
from bot.store.rotation import unreadable
from bot.vps.address import checked_base


def settings(given: Settings) -> Iterator[Finding]:
    """Whether `vpsbot serve` would start with them."""
    wrong = []
    for check in (
        lambda: check_settings(given),
        lambda: checked_base(given.vps_api_url),
        lambda: sink_of(given.audit_sink),
    ):
        try:
            check()
        except (BadSettings, ValueError) as problem:
            wrong.append(to_mend("settings", str(problem)))
    yield from wrong
    if not wrong:
        how = "Socket Mode" if given.slack_app_token.get_secret_value() else "HTTP"
        yield well("settings", f"complete, for {'many workspaces' if given.many else 'one workspace'} over {how}.")


def missing_file(given: Settings) -> Finding | None:
    """A SQLite file that is not there is not made by looking for it."""
    path = file_of(given.database_url)
    if path is None or path.exists():
        return None
    return to_mend(
        "database",
        f"There is no file {path.name} yet. `vpsbot migrate` makes it, and so does `vpsbot serve`; "
        "if there should be one, look at DATABASE_URL and at the folder that this was started in.",
    )


def database(store: Store, version: str, revision: str | None) -> list[Finding]:
    """Its version, its schema, and who may read the file."""
    found = [well("database", f"{version}, schema {revision}.")]
    if revision is None:
        found = [to_mend("database", f"{version}, without vpsbot's tables. Run `vpsbot migrate`.")]
    elif revision < NEWEST:
        found = [to_mend("database", f"{version}, schema {revision} of {NEWEST}. Run `vpsbot migrate`.")]
    elif revision > NEWEST:
        found = [
            to_mend(
                "database",
                f"{version}, schema {revision}, which a newer vpsbot made; this one knows {NEWEST}. "
                "Take the newer vpsbot again, or restore the copy from before.",
            )
        ]
    return [*found, *_file(store)]


def _file(store: Store) -> Iterator[Finding]:
    path = file_of(str(store.url))
    if path is None:
        return
    if path.stat().st_mode & 0o077:
        yield to_mend("database", f"Others on this machine may read {path.name}. Run `chmod 600 {path.name}`.")
    if not os.access(path, os.W_OK):
        yield to_mend("database", f"{path.name} can't be written by this user. Give it to the user who runs the bot.")
    running = "A `vpsbot serve` has it open now." if store.served() else "No `vpsbot serve` has it open now."
    yield well("database", running)


async def sealed(store: Store) -> AsyncIterator[Finding]:
    """Whether the keys open all that was sealed, and who must connect again where they don't."""
    async with store.read() as tx:
        closed = await unreadable(tx)
        for workspace in await known_workspaces.unreadable(tx):
            yield to_mend(
                "keys",
                f"The VPS.org token of {workspace} can't be read with VPSBOT_ENCRYPTION_KEYS. Put the old key back "
                "behind the new one, or let an admin there connect again with /vps connect.",
            )
        for installation in await installations.unreadable(tx):
            yield to_mend(
                "keys",
                f"Slack's token of {installation} can't be read with VPSBOT_ENCRYPTION_KEYS. Put the old key back "
                "behind the new one, or install the app again at /slack/install.",
            )
    for workspace in closed.get("audit_heads.private_key", ()):
        yield to_mend(
            "keys",
            f"The log of {workspace} can't be signed with VPSBOT_ENCRYPTION_KEYS, so nothing is done there. Put the "
            "old key back behind the new one, or let an admin there connect again with /vps connect.",
        )
    others = sum(len(whose) for column, whose in closed.items() if column not in _TOLD_BY_NAME)
    if others:
        yield to_mend(
            "keys",
            f"{others:,} more sealed values (unfinished requests, proposals) can't be read with "
            "VPSBOT_ENCRYPTION_KEYS. Put the old key back behind the new one.",
        )
    if not closed:
        yield well("keys", "They open everything that is sealed.")


_TOLD_BY_NAME = {
    "workspaces.token",
    "audit_heads.private_key",
    "installations.token",
    "installations.refresh_token",  # it stands beside a token that is told
}


async def logs(store: Store) -> AsyncIterator[Finding]:
    """Each workspace's log, walked from its first entry to its signed head."""
    async with store.read() as tx:
        gone = await audit_guard.beheaded(tx)
        for trigger in await audit_guard.missing_triggers(tx):
            yield to_mend("log", f"The trigger {trigger} is gone, which lets the log only grow. Restore a backup.")
        for workspace in sorted({*await audit.workspaces(tx), *gone}):
            good, said = await look_through(tx, workspace, None, {}, {}, gone)
            if good:
                yield well("log", f"{workspace}: {said}.")
            else:
                yield to_mend("log", f"{workspace}: {said}. Look with `vpsbot audit verify`, and restore a backup.")


async def sink(given: Settings, store: Store | None) -> AsyncIterator[Finding]:
    """Whether heads of the logs can leave the house, where they are meant to."""
    try:
        place = sink_of(given.audit_sink)
    except ValueError:
        return  # told with the settings
    if not given.audit_sink.strip():
        yield worth_knowing(
            "audit sink", "None is set. With VPSBOT_AUDIT_SINK a database that was set back is found out."
        )
        return
    if store:
        async with store.read() as tx:
            for trouble in await sinks.troubles(tx):
                yield worth_knowing("audit sink", f"Heads wait for it: {trouble}.")
    if place.path:
        there = place.path if place.path.exists() else place.path.parent
        if not place.path.parent.is_dir():
            yield to_mend("audit sink", f"Its folder is not there: {place.path.parent}. Make it.")
        elif place.path.is_dir() or not os.access(there, os.W_OK):
            yield to_mend("audit sink", f"{place.path} can't be written by this user. Give it to who runs the bot.")
        else:
            yield well("audit sink", "The file can be written.")
        return
    try:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        async with (
            aiohttp.ClientSession(trust_env=True, timeout=timeout) as session,
            session.head(place.url, allow_redirects=False),
        ):
            yield well("audit sink", "The address answers. Whether it takes heads shows with the next entry of a log.")
    except (aiohttp.ClientError, TimeoutError):
        yield to_mend("audit sink", "The address of VPSBOT_AUDIT_SINK can't be reached from here.")
