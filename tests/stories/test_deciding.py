"""Consent to a deletion: whose word counts, what a click that comes late learns, and how long it is waited for."""

import asyncio
from contextlib import AsyncExitStack
from itertools import cycle

import pytest

from bot.domain.operations import State
from bot.slack.ids import ActionId
from bot.store import operations
from tests.stories.deleting import asks, deletions
from tests.stories.telling import BOTH_WAYS, button, by_hand, forged, sends, times
from tests.world import World

pytestmark = BOTH_WAYS


async def test_nobody_decides_on_their_own_request_and_nobody_without_the_role(deleting: World) -> None:
    await asks(deleting, deleting.amir)
    await deleting.amir.clicks("Approve")
    await deleting.settle()
    assert deleting.amir.sees("You asked for this one yourself: somebody else has to decide. Cancel withdraws it.")
    await deleting.amir.clicks("I'm looking at it")
    await deleting.settle()
    assert times(deleting.amir, "You asked for this one yourself: somebody else has to decide.") == 2
    assert "is looking at it." not in deleting.ada.screen()
    await deleting.olga.clicks("Approve")
    await deleting.settle()
    assert deleting.olga.sees("You are operator here; this takes approver.")
    await deleting.minutes_pass(5)
    assert deletions(deleting) == 0


