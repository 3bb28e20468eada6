"""*Deny* says at once why a no doesn't count: nobody writes a reason in vain."""

import pytest

from bot.slack.ids import ActionId
from tests.stories.deleting import asks, buttons_of, card_of, decided, deletions
from tests.stories.governing import types
from tests.stories.telling import BOTH_WAYS, button, forged
from tests.world import World

pytestmark = BOTH_WAYS


@pytest.mark.parametrize(
    ("who", "said", "entry"),
    [
        ("olga", "You are operator here; this takes approver.", "U0OLGA permission.refused web-1: role_too_low"),
        ("amir", "You asked for this one yourself: somebody else has to decide.", "U0AMIR request.refused web-1: own"),
    ],
)
async def test_whose_no_does_not_count(deleting: World, who: str, said: str, entry: str) -> None:
    await asks(deleting, deleting.amir)
    person = getattr(deleting, who)
    await person.clicks("Deny", on=card_of(deleting, person))
    await deleting.settle()
    assert person.sees(said) and person.dialog is None
    assert [line for line in await deleting.log() if ".refused" in line] == [entry]


async def test_who_became_approver_since(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.seconds_pass(5)
    await types(deleting, deleting.ada, "access grant @vera approver")
    await deleting.vera.clicks("Deny", on=card_of(deleting, deleting.vera))
    await deleting.settle()
    assert deleting.vera.dialog is None
    assert deleting.vera.sees("You got your role after this was asked for, so your vote doesn't count on it.")


async def test_who_is_too_late_and_who_voted_before(deleting: World) -> None:
    await decided(deleting, approvals=2)
    await asks(deleting, deleting.olga)
    value = buttons_of(card_of(deleting, deleting.amir))["Deny"]
    await deleting.amir.clicks("Approve")
    await deleting.settle()
    await deleting.amir.clicks("Deny", on=card_of(deleting, deleting.amir))
    await deleting.settle()
    assert deleting.amir.sees("You have voted on this one already.") and deleting.amir.dialog is None
    await deleting.ada.clicks("Approve", on=card_of(deleting, deleting.ada))
    await deleting.seconds_pass(30)
    await forged(deleting, deleting.ada, **button(ActionId.REQUEST_DENY, value))
    assert deleting.ada.sees("Too late: web-1 is deleted") and deleting.ada.dialog is None
    assert deletions(deleting) == 1
    deleting.slack.forget_problems()


async def test_a_no_counts_in_a_freeze(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await types(deleting, deleting.amir, "freeze wait")
    await deleting.amir.clicks("Deny", on=card_of(deleting, deleting.amir))
    await deleting.settle()
    await deleting.amir.fills("Reason", "Not now.")
    assert await deleting.amir.submits() == {}
    await deleting.seconds_pass(3)
    assert deleting.olga.sees("web-1 was not deleted: @amir denied it. Their reason: “Not now.”")


async def test_when_it_can_t_be_decided_in_time_the_dialog_opens_and_says_it(
    deleting: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.features.dialogs.READY_WITHIN", 0)
    await asks(deleting, deleting.amir)
    for person, said in ((deleting.amir, "You asked for this one yourself"), (deleting.ada, "Who asked reads it.")):
        await person.clicks("Deny", on=card_of(deleting, person))
        await deleting.settle()
        dialog = person.dialog
        assert dialog and said in dialog.text
