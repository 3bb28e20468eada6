"""Promised messages that don't get through: in their order, with patience, and never forgotten; an admin sees them."""

import asyncio
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest

from bot.sandbox.slack.person import LocalPerson
from bot.store import notices
from tests.stories.telling import BOTH_WAYS, END, ON_SQLITE, button, forged, last, times
from tests.world import World

pytestmark = BOTH_WAYS


async def given_up(world: World, person: LocalPerson) -> None:
    """Olga's reboot is done, and Slack has refused to hear of it for half an hour."""
    world.has_server("web-1")
    world.slack.fail("chat.postMessage", error="user_not_found", times=1_000)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.minutes_pass(60)
    await person.says("/vps notices", in_=person.direct)


async def test_an_admin_sees_what_was_not_delivered_and_sends_it_again(world: World) -> None:
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert last(world.ada) == "Every message has arrived."
    await given_up(world, world.ada)
    assert world.ada.sees("2 messages could not be delivered.")
    assert world.ada.sees("About how a request stands, to #ops, 1 h old: Slack says user_not_found; given up.")
    listed = world.ada.messages()[-1]

    await world.ada.clicks("Send again", on=listed)
    await world.settle()
    assert world.ada.sees("Sending it to #ops again. /vps notices lists it until it has arrived.")
    world.slack.world.faults.clear()
    await world.minutes_pass(6)
    assert world.amir.sees("web-1 was rebooted.")
    assert "U0ADA notice.sent_again U0OLGA: " in await world.log()

    await world.ada.clicks("Send again", on=listed)
    await world.settle()
    assert world.ada.sees("There is nothing to send again: it has arrived, or is on its way.")
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert world.ada.sees("1 message could not be delivered."), "the other one is still owed"


async def test_a_card_that_can_not_be_changed_any_more_is_listed_and_sent_anew(world: World) -> None:
    world.has_server("web-1")
    world.slack.fail("chat.update", error="message_not_found", times=100)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.minutes_pass(5)
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert "1 message could not be delivered." in last(world.ada)
    assert world.ada.sees("About how a request stands, to #ops, 5 min old: Slack says message_not_found; given up.")
    before = len(world.amir.messages(world.ops))
    await world.ada.clicks("Send again")
    await world.seconds_pass(5)
    assert len(world.amir.messages(world.ops)) == before + 1
    assert "web-1 was rebooted." in world.amir.reads(world.amir.messages(world.ops)[-1])
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert last(world.ada) == "Every message has arrived."


async def test_what_failed_is_listed_while_it_waits_for_slack_s_time_too(world: World) -> None:
    world.has_server("web-1")
    world.slack.fail("chat.postMessage", error="internal_error", times=2)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(3)
    world.slack.world.faults.clear()
    world.slack.fail("chat.postMessage", error="ratelimited", times=1, retry_after=300)
    await world.ada.says("/vps access grant @noor viewer", in_=world.ada.direct)
    await world.minutes_pass(2)
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert "to #ops, 2 min 3 s old: Slack says internal_error; tried again" in last(world.ada)
    await world.minutes_pass(10)
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert last(world.ada) == "Every message has arrived."


async def test_only_admins_see_them_and_a_made_up_id_does_nothing(world: World) -> None:
    await given_up(world, world.amir)
    assert last(world.amir).startswith("You are approver here; this takes admin.")
    await forged(world, world.amir, **button("notices.again", "anything"))
    assert "You are approver here; this takes admin." in last(world.amir)
    await forged(world, world.ada, **button("notices.again", "'; DROP TABLE notices"))
    assert world.ada.sees("There is nothing to send again")
    await world.ada.says("/vps notices all", in_=world.ada.direct)
    assert (
        last(world.ada)
        == "all is one too many: /vps notices takes no words, for example /vps notices. Nothing was done."
    )


