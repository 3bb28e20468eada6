"""Who may do what with a server, for who may read it."""

from tests.stories.telling import BOTH_WAYS, button, forged, last
from tests.world import World

pytestmark = BOTH_WAYS


async def test_who_may_do_what_with_a_server(world: World) -> None:
    world.has_server("web-1")
    await world.ada.says("/vps access grant @noor operator db-*", in_=world.ops)
    await world.ada.says("/vps access web-1", in_=world.ops)
    operators = "@ada (admin), @olga (operator) and @amir (approver)"
    for line in (
        "Can see it: @ada (admin), @olga (operator), @amir (approver) and @vera (viewer)",
        f"Can start, stop and reboot it: {operators}",
        f"Can rename and edit it: {operators}",
        f"Can write notes about it: {operators}",
        f"Can ask for it to be deleted: {operators}",
        "Can approve what others ask for: @ada (admin) and @amir (approver)",
        "Can start, stop and reboot it in an emergency, without consent: @ada (admin)",
        "Can delete it in an emergency, without consent: @ada (admin)",
    ):
        assert world.ada.sees(line), line
    assert not world.ada.sees("@noor (operator")


async def test_groups_are_named_and_deactivated_people_are_not(world: World) -> None:
    world.has_server("web-1")
    world.team.add_group("oncall", [world.noor])
    await world.ada.says("/vps access grant @oncall approver web-*", in_=world.ops)
    await world.team.deactivate(world.amir)
    await world.ada.says("/vps access web-1", in_=world.ops)
    assert world.ada.sees("Can approve what others ask for: @ada (admin) and @oncall (approver for web-*)")
    assert not world.ada.sees("@amir (approver)")


async def test_a_name_that_is_close_is_offered_with_a_button(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(10)
    offered = "There is no server web-9. Did you mean web-1? Nothing was done."
    for typed, label, told in (
        ("access web-9", "Who may", "Can start, stop and reboot it: @ada (admin)"),
        ("history web-9", "History", "web-1 · what was done from here"),
        ("can @olga delete web-9", "Explain", "✅ @olga may ask to delete web-1: operator"),
        ("can break-glass delete web-9", "Explain", "✅ @ada may break-glass delete web-1: admin"),
    ):
        await world.ada.says(f"/vps {typed}", in_=world.ada.direct)
        assert last(world.ada).startswith(offered), typed
        await world.ada.clicks(label, on=world.ada.messages(world.ada.direct)[-1])
        await world.settle()
        assert world.ada.sees(told), typed


async def test_the_buttons_of_an_offer_ask_for_the_right_once_more(world: World) -> None:
    server = world.has_server("web-1")
    await forged(world, world.vera, **button("access.server", str(server.id)))
    assert last(world.vera).startswith("You are viewer here; this takes auditor.")
    await forged(world, world.vera, **button("access.can", f"{world.olga.id} delete {server.id}"))
    assert last(world.vera).startswith("You are viewer here; this takes auditor.")
    await forged(world, world.ada, **button("access.server", "'; DROP TABLE"))
    assert world.ada.sees("This server is not there any more.")
    await forged(world, world.ada, **button("access.can", ""))
    assert world.ada.sees("This is from an older version of me. Nothing was done; type the command again.")
