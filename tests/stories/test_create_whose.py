"""Whose a new server is: noted when it is created, whatever comes between, and asked about when its life ends."""

from dataclasses import replace

from bot.domain.notes import Note
from bot.domain.operations import State
from bot.operations.noting import keep_note
from bot.store import operations
from tests.stories.creating import bought, creates, opens, submits
from tests.stories.telling import BOTH_WAYS, last, times
from tests.world import World

pytestmark = BOTH_WAYS

QUESTION = "Is it still needed?"


async def test_it_is_noted_whose_it_is_and_they_are_asked_when_its_life_ends(fleet: World) -> None:
    await opens(fleet, fleet.olga)
    await fleet.olga.chooses("Lifetime", "Ask me to delete it after 7 days")
    await fleet.olga.fills("What is it for?", "a load test <!channel>")
    assert await submits(fleet, fleet.olga) == {}
    await fleet.seconds_pass(40)
    await fleet.vera.says("/vps show app-1", in_=fleet.ops)
    assert fleet.vera.sees("@olga") and fleet.vera.sees("a load test <!channel>")
    await fleet.vera.says("/vps list owner=@olga", in_=fleet.ops)
    assert fleet.vera.sees("app-1")
    assert "app-1" not in fleet.olga.screen(fleet.olga.direct)
    await fleet.minutes_pass(7 * 24 * 60)
    assert "app-1" not in fleet.olga.screen(fleet.olga.direct), "its seventh day is not over"
    await fleet.minutes_pass(24 * 60)
    assert "app-1" in fleet.olga.screen(fleet.olga.direct)
    assert "Keep it 30 more days" in fleet.olga.buttons


async def test_its_days_are_those_of_who_asked_for_it_also_after_a_restart(fleet: World) -> None:
    await fleet.minutes_pass(8 * 60)  # 17:00 UTC: the next day has begun in Auckland, where it is six
    fleet.olga.person.tz = "Pacific/Auckland"
    await fleet.minutes_pass(2)
    fleet.vps.fault("status", action="create", times=1, status=429, retry_after=5)
    await opens(fleet, fleet.olga)
    await fleet.olga.chooses("Lifetime", "Ask me to delete it after 1 day")
    assert await submits(fleet, fleet.olga) == {}
    await fleet.settle()
    assert bought(fleet) == 0
    await fleet.restart()
    await fleet.minutes_pass(2)
    await fleet.vera.says("/vps show app-1", in_=fleet.ops)
    assert "until 2026-11-25" in last(fleet.vera)
    await fleet.minutes_pass(26 * 60)
    assert QUESTION not in fleet.olga.screen(fleet.olga.direct)
    await fleet.minutes_pass(2 * 60)
    assert QUESTION in fleet.olga.screen(fleet.olga.direct), "at nine in Auckland, after one day at least"


async def test_whose_a_server_is_doesn_t_hang_on_seeing_the_end_of_its_creation(fleet: World) -> None:
    fleet.vps.settings.provision_seconds = None
    await opens(fleet, fleet.olga)
    await fleet.olga.chooses("Lifetime", "Ask me to delete it after 1 day")
    await fleet.olga.chooses("Whose is it?", fleet.amir)
    assert await submits(fleet, fleet.olga) == {}
    await fleet.minutes_pass(16)
    await fleet.olga.clicks("Stop watching")
    await fleet.seconds_pass(11)
    await fleet.vera.says("/vps list owner=@amir", in_=fleet.ops)
    assert "app-1" in last(fleet.vera)
    await fleet.minutes_pass(48 * 60)
    assert QUESTION in fleet.amir.screen(fleet.amir.direct)


async def accepted_by_a_former_version(world: World) -> str:
    """Olga's creation stands as one does whose server was known before servers were noted at once; the server's id."""
    world.vps.fault("closed_before", action="create", times=1)
    await creates(world, world.olga)
    made = world.has_server("app-1", status="provisioning", created_at=world.clock.now())
    async with world.bot.store.begin("story", world.team.id) as tx:
        now = world.clock.now()
        known = await operations.taking(tx, world.team.id, "app-1")
        assert known is not None and known.state is State.CALLING
        given = replace(known, state=State.SETTLING, outcome=None, server_id=made.id, accepted_at=now, due_at=now)
        assert await operations.save(tx, known, given)
    return str(made.id)


async def test_whose_it_is_isn_t_lost_when_the_bot_is_upgraded_in_the_middle(fleet: World) -> None:
    await accepted_by_a_former_version(fleet)
    await fleet.restart()
    fleet.vps.change("app-1", status="active", ip_address="203.0.113.77")
    await fleet.minutes_pass(1)
    assert times(fleet.olga, "@olga app-1 is ready: 203.0.113.77") == 1
    await fleet.vera.says("/vps list owner=@olga", in_=fleet.ops)
    assert "app-1" in last(fleet.vera)


async def test_a_note_that_was_emptied_before_it_is_ready_stays_empty(fleet: World) -> None:
    server = await accepted_by_a_former_version(fleet)
    async with fleet.bot.store.begin("story", fleet.team.id) as tx:
        for owner in (fleet.amir.id, ""):
            await keep_note(tx, fleet.team.id, Note(server, "app-1", owner), by=fleet.amir.id, now=fleet.clock.now())
    fleet.vps.change("app-1", status="active", ip_address="203.0.113.77")
    await fleet.minutes_pass(1)
    assert times(fleet.olga, "@olga app-1 is ready: 203.0.113.77") == 1
    await fleet.vera.says("/vps list owner=@olga", in_=fleet.ops)
    assert "app-1" not in last(fleet.vera)


async def test_it_can_be_somebody_else_s(fleet: World) -> None:
    await opens(fleet, fleet.olga)
    assert fleet.olga.dialog and fleet.olga.dialog.inputs["Whose is it?"] == "@olga"
    await fleet.olga.chooses("Whose is it?", fleet.team.add_person("gus", guest=True))
    said = "They can't own a server: they are a guest. Choose somebody else."
    assert await fleet.olga.submits() == {"Whose is it?": said}
    await fleet.olga.chooses("Whose is it?", fleet.vera)
    assert await submits(fleet, fleet.olga) == {}
    await fleet.seconds_pass(40)
    await fleet.ada.says("/vps list owner=@vera", in_=fleet.ops)
    assert fleet.ada.sees("app-1")
    assert fleet.olga.sees("@olga app-1 is ready:")
