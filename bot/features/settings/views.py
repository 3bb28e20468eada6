"""The settings: what they are, the dialog that changes them, and how a change is told."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.notices import Notice
from bot.domain.policy import MOST_APPROVALS, Act, Freeze, Policy
from bot.features.settings.wording import in_words, typed_span
from bot.features.words import bold
from bot.operations.telling import Facts
from bot.sentences import counted, duration, said
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    channel,
    channel_input,
    choice_input,
    code,
    cut,
    cut_mrkdwn,
    escape,
    modal,
    moment,
    person,
    section,
    text_input,
)
from bot.slack.ids import ActionId, BlockId, ViewId
from bot.store.protections import Protection

NOT_A_TIME = "Type a time such as 30m, 8h or 2d."
BAD_LIFETIME = "Between 10 minutes and 30 days, for example 24h."
BAD_REMINDER = "At least 5 minutes, and shorter than the request lives."
BAD_BUDGET = "A number from 0 to 1000."
NO_CHANNEL = "Approvals are needed, so choose a channel to ask for them; or let a deletion take none."
NOWHERE_TO_TELL = "Choose a notifications channel first: changes are told there."
NOTHING_TO_STOP_FOR = "That takes a time to undo: the server is stopped at its beginning and deleted at its end."
TOO_MUCH = "That is too much: at most 50 lines and 2,500 characters in all."

UNDO = (0, 10, 30, 60, 4 * 60, 8 * 60, 24 * 60, 2 * 24 * 60, 3 * 24 * 60, 7 * 24 * 60)
"""Minutes of undo that are offered: none to seven days."""

SHOWN = 25

NO_CHANGES: Mapping[str, tuple[Any, Any]] = {}


def overview(
    policy: Policy,
    protections: Sequence[Protection] = (),
    freeze: Freeze | None = None,
    *,
    watched: bool = False,
    may_change: bool,
    then: datetime | None = None,
) -> Message:
    """What holds now, or held at a moment of the past, as the log tells it."""
    where = channel(policy.approvals_channel) if policy.approvals_channel else "no channel yet: nothing can be deleted"
    needs = counted(policy.approvals, "approval") if policy.approvals else "nobody else's consent"
    news = channel(policy.notifications_channel) if policy.notifications_channel else "none chosen"
    undo = "no time to undo"
    if policy.undo_window:
        stops = "; the server is stopped first" if policy.stop_first else ""
        undo = f"{duration(policy.undo)} to undo after the consent{stops}"
    lines = [
        f"• Deleting takes {needs}; {undo}.",
        f"• Asked for in {where}. Notifications: {news}.",
        f"• A request lives for {duration(policy.expires_in)}; a reminder comes after {duration(policy.reminder)}.",
        f"• More than {counted(policy.hourly, 'deletion')} by one person in an hour, "
        f"or {policy.daily} by all in a day, one approver more.",
        f"• Changes of servers that nobody made from here are {'told' if watched else 'not told'}.",
    ]
    title = f"*Settings* {moment(then)}, as the log tells it\n" if then else "*Settings*\n"
    blocks: list[Block] = [section(title + "\n".join(lines))]
    if freeze:
        why = f" Their reason: “{escape(cut(freeze.reason, 500))}”" if freeze.reason else ""
        blocks.insert(0, section(f"🧊 *Frozen* by {person(freeze.by)} {moment(freeze.at)}.{why}"))
    if policy.also:
        blocks.append(section("*Also under approval:* " + _codes(policy.also)))
    blocks.append(section(_protected(policy, protections)))
    if may_change:
        blocks.append(actions(button("Change…", ActionId.SETTINGS_EDIT, style="primary")))
    return Message(f"Deleting takes {needs}, asked for in {where}.", blocks)


def dialog(policy: Policy, mark: str, *, watched: bool = False) -> Block:
    """All settings, as they are now. `mark` tells later whether they are still these."""
    numbers = [
        (str(n), counted(n, "approval") if n else "none: who asks decides alone") for n in range(MOST_APPROVALS + 1)
    ]
    undo = [(str(each), duration(timedelta(minutes=each)) if each else "none") for each in _offered(policy)]
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
            channel_input(
                BlockId.NOTIFICATIONS,
                "Notifications channel",
                hint="For news, and for messages that can't be delivered elsewhere. Invite me there first.",
                initial=policy.notifications_channel,
                optional=True,
            ),
            choice_input(BlockId.APPROVALS, "A deletion takes", numbers, initial=str(policy.approvals)),
            text_input(BlockId.LIFETIME, "A request lives for", initial=typed_span(policy.lifetime), max_length=10),
            text_input(BlockId.REMINDER, "Remind after", initial=typed_span(policy.remind_after), max_length=10),
            choice_input(
                BlockId.UNDO,
                "Time to undo",
                undo,
                initial=str(policy.undo_window),
                hint="From consent to deletion.",
            ),
            choice_input(
                BlockId.STOP_FIRST,
                "Stop the server first",
                [("no", "no"), ("yes", "yes, when the time to undo begins")],
                initial="yes" if policy.stop_first else "no",
            ),
            text_input(
                BlockId.ALSO,
                "What else takes approval",
                hint=f"One rule a line, like {' or '.join(EXAMPLES)}. Acts: {', '.join(Act)}.",
                initial="\n".join(policy.also),
                multiline=True,
                optional=True,
            ),
            text_input(
                BlockId.PROTECTED,
                "Protected patterns",
                hint="One a line, like prod-*. What fits can't be deleted from Slack, also under another name later.",
                initial="\n".join(policy.protected),
                multiline=True,
                optional=True,
            ),
            text_input(BlockId.HOURLY, "Deletions by one person in an hour", initial=str(policy.hourly), max_length=4),
            text_input(BlockId.DAILY, "Deletions by all in a day", initial=str(policy.daily), max_length=4),
            choice_input(
                BlockId.WATCH,
                "Watch the fleet",
                [("no", "no"), ("yes", "yes, tell changes made elsewhere")],
                initial="yes" if watched else "no",
                hint="Every few minutes; told in the notifications channel, else where consent is asked for.",
            ),
        ],
        submit="Save",
        close="Cancel",
        meta=mark,
    )


EXAMPLES = ("reboot prod-*", "backups-off *", "create above 20")


def bad_rule(line: str) -> str:
    """At the input: a line that is no rule."""
    return f'"{cut(line, 80)}" is no rule. Type one a line, like {", ".join(EXAMPLES)}. Acts: {", ".join(Act)}.'


def bad_pattern(line: str) -> str:
    """At the input: a line that is no pattern."""
    return f'"{cut(line, 80)}" is no pattern of names. Type one a line, without spaces, like prod-*.'


def saved(changes: Mapping[str, tuple[Any, Any]], *, all_of: int = 0) -> Block:
    """What holds from now on; `all_of`: so many can approve, and all of them are needed."""
    text = f"Saved: {cut_mrkdwn(in_words(changes), 2500)}." if changes else "Nothing was changed."
    return modal(ViewId.SETTINGS_RESULT, "Settings", [section(text), *_own(all_of)])


def answered(answer: Message, at_once: Mapping[str, tuple[Any, Any]] = NO_CHANGES, *, all_of: int = 0) -> Block:
    """Another answer, where the dialog was; `at_once`: what was saved all the same, because it takes nobody else."""
    saved_too = [section(f"Saved at once, because it takes nobody else: {in_words(at_once)}.")] if at_once else []
    return modal(ViewId.SETTINGS_RESULT, "Settings", [section(answer.text), *saved_too, *_own(all_of)])


def changed_meanwhile() -> Message:
    """The dialog shows what doesn't hold any more."""
    return said("The settings were changed while this dialog was open. Nothing was saved: open it again.")


