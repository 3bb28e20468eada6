"""`/vps status`: the one look in the morning, and the same as a digest on weekdays."""

from datetime import UTC, datetime

from bot.domain.audit import Action, Draft
from bot.domain.digests import Digest, digest_of, next_weekday, read_time, with_digest
from bot.domain.grammar import Line
from bot.domain.roles import Permission, decide, held
from bot.domain.standing import Standing
from bot.domain.zones import zone_of
from bot.features.watch import standing_views as views
from bot.features.words import may_anywhere, typed, visible
from bot.operations.permission import check
from bot.operations.standing import fleet_or_none, gather
from bot.operations.watching import channel_of
from bot.routing import Ask, Group, Reply, Router
from bot.sentences import refusal
from bot.store import audit, fleet, workspaces
from bot.store.fleet import DIGEST

router = Router()


def _takes(line: Line) -> Permission:
    """Looking takes less than deciding when everybody is told."""
    daily = [word.lower() for word in typed(line.rest.words[:1])] == ["daily"]
    return Permission.SETTINGS_MANAGE if daily else Permission.SERVER_READ


@router.command(
    "status",
    "status [daily TIME [ZONE] | daily off]",
    needs=Permission.SERVER_READ,
    group=Group.SEE,
    words=3,
    needs_for=_takes,
    changes=True,
    examples=("status", "status daily 08:30", "status daily 08:30 Europe/Berlin", "status daily off"),
)
async def status(ask: Ask) -> Reply:
    """See at one look what needs attention, or have it told every weekday."""
    words = typed(ask.line.rest.words)
    match [words[0].lower(), *words[1:]] if words else []:
        case []:
            return Reply(views.status(await _standing(ask), digest_of(ask.snapshot.workspace.settings), now=ask.now))
        case ["daily", text] if text.lower() == "off":
            return await _kept(ask, None)
        case ["daily", text, *zone] if len(zone) <= 1:
            at = read_time(text)
            if at is None:
                return Reply(views.bad_time(text))
            name = zone[0] if zone else ask.member.account.zone or "UTC"
            if zone_of(name) is None:
                return Reply(views.bad_zone(name))
            return await _kept(ask, Digest(at, name, ask.member.id))
        case _:
            return Reply(views.how_to())


async def _standing(ask: Ask) -> Standing:
    """As far as this person may see it."""
    grants, member, now = ask.snapshot.grants, ask.member, ask.now
    await ask.parts.directory.account(ask.workspace)  # who has none connected is told that
    servers = await fleet_or_none(ask.parts, ask.workspace)
    all_grants = may_anywhere(ask, Permission.ACCESS_READ)
    theirs = {grant.id for grant in held(grants, member, now)}
    return await gather(
        ask.parts,
        ask.workspace,
        visible(ask, servers) if servers is not None else None,
        now,
        reads=lambda name: decide(grants, member, Permission.SERVER_READ, names=[name], now=now).allowed,
        sees=lambda grant: all_grants or grant.id in theirs,
    )


async def _kept(ask: Ask, digest: Digest | None) -> Reply:
    async with ask.parts.change("status.daily", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        if no := await check(tx, ask.member, Permission.SETTINGS_MANAGE, asked="/vps status daily", now=now):
            return Reply(refusal(no, ask.member.id, now, ask.absent))
        await workspaces.ensure(tx, ask.workspace, now)
        known = await workspaces.get(tx, ask.workspace)
        settings = known.settings if known else {}
        await workspaces.keep_settings(tx, ask.workspace, with_digest(settings, digest))
        first = next_weekday(digest, now) if digest else datetime.min.replace(tzinfo=UTC)
        if digest:
            await fleet.plan_round(tx, ask.workspace, DIGEST, first)
        else:
            await fleet.drop_round(tx, ask.workspace, DIGEST)
        told = f"{digest.at:%H:%M} {digest.zone}" if digest else "off"
        draft = Draft(Action.SETTINGS_CHANGED, ask.member.id, detail={"daily status": told})
        await audit.append(tx, ask.workspace, draft, now)
    return Reply(views.told_daily(digest, channel_of(settings), first) if digest else views.not_told())
