"""A page of `/vps audit` follows an index whatever is looked for, so that a long log is read like a short one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.domain.audit import Action, Draft
from bot.store import audit
from bot.store.audit import Search
from bot.store.engine import Store, Tx
from bot.store.migrate import migrate
from bot.store.sealing import Sealer, new_key
from tests.house.nasty import NOW

SEARCHES = {
    "everything": Search(),
    "a person": Search(person="U00"),
    "a server": Search(target="web-1"),
    "a person on a server": Search(person="U00", target="web-1"),
    "since a time": Search(since=NOW + timedelta(seconds=3)),
    "a person since a time": Search(person="U00", since=NOW + timedelta(seconds=3)),
}
PLACES: dict[str, dict[str, int]] = {"the newest": {}, "older": {"before": 5}, "newer": {"after": 2}}


@contextmanager
def statements(tx: Tx) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database."""
    sent: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        sent.append((statement, given))

    event.listen(tx.connection.sync_connection, "before_cursor_execute", keep)
    yield sent
    event.remove(tx.connection.sync_connection, "before_cursor_execute", keep)


@pytest.fixture
async def store(tmp_path: Path) -> Store:
    """A log of some entries by and about two people."""
    opened = Store(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}", Sealer(new_key()))
    await migrate(opened)
    for number in range(8):
        async with opened.begin("test") as tx:
            draft = Draft(Action.ACCESS_ASKED, f"U0{number % 2}", ("web-1", "U00", "U01")[number % 3])
            await audit.append(tx, "T1", draft, NOW + timedelta(seconds=number))
    return opened


async def test_every_page_is_found_by_an_index_and_nothing_is_sorted(store: Store) -> None:
    plans = {}
    async with store.read() as tx:
        for (what, search), (where, place) in ((s, p) for s in SEARCHES.items() for p in PLACES.items()):
            with statements(tx) as sent:
                await audit.page(tx, "T1", search, limit=10, **place)
            for statement, given in sent:
                plan = await tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
                plans[what, where] = [row[-1] for row in plan]
    await store.close()
    slow = {page: steps for page, steps in plans.items() for step in steps if "USING" not in step or "SCAN" in step}
    assert plans and slow == {}


async def test_a_page_holds_what_fits_and_no_more(store: Store) -> None:
    async with store.read() as tx:
        rows = (await tx.connection.execute(text("SELECT seq, actor, target FROM audit_entries ORDER BY seq"))).all()
        for (what, search), (where, place) in ((s, p) for s in SEARCHES.items() for p in PLACES.items()):
            fitting = [
                seq
                for seq, actor, target in rows
                if (search.person is None or search.person in (actor, target))
                and search.target in (None, target)
                and (search.since is None or seq >= 5)
                and place.get("after", 0) < seq < place.get("before", 99)
            ]
            for limit in (1, 3, 10):
                nearest = fitting[:limit] if "after" in place else fitting[-limit:]
                page = await audit.page(tx, "T1", search, limit=limit, **place)
                assert [entry.seq for entry in page] == nearest[::-1], (what, where, limit)
    await store.close()
