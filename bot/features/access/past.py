"""Who held what at a date, told from the log: the table of grants only knows the present."""

import json
from collections.abc import Iterable
from datetime import datetime

from bot.domain.audit import Action, Entry
from bot.domain.roles import Grant, Role, SubjectKind
from bot.operations.granting import place

ACTIONS = (Action.ACCESS_SEEDED, Action.ACCESS_GRANTED, Action.ACCESS_REVOKED)
"""The entries that it is told from."""


def grants_at(entries: Iterable[Entry], moment: datetime) -> tuple[Grant, ...]:
    """The grants that stood at a moment, in the order they were given."""
    standing: dict[object, Grant] = {}
    for entry in entries:
        if entry.time > moment:
            continue
        grant = _grant(entry)
        if entry.action == Action.ACCESS_REVOKED:
            standing.pop(place(grant), None)
        else:
            standing[place(grant)] = grant
    return tuple(standing.values())


def _grant(entry: Entry) -> Grant:
    detail = json.loads(entry.detail)
    until = detail.get("until")
    return Grant(
        id=str(entry.seq),
        subject_kind=SubjectKind(detail.get("kind", SubjectKind.USER)),
        subject=entry.target,
        role=Role(detail.get("role", Role.ADMIN)),
        glob=detail.get("servers"),
        until=datetime.fromisoformat(until) if until else None,
        granted_by=entry.actor,
        granted_at=entry.time,
        break_glass=detail.get("break_glass") is True,
    )
