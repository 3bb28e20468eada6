"""Breaking the glass: without the consent it takes, with a reason, loudly and marked."""

import pytest

from tests.stories.creating import PLAN, bought
from tests.stories.deleting import asks, breaks_glass, decided, deletions, there
from tests.stories.governing import second_admin, types
from tests.stories.telling import last
from tests.world import World

SPAM = "It sends spam :rotating_light: <@U0OLGA>"


class TestBrokenGlass:
    """In an emergency an admin does alone what takes consent, and everybody hears of it."""

    async def test_a_deletion_without_consent_is_told_loudly_and_marked(self, deleting: World) -> None:
        await breaks_glass(deleting, why=SPAM)
        await deleting.seconds_pass(30)
        assert there(deleting) == ["web-2"]
        assert deleting.amir.sees("@amir: @ada broke the glass: deleting web-1 without anybody's consent.")
        assert deleting.amir.sees("It sends spam :rotating_light: <@U0OLGA>")
        log = await deleting.log()
        assert "U0ADA request.broke_glass web-1: It sends spam :rotating_light: <@U0OLGA>" in log
        await deleting.ada.says("/vps audit", in_=deleting.ada.direct)
        assert deleting.ada.sees("@ada broke the glass: delete of web-1 without consent")

    async def test_it_takes_the_place_of_a_request_that_waits(self, deleting: World) -> None:
        await asks(deleting, deleting.olga)
        await breaks_glass(deleting, why=SPAM)
        await deleting.seconds_pass(30)
        assert deletions(deleting) == 1
        assert deleting.olga.sees("web-1 was not deleted by this request: @ada broke the glass and did it alone.")

    async def test_where_nobody_has_to_agree_it_is_said(self, deleting: World) -> None:
        await deleting.ada.says("/vps break-glass reboot web-1", in_=deleting.general)
        await deleting.settle()
        assert last(deleting.ada) == (
            "That takes nobody's consent here, so there is nothing to break: type /vps reboot web-1. Nothing was done."
        )
        assert deleting.ada.dialog is None

    async def test_power_with_a_reason(self, deleting: World) -> None:
        await decided(deleting, also=("reboot *",))
        await deleting.ada.says("/vps break-glass reboot web-1", in_=deleting.general)
        await deleting.settle()
        assert await deleting.ada.submits() != {}
        await deleting.ada.fills("Reason", "It hangs.")
        assert await deleting.ada.submits() == {}
        await deleting.seconds_pass(30)
        assert deleting.reboots() == 1
        assert deleting.amir.sees("@ada broke the glass: rebooting web-1 without anybody's consent.")

    async def test_the_budget_holds(self, deleting: World) -> None:
        await decided(deleting, hourly=1)
        await breaks_glass(deleting, why=SPAM)
        await breaks_glass(deleting, "web-2", keep=True)
        await deleting.seconds_pass(30)
        assert there(deleting) == ["web-2"]
        dialog = deleting.ada.dialog
        assert dialog and "breaking the glass doesn't reach beyond that" in dialog.text

    async def test_who_may_not_break_it_any_more_when_its_turn_comes(self, deleting: World) -> None:
        await second_admin(deleting)
        await deleting.ada.says("/vps break-glass delete web-1", in_=deleting.ops)
        await deleting.settle()
        await deleting.ada.fills("Type the server's name to confirm", "web-1")
        await deleting.ada.fills("Reason", SPAM)
        assert await deleting.ada.submits() == {}
        deleting.vps.fault("status", action="show", status=503, times=3)  # it is put off
        await types(deleting, deleting.amir, "access grant @ada operator")
        await deleting.minutes_pass(2)
        assert deletions(deleting) == 0
        assert deleting.ada.sees("web-1 was not deleted: the consent for it doesn't hold any more.")

    @pytest.mark.parametrize("who", ["olga", "amir"])
    async def test_nobody_else_may(self, deleting: World, who: str) -> None:
        person = getattr(deleting, who)
        await person.says("/vps break-glass delete web-1", in_=deleting.ops)
        await deleting.settle()
        assert person.sees("this takes admin")

    @pytest.mark.parametrize("typed", ["break-glass", "break-glass eat web-1", "break-glass delete"])
    async def test_what_is_missing_is_said(self, deleting: World, typed: str) -> None:
        await deleting.ada.says(f"/vps {typed}", in_=deleting.ops)
        await deleting.settle()
        assert deleting.ada.sees("Type what to do and to which server") or deleting.ada.sees("Which server?")


async def test_glass_that_can_t_be_broken_leaves_what_waits_as_it_is(deleting: World) -> None:
    await decided(deleting, hourly=1)
    await breaks_glass(deleting)
    await deleting.seconds_pass(20)
    await asks(deleting, deleting.olga, "web-2")
    await deleting.seconds_pass(3)
    await glass_refused(deleting)
    await deleting.ada.says("/vps requests", in_=deleting.ada.direct)
    assert deleting.ada.sees("web-2: delete, waits for consent"), "the request goes on waiting"


class TestGlassForTheRest:
    """What else a policy puts under approval can be done alone, too."""

    async def test_a_creation(self, deleting: World) -> None:
        await decided(deleting, also=("create",))
        await deleting.ada.says("/vps break-glass create app-1", in_=deleting.general)
        await deleting.settle()
        for label, option in (("Plan", PLAN), ("Operating system", "Ubuntu 22.04 LTS"), ("Location", "us-west")):
            await deleting.ada.chooses(label, option)
            await deleting.settle()
        assert "Reason" in await deleting.ada.submits(), "not without one"
        await deleting.ada.fills("Reason", "The other one burns.")
        assert await deleting.ada.submits() == {}
        await deleting.seconds_pass(40)
        assert deleting.amir.sees("@ada broke the glass: creating app-1 without anybody's consent.")
        assert bought(deleting) == 1

    async def test_backups_that_are_switched_off(self, deleting: World) -> None:
        await decided(deleting, also=("backups-off",))
        deleting.has_server("db-9", backups_enabled=True, hostname="db-9.example.com")
        await deleting.seconds_pass(11)
        await deleting.ada.says("/vps break-glass edit db-9", in_=deleting.general)
        await deleting.settle()
        await deleting.ada.chooses("Backups", "Off")
        await deleting.ada.fills("Reason", "The disk is full.")
        assert await deleting.ada.submits() == {}
        await deleting.seconds_pass(20)
        assert deleting.amir.sees("@ada broke the glass: ")
        assert deleting.vps.server("db-9").backups_enabled is False

    async def test_an_operator_may_not(self, deleting: World) -> None:
        await deleting.olga.says("/vps break-glass create app-1", in_=deleting.ops)
        await deleting.settle()
        assert deleting.olga.sees("this takes admin")


async def glass_refused(world: World) -> None:
    """Ada tries to break the glass for what is over the budget."""
    await breaks_glass(world, "web-2", keep=True)
    dialog = world.ada.dialog
    assert dialog and "breaking the glass doesn't reach beyond that" in dialog.text
    await world.ada.closes_dialog()
