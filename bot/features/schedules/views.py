"""How a plan is shown, and what its times came to."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.audit import BOT
from bot.domain.notices import Notice
from bot.domain.operations import CATALOG, LONGEST_ID, Kind, Outcome
from bot.domain.rolling import Because, Fate, Item, Run, RunState, Why
from bot.domain.schedules import (
    FURTHEST,
    LATE_AFTER,
    LONGEST_REASON,
    MOST_KEPT,
    Every,
    Schedule,
    Trouble,
    Wrong,
    next_times,
)
from bot.features.endings import SHORT
from bot.features.words import address, bold, dot, name, with_resembling
from bot.operations.preparing import Prepared
from bot.operations.telling import Facts
from bot.sentences import counted, duration, listed, said
from bot.slack.blocks import Block, Message, actions, button, code, context, cut, escape, moment, person, section
from bot.slack.ids import ActionId

NOTHING = "Nothing is planned."
EXAMPLE = "`/vps at 02:00 reboot web-*`"
LINE = 290
"""Characters of a server's line: ten of them fit in a section."""

SHOWN = 30
"""Plans of one list: what fits into a message when their words are long."""

NAMED = 20
"""Servers that a message names one by one."""


def offer(schedule: Schedule, prepared: Prepared, *, now: datetime) -> Message:
    """What would be planned: the servers that fit now, the next times, and the question."""
    servers = prepared.servers
    verb = CATALOG[schedule.kind].verb.capitalize()
    ask = f"{verb} {counted(len(servers), 'server')}, {schedule.when}?"
    lines = [
        with_resembling(
            f"{dot(each.status)} {name(each)} · {address(each)} · {escape(each.status)}",
            prepared.alike.get(each.id, ()),
            LINE,
        )
        for each in servers
    ]
    blocks: list[Block] = [section(f"*{ask}* Nothing is planned until you press *Keep it*.")]
    blocks += [section("\n".join(lines[start : start + 10])) for start in range(0, len(lines), 10)]
    blocks.append(section(_times(schedule, now)))
    blocks.append(section(" ".join(_how(schedule, prepared))))
    blocks.append(actions(button("Keep it", ActionId.SCHEDULE_KEEP, schedule.id, style="primary")))
    return Message(f"{ask} Nothing is planned until you press *Keep it*.", blocks)


def kept(schedule: Schedule) -> Message:
    """It will be done."""
    assert schedule.next_at is not None
    return said(f"Planned: {_what(schedule)}. Next: {_moment(schedule.next_at)}. `/vps schedule` lists and cancels it.")


def planned(schedules: Sequence[Schedule], *, everything: bool) -> Message:
    """What will be done, the next one first."""
    if not schedules:
        return said(f"{'Nothing' if everything else 'Nothing of yours'} is planned. Plan something: {EXAMPLE}")
    title = f"*{counted(len(schedules), 'plan')}*" + ("" if everything else " of yours")
    blocks: list[Block] = [section(title)]
    for each in schedules[:SHOWN]:
        next_ = f" · next {_moment(each.next_at)}" if each.next_at else " · under way"
        cancel = button("Cancel", ActionId.SCHEDULE_CANCEL, each.id, style="danger")
        blocks.append(section(f"{_what(each)}{next_} · {person(each.member)}", accessory=cancel))
    if len(schedules) > SHOWN:
        blocks.append(context(f"… and {len(schedules) - SHOWN} more, later than these."))
    return Message(f"{counted(len(schedules), 'plan')}, the next one first.", blocks)


def cancelled_now(schedule: Schedule) -> Message:
    """Said to who cancelled it."""
    return said(
        f"Cancelled: {_what(schedule)}. If it is under way, it ends with the server that it is at; what waits for "
        "consent can be withdrawn in `/vps requests`."
    )


