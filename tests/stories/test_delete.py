"""Deleting: a dialog that shows what will be gone, other people's consent, exactly one effect, and words for all."""

import pytest

from bot.slack.ids import ActionId, ViewId
from bot.store import operations
from tests.stories.deleting import WHY, asks, deletions, there
from tests.stories.telling import BOTH_WAYS, button, forged, last, times
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
        "Name\nweb-1\nId\n12345\nAddress\n203.0.113.100\nPlan\nStandard VPS, ",
        " a month\nSystem\nUbuntu 22.04 LTS\nLocation\nus-west\nAge\n",
        "Nearly the same name: w‹U+0435 CYRILLIC SMALL LETTER IE›b-1. Make sure that you mean this one.",
        "It takes 1 approval: @ada or @amir can give it. Until then nothing happens.",
    ):
        assert words in dialog.text, dialog.text


async def test_who_lost_the_right_asked_in_vain(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await deleting.ada.says("/vps access revoke @olga", in_=deleting.ada.direct)
    await deleting.seconds_pass(5)
    assert deleting.amir.sees("web-1 was not deleted: who asked lost the role for it before it was done.")


async def test_what_is_not_what_was_approved_is_not_deleted(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    deleting.vps.change("web-1", hostname="payroll.example.com")
    await deleting.amir.clicks("Approve")
    await deleting.seconds_pass(20)
    assert deletions(deleting) == 0
    told = "web-1 was not deleted: it is not what was approved any more (hostname: "
    assert deleting.olga.sees(told) and deleting.amir.sees(f"@olga @amir {told}")


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


async def test_of_two_dialogs_that_are_open_at_once_the_second_points_to_the_first(deleting: World) -> None:
    people = (deleting.olga, deleting.amir)
    for person in people:
        await person.says("/vps delete web-1", in_=deleting.ops)
        await deleting.settle()
        await person.fills("Type the server's name to confirm", "web-1")
        await person.fills("Reason", WHY)
    for person in people:
        await person.submits()
    await deleting.settle()
    told = deleting.amir.dialog
    assert told and "web-1: @olga asked to delete it 0 s ago, and that waits for consent." in told.text
    assert "U0AMIR change.refused web-1: busy" in await deleting.log()
    async with deleting.bot.store.read() as tx:
        [only] = await operations.history(tx, deleting.team.id, "12345", limit=9, before=None)
    assert only.requester == deleting.olga.id


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
