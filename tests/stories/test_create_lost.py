"""A creation whose answer got lost: one server is bought, found by its name, and told once."""

from typing import Any

import pytest

from tests.stories.creating import bought, called, creates, opens
from tests.stories.telling import BOTH_WAYS, last, times
from tests.world import World

pytestmark = BOTH_WAYS


class TestLost:
    """Whatever is lost on the way: one server is bought, or a person is asked."""

    @pytest.mark.parametrize(
        ("kind", "more"),
        [
            ("lost_reply", {}),
            ("late_effect", {"seconds": 12}),
            ("late_list", {"seconds": 15}),
            ("status", {"status": 500, "effect": True}),
            ("status", {"status": 429, "retry_after": 5}),
            ("html", {"effect": True}),
        ],
    )
    async def test_one_server_is_bought_and_told(self, fleet: World, kind: str, more: dict[str, Any]) -> None:
        fleet.vps.fault(kind, action="create", times=1, **more)
        await creates(fleet, fleet.olga)
        await fleet.minutes_pass(2)
        assert bought(fleet) <= 1 and called(fleet, "app-1") == 1
        assert times(fleet.olga, "@olga app-1 is ready:") == 1

    @pytest.mark.parametrize(("kind", "more"), [("closed_before", {}), ("status", {"status": 503})])
    async def test_where_none_is_seen_a_person_decides(self, fleet: World, kind: str, more: dict[str, Any]) -> None:
        fleet.vps.fault(kind, action="create", times=1, **more)
        await creates(fleet, fleet.olga)
        await fleet.minutes_pass(2)
        assert fleet.olga.sees("@olga app-1: no answer came to the creation, and whether it happened can't be seen.")
        assert bought(fleet) == 0 and len(fleet.vps.calls(action="create")) == 1
        await fleet.vera.clicks("Create it again")
        await fleet.olga.clicks("It was created: adopt it")
        await fleet.settle()
        assert fleet.olga.sees("VPS.org shows no server app-1 that is new since then. Nothing was adopted.")
        assert bought(fleet) == 0
        await fleet.olga.clicks("Create it again")
        await fleet.amir.clicks("Create it again")
        await fleet.minutes_pass(1)
        assert bought(fleet) == called(fleet, "app-1") == 1
        assert times(fleet.olga, "@olga app-1 is ready:") == 1

    async def test_who_may_not_create_neither_adopts_it_nor_creates_it_again(self, fleet: World) -> None:
        fleet.vps.fault("closed_before", action="create", times=1)
        await creates(fleet, fleet.olga)
        await fleet.minutes_pass(2)
        fleet.has_server("app-1", created_at=fleet.clock.now())
        before = await fleet.log()
        for person, words in (
            (fleet.vera, "You are viewer here; this takes operator."),
            (fleet.noor, "You have no role here yet; this takes operator."),
        ):
            for label in ("It was created: adopt it", "Create it again"):
                await person.clicks(label)
                await fleet.settle()
                assert words in last(person)
        await fleet.minutes_pass(1)
        assert len(fleet.vps.calls(action="create")) == 1 and bought(fleet) == 0
        after = (await fleet.log())[len(before) :]
        assert len(after) == 4 and all(" permission.refused " in line for line in after), after
        assert not fleet.olga.sees("app-1 is ready")

    async def test_of_two_that_fit_neither_is_taken_until_a_person_leaves_one(self, fleet: World) -> None:
        fleet.vps.fault("closed_before", action="create", times=1)
        await creates(fleet, fleet.olga)
        for _ in range(2):
            fleet.has_server("app-1", plan=1, os=5, location="us-west", created_at=fleet.clock.now())
        await fleet.minutes_pass(2)
        assert fleet.olga.sees("whether it happened can't be seen, and 2 servers fit. I did not repeat it")
        await fleet.olga.clicks("It was created: adopt it")
        await fleet.settle()
        assert (
            last(fleet.olga)
            == "2 new servers are called app-1: I can't tell which is meant. Delete or rename one first."
        )
        fleet.vps.remove(max(each.id for each in fleet.vps.servers() if each.name == "app-1"))
        await fleet.olga.clicks("It was created: adopt it")
        await fleet.minutes_pass(1)
        assert times(fleet.olga, "@olga app-1 is ready:") == 1
        assert len(fleet.vps.calls(action="create")) == 1 and called(fleet, "app-1") == 1

    async def test_what_becomes_active_while_no_bot_is_there_is_told_once_afterwards(self, fleet: World) -> None:
        await creates(fleet, fleet.olga)
        await fleet.seconds_pass(3)
        await fleet.stop_bot()
        fleet.clock.move(seconds=40 * 60)
        assert called(fleet, "app-1") == 1
        await fleet.start_bot()
        await fleet.minutes_pass(1)
        await fleet.restart()
        await fleet.minutes_pass(1)
        assert times(fleet.olga, "@olga app-1 is ready:") == 1
        assert not fleet.olga.sees("still provisioning")
        assert bought(fleet) == called(fleet, "app-1") == 1

    async def test_what_shows_very_late_is_adopted_by_a_person(self, fleet: World) -> None:
        fleet.vps.fault("lost_reply", action="create", times=1)
        fleet.vps.fault("late_list", action="create", times=1, seconds=120)
        await creates(fleet, fleet.olga)
        await fleet.seconds_pass(70)
        assert fleet.olga.sees("whether it happened can't be seen")
        await opens(fleet, fleet.amir)
        await fleet.amir.submits()
        await fleet.settle()
        assert fleet.amir.sees("Whether an earlier creation of app-1 happened is not known yet: say that first.")
        await fleet.amir.closes_dialog()
        await fleet.minutes_pass(2)
        await fleet.olga.clicks("It was created: adopt it")
        await fleet.minutes_pass(1)
        assert bought(fleet) == called(fleet, "app-1") == 1
        assert times(fleet.olga, "@olga app-1 is ready:") == 1
        assert isinstance(await fleet.verified(), int)
