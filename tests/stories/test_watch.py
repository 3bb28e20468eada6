"""Changes that nobody made from here are told: of the whole fleet in a channel, of one server to who follows it."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.operations.watching import look
from bot.store import workspaces
from bot.workspaces.snapshots import Snapshot, Snapshots
from tests.stories.deleting import asks, card_of, decided
from tests.stories.telling import BOTH_WAYS, calls, last, times
from tests.world import World

pytestmark = BOTH_WAYS

ASKING = pytest.mark.asyncio(loop_scope="module")


async def watching(world: World, *names: str) -> None:
    """Servers are there, Ada has switched it on, and the first look is done."""
    await world.choose_channel()
    for name in names or ("web-1", "web-2"):
        world.has_server(name)
    await world.ada.says("/vps watch on", in_=world.ada.direct)
    await world.minutes_pass(1)


async def differs(world: World, server: str, **fields: Any) -> None:
    """Somebody changes a server in the provider's own panel, and a look comes by."""
    world.vps.change(server, **fields)
    await world.minutes_pass(6)


async def test_an_admin_switches_it_on_where_there_is_a_channel(world: World) -> None:
    world.has_server("web-1")
    await world.ada.says("/vps watch on", in_=world.ada.direct)
    assert last(world.ada).startswith("There is no channel to tell it in yet. Choose one with /vps settings")
    await world.minutes_pass(20)
    assert calls(world, "list") == 0, "off, it costs nothing"
    await world.choose_channel()
    await world.ada.says("/vps watch on", in_=world.ada.direct)
    assert last(world.ada) == "From now on I look every 5 min, and tell in #ops what nobody changed from here."
    await world.ada.says("/vps watch on")
    assert last(world.ada) == "That is so already: changes made elsewhere are told in #ops."
    await world.ada.says("/vps watch")
    assert last(world.ada).startswith("Changes made elsewhere are told in #ops. You follow no server")
    await world.minutes_pass(16)
    assert calls(world, "list") == 4
    await world.ada.says("/vps watch off")
    await world.minutes_pass(20)
    assert calls(world, "list") == 4
    assert "U0ADA settings.changed : " in await world.log()


async def test_what_somebody_changed_elsewhere_is_told_once(world: World) -> None:
    await watching(world)
    assert "👀" not in world.amir.screen(world.ops), "the first look has nothing to compare with"
    await differs(world, "web-1", status="stopped")
    assert world.amir.sees("👀 web-1 is ⚪ stopped (was active); nobody asked for it here.")
    await differs(world, "web-1", status="suspended")
    assert world.amir.sees("👀 web-1 is 🔴 suspended (was stopped); nobody asked for it here.")
    await differs(world, "web-2", ip_address="203.0.113.77")
    assert world.amir.sees("👀 web-2 has another address: 203.0.113.77 (was 203.0.113.")
    await differs(world, "web-2", plan=2)
    assert world.amir.sees("👀 web-2 has another plan: Performance VPS (was Standard VPS); nobody asked for it here.")
    await differs(world, "web-2", name="web-two")
    assert world.amir.sees("👀 web-two was called web-2 before; nobody asked for it here.")
    world.has_server("web-3")
    world.vps.remove("web-two")
    await world.minutes_pass(30)
    assert world.amir.sees("👀 web-3 is new (🟢 active); nobody asked for it here.")
    assert world.amir.sees("👀 web-two is gone: VPS.org doesn't know it any more; nobody asked for it here.")
    assert times(world.amir, "👀") == 7


async def test_it_is_told_where_notifications_go_and_not_where_consent_is_asked_for(world: World) -> None:
    news = world.team.add_channel("news", id="C0NEWS", bot=True)
    await watching(world)
    await decided(world, notifications_channel=news.id)
    await world.ada.says("/vps watch", in_=world.ada.direct)
    assert last(world.ada).startswith("Changes made elsewhere are told in #news.")
    await differs(world, "web-1", status="stopped")
    assert "👀 web-1 is ⚪ stopped (was active); nobody asked for it here." in world.amir.screen(news)
    assert times(world.amir, "👀") == 1, "there, and nowhere else"


