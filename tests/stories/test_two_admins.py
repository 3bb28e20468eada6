"""Power takes two: where a workspace has two admins, the second one has to agree."""

from dataclasses import replace

import pytest

from bot.domain.proposals import NewToken
from bot.slack.ids import ActionId
from bot.store import proposals
from tests.stories.deleting import buttons_of
from tests.stories.governing import answer_of, opens_settings, saves, second_admin, types
from tests.stories.telling import button, forged, last, times
from tests.world import World

OTHER = "vps_another_account_of_ours_42"
WAITS = "This takes a second admin. I asked @amir to agree; until then nothing changes."


async def proposes(world: World) -> None:
    """Ada wants to make Noor approver; Amir is asked."""
    await second_admin(world)
    assert (await types(world, world.ada, "access grant @noor approver")).startswith(WAITS)
    await world.seconds_pass(3)
    assert world.amir.sees("@ada wants to make @noor approver. It takes a second admin: do you agree?")


async def roles(world: World) -> str:
    """Who holds what, as Ada sees it."""
    return await types(world, world.ada, "access")


async def test_a_sole_admin_acts_alone(deleting: World) -> None:
    assert "@noor is approver now" in await types(deleting, deleting.ada, "access grant @noor approver")


async def test_the_second_admin_agrees_and_it_is_done(deleting: World) -> None:
    await proposes(deleting)
    assert "@noor" not in await roles(deleting)
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(5)
    assert "@noor is approver" in await roles(deleting)
    assert deleting.noor.sees("@ada made you approver")
    assert times(deleting.ada, "You wanted to make @noor approver. @amir agreed: it is done.") == 1
    assert "Agree" not in deleting.amir.buttons
    log = [line.split(":")[0] for line in await deleting.log()]
    assert log[-3:] == ["U0ADA proposal.made U0NOOR", "U0AMIR proposal.agreed U0NOOR", "U0ADA access.granted U0NOOR"]
    assert isinstance(await deleting.verified(), int)


async def test_the_second_admin_declines(deleting: World) -> None:
    await proposes(deleting)
    await deleting.amir.clicks("Decline")
    await deleting.seconds_pass(5)
    assert "@noor" not in await roles(deleting)
    assert deleting.ada.sees("You wanted to make @noor approver. @amir declined: nothing was changed.")
    assert "U0AMIR proposal.declined U0NOOR: " in await deleting.log()


async def test_nobody_answers_within_a_day(deleting: World) -> None:
    await proposes(deleting)
    [card] = [each for each in deleting.amir.messages() if "do you agree?" in deleting.amir.reads(each)]
    value = buttons_of(card)["Agree"]
    await deleting.minutes_pass(24 * 60 + 1)
    assert deleting.ada.sees("You wanted to make @noor approver. Nobody agreed within a day: nothing was changed.")
    assert "Agree" not in deleting.amir.buttons
    await forged(deleting, deleting.amir, **button(ActionId.PROPOSAL_AGREE, value))
    assert deleting.amir.sees("Too late. Nobody agreed within a day: nothing was changed.")
    assert "vpsbot proposal.expired U0NOOR: " in await deleting.log() and "@noor" not in await roles(deleting)
    deleting.slack.forget_problems()


