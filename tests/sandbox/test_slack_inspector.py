"""What the inspector shows around each payload: the headers of a request, or in Socket Mode its envelope."""

import json
from typing import Any

from aiohttp import web

from bot.sandbox.slack.log import shown_headers

from .slack_bots import Got
from .slack_stage import Stage, stage
from .test_slack_sockets import sockets

Json = dict[str, Any]


async def shown(s: Stage) -> list[Json]:
    """The inspector's rows as the page gets them, oldest first."""
    async with s.bot.session.get(f"{s.slack.url}/_local/exchanges", params={"team": s.team.id}) as reply:
        rows: list[Json] = (await reply.json())["exchanges"]
        return rows


async def test_a_request_to_the_bot_is_shown_with_its_signature() -> None:
    async with stage() as s:
        await s.olga.says("/echo hi")
        [row] = await shown(s)
        sent = s.bot.got[0].headers
        for name in ("X-Slack-Signature", "X-Slack-Request-Timestamp", "Content-Type", "User-Agent"):
            assert row["headers"][name] == sent[name]
        s.slack.request_url = ""
        await s.olga.says("/echo hi")
        assert s.slack.deliveries()[-1].headers == {}, "what was not sent had none"


async def test_a_repeated_event_is_shown_with_the_number_and_reason_of_the_repeat() -> None:
    async def broken(got: Got) -> web.Response:
        return web.Response(status=500)

    async with stage(broken) as s:
        await s.olga.says("hello", in_=s.olga.direct)
        first, again = (row["headers"] for row in await shown(s))
        assert "X-Slack-Retry-Num" not in first
        assert (again["X-Slack-Retry-Num"], again["X-Slack-Retry-Reason"]) == ("1", "http_error")


async def test_an_envelope_is_shown_with_its_fields() -> None:
    async with sockets() as (s, [socket]):
        await s.olga.says("/echo hi")
        await s.olga.says("hello", in_=s.olga.direct)
        command, event = (await shown(s))[-2:]
        envelopes = [said for said in socket.got if "envelope_id" in said]
        for row, envelope in zip((command, event), envelopes, strict=True):
            assert row["request"] == envelope.pop("payload")
            assert row["headers"] == envelope
        assert command["headers"]["type"] == "slash_commands"
        assert event["headers"]["retry_attempt"] == 0


async def test_a_call_of_the_bot_is_shown_with_its_headers_and_without_its_token() -> None:
    async with stage() as s:
        await s.api("chat.postMessage", channel=s.ops.id, text="x")
        await s.olga.says("/echo hi")
        await s.respond(s.bot.got[-1].data["response_url"], {"text": "later"})
        token = s.team.bot_token
        for headers in ({"Authorization": "Basic MTpz"}, {"Authorization": f"Bearer {token}", "X-Also": token}):
            async with s.bot.session.post(f"{s.slack.api_url}auth.test", headers=headers) as reply:
                assert reply.status == 200
        rows = [row for row in await shown(s) if row["direction"] == "from_app"]
        rows += [{"headers": each.headers} for each in s.slack.api_calls("auth.test")]
        assert rows[0]["headers"]["Content-Type"] == "application/json"
        for row in rows:
            said = json.dumps(row["headers"])
            assert "User-Agent" in said
            assert token not in said and "Authorization" not in said and "Basic" not in said


def test_headers_that_carry_a_token_are_left_out_whatever_their_name() -> None:
    tokens = {"X-Forwarded": "Bearer xoxb-1-2", "X-Next": "xoxe.xoxp-1", "X-App": "xapp-1-A0"}
    names = {"authorization": "x", "Cookie": "d=1", "X-Api-Token": "x", "X-Client-Secret": "x"}
    kept = {"X-Slack-Retry-Num": "1", "Content-Type": "application/json"}
    assert shown_headers({**tokens, **names, **kept}) == kept
