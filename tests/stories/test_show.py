"""`/vps show`: one server with everything that is known of it, and what this person may do with it now."""

from datetime import timedelta

import pytest

from tests.stories.telling import calls, changes, last, others_see_nothing_of
from tests.world import MONDAY, World

ASKING = pytest.mark.asyncio(loop_scope="module")


async def test_everything_that_is_known_is_shown_to_who_asked_alone(world: World) -> None:
    server = world.has_server("web-1", created_at=MONDAY - timedelta(days=90), backups_enabled=True)
    await world.vera.says("/vps show web-1", in_=world.ops)
    page = last(world.vera)
    for line in (
        f"web-1\n🟢 active · id {server.id}",
        f"Address\n{server.ip_address}",
        f"IPv6\n{server.ipv6_address}",
        "Plan\nStandard VPS (2 vCPU, 4 GB, 80 GB disk)",
        "System\nUbuntu 22.04 LTS",
        "Location\nus-west",
        "Backups\non",
        "Hostname\nweb-1.example.com",
        "Age\n90 days, since Aug 25, 2026",
    ):
        assert line in page
    others_see_nothing_of(world, but=world.vera, words="Ubuntu")
    assert len(world.vps.calls(action="show")) == 1


async def test_use_is_drawn_as_bars(world: World) -> None:
    server = world.has_server("web-1")
    usage = {"cpu_percent": 31.4, "memory_used": 2048, "disk_used": 80, "bandwidth_used": 0}
    _shows(world, server.id, resource_usage=usage, plan=_plan(bandwidth=2000))
    await world.vera.says("/vps show web-1", in_=world.ops)
    for line in (
        "CPU     ███░░░░░░░ 31 %",
        "Memory  █████░░░░░ 2,048 of 4,096 MB",
        "Disk    ██████████ 80 of 80 GB",
        "Traffic ░░░░░░░░░░ 0 of 2,000 GB",
    ):
        assert line in last(world.vera)


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({}, ("Address\nno address yet", "IPv6\nnone", "Plan\nunknown", "System\nunknown", "Age\nunknown")),
        ({"backups_enabled": False}, ("Backups\noff",)),
        ({"plan": {"id": 9, "name": "Odd"}}, ("Plan\nOdd",)),
        ({"plan": "Tiny", "os": "BSD"}, ("Plan\nTiny", "System\nBSD")),
        ({"resource_usage": {}}, ("Location\nunknown",)),
        ({"resource_usage": {"cpu_percent": None, "memory_used": 512}}, ("Memory  512 MB",)),
        ({"resource_usage": {"cpu_percent": 250}}, ("CPU     ██████████ 250 %",)),
        ({"status": None}, ("❔ unknown · id",)),
        ({"created_at": "yesterday"}, ("Age\nunknown",)),
    ],
)
async def test_what_the_provider_leaves_out_is_tolerated(
    world: World, fields: dict[str, object], seen: tuple[str, ...]
) -> None:
    server = world.has_server("web-1")
    bare = {"id": server.id, "name": "web-1", "status": "active"}
    world.vps.fault("status", status=200, body=bare | fields, action="show")
    await world.vera.says("/vps show web-1", in_=world.ops)
    for line in seen:
        assert line in last(world.vera)


@pytest.mark.parametrize(
    ("person", "status", "buttons"),
    [
        ("vera", "active", []),
        ("vera", "stopped", []),
        ("olga", "active", ["Reboot", "Stop", "Edit…", "Delete…"]),
        ("olga", "stopped", ["Start", "Edit…", "Delete…"]),
        ("olga", "rebooting", ["Edit…", "Delete…"]),
        ("olga", "suspended", ["Edit…", "Delete…"]),
        ("olga", "hibernating", ["Edit…", "Delete…"]),
        ("amir", "active", ["Reboot", "Stop", "Edit…", "Delete…"]),
        ("ada", "stopped", ["Start", "Edit…", "Delete…"]),
    ],
)
async def test_buttons_are_for_what_this_person_may_do_in_this_state(
    world: World, person: str, status: str, buttons: list[str]
) -> None:
    world.has_server("web-1", status=status)
    who = world.team.people[person]
    await who.says("/vps show web-1", in_=world.ops)
    assert f" {status} · id" in last(who), "a status is shown as it is, known or not"
    assert who.buttons == buttons


