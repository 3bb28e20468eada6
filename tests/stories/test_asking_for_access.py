"""Who is refused asks for the role; admins give it, for a shift or for good, or decline, and the answer is told."""

from tests.stories.telling import BOTH_WAYS, last, times
from tests.world import World

pytestmark = BOTH_WAYS


async def test_asking_for_access_and_being_given_a_shift(world: World) -> None:
    world.has_server("web-1")
    await world.vera.says("/vps reboot web-1", in_=world.ops)
    await world.vera.clicks("Ask for access")
    await world.seconds_pass(2)
    assert world.vera.sees("Asked @ada for operator. I'll tell you the answer.")
    assert world.ada.sees("@vera asks for operator.")
    await world.ada.clicks("Grant for 8 h")
    await world.seconds_pass(3)
    assert world.vera.sees("@ada made you operator until")
    assert world.ada.sees("Granted for 8 h by @ada")
    await world.vera.says("/vps reboot web-1", in_=world.ops)
    assert world.vera.sees("Rebooting web-1.")
    await world.minutes_pass(9 * 60)
    assert world.vera.sees("Your role operator ends")
    await world.vera.says("/vps stop web-1", in_=world.ops)
    assert world.vera.sees("You are viewer here; this takes operator."), "the role from before the shift is still there"


async def test_access_can_be_asked_for_from_the_tenth_refusal_too(world: World) -> None:
    for name in ("web-1", "db-1"):
        world.has_server(name)
    await world.ada.says("/vps access grant @vera operator mail-*", in_=world.ada.direct)
    for name in ("web-1", *["db-1"] * 7, "web-1"):
        await world.vera.says(f"/vps reboot {name}", in_=world.ops)
    await world.vera.clicks("Ask for access")
    await world.seconds_pass(3)
    assert world.vera.sees("Asked @ada for operator on web-1. I'll tell you the answer.")
    assert world.ada.sees("@vera asks for operator on web-1.")
    await world.vera.says("/vps start db-1", in_=world.ops)
    await world.vera.clicks("Ask for access")
    await world.settle()
    assert world.vera.sees("Asked @ada for operator on db-1.")


async def test_nobody_is_sent_to_an_admin_whose_account_is_gone(world: World) -> None:
    world.has_server("web-1")
    await world.ada.says("/vps access grant @amir admin", in_=world.ada.direct)
    await world.ada.says("/vps access grant @vera operator db-*", in_=world.ada.direct)
    await world.team.deactivate(world.ada)
    for typed in ("settings", "reboot web-1"):
        await world.vera.says(f"/vps {typed}", in_=world.ops)
        assert "@amir can grant it" in last(world.vera) and "@ada" not in last(world.vera), typed
    await world.vera.clicks("Ask for access")
    await world.seconds_pass(3)
    assert world.vera.sees("Asked @amir for operator on web-1.")
    assert world.amir.sees("@vera asks for operator on web-1.") and not world.ada.sees("@vera asks for")
    await world.vera.says("/vps can stop web-1", in_=world.ops)
    assert "Could grant it: @amir" in last(world.vera)
    await world.team.make_guest(world.amir)
    nobody = "Nobody administers this workspace yet: whoever runs the bot sets VPSBOT_ADMINS to a Slack user id."
    for typed in ("settings", "can stop web-1", "reboot web-1"):
        await world.vera.says(f"/vps {typed}", in_=world.ops)
        assert nobody in last(world.vera), typed
        assert "Ask for access" not in last(world.vera)


async def test_a_role_for_a_server_whose_name_looks_like_a_pattern_is_for_that_one_alone(world: World) -> None:
    for name in ("web*", "web-prod", "mail"):
        world.has_server(name)
    await world.ada.says("/vps access grant @noor viewer", in_=world.ada.direct)
    await world.ada.says("/vps access grant @noor operator mail", in_=world.ada.direct)
    await world.noor.says("/vps reboot web*", in_=world.ops)
    await world.settle()
    await world.noor.clicks("Reboot 1 server")
    await world.settle()
    await world.noor.clicks("Ask for access")
    await world.seconds_pass(2)
    assert world.ada.sees("@noor asks for operator on web∗.")
    await world.ada.clicks("Grant")
    await world.seconds_pass(3)
    await world.noor.says("/vps reboot web-prod", in_=world.ops)
    assert "this takes operator" in last(world.noor), last(world.noor)


async def test_asking_for_access_and_being_declined(world: World) -> None:
    await world.noor.says("/vps list", in_=world.ops)
    await world.noor.clicks("Ask for access")
    await world.seconds_pass(2)
    await world.ada.clicks("Decline")
    await world.seconds_pass(3)
    assert world.noor.sees("@ada declined to make you viewer.")
    await world.noor.says("/vps list", in_=world.ops)
    assert world.noor.sees("You have no role here yet; this takes")


async def test_two_admins_answer_at_once_and_one_answer_counts(world: World) -> None:
    await world.ada.says("/vps access grant @amir admin", in_=world.ops)
    await world.noor.says("/vps list", in_=world.ops)
    await world.noor.clicks("Ask for access")
    await world.seconds_pass(3)
    await world.amir.clicks("Grant")
    await world.ada.clicks("Decline")
    await world.seconds_pass(3)
    assert world.ada.sees("Granted already by @amir. Nothing was changed.")
    assert not world.noor.sees("declined")
    assert times(world.noor, "@amir made you viewer: you may see servers.") == 1
    await world.noor.says("/vps list", in_=world.ops)
    assert world.noor.sees("no servers here that you can see")
