"""When the provider, Slack or the database is slow, away, or says no: the answer still comes, or the person is told."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import aiohttp
import pytest

from bot import first
from bot.slack import web
from tests.stories.deleting import decided
from tests.stories.telling import ON_SQLITE, last, others_see_nothing_of, times
from tests.world import World

OURS = "Something went wrong on our side, and it is in our log. Look with /vps show what was done before you repeat it."


@pytest.mark.parametrize("kind", ["slow", "hang"])
async def test_a_provider_slower_than_slack_waits_is_answered_for_all_the_same(world: World, kind: str) -> None:
    world.has_server("web-1")
    world.vps.fault(kind, action="list", seconds=3.2, times=1)
    await world.vera.says("/vps list", in_=world.ops)
    assert world.vera.messages(world.ops) == [], "acknowledged, and not answered yet"
    assert await world.vera.will_see("1 server\n")
    others_see_nothing_of(world, but=world.vera, words="1 server")
    assert len(world.slack.api_calls("response_url")) == 1


async def test_a_slow_change_is_done_and_answered_once(world: World) -> None:
    world.has_server("web-1")
    world.vps.fault("slow", action="list", seconds=3.2, times=1)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    assert await world.olga.will_see("Rebooting web-1. I'll mention you when it is done.")
    await world.seconds_pass(90)
    assert world.reboots() == 1
    assert times(world.olga, "Rebooting web-1.") == 1 and times(world.olga, "@olga web-1 is active again.") == 1


async def test_a_slow_click_is_answered_too(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps show web-1", in_=world.ops)
    await world.seconds_pass(11)
    world.vps.fault("slow", action="list", seconds=3.2, times=1)
    await world.olga.clicks("Reboot")
    assert await world.olga.will_see("Rebooting web-1. I'll mention you when it is done.")
    await world.seconds_pass(15)
    assert world.reboots() == 1


async def test_one_persons_slow_question_does_not_hold_up_anothers(world: World) -> None:
    world.has_server("web-1")
    world.vps.fault("slow", action="show", seconds=2, times=1)
    waiting = asyncio.create_task(world.vera.says("/vps show web-1", in_=world.ops))
    await world.olga.says("/vps list", in_=world.ops)
    assert world.olga.sees("1 server\n") and not waiting.done()
    await waiting
    assert await world.vera.will_see("🟢 active · id")


async def test_a_response_url_that_does_not_work_is_replaced_by_a_private_message(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-*", in_=world.ops)
    world.slack.fail("response_url", error="closed", times=1)
    await world.olga.clicks("Reboot 1 server")
    await world.settle()
    assert world.olga.sees("Rebooting web-1. I'll mention you when it is done.")
    others_see_nothing_of(world, but=world.olga, words="I'll mention you")


@pytest.fixture
def refusing(world: World) -> Iterator[World]:
    """The database takes no new request and no new role: as a full disk would."""
    with closing(sqlite3.connect(world.database)) as other:
        for table in ("requests", "grants", "offers"):
            other.execute(
                f"CREATE TRIGGER full_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
            )
        other.commit()
    yield world
    world.slack.forget_problems()  # an error is what Slack is to get here


@ON_SQLITE
@pytest.mark.parametrize("typed", ["reboot web-1", "access grant @noor viewer", "reboot web-*"])
async def test_what_can_not_be_kept_is_not_acknowledged_and_not_done(refusing: World, typed: str) -> None:
    refusing.has_server("web-1")
    await refusing.ada.says(f"/vps {typed}", in_=refusing.ops)
    await refusing.seconds_pass(10)
    not_acknowledged = 0 if refusing.slack.socket_mode else 500
    assert refusing.slack.deliveries("command")[-1].status == not_acknowledged
    assert refusing.ada.sees(OURS) and refusing.ada.sees("For support:")
    others_see_nothing_of(refusing, but=refusing.ada, words="our side")
    assert refusing.reboots() == 0 and await refusing.audit_trail() == []
    assert isinstance(await refusing.verified(), int)
    await refusing.vera.says("/vps list", in_=refusing.ops)
    assert refusing.vera.sees("1 server\n"), "questions go on"


@ON_SQLITE
async def test_a_dialog_that_waited_says_what_the_database_refused(refusing: World) -> None:
    refusing.has_server("web-1")
    await decided(refusing, approvals=0)
    refusing.vps.fault("slow", action="list", seconds=2, times=1)
    await refusing.olga.says("/vps delete web-1", in_=refusing.ops)
    assert await refusing.olga.will_see("Reading the server from VPS.org…")
    assert await refusing.olga.will_see(OURS)
    dialog = refusing.olga.dialog
    assert dialog and OURS in dialog.text and "Reading" not in dialog.text


@ON_SQLITE
async def test_what_could_not_be_kept_can_be_asked_for_again(refusing: World) -> None:
    refusing.has_server("web-1")
    await refusing.olga.says("/vps reboot web-1", in_=refusing.ops)
    with closing(sqlite3.connect(refusing.database)) as other:
        other.execute("DROP TRIGGER full_requests")
        other.commit()
    await refusing.olga.says("/vps reboot web-1")
    await refusing.seconds_pass(10)
    assert refusing.reboots() == 1 and times(refusing.olga, "@olga web-1 is active again.") == 1


@ON_SQLITE
async def test_what_was_acknowledged_is_done_once_the_database_takes_it(refusing: World) -> None:
    refusing.has_server("web-1")
    refusing.vps.fault("slow", action="list", seconds=3.2, times=1)
    await refusing.olga.says("/vps reboot web-1", in_=refusing.ops)
    await refusing.bot.door.answerer.drain(5)
    assert refusing.reboots() == 0 and not refusing.olga.sees(OURS), "it was kept: that is a promise"
    with closing(sqlite3.connect(refusing.database)) as other:
        other.execute("DROP TRIGGER full_requests")
        other.commit()
    await refusing.minutes_pass(2)
    assert refusing.reboots() == 1 and times(refusing.olga, "@olga web-1 is active again.") == 1


@ON_SQLITE
async def test_what_was_acknowledged_is_done_although_its_person_was_slowed_down_since(refusing: World) -> None:
    refusing.has_server("web-1")
    refusing.vps.fault("slow", action="list", seconds=3.2, times=1)
    await refusing.olga.says("/vps reboot web-1", in_=refusing.ops)
    await refusing.bot.door.answerer.drain(5)
    await refusing.seconds_pass(50)
    for _ in range(16):
        await refusing.olga.says("/vps can @vera reboot web-1", in_=refusing.ops)
    assert times(refusing.olga, "refusals within minutes. I answer you again") == 1
    with closing(sqlite3.connect(refusing.database)) as other:
        other.execute("DROP TRIGGER full_requests")
        other.commit()
    await refusing.seconds_pass(40)
    assert refusing.reboots() == 1 and times(refusing.olga, "@olga web-1 is active again.") == 1
    assert times(refusing.olga, "refusals within minutes. I answer you again") == 1


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program holds the database's write lock."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@ON_SQLITE
async def test_a_database_locked_by_another_program_does_not_acknowledge_what_it_does_not_keep(world: World) -> None:
    world.has_server("web-1")
    with locked(world.database):
        await world.olga.says("/vps reboot web-1", in_=world.ops)
        assert world.slack.deliveries("command")[-1].status != 200
        assert world.olga.sees('/vps failed with the error "operation_timeout"')
        await world.vera.says("/vps list", in_=world.ops)
        assert world.vera.sees("1 server\n"), "questions go on"
    await world.seconds_pass(90)
    done = world.reboots()
    assert done == times(world.olga, "@olga web-1 is active again."), "if it was done after all, it is told"
    assert done == times(world.amir, "web-1 was rebooted. @olga asked for it.") <= 1
    world.slack.forget_problems()


async def test_health_and_readiness(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await asks(world, "/healthz") == (200, {"ok": True})
    assert await asks(world, "/readyz") == (200, {"ready": True, "waiting_for": []})
    monkeypatch.setattr(first, "FIRST_RETRY", 0.05)
    world.slack.fail("auth.test", error="closed", times=3)
    await world.restart()
    assert await asks(world, "/healthz") == (200, {"ok": True}), "it lives, it only waits"
    assert await asks(world, "/readyz") == (503, {"ready": False, "waiting_for": ["slack"]})
    async with asyncio.timeout(5):
        while (await asks(world, "/readyz"))[0] != 200:
            await asyncio.sleep(0.02)
    await world.vera.says("/vps list", in_=world.ops)
    assert last(world.vera) == "There are no servers here that you can see."


@pytest.mark.parametrize(
    ("answer", "status"),
    [("plain_text", 200), ("plain_text", 502), ("broken_json", 200), ("broken_json", 503), ("no_text", 200)],
)
async def test_what_answers_in_slacks_place_is_no_answer(
    world: World, monkeypatch: pytest.MonkeyPatch, answer: str, status: int
) -> None:
    monkeypatch.setattr(first, "FIRST_RETRY", 0.05)
    world.has_server("web-1")
    world.slack.fail("auth.test", error=answer, status=status, times=2)
    await world.restart()
    async with asyncio.timeout(5):
        while (await asks(world, "/readyz"))[0] != 200:
            await asyncio.sleep(0.02)
    world.slack.fail("chat.postMessage", error=answer, status=status, times=3)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(3)
    await world.ada.says("/vps notices", in_=world.ada.direct)
    word = "unreachable" if status == 200 else f"status_{status}"
    assert f"Slack says {word}; tried again" in last(world.ada)
    await world.minutes_pass(2)
    assert times(world.olga, "@olga web-1 is active again.") == 1


async def test_a_call_that_slack_never_answers_ends_and_is_made_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "TIMEOUT", 0.3)
    await world.restart()
    world.has_server("web-1")
    world.slack.fail("chat.postMessage", error="held", times=1)
    async with asyncio.timeout(30):
        await world.olga.says("/vps reboot web-1", in_=world.ops)
        await world.minutes_pass(2)
    assert times(world.olga, "@olga web-1 is active again.") == 1


async def test_calls_of_slack_that_hang_take_nobody_s_place(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "TIMEOUT", 60)
    world.slack.fail("users.info", error="held", times=150)
    people = world.bot.parts.people
    asked = [asyncio.create_task(people.present(world.team.id, f"U0MANY{number}")) for number in range(150)]
    async with asyncio.timeout(30):
        while world.slack.world.faults.held < 150:
            await asyncio.sleep(0.01)
    await world.ada.says("/vps connect", in_=world.ada.direct)
    await world.settle()
    await world.ada.closes_dialog()
    world.slack.world.faults.clear()
    await asyncio.gather(*asked)
    world.slack.forget_problems()  # these people don't exist


async def asks(world: World, path: str) -> tuple[int, object]:
    """What a probe gets."""
    async with aiohttp.ClientSession() as session, session.get(world.bot_url + path) as answer:
        return answer.status, await answer.json()
