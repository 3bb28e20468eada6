"""`/vps access`: who holds which role, given and taken; somebody always administers the workspace."""

import pytest

from tests.conftest import Opens
from tests.stories.telling import BOTH_WAYS, last, others_see_nothing_of, times
from tests.world import World

ASKING = pytest.mark.asyncio(loop_scope="module")
ROLES = "There are viewer, operator, approver, auditor, admin."
HOW_TO = "/vps access lists the roles, /vps access SERVER who may do what with one server, /vps access on="
LAST = "is the last admin for all servers and without an end. Nothing was changed: make somebody else admin first."
OPERATOR_MAY = (
    "see servers, start, stop and reboot them, ask for them to be deleted, create servers, rename and edit them "
    "and write notes about them."
)
PICK = "Type @ and pick the person from Slack's list: /vps access grant @person operator."
SPANS = "is not it: from 5m to 366d, like 30m, 8h, 2d, 1w."


async def test_the_roles_are_listed_for_who_asked_alone(world: World) -> None:
    await world.ada.says("/vps access", in_=world.ops)
    assert last(world.ada).startswith(
        "4 roles granted\n• @ada is admin\n• @amir is approver\n• @olga is operator\n• @vera is viewer\n"
    )
    others_see_nothing_of(world, but=world.ada, words="@olga is operator")


async def test_a_role_is_given_and_the_person_is_told(world: World) -> None:
    world.has_server("web-1")
    await world.ada.says("/vps access grant @noor operator", in_=world.ops)
    assert last(world.ada).startswith(f"@noor is operator now: may {OPERATOR_MAY}")
    assert "They are told in a direct message." in last(world.ada)
    others_see_nothing_of(world, but=world.ada, words="@noor is operator now")
    await world.seconds_pass(3)
    assert f"@ada made you operator: you may {OPERATOR_MAY} Type /vps to begin." in world.noor.screen(world.noor.direct)
    await world.noor.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(10)
    assert world.reboots() == 1
    assert "U0ADA access.granted U0NOOR: " in await world.log()


async def test_a_role_for_some_servers_and_some_hours_ends_when_it_should(world: World) -> None:
    world.has_server("web-1")
    world.has_server("db-1")
    await world.ada.says("/vps access grant @noor operator web-* for 8h", in_=world.ops)
    assert last(world.ada).startswith("@noor is operator now for web-* until Nov 23, 2026 17:00: may see")
    await world.seconds_pass(3)
    assert world.noor.sees("@ada made you operator for web-* until Nov 23, 2026 17:00: you may see")
    await world.noor.says("/vps list", in_=world.ops)
    assert world.noor.sees("1 server\n") and not world.noor.sees("db-1")
    await world.noor.says("/vps reboot web-1")
    await world.minutes_pass(7 * 60 + 58)
    await world.noor.says("/vps reboot web-1")
    await world.minutes_pass(3)
    await world.noor.says("/vps reboot web-1")
    assert last(world.noor).startswith("Your role ended Nov 23, 2026 17:00; this takes operator. @ada can grant it")
    assert world.reboots() == 2
    await world.ada.says("/vps access")
    assert "@noor" not in last(world.ada), "what has ended is not listed"


async def test_a_role_that_ends_before_the_call_is_made_is_not_used(world: World) -> None:
    world.has_server("web-1")
    await world.ada.says("/vps access grant @noor operator for 5m", in_=world.ops)
    await world.minutes_pass(4)
    world.vps.fault("status", status=503, action="show")
    await world.noor.says("/vps reboot web-1", in_=world.ops)
    await world.minutes_pass(2)
    world.vps.clear_faults()
    await world.minutes_pass(2)
    assert world.reboots() == 0
    assert world.noor.sees("@noor web-1 was not rebooted: who asked lost the role for it before it was done.")


async def test_a_new_role_takes_the_place_of_the_old_one(world: World) -> None:
    await world.ada.says("/vps access grant @olga viewer", in_=world.ops)
    await world.ada.says("/vps access")
    assert times(world.ada, "• @olga is viewer") == 1 and "operator" not in last(world.ada).split("·")[0]
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    assert last(world.olga).startswith("You are viewer here; this takes operator.")


