"""`/vps connect` and `/vps disconnect`: a token is tried before it is kept, and is never seen again."""

from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.slack.ids import ActionId, ViewId
from bot.store.sealing import new_key
from tests.conftest import Opens
from tests.stories.telling import button, forged, last, others_see_nothing_of, times
from tests.world import World

OTHER = "vps_another_account_of_ours_42"
NOT_ONE = "A VPS.org token begins with vps_ and has no spaces in it. Copy it whole from the developer page."
NOT_YET = "No VPS.org account is connected to this workspace. An admin connects one with /vps connect."


@pytest.fixture
async def unconnected(opens: Opens) -> AsyncIterator[World]:
    """A workspace whose bot was given no token; the provider has an account with two servers."""
    async with opens(vps_api_token="") as opened:
        opened.vps.add_account(OTHER, email="second@example.com")
        for name in ("one", "two"):
            opened.vps.add_server(name, token=OTHER)
        yield opened


async def types(world: World, token: str) -> dict[str, str]:
    """Ada opens the dialog, pastes a token and submits; what stands at the input afterwards."""
    await world.ada.says("/vps connect", in_=world.ops)
    await world.settle()
    await world.ada.fills("API token", token)
    errors = await world.ada.submits()
    await world.settle()
    return errors


async def test_before_an_account_is_connected_everybody_learns_the_way(unconnected: World) -> None:
    for person, typed in (
        (unconnected.vera, "list"),
        (unconnected.vera, "show web-1"),
        (unconnected.olga, "reboot web-1"),
    ):
        await person.says(f"/vps {typed}", in_=unconnected.ops)
        assert last(person) == NOT_YET
    await unconnected.ada.says("/vps disconnect", in_=unconnected.ops)
    assert last(unconnected.ada) == "No account is connected here. /vps connect connects one."


async def test_a_token_that_works_is_kept_and_the_account_and_its_servers_are_told(unconnected: World) -> None:
    await unconnected.ada.says("/vps connect", in_=unconnected.ops)
    await unconnected.settle()
    dialog = unconnected.ada.dialog
    assert dialog and dialog.title == "Connect VPS.org" and list(dialog.inputs) == ["API token"]
    assert "No account is connected yet." in dialog.text
    assert "It is tried before it is kept, kept encrypted, and never shown again." in dialog.text

    assert await types(unconnected, OTHER) == {}
    dialog = unconnected.ada.dialog
    assert dialog and dialog.title == "Connected"
    assert "✅ Connected to second@example.com: 2 servers. Type /vps list to see them." in dialog.text
    await unconnected.vera.says("/vps list", in_=unconnected.ops)
    assert last(unconnected.vera).startswith("2 servers\n")
    assert "U0ADA token.connected second@example.com: " in await unconnected.log()


async def test_who_connected_it_and_when_is_shown_and_the_token_never(unconnected: World) -> None:
    await types(unconnected, OTHER)
    await unconnected.ada.closes_dialog(everything=True)
    await unconnected.ada.says("/vps connect")
    await unconnected.settle()
    dialog = unconnected.ada.dialog
    assert dialog and "Connected to second@example.com by @ada since Nov 23, 2026 09:00." in dialog.text
    assert dialog.inputs == {"API token": ""}


async def test_the_token_stands_nowhere(unconnected: World, capfd: pytest.CaptureFixture[str]) -> None:
    unconnected.vps.fault("status", status=403, body={"detail": f"Token {OTHER} may not."}, action="list", times=1)
    await types(unconnected, OTHER)
    await unconnected.ada.closes_dialog(everything=True)
    await types(unconnected, OTHER)
    await unconnected.ada.closes_dialog(everything=True)
    unconnected.vps.fault("status", status=500, body={"detail": f"Token {OTHER} broke."}, action="list", times=3)
    await unconnected.vera.says("/vps list", in_=unconnected.ops)
    await unconnected.ada.says("/vps audit", in_=unconnected.ops)

    kept = await unconnected.kept()
    assert b"second@example.com" in kept, "the right files were read"
    assert OTHER.encode() not in kept
    for person in unconnected.team.people.values():
        assert OTHER not in person.screen()
    sent = [exchange for exchange in unconnected.slack.exchanges if exchange.direction == "from_app"]
    acknowledged = [exchange.response for exchange in unconnected.slack.deliveries()]
    assert OTHER not in str([exchange.request for exchange in sent]) + str(acknowledged)
    written = capfd.readouterr()
    assert "provider call" in written.out + written.err, "the log was captured"
    assert OTHER not in written.out + written.err


@pytest.mark.parametrize(
    "typed", ["hello", "vps_", "vps_a b c d", "Bearer vps_12345678", "VPS_12345678", "vps_schlüssel"]
)
async def test_what_can_not_be_a_token_is_said_at_its_input(unconnected: World, typed: str) -> None:
    before = await unconnected.log()
    assert await types(unconnected, typed) == {"API token": NOT_ONE}
    assert await unconnected.log() == before
    assert unconnected.vps.calls() == [], "it is not sent to anybody"


