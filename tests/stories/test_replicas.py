"""Two replicas on one PostgreSQL: people needn't know which one answers."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.conftest import POSTGRES
from tests.stories.governing import answer_of, opens_settings, types
from tests.stories.telling import times
from tests.world import World

pytestmark = pytest.mark.only(POSTGRES)


@pytest.fixture
async def urls(world: World) -> AsyncIterator[tuple[str, str]]:
    """Where the two take Slack's requests; web-1 runs."""
    world.has_server("web-1")
    async with world.replica() as other:
        yield world.slack.request_url, other


async def test_what_one_was_told_the_other_knows_a_second_later(world: World, urls: tuple[str, str]) -> None:
    one, other = urls
    world.slack.request_url = other
    await world.noor.says("/vps reboot web-1", in_=world.ops)
    assert world.noor.sees("You have no role here yet")

    world.slack.request_url = one
    await world.ada.says("/vps access grant @noor operator", in_=world.ops)
    await world.seconds_pass(1)
    world.slack.request_url = other
    await world.noor.says("/vps reboot web-1", in_=world.ops)
    assert world.noor.sees("Rebooting web-1.")
    await world.seconds_pass(15)
    assert world.reboots() == 1 and times(world.noor, "@noor web-1 is active again.") == 1


async def test_the_other_account_s_servers_are_shown_by_both(world: World, urls: tuple[str, str]) -> None:
    one, other = urls
    for url in urls:
        world.slack.request_url = url
        await world.vera.says("/vps list", in_=world.ops)
    assert times(world.vera, "1 server") == 2
    world.slack.request_url = one
    await world.ada.says("/vps disconnect", in_=world.ada.direct)
    await world.ada.clicks("Disconnect")
    await world.seconds_pass(1)
    world.slack.request_url = other
    await world.vera.says("/vps list", in_=world.ops)
    assert world.vera.sees("No VPS.org account is connected to this workspace.")


async def test_one_delivery_that_reaches_both_is_one_change(world: World, urls: tuple[str, str]) -> None:
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    assert world.slack.server.post.last is not None
    _, body, headers = world.slack.server.post.last
    answers = []
    for url in urls * 3:
        world.slack.request_url = url
        answers.append(await world.slack.send_raw(body, headers))
    await world.seconds_pass(15)
    assert {(answer.status, answer.body) for answer in answers} == {(200, b"")}
    assert world.reboots() == 1
    assert await world.audit_trail() == ["power.requested pending", "power.called pending", "power.ended ok"]


async def test_settings_are_kept_only_as_they_were_shown_whichever_changed_them(
    world: World, urls: tuple[str, str]
) -> None:
    one, other = urls
    await world.choose_channel()
    await world.seconds_pass(2)
    ada = await opens_settings(world)
    world.slack.request_url = other
    await ada.says("/vps watch on", in_=world.ops)
    world.slack.request_url = one
    await ada.chooses("Time to undo", "10 min")
    assert await ada.submits() == {}
    assert "was changed by somebody else in the meantime" in await answer_of(world, ada)
    assert (await world.log())[-1] == "U0ADA change.refused settings: changed"
    await world.seconds_pass(2)
    told = await types(world, ada, "settings")
    assert "Changes of servers that nobody made from here are told." in told and "10 min" not in told


async def test_commands_that_reach_both_at_once_are_one_reboot(world: World, urls: tuple[str, str]) -> None:
    async def asks(url: str) -> None:
        world.slack.request_url = url
        await world.olga.says("/vps reboot web-1", in_=world.ops)

    await asyncio.gather(*(asks(url) for url in urls * 10))
    await world.seconds_pass(15)
    assert world.reboots() == 1
    assert times(world.olga, "web-1 is rebooting already: @olga asked for it") == 19
    assert isinstance(await world.verified(), int)


async def test_what_one_did_not_hear_the_other_counts(world: World) -> None:
    one = world.slack.request_url
    async with world.replica() as other:
        world.slack.request_url = other
        for _ in range(40):
            await world.noor.says("/vps list", in_=world.ops)
    world.slack.request_url = one
    await world.minutes_pass(11)
    await world.ada.says("/vps audit @noor", in_=world.ops)
    assert world.ada.sees(
        "@noor was refused 35 times more within ten minutes: no grant (25 of them unheard, while slowed)"
    )
