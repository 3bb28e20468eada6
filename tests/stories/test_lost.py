"""A deletion whose end is not known at first: the server is deleted once, and told when it is gone."""

from typing import Any

import pytest

from tests.stories.deleting import asks, there
from tests.stories.telling import BOTH_WAYS, times
from tests.world import World

pytestmark = BOTH_WAYS


class TestLost:
    """Whatever is lost on the way, the server is deleted once, and told when it is gone."""

    @pytest.mark.parametrize(
        ("kind", "more"),
        [
            ("lost_reply", {}),
            ("closed_before", {}),
            ("late_effect", {"seconds": 12}),
            ("late_list", {"seconds": 20}),
            ("status", {"status": 500}),
            ("status", {"status": 500, "effect": True}),
            ("status", {"status": 429, "retry_after": 5}),
        ],
    )
    async def test_a_delete_whose_end_is_not_known(self, deleting: World, kind: str, more: dict[str, Any]) -> None:
        await asks(deleting, deleting.olga)
        deleting.vps.fault(kind, action="delete", times=1, **more)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(3)
        assert there(deleting) == ["web-2"]
        assert times(deleting.olga, "@olga web-1 is deleted: VPS.org doesn't know it any more.") == 1
