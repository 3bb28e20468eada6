"""The Web API refuses what Slack refuses, with Slack's own names; here a deliberately wrong client asks."""

import pytest

from .slack_bots import MANIFEST, manifest
from .slack_stage import Answer, Ask, Stage, asks, modal, stage, text_block


async def archived(s: Stage) -> Answer:
    await s.team.archive(s.ops)
    return await s.api("chat.postMessage", channel=s.ops.id, text="x")


async def archived_change(s: Stage) -> Answer:
    ts = (await s.api("chat.postMessage", channel=s.ops.id, text="x"))["ts"]
    await s.team.archive(s.ops)
    return await s.api("chat.update", channel=s.ops.id, ts=ts, text="y")


async def archived_join(s: Stage) -> Answer:
    await s.team.archive(s.general)
    return await s.api("conversations.join", channel=s.general.id)


async def private(s: Stage) -> Answer:
    return await s.api("chat.postMessage", channel=s.team.add_channel("secret", private=True).id, text="x")


async def somebody_elses(s: Stage) -> Answer:
    await s.olga.says("mine", in_=s.ops)
    return await s.api("chat.update", channel=s.ops.id, ts=s.olga.messages(s.ops)[-1].ts, text="yours")


async def somebody_elses_deleted(s: Stage) -> Answer:
    await s.olga.says("mine", in_=s.ops)
    return await s.api("chat.delete", channel=s.ops.id, ts=s.olga.messages(s.ops)[-1].ts)


async def ephemeral_changed(s: Stage) -> Answer:
    sent = await s.api("chat.postEphemeral", channel=s.ops.id, user=s.olga.id, text="x")
    return await s.api("chat.update", channel=s.ops.id, ts=sent["message_ts"], text="y")


async def after_removal(s: Stage) -> Answer:
    await s.team.remove_bot_from(s.ops)
    return await s.api("chat.postMessage", channel=s.ops.id, text="x")


async def revoked(s: Stage) -> Answer:
    await s.team.revoke_token()
    return await s.api("auth.test")


async def uninstalled(s: Stage) -> Answer:
    await s.team.uninstall(quietly=True)
    return await s.api("chat.postMessage", channel=s.ops.id, text="x")


async def to_deactivated_ephemeral(s: Stage) -> Answer:
    await s.team.deactivate(s.olga, quietly=True)
    return await s.api("chat.postEphemeral", channel=s.ops.id, user=s.olga.id, text="x")


async def open_deactivated(s: Stage) -> Answer:
    await s.team.deactivate(s.olga, quietly=True)
    return await s.api("conversations.open", users=s.olga.id)


async def no_json(s: Stage) -> Answer:
    headers = {"Authorization": f"Bearer {s.team.bot_token}", "Content-Type": "application/json"}
    async with s.bot.session.post(s.slack.api_url + "chat.postMessage", data=b"{", headers=headers) as reply:
        body: Answer = await reply.json()
        return body


async def json_list(s: Stage) -> Answer:
    headers = {"Authorization": f"Bearer {s.team.bot_token}", "Content-Type": "application/json"}
    async with s.bot.session.post(s.slack.api_url + "chat.postMessage", data=b"[]", headers=headers) as reply:
        body: Answer = await reply.json()
        return body


async def strange_post(s: Stage) -> Answer:
    headers = {"Authorization": f"Bearer {s.team.bot_token}", "Content-Type": "text/csv"}
    async with s.bot.session.post(s.slack.api_url + "chat.postMessage", data=b"a,b", headers=headers) as reply:
        body: Answer = await reply.json()
        return body


