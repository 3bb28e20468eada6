"""Renaming and editing: at once or through a dialog, done when VPS.org shows the new values, decided on both names."""

import pytest

from tests.stories.creating import creates
from tests.stories.deleting import decided
from tests.stories.telling import BOTH_WAYS, calls, last, times
from tests.world import World

pytestmark = BOTH_WAYS


async def test_a_server_gets_another_name(fleet: World) -> None:
    await fleet.olga.says("/vps rename web-1 shop-1", in_=fleet.ops)
    await fleet.seconds_pass(10)
    assert times(fleet.olga, "@olga web-1 has its new name: shop-1.") == 1
    assert calls(fleet, "edit") == 1 and "shop-1" in [each.name for each in fleet.vps.servers()]
    assert [line.split(":")[0] for line in await fleet.log()][-3:] == [
        "U0OLGA edit.requested web-1",
        "U0OLGA edit.called web-1",
        "vpsbot edit.ended web-1",
    ]


async def test_a_server_is_edited_in_a_dialog_with_its_present_values(fleet: World) -> None:
    await fleet.olga.says("/vps show web-1", in_=fleet.ops)
    await fleet.settle()
    await fleet.olga.clicks("Edit…")
    await fleet.settle()
    dialog = fleet.olga.dialog
    assert dialog and dialog.inputs["Name"] == "web-1" and dialog.inputs["Backups"] == "Off"
    assert await fleet.olga.submits() == {"Name": "Nothing is different: change something, or close this."}
    await fleet.olga.fills("Name", "pay_roll")
    assert await fleet.olga.submits() == {"Name": "Letters, digits and hyphens only, like app-1."}
    await fleet.olga.fills("Name", "web-1")
    await fleet.olga.fills("Hostname", "nonsense")
    assert await fleet.olga.submits() == {"Hostname": "A full domain name, like app-1.example.com."}
    await fleet.olga.fills("Hostname", "shop.example.com")
    await fleet.olga.chooses("Backups", "On")
    assert await fleet.olga.submits() == {}
    await fleet.seconds_pass(10)
    assert fleet.olga.sees("@olga web-1 is as asked: hostname web-1.example.com → shop.example.com, backups off → on.")
    assert calls(fleet, "replace") == 1


async def test_a_name_that_another_server_has_is_said_at_the_field(fleet: World) -> None:
    await fleet.olga.says("/vps edit web-1", in_=fleet.ops)
    await fleet.settle()
    await fleet.olga.fills("Name", "web-2")
    errors = await fleet.olga.submits()
    assert errors["Name"].startswith("There is a server web-2 already"), errors
    assert calls(fleet, "replace") == 0


async def test_a_name_whose_creation_is_not_settled_is_settled_first(fleet: World) -> None:
    fleet.vps.fault("closed_before", action="create", times=1)
    await creates(fleet, fleet.olga)
    await fleet.minutes_pass(2)
    await fleet.olga.says("/vps edit web-1", in_=fleet.ops)
    await fleet.settle()
    await fleet.olga.fills("Name", "app-1")
    assert await fleet.olga.submits() == {}
    await fleet.settle()
    assert fleet.olga.dialog and "It was created: adopt it" in fleet.olga.dialog.text
    assert calls(fleet, "replace") == 0


async def test_what_changed_meanwhile_is_said_and_not_overwritten(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps edit web-1", in_=world.ops)
    await world.settle()
    await world.olga.fills("Hostname", "shop.example.com")
    world.vps.change("web-1", backups_enabled=True)
    errors = await world.olga.submits()
    assert "backups was off, is on" in errors["Name"]
    assert calls(world, "replace") == 0


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("rename web-1", "Type the old name and the new one, for example /vps rename web-1 web-2."),
        ("rename web-1 pay_roll", "pay_roll can't be a name: letters, digits and hyphens only, like app-1."),
        ("rename web-1 web-1", "It is called web-1 already."),
        ("rename web-1 mail", "There is a server mail already: each name is used once"),
        ("rename web-7 web-8", "There is no server web-7."),
        ("rename web-* web-8", "One server at a time"),
        ("edit", "Which server? Type its name or id"),
        ("edit web-1 web-2", "web-2 is one too many: /vps edit takes at most 1 word"),
    ],
)
async def test_what_cannot_be_renamed_is_said(asked: World, typed: str, said: str) -> None:
    await asked.olga.says(f"/vps {typed}", in_=asked.olga.direct)
    await asked.settle()
    assert said in last(asked.olga), last(asked.olga)
    assert calls(asked, "edit") == 0


