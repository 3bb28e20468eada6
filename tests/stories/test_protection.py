"""Protection: what can't be deleted from Slack until an admin lifts it; a rename doesn't shed it."""

import pytest

from tests.stories.deleting import asks, decided, deletions
from tests.stories.governing import answer_of, saves, second_admin, types
from tests.stories.telling import last, times
from tests.world import World


async def tries(world: World, name: str) -> str:
    """Olga wants to delete a server: what she reads, or that a dialog asks for its name."""
    await world.seconds_pass(11)
    await world.olga.says(f"/vps delete {name}", in_=world.ops)
    await world.settle()
    dialog = world.olga.dialog
    if dialog is None:
        return last(world.olga)
    await world.olga.closes_dialog()
    return dialog.text


async def test_a_server_by_name_is_kept_by_its_id(deleting: World) -> None:
    assert (await types(deleting, deleting.ada, "protect web-1")).startswith("web-1: protected.")
    told = await tries(deleting, "web-1")
    assert "web-1 is protected: it can't be deleted from here. An admin lifts that with" in told
    deleting.vps.change("web-1", name="app-1")
    assert "app-1 is protected: it can't be deleted from here." in await tries(deleting, "app-1")
    assert "Protected: web-1 (" in await types(deleting, deleting.ada, "settings")
    assert "The protection of app-1 is lifted" in await types(deleting, deleting.ada, "unprotect app-1")
    assert await asks(deleting, deleting.olga, "app-1") == {}
    log = await deleting.log()
    assert "U0ADA server.protected web-1: " in log and "U0ADA server.unprotected web-1: " in log


async def test_a_pattern_keeps_what_fits_now_and_what_comes_to_fit(deleting: World) -> None:
    await types(deleting, deleting.ada, "protect web-*")
    assert deleting.ada.sees("That is 2 servers now; a rename doesn't take the protection away.")
    assert "servers that fit web-* can't be deleted from here." in await tries(deleting, "web-2")
    deleting.vps.change("web-1", name="app-1")
    assert "app-1 is protected" in await tries(deleting, "app-1"), "it fitted when the pattern was saved"
    deleting.has_server("web-3")
    assert "web-3 is protected" in await tries(deleting, "web-3"), "its name fits"
    deleting.vps.change("web-3", name="scrap")
    told = await tries(deleting, "scrap")
    assert "scrap is protected: servers that fit web-* can't be deleted from here. It had a name that fits" in told
    assert "A pattern protects it: lift that with /vps unprotect web-*" in await types(
        deleting, deleting.ada, "unprotect scrap"
    )
    assert "A pattern protects it: lift that with /vps unprotect web-*" in await types(
        deleting, deleting.ada, "unprotect web-2"
    )
    await types(deleting, deleting.ada, "unprotect web-*")
    assert deleting.ada.sees("web-* is not protected any more")
    for name in ("app-1", "scrap"):
        assert "Type the server's name" in await tries(deleting, name)


async def test_its_page_says_so_and_offers_no_deletion(deleting: World) -> None:
    olga = deleting.olga
    await olga.says("/vps show web-1", in_=deleting.ops)
    assert "Delete…" in olga.buttons and "🔒" not in last(olga)
    await types(deleting, deleting.ada, "protect web-1")
    await types(deleting, deleting.ada, "protect web-2*")
    for name, told in (
        ("web-1", "🔒 Protected: it can't be deleted from here. An admin lifts that with /vps unprotect web-1."),
        ("web-2", "🔒 Protected: servers that fit web-2* can't be deleted from here. An admin lifts that, for all of"),
    ):
        await olga.says(f"/vps show {name}", in_=deleting.ops)
        assert told in last(olga) and "[Delete…]" not in last(olga)
        assert "[Reboot]" in last(olga), "the rest is as it was"


