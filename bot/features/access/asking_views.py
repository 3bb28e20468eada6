"""How asking for a role is told: to who asks, to the admins, and what came of it."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.access import AccessRequest, Answer
from bot.domain.notices import Notice
from bot.domain.roles import Because
from bot.features.words import bold
from bot.operations.telling import Facts
from bot.sentences import NOBODY, duration, listed, said
from bot.slack.blocks import Message, actions, button, code, context, moment, person, section
from bot.slack.ids import ActionId


def asked(request: AccessRequest, able: Sequence[str], now: datetime) -> Message:
    """The private answer to who asks."""
    who = listed([person(each) for each in able[:5]], "or")
    if not able:
        return said(NOBODY)
    if request.asked_at != now:
        return said(f"You asked for *{request.role}* {duration(now - request.asked_at)} ago already. {who} can answer.")
    return said(f"Asked {who} for *{request.role}*{_where(request)}. I'll tell you the answer.")


def card(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """What each admin reads, and what it becomes when one of them has answered."""
    request = facts.access
    if request is None:
        return None
    title = f"{person(request.member)} asks for *{request.role}*{_where(request)}."
    blocks = [section(title), context(f"Refused: {code(request.asked)} · asked {moment(request.asked_at)}")]
    if request.answered_at is None:
        blocks.append(
            actions(
                button("Grant for 8 h", ActionId.ACCESS_GRANT_SHIFT, request.id, style="primary"),
                button("Grant", ActionId.ACCESS_GRANT, request.id),
                button("Decline", ActionId.ACCESS_DECLINE, request.id, style="danger"),
            )
        )
        return Message(title, blocks)
    end = f"{_ANSWERED[request.answer]} by {person(request.answered_by)} {moment(request.answered_at)}."
    return Message(f"{title} {end}", [section(title), section(end)])


def answered(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """What who asked reads when the answer is no."""
    request = facts.access
    if request is None or request.answered_at is None:
        return None
    return said(f"{person(request.answered_by)} declined to make you *{request.role}*{_where(request)}.")


def you_answered(request: AccessRequest) -> Message:
    """The private answer to the admin."""
    return said(
        f"{_ANSWERED[request.answer]}: {person(request.member)}, *{request.role}*{_where(request)}. They are told."
    )


def answered_already(request: AccessRequest) -> Message:
    """Another admin was quicker."""
    return said(f"{_ANSWERED[request.answer]} already by {person(request.answered_by)}. Nothing was changed.")


def not_yours() -> Message:
    """The button belongs to somebody else's refusal, or to none."""
    return said("This button isn't yours, or what it was about is gone. Type your command again.")


def no_such_request() -> Message:
    """A request of another workspace, or none at all."""
    return said("There is no such request here. Nothing was changed.")


def holds_nothing(request: AccessRequest, because: Because) -> Message:
    """The account can't hold a role any more."""
    why = {Because.DEACTIVATED: "is deactivated", Because.GUEST: "is a guest"}.get(because, "is from elsewhere")
    return said(f"{person(request.member)} {why} and can hold no role. You can still decline.")


def needs_a_pattern(request: AccessRequest) -> Message:
    """A name of which no pattern can be made that fits it alone."""
    example = code(f"/vps access grant @PERSON {request.role} web-*")
    return said(f"Its name is too long for a role of its own. Grant one by a pattern, like {example}, or decline.")


_ANSWERED = {
    Answer.NONE: "Open",
    Answer.GRANTED: "Granted",
    Answer.GRANTED_FOR_A_SHIFT: "Granted for 8 h",
    Answer.DECLINED: "Declined",
}


def _where(request: AccessRequest) -> str:
    return f" on {bold(request.server_name)}" if request.server_name else ""
