"""The settings in words: their names, and their values as people read and type them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.sentences import duration, listed
from bot.slack.blocks import channel, code, cut

LABELS = {
    "approvals_channel": "approvals channel",
    "notifications_channel": "notifications channel",
    "approvals": "approvals for a deletion",
    "lifetime": "life of a request",
    "remind_after": "reminder after",
    "undo_window": "time to undo",
    "stop_first": "stop the server first",
    "also": "also under approval",
    "protected": "protected patterns",
    "protected_servers": "protected servers",
    "hourly": "deletions of a person in an hour",
    "daily": "deletions of the workspace in a day",
    "watch": "watch the fleet",
}
"""Each setting by its field."""


def in_words(changes: Mapping[str, Any]) -> str:
    """The changes: what was, and what is."""
    return listed(
        [
            f"{LABELS.get(name, name.replace('_', ' '))} {value(name, was)} → {value(name, now)}"
            for name, (was, now) in changes.items()
        ]
    )


def value(name: str, kept: Any) -> str:
    """One setting's value."""
    if name.endswith("_channel"):
        return channel(kept) if kept else "none"
    if name in ("lifetime", "remind_after"):
        return typed_span(kept)
    if name == "undo_window":
        return duration(timedelta(minutes=kept)) if kept else "none"
    if isinstance(kept, bool):
        return "yes" if kept else "no"
    if isinstance(kept, list | tuple):
        shown = [code(cut(str(each), 60)) for each in kept[:10]]
        more = f" and {len(kept) - 10} more" if len(kept) > 10 else ""
        return (", ".join(shown) or "none") + more
    return str(kept)


def typed_span(minutes: int) -> str:
    """A time as it is typed: 30m, 8h, 2d."""
    if minutes % (24 * 60) == 0 and minutes >= 48 * 60:
        return f"{minutes // (24 * 60)}d"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
