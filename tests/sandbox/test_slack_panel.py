"""The panel's way to a real local VPS.org: servers are changed there, behind the app's back, and each page is told."""

from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse

from bot.sandbox.vps import LocalVps

from .slack_stage import NOON, Stage, stage

Json = dict[str, Any]
STANDARD = "Standard VPS"


async def panel(s: Stage, method: str, path: str, body: Json | None = None) -> tuple[int, Json]:
    """A call of the page; its status and its answer."""
    async with s.bot.session.request(method, f"{s.slack.url}/_local/panel/{path}", json=body) as reply:
        return reply.status, await reply.json()


async def heard(page: ClientWebSocketResponse, event: str) -> None:
    """Waits until a page is told something."""
    while f"\nevent: {event}\n" not in await page.receive_str(timeout=5):
        pass


async def test_every_change_is_made_at_the_provider_and_each_page_reads_again() -> None:
    async with stage() as s, LocalVps(s.slack.clock, fleet="empty") as vps:
        s.slack.panel_url = vps.control_url
        events = f"{s.slack.url}/_local/events?team={s.team.id}&user={s.amir.id}"
        async with s.bot.session.ws_connect(events) as page:
            status, added = await panel(s, "POST", "servers", {"name": "web-1", "created_at": NOON.isoformat()})
            assert (status, added["status"], added["plan"]["name"]) == (201, "active", STANDARD)
            await heard(page, "panel")
            server, address = f"servers/{added['id']}", "198.51.100.1"
            for change in ({"status": "stopped"}, {"ip_address": address}, {"plan": 2}, {"name": "web-2"}):
                assert (await panel(s, "PATCH", server, change))[0] == 200
                await heard(page, "panel")
            [there] = vps.servers()
            assert (there.name, there.status, there.ip_address, there.created_at) == ("web-2", "stopped", address, NOON)
            assert there.plan is not None and there.plan.name == "Performance VPS"
            assert await panel(s, "DELETE", server) == (200, {"ok": True})
            await heard(page, "panel")
        assert vps.servers() == []
        assert vps.calls() == [], "none of it went through the provider's API"
        assert s.bot.got == [], "and the app is told nothing"


async def test_the_plans_that_a_server_can_be_moved_to() -> None:
    async with stage() as s, LocalVps(s.slack.clock, fleet="empty") as vps:
        s.slack.panel_url = vps.control_url
        _, answer = await panel(s, "GET", "plans")
        named = {plan["name"]: plan["price_monthly"] for plan in answer["plans"]}
        assert (named[STANDARD], len(named)) == (20.0, 6)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("PATCH", "servers/7", {"colour": "red"}, 400, "a server has no field 'colour'"),
        ("PATCH", "servers/7", {"plan": 99}, 400, "there is no plan 99"),
        ("PATCH", "servers/99", {"status": "stopped"}, 404, "there is no server '99'"),
        ("DELETE", "servers/99", None, 404, "there is no server '99'"),
        ("POST", "servers", {"id": 7}, 400, "id 7 is in use"),
        ("POST", "servers", {"name": 1}, 400, "name is a text"),
    ],
)
async def test_a_mistake_is_answered_with_the_providers_sentence(
    method: str, path: str, body: Json | None, status: int, says: str
) -> None:
    async with stage() as s, LocalVps(s.slack.clock, fleet="empty") as vps:
        s.slack.panel_url = vps.control_url
        vps.add_server("web-1", id=7)
        got, answer = await panel(s, method, path, body)
        assert got == status and answer["error"].startswith(says)
        assert [(server.id, server.name, server.status) for server in vps.servers()] == [(7, "web-1", "active")]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "accounts"),
        ("DELETE", "tokens/vps_local"),
        ("PATCH", "settings"),
        ("GET", "calls"),
        ("POST", "servers/7"),
        ("PATCH", "servers"),
        ("DELETE", "faults"),
        ("DELETE", "servers/7%2F..%2Ftokens"),
    ],
)
async def test_what_the_panel_has_no_button_for_is_not_handed_on(method: str, path: str) -> None:
    async with stage() as s, LocalVps(s.slack.clock, fleet="empty") as vps:
        s.slack.panel_url = vps.control_url
        status, answer = await panel(s, method, path, {})
        assert (status, answer["error"]) == (404, "not_found")


async def test_a_provider_that_is_gone_and_a_page_of_another_site() -> None:
    async with stage() as s:
        assert (await panel(s, "DELETE", "servers/7"))[1]["message"] == "No local VPS.org is attached."
        async with LocalVps(s.slack.clock, fleet="empty") as vps:
            s.slack.panel_url = vps.control_url
            vps.add_server("web-1", id=7)
            url, foreign = f"{s.slack.url}/_local/panel/servers/7", {"Origin": "http://evil.example"}
            async with s.bot.session.delete(url, headers=foreign) as reply:
                assert reply.status == 403
            assert [server.id for server in vps.servers()] == [7]
        status, answer = await panel(s, "DELETE", "servers/7")
        assert (status, answer["message"]) == (502, "The local VPS.org does not answer.")
