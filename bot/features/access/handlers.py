"""`/vps access`: who holds which role; grant and revoke. Somebody always administers the workspace."""

import re
from datetime import datetime, timedelta

from bot.domain.grammar import Line, Mention, MentionKind, Word
from bot.domain.proposals import NewGrant, Power, Why
from bot.domain.roles import Because, Grant, Permission, Role, SubjectKind, able, barred, held
from bot.domain.selectors import Found, NotFound, SameName, nearest_word, select
from bot.domain.servers import Server
from bot.features.access import asking, explaining, explaining_views, past, views
from bot.features.days import moment_of
from bot.features.proposals.views import impossible, waits
from bot.features.words import not_found, same_name, typed
from bot.operations.approvers import accounts_of
from bot.operations.enacting import ids_at
from bot.operations.granting import place, take
from bot.operations.permission import check, refuse_forged
from bot.operations.proposals import Done, Impossible, Proposed, absent_admins, change_power
from bot.operations.refusing import log_no_power
from bot.routing import Ask, Group, Reply, Router
from bot.sentences import refusal
from bot.slack.ids import ActionId
from bot.store import audit, members
from bot.store.engine import Tx

router = Router()
router.include(asking.router)
router.include(explaining.router)

_SPAN = re.compile(r"(\d{1,4})\s?(m|min|h|d|w)", re.IGNORECASE)
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
GLASS = "break-glass"
MOST_READ = 100
"""People whose accounts are read for one answer: Slack lets as many be asked for in a minute (`users.info`, tier 4)."""

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=366)


def _takes(line: Line) -> Permission:
    """Looking takes less than changing."""
    verb = line.words[1] if len(line.words) > 1 and isinstance(line.words[1], str) else ""
    return Permission.ACCESS_MANAGE if verb.lower() in ("grant", "revoke") else Permission.ACCESS_READ


@router.command(
    "access",
    "access [grant @PERSON|@GROUP ROLE [PATTERN] [break-glass] [for 8h] | revoke @PERSON|@GROUP | SERVER | on=DATE]",
    needs=Permission.ACCESS_READ,
    group=Group.PEOPLE,
    words=None,
    options=("on",),
    needs_for=_takes,
    changes=True,
    examples=(
        "access",
        "access grant @olga operator",
        "access grant @oncall operator web-* for 8h",
        "access grant @olga operator web-* break-glass",
        "access revoke @sam",
        "access web-server-01",
    ),
)
async def access(ask: Ask) -> Reply:
    """See who may do what, give a role, take it away."""
    if ask.line.options and ask.line.rest.words:
        return Reply(views.how_to())  # read past, "--for 8h" would give a role without an end
    match ask.line.rest.words:
        case ():
            return await _everyone(ask)
        case (str() as verb, *rest) if verb.lower() == "grant":
            return await _grant(ask, tuple(rest))
        case (str() as verb, *rest) if verb.lower() == "revoke":
            return await _revoke(ask, tuple(rest))
        case (str(),):
            return await _on_server(ask)
        case _:
            return Reply(views.how_to())


async def _everyone(ask: Ask) -> Reply:
    """The grants of now, or of a date."""
    options = dict(zip(ask.line.options, typed(ask.line.options.values()), strict=True))
    if not options:
        return Reply(views.everyone(ask.snapshot.grants, ask.now))
    moment = await moment_of(ask, "access", options["on"])
    if isinstance(moment, Reply):
        return moment
    async with ask.parts.store.read() as tx:
        entries = await audit.of_actions(tx, ask.workspace, past.ACTIONS)
    return Reply(views.everyone(past.grants_at(entries, moment), moment, then=True))


async def _on_server(ask: Ask) -> Reply:
    chosen = select(typed(ask.line.rest.words), await ask.parts.directory.servers(ask.workspace))
    match chosen:
        case Found(servers=(only,)):
            return Reply(explaining_views.on_server(only, await _standing(ask, only), ask.now))
        case Found():
            return Reply(views.one_server())
        case SameName():
            return Reply(same_name(chosen, "access"))
        case NotFound():
            return Reply(not_found(chosen, views.who_may_button))


