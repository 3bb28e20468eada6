"""`vpsbot doctor`: whoever runs the bot sees at one look what is wrong, and how to mend it."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.doctor.command import examine
from bot.store.sealing import new_key
from tests.stories.installing import installed
from tests.stories.test_command_line import NOBODY, Shell
from tests.thief import bend
from tests.world import World, a_world


@pytest.fixture
async def lived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A bot that served and was stopped; the environment is its own."""
    async with a_world(tmp_path) as world:
        await world.stop_bot()
        for name, value in environment(world).items():
            monkeypatch.setenv(name, value)
        yield world


def environment(world: World) -> dict[str, str]:
    """The settings of a world's bot, as whoever runs it would set them."""
    return {
        "SLACK_SIGNING_SECRET": world.slack.signing_secret,
        "SLACK_BOT_TOKEN": world.team.bot_token,
        "SLACK_API_URL": world.slack.api_url,
        "VPS_API_URL": world.vps.url,
        "DATABASE_URL": world.database_url,
        "VPSBOT_ENCRYPTION_KEYS": str(world.settings["encryption_keys"]),
        "VPSBOT_AUDIT_SINK": str(world.database.parent / "heads.jsonl"),
    }


async def says(world: World, ahead: timedelta = timedelta()) -> list[str]:
    """What the doctor says, on a machine whose clock is that far ahead of Slack's. It never shows a secret."""
    lines = [str(finding) async for finding in examine(lambda: world.clock.now() + ahead)]
    secrets = [value for name, value in os.environ.items() if name.startswith(("SLACK_", "VPSBOT_ENC")) and value]
    hidden = [each for each in [*secrets, world.vps.token, "hunter2"] if not each.startswith("http")]
    assert not [line for line in lines if any(each in line for each in hidden)]
    return lines


def wrong(lines: list[str]) -> list[str]:
    """What is to be mended."""
    return [line for line in lines if line.startswith("✗")]


async def test_all_is_well(lived: World) -> None:
    lines = await says(lived)
    assert [line.partition(":")[0] for line in lines] == [
        *("✓ settings", "✓ database", "✓ database", "✓ keys", "✓ log"),
        *("✓ Slack", "✓ clock", "✓ VPS.org", "✓ audit sink"),
    ]
    assert "✓ settings: complete, for one workspace over HTTP." in lines
    assert "✓ database: No `vpsbot serve` has it open now." in lines
    assert "✓ Slack: T0ACME: the token works, with all scopes of manifest.yml." in lines
    assert "✓ VPS.org: T0ACME: the account can be read." in lines
    assert any(line.startswith("✓ log: T0ACME: good, ") for line in lines)


