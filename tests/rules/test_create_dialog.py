"""What is wrong with a filled dialog of a creation, by input: also what Slack's own dialog would not send."""

from dataclasses import replace

import pytest

from bot.domain.wanted import Wanted
from bot.features.create.filled import OTHER, Filled, wish
from bot.slack.ids import BlockId
from bot.workspaces.catalogue import Offered

WELL = Filled("app-1", "1", "", "5", "", "us-west")
TYPE_IT = "Choose one, or type its id as VPS.org writes it."


def test_what_is_filled_well_is_a_wish() -> None:
    assert isinstance(wish(WELL, Offered()), Wanted)


@pytest.mark.parametrize(
    ("wrong", "at", "said"),
    [
        ({"plan": ""}, BlockId.OTHER_PLAN, TYPE_IT),
        ({"plan": OTHER}, BlockId.OTHER_PLAN, TYPE_IT),
        ({"plan": OTHER, "other_plan": "x" * 101}, BlockId.OTHER_PLAN, TYPE_IT),
        ({"plan": "x" * 101}, BlockId.PLAN, TYPE_IT),
        ({"system": ""}, BlockId.OTHER_SYSTEM, TYPE_IT),
        ({"system": "x" * 101}, BlockId.SYSTEM, TYPE_IT),
        ({"location": ""}, BlockId.OTHER_LOCATION, TYPE_IT),
        ({"location": "x" * 101}, BlockId.LOCATION, TYPE_IT),
        ({"ssh_key": "4" * 101}, BlockId.SSH_KEY, "The id of a key of your VPS.org account, like 12."),
        ({"purpose": "x" * 201}, BlockId.PURPOSE, "At most 200 characters, please."),
        ({"lives": "8"}, BlockId.LIVES, "Choose one of the lifetimes."),
    ],
)
def test_what_is_not_is_said_at_its_input(wrong: dict[str, str], at: BlockId, said: str) -> None:
    assert wish(replace(WELL, **wrong), Offered()) == {at: said}
