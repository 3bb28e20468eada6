"""What the door itself says: refusals, mistakes, troubles. Each says what is wrong and what would be right."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.grammar import MAX_LENGTH, Line, Problem, Trouble
from bot.domain.operations import LONGEST_ID
from bot.domain.roles import Because, Decision, admins
from bot.domain.selectors import FILTERS, nearest_word
from bot.operations.permission import NotAllowed
from bot.routing import Command, Misfit
from bot.slack.blocks import Message, actions, button, code, context, cut, escape, moment, person, section
from bot.slack.ids import ActionId
from bot.vps.errors import ProviderError
from bot.vps.errors import Trouble as ProviderTrouble

NOBODY = "Nobody administers this workspace yet: whoever runs the bot sets VPSBOT_ADMINS to a Slack user id."
CONNECT_AGAIN = "An admin can connect it again with `/vps connect`."


def said(text: str, *small: str) -> Message:
    """A message of one paragraph, with small print."""
    return Message(text, [section(text), *([context(*small)] if small else [])])


def refusal(no: NotAllowed, member: str, now: datetime, absent: Sequence[str]) -> Message:
    """Why a person may not do something, which role it takes, who could grant it, and a button to ask them.

    `absent`: admins whose accounts hold nothing.
    """
    able = [each for each in admins(no.grants, now) if each not in absent]
    why = _filled(_WHY_YOU[no.decision.because], no.decision)
    takes = f"; this takes *{no.decision.needs}*" if no.decision.because in _WAYS_OUT else ""
    text = f"{why}{takes}. {_way_out(no.decision, member, able)}"
    can_ask = no.entry is not None and no.decision.because in _WAYS_OUT and able
    blocks = [section(text)]
    if can_ask:
        blocks.append(actions(button("Ask for access", ActionId.ACCESS_ASK, str(no.entry))))
    return Message(text, blocks)


def slow_down(count: int, until: datetime) -> Message:
    """A person was refused so often that the bot takes a break with them."""
    return said(f"That is {count:,} refusals within minutes. I answer you again {moment(until, '{time_secs}')}.")


def id_too_long(server: str) -> Message:
    """The provider named a server so that no change to it can be kept."""
    return said(
        f"The id that VPS.org gives *{escape(cut(server, 255))}* has more than {LONGEST_ID} characters. I can't keep "
        "it, so I change nothing there. VPS.org's own page can."
    )


def refused_because(decision: Decision) -> str:
    """The reason for a refusal, of a third person, as the end of "… may not, because they …"."""
    return _filled(_WHY_THEY[decision.because], decision)


def _filled(words: str, decision: Decision) -> str:
    rule = decision.rule
    return words.format(
        role=f"*{rule.role}*" if rule else "",
        glob=code(rule.glob) if rule and rule.glob else "some servers",
        until=moment(rule.until) if rule and rule.until else "",
    )


_WHY_YOU = {
    Because.NO_GRANT: "You have no role here yet",
    Because.ROLE_TOO_LOW: "You are {role} here",
    Because.OTHER_SERVERS: "Your role holds for {glob} only",
    Because.ENDED: "Your role ended {until}",
    Because.DEACTIVATED: "Your Slack account is deactivated, so it holds no role",
    Because.GUEST: "Guests hold no role here, whatever was granted",
    Because.FOREIGN: "People from another organisation hold no role here, whatever was granted",
    Because.UNREAD: "Slack can't tell me about your account right now, so roles through groups don't count",
    Because.UNREAD_VOTER: "Slack can't tell me about your account right now, so your vote wasn't counted",
    Because.GRANTED: "",
}

_WHY_THEY = {
    Because.NO_GRANT: "they hold no role",
    Because.ROLE_TOO_LOW: "they are {role}",
    Because.OTHER_SERVERS: "they are {role} for {glob} only",
    Because.ENDED: "their role ended {until}",
    Because.DEACTIVATED: "their Slack account is deactivated",
    Because.GUEST: "guests hold no role, whatever was granted",
    Because.FOREIGN: "people from another organisation hold no role, whatever was granted",
    Because.UNREAD: "Slack can't tell me about their account right now, so roles through groups don't count",
    Because.UNREAD_VOTER: "Slack can't tell me about their account right now, so their votes don't count",
    Because.GRANTED: "",
}

_WAYS_OUT = frozenset({Because.NO_GRANT, Because.ROLE_TOO_LOW, Because.OTHER_SERVERS, Because.ENDED})
"""The reasons that a grant would mend."""


def _way_out(decision: Decision, member: str, able: Sequence[str]) -> str:
    if decision.passing:
        return "Press again in a moment." if decision.because is Because.UNREAD_VOTER else "Try again in a moment."
    if decision.because not in _WAYS_OUT:
        return "Ask someone with a role to do it for you."
    if not able:
        return NOBODY
    who = listed([person(each) for each in able[:5]], "or")
    return f"{who} can grant it: `/vps access grant` {person(member)} `{decision.needs}`"


def not_readable(problem: Problem) -> Message:
    """Why a command's text can't be read."""
    about = code(cut(problem.about, 60))
    return said(
        {
            Trouble.UNCLOSED_QUOTE: f"A quote is opened and never closed: {about}. Close it, or leave it out.",
            Trouble.MISSING_VALUE: f"The option {about} needs a value, for example `{_example(problem.about)}`.",
            Trouble.TWICE: f"The option {about} stands there twice. Once is enough.",
            Trouble.INVISIBLE: (
                f"Your text has an invisible character in it ({about}). Type it by hand, please; nothing was done."
            ),
            Trouble.TOO_LONG: (
                f"That is {escape(problem.about)} characters long; at most {MAX_LENGTH:,} are read. Nothing was done."
            ),
        }[problem.trouble]
    )


def _example(option: str) -> str:
    return {"status": "status=active", "location": "location=us-west"}.get(option, f"{escape(cut(option, 30))}=…")


def unknown_command(typed: str, nearest: str | None) -> Message:
    """There is no such word; the nearest one, if any is near."""
    near = f" Did you mean `/vps {nearest}`?" if nearest else ""
    return said(f"There is no command {code(cut(typed, 60))}.{near} `/vps help` lists what you can do.")


def no_command(line: Line, words: Sequence[str]) -> Message:
    """An option stands where the command belongs: `reboot=web-1` for `reboot web-1`."""
    name, value = next(iter(line.options.items()))
    value = value if isinstance(value, str) else "@…"
    meant = f"list {name}={value}" if name in FILTERS else f"{name} {value}"
    near = f" Did you mean {code(cut(f'/vps {meant}', 80))}?" if name in words or name in FILTERS else ""
    return said(
        f"A command begins with a word, and {code(cut(f'{name}=…', 60))} is an option.{near} "
        "`/vps help` lists what you can do. Nothing was done."
    )


def not_taken(command: Command, misfit: Misfit) -> Message:
    """An option or a word that a command doesn't take, and what it does take."""
    itself = code(f"/vps {command.word}")
    example = code(f"/vps {command.examples[-1]}")
    if misfit.option:
        near = nearest_word(misfit.option, command.options) if command.options else None
        meant = f" Did you mean {code(near)}?" if near else ""
        takes = f"the options {listed([code(each) for each in command.options])}" if command.options else "no options"
        return said(
            f"There is no option {code(cut(misfit.option, 40))} here.{meant} {itself} takes {takes}, for example "
            f"{example}. Nothing was done."
        )
    word = code(cut(misfit.word, 60)) if isinstance(misfit.word, str) else "That mention"
    takes = f"takes at most {counted(command.words, 'word')}" if command.words else "takes no words"
    return said(f"{word} is one too many: {itself} {takes}, for example {example}. Nothing was done.")


