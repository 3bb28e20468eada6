"""How an answer reaches the person: in the acknowledgement, through the `response_url`, or into the dialog."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from bot.routing import Reply
from bot.slack.blocks import Block, Message, modal, section
from bot.slack.incoming import Entrance, Incoming
from bot.slack.surface import Ack
from bot.slack.web import SlackTrouble, Web

T = TypeVar("T")

log = structlog.get_logger()

WAIT_TITLE = "One moment"

TRIGGER_LIFE = timedelta(seconds=3)
"""How long a trigger_id opens a dialog (Slack, "Modals")."""


DIALOGS_REMEMBERED = 1000
"""How many dialogs' last choices are remembered: far more than are being filled at once."""


class Answerer:
    """Sends answers; keeps every task it starts until it is done, so that none is lost at shutdown."""

    def __init__(self, web: Web, clock: Callable[[], datetime]) -> None:
        self._web = web
        self._clock = clock
        self._tasks: set[asyncio.Task[Any]] = set()
        self._chosen: dict[str, str] = {}
        """By dialog, when something was chosen in it last, as Slack tells it."""

    def ack(self, incoming: Incoming, reply: Reply) -> Ack:
        """The acknowledgement that carries the answer, as far as the entrance lets it."""
        if incoming.entrance is Entrance.COMMAND and reply.opens is None:
            return Ack(_ephemeral(reply.message)) if reply.message else Ack()
        if incoming.entrance is Entrance.VIEW:
            return Ack(_view_answer(reply))
        self.track(self.send(incoming, reply), name=f"send to {incoming.entrance}")
        return Ack()

    def wait_ack(self, incoming: Incoming) -> Ack:
        """The acknowledgement when the answer takes longer."""
        if incoming.entrance is Entrance.VIEW:
            return Ack({"response_action": "update", "view": _notice(WAIT_TITLE, "Working on it…")})
        return Ack()

    async def send(self, incoming: Incoming, reply: Reply) -> None:
        """Sends an answer beside the acknowledgement. An event was nobody's question."""
        if incoming.entrance is Entrance.EVENT:
            return
        try:
            await self._send(incoming, reply)
        except SlackTrouble as trouble:
            log.warning("answer not sent", error=trouble.error, entrance=incoming.entrance)

    def track(self, work: Coroutine[Any, Any, T], *, name: str) -> "asyncio.Task[T]":
        """Starts a task that is kept until it is done."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def drain(self, patience: float) -> None:
        """Waits until everything is sent, for at most `patience` seconds."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=patience)

    async def _send(self, incoming: Incoming, reply: Reply) -> None:
        if reply.opens is not None:
            await self._open(incoming, reply.opens, reply.fills)
        if incoming.entrance is Entrance.VIEW or (incoming.view_id and reply.view is not None):
            await self._show_late(incoming, reply)
        elif reply.message is not None:
            await self._say(incoming, reply.message, replace=reply.replace)

    async def _open(self, incoming: Incoming, view: Block, fills: Awaitable[Reply | None] | None) -> None:
        try:
            if self._clock() - incoming.arrived >= TRIGGER_LIFE:  # this process was stopped, or died, in between
                raise SlackTrouble("expired_trigger_id")
            opened = await self._web.open_view(incoming.workspace, incoming.trigger_id, view)
        except SlackTrouble as trouble:
            log.info("dialog not opened", error=trouble.error)
            await self._say(
                incoming, _plainly("The dialog could not be opened in time. Ask again, please."), replace=False
            )
        else:
            if fills is not None and (reply := await fills):
                await self._show_late(replace(incoming, view_id=opened), reply)

    async def _show_late(self, incoming: Incoming, reply: Reply) -> None:
        """In the dialog that waits for it, or, when the person has closed it, as a message."""
        view = _late_view(reply)
        try:
            await self._update(incoming, view)
        except SlackTrouble as trouble:
            log.info("dialog not updated", error=trouble.error)
            await self._say(incoming, _plainly(view["blocks"][0]["text"]["text"]), replace=False)

    async def _update(self, incoming: Incoming, view: Block) -> None:
        """Replaces what the dialog shows. Answers to quick choices may overtake each other: the last choice's stays."""
        workspace, view_id = incoming.workspace, incoming.view_id
        if incoming.view.get("id") != view_id:  # it was opened for this answer, or submitted
            await self._web.update_view(workspace, view_id, view)
            return
        self._chosen[view_id] = max(incoming.acted_at, self._chosen.pop(view_id, ""))
        if len(self._chosen) > DIALOGS_REMEMBERED:
            del self._chosen[next(iter(self._chosen))]
        try:
            await self._web.update_view(workspace, view_id, view, hash=str(incoming.view.get("hash", "")))
        except SlackTrouble as trouble:
            if trouble.error != "hash_conflict":
                raise
            if self._chosen.get(view_id) == incoming.acted_at:  # what is shown is the answer to an earlier choice
                await self._web.update_view(workspace, view_id, view)

    async def _say(self, incoming: Incoming, message: Message, *, replace: bool) -> None:
        """Privately: through the `response_url`, else as an ephemeral message, else directly."""
        if incoming.response_url:
            try:
                await self._web.respond(incoming.response_url, _ephemeral(message) | {"replace_original": replace})
                return
            except SlackTrouble as trouble:
                log.info("response_url failed", error=trouble.error)
        content = {"text": message.text, "blocks": message.blocks}
        try:
            if not incoming.channel:
                raise SlackTrouble("no_channel")
            await self._web.call(
                incoming.workspace, "chat.postEphemeral", channel=incoming.channel, user=incoming.user, **content
            )
        except SlackTrouble:
            await self._web.call(incoming.workspace, "chat.postMessage", channel=incoming.user, **content)


def _ephemeral(message: Message | None) -> dict[str, Any]:
    if message is None:
        return {}
    return {"response_type": "ephemeral", "text": message.text, "blocks": message.blocks}


def _view_answer(reply: Reply) -> dict[str, Any]:
    if reply.errors:
        return {"response_action": "errors", "errors": dict(reply.errors)}
    view = reply.view or (_notice("vpsbot", reply.message.text) if reply.message else None)
    return {"response_action": "update", "view": view} if view else {}


def _late_view(reply: Reply) -> Block:
    """What a dialog shows that had to wait: errors can't stand at their inputs any more."""
    if reply.view is not None:
        return reply.view
    text = " ".join(reply.errors.values()) or (reply.message.text if reply.message else "Done.")
    return _notice("vpsbot", text)


def _plainly(text: str) -> Message:
    return Message(text, [section(text)])


def _notice(title: str, text: str) -> Block:
    return modal("notice", title, [section(text)])