def too_many(approvals: int, could: int, *, because_of_budget: bool = False) -> str:
    """At the input: it would lock everybody out. `because_of_budget`: nothing is free, so it is always one more."""
    have = counted(could, "person") if could == 1 else f"{could} people"
    why = "With 0 every deletion takes one approval more. " if because_of_budget else ""
    return (
        f"{why}Only {have} can approve, so {counted(approvals, 'approval')} could never come together. "
        f"Make more approvers first{', or allow one deletion' if because_of_budget else ''}."
    )


def not_in_channel() -> str:
    """At the input."""
    return "I am not in this channel. Invite me there, then save again."


def told(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """A change, told to all admins and where consent was asked for before."""
    changes = json.loads(notice.detail.get("changes") or "{}")
    words = cut_mrkdwn(in_words(changes), 2500) or "nothing"
    return said(f"{person(notice.detail.get('by', ''))} changed the settings: {words}.")


def channel_lost(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """Told to an admin: what should stand in a channel went elsewhere."""
    lost = notice.detail.get("channel")
    if not lost:
        return None
    if who := notice.detail.get("typed_by"):
        return said(
            f"I can't write in {channel(lost)}, where {person(who)} typed a command: I'm not in it, or it is archived. "
            "What came of it goes to the notifications channel, or to them directly. To have it told there, type "
            "`/invite @vpsbot` in that channel. I say this once for each channel."
        )
    return said(
        f"I can't write in {channel(lost)}, where the settings tell me to: I was removed, or it is archived. "
        "What should stand there goes to the notifications channel, or to people directly. Invite me again, or choose "
        "another channel with `/vps settings`."
    )


def _own(could: int) -> list[Block]:
    """It works for everybody but those who approve: all of them are needed, and nobody approves their own request."""
    if not could:
        return []
    needed, whose = f"That takes all {could} people who can approve", "their"
    if could == 1:
        needed, whose = "Only one person can approve", "that person's"
    return [section(f"{needed}, so {whose} own deletions can't be approved. For these, make one approver more.")]


def _protected(policy: Policy, protections: Sequence[Protection]) -> str:
    named = [each for each in protections if not each.glob]
    if not policy.protected and not named:
        return "*Protected:* nothing. `/vps protect SERVER` keeps a server from being deleted."
    parts = [_codes(policy.protected)] if policy.protected else []
    parts += (
        [", ".join(f"{bold(each.server_name)} ({code(each.server_id)})" for each in named[:SHOWN])] if named else []
    )
    more = f" … and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    return f"*Protected:* {' · '.join(parts)}{more}"


def _codes(texts: Sequence[str]) -> str:
    more = f" … and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return ", ".join(code(cut(each, 60)) for each in texts[:SHOWN]) + more


def _offered(policy: Policy) -> list[int]:
    return sorted({*UNDO, policy.undo_window})
