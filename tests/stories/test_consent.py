"""Consent beyond the ordinary: time to undo, other acts under approval, budgets, broken glass, looking again."""

import pytest

from bot.operations.advance import move
from bot.sandbox.slack.model import Message
from bot.sandbox.slack.person import LocalPerson
from bot.slack.ids import ActionId
from bot.store import operations, workspaces
from tests.stories.creating import PLAN, bought
from tests.stories.deleting import asks, buttons_of, card_of, decided, deletions, there
from tests.stories.telling import button, forged, last, times
from tests.world import World


class TestTimeToUndo:
    """After the consent a deletion waits, and everybody can see until when, and stop it."""

    async def test_the_card_says_when_and_it_happens_then(self, deleting: World) -> None:
        await decided(deleting, undo_window=60)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.seconds_pass(5)
        assert deleting.amir.sees("until then it can be cancelled.")
        assert deleting.olga.sees("Approved by @amir. The deletion begins ")
        await deleting.minutes_pass(58)
        assert deletions(deleting) == 0
        await deleting.minutes_pass(3)
        assert deletions(deleting) == 1 and there(deleting) == ["web-2"]
        assert times(deleting.olga, "@olga web-1 is deleted: VPS.org doesn't know it any more. @amir approved it.") == 1

    @pytest.mark.parametrize("who", ["olga", "amir", "ada"])
    async def test_who_asked_and_every_approver_can_stop_it(self, deleting: World, who: str) -> None:
        await decided(deleting, undo_window=60)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(30)
        person = getattr(deleting, who)
        await person.clicks("Cancel", on=card_of(deleting, person))
        await deleting.minutes_pass(120)
        how = "withdrew the request" if who == "olga" else "cancelled it"
        assert deletions(deleting) == 0 and there(deleting) == ["web-1", "web-2"]
        assert deleting.olga.sees(f"web-1 was not deleted: @{who} {how}.")

    async def test_an_operator_who_did_not_ask_can_t(self, deleting: World) -> None:
        await decided(deleting, undo_window=60)
        await asks(deleting, deleting.amir)
        await deleting.ada.clicks("Approve")
        await deleting.minutes_pass(30)
        await deleting.olga.clicks("Cancel", on=card_of(deleting, deleting.olga))
        await deleting.settle()
        assert deleting.olga.sees("Only @amir can cancel this")
        await deleting.minutes_pass(31)
        assert deletions(deleting) == 1

    async def test_the_server_is_stopped_first_when_that_is_set(self, deleting: World) -> None:
        await decided(deleting, undo_window=60, stop_first=True)
        await asks(deleting, deleting.olga)
        deleting.vps.fault("lost_reply", action="stop", times=1)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(5)
        assert len(deleting.vps.calls(action="stop")) == 1
        assert deleting.amir.sees("It is stopped already.")
        await deleting.minutes_pass(60)
        assert deletions(deleting) == 1 and there(deleting) == ["web-2"]

    async def test_a_stopped_server_that_is_kept_is_said_to_be_stopped(self, deleting: World) -> None:
        await decided(deleting, undo_window=60, stop_first=True)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(5)
        await deleting.olga.clicks("Cancel", on=card_of(deleting, deleting.olga))
        await deleting.minutes_pass(90)
        assert deleting.olga.sees("withdrew the request. It is stopped now; start it with /vps start web-1.")
        assert deletions(deleting) == 0

    async def test_a_right_that_is_lost_in_between_stops_it(self, deleting: World) -> None:
        await decided(deleting, undo_window=60)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.ada.says("/vps access revoke @olga", in_=deleting.ada.direct)
        await deleting.minutes_pass(65)
        assert deletions(deleting) == 0
        assert deleting.olga.sees("web-1 was not deleted: who asked lost the role for it before it was done.")


