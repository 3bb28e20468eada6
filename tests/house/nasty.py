"""The worst that each kind of value can be and still come to a view: what the provider, people and time may bring."""

import itertools
import json
import random
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from inspect import signature
from typing import Any

from bot.domain.access import AccessRequest, Answer
from bot.domain.approvals import Choice, Difference, Fingerprint, NoVote, Vote
from bot.domain.audit import Action, Draft, Entry, Result, chain
from bot.domain.digests import Digest
from bot.domain.fleet import Change as FleetChange
from bot.domain.fleet import What
from bot.domain.grammar import Line, Problem, Trouble
from bot.domain.notes import Note, Notes
from bot.domain.notices import Notice, NoticeKind, Undelivered, Untold
from bot.domain.operations import ENDED, NEW, POWER, UPDATES, Kind, Operation, Outcome, Request, State
from bot.domain.policy import Freeze, Policy, changed
from bot.domain.proposals import (
    Change,
    NewGrant,
    NewSettings,
    NewToken,
    Power,
    Proposal,
    ProposalState,
    Unfreeze,
    Unprotect,
    Why,
)
from bot.domain.roles import NEEDS, Account, Because, Decision, Grant, Permission, Role, SubjectKind
from bot.domain.rolling import Because as RunBecause
from bot.domain.rolling import Fate, Item, Run, RunState
from bot.domain.rolling import Why as RunWhy
from bot.domain.schedules import Every, Schedule, When, Wrong
from bot.domain.schedules import Standing as Kept
from bot.domain.schedules import Trouble as PlanTrouble
from bot.domain.selectors import BadFilter, NotFound, SameName
from bot.domain.servers import Plan, Server, Status, System, Usage
from bot.domain.standing import Standing
from bot.domain.wanted import Wanted
from bot.features.access.explaining_views import Consent, Hurdles
from bot.features.approvals import views as approvals_views
from bot.features.create.filled import OTHER, Filled
from bot.features.delete import views as delete_views
from bot.features.remarks import remarks_on
from bot.features.words import delete_button, power_button
from bot.operations.permission import NotAllowed
from bot.operations.preparing import NameTaken, NobodyCould, Prepared
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
from bot.vps.client import Choice as Choice_
from bot.vps.errors import ProviderError
from bot.vps.errors import Trouble as ProviderTrouble
from bot.workspaces.catalogue import Offered

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = datetime(2262, 4, 11, 23, 47, tzinfo=UTC)
PINGS = "<!channel> <@U0ADA> <!subteam^S0OPS> <https://x.example|y> & *b* _i_ ~s~ `c` ```d```"
# The client gives texts of at most 1,000 characters, on one line; what people type is no longer either.
TEXTS = ["web-1", PINGS, "&" * 1000, "<" * 1000, "`*_~" * 250, "🦄" * 1000, "x" * 1000]
SHORT = [text[:255] for text in TEXTS]
SPANS = [timedelta(), timedelta(seconds=59.6), timedelta(days=400_000)]


@cache
def servers() -> list[Server]:
    """From one of which nothing is known but that it is there, to one that has too much of everything."""
    bare = [Server(id=text[:255], name=text, status="active") for text in TEXTS]
    statuses = [Server(id="1", name="web-1", status=status) for status in (*Status, PINGS, "x" * 1000)]
    return [*bare, *statuses, *(_full(text) for text in TEXTS)]


def _full(text: str) -> Server:
    return Server(
        id=text[:255],
        name=text,
        status=text,
        hostname=text,
        address=text,
        ipv6=text,
        location=text,
        plan=Plan(text, text, 10**9, 10**9, 10**9, 10**9, 1e12),
        system=System(text, text),
        backups=True,
        usage=Usage(1e9, 1e15, 1e15, -5.0),
        created_at=datetime(1970, 1, 1, tzinfo=UTC),
        updated_at=LATER,
    )


@cache
def fleets() -> list[tuple[Server, ...]]:
    """None, one, sixty of the longest."""
    each = servers()
    return [(), (each[0],), tuple(each), *((_full(text),) * 60 for text in TEXTS)]


