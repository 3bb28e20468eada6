"""How messages look that did not arrive."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.notices import CUT_OFF, GROUP_NOT_READ, NOT_MADE, PEOPLE_OF, Notice, NoticeKind, Undelivered
from bot.sentences import counted, duration, said
from bot.slack.blocks import Block, Message, button, channel, code, context, cut, group, moment, person, section
from bot.slack.ids import ActionId

SHOWN = 20

ABOUT = {
    NoticeKind.CARD: "how a request stands",
    NoticeKind.OUTCOME: "the end of a request",
    NoticeKind.OVERDUE: "a change that takes long",
    NoticeKind.APPEARED: "a server that appeared after all",
    NoticeKind.REMINDER: "a reminder of a request",
    NoticeKind.GLASS: "broken glass",
    NoticeKind.SETTINGS: "a change of the settings",
    NoticeKind.FREEZE: "a freeze, or its end",
    NoticeKind.PROPOSAL: "a change that takes a second admin",
    NoticeKind.PROPOSAL_ENDED: "what came of a change that took a second admin",
    NoticeKind.CHANNEL_LOST: "a channel that I can't write in",
    NoticeKind.ROLE: "a new role",
    NoticeKind.ROLE_TAKEN: "a role that was taken",
    NoticeKind.ROLE_ENDS: "a role that ends",
    NoticeKind.ACCESS_ASKED: "somebody who asks for a role",
    NoticeKind.ACCESS_ANSWERED: "the answer to who asked for a role",
    NoticeKind.EXPORT: "the log as a file",
    NoticeKind.SCHEDULE_RAN: "a run of a schedule",
    NoticeKind.SCHEDULE_SKIPPED: "a run of a schedule that was left out",
    NoticeKind.SCHEDULE_CANCELLED: "a schedule that ended early",
    NoticeKind.FLEET: "servers that changed",
    NoticeKind.DIGEST: "how it stands in the morning",
    NoticeKind.NOTE_DUE: "a server whose day has come",
}


def overview(undelivered: Sequence[Undelivered], *, now: datetime) -> Message:
    """What did not arrive, each with why and a button."""
    if not undelivered:
        return said("Every message has arrived.")
    text = f"{counted(len(undelivered), 'message')} could not be delivered."
    blocks: list[Block] = [section(f"*{text}*")]
    blocks += [
        section(_line(each, now), accessory=button("Send again", ActionId.NOTICE_AGAIN, each.notice.id))
        for each in undelivered[:SHOWN]
    ]
    if len(undelivered) > SHOWN:
        blocks.append(context(f"The oldest {SHOWN} are shown."))
    return Message(text, blocks)


def sending_again(notice: Notice) -> Message:
    """It is tried now."""
    return said(f"Sending it to {_to(notice)} again. `/vps notices` lists it until it has arrived.")


def not_owed() -> Message:
    """It arrived meanwhile, is being sent, or was never promised."""
    return said("There is nothing to send again: it has arrived, or is on its way. `/vps notices` shows what hasn't.")


def _line(each: Undelivered, now: datetime) -> str:
    notice = each.notice
    since = duration(now - notice.created_at)
    why = f"Slack says {code(cut(each.error, 80))}"
    if each.error == NOT_MADE:
        why = "I could not make it (the bot's log says why)"
    elif each.error == GROUP_NOT_READ:
        why = "Slack doesn't say who is in it"
    elif each.error == CUT_OFF:
        why = "its sending was cut off, perhaps after Slack had taken it"
    tried = f"tried again {moment(each.next_at, '{time_secs}')}" if each.next_at else "given up"
    return f"About {ABOUT[notice.kind]}, to {_to(notice)}, {since} old: {why}; {tried}."


def _to(notice: Notice) -> str:
    where = notice.channel or notice.wanted_channel or notice.recipient
    if PEOPLE_OF in notice.detail:
        return group(where)
    return channel(where) if where[:1] in ("C", "G") and where.isalnum() else person(where)
