"""VPSBOT_AUDIT_SINK: the log's heads leave the house, none is lost, and an older database is told by them."""

import json
import resource
import shutil
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.auditing import verify
from bot.domain.audit_file import read_head
from bot.operations.sinking import append_line
from bot.store import audit
from tests.conftest import Opens
from tests.stories.telling import ON_SQLITE
from tests.world import World


@pytest.fixture
async def sunk(opens: Opens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A world whose heads go into a file."""
    async with opens(audit_sink=str(tmp_path / "sink" / "heads.jsonl")) as world:
        monkeypatch.setenv("DATABASE_URL", world.database_url)
        monkeypatch.setenv("VPSBOT_ENCRYPTION_KEYS", str(world.settings["encryption_keys"]))
        monkeypatch.setenv("VPSBOT_AUDIT_SINK", str(sink(world)))
        yield world


def sink(world: World) -> Path:
    """The file."""
    return Path(world.settings["audit_sink"])


async def readiness(world: World) -> tuple[int, dict[str, object]]:
    """What a probe of `/readyz` gets."""
    async with aiohttp.ClientSession() as session, session.get(f"{world.bot_url}/readyz") as answer:
        return answer.status, await answer.json()


async def head(world: World) -> tuple[int, bytes]:
    """The head in the database."""
    async with world.bot.store.read() as tx:
        found = await audit.head(tx, world.team.id)
    assert found is not None
    return found.seq, found.hash


def lines(world: World) -> list[tuple[int, bytes]]:
    """The heads that left the house, each checked: a good signature, of this workspace."""
    heads = [read_head(line) for line in sink(world).read_text(encoding="utf-8").splitlines()]
    assert all(each and each.workspace == world.team.id for each in heads)
    return [(each.seq, each.hash) for each in heads if each]


async def test_a_sink_that_is_away_stops_nothing_and_misses_nothing(
    sunk: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await sunk.seconds_pass(10)
    await sunk.olga.says("/vps list")
    assert sunk.olga.sees("There are no servers here that you can see."), "people are served"
    status, told = await readiness(sunk)
    assert (status, told["audit_sink"]) == (200, "No such file or directory")
    assert '"audit sink is away"' in capsys.readouterr().err
    await sunk.restart()  # what was not written is remembered in the database
    sink(sunk).parent.mkdir()
    await sunk.minutes_pass(6)
    assert lines(sunk)[-1] == await head(sunk)
    assert "audit_sink" not in (await readiness(sunk))[1]
    assert stat.S_IMODE(sink(sunk).stat().st_mode) == 0o600
    await sunk.noor.says("/vps stop web-1")
    await sunk.settle()
    assert lines(sunk)[-1] == await head(sunk)
    assert len(lines(sunk)) == len(set(lines(sunk))), "each once"


@ON_SQLITE
async def test_an_older_database_that_grew_on_is_told_by_what_left_the_house(
    sunk: World, capsys: pytest.CaptureFixture[str]
) -> None:
    sink(sunk).parent.mkdir()
    await sunk.minutes_pass(6)
    older, _ = await head(sunk)
    await sunk.stop_bot()
    shutil.copy(sunk.database, sunk.database.with_name("older.db"))
    await sunk.start_bot()
    await sunk.noor.says("/vps stop web-1")
    await sunk.settle()
    assert await verify(None, None) == 0
    assert "heads.jsonl: the logs have every head in it" in capsys.readouterr().out

    await sunk.stop_bot()
    shutil.copy(sunk.database.with_name("older.db"), sunk.database)
    for beside in ("-wal", "-shm"):
        sunk.database.with_name(f"bot.db{beside}").unlink(missing_ok=True)
    told = f"{sunk.team.id}: BROKEN: the log was set back to an earlier state: from entry {older + 1} on"
    assert await verify(None, None) == 1
    assert told in capsys.readouterr().out
    await sunk.start_bot()
    await sunk.amir.says("/vps connect")  # refused, and so the log grows on, and its head leaves the house
    await sunk.vera.says("/vps stop web-1")
    await sunk.settle()
    assert lines(sunk)[-1] == await head(sunk)
    assert await verify(None, None) == 1, "the older head that is not in the log still is in the file"
    assert told in capsys.readouterr().out
    assert await verify("T0OTHER", None) == 0, "what is asked about another workspace is not about this one"


async def test_a_torn_line_takes_no_other_with_it(sunk: World, capsys: pytest.CaptureFixture[str]) -> None:
    sink(sunk).parent.mkdir()
    sink(sunk).write_text('{"workspace": "T0AC', encoding="utf-8")
    await sunk.minutes_pass(6)
    torn, *whole = sink(sunk).read_text(encoding="utf-8").splitlines()
    assert torn == '{"workspace": "T0AC' and read_head(whole[-1])
    assert await verify(None, None) == 0
    assert "line 1 is no head; it is left out." in capsys.readouterr().out
    sink(sunk).write_text("\n".join(whole[:-1]), encoding="utf-8")
    assert await verify(None, None) == 1, "nor is one that was cut"
    assert "heads.jsonl lacks the head of entry" in capsys.readouterr().out
    sink(sunk).unlink()
    assert await verify(None, None) == 1, "a sink that is gone is no good sign"
    assert "is not there, though heads were written into it" in capsys.readouterr().out
    append_line(sink(sunk), "x\n")
    append_line(sink(sunk), "y\n")
    assert sink(sunk).read_text(encoding="utf-8") == "x\ny\n"


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file grows beyond this size: what fits is written, as on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_line_that_does_not_fit_whole_has_not_left(tmp_path: Path) -> None:
    path = tmp_path / "heads.jsonl"
    append_line(path, "the first\n")
    with room_for(16), pytest.raises(OSError, match="too large"):
        append_line(path, "the second\n")
    assert path.read_text(encoding="utf-8") == "the first\nthe se"
    append_line(path, "the second\n")
    assert path.read_text(encoding="utf-8") == "the first\nthe se\nthe second\n"


@asynccontextmanager
async def receiver(answers: list[int]) -> AsyncIterator[tuple[str, list[dict[str, object]]]]:
    """An address on the loopback that keeps what it is sent, and answers with these states first."""
    taken: list[dict[str, object]] = []

    async def take(request: web.Request) -> web.Response:
        status = answers.pop(0) if answers else 204
        if status < 300:
            taken.append(json.loads(await request.text()))
        return web.Response(status=status, headers={"Location": "http://127.0.0.1:9/"} if status == 302 else None)

    application = web.Application()
    application.router.add_post("/heads", take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/heads", taken
    await runner.cleanup()


async def test_heads_go_to_an_address_until_it_takes_them(opens: Opens) -> None:
    async with receiver([503, 302, 500]) as (url, taken), opens(audit_sink=url, roles=False) as world:
        await world.noor.says("/vps list")
        await world.settle()
        assert taken == []
        assert (await readiness(world))[1]["audit_sink"] == "it answered with status 503"
        await world.minutes_pass(6)
        seq, digest = await head(world)
        assert taken[-1] | {"time": "", "signature": ""} == {
            "workspace": world.team.id,
            "seq": seq,
            "hash": digest.hex(),
            "time": "",
            "signature": "",
            "public_key": taken[-1]["public_key"],
        }
        assert "audit_sink" not in (await readiness(world))[1]
