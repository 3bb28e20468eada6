"""Rate limits by the sandbox's clock, and the faults a test can order."""

import asyncio

import aiohttp
import pytest

from bot.sandbox.slack.api.registry import METHODS
from bot.sandbox.slack.limits import TIERS

from .slack_stage import modal, stage

CALLS_A_MINUTE = {
    "api.test": 100,
    "apps.connections.open": 50,
    "apps.uninstall": 1,
    "auth.revoke": 50,
    "auth.test": 600,
    "blocks.validate": 100,
    "bots.info": 50,
    "chat.delete": 50,
    "chat.getPermalink": 600,
    "chat.postEphemeral": 100,
    "chat.postMessage": 600,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.join": 50,
    "conversations.list": 20,
    "conversations.members": 100,
    "conversations.open": 50,
    "conversations.replies": 50,
    "files.completeUploadExternal": 100,
    "files.getUploadURLExternal": 100,
    "oauth.v2.access": 600,
    "oauth.v2.exchange": 50,
    "team.info": 50,
    "usergroups.list": 20,
    "usergroups.users.list": 20,
    "users.info": 100,
    "users.list": 20,
    "users.lookupByEmail": 50,
    "views.open": 100,
    "views.publish": 100,
    "views.push": 100,
    "views.update": 100,
}
"""As Slack's reference has it: tier 1 to 4 are 1, 20, 50 and 100 calls a minute; 600 stands for "special"."""

TRIED = (
    "apps.uninstall",
    "usergroups.list",
    "users.list",
    "conversations.list",
    "chat.update",
    "chat.delete",
    "conversations.info",
    "team.info",
    "views.open",
    "views.publish",
    "users.info",
    "chat.postEphemeral",
)
"""Called until they are refused: those that a bot of this kind calls most, of every tier."""


def test_every_method_has_the_tier_that_slack_gives_it() -> None:
    assert {name: TIERS[method.tier] for name, method in METHODS.items()} == CALLS_A_MINUTE


@pytest.mark.refuses("ratelimited")
async def test_posting_allows_a_burst_of_ten_and_then_one_message_a_second_and_channel() -> None:
    async with stage() as s:
        for n in range(10):
            assert (await s.api("chat.postMessage", channel=s.ops.id, text=str(n)))["ok"]
        refused = await s.api("chat.postMessage", channel=s.ops.id, text="x")
        assert (refused["_status"], refused["error"]) == (429, "ratelimited")
        assert refused["_headers"]["Retry-After"] == "1"
        direct = await s.api("chat.postMessage", channel=s.olga.id, text="elsewhere")
        assert direct["ok"], "another channel is another limit"
        s.slack.clock.move(seconds=1)
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="x"))["ok"]
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="x"))["error"] == "ratelimited"


async def test_a_second_message_within_a_second_is_noted_and_not_refused() -> None:
    async with stage() as s:
        for channel, seconds in ((s.ops.id, 0), (s.ops.id, 0.9), (s.olga.id, 0), (s.ops.id, 1)):
            s.slack.clock.move(seconds=seconds)
            assert (await s.api("chat.postMessage", channel=channel, text="x"))["ok"]
        noted = [each.notes for each in s.slack.api_calls("chat.postMessage")]
        assert noted == [[], ["A channel takes one message a second and short bursts: " + SOON], [], []]
        assert s.slack.problems() == []


SOON = "this one came within a second of the one before it."


@pytest.mark.refuses("ratelimited")
@pytest.mark.parametrize("method", TRIED)
async def test_each_method_has_its_tier(method: str) -> None:
    async with stage() as s:
        for _ in range(CALLS_A_MINUTE[method]):
            assert (await s.form(method)).get("error") != "ratelimited"
        answer = await s.api(method)
        assert (answer["_status"], answer["error"]) == (429, "ratelimited")
        wait = int(answer["_headers"]["Retry-After"])
        assert 1 <= wait <= 60
        other = s.slack.add_team("other")
        assert (await s.api(method, token=other.bot_token)).get("error") != "ratelimited", "per workspace"
        assert (await s.api("auth.test"))["ok"], "per method"
        s.slack.clock.move(seconds=wait)
        assert (await s.form(method)).get("error") != "ratelimited"


