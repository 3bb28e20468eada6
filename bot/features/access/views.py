"""How roles are told."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.notices import Notice, Untold
from bot.domain.roles import MAY, Because, Grant, Permission, Role, SubjectKind, admins
from bot.domain.servers import Server
from bot.operations.telling import Facts
from bot.operations.telling_groups import TOLD_ONE_BY_ONE
from bot.sentences import counted, listed, said
from bot.slack.blocks import Block, Element, Message, button, code, context, cut, escape, group, moment, person, section
from bot.slack.ids import ActionId

SHOWN = 60
LINES_A_SECTION = 15
GLASS = "break-glass"

DOES = {
    Permission.SERVER_READ: "see servers",
    Permission.SERVER_POWER: "start, stop and reboot them",
    Permission.SERVER_DELETE: "ask for them to be deleted",
    Permission.SERVER_CREATE: "create servers",
    Permission.SERVER_EDIT: "rename and edit them",
    Permission.SERVER_NOTE: "write notes about them",
    Permission.REQUEST_VOTE: "approve what others ask for",
    Permission.FREEZE: "freeze everything",
    Permission.BREAK_GLASS_POWER: "start, stop and reboot servers in an emergency, without consent",
    Permission.BREAK_GLASS: "delete servers in an emergency, without consent",
    Permission.SETTINGS_READ: "read the settings",
    Permission.SETTINGS_MANAGE: "change the settings",
    Permission.AUDIT_READ: "read the log",
    Permission.AUDIT_EXPORT: "take it out as a file",
    Permission.ACCESS_READ: "see who holds which role",
    Permission.ACCESS_MANAGE: "give and take roles",
    Permission.TOKEN_MANAGE: "connect the account",
}
"""Each permission in words."""


def everyone(grants: Sequence[Grant], now: datetime, *, then: bool = False) -> Message:
    """Who holds which role, the mightiest first; `then` for a moment of the past, as the log tells it."""
    live = sorted((each for each in grants if each.live(now)), key=lambda each: -each.role.rank)
    title = f"*{counted(len(live), 'role')} granted*" + (f" {moment(now)}, as the log tells it" if then else "")
    verb = "was" if then else "is"
    lines = [f"• {subject(each)} {verb} *{each.role}*{limits(each)}" for each in live[:SHOWN]]
    blocks: list[Block] = [section(title)]
    blocks += [
        section("\n".join(lines[start : start + LINES_A_SECTION])) for start in range(0, len(lines), LINES_A_SECTION)
    ]
    if len(live) > SHOWN:
        blocks.append(context(f"… and {len(live) - SHOWN} more"))
    blocks.append(context("`/vps access grant @person role [pattern] [for 8h]` · `/vps access revoke @person`"))
    return Message(f"{counted(len(live), 'role')} granted in this workspace.", blocks)


def who_may_button(server: Server) -> Element:
    """Who may do what with the server that was meant."""
    return button("Who may", ActionId.ACCESS_SERVER, server.id)


def can_button(server: Server, about: str, action: str) -> Element:
    """The same question about the server that was meant; `action` as it was typed, perhaps with break-glass."""
    return button("Explain", ActionId.CAN, f"{about} {action.replace(' ', ':')} {server.id}")


def not_there_any_more() -> Message:
    """The button's server is gone, or the button is none of ours."""
    return said("This server is not there any more. `/vps list` shows what is.")


def granted(grant: Grant, had: Sequence[Grant] = (), beside: Sequence[Grant] = ()) -> Message:
    """It is so now; what it took the place of, and what the same person or group holds beside it, is said."""
    was = f" (was {listed([f'*{each.role}*{limits(each)}' for each in had])})" if had else ""
    also = f" Besides: {listed([f'*{each.role}*{limits(each)}' for each in beside])}." if beside else ""
    told_them = "They are told in a direct message."
    if grant.subject_kind is SubjectKind.GROUP:
        before = f", only before it ends, up to {TOLD_ONE_BY_ONE} of them" if grant.until else ""
        told_them = f"Its members are not told one by one{before}."
    may = _may(grant.role) + (_MAY_BREAK if grant.break_glass else "")
    return said(f"{subject(grant)} is *{grant.role}* now{limits(grant)}{was}: may {may}.{also}", told_them)


