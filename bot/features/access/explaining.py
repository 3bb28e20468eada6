"""`/vps can`: the decision, explained: which grant, which rule, who could grant it, whose consent it takes."""

from collections.abc import Mapping

from bot.domain.grammar import Mention, MentionKind, Word
from bot.domain.operations import Kind
from bot.domain.policy import Act, freeze_of, policy_of
from bot.domain.roles import Member, Permission, decide, groups_of
from bot.domain.selectors import Found, NotFound, SameName, nearest_word, select
from bot.features.access import explaining_views as views
from bot.features.access.views import GLASS, can_button, one_server
from bot.features.words import not_found, same_name, typed, visible
from bot.operations.permission import check
from bot.operations.preparing import over_budget, who_is_asked
from bot.operations.proposals import absent_admins
from bot.operations.protecting import protected_by
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
    "create": Permission.BREAK_GLASS,
    "edit": Permission.BREAK_GLASS,
}
"""The same without consent, behind `break-glass`."""

ACTS: Mapping[str, str] = {
    "start": Act.START,
    "stop": Act.STOP,
    "reboot": Act.REBOOT,
    "delete": Kind.DELETE,
    "create": Act.CREATE,
}
"""What the policy calls them, where it can ask for consent to the action as such."""

STILL_IN_A_FREEZE = frozenset({"list", "show", "note"})
"""What a freeze doesn't stop."""


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
        case [glass, action, server] if glass.lower() == GLASS:
            known, broken = GLASS_ACTIONS, True
        case [action, server]:
            known, broken = ACTIONS, False
        case _:
            return Reply(views.how_to_can(list(ACTIONS)))
    action, before = action.lower(), f"{GLASS} " if broken else ""
    label, permission = before + action, known.get(action)
    if permission is None:
        near = nearest_word(action, list(known))
        return Reply(views.no_such_action(label, [before + each for each in known], near and before + near))
    who = await member(ask, about)
    # Who asks about themselves learns nothing of servers they may not see: the name alone is decided on.
    fleet = await ask.parts.directory.servers(ask.workspace)
    chosen = select([server], fleet if about != ask.member.id else visible(ask, fleet))
    match chosen:
        case Found(servers=(only,)):
            name, server_id = only.name, only.id
        case Found():
            return Reply(one_server())
        case SameName():
            return Reply(same_name(chosen, f"can {label}"))
        case NotFound(near=()):
            name, server_id = server, ""
        case NotFound():
            return Reply(not_found(chosen, lambda near: can_button(near, about, label)))
    decision = decide(ask.snapshot.grants, who, permission, names=[name], now=ask.now)
    hurdles = await _hurdles(ask, who, action, name, server_id, broken=broken) if decision.allowed else views.NO_HURDLES
    absent = await absent_admins(ask.parts, ask.workspace)
    grants = [each for each in ask.snapshot.grants if each.subject not in absent]
    return Reply(views.explained(decision, about, label, name, grants, ask.now, hurdles))


async def _hurdles(ask: Ask, who: Member, action: str, name: str, server_id: str, *, broken: bool) -> views.Hurdles:
    """What a permission alone doesn't get past: a freeze, a protection, other people's consent."""
    settings = ask.snapshot.workspace.settings
    protected = await _protected(ask, name, server_id) if action == Kind.DELETE else None
    return views.Hurdles(
        frozen=None if action in STILL_IN_A_FREEZE else freeze_of(settings),
        protected=protected,
        consent=None if broken or protected is not None else await _consent(ask, who, action, name),
    )


async def _protected(ask: Ask, name: str, server_id: str) -> str | None:
    async with ask.parts.store.read() as tx:
        return await protected_by(tx, policy_of(ask.snapshot.workspace.settings), ask.workspace, server_id, name)


async def _consent(ask: Ask, who: Member, action: str, name: str) -> views.Consent | None:
    """Whose consent it takes, as the policy is now; None when it takes none."""
    policy, act = policy_of(ask.snapshot.workspace.settings), ACTS.get(action, "")
    extra = False
    if act == Kind.DELETE:
        async with ask.parts.store.read() as tx:
            extra = await over_budget(tx, policy, who, 1, ask.parts)
    needed = policy.consent(act, [name], extra=extra)
    if not needed:
        return None
    could = await who_is_asked(ask.parts, who, [name], policy, needed, extra=extra)
    return views.Consent(needed, could, extra, by_price=not policy.consent(act, [name], price=0.0, extra=extra))


async def _may_ask_about_others(ask: Ask) -> Reply | None:
    decision = decide(ask.snapshot.grants, ask.member, Permission.ACCESS_READ, names=None, now=ask.now)
    if decision.allowed:
        return None
    async with ask.parts.store.begin("access.can", ask.workspace) as tx:
        no = await check(tx, ask.member, Permission.ACCESS_READ, asked="/vps can", now=ask.now)
    return Reply(refusal(no, ask.member.id, ask.now, ask.absent)) if no else None
