"""Conversations of several people, replies that the channel sees, too, and messages under a name of their own."""

import pytest

from bot.sandbox.slack.testing import Channel, Manifest

from .slack_bots import MANIFEST, manifest
from .slack_stage import Stage, nothing, stage


def more(*scopes: str, events: str = "app_mention") -> Manifest:
    """The small bots' manifest with these scopes."""
    text = MANIFEST.replace('"team:read"', ", ".join(['"team:read"', *(f'"{each}"' for each in scopes)]))
    return manifest(text.replace("bot_events: [app_mention,", f"bot_events: [{events},"))


SEVERAL = more("mpim:write", "mpim:read", "mpim:history", events="app_mention, message.mpim")


async def opened(s: Stage) -> Channel:
    """The conversation of the bot with olga and amir."""
    answer = await s.api("conversations.open", users=f"{s.olga.id},{s.amir.id}", return_im=True)
    assert answer["channel"]["is_mpim"] and answer["channel"]["name"] == "mpdm-olga--amir--echo-1"
    assert "already_open" not in answer
    return s.slack.world.channels[answer["channel"]["id"]]


async def test_a_conversation_with_several_is_opened_once_and_theirs_alone() -> None:
    async with stage(app=SEVERAL) as s:
        vera = s.team.add_person("vera")
        together = await opened(s)
        for users in (f"{s.amir.id},{s.olga.id}", f"{s.olga.id}, {s.amir.id}, {s.team.bot_user_id}"):
            again = await s.api("conversations.open", users=users)
            assert (again["channel"]["id"], again["already_open"]) == (together.id, True)
        assert (await s.api("conversations.open", channel=together.id))["already_open"]
        await s.api("chat.postMessage", channel=together.id, text="Just us")
        assert s.olga.sees("Just us") and s.amir.sees("Just us") and not vera.sees("Just us")
        listed = await s.form("conversations.list", types="mpim")
        assert [each["id"] for each in listed["channels"]] == [together.id]
        s.slack.clock.move(seconds=2)
        await s.olga.says("Anybody?", in_=together)
        assert s.bot.got[-1].data["event"]["channel_type"] == "mpim"
        assert s.slack.problems() == []


@pytest.mark.refuses("invalid_user_combination")
async def test_strangers_share_a_channel_before_they_share_a_conversation() -> None:
    async with stage(app=SEVERAL) as s:
        kim = s.team.add_person("kim", home_team="T0OTHER")
        for channel in (s.ops, s.general):
            channel.members.discard(kim.id)
        users = f"{s.olga.id},{kim.id}"
        assert (await s.api("conversations.open", users=users))["error"] == "invalid_user_combination"
        s.general.members.add(kim.id)
        assert (await s.api("conversations.open", users=users))["ok"]


async def test_a_reply_that_is_broadcast_stands_in_the_channel_too() -> None:
    async with stage() as s:
        first = await s.api("chat.postMessage", channel=s.ops.id, text="A question")
        for text, broadcast in (("Only there", False), ("Here, too", True)):
            args = {"channel": s.ops.id, "text": text, "thread_ts": first["ts"], "reply_broadcast": broadcast}
            answer = await s.api("chat.postMessage", **args)
            assert (answer["message"].get("subtype") == "thread_broadcast") is broadcast
        history = await s.form("conversations.history", channel=s.ops.id)
        assert [each["text"] for each in history["messages"]] == ["Here, too", "A question"]
        thread = await s.form("conversations.replies", channel=s.ops.id, ts=first["ts"])
        assert [each["text"] for each in thread["messages"]] == ["A question", "Only there", "Here, too"]
        late = thread["messages"][1]["ts"]
        await s.api("chat.update", channel=s.ops.id, ts=late, text="Everywhere", reply_broadcast=True)
        newer = await s.form("conversations.replies", channel=s.ops.id, ts=first["ts"], oldest=late)
        assert [each["text"] for each in newer["messages"]] == ["A question", "Here, too"], "with its beginning"
        history = await s.form("conversations.history", channel=s.ops.id)
        assert "Everywhere" in [each["text"] for each in history["messages"]]
        alone = await s.api("chat.postMessage", channel=s.ops.id, text="No thread", reply_broadcast=True)
        assert "subtype" not in alone["message"]


async def test_a_name_and_a_picture_for_one_message_take_a_scope() -> None:
    given = {"text": "Hello", "username": "Night watch", "icon_emoji": ":owl:", "icon_url": "https://x.org/i.png"}
    async with stage(nothing, more("chat:write.customize")) as s:
        posted = await s.api("chat.postMessage", channel=s.ops.id, **given)
        assert posted["message"]["username"] == "Night watch"
        assert posted["message"]["icons"] == {"emoji": ":owl:"}, "the emoji goes before the address"
        assert "Night watch: Hello" in s.olga.screen()
        assert s.slack.problems() == []
    async with stage() as s:
        posted = await s.api("chat.postMessage", channel=s.ops.id, **given)
        assert posted["ok"] and "username" not in posted["message"]
        assert "echo: Hello" in s.olga.screen()
        [problem] = s.slack.problems()
        assert "only with the scope chat:write.customize" in problem
