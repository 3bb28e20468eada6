"""trigger_ids, response_urls, hashes and the depth of dialogs: used as Slack lets them be used, and no further."""

import pytest

from .slack_bots import MANIFEST, Got, manifest
from .slack_stage import SUBMIT, button, field, modal, stage, text_block


@pytest.mark.refuses("exchanged_trigger_id")
async def test_a_trigger_id_is_used_once() -> None:
    async with stage() as s:
        trigger = s.trigger()
        assert (await s.api("views.open", trigger_id=trigger, view=modal()))["ok"]
        assert (await s.api("views.open", trigger_id=trigger, view=modal()))["error"] == "exchanged_trigger_id"


@pytest.mark.refuses("expired_trigger_id")
async def test_a_trigger_id_lives_for_3_seconds_of_the_sandboxs_clock() -> None:
    async with stage() as s:
        early, late = s.trigger(), s.trigger()
        s.slack.clock.move(seconds=3)
        assert (await s.api("views.open", trigger_id=early, view=modal()))["ok"]
        s.slack.clock.move(seconds=0.1)
        assert (await s.api("views.open", trigger_id=late, view=modal()))["error"] == "expired_trigger_id"


@pytest.mark.refuses("invalid_trigger_id")
async def test_a_trigger_id_is_slacks_own_and_of_this_workspace() -> None:
    async with stage() as s:
        assert (await s.api("views.open", trigger_id="1.2.abc", view=modal()))["error"] == "invalid_trigger_id"
        other = s.slack.add_team("other")
        answer = await s.api("views.open", token=other.bot_token, trigger_id=s.trigger(), view=modal())
        assert answer["error"] == "invalid_trigger_id"


async def test_a_bad_view_does_not_use_the_trigger_up() -> None:
    async with stage() as s:
        trigger = s.trigger()
        assert not (await s.api("views.open", trigger_id=trigger, view={}))["ok"]
        assert (await s.api("views.open", trigger_id=trigger, view=modal()))["ok"]


@pytest.mark.refuses("push_limit_reached")
async def test_three_views_lie_on_top_of_each_other_and_no_more() -> None:
    async with stage() as s:
        assert (await s.api("views.push", trigger_id=s.trigger(), view=modal()))["error"] == "not_found"
        await s.api("views.open", trigger_id=s.trigger(), view=modal(text_block("One")))
        first = await s.api("views.push", trigger_id=s.trigger(), view=modal(text_block("Two")))
        second = await s.api("views.push", trigger_id=s.trigger(), view=modal(text_block("Three")))
        assert second["view"]["previous_view_id"] == first["view"]["id"]
        assert second["view"]["root_view_id"] == first["view"]["root_view_id"]
        refused = await s.api("views.push", trigger_id=s.trigger(), view=modal())
        assert refused["error"] == "push_limit_reached"
        await s.olga.closes_dialog()
        assert s.olga.sees("Two")


@pytest.mark.refuses("hash_conflict")
async def test_a_view_changed_meanwhile_is_a_hash_conflict() -> None:
    async with stage() as s:
        opened = await s.api("views.open", trigger_id=s.trigger(), view=modal(text_block("1")))
        view_id, first = opened["view"]["id"], opened["view"]["hash"]
        assert (await s.api("views.update", view_id=view_id, view=modal(text_block("2")), hash=first))["ok"]
        refused = await s.api("views.update", view_id=view_id, view=modal(text_block("3")), hash=first)
        assert refused["error"] == "hash_conflict"
        assert s.olga.sees("2")
        assert s.slack.problems() == [], "a bot may well meet this"
        home = {"type": "home", "blocks": []}
        published = await s.api("views.publish", user_id=s.olga.id, view=home)
        assert (await s.api("views.publish", user_id=s.olga.id, view=home, hash=published["view"]["hash"]))["ok"]
        again = await s.api("views.publish", user_id=s.olga.id, view=home, hash=published["view"]["hash"])
        assert again["error"] == "hash_conflict"


@pytest.mark.refuses("not_found")
async def test_closed_views_are_not_found() -> None:
    async with stage() as s:
        opened = await s.api("views.open", trigger_id=s.trigger(), view=modal())
        await s.olga.closes_dialog()
        refused = await s.api("views.update", view_id=opened["view"]["id"], view=modal())
        assert refused["error"] == "not_found"


@pytest.mark.refuses("duplicate_external_id")
async def test_external_ids_name_a_view_once() -> None:
    async with stage() as s:
        assert (await s.api("views.open", trigger_id=s.trigger(), view=modal(external_id="x")))["ok"]
        assert (await s.api("views.update", external_id="x", view=modal(text_block("new"), external_id="x")))["ok"]
        assert s.olga.sees("new")
        refused = await s.api("views.push", trigger_id=s.trigger(), view=modal(external_id="x"))
        assert refused["error"] == "duplicate_external_id"


