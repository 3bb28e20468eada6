"""What a rule forbids stands in the log: for roles, barriers, broken glass and clicks that come too late."""

import pytest

from bot.domain.audit import Action
from bot.slack.ids import ActionId
from bot.store import audit
from tests.stories.deleting import asks, buttons_of, card_of, decided, deletions
from tests.stories.governing import types
from tests.stories.telling import button, forged, times
from tests.world import World


async def refused(world: World) -> list[str]:
    """The refusals in the log."""
    return [line for line in await world.log() if ".refused" in line]


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ("access revoke @ada", "U0ADA change.refused U0ADA: last_admin"),
        ("access grant @ada viewer", "U0ADA change.refused U0ADA: last_admin"),
    ],
)
async def test_the_last_admin_stays(world: World, typed: str, entry: str) -> None:
    assert "is the last admin" in await types(world, world.ada, typed)
    assert await refused(world) == [entry]
    told = await types(world, world.ada, "audit")
    assert f"@ada was refused {typed.split()[1]} on @ada: last admin" in told


async def test_who_holds_nothing_is_given_nothing(world: World) -> None:
    await world.team.deactivate(world.noor)
    await world.seconds_pass(61)
    assert "deactivated" in await types(world, world.ada, "access grant @noor operator")
    assert await refused(world) == ["U0ADA change.refused U0NOOR: deactivated"]


async def test_a_group_of_admins(world: World) -> None:
    world.team.add_group("bosses", [world.olga, world.amir])
    assert "group" in await types(world, world.ada, "access grant @bosses admin")
    [entry] = await refused(world)
    assert entry.startswith("U0ADA change.refused S") and entry.endswith(": group_of_admins")


async def test_an_answer_to_who_holds_nothing_by_now_and_one_that_is_late(world: World) -> None:
    world.has_server("web-1")
    await world.noor.says("/vps reboot web-1", in_=world.noor.direct)
    await world.noor.clicks("Ask for access")
    await world.seconds_pass(3)
    [card] = [each for each in world.ada.messages(world.ada.direct) if "Decline" in world.ada.reads(each)]
    values = buttons_of(card)
    await world.team.deactivate(world.noor)
    await world.seconds_pass(61)
    await world.ada.clicks("Grant", on=card)
    await world.settle()
    assert (await refused(world))[-1] == "U0ADA change.refused U0NOOR: deactivated"
    await world.ada.clicks("Decline", on=card)
    await world.settle()
    await forged(world, world.ada, **button(ActionId.ACCESS_DECLINE, values["Decline"]))
    assert (await refused(world))[-1] == "U0ADA change.refused U0NOOR: too_late"
    world.slack.forget_problems()


async def test_break_glass_for_power_is_for_nothing_else(deleting: World) -> None:
    await types(deleting, deleting.ada, "access grant @olga operator break-glass")
    told = await types(deleting, deleting.olga, "break-glass delete web-1")
    assert told.startswith("Your break-glass holds for start, stop and reboot")
    assert await refused(deleting) == ["U0OLGA permission.refused web-1: role_too_low"]
    assert "@olga was refused break-glass delete on web-1: role too low" in await types(deleting, deleting.ada, "audit")


async def test_a_second_look_that_comes_too_late(deleting: World) -> None:
    deleting.vps.fault("closed_before", action="reboot", times=1)
    await deleting.olga.says("/vps reboot web-1", in_=deleting.ops)
    await deleting.minutes_pass(3)
    [told] = [each for each in deleting.olga.messages(deleting.ops) if "Check again" in deleting.olga.reads(each)]
    value = buttons_of(told)["Check again"]
    await deleting.olga.clicks("Check again", on=told)
    await forged(deleting, deleting.olga, **button(ActionId.REQUEST_LOOK_AGAIN, value))
    assert (await refused(deleting))[-1] == "U0OLGA request.refused web-1: too_late"
    deleting.slack.forget_problems()


async def test_a_list_that_changed_before_the_yes(deleting: World) -> None:
    await deleting.olga.says("/vps reboot web-*", in_=deleting.ops)
    deleting.vps.change("web-2", name="shop-1")
    await deleting.seconds_pass(11)
    await deleting.olga.clicks("Reboot 2 servers")
    await deleting.settle()
    assert await refused(deleting) == ["U0OLGA change.refused web-2: changed"] and deleting.reboots() == 0


