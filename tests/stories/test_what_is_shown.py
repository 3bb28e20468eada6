"""What people see before they delete, or agree to it: all that tells a server from others, and whether it is used."""

from datetime import timedelta
from typing import Any

import pytest

from tests.stories.deleting import asks, card_of, decided, deletions, there
from tests.stories.telling import times
from tests.world import MONDAY, World


async def opens(world: World, typed: str) -> str:
    """The text of the dialog that Olga gets."""
    await world.olga.says(f"/vps delete {typed}", in_=world.ops)
    await world.settle()
    assert world.olga.dialog is not None
    return world.olga.dialog.text


class TestTheDialog:
    """Of one server, and of several."""

    async def test_of_one_server_in_use(self, deleting: World, monkeypatch: pytest.MonkeyPatch) -> None:
        used = {"cpu_percent": 23.4, "bandwidth_used": 450.2}
        monkeypatch.setattr("bot.sandbox.vps.api.usage", lambda _server: used)
        deleting.has_server("old-1", created_at=MONDAY - timedelta(days=400), location="us-east", hostname="o.example")
        await deleting.seconds_pass(11)
        text = await opens(deleting, "old-1")
        assert "CPU 23 %, 450 GB this month: it looks in use" in text
        assert "Age\n400 days, since " in text

    async def test_who_decides_sees_its_use_as_long_as_it_waits(
        self, deleting: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.sandbox.vps.api.usage", lambda _s: {"cpu_percent": 23.4, "bandwidth_used": 450.2})
        await asks(deleting, deleting.olga)
        used = "When it was asked\nactive, CPU 23 %, 450 GB this month: it looks in use"
        assert used in deleting.amir.reads(card_of(deleting, deleting.amir))
        await deleting.amir.clicks("Approve")
        await deleting.seconds_pass(30)
        assert "in use" not in deleting.amir.reads(card_of(deleting, deleting.amir))

    async def test_of_one_that_is_off(self, deleting: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.sandbox.vps.api.usage", lambda _s: {"cpu_percent": 0.0, "bandwidth_used": 130.0})
        deleting.vps.change("web-1", status="stopped")
        await deleting.seconds_pass(11)
        assert "stopped, CPU 0 %, 130 GB this month: it was in use" in await opens(deleting, "web-1")

    async def test_of_one_that_does_nothing(self, deleting: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.sandbox.vps.api.usage", lambda _s: {"cpu_percent": 0.4, "bandwidth_used": 0.1})
        text = await opens(deleting, "web-1")
        assert "CPU 0 %, 0 GB this month" in text and "in use" not in text

    async def test_of_several(self, deleting: World) -> None:
        deleting.vps.change("web-2", location="us-east")
        await deleting.seconds_pass(11)
        lines = [line for line in (await opens(deleting, "web-*")).splitlines() if line.startswith("• ")]
        assert len(lines) == 2
        for line, place in zip(lines, ("us-west", "us-east"), strict=True):
            assert "Standard VPS" in line and "Ubuntu 22.04 LTS" in line and place in line and "90 days old" in line


class TestTheCard:
    """All that makes consent void when it is different."""

    async def test_of_one_server(self, deleting: World) -> None:
        await asks(deleting, deleting.olga)
        card = deleting.amir.reads(card_of(deleting, deleting.amir))
        assert "Hostname\nweb-1.example.com" in card and "System\nUbuntu 22.04 LTS" in card

    async def test_of_several(self, deleting: World) -> None:
        await opens(deleting, "web-*")
        await deleting.olga.fills("Type how many servers this deletes", "2")
        await deleting.olga.fills("Reason", "Both are old.")
        assert await deleting.olga.submits() == {}
        await deleting.seconds_pass(3)
        card = deleting.amir.reads(card_of(deleting, deleting.amir))
        assert "web-1.example.com" in card and "web-2.example.com" in card and card.count("Ubuntu 22.04 LTS") == 2

    async def test_of_another_name(self, deleting: World) -> None:
        await decided(deleting, also=("stop web-*",))
        await deleting.olga.says("/vps rename web-1 shop-1", in_=deleting.general)
        await deleting.seconds_pass(3)
        card = deleting.amir.reads(card_of(deleting, deleting.amir))
        assert "Hostname\nweb-1.example.com" in card and "Plan\nStandard VPS" in card


class TestNoCreationTime:
    """A server that can't be told from its successor takes nobody's consent."""

    async def test_when_it_is_asked_for(self, deleting: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.sandbox.vps.api.moment", lambda _time: None)
        await deleting.seconds_pass(11)
        await deleting.olga.says("/vps delete web-1", in_=deleting.ops)
        await deleting.settle()
        assert deleting.olga.dialog is None
        assert deleting.olga.sees("VPS.org doesn't say since when web-1 exists, so consent can't be given to it")
        assert "U0OLGA change.refused web-1: no_creation_time" in await deleting.log()

    async def test_when_it_is_about_to_be_done(self, deleting: World, monkeypatch: pytest.MonkeyPatch) -> None:
        await asks(deleting, deleting.olga)
        monkeypatch.setattr("bot.sandbox.vps.api.moment", lambda _time: None)
        await deleting.amir.clicks("Approve")
        await deleting.seconds_pass(20)
        assert deletions(deleting) == 0 and there(deleting) == ["web-1", "web-2"]
        told = "web-1 was not deleted: it is not what was approved any more (the creation time is missing"
        assert times(deleting.olga, f"@olga @amir {told}") == 1


DIFFERENT: dict[str, dict[str, Any]] = {
    "name": {"name": "payroll"},
    "address": {"ip_address": "203.0.113.77"},
    "plan": {"plan": 3},
    "system": {"os": 1},
    "created_at": {"created_at": MONDAY - timedelta(days=1)},
}
"""What can be another's when it is done: the last is a new server under an id that was given before."""


@pytest.mark.parametrize("undo", [0, 60])
@pytest.mark.parametrize("field", DIFFERENT)
async def test_what_is_different_makes_the_consent_void(deleting: World, field: str, undo: int) -> None:
    await decided(deleting, undo_window=undo)
    await asks(deleting, deleting.olga)
    if undo:
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(30)
    deleting.vps.change("web-1", **DIFFERENT[field])
    if not undo:
        await deleting.amir.clicks("Approve")
    await deleting.minutes_pass(undo + 1)
    assert deletions(deleting) == 0
    told = f"@olga @amir web-1 was not deleted: it is not what was approved any more ({field}: "
    assert times(deleting.olga, told) == 1


class TestThePolicyOfThatMoment:
    """What the workspace decided counts when something is done, and other values than the usual ones work."""

    async def test_more_approvals_since_the_consent(self, deleting: World) -> None:
        await decided(deleting, undo_window=60)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(30)
        await decided(deleting, approvals=2)
        await deleting.minutes_pass(35)
        assert deletions(deleting) == 0
        assert deleting.olga.sees("web-1 was not deleted: the consent for it doesn't hold any more.")

    async def test_nobody_has_to_agree_and_there_is_time_to_undo(self, deleting: World) -> None:
        await decided(deleting, approvals=0, undo_window=60)
        for name in ("web-1", "web-2"):
            await asks(deleting, deleting.olga, name)
        await deleting.seconds_pass(5)
        assert deleting.olga.sees("The deletion begins ")
        await deleting.olga.clicks("Cancel")
        await deleting.minutes_pass(65)
        assert deletions(deleting) == 1 and len(there(deleting)) == 1

    async def test_another_lifetime_and_another_reminder(self, deleting: World) -> None:
        await decided(deleting, lifetime=3 * 60, remind_after=30)
        await asks(deleting, deleting.olga)
        waits = "@olga still waits for an answer about deleting web-1."
        await deleting.minutes_pass(29)
        assert times(deleting.amir, waits) == 0
        await deleting.minutes_pass(2)
        assert times(deleting.amir, waits) == 1
        await deleting.minutes_pass(150)
        assert deleting.olga.sees("web-1 was not deleted: nobody decided in time.") and deletions(deleting) == 0