@router.action(ActionId.ACCESS_SERVER, needs=Permission.ACCESS_READ)
async def on_server_by_button(ask: Ask) -> Reply:
    """Who may do what with the server whose id the button carries."""
    servers = await ask.parts.directory.servers(ask.workspace)
    found = next((server for server in servers if server.id == ask.incoming.value), None)
    if found is None:
        await refuse_forged(ask.parts, ask.member, "server", delivery=ask.incoming.key)
        return Reply(views.not_there_any_more())
    return Reply(explaining_views.on_server(found, await _standing(ask, found), ask.now))


async def _standing(ask: Ask, server: Server) -> list[Grant]:
    """The grants that reach a server, without those of accounts that hold nothing now, whatever was granted."""
    reaching = able(ask.snapshot.grants, Permission.SERVER_READ, [server.name], ask.now)
    people = dict.fromkeys(each.subject for each in reaching if each.subject_kind is SubjectKind.USER)
    accounts = await accounts_of(ask.parts, ask.workspace, list(people)[:MOST_READ])
    out = {who for who, account in accounts.items() if barred(account)}
    return [each for each in reaching if each.subject not in out]


async def _grant(ask: Ask, words: tuple[Word, ...]) -> Reply:
    match words:
        case (Mention(MentionKind.USER | MentionKind.GROUP) as who, str() as typed_role, *rest):
            pass
        case (Mention(MentionKind.USER | MentionKind.GROUP),):
            return Reply(views.which_role())
        case (Mention(MentionKind.USER | MentionKind.GROUP), *_):
            return Reply(views.how_to())
        case (first, *_):
            return Reply(views.pick_a_person(typed([first])[0]))
        case _:
            return Reply(views.how_to())
    if typed_role.lower() not in set(Role):
        return Reply(views.no_such_role(typed_role, nearest_word(typed_role, list(Role))))
    limits = _limits(tuple(rest), ask.now)
    if isinstance(limits, Reply):
        return limits
    is_user = who.kind is MentionKind.USER
    because = barred(await ask.parts.people.present(ask.workspace, who.id)) if is_user else None
    glob, until, glass = limits
    if glob is not None and glob.lower() in set(Role):
        return Reply(views.two_roles(typed_role, glob))
    grant = Grant(
        id=ask.parts.new_id(),
        subject_kind=SubjectKind.USER if is_user else SubjectKind.GROUP,
        subject=who.id,
        role=Role(typed_role.lower()),
        glob=glob,
        until=until,
        granted_by=ask.member.id,
        granted_at=ask.now,
        break_glass=glass,
    )
    if glass and not grant.gives(Permission.BREAK_GLASS_POWER):
        return Reply(views.no_glass(grant.role))
    absent = await absent_admins(ask.parts, ask.workspace)
    async with ask.parts.change("access.grant", ask.workspace, ask.incoming.key) as tx:
        no = await _refused(tx, ask, "access grant") or await _can_not_hold(tx, ask, grant, because)
        if no:
            return no
        before = await members.of_workspace(tx, ask.workspace)
        change = NewGrant(grant, had=ids_at(grant.subject, before))
        outcome = await change_power(tx, ask.parts, ask.member, change, absent, ask.parts.clock())
    match outcome:
        case Proposed(proposal, asked):
            return Reply(waits(proposal, asked))
        case Impossible(Why.LAST_ADMIN):
            return Reply(views.last_admin(grant.subject, sorted(absent)))
        case Impossible(why):
            return Reply(impossible(why))
        case Done():
            had = [each for each in before if place(each) == place(grant)]
            theirs = [each for each in before if each.subject == grant.subject and each.live(ask.now)]
            return Reply(views.granted(grant, had, [each for each in theirs if each not in had]))