async def test_who_has_no_word_in_it(deleting: World) -> None:
    """Who proposed it, who is no admin, who was quicker, and an id that was made by hand."""
    await proposes(deleting)
    [card] = [each for each in deleting.amir.messages() if "do you agree?" in deleting.amir.reads(each)]
    value = buttons_of(card)["Agree"]
    await forged(deleting, deleting.ada, **button(ActionId.PROPOSAL_AGREE, value))
    assert deleting.ada.sees("You proposed this yourself: another admin has to agree. Nothing was changed.")
    await forged(deleting, deleting.olga, **button(ActionId.PROPOSAL_AGREE, value))
    assert deleting.olga.sees("You are operator here; this takes admin.")
    await forged(deleting, deleting.amir, **button(ActionId.PROPOSAL_AGREE, "01nothing"))
    assert deleting.amir.sees("There is no such proposal here. Nothing was changed, and this is in the log.")
    assert "@noor" not in await roles(deleting)
    await forged(deleting, deleting.amir, **button(ActionId.PROPOSAL_AGREE, value))
    await forged(deleting, deleting.amir, **(button(ActionId.PROPOSAL_AGREE, value) | {"action_ts": "2"}))
    assert deleting.amir.sees("Too late. @amir agreed: it is done.")
    log = await deleting.log()
    assert [line for line in log if "proposal.refused" in line] == [
        "U0ADA proposal.refused U0NOOR: own",
        "U0AMIR proposal.refused U0NOOR: too_late",
    ]
    assert "U0AMIR input.refused : no such proposal" in log
    assert sum("access.granted U0NOOR" in line for line in log) == 1
    deleting.slack.forget_problems()


async def test_a_proposal_of_another_workspace_is_none_here(deleting: World) -> None:
    await proposes(deleting)
    async with deleting.bot.store.begin("story.elsewhere") as tx:
        [known] = await proposals.waiting(tx, deleting.team.id)
        await proposals.add(tx, replace(known, id="01elsewhere", workspace="T0OTHER"))
    for action in (ActionId.PROPOSAL_AGREE, ActionId.PROPOSAL_DECLINE):
        await forged(deleting, deleting.amir, **button(action, "01elsewhere"))
    assert times(deleting.amir, "There is no such proposal here.") == 2
    async with deleting.bot.store.read() as tx:
        [theirs] = await proposals.waiting(tx, "T0OTHER")
    assert theirs.open and "@noor" not in await roles(deleting)
    deleting.slack.forget_problems()


async def test_what_changed_meanwhile_makes_it_void(deleting: World) -> None:
    await proposes(deleting)
    await types(deleting, deleting.amir, "access grant @noor viewer")
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(5)
    void = "Nothing was changed: what it is about was changed in the meantime. Propose it again."
    assert deleting.amir.sees(void) and deleting.ada.sees(void)
    assert "@noor is viewer" in await roles(deleting)
    assert "U0AMIR proposal.void U0NOOR: changed" in await deleting.log()


async def test_who_proposed_it_has_to_be_admin_still(deleting: World) -> None:
    await proposes(deleting)
    await types(deleting, deleting.amir, "access revoke @ada")
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(5)
    assert deleting.amir.sees("Nothing was changed: who proposed it may not do it any more.")
    assert "@noor" not in await types(deleting, deleting.amir, "access")


@pytest.mark.parametrize(("who", "why"), [("ada", "who proposed it may not"), ("noor", "who would get the role")])
async def test_accounts_are_looked_at_again(deleting: World, who: str, why: str) -> None:
    await proposes(deleting)
    await deleting.team.deactivate(deleting.team.people[who])
    await deleting.minutes_pass(2)
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(5)
    assert deleting.amir.sees(f"Nothing was changed: {why}")


async def test_an_admin_whose_account_is_gone_is_no_second_one(deleting: World) -> None:
    await second_admin(deleting)
    await deleting.team.deactivate(deleting.amir)
    await deleting.minutes_pass(2)
    assert "@noor is admin now" in await types(deleting, deleting.ada, "access grant @noor admin")


async def test_proposed_anew_the_older_one_is_void(deleting: World) -> None:
    await proposes(deleting)
    await types(deleting, deleting.ada, "access grant @noor admin")
    await deleting.seconds_pass(5)
    assert deleting.amir.sees("@ada wants to make @noor approver. Nothing was changed: it was proposed anew.")
    assert deleting.amir.buttons.count("Agree") == 1


async def test_less_power_and_what_one_has_acts_at_once(deleting: World) -> None:
    await second_admin(deleting)
    assert "@noor is operator now" in await types(deleting, deleting.ada, "access grant @noor operator")
    assert "@amir is approver now" in await types(deleting, deleting.ada, "access grant @amir approver"), "less"
    assert "holds no role" in await types(deleting, deleting.ada, "access revoke @amir")


