"""How each entry of the log reads: a sentence for every action."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.domain.audit import BOT, Action, Entry
from bot.features.settings.past import logged
from bot.features.settings.wording import LABELS, in_words
from bot.slack.blocks import code, cut, cut_mrkdwn, escape, moment, person


def line(entry: Entry) -> str:
    """Its number, its time, and what happened."""
    detail = json.loads(entry.detail)
    say = _SENTENCES.get(entry.action, _other)
    return f"`{entry.seq}` {moment(entry.time)} · {cut_mrkdwn(say(entry, detail), 500)}"


def _other(entry: Entry, detail: dict[str, Any]) -> str:
    return escape(f"{entry.action} {entry.target}")


Say = Callable[[Entry, dict[str, Any]], str]


def _requested(entry: Entry, detail: dict[str, Any]) -> str:
    why = f": {escape(entry.reason)}" if entry.reason else ""
    return f"{person(entry.actor)} asked to {escape(str(detail.get('kind', '')))} {_server(entry, detail)}{why}"


def _called(entry: Entry, detail: dict[str, Any]) -> str:
    return (
        f"VPS.org was told to {escape(str(detail.get('kind', '')))} {_server(entry, detail)}, for {person(entry.actor)}"
    )


def _ended(entry: Entry, detail: dict[str, Any]) -> str:
    said_by = f" ({escape(str(detail['provider']))})" if detail.get("provider") else ""
    kind, state = escape(str(detail.get("kind", ""))), escape(str(detail.get("state", "")))
    why = f", {escape(entry.reason.replace('_', ' '))}" if entry.reason != "done" else ""
    return f"{kind} of {_server(entry, detail)}: *{state}*{why}{said_by}"


def _refused(entry: Entry, detail: dict[str, Any]) -> str:
    if entry.reason == "flood":
        _, _, why = str(detail.get("what", "")).partition(" ")
        unheard = f" ({escape(str(detail['unheard']))} of them unheard, while slowed)" if detail.get("unheard") else ""
        like = f": {escape(why.replace('_', ' '))}" if why else ""
        return f"{person(entry.actor)} was refused {detail.get('count')} times more within ten minutes{like}{unheard}"
    target = f" on *{escape(entry.target)}*" if entry.target else ""
    asked, reason = code(str(detail.get("asked", ""))), escape(entry.reason.replace("_", " "))
    return f"{person(entry.actor)} was refused {asked}{target}: {reason}"


_OF_PEOPLE = ("grant", "revoke", "answer about a role")
"""Refused changes whose target is a person, or a group."""


def _not_filed(entry: Entry, detail: dict[str, Any]) -> str:
    if "count" in detail:
        count = escape(str(detail["count"]))
        return f"{person(entry.actor)} asked {count} times more within ten minutes for what was busy"
    which = f" ({escape(str(detail['servers']))})" if detail.get("servers") else ""
    kind = str(detail.get("kind", ""))
    on = f"*{escape(cut(entry.target, 80))}*"
    if kind in _OF_PEOPLE:
        on = person(entry.target) if entry.target.startswith(("U", "W")) else code(entry.target)
    what = f"{code(kind)} on {on}{which}"
    return f"{person(entry.actor)} was refused {what}: {escape(entry.reason.replace('_', ' '))}"


def _bad_input(entry: Entry, detail: dict[str, Any]) -> str:
    if entry.reason.endswith(" too long"):
        return f"{person(entry.actor)} sent more than is taken: {escape(entry.reason)}"
    return f"{person(entry.actor)} used a button or dialog that stands for nothing here: {escape(entry.reason)}"


def _asked(entry: Entry, detail: dict[str, Any]) -> str:
    where = f" on *{escape(entry.target)}*" if entry.target else ""
    return f"{person(entry.actor)} asked for *{escape(str(detail.get('role', '')))}*{where}"


def _declined(entry: Entry, detail: dict[str, Any]) -> str:
    return f"{person(entry.actor)} declined to make {person(entry.target)} *{escape(str(detail.get('role', '')))}*"


def _granted(entry: Entry, detail: dict[str, Any]) -> str:
    was = f" (was {escape(str(detail['instead_of']))})" if detail.get("instead_of") else ""
    role = escape(str(detail.get("role", "")))
    glass = " with *break-glass*" if detail.get("break_glass") else ""
    return f"{person(entry.actor)} made {_whom(entry, detail)} *{role}*{glass}{_where(detail)}{was}"


def _revoked(entry: Entry, detail: dict[str, Any]) -> str:
    role = escape(str(detail.get("role", "")))
    return f"{person(entry.actor)} took *{role}*{_where(detail)} from {_whom(entry, detail)}"


def _whom(entry: Entry, detail: dict[str, Any]) -> str:
    return f"the group {code(entry.target)}" if detail.get("kind") == "group" else person(entry.target)


def _seeded(entry: Entry, detail: dict[str, Any]) -> str:
    how = "having installed the app" if entry.reason == "installed" else "by VPSBOT_ADMINS"
    return f"{person(entry.target)} became the first admin, {how}"


def _installed(entry: Entry, detail: dict[str, Any]) -> str:
    where = "the whole organisation" if detail.get("org_wide") else "this workspace"
    return f"{person(entry.actor)} installed the app in {where}"


def _removed(entry: Entry, detail: dict[str, Any]) -> str:
    return f"the app was removed, and Slack's tokens with it: {escape(entry.reason.replace('_', ' '))}"


def _connected(entry: Entry, detail: dict[str, Any]) -> str:
    return f"{person(entry.actor)} connected the account {code(entry.target or 'unnamed')}"


def _disconnected(entry: Entry, detail: dict[str, Any]) -> str:
    return f"{person(entry.actor)} disconnected the account {code(entry.target or 'unnamed')}"


def _voted(entry: Entry, detail: dict[str, Any]) -> str:
    verb = {Action.REQUEST_APPROVED: "approved", Action.REQUEST_DENIED: "denied"}.get(Action(entry.action), "withdrew")
    why = f": {escape(entry.reason)}" if entry.reason else ""
    what = f"*{escape(entry.target)}* ({escape(str(detail.get('kind', '')))})"
    return f"{person(entry.actor)} {verb} the request about {what}{why}"


def _claimed(entry: Entry, detail: dict[str, Any]) -> str:
    return f"{person(entry.actor)} looks at the request about *{escape(entry.target)}*"


def _no_word(entry: Entry, detail: dict[str, Any]) -> str:
    if "count" in detail:
        return f"{person(entry.actor)} was too late {escape(str(detail['count']))} times more within ten minutes"
    about = f" about *{escape(entry.target)}*" if entry.target else ""
    return f"{person(entry.actor)} had no word in a request{about}: {escape(entry.reason.replace('_', ' '))}"


def _broke_glass(entry: Entry, detail: dict[str, Any]) -> str:
    what = f"{escape(str(detail.get('kind', '')))} of *{escape(cut(entry.target, 80))}*"
    return f"🚨 {person(entry.actor)} *broke the glass*: {what} without consent: {escape(entry.reason)}"


def _settings(entry: Entry, detail: dict[str, Any]) -> str:
    changes = logged(detail)
    switched = [f"{LABELS.get(name, name)}: {escape(str(now))}" for name, now in detail.items() if name not in changes]
    told = "; ".join([in_words(changes), *switched] if changes else switched)
    return f"{person(entry.actor)} changed the settings: {told}"


def _protected(entry: Entry, detail: dict[str, Any]) -> str:
    if fits := detail.get("fits"):
        pattern, by = code(cut(str(fits), 100)), person(entry.actor)
        return f"{_server(entry, detail)} stays protected through {pattern} under the name that {by} gave"
    return f"{person(entry.actor)} protected {_server(entry, detail)}"


def _froze(entry: Entry, detail: dict[str, Any]) -> str:
    why = f": {escape(entry.reason)}" if entry.reason else ""
    return f"🧊 {person(entry.actor)} *froze everything*{why}"


_POWERS = {
    "settings": "change the settings",
    "grant": "give a role",
    "token": "connect another API token",
    "unprotect": "lift a protection",
    "unfreeze": "lift the freeze",
}

_WORDS_ON_PROPOSALS = {
    Action.PROPOSAL_MADE: "asked a second admin to agree to {what}",
    Action.PROPOSAL_AGREED: "agreed to what {proposer} proposed, to {what}",
    Action.PROPOSAL_DECLINED: "declined what {proposer} proposed, to {what}",
    Action.PROPOSAL_EXPIRED: "what {proposer} proposed, to {what}, found no second admin within a day",
    Action.PROPOSAL_VOID: "what {proposer} proposed, to {what}, is void: {why}",
    Action.PROPOSAL_REFUSED: "had no word in a proposal: {why}",
}


def _proposed(entry: Entry, detail: dict[str, Any]) -> str:
    power = str(detail.get("power", ""))
    words = _WORDS_ON_PROPOSALS[Action(entry.action)].format(
        what=_POWERS.get(power, "change something") + (f" ({_about(power, entry, detail)})"),
        proposer=person(str(detail.get("proposer", ""))),
        why=escape(entry.reason.replace("_", " ")),
    )
    nobody = entry.action in (Action.PROPOSAL_EXPIRED, Action.PROPOSAL_VOID)
    return words if nobody else f"{person(entry.actor)} {words}"


def _about(power: str, entry: Entry, detail: dict[str, Any]) -> str:
    if power == "grant":
        return f"{_whom(entry, detail)}: *{escape(str(detail.get('role', '')))}*"
    if power == "token":
        return code(str(detail.get("account", "")))
    return escape(cut(entry.target, 80))


def _exported(entry: Entry, detail: dict[str, Any]) -> str:
    since = f" since {moment(datetime.fromisoformat(str(detail['since'])))}" if detail.get("since") else ""
    until = f" until {moment(datetime.fromisoformat(str(detail['until'])))}" if detail.get("until") else ""
    who = f"{code(str(detail['user']))}, on the bot's machine," if detail.get("user") else person(entry.actor)
    return f"{who} took the log{since}{until} out as a file"


def _planned(entry: Entry, detail: dict[str, Any]) -> str:
    """What became of a schedule, or of one time of it."""
    what = f"{escape(str(detail.get('kind', '')))} {code(cut(entry.target, 80))}, {escape(str(detail.get('when', '')))}"
    why = f": {escape(entry.reason.replace('_', ' '))}" if entry.reason else ""
    of = escape(f"{detail.get('done')} of {detail.get('servers')} done")
    done = f", {of}" if entry.action == Action.SCHEDULE_ENDED else ""
    if entry.action in (Action.SCHEDULE_KEPT, Action.SCHEDULE_CANCELLED):
        verb = "planned" if entry.action == Action.SCHEDULE_KEPT else "cancelled the plan"
        return f"{person(entry.actor)} {verb}: {what}{why}"
    verb = {Action.SCHEDULE_BEGAN: "began", Action.SCHEDULE_SKIPPED: "was skipped"}.get(Action(entry.action), "ended")
    return f"what {person(str(detail.get('by', '')))} planned {verb}: {what}{done}{why}"


def _noted(entry: Entry, detail: dict[str, Any]) -> str:
    parts = [
        f"owner {person(str(detail['owner']))}" if detail.get("owner") else "",
        f"until {escape(str(detail['until']))}" if detail.get("until") else "",
        f"“{escape(str(detail['text']))}”" if detail.get("text") else "",
    ]
    what = ", ".join(part for part in parts if part) or "nothing any more"
    if entry.actor == BOT:
        return f"VPS.org doesn't know {_server(entry, detail)} any more: nothing is noted about it"
    return f"{person(entry.actor)} noted about {_server(entry, detail)}: {what}"


_SENTENCES: dict[str, Say] = {
    Action.WORKSPACE_FROZEN: _froze,
    Action.WORKSPACE_UNFROZEN: lambda e, _d: f"{person(e.actor)} lifted the freeze",
    Action.SERVER_PROTECTED: _protected,
    Action.SERVER_UNPROTECTED: lambda e, d: f"{person(e.actor)} lifted the protection of {_server(e, d)}",
    **dict.fromkeys(_WORDS_ON_PROPOSALS, _proposed),
    Action.DELETE_REQUESTED: _requested,
    Action.DELETE_CALLED: _called,
    Action.DELETE_ENDED: _ended,
    Action.REQUEST_APPROVED: _voted,
    Action.REQUEST_DENIED: _voted,
    Action.REQUEST_CANCELLED: _voted,
    Action.REQUEST_CLAIMED: _claimed,
    Action.REQUEST_REFUSED: _no_word,
    Action.REQUEST_BROKE_GLASS: _broke_glass,
    Action.REQUEST_LOOKED_AGAIN: lambda e, _d: (
        f"{person(e.actor)} asked to look at *{escape(cut(e.target, 80))}* again"
    ),
    Action.SCHEDULE_KEPT: _planned,
    Action.SCHEDULE_BEGAN: _planned,
    Action.SCHEDULE_ENDED: _planned,
    Action.SCHEDULE_SKIPPED: _planned,
    Action.SCHEDULE_CANCELLED: _planned,
    Action.SETTINGS_CHANGED: _settings,
    Action.CREATE_REQUESTED: _requested,
    Action.CREATE_CALLED: _called,
    Action.CREATE_ENDED: _ended,
    Action.EDIT_REQUESTED: _requested,
    Action.EDIT_CALLED: _called,
    Action.EDIT_ENDED: _ended,
    Action.WATCH_STOPPED: lambda e, _d: f"{person(e.actor)} asked to stop watching *{escape(cut(e.target, 80))}*",
    Action.POWER_REQUESTED: _requested,
    Action.POWER_CALLED: _called,
    Action.POWER_ENDED: _ended,
    Action.PERMISSION_REFUSED: _refused,
    Action.CHANGE_REFUSED: _not_filed,
    Action.INPUT_REFUSED: _bad_input,
    Action.ACCESS_GRANTED: _granted,
    Action.ACCESS_REVOKED: _revoked,
    Action.ACCESS_SEEDED: _seeded,
    Action.ACCESS_ASKED: _asked,
    Action.ACCESS_DECLINED: _declined,
    Action.APP_INSTALLED: _installed,
    Action.APP_REMOVED: _removed,
    Action.TOKEN_CONNECTED: _connected,
    Action.TOKEN_DISCONNECTED: _disconnected,
    Action.AUDIT_EXPORTED: _exported,
    Action.KEYS_ROTATED: lambda _e, d: f"what is sealed was sealed with the newest key ({d.get('sealed', 0)} values)",
    Action.NOTE_WRITTEN: _noted,
    Action.NOTICE_SENT_AGAIN: lambda e, d: (
        f"{person(e.actor)} had a message to {person(e.target)} sent again (about {escape(str(d.get('kind', '')))})"
    ),
    Action.LOG_STARTED: lambda _e, _d: "the log begins",
    Action.LOG_KEY_REPLACED: lambda e, _d: f"{person(e.actor)} started a new signing key: the old one can't be read",
}


def _server(entry: Entry, detail: dict[str, Any]) -> str:
    return f"*{escape(cut(entry.target, 80))}* ({code(str(detail.get('server_id', '')))})"


def _where(detail: dict[str, Any]) -> str:
    where = f" for {code(str(detail['servers']))}" if detail.get("servers") else ""
    return where + (f" until {moment(datetime.fromisoformat(detail['until']))}" if detail.get("until") else "")