@cache
def operations() -> list[Operation]:
    """Every kind in every state and with every outcome, on a server of an ordinary name; and awful names."""
    made = [_operation(kind, state, None, "web-1", "") for kind, state in itertools.product(Kind, State)]
    made += [
        _operation(kind, state, outcome, "web-1", "Server is not running")
        for kind, outcome in itertools.product(Kind, Outcome)
        for state in ([State.SUCCEEDED] if outcome is Outcome.DONE else [State.FAILED, State.UNKNOWN, State.VOID])
    ]
    made += [
        _operation(kind, state, outcome, text, text[:300])
        for kind, state, text in itertools.product(Kind, (State.CALLING, State.FAILED, State.SUCCEEDED), SHORT)
        for outcome in (Outcome.LOST, Outcome.REFUSED)
    ]
    lost = [_operation(Kind.CREATE, State.UNKNOWN, Outcome.LOST, text, "") for text in SHORT]
    made += [replace(each, server_id=f"{NEW}op") for each in lost]
    return [*made, *(_operation(Kind.STOP, State.VOID, Outcome.NOT_ALLOWED, "web-1", because) for because in Because)]


def _operation(kind: Kind, state: State, outcome: Outcome | None, text: str, words: str) -> Operation:
    return Operation(
        id="op",
        workspace="T1",
        request="req",
        kind=kind,
        server_id=text,
        server_name=text,
        state=state,
        version=1,
        requester="U0OLGA",
        requested_at=NOW,
        due_at=None,
        called_at=NOW,
        ended_at=LATER if state in ENDED else None,
        calls=10**6,
        outcome=outcome,
        words=words,
        seen_status=text[:64],
        wanted=_wanted(text) if kind in (Kind.CREATE, *UPDATES) else None,
    )


def _wanted(text: str) -> Wanted:
    return Wanted(text, text, False, text, text, text, text, text, text, text, 1e12, 90, text[:200], text, True)


@cache
def requests() -> list[Request]:
    """One with each operation, and for each kind one with fifty of the longest."""
    groups: list[tuple[Operation, ...]] = [(each,) for each in operations()]
    for kind, state, text in itertools.product(Kind, (State.CALLING, State.FAILED, State.SUCCEEDED), SHORT):
        groups.append((_operation(kind, state, Outcome.LOST, text, text[:300]),) * 50)
    return [Request("req", "T1", "U0OLGA", group[0].kind, "C0OPS", NOW, group) for group in groups] + deletions()


def deletions() -> list[Request]:
    """One and twenty servers, in every state, with the longest of everything that people wrote."""
    made = []
    for state, text, number in itertools.product(State, SHORT, (1, 20)):
        shown = Fingerprint(text, text, text, text, text, text, text, NOW.isoformat())
        operation = replace(_operation(Kind.DELETE, state, Outcome.CHANGED, text, text * 4), shown=shown)
        votes = (Vote("U0AMIR", Choice.APPROVE, NOW, "x", ""), Vote("U0ADA", Choice.DENY, NOW, "x", text[:500]))
        made.append(
            Request(
                *("req", "T1", "U0OLGA", Kind.DELETE, "C0OPS", NOW, (operation,) * number, (text * 2)[:500], 5),
                expires_at=LATER,
                claimed_by="U0AMIR",
                closed_by="U0OLGA",
                votes=votes,
            )
        )
    return made


@cache
def grants() -> list[Grant]:
    """People and groups, all servers and awful patterns, with and without an end."""
    globs = [None, *(text[:100] for text in TEXTS), *("&" * length for length in range(60, 101))]
    made = [
        Grant(f"g{number}", kind, holder, role, glob, until, "U0ADA", NOW)
        for number, (role, glob, until) in enumerate(itertools.product(Role, globs, (None, LATER)))
        for kind, holder in ((SubjectKind.USER, "U0OLGA"), (SubjectKind.GROUP, "S0OPS"))
    ]
    return [*made, Grant("seed", SubjectKind.USER, "U0ADA", Role.ADMIN, None, None, "vpsbot", NOW)]


@cache
def grant_lists() -> list[tuple[Grant, ...]]:
    """None, one, and a hundred."""
    return [(), (grants()[-1],), tuple(grants()[::5])]


