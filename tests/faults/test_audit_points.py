"""The bot is killed with -9 while it takes the log out as a file, and while its head leaves the house."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.audit import Action
from bot.domain.audit_file import read_head
from bot.domain.operations import Kind
from tests.faults.databases import Prepared
from tests.faults.judge import evidence
from tests.faults.rounds import KILLED, finish
from tests.faults.stage import A_MINUTE_LATER, Stage

POINTS = tuple(
    f"{name}:{moment}"
    for name in (
        *("commit:audit.export", "slack:conversations.open", "slack:files.getUploadURLExternal", "slack:upload"),
        *(
            "commit:notices.claim_files",
            "commit:notices.hold",
            "slack:files.completeUploadExternal",
            "commit:sink.left",
        ),
    )
    for moment in ("before", "after")
)

MAY_COME_TWICE = {"slack:files.completeUploadExternal:after"}
"""Slack had shared the file, and the bot died before it could write that down."""


async def one(folder: Path, point: str, database: Prepared) -> None:
    """Ada asks for the log; the bot dies there, and is started again a minute later."""
    sink = folder.with_suffix(".heads")
    stage = Stage(folder, Kind.REBOOT, database=database, settings={"VPSBOT_AUDIT_SINK": str(sink)})
    await stage.open()
    try:
        killed = await stage.start(kill_at=point)
        if killed.alive:  # the first head leaves the house before anybody asks for anything
            await stage.ada.says("/vps audit export", in_=stage.ada.direct)
        assert await killed.ends() == KILLED, f"{point} was not visited:\n{killed.last_words()}"
        stage.clock.move(seconds=A_MINUTE_LATER)
        process = await stage.start()
        if not any(each.status == 200 for each in stage.asked()):
            await stage.ada.says("/vps audit export", in_=stage.ada.direct)
        assert await process.until(lambda: _has_left(stage, sink), "the head to leave"), process.last_words()
        await finish(stage, process)

        known = await evidence(stage)
        assert isinstance(known.log, int)
        asked = sum(entry.action == Action.AUDIT_EXPORTED for entry in known.entries)
        shown = sum(bool(each.files) for each in stage.ada.messages())
        assert asked == 1 or (asked == 2 and point == "commit:audit.export:after"), "the first one was not acknowledged"
        assert shown in ((asked, asked + 1) if point in MAY_COME_TWICE else (asked,))
    finally:
        await stage.close()


def _has_left(stage: Stage, sink: Path) -> bool:
    """Whether the last line of the sink is the head in the database."""
    lines = sink.read_text(encoding="utf-8").splitlines() if sink.exists() else []
    head = read_head(lines[-1]) if lines else None
    return head is not None and stage.watch.read("SELECT hash FROM audit_heads") == (head.hash,)


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_no_file_and_no_head_is_lost(moment: str, tmp_path: Path, database: Prepared) -> None:
    await _each_of(moment, tmp_path, database)


@pytest.mark.chaos
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_nor_on_postgresql(moment: str, tmp_path: Path, database_on_postgres: Prepared) -> None:
    await _each_of(moment, tmp_path, database_on_postgres)


async def _each_of(moment: str, tmp_path: Path, database: Prepared) -> None:
    points = [point for point in POINTS if point.endswith(moment)]
    rounds = [one(tmp_path / f"round-{number}", point, database) for number, point in enumerate(points)]
    outcomes = await asyncio.gather(*rounds, return_exceptions=True)
    for point, outcome in zip(points, outcomes, strict=True):
        if isinstance(outcome, BaseException):
            outcome.add_note(f"(killed at {point})")
    assert [each for each in outcomes if each is not None] == []
