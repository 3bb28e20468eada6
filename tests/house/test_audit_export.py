"""`vpsbot audit export`, `key` and `check`: out of the database, and checked with a public key alone."""

import gc
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest

from bot.auditing import check, export, public_keys, verify
from bot.domain.audit import Action, Draft
from bot.domain.audit_file import Format
from bot.features.audit.entries import line
from bot.store import audit
from bot.store.engine import Store
from bot.store.migrate import migrate
from bot.store.sealing import Sealer, new_key
from tests.house.nasty import NOW
from tests.thief import bend

KEYS = new_key()
FORMS = pytest.mark.parametrize("form", list(Format))


@pytest.fixture
async def store(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """On both databases: a log of five entries, one a day, and another workspace's."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("VPSBOT_ENCRYPTION_KEYS", KEYS)
    opened = Store(database_url, Sealer(KEYS))
    await migrate(opened)
    for day in range(4):
        async with opened.begin("test") as tx:
            await audit.append(tx, "T1", Draft(Action.TOKEN_CONNECTED, "=cmd()", "ünï"), NOW + timedelta(days=day))
    async with opened.begin("test") as tx:
        await audit.append(tx, "T2", Draft(Action.TOKEN_CONNECTED, "U0ADA"), NOW)
    await opened.close()
    return opened


async def keys(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The public keys, as the command prints them."""
    capsys.readouterr()
    assert await public_keys(None) == 0
    return [line.split(": ")[1] for line in capsys.readouterr().out.splitlines()]


@FORMS
async def test_a_log_is_taken_out_and_checked_without_the_database(
    store: Store, form: Format, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, known = tmp_path / "log", await keys(capsys)
    assert await export(None, form, None, None, file) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert await verify(None, None) == 0
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("VPSBOT_ENCRYPTION_KEYS")
    capsys.readouterr()
    assert check(file, known) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"T1: good, entries 1 to 6, up to the log's head, signed by {known[0]}"
    assert second.startswith("T2: good, entries 1 to 3")
    assert check(file, known[:1]) == 1
    assert "T2: BROKEN: the head at entry 3 is signed with another key" in capsys.readouterr().out
    file.write_text(file.read_text(encoding="utf-8").replace("ünï", "uni"), encoding="utf-8")
    assert check(file, known) == 1
    assert "T1: BROKEN: entry 2 was altered" in capsys.readouterr().out


async def test_that_it_is_taken_out_stands_in_the_log_with_who_is_at_the_machine(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.auditing.getuser", lambda: "root")
    assert await export("T1", Format.CSV, "2026-11-24", None, tmp_path / "log") == 0
    assert "T1: 4 entries" in capsys.readouterr().err, "the entry that says so is in it"
    reading = Store(store.url.render_as_string(hide_password=False), Sealer(KEYS))
    async with reading.read() as tx:
        first, *_, last = [entry async for entry in audit.stream(tx, "T1")]
        assert [entry.action async for entry in audit.stream(tx, "T2")] == ["log.started", "token.connected"]
    await reading.close()
    assert (first.seq, last.seq, last.actor, last.action) == (1, 6, "vpsbot", "audit.exported")
    assert "`root`, on the bot's machine, took the log since " in line(last) and "out as a file" in line(last)


SPANS: dict[str, tuple[str | None, str | None, str]] = {
    "since": ("2026-11-24", None, "entries 3 to 6, up to the log's head"),
    "until": (None, "2026-11-25T00:00", "entries 1 to 3, a part that ends before the log's head"),
    "both": ("2026-11-24", "2026-11-26", "entries 3 to 4, a part"),
    "nothing since then": ("2027-01-01", None, "good, no entries"),
}


@FORMS
@pytest.mark.parametrize("sentence", SPANS)
async def test_a_part_is_checked_from_its_first_entry_on(
    store: Store, form: Format, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    since, until, said = SPANS[sentence]
    file, known = tmp_path / "log", await keys(capsys)
    assert await export("T1", form, since, until, file) == 0
    assert check(file, known) == 0
    assert said in capsys.readouterr().out


async def test_a_replaced_key_is_named_with_the_one_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("VPSBOT_ENCRYPTION_KEYS", KEYS)
    store = Store(url, Sealer(KEYS))
    await migrate(store)
    async with store.begin("test") as tx:
        await audit.append(tx, "T1", Draft(Action.TOKEN_CONNECTED, "U0ADA"), NOW)
    await store.close()
    [former] = await keys(capsys)
    other = Store(url, Sealer(other_keys := new_key()))
    async with other.begin("test") as tx:
        assert await audit.replace_key(tx, "T1", "U0ADA", NOW)
    await other.close()
    monkeypatch.setenv("VPSBOT_ENCRYPTION_KEYS", other_keys)
    capsys.readouterr()
    assert await public_keys("T1") == 0
    present, before = capsys.readouterr().out.splitlines()
    assert before == f"T1: formerly {former}"
    assert former not in present
    assert await verify("T1", present.split(": ")[1]) == 0, "a new key goes on from a head that the old one signed"


async def test_a_part_of_a_log_that_is_not_whole_is_not_signed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever can write the database waits for an export, and has anything signed."""
    path = tmp_path / "bot.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    monkeypatch.setenv("VPSBOT_ENCRYPTION_KEYS", KEYS)
    store = Store(f"sqlite+aiosqlite:///{path}", Sealer(KEYS))
    await migrate(store)
    for day in range(4):
        async with store.begin("test") as tx:
            await audit.append(tx, "T1", Draft(Action.TOKEN_CONNECTED, "U0ADA"), NOW + timedelta(days=day))
    await store.close()
    bend(path, "UPDATE audit_entries SET actor = 'U0EVE' WHERE seq = 4")
    known, out = await keys(capsys), tmp_path / "log"
    assert await export(None, Format.JSONL, None, "2026-11-24", out) == 1
    assert "entry 4 was altered. A part of this log can't be signed." in capsys.readouterr().err
    assert check(out, known) == 1
    assert await export(None, Format.JSONL, None, None, out) == 0, "the whole of it is taken out as it is"
    assert check(out, known) == 1
    assert "entry 4 was altered" in capsys.readouterr().out
    bend(path, "UPDATE audit_entries SET time = 'noon' WHERE seq = 2")
    assert await export(None, Format.CSV, None, None, out) == 1
    assert "T1: the log can't be written out" in capsys.readouterr().err


async def test_what_it_can_t_do_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await export(None, Format.CSV, "some day", None, None) == 2
    assert check(tmp_path / "not there", ["00"]) == 2
    assert check(tmp_path / "not there", ["xyz"]) == 2
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    monkeypatch.setenv("VPSBOT_ENCRYPTION_KEYS", KEYS)
    assert await export(None, Format.CSV, None, None, tmp_path / "no" / "folder") == 2
    monkeypatch.setenv("VPSBOT_AUDIT_SINK", "http://elsewhere.example/heads")
    assert await public_keys(None) == 2
    said = "".join(capsys.readouterr())
    for words in ("like 7d, 2026-11-23", "can't be read:", "is hexadecimal", "can't be used", "an https:// address"):
        assert words in said


async def test_a_log_twice_as_long_takes_no_more_memory(store: Store, tmp_path: Path) -> None:
    """Looked through, taken out and checked: what is held at a time doesn't grow with the log. What else happens in
    this process can only add to it, so of two readings the lower one counts."""
    file, known = tmp_path / "log.jsonl", await _grown(store, 2_000)
    peaks = [min([await _peak(file, known) for _ in range(2)])]
    await _grown(store, 2_000)
    peaks.append(min([await _peak(file, known) for _ in range(2)]))
    assert sum(1 for _ in file.open(encoding="utf-8")) > 4_000
    assert peaks[1] < 1.1 * peaks[0], peaks


async def _grown(store: Store, by: int) -> list[str]:
    """Makes the first log longer; gives its public key."""
    reopened = Store(store.url.render_as_string(hide_password=False), Sealer(KEYS))
    async with reopened.begin("test") as tx:
        drafts = [Draft(Action.TOKEN_CONNECTED, "U0ADA", f"account {number}") for number in range(by)]
        await audit.extend(tx, "T1", drafts, NOW + timedelta(days=9))
    async with reopened.read() as tx:
        heads = [await audit.head(tx, name) for name in ("T1", "T2")]
    await reopened.close()
    return [head.public_key.hex() for head in heads if head]


async def _peak(file: Path, known: list[str]) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        assert await verify(None, None) == 0
        assert await export(None, Format.JSONL, None, None, file) == 0
        assert check(file, known) == 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
