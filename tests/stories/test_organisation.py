"""An organisation installs the app for all its workspaces, and removes it."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace

from tests.stories.installing import Both, a_browser, installed, log_of, rows, typed
from tests.stories.telling import ON_SQLITE
from tests.world import World


async def test_an_organisation_s_installation_serves_its_workspaces(both: Both) -> None:
    world = both.world
    async with a_browser(world) as browser:
        page = await browser.installs(world.team, world.ada, org_wide=True)
    assert "vpsbot is installed in the organisation acme." in page
    assert await rows(world, "SELECT id, org_wide FROM installations") == [("E0ACME", True)]
    for enterprise, answered in (("E0OTHER", False), ("E0ACME", True)):
        assert ("connect" in await typed(world, world.ada, "connect", enterprise)) is answered
    assert f"vpsbot access.seeded {world.ada.id}: installed" in await log_of(world, world.team.id)
    await world.settle()
    assert world.slack.api_calls("users.info")[-1].response["ok"], "it calls Slack with the organisation's token"
    assert await rows(world, "SELECT enterprise FROM workspaces WHERE id = 'T0ACME'") == [("E0ACME",)]

    await installed(world, world.team, world.ada)
    await removed(world, "E0ACME")
    assert await rows(world, "SELECT id, resting_since FROM workspaces") == [("T0ACME", None)], "it has its own now"
    assert "vpsbot app.removed : app_uninstalled" in await log_of(world, "E0ACME")


async def test_an_organisation_that_removes_the_app_lets_all_its_workspaces_rest(both: Both) -> None:
    world = both.world
    async with a_browser(world) as browser:
        await browser.installs(world.team, world.ada, org_wide=True)
        await typed(world, world.ada, "connect", "E0ACME")
        await world.team.uninstall(quietly=True)
        await removed(world, "E0ACME")
        [[resting]] = await rows(world, "SELECT resting_since FROM workspaces WHERE id = 'T0ACME'")
        assert resting is not None
        assert "not installed" in await typed(world, world.ada, "disconnect", "E0ACME")
        await browser.installs(world.team, world.ada, org_wide=True)
    assert await rows(world, "SELECT resting_since FROM workspaces WHERE id = 'T0ACME'") == [(None,)]
    assert "/vps list" in await typed(world, world.ada, "list", "E0ACME")


@ON_SQLITE
async def test_an_organisation_that_installs_it_again_at_that_moment_keeps_it(both: Both) -> None:
    world = both.world

    def again(name: str, moment: str) -> None:
        if (name, moment) == ("install.remove", "after"):  # of its first workspace
            with closing(sqlite3.connect(world.database)) as database, database:
                database.execute("UPDATE installations SET installed_at = '2030-01-01 00:00:00'")

    async with a_browser(world) as browser:
        await browser.installs(world.team, world.ada, org_wide=True)
        await typed(world, world.ada, "connect", "E0ACME")
        world.seams = replace(world.seams, witness=again)
        await world.restart()
        await world.team.uninstall(quietly=True)
        await removed(world, "E0ACME")
    assert await rows(world, "SELECT id FROM installations") == [("E0ACME",)]
    assert "app.removed" not in " ".join(await log_of(world, "E0ACME"))


async def removed(world: World, enterprise: str) -> None:
    """Slack says that an organisation has removed the app."""
    event = {
        "type": "event_callback",
        "event_id": "Ev0REMOVED",
        "team_id": "",
        "event": {"type": "app_uninstalled"},
        "authorizations": [{"enterprise_id": enterprise, "team_id": None, "is_enterprise_install": True}],
    }
    body = json.dumps(event).encode()
    answer = await world.slack.send_raw(body, {**world.slack.sign(body), "Content-Type": "application/json"})
    assert answer.status == 200
    await world.settle()
