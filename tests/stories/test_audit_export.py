"""`/vps audit export`: the log, or a part of it, as a file that can be checked; and what can't be taken out."""

from pathlib import Path

import pytest

from bot.auditing import check
from bot.store import audit
from tests.stories.telling import ON_SQLITE, last, others_see_nothing_of, times
from tests.thief import bend
from tests.world import World

ASKING = pytest.mark.asyncio(loop_scope="module")


async def test_an_auditor_gets_the_log_as_a_file_that_can_be_checked(world: World, tmp_path: Path) -> None:
    await world.ada.says("/vps access grant @noor auditor", in_=world.ops)
    await world.noor.says("/vps audit export since=7d format=csv", in_=world.ops)
    assert "You get the log as a file (" in last(world.noor)
    await world.seconds_pass(5)
    assert world.noor.sees("The log since Nov 16, 2026 09:00, as you asked.")
    assert world.noor.sees("(file audit-T0ACME-2026-11-23.csv)")
    [file] = world.slack.world.files
    async with world.bot.store.read() as tx:
        head = await audit.head(tx, world.team.id)
        entry = await audit.get(tx, world.team.id, head.seq) if head else None
    assert head and entry and (entry.action, entry.actor) == ("audit.exported", world.noor.id)
    path = tmp_path / "log.csv"
    path.write_bytes(world.slack.file(file))
    assert check(path, [head.public_key.hex()]) == 0, "the file holds the entry that says it was asked for"
    others_see_nothing_of(world, but=world.noor, words="as you asked")
    await world.minutes_pass(5)
    assert len(world.slack.world.files) == 1, "once"


async def test_a_file_that_slack_doesn_t_take_is_sent_again_also_after_a_crash(world: World) -> None:
    for method in ("conversations.open", "files.getUploadURLExternal", "files.completeUploadExternal"):
        world.slack.fail(method, error="internal_error", times=1)
    await world.ada.says("/vps audit export", in_=world.ops)
    await world.settle()
    await world.crash_bot()
    await world.start_bot()
    await world.minutes_pass(6)
    assert times(world.ada, "(file audit-T0ACME-2026-11-23.jsonl)") == 1


async def test_a_file_for_somebody_who_lost_the_role_meanwhile_is_not_sent(world: World) -> None:
    await world.ada.says("/vps access grant @noor auditor", in_=world.ops)
    world.slack.fail("conversations.open", error="internal_error", times=1)
    await world.noor.says("/vps audit export", in_=world.ops)
    await world.settle()
    await world.ada.says("/vps access revoke @noor", in_=world.ops)
    await world.minutes_pass(6)
    assert not world.noor.sees("(file ") and not world.slack.world.files
    assert times(world.noor, "You asked for the log, but may not read it any more, so I send no file.") == 1


async def test_the_log_of_a_time_that_is_over_is_read_and_taken_out(world: World, tmp_path: Path) -> None:
    await world.minutes_pass(24 * 60)
    await world.ada.says("/vps access grant @noor auditor", in_=world.ops)
    await world.noor.says("/vps audit until=2026-11-24", in_=world.ops)
    assert "@ada made @vera viewer" in last(world.noor) and "@noor" not in last(world.noor).replace("@noor was", "")
    await world.noor.says("/vps audit since=2026-11-24", in_=world.ops)
    assert "@ada made @noor auditor" in last(world.noor) and "@vera" not in last(world.noor)
    await world.noor.says("/vps audit until=2026-11-23T08:00", in_=world.ops)
    assert last(world.noor) == "Nothing in the log fits until=2026-11-23T08:00."
    await world.noor.says("/vps audit export until=2026-11-24", in_=world.ops)
    assert last(world.noor).startswith("You get the log as a file (6 entries, jsonl)")
    await world.seconds_pass(5)
    assert world.noor.sees("The log until Nov 24, 2026 00:00, as you asked.")
    [file] = world.slack.world.files
    path = tmp_path / "log.jsonl"
    path.write_bytes(world.slack.file(file))
    async with world.bot.store.read() as tx:
        head = await audit.head(tx, world.team.id)
    assert head and check(path, [head.public_key.hex()]) == 0, "a part, with a signature of its own"
    assert b"U0VERA" in path.read_bytes() and b"U0NOOR" not in path.read_bytes()


@ON_SQLITE
async def test_a_part_of_a_log_that_is_not_whole_is_not_signed_and_holds_nobody_up(world: World) -> None:
    await world.minutes_pass(24 * 60)
    await world.ada.says("/vps audit export until=2026-11-24", in_=world.ops)
    bend(world.database, "UPDATE audit_entries SET actor = 'U0NOOR' WHERE seq = 3")
    await world.seconds_pass(5)
    assert not world.slack.world.files
    assert world.ada.sees("You asked for a part of the log, but the log was changed by somebody else than me")
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert last(world.ada) == "Every message has arrived."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/vps audit export since=yesterday", "Since when? yesterday is not it"),
        ("/vps audit export format=xls", "There is no format xls: it is format=jsonl or format=csv."),
        ("/vps audit export until=never", "Until when? never is not it: like until=8h,"),
        ("/vps audit export untl=1d", "There is no option untl here. Did you mean until? /vps audit takes the options"),
        ("/vps audit export since=2027-01-01", "Nothing is in the log of that time."),
        ("/vps audit export until=2020-01-01", "Nothing is in the log of that time."),
        (
            "/vps audit export since=2026-11-23 until=2026-11-22",
            "From 2026-11-23 until 2026-11-22 is no time: since comes before until.",
        ),
        ("/vps audit since=2026-11-23 until=2026-11-23", "since comes before until. A day means its beginning (UTC)"),
        ("/vps audit until=2026-02-30", "Until when? 2026-02-30 is not it: like until=8h,"),
        ("/vps audit format=csv", "format is for a file: /vps audit export since=30d format=csv."),
        ("/vps audit export web-1", "Ask like /vps audit"),
    ],
)
@ASKING
async def test_an_export_that_can_t_be_is_said(asked: World, typed: str, said: str) -> None:
    await asked.ada.says(typed, in_=asked.ops)
    assert said in last(asked.ada)


async def test_a_log_that_is_too_much_for_slack_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.features.audit.handlers.MOST_ENTRIES", 3)
    await world.ada.says("/vps audit export", in_=world.ops)
    assert "through Slack I send at most 3. Narrow it with since=30d" in last(world.ada)


@ASKING
async def test_taking_the_log_out_is_for_auditors_and_admins(asked: World) -> None:
    await asked.amir.says("/vps audit export", in_=asked.ops)
    assert "; this takes auditor" in last(asked.amir)
