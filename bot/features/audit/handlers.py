"""`/vps audit`: the log, newest first."""

from bot.domain.roles import Permission
from bot.features.audit import views
from bot.routing import Ask, Reply, Router
from bot.slack.ids import ActionId
from bot.store import audit

router = Router()

PAGE = 10


@router.command("audit", "audit", needs=Permission.AUDIT_READ, examples=("audit",))
async def show_log(ask: Ask) -> Reply:
    """Read the log: what was asked for, done and refused, newest first."""
    return await _page(ask, None)


@router.action(ActionId.AUDIT_NEXT, needs=Permission.AUDIT_READ)
@router.action(ActionId.AUDIT_PREVIOUS, needs=Permission.AUDIT_READ)
async def turn_page(ask: Ask) -> Reply:
    """Another page; the button carries the number of the entry to go on from."""
    before = int(ask.incoming.value) if ask.incoming.value.isdecimal() and len(ask.incoming.value) < 18 else None
    return Reply((await _page(ask, before)).message, replace=True)


async def _page(ask: Ask, before: int | None) -> Reply:
    async with ask.parts.store.read() as tx:
        head = await audit.head(tx, ask.workspace)
        entries = await audit.newest(tx, ask.workspace, before=before, limit=PAGE)
    return Reply(views.page(entries, newest=head.seq if head else 0, size=PAGE, now=ask.now))
