"""`vpsbot keys rotate`: everything is sealed with the newest key, beside a running server, and the log stays whole."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select

from bot.rotating import rotate_all
from bot.store.deliveries import Delivery, keep
from bot.store.rotation import AT_ONCE, SEALED
from bot.store.sealing import Sealer, new_key
from bot.store.tables import metadata
from tests.stories.telling import times
from tests.world import KEY, World

NEW = new_key()
OPEN = {
    *("audit_entries.previous", "audit_entries.hash"),
    *("audit_heads.hash", "audit_heads.signature", "audit_heads.public_key"),
}
"""Bytes that are no secret."""


def environment(monkeypatch: pytest.MonkeyPatch, world: World, keys: str) -> None:
    """The environment in which the command runs."""
    monkeypatch.setenv("DATABASE_URL", world.database_url)
    monkeypatch.setenv("VPSBOT_ENCRYPTION_KEYS", keys)


async def sealed(world: World) -> list[bytes]:
    """Everything that is sealed in the database."""
    async with world.bot.store.read() as tx:
        found: list[bytes] = []
        for column in SEALED:
            table, _, name = column.partition(".")
            field = metadata.tables[table].c[name]
            found += (await tx.connection.execute(select(field).where(field.is_not(None)))).scalars().all()
    return found


async def test_the_keys_are_rotated_beside_a_running_server(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("web-1", "web-2"):
        world.has_server(name)
    await world.restart(encryption_keys=f"{NEW},{KEY}")
    async with world.bot.store.begin("story") as tx:
        now, numbers = world.clock.now(), range(AT_ONCE + 1)
        kept = [Delivery(f"key {number:03}", world.team.id, now, "{}") for number in numbers]
        await keep(tx, kept, now.replace(year=2030))
    environment(monkeypatch, world, KEY)
    assert await rotate_all() == 1, "the newest things can't be read with the old key alone"
    assert "No key in VPSBOT_ENCRYPTION_KEYS opens deliveries.payload of T0ACME" in capsys.readouterr().out
    environment(monkeypatch, world, f"{NEW},{KEY}")
    status, _ = await asyncio.gather(rotate_all(), world.olga.says("/vps reboot web-1", in_=world.ops))
    assert status == 0
    assert "2 values were sealed with the newest key.\nThe older keys can be left out" in capsys.readouterr().out
    assert all(Sealer(NEW).is_newest(each) for each in await sealed(world))
    await world.olga.says("/vps reboot web-2", in_=world.ops)
    await world.seconds_pass(10)

    await world.restart(encryption_keys=NEW)
    await world.olga.says("/vps stop web-2", in_=world.ops)
    await world.seconds_pass(10)
    assert times(world.olga, "@olga") >= 3 and world.reboots() == 2
    assert isinstance(await world.verified(), int)
    assert [line for line in await world.log() if "keys.rotated" in line] == ["vpsbot keys.rotated : "]
    environment(monkeypatch, world, NEW)
    assert await rotate_all() == 0
    assert capsys.readouterr().out.startswith("0 values were sealed"), "what is done is done"


def test_every_column_that_is_sealed_is_rotated() -> None:
    columns = [column for table in metadata.sorted_tables for column in table.c]
    binary = {f"{each.table.name}.{each.name}" for each in columns if isinstance(each.type, LargeBinary)}
    assert binary - OPEN == set(SEALED)


async def test_what_it_can_t_do_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    monkeypatch.setenv("VPSBOT_ENCRYPTION_KEYS", "")
    assert await rotate_all() == 2
    monkeypatch.setenv("VPSBOT_ENCRYPTION_KEYS", NEW)
    assert await rotate_all() == 2
    assert "Look at DATABASE_URL" in capsys.readouterr().out
