"""What must be true after a round, whatever happened in it: judged at the provider, in the database, and at the person.

Nothing of it knows which scenario was played or where the bot died, except `torn`: how many messages Slack took from a
process that died before it could write that down. Slack has no idempotency key, so each of these may come twice.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from bot.domain.audit import Action, Entry
from bot.domain.notices import VOTERS, NoticeKind
from bot.domain.operations import CATALOG, UPDATES, Kind, Operation, State
from bot.domain.verifying import Finding as LogFinding
from bot.domain.verifying import verify
from bot.sandbox.slack.model import Message
from bot.sandbox.slack.person import LocalPerson
from bot.sandbox.vps.calls import Call
from bot.store import audit, tables
from bot.store import operations as stored
from bot.store.engine import Store
from bot.store.sealing import Sealer
from tests.faults.neighbours import Corner
from tests.faults.stage import ACTIONS, Stage
from tests.world import KEY

Judged = Stage | Corner
"""A workspace with its people and its account: the only one, or one of many."""


class Harm(StrEnum):
    """What can be wrong after a round."""

    LOST = "lost"
    DOUBLED = "called twice"
    UNTOLD = "never told"
    TOLD_TWICE = "told twice"
    WRONGLY_TOLD = "wrongly told"
    STUCK = "stuck"
    UNLOGGED = "not in the log"
    RULE = "a rule of Slack's broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, in a sentence."""

    harm: Harm
    sentence: str

    def __str__(self) -> str:
        return f"{self.harm}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the database holds after a round. `log`: how many entries a whole log has, or what is wrong with it."""

    operations: tuple[Operation, ...]
    notices: tuple[Any, ...]
    kept: int
    entries: tuple[Entry, ...]
    log: int | LogFinding


async def evidence(stage: Judged) -> Evidence:
    """Reads the database of a bot that has ended."""
    store = Store(stage.database_url, Sealer(KEY))
    try:
        async with store.read() as tx:
            mine = tables.operations.c.workspace == stage.team.id
            ids = await tx.connection.execute(
                select(tables.operations.c.id).where(mine).order_by(tables.operations.c.id)
            )
            found = [await stored.get(tx, stage.team.id, each) for each in ids.scalars().all()]
            notices = (
                await tx.connection.execute(select(tables.notices).where(tables.notices.c.workspace == stage.team.id))
            ).all()
            unfinished = tables.deliveries.c.payload.is_not(None)
            kept = await tx.connection.execute(select(tables.deliveries.c.key).where(unfinished))
            entries = tuple([entry async for entry in audit.stream(tx, stage.team.id)])
            log = verify(entries, await audit.head(tx, stage.team.id), check=audit.good_signature)
            operations = tuple(each for each in found if each is not None)
            return Evidence(operations, tuple(notices), len(kept.all()), entries, log)
    finally:
        await store.close()


CHANGING = frozenset({"POST", "DELETE", "PUT", "PATCH"})

UNTOUCHED = frozenset({State.FAILED, State.VOID, State.CANCELLED, State.DENIED, State.EXPIRED})


def judge(stage: Judged, known: Evidence, *, torn: int) -> list[Finding]:
    """Everything that is wrong."""
    return [
        *_at_the_end(known),
        *_at_the_provider(stage, known),
        *_in_the_log(stage, known),
        *_at_the_person(stage, known, torn),
        *_in_slack(stage),
    ]


def _at_the_end(known: Evidence) -> Iterator[Finding]:
    for operation in known.operations:
        if not operation.ended:
            yield Finding(Harm.STUCK, f"the {operation.kind} is {operation.state} for ever")
    for notice in known.notices:
        if notice.due_at is not None:
            yield Finding(Harm.STUCK, f"a message ({notice.kind}) is due for ever")
    if known.kept:
        yield Finding(Harm.STUCK, "an acknowledged command was kept and never finished")


def _at_the_provider(stage: Judged, known: Evidence) -> Iterator[Finding]:
    for operation in known.operations:
        posts = _posts(stage, operation)
        effective = sum(post.effect for post in posts)
        if operation.kind is Kind.CREATE and effective > 1:
            yield Finding(Harm.DOUBLED, f"{operation.server_name} was bought {effective} times")
        if operation.kind is Kind.REBOOT and effective > 1:
            yield Finding(Harm.DOUBLED, f"{operation.server_name} was rebooted {effective} times")
        for earlier, later in pairwise(posts):
            if not _may_follow(stage, earlier, later, operation.kind):
                yield Finding(Harm.DOUBLED, f"a blind second {operation.kind} (calls {earlier.n} and {later.n})")
        status = _status(stage, operation)
        as_told = _is_as_asked(stage, operation) if operation.kind in UPDATES else status == operation.spec.wanted
        if operation.state is State.SUCCEEDED and not (effective and as_told):
            yield Finding(Harm.WRONGLY_TOLD, f"the {operation.kind} succeeded, {effective} had effect, it is {status}")
        if operation.state in UNTOUCHED and effective:
            yield Finding(Harm.WRONGLY_TOLD, f"the {operation.kind} {operation.state}, but it happened")


