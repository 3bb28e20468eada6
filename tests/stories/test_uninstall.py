"""The app leaves a workspace, or its token is withdrawn: what rests there, what goes on, what is forgotten."""

import pytest

from tests.stories.installing import ACME, Both, connected, installed, log_of, rows
from tests.stories.telling import last, times
from tests.world import World


async def test_an_uninstalled_workspace_rests_and_goes_on_when_it_comes_back(both: Both) -> None:
    world = both.world
    await both.install()
    world.vps.add_server("web-1", token=ACME, status="active")
    await world.ada.says("/vps reboot web-1", in_=world.ops)
    await world.settle()
    assert len(world.vps.calls(action="reboot")) == 1, "under way"
    await world.team.uninstall()
    assert [row[0] for row in await rows(world, "SELECT id FROM installations")] == [both.beta.id]
    assert await rows(world, "SELECT token FROM workspaces WHERE id = 'T0ACME'") == [(None,)]

    calls, said = len(world.vps.calls()), len(world.slack.api_calls())
    assert await world.bot.engine.next_due() is None, "else the engine would look without a pause"
    await world.minutes_pass(5)
    assert (len(world.vps.calls()), len(world.slack.api_calls())) == (calls, said)
    await both.bob.says("/vps list", in_=both.lobby)
    assert last(both.bob) == "There are no servers here that you can see.", "the other one is served"

    assert "You are its first admin" not in await installed(world, world.team, world.ada), "roles are kept"
    await world.seconds_pass(5)
    assert (
        times(world.ada, "@ada web-1: the VPS.org account was disconnected before the end of the reboot was seen.") == 1
    )
    [ended] = [line for line in await log_of(world, world.team.id) if "power.ended" in line]
    assert ended.endswith(": disconnected"), "what was under way got its end"
    await connected(world, world.ada, ACME)
    await world.ada.says("/vps reboot web-1", in_=world.ops)
    await world.minutes_pass(3)
    assert len(world.vps.calls(action="reboot")) == 2
    log = await log_of(world, world.team.id)
    assert "vpsbot app.removed : tokens_revoked" in log
    assert "vpsbot token.disconnected acme@example.com: app_uninstalled" in log


async def test_a_withdrawn_token_keeps_the_account_and_an_old_event_changes_nothing(both: Both) -> None:
    world = both.world
    await both.install()
    world.vps.add_server("web-1", token=ACME, status="active")
    await world.ada.says("/vps reboot web-1", in_=world.ops)
    await world.settle()
    await world.team.revoke_token()
    await world.minutes_pass(2)
    await installed(world, world.team, world.ada)
    await world.minutes_pass(3)
    [ended] = [line for line in await log_of(world, world.team.id) if "power.ended" in line]
    assert ended.endswith(": done"), "watched to its end with the same account"

    before = await log_of(world, world.team.id)
    await world.slack.server.events.send(world.team.team, {"type": "app_uninstalled"})
    await world.settle()
    assert await log_of(world, world.team.id) == before, "the event is older than the token that works"


async def test_a_removal_that_was_acknowledged_is_done_however_long_the_bot_was_away(both: Both) -> None:
    world = both.world
    await both.install()
    world.slack.fail("auth.test", error="held", times=2, team=world.team)
    await world.team.uninstall()
    assert world.slack.server.events.waiting == [], "Slack sends it no more"
    await world.crash_bot()
    world.slack.world.faults.clear()
    world.clock.move(minutes=11)
    await world.start_bot()
    await world.minutes_pass(2)
    assert [row[0] for row in await rows(world, "SELECT id FROM installations")] == [both.beta.id]
    assert await rows(world, "SELECT token FROM workspaces WHERE id = 'T0ACME'") == [(None,)]


@pytest.mark.parametrize("trouble", ["internal_error", "ratelimited", "closed"])
async def test_while_slack_can_t_say_whether_the_token_works_nothing_is_forgotten(both: Both, trouble: str) -> None:
    world = both.world
    await both.install()
    before = await log_of(world, world.team.id)
    world.slack.fail("auth.test", error=trouble, times=2, team=world.team)
    await world.slack.server.events.send(world.team.team, {"type": "app_uninstalled"})
    await world.settle()
    assert len(world.slack.server.events.waiting) == 1, "it was not acknowledged, so Slack sends it again"
    await world.seconds_pass(61)
    await world.slack.deliver_due()
    assert world.slack.server.events.waiting == []
    assert await log_of(world, world.team.id) == before, "the event was older than the token that works"
    world.slack.forget_problems()


async def test_one_workspace_rests_too_until_the_bot_gets_its_new_token(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.settle()
    await world.team.revoke_token()
    await world.minutes_pass(1)
    assert await world.bot.engine.next_due() is None
    world.slack.server.world.oauth.install(world.team.team, world.team.team.installation.scopes)
    await world.restart()
    await world.minutes_pass(3)
    assert "power.ended ok" in await world.audit_trail()
