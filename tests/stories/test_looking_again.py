"""What is not known after a call: looking again, and trying again."""

from typing import Any

import pytest

from bot.sandbox.slack.model import Message
from bot.sandbox.slack.person import LocalPerson
from bot.slack.ids import ActionId
from tests.stories.conftest import filled
from tests.stories.creating import creates
from tests.stories.deleting import asks, buttons_of, card_of, decided, deletions, there
from tests.stories.telling import button, forged, last, times
from tests.world import World


class TestLookingAgain:
    """What ended without anybody knowing how can be looked at once more."""

    async def unknown(self, world: World) -> None:
        """A reboot whose reply is lost, and of which nothing is seen."""
        world.vps.fault("closed_before", action="reboot", times=1)
        await world.olga.says("/vps reboot web-1", in_=world.ops)
        await world.minutes_pass(3)
        assert world.olga.sees("no answer came to the reboot, and whether it happened can't be seen")

    async def test_the_end_is_told_anew(self, deleting: World) -> None:
        await self.unknown(deleting)
        deleting.vps.change("web-1", status="rebooting")
        await deleting.olga.clicks("Check again")
        await deleting.seconds_pass(5)
        deleting.vps.change("web-1", status="active")
        await deleting.minutes_pass(1)
        assert times(deleting.olga, "@olga web-1 is active again.") == 1
        assert deleting.reboots() == 1

    async def test_each_of_several_has_its_end_told(self, deleting: World) -> None:
        deleting.vps.fault("closed_before", action="reboot", times=2)
        await deleting.olga.says("/vps reboot web-*", in_=deleting.ops)
        await deleting.olga.clicks("Reboot 2 servers")
        await deleting.minutes_pass(3)
        before = len(deleting.olga.messages(deleting.ops))
        for number, name in enumerate(("web-1", "web-2"), 1):
            deleting.vps.change(name, status="rebooting")
            await deleting.olga.clicks(f"Check again: {name}")
            await deleting.seconds_pass(5)
            deleting.vps.change(name, status="active")
            await deleting.minutes_pass(1)
            told = deleting.olga.messages(deleting.ops)[before:]
            assert len([each for each in told if "@olga" in deleting.olga.reads(each)]) == number, name

    async def test_who_may_not_may_not(self, deleting: World) -> None:
        await self.unknown(deleting)
        await deleting.vera.clicks("Check again")
        await deleting.settle()
        assert deleting.vera.sees("You are viewer here; this takes operator.")

    async def test_a_forged_id_and_a_second_click(self, deleting: World) -> None:
        await forged(deleting, deleting.olga, **button(ActionId.REQUEST_LOOK_AGAIN, "01nothing"))
        assert deleting.olga.sees("There is no such request here.")
        await self.unknown(deleting)
        [told] = [each for each in deleting.olga.messages(deleting.ops) if "Check again" in deleting.olga.reads(each)]
        await deleting.olga.clicks("Check again")
        value = buttons_of(told)["Check again"]
        await forged(deleting, deleting.olga, **button(ActionId.REQUEST_LOOK_AGAIN, value))
        assert deleting.olga.sees("what became of it is known by now, or something else is under way")
        deleting.slack.forget_problems()

    async def test_a_name_that_somebody_else_asked_for_meanwhile_is_theirs(self, deleting: World) -> None:
        filled(deleting)
        deleting.vps.fault("closed_before", action="edit", times=1)
        deleting.vps.fault("status", action="edit", times=99, status=429, retry_after=600)
        await deleting.olga.says("/vps rename db-1 shop-1", in_=deleting.ops)
        await deleting.seconds_pass(30)
        await deleting.amir.says("/vps freeze wait", in_=deleting.ops)
        await deleting.minutes_pass(1)
        await deleting.ada.says("/vps unfreeze", in_=deleting.ada.direct)
        await deleting.seconds_pass(11)
        assert deleting.olga.sees("and whether it happened can't be seen")
        deleting.vps.settings.provision_seconds = None
        assert await creates(deleting, deleting.amir, "shop-1") == {}
        await deleting.seconds_pass(5)
        await deleting.olga.clicks("Check again")
        await deleting.settle()
        assert deleting.olga.sees("what became of it is known by now, or something else is under way")


