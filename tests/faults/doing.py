"""What people, the provider and Slack do in the scenarios."""

from collections.abc import Callable

from tests.faults.stage import Stage

SLOW = 1.8
"""Seconds of a slow provider: longer than the 1.5 s that an answer may take to go out in the acknowledgement."""


async def types(stage: Stage) -> None:
    """Olga types the command."""
    await stage.olga.says(f"/vps {stage.verb} web-1", in_=stage.ops)


async def types_elsewhere(stage: Stage) -> None:
    """Olga types it where the bot isn't."""
    await stage.olga.says(f"/vps {stage.verb} web-1", in_=stage.general)


async def types_a_pattern_and_agrees(stage: Stage) -> None:
    """Olga types a pattern, and says yes to the list, if she gets one."""
    await stage.olga.says(f"/vps {stage.verb} web-*", in_=stage.ops)
    button = f"{stage.verb.capitalize()} 2 servers"
    if button in stage.olga.buttons:
        await stage.olga.clicks(button)


async def types_an_unknown_name(stage: Stage) -> None:
    """Olga types the name of no server."""
    await stage.olga.says(f"/vps {stage.verb} gateway", in_=stage.ops)


async def noor_types(stage: Stage) -> None:
    """Somebody without a role types it."""
    await stage.noor.says(f"/vps {stage.verb} web-1", in_=stage.ops)


async def types_as_one_of_a_group(stage: Stage) -> None:
    """Nina types it, who holds her role through a group."""
    stage.team.add_group("night-shift", [stage.nina])
    await stage.ada.says("/vps access grant @night-shift operator", in_=stage.ada.direct)
    await stage.nina.says(f"/vps {stage.verb} web-1", in_=stage.ops)


async def olga_leaves(stage: Stage) -> None:
    """Olga's account is deactivated."""
    await stage.team.deactivate(stage.olga, quietly=True)


async def eleven_minutes_pass(stage: Stage) -> None:
    """Nobody is there for a while."""
    stage.clock.move(minutes=11)


def one_server(stage: Stage) -> None:
    """A server, and no trouble."""
    stage.has_server()


def two_servers(stage: Stage) -> None:
    """Two servers that a pattern fits."""
    stage.has_server("web-1")
    stage.has_server("web-2")


def fault(kind: str, *, on: str = "", times: int = 1, **options: object) -> Callable[[Stage], None]:
    """A provider that fails the change itself, or another call (`on`), so many times."""

    def prepare(stage: Stage) -> None:
        stage.has_server()
        stage.vps.arm({"kind": kind, "match": {"action": on or stage.verb}, "times": times, **options})

    return prepare


def slow_and_no_answering(stage: Stage) -> None:
    """A slow provider, and a Slack that doesn't take the answer."""
    fault("slow", on="list", seconds=SLOW)(stage)
    stage.slack.fail("response_url", error="closed")
