"""A request takes as many approvals as then or as now, whichever is more; a change of the number shows at once."""

from tests.stories.deleting import asks, card_of, decided, deletions
from tests.stories.governing import opens_settings, saves, types
from tests.world import World


async def takes(world: World, approvals: str) -> None:
    """Ada sets how many approvals a deletion takes."""
    await opens_settings(world)
    await world.ada.chooses("A deletion takes", approvals)
    assert await world.ada.submits() == {}
    await world.ada.closes_dialog()
    await world.seconds_pass(5)


def card(world: World) -> str:
    """What Amir reads on it."""
    return world.amir.reads(card_of(world, world.amir))


async def test_the_card_says_the_number_that_holds(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.seconds_pass(3)
    assert "Needs 1 approval:" in card(deleting)
    await takes(deleting, "2 approvals")
    assert "Needs 2 approvals: @ada and @amir." in card(deleting)
    await takes(deleting, "1 approval")
    assert "Needs 1 approval:" in card(deleting)


async def test_what_was_agreed_to_while_it_took_more_is_done_when_it_takes_fewer(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await takes(deleting, "2 approvals")
    await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
    await deleting.minutes_pass(5)
    assert deletions(deleting) == 0 and "Needs one more approval: @ada." in card(deleting)
    await takes(deleting, "1 approval")
    await deleting.seconds_pass(30)
    assert deletions(deleting) == 1
    assert deleting.olga.sees("@olga web-1 is deleted: VPS.org doesn't know it any more. @amir approved it.")
    assert isinstance(await deleting.verified(), int)


async def test_the_time_to_undo_begins_then(deleting: World) -> None:
    await decided(deleting, undo_window=60)
    await asks(deleting, deleting.olga)
    await takes(deleting, "2 approvals")
    await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
    await takes(deleting, "1 approval")
    assert "until then it can be cancelled." in card(deleting)
    await deleting.minutes_pass(58)
    assert deletions(deleting) == 0
    await deleting.minutes_pass(3)
    assert deletions(deleting) == 1


async def test_what_was_filed_when_it_took_more_takes_as_many_still(deleting: World) -> None:
    await takes(deleting, "2 approvals")
    await asks(deleting, deleting.olga)
    await deleting.seconds_pass(3)
    await takes(deleting, "1 approval")
    assert "Needs 2 approvals: @ada and @amir." in card(deleting)
    await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
    await deleting.minutes_pass(5)
    assert deletions(deleting) == 0


async def test_and_at_the_call_too(deleting: World) -> None:
    await decided(deleting, undo_window=60)
    await takes(deleting, "2 approvals")
    await asks(deleting, deleting.olga)
    await deleting.seconds_pass(3)
    for person in (deleting.amir, deleting.ada):
        await person.clicks("Approve", on=card_of(deleting, person))
    await takes(deleting, "1 approval")
    await types(deleting, deleting.ada, "access revoke @amir")
    await deleting.minutes_pass(65)
    assert deletions(deleting) == 0
    assert deleting.olga.sees("web-1 was not deleted: the consent for it doesn't hold any more.")


async def test_nothing_begins_while_all_is_frozen(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await takes(deleting, "2 approvals")
    await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
    await types(deleting, deleting.ada, "freeze")
    await deleting.seconds_pass(2)
    await takes(deleting, "1 approval")
    assert "Enough people approved: it begins as soon as it may. @amir approved." in card(deleting)
    assert deletions(deleting) == 0
    await types(deleting, deleting.ada, "unfreeze")
    await deleting.minutes_pass(1)
    assert deletions(deleting) == 1


async def test_a_budget_that_is_taken_away_holds_for_what_waits(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.seconds_pass(3)
    assert "Needs 1 approval:" in card(deleting)
    assert await saves(deleting, Deletions_by_one_person_in_an_hour="0") == {}
    await deleting.ada.closes_dialog()
    await deleting.seconds_pass(5)
    assert "Needs 2 approvals: @ada and @amir." in card(deleting)
    await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
    await deleting.seconds_pass(30)
    assert deletions(deleting) == 0
    await deleting.ada.clicks("Approve", on=card_of(deleting, deleting.ada))
    await deleting.seconds_pass(30)
    assert deletions(deleting) == 1
