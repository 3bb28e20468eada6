"""`/vps settings`: one dialog for all of it; what would lock everybody out is refused at its input."""

import json

import pytest

from bot.domain.audit import Action
from bot.slack.ids import ViewId
from bot.store import audit
from tests.stories.deleting import asks, decided
from tests.stories.governing import answer_of, opens_settings, saves, second_admin, types
from tests.stories.telling import forged, last, times
from tests.world import World


async def test_everything_is_changed_in_one_dialog_and_told(deleting: World) -> None:
    await types(deleting, deleting.ada, "access grant @vera approver")
    await opens_settings(deleting)
    ada = deleting.ada
    await ada.chooses("Notifications channel", deleting.ops)
    await ada.chooses("A deletion takes", "2 approvals")
    await ada.chooses("Time to undo", "1 h")
    await ada.chooses("Stop the server first", "yes, when the time to undo begins")
    for label, text in (
        ("A request lives for", "8h"),
        ("Remind after", "30m"),
        ("What else takes approval", "reboot prod-*\n\ncreate above 20\nreboot   prod-*"),
        ("Protected patterns", "prod-*"),
        ("Deletions by one person in an hour", "2"),
        ("Deletions by all in a day", "4"),
    ):
        await ada.fills(label, text)
    assert await ada.submits() == {}
    saved = await answer_of(deleting, ada)
    await deleting.seconds_pass(3)
    for words in (
        "notifications channel none → #ops",
        "approvals for a deletion 1 → 2",
        "life of a request 24h → 8h",
        "reminder after 1h → 30m",
        "time to undo none → 1 h",
        "stop the server first no → yes",
        "also under approval none → reboot prod-",
        "protected patterns none → prod-",
        "deletions of a person in an hour 5 → 2",
        "deletions of the workspace in a day 10 → 4",
    ):
        assert words in saved
        assert times(deleting.olga, words) == 1, "told once where consent is asked for"
    told = await types(deleting, ada, "settings")
    assert "Deleting takes 2 approvals; 1 h to undo after the consent; the server is stopped first." in told
    assert "Also under approval: reboot prod-*, create above 20" in told
    dialog = (await opens_settings(deleting)).dialog
    assert dialog and dialog.inputs["What else takes approval"] == "reboot prod-*\ncreate above 20"
    assert dialog.inputs["A request lives for"] == "8h" and dialog.inputs["Time to undo"] == "1 h"
    [entry] = [line for line in await deleting.log() if "settings.changed" in line][1:]
    assert entry.startswith("U0ADA settings.changed")


async def test_the_fleet_watch_is_a_setting_among_them(deleting: World) -> None:
    ada = await opens_settings(deleting)
    assert ada.dialog and ada.dialog.inputs["Watch the fleet"] == "no"
    await ada.chooses("Watch the fleet", "yes, tell changes made elsewhere")
    assert await ada.submits() == {}
    assert "Saved: watch the fleet no → yes." in await answer_of(deleting, ada)
    assert "Changes of servers that nobody made from here are told." in await types(deleting, ada, "settings")
    assert (await types(deleting, ada, "watch")).startswith("Changes made elsewhere are told in #ops.")
    await deleting.minutes_pass(1)
    deleting.vps.change("web-1", status="stopped")
    await deleting.minutes_pass(6)
    assert deleting.olga.sees("web-1")
    await types(deleting, ada, "watch off")
    ada = await opens_settings(deleting)
    assert ada.dialog and ada.dialog.inputs["Watch the fleet"] == "no", "it is one setting, wherever it is changed"


