"""Whatever a client sends, the Web API answers in Slack's words and never with a 500."""

import random
from typing import Any

from bot.sandbox.slack.api.registry import METHODS

from .slack_stage import stage

NAMES = [
    "channel",
    "text",
    "blocks",
    "ts",
    "user",
    "users",
    "view",
    "view_id",
    "external_id",
    "trigger_id",
    "hash",
    "user_id",
    "thread_ts",
    "metadata",
    "attachments",
    "files",
    "channel_id",
    "filename",
    "length",
    "cursor",
    "limit",
    "types",
    "code",
    "redirect_uri",
    "grant_type",
    "refresh_token",
    "email",
    "bot",
    "usergroup",
]
VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "x",
    "[",
    "{}",
    "[]",
    [],
    {},
    [1],
    [[]],
    {"type": []},
    {"id": {}},
    "c9",
    "C0OPS",
    "U0OLGA",
]


async def test_garbage_in_arguments_is_refused() -> None:
    chance = random.Random(7)
    async with stage() as s:
        for _ in range(600):
            method = chance.choice(sorted(METHODS.keys() - {"auth.revoke", "apps.uninstall"}))
            args = {name: chance.choice(VALUES) for name in chance.sample(NAMES, 12)}
            if chance.random() < 0.5:
                answer = await s.api(method, **args)
            else:
                answer = await s.form(method, **{name: str(value) for name, value in args.items()})
            assert answer.get("_status", 200) in (200, 429), (method, args)
            assert isinstance(answer["ok"], bool)
            s.slack.clock.move(minutes=1)


async def test_garbage_in_responses_is_refused() -> None:
    chance = random.Random(7)
    async with stage() as s:
        await s.olga.says("/echo")
        for _ in range(100):
            url = s.slack.world.response_url(s.team.team, s.olga.id, s.ops, chance.choice(["", "1.1"]))
            names = (
                "text",
                "blocks",
                "attachments",
                "replace_original",
                "delete_original",
                "response_type",
                "thread_ts",
            )
            status, _ = await s.respond(url, {name: chance.choice(VALUES) for name in chance.sample(names, 3)})
            assert status in (200, 400)
        assert s.olga.screen()
