"""No workspace waits for another on PostgreSQL either: the bot as a process, with procrastinate, in real time.

What is asserted is an order: everybody else is told before the one that hangs gets anywhere. How long that takes is
the machine's affair; `test_fairness.py` counts it by a clock of its own.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.domain.operations import Kind
from bot.engine.desk import MORE_PER_WORKSPACE
from tests.faults.databases import Prepared
from tests.faults.neighbours import Neighbour, move_in
from tests.faults.process import PATIENCE, BotProcess
from tests.faults.stage import Stage

WORKSPACES = 50

FLEET = MORE_PER_WORKSPACE + 2
"""Servers where the provider hangs: more calls than one workspace has hands."""

TROUBLES = (
    {"kind": "hang", "seconds": 300},
    {"kind": "status", "status": 429, "retry_after": 300},
    {"kind": "status", "status": 401},
)
"""What the provider does to the calls of the first workspaces, one each."""


@pytest.mark.long
@pytest.mark.chaos  # fifty workspaces ask at once, in real time: it needs the machine for itself
async def test_fifty_workspaces_of_which_some_are_in_trouble(tmp_path: Path, nobodys_database: Prepared) -> None:
    stage = Stage(
        tmp_path / "round", Kind.REBOOT, database=nobodys_database, settings={"VPSBOT_PROVIDER_TIMEOUT": "300"}
    )
    all_ = await move_in(stage, WORKSPACES)
    hangs, _, revoked, *_ = all_
    unheard, calm = all_[len(TROUBLES)], all_[len(TROUBLES) + 1 :]
    for each in all_:
        for number in range(FLEET if each is hangs else 1):
            stage.vps.add_server(f"web-{number}", token=each.token)
    for each, trouble in zip(all_, TROUBLES, strict=False):
        stage.vps.arm({**trouble, "match": {"action": "reboot", "token": each.token}})
    stage.slack.fail("chat.postMessage", error="ratelimited", times=9, retry_after=300, team=unheard.team)
    await stage.open()
    try:
        bot = await stage.start()
        await _reboots(hangs)
        assert await bot.until(lambda: _under_way(bot, hangs) == 1 + MORE_PER_WORKSPACE, "all its hands are taken")
        await asyncio.gather(*(_reboots(each) for each in all_[1:]))
        assert await bot.until(lambda: _told(calm, "is active again.") == len(calm), "the others' end"), (
            bot.last_words()
        )
        assert await bot.until(lambda: _told([revoked], "was not rebooted") == 1, "its own end")
        assert _under_way(bot, hangs) == 1 + MORE_PER_WORKSPACE, "it hangs still, and so it did all the time"
        assert len(stage.vps.calls(action="reboot", token=hangs.token)) == 1 + MORE_PER_WORKSPACE
    finally:
        await stage.close()


async def _reboots(each: Neighbour) -> None:
    """Olga reboots all that her workspace has."""
    await each.olga.says("/vps reboot web-*", in_=each.ops)
    assert await each.olga.will_see("[Reboot ", within=PATIENCE)  # so many ask at once: it may come a moment later
    await each.olga.clicks(next(label for label in each.olga.buttons if label.startswith("Reboot ")))


def _under_way(bot: BotProcess, each: Neighbour) -> int:
    """How many calls that change something its workspace waits for."""
    mine = [point for task, points in bot.visits.items() if f"'{each.team.id}'" in task for point in points]
    return mine.count("call:POST reboot:before") - mine.count("call:POST reboot:after")


def _told(those: Sequence[Neighbour], words: str) -> int:
    """In how many of them Olga reads it."""
    return sum(f"@olga web-0 {words}" in each.olga.screen(each.ops) for each in those)
