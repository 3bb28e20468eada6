"""`/vps list`: which servers there are, narrowed down, page by page, and only those that a person may see."""

import pytest

from tests.stories.telling import last, others_see_nothing_of, times
from tests.world import World

ASKING = pytest.mark.asyncio(loop_scope="module")


async def test_the_list_is_for_who_asked_alone(fleet: World) -> None:
    await fleet.vera.says("/vps list", in_=fleet.ops)
    assert fleet.vera.sees("5 servers\n")
    assert fleet.vera.sees("🟢 web-1 · 203.0.113.1 · us-west · 2 vCPU, 4 GB, 80 GB disk · active")
    assert fleet.vera.sees("⚪ web-2 · 203.0.113.2 · us-west · 2 vCPU, 4 GB, 80 GB disk · stopped")
    assert fleet.vera.sees("🔴 db-2 · 203.0.113.4 · us-east · 2 vCPU, 4 GB, 80 GB disk · suspended")
    assert fleet.vera.sees("2 active, 2 stopped, 1 suspended · /vps show NAME for more")
    others_see_nothing_of(fleet, but=fleet.vera, words="web-1")


async def test_a_question_asks_the_provider_once_in_ten_seconds(fleet: World) -> None:
    for person in (fleet.vera, fleet.olga, fleet.vera):
        await person.says("/vps list", in_=fleet.ops)
    assert len(fleet.vps.calls(action="list")) == 1
    await fleet.seconds_pass(11)
    await fleet.vera.says("/vps list")
    assert len(fleet.vps.calls(action="list")) == 2
    assert times(fleet.vera, "5 servers\n") == 3


@ASKING
@pytest.mark.parametrize(
    ("typed", "total", "shown"),
    [
        ("web-*", "2 servers of 5", "web-1 web-2"),
        ("WEB-?", "2 servers of 5", "web-1 web-2"),
        ("*-[2-9]", "2 servers of 5", "web-2 db-2"),
        ("db-1", "1 server of 5", "db-1"),
        ("status=active", "2 servers of 5", "web-1 db-1"),
        ("STATUS=Active", "2 servers of 5", "web-1 db-1"),
        ("--status stopped", "2 servers of 5", "web-2 mail"),
        ("--status=stopped", "2 servers of 5", "web-2 mail"),
        ("—status stopped", "2 servers of 5", "web-2 mail"),
        ("–status stopped", "2 servers of 5", "web-2 mail"),
        ("status=“stopped”", "2 servers of 5", "web-2 mail"),
        ("\u00a0status=stopped", "2 servers of 5", "web-2 mail"),
        ("location=us-east", "3 servers of 5", "db-1 db-2 mail"),
        ("location=us–east", "3 servers of 5", "db-1 db-2 mail"),
        ("--location us-west", "2 servers of 5", "web-1 web-2"),
        ("db-* location=us-east", "2 servers of 5", "db-1 db-2"),
        ("location=us-east status=stopped", "1 server of 5", "mail"),
        ("--status active --location us-east db-*", "1 server of 5", "db-1"),
        ("status=active web-*", "1 server of 5", "web-1"),
    ],
)
async def test_the_list_is_narrowed_by_pattern_status_and_location(
    asked: World, typed: str, total: str, shown: str
) -> None:
    await asked.vera.says(f"/vps list {typed}", in_=asked.ops)
    assert last(asked.vera).startswith(f"{total}\n")
    for name in ("web-1", "web-2", "db-1", "db-2", "mail"):
        assert (f" {name} · 203" in last(asked.vera)) is (name in shown.split()), name


