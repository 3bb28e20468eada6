"""What can go wrong around a deletion, as a table: people ask, agree and withdraw, and it can't be taken back."""

from collections.abc import Awaitable, Callable, Mapping

from bot.domain.operations import Kind, State
from tests.faults.doing import (
    IN_FLIGHT,
    a_day_passes,
    an_hour_passes,
    asks_to_delete,
    deletes,
    deletes_after_a_look,
    deletes_and_waits,
    deletes_and_withdraws,
    fault,
    one_server,
    undo_window,
    undo_window_and_a_slow_stop,
    undo_window_for_a_stopped_one,
)
from tests.faults.scenario import PATIENT, Scenario, around
from tests.faults.stage import Stage

DELETE_ONLY = (Kind.DELETE,)


def _deletion(
    name: str,
    story: str,
    brings: tuple[str, ...],
    prepare: Callable[[Stage], None],
    *,
    act: Callable[[Stage], Awaitable[None]] = deletes,
    ends: State = State.SUCCEEDED,
    posts: tuple[int, ...] = (1,),
    settings: Mapping[str, str] | None = None,
    first_kills: tuple[str, ...] = (),
    meanwhile: Callable[[Stage], Awaitable[None]] | None = None,
) -> Scenario:
    """A deletion that others agree to: people go on after every death, until it is decided."""
    return Scenario(
        *(name, story, brings, act, prepare, {Kind.DELETE: ends}, {Kind.DELETE: posts}, settings or {}),
        first_kills=first_kills,
        meanwhile=meanwhile,
        kinds=DELETE_ONLY,
        again=True,
    )


_READ_BACK = (
    "call:DELETE delete:after",
    "commit:operations.answered:before",
    *around("commit:operations.reconciled"),
)

DELETIONS: tuple[Scenario, ...] = (
    _deletion(
        "deletion",
        "Olga asks, Amir agrees, and nothing goes wrong.",
        (
            *around("call:GET show", "slack:conversations.info", "commit:delete.offer", "call:GET plans"),
            *around("slack:views.open", "commit:operations.submit", "slack:chat.postMessage", "commit:consent.vote"),
            *around("commit:operations.call", "call:DELETE delete", "commit:operations.answered"),
            *around("commit:operations.settled", "slack:chat.update"),
            "commit:notices.sent:before",
            "commit:notices.sent:after#3",
            "slack:response_url:before",
        ),
        one_server,
    ),
    _deletion("deletion_lost_reply", "It is done, and the answer gets lost.", _READ_BACK, fault("lost_reply")),
    _deletion(
        "deletion_in_flight",
        "It is done, and the provider takes its time to say so.",
        ("call:DELETE delete:during",),
        fault("slow", seconds=IN_FLIGHT),
    ),
    _deletion(
        "deletion_closed_before",
        "The connection is closed, and nothing was done.",
        (*_READ_BACK, "call:DELETE delete:before#2", "call:DELETE delete:after#2"),
        fault("closed_before"),
        posts=(2,),
    ),
    _deletion(
        "deletion_late_effect",
        "The connection is closed, and it is done all the same, a little later.",
        _READ_BACK,
        fault("late_effect", seconds=0.4),
        posts=(1, 2),
    ),
    _deletion(
        "deletion_late_list",
        "It is done, and shows in the list late.",
        ("call:DELETE delete:after", "commit:operations.settled:before"),
        fault("late_list", seconds=1.0),
    ),
    _deletion(
        "deletion_503",
        "The provider does it, and then says that it failed.",
        ("commit:operations.answered:after",),
        fault("status", status=503, effect=True),
    ),
    _deletion(
        "deletion_slow_dialog",
        "The server is read slowly: the dialog opens as loading.",
        around("slack:views.update"),
        fault("slow", on="show", seconds=1.2),
        settings=PATIENT,
    ),
    _deletion(
        "deletion_withdrawn",
        "Olga asks, and takes it back.",
        around("commit:consent.cancel"),
        one_server,
        act=deletes_and_withdraws,
        ends=State.CANCELLED,
        posts=(0,),
    ),
    _deletion(
        "deletion_claimed",
        "Amir says that he looks at it, then agrees.",
        around("commit:consent.claim"),
        one_server,
        act=deletes_after_a_look,
    ),
    _deletion(
        "deletion_expired",
        "Nobody decides for a day.",
        around("commit:consent.look"),
        one_server,
        act=asks_to_delete,
        ends=State.EXPIRED,
        posts=(0,),
        first_kills=("commit:operations.submit:after",),
        meanwhile=a_day_passes,
    ),
    _deletion(
        "deletion_after_an_hour",
        "Amir agrees, and the machine is off for an hour.",
        around("commit:operations.call", "call:DELETE delete"),
        one_server,
        first_kills=("commit:consent.vote:after",),
        meanwhile=an_hour_passes,
    ),
    _deletion(
        "deletion_stopped_first",
        "The server is stopped, and there is time to undo it.",
        (*around("call:POST stop", "commit:operations.answered"), "call:DELETE delete:after"),
        undo_window,
        act=deletes_and_waits,
        posts=(2,),
    ),
    _deletion(
        "deletion_stop_in_flight",
        "The stop before it is under way, and has no answer yet.",
        ("call:POST stop:during",),
        undo_window_and_a_slow_stop,
        act=deletes_and_waits,
        posts=(2,),
    ),
    _deletion(
        "deletion_stopped_already",
        "It is to be stopped first, and is stopped.",
        around("commit:operations.before_deletion"),
        undo_window_for_a_stopped_one,
        act=deletes_and_waits,
    ),
)
