"""What can go wrong around a change of power, as a table: what people do, what the provider does, how it must end.

`brings` names the points that a scenario is there to visit (`{kind}` stands for start, stop or reboot, `#2` for the
second visit). The bot is killed at each of them, once per kind; `test_points.py` compares them all with the code.
"""

from bot.domain.operations import Kind, State
from tests.faults.doing import (
    IN_FLIGHT,
    SLOW,
    eleven_minutes_pass,
    fault,
    noor_types,
    olga_leaves,
    one_server,
    six_minutes_pass,
    slow_and_no_answering,
    two_servers,
    types,
    types_a_pattern_and_agrees,
    types_an_unknown_name,
    types_as_one_of_a_group,
    types_elsewhere,
)
from tests.faults.scenario import PATIENT, Scenario, around, without_counts
from tests.faults.scenarios_by_hand import BY_HAND
from tests.faults.scenarios_of_creation import UPDATES_AND_CREATIONS
from tests.faults.scenarios_of_deletion import DELETIONS


def _each(state: State | None, reboot: State | None = None) -> dict[Kind, State | None]:
    return {Kind.START: state, Kind.STOP: state, Kind.REBOOT: reboot or state}


def _count(start_or_stop: int | tuple[int, ...], reboot: int) -> dict[Kind, tuple[int, ...]]:
    either = start_or_stop if isinstance(start_or_stop, tuple) else (start_or_stop,)
    return {Kind.START: either, Kind.STOP: either, Kind.REBOOT: (reboot,)}


_DONE = _each(State.SUCCEEDED)
_REBOOT_UNKNOWN = _each(State.SUCCEEDED, State.UNKNOWN)
_LOOKED_AFTER = (
    "call:POST {kind}:after",
    "commit:operations.answered:before",
    *around("commit:operations.reconciled"),
)
"""Where a process dies that has sent the call and doesn't know what came of it."""

