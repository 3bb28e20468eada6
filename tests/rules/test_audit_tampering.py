"""Somebody who can write the database file, but lacks the key, changes something: the check always notices.

The log is a real one, in a real SQLite file; the thief takes the triggers off first.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.domain.audit import Action, Draft, Entry, Result, entry_hash
from bot.domain.verifying import Anchor, Finding, Flaw, Walk
from bot.store import audit, audit_rows
from bot.store.engine import Store, Tx
from bot.store.migrate import migrate
from bot.store.sealing import Sealer, new_key
from tests.rules.making import NOW
from tests.thief import triggers_down

KEYS = new_key()
LENGTH = 8
EARLIER = 5
TEXTS = ("actor", "action", "target", "operation", "outcome", "reason", "detail")


@dataclass(frozen=True)
class Scene:
    """A database with two logs, a copy of it from earlier, and a head that an auditor noted at the end."""

    now: Path
    earlier: Path
    noted: Anchor


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("log")
    return asyncio.run(_written(folder / "now.db", folder / "earlier.db"))


async def _written(path: Path, earlier: Path) -> Scene:
    store = Store(f"sqlite+aiosqlite:///{path}", Sealer(KEYS))
    await migrate(store)
    for number in range(1, LENGTH):  # the log's own first entry comes by itself
        async with store.begin("test") as tx:
            for workspace in ("T1", "T2"):
                await audit.append(tx, workspace, _draft(number), NOW + timedelta(seconds=number))
        if number == EARLIER - 1:
            _copy(path, earlier)
    async with store.read() as tx:
        head = await audit.head(tx, "T1")
    await store.close()
    assert head is not None
    return Scene(path, earlier, Anchor(head.seq, head.hash))


def _draft(number: int) -> Draft:
    action = list(Action)[number % len(Action)]
    return Draft(action, "U0OLGA", f"web-{number}", f"op-{number}", Result.OK, "because", {"number": number})


def _copy(path: Path, to: Path) -> None:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


class Attack(Protocol):
    """Something done to the database file."""

    def on(self, thief: sqlite3.Connection) -> None:
        """Does it."""


@dataclass(frozen=True)
class Alter:
    """One field of one entry. `hide`: with all hashes from there on made anew, and the head's hash with them."""

    seq: int
    field: str
    value: str | int | bytes
    hide: bool

    def on(self, thief: sqlite3.Connection) -> None:
        [before] = thief.execute(f"SELECT {self.field} FROM audit_entries WHERE {_AT}", [self.seq]).fetchone()
        assume(before != self.value)
        thief.execute(f"UPDATE audit_entries SET {self.field} = ? WHERE {_AT}", [self.value, self.seq])
        if self.hide:
            _hide(thief)


@dataclass(frozen=True)
class Remove:
    """An entry taken out. `hide`: the later ones moved up, and all hashes made anew."""

    seq: int
    hide: bool

    def on(self, thief: sqlite3.Connection) -> None:
        thief.execute(f"DELETE FROM audit_entries WHERE {_AT}", [self.seq])
        if self.hide:
            for seq in range(self.seq + 1, LENGTH + 1):
                thief.execute(f"UPDATE audit_entries SET seq = ? WHERE {_AT}", [seq - 1, seq])
            _hide(thief)


@dataclass(frozen=True)
class Insert:
    """An entry that nobody made, after this one; the later ones moved down, and all hashes made anew."""

    seq: int
    target: str

    def on(self, thief: sqlite3.Connection) -> None:
        for seq in range(LENGTH, self.seq, -1):
            thief.execute(f"UPDATE audit_entries SET seq = ? WHERE {_AT}", [seq + 1, seq])
        entry = replace(_entries(thief)[0], seq=self.seq + 1, target=self.target, previous=b"new")
        _put(thief, entry)
        _hide(thief)


@dataclass(frozen=True)
class Swap:
    """What two entries say, exchanged. `hide`: with all hashes made anew."""

    first: int
    second: int
    hide: bool

    def on(self, thief: sqlite3.Connection) -> None:
        assume(self.first != self.second)
        for seq, to in ((self.first, -1), (self.second, self.first), (-1, self.second)):
            thief.execute(f"UPDATE audit_entries SET seq = ? WHERE {_AT}", [to, seq])
        if self.hide:
            _hide(thief)


