"""Creations that others have to agree to: always or above a price, and at the price that they agreed to."""

import pytest

from tests.stories.conftest import filled
from tests.stories.creating import bought, creates
from tests.stories.deleting import decided
from tests.stories.telling import BOTH_WAYS, times
from tests.world import World

pytestmark = BOTH_WAYS


class TestConsent:
    """Creation under approval, always or above a price; the price is the provider's own."""

    @pytest.mark.parametrize(
        ("rule", "asked"), [("create", True), ("create above 19.99", True), ("create above 20", False)]
    )
    async def test_by_the_policy(self, deleting: World, rule: str, asked: bool) -> None:
        filled(deleting)
        await deleting.seconds_pass(11)
        await decided(deleting, also=(rule,))
        await creates(deleting, deleting.olga)
        await deleting.seconds_pass(10)
        assert bought(deleting) == (0 if asked else 1)
        assert deleting.amir.sees("@olga asks to create app-1.") is asked
        if asked:
            assert deleting.amir.sees("Standard VPS, 20.00 a month")
            await deleting.amir.clicks("Approve")
        await deleting.seconds_pass(40)
        assert bought(deleting) == 1 and deleting.olga.sees("@olga app-1 is ready:")


class TestPrice:
    """What was agreed to was agreed to at a price: it is read once more right before the call."""

    def costs(self, world: World, price: float | None) -> None:
        """The chosen plan has another price from now on, or isn't shown any more."""
        plan = {"id": 1, "name": "Standard VPS", "price_monthly": price, "locations": ["us-west"]}
        body = {"count": 1, "results": [plan] if price else []}
        world.vps.arm({"kind": "status", "status": 200, "body": body, "match": {"action": "plans"}})

    @pytest.mark.parametrize(
        ("price", "told"),
        [(25.0, "20.00 a month → 25.00 a month"), (None, "20.00 a month → not known"), (20.0, ""), (5.0, "")],
    )
    async def test_that_others_agreed_to(self, deleting: World, price: float | None, told: str) -> None:
        filled(deleting)
        await deleting.seconds_pass(11)
        await decided(deleting, also=("create",))
        await creates(deleting, deleting.olga)
        await deleting.seconds_pass(10)
        self.costs(deleting, price)
        await deleting.amir.clicks("Approve")
        await deleting.seconds_pass(40)
        assert bought(deleting) == (0 if told else 1)
        if told:
            no = f"@olga @amir app-1 was not created: its plan doesn't cost what was shown any more ({told}). Again: "
            assert times(deleting.olga, no) == 1

    @pytest.mark.parametrize(("rule", "bought_at_25"), [("create above 20", 0), ("create above 25", 1)])
    async def test_below_which_nobody_has_to_agree(self, deleting: World, rule: str, bought_at_25: int) -> None:
        filled(deleting)
        await deleting.seconds_pass(11)
        await decided(deleting, also=(rule,))
        deleting.vps.fault("status", action="create", times=1, status=429, retry_after=5)
        await creates(deleting, deleting.olga)
        self.costs(deleting, 25.0)
        await deleting.minutes_pass(1)
        assert bought(deleting) == bought_at_25
        no = (
            "@olga app-1 was not created: its plan doesn't cost what was shown any more (20.00 a month → 25.00 a month)"
        )
        assert times(deleting.olga, no) == 1 - bought_at_25

    async def test_that_can_not_be_read_for_the_moment(self, deleting: World) -> None:
        filled(deleting)
        await deleting.seconds_pass(11)
        await decided(deleting, also=("create",))
        await creates(deleting, deleting.olga)
        await deleting.seconds_pass(10)
        deleting.vps.fault("status", action="plans", status=503, times=5)
        await deleting.amir.clicks("Approve")
        await deleting.settle()
        assert bought(deleting) == 0
        await deleting.minutes_pass(2)
        assert bought(deleting) == 1 and deleting.olga.sees("@olga app-1 is ready:")
