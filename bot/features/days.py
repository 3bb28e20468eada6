"""`on=DATE`: a day of the past, at whose end something is told as the log knows it."""

from datetime import datetime

from bot.domain.spans import read_day
from bot.routing import Ask, Reply
from bot.sentences import said
from bot.slack.blocks import Message, code, cut, moment
from bot.store import audit


async def moment_of(ask: Ask, command: str, typed: str) -> datetime | Reply:
    """The end of that day, or now when it is today; what is wrong with it when nothing can be told of it."""
    end = read_day(typed)
    if end is None:
        return Reply(bad_day(typed))
    if end.date() > ask.now.date():
        return Reply(not_come_yet(command, typed))
    async with ask.parts.store.read() as tx:
        first = await audit.get(tx, ask.workspace, 1)
    if first is None or end < first.time:
        return Reply(before_the_log(typed, first.time if first else None))
    return min(end, ask.now)


def bad_day(typed: str) -> Message:
    """A day that isn't one."""
    return said(f"{code(cut(typed, 40))} is no date. Type it like `on=2026-11-20`; the end of that day (UTC) is meant.")


def not_come_yet(command: str, typed: str) -> Message:
    """A day of the future."""
    return said(f"{code(cut(typed, 40))} has not come yet. {code(f'/vps {command}')} tells what holds now.")


def before_the_log(typed: str, begin: datetime | None) -> Message:
    """A day before everything."""
    since = f"it begins {moment(begin)}" if begin else "nothing is in it yet"
    return said(f"The log knows nothing of {code(cut(typed, 40))}: {since}.")