async def test_the_stop_before_a_deletion_is_our_own_while_it_can_be_undone_too(world: World) -> None:
    await world.choose_channel()
    await watching(world, "web-1", "web-2")
    await decided(world, undo_window=10, stop_first=True)
    await asks(world, world.olga, "web-1")
    await world.seconds_pass(3)
    await world.amir.clicks("Approve", on=card_of(world, world.amir))
    await world.minutes_pass(8)
    assert world.vps.server("web-1").status == "stopped"
    await world.minutes_pass(10)
    assert [server.name for server in world.vps.servers()] == ["web-2"]
    assert not world.amir.sees("👀"), "nobody else did anything"


async def test_many_at_once_make_one_message(world: World) -> None:
    names = [f"web-{number}" for number in range(40)]
    await watching(world, *names)
    for server in world.vps.servers():
        world.vps.change(server.id, status="suspended")
    await world.minutes_pass(6)
    assert times(world.amir, "👀") == 1
    assert world.amir.sees("👀 40 servers changed, and nobody did it from here.")
    assert world.amir.sees("… and 10 more.") and calls(world, "show") == 0


async def test_what_the_bot_did_itself_is_not_told(world: World) -> None:
    await watching(world)
    await world.olga.says("/vps stop web-1", in_=world.ops)
    await world.minutes_pass(6)
    await world.olga.says("/vps reboot web-2", in_=world.ops)
    await world.minutes_pass(6)
    await asks(world, world.olga, "web-1")
    await world.amir.clicks("Approve")
    await world.minutes_pass(20)
    assert [server.name for server in world.vps.servers()] == ["web-2"]
    assert "👀" not in world.amir.screen(world.ops)
    await differs(world, "web-2", status="stopped")
    assert times(world.amir, "👀") == 1, "what comes after it is"


async def test_what_happens_to_a_server_right_after_a_change_of_ours_is_told_all_the_same(world: World) -> None:
    await watching(world)
    await world.olga.says("/vps stop web-1", in_=world.ops)
    await world.olga.says("/vps reboot web-2", in_=world.ops)
    await world.minutes_pass(2)
    await differs(world, "web-1", status="suspended")
    assert world.amir.sees("👀 web-1 is 🔴 suspended (was ")
    await differs(world, "web-2", ip_address="203.0.113.77")
    assert world.amir.sees("👀 web-2 has another address: 203.0.113.77")
    assert times(world.amir, "👀") == 2 == times(world.amir, "nobody asked for it here")


async def test_planned_work_is_not_told_but_who_follows_a_server_hears_whose_it_is(world: World) -> None:
    await watching(world)
    await world.vera.says("/vps watch web-1", in_=world.ops)
    await world.olga.says("/vps at 09:30 stop web-*", in_=world.ops)
    await world.olga.clicks("Keep it")
    await world.minutes_pass(60)
    assert world.olga.sees("@olga your planned stop of web-* is through: 2 servers stopped.")
    assert "👀" not in world.amir.screen(world.ops)
    assert times(world.vera, "👀 web-1 is ⚪ stopped (was active); @olga asked for it here.") == 1
    assert times(world.vera, "👀") == 1
    await differs(world, "web-2", status="active")
    assert times(world.amir, "👀 web-2 is 🟢 active (was stopped); nobody asked for it here.") == 1, (
        "what comes after it is told"
    )