async def test_a_role_for_some_servers_stands_beside_the_one_for_all(world: World) -> None:
    await world.ada.says("/vps access grant @vera operator web-*", in_=world.ops)
    assert "Besides: viewer." in last(world.ada)
    await world.ada.says("/vps access")
    assert "• @vera is operator for web-*" in last(world.ada) and "• @vera is viewer" in last(world.ada)


async def test_a_revocation_takes_everything_at_once(world: World) -> None:
    await world.ada.says("/vps access grant @olga viewer db-*", in_=world.ops)
    await world.ada.says("/vps access revoke @olga")
    assert last(world.ada).startswith("@olga holds no role any more (was operator, viewer for db-*).")
    await world.olga.says("/vps list", in_=world.ops)
    assert last(world.olga).startswith("You have no role here yet; this takes viewer.")
    log = await world.log()
    assert log.count("U0ADA access.revoked U0OLGA: ") == 2
    await world.ada.says("/vps access revoke @olga")
    assert last(world.ada) == "@olga holds no role of their own. Nothing was changed."


@pytest.mark.parametrize(
    "typed", ["revoke @ada", "grant @ada viewer", "grant @ada operator for 8h", "grant @ada auditor"]
)
async def test_the_last_admin_stays(world: World, typed: str) -> None:
    await world.ada.says(f"/vps access {typed}", in_=world.ops)
    if typed in ("grant @ada operator for 8h", "grant @ada auditor"):
        assert "Besides: admin." in last(world.ada), "what ends, and the auditor, stand beside what stays"
    else:
        assert last(world.ada) == f"@ada {LAST}"
    await world.ada.says("/vps access")
    assert "• @ada is admin" in last(world.ada)


async def test_an_admin_for_some_servers_or_some_time_is_no_last_admin(world: World) -> None:
    await world.ada.says("/vps access grant @amir admin web-*", in_=world.ops)
    await world.ada.says("/vps access grant @olga admin for 30d")
    await world.ada.says("/vps access revoke @ada")
    assert last(world.ada) == f"@ada {LAST}"
    await world.amir.says("/vps access grant @noor viewer", in_=world.ops)
    assert "Your role holds for web-* only; this takes a" in last(world.amir), "roles concern the whole workspace"
    assert "• @noor" not in last(world.amir)


async def test_an_admin_can_go_when_there_is_another(world: World) -> None:
    await world.ada.says("/vps access grant @amir admin", in_=world.ops)
    await world.ada.says("/vps access revoke @ada")
    assert last(world.ada).startswith("@ada holds no role any more (was admin).")
    await world.ada.says("/vps access")
    assert last(world.ada).startswith("You have no role here yet; this takes auditor. @amir can grant it")


@ASKING
@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("grant @noor oprator", f"There is no role oprator. Did you mean operator? {ROLES}"),
        ("grant @noor Admn", f"There is no role Admn. Did you mean admin? {ROLES}"),
        ("grant @noor xyz", f"There is no role xyz. {ROLES}"),
        (
            "grant @noor",
            "Which role? viewer, operator, approver, auditor or admin: /vps access grant @person operator.",
        ),
        ("grant noor operator", f"I don't know who noor is. {PICK}"),
        ("grant @nobody operator", f"I don't know who @nobody is. {PICK}"),
        ("grant #ops operator", f"I don't know who #C0OPS is. {PICK}"),
        ("grant <!channel> operator", f"I don't know who <!channel> is. {PICK}"),
        ("grant operator @noor", f"I don't know who operator is. {PICK}"),
        ("revoke noor", f"I don't know who noor is. {PICK}"),
        ("grant", HOW_TO),
        ("revoke", HOW_TO),
        ("revoke @noor @olga", HOW_TO),
        ("grant @noor @olga operator", HOW_TO),
        ("@noor operator", HOW_TO),
        ("grant @noor operator web-* db-*", HOW_TO),
        ("grant @noor operator for", HOW_TO),
        ("grant @noor operator for 8 hours", HOW_TO),
        ("grant @noor operator for ever", f"For how long? ever {SPANS}"),
        ("grant @noor operator for 1m", f"For how long? 1m {SPANS}"),
        ("grant @noor operator for 9999d", f"For how long? 9999d {SPANS}"),
        ("grant @noor operator for -8h", f"For how long? -8h {SPANS}"),
        ("grant @noor operator " + "x" * 101, "That pattern is too long; at most 100 characters, like web-*."),
        ("revoke @noor", "@noor holds no role of their own. Nothing was changed."),
        ("on=tomorrow", "tomorrow is no date. Type it like on=2026-11-20"),
        ("since=7d", "There is no option since here. /vps access takes the options on, for example"),
    ],
)
async def test_what_can_not_be_granted_is_said_and_nothing_is_changed(asked: World, typed: str, answer: str) -> None:
    before = await asked.log()
    await asked.ada.says(f"/vps access {typed}", in_=asked.ops)
    assert answer in last(asked.ada)
    others_see_nothing_of(asked, but=asked.ada, words=answer)
    assert await asked.log() == before


