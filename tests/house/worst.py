"""Every view called with the worst that there is of each of its parameters."""

import itertools
import random
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from inspect import signature
from typing import Any

from bot.domain.access import AccessRequest
from bot.domain.approvals import Choice, Difference, NoVote
from bot.domain.audit import Entry
from bot.domain.digests import Digest
from bot.domain.fleet import Change as FleetChange
from bot.domain.grammar import Line, Problem, Trouble
from bot.domain.notes import Note, Notes
from bot.domain.notices import Notice, Undelivered
from bot.domain.operations import POWER, Kind, Operation, Request
from bot.domain.policy import Freeze, Policy, changed
from bot.domain.proposals import (
    Proposal,
    Why,
)
from bot.domain.roles import Because, Decision, Grant, Role, SubjectKind
from bot.domain.rolling import Why as RunWhy
from bot.domain.schedules import Schedule, Wrong
from bot.domain.schedules import Trouble as PlanTrouble
from bot.domain.selectors import BadFilter, NotFound, SameName
from bot.domain.servers import Server
from bot.domain.standing import Standing
from bot.domain.wanted import Wanted
from bot.features.access.explaining_views import Hurdles
from bot.features.approvals import views as approvals_views
from bot.features.create.filled import OTHER, Filled
from bot.features.delete import views as delete_views
from bot.features.remarks import remarks_on
from bot.features.words import power_button
from bot.operations.permission import NotAllowed
from bot.operations.preparing import NameTaken, Prepared
from bot.operations.telling import Facts
from bot.operations.watching import Watch
from bot.routing import Command, Misfit
from bot.sentences import said
from bot.slack.blocks import Block, Element, Message, escape
from bot.slack.ids import BlockId
from bot.store.fleet import Follow
from bot.store.offers import Offer
from bot.store.protections import Protection
from bot.store.workspaces import Workspace
from bot.vps.errors import ProviderError
from bot.workspaces.catalogue import Offered
from tests.house.nasty import (
    LATER,
    NOW,
    PINGS,
    SHORT,
    SPANS,
    TEXTS,
    catalogues,
    entries,
    fleet_changes,
    fleets,
    grants,
    noted,
    notices,
    operations,
    requests,
    schedules,
    servers,
    standings,
    wanted_ones,
)
from tests.house.nasty_people import (
    accesses,
    buttons,
    commands,
    decisions,
    errors,
    facts,
    grant_lists,
    hurdles,
    lines,
    proposals,
    refusals,
    workspaces,
)