def _in_the_log(stage: Judged, known: Evidence) -> Iterator[Finding]:
    if isinstance(known.log, LogFinding):
        yield Finding(Harm.UNLOGGED, f"the log is broken: {known.log}")
    for operation in known.operations:
        mine = [entry for entry in known.entries if entry.operation == operation.id]
        about = [entry for entry in mine if entry.action != Action.REQUEST_REFUSED]  # clicks that came too late
        actions, spec = Counter(entry.action for entry in about), operation.spec
        ends = 1 + actions[Action.REQUEST_LOOKED_AGAIN]  # who looks again waits for another end
        if actions[spec.trail.requested] != 1 or about[0].action != spec.trail.requested:
            yield Finding(Harm.UNLOGGED, f"the {operation.kind} was requested {actions[spec.trail.requested]} times")
        if actions[spec.trail.ended] != ends or about[-1].action != spec.trail.ended:
            yield Finding(Harm.UNLOGGED, f"the {operation.kind} ended {actions[spec.trail.ended]} times")
        own = [entry.time for entry in about if entry.action == spec.trail.called]
        if len(own) != operation.calls:
            yield Finding(Harm.UNLOGGED, f"{operation.calls} calls, {len(own)} of them logged")
        intents = [entry.time for entry in about if entry.action in (spec.trail.called, Action.POWER_CALLED)]
        for number, post in enumerate(_changes(stage, operation)):
            if number >= len(intents) or _later(intents[number] - stage.apart, post.time):
                yield Finding(Harm.UNLOGGED, f"call {post.n} reached the provider without a committed intent")
    meant = {operation.server_id for operation in known.operations}
    for post in stage.calls():
        known_creation = post.action == "create" and any(each.kind is Kind.CREATE for each in known.operations)
        if post.method in CHANGING and post.server not in meant and not known_creation:
            yield Finding(Harm.UNLOGGED, f"nobody asked for call {post.n} ({post.path})")


def _at_the_person(stage: Judged, known: Evidence, torn: int) -> Iterator[Finding]:
    messages = _messages(stage)
    for request in {operation.request for operation in known.operations}:
        promised = {notice.kind: notice.id for notice in known.notices if notice.subject == request}
        for kind in _OF_THE_END:
            withdrawn = all(each.state is State.CANCELLED for each in known.operations if each.request == request)
            if not messages.get(promised.get(kind, "")) and not (withdrawn and kind is NoticeKind.OUTCOME):
                yield Finding(Harm.UNTOLD, f"the {kind} was never told")
    for notice in known.notices:
        too_many = max(0, len(messages.get(notice.id, ())) - 1)
        if too_many > torn:
            yield Finding(Harm.TOLD_TWICE, f"the {notice.kind} came {too_many + 1} times")
        torn -= min(too_many, torn)
        of_it = [_at_the_time_of(notice, each, known) for each in known.operations if each.request == _about(notice)]
        shown = [stage.ada.reads(each) for each in messages.get(notice.id, ()) if each.ts == notice.ts]
        if of_it and shown and notice.kind in _OF_THE_END and not _tells_the_end(shown[0], of_it):
            yield Finding(Harm.WRONGLY_TOLD, f"the {notice.kind} says {shown[0]!r}")
    if not stage.acknowledged() and not any(_saw_an_error(each) for each in stage.people):
        yield Finding(Harm.LOST, "the command was not acknowledged, and nobody saw an error")


def _about(notice: Any) -> str:
    """The request that a message is about; an end that was told after another look has more behind it."""
    request, _, more = notice.subject.partition(":")
    return "" if more == VOTERS else request


def _at_the_time_of(told: Any, operation: Operation, known: Evidence) -> Operation:
    """The operation as it stood when its end was told: nobody knew, where a later message tells another end."""
    later = (each for each in known.notices if each.kind == told.kind and each.id > told.id)
    overtaken = told.kind == NoticeKind.OUTCOME and any(_about(each) == operation.request for each in later)
    return replace(operation, state=State.UNKNOWN) if overtaken else operation


_OF_THE_END = (NoticeKind.CARD, NoticeKind.OUTCOME)
"""What every request promises, and what says its end."""

