"""A local Slack of two workspaces with a small foreign bot and a local VPS.org, in a thread beside the browser."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.sandbox.clock import Clock
from bot.sandbox.slack.testing import Channel, LocalPerson, LocalSlack, LocalTeam
from bot.sandbox.vps import LocalVps
from tests.sandbox.slack_bots import Got, SmallBot, manifest

Json = dict[str, Any]
Answer = TypeVar("Answer")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PATIENCE = 10.0


class Foreign:
    """`/echo` opens `dialog` or else says `reply`; options, submits and the Home tab are answered as set here."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._speaks = asyncio.Event()
        self.clock = Clock(standing_at=NOON)
        self.vps = LocalVps(self.clock)
        self.bot = SmallBot(self._serve)
        self.slack = LocalSlack(manifest=manifest(), clock=self.clock)
        self.team: LocalTeam = self.slack.add_team("Acme", id="T0ACME")
        self.olga = self.team.add_person("olga", id="U0OLGA", real_name="Olga Operator", title="Platform engineer")
        self.amir = self.team.add_person("amir", id="U0AMIR", real_name="Amir Approver")
        self.ops: Channel = self.team.add_channel("ops", id="C0OPS", bot=True, topic="Servers")
        self.general: Channel = self.team.add_channel("general", id="C0GENERAL", bot=True)
        self.other: LocalTeam = self.slack.add_team("Globex", id="T0GLOBEX")
        self.hank: LocalPerson = self.other.add_person("hank", id="U0HANK", real_name="Hank Scorpio")
        self.lab: Channel = self.other.add_channel("lab", id="C0LAB", bot=True)
        self.forget()

    def forget(self) -> None:
        """Sets every answer back."""
        self.reply: Any = {"text": "Said again."}
        self.dialog: Json | None = None
        self.options: Json = {"options": []}
        self.home: list[Json] = []
        self.submitted: Any = ""
        self.after_click: Any = None
        self._loop.call_soon_threadsafe(self._speaks.set)

    def falls_silent(self) -> None:
        """Lets the bot answer nothing, until all is forgotten."""
        self._loop.call_soon_threadsafe(self._speaks.clear)

    def api(self, method: str, *, of: LocalTeam | None = None, **args: Any) -> Json:
        """Calls the Web API as the bot. The clock moves first: a channel takes one message a second."""
        self.clock.move(seconds=1.5)
        return self.wait(self._api(method, args, of))

    def posts(self, *blocks: Json, text: str = "A message of the app.", **more: Any) -> str:
        """Posts blocks in #ops; gives the `ts`. What Slack would refuse fails here."""
        answer = self.api("chat.postMessage", **({"channel": self.ops.id, "text": text, "blocks": blocks} | more))
        assert answer["ok"], answer
        return str(answer["ts"])

    def told(self, kind: str) -> list[Json]:
        """What the bot was sent of one kind, oldest first."""
        return [got.data for got in self.bot.got if got.kind == kind]

    def action(self) -> Json:
        """The last thing that somebody did in blocks, as the bot was told it."""
        return dict(self.told("block_actions")[-1]["actions"][0])

    def state(self, payload: Json) -> Json:
        """What the inputs of a payload hold: action_id → value."""
        values = (payload.get("view") or payload)["state"]["values"]
        return {action: held for block in values.values() for action, held in block.items()}

    def wait(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Does something in the stage's own thread and waits for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    @property
    def url(self) -> str:
        """The page as Olga in #ops."""
        return self.address()

    def address(self, user: str = "U0OLGA", channel: str = "C0OPS", team: str = "T0ACME", tab: str = "") -> str:
        """The page of somebody, somewhere."""
        return f"{self.slack.url}/?team={team}&user={user}&channel={channel}" + (f"&tab={tab}" if tab else "")

    async def _api(self, method: str, args: Json, of: LocalTeam | None = None) -> Json:
        headers = {"Authorization": f"Bearer {(of or self.team).bot_token}"}
        async with self.bot.session.post(self.slack.api_url + method, json=args, headers=headers) as reply:
            body: Json = await reply.json()
            return body

    async def _serve(self, got: Got) -> Any:
        await self._speaks.wait()
        if got.kind == "command" and self.dialog is not None:
            await self._api("views.open", {"trigger_id": got.data["trigger_id"], "view": self.dialog})
            return ""
        if got.kind == "command":
            return self.reply
        if got.kind == "block_suggestion":
            return self.options
        if got.kind == "view_submission":
            return self.submitted
        if got.kind == "block_actions" and self.after_click is not None:
            await self._api(*self.after_click(got.data))
        if got.kind == "event_callback" and got.data["event"]["type"] == "app_home_opened" and self.home:
            view = {"type": "home", "blocks": self.home}
            await self._api("views.publish", {"user_id": got.data["event"]["user"], "view": view})
        return ""

    async def open(self) -> None:
        """Starts serving."""
        await self.bot.start()
        await self.vps.start()
        self.slack.request_url = self.bot.url
        self.slack.panel_url = self.vps.control_url
        await self.slack.start()

    async def close(self) -> None:
        """Stops serving."""
        await self.slack.stop()
        await self.vps.stop()
        await self.bot.stop()


@contextmanager
def running() -> Iterator[Foreign]:
    """The stage, served from a thread of its own: Playwright has the loop of this one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="the foreign stage", daemon=True)
    thread.start()

    async def build() -> Foreign:
        return Foreign(loop)

    try:
        stage = asyncio.run_coroutine_threadsafe(build(), loop).result(PATIENCE)
        stage.wait(stage.open())
        try:
            yield stage
        finally:
            stage.wait(stage.close())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()