class TestOtherActs:
    """A policy can put more than deleting under approval, by pattern."""

    async def test_a_reboot_of_what_fits_takes_consent_and_of_nothing_else(self, deleting: World) -> None:
        deleting.has_server("prod-1")
        await decided(deleting, also=("reboot prod-*",))
        await deleting.olga.says("/vps reboot web-1", in_=deleting.general)
        await deleting.seconds_pass(20)
        assert deleting.reboots() == 1
        await deleting.olga.says("/vps reboot prod-1", in_=deleting.general)
        await deleting.seconds_pass(20)
        assert deleting.reboots() == 1
        assert deleting.olga.sees("Asked @ada or @amir in #ops to agree to rebooting prod-1.")
        assert deleting.amir.sees("@olga asks to reboot prod-1.")
        await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
        await deleting.seconds_pass(30)
        assert deleting.reboots() == 2
        assert times(deleting.olga, "@olga prod-1 is active again. @amir approved it.") == 1

    async def test_a_policy_that_came_in_between_takes_consent_after_all(self, deleting: World) -> None:
        deleting.vps.fault("status", action="show", status=503, times=3)
        await deleting.olga.says("/vps reboot web-1", in_=deleting.ops)
        await decided(deleting, also=("reboot *",))
        await deleting.minutes_pass(3)
        assert deleting.reboots() == 0
        assert deleting.olga.sees("web-1 was not rebooted: the consent for it doesn't hold any more.")


class TestBudgets:
    """Beyond so many deletions, a request takes one approver more."""

    async def test_one_more_approver_than_usual(self, deleting: World) -> None:
        await decided(deleting, hourly=1)
        await asks(deleting, deleting.olga)
        await asks(deleting, deleting.olga, "web-2")
        await deleting.seconds_pass(3)
        assert deleting.amir.sees("Needs 2 approvals: @ada or @amir.")
        for person in (deleting.amir, deleting.ada):
            await person.clicks("Approve", on=card_of(deleting, person))
            await deleting.seconds_pass(3)
        await deleting.seconds_pass(30)
        assert there(deleting) == ["web-1"], "the first one waits still, it counted all the same"

    async def test_what_waits_counts_as_long_as_it_waits(self, deleting: World) -> None:
        await decided(deleting, hourly=1)
        await asks(deleting, deleting.olga)
        await deleting.minutes_pass(150)
        await asks(deleting, deleting.olga, "web-2")
        await deleting.seconds_pass(3)
        assert "Needs 2 approvals" in deleting.amir.reads(card_of(deleting, deleting.amir))

    async def test_what_was_asked_for_long_ago_counts_from_when_it_is_done(self, deleting: World) -> None:
        await decided(deleting, hourly=1)
        await asks(deleting, deleting.olga)
        await deleting.minutes_pass(150)
        await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
        await deleting.minutes_pass(50)
        assert there(deleting) == ["web-2"]
        await asks(deleting, deleting.olga, "web-2")
        await deleting.seconds_pass(3)
        assert "Needs 2 approvals" in deleting.amir.reads(card_of(deleting, deleting.amir))
        await deleting.olga.clicks("Cancel", on=card_of(deleting, deleting.olga))
        await deleting.minutes_pass(15)
        await asks(deleting, deleting.olga, "web-2")
        await deleting.seconds_pass(3)
        assert "Needs 1 approval" in deleting.amir.reads(card_of(deleting, deleting.amir)), "an hour later"

    async def test_too_few_approvers_for_one_more(self, deleting: World) -> None:
        await decided(deleting, daily=0)
        await deleting.ada.says("/vps access revoke @amir", in_=deleting.ada.direct)
        await deleting.olga.says("/vps delete web-1", in_=deleting.ops)
        await deleting.settle()
        assert deleting.olga.sees(
            "Deleting takes 2 approvals of other people (one more than usual, because of the deletions before it), "
            "and only @ada could give it."
        )


