"""Whoever writes waits for a turn; an acknowledgement, for which Slack waits three seconds, goes first."""

import asyncio

from bot.store.turns import Turns


class Row:
    """People that stand in a row, and in which order they were served."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.served: list[str] = []
        self.go_on = asyncio.Event()

    def comes(self, name: str, *, urgent: bool = False) -> "asyncio.Task[None]":
        async def serve() -> None:
            async with self.turns.turn(urgent=urgent):
                self.served.append(name)
                await self.go_on.wait()

        return asyncio.create_task(serve())


async def test_who_is_urgent_goes_ahead_and_the_others_keep_their_order() -> None:
    row = Row()
    everybody = [row.comes("first"), row.comes("second"), row.comes("third")]
    await asyncio.sleep(0)
    everybody += [row.comes("urgent", urgent=True), row.comes("also urgent", urgent=True)]
    await asyncio.sleep(0)
    assert row.served == ["first"], "one at a time"
    row.go_on.set()
    await asyncio.gather(*everybody)
    assert row.served == ["first", "urgent", "also urgent", "second", "third"]


async def test_who_gives_up_or_fails_holds_nobody_up() -> None:
    row = Row()
    first, second, third = row.comes("first"), row.comes("second"), row.comes("third")
    await asyncio.sleep(0)
    second.cancel()
    first.cancel()  # while it has its turn
    await asyncio.sleep(0)
    row.go_on.set()
    await third
    assert row.served == ["first", "third"]
    await row.comes("later")
    assert row.served == ["first", "third", "later"], "nothing is left taken"


async def test_a_turn_given_to_who_just_gave_up_is_passed_on() -> None:
    row = Row()
    first, second, third = row.comes("first"), row.comes("second"), row.comes("third")
    await asyncio.sleep(0)
    row.go_on.set()
    await first  # the second has been given its turn, and has not noticed yet
    second.cancel()
    await asyncio.wait({second, third})
    assert third.done() and not third.cancelled() and row.served[-1] == "third"
