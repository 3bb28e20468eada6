"""`/vps protect` and `/vps unprotect`: servers by id, and patterns of names."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.policy import Policy, policy_of
from bot.domain.proposals import Change, NewSettings, Unprotect
from bot.domain.roles import Permission
from bot.domain.selectors import Found, NotFound, SameName, matches, select
from bot.domain.servers import Server
from bot.features.proposals.views import impossible, waits
from bot.features.protection import views
from bot.features.settings.reading import MOST_LINES
from bot.features.words import not_found, same_name, typed
from bot.operations.permission import check
from bot.operations.pinning import pins_for
from bot.operations.proposals import Done, Impossible, Proposed, absent_admins, change_power
from bot.operations.protecting import protect
from bot.routing import Ask, Group, Reply, Router
from bot.sentences import refusal
from bot.slack.blocks import Message
from bot.store import protections
from bot.store.protections import Protection
from bot.vps.errors import ProviderError
from bot.workspaces.directory import NotConnected

router = Router()


@router.command(
    "protect",
    "protect SERVER…|PATTERN",
    needs=Permission.SETTINGS_MANAGE,
    group=Group.AGREE,
    words=None,
    changes=True,
    examples=("protect web-server-01", "protect prod-*"),
)
async def keep(ask: Ask) -> Reply:
    """Keep servers from being deleted from Slack, until it is lifted."""
    words = typed(ask.line.rest.words)
    if not words:
        return Reply(views.which("protect"))
    if any(_is_pattern(each) for each in words):
        return await _pattern(ask, words[0]) if len(words) == 1 and len(words[0]) <= 100 else Reply(views.one_pattern())
    chosen = select(words, await ask.parts.directory.servers(ask.workspace))
    match chosen:
        case SameName():
            return Reply(same_name(chosen, "protect"))
        case NotFound():
            return Reply(not_found(chosen, None))
        case Found(servers=servers):
            return await _by_id(ask, servers)


@router.command(
    "unprotect",
    "unprotect SERVER|PATTERN",
    needs=Permission.SETTINGS_MANAGE,
    group=Group.AGREE,
    words=1,
    changes=True,
    examples=("unprotect web-server-01", "unprotect prod-*"),
)
async def let_go(ask: Ask) -> Reply:
    """Lift a protection. Where there are two admins, the other one has to agree."""
    words = typed(ask.line.rest.words)
    if not words:
        return Reply(views.which("unprotect"))
    before = policy_of(ask.snapshot.workspace.settings)
    if words[0] in before.protected:
        after = replace(before, protected=tuple(each for each in before.protected if each != words[0]))
        return await _change(ask, NewSettings(before, after), views.pattern_lifted(words[0]))
    return await _lift(ask, words[0], before)


async def _by_id(ask: Ask, servers: tuple[Server, ...]) -> Reply:
    answer = await protect(ask.parts, ask.member, servers, delivery=ask.incoming.key)
    if not isinstance(answer, frozenset):
        return Reply(refusal(answer, ask.member.id, ask.now, ask.absent))
    new = [each for each in servers if each.id in answer]
    return Reply(views.protected(new, [each for each in servers if each.id not in answer]))


async def _pattern(ask: Ask, glob: str) -> Reply:
    before = policy_of(ask.snapshot.workspace.settings)
    if glob in before.protected:
        return Reply(views.pattern_already(glob))
    if len(before.protected) >= MOST_LINES:
        return Reply(views.too_many_patterns(MOST_LINES))
    pins = await pins_for(ask.parts, ask.workspace, [glob])
    after = replace(before, protected=(*before.protected, glob))
    return await _change(ask, NewSettings(before, after, pins), views.pattern_protected(glob, len(pins)))


async def _lift(ask: Ask, word: str, policy: Policy) -> Reply:
    """One server: by its id, by the name it has now, or by the name it had when it was protected."""
    present = {each.id: each.name for each in await _servers(ask)}
    async with ask.parts.store.read() as tx:
        rows = await protections.of_workspace(tx, ask.workspace)
    found = _called(word, [each for each in rows if not each.glob], present)
    if len(found) > 1:
        return Reply(views.same_name(word, [each.server_id for each in found]))
    if found:
        [only] = found
        label = present.get(only.server_id, only.server_name)
        still = _through(only.server_id, label, rows, policy)
        change = Unprotect(only.server_id, only.server_name, only.protected_at)
        return await _change(ask, change, views.lifted(label, still))
    pinned = {each.server_id: each.server_name for each in _called(word, rows, present)}
    fits = {id_: name for id_, name in present.items() if word.casefold() in (id_.casefold(), name.casefold())}
    for server_id, name in (pinned | fits).items():
        label = present.get(server_id, name)
        if globs := _through(server_id, label, rows, policy):
            return Reply(views.through_pattern(label, globs))
    return Reply(views.not_protected(word))


def _called(word: str, rows: Sequence[Protection], present: Mapping[str, str]) -> list[Protection]:
    """The protected servers that a word means: by id, else by the present name, else by the one of then."""
    by_id = [each for each in rows if each.server_id == word]
    now = [each for each in rows if present.get(each.server_id, each.server_name).casefold() == word.casefold()]
    return by_id or now or [each for each in rows if each.server_name.casefold() == word.casefold()]


def _through(server_id: str, name: str, rows: Sequence[Protection], policy: Policy) -> list[str]:
    """The patterns that protect a server: those that its name fits, or a name that it had."""
    fitted = {each.glob for each in rows if each.server_id == server_id}
    return [glob for glob in policy.protected if glob in fitted or matches(glob, name)]


async def _servers(ask: Ask) -> tuple[Server, ...]:
    """The servers as they are called now; what is protected can be let go while the provider is away, too."""
    try:
        return await ask.parts.directory.servers(ask.workspace)
    except (NotConnected, ProviderError):
        return ()


async def _change(ask: Ask, change: Change, done: Message) -> Reply:
    absent = await absent_admins(ask.parts, ask.workspace)
    async with ask.parts.change("protection.change", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        if no := await check(tx, ask.member, Permission.SETTINGS_MANAGE, asked="/vps protect", now=now):
            return Reply(refusal(no, ask.member.id, now, ask.absent))
        outcome = await change_power(tx, ask.parts, ask.member, change, absent, now)
    match outcome:
        case Done():
            return Reply(done)
        case Proposed(proposal, asked):
            return Reply(waits(proposal, asked))
        case Impossible(why):
            return Reply(impossible(why))


def _is_pattern(word: str) -> bool:
    return any(sign in word for sign in "*?[")
