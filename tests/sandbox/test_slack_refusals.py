"""More that the Web API refuses: strange forms, limits of channels and people, files, groups, tokens."""

from typing import Any

import pytest
from aiohttp import web

from bot.sandbox.slack.errors import Refused

from .slack_bots import MANIFEST, manifest
from .slack_stage import Answer, Ask, Stage, asks, button, nothing, stage, text_block


async def raw(s: Stage, method: str, body: bytes, **headers: str) -> Answer:
    """A POST of bytes as they are."""
    sent = {"Authorization": f"Bearer {s.team.bot_token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    url = s.slack.api_url + method
    async with s.bot.session.post(url, data=body, headers=sent, skip_auto_headers=["Content-Type"]) as reply:
        answer: Answer = await reply.json()
        return answer


def form(method: str, **args: str) -> Ask:
    """A call with a form; `{ops}` and `{olga}` are filled in."""

    async def ask(s: Stage) -> Answer:
        return await s.form(method, **{k: v.format(ops=s.ops.id, olga=s.olga.id) for k, v in args.items()})

    return ask


async def no_content_type(s: Stage) -> Answer:
    return await raw(s, "chat.postMessage", b"text=x")


async def strange_charset(s: Stage) -> Answer:
    return await raw(s, "chat.postMessage", b"{}", Content_Type="application/json; charset=utf-16")


async def broken_form(s: Stage) -> Answer:
    return await raw(s, "chat.postMessage", b"--x", Content_Type="multipart/form-data")


async def array_argument(s: Stage) -> Answer:
    return await s.form("chat.postMessage", **{"channel": s.ops.id, "text[0]": "x"})


async def strange_name(s: Stage) -> Answer:
    return await s.form("chat.postMessage", **{"channel": s.ops.id, "te-xt": "x"})


async def restricted(s: Stage) -> Answer:
    s.team.restrict(s.ops)
    return await s.api("chat.postMessage", channel=s.ops.id, text="x")


async def restricted_ephemeral(s: Stage) -> Answer:
    s.team.restrict(s.ops)
    return await s.api("chat.postEphemeral", channel=s.ops.id, user=s.olga.id, text="x")


async def ephemeral_deleted(s: Stage) -> Answer:
    sent = await s.api("chat.postEphemeral", channel=s.ops.id, user=s.olga.id, text="x")
    return await s.api("chat.delete", channel=s.ops.id, ts=sent["message_ts"])


async def ephemeral_answered(s: Stage) -> Answer:
    sent = await s.api("chat.postEphemeral", channel=s.ops.id, user=s.olga.id, text="x")
    return await s.api("chat.postMessage", channel=s.ops.id, text="y", thread_ts=sent["message_ts"])


async def changed_after_deletion(s: Stage) -> Answer:
    ts = (await s.api("chat.postMessage", channel=s.ops.id, text="x"))["ts"]
    await s.api("chat.delete", channel=s.ops.id, ts=ts)
    return await s.api("chat.update", channel=s.ops.id, ts=ts, text="y")


async def changed_where_the_bot_left(s: Stage) -> Answer:
    ts = (await s.api("chat.postMessage", channel=s.ops.id, text="x"))["ts"]
    await s.team.remove_bot_from(s.ops)
    return await s.api("chat.update", channel=s.ops.id, ts=ts, text="y")


async def private_join(s: Stage) -> Answer:
    secret = s.team.add_channel("secret", private=True, bot=True)
    return await s.api("conversations.join", channel=secret.id)


NINE = ",".join(f"U0SOME{number}" for number in range(9))
METADATA = {"event_type": "e", "event_payload": {"x": "y" * 16_000}}
# (the rule, the wrong call, Slack's error)
REFUSED: list[tuple[str, Ask, str]] = [
    ("a POST says what it carries", no_content_type, "missing_post_type"),
    ("a body is in utf-8 or iso-8859-1", strange_charset, "invalid_charset"),
    ("a form can be read", broken_form, "invalid_form_data"),
    ("arguments are no arrays", array_argument, "invalid_array_arg"),
    ("arguments have names of letters, digits and _", strange_name, "invalid_arg_name"),
    ("where only administrators may post, a bot may not", restricted, "restricted_action"),
    ("nor may it show anything to one person there", restricted_ephemeral, "restricted_action"),
    ("an ephemeral message is not deleted by chat.delete", ephemeral_deleted, "message_not_found"),
    ("an ephemeral message has no thread", ephemeral_answered, "cannot_reply_to_message"),
    ("a deleted message is not changed", changed_after_deletion, "message_not_found"),
    ("where the bot left, its messages stay as they are", changed_where_the_bot_left, "cant_update_message"),
    ("attachments are a list", asks("chat.postMessage", channel="{ops}", attachments={"a": 1}), "invalid_attachments"),
    ("attachments are objects", asks("chat.postMessage", channel="{ops}", attachments=["a"]), "invalid_attachments"),
    ("metadata is small", asks("chat.postMessage", channel="{ops}", text="x", metadata=METADATA), "metadata_too_large"),
    (
        "a message is in a conversation Slack knows",
        asks("chat.postMessage", channel="U0GONE", text="x"),
        "channel_not_found",
    ),
    ("a private channel is not joined", private_join, "method_not_supported_for_channel_type"),
    ("a conversation is opened with at most 8 people", asks("conversations.open", users=NINE), "too_many_users"),
    ("a conversation is with somebody else", asks("conversations.open", users="U0BOTACME"), "not_enough_users"),
    ("a conversation of several has its own scope", asks("conversations.open", users="U0OLGA,U0AMIR"), "missing_scope"),
    ("a person exists", form("users.info", user="U0NOBODY"), "user_not_found"),
    ("a bot exists", form("bots.info", bot="B0OTHER"), "bot_not_found"),
    ("a user group exists", form("usergroups.users.list", usergroup="S0NONE"), "no_such_subteam"),
    ("kinds of conversations are Slack's", form("conversations.list", types="secret"), "invalid_types"),
    ("a time of history is a time", form("conversations.history", channel="{ops}", oldest="noon"), "invalid_ts_oldest"),
    ("so is the other end of it", form("conversations.history", channel="{ops}", latest="noon"), "invalid_ts_latest"),
    ("history is of a channel the bot is in", asks("conversations.history", channel="{general}"), "not_in_channel"),
    ("a thread exists to be read", form("conversations.replies", channel="{ops}", ts="1.000001"), "thread_not_found"),
    ("a view to check is one", asks("blocks.validate", view={"type": "modal"}), "invalid_view"),
    ("one thing is checked at a time", asks("blocks.validate", blocks=[], view={}), "invalid_arguments"),
    (
        "an app is removed by its own id",
        form("apps.uninstall", client_id="1.2", client_secret="x"),
        "invalid_client_id",
    ),
]


@pytest.mark.parametrize(("sentence", "ask", "error"), REFUSED, ids=[row[0] for row in REFUSED])
async def test_refused(sentence: str, ask: Ask, error: str) -> None:
    async with stage() as s:
        answer = await ask(s)
        assert answer["ok"] is False, sentence
        assert answer["error"] == error


# (the rule, the scope it needs, the method, its arguments, Slack's error)
WITH_SCOPE: list[tuple[str, str, str, dict[str, str], str]] = [
    (
        "a file has a size",
        "files:write",
        "files.getUploadURLExternal",
        {"filename": "a", "length": "0"},
        "invalid_arguments",
    ),
    (
        "a file has at most 1 GB",
        "files:write",
        "files.getUploadURLExternal",
        {"filename": "a", "length": "1000000001"},
        "file_upload_size_restricted",
    ),
    (
        "an address belongs to somebody",
        "users:read.email",
        "users.lookupByEmail",
        {"email": "x@x.org"},
        "users_not_found",
    ),
]


@pytest.mark.parametrize(("sentence", "scope", "method", "args", "error"), WITH_SCOPE, ids=[r[0] for r in WITH_SCOPE])
async def test_refused_with_its_scope(sentence: str, scope: str, method: str, args: dict[str, str], error: str) -> None:
    async with stage(app=manifest(MANIFEST.replace('"team:read"', f'"team:read", "{scope}"'))) as s:
        assert (await s.form(method, **args))["error"] == error, sentence


@pytest.mark.refuses("messages_tab_disabled")
async def test_a_bot_without_the_messages_tab_writes_to_nobody() -> None:
    off = MANIFEST.replace("messages_tab_enabled: true", "messages_tab_enabled: false")
    async with stage(app=manifest(off)) as s:
        assert (await s.api("chat.postMessage", channel=s.olga.id, text="x"))["error"] == "messages_tab_disabled"


@pytest.mark.refuses("token_rotation_not_enabled", "invalid_token", "token_already_exchanged")
async def test_a_token_is_exchanged_once_and_where_the_manifest_rotates() -> None:
    def client(s: Stage) -> dict[str, str]:
        return {"client_id": s.slack.client_id, "client_secret": s.slack.client_secret}

    async with stage() as s:
        assert (await s.form("oauth.v2.exchange", **client(s)))["error"] == "token_rotation_not_enabled"
    async with stage(app=manifest(MANIFEST + "  token_rotation_enabled: true\n")) as s:
        wrong = await s.form("oauth.v2.exchange", **client(s) | {"token": "xoxb-made-up"})
        assert wrong["error"] == "invalid_token"
        given = await s.form("oauth.v2.exchange", **client(s))
        assert given["expires_in"] == 43_200
        assert (await s.form("oauth.v2.exchange", **client(s)))["error"] == "token_already_exchanged"


async def test_text_plain_carries_no_arguments() -> None:
    async with stage() as s:
        answer = await raw(s, "chat.postMessage", b"hello", Content_Type="text/plain")
        assert answer["error"] == "invalid_arguments"
        assert "channel" in answer["response_metadata"]["messages"][0]


async def test_only_administrators_type_where_only_they_may() -> None:
    async with stage() as s:
        ada = s.team.add_person("ada", admin=True)
        s.ops.members.add(ada.id)
        s.team.restrict(s.ops)
        with pytest.raises(Refused, match="restricted_action"):
            await s.olga.says("hello", in_=s.ops)
        await ada.says("hello", in_=s.ops)
        assert s.olga.sees("hello")


async def test_signs_act_only_unescaped_and_never_in_plain_text() -> None:
    async with stage() as s:
        await s.api("chat.postMessage", channel=s.ops.id, text="1 &lt;!channel&gt; &lt;@U0AMIR&gt; &amp;lt;")
        assert s.olga.sees("1 <!channel> <@U0AMIR> &lt;")
        await s.api("chat.postMessage", channel=s.ops.id, text="2 <!here> <@U0AMIR> <#C0OPS> <https://x.org|there>")
        assert s.olga.sees("2 @here @amir #ops there")
        header = {"type": "header", "text": {"type": "plain_text", "text": "3 &lt;!channel&gt; <!channel>"}}
        await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=[header])
        assert s.olga.sees("3 &lt;!channel&gt; <!channel>")


