"""What people do about a change whose end nobody knows, and about a message that Slack didn't keep, as a table.

The steps are the same code for all kinds of change, so the campaign of reboots stands for them all.
"""

from bot.domain.operations import Kind, State
from bot.sandbox.slack import conversation
from tests.faults.doing import fault, one_server, seen, types
from tests.faults.scenario import Scenario, around
from tests.faults.stage import A_MINUTE_LATER, Stage

IN_VAIN = 20
"""Seconds after which the call can't be in flight any more: the bot gives up looking."""

LATE = 300
"""Seconds after which the provider does it all the same."""


async def looks_again(stage: Stage) -> None:
    """Olga types it, unless she did, and asks to look once more when she is told that nobody knows."""
    await _types_once(stage)
    await stage.processes[-1].until(lambda: _called(stage), "the call")
    stage.clock.move(seconds=IN_VAIN)
    if await seen(stage, stage.olga, "[Check again]"):
        stage.clock.move(seconds=LATE)
        await stage.olga.clicks("Check again")
        stage.clock.move(seconds=A_MINUTE_LATER)  # what never happened isn't waited for any longer


def _called(stage: Stage) -> bool:
    """Whether the call was made, or will never be: the process that was about to make it is gone."""
    if stage.calls(action="reboot"):
        return True
    known = bool(stage.watch.read("SELECT id FROM operations WHERE called_at IS NOT NULL"))
    stage.processes[-1].hear()
    return known and "commit:operations.call:before" not in stage.processes[-1].points


async def sends_again(stage: Stage) -> None:
    """Olga types it, unless she did; Ada has the card sent anew when she is told that it didn't get through."""
    await _types_once(stage)
    for _ in range(3):
        if not await stage.processes[-1].until(stage.at_rest, "the end"):
            return
        await stage.ada.says("/vps notices", in_=stage.ada.direct)
        listed = stage.ada.messages(stage.ada.direct)[-1]
        if "[Send again]" not in stage.ada.reads(listed):
            return
        await stage.ada.clicks("Send again", on=listed)


async def somebody_deletes_the_card(stage: Stage) -> None:
    """An administrator of the workspace takes the bot's message away."""
    for message in [each for each in stage.ops.messages.values() if each.metadata]:
        conversation.remove(stage.slack.world, stage.team.team, stage.ops, message)


async def _types_once(stage: Stage) -> None:
    if not stage.watch.read("SELECT id FROM operations"):
        await types(stage)


BY_HAND: tuple[Scenario, ...] = (
    Scenario(
        "looked_at_again",
        "The connection is closed and nothing is seen; it happens much later, and is found by who looks again.",
        around("commit:operations.look_again"),
        looks_again,
        fault("late_effect", seconds=LATE),
        {Kind.REBOOT: State.SUCCEEDED},
        {Kind.REBOOT: (1,)},
        kinds=(Kind.REBOOT,),
        again=True,
    ),
    Scenario(
        "sent_again",
        "The card is deleted in Slack; an admin has it sent once more.",
        around("commit:notices.again"),
        sends_again,
        one_server,
        {Kind.REBOOT: State.SUCCEEDED},
        {Kind.REBOOT: (1,)},
        first_kills=("commit:notices.sent:after",),
        meanwhile=somebody_deletes_the_card,
        kinds=(Kind.REBOOT,),
        again=True,
    ),
)
