"""Whose a server is: noted, shown wherever the server is, looked for, and asked about when its day comes."""

from datetime import timedelta

import pytest

from bot.domain.notes import Note
from bot.operations import noting
from tests.stories.deleting import there
from tests.stories.governing import connects, types
from tests.stories.telling import button, forged, last, times
from tests.world import MONDAY, World

ASKING = pytest.mark.asyncio(loop_scope="module")
QUESTION = "web-1 was wanted until 2026-12-01. Is it still needed?"


async def noted(world: World, typed: str = 'owner=@vera until=2026-12-01 "the demo"') -> None:
    """Olga notes something about web-1."""
    if not world.vps.servers():
        world.has_server("web-1")
    await world.olga.says(f"/vps note web-1 {typed}", in_=world.ops)
    await world.settle()


async def days_pass(world: World, days: float) -> None:
    """Moves the clock."""
    await world.minutes_pass(days * 24 * 60)


async def test_a_note_stands_wherever_the_server_is_shown(world: World) -> None:
    await world.choose_channel()
    world.has_server("web-2")
    world.has_server("web-1")
    await noted(world)
    line = "@vera · until 2026-12-01 · “the demo”"
    assert last(world.olga) == f"Noted: web-1 · {line}. I'll ask its owner on that day."
    await world.vera.says("/vps note web-1", in_=world.ops)
    assert last(world.vera).startswith(f"web-1 · {line}\nNoted by @olga, ")
    await world.vera.says("/vps list")
    assert world.vera.sees(f"· active · 📝 {line}") and times(world.vera, "📝") == 1
    await world.vera.says("/vps show web-1")
    assert f"📝 {line}" in last(world.vera)
    await world.olga.says("/vps delete web-1")
    await world.settle()
    assert world.olga.sees(f"📝 {line}")
    assert "U0OLGA note.written web-1: " in await world.log()


async def test_parts_are_changed_and_cleared_one_by_one(world: World) -> None:
    await noted(world)
    for typed, shown in (
        ("until=none", "Noted: web-1 · @vera · “the demo”."),
        ('""', "Noted: web-1 · @vera."),
        ("owner=me a spare one", "Noted: web-1 · @olga · “a spare one”."),
        ('owner=nobody ""', "Nothing is noted about web-1 any more."),
    ):
        await world.olga.says(f"/vps note web-1 {typed}")
        assert last(world.olga) == shown
    await world.olga.says("/vps note web-1")
    assert last(world.olga).startswith("Nothing is noted about web-1. For example /vps note SERVER owner=me")


async def test_the_list_is_narrowed_by_owner_age_and_day(world: World) -> None:
    world.has_server("web-2", created_at=MONDAY - timedelta(days=3))
    world.has_server("web-1", created_at=MONDAY)
    await noted(world, "owner=@vera until=2026-11-28")
    await world.olga.says("/vps note web-2 owner=me", in_=world.ops)
    for who, typed, total in (
        (world.vera, "owner=me", "1 server of 2"),
        (world.olga, "owner=@vera", "1 server of 2"),
        (world.olga, "owner=@vera status=stopped", "None of 2 servers fits"),
        (world.olga, "web-* owner=me", "1 server of 2"),
        (world.olga, "until=passed", "None of 2 servers fits"),
        (world.olga, "older=2d", "1 server of 2"),
    ):
        await who.says(f"/vps list {typed}", in_=world.ops)
        assert last(who).startswith(total), typed
    await days_pass(world, 5)
    await world.olga.says("/vps list until=passed older=5d", in_=world.ops)
    assert "web-1" in last(world.olga) and "until 2026-11-28 (that day has come)" in last(world.olga)


async def test_the_owner_is_asked_when_the_day_comes_and_keeps_it(world: World) -> None:
    await noted(world)
    await days_pass(world, 7.9)
    assert not world.vera.sees("Is it still needed?")
    await days_pass(world, 1)
    assert f"{QUESTION} It is yours. It is for: “the demo”" in world.vera.screen(world.vera.direct)
    assert not world.ada.sees(QUESTION) and not world.olga.sees(QUESTION)
    asked = world.vera.messages(world.vera.direct)[-1]
    await world.vera.clicks("Keep it 30 more days", on=asked)
    await world.settle()
    assert world.vera.sees("web-1 is kept until 2027-01-01; I ask again then.")
    await forged(world, world.vera, **button("notes.keep", f"2026-12-01 {world.vps.servers()[0].id}"))
    assert world.vera.sees("web-1: somebody answered already, it is noted until 2027-01-01. Nothing was changed.")
    assert (await world.log())[-1] == "U0VERA change.refused web-1: too_late"
    await world.seconds_pass(5)
    assert world.vera.sees("This question is answered: web-1 is noted") and "Delete…" not in world.vera.buttons
    await days_pass(world, 32)
    assert world.vera.sees("web-1 was wanted until 2027-01-01. Is it still needed?")


async def test_deleting_from_the_question_takes_the_right_of_that_moment(world: World) -> None:
    await world.choose_channel()
    world.has_server("web-1")
    await noted(world, "owner=@amir until=2026-12-01")
    await days_pass(world, 9)
    await world.amir.clicks("Delete…", on=world.amir.messages(world.amir.direct)[-1])
    await world.settle()
    assert world.amir.sees("will be gone for good")
    await world.amir.closes_dialog()
    await world.ada.says("/vps access revoke @amir", in_=world.ada.direct)
    await world.amir.clicks("Delete…", on=world.amir.messages(world.amir.direct)[-1])
    await world.settle()
    assert world.amir.sees("You have no role here yet") and there(world) == ["web-1"]


