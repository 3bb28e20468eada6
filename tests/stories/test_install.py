"""Many workspaces in one bot: each installs it through Slack, and none sees another's."""

import pytest
from aiohttp import ClientSession

from bot.checking import check_settings
from bot.config import BadSettings, Settings
from bot.slack.ids import ActionId
from tests.conftest import SOCKET, Opens
from tests.stories.installing import ACME, BETA, Both, connected, installed, log_of, rows, typed
from tests.stories.telling import button, forged, last


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