# (the rule, the wrong call, Slack's error)
REFUSED: list[tuple[str, Ask, str]] = [
    ("a call has a token", asks("auth.test", token=""), "not_authed"),
    ("a token is known", asks("auth.test", token="xoxb-made-up"), "invalid_auth"),
    ("a bot's method takes no app token", asks("auth.test", token="xapp-1"), "not_allowed_token_type"),
    ("apps.connections.open takes an app token", asks("apps.connections.open"), "not_allowed_token_type"),
    ("a revoked token is dead", revoked, "token_revoked"),
    ("the token of a removed app is dead", uninstalled, "account_inactive"),
    ("methods are Slack's", asks("chat.sing"), "unknown_method"),
    ("a JSON body is JSON", no_json, "invalid_json"),
    ("a JSON body is an object", json_list, "json_not_object"),
    ("a POST is JSON or a form", strange_post, "invalid_post_type"),
    ("a message has a channel", asks("chat.postMessage", text="x"), "invalid_arguments"),
    ("a channel exists", asks("chat.postMessage", channel="C0NOWHERE", text="x"), "channel_not_found"),
    ("the bot is in the channel", asks("chat.postMessage", channel="{general}", text="x"), "not_in_channel"),
    (
        "the bot is in the channel by its name, too",
        asks("chat.postMessage", channel="#general", text="x"),
        "not_in_channel",
    ),
    ("the bot was not removed from the channel", after_removal, "not_in_channel"),
    ("a private channel is unknown to a bot that is not in it", private, "channel_not_found"),
    ("a channel is not archived", archived, "is_archived"),
    ("a message in an archived channel stays as it is", archived_change, "is_inactive"),
    ("an archived channel is not joined", archived_join, "is_archived"),
    ("a message has text or blocks", asks("chat.postMessage", channel="{ops}"), "no_text"),
    (
        "markdown_text stands alone",
        asks("chat.postMessage", channel="{ops}", text="x", markdown_text="y"),
        "markdown_text_conflict",
    ),
    (
        "metadata has its form",
        asks("chat.postMessage", channel="{ops}", text="x", metadata={"a": 1}),
        "invalid_metadata_format",
    ),
    (
        "a thread is named by a ts",
        asks("chat.postMessage", channel="{ops}", text="x", thread_ts="now"),
        "invalid_thread_ts",
    ),
    ("a thread exists", asks("chat.postMessage", channel="{ops}", text="x", thread_ts="1.000001"), "thread_not_found"),
    (
        "attachments are at most 100",
        asks("chat.postMessage", channel="{ops}", attachments=[{"text": "x"}] * 101),
        "too_many_attachments",
    ),
    (
        "an ephemeral message has a reader in the channel",
        asks("chat.postEphemeral", channel="{ops}", user="U0NOBODY", text="x"),
        "user_not_in_channel",
    ),
    ("an ephemeral message's reader has an account", to_deactivated_ephemeral, "user_not_in_channel"),
    (
        "an ephemeral message needs the bot in the channel",
        asks("chat.postEphemeral", channel="{general}", user="{olga}", text="x"),
        "not_in_channel",
    ),
    (
        "an ephemeral message goes to a channel, not a person",
        asks("chat.postEphemeral", channel="{olga}", user="{olga}", text="x"),
        "channel_not_found",
    ),
    ("a changed message exists", asks("chat.update", channel="{ops}", ts="1.000001", text="x"), "message_not_found"),
    ("a changed message is the bot's own", somebody_elses, "cant_update_message"),
    ("a deleted message is the bot's own", somebody_elses_deleted, "cant_delete_message"),
    ("an ephemeral message is not changed by chat.update", ephemeral_changed, "message_not_found"),
    ("a permalink needs a message", asks("chat.getPermalink", channel="{ops}", message_ts="1.1"), "invalid_arguments"),
    ("a person exists", asks("users.info", user="U0NOBODY"), "invalid_arguments"),
    ("a view to update is named", asks("views.update", view=modal()), "invalid_arguments"),
    (
        "a Home tab belongs to somebody",
        asks("views.publish", user_id="U0NOBODY", view={"type": "home", "blocks": []}),
        "invalid_arguments",
    ),
    ("a conversation is opened with somebody", asks("conversations.open"), "users_list_not_supplied"),
    ("a conversation is opened with a member", asks("conversations.open", users="U0NOBODY"), "user_not_found"),
    ("a conversation is not opened with a deactivated account", open_deactivated, "user_disabled"),
    ("files need their scope", asks("files.completeUploadExternal", files=[]), "missing_scope"),
    ("a team is the bot's own", asks("team.info", team="T0OTHER"), "team_not_found"),
]


@pytest.mark.parametrize(("sentence", "ask", "error"), REFUSED, ids=[row[0] for row in REFUSED])
async def test_refused(sentence: str, ask: Ask, error: str) -> None:
    async with stage() as s:
        answer = await ask(s)
        assert answer["ok"] is False, sentence
        assert answer["error"] == error


@pytest.mark.refuses("invalid_arguments")
async def test_methods_that_take_forms_do_not_read_json() -> None:
    async with stage() as s:
        assert (await s.api("users.info", user=s.olga.id))["error"] == "invalid_arguments"
        assert (await s.form("users.info", user=s.olga.id))["user"]["name"] == "olga"
        async with s.bot.session.get(
            s.slack.api_url + "users.info", params={"token": s.team.bot_token, "user": s.olga.id}
        ) as r:
            assert (await r.json())["ok"]