@pytest.mark.refuses("ratelimited")
@pytest.mark.parametrize("method", ["api.test", "blocks.validate", "oauth.v2.access", "oauth.v2.exchange"])
async def test_a_method_without_a_token_has_its_tier_for_each_client(method: str) -> None:
    async with stage() as s:
        for _ in range(CALLS_A_MINUTE[method]):
            assert (await s.form(method, client_id="1.2")).get("error") != "ratelimited"
        assert (await s.form(method, client_id="1.2"))["error"] == "ratelimited"
        assert (await s.form(method, client_id="3.4")).get("error") != "ratelimited", "per client"
        assert (await s.form(method)).get("error") != "ratelimited", "without one, too"
        basic = aiohttp.encode_basic_auth("1.2", "secret")
        async with s.bot.session.post(s.slack.api_url + method, headers={"Authorization": basic}) as reply:
            assert (reply.status, "Retry-After" in reply.headers) == (429, True), "however it says its id"


async def test_calling_again_before_retry_after_breaks_a_rule_and_a_429_alone_does_not() -> None:
    async with stage() as s:
        for _ in range(21):
            await s.form("usergroups.list")
        assert s.slack.problems() == []
        await s.form("usergroups.list")
        assert "Retry-After" in s.slack.problems()[0]


async def test_errors_can_be_ordered() -> None:
    async with stage() as s:
        s.slack.fail("chat.postMessage", error="channel_not_found", times=2)
        for expected in ("channel_not_found", "channel_not_found", None):
            assert (await s.api("chat.postMessage", channel=s.ops.id, text="x")).get("error") == expected
        s.slack.fail("views.open", error="ratelimited", retry_after=7)
        refused = await s.api("views.open", trigger_id=s.trigger(), view=modal())
        assert (refused["_status"], refused["_headers"]["Retry-After"]) == (429, "7")
        assert s.slack.problems() == []


async def test_a_lost_reply_was_done_and_a_closed_connection_was_not() -> None:
    async with stage() as s:
        for error, done in (("closed", 0), ("lost_reply", 1)):
            s.slack.fail("chat.postMessage", error=error)
            with pytest.raises(aiohttp.ClientError):
                await s.api("chat.postMessage", channel=s.ops.id, text="x")
            assert len(s.olga.messages(s.ops)) == done


@pytest.mark.parametrize(
    ("error", "status", "kind", "said"),
    [
        ("plain_text", 502, "text/plain", b"upstream connect error"),
        ("broken_json", 200, "application/json", b'{"ok": tr'),
        ("no_text", 200, "application/json", b"\xff\xfe\x00"),
    ],
)
async def test_something_else_answers_in_slacks_place(error: str, status: int, kind: str, said: bytes) -> None:
    async with stage() as s, aiohttp.ClientSession() as session:
        s.slack.fail("chat.postMessage", error=error, status=status)
        headers = {"Authorization": f"Bearer {s.team.bot_token}"}
        posted = {"channel": s.ops.id, "text": "x"}
        async with session.post(f"{s.slack.api_url}chat.postMessage", json=posted, headers=headers) as answer:
            assert (answer.status, answer.content_type, await answer.read()) == (status, kind, said)
        assert s.olga.messages(s.ops) == [] and s.slack.problems() == []


async def test_a_call_that_is_held_is_done_once_it_is_let_go() -> None:
    async with stage() as s:
        s.slack.fail("chat.postMessage", error="held")
        posted = asyncio.create_task(s.api("chat.postMessage", channel=s.ops.id, text="x"))
        async with asyncio.timeout(5):
            while not s.slack.world.faults.held:
                await asyncio.sleep(0.01)
        assert s.olga.messages(s.ops) == [] and not posted.done()
        s.slack.world.faults.clear()
        assert (await posted)["ok"] and len(s.olga.messages(s.ops)) == 1 and not s.slack.world.faults.held


async def test_faults_of_response_urls_can_be_ordered() -> None:
    async with stage() as s:
        await s.olga.says("/echo")
        url = s.bot.got[0].data["response_url"]
        s.slack.fail("response_url", error="closed")
        with pytest.raises(aiohttp.ClientError):
            await s.respond(url, {"text": "lost"})
        s.slack.fail("response_url", error="ratelimited")
        assert (await s.respond(url, {"text": "too many"}))[0] == 429
        assert (await s.respond(url, {"text": "said"}))[0] == 200
        assert [message.text for message in s.olga.messages()] == ["said"]
        assert len(s.slack.api_calls("response_url")) == 3
