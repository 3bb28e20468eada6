"""Events: sent for what the manifest subscribes to, repeated three times, and given up when a bot never answers."""

import asyncio
import itertools

import pytest
from aiohttp import web

from .slack_bots import MANIFEST, Got, manifest
from .slack_stage import SUBMIT, button, modal, nothing, stage, text_block


async def test_a_mention_and_a_direct_message_reach_the_bot() -> None:
    async with stage() as s:
        await s.olga.says(f"@{s.team.team.bot.name} list", in_=s.ops)
        await s.olga.says("hello", in_=s.olga.direct)
        mention, direct = (got.data for got in s.bot.got)
        assert mention["type"] == "event_callback"
        assert mention["team_id"] == s.team.id
        assert mention["authorizations"][0]["user_id"] == s.team.bot_user_id
        assert mention["event"]["type"] == "app_mention"
        assert mention["event"]["text"] == f"<@{s.team.bot_user_id}> list"
        assert (direct["event"]["type"], direct["event"]["channel_type"]) == ("message", "im")
        assert mention["event_id"] != direct["event_id"]


async def test_what_the_manifest_does_not_subscribe_to_is_not_sent() -> None:
    async with stage(app=manifest(MANIFEST.replace("app_mention, message.im, ", ""))) as s:
        await s.olga.says(f"@{s.team.team.bot.name} list", in_=s.ops)
        await s.olga.says("hello", in_=s.olga.direct)
        await s.olga.says("/echo still", in_=s.ops)
        assert [got.kind for got in s.bot.got] == ["command"]


async def test_what_happens_where_the_bot_is_not_is_not_sent() -> None:
    async with stage() as s:
        await s.olga.says(f"@{s.team.team.bot.name} list", in_=s.general)
        assert s.bot.got == []


async def test_the_home_tab_and_accounts_and_the_end_are_told() -> None:
    async with stage() as s:
        await s.olga.opens_home()
        await s.team.deactivate(s.amir)
        await s.team.make_guest(s.olga)
        await s.team.uninstall()
        events = [got.data["event"] for got in s.bot.got]
        assert [e["type"] for e in events] == [
            "app_home_opened",
            "user_change",
            "user_change",
            "tokens_revoked",
            "app_uninstalled",
        ]
        assert (events[0]["tab"], events[0]["user"]) == ("home", s.olga.id)
        assert events[1]["user"]["deleted"]
        assert events[2]["user"]["is_restricted"]
        assert events[3]["tokens"]["bot"] == [s.team.bot_user_id]


@pytest.mark.refuses("http_error")
async def test_an_event_nobody_answers_comes_again_at_once_after_a_minute_and_after_five() -> None:
    async def broken(got: Got) -> web.Response:
        return web.Response(status=500)

    async with stage(broken) as s:
        s.slack.world.bot_follows_clock = True  # minutes pass here for the bot, too
        await s.olga.says("hello", in_=s.olga.direct)
        assert len(s.bot.got) == 2
        await s.slack.deliver_due()
        assert len(s.bot.got) == 2
        for minutes, count in ((1, 3), (5, 4), (60, 4)):
            s.slack.clock.move(minutes=minutes)
            await s.slack.deliver_due()
            assert len(s.bot.got) == count
        numbers = [got.headers.get("X-Slack-Retry-Num") for got in s.bot.got]
        assert numbers == [None, "1", "2", "3"]
        assert {got.headers.get("X-Slack-Retry-Reason") for got in s.bot.got[1:]} == {"http_error"}
        assert len({got.data["event_id"] for got in s.bot.got}) == 1
        assert len({got.headers["X-Slack-Signature"] for got in s.bot.got}) > 1, "each is signed anew"


async def test_an_answered_repeat_is_the_last_one() -> None:
    answers = [500, 200]

    async def recovering(got: Got) -> web.Response:
        return web.Response(status=answers.pop(0))

    async with stage(recovering) as s:
        await s.olga.says("hello", in_=s.olga.direct)
        s.slack.clock.move(hours=1)
        await s.slack.deliver_due()
        assert len(s.bot.got) == 2


async def test_a_bot_can_ask_for_no_repeats() -> None:
    async def once(got: Got) -> web.Response:
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    async with stage(once) as s:
        await s.olga.says("hello", in_=s.olga.direct)
        assert len(s.bot.got) == 1


@pytest.mark.refuses("http_timeout")
async def test_a_late_event_is_repeated_with_the_reason_http_timeout() -> None:
    async def late_once(got: Got) -> str:
        if "X-Slack-Retry-Num" not in got.headers:
            await asyncio.Event().wait()
        return ""

    async with stage(late_once) as s:
        await s.olga.says("hello", in_=s.olga.direct)
        assert [got.headers.get("X-Slack-Retry-Reason") for got in s.bot.got] == [None, "http_timeout"]


