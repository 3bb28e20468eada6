"""Starting and stopping the local VPS.org, by itself and for the command line."""

import asyncio
import socket

import aiohttp
import pytest

from bot.sandbox.clock import Clock
from bot.sandbox.vps import LocalVps, serve

from .vps_desk import opened


async def test_addresses() -> None:
    async with opened() as desk:
        assert desk.vps.url == desk.vps.origin + "/api/v1"
        assert desk.vps.control_url == desk.vps.origin + "/_control"
        assert desk.vps.origin.startswith("http://127.0.0.1:")


def test_there_is_no_address_before_the_start() -> None:
    with pytest.raises(RuntimeError, match="not started"):
        _ = LocalVps().url


async def test_a_port_in_use_is_an_error_of_the_system() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        vps = LocalVps()
        with pytest.raises(OSError, match="address already in use"):
            await vps.start(taken.getsockname()[1])
    await vps.stop()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", ""])
async def test_only_the_loopback(host: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        await LocalVps().start(host=host)


async def test_it_goes_on_from_where_it_stopped() -> None:
    async with opened() as desk:
        desk.vps.add_server("kept")
        await desk.vps.stop()
        with pytest.raises(aiohttp.ClientConnectorError):
            await desk.call("GET", "/servers/")
        await desk.vps.start()
        assert [row["name"] for row in (await desk.call("GET", "/servers/")).results] == ["kept"]


async def test_copies_given_out_do_not_change_the_state() -> None:
    vps = LocalVps(Clock(), fleet="empty")
    given = vps.add_server("web-1")
    given.name = "scribbled"
    vps.servers()[0].status = "scribbled"
    vps.server("web-1").hostname = "scribbled"
    assert "scribbled" not in repr(vps.server("web-1"))


async def test_serve_runs_until_it_is_cancelled() -> None:
    begun: asyncio.Future[LocalVps] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(serve(token="vps_cli_token", dialect="vendor", started=begun.set_result))
    async with asyncio.timeout(10), aiohttp.ClientSession() as session:
        vps = await begun
        headers = {"Authorization": "Bearer vps_cli_token"}
        async with session.get(f"{vps.url}/servers/", headers=headers) as answer:
            body = await answer.json()
        assert (answer.status, body["count"]) == (200, 12)
        assert "uuid" in body["results"][0]
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"{vps.url}/servers/", headers=headers)
