"""What is sent to a bot: signed, complete, and answered within three seconds, or the person sees Slack's error."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox.slack.delivery import signed
from bot.sandbox.slack.errors import Refused

from .slack_bots import Got
from .slack_stage import SUBMIT, Stage, button, field, modal, stage, text_block

VECTOR = (
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
    "&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
    "%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)


def test_signatures_are_slacks_own() -> None:
    headers = signed("8f742231b10e8888abcd99yyyzzz85a5", VECTOR.encode(), 1531420618)
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert headers == {"X-Slack-Request-Timestamp": "1531420618", "X-Slack-Signature": expected}


@pytest.mark.parametrize("follows", [False, True])
async def test_every_request_is_signed_over_its_raw_body_by_the_bots_own_clock(follows: bool) -> None:
    """A bot checks a signature by its own clock: the machine's, unless it is told the sandbox's."""
    async with stage() as s:
        s.slack.world.bot_follows_clock = follows
        s.slack.clock.move(hours=1)
        began = int(time.time())
        await s.olga.says("/echo hi")
        got = s.bot.got[0]
        timestamp = got.headers["X-Slack-Request-Timestamp"]
        if follows:
            assert timestamp == str(int(s.slack.clock.time()))
        else:
            assert began <= int(timestamp) <= time.time()
        base = b"v0:" + timestamp.encode() + b":" + got.raw
        digest = hmac.new(s.slack.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        assert got.headers["X-Slack-Signature"] == f"v0={digest}"
        assert got.headers["Content-Type"] == "application/x-www-form-urlencoded"


async def test_a_command_carries_all_of_slacks_fields() -> None:
    async with stage() as s:
        await s.olga.says("/echo hi", in_=s.ops)
        data = s.bot.got[0].data
        assert data.keys() == {
            "token",
            "team_id",
            "team_domain",
            "channel_id",
            "channel_name",
            "user_id",
            "user_name",
            "command",
            "text",
            "api_app_id",
            "is_enterprise_install",
            "response_url",
            "trigger_id",
        }
        assert (data["channel_name"], data["command"], data["text"]) == ("ops", "/echo", "hi")
        await s.olga.says("/echo", in_=s.olga.direct)
        assert s.bot.got[1].data["channel_name"] == "directmessage"
        secret = s.team.add_channel("secret", private=True)
        await s.olga.says("/echo", in_=secret)
        assert s.bot.got[2].data["channel_name"] == "privategroup"


@pytest.mark.refuses("operation_timeout")
async def test_a_late_acknowledgement_shows_operation_timeout_and_is_not_repeated() -> None:
    release = asyncio.Event()

    async def late(got: Got) -> str:
        await release.wait()
        return "too late"

    async with stage(late) as s:
        await s.olga.says("/echo hi")
        assert s.olga.sees('/echo failed with the error "operation_timeout"')
        assert len(s.bot.got) == 1
        assert "within 3 seconds" in s.slack.problems()[0]
        release.set()
        assert not s.olga.sees("too late")


@pytest.mark.refuses("http_service_error", "http_client_error", "dispatch_failed")
async def test_errors_of_the_bot_are_shown_to_the_person() -> None:
    for status, error in ((500, "http_service_error"), (404, "http_client_error"), (302, "dispatch_failed")):

        async def broken(got: Got, status: int = status) -> web.Response:
            return web.Response(status=status)

        async with stage(broken) as s:
            await s.olga.says("/echo hi")
            assert s.olga.sees(f'/echo failed with the error "{error}"')
            assert s.slack.problems()


@pytest.mark.refuses("dispatch_failed")
async def test_a_bot_that_is_not_there_shows_dispatch_failed() -> None:
    async with stage() as s:
        await s.bot.stop()
        await s.olga.says("/echo hi")
        assert s.olga.sees('/echo failed with the error "dispatch_failed"')


@pytest.mark.refuses("invalid_command", "thread_not_supported")
async def test_commands_nobody_knows_and_commands_in_threads_do_not_reach_the_bot() -> None:
    async with stage() as s:
        await s.olga.says("/unknown hi")
        assert s.olga.sees("/unknown is not a valid command")
        await s.api("chat.postMessage", channel=s.ops.id, text="parent")
        await s.olga.says("/echo hi", in_=s.ops, thread=s.olga.messages(s.ops)[-1])
        assert s.olga.sees("/echo is not supported in threads")
        assert s.bot.got == []


async def test_a_click_carries_message_container_trigger_and_response_url() -> None:
    async with stage() as s:
        blocks = [text_block("web-1", accessory=button("Reboot", action_id="reboot", value="1"), block_id="b")]
        posted = await s.api("chat.postMessage", channel=s.ops.id, text="web-1", blocks=blocks)
        await s.olga.clicks("Reboot")
        data = s.bot.got[0].data
        assert data["container"] == {
            "type": "message",
            "message_ts": posted["ts"],
            "channel_id": s.ops.id,
            "is_ephemeral": False,
        }
        assert data["message"]["ts"] == posted["ts"]
        assert data["message"]["blocks"][0]["block_id"] == "b"
        assert data["channel"] == {"id": s.ops.id, "name": "ops"}
        assert data["user"]["id"] == s.olga.id
        assert data["team"] == {"id": s.team.id, "domain": "acme"}
        assert data["trigger_id"]
        assert data["response_url"]
        assert data["actions"][0]["action_ts"]


async def test_an_input_tells_the_bot_at_once_only_if_asked_to() -> None:
    async with stage() as s:
        loud = {**field("Loud"), "dispatch_action": True}
        await s.api("views.open", trigger_id=s.trigger(), view=modal(field("Quiet"), loud, submit=SUBMIT))
        await s.olga.fills("Quiet", "x")
        assert s.bot.got == []
        await s.olga.fills("Loud", "y")
        data = s.bot.got[0].data
        assert data["actions"][0]["value"] == "y"
        assert data["view"]["state"]["values"]["quiet"]["value"]["value"] == "x"


@pytest.mark.refuses("app_uninstalled")
async def test_a_removed_app_is_no_longer_asked() -> None:
    async with stage() as s:
        await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=[text_block(accessory=button("Go"))])
        await s.team.uninstall(quietly=True)
        await s.olga.says("/echo")
        assert s.olga.sees("/echo is not a valid command")
        with pytest.raises(Refused, match="app_uninstalled"):
            await s.olga.clicks("Go")
        assert s.bot.got == []


# What a person does who sees a message with a button and a dialog with an input and a menu.
STEPS: dict[str, Callable[[Stage], Awaitable[Any]]] = {
    "types a command": lambda s: s.olga.says("/echo", in_=s.ops),
    "types a message": lambda s: s.olga.says("hello", in_=s.olga.direct),
    "presses a button": lambda s: s.olga.clicks("Go", on=s.olga.messages(s.ops)[-1]),
    "asks for options": lambda s: s.olga.types_into("Server", "web"),
    "submits a dialog": lambda s: s.olga.submits(),
    "closes a dialog": lambda s: s.olga.closes_dialog(),
    "uses a shortcut everywhere": lambda s: s.olga.uses_shortcut("Look everywhere"),
    "uses a shortcut on a message": lambda s: s.olga.uses_shortcut("Look here", on=s.olga.messages(s.ops)[-1]),
    "opens the Home tab": lambda s: s.olga.opens_home(),
}


@pytest.mark.refuses("account_inactive")
@pytest.mark.parametrize("step", STEPS)
async def test_a_deactivated_person_reaches_no_bot(step: str) -> None:
    menu = {**field("Server", type="external_select", min_query_length=1), "optional": True}
    async with stage() as s:
        await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=[text_block(accessory=button("Go"))])
        view = modal(menu, submit=SUBMIT, notify_on_close=True)
        assert (await s.api("views.open", trigger_id=s.trigger(), view=view))["ok"]
        await s.team.deactivate(s.olga, quietly=True)
        with pytest.raises(Refused, match="account_inactive"):
            await STEPS[step](s)
        assert s.bot.got == []
        assert s.olga.has_dialog(), "it is as it was"
        await s.team.reactivate(s.olga, quietly=True)
        await STEPS[step](s)
        assert len(s.bot.got) == 1, "the same step of an active person reaches it"


async def test_a_click_in_an_ephemeral_message_carries_no_message() -> None:
    async with stage() as s:
        blocks = [text_block(accessory=button("Go"))]
        await s.api("chat.postEphemeral", channel=s.ops.id, user=s.olga.id, text="x", blocks=blocks)
        await s.olga.clicks("Go")
        data = s.bot.got[0].data
        assert data["container"]["is_ephemeral"] is True
        assert "message" not in data


async def test_the_acknowledgement_of_a_click_carries_no_message() -> None:
    async def chatty(got: Got) -> Any:
        return {"text": "Ignored"} if got.kind == "block_actions" else ""

    async with stage(chatty) as s:
        await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=[text_block(accessory=button("Go"))])
        await s.olga.clicks("Go")
        assert not s.olga.sees("Ignored")
        assert "carries no message" in s.slack.problems()[0]


async def test_an_external_select_asks_the_bot_for_options() -> None:
    def answer(query: str) -> Any:
        return {"options": [{"text": {"type": "plain_text", "text": f"{query}-1"}, "value": "1"}]}

    async def bot(got: Got) -> Any:
        return answer(got.data["value"]) if got.kind == "block_suggestion" else ""

    menu = {"type": "external_select", "action_id": "server", "min_query_length": 2}
    async with stage(bot) as s:
        await s.api("views.open", trigger_id=s.trigger(), view=modal(field("Server", **menu), submit=SUBMIT))
        assert await s.olga.types_into("Server", "w") == []
        assert s.bot.got == []
        assert await s.olga.types_into("Server", "web") == ["web-1"]
        assert s.bot.got[0].data["action_id"] == "server"
        assert s.bot.got[0].data["view"]["callback_id"] == "dialog"
        s.bot.handler = _too_many
        assert await s.olga.types_into("Server", "web") == []
        assert "options" in s.slack.problems()[0]


async def test_shortcuts_reach_the_bot() -> None:
    async with stage() as s:
        await s.api("chat.postMessage", channel=s.ops.id, text="look at me")
        await s.olga.uses_shortcut("Look everywhere")
        await s.olga.uses_shortcut("Look here", on=s.olga.messages(s.ops)[-1])
        everywhere, here = (got.data for got in s.bot.got)
        assert (everywhere["type"], everywhere["callback_id"]) == ("shortcut", "everywhere")
        assert "response_url" not in everywhere
        assert (here["type"], here["message"]["text"]) == ("message_action", "look at me")
        assert here["response_url"]


async def test_a_request_can_be_repeated_byte_for_byte_and_forged() -> None:
    async with stage() as s:
        await s.olga.says("/echo once")
        assert (await s.slack.repeat_last()).status == 200
        first, again = s.bot.got
        assert first.raw == again.raw
        assert first.headers["X-Slack-Signature"] == again.headers["X-Slack-Signature"]
        body = b"command=%2Fecho"
        forged = {**s.slack.sign(body, secret="wrong", at=0), "Content-Type": "application/x-www-form-urlencoded"}
        await s.slack.send_raw(body, forged)
        assert s.bot.got[-1].headers["X-Slack-Request-Timestamp"] == "0"


async def _too_many(got: Got) -> Any:
    return {"options": [{"text": {"type": "plain_text", "text": "x"}, "value": str(n)} for n in range(101)]}
