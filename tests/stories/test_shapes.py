"""Bodies that are signed but have a shape that nothing of Slack's has: 400, no traceback, nothing done."""

import json
from typing import Any

import pytest

from tests.stories.telling import OVER_HTTP
from tests.world import World

SHAPES: dict[str, Any] = {
    "no actions": {"type": "block_actions", "actions": []},
    "an action that is a number": {"type": "block_actions", "actions": [1]},
    "actions that are a word": {"type": "block_actions", "actions": "x"},
    "a person that is a number": {"type": "block_actions", "actions": [{}], "user": 5},
    "a view that is a number": {"type": "view_submission", "view": 5},
    "a view without a type": {"type": "view_submission", "view": {}},
    "an event that is a list": {"type": "event_callback", "event": []},
    "an event without a type": {"type": "event_callback", "event": {}},
    "a command that is a list": {"command": ["/vps"]},
}


@OVER_HTTP
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
async def test_a_signed_body_of_an_impossible_shape_gets_400(
    world: World, shape: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    body = json.dumps(shape).encode()
    headers = world.slack.sign(body) | {"Content-Type": "application/json"}
    answer = await world.slack.send_raw(body, headers)
    assert answer.status == 400
    said = capfd.readouterr()
    assert "Traceback" not in said.out + said.err
