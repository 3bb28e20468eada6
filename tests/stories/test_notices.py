"""Promised messages that don't get through: in their order, with patience, and never forgotten; an admin sees them."""

from itertools import pairwise

from bot.sandbox.slack.person import LocalPerson
from bot.store import notices
from tests.stories.telling import ONE_WAY_IN, button, forged, last, times
from tests.world import World

END = "@olga web-1 is active again."


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
    assert world.amir.sees("web-1 is active again")
    assert "U0ADA notice.sent_again U0OLGA: " in await world.log()

    await world.ada.clicks("Send again", on=listed)
    await world.settle()
    assert world.ada.sees("There is nothing to send again: it has arrived, or is on its way.")
    await world.ada.says("/vps notices", in_=world.ada.direct)
    assert world.ada.sees("1 message could not be delivered."), "the other one is still owed"


@ONE_WAY_IN
async def test_only_admins_see_them_and_a_made_up_id_does_nothing(world: World) -> None:
    await given_up(world, world.amir)
    assert last(world.amir).startswith("You are approver here; this takes admin.")
    await forged(world, world.amir, **button("notices.again", "anything"))
    assert "You are approver here; this takes admin." in last(world.amir)
    await forged(world, world.ada, **button("notices.again", "'; DROP TABLE notices"))
    assert world.ada.sees("There is nothing to send again")
    await world.ada.says("/vps notices all", in_=world.ada.direct)
    assert (
        last(world.ada) == "all is too much: /vps notices takes no words, for example /vps notices. Nothing was done."
    )


@ONE_WAY_IN
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
    assert len(arrived) == 2 and all(b - a >= 1 for a, b in pairwise(arrived))


@ONE_WAY_IN
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


@ONE_WAY_IN
async def test_a_sending_that_was_cut_off_is_done_once_more_with_its_id(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    async with world.bot.store.begin("story") as tx:  # the process that took them to send is gone before it did
        [card] = await notices.claim(tx, world.team.id, world.clock.now())
    before = len(world.slack.api_calls("chat.postMessage"))
    await world.restart()
    await world.seconds_pass(50)
    about_it = [call.request for call in world.slack.api_calls("chat.postMessage")[before:]]
    assert card.id not in [post["metadata"]["event_payload"]["notice"] for post in about_it]
    await world.seconds_pass(20)
    posts = [call.request["metadata"]["event_payload"] for call in world.slack.api_calls("chat.postMessage")]
    assert posts.count({"notice": card.id}) == 1
    assert times(world.olga, END) == 1
