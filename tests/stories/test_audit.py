"""`/vps audit`: everything that was asked for, done and refused, as sentences, for those who may read it."""

import pytest
from sqlalchemy import update

from bot.domain.audit import Action, Detail, Draft, Result
from bot.store import audit
from bot.store.tables import audit_heads
from tests.stories.telling import last, others_see_nothing_of
from tests.world import World

ASKING = pytest.mark.asyncio(loop_scope="module")

OPERATION = {"kind": "reboot", "server_id": "12345"}

PLAN = {"kind": "reboot", "when": "every monday 02:00", "by": "U0OLGA"}

DELETION = {"kind": "delete", "request": "r1"}

FROM_UNTIL: Detail = {
    "format": "csv",
    "since": "2026-11-23T17:00:00+00:00",
    "until": "2026-11-23T18:00:00+00:00",
    "entries": 7,
}

GRANT = {"role": "operator", "kind": "user", "servers": "web-*", "until": "2026-11-23T17:00:00+00:00"}

PROPOSAL = {"proposal": "p1", "power": "grant", "proposer": "U0ADA", "role": "admin", "kind": "user"}

SENTENCES = {
    Action.POWER_REQUESTED: (
        Draft(Action.POWER_REQUESTED, "U0OLGA", "web-1", detail=OPERATION),
        "@olga asked to reboot web-1 (12345)",
    ),
    Action.POWER_CALLED: (
        Draft(Action.POWER_CALLED, "U0OLGA", "web-1", detail=OPERATION),
        "VPS.org was told to reboot web-1 (12345), for @olga",
    ),
    Action.POWER_ENDED: (
        Draft(
            Action.POWER_ENDED,
            "vpsbot",
            "<!channel>",
            reason="no_restart_seen",
            detail={**OPERATION, "state": "unknown", "provider": "<oops>"},
        ),
        "reboot of <!channel> (12345): unknown, no restart seen (<oops>)",
    ),
    Action.DELETE_REQUESTED: (
        Draft(Action.DELETE_REQUESTED, "U0OLGA", "web-1", reason="<old>", detail={**OPERATION, "kind": "delete"}),
        "@olga asked to delete web-1 (12345): <old>",
    ),
    Action.DELETE_CALLED: (
        Draft(Action.DELETE_CALLED, "U0OLGA", "web-1", detail={**OPERATION, "kind": "delete"}),
        "VPS.org was told to delete web-1 (12345), for @olga",
    ),
    Action.DELETE_ENDED: (
        Draft(
            Action.DELETE_ENDED,
            "vpsbot",
            "web-1",
            reason="done",
            detail={**OPERATION, "kind": "delete", "state": "succeeded"},
        ),
        "delete of web-1 (12345): succeeded",
    ),
    Action.REQUEST_APPROVED: (
        Draft(Action.REQUEST_APPROVED, "U0AMIR", "web-1", detail=DELETION),
        "@amir approved the request about web-1 (delete)",
    ),
    Action.REQUEST_DENIED: (
        Draft(Action.REQUEST_DENIED, "U0AMIR", "web-1", reason="no", detail=DELETION),
        "@amir denied the request about web-1 (delete): no",
    ),
    Action.REQUEST_CANCELLED: (
        Draft(Action.REQUEST_CANCELLED, "U0OLGA", "web-1", detail=DELETION),
        "@olga withdrew the request about web-1 (delete)",
    ),
    Action.REQUEST_CLAIMED: (
        Draft(Action.REQUEST_CLAIMED, "U0AMIR", "web-1", detail=DELETION),
        "@amir looks at the request about web-1",
    ),
    Action.REQUEST_REFUSED: (
        Draft(Action.REQUEST_REFUSED, "U0OLGA", "web-1", reason="approver_since"),
        "@olga had no word in a request about web-1: approver since",
    ),
    Action.REQUEST_BROKE_GLASS: (
        Draft(Action.REQUEST_BROKE_GLASS, "U0ADA", "web-1", reason="spam", detail=DELETION),
        "🚨 @ada broke the glass: delete of web-1 without consent: spam",
    ),
    Action.REQUEST_LOOKED_AGAIN: (
        Draft(Action.REQUEST_LOOKED_AGAIN, "U0OLGA", "web-1"),
        "@olga asked to look at web-1 again",
    ),
    Action.SETTINGS_CHANGED: (
        Draft(Action.SETTINGS_CHANGED, "U0ADA", detail={"undo_window": "0 → 60"}),
        "@ada changed the settings: time to undo none → 1 h",
    ),
    Action.SERVER_PROTECTED: (
        Draft(Action.SERVER_PROTECTED, "U0ADA", "web-1", detail={"server_id": "12345"}),
        "@ada protected web-1 (12345)",
    ),
    Action.SERVER_UNPROTECTED: (
        Draft(Action.SERVER_UNPROTECTED, "U0ADA", "web-1", detail={"server_id": "12345"}),
        "@ada lifted the protection of web-1 (12345)",
    ),
    Action.WORKSPACE_FROZEN: (
        Draft(Action.WORKSPACE_FROZEN, "U0AMIR", reason="<!channel> :fire:", detail={"voided": 2}),
        "🧊 @amir froze everything: <!channel> :fire:",
    ),
    Action.WORKSPACE_UNFROZEN: (Draft(Action.WORKSPACE_UNFROZEN, "U0ADA"), "@ada lifted the freeze"),
    Action.PROPOSAL_MADE: (
        Draft(Action.PROPOSAL_MADE, "U0ADA", "U0NOOR", detail=PROPOSAL),
        "@ada asked a second admin to agree to give a role (@noor: admin)",
    ),
    Action.PROPOSAL_AGREED: (
        Draft(Action.PROPOSAL_AGREED, "U0AMIR", "U0NOOR", detail=PROPOSAL),
        "@amir agreed to what @ada proposed, to give a role (@noor: admin)",
    ),
    Action.PROPOSAL_DECLINED: (
        Draft(Action.PROPOSAL_DECLINED, "U0AMIR", "U0NOOR", detail=PROPOSAL),
        "@amir declined what @ada proposed, to give a role (@noor: admin)",
    ),
    Action.PROPOSAL_EXPIRED: (
        Draft(Action.PROPOSAL_EXPIRED, "vpsbot", "token", detail={**PROPOSAL, "power": "token", "account": "ops@x"}),
        "what @ada proposed, to connect another API token (ops@x), found no second admin within a day",
    ),
    Action.PROPOSAL_VOID: (
        Draft(Action.PROPOSAL_VOID, "U0AMIR", "U0NOOR", reason="last_admin", detail=PROPOSAL),
        "what @ada proposed, to give a role (@noor: admin), is void: last admin",
    ),
    Action.PROPOSAL_REFUSED: (
        Draft(Action.PROPOSAL_REFUSED, "U0OLGA", reason="no such proposal"),
        "@olga had no word in a proposal: no such proposal",
    ),
    **{
        action: (
            Draft(action, "U0OLGA", "app-1", detail={**OPERATION, "kind": kind}),
            f"@olga asked to {kind} app-1 (12345)",
        )
        for action, kind in ((Action.CREATE_REQUESTED, "create"), (Action.EDIT_REQUESTED, "rename"))
    },
    **{
        action: (
            Draft(action, "U0OLGA", "app-1", detail={**OPERATION, "kind": kind}),
            f"VPS.org was told to {kind} app-1 (12345), for @olga",
        )
        for action, kind in ((Action.CREATE_CALLED, "create"), (Action.EDIT_CALLED, "rename"))
    },
    **{
        action: (
            Draft(action, "vpsbot", "app-1", reason="done", detail={**OPERATION, "kind": kind, "state": "succeeded"}),
            f"{kind} of app-1 (12345): succeeded",
        )
        for action, kind in ((Action.CREATE_ENDED, "create"), (Action.EDIT_ENDED, "rename"))
    },
    Action.WATCH_STOPPED: (Draft(Action.WATCH_STOPPED, "U0OLGA", "app-1"), "@olga asked to stop watching app-1"),
    Action.SCHEDULE_KEPT: (
        Draft(Action.SCHEDULE_KEPT, "U0OLGA", "web-*", detail=PLAN),
        "@olga planned: reboot web-*, every monday 02:00",
    ),
    Action.SCHEDULE_CANCELLED: (
        Draft(Action.SCHEDULE_CANCELLED, "U0ADA", "web-*", reason="lost_right", detail=PLAN),
        "@ada cancelled the plan: reboot web-*, every monday 02:00: lost right",
    ),
    Action.SCHEDULE_BEGAN: (
        Draft(Action.SCHEDULE_BEGAN, "vpsbot", "web-*", detail=PLAN),
        "what @olga planned began: reboot web-*, every monday 02:00",
    ),
    Action.SCHEDULE_SKIPPED: (
        Draft(Action.SCHEDULE_SKIPPED, "vpsbot", "web-*", reason="late", detail=PLAN),
        "what @olga planned was skipped: reboot web-*, every monday 02:00: late",
    ),
    Action.SCHEDULE_ENDED: (
        Draft(Action.SCHEDULE_ENDED, "vpsbot", "web-*", detail={**PLAN, "done": 2, "servers": 3}),
        "what @olga planned ended: reboot web-*, every monday 02:00, 2 of 3 done",
    ),
    Action.NOTE_WRITTEN: (
        Draft(Action.NOTE_WRITTEN, "U0OLGA", "web-1", detail={"server_id": "12345", "owner": "U0AMIR", "text": "<db>"}),
        "@olga noted about web-1 (12345): owner @amir, “<db>”",
    ),
    Action.NOTICE_SENT_AGAIN: (
        Draft(Action.NOTICE_SENT_AGAIN, "U0ADA", "U0OLGA", detail={"kind": "outcome"}),
        "@ada had a message to @olga sent again (about outcome)",
    ),
    Action.ACCESS_GRANTED: (
        Draft(Action.ACCESS_GRANTED, "U0ADA", "U0NOOR", detail=GRANT),
        "@ada made @noor operator for web-* until Nov 23, 2026 17:00",
    ),
    Action.ACCESS_REVOKED: (
        Draft(Action.ACCESS_REVOKED, "U0ADA", "U0NOOR", detail=GRANT),
        "@ada took operator for web-* until Nov 23, 2026 17:00 from @noor",
    ),
    Action.ACCESS_SEEDED: (
        Draft(Action.ACCESS_SEEDED, "vpsbot", "U0ADA"),
        "@ada became the first admin, by VPSBOT_ADMINS",
    ),
    Action.ACCESS_ASKED: (
        Draft(Action.ACCESS_ASKED, "U0NOOR", "web-1", detail={"role": "operator"}),
        "@noor asked for operator on web-1",
    ),
    Action.ACCESS_DECLINED: (
        Draft(Action.ACCESS_DECLINED, "U0ADA", "U0NOOR", detail={"role": "operator"}),
        "@ada declined to make @noor operator",
    ),
    Action.APP_INSTALLED: (
        Draft(Action.APP_INSTALLED, "U0ADA", "acme", detail={"scopes": "commands", "org_wide": True}),
        "@ada installed the app in the whole organisation",
    ),
    Action.APP_REMOVED: (
        Draft(Action.APP_REMOVED, "vpsbot", reason="app_uninstalled"),
        "the app was removed, and Slack's tokens with it: app uninstalled",
    ),
    Action.TOKEN_CONNECTED: (
        Draft(Action.TOKEN_CONNECTED, "U0ADA", "ops@example.com", detail={"token": "token-1"}),
        "@ada connected the account ops@example.com",
    ),
    Action.TOKEN_DISCONNECTED: (
        Draft(Action.TOKEN_DISCONNECTED, "U0ADA", ""),
        "@ada disconnected the account unnamed",
    ),
    Action.PERMISSION_REFUSED: (
        Draft(
            Action.PERMISSION_REFUSED,
            "U0NOOR",
            "web-1",
            outcome=Result.REFUSED,
            reason="role_too_low",
            detail={"asked": "/vps reboot"},
        ),
        "@noor was refused /vps reboot on web-1: role too low",
    ),
    Action.CHANGE_REFUSED: (
        Draft(Action.CHANGE_REFUSED, "U0OLGA", "web-1", outcome=Result.REFUSED, reason="over_budget", detail=DELETION),
        "@olga was refused delete on web-1: over budget",
    ),
    Action.INPUT_REFUSED: (
        Draft(Action.INPUT_REFUSED, "U0OLGA", outcome=Result.REFUSED, reason="no such dialog"),
        "@olga used a button or dialog that stands for nothing here: no such dialog",
    ),
    Action.AUDIT_EXPORTED: (
        Draft(Action.AUDIT_EXPORTED, "U0NOOR", detail=FROM_UNTIL),
        "@noor took the log since Nov 23, 2026 17:00 until Nov 23, 2026 18:00 out as a file",
    ),
    Action.KEYS_ROTATED: (
        Draft(Action.KEYS_ROTATED, "vpsbot", detail={"sealed": 2}),
        "what is sealed was sealed with the newest key (2 values)",
    ),
    Action.LOG_STARTED: (Draft(Action.LOG_STARTED, "vpsbot"), "the log begins"),
    Action.LOG_KEY_REPLACED: (
        Draft(Action.LOG_KEY_REPLACED, "U0ADA", detail={"former_public_key": "00"}),
        "@ada started a new signing key: the old one can't be read",
    ),
}