async def test_what_interrupts_is_asked_about_first(world: World) -> None:
    server = world.has_server("web-1")
    await world.olga.says("/vps show web-1", in_=world.ops)
    reboot, stop = world.olga.confirm_of("Reboot"), world.olga.confirm_of("Stop")
    assert reboot and stop
    assert (reboot.title, reboot.confirm, reboot.deny) == ("Reboot web-1?", "Reboot", "Cancel")
    assert reboot.text == f"web-1 ({server.ip_address}) will not answer until it is back."
    assert (stop.title, stop.confirm, stop.deny) == ("Stop web-1?", "Stop", "Cancel")
    assert stop.text == f"web-1 ({server.ip_address}) will not answer until somebody starts it."

    world.vps.change("web-1", status="stopped")
    await world.seconds_pass(11)
    await world.olga.says("/vps show web-1")
    assert world.olga.confirm_of("Start") is None, "starting interrupts nobody"


@pytest.mark.parametrize(
    ("label", "before", "said", "end"),
    [
        ("Reboot", "active", "Rebooting web-1. I'll mention you when it is done.", "@olga web-1 is active again."),
        ("Stop", "active", "Stopping web-1. I'll mention you when it is done.", "@olga web-1 is stopped."),
        ("Start", "stopped", "Starting web-1. I'll mention you when it is done.", "@olga web-1 is active."),
    ],
)
async def test_a_button_does_what_the_command_does(world: World, label: str, before: str, said: str, end: str) -> None:
    world.has_server("web-1", status=before)
    await world.olga.says("/vps show web-1", in_=world.ops)
    await world.olga.clicks(label)
    await world.settle()
    assert world.olga.sees(said)
    await world.seconds_pass(15)
    assert world.olga.sees(end)
    assert changes(world) == calls(world, label.lower()) == 1


async def test_a_button_drawn_for_who_lost_the_role_meanwhile_does_nothing(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps show web-1", in_=world.ops)
    await world.ada.says("/vps access revoke @olga", in_=world.ada.direct)
    await world.olga.clicks("Reboot")
    await world.seconds_pass(5)
    assert world.olga.sees("You have no role here yet; this takes operator. @ada can grant it")
    assert changes(world) == 0
    assert "U0OLGA permission.refused : no_grant" in await world.log()


async def test_a_button_of_a_server_that_is_gone_says_so(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps show web-1", in_=world.ops)
    world.vps.remove("web-1")
    await world.seconds_pass(11)
    await world.olga.clicks("Reboot")
    await world.settle()
    assert world.olga.sees("This server is not there any more, or not yours to see. Nothing was done.")
    assert changes(world) == 0


async def test_a_server_is_found_by_its_id_and_in_any_case(world: World) -> None:
    server = world.has_server("web-1")
    for typed in (str(server.id), "WEB-1", '"web-1"', "web-*", "“web‑1”"):
        await world.vera.says(f"/vps show {typed}", in_=world.ops)
        assert f"id {server.id}" in last(world.vera), typed


async def test_a_near_miss_is_offered_with_a_button_and_never_taken(world: World) -> None:
    server = world.has_server("web-server-01")
    await world.vera.says("/vps show web-sever-01", in_=world.ops)
    assert world.vera.sees("There is no server web-sever-01. Did you mean web-server-01? Nothing was done.")
    assert world.vps.calls(action="show") == []
    await world.vera.clicks("Show")
    await world.settle()
    assert world.vera.sees(f"🟢 active · id {server.id}")


async def test_several_near_misses_have_a_button_each(world: World) -> None:
    world.has_server("api-01")
    second = world.has_server("api-02")
    await world.vera.says("/vps show api-03", in_=world.ops)
    assert world.vera.sees("Did you mean api-01 or api-02? Nothing was done.")
    assert world.vera.buttons == ["Show", "Show"]
    assert world.vera.sees(f"api-02 · {second.id} · {second.ip_address}\n[Show]")


async def test_two_servers_of_one_name_are_both_shown_with_id_and_address(world: World) -> None:
    first, second = world.has_server("web-1"), world.has_server("web-1")
    await world.vera.says("/vps show web-1", in_=world.ops)
    assert world.vera.sees("2 servers are called web-1. Nothing was done. Say which one by its id")
    assert world.vera.sees(f"for example /vps show {first.id}.")
    for server in (first, second):
        assert world.vera.sees(f"• {server.id} web-1 · {server.ip_address}")
    await world.vera.says(f"/vps show {second.id}")
    assert world.vera.sees(f"🟢 active · id {second.id}")


@ASKING
@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "Which server? Type its name or id, for example /vps show web-server-01."),
        ("nothing-like-it", "There is no server nothing-like-it. /vps list shows all you can see. Nothing was done."),
        ("web-1 web-2", "web-2 is one too many: /vps show takes at most 1 word, for example /vps show 12345."),
        ("web-*", "2 servers fit web-*: web-1 and web-2. Show one of them."),
        ("cache-*", "There is no server cache-*. /vps list shows all you can see. Nothing was done."),
        ("@amir", "There is no server @U0AMIR. /vps list shows all you can see. Nothing was done."),
        ("#ops", "There is no server #C0OPS. /vps list shows all you can see. Nothing was done."),
        ("🦊🦊🦊🦊🦊", "There is no server 🦊🦊🦊🦊🦊. /vps list shows all you can see. Nothing was done."),
        ("<web-1&>", "There is no server <web-1&>. Did you mean web-1"),
        ("../account/me", "There is no server ../account/me. /vps list shows all you can see. Nothing was done."),
    ],
)
async def test_what_is_no_one_server_is_answered_with_the_way_out(asked: World, typed: str, answer: str) -> None:
    await asked.vera.says(f"/vps show {typed}", in_=asked.ops)
    assert answer in last(asked.vera)
    others_see_nothing_of(asked, but=asked.vera, words=answer)