async def test_what_comes_later_in_a_channel_does_not_overtake_what_failed(world: World) -> None:
    world.has_server("web-1")
    world.has_server("web-2")
    world.slack.fail("chat.postMessage", error="internal_error", times=3)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(1)
    await world.olga.says("/vps reboot web-2", in_=world.ops)
    await world.minutes_pass(3)
    shown = world.amir.screen(world.ops)
    assert 0 <= shown.index("web-1 is active again") < shown.index("web-2 is active again")
    posts = [call for call in world.slack.api_calls("chat.postMessage") if call.request["channel"] == world.ops.id]
    arrived = [call.time for call in posts if call.status == 200 and call.response["ok"]]
    assert len(arrived) == 4 and all(b - a >= 1 for a, b in pairwise(arrived))
    assert END in world.amir.screen(world.ops), "where its card stands, although that came late"


async def test_a_card_that_goes_elsewhere_is_not_overtaken_by_its_end(world: World) -> None:
    world.has_server("web-1")
    world.slack.fail("chat.postMessage", error="internal_error", times=3)
    await world.olga.says("/vps reboot web-1", in_=world.general)  # the bot isn't there
    await world.minutes_pass(3)
    shown = world.olga.screen(world.olga.direct)
    assert 0 <= shown.index("web-1 was rebooted. @olga asked for it.") < shown.index(END)
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert last(world.ada) == "Every message has arrived."


async def test_what_slack_will_never_take_holds_up_the_others_for_half_an_hour_at_most(world: World) -> None:
    world.has_server("web-1")
    world.has_server("web-2")
    world.slack.fail("chat.postMessage", error="a_word_we_do_not_know", times=12)  # the card; the end waits for it
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.minutes_pass(27)
    await world.olga.says("/vps reboot web-2", in_=world.ops)
    await world.minutes_pass(1)
    assert not world.amir.sees("web-2"), "it waits for the message before it"
    await world.minutes_pass(2)
    assert times(world.amir, "web-2 was rebooted. @olga asked for it.") == 1
    assert times(world.olga, "@olga web-2 is active again.") == 1
    assert not world.amir.sees("web-1"), "that is refused still"
    await world.minutes_pass(5)
    assert times(world.amir, "web-1 was rebooted. @olga asked for it.") == 1 == times(world.olga, END)


