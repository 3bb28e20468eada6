"""How a note looks, and the question that comes on its day."""

from datetime import date, datetime

from bot.domain.notes import LONGEST, Note
from bot.domain.notices import Notice
from bot.domain.roles import Because
from bot.domain.servers import Server
from bot.features.words import bold, name, noted
from bot.operations.telling import Facts
from bot.sentences import said
from bot.slack.blocks import Message, actions, button, code, cut, escape, moment, person, section
from bot.slack.ids import ActionId

EXAMPLE = '`/vps note {} owner=me until=2027-01-31 "what it is for"`'


def shown(server: Server, note: Note | None, *, today: date) -> Message:
    """What is noted about a server."""
    if note is None:
        return said(f"Nothing is noted about {name(server)}. For example {EXAMPLE.format('SERVER')}.")
    by = f"by {person(note.written_by)}" + (f", {moment(note.written_at)}" if note.written_at else "")
    return said(f"{name(server)} · {noted(note, today=today)}", f"Noted {by}.")


def written(server: Server, note: Note, *, today: date) -> Message:
    """It is kept."""
    if note.empty:
        return said(f"Nothing is noted about {name(server)} any more.")
    asks = " I'll ask its owner on that day." if note.until else ""
    return said(f"Noted: {name(server)} · {noted(note, today=today)}.{asks}")


def one_at_a_time() -> Message:
    """A pattern where one server is meant."""
    return said(f"One server at a time, please: {EXAMPLE.format('web-server-01')}. Nothing was noted.")


def bad_until(typed: str, today: date) -> Message:
    """No day, one that is over, or one that nobody here will see."""
    return said(
        f"{code(cut(typed, 40))} isn't a date in the next ten years from today ({today}). "
        "Type it like `until=2027-01-31`, `until=30d` or `until=none`. Nothing was noted."
    )


def too_long(length: int) -> Message:
    """More words than fit."""
    return said(f"That is {length:,} characters; at most {LONGEST} are kept with a server. Nothing was noted.")


def pick_a_person(typed: str) -> Message:
    """An owner who is none."""
    return said(
        f"{code(cut(typed, 40))} is nobody I know. Pick the owner from Slack's list: `owner=@name`, or type `owner=me` "
        "or `owner=none`. Nothing was noted."
    )


CAN_NOT_OWN = {
    Because.DEACTIVATED: "their Slack account is deactivated",
    Because.GUEST: "they are a guest",
    Because.FOREIGN: "they belong to another organisation",
}
"""Why somebody can't do anything here, and so can't be asked about a server, either."""


def can_not_own(user: str, because: Because) -> Message:
    """Somebody was named who can't be asked."""
    return said(f"{person(user)} can't own a server: {CAN_NOT_OWN[because]}. Nothing was noted.")


def kept_longer(server: Server, note: Note) -> Message:
    """Thirty days more."""
    return said(f"{name(server)} is kept until {note.until}; I ask again then. Nothing happens by itself.")


def answered_already(server: Server, note: Note | None) -> Message:
    """The button is about a day that doesn't stand there any more."""
    now = f"it is noted until {note.until}" if note and note.until else "it has no such day any more"
    return said(f"{name(server)}: somebody answered already, {now}. Nothing was changed.")


def not_there() -> Message:
    """The button's server is gone, or out of this person's sight."""
    return said("This server is not there any more, or not yours to see. Nothing was changed.")


def due(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """The question on its day; when it is answered, how."""
    note, day = facts.note, escape(notice.detail.get("until", ""))
    if note is None or note.until is None or note.until.isoformat() != day or note.owner != notice.detail.get("owner"):
        if not notice.ts:
            return None
        if note is None:
            return said("This question is answered: nothing is noted about the server any more.")
        return said(f"This question is answered: {bold(note.server_name)} is noted {noted(note, today=now.date())}.")
    whose = "Nobody owns it, so I ask the admins."
    if note.owner == notice.recipient:
        whose = "It is yours."
    elif note.owner:
        whose = f"It belongs to {person(note.owner)}, who can't decide here any more, so I ask the admins."
    what = f" It is for: “{escape(note.text)}”" if note.text else ""
    text = f"{bold(note.server_name)} was wanted until {day}. Is it still needed? {whose}{what}"
    keep = button("Keep it 30 more days", ActionId.NOTE_KEEP, f"{day} {note.server_id}", style="primary")
    delete = button("Delete…", ActionId.DELETE, note.server_id, style="danger")
    return Message(text, [section(text), actions(keep, delete)])