async def test_inputs_keep_their_values_while_their_ids_stay() -> None:
    async with stage() as s:
        opened = await s.api("views.open", trigger_id=s.trigger(), view=modal(field(), submit=SUBMIT))
        await s.olga.fills("Name", "kept")
        view_id = opened["view"]["id"]
        await s.api("views.update", view_id=view_id, view=modal(field(), field("More"), submit=SUBMIT))
        assert s.olga.dialog is not None
        assert s.olga.dialog.inputs == {"Name": "kept", "More": ""}
        await s.api("views.update", view_id=view_id, view=modal(field(action_id="other"), submit=SUBMIT))
        assert s.olga.dialog.inputs == {"Name": ""}


@pytest.mark.refuses("not_enabled")
async def test_the_home_tab_has_to_be_switched_on() -> None:
    off = manifest(MANIFEST.replace("home_tab_enabled: true", "home_tab_enabled: false"))
    async with stage(app=off) as s:
        refused = await s.api("views.publish", user_id=s.olga.id, view={"type": "home", "blocks": []})
        assert refused["error"] == "not_enabled"


@pytest.mark.refuses("used_url")
async def test_a_response_url_is_used_five_times() -> None:
    async with stage() as s:
        await s.olga.says("/echo")
        url = s.bot.got[0].data["response_url"]
        for n in range(5):
            assert await s.respond(url, {"text": f"answer {n}"}) == (200, "ok")
        status, text = await s.respond(url, {"text": "one more"})
        assert (status, "used_url" in text) == (404, True)
        assert s.olga.sees("answer 4")
        assert not s.olga.sees("one more")
        assert "at most five times" in s.slack.problems()[0]


@pytest.mark.refuses("expired_url")
async def test_a_response_url_lives_for_30_minutes() -> None:
    async with stage() as s:
        await s.olga.says("/echo")
        url = s.bot.got[0].data["response_url"]
        s.slack.clock.move(minutes=30)
        assert (await s.respond(url, {"text": "in time"}))[0] == 200
        s.slack.clock.move(seconds=1)
        status, text = await s.respond(url, {"text": "late"})
        assert (status, "expired_url" in text) == (404, True)


async def test_a_response_is_private_unless_it_says_in_channel() -> None:
    async with stage() as s:
        await s.olga.says("/echo", in_=s.general)
        url = s.bot.got[0].data["response_url"]
        await s.respond(url, {"text": "for you"})
        await s.respond(url, {"text": "for all", "response_type": "in_channel"})
        assert s.olga.sees("for you")
        assert not s.amir.sees("for you")
        assert s.amir.sees("for all"), "a response_url works where the bot is no member"


async def test_a_commands_response_url_replaces_nothing() -> None:
    async with stage() as s:
        await s.olga.says("/echo")
        url = s.bot.got[0].data["response_url"]
        await s.respond(url, {"text": "first"})
        await s.respond(url, {"text": "second", "replace_original": True})
        assert s.olga.sees("first")
        assert s.olga.sees("second")
        assert "no original" in s.slack.problems()[0]


async def test_a_clicks_response_url_replaces_and_deletes_also_ephemeral_messages() -> None:
    async with stage() as s:
        blocks = [text_block("Page 1", accessory=button("Next"))]
        await s.api("chat.postEphemeral", channel=s.ops.id, user=s.olga.id, text="x", blocks=blocks)
        await s.olga.clicks("Next")
        url = s.bot.got[0].data["response_url"]
        await s.respond(url, {"text": "Page 2", "replace_original": "true"})
        assert s.olga.sees("Page 2")
        assert not s.olga.sees("Page 1")
        assert not s.amir.sees("Page 2")
        await s.respond(url, {"delete_original": True})
        assert not s.olga.sees("Page 2")


@pytest.mark.refuses("invalid_payload", "no_text", "no_service")
async def test_a_response_url_wants_json_with_something_to_say() -> None:
    async with stage() as s:
        await s.olga.says("/echo")
        url = s.bot.got[0].data["response_url"]
        assert await s.respond(url, []) == (400, "invalid_payload")
        assert await s.respond(url, {}) == (400, "no_text")
        status, text = await s.respond(s.slack.url + "/response/T1/1/x", {"text": "x"})
        assert (status, "no_service" in text) == (404, True)


async def test_a_dialog_can_be_opened_from_a_dialog() -> None:
    async def bot(got: Got) -> str:
        if got.kind == "block_actions":
            await s.api("views.push", trigger_id=got.data["trigger_id"], view=modal(text_block("Deeper")))
        return ""

    async with stage(bot) as s:
        view = modal({"type": "actions", "elements": [button("More")]})
        await s.api("views.open", trigger_id=s.trigger(), view=view)
        await s.olga.clicks("More")
        assert s.olga.sees("Deeper")
        assert "channel" not in s.bot.got[0].data
