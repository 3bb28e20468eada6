"""`vpsbot demo` on a machine where its port is taken, over each way in, ended as a person or a machine ends it."""

import asyncio
import os
import re
import signal
import socket
import subprocess
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from tests.stories.test_command_line import CHECKOUT, Shell

WITHIN = 60.0
"""Seconds. A bot starts, and Ada sets the workspace up."""


@pytest.mark.parametrize(("words", "sign"), [(("--socket",), signal.SIGTERM), ((), signal.SIGINT)])
async def test_a_taken_port_is_answered_by_the_next_and_it_ends_cleanly(
    tmp_path: Path, words: tuple[str, ...], sign: signal.Signals
) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        demo = await Shell(tmp_path, {}, own_terminal=True).start("demo", "--port", str(taken), *words)
        try:
            port = await _port(demo)
            assert taken < port < taken + 20
            async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
                async with session.get("/") as page:
                    assert page.status == 200
                assert await _over_a_socket(session) == ("--socket" in words)
            if sign == signal.SIGINT:
                os.killpg(demo.pid, sign)  # Ctrl-C reaches the demo and the bot that it has started
            else:
                demo.send_signal(sign)
            async with asyncio.timeout(WITHIN):
                out, err = await demo.communicate()
            assert (demo.returncode, out.strip(), err) == (0, b"Bye.", b"")
        finally:
            if demo.returncode is None:
                os.killpg(demo.pid, signal.SIGKILL)  # the bot would keep its end of the pipe, and this waiting
                await demo.communicate()


@pytest.mark.parametrize(
    ("words", "runs"),
    [(("SOCKET=1",), "exec .venv/bin/vpsbot demo --socket"), ((), "exec .venv/bin/vpsbot demo")],
    ids=["Socket Mode", "HTTP"],
)
def test_make_demo_says_which_way_in(words: tuple[str, ...], runs: str) -> None:
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}  # `make test` sets more
    shown = subprocess.run(
        ["make", "-n", "demo", *words], cwd=CHECKOUT, env=bare, capture_output=True, text=True, timeout=30, check=True
    )
    assert shown.stdout.splitlines()[-1].split() == runs.split()


async def _over_a_socket(session: aiohttp.ClientSession) -> bool:
    """Which way the bot is reached, by what the inspector shows: never both."""
    async with session.get("/_local/exchanges") as reply:
        exchanges = (await reply.json())["exchanges"]
    opened = any(each["name"] == "apps.connections.open" for each in exchanges)
    async with session.get("/_local/state") as reply:
        app = (await reply.json())["workspace"]["app"]
    assert (app["socket_mode"], len(app["connections"])) == (opened, int(opened))
    return opened


async def _port(demo: asyncio.subprocess.Process) -> int:
    """The port of the page that the demo tells people to open; the rest of what it says is read, too."""
    assert demo.stdout is not None
    found = 0
    async with asyncio.timeout(WITHIN):
        while b"Ctrl-C ends it." not in (line := await demo.stdout.readline()):
            assert line, await demo.communicate()
            if address := re.search(rb"http://127\.0\.0\.1:(\d+)/", line):
                found = int(address[1])
    return found
