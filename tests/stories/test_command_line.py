"""`vpsbot` as whoever runs it meets it: what it says when something is missing or wrong, and how it ends."""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.store.sealing import Sealer, new_key
from tests.thief import bend
from tests.world import World, a_world

HOW_TO_MAKE_ONE = "Make one with `vpsbot keys generate` and set VPSBOT_ENCRYPTION_KEYS to it."
CHECKOUT = Path(__file__).resolve().parents[2]
GOOD = "A" * 43 + "="
NOBODY = "http://127.0.0.1:9/api/"


@dataclass
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


@dataclass
class Shell:
    """A folder and an environment to run `vpsbot` in."""

    folder: Path
    settings: dict[str, str]
    own_terminal: bool = False
    """Whether all that a command starts can be told at once, as Ctrl-C does."""

    async def run(self, *words: str, **changed: str | None) -> Ended:
        """Runs a command to its end, within ten seconds."""
        process = await self.start(*words, **changed)
        async with asyncio.timeout(10):
            out, err = await process.communicate()
        assert process.returncode is not None
        return Ended(process.returncode, out.decode(), err.decode())

    async def start(self, *words: str, **changed: str | None) -> asyncio.subprocess.Process:
        """Starts a command. A setting that is None is left out."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        settings = {name: value for name, value in (self.settings | changed).items() if value is not None}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.cli", *words),
            cwd=self.folder,
            env=kept | {"PYTHONPATH": str(CHECKOUT)} | settings,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=self.own_terminal,
        )

    @asynccontextmanager
    async def serving(self, **changed: str | None) -> AsyncIterator[asyncio.subprocess.Process]:
        """A bot that listens."""
        process = await self.start("serve", **changed)
        try:
            assert process.stderr is not None
            async with asyncio.timeout(10):
                while b'"listening"' not in (line := await process.stderr.readline()):
                    assert line, "it ended before it listened"
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Everything that `serve` needs, with a Slack that is not there."""
    return Shell(
        tmp_path,
        {
            "PORT": "0",
            "SLACK_SIGNING_SECRET": "secret",
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_API_URL": NOBODY,
            "VPSBOT_ENCRYPTION_KEYS": new_key(),
            "VPSBOT_LOG": "json",
        },
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"VPSBOT_ENCRYPTION_KEYS": None}, f"VPSBOT_ENCRYPTION_KEYS is not set. {HOW_TO_MAKE_ONE}"),
        ({"VPSBOT_ENCRYPTION_KEYS": " , "}, f"VPSBOT_ENCRYPTION_KEYS is not set. {HOW_TO_MAKE_ONE}"),
        (
            {"VPSBOT_ENCRYPTION_KEYS": "hunter2"},
            "Key 1 in VPSBOT_ENCRYPTION_KEYS is malformed: it must be base64 of 32 bytes.",
        ),
        (
            {"VPSBOT_ENCRYPTION_KEYS": f"{GOOD},hunter2"},
            "Key 2 in VPSBOT_ENCRYPTION_KEYS is malformed: it must be base64 of 32 bytes.",
        ),
        (
            {"SLACK_SIGNING_SECRET": None},
            "SLACK_SIGNING_SECRET is not set. It is on your Slack app's page under Basic Information.",
        ),
        (
            {"SLACK_BOT_TOKEN": None},
            "SLACK_BOT_TOKEN is not set. It is on your Slack app's page under OAuth & Permissions",
        ),
        ({"PORT": "eighty"}, "The environment is wrong:\n  PORT: "),
        ({"PORT": "70000"}, "The environment is wrong:\n  PORT: "),
        ({"VPSBOT_POLL_INTERVAL": "0"}, "The environment is wrong:\n  VPSBOT_POLL_INTERVAL: "),
        ({"VPSBOT_LOG": "xml"}, "The environment is wrong:\n  VPSBOT_LOG: "),
        ({"VPS_API_URL": "http://vps.example/api/v1"}, "The provider's address must start with https://"),
        ({"VPS_API_URL": "nonsense"}, "The provider's address must look like https://admin.vps.org/api/v1."),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"DATABASE_URL": "oracle://x/y"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:///bot.db"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite+aiosqlite:///no/such/folder/bot.db"}, "The folder of the database does not exist:"),
    ],
    ids=str,
)
async def test_what_is_missing_or_wrong_is_said_in_a_sentence(
    shell: Shell, changed: dict[str, str | None], said: str
) -> None:
    ended = await shell.run("serve", **changed)
    assert ended.status == 2
    assert said in ended.err and "Traceback" not in ended.err
    assert "hunter2" not in ended.err, "what may be a secret is not repeated"


