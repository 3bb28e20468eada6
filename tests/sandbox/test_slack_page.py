"""What the page asks the server for, as docs/local-slack-api.md says it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from aiohttp import WSMsgType, web

from bot.sandbox.slack.testing import LocalSlack

from .slack_bots import MANIFEST, Got, manifest
from .slack_stage import SUBMIT, Stage, button, field, modal, stage, text_block

Json = dict[str, Any]


async def get(s: Stage, path: str, **query: str) -> Json:
    """GET, as olga."""
    params = {"team": s.team.id, "user": s.olga.id, **query}
    async with s.bot.session.get(f"{s.slack.url}/_local/{path}", params=params) as reply:
        body: Json = await reply.json()
        return body


async def post(s: Stage, path: str, **body: Any) -> Json:
    """POST, as olga."""
    sent = {"team": s.team.id, "user": s.olga.id, **body}
    async with s.bot.session.post(f"{s.slack.url}/_local/{path}", json=sent) as reply:
        answer: Json = await reply.json()
        return answer


async def stream(s: Stage, last: str = "") -> AsyncIterator[tuple[str, str, Json]]:
    """The events for olga: id, name, data."""
    url = f"{s.slack.url}/_local/events?team={s.team.id}&user={s.olga.id}"
    headers = {"Last-Event-ID": last} if last else {}
    async with s.bot.session.get(url, headers=headers) as reply:
        event: dict[str, str] = {}
        async for raw in reply.content:
            line = raw.decode().rstrip("\n")
            if line == ": hello":
                yield "", "hello", {}
            if line == "" and "event" in event:
                yield event.get("id", ""), event["event"], json.loads(event["data"])
                event = {}
            name, _, value = line.partition(": ")
            if name in ("id", "event", "data"):
                event[name] = value


async def test_the_state_of_the_workspace() -> None:
    async with stage() as s:
        state = await get(s, "state")
        assert state["teams"] == [{"id": s.team.id, "name": "acme"}]
        assert [p["name"] for p in state["people"]] == ["olga", "amir"]
        kinds = {c["name"]: (c["kind"], c["bot_is_member"], c["is_member"]) for c in state["channels"]}
        assert kinds == {
            "ops": ("channel", True, True),
            "general": ("channel", False, True),
            "Echo": ("app", True, True),
        }
        assert state["commands"][0]["command"] == "/echo"
        assert state["home_enabled"] is True
        assert state["panel"] is False
        first = await s.bot.session.get(s.slack.url + "/_local/state")
        assert (await first.json())["user"] == s.olga.id


async def test_a_command_a_click_and_a_dialog_go_through_the_page() -> None:
    async with stage() as s:

        async def bot(got: Got) -> Any:
            if got.kind == "block_actions":
                view = modal(field(), submit=SUBMIT)
                await s.api("views.open", trigger_id=got.data["trigger_id"], view=view)
            if got.kind == "view_submission":
                return {"response_action": "errors", "errors": {"name": "No"}}
            if got.kind == "command":
                blocks = [text_block("Hi", block_id="b", accessory=button("Go", action_id="go"))]
                return {"text": "x", "blocks": blocks}
            return ""

        s.bot.handler = bot
        assert await post(s, "say", channel=s.ops.id, text="/echo") == {"ok": True}
        [shown] = (await get(s, "messages", channel=s.ops.id))["messages"]
        assert (shown["ephemeral"], shown["user"]["is_bot"]) == (True, True)
        container = {"type": "message", "channel": s.ops.id, "ts": shown["ts"]}
        click = {"container": container, "block_id": "b", "action_id": "go", "value": {"type": "button"}}
        assert await post(s, "act", **click) == {"ok": True}
        [view] = (await get(s, "views"))["stack"]
        assert view["title"]["text"] == "Dialog"
        values = {"name": {"value": {"type": "plain_text_input", "value": "x"}}}
        refused = await post(s, "submit", view_id=view["id"], values=values)
        assert refused == {"ok": True, "errors": {"name": "No"}}
        assert await post(s, "close", view_id=view["id"]) == {"ok": True}
        assert (await get(s, "views"))["stack"] == []
        exchanges = (await get(s, "exchanges"))["exchanges"]
        kinds = {(e["direction"], e["kind"]) for e in exchanges}
        assert kinds >= {("to_app", "command"), ("to_app", "block_actions"), ("from_app", "web_api")}


async def test_failures_are_told_in_slacks_words() -> None:
    async with stage() as s:
        await s.bot.stop()
        s.bot.session = aiohttp.ClientSession()
        failed = await post(s, "say", channel=s.ops.id, text="/echo")
        assert (failed["ok"], failed["error"]) == (False, "dispatch_failed")
        await s.team.archive(s.general)
        assert (await post(s, "say", channel=s.general.id, text="x"))["error"] == "is_archived"
        assert (await post(s, "say", channel="C0", text="x"))["error"] == "channel_not_found"
        failed = await post(s, "shortcut", callback_id="everywhere")
        sentence = "Sorry, this didn't work. Try again? (dispatch_failed)"
        assert failed == {"ok": False, "error": "dispatch_failed", "message": sentence}
        assert (await post(s, "close", view_id="V0"))["error"] == "not_found"


async def test_who_is_not_in_a_private_channel_acts_on_nothing_there() -> None:
    async with stage() as s:
        secret = s.team.add_channel("secret", members=[s.amir], private=True, bot=True)
        menu = {"type": "external_select", "action_id": "find", "min_query_length": 1}
        buttons = {"type": "actions", "block_id": "b", "elements": [button("Go", action_id="go"), menu]}
        posted = await s.api("chat.postMessage", channel=secret.id, text="x", blocks=[buttons])
        container = {"type": "message", "channel": secret.id, "ts": posted["ts"]}
        message = {"channel": secret.id, "ts": posted["ts"]}
        acts: list[tuple[str, Json]] = [
            ("act", {"container": container, "block_id": "b", "action_id": "go"}),
            ("options", {"container": container, "block_id": "b", "action_id": "find", "query": "web"}),
            ("shortcut", {"callback_id": "here", "message": message}),
        ]
        for path, body in acts:
            assert (await post(s, path, **body))["error"] == "channel_not_found", path
        assert s.bot.got == []
        for path, body in acts:
            assert (await post(s, path, **body, user=s.amir.id))["ok"], path
        assert [got.data["user"]["id"] for got in s.bot.got] == [s.amir.id] * 3


async def test_events_come_to_whom_they_concern_and_again_after_a_break() -> None:
    async with stage() as s:
        events = stream(s)
        seen = [await anext(events)]
        await s.api("chat.postEphemeral", channel=s.ops.id, user=s.amir.id, text="for amir")
        await s.api("chat.postMessage", channel=s.ops.id, text="for all")
        while seen[-1][1] != "message":
            seen.append(await anext(events))
        assert seen[-1][2]["message"]["text"] == "for all"
        await events.aclose()  # type: ignore[attr-defined]
        await s.api("chat.postMessage", channel=s.ops.id, text="missed")
        again = stream(s, last=seen[-1][0])
        names = [await anext(again) for _ in range(3)]
        assert [data["message"]["text"] for _, name, data in names if name == "message"] == ["missed"]
        unknown = stream(s, last="999999")
        assert [(await anext(unknown))[1] for _ in range(2)] == ["hello", "reset"]
        await again.aclose()  # type: ignore[attr-defined]
        await unknown.aclose()  # type: ignore[attr-defined]


async def test_the_clock_and_reading_and_the_home_tab() -> None:
    async with stage() as s:
        await s.api("chat.postMessage", channel=s.ops.id, text="x")
        unread = {c["name"]: c["unread"] for c in (await get(s, "state"))["channels"]}
        assert unread["ops"] == 1
        await post(s, "read", channel=s.ops.id)
        unread = {c["name"]: c["unread"] for c in (await get(s, "state"))["channels"]}
        assert unread["ops"] == 0
        before = s.slack.clock.time()
        assert (await post(s, "clock", seconds=60))["ok"]
        assert s.slack.clock.time() == before + 60
        assert (await post(s, "home"))["view"] is None
        await s.api("views.publish", user_id=s.olga.id, view={"type": "home", "blocks": [text_block("At home")]})
        assert (await post(s, "home"))["view"]["blocks"][0]["text"]["text"] == "At home"
        assert s.olga.sees("At home")
        assert not s.amir.sees("At home")


async def test_only_the_pages_own_origin_is_answered() -> None:
    async with stage() as s:
        url = s.slack.url + "/_local/state"
        for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
            async with s.bot.session.get(url, headers=headers) as reply:
                assert reply.status == 403
        async with s.bot.session.post(s.slack.url + "/_local/say", data="{}") as reply:
            assert reply.status == 415


async def test_the_page_is_served_with_a_strict_policy_and_nothing_beside_it() -> None:
    async with stage() as s:
        for path, status in (("/page/../server.py", 404), ("/page/%2e%2e/server.py", 404), ("/page/none.js", 404)):
            async with s.bot.session.get(s.slack.url + path) as reply:
                assert reply.status == status, path
        async with s.bot.session.get(s.slack.url + "/") as reply:
            if reply.status == 200:
                assert reply.headers["Cache-Control"] == "no-cache"
                assert reply.headers["Content-Security-Policy"] == "default-src 'self'; img-src 'self' data:"


async def test_the_panel_is_handed_on_to_the_local_vps_org() -> None:
    got: list[str] = []

    async def control(request: web.Request) -> web.Response:
        got.append(f"{request.method} {request.path} {await request.text()}")
        return web.json_response({"servers": []})

    app = web.Application()
    app.router.add_route("*", "/_control/{path:.*}", control)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with stage() as s:
        assert (await get(s, "panel/servers"))["error"] == "not_found"
        s.slack.panel_url = f"http://127.0.0.1:{runner.addresses[0][1]}/_control"
        assert (await get(s, "state"))["panel"] is True
        assert await get(s, "panel/servers") == {"servers": []}
        async with s.bot.session.post(s.slack.url + "/_local/panel/faults", json={"kind": "x"}) as reply:
            assert reply.status == 200
        async with s.bot.session.post(s.slack.url + "/_local/panel/reset", json={}) as reply:
            assert reply.status == 404, "only what the page needs is handed on"
    await runner.cleanup()
    assert got[0].startswith("GET /_control/servers")
    assert got[1] == 'POST /_control/faults {"kind": "x"}'


async def test_a_thousand_messages_stay_fluent() -> None:
    async with stage() as s:
        channel = s.team.add_channel("busy", bot=True)
        for n in range(1_200):
            if n % 10 == 9:
                s.slack.clock.move(seconds=10)
            answer = await s.api("chat.postMessage", channel=channel.id, text=f"message {n}")
            assert answer["ok"]
        shown = (await get(s, "messages", channel=channel.id))["messages"]
        assert len(shown) == 1_000
        assert shown[-1]["text"] == "message 1199"
        assert s.olga.sees("message 0")


async def test_the_state_outlives_the_page_and_several_slacks_live_side_by_side() -> None:
    async with LocalSlack(manifest=manifest(MANIFEST)) as one, LocalSlack(manifest=manifest(MANIFEST)) as two:
        assert one.url != two.url
        assert one.signing_secret != two.signing_secret


async def test_events_come_through_a_websocket_as_well() -> None:
    async with stage() as s:
        url = f"{s.slack.url}/_local/events?team={s.team.id}&user={s.olga.id}"
        foreign = {"Origin": "http://example.com", "Connection": "Upgrade", "Upgrade": "websocket"}
        async with s.bot.session.get(url, headers=foreign) as reply:
            assert reply.status == 403, "a page of another site hears nothing"
        async with s.bot.session.ws_connect(url) as socket, s.bot.session.ws_connect(url) as second:
            await s.olga.says("Hello", in_=s.ops)
            for each in (socket, second):
                text = await each.receive_str(timeout=5)
                assert text.startswith("id: ") and "\nevent: message\ndata: {" in text
            await s.slack.stop()
            assert (await socket.receive_str(timeout=5)).startswith(":")
            assert (await socket.receive(timeout=5)).type == WSMsgType.CLOSE


async def test_a_file_that_a_person_puts_into_a_dialog() -> None:
    async with stage() as s:
        who: Json = {"team": s.team.id, "user": s.olga.id}
        answer = await post(s, "file", **who, name="../a b.txt", content="aGVsbG8=")
        file = answer["file"]
        assert (file["name"], file["size"], file["mimetype"]) == ("a b.txt", 5, "text/plain")
        assert s.slack.file(file["id"]) == b"hello"
        assert (await post(s, "file", **who, name="a", content="no base64!"))["error"] == "invalid_arguments"
