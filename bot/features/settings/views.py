"""The settings: what they are, the dialog that changes them, and how a change is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.notices import Notice
from bot.domain.policy import MOST_APPROVALS, Policy
from bot.operations.telling import Facts
from bot.sentences import counted, duration, listed, said
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    channel_input,
    choice_input,
    escape,
    modal,
    person,
    section,
    text_input,
)
from bot.slack.ids import ActionId, BlockId, ViewId

NOT_A_TIME = "Type a time such as 30m, 8h or 2d."
BAD_LIFETIME = "Between 10 minutes and 30 days, for example 24h."
BAD_REMINDER = "At least 5 minutes, and shorter than the request lives."


def overview(policy: Policy, *, may_change: bool) -> Message:
    """What holds now."""
    where = f"<#{policy.approvals_channel}>" if policy.approvals_channel else "no channel yet: nothing can be deleted"
    needs = counted(policy.approvals, "approval") if policy.approvals else "nobody else's consent"
    text = (
        f"*Settings*\n• Deleting takes {needs}.\n• Asked for in {where}.\n"
        f"• A request lives for {duration(policy.expires_in)}; a reminder comes after {duration(policy.reminder)}."
    )
    blocks: list[Block] = [section(text)]
    if may_change:
        blocks.append(actions(button("Change…", ActionId.SETTINGS_EDIT, style="primary")))
    return Message(f"Deleting takes {needs}, asked for in {where}.", blocks)


def dialog(policy: Policy) -> Block:
    """All settings, as they are now."""
    numbers = [
        (str(n), counted(n, "approval") if n else "none: who asks decides alone") for n in range(MOST_APPROVALS + 1)
    ]
    return modal(
        ViewId.SETTINGS,
        "Settings",
        [
            channel_input(
                BlockId.CHANNEL,
                "Approvals channel",
                hint="Where consent is asked for. Invite me there first.",
                initial=policy.approvals_channel,
                optional=True,
            ),
            choice_input(BlockId.APPROVALS, "A deletion takes", numbers, initial=str(policy.approvals)),
            text_input(BlockId.LIFETIME, "A request lives for", initial=_typed(policy.lifetime), max_length=10),
            text_input(BlockId.REMINDER, "Remind after", initial=_typed(policy.remind_after), max_length=10),
        ],
        submit="Save",
        close="Cancel",
    )


def saved(changes: Mapping[str, tuple[Any, Any]]) -> Block:
    """What holds from now on."""
    text = f"Saved: {_listed(changes)}." if changes else "Nothing was changed."
    return modal(ViewId.SETTINGS_RESULT, "Settings", [section(text)])


def too_many(approvals: int, could: int) -> str:
    """At the input: it would lock everybody out."""
    have = counted(could, "person") if could == 1 else f"{could} people"
    return f"Only {have} can approve, so {approvals} approvals could never come together. Make more approvers first."


def not_in_channel() -> str:
    """At the input."""
    return "I am not in this channel. Invite me there, then save again."


def told(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """A change, told to all admins and where consent was asked for before."""
    return said(f"{person(notice.detail.get('by', ''))} changed the settings: {notice.detail.get('changes', '')}.")


def _listed(changes: Mapping[str, tuple[Any, Any]]) -> str:
    return listed(
        [f"{_LABELS[name]} {_value(name, was)} → {_value(name, now)}" for name, (was, now) in changes.items()]
    )


def in_words(changes: Mapping[str, tuple[Any, Any]]) -> str:
    """The changes, for a notice."""
    return _listed(changes)


_LABELS = {
    "approvals_channel": "approvals channel",
    "notifications_channel": "notifications channel",
    "undo_window": "time to undo",
    "stop_first": "stop first",
    "also": "also under approval",
    "protected": "protected",
    "hourly": "deletions of a person in an hour",
    "daily": "deletions of the workspace in a day",
    "approvals": "approvals for a deletion",
    "lifetime": "life of a request",
    "remind_after": "reminder after",
}


def _value(name: str, value: Any) -> str:
    if name == "approvals_channel":
        return f"<#{value}>" if value else "none"
    return _typed(value) if name in ("lifetime", "remind_after") else escape(str(value))


def _typed(minutes: int) -> str:
    if minutes % (24 * 60) == 0 and minutes >= 48 * 60:
        return f"{minutes // (24 * 60)}d"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
