"""The way in over HTTP: strangers get a 4xx, broken bodies a 400, repeats an empty 200; nothing of theirs is logged."""

import asyncio
import json
import sqlite3
from contextlib import closing
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.sandbox.slack.delivery import Answer
from tests.stories.telling import FORM, ONE_WAY_IN, again, button, forged, last, times
from tests.world import World

ASKING = pytest.mark.asyncio(loop_scope="module")
JSON = "application/json"
MARK = "stranger-7f3a"
COMMAND = urlencode(
    {"command": "/vps", "text": f"reboot web-1 {MARK}", "team_id": "T0ACME", "user_id": "U0OLGA", "channel_id": "C0OPS"}
).encode()


@ASKING
async def test_the_bot_answers_slacks_question_for_its_address(asked: World) -> None:
    assert await asked.slack.verify_url()


@ASKING
async def test_slacks_look_at_the_certificate_is_answered(asked: World) -> None:
    answer = await asked.slack.send_raw(b"token=x&ssl_check=1", {"Content-Type": FORM})
    assert (answer.status, answer.body) == (200, b"")


@ASKING
@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v1=" + "0" * 64},
        {"X-Slack-Signature": f"v0=é{MARK}"},
        {"X-Slack-Signature": f"v0=\udcff{MARK}"},
        {"X-Slack-Signature": "v0=" + "a" * 7000},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": f"abc{MARK}"},
        {"X-Slack-Request-Timestamp": "1795424400.5"},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "١٧٩٥٤٢٤٤٠٠"},
        {"X-Slack-Request-Timestamp": "9" * 400},
    ],
    ids=lambda change: str(change)[:60].encode("ascii", "backslashreplace").decode(),
)
async def test_a_stranger_gets_a_401_whatever_the_headers(
    asked: World, capfd: pytest.CaptureFixture[str], change: dict[str, str]
) -> None:
    headers = {**asked.slack.sign(COMMAND), "Content-Type": FORM} | change
    await is_turned_away(asked, capfd, COMMAND, headers, 401)


@ASKING
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (COMMAND, FORM),
        (f'{{"type": "url_verification", "challenge": "{MARK}"}}'.encode(), JSON),
        (b"\xff\xfe" + MARK.encode(), FORM),
        (f"{{{MARK}".encode(), JSON),
        (b"", FORM),
    ],
)
async def test_a_stranger_gets_a_401_whatever_the_body(
    asked: World, capfd: pytest.CaptureFixture[str], body: bytes, kind: str
) -> None:
    for headers in (
        asked.slack.sign(body, secret="not-the-secret"),
        asked.slack.sign(body, at=asked.clock.time() - 301),
        asked.slack.sign(body, at=asked.clock.time() + 301),
        {},
    ):
        await is_turned_away(asked, capfd, body, {**headers, "Content-Type": kind}, 401)


@ASKING
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", FORM),
        (b"", JSON),
        (b"\xff\xfe" + MARK.encode(), FORM),
        (b"\xff\xfe" + MARK.encode(), JSON),
        (f"{{{MARK}".encode(), JSON),
        (f'["{MARK}"]'.encode(), JSON),
        (f'"{MARK}"'.encode(), JSON),
        (b"null", JSON),
        (b"{}", JSON),
        (b"[" * 50_000, JSON),
        (f"payload={{{MARK}".encode(), FORM),
        (f"payload=%5B%22{MARK}%22%5D".encode(), FORM),
        (b"payload=%ff", FORM),
        (b"payload=", FORM),
        (f"{MARK}&&&".encode(), FORM),
    ],
    ids=lambda value: value[:24] if isinstance(value, bytes) else "",
)
async def test_a_broken_body_gets_a_400_although_it_is_signed(
    asked: World, capfd: pytest.CaptureFixture[str], body: bytes, kind: str
) -> None:
    await is_turned_away(asked, capfd, body, {**asked.slack.sign(body), "Content-Type": kind}, 400)


@ASKING
@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "actions": [{"action_id": "servers.next", "block_id": "b", "value": "x" * 5000}]},
        {"type": "block_actions", "actions": [{"action_id": "power.reboot", "block_id": "b", "value": "../../"}]},
        {"type": "view_submission", "view": {"type": "modal", "callback_id": "connect.token", "state": {"values": {}}}},
        {"type": "event_callback", "event": {"type": "nobody.knows"}},
        {"type": "block_suggestion", "action_id": "nobody.knows", "value": "x"},
        {"type": "nobody.knows"},
        {"command": "/another", "text": "list"},
        {MARK: MARK},
    ],
    ids=str,
)
async def test_what_slack_may_send_some_day_is_no_crash(
    asked: World, capfd: pytest.CaptureFixture[str], payload: dict[str, object]
) -> None:
    known = {"team": {"id": "T0ACME"}, "user": {"id": "U0ADA", "team_id": "T0ACME"}, "team_id": "T0ACME"}
    body = json.dumps(known | payload).encode()
    answer = await asked.slack.send_raw(body, {**asked.slack.sign(body), "Content-Type": JSON})
    await asked.settle()
    assert answer.status < 500
    written = capfd.readouterr()
    assert "Traceback" not in written.out + written.err
    asked.slack.forget_problems()