def told(notice: Notice, facts: Facts, now: datetime) -> Message:
    """What the person with the new role reads."""
    detail = notice.detail
    return said(
        f"{person(detail['by'])} made you *{detail['role']}*{_detail_limits(detail)}: you may "
        f"{_may(Role(detail['role']))}{_MAY_BREAK if detail.get('break_glass') else ''}. Type `/vps` to begin."
    )


def ends_soon(notice: Notice, facts: Facts, now: datetime) -> Message | None:
    """A limited role ends soon; nothing to say when it was taken or replaced meanwhile, nor to who is no admin now."""
    grant_id = notice.subject.partition(":")[0]
    grant = next((each for each in facts.grants if each.id == grant_id), None)
    if grant is None or grant.until is None or not grant.live(now):
        return None
    where = f" for {code(grant.glob)}" if grant.glob else ""
    again = code("/vps access grant")
    through = f" through {group(notice.detail['through'])}" if "through" in notice.detail else ""
    if notice.recipient == grant.subject or through:
        ends = f"Your role *{grant.role}*{where}{through} ends {moment(grant.until)}."
        return said(f"{ends} An admin can give it again: {again}.")
    if notice.recipient not in admins(facts.grants, now):
        return None
    if "untold" in notice.detail:
        why = _WHY_UNTOLD[Untold(notice.detail["untold"])].format(group=subject(grant))
        told = "has been told yet" if notice.detail["untold"] == Untold.UNREAD else "was told"
        return said(f"{why}: nobody there {told} that the role *{grant.role}*{where} ends {moment(grant.until)}.")
    return said(
        f"{subject(grant)} is *{grant.role}*{where} until {moment(grant.until)}. You can give it again: {again}."
    )


def taken(notice: Notice, facts: Facts, now: datetime) -> Message:
    """A role was taken: said to whose it was, and, of an admin's, to all admins."""
    detail = notice.detail
    by, role = person(detail.get("by", "")), detail.get("role", "")
    where = f" for {code(detail['servers'])}" if detail.get("servers") else ""
    if notice.recipient == detail.get("whose"):
        return said(f"{by} took your role *{escape(role)}*{where}. What you asked for and isn't done yet stops.")
    return said(f"{by} took the role *{escape(role)}*{where} from {person(detail.get('whose', ''))}.")


def revoked(grants: Sequence[Grant], remaining: Sequence[Grant], unsure: Sequence[Grant]) -> Message:
    """It is so now; what remains through groups is said, and of which groups Slack can't say it (`unsure`)."""
    had = ", ".join(f"*{each.role}*{limits(each)}" for each in grants)
    none = "holds no role of their own any more" if remaining or unsure else "holds no role any more"
    stops = "" if remaining or unsure else " What they asked for and isn't done yet stops."
    return said(f"{subject(grants[0])} {none} (was {had}).{_remains(remaining, unsure)}{stops}")


def _remains(remaining: Sequence[Grant], unsure: Sequence[Grant]) -> str:
    if unsure:
        groups = listed(list(dict.fromkeys(subject(each) for each in unsure)), "or")
        return f" Slack can't tell me right now whether they hold one through {groups}."
    if not remaining:
        return ""
    still = listed([f"*{each.role}*{limits(each)} through {subject(each)}" for each in remaining])
    return f" They are still {still}."


def subject(grant: Grant) -> str:
    """Who holds a grant, as a mention of the person or group."""
    return person(grant.subject) if grant.subject_kind is SubjectKind.USER else group(grant.subject)


def limits(grant: Grant) -> str:
    """Where and until when, in words."""
    where = f" with *{GLASS}*" if grant.break_glass else ""
    where += f" for {code(grant.glob)}" if grant.glob else ""
    return where + (f" until {moment(grant.until)}" if grant.until else "")


def last_admin(holder: str, absent: Sequence[str]) -> Message:
    """The rule that no change may break; the `absent` are admins whose accounts let them do nothing."""
    barred = [person(each) for each in absent if each != holder][:5]
    uncounted = f"Not counted, because their Slack accounts hold nothing now: {listed(barred)}." if barred else ""
    return said(
        f"{person(holder)} is the last admin for all servers and without an end. Nothing was changed: "
        "make somebody else *admin* first.",
        *filter(None, [uncounted]),
    )