async def test_it_looks_beside_a_running_bot_and_changes_nothing(lived: World) -> None:
    await lived.start_bot()
    before = await lived.log()
    lines = await says(lived)
    assert wrong(lines) == [] and "✓ database: A `vpsbot serve` has it open now." in lines
    assert await lived.log() == before


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"PORT": "eighty"}, "✗ settings: The environment is wrong:\n  PORT: "),
        ({"SLACK_BOT_TOKEN": ""}, "✗ settings: SLACK_BOT_TOKEN is not set. It is on your Slack app's page"),
        ({"VPS_API_URL": "http://vps.example/api/v1"}, "✗ settings: The provider's address must start with https://"),
        (
            {"VPSBOT_AUDIT_SINK": "ftp://x"},
            "✗ settings: VPSBOT_AUDIT_SINK is the path of a file or an https:// address",
        ),
        ({"VPSBOT_ENCRYPTION_KEYS": ""}, "✗ keys: VPSBOT_ENCRYPTION_KEYS is not set. Make one with"),
        ({"VPSBOT_ENCRYPTION_KEYS": "hunter2"}, "✗ keys: Key 1 in VPSBOT_ENCRYPTION_KEYS is malformed"),
        ({"DATABASE_URL": "nonsense"}, "✗ database: DATABASE_URL can't be used. It looks like"),
        (
            {"DATABASE_URL": "postgresql+psycopg://vpsbot:hunter2@127.0.0.1:9/vpsbot"},
            "✗ database: PostgreSQL at 127.0.0.1:9 can't be reached. Is it running? Look at DATABASE_URL.",
        ),
        ({"SLACK_API_URL": NOBODY}, "✗ Slack: It can't be reached. Look at SLACK_API_URL, the network and its proxy."),
        (
            {"SLACK_BOT_TOKEN": "xoxb-other"},
            "✗ Slack: The token is refused (invalid_auth): install the app again on its page under OAuth & Permissions",
        ),
        (
            {"SLACK_APP_TOKEN": "xapp-other"},
            "✗ Socket Mode: SLACK_APP_TOKEN is refused (invalid_auth). On the app's page, switch Socket Mode on,",
        ),
        (
            {"VPS_API_URL": "http://127.0.0.1:9/api/v1"},
            "✗ VPS.org: T0ACME: it can't be reached. Look at VPS_API_URL, the network and its firewall.",
        ),
        ({"VPSBOT_AUDIT_SINK": "no/such/folder/heads"}, "✗ audit sink: Its folder is not there: no/such/folder. Make"),
        ({"VPSBOT_AUDIT_SINK": "/"}, "✗ audit sink: / can't be written by this user."),
        ({"VPSBOT_AUDIT_SINK": "https://127.0.0.1:9/"}, "✗ audit sink: The address of VPSBOT_AUDIT_SINK can't be"),
    ],
    ids=str,
)
async def test_what_is_wrong_outside_is_said_with_the_way_to_mend_it(
    lived: World, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], said: str
) -> None:
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    [line] = wrong(await says(lived))
    assert line.startswith(said)
    lived.slack.forget_problems()  # a token that is none is what this asks Slack about


async def test_a_database_that_is_not_there_is_not_made_by_looking(
    lived: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/other.db")
    [line] = wrong(await says(lived))
    assert line.startswith("✗ database: There is no file other.db yet. `vpsbot migrate` makes it,")
    assert not (tmp_path / "other.db").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", "schema 0001 of "),
        ("UPDATE alembic_version SET version_num = '9999'", "schema 9999, which a newer vpsbot made"),
        ("DROP TABLE alembic_version", "without vpsbot's tables. Run `vpsbot migrate`."),
    ],
)
async def test_a_schema_that_is_not_this_version_s(lived: World, change: str, said: str) -> None:
    with closing(sqlite3.connect(lived.database)) as database:
        database.execute(change)
        database.commit()
    [line] = wrong(await says(lived))
    assert line.startswith("✗ database: SQLite ") and said in line


async def test_a_file_that_is_no_database_and_one_that_others_read(lived: World) -> None:
    lived.database.chmod(0o644)
    assert wrong(await says(lived)) == ["✗ database: Others on this machine may read bot.db. Run `chmod 600 bot.db`."]
    lived.database.write_bytes(b"these are not the bytes of a database " * 99)
    assert "✗ database: It can't be read, or it is not vpsbot's. Look at DATABASE_URL." in await says(lived)


async def test_a_key_that_was_changed_names_who_must_connect_again(
    lived: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VPSBOT_ENCRYPTION_KEYS", new_key())
    lines = wrong(await says(lived))
    assert [line.partition(". ")[0] for line in lines] == [
        "✗ keys: The VPS.org token of T0ACME can't be read with VPSBOT_ENCRYPTION_KEYS",
        "✗ keys: The log of T0ACME can't be signed with VPSBOT_ENCRYPTION_KEYS, so nothing is done there",
    ]
    monkeypatch.setenv("VPSBOT_ENCRYPTION_KEYS", f"{new_key()},{lived.settings['encryption_keys']}")
    assert wrong(await says(lived)) == []


async def test_a_token_that_lacks_a_scope(lived: World) -> None:
    app = lived.slack.world.teams[lived.team.id].installation
    app.scopes = app.scopes - {"files:write", "usergroups:read"}
    [line] = wrong(await says(lived))
    assert line.startswith("✗ Slack: T0ACME: the token lacks files:write, usergroups:read. Add them to the app and")


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(seconds=30), "✓ clock: It agrees with Slack's."),
        (timedelta(seconds=90), "! clock: This machine's clock is 90 s off Slack's. Set it by NTP."),
        (timedelta(hours=-1), "✗ clock: This machine's clock is 3,600 s off Slack's: with more than 300 s,"),
    ],
    ids=str,
)
async def test_a_clock_that_is_wrong(lived: World, ahead: timedelta, said: str) -> None:
    [line] = [line for line in await says(lived, ahead) if " clock: " in line]
    assert line.startswith(said)