@cache
def entries() -> list[Entry]:
    """Every action with every awful text in each of its fields."""
    made = []
    detail: dict[str, str | int | bool | None]
    for length in range(60, 101):  # so that a text is cut at every place of what stands behind the pattern
        detail = {"role": "operator", "servers": "&" * length, "until": LATER.isoformat()}
        draft = Draft(Action.ACCESS_GRANTED, "U0ADA", "U0OLGA", detail=detail)
        made.append(chain(draft, workspace="T1", seq=length, previous=b"", time=NOW))
    for action, text in itertools.product(Action, SHORT):
        detail = dict.fromkeys(
            ("kind", "server_id", "state", "seen", "provider", "asked", "permission", "needs", "role", "servers"), text
        )
        detail |= {"until": LATER.isoformat(), "count": 10**9}
        draft = Draft(action, "U0OLGA", text, "op", Result.FAILED, text, detail)
        made.append(chain(draft, workspace="T1", seq=10**12, previous=b"", time=LATER))
        made.append(
            chain(replace(draft, detail={}, target="", reason="flood"), workspace="T1", seq=1, previous=b"", time=NOW)
        )
    return made


@cache
def notices() -> list[Notice]:
    """Of every kind, with what a notice about a role carries."""
    details = [
        {
            "role": role,
            "by": "U0ADA",
            "servers": text[:100],
            "until": until,
            "channel": "C0OPS",
            "reason": text[:500],
            "voided": "12",
            "changes": json.dumps(changed(Policy(), Policy("C0OPS", also=(text[:100],) * 50))),
        }
        for role, text, until in itertools.product(Role, TEXTS, ("", LATER.isoformat()))
    ]
    day = LATER.date().isoformat()
    for_owners = {"role": Role.VIEWER, "by": "U0ADA", "servers": "", "server": "1", "until": day, "owner": "U0OLGA"}
    subjects = [*(grant.id for grant in grants()[::41]), "gone"]
    lost = Notice("n3", "T1", NoticeKind.CHANNEL_LOST, "C0OPS:typed", "U0ADA", "U0ADA", NOW, {})
    typed = for_owners | {"channel": "C0OPS", "typed_by": "U0OLGA"}
    strange = [for_owners | {"status": text[:64]} for text in TEXTS]
    return (
        [
            Notice("n1", "T1", kind, f"{subject}:U0ADA", recipient, "C0OPS", NOW, dict(detail))
            for kind, (subject, recipient), detail in zip(
                itertools.cycle(NoticeKind),
                itertools.cycle(itertools.product(subjects, ("U0OLGA", "U0ADA"))),
                details,
                strict=False,
            )
        ]
        + [
            Notice("n2", "T1", NoticeKind.NOTE_DUE, "digest:U", to, to, NOW, for_owners, ts=ts)
            for to, ts in itertools.product(("U0OLGA", "U0ADA"), ("", "1.2"))
            for _ in range(40)
        ]
        + [
            Notice("n4", "T1", NoticeKind.ROLE_ENDS, f"{subject}:U0ADA:", "U0ADA", "U0ADA", NOW, for_owners | why)
            for subject in subjects
            for why in ({"through": "S0ONCALL"}, *({"untold": str(each)} for each in Untold))
        ]
        + [
            *(replace(lost, detail=typed) for _ in range(40)),
            *(replace(lost, kind=NoticeKind.OVERDUE, detail=each) for each in strange * 6),
            *(replace(lost, kind=NoticeKind.SCHEDULE_CANCELLED, detail=for_owners | {"left": to}) for to in TEXTS),
            *(
                replace(lost, kind=NoticeKind.APPEARED, detail=for_owners | {"server": text[:255]})
                for text in TEXTS * 9
            ),
        ]
    )


@cache
def noted() -> list[Note]:
    """Everything, and each part alone."""
    full = [Note(text[:255], text, "U0OLGA", LATER.date(), (text * 2)[:200], "U0ADA", NOW) for text in TEXTS]
    return [*full, Note("1", "web-1", "U0OLGA"), Note("1", "web-1", until=NOW.date()), Note("1", "web-1")]


