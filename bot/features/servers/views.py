"""How servers look: a page of the list, one server's page, and what is said when there is nothing to show."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from bot.domain.notes import NO_NOTES, Note, Notes
from bot.domain.operations import CATALOG, Kind
from bot.domain.roles import Permission
from bot.domain.selectors import BadFilter
from bot.domain.servers import Plan, Server, Status
from bot.features.words import (
    address,
    delete_button,
    dot,
    edit_button,
    how_protected,
    may,
    name,
    noted,
    power_button,
    turning,
)
from bot.routing import Ask
from bot.sentences import counted, duration, listed, said
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    actions,
    code,
    context,
    cut,
    divider,
    escape,
    fields,
    header,
    moment,
    section,
)
from bot.slack.ids import ActionId

PAGE = 15
LINES_A_SECTION = 5
BAR = 10
"""Characters of a bar of use."""

VALUES_SHOWN = 12
"""Of a filter's values, when there are many."""


def server_list(
    servers: Sequence[Server], *, of: int, page: int, query: str, notes: Notes = NO_NOTES, today: date
) -> Message:
    """A page of the list, with the total and the way to the other pages; `query` is what was asked for, as printed."""
    if not servers:
        return _nothing_fits(of, query)
    pages = (len(servers) + PAGE - 1) // PAGE
    page = min(max(page, 1), pages)
    shown = servers[(page - 1) * PAGE : page * PAGE]
    total = counted(len(servers), "server") + (f" of {of:,}" if len(servers) != of else "")
    title = f"*{total}*" + (f" · page {page} of {pages}" if pages > 1 else "")
    summary = _summary(servers)
    blocks: list[Block] = [section(title)]
    lines = [_line(server) + _note(server, notes, today) for server in shown]
    for start in range(0, len(lines), LINES_A_SECTION):
        blocks.append(section("\n".join(lines[start : start + LINES_A_SECTION])))
    blocks.append(context(f"{summary} · `/vps show NAME` for more"))
    if pages > 1:
        blocks.append(actions(*turning(ActionId.LIST_PREVIOUS, ActionId.LIST_NEXT, page, pages, query)))
    return Message(f"{total}: {summary}.", blocks)


def server_page(
    server: Server, note: Note | None = None, *, protected: str | None = None, can: Sequence[Element], now: datetime
) -> Message:
    """All about one server, and buttons for what this person may do now. `protected`: see `protected_by`."""
    facts = [
        ("Address", address(server)),
        ("IPv6", escape(server.ipv6) if server.ipv6 else "none"),
        ("Plan", _plan(server.plan)),
        ("System", escape(server.system.name) if server.system else "unknown"),
        ("Location", escape(server.location) or "unknown"),
        ("Backups", {True: "on", False: "off", None: "unknown"}[server.backups]),
        ("Hostname", escape(server.hostname) or "none"),
        ("Age", _age(server, now)),
    ]
    blocks = [
        header(server.name),
        section(f"{dot(server.status)} *{escape(server.status)}* · id {code(server.id)}"),
        fields([(label, cut(value, 300)) for label, value in facts]),
    ]
    if note:
        blocks.append(section(f"📝 {noted(note, today=now.date())}"))
    if protected is not None:
        blocks.append(section(f"🔒 Protected: {how_protected(server.name, protected)}"))
    if bars := _bars(server):
        blocks.append(section(bars))
    if can:
        blocks += [divider(), actions(*can)]
    return Message(f"{escape(server.name)} is {escape(server.status)}, {address(server)}.", blocks)


def offers(ask: Ask, server: Server, *, protected: bool) -> list[Element]:
    """Buttons for what makes sense in this state and is allowed to this person."""
    sensible = {
        Status.ACTIVE: (Kind.REBOOT, Kind.STOP),
        Status.STOPPED: (Kind.START,),
    }.get(server.status, ())  # type: ignore[call-overload]
    buttons = [power_button(kind, server) for kind in sensible if may(ask, CATALOG[kind].permission, server)]
    if may(ask, Permission.SERVER_EDIT, server):
        buttons.append(edit_button(server))
    deletes = may(ask, Permission.SERVER_DELETE, server) and not protected
    return [*buttons, delete_button(server)] if deletes else buttons


