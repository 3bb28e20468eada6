"""The power fails after people agreed to a deletion: what they agreed to happens after the restart, once."""

import pytest

from tests.stories.deleting import asks, card_of, decided, deletions, there
from tests.stories.telling import last, times
from tests.world import World

DELETED = "@olga web-1 is deleted: VPS.org doesn't know it any more. @amir approved it."
AWAY = "web-1 was not deleted: I was away, and it is too long ago to do it now."


async def agreed(world: World) -> None:
    """Olga asks and Amir agrees; the engine has not looked at it yet."""
    await asks(world, world.olga)
    await world.amir.clicks("Approve", on=card_of(world, world.amir))


async def power_fails(world: World, hours: float) -> None:
    """Nobody is there for so long."""
    await world.crash_bot()
    world.clock.move(hours=hours)
    await world.start_bot()
    await world.minutes_pass(2)


@pytest.mark.parametrize("hours", [0.25, 1, 23])
async def test_it_is_deleted_once_and_told(deleting: World, hours: float) -> None:
    await agreed(deleting)
    await power_fails(deleting, hours)
    assert deletions(deleting) == 1 and there(deleting) == ["web-2"]
    assert times(deleting.olga, DELETED) == 1


@pytest.mark.parametrize("hours", [1.2, 24])
async def test_a_time_to_undo_that_ended_meanwhile_begins_anew_as_nobody_could_cancel(
    deleting: World, hours: float
) -> None:
    await decided(deleting, undo_window=60)
    await agreed(deleting)
    await deleting.minutes_pass(5)
    await power_fails(deleting, hours)
    assert deletions(deleting) == 0
    assert "until then it can be cancelled." in deleting.amir.reads(card_of(deleting, deleting.amir))
    await deleting.minutes_pass(60)
    assert deletions(deleting) == 1 and times(deleting.olga, DELETED) == 1


async def test_a_hiccup_right_after_the_restart_ends_nothing(deleting: World) -> None:
    await agreed(deleting)
    deleting.vps.fault("status", action="show", status=503, times=4)
    await power_fails(deleting, 3)
    assert deletions(deleting) == 1 and times(deleting.olga, DELETED) == 1


async def test_in_the_time_to_undo_that_began_anew_it_is_cancelled(deleting: World) -> None:
    await decided(deleting, undo_window=60)
    await agreed(deleting)
    await power_fails(deleting, 2)
    await deleting.olga.clicks("Cancel", on=card_of(deleting, deleting.olga))
    await deleting.minutes_pass(90)
    assert deletions(deleting) == 0 and there(deleting) == ["web-1", "web-2"]


async def test_longer_than_a_request_lives_is_too_long(deleting: World) -> None:
    await agreed(deleting)
    await power_fails(deleting, 25)
    assert deletions(deleting) == 0 and times(deleting.olga, f"@olga {AWAY}") == 1


async def test_what_was_stopped_for_it_is_said_to_be_stopped(deleting: World) -> None:
    await decided(deleting, undo_window=60, stop_first=True)
    await agreed(deleting)
    await deleting.minutes_pass(5)
    assert deleting.amir.sees("It is stopped already.")
    await power_fails(deleting, 26)
    assert deletions(deleting) == 0
    assert deleting.olga.sees(f"{AWAY} Once more: /vps delete web-1 It is stopped now; start it with /vps start web-1.")


async def test_what_changed_meanwhile_is_not_what_was_approved(deleting: World) -> None:
    await agreed(deleting)
    deleting.vps.change("web-1", hostname="payroll.example.com")
    await power_fails(deleting, 3)
    assert deletions(deleting) == 0
    assert deleting.olga.sees("@olga @amir web-1 was not deleted: it is not what was approved any more (hostname: ")


async def test_what_nobody_else_agreed_to_surprises(deleting: World) -> None:
    await decided(deleting, approvals=0)
    await asks_alone(deleting)
    await power_fails(deleting, 0.25)
    assert deletions(deleting) == 0 and AWAY in last(deleting.olga)


async def test_a_reboot_that_was_agreed_to_surprises_too(deleting: World) -> None:
    await decided(deleting, also=("reboot *",))
    await deleting.olga.says("/vps reboot web-1", in_=deleting.ops)
    await deleting.settle()
    await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
    await power_fails(deleting, 0.25)
    assert deleting.reboots() == 0
    assert deleting.olga.sees("web-1 was not rebooted: I was away, and it is too long ago to do it now.")


async def asks_alone(world: World) -> None:
    """Olga fills the dialog where nobody else has to agree; the engine has not looked at it yet."""
    await world.olga.says("/vps delete web-1", in_=world.ops)
    await world.settle()
    await world.olga.fills("Type the server's name to confirm", "web-1")
    await world.olga.fills("Reason", "It was a test machine.")
    assert await world.olga.submits() == {}
