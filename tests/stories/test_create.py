"""Creating a server: a dialog, one server that is watched until it has its address, and never a second one."""

import asyncio
import json
import zlib
from pathlib import Path
from re import search
from typing import Any

import pytest

from tests.stories.conftest import filled
from tests.stories.creating import PLAN, bought, called, creates, opens, submits
from tests.stories.deleting import decided
from tests.stories.telling import BOTH_WAYS, times
from tests.world import World

pytestmark = BOTH_WAYS


def below(text: str, label: str, words: str, following: str) -> bool:
    """Whether words stand after an input and before the next one."""
    return text.index(label) < text.index(words) < text.index(following, text.index(words))


VENDOR = "vps_vendor_0123456789abcdef"


async def test_a_server_is_created_and_told_when_it_has_its_address(fleet: World) -> None:
    await opens(fleet, fleet.olga)
    dialog = fleet.olga.dialog
    assert dialog and "Total: 20.00 a month (Standard VPS)." in dialog.text
    assert await fleet.olga.submits() == {}
    await fleet.settle()
    assert fleet.olga.sees("Creating app-1. I'll mention you when it is ready, with its address.")
    await fleet.seconds_pass(12)
    assert fleet.vera.sees("@olga is creating app-1: provisioning, 0:1")
    await fleet.seconds_pass(20)
    assert bought(fleet) == called(fleet, "app-1") == 1
    address = next(each.ip_address for each in fleet.vps.servers() if each.name == "app-1")
    assert times(fleet.olga, f"@olga app-1 is ready: {address} · ssh root@{address}. It took") == 1
    assert search(r"ssh root@\S+\. It took \d+ s\.", fleet.olga.screen()), "with the figure"
    assert [line.split(":")[0] for line in await fleet.log()][-4:] == [
        "U0OLGA create.requested app-1",
        "U0OLGA create.called app-1",
        "U0OLGA note.written app-1",
        "vpsbot create.ended app-1",
    ]


async def test_a_name_that_is_taken_is_refused_at_the_field(fleet: World) -> None:
    assert await creates(fleet, fleet.olga, "web-1") == {
        "Name": "There is a server web-1 already. Each name is used once: choose another one."
    }
    assert bought(fleet) == 0


@pytest.mark.parametrize(
    ("label", "given", "said"),
    [
        ("Name", "app_1", "Letters, digits and hyphens only, like app-1."),
        ("Name", "<!channel>", "Letters, digits and hyphens only, like app-1."),
        ("Hostname", "app-1", "A full domain name, like app-1.example.com."),
        ("Hostname", "app_1.example.com", "A full domain name, like app-1.example.com."),
    ],
)
async def test_what_can_t_be_is_told_at_its_input(fleet: World, label: str, given: str, said: str) -> None:
    await opens(fleet, fleet.olga)
    await fleet.olga.fills(label, given)
    assert await fleet.olga.submits() == {label: said}
    assert bought(fleet) == 0


@pytest.mark.parametrize("label", ["Plan", "Operating system", "Location"])
async def test_another_value_is_not_a_blank(fleet: World, label: str) -> None:
    await opens(fleet, fleet.olga)
    await fleet.olga.chooses(label, "Another…")
    await fleet.settle()
    await fleet.olga.fills(f"{label}: another one", "  ")
    said = "Choose one, or type its id as VPS.org writes it."
    assert await fleet.olga.submits() == {f"{label}: another one": said}
    assert bought(fleet) == 0