async def test_commands_clicks_submits_and_shortcuts_are_never_repeated() -> None:
    async def broken(got: Got) -> web.Response:
        return web.Response(status=500)

    async with stage(broken) as s:
        await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=[text_block(accessory=button("Go"))])
        message = s.olga.messages(s.ops)[-1]
        await s.api("views.open", trigger_id=s.trigger(), view=modal(text_block(), submit=SUBMIT, notify_on_close=True))
        await s.olga.says("/echo")
        await s.olga.clicks("Go", on=message)
        await s.olga.submits()
        await s.olga.closes_dialog()
        await s.olga.uses_shortcut("Look everywhere")
        await s.olga.uses_shortcut("Look here", on=message)
        sent = ["command", "block_actions", "view_submission", "view_closed", "shortcut", "message_action"]
        assert [got.kind for got in s.bot.got] == sent
        for minutes in (1, 5, 60):
            s.slack.clock.move(minutes=minutes)
            await s.slack.deliver_due()
        assert [got.kind for got in s.bot.got] == sent
        assert not any("X-Slack-Retry-Num" in got.headers for got in s.bot.got)


async def test_a_bot_that_fails_nearly_always_gets_no_more_events() -> None:
    async with stage() as s:
        await s.bot.stop()
        for _ in range(499):
            await s.olga.says("hello", in_=s.olga.direct)
        assert len(s.slack.deliveries("event")) == 998, "fewer than 1,000 deliveries in an hour turn nothing off"
        await s.olga.says("hello", in_=s.olga.direct)
        assert s.slack.server.events.turned_off
        await s.team.deactivate(s.amir)
        await s.olga.says("hello", in_=s.olga.direct)
        assert len(s.slack.deliveries("event")) == 1_000


async def test_a_bot_that_answers_one_in_twenty_keeps_its_events() -> None:
    calls = itertools.count(1)

    async def mostly_broken(got: Got) -> web.Response:
        headers = {"X-Slack-No-Retry": "1"}
        return web.Response(status=500 if next(calls) % 20 else 200, headers=headers)

    async with stage(mostly_broken) as s:
        for _ in range(1_000):
            await s.olga.says("hello", in_=s.olga.direct)
        assert not s.slack.server.events.turned_off, "95 % are not more than 95 %"


async def test_failures_of_another_hour_do_not_count() -> None:
    async with stage() as s:
        await s.bot.stop()
        for _ in range(2):
            for _ in range(300):
                await s.olga.says("hello", in_=s.olga.direct)
            s.slack.clock.move(hours=2)
        assert not s.slack.server.events.turned_off


async def test_a_bot_that_is_not_there_gets_its_repeats_with_the_reason_connection_failed() -> None:
    async with stage() as s:
        url, s.slack.request_url = s.slack.request_url, "http://127.0.0.1:9/slack/events"
        await s.olga.says("hello", in_=s.olga.direct)
        s.slack.request_url = url
        s.slack.clock.move(minutes=1)
        await s.slack.deliver_due()
        [got] = s.bot.got
        assert (got.headers["X-Slack-Retry-Num"], got.headers["X-Slack-Retry-Reason"]) == ("2", "connection_failed")


async def test_an_archived_channel_and_a_changed_group_are_told_to_who_subscribed() -> None:
    text = MANIFEST.replace("[app_mention, ", "[channel_archive, subteam_members_changed, member_joined_channel, ")
    async with stage(app=manifest(text)) as s:
        group = s.team.add_group("ops-team", [s.olga])
        await s.team.set_group(group, [s.amir])
        await s.team.add_bot_to(s.general)
        await s.team.archive(s.ops)
        changed, joined, archived = (got.data["event"] for got in s.bot.got)
        assert (changed["added_users"], changed["removed_users"]) == ([s.amir.id], [s.olga.id])
        assert (joined["type"], joined["user"]) == ("member_joined_channel", s.team.bot_user_id)
        assert (archived["type"], archived["channel"]) == ("channel_archive", s.ops.id)


@pytest.mark.parametrize(("answer", "fine"), [("right", True), ("wrong", False)])
async def test_an_address_is_verified_by_a_challenge(answer: str, fine: bool) -> None:
    async def bot(got: Got) -> web.Response:
        return web.json_response({"challenge": got.data["challenge"] if answer == "right" else "?"})

    async with stage(bot) as s:
        assert await s.slack.verify_url() is fine
    async with stage(nothing) as s:
        assert not await s.slack.verify_url()
