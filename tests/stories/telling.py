"""Small words that the stories share."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from bot.sandbox.slack.testing import LocalPerson
from tests.conftest import HTTP, SOCKET
from tests.world import World

ON_SQLITE = pytest.mark.only(HTTP, SOCKET)
"""For stories that meddle with the database file."""

OVER_HTTP = pytest.mark.only(HTTP)
"""For stories about HTTP itself: signatures, bodies, repeats."""

BOTH_WAYS = pytest.mark.both_ways
"""For the stories that everything rests on: two ways in `make test`, where the others go one."""

END = "@olga web-1 is active again."
"""What Olga reads when her reboot is done."""

FORM = "application/x-www-form-urlencoded"


def times(person: LocalPerson, words: str) -> int:
    """How often these words stand on a person's screen: what was promised is told once, not twice."""
    return person.screen().count(words)


def last(person: LocalPerson) -> str:
    """The newest message that a person sees."""
    return person.reads(person.messages()[-1])


def calls(world: World, action: str) -> int:
    """How often the provider was told to do something."""
    return len(world.vps.calls(action=action))


def changes(world: World) -> int:
    """How often the provider was told to change anything at all."""
    return sum(calls(world, action) for action in ("start", "stop", "reboot", "create", "edit", "replace", "delete"))


def others_see_nothing_of(world: World, *, but: LocalPerson, words: str) -> None:
    """Asserts that only one person sees these words."""
    for each in world.team.people.values():
        assert each is but or not each.sees(words), f"{each.name} sees {words!r}"


async def forged(world: World, person: LocalPerson, **payload: object) -> str:
    """Sends an interaction that Slack signed but that no window of Slack's would offer; gives the answer's body."""
    body = by_hand(world, person, payload)
    answer = await sends(world, body)
    await world.settle()
    return answer


def by_hand(world: World, person: LocalPerson, payload: Mapping[str, object]) -> bytes:
    """An interaction as Slack would write it."""
    known = {
        "team": {"id": world.team.id},
        "user": {"id": person.id, "team_id": world.team.id},
        "channel": {"id": world.ops.id},
        "container": {"type": "message", "channel_id": world.ops.id, "message_ts": "1.0"},
        "response_url": world.slack.world.response_url(world.team.team, person.id, world.ops),
        "trigger_id": "forged",
    }
    return urlencode({"payload": json.dumps(known | dict(payload))}).encode()


async def sends(world: World, body: bytes, to: str = "") -> str:
    """Signs it as Slack does and sends it where the bot listens, or to another replica; gives the answer's body."""
    answer = await world.slack.send_raw(body, {**world.slack.sign(body), "Content-Type": FORM}, to)
    assert answer.status == 200, answer.status
    return answer.body.decode()


def button(action_id: str, value: str) -> dict[str, object]:
    """The part of a click that says what was pressed."""
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
    return {"type": "block_actions", "actions": [action]}


async def again(world: World) -> tuple[int, bytes]:
    """Sends the last signed request once more, byte for byte, to wherever the bot listens now."""
    assert world.slack.server.post.last is not None
    _, body, headers = world.slack.server.post.last
    answer = await world.slack.send_raw(body, headers)
    await world.settle()
    return answer.status, answer.body
