"""How a workspace stands, at one look: what needs attention first."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.domain.digests import Digest
from bot.domain.notices import Notice
from bot.domain.operations import CATALOG, Operation
from bot.domain.standing import Standing
from bot.features.access.views import limits, subject
from bot.features.approvals.views import names_of
from bot.features.watch.views import in_lines, sections, where
from bot.features.words import bold, dot, name
from bot.operations.telling import Facts
from bot.sentences import counted, duration, said
from bot.slack.blocks import Block, Message, code, context, cut, cut_mrkdwn, escape, moment, person, section

SERVERS, OTHERS = 20, 8
"""Lines of each part."""

LINE, PART = 300, 1700
"""Characters of a line, and those of a part after which no further line is begun."""


def how_to() -> Message:
    """The command's forms."""
    return said("Type `/vps status`, `/vps status daily 08:30` or `/vps status daily off`. Nothing was changed.")


def bad_time(typed: str) -> Message:
    """No time of day."""
    return said(
        f"{code(cut(typed, 40))} isn't a time of day. Type it like `/vps status daily 08:30` or "
        "`/vps status daily 17:05`. Nothing was changed."
    )


def bad_zone(typed: str) -> Message:
    """No time zone."""
    return said(
        f"There is no time zone {code(cut(typed, 60))}. They are called like `Europe/Berlin` or `America/New_York`: "
        "`/vps status daily 08:30 Europe/Berlin`. Nothing was changed."
    )


def told_daily(digest: Digest, channel: str, first: datetime) -> Message:
    """It is told from now on."""
    return said(f"How it stands is told {_when(digest)} in {where(channel)}, for the first time {moment(first)}.")


def not_told() -> Message:
    """It isn't any more."""
    return said("No channel is told every morning any more. `/vps status` shows it.")


def status(standing: Standing, digest: Digest | None, *, now: datetime) -> Message:
    """All that needs attention, for one person."""
    off = "No channel is told this every morning: an admin can switch that on with `/vps status daily 08:30`."
    told = f"Told {_when(digest)}." if digest else off
    text, blocks = _parts(standing, now)
    return Message(text, [*blocks, context(told)])


def daily(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """The same, in a channel."""
    text, blocks = _parts(facts.standing or Standing(), now)
    return Message(f"☀️ {text}", blocks)


def _when(digest: Digest) -> str:
    return f"every weekday at {digest.at:%H:%M} ({escape(digest.zone)})"


def _parts(standing: Standing, now: datetime) -> tuple[str, list[Block]]:
    text = _summary(standing)
    blocks: list[Block] = [section(f"*{text}*")]
    if standing.freeze:
        why = f": {cut_mrkdwn(escape(standing.freeze.reason), LINE)}" if standing.freeze.reason else ""
        blocks.append(section(f"🧊 Everything is frozen by {person(standing.freeze.by)}{why}"))
    blocks += _part(
        "Not active",
        [f"{dot(each.status)} {name(each)} is {escape(cut(each.status, 40))}" for each in standing.not_active],
        SERVERS,
    )
    blocks += _part("Changed elsewhere since yesterday", in_lines(standing.changes), OTHERS)
    blocks += _part(
        "Open requests",
        [
            f"{CATALOG[each.kind].verb} {names_of(each)}: {'waits for consent' if each.waiting else 'under way'}, "
            f"asked for by {person(each.requester)} {duration(now - each.created_at)} ago"
            for each in standing.requests
        ],
        OTHERS,
    )
    blocks += _part(
        "Nobody knows how it ended",
        [
            f"{each.spec.noun} of {bold(cut(each.server_name, 60))}, for {person(each.requester)}: {_what_to_do(each)}"
            for each in standing.unknown
        ],
        OTHERS,
    )
    blocks += _part(
        "Roles that end soon", [f"{subject(each)} is *{each.role}*{limits(each)}" for each in standing.ending], OTHERS
    )
    if not standing.watched:
        blocks.append(
            context("Changes made elsewhere are not looked for: an admin switches that on with `/vps watch on`.")
        )
    return text, blocks


def _what_to_do(unknown: Operation) -> str:
    """How a person finds out. A creation has no server to show as long as nobody says which one it brought about."""
    if unknown.has_server:
        return f"look with {code(cut(f'/vps show {unknown.server_name}', 100))}"
    return (
        "look in your VPS.org account, then press *It was created: adopt it* or *Create it again* under my message "
        "about its end"
    )


def _summary(standing: Standing) -> str:
    if standing.servers is None:
        return "VPS.org can't be read right now, so how the servers are is not known."
    if not standing.servers:
        return "There are no servers."
    counts = Counter(each.status for each in standing.servers).most_common(6)
    statuses = ", ".join(f"{number:,} {escape(cut(status, 40))}" for status, number in counts)
    quiet = not (standing.not_active or standing.changes or standing.requests or standing.unknown or standing.freeze)
    return f"{counted(len(standing.servers), 'server')}: {statuses}." + (" Nothing needs attention." if quiet else "")


def _part(title: str, lines: Sequence[str], most: int) -> list[Block]:
    """As many lines as fit: all parts together have to stay within what a message may hold."""
    kept: list[str] = []
    for line in lines[:most]:
        kept.append(cut_mrkdwn(line, LINE))
        if sum(map(len, kept)) > PART:
            break
    if not kept:
        return []
    more = f" (the first {len(kept)} of {len(lines):,})" if len(lines) > len(kept) else ""
    return [section(f"*{title}*{more}"), *sections(kept)]