@ASKING
@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("cache-*", "None of 5 servers fits cache-*. /vps list shows them all."),
        ("web-* status=suspended", "None of 5 servers fits web-* status=suspended. /vps list shows them all."),
        (
            "status=broken",
            "No status is called broken. There are active, provisioning, rebooting, restoring, starting, stopped, "
            "stopping and suspended.",
        ),
        ("--location mars", "No location is called mars. There are us-east and us-west."),
        (
            "colour=red",
            "There is no option colour here. /vps list takes the options status, location, owner, older and until, "
            "for example /vps list owner=me until=passed.",
        ),
        (
            "--stats stopped",
            "There is no option stats here. Did you mean status? /vps list takes the options status, location,",
        ),
        ("owner=olga", "olga is no person. Pick one from Slack's list, owner=@name, or type owner=me."),
        ("owner=#ops", "#C0OPS is no person."),
        ("older=ever", "ever is no span of time. Type it like older=90d, older=12h or older=4w."),
        ("older=-90d", "-90d is no span of time."),
        (
            "until=2027-01-31",
            "2027-01-31 is no day to look for. There is until=passed: the servers whose day has come.",
        ),
        ("web-1 web-2", "web-2 is one too many: /vps list takes at most 1 word, for example /vps list owner=me"),
        ("--status", "The option status needs a value, for example status=active."),
        ("status= web-1", "The option status needs a value, for example status=active."),
        ("--status --location us-east", "The option status needs a value, for example status=active."),
        ("status=active status=stopped", "The option status stands there twice. Once is enough."),
        ("@amir", "None of 5 servers fits <@U0AMIR>. /vps list shows them all."),
    ],
)
async def test_a_filter_that_can_not_be_is_answered_with_those_that_can(asked: World, typed: str, answer: str) -> None:
    await asked.vera.says(f"/vps list {typed}", in_=asked.ops)
    assert answer in last(asked.vera)
    others_see_nothing_of(asked, but=asked.vera, words=answer)


async def test_an_empty_account_is_said_to_be_empty(world: World) -> None:
    await world.vera.says("/vps list", in_=world.ops)
    assert last(world.vera) == "There are no servers here that you can see."
    await world.vera.says("/vps list web-* status=active")
    assert last(world.vera) == "There are no servers here that you can see."
    await world.vera.says("/vps list location=us-west")
    assert last(world.vera) == "No location is called us-west: there are no servers here that you can see."


async def test_of_many_values_it_is_said_how_many_more_there_are(world: World) -> None:
    for number in range(15):
        world.has_server(f"web-{number:02}", location=f"us-{number:02}")
    await world.vera.says("/vps list location=mars", in_=world.ops)
    assert last(world.vera).endswith("us-10, us-11 and 3 more.")


async def test_a_long_list_is_turned_page_by_page_in_its_place(world: World) -> None:
    for number in range(40):
        world.has_server(f"web-{number:02}", status="stopped" if number == 20 else "active")
    await world.vera.says("/vps list", in_=world.ops)
    assert world.vera.sees("40 servers · page 1 of 3")
    assert world.vera.sees("39 active, 1 stopped"), "the summary is that of the whole list"
    assert world.vera.sees("web-14 ·") and not world.vera.sees("web-15 ·")
    assert "Previous" not in world.vera.buttons

    await world.vera.clicks("Next")
    await world.settle()
    assert world.vera.sees("40 servers · page 2 of 3")
    assert not world.vera.sees("page 1 of 3"), "the page takes the place of the one before"
    assert world.vera.sees("web-15 ·") and world.vera.sees("web-29 ·") and not world.vera.sees("web-30 ·")

    await world.vera.clicks("Next")
    await world.settle()
    assert world.vera.sees("page 3 of 3") and world.vera.sees("web-39 ·")
    assert "Next" not in world.vera.buttons
    await world.vera.clicks("Previous")
    await world.settle()
    assert world.vera.sees("page 2 of 3")
    others_see_nothing_of(world, but=world.vera, words="web-15")


async def test_turning_keeps_the_filter(world: World) -> None:
    for number in range(20):
        world.has_server(f"web-{number:02}", location="us-west")
        world.has_server(f"db-{number:02}", location="us-west")
    await world.vera.says("/vps list web-* --location us-west", in_=world.ops)
    assert world.vera.sees("20 servers of 40 · page 1 of 2")
    await world.vera.clicks("Next")
    await world.settle()
    assert world.vera.sees("20 servers of 40 · page 2 of 2")
    assert world.vera.sees("web-19 ·") and not world.vera.sees("db-")


async def test_a_page_that_is_gone_meanwhile_shows_the_last_one(world: World) -> None:
    for number in range(20):
        world.has_server(f"web-{number:02}")
    await world.vera.says("/vps list", in_=world.ops)
    for number in range(10):
        world.vps.remove(f"web-{number:02}")
    await world.seconds_pass(11)
    await world.vera.clicks("Next")
    await world.settle()
    assert world.vera.sees("10 servers\n") and world.vera.sees("web-19 ·")
    assert "Next" not in world.vera.buttons and "Previous" not in world.vera.buttons


