"""Every promised message arrives: whatever the channel, the name, or Slack itself is like at that moment."""

import pytest

from tests.stories.telling import times
from tests.world import World

END = "@olga web-1 is active again. It took 6 s."


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
@pytest.mark.parametrize("error", ["ratelimited", "closed", "internal_error", "fatal_error"])
async def test_slack_in_trouble_for_a_moment_loses_and_doubles_nothing(world: World, method: str, error: str) -> None:
    world.has_server("web-1")
    world.slack.fail(method, error=error, times=2, retry_after=5)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.minutes_pass(2)
    assert times(world.olga, END) == 1
    assert times(world.amir, "web-1 was rebooted. @olga asked for it.") == 1
    assert not world.amir.sees("@olga is rebooting web-1"), "the card shows the end"
    assert world.reboots() == 1
    if error == "ratelimited":
        refused = [call.time for call in world.slack.api_calls(method) if call.status == 429]
        assert refused[1] - refused[0] >= 5, "Retry-After was waited for"


async def test_an_answer_of_slacks_that_got_lost_makes_no_silence(world: World) -> None:
    """Whether Slack has the message can't be read back without a further scope: told twice is better than never."""
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(3)
    world.slack.fail("chat.postMessage", error="lost_reply", times=1)
    world.slack.fail("chat.update", error="lost_reply", times=1)
    await world.minutes_pass(2)
    assert times(world.olga, END) in (1, 2)
    assert times(world.amir, "web-1 was rebooted. @olga asked for it.") == 1


async def test_slack_away_for_two_hours_is_told_of_the_end_afterwards(world: World) -> None:
    world.has_server("web-1")
    world.slack.fail("chat.postMessage", error="closed", times=1_000_000)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.minutes_pass(120)
    assert not world.olga.sees(END)
    world.slack.server.world.faults.clear()
    await world.minutes_pass(6)
    assert times(world.olga, END) == 1
    assert world.amir.sees("web-1 was rebooted. @olga asked for it.")


@pytest.mark.parametrize(
    ("what", "error"), [("archived", "is_archived"), ("left", "not_in_channel"), ("private", "channel_not_found")]
)
async def test_a_channel_closed_meanwhile_is_replaced_by_a_direct_message(world: World, what: str, error: str) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(3)
    if what == "archived":
        await world.team.archive(world.ops)
    else:
        world.ops.is_private = what == "private"
        await world.team.remove_bot_from(world.ops)
    await world.minutes_pass(2)
    assert END in world.olga.screen(world.olga.direct)
    assert times(world.olga, END) == 1
    assert times(world.ada, "I can't write in #ops") == 1, "an admin can mend it"
    assert error in {call.response.get("error") for call in world.slack.api_calls("chat.postMessage")}
    world.slack.forget_problems()


async def test_a_command_in_a_direct_message_is_answered_there_alone(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.olga.direct)
    await world.seconds_pass(15)
    assert END in world.olga.screen(world.olga.direct)
    assert not world.amir.sees("web-1")


async def test_a_private_channel_keeps_its_secrets(world: World) -> None:
    world.has_server("web-1")
    closed = world.team.add_channel("closed", members=[world.olga, world.vera], private=True, bot=True)
    await world.olga.says("/vps reboot web-1", in_=closed)
    await world.seconds_pass(15)
    assert world.vera.sees(END)
    assert not world.amir.sees("web-1")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<!channel>", "<!channel>"),
        ("<@U0ADA>", "<@U0ADA>"),
        ("&lt;!here&gt;", "&lt;!here&gt;"),
        ("*bold* and `code`", "∗bold∗ and 'code'"),
        ("[link](http://x.example)", "[link](http://x.example)"),
        ("naïve-服务器-🦊", "naïve-服务器-🦊"),
        ("x" * 200, "x" * 79 + "…"),
    ],
)
async def test_a_servers_name_is_never_more_than_a_name(world: World, name: str, shown: str) -> None:
    server = world.has_server(name)
    await world.olga.says(f"/vps reboot {server.id}", in_=world.ops)
    await world.seconds_pass(15)
    assert world.olga.sees(f"Rebooting {shown}. I'll mention you when it is done.")
    assert times(world.olga, f"@olga {shown} is active again. It took 6 s.") == 1
    *_, card, end = [call.request for call in world.slack.api_calls("chat.postMessage")]
    said = [text for message in (card, end) for text in (message["text"], str(message["blocks"]))]
    assert not any(sign in text for text in said for sign in ("<!channel>", "<@U0ADA>", "<!here>"))


async def test_marks_and_turning_signs_in_a_name_are_dropped(world: World) -> None:
    server = world.has_server("web\u202e-1\x00\n2")
    await world.olga.says(f"/vps reboot {server.id}", in_=world.ops)
    assert world.olga.sees("Rebooting web-1 2. I'll mention you when it is done.")


async def test_the_end_mentions_who_asked_and_nobody_else(world: World) -> None:
    world.has_server("web-1")
    await world.amir.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(15)
    *_, end = [call.request for call in world.slack.api_calls("chat.postMessage")]
    assert end["text"] == "<@U0AMIR> *web-1* is active again. It took 6 s."
    assert str(end).count("<@") == 2, "in the text and in its block"