async def test_a_plan_mutes_what_it_does_and_not_what_happens_to_a_server_before_its_turn(world: World) -> None:
    await watching(world, "web-1", "web-2", "web-3")
    world.vps.settings.reboot_seconds = 8 * 60
    await world.vera.says("/vps watch web-3", in_=world.ops)
    await world.olga.says("/vps at 09:30 reboot web-*", in_=world.ops)
    await world.olga.clicks("Keep it")
    while world.reboots() == 0:
        await world.minutes_pass(1)
    await differs(world, "web-3", status="stopped")
    assert world.reboots() == 1, "the plan is at the first"
    assert times(world.amir, "👀 web-3 is ⚪ stopped (was active); nobody asked for it here.") == 1
    told = world.vera.screen(world.vera.direct)
    assert told.count("👀 web-3 is ⚪ stopped (was active); nobody asked for it here.") == 1, "nobody asked for it here"
    await world.minutes_pass(40)
    assert world.olga.sees("Done: web-1 and web-2.\nPassed over: web-3 (it is stopped).")
    assert times(world.amir, "👀") == 1, "what the plan did is no news"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 401},
        {"kind": "status", "status": 429, "retry_after": 400},
        {"kind": "cut"},
        {"kind": "closed_before"},
    ],
    ids=lambda fault: str(fault.get("status", fault["kind"])),
)
async def test_a_provider_in_trouble_tells_nothing_wrong(world: World, fault: dict[str, object]) -> None:
    await watching(world)
    world.vps.arm({"match": {"action": "list"}, **fault})
    await world.minutes_pass(16)
    world.vps.clear_faults()
    await world.minutes_pass(12)
    assert "👀" not in world.amir.screen(world.ops)
    await differs(world, "web-1", status="stopped")
    assert times(world.amir, "👀") == 1


async def test_a_list_cut_short_makes_nothing_gone(world: World) -> None:
    await watching(world)
    world.vps.fault("status", status=200, body={"count": 0, "next": None, "results": []}, action="list")
    await world.minutes_pass(11)
    world.vps.clear_faults()
    await world.minutes_pass(11)
    assert "👀" not in world.amir.screen(world.ops)
    assert calls(world, "show") >= 2, "their own pages were asked"


async def test_of_many_that_a_list_leaves_out_each_is_asked_for_in_its_turn(world: World) -> None:
    await watching(world, *(f"web-{number}" for number in range(45)))
    world.vps.fault("status", status=200, body={"count": 0, "next": None, "results": []}, action="list")
    world.vps.clear_calls()
    await world.minutes_pass(16)
    asked_for = Counter(call.server for call in world.vps.calls(action="show"))
    assert len(asked_for) == 45 and asked_for.total() == 60, "twenty at each of three looks"


async def test_the_provider_s_wish_to_be_left_alone_holds_for_a_bot_that_was_not_told_so(world: World) -> None:
    await watching(world)
    world.vps.settings.reboot_seconds = None
    await world.minutes_pass(2)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.settle()
    world.vps.fault("status", action="list", status=429, retry_after="220", times=1)
    await world.seconds_pass(5)
    assert calls(world, "list") > 0 and world.vps.calls(action="list")[-1].status == 429
    world.vps.clear_calls()
    await world.restart()  # or another replica
    await world.seconds_pass(200)
    assert calls(world, "list") == 0, "the next look was due"
    await world.minutes_pass(2)
    assert calls(world, "list") > 0


class Meanwhile(Snapshots):
    """What is known of workspaces, and something that happens right after it was asked for."""

    def __init__(self, known: Snapshots, happens: Callable[[], Awaitable[None]]) -> None:
        self._all = known
        self._happens = happens

    async def of(self, workspace: str) -> Snapshot:
        """What is known before it happens."""
        found = await self._all.of(workspace)
        await self._happens()
        return found

    def forget(self, workspace: str) -> None:
        """What happened is known from now on."""
        self._all.forget(workspace)


async def test_what_another_account_has_is_not_compared_when_it_is_connected_in_the_middle_of_a_look(
    world: World,
) -> None:
    await watching(world)
    world.vps.add_account("vps_other", email="other@example.com")
    world.vps.add_server("db-1", token="vps_other")
    parts = world.bot.parts

    async def connect() -> None:
        async with parts.change("story", world.team.id, "") as tx:
            base = {"token": "vps_other", "dialect": "documented", "account": "other@example.com"}
            await workspaces.connect(tx, world.team.id, **base, by=world.ada.id, now=parts.clock())

    world.clock.move(seconds=600)
    await look(replace(parts, snapshots=Meanwhile(parts.snapshots, connect)), world.team.id, world.clock.now())
    await world.minutes_pass(12)
    assert "👀" not in world.amir.screen(world.ops)
    world.vps.change("db-1", token="vps_other", status="stopped")
    await world.minutes_pass(6)
    assert times(world.amir, "👀") == 1 and world.amir.sees(
        "👀 db-1 is ⚪ stopped (was active); nobody asked for it here."
    )


