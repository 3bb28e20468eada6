"""Many workspaces in one bot: each installs it through Slack, and none sees another's."""

import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from sqlalchemy import text

from bot.checking import check_settings
from bot.config import BadSettings, Settings
from bot.sandbox.slack.testing import LocalPerson
from bot.slack.ids import ActionId
from bot.store import audit
from tests.conftest import SOCKET, Opens
from tests.stories.installing import Browser, a_browser, connected, installed
from tests.stories.telling import FORM, ON_SQLITE, button, forged, last, times
from tests.world import World

ACME, BETA = "vps_token_of_acme", "vps_token_of_beta"


class Both:
    """Two workspaces that have nothing to do with each other: Ada's acme, and Bob's beta."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.beta = world.slack.add_team("beta", id="T0BETA", installed=False)
        self.bob = self.beta.add_person("bob", id="U0BOB", real_name="Bob Beta")
        self.ben = self.beta.add_person("ben", id="U0BEN", real_name="Ben Beta")
        self.lobby = self.beta.add_channel("lobby", id="C0LOBBY", bot=True)
        world.vps.add_account(ACME, email="acme@example.com")
        world.vps.add_account(BETA, email="beta@example.com")

    async def install(self) -> None:
        """Both install the app and connect their own accounts."""
        await installed(self.world, self.world.team, self.world.ada)
        await installed(self.world, self.beta, self.bob)
        await connected(self.world, self.world.ada, ACME)
        await connected(self.world, self.bob, BETA)


@pytest.fixture
async def both(opens: Opens) -> AsyncIterator[Both]:
    """A bot that nobody has installed yet, and two workspaces that will."""
    async with opens(many=True) as world:
        yield Both(world)


async def log_of(world: World, workspace: str) -> list[str]:
    """A workspace's log as `actor action target: reason`."""
    async with world.bot.store.read() as tx:
        return [f"{e.actor} {e.action} {e.target}: {e.reason}" async for e in audit.stream(tx, workspace)]


async def rows(world: World, query: str) -> list[tuple[object, ...]]:
    """What the database holds, read beside the bot."""
    async with world.bot.store.read() as tx:
        return [tuple(row) for row in await tx.connection.execute(text(query))]


async def test_a_bot_without_any_workspace_is_ready(both: Both) -> None:
    async with ClientSession() as session, session.get(f"{both.world.bot_url}/readyz") as answer:
        assert answer.status == 200
    assert await typed(both.world, both.bob, "list", "") == "vpsbot is not installed in this workspace."


async def test_who_installs_it_is_the_first_admin_and_can_begin(both: Both) -> None:
    page = await installed(both.world, both.beta, both.bob)
    assert "vpsbot is installed in beta. You are its first admin: connect it to VPS.org with /vps connect." in page
    await connected(both.world, both.bob, BETA)
    await both.bob.says("/vps audit", in_=both.lobby)
    assert both.bob.sees("@bob became the first admin, having installed the app")
    assert both.bob.sees("@bob installed the app in this workspace")
    assert "vpsbot is installed in beta. Type /vps help" in await installed(both.world, both.beta, both.ben)
    await both.ben.says("/vps access", in_=both.lobby)
    assert "You have no role here yet" in last(both.ben), "who installs it again gets nothing by it"


async def test_whom_the_settings_name_is_the_first_admin_whoever_installs_it(opens: Opens) -> None:
    async with opens(many=True, admins="T0BETA:U0BEN") as world:
        both = Both(world)
        assert "first admin" not in await installed(world, both.beta, both.bob)
        assert "You are its first admin" in await installed(world, world.team, world.ada)
        assert f"vpsbot access.seeded {both.ben.id}: " in await log_of(world, both.beta.id)
        assert not [line for line in await log_of(world, both.beta.id) if both.bob.id in line and "seeded" in line]


async def test_each_has_its_own_servers_roles_log_and_tokens(both: Both) -> None:
    world = both.world
    await both.install()
    mine = world.vps.add_server("web-1", token=ACME, status="active")
    world.vps.add_server("shop-1", token=BETA, status="active")
    await world.ada.says("/vps access grant @olga operator", in_=world.ops)
    await world.seconds_pass(15)
    for person, place, sees, not_ in (
        (world.olga, world.ops, "web-1", "shop-1"),
        (both.bob, both.lobby, "shop-1", "web-1"),
    ):
        await person.says("/vps list", in_=place)
        assert person.sees(sees) and not person.sees(not_)
    await both.bob.says("/vps reboot web-1", in_=both.lobby)
    assert "web-1" in last(both.bob) and not world.vps.calls(action="reboot")

    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.minutes_pass(3)
    assert world.olga.sees("web-1")
    logs = [await log_of(world, team) for team in (world.team.id, both.beta.id)]
    assert any("power.ended" in line for line in logs[0]) and not any("web-1" in line for line in logs[1])
    assert not any(both.bob.id in line for line in logs[0]) and not any(world.ada.id in line for line in logs[1])
    told = {call.team for call in world.slack.api_calls("chat.postMessage") if "web-1" in str(call.request)}
    assert told == {world.team.id}

    kept = await world.kept()
    for secret in (ACME, BETA, world.team.bot_token, both.beta.bot_token, world.slack.client_secret):
        assert secret.encode() not in kept
    await forged_ids(both, str(mine.id))