class TestStopFirst:
    """The stop before a deletion has its end in the log, like everything that VPS.org was told to do."""

    async def trail(self, world: World) -> list[tuple[str, str, str]]:
        """What the log says of calls and their ends: action, outcome, reason."""
        ends = (Action.POWER_CALLED, Action.POWER_ENDED, Action.DELETE_CALLED, Action.DELETE_ENDED)
        async with world.bot.store.read() as tx:
            return [
                (each.action, each.outcome, each.reason)
                async for each in audit.stream(tx, world.team.id)
                if each.action in ends
            ]

    async def test_a_server_that_is_stopped_and_deleted(self, deleting: World) -> None:
        await decided(deleting, undo_window=60, stop_first=True)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(5)
        stopped = [("power.called", "pending", ""), ("power.ended", "ok", "done")]
        assert await self.trail(deleting) == stopped
        assert "stop of web-1 (12345): succeeded" in await types(deleting, deleting.ada, "audit")
        await deleting.minutes_pass(60)
        assert await self.trail(deleting) == [
            *stopped,
            ("delete.called", "pending", ""),
            ("delete.ended", "ok", "done"),
        ]

    async def test_one_that_stood_still_already(self, deleting: World) -> None:
        deleting.vps.change("web-1", status="stopped")
        await decided(deleting, undo_window=60, stop_first=True)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(65)
        assert [action for action, *_ in await self.trail(deleting)] == ["delete.called", "delete.ended"]
        assert deletions(deleting) == 1

    async def test_a_stop_that_is_refused_for_the_moment_is_not_done(self, deleting: World) -> None:
        await decided(deleting, undo_window=60, stop_first=True)
        await asks(deleting, deleting.olga)
        deleting.vps.fault("status", action="stop", times=1, status=409, body={"detail": "Server is locked."})
        await deleting.amir.clicks("Approve")
        await deleting.seconds_pass(40)
        called = ("power.called", "pending", "")
        assert await self.trail(deleting) == [called] and deleting.amir.sees("Stopping it first…")
        await deleting.minutes_pass(5)
        assert await self.trail(deleting) == [called, called, ("power.ended", "ok", "done")]
        await deleting.minutes_pass(60)
        assert deletions(deleting) == 1

    async def test_a_server_that_can_not_be_stopped_is_not_deleted(self, deleting: World) -> None:
        await decided(deleting, undo_window=60, stop_first=True)
        await asks(deleting, deleting.olga)
        deleting.vps.fault("status", action="stop", times=99, status=409, body={"detail": "Server is locked."})
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(70)
        assert deletions(deleting) == 0 and len(deleting.vps.calls(action="stop")) == 5
        assert (await self.trail(deleting))[-2:] == [
            ("power.ended", "failed", "not_stopped"),
            ("delete.ended", "failed", "not_stopped"),
        ]
        told = "@olga web-1 was not deleted: it was to be stopped first, and is active. VPS.org says: "
        assert times(deleting.olga, f'{told}"Server is locked."') == 1

    async def test_a_stop_that_never_ends_is_not_done_and_can_be_withdrawn_or_is_given_up(
        self, deleting: World
    ) -> None:
        await decided(deleting, undo_window=60, stop_first=True)
        deleting.vps.settings.stop_seconds = None
        for name in ("web-1", "web-2"):
            await asks(deleting, deleting.olga, name)
            await deleting.amir.clicks("Approve", on=card_of(deleting, deleting.amir))
            await deleting.minutes_pass(5)
        await deleting.olga.clicks("Cancel", on=card_of(deleting, deleting.olga))
        await deleting.minutes_pass(70)
        assert deletions(deleting) == 0 and ("power.ended", "ok", "done") not in await self.trail(deleting)
        assert deleting.olga.sees("@olga web-1 was not deleted: it was to be stopped first, and is stopping.")
        assert deleting.olga.sees("if it is stopped by now, start it with /vps start web-2.")

    async def test_a_stop_that_is_refused(self, deleting: World) -> None:
        await decided(deleting, undo_window=60, stop_first=True)
        await asks(deleting, deleting.olga)
        deleting.vps.fault("status", action="stop", times=9, status=403)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(65)
        trail = await self.trail(deleting)
        assert [action for action, *_ in trail] == ["power.called", "power.ended", "delete.ended"]
        assert trail[1][1:] == trail[2][1:] == ("failed", "token_refused")
        assert not deleting.olga.sees("VPS.org was told to stop it before"), "it was not: VPS.org said no"

    async def test_a_deletion_that_fails_after_its_stop_was_accepted_says_that_it_was(self, deleting: World) -> None:
        await decided(deleting, undo_window=60, stop_first=True)
        deleting.vps.settings.stop_seconds = None
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.seconds_pass(0.5)
        assert len(deleting.vps.calls(action="stop")) == 1
        deleting.vps.fault("status", action="show", times=9, status=403)
        await deleting.minutes_pass(2)
        assert (await self.trail(deleting))[-1] == ("delete.ended", "failed", "token_refused")
        assert deleting.olga.sees(
            "VPS.org was told to stop it before: if it is stopped by now, start it with /vps start"
        )
