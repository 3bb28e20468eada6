"""`/vps can`: the decision, explained: which grant, which rule, who could grant it."""

from bot.domain.grammar import Mention, MentionKind, Word
from bot.domain.roles import Member, Permission, decide, groups_of
from bot.domain.selectors import Found, NotFound, SameName, nearest_word, select
from bot.features.access import views
from bot.features.words import not_found, same_name, typed, visible
from bot.operations.permission import check
from bot.routing import Ask, Group, Reply, Router
from bot.sentences import out_of_date, refusal
from bot.slack.ids import ActionId

router = Router()

ACTIONS = {
    "list": Permission.SERVER_READ,
    "show": Permission.SERVER_READ,
    "start": Permission.SERVER_POWER,
    "stop": Permission.SERVER_POWER,
    "reboot": Permission.SERVER_POWER,
    "delete": Permission.SERVER_DELETE,
    "note": Permission.SERVER_NOTE,
    "create": Permission.SERVER_CREATE,
    "rename": Permission.SERVER_EDIT,
    "edit": Permission.SERVER_EDIT,
    "approve": Permission.REQUEST_VOTE,
}
"""What can be asked about, by the word of the command."""

GLASS_ACTIONS = {
    "start": Permission.BREAK_GLASS_POWER,
    "stop": Permission.BREAK_GLASS_POWER,
    "reboot": Permission.BREAK_GLASS_POWER,
    "delete": Permission.BREAK_GLASS,
}
"""The same without consent, behind `break-glass`."""


@router.command(
    "can",
    "can [@PERSON] [break-glass] ACTION SERVER",
    needs=None,
    group=Group.PEOPLE,
    words=4,
    examples=("can reboot web-server-01", "can @olga stop db-server-01", "can @olga break-glass reboot web-server-01"),
)
async def can(ask: Ask) -> Reply:
    """Find out whether you, or somebody, may do something, and why."""
    words = ask.line.rest.words
    about = ask.member.id
    if words and isinstance(words[0], Mention) and words[0].kind is MentionKind.USER:
        about, words = words[0].id, words[1:]
    if about != ask.member.id and (no := await _may_ask_about_others(ask)):
        return no
    return await _explain(ask, about, words)


async def member(ask: Ask, user: str) -> Member:
    """A person of this workspace with their present account and groups."""
    groups = groups_of(ask.snapshot.grants)
    return Member(ask.workspace, user, await ask.parts.people.present(ask.workspace, user, groups))


@router.action(ActionId.CAN, needs=None)
async def can_by_button(ask: Ask) -> Reply:
    """The same about the server whose id the button carries: whose right, for what, and which server."""
    about, _, rest = ask.incoming.value.partition(" ")
    action, _, server = rest.partition(" ")
    if not server:
        return Reply(out_of_date())
    if about != ask.member.id and (no := await _may_ask_about_others(ask)):
        return no
    return await _explain(ask, about, (*action.split(":"), server))


async def _explain(ask: Ask, about: str, words: tuple[Word, ...]) -> Reply:
    match typed(words):
        case [glass, action, server] if glass.lower() == views.GLASS:
            permission = GLASS_ACTIONS.get(action.lower())
            action = f"{views.GLASS} {action}"
        case [action, server]:
            permission = ACTIONS.get(action.lower())
        case _:
            return Reply(views.how_to_can(list(ACTIONS)))
    if permission is None:
        return Reply(views.no_such_action(action, list(ACTIONS), nearest_word(action, list(ACTIONS))))
    who = await member(ask, about)
    # Who asks about themselves learns nothing of servers they may not see: the name alone is decided on.
    fleet = await ask.parts.directory.servers(ask.workspace)
    chosen = select([server], fleet if about != ask.member.id else visible(ask, fleet))
    match chosen:
        case Found(servers=(only,)):
            name = only.name
        case Found():
            return Reply(views.one_server())
        case SameName():
            return Reply(same_name(chosen, f"can {action.lower()}"))
        case NotFound(near=()):
            name = server
        case NotFound():
            return Reply(not_found(chosen, lambda near: views.can_button(near, about, action.lower())))
    decision = decide(ask.snapshot.grants, who, permission, names=[name], now=ask.now)
    return Reply(views.explained(decision, about, action.lower(), name, ask.snapshot.grants, ask.now))


async def _may_ask_about_others(ask: Ask) -> Reply | None:
    decision = decide(ask.snapshot.grants, ask.member, Permission.ACCESS_READ, names=None, now=ask.now)
    if decision.allowed:
        return None
    async with ask.parts.store.begin("access.can", ask.workspace) as tx:
        no = await check(tx, ask.member, Permission.ACCESS_READ, asked="/vps can", now=ask.now)
    return Reply(refusal(no, ask.member.id, ask.now)) if no else None
