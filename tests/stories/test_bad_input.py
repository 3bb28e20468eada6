"""Whatever is typed gets a sentence that says what is wrong and what would be right, and nothing is done."""

import pytest

from bot.contents import router
from tests.stories.telling import changes, last, others_see_nothing_of
from tests.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

BY_HAND = "Type it by hand, please; nothing was done."


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ('reboot "web-1', 'A quote is opened and never closed: "web-1. Close it, or leave it out.'),
        ("reboot “web-1", 'A quote is opened and never closed: "web-1. Close it, or leave it out.'),
        ("reboot 'web-1", "A quote is opened and never closed: 'web-1. Close it, or leave it out."),
        ('list "', 'A quote is opened and never closed: ". Close it, or leave it out.'),
        ('reboot "web-1"x', 'A quote is opened and never closed: "web-1"x. Close it, or leave it out.'),
        ("reboot web\u200b-1", f"Your text has an invisible character in it (U+200B). {BY_HAND}"),
        ("reboot \u202eweb-1", f"Your text has an invisible character in it (U+202E). {BY_HAND}"),
        ("reboot web-1\u2066", f"Your text has an invisible character in it (U+2066). {BY_HAND}"),
        ("reboot web-1\x07", f"Your text has an invisible character in it (U+0007). {BY_HAND}"),
        ("reboot \x00", f"Your text has an invisible character in it (U+0000). {BY_HAND}"),
        ("reboot \ufeffweb-1", f"Your text has an invisible character in it (U+FEFF). {BY_HAND}"),
        ("reboot " + "x" * 3993, "That is 4,000 characters long; at most 1,000 are read. Nothing was done."),
        ("x" * 1001, "That is 1,001 characters long; at most 1,000 are read. Nothing was done."),
        ("reboot " + "web-9 " * 150, "There is no server web-9. Did you mean web-1 or web-2? Nothing was done."),
        ("reboot " + "y" * 990, f"There is no server {'y' * 59}…. /vps list shows all you can see."),
        ("🦊", "There is no command 🦊. /vps help lists what you can do."),
        (":fox_face: web-1", "There is no command :fox_face:. /vps help lists what you can do."),
        ("reboot 🦊", "There is no server 🦊. /vps list shows all you can see. Nothing was done."),
        ("reboot @olga", "There is no server @U0OLGA. /vps list shows all you can see. Nothing was done."),
        ("reboot @here", "There is no server !here. /vps list shows all you can see. Nothing was done."),
        ("@olga reboot web-1", "There is no command @…. /vps help lists what you can do."),
        ("#ops", "There is no command @…. /vps help lists what you can do."),
        ("reboot &lt;!channel&gt;", "There is no server &lt;!channel&gt;. /vps list shows all you can see."),
        ("reboot <!channel>", "There is no server <!channel>. /vps list shows all you can see. Nothing was done."),
        ("<!channel> web-1", "There is no command <!channel>. /vps help lists what you can do."),
        ("`reboot` web-1", "There is no command 'reboot'. Did you mean /vps reboot? /vps help lists what you can do."),
        ("reboot web-1; stop web-2", "There is no server web-1;. Did you mean web-1 or web-2? Nothing was done."),
        ("reboot --", "There is no server --. /vps list shows all you can see. Nothing was done."),
        ("reboot --all", "The option all needs a value, for example all=…."),
        ("=reboot", "There is no command =reboot. Did you mean /vps reboot?"),
        ("reboot=web-1", "and reboot=… is an option. Did you mean /vps reboot web-1? /vps help lists what you can do."),
        ("--status active", "and status=… is an option. Did you mean /vps list status=active? /vps help lists"),
        ("--force yes", "and force=… is an option. /vps help lists what you can do. Nothing was done."),
        ("reboot=@olga", "and reboot=… is an option. Did you mean /vps reboot @…? /vps help lists"),
        ("reboot\\ web-1", "There is no command reboot\\. Did you mean /vps reboot?"),
        ("' OR 1=1 --", "A quote is opened and never closed: ' OR 1=1 --. Close it, or leave it out."),
        ("reboot ../../etc/passwd", "There is no server ../../etc/passwd. /vps list shows all you can see."),
        ("reboot %00", "There is no server %00. /vps list shows all you can see. Nothing was done."),
        ("reboot [", "There is no server [. /vps list shows all you can see. Nothing was done."),
        ("reboot " + "*" * 400 + "z", "There is no server ***"),
    ],
    ids=lambda value: value[:24].encode("ascii", "backslashreplace").decode(),
)
async def test_it_is_said_to_who_typed_alone_and_nothing_is_done(asked: World, typed: str, answer: str) -> None:
    log = await asked.log()
    await asked.olga.says(f"/vps {typed}", in_=asked.ops)
    await asked.settle()
    assert answer in last(asked.olga)
    others_see_nothing_of(asked, but=asked.olga, words=answer)
    assert changes(asked) == 0 and await asked.log() == log