@dataclass(frozen=True)
class CutTail:
    """The newest entries gone. `head`: left as it is, taken away, too, or moved to the new end."""

    kept: int
    head: str

    def on(self, thief: sqlite3.Connection) -> None:
        thief.execute("DELETE FROM audit_entries WHERE workspace = 'T1' AND seq > ?", [self.kept])
        if self.head == "gone":
            thief.execute("DELETE FROM audit_heads WHERE workspace = 'T1'")
        if self.head == "moved":
            _hide(thief)


@dataclass(frozen=True)
class AlterHead:
    """One field of the head."""

    field: str
    value: str | int | bytes

    def on(self, thief: sqlite3.Connection) -> None:
        [before] = thief.execute(f"SELECT {self.field} FROM audit_heads WHERE workspace = 'T1'").fetchone()
        assume(before != self.value)
        thief.execute(f"UPDATE audit_heads SET {self.field} = ? WHERE workspace = 'T1'", [self.value])


@dataclass(frozen=True)
class Transplant:
    """Another workspace's log, with its good head, put in this one's place."""

    def on(self, thief: sqlite3.Connection) -> None:
        for table in ("audit_entries", "audit_heads"):
            thief.execute(f"DELETE FROM {table} WHERE workspace = 'T1'")
            thief.execute(f"UPDATE {table} SET workspace = 'T1'")


_AT = "workspace = 'T1' AND seq = ?"
SEQ = st.integers(1, LENGTH)
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda time: f"{time:%Y-%m-%d %H:%M:%S.%f}")  # noqa: DTZ001
PRINTABLE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
HIDE = st.booleans()
ATTACKS: st.SearchStrategy[Attack] = st.one_of(
    st.builds(Alter, SEQ, st.sampled_from(TEXTS), PRINTABLE, HIDE),
    st.builds(Alter, SEQ, st.just("time"), TIMES, HIDE),
    st.builds(Alter, SEQ, st.sampled_from(["hash", "previous"]), st.binary(min_size=1, max_size=33), st.just(False)),
    st.builds(Alter, SEQ, st.just("seq"), st.integers(LENGTH + 1, 2**60) | st.integers(-(2**60), 0), st.just(False)),
    st.builds(Alter, SEQ, st.just("workspace"), st.sampled_from(["T3", "t1", ""]), st.just(False)),
    st.builds(Remove, SEQ, HIDE),
    st.builds(Insert, st.integers(0, LENGTH), PRINTABLE),
    st.builds(Swap, SEQ, SEQ, HIDE),
    st.builds(CutTail, st.integers(1, LENGTH - 1), st.sampled_from(["left", "gone", "moved"])),
    st.builds(AlterHead, st.sampled_from(["hash", "signature", "public_key"]), st.binary(min_size=1, max_size=65)),
    st.builds(AlterHead, st.just("time"), TIMES),
    st.builds(AlterHead, st.just("seq"), st.integers(-(2**60), 2**60)),
    st.builds(AlterHead, st.just("workspace"), st.sampled_from(["T3", "t1", ""])),
    st.builds(Transplant),
)


@given(ATTACKS)
@example(CutTail(0, "left"))
@example(CutTail(1, "gone"))
@example(Remove(LENGTH, hide=True))
@example(Insert(LENGTH, "web-1"))
@example(Transplant())
def test_any_one_change_is_noticed(scene: Scene, attack: Attack) -> None:
    found = _after(scene, attack)
    assert any(isinstance(each, Finding) for each in found), "the change went unnoticed"


@settings(max_examples=25)
@given(ATTACKS)
def test_an_attack_on_one_workspace_leaves_the_others_as_they_are(scene: Scene, attack: Attack) -> None:
    assume(not isinstance(attack, Transplant))
    assert LENGTH in _after(scene, attack)


def test_an_untouched_log_is_whole(scene: Scene) -> None:
    assert asyncio.run(_checked(scene.now)) == [LENGTH, LENGTH]


def test_a_log_set_back_to_an_earlier_state_is_told_by_the_head_that_was_noted(scene: Scene) -> None:
    assert asyncio.run(_checked(scene.earlier)) == [EARLIER, EARLIER], "by itself, an old copy is a whole log"
    [found, _] = asyncio.run(_checked(scene.earlier, scene.noted))
    assert isinstance(found, Finding)
    assert found.seq == EARLIER + 1
    assert asyncio.run(_checked(scene.now, scene.noted))[0] == LENGTH


