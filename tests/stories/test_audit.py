"""`/vps audit`: everything that was asked for, done and refused, as sentences, for those who may read it."""

import pytest

from bot.domain.audit import Action, Draft, Result
from bot.store import audit
from tests.stories.telling import last, others_see_nothing_of
from tests.world import World

OPERATION = {"kind": "reboot", "server_id": "12345"}
GRANT = {"role": "operator", "kind": "user", "servers": "web-*", "until": "2026-11-23T17:00:00+00:00"}
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
    Action.LOG_STARTED: (Draft(Action.LOG_STARTED, "vpsbot"), "the log begins"),
    Action.LOG_KEY_REPLACED: (
        Draft(Action.LOG_KEY_REPLACED, "U0ADA", detail={"former_public_key": "00"}),
        "@ada started a new signing key: the old one can't be read",
    ),
}


@pytest.mark.parametrize("action", list(Action))
async def test_every_action_reads_as_a_sentence(world: World, action: Action) -> None:
    draft, sentence = SENTENCES[action]
    async with world.bot.store.begin("story") as tx:
        entry = await audit.append(tx, world.team.id, draft, world.clock.now())
    await world.ada.says("/vps audit", in_=world.ops)
    assert f"\n{entry.seq} Nov 23, 2026 09:00 · {sentence}\n" in last(world.ada)


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
