"""What becomes of a change when the provider fails: counted at the provider, told to the person, exactly once."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Opens
from tests.stories.telling import calls, times
from tests.world import World

BEFORE = {"start": "stopped", "stop": "active", "reboot": "active"}

AFTER = {"start": "active", "stop": "stopped", "reboot": "active"}

PAST = {"start": "started", "stop": "stopped", "reboot": "rebooted"}

DONE = {"start": "web-1 is active. It took", "stop": "web-1 is stopped. It took", "reboot": "web-1 is active again."}

LOST = "web-1: no answer came to the reboot, and whether it happened can't be seen (it is active). I did not repeat it."

AGAIN = "An admin can connect it again with /vps connect."


@pytest.fixture
async def hasty(opens: Opens) -> AsyncIterator[World]:
    """A world whose bot gives up on a call of the provider after a fifth of a second."""
    async with opens(provider_timeout=0.2) as opened:
        yield opened


async def asks(world: World, kind: str, seconds: float = 90) -> None:
    """Olga asks for a change of web-1, and time passes; she is told one end, and the log stays whole."""
    world.has_server("web-1", status=BEFORE[kind])
    await world.olga.says(f"/vps {kind} web-1", in_=world.ops)
    await world.seconds_pass(seconds)
    assert times(world.olga, "@olga web-1") == 1, "one end is told"
    trail = await world.audit_trail()
    assert [entry.split()[0] for entry in trail].count("power.ended") == 1
    assert trail.count("power.called pending") == calls(world, kind), "no call without its entry"
    assert isinstance(await world.verified(), int)


KINDS = pytest.mark.parametrize("kind", ["start", "stop", "reboot"])


@KINDS
@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, 'web-1 was not {past}: VPS.org refused it; it is {before}. VPS.org says: "Not now."'),
        (401, f"web-1 was not {{past}}: VPS.org refuses this workspace's token. {AGAIN}"),
        (402, "web-1 was not {past}: the VPS.org account has not enough credits."),
        (403, f"web-1 was not {{past}}: VPS.org refuses this workspace's token. {AGAIN}"),
        (404, "web-1 is gone: VPS.org doesn't know it any more."),
        (409, 'web-1 was not {past}: VPS.org refused it; it is {before}. VPS.org says: "Not now."'),
    ],
)
async def test_a_no_is_told_with_its_reason_and_not_asked_again(
    world: World, kind: str, status: int, said: str
) -> None:
    world.vps.fault("status", action=kind, status=status, body={"detail": "Not now."})
    await asks(world, kind, 20)
    assert world.olga.sees("@olga " + said.format(past=PAST[kind], before=BEFORE[kind]))
    assert calls(world, kind) == 1
    assert (await world.audit_trail())[-1] == "power.ended failed"


@KINDS
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "lost_reply"},
        {"kind": "empty"},
        {"kind": "cut"},
        {"kind": "cut", "abrupt": True},
        {"kind": "html", "effect": True},
        {"kind": "redirect", "effect": True},
        {"kind": "status", "status": 500, "effect": True},
        {"kind": "status", "status": 503, "effect": True},
        {"kind": "late_list", "seconds": 30},
    ],
    ids=str,
)
async def test_what_was_done_without_a_good_answer_is_seen_and_not_done_twice(
    world: World, kind: str, fault: dict[str, object]
) -> None:
    world.vps.arm({"match": {"action": kind}, **fault})
    await asks(world, kind)
    assert world.olga.sees(f"@olga {DONE[kind]}")
    assert calls(world, kind) == 1
    assert world.vps.server("web-1").status == AFTER[kind]


@KINDS
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "closed_before"},
        {"kind": "html"},
        {"kind": "redirect"},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 502, "body": "<html>Bad gateway</html>"},
        {"kind": "late_effect", "seconds": 60},
    ],
    ids=str,
)
async def test_without_an_effect_a_start_or_stop_is_sent_again_and_a_reboot_never(
    world: World, kind: str, fault: dict[str, object]
) -> None:
    world.vps.arm({"match": {"action": kind}, "times": 1, **fault})
    await asks(world, kind)
    if kind == "reboot":
        assert calls(world, kind) == 1
        assert world.olga.sees(f"@olga {LOST} Look at it: /vps show web-1")
        assert (await world.audit_trail())[-1] == "power.ended unknown"
    else:
        assert calls(world, kind) == 2
        assert world.olga.sees(f"@olga {DONE[kind]}")


@KINDS
async def test_a_call_that_hangs_is_given_up_and_looked_after(hasty: World, kind: str) -> None:
    hasty.vps.fault("hang", action=kind, times=1, seconds=3)
    await asks(hasty, kind)
    assert calls(hasty, kind) == (1 if kind == "reboot" else 2)
    assert hasty.olga.sees(f"@olga {LOST if kind == 'reboot' else DONE[kind]}")


@KINDS
async def test_a_call_that_hangs_after_its_work_is_done_is_seen_as_done(hasty: World, kind: str) -> None:
    hasty.vps.fault("hang", action=kind, times=1, seconds=3, effect=True)
    await asks(hasty, kind)
    assert calls(hasty, kind) == 1
    assert hasty.olga.sees(f"@olga {DONE[kind]}")


@KINDS
async def test_an_effect_that_comes_late_is_waited_for(world: World, kind: str) -> None:
    world.vps.fault("late_effect", action=kind, times=1, seconds=12)
    await asks(world, kind)
    assert world.olga.sees(f"@olga {DONE[kind]}")
    if kind == "reboot":
        assert calls(world, kind) == 1, "the call's total timeout was waited out"


@KINDS
async def test_retry_after_is_waited_for_and_then_it_is_done(world: World, kind: str) -> None:
    world.vps.fault("status", action=kind, status=429, retry_after=30, times=1)
    world.has_server("web-1", status=BEFORE[kind])
    await world.olga.says(f"/vps {kind} web-1", in_=world.ops)
    await world.seconds_pass(10)
    assert world.amir.sees("web-1 (VPS.org asked to wait)")
    await world.seconds_pass(60)
    first, second = world.vps.calls(action=kind)
    assert (second.time - first.time).total_seconds() >= 30
    assert not first.effect and second.effect
    assert times(world.olga, "@olga web-1") == 1 and world.olga.sees(f"@olga {DONE[kind]}")


@KINDS
async def test_a_provider_that_always_asks_to_wait_is_given_up_after_five_minutes(world: World, kind: str) -> None:
    world.vps.fault("status", action=kind, status=429, retry_after=60)
    await asks(world, kind, 7 * 60)
    assert world.olga.sees(
        f"@olga web-1 was not {PAST[kind]}: VPS.org keeps asking to slow down. Try again later: /vps {kind} web-1"
    )
    assert world.vps.calls(action=kind, effect=True) == []


@pytest.mark.parametrize("kind", ["start", "stop"])
async def test_a_start_or_stop_without_any_effect_is_given_up_after_five_calls(world: World, kind: str) -> None:
    world.vps.fault("status", action=kind, status=500)
    await asks(world, kind)
    assert calls(world, kind) == 5
    assert world.olga.sees(f"@olga web-1 did not react to 5 calls and is {BEFORE[kind]}. Look at it: /vps show web-1")


async def test_the_echo_of_a_lost_start_is_not_taken_for_a_refusal(world: World) -> None:
    """The first start's answer is lost, the second is told "already running": so it is, and all is well."""
    world.vps.fault("closed_before", action="start", times=1)
    world.vps.fault("status", action="start", status=400, body={"detail": "Already running."}, effect=True, times=1)
    await asks(world, "start")
    assert world.olga.sees(f"@olga {DONE['start']}") and not world.olga.sees("was not started")
    assert calls(world, "start") == 2