async def test_blanks_around_a_pasted_token_do_not_matter(unconnected: World) -> None:
    assert await types(unconnected, f"  {OTHER}\n") == {}
    assert unconnected.ada.sees("Connected to second@example.com")


@pytest.mark.parametrize(
    ("fault", "said", "logged"),
    [
        (
            {"kind": "status", "status": 401},
            "VPS.org doesn't know this token. Copy it again, or make a new one.",
            ["unauthorized"],
        ),
        (
            {"kind": "status", "status": 403},
            "This token may not read servers. Give it the permission servers:*.",
            ["forbidden"],
        ),
        ({"kind": "status", "status": 429, "retry_after": 60}, "VPS.org asks to slow down. Try again in a minute.", []),
        (
            {"kind": "status", "status": 503},
            "VPS.org can't be asked right now. Try again in a minute; nothing was kept.",
            [],
        ),
        ({"kind": "closed_before"}, "VPS.org can't be asked right now. Try again in a minute; nothing was kept.", []),
        ({"kind": "html"}, "VPS.org can't be asked right now. Try again in a minute; nothing was kept.", []),
    ],
)
async def test_a_token_that_does_not_work_is_not_kept(
    unconnected: World, fault: dict[str, object], said: str, logged: list[str]
) -> None:
    unconnected.vps.arm({"match": {"action": "list"}, **fault})
    errors = await types(unconnected, OTHER)
    assert errors["API token"].startswith(said)
    refused = [line for line in await unconnected.log() if ".refused" in line]
    assert refused == [f"U0ADA change.refused token: {trouble}" for trouble in logged], "what says no to the token"
    unconnected.vps.clear_faults()
    await unconnected.vera.says("/vps list", in_=unconnected.ops)
    assert last(unconnected.vera) == NOT_YET
    assert not any("token.connected" in line for line in await unconnected.log())
    await unconnected.ada.submits()
    await unconnected.settle()
    assert unconnected.ada.sees("✅ Connected to second@example.com"), "the dialog stayed open, the token in it"


async def test_an_unknown_token_and_a_provider_that_is_down(unconnected: World) -> None:
    errors = await types(unconnected, "vps_nobody_knows_this_one")
    assert errors["API token"].startswith("VPS.org doesn't know this token. Copy it again, or make a new one.")
    assert (await unconnected.log())[-1] == "U0ADA change.refused token: unauthorized"
    assert b"vps_nobody" not in await unconnected.kept()
    await unconnected.vps.stop()
    errors = await unconnected.ada.submits()
    assert errors == {"API token": "VPS.org can't be asked right now. Try again in a minute; nothing was kept."}


@pytest.mark.parametrize("works", [True, False])
async def test_a_provider_slower_than_slack_waits_gets_its_answer_into_the_dialog(
    unconnected: World, works: bool
) -> None:
    unconnected.vps.fault("slow", action="account", seconds=3.2, times=1)
    await unconnected.ada.says("/vps connect", in_=unconnected.ops)
    await unconnected.settle()
    await unconnected.ada.fills("API token", OTHER if works else "vps_nobody_knows_this_one")
    await unconnected.ada.submits()
    dialog = unconnected.ada.dialog
    assert dialog and dialog.title == "One moment" and "Working on it…" in dialog.text
    said = "✅ Connected to second@example.com: 2 servers." if works else "VPS.org doesn't know this token."
    assert await unconnected.ada.will_see(said)
    assert not unconnected.ada.sees("Working on it…")


async def test_another_token_takes_the_place_of_the_first(world: World) -> None:
    world.has_server("old")
    world.vps.add_account(OTHER, email="second@example.com")
    world.vps.add_server("new", token=OTHER)
    await world.vera.says("/vps list", in_=world.ops)
    await types(world, OTHER)
    await world.vera.says("/vps list")
    assert "new ·" in last(world.vera) and "old ·" not in last(world.vera), "what was remembered is forgotten"


async def test_the_environments_token_connects_the_first_start(world: World) -> None:
    await world.ada.says("/vps connect", in_=world.ops)
    await world.settle()
    assert world.ada.sees("Connected to ops@example.com by vpsbot since Nov 23, 2026 09:00.")
    await world.ada.closes_dialog()
    await world.restart()
    assert (await world.log()).count("vpsbot token.connected ops@example.com: ") == 1


async def test_an_environments_token_that_is_refused_connects_nothing(opens: Opens) -> None:
    async with opens(vps_api_token="vps_long_since_revoked") as world:
        await world.vera.says("/vps list", in_=world.ops)
        assert last(world.vera) == NOT_YET