async def test_a_denial_with_its_reason_is_told(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.amir.clicks("Deny")
    await deleting.settle()
    await deleting.amir.fills("Reason", "Payroll <!channel> runs there.")
    assert await deleting.amir.submits() == {}
    await deleting.seconds_pass(5)
    assert deleting.olga.sees(
        "@olga web-1 was not deleted: @amir denied it. Their reason: “Payroll <!channel> runs there.”"
    )
    assert "U0AMIR request.denied web-1: Payroll <!channel> runs there." in await deleting.log()
    assert deletions(deleting) == 0 and "Approve" not in deleting.amir.buttons


async def test_who_asked_can_withdraw_and_nobody_else(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.amir.clicks("Cancel")
    await deleting.settle()
    assert deleting.amir.sees("Only @olga can cancel this: they asked for it.")
    await deleting.olga.clicks("Cancel")
    await deleting.seconds_pass(5)
    assert deleting.olga.sees("Withdrawn. web-1 stays as it is.")
    assert deleting.amir.sees("web-1 was not deleted: @olga withdrew the request.")
    assert deletions(deleting) == 0


@pytest.mark.parametrize("late", [ActionId.REQUEST_APPROVE, ActionId.REQUEST_CANCEL, ActionId.REQUEST_CLAIM])
async def test_a_late_click_learns_who_was_quicker(deleting: World, late: ActionId) -> None:
    await asks(deleting, deleting.olga)
    card = next(
        message for message in deleting.ada.messages(deleting.ops) if "asks to delete" in deleting.ada.reads(message)
    )
    approve = next(b for b in card.blocks if b["type"] == "actions")["elements"][0]["value"]
    await deleting.amir.clicks("Approve")
    await deleting.seconds_pass(30)
    await forged(deleting, deleting.ada, **button(late, approve))
    assert deleting.ada.sees("Too late: web-1 is deleted: VPS.org doesn't know it any more. @amir approved it.")
    assert deletions(deleting) == 1
    deleting.slack.forget_problems()


async def test_fifty_clicks_at_once_of_two_people_are_one_deletion_and_fifty_answers(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    card = next(
        message for message in deleting.ada.messages(deleting.ops) if "asks to delete" in deleting.ada.reads(message)
    )
    value = next(b for b in card.blocks if b["type"] == "actions")["elements"][0]["value"]
    async with AsyncExitStack() as replicas:
        urls = [deleting.slack.request_url]
        if deleting.database_url.startswith("postgresql"):  # two connections: each replica has its own
            urls.append(await replicas.enter_async_context(deleting.replica()))
        bodies = [
            by_hand(deleting, person, button(ActionId.REQUEST_APPROVE, value) | {"action_ts": str(turn)})
            for turn in range(25)
            for person in (deleting.ada, deleting.amir)
        ]
        where = cycle([*urls, *urls[::-1]])
        await asyncio.gather(*(sends(deleting, body, url) for body, url in zip(bodies, where, strict=False)))
        await until_answered(deleting)
    await deleting.minutes_pass(2)
    assert deletions(deleting) == 1
    answers = [person.screen() for person in (deleting.ada, deleting.amir)]
    assert sum(words.count("Approved. web-1: deleting now") for words in answers) == 1
    assert sum(words.count("Too late: ") for words in answers) == 49
    log = await deleting.log()
    assert sum("request.approved web-1" in line for line in log) == 1
    assert sum("delete.called web-1" in line for line in log) == 1
    deleting.slack.forget_problems()


async def until_answered(world: World) -> None:
    """Waits for the answers of a replica whose door is out of reach: they come over `response_url`."""
    async with asyncio.timeout(60):
        while sum(p.screen().count(word) for p in (world.ada, world.amir) for word in ANSWERS) < 50:
            await asyncio.sleep(0.05)


ANSWERS = ("Approved. web-1: deleting now", "Too late: ")


async def test_a_request_expires_after_two_reminders(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.minutes_pass(61)
    assert times(deleting.amir, "@olga still waits for an answer about deleting web-1.") == 1
    await deleting.minutes_pass(22 * 60 + 1)
    assert times(deleting.amir, "@olga still waits for an answer about deleting web-1.") == 2
    await deleting.minutes_pass(60)
    assert (
        times(deleting.olga, "@olga web-1 was not deleted: nobody decided in time. Ask again: /vps delete web-1") == 1
    )
    assert deletions(deleting) == 0
    await deleting.minutes_pass(119)
    async with deleting.bot.store.read() as tx:
        [ended] = await operations.history(tx, deleting.team.id, "12345", limit=1, before=None)
    await forged(deleting, deleting.amir, **button(ActionId.REQUEST_APPROVE, ended.request))
    assert deleting.amir.sees("Too late: it expired 2 h 1 min ago: nobody decided in time.")
    deleting.slack.forget_problems()


async def test_a_word_after_the_end_counts_for_nothing_also_when_nobody_has_looked_yet(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    deleting.clock.move(hours=25)  # the engine hasn't come to it
    await deleting.amir.clicks("Approve")
    await deleting.bot.door.answerer.drain(5)
    assert deleting.amir.sees("Too late: it expired 1 h ago. Nothing was changed by your click.")
    assert "U0AMIR request.refused web-1: too_late" in await deleting.log()
    await deleting.minutes_pass(2)
    assert deletions(deleting) == 0
    async with deleting.bot.store.read() as tx:
        [ended] = await operations.history(tx, deleting.team.id, "12345", limit=1, before=None)
        request = await operations.request(tx, deleting.team.id, ended.request)
    assert request is not None and request.votes == () and ended.state is State.EXPIRED


async def test_who_became_approver_afterwards_has_no_word_in_it(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.seconds_pass(5)
    await deleting.ada.says("/vps access grant @vera approver", in_=deleting.ada.direct)
    await deleting.seconds_pass(5)
    await deleting.vera.clicks("Approve")
    await deleting.settle()
    assert deleting.vera.sees("You got your role after this was asked for, so your vote doesn't count on it.")
    assert deletions(deleting) == 0


async def test_two_approvals_take_two_people(deleting: World) -> None:
    await deleting.ada.says("/vps access grant @vera approver", in_=deleting.ada.direct)
    await deleting.choose_channel("2 approvals")
    await deleting.seconds_pass(2)
    await asks(deleting, deleting.olga)
    await deleting.amir.clicks("Approve")
    await deleting.seconds_pass(2)
    assert deleting.amir.sees("Your approval counts. 1 more approval to go before web-1 is touched.")
    assert deletions(deleting) == 0
    await deleting.amir.clicks("Approve")
    await deleting.settle()
    assert deleting.amir.sees("You have voted on this one already.")
    await deleting.ada.clicks("Approve")
    await deleting.seconds_pass(20)
    assert deletions(deleting) == 1 and deleting.olga.sees("@amir and @ada approved it.")


async def test_an_approver_who_lost_the_role_does_not_count_when_it_is_done(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    deleting.vps.fault("status", action="show", status=503, times=3)
    await deleting.amir.clicks("Approve")
    await deleting.ada.says("/vps access revoke @amir", in_=deleting.ada.direct)
    await deleting.minutes_pass(2)
    assert deletions(deleting) == 0
    assert deleting.olga.sees("web-1 was not deleted: the consent for it doesn't hold any more.")


async def test_buttons_work_after_a_restart(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.restart()
    await deleting.amir.clicks("I'm looking at it")
    await deleting.seconds_pass(2)
    assert deleting.olga.sees("@amir is looking at it.")
    await deleting.amir.clicks("Approve")
    await deleting.seconds_pass(20)
    assert deletions(deleting) == 1