@ASKING
@pytest.mark.parametrize("action", list(Action))
async def test_every_action_reads_as_a_sentence(asked: World, action: Action) -> None:
    draft, sentence = SENTENCES[action]
    async with asked.bot.store.begin("story") as tx:
        entry = await audit.append(tx, asked.team.id, draft, asked.clock.now())
    await asked.ada.says("/vps audit", in_=asked.ops)
    assert f"\n{entry.seq} Nov 23, 2026 09:00 · {sentence}\n" in last(asked.ada)


async def test_the_log_tells_what_happened_newest_first(world: World) -> None:
    server = world.has_server("web-1")
    await world.vera.says("/vps stop web-1", in_=world.ops)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(10)
    await world.ada.says("/vps audit", in_=world.ops)
    told = [
        f"reboot of web-1 ({server.id}): succeeded",
        f"VPS.org was told to reboot web-1 ({server.id}), for @olga",
        f"@olga asked to reboot web-1 ({server.id})",
        "@vera was refused /vps stop: role too low",
        "@ada made @vera viewer",
        "@ada made @amir approver",
        "@ada made @olga operator",
        "vpsbot connected the account ops@example.com",
        "@ada became the first admin, by VPSBOT_ADMINS",
        "the log begins",
    ]
    places = [last(world.ada).index(sentence) for sentence in told]
    assert places == sorted(places)
    assert isinstance(await world.verified(), int)
    others_see_nothing_of(world, but=world.ada, words="the log begins")


