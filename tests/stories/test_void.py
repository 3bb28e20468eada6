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
    await deleting.olga.says("/vps delete web-*", in_=deleting.olga.direct)
    await deleting.settle()
    await deleting.olga.fills("Type how many servers this deletes", "2")
    await deleting.olga.fills("Reason", "Both were for tests.")
    assert await deleting.olga.submits() == {}
    await deleting.settle()
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
