"""People at the local Slack: what they type and press reaches the bot, and what it answers reaches their eyes."""

import asyncio
from typing import Any

import pytest

from .slack_bots import Got
from .slack_stage import SUBMIT, Stage, button, field, modal, stage, text_block


async def test_a_command_is_answered_in_its_acknowledgement() -> None:
    async def echo(got: Got) -> dict[str, Any]:
        return {"text": f"You said *{got.data['text']}*"}

    async with stage(echo) as s:
        await s.olga.says("/echo hello <world> & @amir in #ops")
        assert s.bot.got[0].data["text"] == f"hello &lt;world&gt; &amp; <@{s.amir.id}|amir> in <#{s.ops.id}|ops>"
        assert s.olga.sees("You said hello <world> & @amir in #ops")
        assert not s.amir.sees("You said")
        assert s.slack.problems() == []


async def test_a_plain_text_acknowledgement_is_shown_to_the_person_alone() -> None:
    async def plain(got: Got) -> str:
        return "Done."

    async with stage(plain) as s:
        await s.olga.says("/raw it & that", in_=s.general)
        assert s.bot.got[0].data["text"] == "it & that"
        assert s.olga.sees("Done.")
        assert not s.amir.sees("Done.")


async def test_an_in_channel_answer_shows_command_and_answer_to_all() -> None:
    async def loud(got: Got) -> dict[str, Any]:
        return {"response_type": "in_channel", "text": "Hear, hear"}

    async with stage(loud) as s:
        await s.olga.says("/echo loud")
        assert s.amir.sees("/echo loud")
        assert s.amir.sees("Hear, hear")


async def test_a_button_asks_for_confirmation_and_its_message_is_replaced() -> None:
    plain = {"title": "Sure?", "text": "It hurts", "confirm": "Yes", "deny": "No"}
    confirm = {name: {"type": "plain_text", "text": words} for name, words in plain.items()}

    async with stage() as s:

        async def bot(got: Got) -> str:
            if got.kind == "block_actions":
                await s.respond(got.data["response_url"], {"replace_original": True, "text": "Rebooted"})
            return ""

        s.bot.handler = bot
        blocks = [text_block("web-1", accessory=button("Reboot", action_id="reboot", value="1", confirm=confirm))]
        await s.api("chat.postMessage", channel=s.ops.id, text="web-1", blocks=blocks)
        question = s.olga.confirm_of("Reboot")
        assert question is not None
        assert question.text == "It hurts"
        await s.olga.clicks("Reboot")
        [action] = s.bot.got[-1].data["actions"]
        assert (action["action_id"], action["value"], action["type"]) == ("reboot", "1", "button")
        assert s.amir.sees("Rebooted")
        assert not s.amir.sees("[Reboot]")
        assert s.slack.problems() == []


async def test_a_dialog_opens_takes_values_shows_errors_and_closes() -> None:
    async with stage() as s:
        await _dialog_bot(s)
        await s.olga.says("/echo dialog")
        assert s.olga.dialog is not None
        assert s.olga.dialog.title == "Dialog"
        assert await s.olga.submits() == {"Name": "Please complete this required field."}
        await s.olga.fills("Name", "bad")
        assert await s.olga.submits() == {"Name": "Not that one"}
        await s.olga.fills("Name", "good")
        await s.olga.chooses("Plan", "Standard")
        assert s.olga.dialog.inputs == {"Name": "good", "Plan": "Standard"}
        assert await s.olga.submits() == {}
        assert not s.olga.has_dialog()
        values = s.bot.got[-1].data["view"]["state"]["values"]
        assert values["name"]["value"] == {"type": "plain_text_input", "value": "good"}
        assert values["plan"]["plan"]["selected_option"]["value"] == "std"
        assert s.slack.problems() == []


async def test_what_cannot_be_found_is_said_with_what_there_is() -> None:
    async with stage() as s:
        await s.api(
            "chat.postMessage", channel=s.ops.id, text="x", blocks=[{"type": "actions", "elements": [button()]}]
        )
        with pytest.raises(AssertionError, match=r"finds no \[Stop\], only \['Go'\]"):
            await s.olga.clicks("Stop")


async def test_many_people_click_at_once() -> None:
    async with stage() as s:
        crowd = [s.team.add_person(f"p{n}") for n in range(20)]
        s.ops.members |= {p.id for p in crowd}
        await s.api(
            "chat.postMessage", channel=s.ops.id, text="x", blocks=[{"type": "actions", "elements": [button()]}]
        )
        await asyncio.gather(*(p.clicks("Go") for p in crowd))
        assert len({got.data["user"]["id"] for got in s.bot.got}) == 20
        assert s.slack.problems() == []


async def test_two_workspaces_do_not_see_each_other() -> None:
    async with stage() as s:
        other = s.slack.add_team("globex")
        olga = other.add_person("olga")
        other.add_channel("ops", bot=True)
        assert olga.id != s.olga.id
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="secret"))["ok"]
        answer = await s.api("chat.postMessage", token=other.bot_token, channel=s.ops.id, text="x")
        assert answer["error"] == "channel_not_found"
        assert s.olga.sees("secret")
        assert not olga.sees("secret")


async def test_dates_and_mentions_read_as_each_person_reads_them() -> None:
    async with stage() as s:
        text = (
            f"At <!date^1772452800^{{date_short_pretty}} {{time}}|then> <@{s.amir.id}> &amp; <https://x.org|x> `code`"
        )
        await s.api("chat.postMessage", channel=s.ops.id, text=text)
        assert s.olga.sees("At Mar 2, 2026 13:00 @amir & x code"), s.olga.screen()
        assert s.amir.sees("At Mar 2, 2026 12:00 @amir & x code")


async def _dialog_bot(s: Stage) -> None:
    plan = {
        "type": "static_select",
        "action_id": "plan",
        "options": [{"text": {"type": "plain_text", "text": "Standard"}, "value": "std"}],
    }
    view = modal(field("Name"), {**field("Plan", **plan), "optional": True}, submit=SUBMIT)

    async def bot(got: Got) -> Any:
        if got.kind == "command":
            await s.api("views.open", trigger_id=got.data["trigger_id"], view=view)
        if got.kind == "view_submission":
            name = got.data["view"]["state"]["values"]["name"]["value"]["value"]
            return "" if name == "good" else {"response_action": "errors", "errors": {"name": "Not that one"}}
        return ""

    s.bot.handler = bot
