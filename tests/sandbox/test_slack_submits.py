"""Submitting and closing dialogs: what a bot may answer, and what it is told."""

from typing import Any

import pytest
from aiohttp import web

from .slack_bots import Got
from .slack_stage import SUBMIT, field, modal, stage, text_block


async def test_a_submit_is_answered_by_nothing_or_a_response_action() -> None:
    answers: list[Any] = []

    async def bot(got: Got) -> Any:
        return answers.pop(0) if got.kind == "view_submission" else ""

    second = modal(text_block("Second"), submit=SUBMIT)
    async with stage(bot) as s:
        for wrong in (
            "OK",
            {"response_action": "explode"},
            {"response_action": "errors", "errors": {"nowhere": "x"}},
            {"response_action": "errors", "errors": {}},
            {"response_action": "update", "view": {"type": "modal", "blocks": []}},
            web.Response(text="{", content_type="application/json"),
            web.Response(status=500),
        ):
            await s.api("views.open", trigger_id=s.trigger(), view=modal(field(), submit=SUBMIT))
            await s.olga.fills("Name", "x")
            answers.append(wrong)
            assert await s.olga.submits() == {"": "We had some trouble connecting. Try again?"}
            assert len(s.slack.problems()) == 1, s.slack.problems()
            s.slack.forget_problems()
        answers.append({"response_action": "update", "view": second})
        await s.olga.submits()
        assert s.olga.sees("Second")
        answers.append({"response_action": "push", "view": modal(text_block("Third"), submit=SUBMIT)})
        await s.olga.submits()
        assert s.olga.sees("Third")
        answers.append("")
        await s.olga.submits()
        assert s.olga.sees("Second")
        answers.append({"response_action": "clear"})
        await s.olga.submits()
        assert not s.olga.has_dialog()
        assert s.slack.problems() == []


async def test_closing_tells_a_bot_that_asked_for_it() -> None:
    async with stage() as s:
        await s.api("views.open", trigger_id=s.trigger(), view=modal(text_block()))
        await s.olga.closes_dialog()
        assert s.bot.got == []
        await s.api("views.open", trigger_id=s.trigger(), view=modal(text_block(), notify_on_close=True))
        await s.olga.clicks("Cancel")
        assert [got.kind for got in s.bot.got] == ["view_closed"]
        assert s.bot.got[0].data["is_cleared"] is False


async def test_closing_all_tells_of_each_dialog_that_asked_for_it() -> None:
    async with stage() as s:
        await s.api("views.open", trigger_id=s.trigger(), view=modal(text_block("1"), notify_on_close=True))
        await s.api("views.push", trigger_id=s.trigger(), view=modal(text_block("2")))
        await s.api("views.push", trigger_id=s.trigger(), view=modal(text_block("3"), notify_on_close=True))
        await s.olga.closes_dialog(everything=True)
        assert not s.olga.has_dialog()
        closed = [got.data for got in s.bot.got]
        assert [each["view"]["blocks"][0]["text"]["text"] for each in closed] == ["3", "1"]
        assert all(each["type"] == "view_closed" and each["is_cleared"] for each in closed)


@pytest.mark.refuses("push_limit_reached")
async def test_a_submit_pushes_no_fourth_dialog() -> None:
    async def deeper(got: Got) -> Any:
        return {"response_action": "push", "view": modal(text_block(), submit=SUBMIT)}

    async with stage(deeper) as s:
        await s.api("views.open", trigger_id=s.trigger(), view=modal(text_block(), submit=SUBMIT))
        assert await s.olga.submits() == {}
        assert await s.olga.submits() == {}
        assert await s.olga.submits() == {"": "We had some trouble connecting. Try again?"}
        assert "At most three views" in s.slack.problems()[0]
