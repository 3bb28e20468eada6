"""`/vps list` and `/vps show`: questions, answered privately from the server directory."""

from functools import lru_cache

from bot.domain.grammar import Line, Problem, parse, printed
from bot.domain.policy import policy_of
from bot.domain.roles import Permission
from bot.domain.selectors import FILTERS, BadFilter, Filter, Found, NotFound, SameName, read_filter, select
from bot.domain.servers import Server
from bot.features.servers import views
from bot.features.words import missing_server, not_found, same_name, typed, visible
from bot.operations.permission import refuse_forged
from bot.operations.protecting import protected_by
from bot.routing import Ask, Group, Reply, Router
from bot.slack.blocks import button
from bot.slack.ids import ActionId

router = Router()

_drawn = lru_cache(maxsize=256)(views.server_list)
"""What people ask for most is drawn once, until a server or a note changes."""


@router.command(
    "list",
    "list [PATTERN] [status=STATUS] [location=LOCATION] [owner=me|@PERSON] [older=90d] [until=passed]",
    needs=Permission.SERVER_READ,
    group=Group.SEE,
    words=1,
    options=FILTERS,
    examples=("list", "list web-*", "list status=stopped location=us-west", "list owner=me until=passed"),
)
async def list_servers(ask: Ask) -> Reply:
    """Show the servers, all or those that fit."""
    return await _page(ask, ask.line.rest, 1)


@router.action(ActionId.LIST_NEXT, needs=Permission.SERVER_READ)
@router.action(ActionId.LIST_PREVIOUS, needs=Permission.SERVER_READ)
async def turn_page(ask: Ask) -> Reply:
    """Another page of the list; the button carries the page and the filter, as typed."""
    number, _, text = ask.incoming.value.partition(" ")
    line = parse(text)
    if isinstance(line, Problem) or not number.isdecimal():
        line, number = Line(), "1"
    reply = await _page(ask, line, int(number[:6]))
    return Reply(reply.message, replace=True)


@router.command(
    "show",
    "show SERVER",
    needs=Permission.SERVER_READ,
    group=Group.SEE,
    words=1,
    examples=("show web-server-01", "show 12345"),
)
async def show_server(ask: Ask) -> Reply:
    """Show one server: address, plan, use, age, and what you can do with it."""
    wanted = typed(ask.line.rest.words)
    if not wanted:
        return Reply(missing_server("show", "web-server-01"))
    chosen = select(wanted, visible(ask, await ask.parts.directory.servers(ask.workspace)))
    match chosen:
        case Found(servers=(only,)):
            return await _shown(ask, only)
        case Found(servers=several):
            return Reply(views.several_fit(wanted[0], several))
        case SameName():
            return Reply(same_name(chosen, "show"))
        case NotFound():
            return Reply(not_found(chosen, lambda server: button("Show", ActionId.SHOW, server.id)))


@router.action(ActionId.SHOW, needs=Permission.SERVER_READ)
async def show_by_button(ask: Ask) -> Reply:
    """The server whose id the button carries, if the person may see it."""
    servers = visible(ask, await ask.parts.directory.servers(ask.workspace))
    found = next((server for server in servers if server.id == ask.incoming.value), None)
    if found is None:
        await refuse_forged(ask.parts, ask.member, "server", delivery=ask.incoming.key)
        return Reply(views.not_there_any_more())
    return await _shown(ask, found)


async def _shown(ask: Ask, listed: Server) -> Reply:
    account = await ask.parts.directory.account(ask.workspace)
    server = await account.server(listed.id)
    note = ask.snapshot.notes.of(server.id)
    policy = policy_of(ask.snapshot.workspace.settings)
    async with ask.parts.store.read() as tx:
        kept = await protected_by(tx, policy, ask.workspace, server.id, server.name)
    can = views.offers(ask, server, protected=kept is not None)
    return Reply(views.server_page(server, note, protected=kept, can=can, now=ask.now))


async def _page(ask: Ask, line: Line, number: int) -> Reply:
    servers = visible(ask, await ask.parts.directory.servers(ask.workspace))
    options = dict(zip(line.options, typed(line.options.values()), strict=True))
    notes, today = ask.snapshot.notes, ask.now.date()
    chosen = read_filter(typed(line.words), options, servers, me=ask.member.id, now=ask.now, today=today)
    if isinstance(chosen, BadFilter):
        return Reply(views.bad_filter(chosen))
    if chosen == Filter():
        fitting = servers
    else:
        fitting = tuple(server for server in servers if chosen.fits(server, notes.of(server.id)))
    return Reply(_drawn(fitting, of=len(servers), page=number, query=printed(line), notes=notes, today=today))
