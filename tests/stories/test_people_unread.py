"""Slack can't be asked about people for a while: votes and roles through groups count as none, and nothing is lost."""

import asyncio
from dataclasses import replace

import pytest

from tests.stories.deleting import asks, card_of, decided, deletions, there
from tests.stories.governing import second_admin, types
from tests.stories.telling import last, times
from tests.world import World

NO_VOTE = "Slack can't tell me about your account right now, so your vote wasn't counted. Press again in a moment."
NO_GROUP = (
    "Slack can't tell me about your account right now, so roles through groups don't count. Try again in a moment."
)


async def slack_is_away(world: World) -> None:
    """Slack has forgotten nothing, but doesn't say who is who; what the bot knew is too old by now."""
    await world.seconds_pass(130)
    for method in ("users.info", "usergroups.users.list"):
        world.slack.fail(method, error="internal_error", times=10_000)


def slack_is_back(world: World) -> None:
    """Slack answers again."""
    world.slack.world.faults.clear()


class TestVotes:
    """A word on what somebody else asked for counts only of an account that could be read."""

    async def test_it_is_not_counted_and_can_be_given_again(self, deleting: World) -> None:
        await asks(deleting, deleting.olga)
        await slack_is_away(deleting)
        await deleting.amir.clicks("Approve")
        await deleting.settle()
        assert deleting.amir.sees(NO_VOTE)
        assert "U0AMIR permission.refused web-1: voter_not_readable" in await deleting.log()
        assert deletions(deleting) == 0 and deleting.amir.sees("Needs 1 approval: @ada or @amir.")
        slack_is_back(deleting)
        await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
        await deleting.seconds_pass(30)
        assert deletions(deleting) == 1

    async def test_nor_is_an_agreement_to_a_change_of_power(self, deleting: World) -> None:
        await second_admin(deleting)
        await types(deleting, deleting.ada, "access grant @noor approver")
        await deleting.seconds_pass(3)
        await slack_is_away(deleting)
        await deleting.amir.clicks("Agree")
        await deleting.settle()
        assert last(deleting.amir) == NO_VOTE
        assert "@noor" not in await types(deleting, deleting.ada, "access")
        slack_is_back(deleting)
        await deleting.amir.clicks("Agree")
        await deleting.seconds_pass(5)
        assert deleting.noor.sees("@ada made you approver")

    async def test_to_stop_what_was_agreed_to_takes_less_than_a_vote(self, deleting: World) -> None:
        await decided(deleting, undo_window=60)
        await asks(deleting, deleting.olga)
        await deleting.ada.clicks("Approve")
        await slack_is_away(deleting)
        await deleting.vera.clicks("Cancel", on=card_of(deleting, deleting.vera))
        await deleting.settle()
        assert deleting.vera.sees("Only @olga can cancel this")
        await deleting.amir.clicks("Cancel", on=card_of(deleting, deleting.amir))
        await deleting.minutes_pass(70)
        assert deleting.olga.sees("web-1 was not deleted: @amir cancelled it.") and deletions(deleting) == 0

    async def test_who_is_no_approver_reads_what_is_really_missing(self, deleting: World) -> None:
        await asks(deleting, deleting.olga)
        await slack_is_away(deleting)
        await deleting.vera.clicks("Approve")
        await deleting.settle()
        assert deleting.vera.sees("You are viewer here; this takes approver.")


class TestGroups:
    """A role through a group counts as none while the group, or the account, can't be read; one's own goes on."""

    async def test_the_account_alone_can_t_be_read(self, deleting: World) -> None:
        deleting.team.add_group("oncall", [deleting.noor])
        await types(deleting, deleting.ada, "access grant @oncall operator")
        await deleting.seconds_pass(130)
        deleting.slack.fail("users.info", error="internal_error", times=10_000)
        assert await types(deleting, deleting.noor, "reboot web-1") == NO_GROUP
        await types(deleting, deleting.olga, "reboot web-1")
        await deleting.seconds_pass(20)
        assert deleting.reboots() == 1
        assert "U0NOOR permission.refused : account_not_readable" in await deleting.log()

    async def test_who_joined_a_group_is_in_it_at_the_next_question(self, deleting: World) -> None:
        oncall = deleting.team.add_group("oncall", [deleting.noor])
        await types(deleting, deleting.ada, "access grant @oncall operator")
        assert "2 servers" in await types(deleting, deleting.noor, "list")
        await deleting.team.set_group(oncall, [deleting.noor, deleting.team.add_person("zoe", id="U0ZOE")])
        assert "2 servers" in await types(deleting, deleting.noor, "list"), "others came; nothing changed for Noor"
        assert not [line for line in await deleting.log() if line.startswith("U0NOOR permission.refused")]

    async def test_a_no_is_said_to_the_account_as_it_is_now(self, deleting: World) -> None:
        oncall = deleting.team.add_group("oncall", [])
        await types(deleting, deleting.ada, "access grant @oncall operator")
        assert "no role here yet" in await types(deleting, deleting.noor, "list")
        await deleting.team.set_group(oncall, [deleting.noor], quietly=True)
        await deleting.seconds_pass(61)
        assert "2 servers" in await types(deleting, deleting.noor, "list")
        refused = [line for line in await deleting.log() if line.startswith("U0NOOR permission.refused")]
        assert len(refused) == 1, "the second question was no refusal"

    async def test_a_file_that_was_promised_is_sent_later(self, deleting: World) -> None:
        deleting.team.add_group("audit", [deleting.noor])
        await types(deleting, deleting.ada, "access grant @audit auditor")
        await deleting.noor.says("/vps audit export", in_=deleting.ops)
        await deleting.bot.door.answerer.drain(5)
        deleting.clock.move(seconds=61)
        deleting.slack.fail("usergroups.users.list", error="internal_error", times=3)
        await deleting.seconds_pass(1)
        assert not deleting.slack.api_calls("files.completeUploadExternal")
        slack_is_back(deleting)
        await deleting.minutes_pass(1)
        assert len(deleting.slack.api_calls("files.completeUploadExternal")) == 1


