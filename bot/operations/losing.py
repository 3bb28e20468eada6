"""A channel in which the bot can't write any more: an admin hears of it, once for each loss."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.notices import Notice, NoticeKind
from bot.domain.roles import admins, barred
from bot.operations.parts import Parts
from bot.store import notices
from bot.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Loss:
    """Which loss of a channel it is.

    `which`: of a channel that was chosen, the last message that stands there; where a command was typed, "typed", for
    that is told once ever. `typed_by`: by whom.
    """

    channel: str
    which: str
    typed_by: str = ""


async def admins_there(parts: Parts, workspace: str, now: datetime) -> tuple[str, ...]:
    """The first admin whose account may act here; where that is known of none, all who may be there, or all."""
    able, unread = admins((await parts.snapshots.of(workspace)).grants, now), []
    for each in able:
        account = await parts.people.present(workspace, each)
        if barred(account) is None and account.known:
            return (each,)
        unread += [each] if barred(account) is None else []
    return tuple(unread) or able


async def tell_admins(tx: Tx, parts: Parts, workspace: str, loss: Loss, whom: Sequence[str]) -> None:
    """Promises them the message, unless anybody was told of this loss before.

    That may have been another one than would be told now: accounts that couldn't be read then can be, perhaps.
    """
    about, now = f"{loss.channel}:{loss.which}", parts.clock()
    before = await notices.all_about(tx, workspace, NoticeKind.CHANNEL_LOST, about)
    if any(each.subject.removesuffix(f":{each.recipient}") == about for each in before):
        return
    told = [
        Notice(
            id=parts.new_id(),
            workspace=workspace,
            kind=NoticeKind.CHANNEL_LOST,
            subject=f"{about}:{each}",
            recipient=each,
            wanted_channel=each,
            created_at=now,
            detail={"channel": loss.channel, "typed_by": loss.typed_by},
        )
        for each in whom
    ]
    if told:
        await notices.promise(tx, told, now)
