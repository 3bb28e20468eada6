"""Freezing: everything stops at once; what it is about, who did it and why is told to everybody who tries."""

import pytest

from tests.stories.deleting import asks, card_of, decided, deletions
from tests.stories.governing import second_admin, types
from tests.stories.telling import BOTH_WAYS, changes, last, times
from tests.world import World

pytestmark = BOTH_WAYS

WHY = "Somebody has my laptop <!channel> <@U0OLGA> :fire:"
FROZEN = "Everything is frozen: @amir stopped all changes"


async def freezes(world: World, reason: str = WHY) -> str:
    """Amir, an approver, freezes everything; what he reads where he typed it."""
    await world.amir.says(f"/vps freeze {reason}", in_=world.general)
    await world.settle()
    return world.amir.screen(world.general)


async def test_every_change_is_refused_with_who_and_why(deleting: World) -> None:
    assert "Everything is frozen: nobody can change a server from here" in await freezes(deleting)
    for typed in ("reboot web-1", "stop web-1", "delete web-1"):
        await deleting.olga.says(f"/vps {typed}", in_=deleting.ops)
        await deleting.settle()
        if deleting.olga.has_dialog():
            dialog = deleting.olga.dialog
            assert dialog and FROZEN in dialog.text
            await deleting.olga.closes_dialog()
        else:
            assert last(deleting.olga).startswith(FROZEN)
    assert deleting.olga.sees("Their reason: “Somebody has my laptop <!channel>")
    assert deleting.olga.sees("An admin lifts it with /vps unfreeze.")
    await deleting.minutes_pass(5)
    assert changes(deleting) == 0
    assert times(deleting.olga, "@amir froze everything: no server can be changed from here") == 1, "told in #ops"
    [entry] = [line for line in await deleting.log() if "workspace.frozen" in line]
    assert ":fire:" in entry and "<!channel>" in entry


async def test_what_was_agreed_to_and_counts_down_is_void_and_both_are_told(deleting: World) -> None:
    await decided(deleting, undo_window=60)
    await asks(deleting, deleting.olga)
    await deleting.amir.clicks("Approve")
    await deleting.minutes_pass(30)
    assert "1 change that had been agreed to will not be done." in await freezes(deleting, "")
    await deleting.minutes_pass(60)
    assert deletions(deleting) == 0
    assert deleting.olga.sees("@olga @amir web-1 was not deleted: @amir froze everything before its turn came.")
    assert "vpsbot delete.ended web-1: frozen" in await deleting.log()


async def test_what_is_queued_is_void_too(deleting: World) -> None:
    deleting.vps.fault("status", action="show", status=503, times=3)
    await deleting.olga.says("/vps reboot web-1", in_=deleting.ops)
    await freezes(deleting)
    await deleting.minutes_pass(3)
    assert deleting.reboots() == 0
    assert deleting.olga.sees("web-1 was not rebooted: @amir froze everything before its turn came.")


async def test_a_deletion_whose_stop_was_under_way_is_void_although_it_is_lifted_again(deleting: World) -> None:
    await decided(deleting, undo_window=60, stop_first=True)
    await asks(deleting, deleting.olga)
    deleting.vps.fault("lost_reply", action="stop", times=1)
    await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
    await deleting.settle()
    assert len(deleting.vps.calls(action="stop")) == 1, "and nobody knows what came of it yet"
    deleting.vps.fault("status", action="show", status=503, times=9)
    assert "that had been agreed to" not in await freezes(deleting, "")
    await deleting.seconds_pass(3)
    await types(deleting, deleting.ada, "unfreeze")
    await deleting.minutes_pass(70)
    assert deletions(deleting) == 0
    told = "web-1 was not deleted: @amir froze everything before its turn came."
    assert deleting.olga.sees(f"@olga @amir {told}")
    assert deleting.olga.sees("It is stopped now; start it with /vps start web-1.")


async def test_what_is_agreed_to_after_it_was_lifted_is_done(deleting: World) -> None:
    await freezes(deleting)
    await types(deleting, deleting.ada, "unfreeze")
    await deleting.seconds_pass(3)
    await asks(deleting, deleting.olga)
    await deleting.amir.clicks("Approve")
    await deleting.seconds_pass(30)
    assert deletions(deleting) == 1


