"""Changes to several servers that were shown and wait for a yes: what is done is what was shown."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from bot.domain.approvals import Fingerprint
from bot.domain.operations import Kind
from bot.store.engine import Tx
from bot.store.tables import offers

GOOD_FOR = timedelta(hours=1)
"""How long a list may stand before the yes: after that, it is shown anew."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of change and the servers as they were shown (id, name), to the one person who may say yes.

    `shown`: all that a dialog told about them, where a dialog did; `channel`: where it was asked for;
    `broke_glass`: it is done without the consent that it usually takes.
    """

    id: str
    workspace: str
    member: str
    kind: Kind
    servers: tuple[tuple[str, str], ...]
    created_at: datetime
    shown: tuple[Fingerprint, ...] = ()
    channel: str = ""
    broke_glass: bool = False


async def put(tx: Tx, offer: Offer) -> None:
    """Keeps an offer, and forgets those of its workspace that nobody can accept any more."""
    too_old = offers.c.created_at < offer.created_at - GOOD_FOR
    await tx.connection.execute(delete(offers).where(offers.c.workspace == offer.workspace, too_old))
    await tx.connection.execute(
        insert(offers).values(
            workspace=offer.workspace,
            id=offer.id,
            member=offer.member,
            kind=offer.kind,
            servers=[list(each) for each in offer.servers],
            shown=[asdict(each) for each in offer.shown],
            channel=offer.channel,
            broke_glass=offer.broke_glass,
            created_at=offer.created_at,
        )
    )


async def get(tx: Tx, workspace: str, offer: str, member: str, now: datetime) -> Offer | None:
    """An offer made to this person that still stands."""
    found = await tx.connection.execute(
        select(offers).where(
            offers.c.workspace == workspace,
            offers.c.id == offer,
            offers.c.member == member,
            offers.c.created_at >= now - GOOD_FOR,
        )
    )
    row = found.one_or_none()
    if row is None:
        return None
    return Offer(
        row.id,
        row.workspace,
        row.member,
        Kind(row.kind),
        tuple((str(server), str(name)) for server, name in row.servers),
        row.created_at,
        tuple(Fingerprint(**each) for each in row.shown or ()),
        row.channel,
        row.broke_glass,
    )


async def use_up(tx: Tx, workspace: str, offer: str, member: str) -> bool:
    """Takes the offer away: one yes is one change. False when it was used already."""
    done = await tx.connection.execute(
        delete(offers).where(offers.c.workspace == workspace, offers.c.id == offer, offers.c.member == member)
    )
    return done.rowcount == 1
