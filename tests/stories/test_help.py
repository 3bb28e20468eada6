"""Bare `/vps` and `/vps help`: what this person may do here; the rest is named with the role it takes."""

import pytest

from bot.contents import router
from tests.stories.telling import last, others_see_nothing_of
from tests.world import World

ASKING = pytest.mark.asyncio(loop_scope="module")
EVERYBODY = {"help", "can"}
MAY = {
    "noor": EVERYBODY,
    "vera": EVERYBODY | {"list", "show", "history"},
    "olga": EVERYBODY | {"list", "show", "history", "start", "stop", "reboot"},
    "amir": EVERYBODY | {"list", "show", "history", "start", "stop", "reboot"},
    "ada": EVERYBODY
    | {"list", "show", "history", "start", "stop", "reboot", "access", "audit", "connect", "disconnect"},
}


@ASKING
@pytest.mark.parametrize("person", list(MAY))
@pytest.mark.parametrize("typed", ["/vps", "/vps help", "/vps HELP"])
async def test_everybody_sees_what_they_may_do_and_what_takes_a_role(asked: World, person: str, typed: str) -> None:
    who = asked.team.people[person]
    await who.says(typed, in_=asked.ops)
    able, _, not_able = last(who).partition("Takes a role you don't hold")
    assert able.startswith("What you can do here\n") and "Set up: this help, the account" in able
    words = {word.strip() for line in able.splitlines() for word in line.split(" · ")}
    for command in MAY["ada"]:
        assert (command in words) is (command in MAY[person]), command
        assert (f"{command} (" in not_able) is (command not in MAY[person]), command
    assert len(last(who)) < 1500, "an overview"
    if person == "noor":
        assert "list (viewer)" in not_able and "reboot (operator)" in not_able
        assert "connect (admin)" in not_able and "audit (auditor)" in not_able
    assert who.messages()[-1].only_for == who.id


@ASKING
@pytest.mark.parametrize(
    ("person", "typed", "answer"),
    [
        (
            "vera",
            "help list",
            "/vps list [PATTERN] [status=STATUS] [location=LOCATION] [owner=me|@PERSON] [older=90d] [until=passed]\n"
            "Show the servers, all or those that fit.\n"
            "Takes the role viewer, which you hold.\n"
            "For example: /vps list · /vps list web-* · /vps list status=stopped location=us-west"
            " · /vps list owner=me until=passed",
        ),
        ("vera", "help Reboot", "Takes the role operator, which you don't hold."),
        (
            "noor",
            "help help",
            "/vps help [COMMAND]\nSee what you can do here, or how one command works.\nEveryone may.",
        ),
        ("noor", "help /vps", "There is no command"),
        ("ada", "help access", "/vps access [grant @PERSON|@GROUP ROLE [PATTERN] [break-glass] [for 8h]"),
        ("noor", "help rebot", "There is no command rebot. Did you mean /vps reboot? /vps help lists what you can do."),
        ("noor", "help xyzzy", "There is no command xyzzy. /vps help lists what you can do."),
        (
            "noor",
            "rebot web-1",
            "There is no command rebot. Did you mean /vps reboot? /vps help lists what you can do.",
        ),
        ("noor", "lst", "There is no command lst. Did you mean /vps list? /vps help lists what you can do."),
        ("noor", "xyzzy", "There is no command xyzzy. /vps help lists what you can do."),
        ("noor", "@ada list", "There is no command @…. /vps help lists what you can do."),
    ],
)
async def test_one_command_is_explained_and_an_unknown_one_gets_the_nearest(
    asked: World, person: str, typed: str, answer: str
) -> None:
    who = asked.team.people[person]
    await who.says(f"/vps {typed}", in_=asked.ops)
    assert answer in last(who)
    others_see_nothing_of(asked, but=who, words=answer)


async def test_help_follows_the_role_of_the_moment(world: World) -> None:
    await world.ada.says("/vps access grant @noor viewer web-*", in_=world.ops)
    await world.noor.says("/vps", in_=world.ops)
    assert "\nlist · show · " in last(world.noor)
    await world.ada.says("/vps access revoke @noor")
    await world.noor.says("/vps")
    assert "\nlist · show · " not in last(world.noor)


async def test_every_command_stands_in_the_help_of_who_may_do_everything(world: World) -> None:
    await world.ada.says("/vps", in_=world.ops)
    words = {word.strip() for line in last(world.ada).splitlines() for word in line.split(" · ")}
    assert set(router().commands) <= words


async def test_help_works_while_the_provider_is_down(world: World) -> None:
    await world.vps.stop()
    await world.vera.says("/vps help", in_=world.ops)
    assert last(world.vera).startswith("What you can do here")
