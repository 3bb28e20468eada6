"""How roles are told."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.notices import Notice
from bot.domain.operations import Request
from bot.domain.roles import Because, Grant, Role
from bot.sentences import counted, said
from bot.slack.blocks import Block, Message, code, context, cut, moment, person, section

SHOWN = 60
LINES_A_SECTION = 15

MAY = {
    Role.VIEWER: "see servers",
    Role.OPERATOR: "also start, stop and reboot them",
    Role.APPROVER: "also consent to what others ask for",
    Role.ADMIN: "also give roles, connect the account and read the log",
}


def everyone(grants: Sequence[Grant], now: datetime) -> Message:
    """Who holds which role, the highest first."""
    live = sorted((each for each in grants if each.live(now)), key=lambda each: -each.role.rank)
    title = f"*{counted(len(live), 'role')} granted*"
    lines = [f"• {person(each.subject)} is *{each.role}*{limits(each)}" for each in live[:SHOWN]]
    blocks: list[Block] = [section(title)]
    blocks += [
        section("\n".join(lines[start : start + LINES_A_SECTION])) for start in range(0, len(lines), LINES_A_SECTION)
    ]
    if len(live) > SHOWN:
        blocks.append(context(f"… and {len(live) - SHOWN} more"))
    blocks.append(context("`/vps access grant @person role [pattern] [for 8h]` · `/vps access revoke @person`"))
    return Message(f"{counted(len(live), 'role')} granted in this workspace.", blocks)


def granted(grant: Grant) -> Message:
    """It is so now."""
    return said(
        f"{person(grant.subject)} is *{grant.role}* now{limits(grant)}: may {_may(grant.role)}.",
        "They are told in a direct message.",
    )


def told(notice: Notice, request: Request | None, now: datetime) -> Message:
    """What the person with the new role reads."""
    detail = notice.detail
    where = f" for {code(detail['servers'])}" if detail["servers"] else ""
    until = f" until {moment(datetime.fromisoformat(detail['until']))}" if detail["until"] else ""
    return said(
        f"{person(detail['by'])} made you *{detail['role']}*{where}{until}: you may {_may(Role(detail['role']))}. "
        "Type `/vps` to begin."
    )


def revoked(subject: str, grants: Sequence[Grant]) -> Message:
    """It is so now."""
    had = ", ".join(f"*{each.role}*{limits(each)}" for each in grants)
    return said(f"{person(subject)} holds no role any more (was {had}). What they asked for and isn't done yet stops.")


def limits(grant: Grant) -> str:
    """Where and until when, in words."""
    where = f" for {code(grant.glob)}" if grant.glob else ""
    return where + (f" until {moment(grant.until)}" if grant.until else "")


def last_admin(subject: str) -> Message:
    """The rule that no change may break."""
    return said(
        f"{person(subject)} is the last admin for all servers and without an end. Nothing was changed: "
        "make somebody else *admin* first."
    )


def nothing_to_revoke(subject: str) -> Message:
    """There is no such grant."""
    return said(f"{person(subject)} holds no role of their own. Nothing was changed.")


def no_such_role(typed: str, near: str | None) -> Message:
    """Roles are a closed list."""
    meant = f" Did you mean *{near}*?" if near else ""
    return said(f"There is no role {code(cut(typed, 40))}.{meant} There are *viewer*, *operator*, *approver*, *admin*.")


def which_role() -> Message:
    """A person without a role."""
    return said("Which role? *viewer*, *operator*, *approver* or *admin*: `/vps access grant @person operator`.")


def pick_a_person(typed: str) -> Message:
    """Not a mention: Slack's list is the only one that knows who is meant."""
    return said(
        f"I don't know who {code(cut(typed, 40))} is. Type @ and pick the person from Slack's list: "
        "`/vps access grant @person operator`."
    )


def holds_nothing(subject: str, because: Because) -> Message:
    """A grant that would mean nothing."""
    why = {
        Because.DEACTIVATED: "is deactivated",
        Because.GUEST: "is a guest",
        Because.FOREIGN: "belongs to another organisation",
    }[because]
    return said(f"{person(subject)} {why} and can hold no role here. Nothing was changed.")


def bad_span(typed: str) -> Message:
    """A time that can't be read or makes no sense."""
    return said(f"For how long? {code(cut(typed, 40))} is not it: from `5m` to `366d`, like `30m`, `8h`, `2d`, `1w`.")


def pattern_too_long() -> Message:
    """A pattern beyond reason."""
    return said("That pattern is too long; at most 100 characters, like `web-*`. Nothing was changed.")


def how_to() -> Message:
    """The command's forms."""
    return said(
        "`/vps access` lists the roles. `/vps access grant @person viewer|operator|approver|admin [pattern] [for 8h]` "
        "gives one. `/vps access revoke @person` takes all of a person's away."
    )


def _may(role: Role) -> str:
    return "; ".join(words for each, words in MAY.items() if role.covers(each))
