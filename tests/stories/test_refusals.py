"""The log holds every refusal: of a change, and of a word on somebody's request, with a reason that stays the same."""

import pytest

from bot.slack.ids import ActionId
from tests.stories.deleting import asks, breaks_glass, card_of, deletions
from tests.stories.governing import types
from tests.stories.refusing import (
    Story,
    alone,
    clicks,
    clicks_late,
    done,
    edits_one,
    frozen,
    gone_meanwhile,
    over_budget,
    presses_late,
    renamed_meanwhile,
    says,
    stops_both,
    submits,
    waits,
    waits_frozen,
)
from tests.stories.telling import changes
from tests.world import World

REFUSED: dict[str, tuple[Story | None, Story, str, str]] = {
    "power while frozen": (
        frozen,
        says("olga", "reboot web-1"),
        "U0OLGA change.refused web-1: frozen",
        "@olga was refused reboot on web-1: frozen",
    ),
    "several while frozen": (
        frozen,
        stops_both,
        "U0OLGA change.refused 2 servers: frozen",
        "@olga was refused stop on 2 servers (web-1, web-2): frozen",
    ),
    "deleting while frozen": (
        frozen,
        says("olga", "delete web-1"),
        "U0OLGA change.refused web-1: frozen",
        "@olga was refused delete on web-1: frozen",
    ),
    "creating while frozen": (
        frozen,
        says("olga", "create app-1"),
        "U0OLGA change.refused app-1: frozen",
        "@olga was refused create on app-1: frozen",
    ),
    "renaming while frozen": (
        frozen,
        says("olga", "rename web-1 shop-1"),
        "U0OLGA change.refused web-1: frozen",
        "@olga was refused rename on web-1: frozen",
    ),
    "editing while frozen": (
        frozen,
        edits_one,
        "U0OLGA change.refused web-1: frozen",
        "@olga was refused edit on web-1: frozen",
    ),
    "planning while frozen": (
        frozen,
        says("olga", "at 23:00 reboot web-1"),
        "U0OLGA change.refused web-1: frozen",
        "@olga was refused reboot on web-1: frozen",
    ),
    "deleting what is protected": (
        says("ada", "protect web-1"),
        says("olga", "delete web-1"),
        "U0OLGA change.refused web-1: protected",
        "@olga was refused delete on web-1: protected",
    ),
    "breaking the glass over the budget": (
        over_budget,
        breaks_glass,
        "U0ADA change.refused web-1: over_budget",
        "@ada was refused delete on web-1: over budget",
    ),
    "deleting when nobody could approve": (
        alone,
        says("ada", "delete web-1"),
        "U0ADA change.refused web-1: nobody_could",
        "@ada was refused delete on web-1: nobody could",
    ),
    "planning what nobody could approve": (
        alone,
        says("ada", 'at 23:00 delete web-1 reason="old"'),
        "U0ADA change.refused web-1: nobody_could",
        "@ada was refused delete on web-1: nobody could",
    ),
    "a name that is taken": (
        None,
        says("olga", "rename web-1 web-2"),
        "U0OLGA change.refused web-1: name_taken",
        "@olga was refused rename on web-1: name taken",
    ),
    "a server that somebody's request holds": (
        waits,
        says("amir", "reboot web-1"),
        "U0AMIR change.refused web-1: busy",
        "@amir was refused reboot on web-1: busy",
    ),
    "a second request for the same": (
        waits,
        says("amir", "delete web-1"),
        "U0AMIR change.refused web-1: busy",
        "@amir was refused delete on web-1: busy",
    ),
    "a server that is gone meanwhile": (
        gone_meanwhile,
        submits,
        "U0OLGA change.refused web-1: vanished",
        "@olga was refused delete on web-1: vanished",
    ),
    "a server that was changed meanwhile": (
        renamed_meanwhile,
        submits,
        "U0OLGA change.refused web-1: changed",
        "@olga was refused delete on web-1: changed",
    ),
    "approving one's own": (
        lambda world: asks(world, world.amir),
        clicks("amir", "Approve"),
        "U0AMIR request.refused web-1: own",
        "@amir had no word in a request about web-1: own",
    ),
    "cancelling somebody else's": (
        waits,
        clicks("amir", "Cancel"),
        "U0AMIR request.refused web-1: not_theirs",
        "@amir had no word in a request about web-1: not theirs",
    ),
    "approving too late": (
        done,
        clicks_late,
        "U0ADA request.refused web-1: too_late",
        "@ada had no word in a request about web-1: too late",
    ),
    "cancelling too late": (
        done,
        presses_late("olga", ActionId.REQUEST_CANCEL),
        "U0OLGA request.refused web-1: too_late",
        "@olga had no word in a request about web-1: too late",
    ),
    "looking at it too late": (
        done,
        presses_late("ada", ActionId.REQUEST_CLAIM),
        "U0ADA request.refused web-1: too_late",
        "@ada had no word in a request about web-1: too late",
    ),
    "looking at one's own": (
        lambda world: asks(world, world.amir),
        clicks("amir", "I'm looking at it"),
        "U0AMIR request.refused web-1: own",
        "@amir had no word in a request about web-1: own",
    ),
    "approving while frozen": (
        waits_frozen,
        clicks("ada", "Approve"),
        "U0ADA request.refused web-1: frozen",
        "@ada had no word in a request about web-1: frozen",
    ),
}


@pytest.mark.parametrize("what", list(REFUSED))
async def test_it_is_in_the_log_once_and_nothing_is_done(deleting: World, what: str) -> None:
    before, acts, entry, sentence = REFUSED[what]
    if before:
        await before(deleting)
    already, done_before = len(await deleting.log()), changes(deleting)
    await acts(deleting)
    assert [line for line in (await deleting.log())[already:] if ".refused" in line] == [entry]
    assert changes(deleting) == done_before
    assert f"{sentence}\n" in await types(deleting, deleting.ada, "audit")
    await deleting.seconds_pass(20)
    assert changes(deleting) == done_before and isinstance(await deleting.verified(), int)


@pytest.mark.parametrize("typed", ["rename web-1 shop-1", "edit web-1", "create app-1"])
async def test_who_changes_something_while_frozen_is_told_who_froze_it_and_why(deleting: World, typed: str) -> None:
    if typed == "create app-1":  # frozen while the dialog is open
        await deleting.olga.says("/vps create app-1", in_=deleting.ops)
        await deleting.settle()
        for label in ("Plan", "Operating system", "Location"):
            await deleting.olga.chooses(label, deleting.olga.options_of(label)[0])
            await deleting.settle()
        await frozen(deleting)
        await submits(deleting)
    else:
        await frozen(deleting)
        await (edits_one if typed == "edit web-1" else says("olga", typed))(deleting)
    told = deleting.olga.dialog.text if deleting.olga.dialog else deleting.olga.screen()
    assert "Everything is frozen: @amir stopped all changes" in told and "Their reason: “a leak”" in told
    assert changes(deleting) == 0


async def test_denying_changes_nothing_so_it_counts_while_frozen(deleting: World) -> None:
    await waits_frozen(deleting)
    await deleting.ada.clicks("Deny", on=card_of(deleting, deleting.ada))
    await deleting.settle()
    assert await deleting.ada.submits() == {}
    await deleting.seconds_pass(3)
    assert deleting.olga.sees("@olga web-1 was not deleted: @ada denied it.") and deletions(deleting) == 0