@pytest.mark.parametrize(
    "typed",
    [
        "grant @noor operator for=8h",
        "grant @noor operator --for 8h",
        "grant @noor operator —for 8h",
        "grant @noor operator --pattern web-*",
        "revoke @olga on=2026-11-20",
    ],
)
async def test_a_limit_in_the_wrong_form_is_not_left_out(world: World, typed: str) -> None:
    """Read past, `--for 8h` would give a role without an end."""
    before = await world.log()
    await world.ada.says(f"/vps access {typed}", in_=world.ops)
    assert await world.log() == before, "nothing was changed"
    assert "/vps access" in last(world.ada), "and the right form is said"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("guest", "@sam is a guest and can hold no role here. Nothing was changed."),
        ("deactivated", "@sam is deactivated and can hold no role here. Nothing was changed."),
        ("foreign", "@sam belongs to another organisation and can hold no role here. Nothing was changed."),
    ],
)
async def test_an_account_that_can_hold_nothing_is_given_nothing(world: World, kind: str, said: str) -> None:
    sam = world.team.add_person("sam", guest=kind == "guest", home_team="T0OTHER" if kind == "foreign" else "")
    if kind == "deactivated":
        await world.team.deactivate(sam)
    await world.ada.says("/vps access grant @sam operator", in_=world.ops)
    assert last(world.ada) == said


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (
            "guest",
            "Guests hold no role here, whatever was granted. Ask someone with a role to do it for you.",
        ),
        (
            "foreign",
            "People from another organisation hold no role here, whatever was granted. "
            "Ask someone with a role to do it for you.",
        ),
    ],
)
async def test_a_guest_or_stranger_holds_nothing_whatever_was_granted(world: World, kind: str, said: str) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps list", in_=world.ops)
    assert world.olga.sees("1 server"), "her account was read as what it was"
    if kind == "guest":
        await world.team.make_guest(world.olga, quietly=True)
    else:
        world.olga.person.home_team_id = "T0OTHER"
    await world.seconds_pass(61)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    assert last(world.olga) == said
    assert world.reboots() == 0


@pytest.mark.parametrize("person", ["noor", "vera", "olga", "amir"])
async def test_only_an_admin_gives_and_takes_roles(world: World, person: str) -> None:
    who = world.team.people[person]
    for typed in ("grant @noor admin", "revoke @ada"):
        await who.says(f"/vps access {typed}", in_=world.ops)
        assert "; this takes a" in last(who) and "@ada can grant it" in last(who)
    log = await world.log()
    assert sum(line.startswith(f"{who.id} permission.refused") for line in log) == 2
    assert not any(line.startswith("U0ADA access.revoked") for line in log)