async def test_the_log_is_turned_page_by_page(world: World) -> None:
    async with world.bot.store.begin("story") as tx:
        drafts = [Draft(Action.ACCESS_ASKED, "U0NOOR", f"web-{n}", detail={"role": "viewer"}) for n in range(1, 25)]
        await audit.extend(tx, world.team.id, drafts, world.clock.now())
    await world.ada.says("/vps audit", in_=world.ops)
    assert (
        "on web-24\n" in last(world.ada) and "on web-15\n" in last(world.ada) and "on web-14\n" not in last(world.ada)
    )
    assert world.ada.buttons == ["Next"]
    for page, newest in ((2, 14), (3, 4)):
        await world.ada.clicks("Next")
        await world.settle()
        assert f"on web-{newest}\n" in last(world.ada) and f"on web-{newest + 1}\n" not in last(world.ada), page
    assert "the log begins" in last(world.ada) and world.ada.buttons == ["Previous"]
    await world.ada.clicks("Previous")
    await world.settle()
    assert "on web-14\n" in last(world.ada) and world.ada.buttons == ["Previous", "Next"]
    await world.ada.says("/vps audit web-1")
    assert "on web-1\n" in last(world.ada) and "on web-10\n" not in last(world.ada)


async def test_nothing_is_done_on_a_log_whose_head_somebody_wrote_by_hand(world: World) -> None:
    world.has_server("web-1")
    async with world.bot.store.begin("story.thief") as tx:
        await tx.connection.execute(update(audit_heads).values(hash=b"\0"))
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(10)
    assert world.olga.sees("The log of this workspace was changed by somebody else than me")
    assert world.reboots() == 0


