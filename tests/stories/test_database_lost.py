"""The connection to PostgreSQL is cut in the middle of a change: the person is told, and nothing is done twice."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from bot.store.postgres import conninfo
from tests.conftest import POSTGRES
from tests.stories.telling import last, times
from tests.stories.test_slow import OURS
from tests.world import World

pytestmark = pytest.mark.only(POSTGRES)

CUT_ONCE = """
CREATE SEQUENCE cutting;
CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF nextval('cutting') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER cuts AFTER INSERT ON operations FOR EACH STATEMENT EXECUTE FUNCTION cut();
"""
"""The first time that a change is filed, when its row is written and not committed. A sequence counts on."""


@pytest.fixture
def database(world: World) -> Iterator["psycopg.Connection[tuple[int]]"]:
    """The story's own look at the database, which will cut the bot's connection once; web-1 runs."""
    world.has_server("web-1")
    with psycopg.connect(conninfo(make_url(world.database_url)), autocommit=True) as connection:
        connection.execute(CUT_ONCE)
        yield connection


def _one(database: "psycopg.Connection[tuple[int]]", query: bytes) -> int:
    found = database.execute(query).fetchone()
    assert found is not None
    return found[0]


async def test_what_was_cut_while_it_was_filed_is_not_acknowledged_and_can_be_asked_for_again(
    world: World, database: "psycopg.Connection[tuple[int]]"
) -> None:
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    assert world.slack.deliveries("command")[-1].status == 500
    await world.seconds_pass(30)
    assert world.olga.sees(OURS) and world.olga.sees("For support:")
    assert world.reboots() == 0 and await world.audit_trail() == []
    assert _one(database, b"SELECT count(*) FROM operations") == 0
    assert _one(database, b"SELECT last_value FROM cutting") == 1, "it was cut where it was meant to be"

    await world.olga.says("/vps reboot web-1")
    assert last(world.olga) == "Rebooting web-1. I'll mention you when it is done."
    await world.seconds_pass(30)
    assert world.reboots() == 1 and times(world.olga, "@olga web-1 is active again.") == 1
    assert isinstance(await world.verified(), int)
    world.slack.forget_problems()  # an error is what Slack was to get


async def test_what_was_acknowledged_before_it_was_cut_is_done_once_all_the_same(
    world: World, database: "psycopg.Connection[tuple[int]]"
) -> None:
    world.vps.fault("slow", action="list", seconds=3.2, times=1)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    assert world.slack.deliveries("command")[-1].status == 200, "it was kept: that is a promise"
    await world.bot.door.answerer.drain(5)
    assert _one(database, b"SELECT last_value FROM cutting") == 1
    assert world.reboots() == 0 and not world.olga.sees(OURS)
    await world.minutes_pass(2)
    assert world.reboots() == 1 and times(world.olga, "@olga web-1 is active again.") == 1
    assert _one(database, b"SELECT count(*) FROM operations") == 1
