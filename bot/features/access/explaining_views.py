"""Who may do what with a server, and why: the ladder of permissions, and one decision with what stands in its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.policy import Freeze
from bot.domain.roles import Decision, Grant, Permission, SubjectKind, able, admins
from bot.domain.servers import Server
from bot.features.access.views import GLASS, limits, subject
from bot.features.words import how_protected
from bot.operations.preparing import NobodyCould
from bot.sentences import NOBODY, counted, listed, refused_because, said
from bot.slack.blocks import Message, channel, code, cut, escape, moment, person, section

HOLDERS_SHOWN = 30

WITH_IT: Mapping[Permission, str] = {
    Permission.SERVER_READ: "see it",
    Permission.SERVER_POWER: "start, stop and reboot it",
    Permission.SERVER_EDIT: "rename and edit it",
    Permission.SERVER_NOTE: "write notes about it",
    Permission.SERVER_DELETE: "ask for it to be deleted",
    Permission.REQUEST_VOTE: "approve what others ask for",
    Permission.BREAK_GLASS_POWER: "start, stop and reboot it in an emergency, without consent",
    Permission.BREAK_GLASS: "delete it in an emergency, without consent",
}
"""What can be done with a server that there is, from the least to the most."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The consent that a change takes: how many approvals, and who could give them, or why nobody could.

    `extra`: one more than usual, because of the budget of deletions; `by_price`: only when its plan is dear enough.
    """

    needed: int
    could: tuple[str, ...] | NobodyCould
    extra: bool = False
    by_price: bool = False


@dataclass(frozen=True, slots=True)
class Hurdles:
    """What stands between a permission and the change. `protected`: the pattern, "" for the server itself."""

    frozen: Freeze | None = None
    protected: str | None = None
    consent: Consent | None = None


NO_HURDLES = Hurdles()


def on_server(server: Server, grants: Sequence[Grant], now: datetime) -> Message:
    """Who may do what with one server: a line for each permission, naming people and groups."""
    lines = []
    for permission, words in WITH_IT.items():
        holders = [
            f"{subject(each)} (*{each.role}*{limits(each)})" for each in able(grants, permission, [server.name], now)
        ]
        shown = holders[:HOLDERS_SHOWN]
        if len(holders) > len(shown):
            shown.append(f"{len(holders) - len(shown)} more")
        lines.append(f"*Can {words}:* {listed(shown) or 'nobody'}")
    name = f"*{escape(cut(server.name, 80))}*"
    return Message(
        f"Who may do what with {escape(cut(server.name, 80))}.",
        [section(f"{name} ({code(server.id)})"), *(section(line) for line in lines)],
    )


def explained(
    decision: Decision,
    about: str,
    action: str,
    server: str,
    grants: Sequence[Grant],
    now: datetime,
    hurdles: Hurdles = NO_HURDLES,
) -> Message:
    """The decision: the grant or the reason it rests on, what it takes beside that, and who could change it."""
    what = f"{action} *{escape(cut(server, 80))}*"
    if decision.allowed and decision.rule:
        rule = decision.rule
        what = f"ask to {what}" if hurdles.consent and not hurdles.consent.by_price else what
        given = f"given by {person(rule.granted_by)} {moment(rule.granted_at)}"
        through = f" through {subject(rule)}" if rule.subject_kind is SubjectKind.GROUP else ""
        sign = "⚠️" if hurdles.frozen or hurdles.protected is not None else "✅"
        text = f"{sign} {person(about)} may {what}: *{rule.role}*{limits(rule)}{through}, {given}."
        return said(" ".join([text, *_hurdles(hurdles, server)]))
    if decision.passing:
        return said(f"🚫 {person(about)} may not {what}: {refused_because(decision)}. Ask again in a moment.")
    able = [person(each) for each in admins(grants, now)[:5]]
    glass = f", or a role with *{GLASS}*" if decision.permission is Permission.BREAK_GLASS_POWER else ""
    return said(
        f"🚫 {person(about)} may not {what}: {refused_because(decision)}; it takes *{decision.needs}*{glass}.",
        f"Could grant it: {listed(able, 'or')}" if able else NOBODY,
    )


def _hurdles(hurdles: Hurdles, server: str) -> list[str]:
    """A sentence for each, what makes it impossible now before what it takes."""
    told = []
    if frozen := hurdles.frozen:
        told.append(
            f"But {person(frozen.by)} froze everything {moment(frozen.at)}: nothing is changed until an admin lifts it "
            "with `/vps unfreeze`."
        )
    if hurdles.protected is not None:
        told.append(f"But it is protected: {how_protected(server, hurdles.protected)}")
    if hurdles.consent and hurdles.protected is None:
        told.append(_consent(hurdles.consent))
    return told


def _consent(consent: Consent) -> str:
    when = " if its plan costs more than the settings let pass" if consent.by_price else ""
    more = " (one more than usual, because of the deletions before it)" if consent.extra else ""
    takes = f"It takes {counted(consent.needed, 'approval')}{when}{more}"
    match consent.could:
        case NobodyCould(channel=""):
            return f"{takes}, and there is no channel yet to ask in: an admin chooses one with `/vps settings`."
        case NobodyCould(channel=where, member=False):
            return f"{takes}, and I am not in {channel(where)}, where that is asked for: invite me there."
        case NobodyCould(could=few):
            who = listed([person(each) for each in few[:8]], "or")
            only = f"only {who} could approve it now" if few else "nobody could approve it now"
            return (
                f"{takes}, and {only}: an admin makes someone *approver* with `/vps access grant`, or asks for fewer "
                "with `/vps settings`."
            )
        case could:
            return f"{takes}; {listed([person(each) for each in could[:8]], 'or')} could approve now."


def how_to_can(actions: Sequence[str]) -> Message:
    """The command's form."""
    return said(
        "Ask like `/vps can reboot web-server-01`, or about somebody `/vps can @person stop web-server-01`. "
        f"Actions: {', '.join(actions)}."
    )


def no_such_action(typed: str, actions: Sequence[str], near: str | None) -> Message:
    """Actions are a closed list."""
    meant = f" Did you mean *{near}*?" if near else ""
    return said(f"There is no action {code(cut(typed, 40))}.{meant} There are: {', '.join(actions)}.")