def ran(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """A time of a plan was worked off, or it stopped at a server."""
    schedule, run = facts.schedule, facts.run
    if schedule is None or run is None:
        return None
    done, passed, rest = run.of(Fate.DONE), run.of(Fate.PASSED), run.of(Fate.PENDING, Fate.FILED)
    left = bool(notice.detail.get("left"))
    title = f"{_whose(schedule, left)} planned {CATALOG[schedule.kind].noun} of {_words(schedule)}"
    if run.state is RunState.DONE:
        text = f"✅ {title} is through: {counted(len(done), 'server')} {CATALOG[schedule.kind].past}."
    else:
        text = f"🛑 {title} stopped{_at(run, left)}."
    lines = [f"Done: {_names(done)}." if done else "None was done."]
    lines += [f"Passed over: {_passed(passed)}."] if passed else []
    lines += [f"Not touched: {_names(rest)}."] if rest else []
    return Message(text, [section(text), section("\n".join(lines)), context(f"planned for {_moment(run.time)}")])


def skipped(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """A time of a plan was left out."""
    schedule, run = facts.schedule, facts.run
    if schedule is None or run is None:
        return None
    then = f" Next: {_moment(schedule.next_at)}." if schedule.next_at else " It is not planned again."
    left = bool(notice.detail.get("left"))
    return said(
        f"{_whose(schedule, left)} {CATALOG[schedule.kind].noun} of {_words(schedule)}, planned for "
        f"{_moment(run.time)}, was skipped: {_because(run.because or Because.LATE, left)}. Nothing was done.{then}"
    )


def cancelled(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """A plan won't be done any more, and it was not its owner who said so."""
    schedule = facts.schedule
    if schedule is None:
        return None
    by = schedule.cancelled_by
    if notice.detail.get("left"):
        elsewhere = schedule.trouble == Because.OTHER_ACCOUNT
        why = "another VPS.org account was connected since" if elsewhere else "they may not do that any more"
        return said(
            f"{person(schedule.member)}'s plan {_what(schedule)} is cancelled: {why}. "
            "Who needs it plans it in their own name."
        )
    if by != BOT:
        return said(f"Your plan {_what(schedule)}: {person(by)} cancelled it.")
    if schedule.trouble == Because.OTHER_ACCOUNT:
        return said(f"Your plan {_what(schedule)} is cancelled: another VPS.org account was connected since.")
    return said(
        f"Your plan {_what(schedule)}: you may not do that any more, so it is cancelled. "
        "`/vps can` explains what you may do."
    )


def wrong(found: Wrong) -> Message:
    """Why it is no plan, and what would be one."""
    return said(f"{_wrong(found)} {NOTHING}")


def too_many(number: int, most: int) -> Message:
    """More servers than one run may change."""
    return said(f"That fits {number:,} servers; at most {most} can be changed by one plan. {NOTHING}")


def full() -> Message:
    """As many as there may be."""
    return said(f"This workspace has {MOST_KEPT} plans already. Cancel one with `/vps schedule` first. {NOTHING}")


def past() -> Message:
    """The yes came too late."""
    return said(f"Its time has passed since this was shown. Type the command again with another one. {NOTHING}")


def offer_ended() -> Message:
    """The plan is too old, was kept, or was not shown to this person."""
    return said("This plan was kept, is too old, or isn't yours. `/vps schedule` shows what is planned.")


def not_there() -> Message:
    """No plan that this person could cancel."""
    return said("This plan is not there any more, or not yours to cancel. `/vps schedule` shows what is planned.")


def _what(schedule: Schedule) -> str:
    zone = escape(schedule.when.zone)
    return f"{schedule.kind} {_words(schedule)} · {schedule.when} ({zone})"


def _whose(schedule: Schedule, left: bool) -> str:
    """Said to who planned it; to the admins where they have `left`."""
    return f"{person(schedule.member)}'s" if left else f"{person(schedule.member)} your"


def _words(schedule: Schedule) -> str:
    return code(cut(" ".join(schedule.words), 40))


def _moment(time: datetime) -> str:
    return moment(time, "{date_long_pretty} {time}")


def _times(schedule: Schedule, now: datetime) -> str:
    times = " · ".join(_moment(each) for each in next_times(schedule.when, now))
    label = "Next times" if schedule.when.every else "When"
    return f"*{label}:* {times}\n{schedule.when.at:%H:%M} is meant in {escape(schedule.when.zone)}."


def _how(schedule: Schedule, prepared: Prepared) -> list[str]:
    spec = CATALOG[schedule.kind]
    when = "each time" if schedule.when.every else "at that time"
    told = []
    if schedule.anew:
        told.append(f"{_words(schedule)} is looked up anew {when}: what fits then is {spec.past}.")
    else:
        told.append("It is for exactly these servers, whatever else fits by then.")
    if schedule.kind is not Kind.DELETE and (schedule.anew or len(prepared.servers) > 1):
        told.append("One after the other; it stops at the first that does not come back.")
    if prepared.needed:
        told.append(f"When its time comes, {counted(prepared.needed, 'approval')} of others will be asked for.")
    told.append(f"Your role is checked again {when}.")
    return told


def _at(run: Run, left: bool) -> str:
    failed = run.of(Fate.FAILED)
    if failed:
        short = SHORT.get(Outcome(failed[0].why)) if failed[0].why in tuple(Outcome) else None
        if failed[0].why == Why.NOT_BACK:
            short = f"was not back after {duration(LATE_AFTER)}; I go on watching it"
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        return f" at {bold(failed[0].name)}{more}, which {short or 'did not come back'}"
    rest = run.of(Fate.PENDING)
    before = f" before {bold(rest[0].name)}" if rest else ""
    return f"{before}: {_because(run.because or Because.FAILED, left)}"


def _because(because: Because, left: bool) -> str:
    return (_OF_WHO_LEFT if left else {}).get(because, _BECAUSE[because])


def _names(items: Sequence[Item]) -> str:
    names = [bold(each.name) for each in items[:NAMED]]
    return listed(names) if len(items) <= NAMED else f"{', '.join(names)} and {len(items) - NAMED} more"


def _passed(items: Sequence[Item]) -> str:
    told = [f"{bold(each.name)} ({_WHY.get(each.why, escape(each.why))})" for each in items[:NAMED]]
    return ", ".join(told) + (f" and {len(items) - NAMED} more" if len(items) > NAMED else "")


_WHY: dict[str, str] = {
    Why.ALREADY: "it is so already",
    Why.NOT_RUNNING: "it is stopped",
    Why.GONE: "it is not there any more",
    Why.RENAMED: "it has another name now",
    Why.LONG_ID: f"VPS.org gives it an id of more than {LONGEST_ID} characters, which I can't keep",
}

_BECAUSE = {
    Because.LATE: f"I wasn't running then, and nothing begins more than {duration(LATE_AFTER)} late",
    Because.STILL_RUNNING: "the time before was still being worked on",
    Because.FROZEN: "everything is frozen (`/vps unfreeze` lifts it)",
    Because.NOT_CONNECTED: "no VPS.org account is connected (`/vps connect`)",
    Because.UNREACHABLE: f"VPS.org could not be reached for {duration(LATE_AFTER)}",
    Because.UNREADABLE: f"Slack could not say who you are for {duration(LATE_AFTER)}",
    Because.NOTHING_FITS: "no server fits any more",
    Because.TOO_MANY: "too many servers fit now",
    Because.NOT_ALLOWED: "you may not do that any more; the plan is cancelled",
    Because.OTHER_ACCOUNT: "another VPS.org account was connected since; the plan is cancelled",
    Because.BUSY: f"somebody else's change held it for {duration(LATE_AFTER)}",
    Because.PROTECTED: "it is protected",
    Because.NOBODY_COULD: "it takes consent, and nobody could give it",
    Because.CHANGED: "it is not what was shown when it was planned",
    Because.OVER_BUDGET: "it is more than may be deleted in a day",
    Because.FAILED: "one did not come back",
    Because.TOOK_LONG: f"the one before took more than {duration(LATE_AFTER)}, and now it would surprise",
    Because.CANCELLED: "the plan was cancelled",
}

_OF_WHO_LEFT = {
    Because.UNREADABLE: f"Slack could not say who they are for {duration(LATE_AFTER)}",
    Because.NOT_ALLOWED: "they may not do that any more; the plan is cancelled",
}
"""The same where it is not told to who planned it."""


def _wrong(found: Wrong) -> str:
    about = code(cut(found.about, 60))
    days = ", ".join(Every)
    return {
        Trouble.NO_TIME: f"When? For example {EXAMPLE}, or `/vps at every monday 02:00 reboot web-1`.",
        Trouble.BAD_TIME: f"{about} isn't a time of day. It goes from `00:00` to `23:59`, for example {EXAMPLE}.",
        Trouble.BAD_DAY: f"Every what? There is {days}, for example `/vps at every monday 02:00 reboot web-*`.",
        Trouble.BAD_DATE: f"There is no day {about}. A date looks like `2026-12-24`: year, month, day.",
        Trouble.PAST: f"{about} has passed already. Take a later time, for example `/vps at tomorrow 02:00 …`.",
        Trouble.TOO_FAR: f"{about} is too far ahead: at most {FURTHEST.days} days. "
        "For example `/vps at 2026-12-24 02:00 …`.",
        Trouble.EVERY_DATE: (
            f"{about} comes once, so leave `every` out: `/vps at {escape(cut(found.about, 20))} 02:00 …`. "
            "Or name a day: `/vps at every monday 02:00 …`."
        ),
        Trouble.EVERY_DELETE: "A deletion is done once. Plan it without `every`, for example `/vps at 02:00 delete …`.",
        Trouble.NO_ZONE: (
            "I couldn't read your time zone from Slack. Say it, for example "
            "`/vps at 02:00 reboot web-* zone=Europe/Berlin`."
        ),
        Trouble.BAD_ZONE: f"There is no time zone {about} that I know. One looks like `zone=Europe/Berlin`.",
        Trouble.BAD_OPTION: f'There is no option {about} here. There are `zone=Europe/Berlin` and `reason="why"`.',
        Trouble.NO_COMMAND: f"And what? Only start, stop, reboot and delete can be planned, for example {EXAMPLE}.",
        Trouble.NOT_SCHEDULABLE: (
            f"{about} can't be planned: only start, stop, reboot and delete can, for example {EXAMPLE}."
        ),
        Trouble.NO_SERVER: f"Which server? Name one, for example `/vps at 02:00 {escape(cut(found.about, 20))} web-*`.",
        Trouble.NO_REASON: (
            "A deletion takes a reason, which everybody who decides reads: "
            '`/vps at 02:00 delete stage-* reason="the test is over"`.'
        ),
        Trouble.LONG_REASON: f"The reason is too long: at most {LONGEST_REASON} characters.",
    }[found.trouble]
