"""The settings dialog as it was filled in: a policy, or what can't be, by input."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.policy import MOST_APPROVALS, Policy, read_rule
from bot.domain.spans import read_span
from bot.features.settings import views
from bot.slack.ids import BlockId

SHORTEST, LONGEST = 10, 30 * 24 * 60
"""Minutes that a request may live."""

SOONEST = 5
"""Minutes until the first reminder."""

LONGEST_UNDO = 7 * 24 * 60
MOST_LINES, MOST_TEXT = 50, 2500
MOST_DELETIONS = 1000


def read(values: Mapping[str, str], before: Policy) -> Policy | dict[str, str]:
    """The settings as filled in, or what is wrong with them, by input."""
    errors: dict[str, str] = {}
    lifetime = _minutes(values, BlockId.LIFETIME)
    reminder = _minutes(values, BlockId.REMINDER)
    if lifetime is None:
        errors[BlockId.LIFETIME] = views.NOT_A_TIME
    elif not SHORTEST <= lifetime <= LONGEST:
        errors[BlockId.LIFETIME] = views.BAD_LIFETIME
    if reminder is None:
        errors[BlockId.REMINDER] = views.NOT_A_TIME
    elif lifetime and not SOONEST <= reminder < lifetime:
        errors[BlockId.REMINDER] = views.BAD_REMINDER
    approvals = _number(values.get(BlockId.APPROVALS, ""), MOST_APPROVALS)
    if approvals is None:
        errors[BlockId.APPROVALS] = f"Between 0 and {MOST_APPROVALS}."
    undo = _number(values.get(BlockId.UNDO, ""), LONGEST_UNDO)
    if undo is None:
        errors[BlockId.UNDO] = "Choose one of these."
    if undo == 0 and values.get(BlockId.STOP_FIRST) == "yes":
        errors[BlockId.STOP_FIRST] = views.NOTHING_TO_STOP_FOR
    budgets = {
        block: _number(values.get(block, "").strip(), MOST_DELETIONS) for block in (BlockId.HOURLY, BlockId.DAILY)
    }
    errors |= {block: views.BAD_BUDGET for block, number in budgets.items() if number is None}
    also, protected = _lines(values.get(BlockId.ALSO, "")), _lines(values.get(BlockId.PROTECTED, ""))
    errors |= _bad_lines(also, protected)
    if errors:
        return errors
    return replace(
        before,
        approvals_channel=values.get(BlockId.CHANNEL, ""),
        notifications_channel=values.get(BlockId.NOTIFICATIONS, ""),
        approvals=approvals or 0,
        lifetime=lifetime or before.lifetime,
        remind_after=reminder or before.remind_after,
        undo_window=undo or 0,
        stop_first=values.get(BlockId.STOP_FIRST) == "yes",
        also=tuple(dict.fromkeys(str(read_rule(each)) for each in also)),
        protected=protected,
        hourly=budgets[BlockId.HOURLY] or 0,
        daily=budgets[BlockId.DAILY] or 0,
    )


def _bad_lines(also: tuple[str, ...], protected: tuple[str, ...]) -> dict[str, str]:
    errors: dict[str, str] = {}
    for block, lines in ((BlockId.ALSO, also), (BlockId.PROTECTED, protected)):
        if len(lines) > MOST_LINES or sum(len(each) + 1 for each in lines) > MOST_TEXT:
            errors[block] = views.TOO_MUCH
    no_rule = next((each for each in also if read_rule(each) is None), None)
    if no_rule is not None:
        errors[BlockId.ALSO] = views.bad_rule(no_rule)
    no_pattern = next((each for each in protected if len(each.split()) != 1 or len(each) > 100), None)
    if no_pattern is not None:
        errors[BlockId.PROTECTED] = views.bad_pattern(no_pattern)
    return errors


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _minutes(values: Mapping[str, str], block: BlockId) -> int | None:
    span = read_span(values.get(block, ""))
    return None if span is None else int(span.total_seconds() // 60)


def _number(text: str, most: int) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 5 and int(text) <= most else None