async def test_the_watch_waits_for_no_second_admin_but_for_a_channel(deleting: World) -> None:
    await second_admin(deleting)
    ada = await opens_settings(deleting)
    await ada.chooses("A deletion takes", "none: who asks decides alone")
    await ada.chooses("Watch the fleet", "yes, tell changes made elsewhere")
    assert await ada.submits() == {}
    told = await answer_of(deleting, ada)
    assert "This takes a second admin." in told
    assert "Saved at once, because it takes nobody else: watch the fleet no → yes." in told
    await decided(deleting, approvals_channel="", approvals=0)
    ada = await opens_settings(deleting)
    assert await ada.submits() == {"Watch the fleet": "Choose a notifications channel first: changes are told there."}


BAD: dict[str, tuple[dict[str, str], str, str]] = {
    "no rule": (
        {"What_else_takes_approval": "reboot prod-*\neat <!channel>"},
        "What else takes approval",
        '"eat <!channel>" is no rule. Type one a line, like reboot prod-*, backups-off *, create above 20.',
    ),
    "a price for a reboot": ({"What_else_takes_approval": "reboot above 20"}, "What else takes approval", "is no rule"),
    "two patterns in a line": ({"Protected_patterns": "a b"}, "Protected patterns", '"a b" is no pattern of names.'),
    "too many lines": ({"Protected_patterns": "\n".join(f"p{n}" for n in range(51))}, "Protected patterns", "too much"),
    "no time": ({"A_request_lives_for": "soon"}, "A request lives for", "Type a time such as 30m, 8h or 2d."),
    "too short a life": (
        {"A_request_lives_for": "5m", "Remind_after": "1m"},
        "A request lives for",
        "Between 10 minutes and 30 days",
    ),
    "a late reminder": ({"Remind_after": "30h"}, "Remind after", "shorter than the request lives"),
    "no number": ({"Deletions_by_all_in_a_day": "many"}, "Deletions by all in a day", "A number from 0 to 1000."),
    "a negative one": ({"Deletions_by_all_in_a_day": "-1"}, "Deletions by all in a day", "A number from 0 to 1000."),
}


async def test_what_can_t_be_stands_at_its_input(deleting: World) -> None:
    for typed, label, told in BAD.values():
        errors = await saves(deleting, **typed)
        assert told in errors.pop(label) and set(errors) <= {"Remind after"}
        await deleting.ada.closes_dialog()
    assert sum("settings.changed" in line for line in await deleting.log()) == 1, "only the channel of the beginning"


async def test_a_stop_before_it_takes_a_time_to_undo(deleting: World) -> None:
    await opens_settings(deleting)
    await deleting.ada.chooses("Stop the server first", "yes, when the time to undo begins")
    assert "takes a time to undo" in (await deleting.ada.submits())["Stop the server first"]
    await deleting.ada.chooses("Time to undo", "10 min")
    assert await deleting.ada.submits() == {}


async def test_the_log_has_the_old_value_and_the_new_one(deleting: World) -> None:
    await types(deleting, deleting.ada, "access grant @vera approver")
    await opens_settings(deleting)
    await deleting.ada.chooses("A deletion takes", "2 approvals")
    await deleting.ada.fills("Protected patterns", "prod-*")
    assert await deleting.ada.submits() == {}
    await deleting.ada.closes_dialog()
    async with deleting.bot.store.read() as tx:
        [_, entry] = [
            each async for each in audit.stream(tx, deleting.team.id) if each.action == Action.SETTINGS_CHANGED
        ]
    assert json.loads(entry.detail) == {"approvals": "1 → 2", "protected": "none → prod-*"}
    await types(deleting, deleting.ada, "audit")
    assert deleting.ada.sees(
        "@ada changed the settings: approvals for a deletion 1 → 2 and protected patterns none → prod-*"
    )


async def test_an_older_dialog_doesn_t_undo_what_was_changed_meanwhile(deleting: World) -> None:
    await opens_settings(deleting)
    await decided(deleting, undo_window=60)
    await deleting.ada.fills("Remind after", "2h")
    assert await deleting.ada.submits() == {}
    assert "changed while this dialog was open. Nothing was saved" in await answer_of(deleting, deleting.ada)
    assert "1 h to undo" in await types(deleting, deleting.ada, "settings")


