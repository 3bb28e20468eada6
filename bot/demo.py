"""`vpsbot demo`: the real bot, as `vpsbot serve` runs it, against a local Slack and a local VPS.org."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import aiohttp

from bot.sandbox.clock import Clock
from bot.sandbox.slack.demo import demo_workspace
from bot.sandbox.slack.testing import LocalSlack
from bot.sandbox.vps import LocalVps
from bot.store.sealing import new_key

MANIFEST = Path(__file__).resolve().parents[1] / "manifest.yml"
TRIES = 20
READY_WITHIN = 30.0

WELCOME = """
  vpsbot demo is ready. Open this page:

      {url}

  You are Olga, an operator. Type  /vps list , then  /vps reboot web-server-01
  With  /vps delete web-server-03  you ask; Amir approves in #approvals. The panel's clock can be moved ahead.
  What you change in the panel's list of servers, the bot isn't told; after Ada's  /vps watch on  it finds out.
  At the top of the page you can be somebody else: Amir approves, Ada is the admin, Vera only looks, Noor has no role.
  For /vps connect, the local VPS.org knows the token  vps_demo_0123456789abcdef
  Ctrl-C ends it.
"""


class SharedClock(Clock):
    """One time for the local Slack, the local VPS.org and, through its input, the bot."""

    def __init__(self) -> None:
        super().__init__()
        self.bot: asyncio.subprocess.Process | None = None

    def move(self, **amount: float) -> None:
        """Moves all three ahead."""
        super().move(**amount)
        if self.bot and self.bot.stdin:
            self.bot.stdin.write(f"{timedelta(**amount).total_seconds()}\n".encode())


async def run(port: int, *, socket: bool = False) -> int:
    """Runs until Ctrl-C; the exit status. A port in use is answered by taking another.

    `socket`: the bot opens a WebSocket to the local Slack (Socket Mode) instead of being called over HTTP.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stopping.set)
    clock = SharedClock()
    vps = LocalVps(clock, token="vps_demo_0123456789abcdef")
    slack = LocalSlack(manifest=MANIFEST, clock=clock, bot_follows_clock=True)
    slack.socket_mode = socket
    team = demo_workspace(slack)
    await _on_a_free_port(vps, 0)
    slack.panel_url = vps.control_url
    await _on_a_free_port(slack, port)
    with tempfile.TemporaryDirectory(prefix="vpsbot-demo-") as folder:
        environment = _environment(folder, slack, team.bot_token, vps)
        if socket:
            environment["SLACK_APP_TOKEN"] = slack.app_token
        bot = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.demo_bot",
            env=os.environ | environment,
            stdin=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        clock.bot = bot
        try:
            address = await _address_of(bot)
            if address is None:
                return 1
            slack.request_url = f"{address}/slack/events"
            await _until_ready(address)
            await _set_up(slack)
            print(WELCOME.format(url=f"{slack.url}/?user=U0OLGA&channel=C0OPS"), flush=True)
            relay = asyncio.create_task(_relay(bot))
            ended = asyncio.create_task(bot.wait())
            waiting = asyncio.create_task(stopping.wait())
            await asyncio.wait({ended, waiting}, return_when=asyncio.FIRST_COMPLETED)
            return await _end(bot, ended, waiting, relay)
        finally:
            with contextlib.suppress(ProcessLookupError):
                bot.kill()
            await slack.stop()
            await vps.stop()


def _environment(folder: str, slack: LocalSlack, bot_token: str, vps: LocalVps) -> dict[str, str]:
    return {
        "HOST": "127.0.0.1",
        "PORT": "0",
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_BOT_TOKEN": bot_token,
        "SLACK_API_URL": slack.api_url,
        "VPS_API_URL": vps.url,
        "VPS_API_TOKEN": vps.token,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/demo.db",
        "VPSBOT_ENCRYPTION_KEYS": new_key(),
        "VPSBOT_ADMINS": "U0ADA",
        "VPSBOT_POLL_INTERVAL": "1",
        "VPSBOT_LOG": "json",
    }


async def _on_a_free_port(program: LocalSlack | LocalVps, port: int) -> None:
    """Listens on the port, or on one of the next when it is in use."""
    for candidate in range(port, port + TRIES) if port else (0,):
        try:
            await program.start(candidate)
        except OSError:
            await program.stop()  # what a start in vain has opened
            continue
        return
    await program.start(0)


async def _address_of(bot: asyncio.subprocess.Process) -> str | None:
    """Where the bot listens, from its own log; None (and what it said) when it could not start."""
    assert bot.stderr is not None
    said: list[str] = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(READY_WITHIN):
            async for raw in bot.stderr:
                line = raw.decode(errors="replace")
                said.append(line)
                with contextlib.suppress(ValueError):
                    entry = json.loads(line)
                    if entry.get("event") == "listening":
                        return str(entry["address"])
    print("The bot could not start:\n" + "".join(said), file=sys.stderr)
    return None


async def _until_ready(address: str) -> None:
    """Waits until the bot says that it can serve people (over Socket Mode: until Slack has greeted it)."""
    async with asyncio.timeout(READY_WITHIN), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{address}/readyz") as answer:
                if answer.status == 200:
                    return
            await asyncio.sleep(0.05)


async def _set_up(slack: LocalSlack) -> None:
    """Ada, the first admin, gives the others their roles and chooses #approvals, the way any admin does."""
    [team] = slack.teams.values()
    ada = team.people["ada"]
    for handle, role in (("vera", "viewer"), ("olga", "operator"), ("amir", "approver")):
        await ada.says(f"/vps access grant @{handle} {role}", in_=ada.direct)
    await ada.says("/vps settings")
    await ada.clicks("Change…")
    if not await ada.will_see("Approvals channel"):
        raise RuntimeError("The demo's admin saw no settings dialog.")
    await ada.chooses("Approvals channel", team.team.channels["C0APPROVALS"])
    await ada.submits()
    await ada.closes_dialog()


async def _relay(bot: asyncio.subprocess.Process) -> None:
    """Shows the bot's warnings; its ordinary lines stay out of the way."""
    assert bot.stderr is not None
    async for raw in bot.stderr:
        line = raw.decode(errors="replace")
        if '"level": "info"' not in line:
            print(line, end="", file=sys.stderr, flush=True)


async def _end(
    bot: asyncio.subprocess.Process,
    ended: "asyncio.Task[int]",
    waiting: "asyncio.Task[bool]",
    relay: "asyncio.Task[None]",
) -> int:
    waiting.cancel()
    if ended.done():
        print("The bot ended by itself; its last lines are above.", file=sys.stderr)
        return 1
    with contextlib.suppress(ProcessLookupError):
        bot.terminate()
    try:
        await asyncio.wait_for(asyncio.shield(ended), 12)
    except TimeoutError:
        bot.kill()
    await relay
    print("Bye.")
    return 0