async def test_a_message_that_can_not_be_made_does_not_hold_up_the_others(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.has_server("web-1")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
    await world.ada.says("/vps audit export", in_=world.ada.direct)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.minutes_pass(1)
    assert times(world.olga, END) == 1
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert world.ada.sees("About the log as a file, to @ada, 1 min")
    assert world.ada.sees("old: I could not make it (the bot's log says why); tried again")
    (tmp_path / "not there").mkdir()
    await world.minutes_pass(5)
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert last(world.ada) == "Every message has arrived."
    assert len(world.slack.api_calls("files.completeUploadExternal")) == 1


@ON_SQLITE
async def test_what_a_slow_slack_left_untried_is_sent_at_once_and_not_called_cut_off(world: World) -> None:
    asked = {"web-1": world.ops, "web-2": world.team.add_channel("more-ops", bot=True)}
    for name in asked:
        world.has_server(name)
    for name, channel in asked.items():
        await world.olga.says(f"/vps reboot {name}", in_=channel)
    world.slack.fail("chat.postMessage", error="held", times=1)
    sending = asyncio.create_task(world.bot.engine.run_due(world.clock.now()))
    async with asyncio.timeout(5):
        while not world.slack.world.faults.held:
            await asyncio.sleep(0.01)
    world.clock.move(seconds=40)
    world.slack.world.faults.clear()
    await sending
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert "cut off" not in world.ada.screen()
    await world.settle()
    for name, channel in asked.items():
        assert f"@olga is rebooting {name}" in world.olga.screen(channel)


async def test_what_somebody_else_is_sending_is_not_overtaken(world: World) -> None:
    world.has_server("web-1")
    world.has_server("web-2")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    async with world.bot.store.begin("story") as tx:  # another process took it to send
        [card] = await notices.claim(tx, world.team.id, world.clock.now())
    await world.olga.says("/vps reboot web-2", in_=world.ops)
    await world.olga.says("/vps stop web-2", in_=world.general)
    await world.seconds_pass(20)
    assert not world.amir.sees("web-2 is active again")
    async with world.bot.store.begin("story") as tx:  # and has done it now
        await notices.sent(tx, card, channel=world.ops.id, ts="1.0", again_at=world.clock.now())
    await world.seconds_pass(10)
    assert world.amir.sees("web-2 is active again")
    world.slack.forget_problems()


async def test_who_was_stopped_while_sending_has_no_say_when_another_sends_it(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    async with world.bot.store.begin("story") as tx:  # a process is stopped in the middle of sending it
        [stopped] = await notices.claim(tx, world.team.id, world.clock.now())
    world.clock.move(seconds=46)
    async with world.bot.store.begin("story") as tx:  # and another one takes it over
        [taken] = await notices.claim(tx, world.team.id, world.clock.now())
    async with world.bot.store.begin("story") as tx:  # the first goes on: its call of Slack has failed
        assert not await notices.is_claimed(tx, stopped) and await notices.is_claimed(tx, taken)
        assert not await notices.put_off(tx, stopped, until=world.clock.now(), error="unreachable")
    await world.seconds_pass(20)
    sent = [call.request["metadata"]["event_payload"]["notice"] for call in world.slack.api_calls("chat.postMessage")]
    assert taken.id not in sent, "it is left to who sends it"
    async with world.bot.store.begin("story") as tx:
        await notices.sent(tx, taken, channel=world.ops.id, ts="1.0", again_at=world.clock.now())
        await notices.sent(tx, stopped, channel=world.ops.id, ts="2.0", again_at=world.clock.now())
        known = await notices.card(tx, world.team.id, taken.subject)
    assert known and (known.notice.ts, known.error) == ("1.0", ""), "one of them stands"
    world.slack.forget_problems()


async def test_what_slack_took_from_who_was_stopped_is_not_sent_again_when_another_fails(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    async with world.bot.store.begin("story") as tx:
        [stopped] = await notices.claim(tx, world.team.id, world.clock.now())
    world.clock.move(seconds=46)
    async with world.bot.store.begin("story") as tx:
        [taken] = await notices.claim(tx, world.team.id, world.clock.now())
    async with world.bot.store.begin("story") as tx:  # Slack had taken the first one's, and says no to the other
        await notices.sent(tx, stopped, channel=world.ops.id, ts="1.0", again_at=world.clock.now())
        assert not await notices.put_off(tx, taken, until=world.clock.now(), error="internal_error")
    await world.seconds_pass(60)
    sent = [call.request["metadata"]["event_payload"]["notice"] for call in world.slack.api_calls("chat.postMessage")]
    assert taken.id not in sent
    world.slack.forget_problems()


async def test_a_sending_that_is_cut_off_again_and_again_is_listed_and_goes_on(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    for _ in range(2):
        async with world.bot.store.begin("story") as tx:  # each time the process that took it is gone before it sent it
            assert await notices.claim(tx, world.team.id, world.clock.now())
        await world.crash_bot()
        world.clock.move(seconds=46)
        await world.start_bot()
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert "its sending was cut off, perhaps after Slack had taken it; tried again" in last(world.ada)
    await world.minutes_pass(1)
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert last(world.ada) == "Every message has arrived."
    assert times(world.olga, END) == 1


async def test_a_sending_that_was_cut_off_is_done_once_more_with_its_id(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    async with world.bot.store.begin("story") as tx:  # the process that took them to send is gone before it did
        [card] = await notices.claim(tx, world.team.id, world.clock.now())
    before = len(world.slack.api_calls("chat.postMessage"))
    await world.restart()
    await world.seconds_pass(40)
    about_it = [call.request for call in world.slack.api_calls("chat.postMessage")[before:]]
    assert card.id not in [post["metadata"]["event_payload"]["notice"] for post in about_it]
    await world.seconds_pass(8)  # a minute after it was cut off at the latest, and the end a second later
    posts = [call.request["metadata"]["event_payload"] for call in world.slack.api_calls("chat.postMessage")]
    assert posts.count({"notice": card.id}) == 1
    assert times(world.olga, END) == 1
