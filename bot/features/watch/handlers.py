"""`/vps watch` and `/vps unwatch`: being told of changes that nobody made from here."""

from bot.domain.grammar import Line
from bot.domain.roles import Permission
from bot.domain.selectors import Found, NotFound, SameName, select
from bot.features.watch import standing, views
from bot.features.words import not_found, same_name, typed, visible
from bot.operations import watching
from bot.operations.permission import check
from bot.routing import Ask, Group, Reply, Router
from bot.sentences import refusal
from bot.store import fleet, workspaces
from bot.store.fleet import Follow

router = Router()
router.include(standing.router)


def _takes(line: Line) -> Permission:
    """The whole fleet is switched by admins; everybody may follow what they see."""
    return Permission.SETTINGS_MANAGE if _switch(line) else Permission.SERVER_READ


def _switch(line: Line) -> str:
    """`on` or `off`, when that is what was typed."""
    words = typed(line.rest.words)
    return words[0].lower() if len(words) == 1 and words[0].lower() in ("on", "off") else ""


@router.command(
    "watch",
    "watch [on | off | SERVER]",
    needs=Permission.SERVER_READ,
    group=Group.SEE,
    words=1,
    needs_for=_takes,
    changes=True,
    examples=("watch", "watch on", "watch web-server-01"),
)
async def watch(ask: Ask) -> Reply:
    """Be told of changes made elsewhere, on all servers or one."""
    words = typed(ask.line.rest.words)
    if switch := _switch(ask.line):
        return await _switched(ask, on=switch == "on")
    if not words:
        return await _standing(ask)
    chosen = select(words, visible(ask, await ask.parts.directory.servers(ask.workspace)))
    match chosen:
        case Found(servers=(only,)):
            async with ask.parts.change("watch.follow", ask.workspace, ask.incoming.key) as tx:
                now = ask.parts.clock()
                names = [only.name]
                if no := await check(tx, ask.member, Permission.SERVER_READ, names=names, asked="/vps watch", now=now):
                    return Reply(refusal(no, ask.member.id, now, ask.absent))
                new = await fleet.follow(tx, ask.workspace, Follow(only.id, only.name, ask.member.id), now)
                await watching.start_looking(tx, ask.workspace, now)
            return Reply(views.following(only, new=new))
        case Found():
            return Reply(views.how_to())
        case SameName():
            return Reply(same_name(chosen, "watch"))
        case NotFound():
            return Reply(not_found(chosen, None))


@router.command(
    "unwatch",
    "unwatch SERVER",
    needs=Permission.SERVER_READ,
    group=Group.SEE,
    words=1,
    changes=True,
    examples=("unwatch web-server-01",),
)
async def unwatch(ask: Ask) -> Reply:
    """Stop following a server."""
    words = typed(ask.line.rest.words)
    if not words:
        return Reply(views.which_not())
    async with ask.parts.change("watch.unfollow", ask.workspace, ask.incoming.key) as tx:
        mine = [each for each in await fleet.followers(tx, ask.workspace) if each.member == ask.member.id]
        # By what one follows, not by what one sees: also who lost the right for a server can let go of it.
        meant = [each for each in mine if words[0].lower() in (each.server_name.lower(), each.server_id.lower())]
        for each in meant:
            await fleet.unfollow(tx, ask.workspace, each.server_id, ask.member.id)
        await watching.end_if_idle(tx, ask.workspace)
    return Reply(views.unfollowed(meant, mine, words[0]))


async def _standing(ask: Ask) -> Reply:
    async with ask.parts.store.read() as tx:
        mine = [each for each in await fleet.followers(tx, ask.workspace) if each.member == ask.member.id]
    return Reply(views.standing(watching.watch_of(ask.snapshot.workspace.settings), mine))


async def _switched(ask: Ask, *, on: bool) -> Reply:
    async with ask.parts.change("watch.switch", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        if no := await check(tx, ask.member, Permission.SETTINGS_MANAGE, asked="/vps watch", now=now):
            return Reply(refusal(no, ask.member.id, now, ask.absent))
        known = await workspaces.get(tx, ask.workspace)
        settings = known.settings if known else {}
        was, channel = watching.watch_of(settings), watching.channel_of(settings)
        if on and not channel:
            return Reply(views.no_channel())
        if on is (was is not None):
            return Reply(views.already(on=on, channel=channel))
        await watching.switch(tx, ask.workspace, ask.member.id, now, on=on)
    return Reply(views.switched(on=on, channel=channel))
