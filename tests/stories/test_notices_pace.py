"""The pace of messages: one a second and channel, as Slack asks to wait, nobody overtaken, also after a restart."""

from itertools import pairwise

from tests.stories.telling import BOTH_WAYS, END, times
from tests.world import World

pytestmark = BOTH_WAYS


async def test_nothing_is_posted_while_slack_asks_to_wait(world: World) -> None:
    world.has_server("web-1")
    world.has_server("web-2")
    world.slack.fail("chat.postMessage", error="ratelimited", times=1, retry_after=20)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.olga.says("/vps reboot web-2", in_=world.general)
    await world.olga.says("/vps stop web-1", in_=world.olga.direct)
    await world.minutes_pass(2)
    [refused] = [call.time for call in world.slack.api_calls("chat.postMessage") if call.status == 429]
    later = [call.time for call in world.slack.api_calls("chat.postMessage") if call.time >= refused][1:]
    assert later and min(later) - refused >= 20
    assert times(world.olga, END) == 1 and times(world.olga, "@olga web-2 is active again.") == 1


async def test_a_bot_that_was_started_anew_goes_on_waiting_as_slack_asked(world: World) -> None:
    world.has_server("web-1")
    world.has_server("web-2")
    world.slack.fail("chat.postMessage", error="ratelimited", times=1, retry_after=30)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(2)
    await world.restart()
    await world.olga.says("/vps reboot web-2", in_=world.general)
    await world.seconds_pass(5)
    await world.ada.says("/vps audit export", in_=world.ada.direct)
    await world.restart()
    await world.minutes_pass(2)
    [refused] = [call.time for call in world.slack.api_calls("chat.postMessage") if call.status == 429]
    sent = ("chat.postMessage", "chat.update", "files.completeUploadExternal")
    later = [call.time for method in sent for call in world.slack.api_calls(method) if call.time > refused]
    assert later and min(later) - refused >= 30
    assert times(world.olga, END) == 1 == times(world.olga, "@olga web-2 is active again.")


async def test_an_admin_does_not_ask_slack_again_before_it_is_time(world: World) -> None:
    world.has_server("web-1")
    world.slack.fail("chat.postMessage", error="ratelimited", times=1, retry_after=60)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(2)
    await world.ada.says("/vps notices", in_=world.ada.direct)
    await world.ada.clicks("Send again")
    await world.minutes_pass(2)
    first, second, *_ = [call.time for call in world.slack.api_calls("chat.postMessage")[-3:]]
    assert second - first >= 60 and times(world.olga, END) == 1


async def test_after_a_restart_nothing_overtakes_what_failed_before_it(world: World) -> None:
    world.has_server("web-1")
    world.has_server("web-2")
    world.slack.fail("chat.postMessage", error="internal_error", times=3)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(8)
    await world.restart()
    await world.olga.says("/vps reboot web-2", in_=world.ops)
    await world.seconds_pass(2)
    assert not world.amir.sees("@olga is rebooting web-2"), "it waits for the message before it"
    await world.minutes_pass(3)
    shown = world.amir.screen(world.ops)
    assert 0 <= shown.index("web-1 is active again") < shown.index("web-2 is active again")


async def test_one_message_a_second_also_when_the_bot_was_started_anew_in_between(world: World) -> None:
    for number in (1, 2, 3, 4):
        world.has_server(f"web-{number}")
    for number in (1, 2, 3, 4):
        await world.olga.says(f"/vps reboot web-{number}", in_=world.ops)
        await world.seconds_pass(0.2)
        await world.restart()
    await world.minutes_pass(1)
    posts = [call.time for call in world.slack.api_calls("chat.postMessage") if call.request["channel"] == world.ops.id]
    assert len(posts) == 8 and all(later - sooner >= 1 for sooner, later in pairwise(posts))