async def test_a_reboot_refused_after_it_was_put_off_is_refused(world: World) -> None:
    """The first call was only asked to wait, so "not running" is the answer to this one, not an echo."""
    world.vps.fault("status", action="reboot", status=429, retry_after=30, times=1)
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(10)
    world.vps.change("web-1", status="stopped")
    await world.seconds_pass(60)
    assert world.olga.sees("@olga web-1 was not rebooted: only a running server can be rebooted, and it is stopped.")
    assert times(world.olga, "@olga web-1") == 1


async def test_a_lost_call_to_a_server_that_was_stopped_before_is_not_taken_for_a_restart(world: World) -> None:
    world.vps.fault("closed_before", action="reboot", times=1)
    world.has_server("web-1", status="stopped")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(90)
    assert times(world.olga, "@olga web-1") == 1, "an end is told, in a minute and not after a day"
    assert not world.olga.sees("active again")
    assert calls(world, "reboot") == 1


async def test_accepted_without_a_restart_is_not_told_as_done(world: World) -> None:
    server = world.has_server("web-1")
    answer = {"status": "success", "message": "ok", "server": {"id": server.id, "name": "web-1", "status": "active"}}
    world.vps.fault("status", action="reboot", status=200, body=answer)
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.seconds_pass(50)
    assert not world.olga.sees("@olga web-1")
    await world.seconds_pass(30)
    assert world.olga.sees(
        "@olga web-1: VPS.org accepted the reboot, but no restart was seen. Look at it: /vps show web-1"
    )
    assert times(world.olga, "@olga web-1") == 1 and calls(world, "reboot") == 1
    assert (await world.audit_trail())[-1] == "power.ended unknown"


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("start", "active", "web-1 was not started: it is running already."),
        ("stop", "stopped", "web-1 was not stopped: it is stopped already."),
        ("reboot", "stopped", "web-1 was not rebooted: only a running server can be rebooted, and it is stopped."),
        ("reboot", "suspended", "web-1 was not rebooted: VPS.org refused it; it is suspended."),
        ("start", "restoring", "web-1 was not started: VPS.org refused it; it is restoring."),
        ("stop", "hibernating", "web-1 was not stopped: VPS.org refused it; it is hibernating."),
    ],
)
async def test_a_state_in_which_it_makes_no_sense_is_told_in_plain_words(
    world: World, kind: str, status: str, said: str
) -> None:
    world.has_server("web-1", status=status)
    await world.olga.says(f"/vps {kind} web-1", in_=world.ops)
    await world.seconds_pass(5)
    assert world.olga.sees(f"@olga {said}")
    assert 'VPS.org says: "Server ' in world.olga.screen(), "the provider's own words stand beside ours"
    assert world.vps.calls(action=kind, effect=True) == []


@pytest.mark.parametrize("when", ["before the call", "after the call"])
async def test_a_server_deleted_behind_the_bots_back_is_told_as_gone(world: World, when: str) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps list", in_=world.ops)
    if when == "before the call":
        world.vps.remove("web-1")
    await world.olga.says("/vps reboot web-1")
    await world.seconds_pass(2)
    if when == "after the call":
        world.vps.remove("web-1")
    await world.seconds_pass(30)
    assert times(world.olga, "@olga web-1 is gone: VPS.org doesn't know it any more.") == 1
    assert world.reboots() == (when == "after the call")


async def test_a_list_that_leaves_a_server_out_is_not_believed(world: World) -> None:
    world.has_server("web-1")
    await world.olga.says("/vps reboot web-1", in_=world.ops)
    await world.settle()
    world.vps.fault("status", action="list", status=200, body={"count": 0, "results": []}, times=3)
    await world.seconds_pass(20)
    assert not world.olga.sees("is gone")
    assert times(world.olga, "@olga web-1 is active again.") == 1