@ONE_WAY_IN
async def test_a_button_and_a_dialog_of_an_older_version_are_answered(world: World) -> None:
    out_of_date = "This is from an older version of me. Nothing was done; type the command again."
    await forged(world, world.olga, **button("power.hibernate", "12345"))
    assert last(world.olga) == out_of_date
    old = {"type": "modal", "id": "V0OLD", "callback_id": "power.schedule", "state": {"values": {}}}
    assert out_of_date in await forged(world, world.olga, type="view_submission", view=old)


@ASKING
async def test_a_body_without_end_is_cut_off(asked: World, capfd: pytest.CaptureFixture[str]) -> None:
    body = MARK.encode() * 100_000
    await is_turned_away(asked, capfd, body, {**asked.slack.sign(body), "Content-Type": FORM}, 413)


@ASKING
async def test_only_post_and_only_there(asked: World) -> None:
    async with aiohttp.ClientSession() as session:
        for path, expected in (("/slack/events", 405), ("/", 404), ("/slack/install", 404), ("/healthz", 200)):
            async with session.get(asked.bot_url + path) as answer:
                assert answer.status == expected, path


@ONE_WAY_IN
@pytest.mark.parametrize("typed", ["/vps reboot web-1", "/vps list", "/vps nonsense", '/vps "'])
async def test_an_exact_repeat_gets_an_empty_200_and_changes_nothing(world: World, typed: str) -> None:
    world.has_server("web-1")
    await world.olga.says(typed, in_=world.ops)
    await world.seconds_pass(20)
    screen, log = world.olga.screen(), await world.log()
    for _ in range(3):
        assert await again(world) == (200, b"")
        await world.seconds_pass(5)
    assert world.olga.screen() == screen and await world.log() == log


@ONE_WAY_IN
async def test_a_repeated_click_changes_nothing_either(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps show web-1", in_=world.ops)
    await world.olga.clicks("Reboot")
    await world.seconds_pass(20)
    for restarted in (False, True):
        if restarted:
            await world.restart()
        assert await again(world) == (200, b"")
        await world.seconds_pass(10)
    assert world.reboots() == 1 and times(world.olga, "@olga web-1 is active again.") == 1


@ONE_WAY_IN
async def test_a_repeat_after_five_minutes_is_a_strangers(world: World) -> None:
    await world.olga.says("/vps list", in_=world.ops)
    world.clock.move(seconds=301)
    assert (await again(world))[0] == 401


@ONE_WAY_IN
async def test_another_workspace_is_not_served(world: World) -> None:
    """The app's secret is one for all workspaces, the bot's token is not."""
    body = urlencode({"command": "/vps", "text": "list", "team_id": "T0OTHER", "user_id": "U0ADA"}).encode()
    world.has_server("web-1")
    answer = await world.slack.send_raw(body, {**world.slack.sign(body), "Content-Type": FORM})
    assert answer.status == 200 and b"web-1" not in answer.body
    assert world.vps.calls(action="list") == []


@ONE_WAY_IN
async def test_an_event_that_comes_again_while_the_first_is_under_way_is_not_lost(world: World) -> None:
    """The first one fails at the database; its repeat must not have been told that all is well."""
    with closing(sqlite3.connect(world.database)) as other:
        other.execute("CREATE TRIGGER full BEFORE UPDATE ON workspaces BEGIN SELECT RAISE(FAIL, 'disk is full'); END")
        other.commit()
        await world.team.uninstall(quietly=True)
        answers = await asyncio.gather(*(uninstalled(world) for _ in range(3)))
        assert len({each.status for each in answers}) == 1, "they hear what the first one hears"
        other.execute("DROP TRIGGER full")
        other.commit()
        assert (await uninstalled(world)).status == 200
        await world.minutes_pass(2)
        assert other.execute("SELECT resting_since IS NULL FROM workspaces").fetchall() == [(0,)]
    world.slack.forget_problems()  # an error is what Slack is to get here


async def uninstalled(world: World) -> Answer:
    """Slack says, in one and the same event, that the workspace removed the app."""
    event = {"event_id": "Ev0GONE", "team_id": world.team.id, "event": {"type": "app_uninstalled"}}
    body = json.dumps(event | {"type": "event_callback"}).encode()
    return await world.slack.send_raw(body, {**world.slack.sign(body), "Content-Type": JSON})


async def is_turned_away(
    world: World, capfd: pytest.CaptureFixture[str], body: bytes, headers: dict[str, str], status: int
) -> None:
    """Asserts the status, an empty body, a log without a trace of it, and that nothing was done."""
    log, asked_of_the_provider = await world.log(), len(world.vps.calls())
    capfd.readouterr()
    answer = await world.slack.send_raw(body, headers)
    await world.settle()
    assert (answer.status, answer.body) == (status, b"")
    written = capfd.readouterr()
    assert MARK not in written.out + written.err and "Traceback" not in written.out + written.err
    assert await world.log() == log and len(world.vps.calls()) == asked_of_the_provider