async def _can_not_hold(tx: Tx, ask: Ask, grant: Grant, because: Because | None) -> Reply | None:
    """Why this role is not for whom it is meant: their account is barred, or they are a group of admins to be."""
    if because:
        no, why = views.holds_nothing(grant.subject, because), str(because)
    elif grant.subject_kind is SubjectKind.GROUP and grant.role is Role.ADMIN:
        no, why = views.no_group_of_admins(), "group_of_admins"
    else:
        return None
    await log_no_power(tx, ask.member, Power.GRANT, grant.subject, why, ask.parts.clock())
    return Reply(no)


async def _revoke(ask: Ask, words: tuple[Word, ...]) -> Reply:
    match words:
        case (Mention(MentionKind.USER | MentionKind.GROUP) as who,):
            pass
        case (Mention(MentionKind.USER | MentionKind.GROUP), *_):
            return Reply(views.how_to())
        case (first, *_):
            return Reply(views.pick_a_person(typed([first])[0]))
        case _:
            return Reply(views.how_to())
    kind = SubjectKind.USER if who.kind is MentionKind.USER else SubjectKind.GROUP
    remaining, unsure = await _through_groups(ask, who.id) if kind is SubjectKind.USER else ((), ())
    absent = await absent_admins(ask.parts, ask.workspace)
    async with ask.parts.change("access.revoke", ask.workspace, ask.incoming.key) as tx:
        no = await _refused(tx, ask, "access revoke")
        if no:
            return no
        theirs = [
            each
            for each in await members.of_workspace(tx, ask.workspace)
            if (each.subject_kind, each.subject) == (kind, who.id)
        ]
        if not theirs:
            return Reply(views.nothing_to_revoke(who.id, kind, remaining, unsure))
        now = ask.parts.clock()
        if not await take(tx, ask.parts, ask.workspace, theirs, ask.member.id, now, absent=absent):
            await log_no_power(tx, ask.member, "revoke", who.id, Why.LAST_ADMIN, now)
            return Reply(views.last_admin(who.id, sorted(absent)))
    return Reply(views.revoked(theirs, remaining, unsure))


async def _through_groups(ask: Ask, user: str) -> tuple[tuple[Grant, ...], tuple[Grant, ...]]:
    """The grants a person holds through user groups: what a revocation of their own leaves.

    And those of which Slack can't say now whether they hold them.
    """
    who = await explaining.member(ask, user)
    of_groups = [each for each in ask.snapshot.grants if each.subject_kind is SubjectKind.GROUP and each.live(ask.now)]
    if who.account.unread and not barred(who.account):
        return (), tuple(of_groups)
    return held(of_groups, who, ask.now), ()


async def _refused(tx: Tx, ask: Ask, asked: str) -> Reply | None:
    no = await check(tx, ask.member, Permission.ACCESS_MANAGE, asked=asked, now=ask.parts.clock())
    return Reply(refusal(no, ask.member.id, ask.now, ask.absent)) if no else None


def _limits(words: tuple[Word, ...], now: datetime) -> tuple[str | None, datetime | None, bool] | Reply:
    """The pattern, the end and the break-glass of a grant, or what is wrong with them."""
    glob: str | None = None
    if words and isinstance(words[0], str) and words[0].lower() not in ("for", GLASS):
        glob, words = words[0], words[1:]
    glass = bool(words) and isinstance(words[0], str) and words[0].lower() == GLASS
    words = words[1:] if glass else words
    if glob in ("*", ""):
        glob = None
    if glob is not None and len(glob) > 100:
        return Reply(views.pattern_too_long())
    match words:
        case ():
            return glob, None, glass
        case (str() as word, str() as typed) if word.lower() == "for":
            match = _SPAN.fullmatch(typed)
            span = timedelta(**{_UNITS[match[2].lower()]: int(match[1])}) if match else timedelta()
            return (glob, now + span, glass) if SHORTEST <= span <= LONGEST else Reply(views.bad_span(typed))
        case _:
            return Reply(views.how_to())