def nothing_to_revoke(holder: str, kind: SubjectKind, remaining: Sequence[Grant], unsure: Sequence[Grant]) -> Message:
    """There is no such grant."""
    who = person(holder) if kind is SubjectKind.USER else group(holder)
    return said(f"{who} holds no role of their own. Nothing was changed.{_remains(remaining, unsure)}")


def no_group_of_admins() -> Message:
    """Whoever may edit a group in Slack would make admins here."""
    return said(
        "User groups can't be *admin*: whoever may edit the group in Slack could make admins here. "
        "Nothing was changed. Make people admin one by one."
    )


def one_server() -> Message:
    """A pattern where one server is meant."""
    return said("One server at a time, please, by name or id.")


def no_such_role(typed: str, near: str | None) -> Message:
    """Roles are a closed list."""
    meant = f" Did you mean *{near}*?" if near else ""
    return said(
        f"There is no role {code(cut(typed, 40))}.{meant} "
        "There are *viewer*, *operator*, *approver*, *auditor*, *admin*."
    )


def two_roles(first: str, second: str) -> Message:
    """A role where a pattern of servers would stand."""
    return said(f"Which role: {code(cut(first, 40))} or {code(second)}? One at a time. Nothing was changed.")


def no_glass(role: Role) -> Message:
    """A role that may not start, stop and reboot can't do it without consent, either."""
    return said(
        f"*{role}* may not start, stop and reboot servers, so break-glass would mean nothing. Nothing was changed: "
        "`/vps access grant @person operator break-glass`."
    )


def which_role() -> Message:
    """A person without a role."""
    return said(
        "Which role? *viewer*, *operator*, *approver*, *auditor* or *admin*: `/vps access grant @person operator`."
    )


def pick_a_person(typed: str) -> Message:
    """Not a mention: Slack's list is the only one that knows who is meant."""
    return said(
        f"I don't know who {code(cut(typed, 40))} is. Type @ and pick the person from Slack's list: "
        "`/vps access grant @person operator`."
    )


def holds_nothing(holder: str, because: Because) -> Message:
    """A grant that would mean nothing."""
    why = {
        Because.DEACTIVATED: "is deactivated",
        Because.GUEST: "is a guest",
        Because.FOREIGN: "belongs to another organisation",
    }[because]
    return said(f"{person(holder)} {why} and can hold no role here. Nothing was changed.")


def bad_span(typed: str) -> Message:
    """A time that can't be read or makes no sense."""
    return said(f"For how long? {code(cut(typed, 40))} is not it: from `5m` to `366d`, like `30m`, `8h`, `2d`, `1w`.")


def pattern_too_long() -> Message:
    """A pattern beyond reason."""
    return said("That pattern is too long; at most 100 characters, like `web-*`. Nothing was changed.")


def how_to() -> Message:
    """The command's forms."""
    return said(
        "`/vps access` lists the roles, `/vps access SERVER` who may do what with one server, `/vps access "
        "on=2026-11-20` what was so then. `/vps access grant @person viewer|operator|approver|auditor|admin [pattern] "
        "[break-glass] [for 8h]` gives a role, also to a @group. `/vps access revoke @person` takes all of a person's "
        "own away."
    )


_WHY_UNTOLD = {
    Untold.UNREAD: "Slack can't tell me who is in {group}",
    Untold.TOO_MANY: f"{{group}} has more people than the {TOLD_ONE_BY_ONE} that I tell one by one",
}

_MAY_BREAK = "; and, in an emergency, start, stop and reboot without consent"


def _may(role: Role) -> str:
    if role is Role.ADMIN:
        return "do everything here, give roles and connect the account among it"
    return listed([words for permission, words in DOES.items() if permission in MAY[role]])


def _detail_limits(detail: dict[str, str]) -> str:
    where = f" with *{GLASS}*" if detail.get("break_glass") else ""
    where += f" for {code(detail['servers'])}" if detail["servers"] else ""
    return where + (f" until {moment(datetime.fromisoformat(detail['until']))}" if detail["until"] else "")