async def test_a_provider_s_token_that_was_revoked(lived: World) -> None:
    lived.vps.revoke(lived.vps.token)
    [line] = wrong(await says(lived))
    assert line.startswith("✗ VPS.org: T0ACME: the token is refused: it was revoked, or is none. Let an admin there")


async def test_a_log_that_was_bent(lived: World) -> None:
    bend(lived.database, "UPDATE audit_entries SET actor = 'U0NOOR' WHERE seq = 3")
    assert wrong(await says(lived)) == [
        "✗ log: T0ACME: BROKEN: entry 3 was altered. Look with `vpsbot audit verify`, and restore a backup."
    ]


async def test_a_log_that_could_be_bent(lived: World) -> None:
    with closing(sqlite3.connect(lived.database)) as database:
        database.execute("DROP TRIGGER audit_entries_no_update")
        database.commit()
    assert wrong(await says(lived)) == [
        "✗ log: The trigger audit_entries_no_update is gone, which lets the log only grow. Restore a backup."
    ]


async def test_many_workspaces_are_looked_at_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_world(tmp_path, many=True) as world:
        await installed(world, world.team, world.ada)
        beta = world.slack.add_team("beta", id="T0BETA", installed=False)
        await installed(world, beta, beta.add_person("bea", id="U0BEA"))
        await world.stop_bot()
        changed = {"SLACK_BOT_TOKEN": "", "SLACK_CLIENT_ID": world.slack.client_id, "SLACK_CLIENT_SECRET": "x"}
        for name, value in (environment(world) | changed).items():
            monkeypatch.setenv(name, value)
        world.slack.world.teams["T0BETA"].installation.dead = "token_revoked"
        lines = await says(world)
    assert "✓ Slack: T0ACME: the token works, with all scopes of manifest.yml." in lines
    assert wrong(lines) == [
        "✗ Slack: The token of T0BETA is refused (token_revoked): install the app there again at /slack/install."
    ]
    assert "! VPS.org: No account is connected yet. An admin connects one with /vps connect." in lines


async def test_the_command_ends_with_one_when_something_is_to_be_mended(lived: World) -> None:
    shell = Shell(lived.database.parent, environment(lived))
    process = await shell.start("doctor", SLACK_API_URL=NOBODY)
    async with asyncio.timeout(60):
        out, err = [each.decode() for each in await process.communicate()]
    assert process.returncode == 1
    assert out.endswith(
        "✗ Slack: It can't be reached. Look at SLACK_API_URL, the network and its proxy.\n"
        "✓ VPS.org: T0ACME: the account can be read.\n"
        "✓ audit sink: The file can be written.\n1 thing to mend.\n"
    )
    assert "Traceback" not in out and not err
    assert os.environ["SLACK_BOT_TOKEN"] not in out


async def test_without_any_settings_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [each for each in os.environ if each.startswith(("SLACK_", "VPS", "DATABASE_URL"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    lines = [str(finding) async for finding in examine()]
    assert [line.partition(".")[0] for line in wrong(lines)] == [
        "✗ settings: SLACK_SIGNING_SECRET is not set",
        "✗ keys: VPSBOT_ENCRYPTION_KEYS is not set",
    ]
    assert not (tmp_path / "vpsbot.db").exists()