@pytest.mark.parametrize("command", ["serve", "migrate"])
async def test_a_postgresql_that_is_not_there_is_said_in_a_sentence(shell: Shell, command: str) -> None:
    ended = await shell.run(command, DATABASE_URL="postgresql+psycopg://vpsbot:hunter2@127.0.0.1:9/vpsbot")
    assert ended.status == 1
    assert ended.err.endswith("PostgreSQL at 127.0.0.1:9 can't be reached. Is it running? Look at DATABASE_URL.\n")
    assert "Traceback" not in ended.err and "hunter2" not in ended.err


async def test_a_file_that_is_no_database_is_said_in_a_sentence(shell: Shell) -> None:
    (shell.folder / "vpsbot.db").write_bytes(b"these are not the bytes of a database " * 99)
    ended = await shell.run("serve")
    assert ended.status == 2
    assert "DATABASE_URL" in ended.err and "Traceback" not in ended.err


async def test_a_port_in_use_is_said_in_a_sentence(shell: Shell) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = await shell.run("serve", PORT=str(port))
    assert ended.status == 2
    assert f"Can't listen on 127.0.0.1:{port}: " in ended.err and "Set PORT to another one." in ended.err
    assert "Traceback" not in ended.err


async def test_a_second_one_on_the_same_database_is_refused(shell: Shell) -> None:
    async with shell.serving():
        ended = await shell.run("serve")
        assert ended.status == 2
        assert "Another vpsbot serves vpsbot.db already. Stop it first, give this one another" in ended.err
        assert "Traceback" not in ended.err
        beside = await shell.run("audit", "verify")
        assert (beside.status, beside.out) == (0, "There is no log yet.\n"), "other commands work beside it"
    async with shell.serving():
        pass  # the place is free again, also after a kill


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_within_seconds_when_it_is_told_to(shell: Shell, sign: signal.Signals) -> None:
    async with shell.serving() as process:
        process.send_signal(sign)
        async with asyncio.timeout(5):
            _, err = await process.communicate()
        assert process.returncode == 0
        assert b'"stopping"' in err and b"Traceback" not in err


async def test_a_new_key_is_one_that_works(shell: Shell) -> None:
    first, second = [await shell.run("keys", "generate", VPSBOT_ENCRYPTION_KEYS=None) for _ in range(2)]
    assert first.status == 0 and first.out != second.out
    sealed = Sealer(first.out.strip()).seal("T1", "column", "value")
    assert Sealer(f"{second.out.strip()},{first.out}").open("T1", "column", sealed) == "value"
    async with shell.serving(VPSBOT_ENCRYPTION_KEYS=first.out.strip()):
        pass


async def test_the_database_is_brought_to_the_newest_schema_once(shell: Shell) -> None:
    first, second = [await shell.run("migrate") for _ in range(2)]
    assert (first.status, first.out) == (0, "The database was brought to the newest schema.\n")
    assert (second.status, second.out) == (0, "The database is up to date.\n")
    assert (shell.folder / "vpsbot.db").stat().st_mode & 0o077 == 0, "readable by its owner alone"


async def test_a_start_that_may_not_migrate_says_what_to_do(shell: Shell) -> None:
    ended = await shell.run("serve", VPSBOT_MIGRATE="false")
    assert ended.status == 2
    assert "vpsbot migrate" in ended.err and "Traceback" not in ended.err