@pytest.mark.parametrize("typed", ["revoke @ada", "grant @ada viewer"])
async def test_an_admin_whose_account_is_gone_keeps_nobody_in_charge(world: World, typed: str) -> None:
    await world.ada.says("/vps access grant @amir admin", in_=world.ops)
    await world.team.deactivate(world.amir)
    await world.ada.says(f"/vps access {typed}")
    assert last(world.ada) == (f"@ada {LAST}\nNot counted, because their Slack accounts hold nothing now: @amir.")
    await world.ada.says("/vps access grant @noor viewer")
    await world.ada.says("/vps access revoke @amir")
    assert last(world.ada).startswith("@amir holds no role any more"), "what isn't about the last one goes on"


async def test_when_no_admin_is_left_in_slack_the_operator_of_the_bot_names_another(world: World) -> None:
    await world.team.deactivate(world.ada)
    await world.restart(admins="U0ADA, U0NOOR")
    await world.noor.says("/vps access", in_=world.ops)
    assert "• @noor is admin" in last(world.noor)
    assert [line for line in await world.log() if "seeded" in line] == [
        "vpsbot access.seeded U0ADA: ",
        "vpsbot access.seeded U0NOOR: ",
    ]


async def test_so_it_is_when_the_last_admin_leaves_while_the_bot_runs(opens: Opens) -> None:
    async with opens(roles=False, admins="U0ADA, U0AMIR, U0NOOR") as world:
        for who in ("amir", "noor"):
            await world.ada.says(f"/vps access revoke @{who}", in_=world.ops)
        await world.restart(admins="U0AMIR, U0VERA")
        await world.vera.says("/vps access", in_=world.ops)
        assert last(world.vera).startswith("You have no role here yet"), "while there is an admin, nobody is made one"
        await world.team.deactivate(world.ada)
        await world.amir.says("/vps access")
        assert last(world.amir).startswith("You have no role here yet"), "what a person took stays taken"
        await world.vera.says("/vps access")
        assert "• @vera is admin" in last(world.vera)


async def test_the_first_admins_are_seeded_once_and_a_revocation_is_never_undone(opens: Opens) -> None:
    async with opens(roles=False, admins="U0ADA, U0AMIR") as world:
        await world.amir.says("/vps access revoke @ada", in_=world.ops)
        await world.restart()
        await world.ada.says("/vps access", in_=world.ops)
        assert last(world.ada).startswith("You have no role here yet; this takes auditor. @amir can grant it")
        log = await world.log()
        assert [line for line in log if "seeded" in line] == [
            "vpsbot access.seeded U0ADA: ",
            "vpsbot access.seeded U0AMIR: ",
        ]


async def test_a_workspace_without_admins_says_what_to_do(opens: Opens) -> None:
    async with opens(roles=False, admins="") as world:
        await world.ada.says("/vps access", in_=world.ops)
        assert last(world.ada) == (
            "You have no role here yet; this takes auditor. Nobody administers this workspace yet: "
            "whoever runs the bot sets VPSBOT_ADMINS to a Slack user id."
        )
        await world.restart(admins="T0ACME:U0ADA,T0OTHER:U0NOOR")
        await world.ada.says("/vps access")
        assert last(world.ada).startswith("1 role granted\n• @ada is admin\n")


@BOTH_WAYS
@pytest.mark.parametrize("change", ["deactivate", "make_guest"])
async def test_an_account_that_changed_holds_nothing_at_once(world: World, change: str) -> None:
    world.has_server("web-1")
    world.vps.fault("status", action="show", status=503, times=3)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await getattr(world.team, change)(world.olga)
    await world.seconds_pass(60)
    assert world.reboots() == 0
    assert "U0OLGA power.requested web-1: " in await world.log()
    assert "vpsbot power.ended web-1: not_allowed" in await world.log()


@BOTH_WAYS
@pytest.mark.parametrize("change", ["deactivate", "make_guest"])
async def test_an_account_that_changed_unheard_holds_nothing_a_minute_later(world: World, change: str) -> None:
    world.has_server("web-1")
    world.vps.fault("status", action="show", status=503, times=1_000)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await getattr(world.team, change)(world.olga, quietly=True)
    await world.seconds_pass(61)
    world.vps.clear_faults()
    await world.seconds_pass(60)
    assert world.reboots() == 0
    assert "vpsbot power.ended web-1: not_allowed" in await world.log()