async def forged_ids(both: Both, server: str) -> None:
    """Bob presses buttons that carry ids of acme's server and requests: for beta there are none of that id."""
    world = both.world
    before = len(await log_of(world, world.team.id)), len(world.vps.calls(token=ACME))
    [request] = [str(row[0]) for row in await rows(world, "SELECT id FROM requests")]
    for action, value in (
        (ActionId.POWER_STOP, server),
        (ActionId.SHOW, server),
        (ActionId.DELETE, server),
        (ActionId.REQUEST_APPROVE, request),
        (ActionId.REQUEST_CANCEL, request),
    ):
        await forged(
            world,
            both.bob,
            team={"id": both.beta.id},
            user={"id": both.bob.id, "team_id": both.beta.id},
            channel={"id": both.lobby.id},
            container={"type": "message", "channel_id": both.lobby.id, "message_ts": "1.0"},
            response_url=world.slack.world.response_url(both.beta.team, both.bob.id, both.lobby),
            **button(action, value),
        )
    assert not both.bob.sees(str(world.vps.server(server, token=ACME).ip_address)), "nothing of it is shown"
    assert (len(await log_of(world, world.team.id)), len(world.vps.calls(token=ACME))) == before
    assert not world.vps.calls(action="stop")
    world.slack.forget_problems()  # a trigger that was made up opens no dialog


# ---- what comes back from Slack, and doesn't fit


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_to_all(opens_common: Opens) -> AsyncIterator[World]:
    """A bot for answers of Slack's that install nothing."""
    async with opens_common(many=True) as world:
        yield world


Comes = Callable[[Browser, World], Awaitable[str]]
"""Begins an installation; gives the address that the browser comes back with."""


async def _from_another_browser(browser: Browser, world: World) -> str:
    await browser.begins()
    async with a_browser(world) as other:
        return world.team.allow(await other.begins(), world.ada)


async def _without_a_cookie(browser: Browser, world: World) -> str:
    address = world.team.allow(await browser.begins(), world.ada)
    browser.session.cookie_jar.clear()
    return address


async def _made_up(browser: Browser, world: World) -> str:
    state = "1700000000.made-up." + "0" * 64
    browser.session.cookie_jar.update_cookies({"vpsbot_install": state})
    return f"https://vpsbot.example.com/slack/oauth_redirect?{urlencode({'code': '1.2.x', 'state': state})}"


async def _without_a_state(_browser: Browser, _world: World) -> str:
    return "https://vpsbot.example.com/slack/oauth_redirect?code=1.2.x"


async def _late(browser: Browser, world: World) -> str:
    begun = await browser.begins()
    world.clock.move(minutes=10, seconds=1)
    return world.team.allow(begun, world.ada)


async def _used(browser: Browser, world: World) -> str:
    begun = await browser.begins()
    cookies = [(cookie.key, cookie.value) for cookie in browser.session.cookie_jar]
    await browser.comes_back(world.team.deny(begun))
    browser.session.cookie_jar.update_cookies(cookies)
    return world.team.allow(begun, world.ada)


async def _denied(browser: Browser, world: World) -> str:
    return world.team.deny(await browser.begins())


async def _refused(browser: Browser, world: World) -> str:
    return world.team.deny(await browser.begins()).replace("access_denied", "%3Cscript%3Ealert(1)%3C%2Fscript%3E")


async def _without_a_code(browser: Browser, world: World) -> str:
    return world.team.allow(await browser.begins(), world.ada).replace("code=", "node=")


async def _with_a_code_of_before(browser: Browser, world: World) -> str:
    return world.team.allow(await browser.begins(), world.ada).replace("code=", "code=9")


async def _while_slack_is_away(browser: Browser, world: World) -> str:
    world.slack.fail("oauth.v2.access", error="closed")
    return world.team.allow(await browser.begins(), world.ada)


async def _with_another_secret(browser: Browser, world: World) -> str:
    world.slack.fail("oauth.v2.access", error="bad_client_secret")
    return world.team.allow(await browser.begins(), world.ada)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("comes", "status", "said"),
    [
        (_from_another_browser, 400, "This browser did not begin this installation"),
        (_without_a_cookie, 400, "This browser did not begin this installation"),
        (_made_up, 400, "This browser did not begin this installation"),
        (_without_a_state, 400, "This browser did not begin this installation"),
        (_late, 400, "This installation was begun more than ten minutes ago. Start again at /slack/install."),
        (_used, 400, "This answer of Slack&#x27;s was used already."),
        (_denied, 200, "Nothing was installed: you said no."),
        (_refused, 400, "Slack refused: &lt;script&gt;alert(1)&lt;/script&gt;."),
        (_without_a_code, 400, "Slack&#x27;s answer has no code."),
        (_with_a_code_of_before, 502, "Slack does not know this code any more. Start again at /slack/install."),
        (_while_slack_is_away, 502, "Slack could not be reached."),
        (_with_another_secret, 502, "Slack does not know this bot (bad_client_secret)"),
    ],
)
async def test_an_answer_that_does_not_fit_installs_nothing_and_says_why(
    open_to_all: World, comes: Comes, status: int, said: str
) -> None:
    async with a_browser(open_to_all) as browser:
        got = await browser.comes_back(await comes(browser, open_to_all))
    assert got[0] == status
    assert said in got[1] and "<script" not in got[1]
    assert await rows(open_to_all, "SELECT * FROM installations") == []
    assert await log_of(open_to_all, open_to_all.team.id) == []
    open_to_all.slack.forget_problems()