async def test_another_value_can_be_typed_for_what_the_menu_lacks(fleet: World) -> None:
    await opens(fleet, fleet.olga, operating="Another…", location="Another…")
    assert fleet.olga.dialog
    assert fleet.olga.dialog.inputs["Plan"] == PLAN, "what was filled before stays"
    await fleet.olga.fills("Operating system: another one", "6")
    await fleet.olga.fills("Location: another one", "eu-west")
    assert await submits(fleet, fleet.olga) == {}
    await fleet.seconds_pass(40)
    [server] = [each for each in fleet.vps.servers() if each.name == "app-1"]
    assert server.os and (server.os.name, server.location) == ("Ubuntu 24.04 LTS", "eu-west")
    assert fleet.olga.sees("@olga app-1 is ready:")


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 403}, {"kind": "status", "status": 404}, {"kind": "html"}], ids=str
)
async def test_where_the_account_shows_no_plans_one_is_typed_and_its_price_counts_as_high(
    deleting: World, fault: dict[str, Any]
) -> None:
    filled(deleting)
    await decided(deleting, also=("create above 999",))
    deleting.vps.arm({"match": {"action": "plans"}, **fault})
    await deleting.olga.says("/vps create app-1", in_=deleting.ops)
    await deleting.settle()
    dialog = deleting.olga.dialog
    assert dialog and "Total: not known, because VPS.org shows me no plans." in dialog.text
    await deleting.olga.fills("Plan", "1")
    await deleting.olga.chooses("Operating system", "Ubuntu 22.04 LTS")
    await deleting.olga.chooses("Location", "us-west")
    assert await submits(deleting, deleting.olga) == {}
    await deleting.seconds_pass(5)
    assert deleting.amir.sees("@olga asks to create app-1.") and deleting.amir.sees("price unknown")
    assert bought(deleting) == 0
    await deleting.amir.clicks("Approve")
    await deleting.seconds_pass(40)
    assert bought(deleting) == 1 and deleting.olga.sees("@olga app-1 is ready:")


async def test_plans_that_can_not_be_read_for_the_moment_are_no_unknown_price(fleet: World) -> None:
    await opens(fleet, fleet.olga)
    fleet.vps.fault("status", action="plans", status=503)
    await fleet.olga.submits()
    await fleet.settle()
    assert bought(fleet) == 0 and fleet.vps.calls(action="create") == []
    told = fleet.olga.dialog.text if fleet.olga.dialog else fleet.olga.screen()
    assert "VPS.org" in told and "try again" in told.lower(), told


async def test_what_was_filled_in_is_what_is_ordered(fleet: World) -> None:
    await opens(fleet, fleet.olga)
    await fleet.olga.fills("Hostname", "app-1.example.com")
    await fleet.olga.fills("SSH key id", "4711")
    await fleet.olga.chooses("Backups", "On")
    await fleet.settle()
    assert await submits(fleet, fleet.olga) == {}
    await fleet.seconds_pass(5)
    [call] = fleet.vps.calls(action="create")
    ordered = json.loads(call.body)
    assert (ordered["name"], ordered["hostname"]) == ("app-1", "app-1.example.com")
    assert ordered["backups_enabled"] is True and str(ordered["ssh_key_id"]) == "4711"


async def test_the_total_follows_the_plan(fleet: World) -> None:
    await opens(fleet, fleet.olga)
    await fleet.olga.chooses("Plan", "Compute VPS · 8 vCPU, 16 GB, 320 GB disk, 80.00 a month")
    await fleet.settle()
    assert fleet.olga.dialog and "Total: 80.00 a month (Compute VPS)." in fleet.olga.dialog.text


async def test_two_people_want_the_same_name(fleet: World) -> None:
    await opens(fleet, fleet.olga)
    assert await creates(fleet, fleet.amir) == {}
    errors = await fleet.olga.submits()
    assert errors["Name"].startswith(("There is a server app-1 already", "Somebody asked for a server app-1 already"))
    await fleet.minutes_pass(1)
    assert bought(fleet) == called(fleet, "app-1") == 1


async def test_without_credits_it_is_said_and_can_be_tried_again(fleet: World) -> None:
    fleet.vps.fault("status", action="create", times=1, status=402, body={"detail": "Not enough credits."})
    await creates(fleet, fleet.olga)
    await fleet.seconds_pass(10)
    assert fleet.olga.sees(
        '@olga app-1 was not created: the VPS.org account has not enough credits. VPS.org says: "Not enough credits."'
    )
    await fleet.olga.clicks("Try again")
    await fleet.seconds_pass(40)
    assert bought(fleet) == called(fleet, "app-1") == 1 and fleet.olga.sees("@olga app-1 is ready:")