async def test_what_fitted_while_the_provider_was_away_is_kept_by_id_when_it_is_back(deleting: World) -> None:
    await deleting.seconds_pass(11)
    deleting.vps.fault("status", action="list", status=503)
    await types(deleting, deleting.ada, "protect web-*")
    deleting.vps.clear_faults()
    await deleting.seconds_pass(11)
    await deleting.olga.says("/vps list", in_=deleting.ops)
    deleting.vps.change("web-1", name="app-1")
    assert "app-1 is protected" in await tries(deleting, "app-1")
    assert "Protected: web-*" in await types(deleting, deleting.ada, "settings")


async def test_a_pattern_in_the_settings_is_the_same(deleting: World) -> None:
    assert await saves(deleting, Protected_patterns="web-1\n\n db-* ") == {}
    assert "protected patterns none → web-1, db-*" in await answer_of(deleting, deleting.ada)
    deleting.vps.change("web-1", name="app-1")
    assert "app-1 is protected" in await tries(deleting, "app-1")
    assert "Protected: web-1, db-*" in await types(deleting, deleting.ada, "settings")


async def test_what_was_protected_after_the_request_is_not_deleted(deleting: World) -> None:
    await asks(deleting, deleting.olga)
    await types(deleting, deleting.ada, "protect web-1")
    await deleting.amir.clicks("Approve")
    await deleting.minutes_pass(1)
    assert deletions(deleting) == 0
    assert deleting.olga.sees("web-1 was not deleted: it was protected before its turn came.")


async def test_broken_glass_does_not_reach_through_it(deleting: World) -> None:
    await types(deleting, deleting.ada, "protect web-1")
    assert "web-1 is protected" in await types(deleting, deleting.ada, "break-glass delete web-1") or (
        deleting.ada.dialog is not None and "web-1 is protected" in deleting.ada.dialog.text
    )


async def test_the_channel_and_the_other_admins_hear_of_it(deleting: World) -> None:
    await types(deleting, deleting.ada, "protect web-1 web-2")
    await deleting.seconds_pass(3)
    on = "@ada changed the settings: protected servers none → web-1, web-2."
    assert times(deleting.olga, on) == 1, "in #ops"
    await second_admin(deleting)
    await deleting.team.deactivate(deleting.amir)
    await deleting.minutes_pass(2)
    await types(deleting, deleting.ada, "unprotect web-1")
    await deleting.seconds_pass(3)
    off = "@ada changed the settings: protected servers web-1 → none."
    assert times(deleting.olga, off) == 1
    assert off in deleting.amir.screen(deleting.amir.direct), "an admin is told, too"
    assert not deleting.ada.screen(deleting.ada.direct).count(off), "who did it reads the answer"


async def test_what_is_lifted_by_two_is_told_once_by_whom(deleting: World) -> None:
    await types(deleting, deleting.ada, "protect web-1")
    await second_admin(deleting)
    await types(deleting, deleting.ada, "unprotect web-1")
    await deleting.seconds_pass(3)
    off = "@ada changed the settings: protected servers web-1 → none."
    assert not deleting.olga.sees(off), "it is only proposed"
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(3)
    assert times(deleting.olga, off) == 1 and off in deleting.amir.screen(deleting.amir.direct)


async def test_another_name_keeps_the_protection_and_that_is_logged(deleting: World) -> None:
    await decided(deleting, protected=("web-*",))
    await deleting.olga.says("/vps rename web-1 app-1", in_=deleting.ops)
    await deleting.seconds_pass(10)
    assert "It had a name that fits, and another one doesn't change that." in await tries(deleting, "app-1")
    assert "U0OLGA server.protected web-1: " in await deleting.log()
    assert not deleting.amir.sees("changed the settings"), "nothing of them was: it stays as it is"
    await deleting.ada.says("/vps audit web-1", in_=deleting.ada.direct)
    assert "stays protected through web-* under the name that @olga gave" in last(deleting.ada)
    await deleting.olga.says("/vps rename app-1 web-1", in_=deleting.ops)
    await deleting.seconds_pass(10)
    assert sum("server.protected" in line for line in await deleting.log()) == 1, "it is so already"
    await types(deleting, deleting.ada, "unprotect web-*")
    await deleting.seconds_pass(3)
    await deleting.ada.says("/vps settings on=2026-11-24", in_=deleting.ada.direct)
    assert "web-1" not in last(deleting.ada), "nothing is protected any more, as the log tells it, too"