@pytest.mark.asyncio(loop_scope="module")
async def test_the_way_to_slack_asks_for_the_scopes_and_binds_the_browser(open_to_all: World) -> None:
    async with (
        ClientSession() as session,
        session.get(f"{open_to_all.bot_url}/slack/install", allow_redirects=False) as answer,
    ):
        assert urlsplit(answer.headers["Location"]).path == "/oauth/v2/authorize"
        cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age=600" in cookie


# ---- tokens that end


async def test_a_token_that_ends_is_renewed_once_before_it_does(opens: Opens) -> None:
    async with opens(many=True, rotation=True) as world:
        await installed(world, world.team, world.ada)
        first = world.team.bot_token
        world.slack.fail("oauth.v2.access", error="closed")
        await world.minutes_pass(10 * 60 + 2)
        assert world.team.bot_token != first, "tried again a minute later"
        assert len(world.slack.api_calls("oauth.v2.access")) == 3
        await world.minutes_pass(5 * 60)
        await world.ada.says("/vps access grant @olga viewer", in_=world.ops)
        await world.seconds_pass(5)
        assert world.olga.sees("viewer"), "messages go out with the new token"
        kept = await world.kept()
        assert world.team.team.installation.refresh_token.encode() not in kept
        await world.restart()
        await world.minutes_pass(6 * 60)
        assert len(world.slack.api_calls("oauth.v2.access")) == 4


async def test_a_renewal_whose_answer_is_lost_ends_in_rest_not_in_a_loop(opens: Opens) -> None:
    async with opens(many=True, rotation=True) as world:
        await installed(world, world.team, world.ada)
        world.slack.fail("oauth.v2.access", error="lost_reply")
        await world.minutes_pass(13 * 60)
        assert len(world.slack.api_calls("oauth.v2.access")) <= 4
        assert "vpsbot app.removed : token_expired" in await log_of(world, world.team.id)
        assert await world.bot.engine.next_due() is None
        await installed(world, world.team, world.ada)
        await world.ada.says("/vps access", in_=world.ops)
        assert world.ada.sees("admin")
        world.slack.forget_problems()  # a refresh token is used twice when the first answer was lost


# ---- the app is removed


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


# ---- an organisation, and Socket Mode


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


async def typed(world: World, person: LocalPerson, text: str, enterprise: str) -> str:
    """A command as Slack sends it for an app that is installed in a whole organisation; gives the answer."""
    form = {
        "command": "/vps",
        "text": f"help {text}",
        "team_id": world.team.id,
        "enterprise_id": enterprise,
        "is_enterprise_install": "true" if enterprise else "false",
        "user_id": person.id,
        "channel_id": world.ops.id,
        "api_app_id": "A0LOCALAPP",
    }
    body = urlencode(form).encode()
    answer = await world.slack.send_raw(body, {**world.slack.sign(body), "Content-Type": FORM})
    return answer.body.decode()


@pytest.mark.only(SOCKET)
async def test_many_are_served_over_socket_mode(opens: Opens) -> None:
    async with opens(many=True) as world:
        both = Both(world)
        await both.install()
        world.vps.add_server("shop-1", token=BETA, status="active")
        await world.seconds_pass(15)
        await both.bob.says("/vps list", in_=both.lobby)
        assert both.bob.sees("shop-1")
        await world.ada.says("/vps list", in_=world.ops)
        assert not world.ada.sees("shop-1")


# ---- settings that contradict each other

MANY = {"slack_signing_secret": "s", "slack_client_id": "1.2", "slack_client_secret": "x"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (MANY | {"slack_bot_token": "xoxb-1"}, "Unset one or the other."),
        (MANY | {"slack_client_secret": ""}, "SLACK_CLIENT_SECRET is not set."),
        (MANY | {"slack_client_id": ""}, "SLACK_CLIENT_ID is not set."),
        (MANY | {"vps_api_token": "vps_x"}, "VPS_API_TOKEN connects one workspace."),
        (MANY | {"admins": "U0ADA"}, "VPSBOT_ADMINS names U0ADA without a workspace."),
        ({"slack_signing_secret": "s"}, "set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET."),
    ],
)
def test_settings_that_contradict_each_other_are_refused(settings: dict[str, str], said: str) -> None:
    check_settings(Settings.model_validate(MANY | {"admins": "T0ACME:U0ADA"}))
    with pytest.raises(BadSettings) as refused:
        check_settings(Settings.model_validate(settings))
    assert said in str(refused.value)
