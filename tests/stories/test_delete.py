"""Deleting: a dialog that shows what will be gone, other people's consent, exactly one effect, and words for all."""

import asyncio
from contextlib import AsyncExitStack
from itertools import cycle
from typing import Any

import pytest

from bot.slack.ids import ActionId, ViewId
from bot.store import operations
from tests.stories.deleting import WHY, asks, decided, deletions, there
from tests.stories.telling import BOTH_WAYS, button, by_hand, forged, last, sends, times
from tests.world import World

pytestmark = BOTH_WAYS


async def test_a_server_is_deleted_when_somebody_else_agrees(deleting: World) -> None:
    assert await asks(deleting, deleting.olga, keep=True) == {}
    dialog = deleting.olga.dialog
    assert dialog and dialog.title == "Asked"
    assert "Asked @ada or @amir in #ops to agree to deleting web-1." in dialog.text
    assert deleting.amir.sees("@olga asks to delete web-1 for good.") and deleting.amir.sees(WHY)
    assert deleting.amir.sees("Needs 1 approval: @ada or @amir.")
    assert deletions(deleting) == 0

    await deleting.amir.clicks("Approve")
    await deleting.seconds_pass(30)
    assert deletions(deleting) == 1 and there(deleting) == ["web-2"]
    assert times(deleting.olga, "@olga web-1 is deleted: VPS.org doesn't know it any more. @amir approved it.") == 1
    assert "Approve" not in deleting.amir.buttons
    assert [line.split(":")[0] for line in await deleting.log()][-4:] == [
        "U0OLGA delete.requested web-1",
        "U0AMIR request.approved web-1",
        "U0OLGA delete.called web-1",
        "vpsbot delete.ended web-1",
    ]
    assert isinstance(await deleting.verified(), int)


@pytest.mark.parametrize(
    ("typed", "why", "said"),
    [
        (
            "web-2",
            WHY,
            {"Type the server's name to confirm": "That is not its name. Type web-1 exactly, or its id 1001."},
        ),
        ("web-1", " ", {"Reason": "Say why, in a few words. It is read by who decides, and kept."}),
    ],
)
async def test_a_wrong_name_or_no_reason_is_told_in_the_dialog(
    deleting: World, typed: str, why: str, said: dict[str, str]
) -> None:
    errors = await asks(deleting, deleting.olga, typed=typed, why=why)
    assert errors.keys() == said.keys()
    assert all(words[:20] in errors[label] for label, words in said.items())
    await deleting.ada.says("/vps requests", in_=deleting.ops)
    assert deleting.ada.sees("Nothing is open: no request waits, and nothing is under way.")


async def test_the_id_may_be_typed_instead_of_the_name(deleting: World) -> None:
    server = deleting.vps.servers()[0]
    assert await asks(deleting, deleting.olga, typed=str(server.id)) == {}


async def test_the_dialog_shows_what_will_be_gone_and_names_that_are_easily_confused(deleting: World) -> None:
    deleting.has_server("wеb-1")  # the second letter is Cyrillic
    await deleting.seconds_pass(11)
    await deleting.olga.says("/vps delete web-1", in_=deleting.ops)
    await deleting.settle()
    dialog = deleting.olga.dialog
    assert dialog is not None
    for words in (
        "This server will be gone for good, with its data. Nobody can bring it back.",
        "Plan",
        "a month",
        "Nearly the same name: w‹U+0435 CYRILLIC SMALL LETTER IE›b-1. Make sure that you mean this one.",
        "It takes 1 approval: @ada or @amir can give it. Until then nothing happens.",
    ):
        assert words in dialog.text, dialog.text


async def test_nobody_decides_on_their_own_request_and_nobody_without_the_role(deleting: World) -> None:
    await asks(deleting, deleting.amir)
    await deleting.amir.clicks("Approve")
    await deleting.settle()
    assert deleting.amir.sees("You asked for this one yourself: somebody else has to decide. Cancel withdraws it.")
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