async def test_a_request_waits_on_and_its_votes_are_refused(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await freezes(deleting)
    await deleting.ada.clicks("Approve", on=card_of(deleting, deleting.ada))
    await deleting.settle()
    assert deleting.ada.sees(FROZEN)
    await types(deleting, deleting.ada, "unfreeze")
    await deleting.seconds_pass(3)
    await deleting.ada.clicks("Approve", on=card_of(deleting, deleting.ada))
    await deleting.minutes_pass(1)
    assert deletions(deleting) == 1


async def test_an_admin_lifts_it_alone_where_there_is_no_other(deleting: World) -> None:
    await freezes(deleting)
    assert "You are approver here; this takes admin." in await types(deleting, deleting.amir, "unfreeze")
    assert "The freeze is lifted" in await types(deleting, deleting.ada, "unfreeze")
    await deleting.seconds_pass(3)
    assert deleting.olga.sees("@ada lifted the freeze: servers can be changed from here again.")
    await deleting.olga.says("/vps reboot web-1", in_=deleting.ops)
    await deleting.seconds_pass(20)
    assert deleting.reboots() == 1
    assert await types(deleting, deleting.ada, "unfreeze") == "Nothing is frozen here."
    assert "U0ADA workspace.unfrozen : " in await deleting.log()


async def test_two_admins_lift_it_together(deleting: World) -> None:
    await second_admin(deleting)
    await freezes(deleting)
    assert "I asked @amir to agree" in await types(deleting, deleting.ada, "unfreeze")
    await deleting.seconds_pass(3)
    assert deleting.amir.sees("@ada wants to lift the freeze that @amir put on everything")
    await deleting.olga.says("/vps reboot web-1", in_=deleting.ops)
    assert last(deleting.olga).startswith(FROZEN)
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(5)
    await deleting.olga.says("/vps reboot web-1", in_=deleting.ops)
    await deleting.seconds_pass(20)
    assert deleting.reboots() == 1


async def test_broken_glass_does_not_reach_through_it(deleting: World) -> None:
    await decided(deleting, also=("reboot *",))
    await deleting.ada.says("/vps break-glass reboot web-1", in_=deleting.ops)
    await deleting.settle()
    await freezes(deleting)
    await deleting.ada.fills("Reason", "It hangs.")
    await deleting.ada.submits()
    await deleting.seconds_pass(20)
    dialog = deleting.ada.dialog
    assert deleting.reboots() == 0 and dialog and FROZEN in dialog.text


async def test_an_approver_for_some_servers_freezes_everything(deleting: World) -> None:
    await types(deleting, deleting.ada, "access grant @noor approver prod-*")
    await deleting.noor.says("/vps freeze strange traffic", in_=deleting.general)
    await deleting.settle()
    assert deleting.noor.sees("Everything is frozen: nobody can change a server from here")
    await deleting.olga.says("/vps reboot web-1", in_=deleting.ops)
    await deleting.minutes_pass(1)
    assert deleting.reboots() == 0 and deleting.olga.sees("Everything is frozen: @noor stopped all changes")


async def test_bad_input(deleting: World) -> None:
    assert "The reason is 501 characters long; at most 500 are kept." in await freezes(deleting, "x" * 501)
    assert "U0AMIR input.refused : reason too long" in await deleting.log()
    assert "@amir sent more than is taken: reason too long" in await types(deleting, deleting.ada, "audit")
    await deleting.olga.says("/vps freeze", in_=deleting.ops)
    assert last(deleting.olga).startswith("You are operator here; this takes approver.")
    await freezes(deleting, "first")
    await types(deleting, deleting.ada, "freeze second")
    assert last(deleting.ada).startswith("It is frozen already: @amir did it")
    assert "Frozen by @amir" in await types(deleting, deleting.ada, "settings")


@pytest.mark.parametrize("typed", ["break-glass reboot web-1", "break-glass create app-1", "create app-1"])
async def test_a_dialog_that_would_come_to_nothing_is_not_opened(deleting: World, typed: str) -> None:
    await decided(deleting, also=("reboot *", "create *"))
    await deleting.amir.says("/vps freeze", in_=deleting.ops)
    await deleting.ada.says(f"/vps {typed}", in_=deleting.ada.direct)
    await deleting.settle()
    assert deleting.ada.sees("@amir froze")
    assert not (deleting.ada.dialog and deleting.ada.dialog.view.body.get("submit"))
    assert [line for line in await deleting.log() if "U0ADA change.refused" in line][-1].endswith(": frozen")