OF_POWER: tuple[Scenario, ...] = (
    Scenario(
        "plain",
        "Nothing goes wrong.",
        (
            *around("slack:auth.test", "commit:housekeeping", "slack:users.info", "call:GET list"),
            *around("commit:operations.submit", "commit:notices.claim", "slack:chat.postMessage"),
            *around("commit:notices.sent", "call:GET show", "commit:operations.call", "call:POST {kind}"),
            *around("commit:operations.answered", "commit:operations.settled", "slack:chat.update"),
            "call:GET list:after#2",
            "slack:chat.postMessage:before#2",
            "slack:chat.postMessage:after#2",
            "commit:notices.sent:before#2",
            "commit:notices.sent:after#2",
            "commit:notices.sent:after#3",
        ),
        types,
        one_server,
        _DONE,
        _count(1, 1),
    ),
    Scenario(
        "lost_reply",
        "The provider does it, and its answer gets lost.",
        _LOOKED_AFTER,
        types,
        fault("lost_reply"),
        _DONE,
        _count(1, 1),
    ),
    Scenario(
        "in_flight",
        "The provider does it, and takes its time to say so.",
        ("call:POST {kind}:during",),
        types,
        fault("slow", seconds=IN_FLIGHT),
        _DONE,
        _count(1, 1),
    ),
    Scenario(
        "closed_before",
        "The connection is closed, and nothing was done.",
        _LOOKED_AFTER,
        types,
        fault("closed_before"),
        _REBOOT_UNKNOWN,
        _count(2, 1),
    ),
    Scenario(
        "late_effect",
        "The connection is closed, and it is done all the same, a little later.",
        _LOOKED_AFTER,
        types,
        fault("late_effect", seconds=0.4),
        _DONE,
        _count((1, 2), 1),  # a start or stop is called again if the look comes before the effect
    ),
    Scenario(
        "status_503",
        "The provider fails, and nobody knows whether before or after the work.",
        ("call:POST {kind}:after", "commit:operations.answered:after"),
        types,
        fault("status", status=503),
        _REBOOT_UNKNOWN,
        _count(2, 1),
    ),
    Scenario(
        "status_503_done",
        "The provider does it, and then says that it failed.",
        ("commit:operations.answered:after",),
        types,
        fault("status", status=503, effect=True),
        _DONE,
        _count(1, 1),
    ),
    Scenario(
        "status_429",
        "The provider asks to slow down; it certainly did nothing.",
        ("call:POST {kind}:after", *around("commit:operations.answered"), "commit:operations.call:after#2"),
        types,
        fault("status", status=429, retry_after=1),
        _DONE,
        _count(2, 2),
    ),
    Scenario(
        "hang",
        "The provider says nothing until the bot's patience ends.",
        ("call:POST {kind}:after", "commit:operations.answered:before"),
        types,
        fault("hang", seconds=30),
        _REBOOT_UNKNOWN,
        _count(2, 1),
    ),
    Scenario(
        "page_unreadable",
        "The server can't be read before the call; a little later it can.",
        around("commit:operations.not_called"),
        types,
        fault("status", on="show", times=3, status=503),
        _DONE,
        _count(1, 1),
    ),
    Scenario(
        "slow_list",
        "The provider is too slow for the acknowledgement: the command is kept first.",
        (
            *around("commit:deliveries.keep", "slack:response_url", "commit:deliveries.finish"),
            *around("commit:operations.submit"),
        ),
        types,
        fault("slow", on="list", seconds=SLOW),
        _DONE,
        _count(1, 1),
        settings=PATIENT,
    ),
    Scenario(
        "cut_off",
        "The bot died with a command in its hands that it had kept: it is taken up again.",
        (*around("commit:deliveries.claim"), "commit:operations.submit:after", "commit:deliveries.finish:before"),
        types,
        fault("slow", on="list", seconds=SLOW),
        _DONE,
        _count(1, 1),
        settings=PATIENT,
        first_kills=("commit:deliveries.keep:after",),
    ),
    Scenario(
        "slow_question",
        "The provider is slow, and there is no such server: that has to be said.",
        (*around("slack:response_url", "commit:deliveries.finish"),),
        types_an_unknown_name,
        fault("slow", on="list", seconds=SLOW),
        _each(None),
        _count(0, 0),
        settings=PATIENT,
        answer="There is no server gateway.",
    ),
    Scenario(
        "no_way_to_answer",
        "The provider is slow, and Slack's address for the answer doesn't work.",
        around("slack:chat.postEphemeral"),
        types,
        slow_and_no_answering,
        _DONE,
        _count(1, 1),
        settings=PATIENT,
    ),
    Scenario(
        "no_role",
        "Who asks may not.",
        around("commit:guard.refused"),
        noor_types,
        one_server,
        _each(None),
        _count(0, 0),
        answer="You have no role here yet",
    ),
    Scenario(
        "by_group",
        "Who asks holds the role through a user group.",
        around("slack:usergroups.users.list"),
        types_as_one_of_a_group,
        one_server,
        _DONE,
        _count(1, 1),
    ),
    Scenario(
        "left_meanwhile",
        "Who asked is deactivated before it is done.",
        around("commit:operations.void"),
        types,
        one_server,
        _each(State.VOID),
        _count(0, 0),
        first_kills=("commit:operations.submit:after",),
        meanwhile=olga_leaves,
    ),
    Scenario(
        "away_too_long",
        "The bot was away for so long that doing it now would surprise.",
        around("commit:operations.too_late"),
        types,
        one_server,
        _each(State.FAILED),
        _count(0, 0),
        first_kills=("commit:operations.submit:after",),
        meanwhile=eleven_minutes_pass,
    ),
    Scenario(
        "put_off_for_long",
        "The provider wants to be left alone for longer than anybody waits: it is not done later, as a surprise.",
        around("commit:operations.given_up"),
        types,
        fault("status", status=429, retry_after=900),
        _each(State.FAILED),
        _count(1, 1),
        first_kills=("commit:operations.answered:after",),
        meanwhile=six_minutes_pass,
    ),
    Scenario(
        "not_in_channel",
        "The card can't stand where the command was typed: it goes to the person.",
        (
            *around("commit:notices.elsewhere", "commit:notices.put_off"),
            "slack:chat.postMessage:after",
            "slack:chat.postMessage:after#2",
        ),
        types_elsewhere,
        one_server,
        _DONE,
        _count(1, 1),
    ),
    Scenario(
        "pattern",
        "Two servers by a pattern: they are shown, and a click says yes.",
        (*around("commit:power.offer", "slack:response_url"), "commit:operations.call:after#2"),
        types_a_pattern_and_agrees,
        two_servers,
        _DONE,
        _count(2, 2),
    ),
)


SCENARIOS = OF_POWER + BY_HAND + DELETIONS + UPDATES_AND_CREATIONS


def all_brought(kind: Kind) -> frozenset[str]:
    """The points of all scenarios, for a kind, without the count of visits."""
    of_it = [scenario for scenario in SCENARIOS if kind in scenario.kinds]
    return without_counts(point for scenario in of_it for point in scenario.kills(kind))
