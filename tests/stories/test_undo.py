"""After the consent a deletion may wait: everybody sees until when, and can stop it."""

import pytest

from bot.operations.advance import move
from bot.store import operations
from tests.stories.deleting import asks, card_of, decided, deletions, there
from tests.stories.telling import last, times
from tests.world import World


class TestTimeToUndo:
    """After the consent a deletion waits, and everybody can see until when, and stop it."""

    async def test_the_card_says_when_and_it_happens_then(self, deleting: World) -> None:
        await decided(deleting, undo_window=60)
        await asks(deleting, deleting.olga)
        sure = deleting.amir.confirm_of("Approve")
        assert sure and sure.text == "web-1: for 1 h it can be cancelled, then nobody can undo it."
        await deleting.amir.clicks("Approve")
        await deleting.seconds_pass(5)
        assert deleting.amir.sees("until then it can be cancelled.")
        assert deleting.olga.sees("Approved by @amir. The deletion begins ")
        await deleting.minutes_pass(58)
        assert deletions(deleting) == 0
        await deleting.minutes_pass(3)
        assert deletions(deleting) == 1 and there(deleting) == ["web-2"]
        assert times(deleting.olga, "@olga web-1 is deleted: VPS.org doesn't know it any more. @amir approved it.") == 1

    @pytest.mark.parametrize("who", ["olga", "amir", "ada"])
    async def test_who_asked_and_every_approver_can_stop_it(self, deleting: World, who: str) -> None:
        await decided(deleting, undo_window=60)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(30)
        person = getattr(deleting, who)
        await person.clicks("Cancel", on=card_of(deleting, person))
        await deleting.minutes_pass(120)
        how = "withdrew the request" if who == "olga" else "cancelled it"
        assert deletions(deleting) == 0 and there(deleting) == ["web-1", "web-2"]
        assert deleting.olga.sees(f"web-1 was not deleted: @{who} {how}.")

    async def test_an_operator_who_did_not_ask_can_t(self, deleting: World) -> None:
        await decided(deleting, undo_window=60)
        await asks(deleting, deleting.amir)
        await deleting.ada.clicks("Approve")
        await deleting.minutes_pass(30)
        await deleting.olga.clicks("Cancel", on=card_of(deleting, deleting.olga))
        await deleting.settle()
        assert deleting.olga.sees("Only @amir can cancel this")
        await deleting.minutes_pass(31)
        assert deletions(deleting) == 1

    async def test_the_server_is_stopped_first_when_that_is_set(self, deleting: World) -> None:
        await decided(deleting, undo_window=60, stop_first=True)
        await asks(deleting, deleting.olga)
        deleting.vps.fault("lost_reply", action="stop", times=1)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(5)
        assert len(deleting.vps.calls(action="stop")) == 1
        assert deleting.amir.sees("It is stopped already.")
        await deleting.minutes_pass(60)
        assert deletions(deleting) == 1 and there(deleting) == ["web-2"]

    async def test_a_stopped_server_that_is_kept_is_said_to_be_stopped(self, deleting: World) -> None:
        await decided(deleting, undo_window=60, stop_first=True)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(5)
        kept = "web-1 is not deleted. It is stopped now; start it with /vps start web-1."
        asked = deleting.olga.confirm_of("Cancel", on=card_of(deleting, deleting.olga))
        assert asked and asked.text == kept
        await deleting.olga.clicks("Cancel", on=card_of(deleting, deleting.olga))
        await deleting.settle()
        assert last(deleting.olga) == f"Withdrawn. {kept}"
        await deleting.minutes_pass(90)
        assert deleting.olga.sees("withdrew the request. It is stopped now; start it with /vps start web-1.")
        assert deletions(deleting) == 0

    async def test_while_it_is_stopping_who_withdraws_is_told_so(self, deleting: World) -> None:
        deleting.vps.settings.stop_seconds = None
        await decided(deleting, undo_window=60, stop_first=True)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(1)
        await deleting.olga.clicks("Cancel", on=card_of(deleting, deleting.olga))
        await deleting.settle()
        told = "VPS.org was told to stop it before: if it is stopped by now, start it with /vps start web-1."
        assert last(deleting.olga) == f"Withdrawn. web-1 is not deleted. {told}"

    async def test_of_several_only_what_was_called_was_begun_with(self, deleting: World) -> None:
        for name in ("web-3", "web-4"):
            deleting.has_server(name, status="stopped")
        deleting.vps.settings.stop_seconds = None
        await decided(deleting, undo_window=60, stop_first=True)
        assert await asks(deleting, deleting.olga, "web-*", count="4") == {}
        deleting.vps.remove("web-2")
        await deleting.amir.clicks("Approve")
        await deleting.minutes_pass(1)
        stopped = "web-1, web-3 and web-4 are not deleted, but stopped by now, or soon: /vps start starts them."
        asked = deleting.olga.confirm_of("Cancel", on=card_of(deleting, deleting.olga))
        assert asked and asked.text == f"What was not begun yet stays as it is. {stopped}"
        await deleting.olga.clicks("Cancel", on=card_of(deleting, deleting.olga))
        await deleting.settle()
        assert deleting.olga.sees(f"Withdrawn. {stopped}")
        assert not deleting.olga.sees("was begun with before that"), "web-2 was gone before anything was called"

    async def test_a_right_that_is_lost_in_between_stops_it(self, deleting: World) -> None:
        await decided(deleting, undo_window=60)
        await asks(deleting, deleting.olga)
        await deleting.amir.clicks("Approve")
        await deleting.ada.says("/vps access revoke @olga", in_=deleting.ada.direct)
        await deleting.minutes_pass(65)
        assert deletions(deleting) == 0
        assert deleting.olga.sees("web-1 was not deleted: who asked lost the role for it before it was done.")


async def test_requests_shows_cancel_to_an_approver_in_the_time_to_undo(deleting: World) -> None:
    await decided(deleting, undo_window=60)
    await asks(deleting, deleting.olga)
    await deleting.ada.says("/vps requests", in_=deleting.ada.direct)
    assert "Cancel" not in deleting.ada.reads(deleting.ada.messages(deleting.ada.direct)[-1]), "it waits for consent"
    await deleting.amir.clicks("Approve")
    await deleting.minutes_pass(10)
    for person, drawn in ((deleting.vera, False), (deleting.ada, True)):
        await person.says("/vps requests", in_=person.direct)
        assert ("Cancel" in person.reads(person.messages(person.direct)[-1])) is drawn
    await deleting.ada.clicks("Cancel", on=deleting.ada.messages(deleting.ada.direct)[-1])
    await deleting.minutes_pass(60)
    assert deletions(deleting) == 0 and deleting.olga.sees("web-1 was not deleted: @ada cancelled it.")


async def test_an_old_ticket_does_not_shorten_the_time_to_undo(deleting: World) -> None:
    await decided(deleting, undo_window=60, stop_first=True)
    await asks(deleting, deleting.olga)
    await deleting.amir.clicks("Approve")
    await deleting.minutes_pass(5)
    async with deleting.bot.store.read() as tx:
        [waiting] = await operations.waiting(tx, deleting.team.id)
    await move(deleting.bot.parts, deleting.team.id, waiting.id)
    assert deletions(deleting) == 0
