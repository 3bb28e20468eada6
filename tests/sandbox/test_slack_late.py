"""Answers that come after three seconds: what people see instead, and that nothing of the answer counts any more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from .slack_bots import Got
from .slack_stage import SUBMIT, Stage, button, field, modal, stage, text_block

TOO_LATE: dict[str, Any] = {
    "block_actions": "",
    "shortcut": "",
    "message_action": "",
    "view_submission": {"response_action": "update", "view": modal(text_block("Too late"))},
    "block_suggestion": {"options": [{"text": {"type": "plain_text", "text": "too-late"}, "value": "1"}]},
}
MENU = {"type": "external_select", "action_id": "server", "min_query_length": 1}


@asynccontextmanager
async def dawdling() -> AsyncIterator[Stage]:
    """A bot that answers when nobody waits any more, as it should have; afterwards it was asked once."""
    release = asyncio.Event()

    async def late(got: Got) -> Any:
        await release.wait()
        return TOO_LATE[got.kind]

    async with stage(late) as s:
        yield s
        release.set()
        assert not s.olga.sees("Too late") and not s.olga.sees("too-late")
        assert len(s.bot.got) == 1, "it is not asked again"
        [problem] = s.slack.problems()
        assert "within 3 seconds" in problem


@pytest.mark.refuses("operation_timeout")
async def test_a_click_that_is_answered_late_failed_for_the_person() -> None:
    async with dawdling() as s:
        await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=[text_block(accessory=button("Go"))])
        await s.olga.clicks("Go")
        assert s.olga.sees('This app did not answer: it failed with the error "operation_timeout"')
        assert not s.amir.sees("operation_timeout"), "it is told to who clicked alone"


@pytest.mark.refuses("operation_timeout")
async def test_a_click_in_a_dialog_that_is_answered_late_is_said_in_the_dialog() -> None:
    async with dawdling() as s:
        accessory = text_block(accessory=button("Go"))
        await s.api("views.open", trigger_id=s.trigger(), view=modal(accessory))
        await s.olga.clicks("Go")
        assert s.olga.dialog and s.olga.dialog.errors == {"": "We had some trouble connecting. Try again?"}


@pytest.mark.refuses("operation_timeout")
async def test_a_submit_that_is_answered_late_leaves_the_dialog_as_it_was() -> None:
    async with dawdling() as s:
        await s.api("views.open", trigger_id=s.trigger(), view=modal(field("Name"), submit=SUBMIT))
        await s.olga.fills("Name", "web-1")
        assert await s.olga.submits() == {"": "We had some trouble connecting. Try again?"}
        assert s.olga.dialog and s.olga.dialog.inputs == {"Name": "web-1"}


@pytest.mark.refuses("operation_timeout")
async def test_options_that_come_late_are_none() -> None:
    async with dawdling() as s:
        await s.api("views.open", trigger_id=s.trigger(), view=modal(field("Server", **MENU), submit=SUBMIT))
        assert await s.olga.types_into("Server", "web") == []
        assert s.olga.has_dialog()


@pytest.mark.refuses("operation_timeout")
@pytest.mark.parametrize("shortcut", ["Look everywhere", "Look here"])
async def test_a_shortcut_that_is_answered_late_failed_for_the_person(shortcut: str) -> None:
    async with dawdling() as s:
        await s.api("chat.postMessage", channel=s.ops.id, text="x")
        on = s.olga.messages(s.ops)[-1] if shortcut == "Look here" else None
        await s.olga.uses_shortcut(shortcut, on=on)
        assert s.olga.sees("Sorry, this didn't work. Try again? (operation_timeout)")
        assert not s.amir.sees("this didn't work"), "it is told to who used it alone"
        assert [message.text for message in s.olga.messages()] == ["x"], "and stands in no conversation"
        await s.olga.says("Well then", in_=s.general)
        assert not s.olga.sees("this didn't work"), "it is gone when the person goes on"
