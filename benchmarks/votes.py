"""A click on *Approve*, from Slack's request to its 200: the vote is committed before that."""

import asyncio

from benchmarks.load import percentile
from benchmarks.place import Place
from bot.sandbox.slack.person import LocalPerson

VOTES = 30
"""Deletions that are asked for, and agreed to one after the other while the engine carries them out."""

PATIENCE = 3.0 * VOTES

NAME, REASON = "Type the server's name to confirm", "Reason"
MANY = "1000"


async def votes(place: Place, port: int) -> dict[str, float]:
    """p50 and p99 in milliseconds. Raises RuntimeError when not every click was a vote."""
    await place.admit(port)
    people = place.team.people
    ada, olga = people["ada"], people["olga"]
    amir = place.team.add_person("amir", id="U0AMIR", real_name="Amir Approver")
    await ada.says("/vps access grant @amir approver", in_=ada.direct)
    await _settings(place, ada)
    for name in place.servers[:VOTES]:
        await _asks(olga, name)
    before = len(place.slack.deliveries("block_actions"))
    clicked = set[str]()
    async with asyncio.timeout(PATIENCE):
        while len(place.slack.deliveries("block_actions")) < before + VOTES:
            for card in amir.messages(place.approvals):
                if "[Approve]" in amir.reads(card) and card.ts not in clicked:
                    clicked.add(card.ts)
                    await amir.clicks("Approve", on=card)
            await asyncio.sleep(0.1)  # a channel gets one card a second
    times = [click.ms for click in place.slack.deliveries("block_actions")[before:]]
    kept = place.count("SELECT count(*) FROM votes")
    if not kept == len(times) == VOTES:
        raise RuntimeError(f"{len(times)} clicks, {kept} votes")
    return {"p50": percentile(times, 0.5), "p99": percentile(times, 0.99)}


async def _settings(place: Place, ada: LocalPerson) -> None:
    await ada.says("/vps settings", in_=ada.direct)
    await ada.will_see("Change…")
    await ada.clicks("Change…")
    await ada.will_see("Approvals channel")
    await ada.chooses("Approvals channel", place.approvals)
    await ada.fills("Deletions by one person in an hour", MANY)
    await ada.fills("Deletions by all in a day", MANY)
    if errors := await ada.submits():
        raise RuntimeError(f"the settings were not taken: {errors}")
    await ada.will_see("Saved")
    await ada.closes_dialog()


async def _asks(olga: LocalPerson, name: str) -> None:
    await olga.says(f"/vps delete {name}")
    await olga.will_see(NAME)
    await olga.fills(NAME, name)
    await olga.fills(REASON, "Measured.")
    await olga.submits()
    await olga.will_see("Asked")
    await olga.closes_dialog()
