"""The emergency exit is offered where consent is asked for, to those who have it, and works from there."""

import pytest

from tests.stories.creating import bought, creates, opens
from tests.stories.deleting import asks, card_of, decided, deletions, there
from tests.world import World

WAY = "Can't wait? /vps break-glass delete web-1"


class TestOffered:
    """Every action that takes consent says so to an admin, in the dialog before it and in the answer after it."""

    @pytest.mark.parametrize(("who", "offered"), [("ada", True), ("olga", False), ("amir", False)])
    async def test_a_deletion(self, deleting: World, who: str, offered: bool) -> None:
        person = getattr(deleting, who)
        await person.says("/vps delete web-1", in_=deleting.ops)
        await deleting.settle()
        dialog = person.dialog
        assert dialog and "It takes 1 approval" in dialog.text and (WAY in dialog.text) is offered
        await person.closes_dialog()
        await asks(deleting, person, keep=True)
        dialog = person.dialog
        assert dialog and dialog.title == "Asked" and (WAY in dialog.text) is offered

    async def test_several_servers_and_one_that_nobody_has_to_agree_to(self, deleting: World) -> None:
        await deleting.ada.says("/vps delete web-*", in_=deleting.ops)
        await deleting.settle()
        dialog = deleting.ada.dialog
        assert dialog and "Can't wait? /vps break-glass delete SERVER…" in dialog.text
        await deleting.ada.closes_dialog()
        await decided(deleting, approvals=0)
        await deleting.ada.says("/vps delete web-1", in_=deleting.ops)
        await deleting.settle()
        dialog = deleting.ada.dialog
        assert dialog and "Can't wait" not in dialog.text

    @pytest.mark.parametrize(
        ("typed", "way"),
        [("reboot web-1", "break-glass reboot web-1"), ("rename web-1 shop-1", "break-glass edit web-1")],
    )
    async def test_what_a_command_asks_for(self, deleting: World, typed: str, way: str) -> None:
        await decided(deleting, also=("reboot *", "stop web-*"))
        for person, offered in ((deleting.olga, False), (deleting.ada, True)):
            await person.says(f"/vps {typed}", in_=deleting.ops)
            await deleting.seconds_pass(3)
            assert person.sees("to agree to") and person.sees(f"Can't wait? /vps {way}") is offered
            await person.clicks("Cancel", on=card_of(deleting, person))
            await deleting.settle()

    async def test_an_operator_with_break_glass_for_power_and_for_nothing_else(self, deleting: World) -> None:
        await decided(deleting, also=("reboot *",))
        await deleting.ada.says("/vps access grant @olga operator break-glass", in_=deleting.ada.direct)
        await deleting.seconds_pass(3)
        await deleting.olga.says("/vps reboot web-1", in_=deleting.ops)
        await deleting.settle()
        assert deleting.olga.sees("Can't wait? /vps break-glass reboot web-1")
        await asks(deleting, deleting.olga, "web-2", keep=True)
        dialog = deleting.olga.dialog
        assert dialog and "Can't wait" not in dialog.text


class TestNotTaken:
    """It takes the place of nothing that somebody asked for another server."""

    async def test_a_name_that_another_server_is_to_get(self, deleting: World) -> None:
        await decided(deleting, also=("stop web-*",))
        await deleting.olga.says("/vps rename web-2 db", in_=deleting.ops)
        await deleting.seconds_pass(3)
        await deleting.ada.says("/vps break-glass edit web-1", in_=deleting.ops)
        await deleting.settle()
        await deleting.ada.fills("Name", "db")
        await deleting.ada.fills("Reason", "The name is in the certificate.")
        await deleting.ada.submits()
        await deleting.seconds_pass(20)
        assert there(deleting) == ["web-1", "web-2"] and not deleting.olga.sees("broke the glass")
        await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
        await deleting.seconds_pass(30)
        assert there(deleting) == ["db", "web-1"]


class TestTaken:
    """Who asked and can't wait goes that way: it takes the place of what they asked for."""

    async def test_a_creation_of_the_same_name(self, deleting: World) -> None:
        await decided(deleting, also=("create",))
        await opens(deleting, deleting.ada)
        assert await deleting.ada.submits() == {}
        await deleting.settle()
        dialog = deleting.ada.dialog
        assert dialog and "Can't wait? /vps break-glass create app-1" in dialog.text
        await deleting.ada.closes_dialog()
        await opens(deleting, deleting.ada, "app-2", command="break-glass create")
        await deleting.ada.fills("Name", "app-1")
        await deleting.ada.fills("Reason", "The other one burns.")
        assert await deleting.ada.submits() == {}
        await deleting.seconds_pass(40)
        assert bought(deleting) == 1 and "app-1" in there(deleting)
        assert deleting.ada.sees("app-1 was not created by this request: @ada broke the glass and did it alone.")
        await deleting.minutes_pass(2)
        assert await creates(deleting, deleting.ada) != {}, "the name is a server's now"

    async def test_a_rename_done_by_the_dialog_of_an_edit(self, deleting: World) -> None:
        await decided(deleting, also=("stop web-*",))
        await deleting.ada.says("/vps rename web-1 shop-1", in_=deleting.ops)
        await deleting.seconds_pass(3)
        await deleting.ada.says("/vps break-glass edit web-1", in_=deleting.ops)
        await deleting.settle()
        await deleting.ada.fills("Name", "shop-1")
        await deleting.ada.fills("Reason", "The name is in the certificate.")
        assert await deleting.ada.submits() == {}
        await deleting.seconds_pass(20)
        assert there(deleting) == ["shop-1", "web-2"] and deletions(deleting) == 0
