"""Dialogs that had to wait for the provider: what was typed stays, and who closed one is not told what they left."""

import pytest

from tests.stories.creating import opens
from tests.stories.deleting import WHY, deletions
from tests.stories.telling import times
from tests.world import World

LATE = 3.2
"""Seconds: longer than Slack waits."""


def is_slow(world: World, action: str = "list") -> None:
    """The provider takes longer than Slack waits, once."""
    world.vps.fault("slow", action=action, seconds=LATE, times=1)


@pytest.mark.parametrize("typed", ["create app-1", "delete web-1", "edit web-1"])
async def test_who_closes_a_form_before_it_is_read_hears_no_more_of_it(
    deleting: World, typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    is_slow(deleting)
    await deleting.olga.says(f"/vps {typed}", in_=deleting.ops)
    assert await deleting.olga.will_see("from VPS.org…")
    before = deleting.olga.messages()
    await deleting.olga.closes_dialog()
    await deleting.settle()
    assert "dialog not updated" in capsys.readouterr().err
    assert deleting.olga.messages() == before and not deleting.olga.has_dialog()


async def test_who_closed_it_still_hears_why_there_is_none(deleting: World) -> None:
    is_slow(deleting)
    await deleting.olga.says("/vps delete web-7", in_=deleting.ops)
    assert await deleting.olga.will_see("from VPS.org…")
    await deleting.olga.closes_dialog()
    assert await deleting.olga.will_see("web-7")
    assert "Delete…" in deleting.olga.buttons


async def test_a_form_that_can_not_be_filled_says_so(deleting: World) -> None:
    is_slow(deleting)
    deleting.slack.fail("views.update", error="internal_error", times=1)
    await deleting.olga.says("/vps delete web-1", in_=deleting.ops)
    assert await deleting.olga.will_see("The dialog could not be filled. Close it and ask again, please.")


async def test_what_was_typed_stays_when_the_answer_is_late(deleting: World) -> None:
    await opens(deleting, deleting.olga, "web-1")
    await deleting.olga.fills("Hostname", "app-1.example.com")
    await deleting.olga.chooses("Whose is it?", deleting.vera)
    typed = deleting.olga.dialog
    is_slow(deleting)
    await deleting.olga.submits()
    await deleting.settle()
    again = deleting.olga.dialog
    assert typed and again and again.inputs == typed.inputs and again.title == typed.title
    assert "⚠️ Name: There is a server web-1 already. Each name is used once: choose another one." in again.text

    await deleting.olga.fills("Name", "web-2")
    await deleting.seconds_pass(11)
    is_slow(deleting)
    await deleting.olga.submits()
    await deleting.settle()
    assert times(deleting.olga, "There is a server web-2 already.") == 1 and not deleting.olga.sees("server web-1")
    await deleting.olga.fills("Name", "app-1")
    assert await deleting.olga.submits() == {}
    await deleting.seconds_pass(60)
    assert deleting.olga.sees("@olga app-1 is ready:")


async def test_who_closed_what_was_wrong_is_told_that_nothing_was_done(deleting: World) -> None:
    await opens(deleting, deleting.olga, "web-1")
    is_slow(deleting)
    await deleting.olga.submits()
    await deleting.olga.closes_dialog()
    assert await deleting.olga.will_see("Nothing was done. Ask again if you still want it.")
    assert deleting.olga.sees("Name: There is a server web-1 already.")


async def test_who_lost_the_right_while_filling_a_form_can_ask_for_it_there(deleting: World) -> None:
    await deleting.olga.says("/vps delete web-1", in_=deleting.ops)
    await deleting.settle()
    await deleting.olga.fills("Type the server's name to confirm", "web-1")
    await deleting.olga.fills("Reason", WHY)
    await deleting.ada.says("/vps access revoke @olga", in_=deleting.ada.direct)
    await deleting.ada.says("/vps access grant @olga viewer")
    await deleting.seconds_pass(3)
    assert await deleting.olga.submits() == {}
    dialog = deleting.olga.dialog
    assert dialog and "You are viewer here; this takes operator." in dialog.text
    await deleting.olga.clicks("Ask for access")
    await deleting.seconds_pass(2)
    dialog = deleting.olga.dialog
    assert dialog and dialog.text.count("Asked @ada for operator") == 1
    assert deleting.ada.sees("@olga asks for operator.") and deletions(deleting) == 0


async def test_a_button_in_a_dialog_leads_on_in_the_same_one(deleting: World) -> None:
    is_slow(deleting)
    await deleting.olga.says("/vps delete web-11", in_=deleting.ops)
    assert await deleting.olga.will_see("Delete…")
    await deleting.olga.clicks("Delete…")
    assert await deleting.olga.will_see("This server will be gone for good")
    await deleting.olga.fills("Type the server's name to confirm", "web-1")
    await deleting.olga.fills("Reason", WHY)
    assert await deleting.olga.submits() == {}
    await deleting.olga.closes_dialog()
    assert not deleting.olga.has_dialog()