class TestConsent:
    """What was agreed to waits a while for Slack, in the step that enters the call."""

    async def agreed(self, world: World) -> None:
        """Olga, operator through a group, asks; Amir agrees; Slack goes away before the time to undo is over."""
        world.team.add_group("oncall", [world.noor])
        await types(world, world.ada, "access grant @oncall operator")
        await decided(world, undo_window=60)
        await asks(world, world.noor)
        await world.amir.clicks("Approve")
        await world.minutes_pass(57)
        await slack_is_away(world)
        await world.seconds_pass(55)

    async def test_it_is_done_when_slack_is_back(self, deleting: World) -> None:
        await self.agreed(deleting)
        await deleting.minutes_pass(3)
        assert deletions(deleting) == 0 and there(deleting) == ["web-1", "web-2"]
        slack_is_back(deleting)
        await deleting.minutes_pass(2)
        assert deletions(deleting) == 1 and there(deleting) == ["web-2"]
        assert times(deleting.noor, "@noor web-1 is deleted: VPS.org doesn't know it any more. @amir approved it.") == 1

    async def test_when_slack_stays_away_it_is_void_and_both_are_told_why(self, deleting: World) -> None:
        await self.agreed(deleting)
        await deleting.minutes_pass(30)
        assert deletions(deleting) == 0
        told = (
            "@noor @amir web-1 was not deleted: for 5 min Slack couldn't tell me whether who asked and who agreed "
            "still may. Ask again: /vps delete web-1"
        )
        assert times(deleting.noor, told) == 1
        assert "vpsbot delete.ended web-1: people_not_readable" in await deleting.log()

    async def test_the_voter_alone_can_t_be_read_at_the_moment_of_the_call(self, deleting: World) -> None:
        await decided(deleting, undo_window=60)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(57)
        await slack_is_away(deleting)
        await deleting.minutes_pass(2)
        assert deletions(deleting) == 0
        await deleting.team.deactivate(deleting.amir)
        slack_is_back(deleting)
        await deleting.minutes_pass(2)
        assert deletions(deleting) == 0
        assert deleting.olga.sees("web-1 was not deleted: the consent for it doesn't hold any more.")

    async def test_a_request_that_waits_is_not_void_because_slack_is_away(self, deleting: World) -> None:
        deleting.team.add_group("oncall", [deleting.noor])
        await types(deleting, deleting.ada, "access grant @oncall operator")
        await asks(deleting, deleting.noor)
        await slack_is_away(deleting)
        await deleting.minutes_pass(70)
        assert times(deleting.amir, "@noor still waits for an answer about deleting web-1.") == 1
        slack_is_back(deleting)
        await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
        await deleting.seconds_pass(30)
        assert deletions(deleting) == 1