BY_TYPE: dict[Any, Callable[[], Iterable[Any]]] = {
    str: lambda: TEXTS,
    int: lambda: [0, 1, 2, 3, 10**6],
    bool: lambda: [False, True],
    datetime: lambda: [NOW, LATER],
    timedelta: lambda: SPANS,
    Server: servers,
    Note: noted,
    Note | None: lambda: [None, *noted()],
    Notes: lambda: [Notes(), Notes([replace(noted()[n], server_id=text[:255]) for n, text in enumerate(TEXTS)])],
    date: lambda: [NOW.date(), LATER.date()],
    Operation: operations,
    Request: requests,
    Request | None: lambda: [None, *requests()],
    Grant: grants,
    Notice: notices,
    Facts: facts,
    Decision: decisions,
    NotAllowed: refusals,
    AccessRequest: accesses,
    Workspace: workspaces,
    ProviderError: errors,
    Line: lines,
    Kind: lambda: POWER,
    Choice: lambda: Choice,
    NoVote | None: lambda: [None, *NoVote],
    Prepared: lambda: [
        Prepared(fleet[:20], needed, tuple(f"U0ADMIN{n}" for n in range(needed * 4)), "C0OPS", ())
        for fleet, needed in itertools.product(fleets(), (0, 1, 5))
    ],
    Wanted | None: lambda: [None, *(wanted_ones(text) for text in SHORT)],
    Mapping[str, Block]: lambda: [
        {},
        *(remarks_on(f"name: {text}\nplan_id: {text}\n{text}"[:600], "", tuple(BlockId)) for text in TEXTS),
    ],
    Wanted: lambda: [wanted_ones(text) for text in SHORT],
    NameTaken: lambda: [NameTaken(text, by) for text, by in itertools.product(SHORT, (None, *operations()[::37]))],
    Offered: lambda: [Offered(), *catalogues()],
    Filled: lambda: [
        Filled(),
        *(
            Filled(*(text[:250], menu, text[:100], menu, text[:100], menu, text[:100], text[:250], text[:100]))
            for text, menu in itertools.product(SHORT, ("1", OTHER))
        ),
    ],
    Freeze: lambda: [Freeze("U0AMIR", NOW, text[:500]) for text in ["", *TEXTS]],
    Policy: lambda: [
        Policy(),
        Policy("C0OPS", "C0OPS", 5, 30 * 24 * 60, 5),
        *(Policy("C0OPS", "C0OPS", 5, 60, 5, 7, True, (text[:50],) * 50, (text[:50],) * 50) for text in TEXTS),
    ],
    Hurdles: hurdles,
    Freeze | None: lambda: [None, *(Freeze("U0AMIR", NOW, text[:500]) for text in TEXTS)],
    Proposal: proposals,
    RunWhy: lambda: RunWhy,
    Why: lambda: Why,
    Role: lambda: Role,
    Sequence[Protection]: lambda: [
        (),
        *(tuple(Protection(text, text, "U0ADA", NOW, glob) for glob in ("", "web-*")) * 60 for text in SHORT),
    ],
    Mapping[str, tuple[Any, Any]]: lambda: [
        {},
        changed(Policy(), Policy("C0OPS", "C0OPS", 5, 30 * 24 * 60, 5)),
    ],
    Mapping[str, Sequence[Difference]]: lambda: [{text: [Difference("name", text, text)]} for text in TEXTS],
    Standing: standings,
    Digest: lambda: [Digest(time(8, 30), text[:60], "U0ADA") for text in TEXTS],
    Digest | None: lambda: [None, Digest(time(8, 30), PINGS, "U0ADA")],
    Watch | None: lambda: [None, Watch("U0ADA", "C0OPS"), Watch("U0ADA", "")],
    Sequence[Follow]: lambda: [(), tuple(Follow("1", text[:255], "U0ADA") for text in TEXTS * 9)],
    Iterable[FleetChange]: fleet_changes,
    Sequence[Undelivered]: lambda: [
        (),
        tuple(Undelivered(notice, TEXTS[n % 7][:255], NOW if n % 2 else None) for n, notice in enumerate(notices())),
    ],
    Sequence[Request]: lambda: [(), requests()[:3], requests()[-60:]],
    Sequence[approvals_views.Waiting]: lambda: [
        (),
        tuple((each, ("U0ADA", "U0AMIR") if n % 2 else ()) for n, each in enumerate(proposals() * 2)),
    ],
    Sequence[delete_views.Shown]: lambda: [
        tuple(
            delete_views.Shown(server, 1e12, tuple(SHORT), note)
            for server, note in zip(fleet[:20], noted() * 20, strict=False)
        )
        for fleet in fleets()
        if fleet
    ],
    Because: lambda: [Because.DEACTIVATED, Because.GUEST, Because.FOREIGN],
    SubjectKind: lambda: SubjectKind,
    Message: lambda: [said(escape(text)) for text in TEXTS],
    Command: lambda: commands()[1],
    Misfit: lambda: [Misfit(option=text) for text in TEXTS] + [Misfit(word=text) for text in TEXTS],
    Problem: lambda: [Problem(trouble, text) for trouble, text in itertools.product(Trouble, TEXTS)],
    BadFilter: lambda: [
        BadFilter(name, text, (text,) * 30) for name, text in itertools.product(("status", "name", PINGS), TEXTS)
    ],
    NotFound: lambda: [NotFound(text, few[:3]) for text, few in itertools.product(TEXTS, fleets())],
    SameName: lambda: [SameName(text, fleet) for text, fleet in itertools.product(TEXTS, fleets()[2:])],
    Offer: lambda: [Offer("o1", "T1", "U0OLGA", kind, (("1", PINGS),), NOW) for kind in Kind],
    Schedule: schedules,
    Sequence[Schedule]: lambda: [(), schedules()[:1], tuple(schedules() * 3)[:100]],
    Wrong: lambda: [Wrong(trouble, text) for trouble, text in itertools.product(PlanTrouble, TEXTS)],
    Sequence[Server]: fleets,
    Sequence[Operation]: lambda: [(), operations()[:1], operations()[-50:], operations()[::9]],
    Sequence[Grant]: grant_lists,
    Sequence[Entry]: lambda: [(), *(entries()[start : start + 10] for start in range(0, len(entries()), 10))],
    Sequence[Command]: commands,
    Sequence[Element]: buttons,
    Sequence[str]: lambda: [(), ("U0ADA",), tuple(SHORT * 10)],
    Iterable[str]: lambda: [(), ("plan",), tuple(SHORT)],
    str | None: lambda: [None, *TEXTS],
    datetime | None: lambda: [None, NOW],
    Callable[[Server], Element] | None: lambda: [None, lambda server: power_button(Kind.REBOOT, server)],
}

BY_NAME: dict[str, list[Any]] = {
    "action": ["reboot"],
    "actions": [("list", "show", "start", "stop", "reboot")],
    "may_cancel": [(), ("req",)],
    "near": [None, "reboot"],
    "nearest": [None, "reboot"],
    "holder": ["U0OLGA", "S0OPS"],
    "form": ["protect", "unprotect"],
    "channel": ["C0OPS", ""],
    "option": ["since", "until"],
}
"""Parameters that come from closed lists or from Slack, whatever anybody types."""

MOST = 300
"""Calls of one view: every value of every parameter at least once, the rest by (always the same) chance."""


def calls(view: Callable[..., Any], but: Callable[[dict[str, Any]], bool]) -> Iterator[dict[str, Any]]:
    """The arguments to call a view with, without those that `but` says never come to it."""
    hints = typing.get_type_hints(view)
    choices = {name: list(BY_NAME.get(name) or BY_TYPE[hints[name]]()) for name in signature(view).parameters}
    chance = random.Random(view.__name__)
    number = max([MOST, *map(len, choices.values())]) if choices else 1
    columns = {name: _stretched(values, number, chance) for name, values in choices.items()}
    for position in range(number):
        arguments = {name: column[position] for name, column in columns.items()}
        if not but(arguments):
            yield arguments


def _stretched(values: list[Any], number: int, chance: random.Random) -> list[Any]:
    stretched = values + [chance.choice(values) for _ in range(number - len(values))]
    chance.shuffle(stretched)
    return stretched