async def test_what_the_provider_refuses_is_told_in_its_words_and_can_be_changed(fleet: World) -> None:
    await creates(fleet, fleet.olga, plan="Storage VPS · 2 vCPU, 4 GB, 1000 GB disk, 45.00 a month")
    await fleet.seconds_pass(10)
    words = 'plan_id: Plan "Storage VPS" is not available in us-west.'
    assert fleet.olga.sees(f'@olga app-1 was not created: VPS.org refused it. VPS.org says: "{words}"')
    await fleet.olga.clicks("Change and try again…")
    await fleet.settle()
    dialog = fleet.olga.dialog
    assert dialog and dialog.inputs["Name"] == "app-1"
    remark = 'VPS.org says: “Plan "Storage VPS" is not available in us-west.”'
    assert below(dialog.text, "Plan", remark, "Operating system")
    assert "VPS.org refused it. What it says stands below the inputs." in dialog.text
    await fleet.olga.chooses("Location", "us-east")
    await fleet.settle()
    assert fleet.olga.dialog and remark in fleet.olga.dialog.text, "it stays until the plan is chosen anew"
    assert await submits(fleet, fleet.olga) == {}
    await fleet.seconds_pass(40)
    assert bought(fleet) == called(fleet, "app-1") == 1


async def test_each_of_the_provider_s_words_stands_below_its_input_and_the_rest_above(fleet: World) -> None:
    body = {"detail": "Look again.", "hostname": ["Taken <b>."], "ssh_key_id": ["No such key."], "os_id": ["Too old."]}
    fleet.vps.fault("status", action="create", times=1, status=400, body=body)
    await creates(fleet, fleet.olga)
    await fleet.seconds_pass(10)
    words = "Look again.; hostname: Taken <b>.; ssh_key_id: No such key.; os_id: Too old."
    assert fleet.olga.sees(f'VPS.org says: "{words}"')
    await fleet.olga.clicks("Change and try again…")
    await fleet.settle()
    dialog = fleet.olga.dialog
    assert dialog is not None
    text = dialog.text
    assert text.index("VPS.org refused it: “Look again.”") < text.index("Name")
    assert below(text, "Operating system", "VPS.org says: “Too old.”", "Location")
    assert below(text, "Hostname", "VPS.org says: “Taken <b>.”", "SSH key id")
    assert below(text, "SSH key id", "VPS.org says: “No such key.”", "Backups")
    await fleet.olga.chooses("Operating system", "Another…")
    await fleet.settle()
    dialog = fleet.olga.dialog
    assert dialog is not None
    text = dialog.text
    assert "Too old." not in text and "Taken <b>." in text and "Look again." in text


async def test_choices_read_the_catalogue_once_and_the_last_one_stays(fleet: World) -> None:
    await fleet.olga.says("/vps create app-1", in_=fleet.ops)
    await fleet.settle()
    fleet.vps.clear_calls()
    await asyncio.gather(
        fleet.olga.chooses("Plan", PLAN),
        fleet.olga.chooses("Operating system", "Another…"),
        fleet.olga.chooses("Location", "Another…"),
        fleet.olga.chooses("Backups", "On"),
    )
    await fleet.settle()
    assert fleet.olga.dialog and fleet.olga.dialog.inputs.keys() >= {
        "Operating system: another one",
        "Location: another one",
    }
    total = "Total: 20.00 a month (Standard VPS). VPS.org may charge backups on top."
    assert total in fleet.olga.dialog.text
    assert fleet.vps.calls() == []


async def test_the_other_dialect_tells_a_password_and_it_is_kept_nowhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(tmp_path, vps_api_token=VENDOR)
    world.vps.add_account(VENDOR, email="v@example.com", dialect="vendor")
    try:
        await world.open()
        await world.olga.says("/vps create app-1", in_=world.ops)
        await world.settle()
        for label in ("Plan", "Operating system", "Location"):
            await world.olga.chooses(label, world.olga.options_of(label)[0])
            await world.settle()
        assert await submits(world, world.olga) == {}
        await world.seconds_pass(40)
        assert world.olga.sees("@olga app-1 is ready:")
        assert len(world.vps.calls(action="create")) == 1
        [server] = world.vps.servers(VENDOR)
        password = f"pw-{zlib.crc32(server.uuid.encode()):08x}"
        everything = _kept(tmp_path) + world.olga.screen() + capsys.readouterr().err
        assert server.uuid in everything and password not in everything
    finally:
        await world.close()


def _kept(folder: Path) -> str:
    return "".join(path.read_bytes().decode(errors="replace") for path in folder.iterdir())
