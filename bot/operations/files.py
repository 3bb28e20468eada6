"""The files that messages carry, made at the moment of sending, in a folder that is gone afterwards."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.domain.audit_file import Format, open_file
from bot.domain.notices import NoFile, Notice
from bot.domain.roles import Member, Permission, decide, groups_of
from bot.operations.exporting import Extract, NotWhole, write_log
from bot.operations.parts import Parts
from bot.slack.web import File, SlackTrouble
from bot.store import members
from bot.store.sealing import Unreadable

MOST_ENTRIES = 100_000
"""Entries that are sent through Slack: some 60 MB, which are made and sent within seconds."""

MakeFile = Callable[[Parts, Notice, datetime], AbstractAsyncContextManager[File]]
"""Makes the file of a notice for as long as it is sent. Raises NotSent."""


class NotSent(Exception):
    """There is no file to send, and won't be."""

    def __init__(self, because: NoFile) -> None:
        super().__init__(because)
        self.because = because


@asynccontextmanager
async def exported_log(parts: Parts, notice: Notice, now: datetime) -> AsyncIterator[File]:
    """The workspace's log of the time that was asked for, with its signed head as it is now.

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
        raise NotSent(NoFile.NOT_THEIRS)
    form = Format(notice.detail["format"])
    name = f"audit-{notice.workspace}-{now:%Y-%m-%d}.{form}"
    with TemporaryDirectory(prefix="vpsbot-") as folder:
        path = Path(folder) / name
        with path.open("w", encoding="utf-8", newline="") as out:
            open_file(form, out)
            wanted = Extract(*(_time(notice.detail.get(name, "")) for name in ("since", "until")))
            async with parts.store.read() as tx:
                try:
                    await write_log(tx, notice.workspace, wanted, form, out, now)
                except (NotWhole, Unreadable) as why:
                    raise NotSent(NoFile.NOT_WHOLE) from why
        yield File(name, name, path)


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
