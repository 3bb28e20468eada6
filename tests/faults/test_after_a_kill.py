"""What people had on their screens when the bot was killed still works afterwards."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.operations import Kind
from tests.faults.databases import Prepared
from tests.faults.rounds import KILLED, finish
from tests.faults.stage import A_MINUTE_LATER, Stage


@pytest.fixture
async def stage(tmp_path: Path, database: Prepared) -> AsyncIterator[Stage]:
    """A workspace with a running server, and no bot yet."""
    opened = Stage(tmp_path / "round", Kind.REBOOT, database=database, settings={})
    opened.has_server()
    await opened.open()
    yield opened
    await opened.close()


async def test_the_cards_button_works_and_the_card_shows_the_end(stage: Stage) -> None:
    stage.vps.settings.reboot_seconds = None
    bot = await stage.start()
    await stage.olga.says("/vps reboot web-1", in_=stage.ops)
    assert await stage.olga.will_see("[Show]"), stage.olga.screen()
    await bot.until(lambda: "commit:operations.answered:after" in bot.points, "the accepted reboot")
    bot.signal(signal.SIGKILL)
    assert await bot.ends() == KILLED
    [card] = [message for message in stage.olga.messages(stage.ops) if message.metadata]

    bot = await stage.start()
    await stage.olga.clicks("Show", on=card)
    assert await stage.olga.will_see("rebooting · id"), "the button of the card that stood there before"

    stage.vps.change("web-1", status="active")
    stage.clock.move(seconds=A_MINUTE_LATER)
    await finish(stage, bot)
    assert "web-1 was rebooted." in stage.olga.reads(card)
    assert "[Show]" not in stage.olga.reads(card), "there is nothing to wait for any more"
    assert len(stage.vps.calls(action="reboot")) == 1


async def test_a_servers_own_button_works(stage: Stage) -> None:
    bot = await stage.start()
    await stage.olga.says("/vps show web-1", in_=stage.ops)
    assert "Reboot" in stage.olga.buttons
    bot.signal(signal.SIGKILL)
    assert await bot.ends() == KILLED

    await stage.olga.clicks("Reboot")
    assert stage.olga.sees("This app did not answer"), "nobody is there, and that is seen"
    assert stage.vps.calls(action="reboot") == []

    bot = await stage.start()
    await stage.olga.clicks("Reboot")
    await finish(stage, bot)
    assert stage.olga.sees("@olga web-1 is active again.")
    assert len(stage.vps.calls(action="reboot")) == 1