TAKES_NO_OPTIONS = sorted(word for word, each in router().commands.items() if each.options == ())


@pytest.mark.parametrize("word", TAKES_NO_OPTIONS)
async def test_no_command_reads_past_an_option(asked: World, word: str) -> None:
    log = await asked.log()
    await asked.ada.says(f"/vps {word} web-1 since=7d", in_=asked.ops)
    assert last(asked.ada).startswith(f"There is no option since here. /vps {word} takes no options, for example /vps")
    assert changes(asked) == 0 and await asked.log() == log and asked.ada.dialog is None


@pytest.mark.parametrize("word", sorted(set(router().commands) - set(TAKES_NO_OPTIONS) - {"freeze"}))
async def test_a_command_with_options_names_those_it_takes(asked: World, word: str) -> None:
    log = await asked.log()
    await asked.ada.says(f"/vps {word} xyz=1", in_=asked.ops)
    options = router().commands[word].options
    assert options
    assert last(asked.ada).startswith(f"There is no option xyz here. /vps {word} takes the options {options[0]}")
    assert changes(asked) == 0 and await asked.log() == log


COUNTED = sorted((word, each.words) for word, each in router().commands.items() if each.words is not None)


@pytest.mark.parametrize(("word", "most"), COUNTED)
async def test_no_command_reads_past_a_word(asked: World, word: str, most: int) -> None:
    log = await asked.log()
    typed = " ".join(["web-1"] * most + ["foo"])
    await asked.ada.says(f"/vps {word} {typed}", in_=asked.ops)
    takes = ["no words", "at most 1 word"][most] if most < 2 else f"at most {most} words"
    assert last(asked.ada).startswith(f"foo is one too many: /vps {word} takes {takes}, for example /vps {word}")
    assert changes(asked) == 0 and await asked.log() == log and asked.ada.dialog is None


async def test_a_word_that_is_none_of_a_command_s_is_not_answered_with_a_role(asked: World) -> None:
    await asked.vera.says("/vps status foo", in_=asked.ops)
    assert last(asked.vera).startswith("Type /vps status, /vps status daily 08:30 or /vps status daily off.")
    await asked.vera.says("/vps status daily 08:30", in_=asked.ops)
    assert last(asked.vera).startswith("You are viewer here; this takes admin.")


@pytest.mark.parametrize(
    "typed",
    ["show web‑1", "show web–1", "show\u00a0web-1", "show “web-1”", "show ‘web-1’", "show\tweb-1", "SHOW  WEB-1  "],
)
async def test_what_phones_make_of_it_is_read_as_what_was_meant(asked: World, typed: str) -> None:
    await asked.vera.says(f"/vps {typed}", in_=asked.ops)
    assert last(asked.vera).startswith("web-1\n🟢 active")


async def test_a_thousand_patterns_of_stars_do_not_hold_anybody_up(asked: World) -> None:
    """What took Slack's three seconds would be answered with its `operation_timeout`."""
    for typed in ("*a" * 480, "?*" * 480, "[a-z]*" * 160):
        await asked.vera.says(f"/vps list {typed}", in_=asked.ops)
        assert last(asked.vera).startswith(("None of 5 servers fits", "5 servers")), typed[:20]