class TestChangedAccounts:
    """Slack tells of every new status text: only who has a word in what waits makes the bot look at it."""

    async def test_whoever_has_nothing_to_do_with_it_changes_nothing(self, deleting: World) -> None:
        await asks(deleting, deleting.olga)
        await deleting.seconds_pass(5)
        due = await deleting.bot.engine.next_due()
        await deleting.team.deactivate(deleting.vera)
        assert await deleting.bot.engine.next_due() == due

    @pytest.mark.parametrize("what", ["account", "group"])
    async def test_an_answer_from_before_the_change_is_not_kept(self, deleting: World, what: str) -> None:
        method = {"account": "users.info", "group": "usergroups.users.list"}[what]
        group = deleting.team.add_group("oncall", [deleting.noor])
        await types(deleting, deleting.ada, "access grant @oncall operator")

        def changes_meanwhile(called: str, moment: str) -> None:
            if (called, moment) != (method, "after") or not asked.is_set():
                return
            asked.clear()
            if what == "account":  # while the answer is on its way, the change is told
                deleting.noor.person.is_restricted = True
                deleting.bot.parts.people.forget(deleting.team.id, deleting.noor.id)
            else:
                group.members.clear()
                deleting.bot.parts.people.forget_group(deleting.team.id, group.id)

        asked = asyncio.Event()
        await deleting.seconds_pass(120)
        deleting.seams = replace(deleting.seams, slack=changes_meanwhile)
        await deleting.restart()
        asked.set()
        for server in ("web-1", "web-2"):
            await deleting.noor.says(f"/vps reboot {server}", in_=deleting.ops)
            await deleting.settle()
        said = {"account": "Guests hold no role here", "group": "You have no role here yet"}[what]
        assert last(deleting.noor).startswith(said)

    async def test_who_asked_is_looked_at_at_once(self, deleting: World) -> None:
        await asks(deleting, deleting.olga)
        await deleting.team.deactivate(deleting.olga)
        await deleting.seconds_pass(1)
        assert deleting.amir.sees("web-1 was not deleted: the account of who asked was deactivated.")

    async def test_a_card_asks_nobody_whose_account_is_gone_nor_who_may_not_for_all_of_it(
        self, deleting: World
    ) -> None:
        deleting.has_server("db-1")
        await types(deleting, deleting.ada, "access grant @vera approver web-*")
        await deleting.team.deactivate(deleting.amir)
        await deleting.seconds_pass(11)
        assert await asks(deleting, deleting.olga, "web-1 db-1", count="2") == {}
        await deleting.seconds_pass(3)
        assert deleting.ada.sees("Needs 1 approval: @ada.")

    async def test_so_is_who_voted_and_the_card_says_that_it_doesn_t_count(self, deleting: World) -> None:
        await types(deleting, deleting.ada, "access grant @vera approver")
        await deleting.choose_channel("2 approvals")
        await deleting.seconds_pass(2)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.seconds_pass(3)
        await deleting.team.deactivate(deleting.amir)
        await deleting.seconds_pass(3)
        assert deleting.vera.sees("Needs 2 approvals: @ada and @vera. The approval of @amir doesn't count any more")


class TestRolesGivenAnew:
    """A vote was given by who could give it then, and can now."""

    @pytest.mark.parametrize("role", ["approver", "admin"])
    async def test_an_approver_who_gets_the_role_once_more_or_a_higher_one_agrees_still(
        self, deleting: World, role: str
    ) -> None:
        await decided(deleting, undo_window=60)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(10)
        assert f"@amir is {role} now" in await types(deleting, deleting.ada, f"access grant @amir {role}")
        await deleting.minutes_pass(60)
        assert deletions(deleting) == 1

    async def test_who_was_operator_when_it_was_asked_for_has_no_word_as_approver(self, deleting: World) -> None:
        await types(deleting, deleting.ada, "access grant @vera operator")
        await asks(deleting, deleting.olga)
        await deleting.seconds_pass(5)
        await types(deleting, deleting.ada, "access grant @vera approver")
        await deleting.seconds_pass(5)
        await deleting.vera.clicks("Approve")
        await deleting.settle()
        assert deleting.vera.sees("You got your role after this was asked for, so your vote doesn't count on it.")

    async def test_an_approval_counts_as_long_as_its_giver_may_approve(self, deleting: World) -> None:
        await types(deleting, deleting.ada, "access grant @vera approver")
        await deleting.choose_channel("2 approvals")
        await deleting.seconds_pass(2)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.seconds_pass(3)
        assert deleting.vera.sees("Needs one more approval: @ada or @vera. @amir approved.")
        await types(deleting, deleting.ada, "access revoke @amir")
        await deleting.seconds_pass(3)
        lapsed = (
            "Needs 2 approvals: @ada and @vera. The approval of @amir doesn't count any more: they may not approve now."
        )
        assert deleting.vera.sees(lapsed)
        await deleting.vera.clicks("Approve", on=card_of(deleting, deleting.vera))
        await deleting.seconds_pass(3)
        assert deleting.vera.sees("Your approval counts. 1 more approval to go before web-1 is touched.")
        assert deleting.ada.sees("Needs one more approval: @ada. @vera approved.")
        await deleting.ada.clicks("Approve", on=card_of(deleting, deleting.ada))
        await deleting.seconds_pass(30)
        assert deletions(deleting) == 1