@pytest.mark.parametrize("owner", ["deactivated", "nobody", "gone"])
async def test_where_no_owner_can_answer_the_admins_are_asked_and_nobody_about_what_is_gone(
    world: World, owner: str
) -> None:
    await noted(world, "until=2026-12-01" if owner == "nobody" else "owner=@vera until=2026-12-01")
    if owner == "deactivated":
        await world.team.deactivate(world.vera)
    elif owner == "gone":
        world.vps.remove("web-1")
    await days_pass(world, 9)
    assert world.ada.sees(QUESTION) is (owner != "gone")
    assert not world.vera.sees(QUESTION)
    words = {"deactivated": "It belongs to @vera, who can't decide here", "nobody": "Nobody owns it, so I ask the"}
    assert owner == "gone" or world.ada.sees(words[owner])


async def test_what_is_forgotten_because_the_server_is_gone_stands_in_the_log(world: World) -> None:
    await noted(world)
    world.vps.remove("web-1")
    await days_pass(world, 9)
    assert (await world.log())[-1] == "vpsbot note.written web-1: "
    assert "VPS.org doesn't know web-1 (12345) any more: nothing is noted about it" in await types(
        world, world.ada, "audit"
    )


@pytest.mark.parametrize("another_token", [False, True])
async def test_where_the_account_has_no_name_a_note_is_forgotten_as_long_as_the_token_is_the_same(
    world: World, another_token: bool
) -> None:
    await connects(world, world.vps.token, "")
    await world.seconds_pass(1)
    await noted(world)
    world.vps.remove("web-1")
    await world.seconds_pass(1)
    if another_token:
        await connects(world, world.vps.token, "")
    await days_pass(world, 9)
    forgotten = "vpsbot note.written web-1: " in await world.log()
    assert forgotten is not another_token
    assert not world.vera.sees(QUESTION)


async def test_another_account_for_an_afternoon_takes_no_note_away_and_asks_nobody(world: World) -> None:
    await noted(world)
    await days_pass(world, 7.5)
    world.vps.add_account("vps_other_0123456789abcdef", email="other@example.com")
    for token, account, days in (
        ("vps_other_0123456789abcdef", "other@example.com", 1),
        (world.vps.token, "ops@example.com", 0.1),
    ):
        assert not world.vera.sees(QUESTION)
        await connects(world, token, account)
        await days_pass(world, days)
    assert times(world.vera, QUESTION) == 1
    await world.vera.says("/vps note web-1", in_=world.ops)
    assert "“the demo”" in last(world.vera)


async def test_a_server_made_by_the_bot_gets_its_owner_in_the_same_transaction(world: World) -> None:
    server = world.has_server("web-1")
    parts = world.bot.parts
    async with parts.change("story", world.team.id, "") as tx:
        note = Note(str(server.id), "web-1", owner=world.olga.id)
        await noting.keep_note(tx, world.team.id, note, by=world.olga.id, now=parts.clock())
    await world.olga.says("/vps list owner=me", in_=world.ops)
    assert last(world.olga).startswith("1 server\n")


@ASKING
@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("note", "Which server? Type its name or id, for example /vps note web-server-01."),
        ("note web-9", "There is no server web-9. Did you mean web-1 or web-2?"),
        ("note web-* owner=me", "One server at a time, please: /vps note web-server-01 owner=me"),
        (
            "note web-1 owner=olga",
            "olga is nobody I know. Pick the owner from Slack's list: owner=@name, or type owner=me",
        ),
        ("note web-1 owner=#ops", "#C0OPS is nobody I know."),
        (
            "note web-1 owner=me until=2026-02-30",
            "2026-02-30 isn't a date in the next ten years from today (2026",
        ),
        ("note web-1 until=2026-11-23", "Type it like until=2027-01-31, until=30d or until=none. Nothing was noted."),
        ("note web-1 until=tomorrow", "tomorrow isn't a date in the next"),
        (
            "note web-1 untl=2027-01-31",
            "There is no option untl here. Did you mean until? /vps note takes the options owner and",
        ),
        ("note web-1 " + "x" * 201, "That is 201 characters; at most 200 are kept with a server. Nothing was noted."),
    ],
)
async def test_what_can_not_be_noted_is_said(asked: World, typed: str, answer: str) -> None:
    before = await asked.log()
    await asked.olga.says(f"/vps {typed}", in_=asked.ops)
    assert answer in last(asked.olga)
    assert await asked.log() == before


@ASKING
async def test_a_viewer_reads_and_does_not_write(asked: World) -> None:
    await asked.vera.says("/vps note web-1 owner=me", in_=asked.ops)
    assert last(asked.vera).startswith("You are viewer here; this takes operator.")
    for value in ("2026-12-01 no-such-id", "", "x", f"2026-12-01 {asked.vps.servers()[0].id}"):
        await forged(asked, asked.vera, **button("notes.keep", value))
        assert last(asked.vera).startswith(("This server is not there any more", "You are viewer here"))
    await asked.noor.says("/vps note web-1", in_=asked.ops)
    assert last(asked.noor).startswith("You have no role here yet")


async def test_the_list_is_read_once_for_all_whose_day_has_come(world: World) -> None:
    for name in (names := ("web-1", "web-2", "web-3")):
        world.has_server(name)
    for name in names:
        await world.olga.says(f"/vps note {name} owner=@vera until=2026-12-01", in_=world.ops)
    world.vps.fault("status", status=403, action="list")
    world.vps.clear_calls()
    await days_pass(world, 9)
    assert times(world.vera, "was wanted until 2026-12-01. Is it still needed?") == 3
    assert len(world.vps.calls(action="list")) == 1
