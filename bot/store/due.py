"""What is due, of every kind of work, in one statement: the engine asks every few moments, mostly for nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, bindparam, func, literal, select, union_all

from bot.store.columns import Time
from bot.store.engine import Tx
from bot.store.resting import awake

NOW = bindparam("now", type_=Time)
"""The time at which `Due.rows` are due."""

FIRST = literal(0)

WHOLE_WORKSPACE = literal("")
"""The subject of work that is done for all that is due in a workspace."""


@dataclass(frozen=True, slots=True)
class Due:
    """Where the due times of one kind of work stand.

    `rows`: workspace, subject, rank and time of what is due at `NOW`; the lower rank first, then the earlier time.
    `times`: one time each, when more will be due, and what is to be added to it. `shifted`: other times that `rows`
    names, by how much after `NOW` they are.
    """

    rows: Select[Any]
    times: Sequence[tuple[Select[Any], timedelta]]
    shifted: Mapping[str, timedelta] = field(default_factory=dict)


def of_table(
    table: Table,
    subject: ColumnElement[str] = WHOLE_WORKSPACE,
    *,
    at: Column[datetime] | None = None,
    rank: ColumnElement[int] = FIRST,
    only: ColumnElement[bool] | None = None,
) -> Due:
    """The work whose due times stand in a column of a table, workspace by workspace; what rests is left out.

    `only`: which rows are this work, when not all are.
    """
    when = table.c.due_at if at is None else at
    those = awake(table) if only is None else awake(table) & only
    return Due(
        select(table.c.workspace, subject, rank, when).where(when <= NOW, those),
        [(select(func.min(when)).where(when.is_not(None), those), timedelta())],
    )


class Asking:
    """The questions for several kinds of work, by name, in the order in which their tickets are given."""

    def __init__(self, kinds: Mapping[str, Due]) -> None:
        self._names = list(kinds)
        parts = [_numbered(number, due.rows) for number, due in enumerate(kinds.values())]
        self._rows = union_all(*parts).order_by("kind", "rank", "at")
        self._shifted = {name: by for due in kinds.values() for name, by in due.shifted.items()}
        times = [each for due in kinds.values() for each in due.times]
        self._later = [later for _, later in times]
        self._times = union_all(*(_timed(number, query) for number, (query, _) in enumerate(times)))

    async def due(self, tx: Tx, now: datetime) -> list[tuple[str, str, str]]:
        """Kind, workspace and subject of all that is due; the same twice is once."""
        moments = {"now": now} | {name: now + by for name, by in self._shifted.items()}
        found = await tx.connection.execute(self._rows, moments)
        return list(dict.fromkeys((self._names[row.kind], row.workspace, row.subject) for row in found))

    async def next(self, tx: Tx) -> datetime | None:
        """The earliest due time of all rows."""
        found = await tx.connection.execute(self._times)
        return min((row.at + self._later[row.number] for row in found if row.at is not None), default=None)


def _numbered(number: int, rows: Select[Any]) -> Select[Any]:
    workspace, subject, rank, at = rows.selected_columns
    return rows.with_only_columns(
        literal(number).label("kind"),
        workspace.label("workspace"),
        subject.label("subject"),
        rank.label("rank"),
        at.label("at"),
    )


def _timed(number: int, query: Select[Any]) -> Select[Any]:
    [at] = query.selected_columns
    return query.with_only_columns(literal(number).label("number"), at.label("at"))