_TROUBLE = "We had some trouble connecting. Try again?"

_TOO_LATE = "The dialog could not be opened in time."
_EXPIRED = "(expired_trigger_id)"

_FAILED = "failed with the error"
"""Slack's own words when an app doesn't acknowledge."""


def _saw_an_error(person: LocalPerson) -> bool:
    """Slack's own words: in the channel for a command; for what was submitted, in the dialog, which stays open."""
    return person.sees(_FAILED) or (person.dialog is not None and _TROUBLE in person.dialog.errors.values())


def _in_slack(stage: Judged) -> Iterator[Finding]:
    for problem in stage.slack.problems():
        if "could not be reached or closed the connection" in problem:  # that is what a kill looks like to Slack
            continue
        if not problem.endswith(_EXPIRED):
            yield Finding(Harm.RULE, problem)
    # Stopped between the look at the clock and the sending: it can't know, and has to tell the person, each time.
    late = sum(
        sentence.endswith(_EXPIRED)
        for call in stage.slack.api_calls("views.open")
        if call.team == stage.team.id
        for sentence in call.problems
    )
    told = sum(each.screen().count(_TOO_LATE) for each in stage.people)
    if late > (told if stage.stood else 0):
        yield Finding(Harm.RULE, f"{late} dialogs with a trigger_id that was too old; told {told} times")


def _posts(stage: Judged, operation: Operation) -> list[Call]:
    """The provider's record of this operation's own calls: a server has one operation in a round."""
    action = ACTIONS.get(operation.kind, operation.kind.value)
    return [call for call in _changes(stage, operation) if call.action == action]


def _changes(stage: Judged, operation: Operation) -> list[Call]:
    """The same with the stop that a deletion may begin with."""
    if operation.kind is Kind.CREATE:  # a name is created once in a round
        return [call for call in stage.calls(action="create") if json.loads(call.body)["name"] == operation.server_name]
    return [call for call in stage.calls(server=operation.server_id) if call.method in CHANGING]


def _status(stage: Judged, operation: Operation) -> str | None:
    """The server's status at the provider; None when it is gone."""
    return next((each.status for each in stage.servers() if each.name == operation.server_name), None)


def _is_as_asked(stage: Judged, operation: Operation) -> bool:
    """Whether the server has the values of an edit."""
    wanted, server = operation.wanted, stage.server(operation.server_id)
    assert wanted is not None
    return server.name == wanted.name and wanted.hostname in ("", server.hostname)


def _may_follow(stage: Judged, earlier: Call, later: Call, kind: Kind) -> bool:
    """Whether a call could be repeated: the provider had said no to the first, or a look showed no effect of it."""
    if earlier.status is not None and 400 <= earlier.status < 500 and not earlier.effect:
        return True
    looks = stage.calls(action="show", server=later.server)
    return kind not in (Kind.REBOOT, Kind.CREATE) and any(earlier.n < look.n < later.n for look in looks)


def _later(intent: datetime, call: datetime) -> bool:
    """Whether the intent is younger than the call. The provider's record has milliseconds less than the log."""
    return intent > call


def _messages(stage: Judged) -> dict[str, list[Message]]:
    """What Slack shows of each promised message, by the notice's id that its metadata carries."""
    found: dict[str, list[Message]] = {}
    for channel in stage.team.team.channels.values():
        for message in channel.messages.values():
            if message.metadata:
                found.setdefault(message.metadata["event_payload"]["notice"], []).append(message)
    return found


def doubled(stage: Judged) -> int:
    """How many promised messages stand in Slack more often than once."""
    return sum(len(shown) - 1 for shown in _messages(stage).values())


def _tells_the_end(text: str, operations: list[Operation]) -> bool:
    """Whether a card or an outcome says what became of each operation, and nothing else."""
    return all(any(words in text for words in _words_of(operation)) for operation in operations)


def _words_of(operation: Operation) -> tuple[str, ...]:
    """What is said of an end: in a sentence, or in a card's line of several servers."""
    spec, server = CATALOG[operation.kind], operation.server_name
    past = spec.past
    return {
        State.SUCCEEDED: (f"{server} {spec.done}", f"{server} was {past}"),
        State.CANCELLED: (f"{server} was not {past}",),
        State.EXPIRED: (f"{server} was not {past}",),
        State.UNKNOWN: (f"{server}: no answer came to the {spec.noun}", f"{server} can't be known"),
        State.FAILED: (f"{server} was not {past}",),
        State.VOID: (f"{server} was not {past}", f"{server} was not touched"),
    }.get(operation.state, ())