async def test_what_patterns_keep_is_let_go_with_the_patterns_alone(deleting: World) -> None:
    ada = deleting.ada
    await types(deleting, ada, "protect web-*")
    await deleting.olga.says("/vps rename web-1 app-1", in_=deleting.ops)
    await deleting.seconds_pass(15)
    pattern = (
        "is not protected by itself. Nothing was changed. A pattern protects it: lift that with /vps unprotect web-*"
    )
    for word in ("app-1", "APP-1", "web-1", str(deleting.vps.server("app-1").id)):
        assert await types(deleting, ada, f"unprotect {word}") == f"app-1 {pattern}", word
    deleting.vps.fault("status", action="list", status=503)
    await deleting.seconds_pass(11)
    assert await types(deleting, ada, "unprotect web-1") == f"web-1 {pattern}", "while the provider is away, too"
    deleting.vps.clear_faults()
    await types(deleting, ada, "protect app-1")
    told = await types(deleting, ada, "unprotect app-1")
    assert told.startswith("The protection of app-1 itself is lifted. A pattern protects it: lift that with /vps")
    await types(deleting, ada, "protect *-1")
    told = await types(deleting, ada, "unprotect app-1")
    assert told.endswith("2 patterns protect it: lift each of them, with /vps unprotect web-* and /vps unprotect *-1")
    for glob in ("web-*", "*-1"):
        assert "app-1 is protected" in await tries(deleting, "app-1")
        await types(deleting, ada, f"unprotect {glob}")
    assert "Type the server's name" in await tries(deleting, "app-1")


async def test_lifting_takes_two_where_there_are_two(deleting: World) -> None:
    await types(deleting, deleting.ada, "protect web-1 web-2")
    await types(deleting, deleting.ada, "protect db-*")
    await second_admin(deleting)
    for typed, told in (("web-1", "lift the protection of web-1"), ("db-*", "protected patterns db-* → none")):
        assert "I asked @amir to agree" in await types(deleting, deleting.ada, f"unprotect {typed}")
        await deleting.seconds_pass(3)
        assert deleting.amir.sees(told)
        assert "web-1" in await types(deleting, deleting.ada, "settings")
    for _ in range(2):
        await deleting.amir.clicks("Agree")
        await deleting.seconds_pass(3)
    assert "Protected: web-2 (" in await types(deleting, deleting.ada, "settings")
    assert "Type the server's name" in await tries(deleting, "web-1")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("protect", "Which server? Type its name or id, or a pattern: /vps protect web-server-01"),
        ("protect web-9", "There is no server web-9."),
        ("protect web-* web-1", "One pattern at a time, or servers by name or id"),
        ("protect " + "x" * 101 + "*", "One pattern at a time"),
        ("protect web-1 status=active", "There is no option status here. /vps protect takes no options"),
        ("unprotect", "Which server? Type its name or id, or a pattern: /vps unprotect web-server-01"),
        ("unprotect web-1", "Nothing protected is called web-1. Nothing was changed."),
        ('unprotect "<!channel>"', "Nothing protected is called <!channel>."),
    ],
)
async def test_bad_input(deleting: World, typed: str, told: str) -> None:
    assert told in await types(deleting, deleting.ada, typed)
    await deleting.amir.says(f"/vps {typed}", in_=deleting.ops)
    assert last(deleting.amir).startswith("You are approver here; this takes admin.")
