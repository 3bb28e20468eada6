"""Consent beyond the ordinary: other acts under approval, budgets, another token, and what people are shown."""

import pytest

from bot.auditing import verify
from bot.domain.audit import Action
from bot.store import audit, workspaces
from tests.stories.deleting import asks, card_of, decided, deletions, there
from tests.stories.telling import ON_SQLITE, calls, forged, times
from tests.world import KEY, World


class TestOtherActs:
    """A policy can put more than deleting under approval, by pattern."""

    @pytest.mark.parametrize(
        ("act", "doing", "done"), [("reboot", "rebooting", "is active again"), ("stop", "stopping", "is stopped")]
    )
    async def test_what_fits_takes_consent_and_nothing_else(
        self, deleting: World, act: str, doing: str, done: str
    ) -> None:
        deleting.has_server("prod-1")
        await decided(deleting, also=(f"{act} prod-*",))
        await deleting.olga.says(f"/vps {act} web-1", in_=deleting.general)
        await deleting.seconds_pass(20)
        assert calls(deleting, act) == 1
        await deleting.olga.says(f"/vps {act} prod-1", in_=deleting.general)
        await deleting.seconds_pass(20)
        assert calls(deleting, act) == 1
        assert deleting.olga.sees(f"Asked @ada or @amir in #ops to agree to {doing} prod-1.")
        assert deleting.amir.sees(f"@olga asks to {act} prod-1.")
        await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
        await deleting.seconds_pass(30)
        assert calls(deleting, act) == 2
        assert times(deleting.olga, f"@olga prod-1 {done}. @amir approved it.") == 1

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
        assert deleting.amir.sees("Needs 2 approvals: @ada and @amir.")
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

    @pytest.mark.parametrize(("budget", "needs"), [("daily", "2 approvals"), ("hourly", "1 approval")])
    async def test_a_day_counts_what_all_ask_for_and_an_hour_what_one_person_does(
        self, deleting: World, budget: str, needs: str
    ) -> None:
        await deleting.ada.says("/vps access grant @vera approver", in_=deleting.ada.direct)
        await deleting.seconds_pass(3)
        await decided(deleting, **{budget: 1})
        await asks(deleting, deleting.olga)
        await asks(deleting, deleting.vera, "web-2")
        await deleting.seconds_pass(3)
        assert f"Needs {needs}" in deleting.amir.reads(card_of(deleting, deleting.amir))

    async def test_too_few_approvers_for_one_more(self, deleting: World) -> None:
        await decided(deleting, daily=0)
        await deleting.ada.says("/vps access revoke @amir", in_=deleting.ada.direct)
        await deleting.olga.says("/vps delete web-1", in_=deleting.ops)
        await deleting.settle()
        assert deleting.olga.sees(
            "Deleting takes 2 approvals of other people (one more than usual, because of the deletions before it), "
            "and only @ada could give it."
        )


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


async def test_names_taken_for_each_other_are_shown_to_who_decides(deleting: World) -> None:
    deleting.has_server("web-l")
    await deleting.seconds_pass(11)
    await asks(deleting, deleting.olga)
    assert deleting.amir.sees("Nearly the same name: web-l")


async def test_the_card_carries_the_head_of_the_log(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    anchor = deleting.amir.reads(card_of(deleting, deleting.amir)).split("log ")[1][:32]
    async with deleting.bot.store.read() as tx:
        entries = [entry async for entry in audit.stream(tx, deleting.team.id)]
    [asked] = [entry for entry in entries if entry.action == Action.DELETE_REQUESTED]
    assert anchor == asked.hash.hex()[:32], "of what was asked, with all that stood before it"


@ON_SQLITE
async def test_the_command_finds_it_again(
    deleting: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await asks(deleting, deleting.olga)
    anchor = deleting.amir.reads(card_of(deleting, deleting.amir)).split("log ")[1][:32]
    monkeypatch.setenv("DATABASE_URL", deleting.database_url)
    monkeypatch.setenv("VPSBOT_ENCRYPTION_KEYS", KEY)
    assert await verify(None, None, [anchor]) == 0
    assert await verify(None, None, [anchor[::-1]]) == 1
    assert f"no entry has the anchor {anchor[::-1]}" in capsys.readouterr().out


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


async def test_the_token_it_was_approved_under_is_compared_at_the_call_itself(deleting: World) -> None:
    """Whoever put another one in its place, of the same account, and whatever they should have ended by that."""
    await decided(deleting, undo_window=60)
    await asks(deleting, deleting.olga)
    await deleting.amir.clicks("Approve")
    deleting.vps.add_token("vps_another_0123456789")
    async with deleting.bot.store.begin("story", deleting.team.id) as tx:
        known = await workspaces.get(tx, deleting.team.id)
        assert known is not None and known.account
        given = {"token": "vps_another_0123456789", "dialect": "documented", "account": known.account}
        await workspaces.connect(tx, deleting.team.id, **given, by="U0ADA", now=deleting.clock.now())
    deleting.bot.parts.snapshots.forget_all()
    await deleting.minutes_pass(59)
    assert not deleting.olga.sees("web-1 was not deleted"), "nobody has looked at it since"
    await deleting.minutes_pass(2)
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
