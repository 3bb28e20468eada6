"""`vpsbot sandbox vps` as whoever runs it meets it."""

import asyncio
import signal
import socket
from pathlib import Path

import aiohttp

from .commands import started

TOKEN = "vps_of_mine"


async def test_it_serves_an_account_until_it_is_interrupted(tmp_path: Path) -> None:
    process = await started(tmp_path, "vps", "--port", "0", "--token", TOKEN)
    assert process.stdout is not None
    async with asyncio.timeout(20):
        url = (await process.stdout.readline()).decode().strip().removeprefix("The local VPS.org: ")
    async with aiohttp.ClientSession() as session:
        for token, status in ((TOKEN, 200), ("vps_of_nobody", 401)):
            headers = {"Authorization": f"Bearer {token}"}
            async with session.get(f"{url}/servers/", headers=headers) as answer:
                assert answer.status == status
                if status == 200:
                    assert "web-server-01" in await answer.text()
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(20):
        _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")


async def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await started(tmp_path, "vps", "--port", str(port))
        async with asyncio.timeout(20):
            out, err = await process.communicate()
    assert (process.returncode, out) == (2, b"")
    assert err.decode() == f"Can't listen on 127.0.0.1:{port}: Address already in use. Choose another --port.\n"