@pytest.mark.refuses("missing_scope")
@pytest.mark.parametrize(
    ("scope", "method", "args"),
    [
        ("chat:write", "chat.postMessage", {"channel": "C0OPS", "text": "x"}),
        ("users:read", "users.info", {"user": "U0OLGA"}),
        ("usergroups:read", "usergroups.list", {}),
        ("team:read", "team.info", {}),
        ("channels:read", "conversations.info", {"channel": "C0OPS"}),
        ("channels:join", "conversations.join", {"channel": "C0OPS"}),
        ("im:write", "conversations.open", {"users": "U0OLGA"}),
    ],
)
async def test_a_scope_the_manifest_does_not_ask_for_is_missing(scope: str, method: str, args: dict[str, str]) -> None:
    text = MANIFEST.replace(f'"{scope}"', '"files:read"').replace("user_change, ", "")
    async with stage(app=manifest(text)) as s:
        answer = await s.form(method, **args)
        assert answer["error"] == "missing_scope"
        assert scope in answer["needed"]
        assert scope not in answer["provided"].split(",")
    async with stage() as s:
        assert (await s.form(method, **args))["ok"]


async def test_a_post_to_a_deactivated_person_succeeds() -> None:
    async with stage() as s:
        await s.team.deactivate(s.olga, quietly=True)
        posted = await s.api("chat.postMessage", channel=s.olga.id, text="x")
        assert posted["ok"]
        assert posted["channel"] == s.olga.direct.id


async def test_answers_are_shaped_like_slacks() -> None:
    async with stage() as s:
        posted = await s.api(
            "chat.postMessage", channel=s.ops.id, text="x", metadata={"event_type": "e", "event_payload": {"id": 1}}
        )
        assert {"bot_id", "app_id", "user", "ts", "text", "type", "team", "metadata"} <= posted["message"].keys()
        changed = await s.api("chat.update", channel=s.ops.id, ts=posted["ts"], text="y")
        assert (changed["ts"], changed["text"]) == (posted["ts"], "y")
        assert changed["message"]["edited"]
        link = await s.form("chat.getPermalink", channel=s.ops.id, message_ts=posted["ts"])
        assert link["permalink"].startswith("https://acme.slack.com/archives/C0OPS/p")
        assert (await s.api("auth.test"))["user_id"] == s.team.bot_user_id
        assert (await s.form("bots.info", bot=s.team.team.bot_id))["bot"]["user_id"] == s.team.bot_user_id
        assert (await s.form("conversations.members", channel=s.ops.id))["members"]
        assert (await s.api("conversations.join", channel=s.general.id))["channel"]["is_member"]
        assert (await s.api("conversations.open", users=s.olga.id))["channel"]["id"] == s.olga.direct.id
        group = s.team.add_group("ops-team", [s.olga])
        assert (await s.form("usergroups.users.list", usergroup=group.id))["users"] == [s.olga.id]
        assert (await s.form("usergroups.list", include_users="true"))["usergroups"][0]["users"] == [s.olga.id]
        history = await s.form("conversations.history", channel=s.ops.id)
        assert [m["text"] for m in history["messages"]] == ["y"]


async def test_accounts_are_told_as_they_are() -> None:
    async with stage() as s:
        await s.team.make_guest(s.olga, quietly=True)
        assert (await s.form("users.info", user=s.olga.id))["user"]["is_restricted"]
        await s.team.deactivate(s.amir, quietly=True)
        assert (await s.form("users.info", user=s.amir.id))["user"]["deleted"]
        stranger = s.team.add_person("eve", home_team="T0EVIL")
        told = (await s.form("users.info", user=stranger.id))["user"]
        assert (told["is_stranger"], told["team_id"]) == (True, "T0EVIL")


async def test_an_update_with_text_alone_removes_the_blocks() -> None:
    async with stage() as s:
        posted = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=[text_block("old")])
        await s.api("chat.update", channel=s.ops.id, ts=posted["ts"], text="new")
        assert s.olga.sees("new")
        assert not s.olga.sees("old")


async def test_replies_hang_on_their_parent() -> None:
    async with stage() as s:
        parent = await s.api("chat.postMessage", channel=s.ops.id, text="parent")
        await s.api("chat.postMessage", channel=s.ops.id, text="child", thread_ts=parent["ts"])
        found = await s.form("conversations.replies", channel=s.ops.id, ts=parent["ts"])
        assert [m["text"] for m in found["messages"]] == ["parent", "child"]
        assert found["messages"][0]["reply_count"] == 1


@pytest.mark.refuses("invalid_cursor", "invalid_limit")
async def test_lists_come_page_by_page() -> None:
    async with stage() as s:
        for n in range(5):
            s.team.add_person(f"p{n}")
        seen: list[str] = []
        cursor = ""
        while True:
            page = await s.form("users.list", limit="3", cursor=cursor)
            seen += [member["id"] for member in page["members"]]
            cursor = page["response_metadata"]["next_cursor"]
            if not cursor:
                break
        assert len(seen) == len(set(seen)) == 8
        assert (await s.form("users.list", cursor="nonsense"))["error"] == "invalid_cursor"
        assert (await s.form("users.list", limit="0"))["error"] == "invalid_limit"