async def test_a_server_beyond_ones_role_is_as_if_it_were_not_there(fleet: World) -> None:
    await fleet.ada.says("/vps access grant @noor operator web-*", in_=fleet.ada.direct)
    await fleet.noor.says("/vps show db-1", in_=fleet.ops)
    assert last(fleet.noor) == "There is no server db-1. /vps list shows all you can see. Nothing was done."
    await fleet.noor.says("/vps reboot db-*")
    assert last(fleet.noor) == "There is no server db-*. /vps list shows all you can see. Nothing was done."
    assert changes(fleet) == 0


async def test_a_server_deleted_since_the_list_was_read_is_said_to_be_gone(world: World) -> None:
    world.has_server("web-1")
    await world.vera.says("/vps list", in_=world.ops)
    world.vps.remove("web-1")
    await world.vera.says("/vps show web-1")
    assert "VPS.org doesn't know this server any more. /vps list shows what is there." in last(world.vera)


async def test_signs_in_names_stay_signs(world: World) -> None:
    world.has_server("<!channel> & *co* `x` ~y~", hostname="<@U0ADA>", location="<http://x|y>", status="a<b")
    await world.vera.says("/vps list", in_=world.ops)
    assert "❔ <!channel> & ∗co∗ 'x' ∼y∼ · 203.0.113.100 · <http://x|y> ·" in last(world.vera)
    await world.vera.says("/vps show <!channel>*")
    page = last(world.vera)
    assert page.startswith("<!channel> & *co* `x` ~y~\n❔ a<b · id "), "a title is plain text"
    assert "Hostname\n<@U0ADA>" in page and "Location\n<http://x|y>" in page
    text = world.vera.messages()[-1].text
    assert text == "&lt;!channel&gt; &amp; ∗co∗ 'x' ∼y∼ is a&lt;b, 203.0.113.100.", "the text beside the blocks, too"


def _plan(**fields: object) -> dict[str, object]:
    return {"id": 1, "name": "Standard VPS", "vcpus": 2, "memory": 4096, "storage": 80} | fields


def _shows(world: World, server: int, **fields: object) -> None:
    body = {"id": server, "name": "web-1", "status": "active"} | fields
    world.vps.fault("status", status=200, body=body, action="show")
