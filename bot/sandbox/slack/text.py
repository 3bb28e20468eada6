"""Slack's markup as a person reads it: plain text, with names, dates and signs in place of their codes."""

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.slack.model import Person, Team

_CODE = re.compile(r"<([^<>]*)>")
_MARKS = (
    re.compile(r"```\n?(.*?)\n?```", re.DOTALL),
    re.compile(r"`([^`\n]+)`"),
    re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"),
    re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"),
    re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])"),
)
_DATE = re.compile(r"!date\^(-?\d+)\^([^|^]*)(?:\^[^|]*)?\|?(.*)", re.DOTALL)


def plain(team: Team, reader: Person, text: str) -> str:
    """mrkdwn as this reader sees it."""
    shown = _CODE.sub(lambda match: _code(team, reader, match[1]), text)
    for mark in _MARKS:
        shown = mark.sub(r"\1", shown)
    return unescaped(shown)


def unescaped(text: str) -> str:
    """The three escaped signs as they are shown."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def date(reader: Person, unix: int, form: str) -> str:
    """A date in the reader's own zone, by Slack's placeholders."""
    when = datetime.fromtimestamp(unix, _zone(reader.tz))
    day = f"{when:%B} {when.day}, {when.year}"
    words = {
        "{date_num}": f"{when:%Y-%m-%d}",
        "{date}": day,
        "{date_short}": f"{when:%b} {when.day}, {when.year}",
        "{date_long}": f"{when:%A}, {day}",
        "{date_pretty}": day,
        "{date_short_pretty}": f"{when:%b} {when.day}, {when.year}",
        "{date_long_pretty}": f"{when:%A}, {day}",
        "{day_divider_pretty}": f"{when:%A}, {day}",
        "{time}": f"{when:%H:%M}",
        "{time_secs}": f"{when:%H:%M:%S}",
        "{ago}": day,
    }
    for placeholder, word in words.items():
        form = form.replace(placeholder, word)
    return form


def _code(team: Team, reader: Person, code: str) -> str:
    if code.startswith("!date^") and (match := _DATE.match(code)):
        return date(reader, int(match[1]), match[2])
    target, _, label = code.partition("|")
    if target.startswith("@"):
        person = team.people.get(target[1:])
        return f"@{person.name if person else label or target[1:]}"
    if target.startswith("#"):
        channel = team.channels.get(target[1:])
        return f"#{channel.name if channel else label or target[1:]}"
    if target.startswith("!subteam^"):
        group = team.groups.get(target.removeprefix("!subteam^"))
        return f"@{group.handle if group else label.lstrip('@')}"
    if target.startswith("!"):
        return label or f"@{target[1:]}"
    return label or target


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