@pytest.mark.parametrize("person", ["noor", "vera", "olga", "amir"])
async def test_the_log_is_for_those_who_may_read_it(world: World, person: str) -> None:
    who = world.team.people[person]
    await who.says("/vps audit", in_=world.ops)
    assert "; this takes auditor. @ada can grant it" in last(who)
    assert any(line.startswith(f"{who.id} permission.refused") for line in await world.log())


async def test_a_page_turned_after_the_role_was_taken_shows_nothing(world: World) -> None:
    await world.ada.says("/vps access grant @amir auditor", in_=world.ops)
    async with world.bot.store.begin("story") as tx:
        drafts = [Draft(Action.ACCESS_ASKED, "U0NOOR", f"web-{n}") for n in range(20)]
        await audit.extend(tx, world.team.id, drafts, world.clock.now())
    await world.amir.says("/vps audit", in_=world.ops)
    await world.ada.says("/vps access revoke @amir")
    await world.amir.clicks("Next")
    await world.settle()
    assert world.amir.sees("You have no role here yet; this takes auditor.")
    assert not world.amir.sees("the log begins")


async def test_a_server_is_named_in_the_log_as_everywhere(world: World) -> None:
    world.has_server("web-1")
    world.has_server("db-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(10)
    [server] = [each for each in world.vps.servers() if each.name == "web-1"]
    for typed in (server.id, "Web-1", "web-1"):
        await world.ada.says(f"/vps audit {typed}", in_=world.ops)
        assert f"The log · {typed}" in last(world.ada) and "@olga asked to reboot web-1" in last(world.ada)
    await world.ada.says("/vps audit web-11")
    assert last(world.ada) == "Nothing in the log fits web-11. Did you mean web-1?"
    await world.ada.says("/vps audit db-1")
    assert last(world.ada) == "Nothing in the log fits db-1."
    world.vps.remove("web-1")
    await world.minutes_pass(1)
    await world.ada.says("/vps audit web-1")
    assert "@olga asked to reboot web-1" in last(world.ada), "one that is gone is named as it was called"
    await world.ada.says("/vps disconnect")
    await world.ada.says("/vps audit nothing-here")
    assert last(world.ada) == "Nothing in the log fits nothing-here."
