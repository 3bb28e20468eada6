"""How many commands a second the local Slack delivers: it must not be what is measured."""

import asyncio
import time
from pathlib import Path

from aiohttp import web

from bot.sandbox.slack.testing import LocalSlack

MANIFEST = Path(__file__).resolve().parents[1] / "manifest.yml"
COMMANDS = 1_500
AT_ONCE = 16


async def dispatched_a_second() -> float:
    """Sixteen people type `/vps list` as fast as they can, to a bot in the same process that answers nothing."""
    application = web.Application()
    application.router.add_post("/slack/events", _nothing)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack = LocalSlack(manifest=MANIFEST)
    team = slack.add_team("acme")
    people = [team.add_person(f"person{number}") for number in range(AT_ONCE)]
    team.add_channel("ops", bot=True)
    async with slack:
        slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"

        async def type_on(number: int) -> None:
            for _ in range(COMMANDS // AT_ONCE):
                await people[number].says("/vps list")

        began = time.perf_counter()
        await asyncio.gather(*(type_on(number) for number in range(AT_ONCE)))
        seconds = time.perf_counter() - began
    await runner.cleanup()
    return COMMANDS // AT_ONCE * AT_ONCE / seconds


async def _nothing(_request: web.Request) -> web.Response:
    return web.Response()
