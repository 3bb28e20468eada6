"""Whatever is typed gets a sentence that says what is wrong and what would be right, and nothing is done."""

import pytest

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
        ("reboot=web-1", "You can do"),
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
    if typed == "reboot=web-1":
        assert last(asked.olga).startswith("What you can do here")
    else:
        assert answer in last(asked.olga)
        others_see_nothing_of(asked, but=asked.olga, words=answer)
    assert changes(asked) == 0 and await asked.log() == log


@pytest.mark.parametrize(
    "typed",
    ["show web‑1", "show web–1", "show\u00a0web-1", "show “web-1”", "show ‘web-1’", "show\tweb-1", "SHOW  WEB-1  "],
)
async def test_what_phones_make_of_it_is_read_as_what_was_meant(asked: World, typed: str) -> None:
    await asked.vera.says(f"/vps {typed}", in_=asked.ops)
    assert last(asked.vera).startswith("web-1\n🟢 active")


async def test_a_thousand_patterns_of_stars_do_not_hold_anybody_up(asked: World) -> None:
    for typed in ("*a" * 480, "?*" * 480, "[a-z]*" * 160):
        await asked.vera.says(f"/vps list {typed}", in_=asked.ops)
        assert last(asked.vera).startswith(("None of 5 servers fits", "5 servers")), typed[:20]
    slowest = max(exchange.ms for exchange in asked.slack.deliveries("command"))
    assert slowest < 1500, "within the time for an acknowledgement"