async def test_disconnecting_is_asked_about_and_lasts(world: World) -> None:
    world.has_server("web-1")
    await world.ada.says("/vps disconnect", in_=world.ops)
    assert "Connected to ops@example.com by vpsbot since Nov 23, 2026 09:00. Disconnect it?" in last(world.ada)
    others_see_nothing_of(world, but=world.ada, words="Disconnect")
    asked = world.ada.confirm_of("Disconnect")
    assert asked and asked.text == (
        "The token is forgotten. Nobody can see or change servers here until an admin connects again."
    )
    await world.ada.clicks("Disconnect")
    await world.settle()
    assert last(world.ada) == "The account ops@example.com is disconnected; its token is forgotten here."
    assert "U0ADA token.disconnected ops@example.com: " in await world.log()
    for _ in range(2):
        await world.vera.says("/vps list", in_=world.ops)
        assert last(world.vera) == NOT_YET
        await world.restart()  # the environment's token is there, but somebody took it away on purpose


async def test_disconnecting_with_something_under_way_says_what_can_not_be_known(world: World) -> None:
    for name in ("web-1", "web-2"):
        world.has_server(name)
    world.vps.fault("status", status=503, action="show", server="web-2")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.olga.says("/vps stop web-2", in_=world.ops)
    await world.seconds_pass(2)
    await world.ada.says("/vps disconnect", in_=world.ada.direct)
    assert world.ada.sees("Servers keep running; what is under way can't be watched any more.")
    await world.ada.clicks("Disconnect")
    await world.seconds_pass(60)
    assert times(world.olga, "@olga web-1: the VPS.org account was disconnected before the end of the reboot was") == 1
    assert times(world.olga, "@olga web-2 was not stopped: no VPS.org account is connected.") == 1
    assert world.vps.calls(action="stop") == []


@pytest.mark.parametrize("person", ["noor", "vera", "olga", "amir"])
async def test_who_is_no_admin_neither_connects_nor_disconnects(world: World, person: str) -> None:
    who = world.team.people[person]
    for typed in ("connect", "disconnect"):
        await who.says(f"/vps {typed}", in_=world.ops)
        await world.settle()
        assert "; this takes admin. @ada can grant it" in last(who)
    assert not who.has_dialog()


async def test_forged_submissions_and_clicks_change_nothing(unconnected: World) -> None:
    dialog = {
        "type": "modal",
        "id": "V0FORGED",
        "callback_id": ViewId.CONNECT,
        "state": {"values": {"token": {"value": {"type": "plain_text_input", "value": OTHER}}}},
    }
    said = await forged(unconnected, unconnected.olga, type="view_submission", view=dialog)
    assert "this takes *admin*" in said and OTHER not in said
    await forged(unconnected, unconnected.olga, **button(ActionId.DISCONNECT, ""))
    assert "; this takes admin." in last(unconnected.olga)
    await unconnected.vera.says("/vps list", in_=unconnected.ops)
    assert last(unconnected.vera) == NOT_YET
    assert unconnected.vps.calls() == []
    assert (await unconnected.log()).count("U0OLGA permission.refused : role_too_low") == 2
    unconnected.slack.forget_problems()


async def test_another_encryption_key_is_told_and_mended_by_connecting_again(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(15)
    before = await world.verified()
    with capture_logs() as lines:
        await world.restart(encryption_keys=new_key())
    [told] = [line for line in lines if "can't be read with VPSBOT_ENCRYPTION_KEYS" in line["event"]]
    assert told["workspace"] == "T0ACME" and "/vps connect" in told["event"], "who runs the bot reads whose it is"
    unreadable = "The token of this workspace can't be read any more: the bot's encryption key was changed."
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    assert last(world.olga) == f"{unreadable} An admin can connect it again with /vps connect."
    await world.ada.says("/vps access grant @noor viewer", in_=world.ops)
    assert last(world.ada).startswith(
        "The log of this workspace can't be signed: the bot's encryption key was changed."
    )
    assert "Nothing was done." in last(world.ada)
    await world.ada.says("/vps access")
    assert "@noor" not in last(world.ada), "without the log nothing is done"

    await world.ada.says("/vps connect", in_=world.ops)
    await world.settle()
    assert world.ada.dialog and unreadable in world.ada.dialog.text
    await world.ada.closes_dialog()
    assert await types(world, world.vps.token) == {}
    await world.olga.says("/vps reboot web-1")
    await world.seconds_pass(15)
    assert times(world.olga, "@olga web-1 is active again.") == 2
    after = await world.verified()
    assert isinstance(before, int) and isinstance(after, int) and after > before, "the log goes on and is whole"
    assert "U0ADA log.key_replaced : " in await world.log()


async def test_the_old_key_behind_the_new_one_changes_nothing(world: World) -> None:
    world.has_server("web-1")
    with capture_logs() as lines:
        await world.restart(encryption_keys=f"{new_key()},{world.settings['encryption_keys']}")
    assert not [line for line in lines if "can't be read" in line["event"]]
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(15)
    assert times(world.olga, "@olga web-1 is active again.") == 1
