"""The files that messages carry, made at the moment of sending, in a folder that is gone afterwards."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.domain.audit_file import Format, open_file
from bot.domain.notices import Notice
from bot.domain.roles import Member, Permission, decide, groups_of
from bot.operations.exporting import Extract, write_log
from bot.operations.parts import Parts
from bot.slack.web import File, SlackTrouble
from bot.store import members

MOST_ENTRIES = 100_000
"""Entries that are sent through Slack: some 60 MB, which are made and sent within seconds."""

MakeFile = Callable[[Parts, Notice, datetime], AbstractAsyncContextManager[File | None]]
"""Makes the file of a notice for as long as it is sent; None when the person may not have it any more."""


@asynccontextmanager
async def exported_log(parts: Parts, notice: Notice, now: datetime) -> AsyncIterator[File | None]:
    """The workspace's log since the time that was asked for, with its signed head as it is now.

    Who lost the right since asking gets nothing: it is decided at the moment of acting.
    """
    async with parts.store.read() as tx:
        grants = await members.of_workspace(tx, notice.workspace)
    account = await parts.people.present(notice.workspace, notice.recipient, groups_of(grants))
    member = Member(notice.workspace, notice.recipient, account)
    decision = decide(grants, member, Permission.AUDIT_EXPORT, names=None, now=now)
    if decision.passing:
        raise SlackTrouble("unreachable")  # whose it is can't be read now: it is sent later
    if not decision.allowed:
        yield None
        return
    form, since = Format(notice.detail["format"]), notice.detail["since"]
    name = f"audit-{notice.workspace}-{now:%Y-%m-%d}.{form}"
    with TemporaryDirectory(prefix="vpsbot-") as folder:
        path = Path(folder) / name
        with path.open("w", encoding="utf-8", newline="") as out:
            open_file(form, out)
            wanted = Extract(datetime.fromisoformat(since) if since else None)
            async with parts.store.read() as tx:
                await write_log(tx, notice.workspace, wanted, form, out, now)
        yield File(name, name, path)
