"""Bodies that are signed but have a shape that nothing of Slack's has: 400, no traceback, nothing done."""

import json
from collections.abc import Iterator
from copy import deepcopy
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
    "an action without a name": {"type": "block_actions", "actions": [{}]},
    "a button in a view that is a number": {"type": "block_actions", "actions": [{"action_id": "x"}], "view": 5},
    "a choice that is a list": {"type": "block_actions", "actions": [{"action_id": "x", "selected_option": [1]}]},
    "a dialog whose state is a word": {
        "type": "view_submission",
        "view": {"type": "modal", "callback_id": "x", "state": "x"},
    },
    "an address that is a number": {
        "type": "view_submission",
        "view": {"type": "modal", "callback_id": "x"},
        "response_urls": [5],
    },
    "an event of a person that is a number": {"type": "event_callback", "event": {"type": "x", "user": 5}},
    "an event for a number": {"type": "event_callback", "event": {"type": "x"}, "authorizations": [1]},
}

VIEW = {
    "type": "modal",
    "id": "V1",
    "callback_id": "settings",
    "private_metadata": "x",
    "hash": "1",
    "state": {"values": {"name": {"value": {"value": "x", "selected_option": {"value": "a"}}}}},
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "value"},
        }
    ],
}
WHO = {"user": {"id": "U0OLGA"}, "team": {"id": "T0ACME"}, "trigger_id": "1", "enterprise": {"id": "E1"}}
CHOICE = {"action_id": "x", "block_id": "b", "value": "v", "action_ts": "1", "selected_option": {"value": "a"}}
BODIES: dict[str, Any] = {
    "a click": WHO
    | {"type": "block_actions", "channel": {"id": "C0OPS"}, "container": {"channel_id": "C0OPS"}, "actions": [CHOICE]},
    "a choice in a dialog": WHO | {"type": "block_actions", "view": VIEW, "actions": [CHOICE]},
    "a submit": WHO | {"type": "view_submission", "view": VIEW, "response_urls": []},
    "a closed dialog": WHO | {"type": "view_closed", "view": VIEW},
    "an event": {
        "type": "event_callback",
        "team_id": "T0ACME",
        "authorizations": [{"team_id": "T0ACME", "is_enterprise_install": False}],
        "event": {"type": "user_change", "user": {"id": "U0OLGA"}, "channel": "C0OPS", "tokens": {"bot": ["x"]}},
    },
    "a command": {"command": "/vps", "text": "help", "team_id": "T0ACME", "user_id": "U0OLGA", "channel_id": "C0OPS"},
}
"""What Slack sends, with all that is read of it."""


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


@OVER_HTTP
@pytest.mark.parametrize("kind", BODIES)
async def test_no_part_of_a_body_in_another_shape_is_our_fault(
    world: World, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for turn, body in enumerate(_bent(BODIES[kind])):
        raw = json.dumps(body | {"event_id": f"Ev{turn}"}).encode()
        answer = await world.slack.send_raw(raw, world.slack.sign(raw) | {"Content-Type": "application/json"})
        assert answer.status == 200 or 400 <= answer.status < 500, body
    said = capfd.readouterr()
    assert "Traceback" not in said.out + said.err
    world.slack.forget_problems()


def _bent(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body with one part of it in another shape, for each part and shape."""
    for [*parents, name] in _paths(body):
        for shape in (5, "x", [1], [{"a": 1}], {"a": {"b": 5}}):
            bent = deepcopy(body)
            parent: Any = bent
            for each in parents:
                parent = parent[each]
            parent[name] = shape
            yield bent


def _paths(part: Any, *above: Any) -> Iterator[tuple[Any, ...]]:
    named = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, value in named:
        yield (*above, name)
        yield from _paths(value, *above, name)
