"""The worst that each kind of value can be and still come to a view: what the provider, people and time may bring."""

import itertools
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from bot.domain.approvals import Choice, Fingerprint, Vote
from bot.domain.audit import Action, Draft, Entry, Result, chain
from bot.domain.fleet import Change as FleetChange
from bot.domain.fleet import What
from bot.domain.notes import Note
from bot.domain.notices import Notice, NoticeKind, Untold
from bot.domain.operations import ENDED, NEW, POWER, UPDATES, Kind, Operation, Outcome, Request, State
from bot.domain.policy import Freeze, Policy, changed
from bot.domain.roles import Because, Grant, Role, SubjectKind
from bot.domain.rolling import Because as RunBecause
from bot.domain.rolling import Fate, Item, Run, RunState
from bot.domain.rolling import Why as RunWhy
from bot.domain.schedules import Every, Schedule, When
from bot.domain.schedules import Standing as Kept
from bot.domain.servers import Plan, Server, Status, System, Usage
from bot.domain.standing import Standing
from bot.domain.wanted import Wanted
from bot.vps.client import Choice as Choice_
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
        wanted=wanted_ones(text) if kind in (Kind.CREATE, *UPDATES) else None,
    )


def wanted_ones(text: str) -> Wanted:
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


def catalogues() -> list[Offered]:
    """Two hundred of everything, with the longest of names."""
    made = []
    for text in SHORT:
        plans = tuple(Plan(str(n), text, 10**9, 10**9, 10**9, 10**9, 1e12) for n in range(200))
        choices = tuple(Choice_(str(n), text) for n in range(200))
        made.append(Offered(plans, tuple(System(str(n), text) for n in range(200)), choices, choices))
    return made
