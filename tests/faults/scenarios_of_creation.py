"""What can go wrong around creations, renames and edits, as a table. A second creation would be paid."""

from collections.abc import Awaitable, Callable

from bot.domain.operations import Kind, State
from tests.faults.doing import (
    IN_FLIGHT,
    consent_to_create,
    creates,
    creates_and_adopts,
    creates_and_agrees,
    edits,
    fault,
    lost_and_late,
    lost_and_very_late,
    one_server,
    renames,
    somebody_takes_the_name,
    the_list_is_away_for_a_moment,
    the_plan_gets_dearer,
)
from tests.faults.scenario import Scenario, around
from tests.faults.stage import Stage


def _of(
    kind: Kind,
    name: str,
    story: str,
    brings: tuple[str, ...],
    prepare: Callable[[Stage], None],
    *,
    ends: State = State.SUCCEEDED,
    posts: tuple[int, ...] = (1,),
    first_kills: tuple[str, ...] = (),
    meanwhile: Callable[[Stage], Awaitable[None]] | None = None,
    answer: str = "",
    by: Callable[[Stage], Awaitable[None]] | None = None,
) -> Scenario:
    act = by or {Kind.CREATE: creates, Kind.RENAME: renames, Kind.EDIT: edits}[kind]
    return Scenario(
        *(f"{kind}_{name}", story, brings, act, prepare, {kind: ends}, {kind: posts}),
        first_kills=first_kills,
        meanwhile=meanwhile,
        answer=answer,
        kinds=(kind,),
        again=kind is not Kind.RENAME,
    )


_BOUGHT = ("call:POST create:after", "commit:operations.answered:before", *around("commit:operations.reconciled"))
_STEPS = ("commit:operations.submit", "commit:operations.call", "commit:operations.answered")

CREATIONS: tuple[Scenario, ...] = (
    _of(
        Kind.CREATE,
        "plain",
        "Olga fills the dialog, and nothing goes wrong.",
        (
            *around("commit:create.offer", *_STEPS, "call:POST create", "commit:operations.settled"),
            "slack:views.update:before",
        ),
        one_server,
    ),
    _of(Kind.CREATE, "lost_reply", "It is bought, and the answer gets lost.", _BOUGHT, fault("lost_reply")),
    _of(
        Kind.CREATE,
        "in_flight",
        "It is bought, and the provider takes its time to say so.",
        ("call:POST create:during",),
        fault("slow", seconds=IN_FLIGHT),
    ),
    _of(
        Kind.CREATE,
        "lost_and_late",
        "It is bought, the answer gets lost, and the list shows it late.",
        ("call:POST create:after", *around("commit:operations.reconciled")),
        lost_and_late,
    ),
    _of(
        Kind.CREATE,
        "closed_before",
        "The connection is closed, and nothing was bought: a person has to decide.",
        (*_BOUGHT, "commit:operations.reconciled:after#2"),
        fault("closed_before"),
        ends=State.UNKNOWN,
    ),
    _of(
        Kind.CREATE,
        "late_effect",
        "The connection is closed, and it is bought all the same, a little later.",
        _BOUGHT,
        fault("late_effect", seconds=0.4),
    ),
    _of(
        Kind.CREATE,
        "503_done",
        "The provider sells it, and then says that it failed.",
        ("commit:operations.answered:after",),
        fault("status", status=503, effect=True),
    ),
    _of(
        Kind.CREATE,
        "hang",
        "The provider says nothing until the bot's patience ends.",
        ("call:POST create:after",),
        fault("hang", seconds=30),
        ends=State.UNKNOWN,
    ),
    _of(
        Kind.CREATE,
        "402",
        "The credits are short.",
        around("commit:operations.answered"),
        fault("status", status=402),
        ends=State.FAILED,
    ),
    _of(
        Kind.CREATE,
        "429",
        "The provider asks to slow down; it certainly sold nothing.",
        ("commit:operations.answered:after", "commit:operations.call:after#2"),
        fault("status", status=429, retry_after=1),
        posts=(2,),
    ),
    _of(
        Kind.CREATE,
        "taken",
        "Somebody else takes the name before the call.",
        around("commit:operations.needless"),
        one_server,
        ends=State.FAILED,
        posts=(0,),
        first_kills=("commit:operations.submit:after",),
        meanwhile=somebody_takes_the_name,
        answer="already. Each name is used once: choose another one.",
    ),
    _of(
        Kind.CREATE,
        "agreed_to",
        "Others have to agree, and do.",
        around("commit:operations.submit", "commit:consent.vote", "commit:operations.call", "call:POST create"),
        consent_to_create,
        by=creates_and_agrees,
    ),
    _of(
        Kind.CREATE,
        "dearer",
        "It costs more than what was agreed to: it is void.",
        around("commit:operations.void"),
        consent_to_create,
        ends=State.VOID,
        posts=(0,),
        first_kills=("commit:consent.vote:after",),
        meanwhile=the_plan_gets_dearer,
        by=creates_and_agrees,
    ),
    _of(
        Kind.CREATE,
        "unreadable",
        "The servers can't be read before the call; a little later they can.",
        around("commit:operations.not_called"),
        one_server,
        first_kills=("commit:operations.submit:after",),
        meanwhile=the_list_is_away_for_a_moment,
    ),
    _of(
        Kind.CREATE,
        "adopted",
        "The answer gets lost, and the list shows it too late: Olga says that this is it.",
        around("commit:operations.adopt"),
        lost_and_very_late,
        by=creates_and_adopts,
    ),
)

_CALL = {Kind.RENAME: "call:PATCH edit", Kind.EDIT: "call:PUT replace"}
_OFFER = {Kind.RENAME: (), Kind.EDIT: around("commit:edit.offer")}


def _updates(kind: Kind) -> tuple[Scenario, ...]:
    call = _CALL[kind]
    looked_after = (f"{call}:after", *around("commit:operations.reconciled"))
    return (
        _of(
            kind,
            "plain",
            "Nothing goes wrong.",
            (*_OFFER[kind], *around(*_STEPS, call, "commit:operations.settled")),
            one_server,
        ),
        _of(kind, "lost_reply", "It is done, and the answer gets lost.", looked_after, fault("lost_reply")),
        _of(
            kind,
            "in_flight",
            "It is done, and the provider takes its time to say so.",
            (f"{call}:during",),
            fault("slow", seconds=IN_FLIGHT),
        ),
        _of(
            kind,
            "closed_before",
            "The connection is closed, and nothing was done: it is called again.",
            (*looked_after, f"{call}:before#2"),
            fault("closed_before"),
            posts=(2,),
        ),
    )


UPDATES_AND_CREATIONS = CREATIONS + _updates(Kind.RENAME) + _updates(Kind.EDIT)[:3]
