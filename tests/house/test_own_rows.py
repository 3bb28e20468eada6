"""Tidying up, on SQLite and PostgreSQL: each workspace's transaction tidies its own rows, and no secret is left."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.operations import Kind
from bot.domain.proposals import NewToken, Power, Proposal, ProposalState
from bot.store import offers, proposals, schedules
from bot.store.engine import Store
from bot.store.migrate import migrate
from bot.store.offers import GOOD_FOR, Offer
from bot.store.sealing import Sealer, new_key
from bot.store.tables import proposals as table
from tests.house.nasty import NOW
from tests.house.test_schedule_rows import PLAN

OLD, NEW = new_key(), new_key()
OFFER = Offer("o1", "T1", "U0OLGA", Kind.REBOOT, (("1", "web-1"),), NOW)
LATER = NOW + GOOD_FOR * 2
PROPOSAL = Proposal(
    *("p1", "T1", Power.TOKEN, "token", "U0ADA", NOW, NOW + timedelta(days=1)),
    NewToken("vps_secret_of_t1", "ops@example.com", "bot", None),
)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A migrated, empty database."""
    opened = Store(database_url, Sealer(OLD))
    await migrate(opened)
    yield opened
    await opened.close()


async def test_what_nobody_accepted_is_forgotten_by_its_own_workspace(store: Store) -> None:
    async with store.begin("test", "T1") as tx:
        await offers.put(tx, OFFER)
        await schedules.offer(tx, PLAN)
    for workspace, there in (("T2", True), ("T1", False)):
        async with store.begin("test", workspace) as tx:
            await offers.put(tx, replace(OFFER, id="o2", workspace=workspace, created_at=LATER))
            await schedules.offer(tx, replace(PLAN, id="s2", workspace=workspace, created_at=LATER))
            assert (await offers.get(tx, "T1", "o1", "U0OLGA", NOW) is not None) is there
            assert (await schedules.get(tx, "T1", "s1") is not None) is there


async def test_a_proposal_that_no_key_opens_any_more_keeps_no_secret_when_it_ends(
    store: Store, database_url: str
) -> None:
    async with store.begin("test", "T1") as tx:
        await proposals.add(tx, PROPOSAL)
        before = (await tx.connection.execute(table.select())).one().payload
        assert "vps_secret_of_t1" in tx.sealer.open("T1", "proposals.payload", before)
    newer = Store(database_url, Sealer(NEW))
    async with newer.begin("test", "T1") as tx:
        [unreadable] = await proposals.waiting(tx, "T1")
        assert unreadable.change is None
        await proposals.end(tx, unreadable, ProposalState.EXPIRED, "", None)
        ended = await proposals.get(tx, "T1", "p1")
        assert ended is not None and ended.change is None and not ended.open
        after = (await tx.connection.execute(table.select())).one().payload
        assert tx.sealer.open("T1", "proposals.payload", after) == ""
    await newer.close()
