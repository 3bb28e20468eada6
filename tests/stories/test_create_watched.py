"""A creation that takes long, ends strangely or is watched no more: what is told, and when."""

from re import search

from tests.stories.creating import bought, called, creates
from tests.stories.telling import BOTH_WAYS, times
from tests.world import World

pytestmark = BOTH_WAYS
LATE = "@olga app-1: still provisioning after 15"
STRANGE = "@olga app-1: VPS.org says that it is neither provisioning nor ready,"


async def test_one_message_shows_how_far_it_is_and_moves_along(fleet: World) -> None:
    fleet.vps.settings.provision_seconds = 150
    await creates(fleet, fleet.olga)
    shown = []
    for seconds in (10, 30, 60):
        await fleet.seconds_pass(seconds)
        [card] = [each for each in fleet.vera.messages(fleet.ops) if "creating app-1" in fleet.vera.reads(each)]
        shown.append((card.ts, fleet.vera.reads(card)))
    assert len({ts for ts, _ in shown}) == 1, "an update, not another message"
    for so_far, (_, text) in zip((r"0:0\d|0:10", r"0:[34]\d", r"1:[1-4]\d"), shown, strict=True):
        assert search(rf"@olga is creating app-1: provisioning, ({so_far}) so far, usually 2–5 minutes", text), text
    await fleet.minutes_pass(2)
    assert not fleet.vera.sees("so far")
    assert search(r"@olga app-1 is ready: .*\. It took 2 min 3\d s\.", fleet.olga.screen()), fleet.olga.screen()


async def test_slack_is_away_while_it_becomes_ready(fleet: World) -> None:
    await creates(fleet, fleet.olga)
    await fleet.seconds_pass(3)
    fleet.slack.fail("chat.postMessage", error="closed", times=1_000_000)
    fleet.slack.fail("chat.update", error="closed", times=1_000_000)
    await fleet.minutes_pass(60)
    assert called(fleet, "app-1") == 1 and not fleet.olga.sees("is ready")
    fleet.slack.world.faults.clear()
    await fleet.minutes_pass(6)
    assert times(fleet.olga, "@olga app-1 is ready:") == 1
    assert times(fleet.vera, "creating app-1: provisioning") == 0, "the card has moved along, too"


async def test_the_provider_is_away_while_it_becomes_ready(fleet: World) -> None:
    await creates(fleet, fleet.olga)
    await fleet.seconds_pass(3)
    fleet.vps.arm({"kind": "status", "status": 503})
    await fleet.minutes_pass(60)
    assert times(fleet.olga, LATE) == 1 and not fleet.olga.sees("is ready")
    fleet.vps.clear_faults()
    await fleet.minutes_pass(3)
    assert times(fleet.olga, "@olga app-1 is ready:") == 1
    assert bought(fleet) == called(fleet, "app-1") == 1


class TestWatching:
    """What takes long is told once, what fails in the provider's own words; who doesn't want to wait stops it."""

    async def test_after_a_quarter_of_an_hour(self, fleet: World) -> None:
        fleet.vps.settings.provision_seconds = None
        await creates(fleet, fleet.olga)
        await fleet.minutes_pass(14)
        assert not fleet.olga.sees("still provisioning")
        await fleet.minutes_pass(2)
        assert times(fleet.olga, "@olga app-1: still provisioning after 15") == 1
        await fleet.olga.clicks("Stop watching")
        await fleet.seconds_pass(5)
        assert fleet.olga.sees("app-1: I stopped watching its creation, as @olga asked; it is provisioning.")
        assert "U0OLGA watch.stopped app-1: " in await fleet.log()
        await fleet.olga.clicks("Check again")
        fleet.vps.change("app-1", status="active", ip_address="203.0.113.99")
        await fleet.minutes_pass(1)
        assert fleet.olga.sees("@olga app-1 is ready: 203.0.113.99") and bought(fleet) == 1

    async def test_after_the_time_that_was_set(self, fleet: World) -> None:
        await fleet.restart(overdue_after=5)
        fleet.vps.settings.provision_seconds = None
        await creates(fleet, fleet.olga)
        await fleet.minutes_pass(4)
        assert not fleet.olga.sees("still provisioning")
        await fleet.minutes_pass(2)
        assert times(fleet.olga, "@olga app-1: still provisioning after 5 min") == 1

    async def test_a_status_that_nobody_knows(self, fleet: World) -> None:
        fleet.vps.settings.provision_seconds = None
        await creates(fleet, fleet.olga)
        await fleet.seconds_pass(5)
        fleet.vps.change("app-1", status="error <!here>")
        await fleet.minutes_pass(1)
        assert times(fleet.olga, "Its status is error <!here> now. I go on watching") == 1
        assert fleet.olga.sees('creating app-1: VPS.org says "error <!here>"')

    async def test_a_status_that_turns_bad_after_the_delay_was_told(self, fleet: World) -> None:
        fleet.vps.settings.provision_seconds = None
        await creates(fleet, fleet.olga)
        await fleet.minutes_pass(16)
        assert times(fleet.olga, LATE) == 1
        fleet.vps.change("app-1", status="error")
        await fleet.minutes_pass(5)
        assert times(fleet.olga, f"{STRANGE} after 16 min") == 1
        assert times(fleet.olga, "Its status is error now. I go on watching and tell you the end.") == 1
        assert "Stop watching" in fleet.olga.buttons
        fleet.vps.change("app-1", status="failed")
        await fleet.minutes_pass(5)
        assert fleet.olga.sees("Its status is failed now. I go on watching") and times(fleet.olga, STRANGE) == 2
        assert times(fleet.olga, LATE) == 1

    async def test_a_status_that_is_strange_from_the_start_is_not_called_late_and_the_delay_is_told(
        self, fleet: World
    ) -> None:
        fleet.vps.settings.provision_seconds = None
        await creates(fleet, fleet.olga)
        fleet.vps.change("app-1", status="queued")
        await fleet.minutes_pass(14)
        assert times(fleet.olga, "Its status is queued now.") == times(fleet.olga, STRANGE) == 1
        assert not fleet.olga.sees("still provisioning")
        await fleet.minutes_pass(2)
        assert times(fleet.olga, LATE) == 1 and times(fleet.olga, "Its status is queued now.") == 2
        assert "Stop watching" in fleet.olga.buttons

    async def test_a_provider_that_counts_percents_in_the_status_makes_few_messages(self, fleet: World) -> None:
        fleet.vps.settings.provision_seconds = None
        await creates(fleet, fleet.olga)
        for percent in range(10):
            fleet.vps.change("app-1", status=f"installing {percent}%")
            await fleet.seconds_pass(40)
        assert times(fleet.olga, STRANGE) == 5
        assert fleet.olga.sees('creating app-1: VPS.org says "installing 9%"')