async def test_a_refused_edit_is_changed_where_it_was_refused(fleet: World) -> None:
    body = {"hostname": ["That domain is taken."]}
    fleet.vps.fault("status", action="replace", times=1, status=400, body=body)
    await fleet.olga.says("/vps edit web-1", in_=fleet.ops)
    await fleet.settle()
    await fleet.olga.fills("Hostname", "shop.example.com")
    await fleet.olga.chooses("Backups", "On")
    assert await fleet.olga.submits() == {}
    await fleet.seconds_pass(10)
    await fleet.olga.closes_dialog()
    assert fleet.olga.sees('VPS.org refused it. VPS.org says: "hostname: That domain is taken."')
    await fleet.olga.clicks("Change and try again…")
    await fleet.settle()
    dialog = fleet.olga.dialog
    assert dialog and (dialog.inputs["Hostname"], dialog.inputs["Backups"]) == ("shop.example.com", "On")
    text = dialog.text
    assert text.index("Hostname") < text.index("VPS.org says: “That domain is taken.”") < text.index("Backups")
    await fleet.olga.fills("Hostname", "store.example.com")
    assert await fleet.olga.submits() == {}
    await fleet.seconds_pass(10)
    assert fleet.olga.sees("@olga web-1 is as asked: hostname web-1.example.com → store.example.com")


async def test_a_refused_rename_is_changed_in_the_dialog(fleet: World) -> None:
    fleet.vps.fault("status", action="edit", times=1, status=400, body={"name": ["Reserved."]})
    await fleet.olga.says("/vps rename web-1 shop-1", in_=fleet.ops)
    await fleet.seconds_pass(10)
    await fleet.olga.clicks("Change and try again…")
    await fleet.settle()
    dialog = fleet.olga.dialog
    assert dialog and dialog.inputs["Name"] == "shop-1" and "VPS.org says: “Reserved.”" in dialog.text
    await fleet.olga.fills("Name", "shop-2")
    assert await fleet.olga.submits() == {}
    await fleet.seconds_pass(10)
    assert "shop-2" in [each.name for each in fleet.vps.servers()]


async def test_a_rename_is_decided_on_both_names(fleet: World) -> None:
    await fleet.ada.says("/vps access grant @noor operator web-*", in_=fleet.ada.direct)
    await fleet.settle()
    await fleet.noor.says("/vps rename web-1 mail-9", in_=fleet.noor.direct)
    await fleet.settle()
    assert calls(fleet, "edit") == 0 and "edit.called" not in str(await fleet.log())
    await fleet.noor.says("/vps rename web-1 web-9", in_=fleet.noor.direct)
    await fleet.seconds_pass(10)
    assert calls(fleet, "edit") == 1


async def test_a_renamed_server_keeps_its_protection(deleting: World) -> None:
    await decided(deleting, protected=("web-*",))
    await deleting.olga.says("/vps rename web-1 scrap", in_=deleting.ops)
    await deleting.seconds_pass(15)
    await deleting.olga.says("/vps delete scrap", in_=deleting.ops)
    await deleting.settle()
    assert deleting.olga.sees(
        "scrap is protected: servers that fit web-* can't be deleted from here. It had a name that fits,"
    )


async def test_switching_backups_off_can_take_consent(deleting: World) -> None:
    await decided(deleting, also=("backups-off *",))
    await deleting.olga.says("/vps edit web-1", in_=deleting.ops)
    await deleting.settle()
    await deleting.olga.chooses("Backups", "On")
    assert await deleting.olga.submits() == {}
    await deleting.seconds_pass(10)
    await deleting.olga.closes_dialog()
    assert calls(deleting, "replace") == 1
    await deleting.olga.says("/vps edit web-1", in_=deleting.ops)
    await deleting.settle()
    await deleting.olga.chooses("Backups", "Off")
    assert await deleting.olga.submits() == {}
    await deleting.seconds_pass(10)
    assert calls(deleting, "replace") == 1 and deleting.amir.sees("backups on → off")
    await deleting.amir.clicks("Approve")
    await deleting.seconds_pass(10)
    assert calls(deleting, "replace") == 2


@pytest.mark.parametrize(("kind", "more"), [("lost_reply", {}), ("closed_before", {}), ("late_list", {"seconds": 15})])
async def test_a_rename_whose_answer_is_lost_comes_to_its_end(fleet: World, kind: str, more: dict[str, int]) -> None:
    fleet.vps.arm({"kind": kind, "match": {"action": "edit"}, "times": 1} | more)
    await fleet.olga.says("/vps rename web-1 shop-1", in_=fleet.ops)
    await fleet.minutes_pass(1)
    assert times(fleet.olga, "@olga web-1 has its new name: shop-1.") == 1