async def test_who_follows_a_server_is_told_directly_until_they_let_go(world: World) -> None:
    world.has_server("web-1")
    world.has_server("web-2")
    await world.vera.says("/vps watch web-1", in_=world.ops)
    assert last(world.vera) == "You follow web-1: I tell you directly when it changes. /vps unwatch ends it."
    await world.vera.says("/vps watch web-1")
    assert last(world.vera).startswith("You follow already web-1")
    await world.minutes_pass(1)
    await differs(world, "web-2", status="stopped")
    await differs(world, "web-1", status="stopped")
    assert "👀 web-1 is ⚪ stopped (was active); nobody asked for it here." in world.vera.screen(world.vera.direct)
    assert times(world.vera, "👀") == 1 and not world.amir.sees("👀")
    await world.olga.says("/vps start web-1", in_=world.ops)
    await world.minutes_pass(6)
    assert world.vera.sees("👀 web-1 is 🟢 active (was stopped); @olga asked for it here.")
    await world.vera.says("/vps unwatch web-9", in_=world.ops)
    assert last(world.vera) == "You don't follow a server called web-9. You follow web-1."
    await world.vera.says("/vps unwatch WEB-1")
    assert last(world.vera) == "You don't follow web-1 any more."
    lists = calls(world, "list")
    await differs(world, "web-1", status="suspended")
    assert times(world.vera, "👀") == 2 and calls(world, "list") == lists, "nobody looks when nobody is told"


async def test_who_may_not_read_it_any_more_is_not_told_and_a_gone_server_is_not_followed(world: World) -> None:
    world.has_server("web-1")
    await world.vera.says("/vps watch web-1", in_=world.ops)
    await world.olga.says("/vps watch web-1", in_=world.ops)
    await world.minutes_pass(1)
    await world.ada.says("/vps access revoke @vera", in_=world.ada.direct)
    await differs(world, "web-1", status="suspended")
    assert world.olga.sees("👀 web-1 is 🔴 suspended") and not world.vera.sees("👀")
    world.vps.remove("web-1")
    await world.minutes_pass(6)
    assert world.olga.sees("👀 web-1 is gone: VPS.org doesn't know it any more; nobody asked for it here.")
    await world.olga.says("/vps watch", in_=world.ops)
    assert "You follow no server: /vps watch SERVER begins it." in last(world.olga)


async def test_another_account_is_not_compared_with_the_one_before(world: World) -> None:
    await watching(world)
    await world.ada.says("/vps disconnect", in_=world.ada.direct)
    await world.ada.clicks("Disconnect")
    await world.minutes_pass(11)
    assert "👀" not in world.amir.screen(world.ops)


@ASKING
@pytest.mark.parametrize(
    ("person", "typed", "answer"),
    [
        ("ada", "watch on off", "off is one too many: /vps watch takes at most 1 word, for example"),
        ("ada", "watch every=5m", "There is no option every here. /vps watch takes no options"),
        ("vera", "watch web-*", "Type /vps watch on, /vps watch off, or one server to follow, like"),
        ("vera", "watch web-9", "There is no server web-9. Did you mean web-1 or web-2?"),
        ("vera", "watch off", "You are viewer here; this takes admin."),
        ("noor", "watch web-1", "You have no role here yet; this takes viewer."),
        ("vera", "unwatch", "Which one? Type its name or id, for example /vps unwatch web-server-01."),
        ("vera", "unwatch web-1", "You don't follow a server called web-1. You follow none."),
        ("ada", "watch off", "That is so already: changes made elsewhere are not told."),
    ],
)
async def test_what_can_not_be_watched_is_said(asked: World, person: str, typed: str, answer: str) -> None:
    await asked.team.people[person].says(f"/vps {typed}", in_=asked.ops)
    assert answer in last(asked.team.people[person])