def bad_filter(bad: BadFilter) -> Message:
    """A filter that can't be, and which can."""
    given = code(cut(bad.typed, 60))
    if bad.name == "name":
        return said(f"One pattern at a time, please: {given} are several. For example `/vps list web-*`.")
    if bad.name in _EXAMPLES:
        return said(f"{given} is no {_EXAMPLES[bad.name]}.")
    if bad.name not in ("status", "location"):
        return said(
            f"There is no filter {code(cut(bad.name, 40))}. There are {_codes(bad.allowed)}, for example "
            "`/vps list status=active`."
        )
    if not bad.allowed:
        return said(f"No {bad.name} is called {given}: there are no servers here that you can see.")
    return said(f"No {bad.name} is called {given}. There are {_codes(bad.allowed)}.")


_EXAMPLES = {
    "owner": "person. Pick one from Slack's list, `owner=@name`, or type `owner=me`",
    "older": "span of time. Type it like `older=90d`, `older=12h` or `older=4w`",
    "until": "day to look for. There is `until=passed`: the servers whose day has come",
}


def several_fit(pattern: str, servers: Sequence[Server]) -> Message:
    """A pattern where one server is shown."""
    names = listed([name(server) for server in servers[:10]]) + (" …" if len(servers) > 10 else "")
    return said(f"{counted(len(servers), 'server')} fit {code(cut(pattern, 60))}: {names}. Show one of them.")


def not_there_any_more() -> Message:
    """The button's server is gone, or out of this person's sight."""
    return said("This server is not there any more, or not yours to see. `/vps list` shows what is.")


def _nothing_fits(of: int, query: str) -> Message:
    if of == 0:
        return said("There are no servers here that you can see.")
    asked = f" fits {code(cut(query, 100))}" if query else " fits"
    return said(f"None of {counted(of, 'server')}{asked}. `/vps list` shows them all.")


@lru_cache(maxsize=1024)
def _line(server: Server) -> str:
    size = f" · {size}" if server.plan and (size := _size(server.plan)) else ""
    place = f" · {escape(cut(server.location, 40))}" if server.location else ""
    return f"{dot(server.status)} {name(server)} · {address(server)}{place}{size} · {escape(cut(server.status, 40))}"


def _note(server: Server, notes: Notes, today: date) -> str:
    note = notes.of(server.id)
    return f" · 📝 {noted(note, today=today, length=40)}" if note else ""


def _summary(servers: Sequence[Server]) -> str:
    """12 servers' statuses, the most frequent first."""
    counts = Counter(server.status for server in servers).most_common(6)
    return ", ".join(f"{number:,} {escape(cut(status, 40))}" for status, number in counts)


def _plan(plan: Plan | None) -> str:
    if plan is None:
        return "unknown"
    price = f", {plan.price_monthly:.2f} a month" if plan.price_monthly is not None else ""
    return f"{escape(plan.name)} ({_size(plan)}{price})" if _size(plan) else escape(plan.name)


def _size(plan: Plan) -> str:
    parts = []
    if plan.vcpus:
        parts.append(f"{plan.vcpus} vCPU")
    if plan.memory_mb:
        parts.append(f"{plan.memory_mb / 1024:g} GB")
    if plan.storage_gb:
        parts.append(f"{plan.storage_gb} GB disk")
    return ", ".join(parts)


def _age(server: Server, now: datetime) -> str:
    if server.created_at is None:
        return "unknown"
    return f"{duration(now - server.created_at)}, since {moment(server.created_at, '{date_short}')}"


def _bars(server: Server) -> str:
    use, plan = server.usage, server.plan
    if use is None:
        return ""
    rows = [
        _bar("CPU", use.cpu_percent, 100, "%"),
        _bar("Memory", use.memory_used_mb, plan.memory_mb if plan else None, "MB"),
        _bar("Disk", use.disk_used_gb, plan.storage_gb if plan else None, "GB"),
        _bar("Traffic", use.bandwidth_used_gb, plan.bandwidth_gb if plan else None, "GB"),
    ]
    drawn = [row for row in rows if row]
    return "```" + "\n".join(drawn) + "```" if drawn else ""


def _bar(label: str, used: float | None, of: float | None, unit: str) -> str:
    if used is None:
        return ""
    if not of:
        return f"{label:<8}{used:,.0f} {unit}"
    part = min(max(used / of, 0), 1)
    full = round(part * BAR)
    number = f"{used:,.0f} %" if unit == "%" else f"{used:,.0f} of {of:,.0f} {unit}"
    return f"{label:<8}{'█' * full}{'░' * (BAR - full)} {number}"


def _codes(words: Sequence[str]) -> str:
    beyond = len(words) - VALUES_SHOWN
    more = [f"{beyond} more"] if beyond > 0 else []
    return listed([*(code(word) for word in words[:VALUES_SHOWN]), *more])