async def test_the_button_on_an_access_request_takes_two_as_well(deleting: World) -> None:
    await second_admin(deleting)
    await deleting.vera.says("/vps freeze", in_=deleting.ops)
    await deleting.vera.clicks("Ask for access")
    await deleting.seconds_pass(3)
    await deleting.ada.clicks("Grant")
    await deleting.settle()
    assert last(deleting.ada).startswith(WAITS)
    await deleting.seconds_pass(3)
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(5)
    assert deleting.vera.sees("@ada made you approver") and "Grant" not in deleting.ada.buttons
    assert sum("access.granted U0VERA" in line for line in await deleting.log()) == 2, "once as viewer, once now"


async def test_looser_settings_wait_and_tighter_ones_do_not(deleting: World) -> None:
    await second_admin(deleting)
    assert await saves(deleting, Deletions_by_all_in_a_day="3") == {}
    assert "Saved: deletions of the workspace in a day 10 → 3." in await answer_of(deleting, deleting.ada)
    assert await saves(deleting, Deletions_by_all_in_a_day="30") == {}
    assert "I asked @amir to agree" in await answer_of(deleting, deleting.ada)
    await deleting.seconds_pass(3)
    assert deleting.amir.sees("wants to change the settings: deletions of the workspace in a day 3 → 30.")
    assert "or 3 by all in a day" in await types(deleting, deleting.ada, "settings")
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(5)
    assert "or 30 by all in a day" in await types(deleting, deleting.ada, "settings")
    assert deleting.amir.sees("@ada changed the settings: deletions of the workspace in a day 3 → 30.")


async def test_moving_the_approvals_channel_waits(deleting: World) -> None:
    await second_admin(deleting)
    await deleting.team.add_bot_to(deleting.general)
    await opens_settings(deleting)
    await deleting.ada.chooses("Approvals channel", deleting.general)
    assert await deleting.ada.submits() == {}
    assert "I asked @amir to agree" in await answer_of(deleting, deleting.ada)
    await deleting.seconds_pass(3)
    moved = "approvals channel #ops → #general"
    assert deleting.amir.sees(moved)
    assert "Asked for in #ops." in await types(deleting, deleting.ada, "settings"), "until then it is where it was"
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(5)
    assert "Asked for in #general." in await types(deleting, deleting.ada, "settings")
    assert moved in deleting.vera.screen(deleting.ops), "told where consent was asked for before"
    assert moved not in deleting.vera.screen(deleting.general)


@pytest.mark.parametrize("word", ["Agree", "Decline"])
async def test_another_token_waits_sealed_and_is_forgotten_whatever_is_decided(deleting: World, word: str) -> None:
    await second_admin(deleting)
    deleting.vps.add_account(OTHER, email="second@example.com")
    deleting.vps.add_server("elsewhere-1", token=OTHER)
    before = await connected(deleting)
    await deleting.ada.says("/vps connect", in_=deleting.ada.direct)
    await deleting.settle()
    await deleting.ada.fills("API token", OTHER)
    assert await deleting.ada.submits() == {}
    assert "I asked @amir to agree" in await answer_of(deleting, deleting.ada)
    await deleting.seconds_pass(15)
    assert deleting.amir.sees("wants to connect this workspace to the VPS.org account second@example.com")
    assert "web-1" in await types(deleting, deleting.olga, "list"), "until then it is the account that it was"
    assert await connected(deleting) == before
    async with deleting.bot.store.read() as tx:
        [waiting] = await proposals.waiting(tx, deleting.team.id)
    assert isinstance(waiting.change, NewToken) and waiting.change.token == OTHER
    assert OTHER.encode() not in await deleting.kept(), "sealed"
    await deleting.amir.clicks(word)
    await deleting.seconds_pass(15)
    async with deleting.bot.store.read() as tx:
        over = await proposals.get(tx, deleting.team.id, waiting.id)
    assert over and isinstance(over.change, NewToken) and over.change.token == "", "the row holds it no longer"
    assert OTHER.encode() not in await deleting.kept()
    since = (await connected(deleting))[len(before) :]
    shown = await types(deleting, deleting.olga, "list")
    if word == "Agree":
        assert deleting.ada.sees("@amir agreed: it is done.")
        assert since == ["U0ADA token.connected second@example.com: "]
        assert "elsewhere-1" in shown and "web-1" not in shown
    else:
        assert deleting.ada.sees("@amir declined") and since == []
        assert "web-1" in shown and "elsewhere-1" not in shown