@cache
def fleet_changes() -> list[tuple[FleetChange, ...]]:
    """None, one of each kind, and a hundred of the longest."""
    one = [(FleetChange("1", text[:255], what, text[:255], text[:255]),) for what in What for text in TEXTS]
    many = tuple(
        FleetChange(f"{n}", text[:255], what, text[:255], text[:255], by)
        for n, (text, what, by) in enumerate(itertools.product(TEXTS, What, ("", "", "U0OLGA")))
    )
    return [(), *one, many]


@cache
def standings() -> list[Standing]:
    """Not known, quiet, and with too much of everything."""
    freeze = Freeze("U0AMIR", NOW, PINGS * 9)
    many = tuple(requests()[-60:]), tuple(operations()[-60:]), tuple(grants()[::5])
    full = [Standing(fleet, fleet_changes()[-1], *many, freeze) for fleet in fleets()]
    return [
        Standing(),
        Standing((servers()[0],), watched=False),
        *full,
        *(replace(each, watched=False) for each in full),
    ]


@cache
def accesses() -> list[AccessRequest]:
    """Asked for with every role and awful name, open and answered."""
    return [
        AccessRequest(
            "a1", "T1", "U0OLGA", role, text, text[:64], at, answer, "U0ADA", None if answer == "none" else NOW
        )
        for role, text, answer, at in itertools.product(Role, SHORT, Answer, (NOW, NOW - timedelta(days=9)))
    ]


@cache
def proposals() -> list[Proposal]:
    """Every change, with awful texts, in every state and void for every reason."""
    usual, made = Policy("C0OPS"), list[Change | None]()
    for text in SHORT:
        after = Policy("C0NEW", "C0NEW", 0, 10, 5, 60, False, (text[:100],) * 50, (text[:100],) * 50, 1000, 1000)
        made += [
            NewSettings(usual, after),
            NewToken("", text, text, NOW),
            Unprotect("1", text, NOW),
            Unfreeze("U0AMIR", NOW),
            None,
        ]
    changes = [*made, *(NewGrant(grant) for grant in grants()[::9])]
    return [
        Proposal(
            "p1", "T1", change.power if change else Power.TOKEN, "x", "U0ADA", NOW, LATER, change, state, "U0BEA", why
        )
        for change, (state, why) in zip(
            changes * 3, itertools.cycle(itertools.product(ProposalState, [None, *Why])), strict=False
        )
    ]


@cache
def facts() -> list[Facts]:
    """What a message is made from when it is sent: also when what it was about is gone."""
    both = itertools.zip_longest(requests(), accesses(), runs()[: len(requests())])
    mixed = zip(both, itertools.cycle([None, *proposals()]), strict=False)
    return [
        Facts(),
        *(
            Facts(request, access, proposal, tuple(grants()), schedule=schedules()[0], run=run)
            for (request, access, run), proposal in mixed
        ),
        *(
            Facts(
                request, grants=tuple(grants()), policy=Policy(approvals=5), accounts={"U0AMIR": Account(active=False)}
            )
            for request in requests()
        ),
        *(Facts(schedule=schedule, run=runs()[-1]) for schedule in schedules()),
        *(Facts(note=each) for each in noted() * 8),
        *(Facts(standing=each) for each in standings() * 9),
        *(Facts(changes=each) for each in fleet_changes() * 8),
    ]


@cache
def hurdles() -> list[Hurdles]:
    """A freeze, a protection and consent, each with awful words, and consent that nobody could give."""
    many = tuple(f"U0ADMIN{number}" for number in range(40))
    could: list[tuple[str, ...] | NobodyCould] = [
        many,
        NobodyCould(5, many, "C0OPS"),
        NobodyCould(5, (), ""),
        NobodyCould(5, (), "C0OPS", member=False),
    ]
    freezes = [Freeze("U0AMIR", NOW, text[:500]) for text in TEXTS]
    return [
        Hurdles(),
        *(Hurdles(freeze, text[:100]) for freeze, text in zip(freezes, TEXTS, strict=True)),
        *(Hurdles(freezes[0], None, Consent(5, each, extra=True, by_price=True)) for each in could),
        Hurdles(protected=""),
    ]