async def test_a_late_click_learns_who_was_quicker(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    card = next(
        message for message in deleting.ada.messages(deleting.ops) if "asks to delete" in deleting.ada.reads(message)
    )
    approve = next(b for b in card.blocks if b["type"] == "actions")["elements"][0]["value"]
    await deleting.amir.clicks("Approve")
    await deleting.seconds_pass(30)
    await forged(deleting, deleting.ada, **button(ActionId.REQUEST_APPROVE, approve))
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


async def test_who_lost_the_right_asked_in_vain(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.ada.says("/vps access revoke @olga", in_=deleting.ada.direct)
    await deleting.seconds_pass(5)
    assert deleting.amir.sees("web-1 was not deleted: who asked lost the role for it before it was done.")


async def test_who_became_approver_afterwards_has_no_word_in_it(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.seconds_pass(5)
    await deleting.ada.says("/vps access grant @vera approver", in_=deleting.ada.direct)
    await deleting.seconds_pass(5)
    await deleting.vera.clicks("Approve")
    await deleting.settle()
    assert deleting.vera.sees("You got your role after this was asked for, so your vote doesn't count on it.")
    assert deletions(deleting) == 0


async def test_what_is_not_what_was_approved_is_not_deleted(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    deleting.vps.change("web-1", hostname="payroll.example.com")
    await deleting.amir.clicks("Approve")
    await deleting.seconds_pass(20)
    assert deletions(deleting) == 0
    told = "web-1 was not deleted: it is not what was approved any more (hostname: "
    assert deleting.olga.sees(told) and deleting.amir.sees(f"@olga @amir {told}")


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


async def test_a_second_request_points_to_the_first(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.amir.says("/vps delete web-1", in_=deleting.ops)
    await deleting.settle()
    assert deleting.amir.sees(
        "web-1: @olga asked to delete it 0 s ago, and that waits for consent. /vps requests shows it."
    )
    await deleting.amir.says("/vps reboot web-1", in_=deleting.ops)
    await deleting.settle()
    assert len(deleting.vps.calls(action="reboot")) == 0


async def test_buttons_work_after_a_restart(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.restart()
    await deleting.amir.clicks("I'm looking at it")
    await deleting.seconds_pass(2)
    assert deleting.olga.sees("@amir is looking at it.")
    await deleting.amir.clicks("Approve")
    await deleting.seconds_pass(20)
    assert deletions(deleting) == 1


async def test_ids_made_by_hand_are_refused_and_logged(deleting: World) -> None:
    for action in (ActionId.REQUEST_APPROVE, ActionId.REQUEST_CANCEL, ActionId.REQUEST_CLAIM):
        await forged(deleting, deleting.amir, **button(action, "01nothing"))
    assert times(deleting.amir, "There is no such request here. Nothing was changed, and this is in the log.") == 3
    view = {"type": "modal", "id": "V1", "callback_id": ViewId.DELETE, "private_metadata": "01forged"}
    await forged(deleting, deleting.olga, type="view_submission", view=view | {"state": {"values": {}}})
    log = await deleting.log()
    assert [line for line in log if "refused" in line] == [
        *["U0AMIR input.refused : no such request"] * 3,
        "U0OLGA input.refused : no such dialog",
    ]
    deleting.slack.forget_problems()


async def test_several_servers_take_one_consent_and_a_count(deleting: World) -> None:
    await deleting.olga.says("/vps delete web-*", in_=deleting.ops)
    await deleting.settle()
    await deleting.olga.fills("Type how many servers this deletes", "3")
    await deleting.olga.fills("Reason", WHY)
    assert await deleting.olga.submits() == {
        "Type how many servers this deletes": "This deletes 2 servers. Type 2 to say that you know."
    }
    await deleting.olga.fills("Type how many servers this deletes", "2")
    assert await deleting.olga.submits() == {}
    await deleting.settle()
    await deleting.olga.closes_dialog()
    await deleting.amir.clicks("Approve")
    await deleting.seconds_pass(30)
    assert deletions(deleting) == 2 and there(deleting) == []
    assert deleting.olga.sees("your request to delete 2 servers: 2 done.")


async def test_requests_lists_what_is_open_with_a_way_out(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.olga.says("/vps requests", in_=deleting.olga.direct)
    assert last(deleting.olga).startswith("1 open request")
    await deleting.olga.clicks("Cancel")
    await deleting.seconds_pass(5)
    assert deleting.olga.sees("Withdrawn. web-1 stays as it is.")


async def test_requests_shows_what_is_under_way(deleting: World) -> None:
    deleting.vps.settings.reboot_seconds = None
    await deleting.olga.says("/vps reboot web-1", in_=deleting.ops)
    await deleting.seconds_pass(10)
    await deleting.olga.says("/vps requests", in_=deleting.olga.direct)
    assert "web-1: reboot, rebooting · @olga, 10 s ago" in last(deleting.olga)
    assert "[Cancel]" not in last(deleting.olga)


async def test_forty_requests_are_turned_page_by_page(deleting: World) -> None:
    for number in range(40):
        deleting.has_server(f"job-{number:02}")
    await decided(deleting, also=("reboot job-*",))
    await deleting.seconds_pass(11)
    for number in range(40):
        await deleting.amir.says(f"/vps reboot job-{number:02}", in_=deleting.amir.direct)
    await deleting.settle()
    await deleting.ada.says("/vps access grant @noor viewer job-3*", in_=deleting.ada.direct)
    await deleting.olga.says("/vps requests", in_=deleting.general)
    pages = [last(deleting.olga)]
    for _ in range(2):
        await deleting.olga.clicks("Next")
        await deleting.settle()
        pages.append(last(deleting.olga))
    assert all(f"40 open requests, page {number} of 3" in page for number, page in enumerate(pages, 1))
    assert [sum(f"job-{n:02}:" in page for n in range(40)) for page in pages] == [15, 15, 10], "each on one of them"
    assert "[Next]" not in pages[2]
    await deleting.olga.clicks("Previous")
    await deleting.settle()
    assert last(deleting.olga) == pages[1]
    await deleting.noor.says("/vps requests", in_=deleting.general)
    assert "10 open requests" in last(deleting.noor) and "job-39:" in last(deleting.noor)


class TestNobodyCould:
    """A request that would wait for nobody is refused at once, with the way out."""

    async def test_without_a_channel(self, world: World) -> None:
        world.has_server("web-1")
        await world.olga.says("/vps delete web-1", in_=world.ops)
        await world.settle()
        assert world.olga.sees("there is no channel yet to ask them in. An admin chooses one with /vps settings.")

    async def test_when_the_bot_has_left_the_channel(self, deleting: World) -> None:
        await deleting.team.remove_bot_from(deleting.ops)
        await deleting.minutes_pass(2)
        await deleting.olga.says("/vps delete web-1", in_=deleting.general)
        await deleting.settle()
        assert deleting.olga.sees("I am not in #ops, where they are asked.")

    async def test_when_the_only_approver_is_who_asks(self, deleting: World) -> None:
        await deleting.ada.says("/vps access revoke @amir", in_=deleting.ada.direct)
        await deleting.ada.says("/vps delete web-1", in_=deleting.ops)
        await deleting.settle()
        assert deleting.ada.sees("Deleting takes 1 approval of other people, and nobody but you could give it now.")

    async def test_when_there_is_no_approver_at_all(self, deleting: World) -> None:
        await deleting.ada.says("/vps access revoke @amir", in_=deleting.ada.direct)
        await deleting.team.deactivate(deleting.ada)
        await deleting.minutes_pass(2)
        await deleting.olga.says("/vps delete web-1", in_=deleting.ops)
        await deleting.settle()
        assert "Deleting takes 1 approval of other people, and nobody could give it now." in last(deleting.olga)


class TestLost:
    """Whatever is lost on the way, the server is deleted once, and told when it is gone."""

    @pytest.mark.parametrize(
        ("kind", "more"),
        [
            ("lost_reply", {}),
            ("closed_before", {}),
            ("late_effect", {"seconds": 12}),
            ("late_list", {"seconds": 20}),
            ("status", {"status": 500}),
            ("status", {"status": 500, "effect": True}),
            ("status", {"status": 429, "retry_after": 5}),
        ],
    )
    async def test_a_delete_whose_end_is_not_known(self, deleting: World, kind: str, more: dict[str, Any]) -> None:
        await asks(deleting, deleting.olga)
        deleting.vps.fault(kind, action="delete", times=1, **more)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(3)
        assert there(deleting) == ["web-2"]
        assert times(deleting.olga, "@olga web-1 is deleted: VPS.org doesn't know it any more.") == 1