@pytest.mark.refuses("ratelimited")
async def test_a_workspace_takes_300_messages_a_minute() -> None:
    async with stage() as s:
        channels = [s.team.add_channel(f"c{n}", bot=True) for n in range(31)]
        for n in range(300):
            assert (await s.api("chat.postMessage", channel=channels[n // 10].id, text="x"))["ok"]
        refused = await s.api("chat.postMessage", channel=channels[30].id, text="x")
        assert (refused["error"], refused["_status"]) == ("ratelimited", 429)


async def test_an_org_wide_install_is_named_in_all_that_is_sent() -> None:
    async with stage() as s:
        s.slack.world.oauth.install(s.team.team, s.team.team.installation.scopes, org_wide=True)
        await s.olga.says("/echo", in_=s.ops)
        await s.olga.says("hello", in_=s.olga.direct)
        await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=[text_block(accessory=button("Go"))])
        await s.olga.clicks("Go")
        command, event, click = (got.data for got in s.bot.got)
        assert (command["is_enterprise_install"], command["enterprise_id"]) == ("true", "E0ACME")
        assert event["authorizations"][0]["is_enterprise_install"] is True
        assert (click["is_enterprise_install"], click["enterprise"]["id"]) == (True, "E0ACME")
        assert (await s.api("auth.test"))["is_enterprise_install"] is True


async def test_ssl_check_has_to_get_200_unsigned() -> None:
    async def strict(got: Any) -> web.Response:
        return web.Response(status=401)

    for handler, fine in ((nothing, True), (strict, False)):
        async with stage(handler) as s:
            assert await s.slack.check_ssl() is fine
            assert bool(s.slack.problems()) is not fine
