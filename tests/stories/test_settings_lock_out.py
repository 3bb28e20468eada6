"""A policy that nobody could live with, such as more approvals than approvers, is refused, also when agreed to."""

from tests.stories.deleting import asks, card_of, decided, there
from tests.stories.governing import answer_of, opens_settings, saves, second_admin, types
from tests.world import World


async def test_what_would_lock_everybody_out_is_refused(deleting: World) -> None:
    await opens_settings(deleting)
    await deleting.ada.chooses("A deletion takes", "3 approvals")
    assert (await deleting.ada.submits())["A deletion takes"] == (
        "Only 2 people can approve, so 3 approvals could never come together. Make more approvers first."
    )
    refused = "U0ADA change.refused settings: too_few"
    assert (await deleting.log()).count(refused) == 1
    assert "@ada was refused settings on settings: too few" in await types(deleting, deleting.ada, "audit")
    await deleting.ada.chooses("A deletion takes", "1 approval")
    await deleting.ada.chooses("Approvals channel", deleting.general)
    await deleting.ada.chooses("Notifications channel", deleting.general)
    outside = "I am not in this channel. Invite me there, then save again."
    assert await deleting.ada.submits() == {"Approvals channel": outside, "Notifications channel": outside}
    await deleting.ada.chooses("Approvals channel")
    await deleting.ada.chooses("Notifications channel")
    assert "choose a channel" in (await deleting.ada.submits())["Approvals channel"]
    await deleting.ada.chooses("A deletion takes", "none: who asks decides alone")
    assert await deleting.ada.submits() == {}
    assert (await deleting.log()).count(refused) == 1, "what is merely filled in wrongly is nothing to keep"


async def test_as_many_approvals_as_approvers_serve_everybody_else(deleting: World) -> None:
    await opens_settings(deleting)
    await deleting.ada.chooses("A deletion takes", "2 approvals")
    assert await deleting.ada.submits() == {}
    assert "That takes all 2 people who can approve, so their own deletions can't be approved." in (
        await answer_of(deleting, deleting.ada)
    )
    await asks(deleting, deleting.olga)
    await deleting.seconds_pass(3)
    for person in (deleting.amir, deleting.ada):
        await person.clicks("Approve", on=card_of(deleting, person))
        await deleting.seconds_pass(3)
    await deleting.seconds_pass(30)
    assert there(deleting) == ["web-2"]
    await deleting.amir.says("/vps delete web-2", in_=deleting.ops)
    await deleting.settle()
    assert deleting.amir.sees("Deleting takes 2 approvals of other people, and only @ada could give it.")


async def test_what_is_no_worse_than_what_locks_everybody_out_already_is_not_refused(deleting: World) -> None:
    await types(deleting, deleting.ada, "access revoke @amir")
    await decided(deleting, approvals=4)
    await opens_settings(deleting)
    await deleting.ada.chooses("A deletion takes", "5 approvals")
    assert (await deleting.ada.submits())["A deletion takes"].startswith("Only 1 person can approve")
    await deleting.ada.chooses("A deletion takes", "3 approvals")
    assert await deleting.ada.submits() == {}
    await deleting.ada.closes_dialog()
    assert await saves(deleting, Deletions_by_all_in_a_day="4") == {}
    await deleting.ada.closes_dialog()
    await opens_settings(deleting)
    await deleting.ada.chooses("A deletion takes", "1 approval")
    assert await deleting.ada.submits() == {}
    assert "Only one person can approve, so that person's own deletions can't be approved." in (
        await answer_of(deleting, deleting.ada)
    )


async def three_approvals_are_proposed(world: World) -> None:
    """Ada wants more approvals, and no time to undo: that loosens something, so it takes a second admin."""
    await decided(world, undo_window=60)
    await opens_settings(world)
    await world.ada.chooses("A deletion takes", "3 approvals")
    await world.ada.chooses("Time to undo", "none")
    assert await world.ada.submits() == {}


async def test_the_number_is_counted_again_when_the_second_admin_agrees(deleting: World) -> None:
    await second_admin(deleting)
    await types(deleting, deleting.ada, "access grant @vera approver")
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(3)
    await three_approvals_are_proposed(deleting)
    assert "This takes a second admin." in await answer_of(deleting, deleting.ada)
    await types(deleting, deleting.ada, "access revoke @vera")
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(3)
    void = "Nothing was changed: it takes more approvals than there are people who can approve now."
    assert deleting.ada.sees(void) and deleting.amir.sees(void)
    assert "Deleting takes 1 approval; 1 h to undo" in await types(deleting, deleting.ada, "settings")


async def test_a_group_that_slack_can_t_tell_of_counts_as_people_who_could(deleting: World) -> None:
    await second_admin(deleting)
    deleting.team.add_group("leads", [deleting.vera])
    await types(deleting, deleting.ada, "access grant @leads approver")
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(3)
    await three_approvals_are_proposed(deleting)
    await deleting.ada.closes_dialog()
    await deleting.minutes_pass(2)
    deleting.slack.fail("usergroups.users.list", error="internal_error", times=50)
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(3)
    assert "Deleting takes 3 approvals" in await types(deleting, deleting.ada, "settings")


async def test_fewer_approvals_are_agreed_to_although_they_are_still_too_many(deleting: World) -> None:
    await second_admin(deleting)
    await decided(deleting, approvals=4)
    await opens_settings(deleting)
    await deleting.ada.chooses("A deletion takes", "3 approvals")
    assert await deleting.ada.submits() == {}
    await deleting.ada.closes_dialog()
    await deleting.seconds_pass(3)
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(3)
    assert "Deleting takes 3 approvals" in await types(deleting, deleting.ada, "settings")


async def test_no_free_deletion_at_all_takes_one_approver_more(deleting: World) -> None:
    await decided(deleting, approvals=2)
    for label in ("Deletions_by_all_in_a_day", "Deletions_by_one_person_in_an_hour"):
        errors = await saves(deleting, **{label: "0"})
        assert errors == {
            label.replace("_", " "): "With 0 every deletion takes one approval more. Only 2 people can approve, "
            "so 3 approvals could never come together. Make more approvers first, or allow one deletion."
        }
        await deleting.ada.closes_dialog()
    await types(deleting, deleting.ada, "access grant @vera approver")
    assert await saves(deleting, Deletions_by_all_in_a_day="0") == {}