async def test_turning_takes_the_role_of_the_moment(world: World) -> None:
    for number in range(20):
        world.has_server(f"web-{number:02}")
    await world.vera.says("/vps list", in_=world.ops)
    await world.ada.says("/vps access revoke @vera", in_=world.ada.direct)
    await world.vera.clicks("Next")
    await world.settle()
    assert world.vera.sees("You have no role here yet; this takes viewer.")
    assert not world.vera.sees("web-19 ·")


async def test_a_role_for_some_servers_shows_those_and_does_not_tell_of_others(fleet: World) -> None:
    await fleet.ada.says("/vps access grant @noor viewer web-*", in_=fleet.ada.direct)
    await fleet.noor.says("/vps list", in_=fleet.ops)
    assert fleet.noor.sees("2 servers\n") and fleet.noor.sees("web-2 ·")
    await fleet.noor.says("/vps list location=us-east")
    assert fleet.noor.sees("No location is called us-east. There are us-west.")
    await fleet.noor.says("/vps list db-*")
    assert fleet.noor.sees("None of 2 servers fits db-*.")
    assert not fleet.noor.sees("db-1")


async def test_without_a_role_nothing_is_shown_and_the_provider_is_not_asked(fleet: World) -> None:
    await fleet.noor.says("/vps list", in_=fleet.ops)
    assert last(fleet.noor) == (
        "You have no role here yet; this takes viewer. @ada can grant it: /vps access grant @noor viewer"
        "\n[Ask for access]"
    )
    assert fleet.vps.calls(action="list") == []
    assert "U0NOOR permission.refused : no_grant" in await fleet.log()


async def test_an_unknown_status_is_shown_and_can_be_asked_for(world: World) -> None:
    world.has_server("web-1", status="hibernating")
    world.has_server("web-2")
    await world.vera.says("/vps list status=hibernating", in_=world.ops)
    assert world.vera.sees("1 server of 2\n") and world.vera.sees("❔ web-1 ·")
    assert world.vera.sees("· hibernating")


async def test_a_server_without_address_plan_or_place_is_listed_all_the_same(world: World) -> None:
    world.has_server("bare", status="provisioning", ip_address=None, plan=None, os=None, location="")
    await world.vera.says("/vps list", in_=world.ops)
    assert world.vera.sees("🟡 bare · no address yet · provisioning")


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ({"kind": "status", "status": 401}, "VPS.org refuses this workspace's token. An admin can connect it again"),
        ({"kind": "status", "status": 403}, "VPS.org says this workspace's token may not do that. An admin can"),
        (
            {"kind": "status", "status": 429, "retry_after": 90},
            "VPS.org asks us to slow down; ask again in 1 min 30 s.",
        ),
        ({"kind": "status", "status": 503}, "VPS.org has a problem of its own right now. Try again in a minute."),
        ({"kind": "html"}, "VPS.org answered something that makes no sense. Try again in a minute."),
        ({"kind": "empty"}, "VPS.org answered something that makes no sense. Try again in a minute."),
        ({"kind": "cut"}, "VPS.org answered something that makes no sense. Try again in a minute."),
        ({"kind": "redirect"}, "VPS.org answered something that makes no sense. Try again in a minute."),
        ({"kind": "closed_before"}, "VPS.org didn't answer in time. Try again in a minute."),
    ],
)
async def test_a_provider_in_trouble_is_told_in_plain_words(
    world: World, fault: dict[str, object], answer: str
) -> None:
    world.vps.arm({"match": {"action": "list"}, **fault})
    await world.vera.says("/vps list", in_=world.ops)
    assert answer in last(world.vera)
    assert "For support:" in last(world.vera)
    others_see_nothing_of(world, but=world.vera, words=answer)
    world.vps.clear_faults()
    await world.vera.says("/vps list")
    assert last(world.vera) == "There are no servers here that you can see.", "the trouble is not kept"


async def test_a_provider_that_is_down_is_told_in_plain_words(world: World) -> None:
    await world.vps.stop()
    await world.vera.says("/vps list", in_=world.ops)
    assert "VPS.org can't be reached right now. Try again in a minute." in last(world.vera)