def test_an_older_head_row_put_back_alone_is_noticed_and_with_its_log_by_the_head_that_was_noted(scene: Scene) -> None:
    with closing(sqlite3.connect(scene.earlier)) as source:
        older = source.execute("SELECT * FROM audit_heads WHERE workspace = 'T1'").fetchone()
    target = _bent(scene, lambda thief: _put_head_back(thief, older))
    found = asyncio.run(_checked(target))[0]
    assert found == Finding(Flaw.BEYOND_HEAD, EARLIER + 1)

    cut = "DELETE FROM audit_entries WHERE workspace = 'T1' AND seq > 5"
    target = _bent(scene, lambda thief: _put_head_back(thief, older).execute(cut))
    assert asyncio.run(_checked(target))[0] == EARLIER, "by itself, it is a whole log"
    assert asyncio.run(_checked(target, scene.noted))[0] == Finding(Flaw.ROLLED_BACK, EARLIER + 1)


def _put_head_back(thief: sqlite3.Connection, older: tuple[object, ...]) -> sqlite3.Cursor:
    thief.execute("DELETE FROM audit_heads WHERE workspace = 'T1'")
    return thief.execute(f"INSERT INTO audit_heads VALUES ({', '.join('?' * len(older))})", older)


def _after(scene: Scene, attack: Attack) -> list[int | Finding]:
    """What the check says of each workspace's log after an attack on a copy of the database."""
    return asyncio.run(_checked(_bent(scene, attack.on)))


def _bent(scene: Scene, attack: Callable[[sqlite3.Connection], object]) -> Path:
    """A copy of the database after an attack on it, with the triggers off."""
    target = scene.now.with_name("attacked.db")
    for stale in target.parent.glob("attacked.db*"):
        stale.unlink()
    shutil.copy(scene.now, target)
    with closing(sqlite3.connect(target)) as thief:
        with triggers_down(thief):
            attack(thief)
        thief.commit()
    return target


async def _checked(path: Path, noted: Anchor | None = None) -> list[int | Finding]:
    """As `vpsbot audit verify` does it."""
    store = Store(f"sqlite+aiosqlite:///{path}", Sealer(KEYS))
    try:
        async with store.read() as tx:
            return [
                await _walked(tx, workspace, noted if workspace == "T1" else None)
                for workspace in await audit.workspaces(tx)
            ]
    finally:
        await store.close()


async def _walked(tx: Tx, workspace: str, noted: Anchor | None) -> int | Finding:
    head = await audit.head(tx, workspace)
    walk = Walk(workspace, timed=audit_rows.timed, last=head.seq if head else None)
    walk.noted = {noted.seq: noted.hash} if noted else {}
    async for rows in audit_rows.rows(tx, workspace):
        if found := walk.take(rows):
            return found
    return walk.end(head, check=audit.good_signature)


def _entries(thief: sqlite3.Connection) -> list[Entry]:
    names = [field.name for field in fields(Entry)]
    rows = thief.execute(f"SELECT {', '.join(names)} FROM audit_entries WHERE workspace = 'T1' ORDER BY seq").fetchall()
    entries = [Entry(**dict(zip(names, row, strict=True))) for row in rows]
    return [replace(each, time=datetime.fromisoformat(f"{each.time}+00:00")) for each in entries]


def _put(thief: sqlite3.Connection, entry: Entry) -> None:
    values = {field.name: getattr(entry, field.name) for field in fields(Entry)}
    values["time"] = f"{entry.time:%Y-%m-%d %H:%M:%S.%f}"
    thief.execute(
        f"INSERT INTO audit_entries ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", [*values.values()]
    )


def _hide(thief: sqlite3.Connection) -> None:
    """Makes all hashes anew, as anybody can, and points the head at the last; the signature can't be made anew."""
    entries = list(_rechained(_entries(thief)))
    thief.execute("DELETE FROM audit_entries WHERE workspace = 'T1'")
    for entry in entries:
        _put(thief, entry)
    last = entries[-1]
    thief.execute("UPDATE audit_heads SET seq = ?, hash = ? WHERE workspace = 'T1'", [last.seq, last.hash])


def _rechained(entries: list[Entry]) -> Iterator[Entry]:
    previous = b"\0" * 32
    for entry in entries:
        chained = replace(entry, previous=previous)
        chained = replace(chained, hash=entry_hash(chained))
        previous = chained.hash
        yield chained
