"""A deletion whose end is not known at first: the server is deleted once, and told when it is gone."""

from typing import Any

import pytest

from tests.stories.deleting import asks, deletions, there
from tests.stories.telling import BOTH_WAYS, times
from tests.world import World

pytestmark = BOTH_WAYS


class TestLost:
    """Whatever is lost on the way, the server is deleted once, and told when it is gone."""

    @pytest.mark.parametrize(
        ("kind", "more", "calls"),
        [
            ("lost_reply", {}, 1),
            ("closed_before", {}, 2),
            ("late_effect", {"seconds": 12}, 2),
            ("late_list", {"seconds": 20}, 1),
            ("status", {"status": 500}, 2),
            ("status", {"status": 500, "effect": True}, 1),
            ("status", {"status": 429, "retry_after": 5}, 2),
        ],
    )
    async def test_a_delete_whose_end_is_not_known(
        self, deleting: World, kind: str, more: dict[str, Any], calls: int
    ) -> None:
        await asks(deleting, deleting.olga)
        deleting.vps.fault(kind, action="delete", times=1, **more)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(3)
        assert there(deleting) == ["web-2"]
        assert times(deleting.olga, TOLD) == 1
        logged = sum("U0OLGA delete.called web-1" in line for line in await deleting.log())
        assert logged == deletions(deleting) == calls, "the log has each of its calls"


class TestToldTooSoon:
    """A deletion is told when both the list and the server's own page know nothing of it, and not before."""

    async def test_a_list_that_shows_it_still(self, deleting: World) -> None:
        await self.agreed_to(deleting, "late_list", seconds=40)
        await deleting.seconds_pass(30)
        assert there(deleting) == ["web-2"] and times(deleting.olga, TOLD) == 0
        await deleting.seconds_pass(60)
        assert times(deleting.olga, TOLD) == 1 and deletions(deleting) == 1

    async def test_a_list_that_leaves_it_out_while_it_is_there(self, deleting: World) -> None:
        await self.agreed_to(deleting, "status", status=204)  # accepted, and not done yet
        deleting.vps.fault("status", action="list", status=200, body={"count": 0, "next": None, "results": []})
        await deleting.minutes_pass(3)
        assert there(deleting) == ["web-1", "web-2"] and times(deleting.olga, TOLD) == 0
        deleting.vps.remove("web-1")
        await deleting.minutes_pass(1)
        assert times(deleting.olga, TOLD) == 1 and deletions(deleting) == 1

    async def agreed_to(self, world: World, fault: str, **more: Any) -> None:
        """Amir agrees to the deletion of web-1, and the call for it meets a fault."""
        await asks(world, world.olga)
        world.vps.fault(fault, action="delete", times=1, **more)
        await world.amir.clicks("Approve")


TOLD = "@olga web-1 is deleted: VPS.org doesn't know it any more."