def out_of_date() -> Message:
    """A button or dialog that this version of the bot doesn't have."""
    return said("This is from an older version of me. Nothing was done; type the command again.")


def provider_failed(error: ProviderError) -> Message:
    """A question to the provider failed: why, in plain words, and what to do."""
    quoted = f' It says: "{escape(error.words)}"' if error.words else ""
    text = {
        ProviderTrouble.UNAUTHORIZED: f"VPS.org refuses this workspace's token. {CONNECT_AGAIN}",
        ProviderTrouble.FORBIDDEN: f"VPS.org says this workspace's token may not do that. {CONNECT_AGAIN}",
        ProviderTrouble.NOT_FOUND: "VPS.org doesn't know this server any more. `/vps list` shows what is there.",
        ProviderTrouble.NO_CREDIT: "The VPS.org account has not enough credits for that.",
        ProviderTrouble.RATE_LIMITED: f"VPS.org asks us to slow down{_again_in(error.retry_after)}.",
        ProviderTrouble.REFUSED: "VPS.org refused that.",
        ProviderTrouble.UNAVAILABLE: "VPS.org has a problem of its own right now. Try again in a minute.",
        ProviderTrouble.UNREACHABLE: "VPS.org can't be reached right now. Try again in a minute.",
        ProviderTrouble.LOST: "VPS.org didn't answer in time. Try again in a minute.",
        ProviderTrouble.UNREADABLE: "VPS.org answered something that makes no sense. Try again in a minute.",
    }[error.trouble]
    return said(text + quoted, f"For support: {code(error.correlation_id)}")


def _again_in(seconds: float | None) -> str:
    return f"; ask again in {duration(timedelta(seconds=seconds))}" if seconds else "; ask again in a minute"


def not_connected(*, unreadable: bool) -> Message:
    """The workspace has no token that works."""
    if unreadable:
        return said(
            "The token of this workspace can't be read any more: the bot's encryption key was changed. " + CONNECT_AGAIN
        )
    return said("No VPS.org account is connected to this workspace. An admin connects one with `/vps connect`.")


def log_bent() -> Message:
    """Somebody wrote the log's head by hand: the next signature would make good what they wrote."""
    return said(
        "The log of this workspace was changed by somebody else than me, so I can't go on from it. Nothing was done. "
        "Whoever runs the bot finds out what was changed with `vpsbot audit verify`, and restores a backup."
    )


def log_not_signable() -> Message:
    """The log's key can't be opened: then nothing may be done."""
    return said(
        "The log of this workspace can't be signed: the bot's encryption key was changed. Nothing was done. "
        "Whoever runs the bot puts the old key back behind the new one in VPSBOT_ENCRYPTION_KEYS, "
        "or an admin connects the account again with `/vps connect`, which starts a new signing key."
    )


def our_fault(reference: str) -> Message:
    """A mistake of ours; the reference is in the log."""
    return said(
        "Something went wrong on our side, and it is in our log. "
        "Look with `/vps show` what was done before you repeat it.",
        f"For support: {code(reference)}",
    )


def too_late(asked_at: datetime) -> Message:
    """A change that was asked for so long ago that doing it now would surprise."""
    return said(
        f"You asked for this {moment(asked_at)}, then the bot was away. Nothing was done. "
        "Ask again if you still want it."
    )


def duration(span: timedelta) -> str:
    """A span as people say it: 12 s, 3 min 5 s, 2 h 10 min, 4 days."""
    seconds = max(0, round(span.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24:,} days"


def listed(words: Sequence[str], last: str = "and") -> str:
    """a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def counted(number: int, noun: str) -> str:
    """1 server, 12 servers."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