async def connected(world: World) -> list[str]:
    """What the log says of tokens that were connected."""
    return [line for line in await world.log() if "token.connected" in line]


async def test_a_restart_in_between_loses_nothing(deleting: World) -> None:
    await proposes(deleting)
    await deleting.restart()
    await deleting.amir.clicks("Agree")
    await deleting.seconds_pass(5)
    assert "@noor is approver" in await roles(deleting)


async def test_what_waits_for_a_second_admin_stands_among_the_requests(deleting: World) -> None:
    await proposes(deleting)
    told = await types(deleting, deleting.ada, "requests")
    assert "@ada wants to make @noor approver. A second admin decides: @amir; it expires" in told
    assert "Agree" not in deleting.ada.buttons, "not by who proposed it"
    assert "wants to make" not in await types(deleting, deleting.vera, "requests"), "roles are not for everybody's eyes"
    await types(deleting, deleting.amir, "requests")
    await deleting.amir.clicks("Agree", on=deleting.amir.messages(deleting.amir.direct)[-1])
    await deleting.seconds_pass(5)
    assert "@noor is approver" in await roles(deleting)
    assert await types(deleting, deleting.ada, "requests") == (
        "Nothing is open: no request waits, and nothing is under way."
    )


@pytest.mark.parametrize(
    "how", ["access revoke @amir", "access grant @amir operator", "access grant @amir admin for 9h, then viewer"]
)
async def test_who_took_the_other_admins_role_away_is_no_sole_admin_for_a_day(deleting: World, how: str) -> None:
    await second_admin(deleting)
    for step in ["access grant @amir admin for 9h", "access grant @amir viewer"] if "then" in how else [how]:
        await types(deleting, deleting.ada, step)
    await deleting.seconds_pass(5)
    if "then" in how:
        await deleting.minutes_pass(9 * 60 + 1)
    assert deleting.amir.sees("@ada"), "who was taken it from hears it at once"
    for what in ("access grant @noor approver", "access grant @noor admin"):
        answer = await types(deleting, deleting.ada, what)
        assert answer.startswith(
            "This takes a second admin, and you took another admin's role away less than a day ago."
        )
    assert await saves(deleting, Deletions_by_all_in_a_day="30") == {}
    assert "less than a day ago" in await answer_of(deleting, deleting.ada)
    assert "U0ADA change.refused U0NOOR: alone" in await deleting.log()
    assert "@noor is operator now" in await types(deleting, deleting.ada, "access grant @noor operator"), (
        "gives no power"
    )
    await deleting.minutes_pass(24 * 60 + 1)
    assert "@noor is approver now" in await types(deleting, deleting.ada, "access grant @noor approver")


async def test_of_an_admin_whose_account_was_gone_before_that_does_not_hold(deleting: World) -> None:
    await second_admin(deleting)
    await deleting.team.deactivate(deleting.amir)
    await deleting.minutes_pass(2)
    await types(deleting, deleting.ada, "access revoke @amir")
    assert "@noor is admin now" in await types(deleting, deleting.ada, "access grant @noor admin")


async def test_who_gave_their_own_role_back_leaves_a_sole_admin(deleting: World) -> None:
    await second_admin(deleting)
    await types(deleting, deleting.amir, "access revoke @amir")
    assert "@noor is admin now" in await types(deleting, deleting.ada, "access grant @noor admin")
