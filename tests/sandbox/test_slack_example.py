"""A ten-line bot that is not ours, tested with the local Slack."""

from aiohttp import web

from bot.sandbox.slack.testing import Command, LocalSlack, Manifest


async def greet(request: web.Request) -> web.Response:
    form = await request.post()
    text, person = str(form["text"]), str(form["user_id"])
    return web.json_response({"response_type": "in_channel", "text": f"Hello *{text}*, says <@{person}>"})


async def serve_bot() -> tuple[web.AppRunner, str]:
    app = web.Application()
    app.router.add_post("/slack/events", greet)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"


async def test_a_greeting_is_seen_by_everybody() -> None:
    runner, url = await serve_bot()
    async with LocalSlack(manifest=Manifest(commands=(Command("/greet"),))) as slack:
        slack.request_url = url
        team = slack.add_team("acme")
        olga, amir = team.add_person("olga"), team.add_person("amir")
        team.add_channel("ops", bot=True)

        await olga.says("/greet world")

        assert amir.sees("Hello world, says @olga")
        assert slack.problems() == []
    await runner.cleanup()