class TestBrokenGlass:
    """In an emergency an admin does alone what takes consent, and everybody hears of it."""

    async def breaks(self, world: World, name: str = "web-1") -> None:
        """Ada deletes a server alone."""
        await world.ada.says(f"/vps break-glass delete {name}", in_=world.general)
        await world.settle()
        await world.ada.fills("Type the server's name to confirm", name)
        await world.ada.fills("Reason", "It sends spam :rotating_light: <@U0OLGA>")
        assert await world.ada.submits() == {}
        await world.settle()
        await world.ada.closes_dialog()

    async def test_a_deletion_without_consent_is_told_loudly_and_marked(self, deleting: World) -> None:
        await self.breaks(deleting)
        await deleting.seconds_pass(30)
        assert there(deleting) == ["web-2"]
        assert deleting.amir.sees("@amir: @ada broke the glass: deleting web-1 without anyone's consent.")
        assert deleting.amir.sees("It sends spam :rotating_light: <@U0OLGA>")
        log = await deleting.log()
        assert "U0ADA request.broke_glass web-1: It sends spam :rotating_light: <@U0OLGA>" in log
        await deleting.ada.says("/vps audit", in_=deleting.ada.direct)
        assert deleting.ada.sees("@ada broke the glass: delete of web-1 without consent")

    async def test_it_takes_the_place_of_a_request_that_waits(self, deleting: World) -> None:
        await asks(deleting, deleting.olga)
        await self.breaks(deleting)
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
        assert deleting.amir.sees("@ada broke the glass: rebooting web-1 without anyone's consent.")

    async def test_the_budget_holds(self, deleting: World) -> None:
        await decided(deleting, hourly=1)
        await self.breaks(deleting)
        await deleting.ada.says("/vps break-glass delete web-2", in_=deleting.general)
        await deleting.settle()
        await deleting.ada.fills("Type the server's name to confirm", "web-2")
        await deleting.ada.fills("Reason", "This one, too.")
        await deleting.ada.submits()
        await deleting.seconds_pass(30)
        assert there(deleting) == ["web-2"]
        dialog = deleting.ada.dialog
        assert dialog and "breaking the glass doesn't reach beyond that" in dialog.text

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
        deleting.slack.forget_problems()

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


class TestAnotherToken:
    """What was asked for under a token of the provider's is void when another one is connected."""

    async def connects(self, world: World) -> None:
        """Ada connects another token of the same account; the engine has not looked at anything since."""
        world.vps.add_token("vps_another_0123456789")
        await world.ada.says("/vps connect", in_=world.ada.direct)
        await world.settle()
        await world.ada.fills("API token", "vps_another_0123456789")
        assert await world.ada.submits() == {}

    async def test_a_click_on_what_waits_is_refused_at_once_and_both_are_told(self, deleting: World) -> None:
        await asks(deleting, deleting.olga)
        await self.connects(deleting)
        await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
        await deleting.bot.door.answerer.drain(5)
        assert deleting.amir.sees("Too late: the API token that @olga asked for it with is gone, so it is void.")
        assert "U0AMIR request.refused web-1: other_token" in await deleting.log()
        await deleting.seconds_pass(3)
        void = "web-1 was not deleted: the API token it was asked for with is gone."
        assert times(deleting.olga, f"@olga {void}") == 1
        assert void in deleting.amir.reads(card_of(deleting, deleting.amir))
        assert "Approve" not in deleting.amir.buttons and deletions(deleting) == 0

    async def test_nor_can_it_be_agreed_to_when_none_is_connected(self, deleting: World) -> None:
        await asks(deleting, deleting.olga)
        await deleting.ada.says("/vps disconnect", in_=deleting.ada.direct)
        await deleting.ada.clicks("Disconnect")
        await deleting.seconds_pass(3)
        void = "web-1 was not deleted: the API token it was asked for with is gone."
        assert times(deleting.olga, f"@olga {void}") == 1
        assert void in deleting.amir.reads(card_of(deleting, deleting.amir))
        assert "Approve" not in deleting.amir.buttons and deletions(deleting) == 0

    async def test_nobody_has_to_click_for_that(self, deleting: World) -> None:
        await asks(deleting, deleting.olga)
        await self.connects(deleting)
        await deleting.seconds_pass(3)
        assert deleting.olga.sees("@olga web-1 was not deleted: the API token it was asked for with is gone")