class TestTryingAgain:
    """What ended without anybody knowing how can be done once more, as a new wish of who presses."""

    async def unknown(self, world: World, typed: str = "reboot web-1") -> None:
        """A reboot whose reply is lost, and of which nothing is seen."""
        world.vps.fault("closed_before", action="reboot", times=9)
        await world.olga.says(f"/vps {typed}", in_=world.ops)
        if "*" in typed:
            await world.olga.clicks("Reboot 2 servers")
        await world.minutes_pass(3)
        world.vps.clear_faults()
        assert world.olga.sees("no answer came to the reboot, and whether it happened can't be seen")

    async def test_it_is_asked_for_and_done_and_its_end_is_told(self, deleting: World) -> None:
        await self.unknown(deleting)
        sent = deleting.reboots()
        asked = deleting.amir.confirm_of("Try again")
        assert asked and asked.title == "Reboot web-1 again?"
        assert asked.text == "What became of the earlier reboot is not known: it may happen twice."
        await deleting.amir.clicks("Try again")
        await deleting.settle()
        assert deleting.amir.sees("Rebooting web-1. I'll mention you when it is done.")
        await deleting.minutes_pass(1)
        assert deleting.reboots() == sent + 1
        assert times(deleting.amir, "@amir web-1 is active again.") == 1
        assert [line for line in await deleting.log() if "requested" in line] == [
            "U0OLGA power.requested web-1: ",
            "U0AMIR power.requested web-1: ",
        ]

    async def test_permission_consent_and_freeze_are_decided_anew(self, deleting: World) -> None:
        await self.unknown(deleting)
        sent = deleting.reboots()
        await deleting.vera.clicks("Try again")
        await deleting.settle()
        assert deleting.vera.sees("You are viewer here; this takes operator.")
        await deleting.noor.clicks("Try again", on=self.told(deleting, deleting.noor))
        await deleting.settle()
        assert deleting.noor.sees("You have no role here yet")
        await decided(deleting, also=("reboot *",))
        await deleting.olga.clicks("Try again")
        await deleting.seconds_pass(3)
        assert deleting.olga.sees("Asked @ada or @amir in #ops to agree to rebooting web-1.")
        assert deleting.reboots() == sent
        await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
        await deleting.minutes_pass(1)
        assert deleting.reboots() == sent + 1

    def told(self, world: World, person: LocalPerson) -> Message:
        """The message that says what is not known."""
        return next(each for each in person.messages(world.ops) if "Try again" in person.reads(each))

    async def test_of_several_each_has_its_own(self, deleting: World) -> None:
        await self.unknown(deleting, "reboot web-*")
        sent = deleting.reboots()
        for label in ("Check again: web-1", "Try again: web-1", "Check again: web-2", "Try again: web-2"):
            assert label in deleting.olga.buttons
        await deleting.olga.clicks("Try again: web-2")
        await deleting.minutes_pass(1)
        assert deleting.reboots() == sent + 1
        assert times(deleting.olga, "@olga web-2 is active again.") == 1

    async def test_what_is_known_by_now_is_not_done_again(self, deleting: World) -> None:
        await self.unknown(deleting)
        sent = deleting.reboots()
        value = buttons_of(self.told(deleting, deleting.olga))["Try again"]
        deleting.vps.change("web-1", status="rebooting")
        await deleting.olga.clicks("Check again")
        await deleting.seconds_pass(5)
        deleting.vps.change("web-1", status="active")
        await deleting.minutes_pass(1)
        await forged(deleting, deleting.olga, **button(ActionId.REQUEST_AGAIN, value))
        assert deleting.olga.sees("what became of it is known by now") and deleting.reboots() == sent
        assert (await deleting.log())[-1] == "U0OLGA request.refused web-1: too_late"
        await forged(deleting, deleting.noor, **button(ActionId.REQUEST_AGAIN, value))
        assert last(deleting.noor).startswith("You have no role here yet"), "not even the server's name"
        assert (await deleting.log())[-1] == "U0NOOR permission.refused web-1: no_grant"
        deleting.slack.forget_problems()

    async def test_it_is_for_what_it_stands_under_and_for_nothing_later(self, deleting: World) -> None:
        await self.unknown(deleting)
        sent = deleting.reboots()
        told = self.told(deleting, deleting.olga)
        await deleting.olga.clicks("Try again", on=told)
        await deleting.settle()
        await deleting.amir.clicks("Try again", on=told)
        await deleting.settle()
        assert deleting.amir.sees("web-1 is rebooting already: @olga asked for it")
        await deleting.minutes_pass(1)
        await deleting.amir.clicks("Try again", on=told)
        await deleting.minutes_pass(1)
        assert deleting.amir.sees("or something else is under way, or was done since.")
        assert deleting.reboots() == sent + 1
        assert (await deleting.log())[-1] == "U0AMIR request.refused web-1: too_late"

    async def test_whose_server_is_gone_is_not_named_to_who_may_not_see_it(self, deleting: World) -> None:
        await self.unknown(deleting)
        deleting.vps.remove("web-1")
        await deleting.seconds_pass(11)
        await deleting.noor.clicks("Try again", on=self.told(deleting, deleting.noor))
        await deleting.settle()
        assert last(deleting.noor).startswith("You have no role here yet")

    async def test_a_server_that_is_gone(self, deleting: World) -> None:
        await self.unknown(deleting)
        deleting.vps.remove("web-1")
        await deleting.seconds_pass(11)
        await deleting.olga.clicks("Try again")
        await deleting.settle()
        assert deleting.olga.sees("web-1: VPS.org doesn't know it any more.")
        assert "U0OLGA change.refused web-1: vanished" in await deleting.log()

    @pytest.mark.parametrize(("typed", "action"), [("rename web-1 shop-1", "edit"), ("delete web-1", "delete")])
    async def test_what_it_was_to_become_and_the_dialog_of_a_deletion(
        self, deleting: World, typed: str, action: str
    ) -> None:
        await decided(deleting, approvals=0)
        deleting.vps.fault("closed_before", action=action, times=1)
        deleting.vps.fault("status", action=action, times=99, status=429, retry_after=600)
        if action == "edit":
            await deleting.olga.says(f"/vps {typed}", in_=deleting.ops)
        else:
            await asks(deleting, deleting.olga)
        await deleting.seconds_pass(30)
        await deleting.amir.says("/vps freeze wait", in_=deleting.ops)
        await deleting.minutes_pass(1)
        await deleting.ada.says("/vps unfreeze", in_=deleting.ada.direct)
        deleting.vps.clear_faults()
        await deleting.seconds_pass(11)
        assert deleting.olga.sees("and whether it happened can't be seen")
        if action == "edit":
            await deleting.olga.clicks("Try again")
            await deleting.seconds_pass(20)
            assert there(deleting) == ["shop-1", "web-2"]
            return
        await deleting.olga.clicks("Try again…")
        await deleting.settle()
        await deleting.olga.fills("Type the server's name to confirm", "web-1")
        await deleting.olga.fills("Reason", "Still.")
        assert await deleting.olga.submits() == {}
        await deleting.seconds_pass(30)
        assert there(deleting) == ["web-2"]


