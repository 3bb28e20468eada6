"""What held on a day of the past, told from the log: roles and settings, for the auditor above all."""

import pytest

from bot.sandbox.slack.person import LocalPerson
from tests.stories.governing import saves, second_admin, types
from tests.stories.telling import BOTH_WAYS, last
from tests.world import World


async def auditor(world: World) -> LocalPerson:
    """Noor reads, and changes nothing."""
    await world.ada.says("/vps access grant @noor auditor", in_=world.ada.direct)
    await world.seconds_pass(2)  # she is told
    return world.noor


async def day(world: World) -> None:
    """A day goes by."""
    await world.minutes_pass(24 * 60)


async def test_the_settings_of_a_day_of_the_past(deleting: World) -> None:
    noor = await auditor(deleting)
    await types(deleting, deleting.ada, "protect web-1")
    await day(deleting)
    assert (
        await saves(deleting, A_request_lives_for="2h", Protected_patterns="prod-*", What_else_takes_approval="") == {}
    )
    await types(deleting, deleting.ada, "unprotect web-1")
    await types(deleting, deleting.amir, "freeze the key was stolen")
    await day(deleting)
    await types(deleting, deleting.ada, "unfreeze")
    assert await saves(deleting, A_request_lives_for="3h", What_else_takes_approval="reboot prod-*\nstop *") == {}
    first = await types(deleting, noor, "settings on=2026-11-23")
    assert first.startswith("Settings Nov 23, 2026 23:59, as the log tells it")
    assert "A request lives for 24 h" in first and "Asked for in #ops" in first
    assert "Protected: web-1 (" in first and "prod-*" not in first and "Frozen" not in first
    second = await types(deleting, noor, "settings on=2026-11-24")
    assert "Frozen by @amir" in second and "the key was stolen" in second
    assert "A request lives for 2 h" in second and "Protected: prod-*" in second and "web-1 (" not in second
    third = await types(deleting, noor, "settings on=2026-11-25")
    assert "A request lives for 3 h" in third and "Also under approval: reboot prod-*, stop *" in third
    assert "Frozen" not in third and "Change…" not in noor.buttons
    assert third.split("\n")[1:] == (await types(deleting, noor, "settings")).split("\n")[1:], "today is as it is now"


async def test_what_two_admins_agreed_to_holds_from_then_on(deleting: World) -> None:
    await second_admin(deleting)
    await types(deleting, deleting.ada, "protect web-1")
    await types(deleting, deleting.ada, "unprotect web-1")
    await day(deleting)
    assert "web-1 (" in await types(deleting, deleting.ada, "settings on=2026-11-23"), "proposed only"


async def test_whether_changes_made_elsewhere_were_told(deleting: World) -> None:
    told, not_told = "Changes of servers that nobody made from here are told", "nobody made from here are not told"
    noor = await auditor(deleting)
    await day(deleting)
    await types(deleting, deleting.ada, "watch on")
    await day(deleting)
    await types(deleting, deleting.ada, "watch off")
    for on, said in (("2026-11-23", not_told), ("2026-11-24", told), ("2026-11-25", not_told)):
        assert said in await types(deleting, noor, f"settings on={on}"), on


@pytest.mark.parametrize("command", ["settings", "access"])
@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("yesterday", "yesterday is no date. Type it like on=2026-11-20; the end of that day (UTC) is meant."),
        ("2026-02-30", "2026-02-30 is no date."),
        ("23.11.2026", "23.11.2026 is no date."),
        ("2026-11-24", "2026-11-24 has not come yet. /vps {} tells what holds now."),
        ("9999-12-31", "9999-12-31 has not come yet."),
        ("2026-11-22", "The log knows nothing of 2026-11-22: it begins Nov 23, 2026 09:00."),
        ("0001-01-01", "The log knows nothing of 0001-01-01: it begins"),
    ],
)
async def test_a_day_of_which_nothing_can_be_told(deleting: World, command: str, on: str, said: str) -> None:
    noor = await auditor(deleting)
    assert (await types(deleting, noor, f"{command} on={on}")).startswith(said.format(command))


async def test_the_past_is_for_who_may_read_the_present(deleting: World) -> None:
    await types(deleting, deleting.olga, "settings on=2026-11-23")
    assert "; this takes auditor." in last(deleting.olga)


@BOTH_WAYS
async def test_who_held_what_on_a_day_of_the_past(world: World) -> None:
    noor = await auditor(world)
    await day(world)
    await types(world, world.ada, "access revoke @olga")
    await types(world, world.ada, "access grant @vera operator web-*")
    await day(world)
    first, second, now = [await types(world, noor, f"access{on}") for on in (" on=2026-11-23", " on=2026-11-24", "")]
    assert "as the log tells it" in first and "@olga was operator" in first and "@vera was viewer" in first
    assert "@olga" not in second and "@vera was operator for web-*" in second and "@olga" not in now