class TestAccountsOfApprovers:
    """What an account is now is what counts, not what it was when the card was drawn."""

    @pytest.mark.parametrize(("change", "said"), [("deactivate", "deactivated"), ("make_guest", "guest")])
    async def test_who_clicks(self, deleting: World, change: str, said: str) -> None:
        await asks(deleting, deleting.olga)
        value = buttons_of(card_of(deleting, deleting.amir))["Approve"]
        await getattr(deleting.team, change)(deleting.amir)
        await deleting.seconds_pass(61)
        await forged(deleting, deleting.amir, **button(ActionId.REQUEST_APPROVE, value))
        assert [line for line in await deleting.log() if line.startswith("U0AMIR permission.refused")] == [
            f"U0AMIR permission.refused web-1: {said}"
        ]
        await deleting.minutes_pass(1)
        assert deletions(deleting) == 0
        deleting.slack.forget_problems()

    async def test_who_approved_before_the_call(self, deleting: World) -> None:
        await decided(deleting, undo_window=60)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(30)
        await deleting.team.deactivate(deleting.amir)
        await deleting.minutes_pass(35)
        assert deletions(deleting) == 0
        assert deleting.olga.sees("web-1 was not deleted: the consent for it doesn't hold any more.")

    async def test_who_asked(self, deleting: World) -> None:
        await asks(deleting, deleting.olga)
        await deleting.team.deactivate(deleting.olga)
        await deleting.minutes_pass(2)
        told = "web-1 was not deleted: the account of who asked was deactivated."
        assert told in deleting.amir.reads(card_of(deleting, deleting.amir)) and deletions(deleting) == 0
        assert "vpsbot delete.ended web-1: not_allowed" in await deleting.log()


class TestTooLong:
    """A reason is as long as fits on a card; what is longer stands at its input, and nothing is done."""

    @pytest.mark.parametrize("view", ["deny", "delete", "glass"])
    async def test_a_reason_of_501_characters(self, deleting: World, view: str) -> None:
        person, word = (deleting.amir, "characters") if view == "deny" else (deleting.ada, "500 characters")
        if view == "deny":
            await asks(deleting, deleting.olga)
            await person.clicks("Deny")
        else:
            await person.says("/vps delete web-1" if view == "delete" else "/vps break-glass delete web-1")
        await deleting.settle()
        assert await person.will_see("Reason")
        dialog = person.dialog
        assert dialog is not None
        filled = {"name": {"value": {"value": "web-1"}}, "reason": {"value": {"value": "x" * 501}}}
        content = {key: dialog.view.body[key] for key in ("type", "callback_id", "private_metadata")}
        answer = await forged(
            deleting, person, type="view_submission", view=content | {"id": "V1", "state": {"values": filled}}
        )
        assert '"response_action": "errors"' in answer.replace('":"', '": "') and word in answer, answer
        await deleting.minutes_pass(1)
        assert deletions(deleting) == 0 and deleting.reboots() == 0
        log = await deleting.log()
        assert [line for line in log if ".refused" in line] == [f"{person.id} input.refused : reason too long"]
        assert not any("x" * 501 in line for line in log)
        deleting.slack.forget_problems()


async def test_requests_shows_cancel_to_an_approver_in_the_time_to_undo(deleting: World) -> None:
    await decided(deleting, undo_window=60)
    await asks(deleting, deleting.olga)
    await deleting.ada.says("/vps requests", in_=deleting.ada.direct)
    assert "Cancel" not in deleting.ada.reads(deleting.ada.messages(deleting.ada.direct)[-1]), "it waits for consent"
    await deleting.amir.clicks("Approve")
    await deleting.minutes_pass(10)
    for person, drawn in ((deleting.vera, False), (deleting.ada, True)):
        await person.says("/vps requests", in_=person.direct)
        assert ("Cancel" in person.reads(person.messages(person.direct)[-1])) is drawn
    await deleting.ada.clicks("Cancel", on=deleting.ada.messages(deleting.ada.direct)[-1])
    await deleting.minutes_pass(60)
    assert deletions(deleting) == 0 and deleting.olga.sees("web-1 was not deleted: @ada cancelled it.")


async def test_names_taken_for_each_other_are_shown_to_who_decides(deleting: World) -> None:
    deleting.has_server("web-l")
    await deleting.seconds_pass(11)
    await asks(deleting, deleting.olga)
    assert deleting.amir.sees("Nearly the same name: web-l")