async def test_who_may_read_and_who_may_change(deleting: World) -> None:
    await types(deleting, deleting.ada, "access grant @noor auditor")
    assert "Deleting takes 1 approval" in await types(deleting, deleting.noor, "settings")
    assert "Change…" not in deleting.noor.buttons
    assert (await types(deleting, deleting.olga, "settings")).startswith("You are operator here; this takes auditor.")
    view = {"type": "modal", "id": "V1", "callback_id": ViewId.SETTINGS, "private_metadata": "forged"}
    await forged(deleting, deleting.noor, type="view_submission", view=view | {"state": {"values": {}}})
    assert sum("settings.changed" in line for line in await deleting.log()) == 1
    assert any("U0NOOR permission.refused" in line for line in await deleting.log())
    deleting.slack.forget_problems()


class TestNotificationsChannel:
    """What can't be told where it should goes to the notifications channel, and an admin hears of it once."""

    async def test_a_lost_approvals_channel(self, deleting: World) -> None:
        await deleting.team.add_bot_to(deleting.general)
        await decided(deleting, notifications_channel=deleting.general.id)
        await asks(deleting, deleting.olga)
        await deleting.seconds_pass(3)
        await deleting.team.remove_bot_from(deleting.ops)
        await deleting.amir.says("/vps freeze", in_=deleting.general)
        await deleting.seconds_pass(5)
        assert deleting.olga.sees("@amir froze everything")
        assert "froze everything" in deleting.olga.screen(deleting.general)
        await types(deleting, deleting.ada, "unfreeze")
        await deleting.seconds_pass(10)
        told = "I can't write in #ops, where the settings tell me to: I was removed, or it is archived."
        assert times(deleting.ada, told) == 1

    async def test_each_loss_of_it_is_told_once_however_long_it_lasts(self, deleting: World) -> None:
        told = "I can't write in #ops, where the settings tell me to: I was removed, or it is archived."

        async def freezes_and_lifts() -> None:
            await deleting.amir.says("/vps freeze", in_=deleting.general)
            await types(deleting, deleting.ada, "unfreeze")
            await deleting.seconds_pass(10)

        await freezes_and_lifts()
        await deleting.team.remove_bot_from(deleting.ops)
        for _ in range(3):
            await freezes_and_lifts()
            await deleting.minutes_pass(24 * 60)
        assert times(deleting.ada, told) == 1
        await deleting.team.add_bot_to(deleting.ops)
        await freezes_and_lifts()
        await deleting.team.remove_bot_from(deleting.ops)
        await freezes_and_lifts()
        assert times(deleting.ada, told) == 2

    async def test_the_admin_who_hears_of_it_is_one_who_is_there(self, deleting: World) -> None:
        await types(deleting, deleting.ada, "access grant @amir admin")
        await deleting.seconds_pass(5)
        await deleting.team.deactivate(deleting.ada)
        await deleting.team.remove_bot_from(deleting.ops)
        await deleting.minutes_pass(2)
        await deleting.amir.says("/vps freeze", in_=deleting.general)
        await deleting.minutes_pass(1)
        assert times(deleting.amir, "I can't write in #ops, where the settings tell me to") == 1
        assert not deleting.ada.sees("I can't write")
        deleting.slack.forget_problems()  # the freeze itself is told to all admins, also to who left

    async def test_who_heard_of_it_while_no_account_could_be_read_does_not_hear_it_again(self, deleting: World) -> None:
        await types(deleting, deleting.ada, "access grant @amir admin")
        await deleting.seconds_pass(5)
        deleting.slack.fail("chat.postMessage", error="internal_error", times=6)
        await deleting.amir.says("/vps reboot web-1", in_=deleting.general)
        deleting.slack.fail("users.info", error="internal_error", times=1_000)
        await deleting.minutes_pass(5)
        told = "I can't write in #general, where @amir typed a command"
        assert times(deleting.ada, told) == 1 == times(deleting.amir, told), "nobody knows which of them is there"
        deleting.slack.world.faults.clear()
        await deleting.minutes_pass(5)
        await deleting.olga.says("/vps reboot web-2", in_=deleting.general)
        await deleting.minutes_pass(2)
        assert deleting.olga.sees("@olga web-2 is active again.")
        assert not any(each.sees("where @olga typed") for each in (deleting.ada, deleting.amir))

    async def test_without_one_it_goes_to_who_asked(self, deleting: World) -> None:
        await deleting.amir.says("/vps reboot web-1", in_=deleting.general)
        await deleting.seconds_pass(20)
        assert "web-1 is active again" in deleting.amir.screen(deleting.amir.direct)
        await deleting.minutes_pass(24 * 60)
        await deleting.olga.says("/vps reboot web-1", in_=deleting.general)
        await deleting.seconds_pass(20)
        assert times(deleting.ada, "I can't write in #general, where @amir typed a command: I'm not in it, or it") == 1
        assert times(deleting.ada, "I can't write") == 1, "one admin, once for this channel"
        assert not any(each.sees("I can't write") for each in (deleting.amir, deleting.olga, deleting.vera))

    async def test_a_conversation_between_people_is_nobody_else_s_business(self, deleting: World) -> None:
        two = [deleting.amir, deleting.vera]
        between = deleting.team.add_channel("amir and vera", id="D0TWO", members=two, private=True)
        await deleting.amir.says("/vps reboot web-1", in_=between)
        await deleting.seconds_pass(20)
        assert "web-1 is active again" in deleting.amir.screen(deleting.amir.direct)
        assert not deleting.ada.sees("I can't write")


