"""Whose word counts: what an account is when it acts, and when a request was filed."""

import json
from dataclasses import replace

import pytest

from bot.domain.approvals import saw
from bot.sandbox.slack.model import UserGroup
from bot.sandbox.slack.person import LocalPerson
from bot.slack.ids import ActionId
from bot.store import audit, operations
from tests.stories.deleting import asks, buttons_of, card_of, decided, deletions, there
from tests.stories.governing import types
from tests.stories.telling import button, forged, times
from tests.world import World


class TestAccountsOfApprovers:
    """What an account is now is what counts, not what it was when the card was drawn."""

    @pytest.mark.parametrize(
        ("change", "said"), [("deactivate", "deactivated"), ("make_guest", "guest"), ("lend", "foreign")]
    )
    async def test_who_clicks(self, deleting: World, change: str, said: str) -> None:
        await asks(deleting, deleting.olga)
        value = buttons_of(card_of(deleting, deleting.amir))["Approve"]
        if change == "lend":  # Slack Connect: the person belongs to another organisation now
            deleting.amir.person.home_team_id = "T0OTHER"
        else:
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


class TestGroupsOfApprovers:
    """A group gives a vote to who was in it when a request was filed."""

    async def test_who_was_in_it_has_a_word(self, deleting: World) -> None:
        await self.oncall(deleting, deleting.noor)
        await asks(deleting, deleting.olga)
        await deleting.noor.clicks("Approve", on=card_of(deleting, deleting.noor))
        await deleting.seconds_pass(40)
        assert deletions(deleting) == 1
        assert times(deleting.olga, "@olga web-1 is deleted: VPS.org doesn't know it any more. @noor approved it.") == 1

    async def test_who_joins_it_afterwards_has_none_in_that_request(self, deleting: World) -> None:
        group = await self.oncall(deleting, deleting.noor)
        await asks(deleting, deleting.olga)
        await deleting.team.set_group(group, [deleting.noor, deleting.vera])
        await deleting.vera.clicks("Approve", on=card_of(deleting, deleting.vera))
        await deleting.seconds_pass(40)
        assert deleting.vera.sees("You got your role after this was asked for, so your vote doesn't count on it.")
        assert "U0VERA request.refused web-1: approver_since" in await deleting.log()
        assert deletions(deleting) == 0
        await asks(deleting, deleting.olga, "web-2")
        await deleting.vera.clicks("Approve", on=card_of(deleting, deleting.vera))
        await deleting.seconds_pass(40)
        assert there(deleting) == ["web-1"], "in what is asked for from now on they have one"

    async def test_who_left_it_and_came_back_before_the_call_counts(self, deleting: World) -> None:
        await decided(deleting, undo_window=60)
        group = await self.oncall(deleting, deleting.noor)
        await asks(deleting, deleting.olga)
        await deleting.noor.clicks("Approve", on=card_of(deleting, deleting.noor))
        await deleting.minutes_pass(20)
        await deleting.team.set_group(group, [deleting.vera])
        await deleting.minutes_pass(20)
        await deleting.team.set_group(group, [deleting.vera, deleting.noor])
        await deleting.minutes_pass(25)
        assert deletions(deleting) == 1

    async def oncall(self, world: World, *people: LocalPerson) -> UserGroup:
        """A group of approvers with these people in it."""
        group = world.team.add_group("oncall", list(people))
        assert "approver now" in await types(world, world.ada, "access grant @oncall approver")
        await world.seconds_pass(3)
        return group


async def test_a_vote_and_its_entry_keep_what_was_seen(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.amir.clicks("Approve")
    async with deleting.bot.store.read() as tx:
        [entry] = [each async for each in audit.stream(tx, deleting.team.id) if each.action == "request.approved"]
        detail = json.loads(entry.detail)
        request = await operations.request(tx, deleting.team.id, detail["request"])
    assert request is not None
    [shown] = [each.shown for each in request.operations]
    assert shown is not None and (shown.name, shown.id) == ("web-1", request.operations[0].server_id)
    assert [vote.saw for vote in request.votes] == [detail["saw"]] == [saw([shown])]
    assert saw([replace(shown, address="203.0.113.99")]) != saw([shown])
