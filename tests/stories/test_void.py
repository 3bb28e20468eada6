"""What was agreed to and comes to nothing: who asked and who agreed both hear of it, wherever they are."""

import pytest

from bot.sandbox.slack.model import Channel
from tests.stories.deleting import asks, card_of, decided, deletions, there
from tests.stories.telling import times
from tests.world import World

CHANGED = "web-1 was not deleted: it is not what was approved any more (hostname: "


def where(world: World, name: str) -> Channel:
    """Where Olga types."""
    return {"direct": world.olga.direct, "general": world.general, "ops": world.ops}[name]


@pytest.mark.parametrize("typed_in", ["direct", "general", "ops"])
async def test_both_hear_what_changed(deleting: World, typed_in: str) -> None:
    await deleting.team.add_bot_to(deleting.general)
    await asks(deleting, deleting.olga, in_=where(deleting, typed_in))
    deleting.vps.change("web-1", hostname="payroll.example.com")
    await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
    await deleting.seconds_pass(20)
    assert deletions(deleting) == 0
    assert times(deleting.olga, f"@olga @amir {CHANGED}") == 1
    alone = f"@amir {CHANGED}"
    assert deleting.amir.screen(deleting.ops).count(alone) == 1, "a new message, where he agreed to it"


async def test_who_agreed_to_what_is_frozen_hears_it(deleting: World) -> None:
    await decided(deleting, undo_window=60)
    await asks(deleting, deleting.olga, in_=deleting.olga.direct)
    await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
    await deleting.minutes_pass(5)
    await deleting.ada.says("/vps freeze", in_=deleting.ada.direct)
    await deleting.seconds_pass(5)
    assert times(deleting.amir, "@amir web-1 was not deleted: @ada froze everything before its turn came.") == 1
    assert there(deleting) == ["web-1", "web-2"]


async def test_two_who_agreed_hear_it_in_one_message_about_several_servers(deleting: World) -> None:
    await deleting.ada.says("/vps access grant @vera approver", in_=deleting.ada.direct)
    await decided(deleting, approvals=2)
    await deleting.seconds_pass(3)
    assert await asks(deleting, deleting.olga, "web-*", count="2", in_=deleting.olga.direct) == {}
    deleting.vps.change("web-1", hostname="payroll.example.com")
    for person in (deleting.amir, deleting.vera):
        await person.clicks("Approve", on=card_of(deleting, person))
    await deleting.seconds_pass(30)
    assert there(deleting) == ["web-1"]
    assert times(deleting.amir, "@amir @vera @olga's request to delete 2 servers: 1 done.") == 1


async def test_who_did_not_vote_is_not_called(deleting: World) -> None:
    await asks(deleting, deleting.olga, in_=deleting.olga.direct)
    await deleting.ada.says("/vps access revoke @olga", in_=deleting.ada.direct)
    await deleting.seconds_pass(5)
    assert times(deleting.amir, "web-1 was not deleted: who asked lost the role for it before it was done.") == 1, (
        "on the card"
    )


LOST = "web-1 was not deleted: who asked lost the role for it before it was done."


async def test_a_role_that_ends_by_itself_ends_what_was_asked_for_with_it(deleting: World) -> None:
    await deleting.ada.says("/vps access grant @noor operator for 30m", in_=deleting.ada.direct)
    await deleting.seconds_pass(60)
    await asks(deleting, deleting.noor, in_=deleting.noor.direct)
    await deleting.minutes_pass(28)
    assert not deleting.noor.sees(LOST)
    await deleting.minutes_pass(2)
    assert deleting.noor.sees(f"@noor {LOST}"), "not only when the reminder would have come"


async def test_so_does_one_that_was_shortened_meanwhile(deleting: World) -> None:
    await deleting.ada.says("/vps access grant @noor operator for 9h", in_=deleting.ada.direct)
    await deleting.seconds_pass(60)
    await asks(deleting, deleting.noor, in_=deleting.noor.direct)
    await deleting.ada.says("/vps access grant @noor operator for 40m", in_=deleting.ada.direct)
    await deleting.minutes_pass(39)
    assert not deleting.noor.sees(LOST)
    await deleting.minutes_pass(2)
    assert deleting.noor.sees(f"@noor {LOST}")


async def test_a_role_through_a_group_that_was_left(deleting: World) -> None:
    oncall = deleting.team.add_group("oncall", [deleting.noor])
    await deleting.ada.says("/vps access grant @oncall operator", in_=deleting.ada.direct)
    await deleting.seconds_pass(3)
    await asks(deleting, deleting.noor, in_=deleting.noor.direct)
    await deleting.seconds_pass(5)
    await deleting.team.set_group(oncall, [deleting.vera])
    await deleting.seconds_pass(5)
    assert deleting.noor.sees(f"@noor {LOST}")


async def test_another_token_ends_what_counts_down_at_once(deleting: World) -> None:
    await decided(deleting, undo_window=7 * 24 * 60)
    await asks(deleting, deleting.olga)
    await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
    await deleting.minutes_pass(10)
    deleting.vps.add_token("vps_another_0123456789")
    await deleting.ada.says("/vps connect", in_=deleting.ada.direct)
    await deleting.settle()
    await deleting.ada.fills("API token", "vps_another_0123456789")
    assert await deleting.ada.submits() == {}
    await deleting.seconds_pass(5)
    void = "web-1 was not deleted: the API token it was asked for with is gone."
    assert times(deleting.olga, f"@olga @amir {void}") == 1
    assert void in deleting.amir.reads(card_of(deleting, deleting.amir))
    await deleting.olga.says("/vps reboot web-1", in_=deleting.ops)
    await deleting.seconds_pass(30)
    assert deleting.reboots() == 1, "the server isn't busy any more"