class TestWhatIsNotKnown:
    """A call whose answer was lost may take effect late: nobody is told that it wasn't done."""

    async def test_a_freeze_in_between(self, deleting: World) -> None:
        await asks(deleting, deleting.olga)
        deleting.vps.fault("late_effect", action="delete", times=1, seconds=60)
        deleting.vps.fault("status", action="delete", times=99, status=429, retry_after=600)
        await deleting.amir.clicks("Approve")
        await deleting.seconds_pass(10)
        await deleting.amir.says("/vps freeze wait", in_=deleting.ops)
        await deleting.minutes_pass(3)
        assert "web-1 was not deleted" not in deleting.olga.screen()
        assert there(deleting) == ["web-2"] and deleting.olga.sees("no answer came to the deletion")

    @pytest.mark.parametrize(
        "then",
        [{"status": 403}, {"status": 402}, {"status": 429, "retry_after": 60}, {"status": 400}],
        ids=lambda then: str(then["status"]),
    )
    async def test_a_refusal_of_the_second_call_says_nothing_of_the_first(
        self, deleting: World, then: dict[str, Any]
    ) -> None:
        await asks(deleting, deleting.olga)
        deleting.vps.fault("late_effect", action="delete", times=1, seconds=900)
        deleting.vps.fault("status", action="delete", times=99, **then)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(8)
        assert there(deleting) == ["web-1", "web-2"], "it was called, and goes later"
        assert "was not deleted" not in deleting.olga.screen() + deleting.amir.screen()
        assert times(deleting.olga, "@olga web-1: no answer came to the deletion when I first asked, and whether") == 1
        assert "I did not repeat it" not in deleting.olga.screen() and deletions(deleting) > 1
        asked = {400: "I asked 5 times.", 402: "I asked 2 times. VPS.org", 403: "I asked 2 times. VPS.org"}
        assert deleting.olga.sees(asked.get(then["status"], "I asked"))
        await deleting.minutes_pass(8)
        assert there(deleting) == ["web-2"]
        await deleting.olga.clicks("Check again")
        await deleting.minutes_pass(1)
        assert times(deleting.olga, "@olga web-1 is deleted: VPS.org doesn't know it any more.") == 1

    async def test_five_calls_that_were_all_lost(self, deleting: World) -> None:
        await asks(deleting, deleting.olga)
        deleting.vps.fault("late_effect", action="delete", times=5, seconds=900)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(10)
        assert deletions(deleting) == 5
        assert "did not react" not in deleting.olga.screen()
        assert times(deleting.olga, "@olga web-1: no answer came to the deletion") == 1
        await deleting.minutes_pass(10)
        await deleting.olga.clicks("Check again")
        await deleting.minutes_pass(1)
        assert times(deleting.olga, "@olga web-1 is deleted: VPS.org doesn't know it any more.") == 1
