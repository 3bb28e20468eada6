"""The first start is cut off, by a kill or by a PostgreSQL that goes away: the rest is done by the next try, once."""

from pathlib import Path

import pytest

from bot.domain.audit import Action
from bot.domain.operations import Kind
from bot.serving import LOST
from tests.faults.databases import Prepared, on_postgres
from tests.faults.judge import evidence, judge
from tests.faults.process import BotProcess
from tests.faults.rounds import KILLED, finish
from tests.faults.stage import Stage
from tests.postgres import Postgres

FIRST_POINTS = tuple(
    f"{name}:{moment}"
    for name in ("commit:migrate", "slack:auth.test", "commit:access.seed", "call:GET me", "commit:connect.seed")
    for moment in ("before", "after")
)


@pytest.mark.parametrize("point", FIRST_POINTS)
async def test_a_start_that_was_cut_off_is_done_by_the_next(point: str, tmp_path: Path) -> None:
    stage = Stage(tmp_path / "round", Kind.REBOOT, database=None, settings={})
    stage.has_server()
    await stage.open()
    try:
        killed = await stage.start(kill_at=point)
        assert await killed.ends() == KILLED, f"{point} was not visited"
        assert killed.points[-1] == point

        await _assert_begun_once(stage, await stage.start())
    finally:
        await stage.close()


async def _assert_begun_once(stage: Stage, process: BotProcess) -> None:
    """The bot that listens now serves, and what only the first start does was done once, by whichever try."""
    await stage.ada.says("/vps list", in_=stage.ada.direct)
    assert stage.ada.sees("web-1"), stage.ada.screen()
    await finish(stage, process)
    known = await evidence(stage)
    assert [str(each) for each in judge(stage, known, torn=0)] == []
    made = [entry.action for entry in known.entries]
    assert made == [Action.LOG_STARTED, Action.ACCESS_SEEDED, Action.TOKEN_CONNECTED], "each once, in this order"


CUTS = {
    "while it migrates": (
        "event_trigger",
        "CREATE EVENT TRIGGER cuts ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION cut()",
    ),
    "while it makes the first admins": (
        "trigger",
        "CREATE TRIGGER cuts AFTER INSERT ON grants FOR EACH STATEMENT EXECUTE FUNCTION cut()",
    ),
}
"""Where the connection that the bot uses at that moment is cut: what the trigger returns, and how it is made."""


def _cuts(stage: Stage, where: str, *, times: int) -> None:
    """From now on; a sequence counts on, whatever is rolled back."""
    returns, trigger = CUTS[where]
    stage.watch.run("CREATE SEQUENCE cutting")
    stage.watch.run(
        f"CREATE FUNCTION cut() RETURNS {returns} LANGUAGE plpgsql AS $$ BEGIN "
        f"IF nextval('cutting') <= {times} THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; "
        f"{'' if returns == 'event_trigger' else 'RETURN NULL;'} END $$"
    )
    stage.watch.run(trigger)


@pytest.fixture
def empty_database(postgres: Postgres) -> Prepared:
    """One on PostgreSQL in which nothing ever was."""
    return on_postgres(postgres, postgres.address.set(database="template1").render_as_string(hide_password=False))


@pytest.mark.parametrize("where", CUTS)
async def test_a_start_whose_connection_is_cut_comes_to_its_end_by_itself(
    where: str, tmp_path: Path, empty_database: Prepared, nobodys_database: Prepared
) -> None:
    database = empty_database if where == "while it migrates" else nobodys_database
    stage = Stage(tmp_path / "round", Kind.REBOOT, database=database, settings={})
    stage.has_server()
    _cuts(stage, where, times=2)
    await stage.open()
    try:
        process = await stage.start()
        [tries] = stage.watch.read("SELECT last_value FROM cutting")
        assert process.alive and tries > 2, process.last_words()
        await _assert_begun_once(stage, process)
    finally:
        await stage.close()


async def test_a_start_whose_connection_is_always_cut_ends_with_a_sentence(
    tmp_path: Path, nobodys_database: Prepared
) -> None:
    stage = Stage(tmp_path / "round", Kind.REBOOT, database=nobodys_database, settings={})
    _cuts(stage, "while it makes the first admins", times=99)
    await stage.open()
    try:
        process = stage.launch()
        assert await process.ends(patience=60) == 1, "it tries for up to twenty seconds"
        assert process.lines[-1] == LOST
        assert not process.address and "Traceback" not in process.last_words()
        assert stage.watch.rows("SELECT action FROM audit_entries") == [], "nothing is there in halves"
    finally:
        await stage.close()