class TestBreakGlassGrants:
    """A role with break-glass lets its holder start, stop and reboot without consent, in an emergency."""

    async def test_it_is_given_explained_and_used(self, deleting: World) -> None:
        told = await types(deleting, deleting.ada, "access grant @olga operator web-* break-glass for 8h")
        assert told.startswith("@olga is operator now with break-glass for web-* until Nov 23, 2026 17:0")
        await deleting.seconds_pass(3)
        assert deleting.olga.sees("@ada made you operator with break-glass for web-*")
        assert "• @olga is operator with break-glass for web-*" in await types(deleting, deleting.ada, "access")
        assert "✅ @olga may break-glass reboot web-1: operator with break-glass for web-*" in await types(
            deleting, deleting.ada, "can @olga break-glass reboot web-1"
        )
        assert "🚫 @olga may not break-glass delete web-1: they are operator" in await types(
            deleting, deleting.ada, "can @olga break-glass delete web-1"
        )
        assert "it takes admin, or a role with break-glass." in await types(
            deleting, deleting.ada, "can @vera break-glass stop web-1"
        )
        assert "@ada made @olga operator with break-glass for web-*" in await types(deleting, deleting.ada, "audit")
        await decided(deleting, also=("reboot *",))
        await deleting.olga.says("/vps break-glass reboot web-1", in_=deleting.ops)
        await deleting.settle()
        await deleting.olga.fills("Reason", "It hangs.")
        assert await deleting.olga.submits() == {}
        await deleting.seconds_pass(20)
        assert deleting.reboots() == 1

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ("viewer break-glass", "viewer may not start, stop and reboot servers, so break-glass would mean nothing."),
            ("operator break-glass web-*", "/vps access lists the roles"),
            ("operator break-glass for ever", "For how long? ever is not it"),
        ],
    )
    async def test_bad_input(self, deleting: World, typed: str, told: str) -> None:
        await deleting.ada.says(f"/vps access grant @olga {typed}", in_=deleting.ops)
        assert last(deleting.ada).startswith(told) and "@olga is operator with" not in await types(
            deleting, deleting.ada, "access"
        )
