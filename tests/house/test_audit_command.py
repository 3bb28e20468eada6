"""`vpsbot audit verify`: a line a workspace, and an exit status that a script can use."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.auditing import verify
from bot.domain.audit import Action, Draft
from bot.domain.roles import Grant, Role, SubjectKind
from bot.store import audit, audit_guard, members
from bot.store.engine import Store
from bot.store.migrate import migrate
from bot.store.sealing import Sealer, new_key
from tests.house.nasty import NOW
from tests.thief import bend

KEYS = new_key()


@pytest.fixture
async def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two workspaces' logs of four entries each, where the environment says."""
    path = tmp_path / "bot.db"
    url = f"sqlite+aiosqlite:///{path}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("VPSBOT_ENCRYPTION_KEYS", KEYS)
    store = Store(url, Sealer(KEYS))
    await migrate(store)
    for workspace in ("T1", "T2"):
        async with store.begin("test") as tx:
            drafts = [Draft(Action.TOKEN_CONNECTED, "U0ADA", f"account {number}") for number in range(3)]
            await audit.extend(tx, workspace, drafts, NOW)
    await store.close()
    return path


async def test_whole_logs_are_good_and_show_what_to_note(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await verify(None, None) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("T1: good, 4 entries, head 4:")
    assert second.startswith("T2: good, 4 entries, head 4:")

    noted, key = first.split("head ")[1].split(", signed by ")
    assert await verify("T1", key, [noted]) == 0
    assert await verify("T2", key) == 1
    assert "signed with another key than the one you hold" in capsys.readouterr().out


SAID: dict[str, tuple[str, str]] = {
    "an altered entry": ("UPDATE audit_entries SET actor = 'U0EVE' WHERE seq = 2", "entry 2 was altered"),
    "a missing entry": ("DELETE FROM audit_entries WHERE seq = 3", "entry 3 is missing"),
    "a tail that is cut off": ("DELETE FROM audit_entries WHERE seq > 2", "entry 3 and what follows is missing"),
    "a head that is gone": ("DELETE FROM audit_heads", "the signed head is gone (there are 4 entries)"),
    "a time that is none": ("UPDATE audit_entries SET time = 'noon' WHERE seq = 2", "never writes there"),
    "a blob in place of a text": ("UPDATE audit_entries SET actor = X'41' WHERE seq = 2", "never writes there"),
    "a number in place of a text": ("UPDATE audit_entries SET actor = 7 WHERE seq = 2", "entry 2 was altered"),
}


@pytest.mark.parametrize("sentence", SAID)
async def test_what_was_bent_is_said_and_where(
    database: Path, capsys: pytest.CaptureFixture[str], sentence: str
) -> None:
    statement, said = SAID[sentence]
    bend(database, f"{statement}{' AND' if 'WHERE' in statement else ' WHERE'} workspace = 'T1'")
    assert await verify(None, None) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("T1: BROKEN: ")
    assert said in first
    assert second.startswith("T2: good"), "one broken log doesn't hide another"


async def test_a_log_that_was_set_back_is_found_with_a_noted_head(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await verify("T1", None)
    noted = capsys.readouterr().out.split("head ")[1].split(",")[0]
    bend(database, "DELETE FROM audit_entries", "DELETE FROM audit_heads")
    assert await verify("T1", None) == 0, "nothing in the database tells that there was one"
    assert await verify("T1", None, [noted]) == 1
    assert "set back to an earlier state: from entry 1 on" in capsys.readouterr().out


@pytest.mark.parametrize("trigger", audit_guard.TRIGGERS["sqlite"])
async def test_a_trigger_that_is_gone_is_said(database: Path, capsys: pytest.CaptureFixture[str], trigger: str) -> None:
    with closing(sqlite3.connect(database)) as thief:
        thief.execute(f"DROP TRIGGER {trigger}")
    assert await verify(None, None) == 1
    assert capsys.readouterr().out.splitlines()[2].startswith(f"BROKEN: the trigger {trigger} is gone")


@pytest.mark.parametrize("begun_anew", [False, True])
async def test_a_log_that_was_taken_away_whole_is_missed(
    database: Path, capsys: pytest.CaptureFixture[str], begun_anew: bool
) -> None:
    """A role was given when the log began; somebody removes all of it, and perhaps the bot has begun another since."""
    store = Store(f"sqlite+aiosqlite:///{database}", Sealer(KEYS))
    grant = Grant("1", SubjectKind.USER, "U0ADA", Role.ADMIN, None, None, "vpsbot", NOW)
    async with store.begin("test") as tx:
        await members.put(tx, "T1", grant)
    assert await verify(None, None) == 0
    bend(database, *(f"DELETE FROM {table} WHERE workspace = 'T1'" for table in ("audit_entries", "audit_heads")))
    if begun_anew:
        async with store.begin("test") as tx:
            await audit.append(tx, "T1", Draft(Action.TOKEN_CONNECTED, "U0ADA"), NOW + timedelta(hours=1))
    await store.close()
    capsys.readouterr()
    assert await verify(None, None) == 1
    first, second = capsys.readouterr().out.splitlines()
    what = "its beginning" if begun_anew else "all of it"
    assert first.startswith(f"T1: BROKEN: {what} is gone: there are requests or roles from before")
    assert second.startswith("T2: good")


async def test_an_anchor_that_a_message_carries_is_found_in_its_log_and_in_no_older_one(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(database)) as looking:
        [(digest,)] = looking.execute("SELECT hash FROM audit_entries WHERE workspace = 'T1' AND seq = 3").fetchall()
    noted = digest.hex()[:32]
    assert await verify(None, None, [noted]) == 0
    assert await verify("T1", None, [digest.hex(), noted]) == 0
    assert await verify("T2", None, [noted]) == 1
    assert f"no entry has the anchor {noted}: the log was set back to an earlier state" in capsys.readouterr().out


async def test_heads_at_an_https_address_can_t_be_read_back_so_it_says_what_to_compare_with(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VPSBOT_AUDIT_SINK", "https://heads.example.com/vpsbot")
    assert await verify(None, None) == 0
    *_, said = capsys.readouterr().out.splitlines()
    assert said == "The heads are at VPSBOT_AUDIT_SINK, which can't be read from here: compare with --anchor."
    bend(database, "UPDATE audit_entries SET actor = 'U0EVE' WHERE seq = 2 AND workspace = 'T1'")
    assert await verify(None, None) == 1, "what the log itself shows is found all the same"


async def test_a_head_that_was_written_by_hand_is_not_built_on(database: Path) -> None:
    """Else the next signature would make good what somebody wrote: the chain fits, only the signature doesn't."""
    bend(database, "UPDATE audit_heads SET hash = X'00' WHERE workspace = 'T1'")
    store = Store(f"sqlite+aiosqlite:///{database}", Sealer(KEYS))
    draft = Draft(Action.TOKEN_CONNECTED, "U0ADA")
    with pytest.raises(audit.Bent):
        async with store.begin("test") as tx:
            await audit.append(tx, "T1", draft, NOW)
    async with store.begin("test") as tx:
        assert (await audit.append(tx, "T2", draft, NOW)).seq == 5, "one bent log doesn't stop another"
        assert (await audit.append(tx, "T2", draft, NOW)).seq == 6
    await store.close()


async def test_what_it_can_t_look_at_is_said(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await verify(None, "not hexadecimal") == 2
    assert await verify("T1", None, ["not a head"]) == 2
    assert await verify("T1", None, ["00" * 8]) == 2
    assert await verify(None, None, [f"4:{'00' * 32}"]) == 2
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{database.with_name('other.db')}")
    assert await verify(None, None) == 2
    monkeypatch.setenv("VPSBOT_ENCRYPTION_KEYS", "")
    assert await verify(None, None) == 2
    said = capsys.readouterr().out
    for words in ("is hexadecimal", "SEQ:HASH", "--workspace", "Look at DATABASE_URL", "vpsbot keys generate"):
        assert words in said