async def test_the_card_carries_the_head_of_the_log(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    anchor = deleting.amir.reads(card_of(deleting, deleting.amir)).split("log ")[1][:32]
    assert len(anchor) == 32 and int(anchor, 16)


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
        if there(deleting) == ["web-2"]:
            assert deleting.olga.sees("no answer came to the deletion")


async def test_glass_that_can_t_be_broken_leaves_what_waits_as_it_is(deleting: World) -> None:
    await decided(deleting, hourly=1)
    glass = TestBrokenGlass()
    await glass.breaks(deleting, "web-1")
    await deleting.seconds_pass(20)
    await asks(deleting, deleting.olga, "web-2")
    await deleting.seconds_pass(3)
    await glass_refused(deleting)
    await deleting.ada.says("/vps requests", in_=deleting.ada.direct)
    assert deleting.ada.sees("web-2: delete, waits for consent"), "the request goes on waiting"


async def glass_refused(world: World) -> None:
    """Ada tries to break the glass for what is over the budget."""
    await world.ada.says("/vps break-glass delete web-2", in_=world.general)
    await world.settle()
    await world.ada.fills("Type the server's name to confirm", "web-2")
    await world.ada.fills("Reason", "Again.")
    await world.ada.submits()
    await world.settle()
    dialog = world.ada.dialog
    assert dialog and "breaking the glass doesn't reach beyond that" in dialog.text
    await world.ada.closes_dialog()


async def test_an_old_ticket_does_not_shorten_the_time_to_undo(deleting: World) -> None:
    await decided(deleting, undo_window=60, stop_first=True)
    await asks(deleting, deleting.olga)
    await deleting.amir.clicks("Approve")
    await deleting.minutes_pass(5)
    async with deleting.bot.store.read() as tx:
        [waiting] = await operations.waiting(tx, deleting.team.id)
    await move(deleting.bot.parts, deleting.team.id, waiting.id)
    assert deletions(deleting) == 0


async def test_what_was_approved_for_another_account_is_not_said_to_be_gone(deleting: World) -> None:
    await decided(deleting, undo_window=60)
    await asks(deleting, deleting.olga)
    await deleting.amir.clicks("Approve")
    deleting.vps.add_account("vps_other_0123456789abcdef", email="other@example.com")
    async with deleting.bot.store.begin("story", deleting.team.id) as tx:
        now = deleting.clock.now()
        given = {"token": "vps_other_0123456789abcdef", "dialect": "documented", "account": "other@example.com"}
        await workspaces.connect(tx, deleting.team.id, **given, by="U0ADA", now=now)
    deleting.bot.parts.snapshots.forget_all()
    await deleting.minutes_pass(70)
    assert deletions(deleting) == 0
    assert deleting.olga.sees("web-1 was not deleted: the API token it was asked for with is gone.")


async def test_who_sees_some_servers_only_sees_their_requests_only(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.ada.says("/vps access grant @noor viewer db-*", in_=deleting.ada.direct)
    await deleting.noor.says("/vps requests", in_=deleting.general)
    assert deleting.noor.sees("Nothing is open") and not deleting.noor.sees("web-1: delete")


async def test_an_admin_who_loses_the_role_hears_it_and_so_do_the_others(deleting: World) -> None:
    await deleting.ada.says("/vps access grant @amir admin", in_=deleting.ada.direct)
    await deleting.seconds_pass(3)
    await deleting.ada.says("/vps access revoke @amir", in_=deleting.ada.direct)
    await deleting.seconds_pass(3)
    assert deleting.amir.sees("@ada took your role admin.")


async def test_another_name_does_not_get_round_a_rule(deleting: World) -> None:
    await decided(deleting, also=("stop web-*",))
    await deleting.olga.says("/vps rename web-1 x-1", in_=deleting.general)
    await deleting.seconds_pass(10)
    assert deleting.olga.sees("to agree to renaming web-1")
    assert there(deleting) == ["web-1", "web-2"]


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
        assert deleting.amir.sees("@ada broke the glass: creating app-1 without anyone's consent.")
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
