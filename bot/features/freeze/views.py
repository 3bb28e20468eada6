"""How a freeze is told."""

from datetime import datetime

from bot.domain.notices import Notice
from bot.domain.policy import Freeze
from bot.operations.telling import Facts
from bot.sentences import counted, said
from bot.slack.blocks import Message, cut, escape, moment, person, section

REASON = 500


def frozen(freeze: Freeze, voided: int) -> Message:
    """To who froze it."""
    stopped = f" {counted(voided, 'change')} that had been agreed to will not be done." if voided else ""
    return said(
        f"Everything is frozen: nobody can change a server from here, whatever was asked for.{stopped} "
        "An admin lifts it with `/vps unfreeze`.",
        "What VPS.org was told before can't be stopped.",
    )


def frozen_already(freeze: Freeze) -> Message:
    """Somebody was quicker."""
    return said(f"It is frozen already: {person(freeze.by)} did it {moment(freeze.at)}.{_why(freeze.reason)}")


def reason_too_long(length: int) -> Message:
    """A novel."""
    return said(
        f"The reason is {length:,} characters long; at most {REASON} are kept. Nothing was done: type it again."
    )


def not_frozen() -> Message:
    """Nothing to lift."""
    return said("Nothing is frozen here.")


def lifted() -> Message:
    """It is so now."""
    return said(
        "The freeze is lifted: changes are possible again, and waiting requests can be decided. What it "
        "ended has to be asked for again."
    )


def told(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """Loud, for everybody."""
    detail = notice.detail
    who = person(detail.get("by", ""))
    if detail.get("lifted"):
        text = f"{who} lifted the freeze: servers can be changed from here again."
        return Message(text, [section(f"🟢 {text}")])
    number = int(detail.get("voided") or 0)
    stopped = f" {counted(number, 'change')} that had been agreed to will not be done." if number else ""
    text = f"{who} froze everything: no server can be changed from here until an admin lifts it.{stopped}"
    return Message(text, [section(f"🧊 *{text}*{_why(detail.get('reason', ''))}")])


def _why(reason: str) -> str:
    return f" Their reason: “{escape(cut(reason, REASON))}”" if reason else ""
