"""The stage of these tests: a local Slack with a standing clock, a few people, and a small bot that a test scripts."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.clock import Clock
from bot.sandbox.slack.testing import Channel, LocalPerson, LocalSlack, LocalTeam, Manifest

from .slack_bots import Got, Handler, SmallBot, manifest
from .slack_reference import names_of_its_own

Answer = dict[str, Any]
"""The body of an answer of the Web API."""

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Stage:
    """A workspace with olga and amir, #ops with the bot, #general without it."""

    def __init__(self, slack: LocalSlack, bot: SmallBot) -> None:
        self.slack, self.bot = slack, bot
        self.team: LocalTeam = slack.add_team("acme")
        self.olga: LocalPerson = self.team.add_person("olga", title="Operator", tz="Europe/Berlin")
        self.amir: LocalPerson = self.team.add_person("amir")
        self.ops: Channel = self.team.add_channel("ops", bot=True)
        self.general: Channel = self.team.add_channel("general")

    async def api(self, method: str, token: str | None = None, **args: Any) -> dict[str, Any]:
        """Calls the Web API as a bot does, with a JSON body. `_status` and `_headers` come along."""
        headers = {"Authorization": f"Bearer {self.team.bot_token if token is None else token}"}
        url = self.slack.api_url + method
        async with self.bot.session.post(url, json=args, headers=headers) as reply:
            body: dict[str, Any] = await reply.json()
            return {**body, "_status": reply.status, "_headers": dict(reply.headers)}

    async def form(self, method: str, **args: str) -> dict[str, Any]:
        """Calls the Web API with a form."""
        data = {"token": self.team.bot_token, **args}
        async with self.bot.session.post(self.slack.api_url + method, data=data) as reply:
            body: dict[str, Any] = await reply.json()
            return body

    def trigger(self, view_id: str = "") -> str:
        """A fresh trigger_id, as if olga had just done something."""
        return self.slack.world.trigger(self.team.team, self.olga.id, view_id=view_id)

    async def respond(self, url: str, body: Any) -> tuple[int, str]:
        """Posts to a response_url."""
        async with self.bot.session.post(url, json=body) as reply:
            return reply.status, await reply.text()


Ask = Callable[[Stage], Awaitable[Answer]]
"""A call that a wrong client makes on the stage."""


async def nothing(got: Got) -> str:
    """Acknowledges and says nothing."""
    return ""


@contextlib.asynccontextmanager
async def stage(handler: Handler = nothing, app: Manifest | None = None) -> AsyncIterator[Stage]:
    """Sets the stage, and clears it away."""
    bot = SmallBot(handler)
    await bot.start()
    slack = LocalSlack(manifest=app or manifest(), clock=Clock(standing_at=NOON))
    slack.request_url = bot.url
    await slack.start()
    try:
        yield Stage(slack, bot)
        assert sorted(set(names_of_its_own(slack.exchanges))) == [], "Slack's reference knows no such refusal"
    finally:
        await slack.stop()
        await bot.stop()


def text_block(text: str = "Hello", **more: Any) -> dict[str, Any]:
    """A section."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(label: str = "Go", **more: Any) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "text": {"type": "plain_text", "text": label}, **more}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A dialog."""
    plain = {"type": "plain_text", "text": "Dialog"}
    return {"type": "modal", "title": plain, "callback_id": "dialog", "blocks": list(blocks), **more}


def field(label: str = "Name", **element: Any) -> dict[str, Any]:
    """An input block."""
    inner = {"type": "plain_text_input", "action_id": "value", **element}
    return {
        "type": "input",
        "block_id": label.lower(),
        "label": {"type": "plain_text", "text": label},
        "element": inner,
    }


SUBMIT = {"type": "plain_text", "text": "Send"}


def asks(method: str, **args: Any) -> Ask:
    """A call whose arguments may name `{ops}`, `{general}`, `{olga}`."""

    async def ask(s: Stage) -> Answer:
        names = {"ops": s.ops.id, "general": s.general.id, "olga": s.olga.id}
        known = {k: v.format(**names) if isinstance(v, str) and k != "text" else v for k, v in args.items()}
        return await s.api(method, **known)

    return ask