@cache
def schedules() -> list[Schedule]:
    """Of every kind and awful words, once and again and again, with and without a next time."""
    once, often = (When(time(2), "Etc/UTC", None, date(2026, 12, 24)), When(time(2), "Europe/Berlin", Every.WEEKDAY))
    return [
        Schedule(
            *("s1", "T1", "U0OLGA", kind, (text,) * 40, ((text, text),) * 50, anew, when, "C0OPS", NOW),
            standing=Kept.KEPT,
            next_at=LATER,
            cancelled_by=by,
        )
        for (kind, text), (anew, when, by) in itertools.product(
            itertools.product((*POWER, Kind.DELETE), SHORT), ((False, once, "U0ADA"), (True, often, "vpsbot"))
        )
    ]


@cache
def runs() -> list[Run]:
    """In every state for every reason, with fifty servers of awful names and every fate."""
    made = []
    for state, because, text in itertools.product(RunState, [None, *RunBecause], SHORT):
        items = [Item(text, text, fate, why) for fate, why in itertools.product(Fate, [*RunWhy, *Outcome])]
        made.append(Run("r1", "T1", "s1", NOW, state, tuple(items[:50]), NOW, because=because))
        made.append(Run("r1", "T1", "s1", NOW, state, (Item(text, text),) * 50, NOW, because=because))
    return made


@cache
def decisions() -> list[Decision]:
    """Every reason, resting on no grant and on awful ones."""
    rules = [None, *grants()[::7]]
    return [
        Decision(because is Because.GRANTED, because, permission, NEEDS[permission], rule)
        for because, permission, rule in itertools.product(Because, Permission, rules)
    ]


@cache
def refusals() -> list[NotAllowed]:
    """In the log and folded, with nobody and with many who could help."""
    many = tuple(replace(grants()[-1], subject=f"U0ADMIN{number}") for number in range(40))
    return [
        NotAllowed(decision, held, entry)
        for decision, held, entry in itertools.product(decisions()[::3], ((), many), (None, 10**12))
    ]


@cache
def workspaces() -> list[Workspace]:
    """Connected, not connected, and with a token that can't be read."""
    bare = Workspace("T1", None, None, "", "", None, {})
    full = [Workspace("T1", "vps_x", "documented", text, "U0ADA", NOW, {}) for text in SHORT]
    return [bare, replace(bare, unreadable=True), *full]


@cache
def errors() -> list[ProviderError]:
    """Every trouble, in no words and in as many as are kept."""
    return [
        ProviderError(trouble, words=text[:300], correlation_id="c" * 32, retry_after=after)
        for trouble, text, after in itertools.product(ProviderTrouble, ["", *TEXTS], (None, 0.0, 1e9))
    ]


@cache
def lines() -> list[Line]:
    """What was typed: nothing, and as much as is read."""
    return [Line(), *(Line((text[:450],), {"status": text[:450]}) for text in TEXTS)]


@cache
def commands() -> list[tuple[Command, ...]]:
    """None of them, and all."""
    from tests.house.project import router

    return [(), tuple(router().commands.values())]


@cache
def buttons() -> list[tuple[Element, ...]]:
    """None, and those of one server."""
    return [(), (*(power_button(kind, _full(PINGS)) for kind in POWER), delete_button(_full(PINGS)))]


def _catalogues() -> list[Offered]:
    """Two hundred of everything, with the longest of names."""
    made = []
    for text in SHORT:
        plans = tuple(Plan(str(n), text, 10**9, 10**9, 10**9, 10**9, 1e12) for n in range(200))
        choices = tuple(Choice_(str(n), text) for n in range(200))
        made.append(Offered(plans, tuple(System(str(n), text) for n in range(200)), choices, choices))
    return made


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
    Wanted | None: lambda: [None, *(_wanted(text) for text in SHORT)],
    Mapping[str, Block]: lambda: [
        {},
        *(remarks_on(f"name: {text}\nplan_id: {text}\n{text}"[:600], "", tuple(BlockId)) for text in TEXTS),
    ],
    Wanted: lambda: [_wanted(text) for text in SHORT],
    NameTaken: lambda: [NameTaken(text, by) for text, by in itertools.product(SHORT, (None, *operations()[::37]))],
    Offered: lambda: [Offered(), *_catalogues()],
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
