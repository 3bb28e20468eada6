"""How an answer reaches the person: in the acknowledgement, through the `response_url`, or into the dialog."""

import asyncio
import dataclasses
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import structlog

from bot.routing import Reply
from bot.slack.blocks import Block, Message, escape, modal, section
from bot.slack.forms import filled_again, wrong
from bot.slack.incoming import Entrance, Incoming
from bot.slack.surface import Ack
from bot.slack.web import SlackTrouble, Web

T = TypeVar("T")

log = structlog.get_logger()

WAIT_TITLE = "One moment"

CLOSED = "not_found"
"""Slack's word for: nobody has this dialog open any more."""

TRIGGER_LIFE = timedelta(seconds=3)
"""How long a trigger_id opens a dialog (Slack, "Modals")."""


URL_LIFE = timedelta(minutes=29)
"""How long a response_url is used; Slack takes it for 30 minutes ("Handling user interaction")."""

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
        self._updating: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

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
            return Ack({"response_action": "update", "view": modal("notice", WAIT_TITLE, [section("Working on it…")])})
        return Ack()

    async def send(self, incoming: Incoming, reply: Reply) -> None:
        """Sends an answer beside the acknowledgement. An event was nobody's question."""
        if incoming.entrance is Entrance.EVENT:
            return
        try:
            await self._send(incoming, reply)
        except SlackTrouble as trouble:
            log.warning("answer not sent", error=trouble.error, entrance=incoming.entrance)

    def track(self, work: Coroutine[Any, Any, T], *, name: str, awaited: bool = False) -> "asyncio.Task[T]":
        """Starts a task that is kept until it is done. `awaited`: somebody sees what it raises, else the log does."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if not awaited:
            task.add_done_callback(_log_failure)
        return task

    async def drain(self, patience: float) -> None:
        """Waits until everything is sent, for at most `patience` seconds."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=patience)

    async def _send(self, incoming: Incoming, reply: Reply) -> None:
        if reply.opens is not None:
            await self._open(incoming, reply.opens, reply.fills)
        if _is_for_the_dialog(incoming, reply):
            await self._show_late(incoming, reply)
        elif reply.message is not None:
            await self._say(incoming, reply.message, replacing=reply.replace)

    async def _open(self, incoming: Incoming, view: Block, fills: "asyncio.Task[Reply | None] | None") -> None:
        try:
            opened = await self._opened(incoming, view)
        except SlackTrouble as trouble:
            log.info("dialog not opened", error=trouble.error)
            if fills is not None:
                fills.cancel()  # nobody would see it
            await self._say(incoming, _plainly("The dialog could not be opened in time. Ask again, please."))
        else:
            if fills is not None and (reply := await fills):
                await self._show_late(dataclasses.replace(incoming, view_id=opened), reply)

    async def _opened(self, incoming: Incoming, view: Block) -> str:
        """The id of the dialog that now shows this: a new one, or the one that the button stood in."""
        if _clicked_in_dialog(incoming):
            await self._web.update_view(incoming.workspace, incoming.view_id, view)
            return incoming.view_id
        if self._clock() - incoming.arrived >= TRIGGER_LIFE:  # this process was stopped, or died, in between
            raise SlackTrouble("expired_trigger_id")
        return await self._web.open_view(incoming.workspace, incoming.trigger_id, view)

    async def _show_late(self, incoming: Incoming, reply: Reply) -> None:
        """In the dialog that waits for it, or, when the person has closed it, as a message."""
        view = _late_view(incoming, reply)
        try:
            await self._update(incoming, view)
        except SlackTrouble as trouble:
            log.info("dialog not updated", error=trouble.error)
            if said := _instead(incoming, reply, closed=trouble.error == CLOSED):
                await self._say(incoming, said)

    async def _update(self, incoming: Incoming, view: Block) -> None:
        """Replaces what the dialog shows. Answers to quick choices may overtake each other: the last choice's stays."""
        workspace, view_id = incoming.workspace, incoming.view_id
        if incoming.view.get("id") != view_id:  # it was opened for this answer, or submitted
            await self._web.update_view(workspace, view_id, view)
            return
        self._chosen[view_id] = max(incoming.acted_at, self._chosen.pop(view_id, ""))
        if len(self._chosen) > DIALOGS_REMEMBERED:
            del self._chosen[next(iter(self._chosen))]
        async with self._updating.setdefault(view_id, asyncio.Lock()):  # else one without a hash overtakes a later one
            try:
                await self._web.update_view(workspace, view_id, view, hash=str(incoming.view.get("hash", "")))
            except SlackTrouble as trouble:
                if trouble.error != "hash_conflict":
                    raise
                if self._chosen.get(view_id) == incoming.acted_at:  # what is shown is the answer to an earlier choice
                    await self._web.update_view(workspace, view_id, view)

    async def _say(self, incoming: Incoming, message: Message, *, replacing: bool = False) -> None:
        """Privately: through the `response_url`, else as an ephemeral message, else directly."""
        if incoming.response_url and self._clock() - incoming.arrived < URL_LIFE:
            try:
                await self._web.respond(incoming.response_url, _ephemeral(message) | {"replace_original": replacing})
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
    view = reply.view or (_shown(reply.message) if reply.message else None)
    return {"response_action": "update", "view": view} if view else {}


def _clicked_in_dialog(incoming: Incoming) -> bool:
    """Whether a button was pressed in a dialog that may go: what is being filled in stays."""
    view = incoming.raw.get("view")
    if incoming.entrance is not Entrance.ACTION or not incoming.view_id or not isinstance(view, Mapping):
        return False
    return view.get("type") == "modal" and not view.get("submit")


def _is_for_the_dialog(incoming: Incoming, reply: Reply) -> bool:
    if incoming.entrance is Entrance.VIEW:
        return True
    if reply.view is not None:
        return bool(incoming.view_id)
    return reply.message is not None and _clicked_in_dialog(incoming)


def _late_view(incoming: Incoming, reply: Reply) -> Block:
    """What a dialog shows that had to wait: errors can't stand at their inputs any more, so they stand on top."""
    if reply.view is not None:
        return reply.view
    if reply.errors:
        submitted = incoming.raw.get("view") or {}
        return filled_again(submitted, reply.errors) or modal("notice", "vpsbot", [wrong(submitted, reply.errors)])
    return _shown(reply.message or _plainly("Done."))


def _instead(incoming: Incoming, reply: Reply, *, closed: bool) -> Message | None:
    """What is said when a dialog can't show its answer. Who closed a form before it was there wants it no more."""
    if reply.errors:
        why = wrong(incoming.raw.get("view") or {}, reply.errors)
        undone = "Nothing was done. Ask again if you still want it."
        return Message(f"{escape(why['text']['text'])} {undone}", [why, section(undone)])
    if reply.view is None:
        return reply.message or _plainly("Done.")
    if not reply.view.get("submit"):
        return Message(_text_of(reply.view), reply.view["blocks"])
    return None if closed else _plainly("The dialog could not be filled. Close it and ask again, please.")


def _text_of(view: Block) -> str:
    """A dialog that tells something, in one line for notifications and screen readers."""
    texts = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section" and "text" in block]
    return " ".join(texts) or str(view["title"]["text"])


def _plainly(text: str) -> Message:
    return Message(text, [section(text)])


def _shown(message: Message) -> Block:
    """A message as a dialog, with its buttons."""
    return modal("notice", "vpsbot", message.blocks or [section(message.text)])


def _log_failure(task: "asyncio.Task[Any]") -> None:
    if not task.cancelled() and (failure := task.exception()):
        log.error("task failed", task=task.get_name(), exc_info=failure)