@pytest.fixture
async def lived(tmp_path: Path) -> AsyncIterator[tuple[World, Shell]]:
    """A database in which something happened, and a shell beside it; the bot is stopped."""
    async with a_world(tmp_path) as world:
        world.has_server("web-1")
        await world.olga.says("/vps reboot web-1", in_=world.ops)
        await world.seconds_pass(10)
        await world.stop_bot()
        settings = {
            "DATABASE_URL": f"sqlite+aiosqlite:///{world.database}",
            "VPSBOT_ENCRYPTION_KEYS": str(world.settings["encryption_keys"]),
        }
        yield world, Shell(tmp_path, settings)


async def test_a_good_log_is_said_to_be_good(lived: tuple[World, Shell]) -> None:
    world, shell = lived
    ended = await shell.run("audit", "verify")
    assert ended.status == 0, ended
    assert ended.out.startswith("T0ACME: good, 9 entries, head ")
    key = ended.out.split("signed by ")[1].split()[0].rstrip(".,")
    assert (await shell.run("audit", "verify", "--workspace", world.team.id, "--public-key", key)).status == 0
    other = await shell.run("audit", "verify", "--public-key", "00" * 32)
    assert other.status == 1 and "signed with another key than the one you hold" in other.out
    assert (await shell.run("audit", "verify", "--public-key", "xyz")).status == 2


async def test_a_log_is_taken_out_and_checked_elsewhere(lived: tuple[World, Shell]) -> None:
    world, shell = lived
    key = (await shell.run("audit", "key")).out.removeprefix("T0ACME: ").strip()
    taken = await shell.run("audit", "export", "--format", "csv", "--since", "2026-11-23", "-o", "log.csv")
    assert (taken.status, taken.out, taken.err) == (0, "", "T0ACME: 10 entries\n")
    nothing = {"DATABASE_URL": None, "VPSBOT_ENCRYPTION_KEYS": None}
    checked = await shell.run("audit", "check", "log.csv", "--public-key", key, **nothing)
    assert checked.out == f"T0ACME: good, entries 1 to 10, up to the log's head, signed by {key}\n"
    wrong = await shell.run("audit", "export", "--format", "xls")
    assert wrong.status == 2 and "The format is jsonl or csv." in wrong.err
    rotated = await shell.run(
        "keys", "rotate", VPSBOT_ENCRYPTION_KEYS=f"{new_key()},{world.settings['encryption_keys']}"
    )
    assert rotated.out.startswith("2 values were sealed with the newest key.")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE audit_entries SET actor = 'U0NOOR' WHERE seq = 7", "BROKEN: entry 7 was altered"),
        ("DELETE FROM audit_entries WHERE seq = 5", "BROKEN: entry 5 is missing"),
        ("DELETE FROM audit_entries WHERE seq > 7", "BROKEN: the tail is cut off: entry 8 and what follows is missing"),
        ("DELETE FROM audit_heads", "BROKEN: the signed head is gone (there are 9 entries)"),
        ("UPDATE audit_heads SET signature = x'00'", "BROKEN: the head at entry 9 has no good signature"),
        ("UPDATE audit_entries SET time = 'yesterday' WHERE seq = 7", "BROKEN"),
    ],
)
async def test_a_log_that_was_bent_is_found(lived: tuple[World, Shell], change: str, said: str) -> None:
    world, shell = lived
    if "audit_heads SET" not in change:  # the head moves with every entry; its signature guards it
        with closing(sqlite3.connect(world.database)) as database, pytest.raises(sqlite3.Error):
            database.execute(change)
    bend(world.database, change)
    ended = await shell.run("audit", "verify")
    assert ended.status == 1
    assert ended.out.startswith("T0ACME: ") and said in ended.out and "Traceback" not in ended.err


async def test_verifying_where_there_is_no_database_makes_none(shell: Shell) -> None:
    ended = await shell.run("audit", "verify")
    assert ended.status == 2 and "DATABASE_URL" in ended.out + ended.err
    assert "Traceback" not in ended.err
